"""The rule for checks that every workbook must make, as far as it has what they look at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from llmcost_xl.lint.blocks import ACROSS, HEADER_ROW, UNIT, across, blocks_of, grid, label_at, lines, text
from llmcost_xl.lint.checks import checks_of
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.graph import graph_of
from llmcost_xl.lint.scope import own_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.checks import Check
    from llmcost_xl.lint.graph import Graph, Node
    from llmcost_xl.lint.reading import Book

COMPARES: Final = frozenset({"<", ">", "<=", ">="})
ESTIMATES: Final = ("Low", "Likely", "High")
OUT_OF_BOUNDS: Final = "Out of bounds (flag)"
SHARE: Final = re.compile(r"\bshares?\b", re.IGNORECASE)
CUMULATIVE: Final = re.compile(r"\bcumulative\b", re.IGNORECASE)
BRIDGE: Final = re.compile(r"\bbridge\b", re.IGNORECASE)
CAPACITY, PEAK = re.compile(r"\bcapacity\b", re.IGNORECASE), re.compile(r"\bpeak\b", re.IGNORECASE)


class Looked:
    """What the checks of a workbook look at, directly or through other formulas."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.graph: Graph = graph_of(book)
        found = list(checks_of(book))
        self.counted = self.graph.behind(check.node("Value") for check in found if check.kind == "errors")
        """What errors rest on, with the count of the error cells of a page: it sees figures but does not test them."""
        testing = [check for check in found if not self._counts_errors(check)]
        cells = {
            kind: [check.node(heading) for check in testing if check.kind == kind for heading in ("Value", "Target")]
            for kind in ("errors", "alerts")
        }
        self.errors = self.graph.behind(cells["errors"])
        self.any = self.errors | self.graph.behind(cells["alerts"])

    def _counts_errors(self, check: Check) -> bool:
        for area in check.formula("Value").areas:
            looked_at = self.graph.formulas.get((area.sheet, area.first_row, area.first_column))
            if looked_at is not None and "ISERROR" in looked_at.formula.functions:
                return True
        return False


@rule(
    "C02",
    "error",
    "The checks that every model needs are there",
    why="The usual errors are known: an input out of bounds, a price that is missing or old, shares that are not the "
    "whole, a range upside down, a total that does not foot. A model without a check on them has not been tested.",
    mend="Add the check to the Checks sheet; let its value be a cell that counts what is wrong, or the difference that "
    "must be 0.",
)
def checks_due(book: Book) -> Iterator[Place]:
    """Demanded as far as the workbook has what they look at.

    Inputs within bounds; no error on Outputs, with every figure of the page counted; prices complete, and an alert on
    their date; low, likely and high in order; shares that add up; the end of a cumulative line and of a bridge; the
    grand total of a table; capacity against peak demand.
    """
    looked = Looked(book)
    if looked.graph.is_known and any(True for _ in checks_of(book)):
        for due in (_inputs, _outputs, _prices, _estimates, _shares, _ends, _totals, _capacity):
            yield from due(looked)


def _inputs(looked: Looked) -> Iterator[Place]:
    for sheet in own_sheets(looked.book, "Inputs"):
        tests = [column for column, heading in across(sheet).items() if heading == OUT_OF_BOUNDS]
        cells = [(row, column) for row, column in grid(sheet) if column in tests and row > HEADER_ROW]
        for row, column in sorted(cells):
            if text(sheet, row, column) and (sheet.title, row, column) not in looked.errors:
                yield Place(
                    sheet.title, grid(sheet)[row, column].coordinate, "no check counts this input out of bounds"
                )


def _outputs(looked: Looked) -> Iterator[Place]:
    for sheet in own_sheets(looked.book, "Outputs"):
        counts = [
            found
            for node, found in looked.graph.formulas.items()
            if node in looked.counted and node[0] == sheet.title and "ISERROR" in found.formula.functions
        ]
        for (row, column), cell in sorted(grid(sheet).items()):
            is_count = any((row, column) == (one.row, one.column) for one in counts)
            counted = any(area.holds(row, column) for one in counts for area in one.formula.areas)
            if cell.style == "lc_output" and not is_count and not counted:
                yield Place(sheet.title, cell.coordinate, "no check counts an error in this cell of Outputs")


def _prices(looked: Looked) -> Iterator[Place]:
    for sheet in own_sheets(looked.book, "Prices"):
        for block in blocks_of(sheet):
            column = block.column("Price")
            rows = [row for row in range(block.first, block.last_record + 1) if column and text(sheet, row, column)]
            if not rows:
                continue
            if not any((sheet.title, row, column) in looked.errors for row in rows):
                yield Place(sheet.title, f"A{block.row}", "no check looks at the prices")
            dates = [(one.title, row, 3) for one in own_sheets(looked.book, "Inputs") for _, row in lines(one)
                     if text(one, row, 1) == "Price date"]  # fmt: skip
            for date in dates:
                if date not in looked.any:
                    yield Place(date[0], f"C{date[1]}", "no check looks at the age of the prices")


def _estimates(looked: Looked) -> Iterator[Place]:
    for sheet in own_sheets(looked.book, "Inputs"):
        for block in blocks_of(sheet):
            columns = [block.column(point) for point in ESTIMATES] if block.is_table else []
            if columns and all(columns):
                cells = {(sheet.title, block.first, column) for column in columns}
                if not any(cells <= looked.graph.behind([node]) for node in _comparisons(looked)):
                    yield Place(sheet.title, f"A{block.row}", "no check says that low, likely and high are in order")


def _comparisons(looked: Looked) -> Iterator[Node]:
    """Formulas that an error check rests on and that compare one estimate with another."""
    calculations = {sheet.title: sheet for sheet in own_sheets(looked.book, "Calculation")}
    for node, found in looked.graph.formulas.items():
        if node in looked.errors and node[0] in calculations and COMPARES & set(found.formula.operators):
            sheet = calculations[node[0]]
            names = {label_at(sheet, area.first_row, area.first_column) for area in found.formula.areas}
            if len(names & set(ESTIMATES)) > 1:
                yield node


def _shares(looked: Looked) -> Iterator[Place]:
    """Lines under a heading that says shares: together they are the whole."""
    for sheet in own_sheets(looked.book, "Calculation"):
        for block in blocks_of(sheet):
            together = SHARE.search(block.title) and not block.is_table
            rows = [row for row in range(block.row, block.last + 1) if together and _is_share(sheet, row)]
            if len(rows) > 1:
                yield from _unlooked(looked, sheet, rows, "no check adds up this share")


def _is_share(sheet: Worksheet, row: int) -> bool:
    is_link = str(text(sheet, row, 3)).count("!") > 0
    return text(sheet, row, UNIT) == "fraction" and bool(SHARE.search(text(sheet, row, 1))) and not is_link


def _unlooked(looked: Looked, sheet: Worksheet, rows: list[int], what: str) -> Iterator[Place]:
    """The lines whose values no check depends on."""
    for row in rows:
        cells = [(sheet.title, *spot) for spot in sorted(grid(sheet)) if spot[0] == row and spot[1] > UNIT]
        computed = [cell for cell in cells if cell in looked.graph.formulas]
        if computed and not any(cell in looked.any for cell in computed):
            yield Place(sheet.title, grid(sheet)[computed[0][1:]].coordinate, what)


def _ends(looked: Looked) -> Iterator[Place]:
    """The end of a cumulative line is the sum of its steps: of one line for each sheet, since they are built alike."""
    for sheet in own_sheets(looked.book, "Calculation"):
        ends = []
        for _, row in lines(sheet):
            last = max((column for column in across(sheet) if text(sheet, row, column)), default=0)
            if last > ACROSS and CUMULATIVE.search(text(sheet, row, 1)):
                ends.append((sheet.title, row, last))
        if ends and not looked.errors.intersection(ends):
            address = grid(sheet)[ends[0][1:]].coordinate
            yield Place(sheet.title, address, "no check looks at the end of this line")
        for block in blocks_of(sheet):
            cells = [node for node in looked.errors if node[0] == sheet.title and block.row < node[1] <= block.last]
            if BRIDGE.search(block.title) and not cells:
                yield Place(sheet.title, f"A{block.row}", "no check says that the bridge arrives")


def _totals(looked: Looked) -> Iterator[Place]:
    """A total of totals can be had by rows and by columns; both must agree."""
    for sheet in own_sheets(looked.book, "Calculation"):
        for block in blocks_of(sheet):
            column = block.column("Total")
            if block.total and column and (sheet.title, block.total, column) not in looked.errors:
                address = grid(sheet)[block.total, column].coordinate
                yield Place(sheet.title, address, "no check says that rows and columns have the same total")


def _capacity(looked: Looked) -> Iterator[Place]:
    """Where there is a peak to be carried, some check depends on the capacity and on the peak."""
    for sheet in own_sheets(looked.book, "Calculation"):
        labels = {row: text(sheet, row, 1) for _, row in lines(sheet)}
        capacity, peak = ([row for row in labels if words.search(labels[row])] for words in (CAPACITY, PEAK))
        if capacity and peak:
            for rows in (capacity, peak):
                if not any(node[0] == sheet.title and node[1] in rows for node in looked.any):
                    yield Place(sheet.title, f"A{rows[0]}", "no check holds the capacity against the peak")
