"""Circles of references, found in one walk over the formulas however wide their ranges are.

A sum over a growing range, copied down 100,000 rows, refers to five thousand million cells. None of them is visited
twice: a cell from which no circle leads is struck off its column, and the walk steps over what is struck off.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from llmcost_xl.lint.formulas import formulas_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.lint.formulas import FormulaCell
    from llmcost_xl.lint.graph import Node
    from llmcost_xl.lint.reading import Book

MOST: Final = 10
"""Circles reported; whoever has more mends these first."""


class _Column:
    """The formula cells of one column of a sheet, from which finished ones are struck off."""

    def __init__(self, rows: list[int]) -> None:
        self._rows = rows
        self._next = list(range(len(rows) + 1))

    def first_open(self, top: int, bottom: int) -> int | None:
        """The first row between two that is not struck off."""
        position = self._open(bisect_left(self._rows, top))
        return self._rows[position] if position < len(self._rows) and self._rows[position] <= bottom else None

    def strike(self, row: int) -> None:
        """Step over this row from now on."""
        position = bisect_left(self._rows, row)
        self._next[position] = position + 1

    def _open(self, position: int) -> int:
        root = position
        while self._next[root] != root:
            root = self._next[root]
        while self._next[position] != root:
            self._next[position], position = root, self._next[position]
        return root


class _Walk:
    """A walk in depth over everything that formulas read."""

    def __init__(self, book: Book) -> None:
        self._formulas: dict[Node, FormulaCell] = {
            (name, one.row, one.column): one for name, cells in formulas_of(book).items() for one in cells
        }
        rows: dict[tuple[str, int], list[int]] = {}
        for sheet, row, column in self._formulas:
            rows.setdefault((sheet, column), []).append(row)
        self._columns = {key: _Column(sorted(column)) for key, column in rows.items()}
        self._used: dict[str, list[int]] = {}
        for sheet, column in sorted(rows):
            self._used.setdefault(sheet, []).append(column)

    def circles(self) -> Iterator[list[Node]]:
        """The cells of each circle that the walk meets, in the order in which they read each other."""
        finished: set[Node] = set()
        for start in self._formulas:
            if start in finished:
                continue
            path: dict[Node, Iterator[Node]] = {start: self._reads(start)}
            while path:
                node = next(reversed(path))
                read = next((one for one in path[node] if one not in finished), None)
                if read is None:
                    del path[node]
                    finished.add(node)
                    self._columns[node[0], node[2]].strike(node[1])
                elif read in path:
                    nodes = list(path)
                    yield nodes[nodes.index(read) :]
                else:
                    path[read] = self._reads(read)

    def _reads(self, node: Node) -> Iterator[Node]:
        """The formula cells that a formula reads and that are not struck off, each at the moment it is asked for."""
        for area in self._formulas[node].precedents:
            used = self._used.get(area.sheet, [])
            for column in used[bisect_left(used, area.first_column) : bisect_right(used, area.last_column)]:
                row: int | None = area.first_row - 1
                while row is not None:
                    row = self._columns[area.sheet, column].first_open(row + 1, area.last_row)
                    if row is not None:
                        yield area.sheet, row, column


def cycles(book: Book) -> list[list[Node]]:
    """Circles of references, the first few."""
    found = []
    for circle in _Walk(book).circles():
        found.append(circle)
        if len(found) == MOST:
            break
    return found
