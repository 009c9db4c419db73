"""The worksheet functions, where xlwings Server looks for them."""

from llmcost_xl.udfs import *  # noqa: F403  # whatever functions there are
from llmcost_xl.udfs import __all__  # noqa: F401
