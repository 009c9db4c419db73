"""The module every spreadsheet host loads: the worksheet functions by their Excel names, registered with xlwings.

The definitions are in llmcost_xl/functions/, grouped as the engine is grouped.
"""

from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.worksheet import register

globals().update(FUNCTIONS)
register(FUNCTIONS.values())

__all__ = list(FUNCTIONS)
