"""The module Excel loads: every worksheet function by its Excel name.

The definitions are in llmcost_xl/functions/, grouped as the engine is grouped.
"""

import sys

from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.worksheet import register

vars(sys.modules[__name__]).update(FUNCTIONS)
register(FUNCTIONS.values())
