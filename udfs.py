"""The module Excel loads: every worksheet function by its Excel name.

The definitions are in llmcost_xl/functions/, grouped as the engine is grouped.
"""

from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.worksheet import register

globals().update(FUNCTIONS)
register(FUNCTIONS.values())
