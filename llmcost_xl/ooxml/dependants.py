"""Which formulas change when cells change: directly, through other cells, over all sheets.

A formula whose text does not tell what it reads (INDIRECT, OFFSET, a range between two functions) counts as changed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmcost_xl.ooxml import formulas
from llmcost_xl.ooxml.addresses import Area, Position
from llmcost_xl.ooxml.reads import FormulaCell, Read, Reads, Run
from llmcost_xl.ooxml.scan import LAST_COLUMN, LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmcost_xl.ooxml.formulas import Reading
    from llmcost_xl.ooxml.parts import DefinedName

__all__ = ["Cells", "Dependence", "FormulaCell"]

Cells = dict[str, set[Position]]
"""Cells by sheet."""


@dataclass
class Dependence:
    """What the formulas of a workbook read."""

    sheets: tuple[str, ...]
    names: Iterable[DefinedName]
    tables: Mapping[str, tuple[str, Area]]  # by name in capitals: the sheet and the whole area
    _runs: list[Run] = field(default_factory=list)
    _last: dict[tuple[str, int], Run] = field(default_factory=dict)  # by sheet and column
    _reads: defaultdict[str, Reads] = field(default_factory=lambda: defaultdict(Reads))
    _unknown: list[Run] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the names, and let sheets be found in any letter case."""
        self._spelled = {name.upper(): name for name in self.sheets}
        self._named = {(name.sheet, name.name.upper()): formulas.read(name.text) for name in self.names}

    def add(self, formula: FormulaCell) -> None:
        """Take note of a formula."""
        key = formula.sheet, formula.where[1]
        run = self._last.get(key)
        if run is not None and run.continues(formula):
            run.last = formula
        else:
            self._last[key] = Run(formula, formula)
            self._runs.append(self._last[key])

    def of(self, changed: Cells) -> Cells:
        """The cells that change when these do, array formulas with all that they fill; what was noted is used up."""
        for run in self._runs:
            self._note(run)
        for read in self._reads.values():
            read.sort()
        found: Cells = {}
        waiting = [(sheet, Area.of(where)) for sheet, cells in changed.items() for where in cells]
        readers = [(run.first.sheet, area) for run in self._unknown for area in run.take(0, run.steps)]
        while True:
            for sheet, area in readers:
                found.setdefault(sheet, set()).update(area.positions())
            waiting += readers
            if not waiting:
                return found
            sheet, area = waiting.pop()
            reads = self._reads.get(sheet)
            found_reads = reads.take(area) if reads is not None else ()
            readers = [(read.run.first.sheet, reader) for read in found_reads for reader in read.readers(area)]

    def _note(self, run: Run) -> None:
        """Take note of what the formulas of a run read: what its first and its last read tells of all between.

        An edge of an area lies still or moves with the formula, row by row. Where one does this and one that, so that
        the area grows, every formula is noted for itself; so it is where one area decides how large another is.
        """
        first = self._areas(run.first)
        last = self._areas(run.last) if run.steps else first
        if first is None or last is None:
            self._unknown.append(run)
            return
        reads = []
        for (sheet, area), (_, end) in zip(first, last, strict=True):
            moves = end != area
            grows = moves and end != area._replace(top=area.top + run.steps, bottom=area.bottom + run.steps)
            if grows or (run.steps and run.first.reading.widens):
                for one in run.each():
                    self._note(one)
                return
            reads.append((sheet, Read(area._replace(bottom=end.bottom), area, moves, run)))
        for sheet, read in reads:
            self._reads[sheet].add(read)

    def _areas(self, formula: FormulaCell) -> list[tuple[str, Area]] | None:
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
