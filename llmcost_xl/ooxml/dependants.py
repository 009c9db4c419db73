"""Which formulas change when cells change: directly, through other cells, over all sheets.

A formula whose text does not tell what it reads (INDIRECT, OFFSET, a range between two functions) counts as changed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.ooxml import formulas
from llmcost_xl.ooxml.addresses import Area, Position
from llmcost_xl.ooxml.scan import LAST_COLUMN, LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from llmcost_xl.ooxml.formulas import Reading
    from llmcost_xl.ooxml.parts import DefinedName

WIDE: Final = 16  # areas of more columns are kept for all columns at once
EVERY_COLUMN: Final = 0
LEVELS: Final = LAST_ROW.bit_length()

Cells = dict[str, set[Position]]
"""Cells by sheet."""


class FormulaCell(NamedTuple):
    """A formula, where it stands and what it fills."""

    sheet: str
    where: Position
    area: Area  # the cell itself, or what an array formula fills
    reading: Reading
    rows: int  # how far the formula stands from where its text was written
    columns: int
    kind: str


class Areas:
    """Areas with a number each, found again by a cell.

    Rows are cut in halves over and over: an area is kept for the few largest pieces that it consists of, and a cell
    lies in one piece of every size.
    """

    def __init__(self) -> None:
        self._found: defaultdict[tuple[int, int, int], list[tuple[Area, int]]] = defaultdict(list)
        self._levels: defaultdict[int, set[int]] = defaultdict(set)

    def add(self, area: Area, number: int) -> None:
        """Keep an area."""
        wide = area.right - area.left >= WIDE
        columns = (EVERY_COLUMN,) if wide else range(area.left, area.right + 1)
        for level, piece in _pieces(area.top, area.bottom):
            for column in columns:
                self._levels[column].add(level)
                self._found[column, level, piece].append((area, number))

    def take(self, where: Position) -> Iterator[int]:
        """The numbers of the areas that hold a cell; each is found again by other cells only."""
        row, column = where
        for key_column in (column, EVERY_COLUMN):
            for level in self._levels.get(key_column, ()):
                key = key_column, level, row >> level
                found = self._found.get(key)
                if not found:
                    continue
                yield from (number for area, number in found if area.holds(where))
                if key_column == EVERY_COLUMN:
                    self._found[key] = [entry for entry in found if not entry[0].holds(where)]
                else:
                    del self._found[key]


def _pieces(top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """The largest pieces of halved rows that together are these rows: how often halved, and which."""
    level, end = 0, bottom + 1
    while top < end:
        if top & 1:
            yield level, top
            top += 1
        if end & 1:
            end -= 1
            yield level, end
        level, top, end = level + 1, top >> 1, end >> 1


@dataclass
class Dependence:
    """What the formulas of a workbook read."""

    sheets: tuple[str, ...]
    names: Iterable[DefinedName]
    tables: Mapping[str, tuple[str, Area]]  # by name in capitals: the sheet and the whole area
    _formulas: list[tuple[str, Area]] = field(default_factory=list)
    _areas: defaultdict[str, Areas] = field(default_factory=lambda: defaultdict(Areas))
    _unknown: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the names, and let sheets be found in any letter case."""
        self._spelled = {name.upper(): name for name in self.sheets}
        self._named = {(name.sheet, name.name.upper()): formulas.read(name.text) for name in self.names}

    def add(self, formula: FormulaCell) -> None:
        """Take note of a formula."""
        number = len(self._formulas)
        self._formulas.append((formula.sheet, formula.area))  # what it reads is kept by area
        areas = self._reads(formula)
        if areas is None:
            self._unknown.append(number)
            return
        for sheet, area in areas:
            self._areas[sheet].add(area, number)

    def of(self, changed: Cells) -> Cells:
        """The cells that change when these do, array formulas with all that they fill; an Areas is used up."""
        found: Cells = {}
        seen = bytearray(len(self._formulas))
        waiting = [(sheet, where) for sheet, cells in changed.items() for where in cells]
        numbers: Iterable[int] = self._unknown
        while True:
            for number in numbers:
                if not seen[number]:
                    seen[number] = 1
                    own_sheet, area = self._formulas[number]
                    cells = list(area.positions())
                    found.setdefault(own_sheet, set()).update(cells)
                    waiting += [(own_sheet, where) for where in cells]
            if not waiting:
                return found
            sheet, where = waiting.pop()
            numbers = list(self._areas[sheet].take(where)) if sheet in self._areas else ()

    def _reads(self, formula: FormulaCell) -> list[tuple[str, Area]] | None:
        """The areas that a formula reads, names and tables resolved; None if that cannot be told."""
        if formula.kind == "dataTable":
            return None
        found: list[tuple[str, Area]] = []
        moved = formula.rows, formula.columns
        is_known = self._collect(formula.reading, formula.sheet, moved, found, row=formula.where[0])
        return found if is_known else None

    def _collect(
        self,
        reading: Reading,
        sheet: str,
        moved: Position,
        found: list[tuple[str, Area]],
        *,
        row: int,
        through: frozenset[str] = frozenset(),
    ) -> bool:
        """Gather what a formula reads, and whether all of it is known."""
        if not reading.is_known:
            return False
        areas = [(reference.sheet or sheet, reference.area(*moved)) for reference in reading.references]
        for name, area in areas:
            if area is None:
                return False
            wide = _widened(area, [other for _, other in areas if other]) if reading.widens else area
            found += [(each, wide) for each in self._meant(name)]
        found += [
            self._of_table(name, row if of_row else None) for name, of_row in reading.tables if name in self.tables
        ]
        for scope, name in reading.names:
            if name in self.tables:
                found.append(self.tables[name])
            key = self._key(scope or sheet, name)
            if key is None or name in through:
                continue
            behind = self._named[key]
            if any(_is_relative(reference) for reference in behind.references):
                return False  # it means another cell in every cell
            if not self._collect(behind, key[0] or sheet, (0, 0), found, row=row, through=through | {name}):
                return False
        return True

    def _of_table(self, name: str, row: int | None) -> tuple[str, Area]:
        """The sheet and the area of a table, or of its row beside the formula."""
        sheet, area = self.tables[name]
        return sheet, area if row is None or not area.top <= row <= area.bottom else area._replace(top=row, bottom=row)

    def _key(self, sheet: str, name: str) -> tuple[str | None, str] | None:
        """A name as it is known on a sheet: the sheet's own comes first."""
        keys = ((self._spelled.get(sheet.upper()), name), (None, name))
        return next((key for key in keys if key in self._named), None)

    def _meant(self, name: str) -> Iterable[str]:
        """The sheets that a reference names: one, or all from one to another."""
        first, colon, last = name.upper().partition(":")
        if not colon:
            return [self._spelled[first]] if first in self._spelled else []
        order = [sheet.upper() for sheet in self.sheets]
        if first not in order or last not in order:
            return []
        start, end = sorted((order.index(first), order.index(last)))
        return self.sheets[start : end + 1]


def _is_relative(reference: formulas.Reference) -> bool:
    return any(corner.row_moves or corner.column_moves for corner in (reference.first, reference.last))


def _widened(area: Area, areas: list[Area]) -> Area:
    """An area as large as the largest of a formula: SUMIF reads so much from the corner of its third."""
    rows = max(other.bottom - other.top for other in areas)
    columns = max(other.right - other.left for other in areas)
    bottom, right = max(area.bottom, area.top + rows), max(area.right, area.left + columns)
    return area._replace(bottom=min(bottom, LAST_ROW), right=min(right, LAST_COLUMN))
