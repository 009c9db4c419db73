"""Rules for what becomes of inputs: used, entered once, values and not formulas, sources that can be found."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from llmcost_xl.lint.blocks import (
    INPUT_STYLES,
    LABEL,
    SWING,
    UNIT,
    across,
    block_at,
    blocks_of,
    grid,
    label_at,
    lines,
    source_column,
    text,
)
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.graph import graph_of
from llmcost_xl.lint.rules.inputs import ENTERED_ON, input_cells
from llmcost_xl.lint.scope import classified, own_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.graph import Graph, Node
    from llmcost_xl.lint.reading import Book

NUMBER_AS_TEXT: Final = re.compile(r"\s*[-+]?(0|[1-9][\d,]*)(\.\d+)?([eE][-+]?\d+)?\s*%?\s*")
PRICE_ROW: Final = ("From date", "Source", "Checked on")
"""The columns that say of every price since when it holds, who says so, and when that was looked up."""

DOCUMENTATION: Final = ("Checked on", "Retrieved", "Next review")
"""Dates that are there to be read, not calculated with."""

TESTS: Final = ("Out of bounds (flag)", "Outside range")
"""The columns beside the inputs that test them."""


@rule(
    "I05",
    "warning",
    "Every input is used, and entered once",
    why="An input that nothing reads promises an effect that it does not have; one entered twice has two values sooner "
    "or later.",
    mend="Link to the input where it matters, or delete it; enter it in one place and link to that.",
)
def inputs_used(book: Book) -> Iterator[Place]:
    """The tests beside an input do not count as its use, nor does a formula that itself is of no use."""
    graph = graph_of(book)
    for sheet, cell in _figures(book) if graph.is_known else ():
        if not _is_used(graph, book, (sheet.title, cell.row, cell.column)):
            yield Place(sheet.title, cell.coordinate, "nothing reads this input")
    entered = defaultdict(list)
    for sheet in own_sheets(book, *ENTERED_ON):
        for _, row in lines(sheet):
            values = tuple(cell.value for _, cell in sorted(grid(sheet).items()) if _enters(cell, row))
            if values:
                entered[text(sheet, row, LABEL), text(sheet, row, UNIT), values].append(
                    Place(sheet.title, f"A{row}", "")
                )
    for (label, _, _), places in entered.items():
        for place in places[1:]:
            yield Place(place.sheet, place.cell, f"{label!r} is entered on {places[0].sheet}, too")


def _enters(cell: Cell, row: int) -> bool:
    return cell.row == row and cell.style in INPUT_STYLES and cell.value is not None


def _figures(book: Book) -> Iterator[tuple[Worksheet, Cell]]:
    """The filled inputs that formulas should read: those of lines, and the numbers of tables but for documentation."""
    for sheet, cell in input_cells(book, *ENTERED_ON):
        block = block_at(sheet, cell.row)
        if cell.value is None or block is None or label_at(sheet, cell.row, cell.column) in DOCUMENTATION:
            continue
        if block.is_table:
            if cell.style == "lc_input":
                yield sheet, cell
        elif cell.column < source_column(sheet) - 2 or across(sheet).get(cell.column, "").startswith(SWING):
            yield sheet, cell


def _is_used(graph: Graph, book: Book, node: Node) -> bool:
    """Whether a formula of another row or sheet reads a cell, if only through one beside it."""
    waiting, seen = [node], {node}
    while waiting:
        for reader in graph.readers.get(waiting.pop(), ()):
            if across(book.formulas[reader[0]]).get(reader[2]) in TESTS:
                continue
            if reader[:2] != node[:2]:
                return True
            if reader not in seen:
                seen.add(reader)
                waiting.append(reader)
    return False


# -- content ---------------------------------------------------------------------------------------------------------


@rule(
    "I06",
    "error",
    "Inputs hold values: no formulas, no numbers stored as text",
    why="A formula in an input is lost at the first overwriting; a number stored as text is left out of sums without a "
    "word.",
    mend="Move the formula to a calculation sheet; enter the number again as a number.",
)
def inputs_are_values(book: Book) -> Iterator[Place]:
    """In other workbooks: text that reads as a number below or above real numbers."""
    for sheet, cell in input_cells(book, *ENTERED_ON, "Log"):
        if cell.data_type == "f":
            yield Place(sheet.title, cell.coordinate, "an input holds a formula")
        elif isinstance(cell.value, str) and cell.style == "lc_input":
            is_number = NUMBER_AS_TEXT.fullmatch(cell.value)
            yield Place(
                sheet.title,
                cell.coordinate,
                "a number is stored as text" if is_number else "text stands where a number belongs",
            )
    if not classified(book):
        yield from _numbers_as_text(book)


def _numbers_as_text(book: Book) -> Iterator[Place]:
    for sheet in book.sheets():
        cells = grid(sheet)
        for cell in book.cells(sheet):
            if isinstance(cell.value, str) and cell.data_type == "s" and NUMBER_AS_TEXT.fullmatch(cell.value):
                beside = (cells.get((cell.row + step, cell.column)) for step in (-1, 1))
                if any(other is not None and isinstance(other.value, int | float) for other in beside):
                    yield Place(sheet.title, cell.coordinate, "a number is stored as text")


@rule(
    "I07",
    "error",
    "Every source is listed, and every price is dated and sourced",
    why="A figure without a source cannot be checked; a price without a date cannot be told from an old one.",
    mend="Use an id of the Sources sheet; fill in from date, source and the day the price was looked up.",
)
def sources_resolve(book: Book) -> Iterator[Place]:
    """Several ids are separated by semicolons. The status of a price is that of its source."""
    known: Counter[str] = Counter()
    for sheet in own_sheets(book, "Sources"):
        known.update(text(sheet, row, column) for row, column in _under(sheet, "Id"))
        yield from (Place(sheet.title, "", f"{n} sources have the id {key!r}") for key, n in known.items() if n > 1)
    for sheet in own_sheets(book, "Inputs"):
        beside = [(row, source_column(sheet)) for _, row in lines(sheet)]
        for row, column in (*beside, *_under(sheet, "Source")):
            for key in filter(None, (part.strip() for part in text(sheet, row, column).split(";"))):
                if key not in known:
                    yield Place(sheet.title, f"{get_column_letter(column)}{row}", f"Sources has no id {key!r}")
    for sheet in own_sheets(book, "Prices"):
        yield from _undated(sheet)


def _under(sheet: Worksheet, heading: str) -> Iterator[tuple[int, int]]:
    """The filled cells of the tables' columns with this heading: row and column."""
    for block in blocks_of(sheet):
        column = block.column(heading)
        if block.is_table and column:
            for row in range(block.first, block.last_record + 1):
                if text(sheet, row, column):
                    yield row, column


def _undated(sheet: Worksheet) -> Iterator[Place]:
    for row, column in _under(sheet, "Price"):
        block = block_at(sheet, row)
        if block is not None:
            lacking = [name.lower() for name in PRICE_ROW if not text(sheet, row, block.column(name))]
            if lacking:
                yield Place(sheet.title, f"{get_column_letter(column)}{row}", f"a price has no {', no '.join(lacking)}")
