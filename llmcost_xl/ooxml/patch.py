"""Cells spliced into the XML of their sheet: the rest of it stays as it was written."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.addresses import Area, Position, address
from llmcost_xl.ooxml.cellxml import CellWriter
from llmcost_xl.ooxml.modelrow import ModelRow, row_look, spanning
from llmcost_xl.ooxml.reading import Beside, RawCell, RawRow, items
from llmcost_xl.ooxml.worksheet import formula_text
from llmcost_xl.ooxml.xmlpart import Splice, opened_tag, prefix_of, retagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmcost_xl.ooxml.values import New, Value
    from llmcost_xl.ooxml.xmlpart import XmlPart


@dataclass(frozen=True)
class Edits:
    """What changes in a sheet."""

    puts: Mapping[Position, New] = field(default_factory=dict)
    stored: Mapping[Position, Value] = field(default_factory=dict)  # of formulas and of what they spill; None: dropped
    appended: Area | None = None  # rows below a list: formats and formulas are copied from the row above it


def patched(part: XmlPart, edits: Edits, *, date1904: bool = False) -> bytes:
    """The sheet with these edits.

    Raises:
        RefusedError: a cell to be written holds a formula or belongs to one, lies inside a merged area, or an
            appended row is not empty.
    """
    writer = CellWriter(part, date1904)
    if edits.puts or edits.appended or spills(part):
        return _Patch(part, edits, writer).made()
    return writer.all_stored(edits.stored)


def spills(part: XmlPart) -> bool:
    """Whether cells without formulas may have results, of an array formula or a data table."""
    return b"array" in part.text or b"dataTable" in part.text


class _Patch:
    """One pass over a sheet, that gathers what is to be spliced."""

    def __init__(self, part: XmlPart, edits: Edits, writer: CellWriter) -> None:
        self._part, self._edits, self._writer = part, edits, writer
        self._model = ModelRow(edits.appended) if edits.appended else None
        self._splices: list[Splice] = []
        self._shared: dict[str, RawCell] = {}
        self._arrays: list[Area] = []
        self._row_cells: list[tuple[int, int]] = []  # column and start of the cells of the row at hand
        self._wanted: dict[int, set[int]] = {}  # by row, the columns that have no cell yet
        for row, column in edits.puts:
            self._wanted.setdefault(row, set()).add(column)
        self._passed = 0  # the last row that was looked at: those before it are there, or added
        self._created: list[Position] = []
        self._prefix = ""
        self._dimension: Beside | None = None

    def made(self) -> bytes:
        for item in items(self._part):
            if isinstance(item, RawCell):
                self._cell(item)
            elif isinstance(item, RawRow):
                self._row(item)
            else:
                self._other(item)
        if self._wanted:
            raise RefusedError(
                f"{address((min(self._wanted), 1))}: cannot be written, as the sheet holds no rows that Excel reads"
            )
        if self._dimension is not None:
            self._widen(self._dimension)
        return self._part.spliced(self._splices)

    # -- cells that are there ------------------------------------------------------------------------------------------

    def _cell(self, cell: RawCell) -> None:
        where = cell.where
        self._row_cells.append((cell.column, cell.start))
        formula = formula_text(cell, self._shared) if cell.formula and self._model else None
        if cell.formula is not None and cell.formula.area is not None and cell.formula.kind in ("array", "dataTable"):
            self._arrays.append(cell.formula.area)
        if self._model is not None:
            if cell.row == self._model.row:
                self._model.learn(cell, formula)
            elif self._model.area.holds(where) and (cell.text is not None or cell.formula is not None):
                raise RefusedError(f"{address(where)}: is not empty; no row can be appended there")
        if where in self._edits.puts:
            self._put(cell)
        elif where in self._edits.stored:
            self._splices += self._writer.stored(cell, self._edits.stored[where])
        elif self._model is not None and (copied := self._model.formula(where)) is not None:
            self._replace_whole(cell, copied)
        self._wanted.get(cell.row, set()).discard(cell.column)

    def _put(self, cell: RawCell) -> None:
        if cell.formula is not None:
            raise RefusedError(f"{address(cell.where)}: holds a formula, which is never overwritten")
        self._splices.append(self._writer.replaced(cell, self._edits.puts[cell.where]))

    def _replace_whole(self, cell: RawCell, formula: str) -> None:
        """A cell that has only a format gets the formula of the row above."""
        prefix = prefix_of(self._part.tag(cell.start))
        content = self._writer.new(prefix, cell.where, cell.style, None, formula)
        self._splices.append(Splice(cell.start, self._part.stop(cell.start, cell.end), content))

    # -- cells and rows that are not -----------------------------------------------------------------------------------

    def _row(self, row: RawRow) -> None:
        cells, self._row_cells = self._row_cells, []
        is_model = self._model is not None and row.number == self._model.row
        if not self._wanted and not is_model:
            return
        tag = self._part.tag(row.start)
        self._prefix = prefix_of(tag)
        if self._model is not None and is_model:
            self._model.look = row_look(tag)
            for number in self._model.rows:
                self._wanted.setdefault(number, set()).update(self._model.styles)
        before = self._new_rows([number for number in range(self._passed + 1, row.number) if number in self._wanted])
        self._passed = row.number
        if before:
            self._splices.append(Splice(row.start, row.start, before))
        columns = sorted(self._wanted.pop(row.number, ()))
        if columns:
            self._fill(row, tag, columns, cells)

    def _fill(self, row: RawRow, tag: bytes, columns: list[int], cells: list[tuple[int, int]]) -> None:
        """New cells in a row that is there."""
        new = {column: self._new_cell((row.number, column)) for column in columns}
        wider = spanning(tag, columns)
        if tag.endswith(b"/>"):
            wider = opened_tag(wider) + b"".join(new.values()) + f"</{self._prefix}row>".encode()
        self._splices.append(Splice(row.start, row.start + len(tag), wider))
        if tag.endswith(b"/>"):
            return
        for column, content in new.items():
            at = next((start for other, start in cells if other > column), row.end)
            self._splices.append(Splice(at, at, content))

    def _new_rows(self, numbers: Iterable[int]) -> bytes:
        """Rows that are not there, with their cells."""
        return b"".join(self._new_row(number, sorted(self._wanted.pop(number))) for number in sorted(numbers))

    def _new_row(self, number: int, columns: list[int]) -> bytes:
        look = self._model.look if self._model is not None and number in self._model.rows else {}
        tag = retagged(f"<{self._prefix}row>".encode(), {"r": str(number), **look})
        cells = b"".join(self._new_cell((number, column)) for column in columns)
        return tag + cells + f"</{self._prefix}row>".encode() if cells else b""

    def _new_cell(self, where: Position) -> bytes:
        self._created.append(where)
        puts = self._edits.puts
        model = self._model if self._model is not None and self._model.area.holds(where) else None
        style = model.styles.get(where[1], "") if model else ""
        formula = model.formula(where) if model and where not in puts else None
        if not style and formula is None and puts.get(where) is None:
            return b""
        return self._writer.new(self._prefix, where, style, puts.get(where), formula)

    # -- the rest of the sheet -----------------------------------------------------------------------------------------

    def _other(self, item: Beside) -> None:
        if item.name == "dimension":
            self._dimension = item
        elif item.name == "sheetData":
            self._add_rows(item)
        elif item.name == "mergeCell":
            self._refuse_inside(Area.read(item.attributes.get("ref", "")), "a merged area", first_is_free=True)
        elif item.name == "autoFilter" and self._model is not None and "ref" in item.attributes:
            area = Area.read(item.attributes["ref"])
            if follows(area, self._model.area):
                self._retag(item, {"ref": str(area._replace(bottom=self._model.area.bottom))})

    def _add_rows(self, item: Beside) -> None:
        """At the end of all rows: those behind the last."""
        for area in self._arrays:
            self._refuse_inside(area, "an array formula or data table")
        tag = self._part.tag(item.start)
        self._prefix = prefix_of(tag)
        rows = self._new_rows(list(self._wanted))
        if rows and tag.endswith(b"/>"):
            whole = opened_tag(tag) + rows + f"</{self._prefix}sheetData>".encode()
            self._splices.append(Splice(item.start, item.start + len(tag), whole))
        elif rows:
            self._splices.append(Splice(item.end, item.end, rows))

    def _refuse_inside(self, area: Area, what: str, *, first_is_free: bool = False) -> None:
        for where in self._edits.puts:
            if area.holds(where) and not (first_is_free and where == area.start):
                raise RefusedError(f"{address(where)}: belongs to {what} ({area})")

    def _widen(self, item: Beside) -> None:
        """The area in use, as the sheet states it."""
        if self._created and "ref" in item.attributes:
            area = Area.read(item.attributes["ref"])
            self._retag(item, {"ref": str(functools.reduce(Area.covering, self._created, area))})

    def _retag(self, item: Beside, changes: dict[str, str | None]) -> None:
        tag = self._part.tag(item.start)
        self._splices.append(Splice(item.start, item.start + len(tag), retagged(tag, changes)))


def follows(list_area: Area, appended: Area) -> bool:
    """Whether appended rows continue a list."""
    return (
        list_area.bottom == appended.top - 1 and appended.left <= list_area.right and appended.right >= list_area.left
    )
