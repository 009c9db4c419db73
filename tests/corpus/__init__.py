"""Workbooks as people have them: made by different writers, with everything in them that a change must not harm.

for case in workbooks(): case.name, case.content, case.price_cell()
"""

from __future__ import annotations

from corpus import as_others, by_excel, by_hand, by_libreoffice, by_openpyxl, by_xlsxwriter
from corpus.case import DATED, DEPENDENT, INDEPENDENT, PRICES, UNDATED, Case, results

__all__ = ["DATED", "DEPENDENT", "INDEPENDENT", "PRICES", "UNDATED", "Case", "results", "workbooks"]


def workbooks() -> list[Case]:
    """All of them; each is built when its content is first asked for."""
    return [
        *by_xlsxwriter.CASES,
        *by_openpyxl.CASES,
        *by_libreoffice.CASES,
        *by_hand.CASES,
        *as_others.CASES,
        *by_excel.CASES,
    ]
