"""Repricing a workbook: to other dates, to a company's own prices, to "what if OpenAI halves them".

    book = BookFile.read(path)
    plan = planned(book, newest())
    plan.rows                        # every price: cell, old, new, from when, on whose word, and what happens to it
    repriced = applied(book, plan)   # the file with other values in those cells, and nothing else changed

What is done is decided in `plan`, once, for the terminal, for files by the hundred, and for a workbook open in Excel.
"""

from __future__ import annotations

from llmcost_xl.reprice.apply import applied
from llmcost_xl.reprice.moves import Move
from llmcost_xl.reprice.plan import Plan, Row, planned
from llmcost_xl.reprice.target import Target, newest

__all__ = ["Move", "Plan", "Row", "Target", "applied", "newest", "planned"]
