"""The parts of one of our sheets, told by their styles: lines of one quantity each, and tables of records.

A sheet that is not in our styles has no blocks; rules that need them stay silent there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.reading import Book

HEADER_ROW: Final = 5
FIRST_ROW: Final = 6
LABEL, UNIT, VALUE, ACROSS = 1, 2, 3, 4
"""The columns of labels, units, single values, and the first of those across."""

COUNTER_FLOW: Final = "counter-flow"
"""What the heading of a block says whose cells are read from further up."""

SWING: Final = "Swing"
"""How the headings of the columns begin that say by what fraction a sensitivity varies an input."""

INPUT_STYLES: Final = ("lc_input", "lc_input_text")
NUMERIC_STYLES: Final = ("lc_input", "lc_constant", "lc_calc", "lc_link", "lc_output")


@dataclass(frozen=True)
class Block:
    """A heading and the rows below it. A table has a row of headings, `columns`; a block of lines has none."""

    sheet: str
    title: str
    row: int
    last: int
    header: int = 0
    units_row: int = 0
    first: int = 0
    total: int = 0
    columns: dict[int, str] = field(default_factory=dict)

    @property
    def is_table(self) -> bool:
        """Whether its rows are records."""
        return self.header > 0

    @property
    def last_record(self) -> int:
        """The last row of a table that is not its total."""
        return self.total - 1 if self.total else self.last

    def column(self, heading: str) -> int:
        """The column of a table under a heading; 0 if there is none."""
        return next((column for column, text in self.columns.items() if text == heading), 0)


def text(sheet: Worksheet, row: int, column: int) -> str:
    """What a cell holds, as text; "" if nothing. Looking does not make the cell, as openpyxl's own access does."""
    value = _value(sheet, row, column)
    return "" if value is None else str(value)


def stored(book: Book, sheet: str, row: int, column: int) -> Any:
    """What a cell showed when the workbook was last calculated; None if it, or its sheet, does not exist."""
    found = _sheets(book).get(sheet)
    cell = None if found is None else grid(found).get((row, column))
    return None if cell is None else book.value(cell)


@lru_cache(maxsize=4)
def _sheets(book: Book) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in book.formulas.worksheets}


def style(sheet: Worksheet, row: int, column: int) -> str:
    """The name of a cell's style; "" where there is no cell."""
    return _styles(sheet).get((row, column), "")


@lru_cache(maxsize=32)
def _styles(sheet: Worksheet) -> dict[tuple[int, int], str]:
    """The names of all styles of a sheet, since openpyxl looks a name up anew each time it is asked."""
    return {spot: str(cell.style) for spot, cell in grid(sheet).items()}


@lru_cache(maxsize=32)
def blocks_of(sheet: Worksheet) -> tuple[Block, ...]:
    """The blocks of a sheet, from top to bottom."""
    styled = {row: name for (row, column), name in sorted(_styles(sheet).items()) if column == LABEL}
    heads = [row for row, name in styled.items() if name == "lc_heading"]
    found = []
    for row, following in pairwise([*heads, max(styled, default=0) + 1]):
        last = max(one for one, name in styled.items() if row <= one < following and name.startswith("lc_"))
        title = text(sheet, row, LABEL)
        if styled.get(row + 1) == "lc_header_left":
            found.append(_table(sheet, title, row, last, styled))
        else:
            found.append(Block(sheet.title, title, row, last))
    return tuple(found)


def _table(sheet: Worksheet, title: str, row: int, last: int, styled: dict[int, str]) -> Block:
    header = row + 1
    headed = range(LABEL, max(column for one, column in grid(sheet) if one == header) + 1)
    columns = {column: text(sheet, header, column) for column in headed if text(sheet, header, column)}
    units = header + 1 if any(style(sheet, header + 1, column) == "lc_unit" for column in columns) else 0
    total = next((one for one in range(header + 1, last + 1) if styled.get(one) == "lc_total_label"), 0)
    return Block(sheet.title, title, row, last, header, units, (units or header) + 1, total, columns)


def block_at(sheet: Worksheet, row: int) -> Block | None:
    """The block that a row belongs to."""
    return _blocks_by_row(sheet).get(row)


@lru_cache(maxsize=32)
def _blocks_by_row(sheet: Worksheet) -> dict[int, Block]:
    return {row: block for block in blocks_of(sheet) for row in range(block.row, block.last + 1)}


@lru_cache(maxsize=32)
def across(sheet: Worksheet) -> dict[int, str]:
    """The columns right of the values with a heading at the top of the sheet: cases, months, and what stands beside."""
    return {
        column: str(cell.value)
        for (row, column), cell in sorted(grid(sheet).items())
        if row == HEADER_ROW and column >= ACROSS and cell.value is not None and cell.style.startswith("lc_header")
    }


def source_column(sheet: Worksheet) -> int:
    """The column beside the inputs that names their source; far right of them if there is none."""
    return next((column for column, heading in across(sheet).items() if heading == "Source"), sheet.max_column + 3)


def lines(sheet: Worksheet) -> Iterator[tuple[Block, int]]:
    """Every row that states one quantity: its block and its number."""
    for block in blocks_of(sheet):
        if not block.is_table:
            for row in range(block.row + 1, block.last + 1):
                if style(sheet, row, LABEL) == "lc_label":
                    yield block, row


def unit_at(sheet: Worksheet, row: int, column: int) -> str:
    """The unit of a cell: beside its line, or under the heading of its column; "" where none is stated."""
    block = block_at(sheet, row)
    if block is None:
        return ""
    if not block.is_table:
        if across(sheet).get(column, "").startswith(SWING):
            return "fraction"
        return text(sheet, row, UNIT) if style(sheet, row, UNIT) == "lc_unit" else ""
    return text(sheet, block.units_row, column) if block.units_row and row >= block.first else ""


def label_at(sheet: Worksheet, row: int, column: int) -> str:
    """What a cell is called: the label of its line, or the heading of its column."""
    block = block_at(sheet, row)
    if block is not None and block.is_table:
        return block.columns.get(column, "")
    return text(sheet, row, LABEL)


def currency_of(book: Book) -> str:
    """The currency of one of our workbooks, from its cover; USD if it does not say."""
    for cover in book.sheets("Cover"):
        for (row, column), cell in grid(cover).items():
            if column == LABEL and cell.value == "Currency":
                code = re.match("[A-Z]{3}", text(cover, row, UNIT))
                return code[0] if code else "USD"
    return "USD"


def _value(sheet: Worksheet, row: int, column: int) -> Any:
    cell = grid(sheet).get((row, column))
    return None if cell is None else cell.value


def grid(sheet: Worksheet) -> dict[tuple[int, int], Any]:
    """Every cell there is, filled or only styled, by row and column."""
    cells: Any = sheet._cells  # noqa: SLF001  # public access makes every cell that is looked at
    found: dict[tuple[int, int], Any] = cells
    return found
