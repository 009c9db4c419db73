"""The checks that a workbook makes of itself, as its Checks sheet states them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from llmcost_xl.lint.blocks import VALUE, blocks_of, grid, lines, text
from llmcost_xl.lint.formulas import Formula, text_of
from llmcost_xl.lint.scope import own_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.blocks import Block
    from llmcost_xl.lint.graph import Node
    from llmcost_xl.lint.reading import Book

CLASSES: Final = {"errors": "FAIL", "alerts": "ALERT", "sensitivities": "NOTE"}
"""The first word of the heading above a table of checks, and what a check of this class says when it does not hold."""

COLUMNS: Final = (
    "Statement", "Id", "Sheet", "Value", "Relation", "Target", "Tolerance", "Failed (flag)", "Status",
)  # fmt: skip
MASTER: Final = "Master check"
ERRORS_COUNTED: Final = "Errors that fail"


@dataclass(frozen=True)
class Check:
    """One row of a table of checks."""

    sheet: Worksheet
    block: Block
    row: int

    @property
    def kind(self) -> str:
        """Its class: errors, alerts or sensitivities; "" if the heading says something else."""
        word = self.block.title.partition(":")[0].partition(" ")[0].lower()
        return word if word in CLASSES else ""

    def says(self, heading: str) -> str:
        """What stands in one of its columns; "" if it has no such column."""
        column = self.block.column(heading)
        return text(self.sheet, self.row, column) if column else ""

    def node(self, heading: str) -> Node:
        """The cell in one of its columns."""
        return self.sheet.title, self.row, self.block.column(heading)

    def address(self, heading: str) -> str:
        """The same as an address; the first cell of the row if it has no such column."""
        return f"{get_column_letter(self.block.column(heading) or 1)}{self.row}"

    def formula(self, heading: str) -> Formula:
        """The formula in one of its columns, or what stands there instead of one."""
        cell = grid(self.sheet).get((self.row, self.block.column(heading)))
        return Formula("" if cell is None else text_of(cell))


def checks_of(book: Book) -> Iterator[Check]:
    """Every check of a workbook."""
    for sheet in own_sheets(book, "Checks"):
        for block in blocks_of(sheet):
            if block.is_table and block.column("Statement"):
                for row in range(block.first, block.last_record + 1):
                    if text(sheet, row, block.column("Statement")):
                        yield Check(sheet, block, row)


def summary(book: Book, label: str) -> Node | None:
    """The cell of a line of the Checks sheet, such as the master check."""
    for sheet in own_sheets(book, "Checks"):
        for _, row in lines(sheet):
            if text(sheet, row, 1) == label:
                return sheet.title, row, VALUE
    return None
