"""Where the report goes: on a sheet of its own, or below what stands on the one of an earlier run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.ooxml import BookFile
from llmcost_xl.ooxml.newblock import with_block
from llmcost_xl.ooxml.newsheet import with_sheet
from llmcost_xl.reprice.sheet.making import NOTE, TITLE, made

if TYPE_CHECKING:
    from llmcost_xl.ooxml import SheetFile
    from llmcost_xl.reprice.report import Report

NAME: Final = "Price change"
BETWEEN: Final = 3
"""Rows from the last one of an earlier block to the first of the next."""


class _Place(NamedTuple):
    """Where a block goes."""

    name: str
    row: int

    @property
    def is_new(self) -> bool:
        """Whether the sheet is not there yet."""
        return self.row == 1


def added(report: Report, content: bytes) -> bytes:
    """A workbook's file with the report: on a new sheet, or in a new block below everything on the one there is.

    Raises:
        RefusedError: the structure of the workbook is protected, so that no sheet can be added.
    """
    book = BookFile.read(content)
    place = _place(book)
    block = made(report, place.name, place.row)
    return with_sheet(book, block, place.name) if place.is_new else with_block(book, block, place.name)


def _place(book: BookFile) -> _Place:
    """The sheet of earlier runs; else a new one, called as no other is."""
    worksheets = {sheet.name.lower(): sheet for sheet in book.sheets}
    taken = {entry.name.lower() for entry in book.structure.sheets}
    for name in (NAME, *(f"{NAME} ({number})" for number in range(2, len(taken) + 3))):
        if name.lower() not in taken:
            return _Place(name, 1)
        sheet = worksheets.get(name.lower())
        last = _last_row(sheet) if sheet else 0
        if sheet and last:
            return _Place(sheet.name, last + BETWEEN)
    raise AssertionError  # there are more names than sheets


def _last_row(sheet: SheetFile) -> int:
    """The last row in use of a sheet of ours, as its first cells say; 0 for one of somebody else's."""
    first: dict[tuple[int, int], object] = {}
    last = 0
    for cell in sheet.cells():
        if cell.row <= len((TITLE, NOTE)) and cell.column == 1:
            first[cell.where] = cell.value
        last = max(last, cell.row)
    is_ours = str(first.get((1, 1), "")).startswith(TITLE) and first.get((2, 1)) == NOTE
    return last if is_ours else 0
