"""The areas that formulas read, found again by cells; formulas that are copied down a column count as one.

A usage sheet has a hundred thousand rows and three formulas. What the copies of one read is kept once, and which of
them read a cell follows from its row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.ooxml.addresses import Area

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.ooxml.formulas import Reading

WIDE: Final = 16  # areas of more columns are kept for all columns at once
EVERY_COLUMN: Final = 0


class FormulaCell(NamedTuple):
    """A formula, where it stands and what it fills."""

    sheet: str
    where: Position
    area: Area  # the cell itself, or what an array formula or a data table fills
    reading: Reading
    rows: int  # how far the formula stands from where its text was written
    columns: int
    kind: str

    @property
    def fills(self) -> bool:
        """Whether it fills more than its own cell."""
        return self.kind in ("array", "dataTable")


@dataclass
class Run:
    """Formulas below each other that are copies of one."""

    first: FormulaCell
    last: FormulaCell
    _found: bytearray = field(default_factory=bytearray)

    def continues(self, formula: FormulaCell) -> bool:
        """Whether a formula is the next copy."""
        last = self.last
        return (
            formula.reading is last.reading and formula.where[0] == last.where[0] + 1
            and formula.rows == last.rows + 1 and formula.columns == last.columns and not formula.fills
        )  # fmt: skip

    @property
    def steps(self) -> int:
        """How many rows lie between the first and the last."""
        return self.last.where[0] - self.first.where[0]

    def each(self) -> Iterator[Run]:
        """Its formulas, one by one."""
        for step in range(self.steps + 1):
            row, column = self.first.where
            where = row + step, column
            one = self.first._replace(where=where, area=Area.of(where), rows=self.first.rows + step)
            yield Run(one, one)

    def take(self, low: int, high: int) -> Iterator[Area]:
        """The cells of the formulas from one to another, without those that were taken before."""
        found = self._found = self._found or bytearray(self.steps + 1)
        start = found.find(0, low, high + 1)
        while start >= 0:
            end = found.find(1, start, high + 1)
            end = high + 1 if end < 0 else end
            found[start:end] = b"\1" * (end - start)
            area = self.first.area
            yield area._replace(top=area.top + start, bottom=area.bottom + end - 1)
            start = found.find(0, end, high + 1)


class Read(NamedTuple):
    """An area that the formulas of a run read."""

    area: Area  # what all of them read
    first: Area  # what the first reads
    moves: bool  # each reads a row further down than the one above it; False: all read the same
    run: Run

    def readers(self, changed: Area) -> Iterator[Area]:
        """The formulas of the run that read one of these cells, as far as they were not found before."""
        low, high = 0, self.run.steps
        if self.moves:
            low, high = max(low, changed.top - self.first.bottom), min(high, changed.bottom - self.first.top)
        return self.run.take(low, high)


class Reads:
    """The areas of a sheet that formulas read, found again by cells.

    Rows are cut in halves over and over: an area is kept for the few largest pieces that it consists of, and a cell
    lies in one piece of every size.
    """

    def __init__(self) -> None:
        self._found: defaultdict[tuple[int, int, int], list[Read]] = defaultdict(list)
        self._levels: defaultdict[int, set[int]] = defaultdict(set)
        self._tops: defaultdict[int, list[tuple[int, Read]]] = defaultdict(list)

    def add(self, read: Read) -> None:
        """Keep an area."""
        area = read.area
        wide = area.right - area.left >= WIDE
        for column in (EVERY_COLUMN,) if wide else range(area.left, area.right + 1):
            self._tops[column].append((area.top, read))
            for level, piece in _pieces(area.top, area.bottom):
                self._levels[column].add(level)
                self._found[column, level, piece].append(read)

    def sort(self) -> None:
        """Make ready to be asked."""
        for tops in self._tops.values():
            tops.sort(key=_top)

    def take(self, area: Area) -> Iterator[Read]:
        """What holds one of these cells; what does not move is forgotten, as all of its readers are found by that."""
        for column in (*range(area.left, area.right + 1), EVERY_COLUMN):
            tops = self._tops.get(column)
            if tops is None:
                continue
            for level in self._levels[column]:
                key = column, level, area.top >> level
                if key in self._found:
                    held = [read for read in self._found[key] if _meet(read.area, area)]
                    yield from held
                    self._found[key] = [read for read in self._found[key] if read.moves or not _meet(read.area, area)]
            if area.bottom > area.top:
                low, high = (bisect_right(tops, row, key=_top) for row in (area.top, area.bottom))
                yield from (read for _, read in tops[low:high] if _meet(read.area, area))


def _top(entry: tuple[int, Read]) -> int:
    return entry[0]


def _meet(one: Area, other: Area) -> bool:
    """Whether two areas have a cell in common."""
    return (one.left <= other.right and other.left <= one.right
            and one.top <= other.bottom and other.top <= one.bottom)  # fmt: skip


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
