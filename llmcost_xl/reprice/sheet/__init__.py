"""The sheet "Price change": a report inside the workbook, in the house style, with formulas that check it and charts.

openpyxl writes a block of it into a workbook of its own (`making`), from where its parts go into the user's file
(`adding`, `ooxml.newsheet`, `ooxml.newblock`). That file itself never passes through openpyxl.
"""

from __future__ import annotations

from llmcost_xl.reprice.sheet.adding import NAME, added

__all__ = ["NAME", "added"]
