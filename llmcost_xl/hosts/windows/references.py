"""Reads the cells that a formula refers to, as the formula writes it, through xlwings."""

from __future__ import annotations

import re
from typing import Any, Final

from llmcost_xl.errors import OutOfDomainError

CELLS_READ: Final = 200_000
SHEET: Final = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<cells>.+)")
BOOK: Final = re.compile(r".*\[(?P<book>[^\]]+)\](?P<sheet>.+)")
THIS_ROW: Final = re.compile(r"(?P<table>\w*)\[(?:@\[?|\[#This Row\],\s*\[)(?P<column>[^\[\]]+)\]{1,2}", re.IGNORECASE)


class Reader:
    """Reads for the formula of one cell."""

    def __init__(self, cell: Any) -> None:
        self._cell = cell
        self._sheet = cell.sheet
        self._book = cell.sheet.book

    def read(self, reference: str) -> list[list[Any]] | None:
        """The rows of cells behind a reference; None where there is no such range.

        Raises:
            OutOfDomainError: it is larger than is sensible to explain.
        """
        named = self._name(reference)
        constant = _constant(named) if named else None
        if constant is not None:
            return [[constant]]
        try:
            found = _used(named.refers_to_range if named else self._find(reference))
        except Exception:  # noqa: BLE001  # Excel has many ways to say that this is no range, and xlwings adds some
            return None
        if found.size > CELLS_READ:
            raise OutOfDomainError(f"{reference} has {found.size:,} cells; up to {CELLS_READ:,} can be explained")
        rows: list[list[Any]] = found.options(ndim=2, err_to_str=True).value
        return rows

    def _find(self, reference: str) -> Any:
        this_row = THIS_ROW.fullmatch(reference)
        if this_row:
            table = this_row["table"] or self._cell.table.name  # within its own table a formula does not name it
            column = self._sheet.range(f"{table}[{this_row['column']}]")
            return column.sheet.range((self._cell.row, column.column))
        qualified = SHEET.fullmatch(reference)
        if qualified:
            return self._on_sheet(qualified)
        return self._sheet.range(reference)

    def _name(self, reference: str) -> Any:
        """The defined name that a reference is, one of the sheet before one of the book; None where it is none."""
        for names in (self._sheet.names, self._book.names):
            for name in names:
                if name.name.rpartition("!")[2].lower() == reference.lower():
                    return name
        return None

    def _on_sheet(self, qualified: re.Match[str]) -> Any:
        sheet = qualified["plain"] or qualified["quoted"].replace("''", "'")
        elsewhere = BOOK.fullmatch(sheet)
        book = self._book.app.books[elsewhere["book"]] if elsewhere else self._book
        return book.sheets[elsewhere["sheet"] if elsewhere else sheet].range(qualified["cells"])


def _constant(name: Any) -> float | None:
    """The number that a name stands for, where it stands for no cells."""
    try:
        return float(name.refers_to.removeprefix("="))
    except ValueError:
        return None


def _used(found: Any) -> Any:
    """The part of a range that can hold anything: whole columns are a million cells."""
    last = found.sheet.used_range.last_cell
    height = min(found.shape[0], max(1, last.row - found.row + 1))
    width = min(found.shape[1], max(1, last.column - found.column + 1))
    return found if (height, width) == found.shape else found.resize(height, width)
