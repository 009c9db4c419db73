"""What depends on what: the cells that each formula reads, within and across sheets.

Ranges are nodes of their own, so that a thousand formulas over the same column cost one look at the column.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from llmcost_xl.lint.formulas import Area, formulas_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmcost_xl.lint.formulas import FormulaCell
    from llmcost_xl.lint.reading import Book

Node: TypeAlias = tuple[str, int, int]
"""A cell: sheet, row, column."""

Extent: TypeAlias = tuple[str, int, int, int, int]
"""A range: sheet, first row, first column, last row, last column."""


MOST: Final = 3_000_000
"""Cells in all ranges together, of a workbook whose dependencies are worked out; far more than a person can build."""


class Graph:
    """The dependencies of one workbook; cells that hold nothing are left out."""

    def __init__(self, book: Book) -> None:
        self.formulas: dict[Node, FormulaCell] = {
            (name, found.row, found.column): found for name, cells in formulas_of(book).items() for found in cells
        }
        self._filled: dict[tuple[str, int], list[int]] = {}
        """The rows of every column that hold something, ascending."""
        for sheet in book.sheets():
            for cell in book.cells(sheet):
                self._filled.setdefault((sheet.title, int(cell.column)), []).append(int(cell.row))
        self._columns = {
            sheet.title: sorted(column for name, column in self._filled if name == sheet.title)
            for sheet in book.sheets()
        }

    def within(self, extent: Extent) -> Iterator[Node]:
        """The cells of a range that hold something."""
        sheet, first_row, first_column, last_row, last_column = extent
        columns = self._columns.get(sheet, [])
        for column in columns[bisect_left(columns, first_column) : bisect_right(columns, last_column)]:
            rows = self._filled[sheet, column]
            for row in rows[bisect_left(rows, first_row) : bisect_right(rows, last_row)]:
                yield sheet, row, column

    @cached_property
    def reads(self) -> dict[Node | Extent, tuple[Node | Extent, ...]]:
        """What every formula, and every range that one reads, depends on directly."""
        found: dict[Node | Extent, tuple[Node | Extent, ...]] = {}
        left = MOST
        for node, formula in self.formulas.items():
            extents = [_extent(area) for area in formula.precedents]
            found[node] = tuple(extents)
            for extent in extents:
                if extent not in found:
                    found[extent] = tuple(islice(self.within(extent), left + 1))
                    left -= len(found[extent])
                    if left < 0:
                        return {}
        return found

    @property
    def is_known(self) -> bool:
        """Whether the dependencies could be worked out; rules that need them are silent otherwise."""
        return bool(self.reads) or not self.formulas

    @cached_property
    def readers(self) -> dict[Node, set[Node]]:
        """The formulas that read each cell directly."""
        found: dict[Node, set[Node]] = {}
        by_extent: dict[Node | Extent, list[Node]] = {}
        for node in self.formulas:
            for extent in self.reads.get(node, ()):
                by_extent.setdefault(extent, []).append(node)
        for extent, nodes in by_extent.items():
            for read in self.reads.get(extent, ()):
                found.setdefault(_cell(read), set()).update(nodes)
        return found

    def behind(self, starts: Iterable[Node]) -> set[Node]:
        """Every cell that these depend on in the end, and these themselves."""
        seen: set[Node | Extent] = set(starts)
        waiting = list(seen)
        while waiting:
            for read in self.reads.get(waiting.pop(), ()):
                if read not in seen:
                    seen.add(read)
                    waiting.append(read)
        return {_cell(node) for node in seen if len(node) == 3}  # noqa: PLR2004  # a cell, not a range


@lru_cache(maxsize=4)
def graph_of(book: Book) -> Graph:
    """The dependencies of a workbook, worked out once."""
    return Graph(book)


def _extent(area: Area) -> Extent:
    return area.sheet, area.first_row, area.first_column, area.last_row, area.last_column


def _cell(node: Node | Extent) -> Node:
    return node[0], node[1], node[2]
