"""The module Excel loads: every worksheet function by its Excel name.

The definitions are in llmcost_xl/functions/, grouped as the engine is grouped.
"""

import sys

from llmcost_xl.functions.query import *  # noqa: F403  # the module is its list of functions
from llmcost_xl.worksheet import register

register(sys.modules[__name__])
