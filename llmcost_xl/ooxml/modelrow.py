"""The row above appended ones, whose formats and formulas they take over; and a row's own tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import formulas
from llmcost_xl.ooxml.addresses import Area, Position, address
from llmcost_xl.ooxml.xmlpart import attributes_of, retagged

if TYPE_CHECKING:
    from llmcost_xl.ooxml.reading import RawCell

OWN: Final = ("r", "spans", "hidden", "collapsed")
"""Attributes of a row that are no part of its look."""


class ModelRow:
    """What new rows copy."""

    def __init__(self, area: Area) -> None:
        self.area = area  # the new rows
        self.row = area.top - 1
        self.rows = range(area.top, area.bottom + 1)
        self.look: dict[str, str] = {}
        self.styles: dict[int, str] = {}
        self._formulas: dict[int, str] = {}

    def learn(self, cell: RawCell, formula: str | None) -> None:
        """Take note of a cell of the row.

        Raises:
            RefusedError: it holds an array formula.
        """
        if not self.area.left <= cell.column <= self.area.right:
            return
        self.styles[cell.column] = cell.style
        if formula is not None:
            if cell.formula is not None and cell.formula.kind in ("array", "dataTable"):
                raise RefusedError(f"{address(cell.where)}: an array formula, which is not copied into a new row")
            self._formulas[cell.column] = formula

    def formula(self, where: Position) -> str | None:
        """The formula of the row, as it reads further down."""
        text = self._formulas.get(where[1]) if self.area.holds(where) else None
        return None if text is None else formulas.moved(text, where[0] - self.row)


def row_look(tag: bytes) -> dict[str, str]:
    """Height, style and other attributes of a row, by their names in the file."""
    return {name: value for name, value in attributes_of(tag).items() if name not in OWN}


def spanning(tag: bytes, columns: list[int]) -> bytes:
    """A row's tag whose hint of the columns in use covers these as well."""
    first, colon, last = attributes_of(tag).get("spans", "").partition(":")
    if not (colon and first.isdigit() and last.isdigit()):
        return tag
    wider = f"{min(int(first), *columns)}:{max(int(last), *columns)}"
    return retagged(tag, {"spans": wider})
