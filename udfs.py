"""The worksheet functions, for an Excel that loads its module from this folder; installed, it is llmcost_xl.udfs."""

from llmcost_xl.udfs import *  # noqa: F403  # whatever functions there are
