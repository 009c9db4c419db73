"""Rules for what a user enters: in its place, explained, bounded, unlocked, used, entered once, with a source."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from llmcost_xl.lint.blocks import (
    INPUT_STYLES,
    LABEL,
    UNIT,
    block_at,
    blocks_of,
    grid,
    lines,
    source_column,
    style,
    text,
)
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.formulas import formulas_of
from llmcost_xl.lint.scope import own_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.blocks import Block
    from llmcost_xl.lint.reading import Book

Bounds: TypeAlias = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

ENTERED_ON: Final = ("Inputs", "Prices", "Timing")
CONSTANTS_ON: Final = (*ENTERED_ON, "Lists")
FIGURE_STYLES: Final = ("lc_input", "lc_constant")


def input_cells(book: Book, *kinds: str) -> Iterator[tuple[Worksheet, Cell]]:
    """Every cell in the style of an input, filled or not."""
    for sheet in own_sheets(book, *kinds):
        for _, cell in sorted(grid(sheet).items()):
            if style(sheet, cell.row, cell.column) in INPUT_STYLES:
                yield sheet, cell


@rule(
    "I01",
    "error",
    "Numbers are entered where inputs belong, and look like inputs",
    why="A number typed among formulas is found by nobody: it survives every change of the inputs and every scenario.",
    mend="Move the number to Inputs (a constant to Lists) and link to it.",
)
def numbers_on_input_sheets(book: Book) -> Iterator[Place]:
    """Also a formula without any reference, such as =5, is a number; 0, 1 and -1 may stand."""
    for sheet in own_sheets(book):
        kind = book.kind(sheet)
        for cell in book.cells(sheet):
            if not isinstance(cell.value, int | float | dt.date | dt.time):
                continue
            if kind not in CONSTANTS_ON:
                yield Place(sheet.title, cell.coordinate, "a number is typed in outside the sheets for inputs")
            elif style(sheet, cell.row, cell.column) not in FIGURE_STYLES:
                yield Place(sheet.title, cell.coordinate, "a number does not look like an input or a constant")
    for sheet in own_sheets(book, "Outputs", "Checks"):
        for found in formulas_of(book)[sheet.title]:
            if not found.formula.functions and not found.formula.areas and set(found.formula.numbers) - {"0", "1"}:
                yield Place(sheet.title, found.address, f"{found.formula.text} is a number in the guise of a formula")


# -- what stands beside an input -------------------------------------------------------------------------------------


def input_lines(book: Book) -> Iterator[tuple[Worksheet, int, list[Cell]]]:
    """Every line of Inputs that a user fills in: its row, and the cells of its values."""
    for sheet in own_sheets(book, "Inputs"):
        last = source_column(sheet)
        for _, row in lines(sheet):
            cells = (grid(sheet).get((row, column)) for column in range(UNIT + 1, last - 2))
            filled = [cell for cell in cells if cell is not None and cell.style in INPUT_STYLES]
            if filled:
                yield sheet, row, filled


@rule(
    "I02",
    "error",
    "Every input has a label, a unit, a value and a source",
    why="Whoever inherits the workbook must be able to tell what a figure means, and where it comes from.",
    mend="Fill in label, unit and source id; give both ends of a range, the lower one first; rename one of two equal "
    "labels.",
)
def inputs_explained(book: Book) -> Iterator[Place]:
    """A choice from a list needs no source; a note is for where there is something to say."""
    for sheet, row, cells in input_lines(book):
        for missing in _missing(sheet, row, cells):
            yield Place(sheet.title, f"A{row}", f"{text(sheet, row, LABEL) or 'an input'} has {missing}")
    for sheet in own_sheets(book, "Inputs"):
        seen = Counter(text(sheet, row, LABEL) for _, row in lines(sheet))
        for _, row in lines(sheet):
            label = text(sheet, row, LABEL)
            if seen[label] > 1 and label:
                yield Place(sheet.title, f"A{row}", f"{label!r} is the label of {seen[label]} lines")
        for block in blocks_of(sheet):
            if block.is_table:
                yield from _nameless(sheet, block)


def _missing(sheet: Worksheet, row: int, cells: list[Cell]) -> Iterator[str]:
    source = source_column(sheet)
    if not text(sheet, row, LABEL):
        yield "no label"
    if not text(sheet, row, UNIT):
        yield "no unit"
    if all(cell.value is None for cell in cells):
        yield "no value"
    if any(cell.style == "lc_input" for cell in cells) and not text(sheet, row, source):
        yield "no source"
    low, high = (getattr(grid(sheet).get((row, column)), "value", None) for column in (source - 2, source - 1))
    if (low is None) != (high is None):
        yield "only one end of a range"
    elif isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield f"a range from {low:g} to {high:g}"


def _nameless(sheet: Worksheet, block: Block) -> Iterator[Place]:
    for row in range(block.first, block.last_record + 1):
        entered = [column for column in block.columns if style(sheet, row, column) in INPUT_STYLES]
        if not text(sheet, row, LABEL) and any(text(sheet, row, column) for column in entered):
            yield Place(sheet.title, f"A{row}", "a record has no name")


# -- what an input accepts, and who may change it --------------------------------------------------------------------


@rule(
    "I03",
    "error",
    "Every input says what it accepts, and accepts nothing else",
    why="A slip of the keyboard is stopped where it happens, not found in the result.",
    mend="Give the cell a data validation with a type, bounds, a prompt, and an error message that stops; take choices "
    "from a range on Lists.",
)
def inputs_validated(book: Book) -> Iterator[Place]:
    """The range that a source reports stands beside an input for information; nothing is calculated with it."""
    lists = tuple(sheet.title for sheet in book.sheets("Lists"))
    validated = {sheet.title: list(_validated(sheet)) for sheet in book.sheets(*ENTERED_ON)}
    for sheet, cell in input_cells(book, *ENTERED_ON):
        if _is_information(sheet, cell):
            continue
        rules = [one for one, area in validated[sheet.title] if _lies_in(cell, area)]
        if not rules:
            yield Place(sheet.title, cell.coordinate, "an input has no data validation")
        for one in rules:
            for lack in _lacks(one, lists):
                yield Place(sheet.title, cell.coordinate, f"the validation of an input {lack}")


def _validated(sheet: Worksheet) -> Iterator[tuple[DataValidation, Bounds]]:
    for one in sheet.data_validations.dataValidation:
        for area in one.sqref.ranges:
            yield one, (area.min_row, area.min_col, area.max_row, area.max_col)


def _lies_in(cell: Cell, area: Bounds) -> bool:
    top, left, bottom, right = area
    return top <= cell.row <= bottom and left <= cell.column <= right


def _is_information(sheet: Worksheet, cell: Cell) -> bool:
    block = block_at(sheet, cell.row)
    in_line = block is not None and not block.is_table
    return in_line and cell.column in (source_column(sheet) - 2, source_column(sheet) - 1)


def _lacks(validation: DataValidation, lists: tuple[str, ...]) -> Iterator[str]:
    if not validation.type:
        yield "accepts anything"
    if not validation.showErrorMessage or validation.errorStyle not in (None, "stop"):
        yield "does not stop a wrong value"
    if not (validation.prompt and validation.showInputMessage):
        yield "does not say what is accepted"
    if validation.type == "list":
        sheet = str(validation.formula1 or "").partition("!")[0].strip("='")
        if sheet not in lists:
            yield "has its choices elsewhere than on Lists"
    elif validation.type and not validation.formula1:
        yield "has no bounds"


@rule(
    "I04",
    "error",
    "Inputs are unlocked, everything else is locked, without a password",
    why="A reader can change what is meant to be changed and nothing by accident; a password would lock out the "
    "reviewer, too.",
    mend="Unlock the inputs, lock the rest, and protect the sheet without a password.",
)
def inputs_unlocked(book: Book) -> Iterator[Place]:
    """The cover shows what the colours mean: its cells in the style of an input are samples."""
    for sheet in own_sheets(book):
        if not sheet.protection.sheet:
            yield Place(sheet.title, "", "the sheet is not protected")
        elif sheet.protection.password:
            yield Place(sheet.title, "", "the sheet is protected with a password")
        if book.kind(sheet) == "Cover":
            continue
        for _, cell in sorted(grid(sheet).items()):
            is_input = style(sheet, cell.row, cell.column) in INPUT_STYLES
            if is_input and cell.protection.locked:
                yield Place(sheet.title, cell.coordinate, "an input is locked")
            elif not is_input and not cell.protection.locked:
                yield Place(sheet.title, cell.coordinate, "a cell that is no input is unlocked")
