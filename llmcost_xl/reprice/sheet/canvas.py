"""A sheet in the making, row by row: cells in their roles, headings, headers, sentences."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any, Final

from openpyxl.worksheet.pagebreak import Break

from llmcost_xl.workbook.writer import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS: Final = 12
NOT_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""What no cell can hold, or what would turn the direction of the text around it."""

LONGEST_TEXT: Final = 32_767
LINE: Final = 165  # characters of running text that fit on all columns
ONE_LINE, TWO_LINES = 18, 32  # points
PAGE: Final = 40  # rows that are printed on a page
LONGEST: Final = 14  # title on one line, in characters


def plain(text: str) -> str:
    """Text as a cell can hold it."""
    return NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)[:LONGEST_TEXT]


class Canvas:
    """Where the next row goes, and what has been drawn."""

    def __init__(self, sheet: Worksheet, row: int) -> None:
        self.sheet, self.row = sheet, row
        self._page = row  # the row that the printed page begins with
        self.charts: list[tuple[str, str]] = []  # title and description of each

    def put(self, column: int, value: Any, role: str, number_format: str = "", *, row: int = 0) -> None:
        """Fill a cell of this row, or of another; what begins with "=" is a formula."""
        put(self.sheet, row or self.row, column, value, role, number_format)

    def text(self, column: int, value: str, role: str = "calc_text") -> None:
        """Fill a cell with text, which stays text whatever it begins with."""
        cell = put(self.sheet, self.row, column, plain(value), role)
        if cell.data_type == "f":
            cell.data_type = "s"
            cell.quotePrefix = True

    def formula(self, column: int, formula: str, role: str = "calc", number_format: str = "") -> None:
        """Fill a cell with a formula."""
        self.put(column, f"={formula}", role, number_format)

    def line(self, text: str, role: str = "text") -> None:
        """A row that says one thing."""
        self.text(1, text, role)
        self.row += 1

    def words(self, sentences: Iterable[str]) -> None:
        """Sentences, each on as many rows as it takes."""
        for sentence in sentences:
            for line in textwrap.wrap(sentence, LINE) or [""]:
                self.line(line)

    def heading(self, text: str) -> None:
        """A band over what belongs together, below an empty row."""
        self.row += 1
        self.text(1, text, "heading")
        for column in range(2, COLUMNS + 1):
            self.put(column, None, "heading")
        self.row += 1

    def new_page(self) -> None:
        """Have what follows printed on a new page."""
        self.sheet.row_breaks.append(Break(id=self.row))
        self._page = self.row + 1

    def keep_together(self, rows: int) -> None:
        """Have so many rows printed on one page, a new one where this has no room for them."""
        if self.row + rows - self._page > PAGE:
            self.new_page()

    def header(self, titles: Sequence[str], in_words: Sequence[str] = ()) -> None:
        """The titles of columns; those of texts stand on the left."""
        for column, title in enumerate(titles, start=1):
            self.text(column, title, "header_left" if column == 1 or title in in_words else "header")
        is_short = all(len(title) <= LONGEST for title in titles[1:])
        self.sheet.row_dimensions[self.row].height = ONE_LINE if is_short else TWO_LINES
        self.row += 1
