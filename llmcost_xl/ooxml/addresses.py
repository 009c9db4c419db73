"""Where a cell lies: "F7" is row 7, column 6."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TypeAlias

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.scan import LAST_COLUMN, LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

Position: TypeAlias = tuple[int, int]
"""Row and column, counted from 1."""

CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
COLUMNS: Final = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
ROWS: Final = re.compile(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})")


@cache
def column_number(letters: str) -> int:
    """6 for "F"."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


@cache
def column_letters(number: int) -> str:
    """The name of column 6: "F"."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def position(text: str) -> Position:
    """Row and column of "F7", dollar signs or not.

    Raises:
        RefusedError: this is no cell of a sheet.
    """
    match = CELL.fullmatch(text)
    if match is not None:
        row, column = int(match[2]), column_number(match[1])
        if row <= LAST_ROW and column <= LAST_COLUMN:
            return row, column
    raise RefusedError(f"{text[:40]!r} is no cell of a sheet")


def address(where: Position) -> str:
    """The name of row 7, column 6: "F7"."""
    return f"{column_letters(where[1])}{where[0]}"


class Area(NamedTuple):
    """A rectangle of cells, its edges included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def read(cls, text: str) -> Self:
        """The area of "B2:D9", "B2", "B:D" or "2:9".

        Raises:
            RefusedError: this is no area of a sheet.
        """
        if columns := COLUMNS.fullmatch(text):
            first, last = sorted((column_number(columns[1]), column_number(columns[2])))
            return cls(1, first, LAST_ROW, last)
        if rows := ROWS.fullmatch(text):
            first, last = sorted((int(rows[1]), int(rows[2])))
            return cls(first, 1, last, LAST_COLUMN)
        start, _, end = text.partition(":")
        (top, left), (bottom, right) = position(start), position(end or start)
        return cls(min(top, bottom), min(left, right), max(top, bottom), max(left, right))

    @classmethod
    def of(cls, where: Position) -> Self:
        """A single cell."""
        return cls(*where, *where)

    def __str__(self) -> str:
        """Give the area as people write it, "B2:D9"."""
        start, end = address((self.top, self.left)), address((self.bottom, self.right))
        return start if start == end else f"{start}:{end}"

    def holds(self, where: Position) -> bool:
        """Whether a cell lies in it."""
        return self.top <= where[0] <= self.bottom and self.left <= where[1] <= self.right

    @property
    def start(self) -> Position:
        """The cell at the upper left."""
        return self.top, self.left

    def covering(self, where: Position) -> Area:
        """The smallest area that holds this one and a cell as well."""
        row, column = where
        return Area(min(self.top, row), min(self.left, column), max(self.bottom, row), max(self.right, column))

    def positions(self) -> Iterator[Position]:
        """Every cell, row by row."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column
