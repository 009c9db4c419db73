"""The plain tables of the sheet "Price change": replays, figures, prices and notes, and the cells they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from openpyxl.utils import get_column_letter as letter

from llmcost_xl.quantities import UNITS
from llmcost_xl.reprice.prices import LEFT, OPEN
from llmcost_xl.reprice.telling import label_of, points
from llmcost_xl.workbook import styles
from llmcost_xl.workbook.writer import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.reprice.report import Report

MONEY: Final = "#,##0.00"
SHARE: Final = "+0.0%;-0.0%;0.0%;@"
PRICE: Final = "#,##0.00####"
DAY: Final = "yyyy-mm-dd"
COLUMNS: Final = 12


class Writing:
    """A sheet in the making, row by row."""

    def __init__(self, sheet: Worksheet, report: Report) -> None:
        self._sheet, self._report = sheet, report
        self._row = 1

    def _put(self, column: int, value: Any, role: str, number_format: str = "", *, row: int = 0) -> None:
        """Fill a cell; text stays text, whatever it begins with."""
        cell = put(self._sheet, row or self._row, column, value, role, number_format)
        if isinstance(value, str) and cell.data_type == "f":
            cell.data_type = "s"
            cell.quotePrefix = True

    def _formula(self, column: int, formula: str, role: str, number_format: str = "") -> None:
        put(self._sheet, self._row, column, f"={formula}", role, number_format)

    def _line(self, text: str, role: str, *, row: int = 0) -> None:
        self._put(1, text, role, row=row)
        self._row += not row

    def _heading(self, text: str) -> None:
        self._row += 1
        for column in range(1, COLUMNS + 1):
            self._put(column, text if column == 1 else None, "heading")
        self._row += 1

    def _header(self, titles: Sequence[str], numbers: Sequence[bool]) -> None:
        for column, (title, is_number) in enumerate(zip(titles, numbers, strict=True), start=1):
            self._put(column, title, "header" if is_number else "header_left")
        self._sheet.row_dimensions[self._row].height = 32
        self._row += 1

    def _replays(self) -> None:
        replays = self._report.replays
        if not replays:
            return
        self._heading("Three replays of actual usage: as billed, at the prices before, at the prices after")
        self._header(("Model", "As recorded", "At prices before", "At prices after", "After less before"),
                     (False, True, True, True, True))  # fmt: skip
        first = self._row
        for one in replays:
            self._put(1, one.model, "calc_text")
            for column, value in enumerate(one[1:], start=2):
                self._put(column, value, "constant", MONEY)
            self._formula(5, f"D{self._row}-C{self._row}", "calc", MONEY)
            self._row += 1
        self._put(1, "All", "total_label")
        for column in range(2, 6):
            self._formula(column, f"SUM({letter(column)}{first}:{letter(column)}{self._row - 1})", "output", MONEY)
        self._row += 1

    def _figures(self) -> None:
        changed = [one for one in self._report.figures if one.is_changed]
        if not changed:
            return
        self._heading("Figures of this workbook that changed")
        self._header(("Figure", "Before", "After", "Unit"), (False, True, True, False))
        for one in changed:
            self._put(1, label_of(one), "calc_text")
            for column, value in ((2, one.before), (3, one.after)):
                self._put(column, value, "constant", _number_format(one.unit))
            self._put(4, one.unit, "unit")
            self._row += 1

    def _prices(self) -> None:
        rows = self._report.prices
        if not rows:
            return
        self._heading("Prices behind it, those that move most money first; in the unit of the workbook")
        titles = ("Model", "Component", "Before", "After", "Change, %", "From", "Spend", "Cell", "Source")
        self._header(titles, [title in titles[2:5] or title == "Spend" for title in titles])
        for one in rows:
            row = one.row
            for column, text in ((1, row.model), (2, row.component), (8, f"{row.sheet}!{row.cell}"), (9, row.source)):
                self._put(column, text, "calc_text")
            for column, value, number_format in (
                (3, row.old, PRICE), (4, row.new, PRICE), (6, row.effective or "not stated", DAY),
                (7, "not known" if one.effect is None else one.effect, MONEY),
            ):  # fmt: skip
                self._put(column, value, "constant", number_format)
            at = self._row
            self._formula(5, f'IF(C{at}=0,"n/a",D{at}/C{at}-1)', "calc", SHARE)
            self._row += 1

    def _left(self) -> None:
        rows = [row for row in self._report.plan.rows if row.kind in (LEFT, *OPEN)]
        if not rows:
            return
        self._heading("Prices not changed")
        self._header(("Model", "Component", "Price", "Kind", "Cell", "Why"), (False, False, True, False, False, False))
        for row in rows:
            texts = ((1, row.model), (2, row.component), (4, row.kind), (5, f"{row.sheet}!{row.cell}"), (6, row.reason))
            for column, text in texts:
                self._put(column, text, "calc_text")
            self._put(3, row.old, "constant", PRICE)
            self._row += 1

    def _notes(self) -> None:
        self._heading("Notes")
        for sentence in points(self._report):
            self._line(sentence, "text")


def _number_format(unit: str) -> str:
    """The house's format of a unit, whatever the currency."""
    known = next((one for one in UNITS if unit and unit.replace(unit[:3], "USD", 1) == one), unit)
    return styles.number_format(known) if known in UNITS else styles.MIXED
