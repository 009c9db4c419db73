"""Rules for formulas beside each other: alike along a row, and over the whole block."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from openpyxl.utils import get_column_letter

from llmcost_xl.lint.blocks import LABEL, across, block_at, blocks_of, grid, lines, stored, style, text, unit_at
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.formulas import Formula, formulas_of, text_of
from llmcost_xl.lint.scope import classified, own_sheets, sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.formulas import Area, FormulaCell
    from llmcost_xl.lint.reading import Book

Spot = tuple[int, int]
"""A row and a column."""

SUMMING: Final = frozenset({"SUM", "AVERAGE", "SUMPRODUCT", "SUMSQ", "MIN", "MAX", "COUNT", "IRR", "STDEV"})
AROUND: Final = (-2, -1, 1, 2)
"""Where a workbook does not tell what runs across, a cell is held against these neighbours."""

FIRST_YEAR, LAST_YEAR = 1900, 2100


@rule(
    "F01",
    "error",
    "A row has one formula, copied across; a column of a table has one, copied down",
    why="A reviewer reads the first cell and trusts the rest. One cell that differs is the classic undetected error.",
    mend="Copy the first formula over the whole row; put an exception into a row of its own, switched by a flag.",
)
def one_formula(book: Book) -> Iterator[Place]:
    """Links to other sheets are exempt, since they may turn a column into a row.

    So are columns in which each record states a figure of its own, such as the steps of a bridge: none of their
    formulas follows its row. The Checks sheet has one formula per kind of comparison; C01 and C04 look at those.
    """
    if not classified(book):
        for sheet in book.sheets():
            yield from _odd_ones_out(sheet.title, formulas_of(book)[sheet.title])
    for sheet in own_sheets(book, "Inputs", "Prices", "Timing", "Calculation", "Outputs"):
        formulas = {(found.row, found.column): found for found in formulas_of(book)[sheet.title]}
        columns = () if book.kind(sheet) == "Inputs" else across(sheet)
        for _, row in lines(sheet):
            yield from _differing(sheet.title, (formulas.get((row, column)) for column in columns))
        for block in blocks_of(sheet):
            records = range(block.first, block.last_record + 1) if block.is_table else ()
            for column in block.columns:
                cells = [formulas.get((row, column)) for row in records]
                if any(cell is not None and _follows_row(cell) for cell in cells):
                    yield from _differing(sheet.title, cells)


def _differing(sheet: str, cells: Iterable[FormulaCell | None]) -> Iterator[Place]:
    """The cells whose formula is not the one that most have."""
    series = [cell for cell in cells if cell is not None and not cell.formula.is_link]
    forms = Counter(cell.relative for cell in series)
    if len(forms) < 2:  # noqa: PLR2004  # one formula
        return
    usual = forms.most_common(1)[0][0]
    first = next(cell for cell in series if cell.relative == usual)
    for cell in series:
        if cell.relative != usual:
            what = (
                f"{cell.formula.text} is not the formula of its row or column, {first.formula.text} in {first.address}"
            )
            yield Place(sheet, cell.address, what)


def _follows_row(cell: FormulaCell) -> bool:
    """Whether a formula reads cells that differ from row to row."""
    return not cell.formula.is_link and any(not all(area.absolute[::2]) for area in cell.formula.areas)


def _odd_ones_out(sheet: str, formulas: tuple[FormulaCell, ...]) -> Iterator[Place]:
    """Formulas that differ in a run of equal ones, and fit no run in the other direction either."""
    at = {(found.row, found.column): found for found in formulas}
    for found in formulas:
        row, column = found.row, found.column
        along, down = (_is_odd(at, (row, column), step) for step in ((0, 1), (1, 0)))
        fits = any(_agrees(at, found, step) for step in ((0, -1), (0, 1), (-1, 0), (1, 0)))
        if (along or down) and not fits:
            yield Place(sheet, found.address, f"{found.formula.text} is not the formula of the cells around it")


def _agrees(at: dict[Spot, FormulaCell], found: FormulaCell, step: Spot) -> bool:
    other = at.get((found.row + step[0], found.column + step[1]))
    return other is not None and other.relative == found.relative


def _is_odd(at: dict[Spot, FormulaCell], spot: Spot, step: Spot) -> bool:
    """Whether the formulas on both sides of a cell, in a line, are alike and differ from its own."""
    spots = ((spot[0] + number * step[0], spot[1] + number * step[1]) for number in AROUND)
    around = [at[one].relative for one in spots if one in at]
    return len(around) == len(AROUND) and len(set(around)) == 1 and around[0] != at[spot].relative


# -- whole ranges ----------------------------------------------------------------------------------------------------


@rule(
    "F08",
    "error",
    "A sum covers the whole block",
    why="A range that stops one row short drops what was added last, and the total still looks right.",
    mend="Extend the range to the first and the last cell of the block.",
)
def whole_ranges(book: Book) -> Iterator[Place]:
    """A range is short if the next cell is a number of the same kind and no total. Running totals grow by design."""
    for sheet in sheets(book, "Inputs", "Prices", "Timing", "Calculation", "Outputs", "Checks"):
        for found in formulas_of(book)[sheet.title]:
            if not set(found.formula.functions) & SUMMING:
                continue
            for area in dict.fromkeys(found.precedents):
                for outside in _left_out(book, area):
                    if (area.sheet, *outside) != (sheet.title, found.row, found.column):
                        address = f"{get_column_letter(outside[1])}{outside[0]}"
                        yield Place(sheet.title, found.address, f"the range {area} stops before {address}")


def _left_out(book: Book, area: Area) -> Iterator[Spot]:
    """The cells just outside both ends of a range that belong to the same block."""
    is_running = area.absolute[0] != area.absolute[2] or area.absolute[1] != area.absolute[3]
    if area.single or area.whole or is_running or area.sheet not in book.formulas.sheetnames:
        return
    sheet = book.formulas[area.sheet]
    if area.first_column == area.last_column:
        ends = ((area.first_row, -1), (area.last_row, 1))
        pairs = [((row, area.first_column), (row + step, area.first_column)) for row, step in ends]
    elif area.first_row == area.last_row:
        ends = ((area.first_column, -1), (area.last_column, 1))
        pairs = [((area.first_row, column), (area.first_row, column + step)) for column, step in ends]
    else:
        return
    for inside, outside in pairs:
        is_number = _is_number(book, area.sheet, outside) and not _is_total(sheet, outside, inside)
        if is_number and _continues(book, sheet, inside, outside):
            yield outside


def _is_total(sheet: Worksheet, spot: Spot, summed: Spot) -> bool:
    """Whether the formula of a cell reads the cell beside it, as a total does."""
    cell = grid(sheet)[spot]
    return any(not area.sheet and area.holds(*summed) for area in Formula(text_of(cell)).areas)


def _is_number(book: Book, sheet: str, spot: Spot) -> bool:
    """Whether a cell holds a number that is no year and no date, or a formula that may be one."""
    cell = grid(book.formulas[sheet]).get(spot)
    if cell is None or cell.value is None:
        return False
    value: Any = stored(book, sheet, *spot) if cell.data_type == "f" else cell.value
    if value is None:
        return bool(cell.data_type == "f")
    is_year = isinstance(value, int) and FIRST_YEAR <= value <= LAST_YEAR
    return bool(isinstance(value, int | float) and not isinstance(value, bool | dt.date) and not is_year)


def _continues(book: Book, sheet: Worksheet, inside: Spot, outside: Spot) -> bool:
    """Whether a cell goes on with the quantity of the one beside it."""
    if not classified(book):
        return True
    here, there = block_at(sheet, inside[0]), block_at(sheet, outside[0])
    if here is None or here != there or style(sheet, *outside) != style(sheet, *inside):
        return False
    if here.is_table:
        return bool(inside[1] == outside[1] and here.first <= outside[0] <= here.last_record)
    if inside[0] == outside[0]:
        return book.kind(sheet) != "Inputs" and {inside[1], outside[1]} <= across(sheet).keys()
    return _stem(sheet, inside) == _stem(sheet, outside) and unit_at(sheet, *inside) == unit_at(sheet, *outside)


def _stem(sheet: Worksheet, spot: Spot) -> str:
    """The quantity that a line states, without the case or record it states it for."""
    return text(sheet, spot[0], LABEL).removeprefix('="').partition(":")[0]
