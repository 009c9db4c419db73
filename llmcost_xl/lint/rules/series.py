"""Rules for time, signs and the add-in: real dates, one convention of signs, native formulas beside functions."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from openpyxl.utils import get_column_letter

from llmcost_xl.errors import in_words
from llmcost_xl.lint.blocks import (
    ACROSS,
    HEADER_ROW,
    LABEL,
    UNIT,
    block_at,
    currency_of,
    grid,
    label_at,
    stored,
    text,
    unit_at,
)
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.formulas import formulas_of
from llmcost_xl.lint.functions import OURS
from llmcost_xl.lint.scope import classified, own_sheets
from llmcost_xl.quantities import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.formulas import FormulaCell
    from llmcost_xl.lint.reading import Book

PERIOD_IN_WORDS: Final = re.compile(
    r"((jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[ -]?|month|q[1-4][ -]|m)\d{1,4}", re.IGNORECASE
)
LEAST_PERIODS: Final = 4
COST: Final = re.compile(r"\bcosts?\b", re.IGNORECASE)
SIGNED: Final = re.compile(
    r"more|less|chang|differ|sav|varian|bridge|against|addition|over|net|cash|gap|step|worth|avoid|effect|swing|gain|-",
    re.IGNORECASE,
)
"""Words that make a figure a difference, which may have either sign."""

CASH: Final = re.compile(r"\bcash\b", re.IGNORECASE)
AGREES: Final = 1e-9
NATIVE: Final = ", native formula"
"""How a line is called that states another one's figure by native formulas."""


# -- periods ---------------------------------------------------------------------------------------------------------


@rule(
    "F13",
    "error",
    "Periods are real dates at equal steps, the same in each column of every sheet",
    why="Only a date can be calculated with; where a column means another month on another sheet, links shift figures "
    "in time.",
    mend="Link the heading of every monthly column to the Timing sheet, which steps by EDATE.",
)
def periods(book: Book) -> Iterator[Place]:
    """In other workbooks: a row of at least four dates that are not a day, a week, or so many months apart."""
    if not classified(book):
        yield from _uneven_elsewhere(book)
        return
    timing: dict[int, Any] = {}
    for sheet in own_sheets(book, "Timing", "Calculation", "Outputs"):
        headings = _headings(book, sheet)
        dates = {column: value for column, value in headings.items() if isinstance(value, dt.datetime)}
        for column, value in headings.items():
            in_words = isinstance(value, str) and PERIOD_IN_WORDS.fullmatch(value.strip())
            if in_words or (dates and not isinstance(value, dt.datetime)):
                yield Place(sheet.title, _heading_cell(column), f"the period {value!r} is no date")
            elif timing and column in timing and isinstance(value, dt.datetime) and value != timing[column]:
                what = f"the column is {value:%Y-%m-%d}, and {timing[column]:%Y-%m-%d} on Timing"
                yield Place(sheet.title, _heading_cell(column), what)
        odd = _uneven(list(dates.items())) if len(dates) == len(headings) else 0
        if odd:
            yield Place(sheet.title, _heading_cell(odd), "the step from period to period is not the same")
        if book.kind(sheet) == "Timing":
            timing = dates


def _headings(book: Book, sheet: Worksheet) -> dict[int, Any]:
    """The headings of the columns across, as they were last calculated."""
    columns = (column for row, column in sorted(grid(sheet)) if row == HEADER_ROW and column >= ACROSS)
    shown = {column: stored(book, sheet.title, HEADER_ROW, column) for column in columns}
    return {column: value for column, value in shown.items() if value is not None}


def _heading_cell(column: int) -> str:
    return f"{get_column_letter(column)}{HEADER_ROW}"


def _uneven(dates: list[tuple[int, dt.datetime]]) -> int:
    """The first column whose date breaks the step of the others, in days or in months; 0 if none does."""
    days = {column: (other - one).days for (_, one), (column, other) in pairwise(dates)}
    months = {column: _months(one, other) for (_, one), (column, other) in pairwise(dates)}
    if len(set(days.values())) <= 1 or (len(set(months.values())) == 1 and min(months.values()) > 0):
        return 0
    steps = months if any(months.values()) else days
    usual = Counter(steps.values()).most_common(1)[0][0]
    return next((column for column, step in steps.items() if step != usual), next(iter(steps)))


def _months(one: dt.datetime, other: dt.datetime) -> int:
    return (other.year - one.year) * MONTHS_PER_YEAR + other.month - one.month


def _uneven_elsewhere(book: Book) -> Iterator[Place]:
    for sheet in book.sheets():
        rows: dict[int, list[tuple[int, dt.datetime]]] = {}
        for cell in book.cells(sheet):
            value = book.value(cell)
            if isinstance(value, dt.datetime):
                rows.setdefault(int(cell.row), []).append((int(cell.column), value))
        for row, dates in rows.items():
            adjacent = all(other - one == 1 for (one, _), (other, _) in pairwise(dates))
            odd = _uneven(dates) if len(dates) >= LEAST_PERIODS and adjacent else 0
            if odd:
                yield Place(sheet.title, f"{get_column_letter(odd)}{row}", "the step from date to date is not the same")


# -- signs -----------------------------------------------------------------------------------------------------------


@rule(
    "F14",
    "error",
    "One convention of signs, stated on the cover: costs are positive, cash flows signed",
    why="A cost entered as a negative number turns into a saving, and a reader who does not know the convention cannot "
    "tell.",
    mend="State the convention in the line Signs of the cover; let inputs in money accept nothing below 0; look into "
    "the cost that is negative.",
)
def signs(book: Book) -> Iterator[Place]:
    """Differences (savings, changes, a bridge's steps) may have either sign."""
    currency = currency_of(book)
    stated = [text(sheet, row, UNIT) for sheet in own_sheets(book, "Cover") for row in _rows(sheet, "Signs")]
    for sheet in own_sheets(book, "Cover"):
        if not any(stated):
            yield Place(sheet.title, "", "the cover does not state the signs")
    for sheet in own_sheets(book, "Inputs"):
        yield from _negative_accepted(sheet, currency)
    for sheet in own_sheets(book, "Calculation", "Outputs"):
        for (row, column), cell in sorted(grid(sheet).items()):
            label = label_at(sheet, row, column)
            if cell.data_type != "f" or not unit_at(sheet, row, column).startswith(currency):
                continue
            if CASH.search(label) and any(stated) and not CASH.search(" ".join(stated)):
                yield Place(sheet.title, cell.coordinate, "the signs of cash flows are not stated on the cover")
            value = stored(book, sheet.title, row, column)
            if isinstance(value, int | float) and value < 0 and COST.search(label) and not SIGNED.search(label):
                yield Place(sheet.title, cell.coordinate, f"{label!r} is negative")


def _rows(sheet: Worksheet, label: str) -> Iterator[int]:
    return (row for row, column in sorted(grid(sheet)) if column == LABEL and text(sheet, row, column) == label)


def _negative_accepted(sheet: Worksheet, currency: str) -> Iterator[Place]:
    seen = set()
    for validation in sheet.data_validations.dataValidation:
        for area in validation.sqref.ranges:
            row, column = area.min_row, area.min_col
            in_money = unit_at(sheet, row, column).startswith(currency)
            is_signed = SIGNED.search(label_at(sheet, row, column))
            if in_money and not is_signed and _least(validation.formula1) < 0 and row not in seen:
                seen.add(row)
                address = f"{get_column_letter(column)}{row}"
                yield Place(sheet.title, address, "an input in money accepts negative numbers")


def _least(bound: str | None) -> float:
    """The lower bound of a validation as a number; 0 where it is something else."""
    try:
        return float(bound or 0)
    except ValueError:
        return 0.0


# -- the add-in's functions ------------------------------------------------------------------------------------------


@rule(
    "F15",
    "error",
    "Beside every function of the add-in stands a native formula with the same result",
    why="A reviewer can trace a native formula only; without the add-in, a worksheet function shows #NAME?.",
    mend="Write the native formula in the row below (in a table, the column beside), in the same unit; if the results "
    "differ, find out why.",
)
def native_beside(book: Book) -> Iterator[Place]:
    """For the sheets of our workbooks: in cells of one's own, the functions are for quick answers."""
    for sheet in own_sheets(book):
        formulas = {(found.row, found.column): found for found in formulas_of(book)[sheet.title]}
        for found in formulas.values():
            if OURS & set(found.formula.functions):
                what = _unreconciled(book, sheet, found, formulas)
                if what:
                    yield Place(sheet.title, found.address, what)


def _unreconciled(
    book: Book, sheet: Worksheet, found: FormulaCell, formulas: dict[tuple[int, int], FormulaCell]
) -> str:
    beside = [formulas.get(spot) for spot in _spots_beside(sheet, found)]
    unit = unit_at(sheet, found.row, found.column)
    native = [
        one
        for one in beside
        if one is not None and not OURS & set(one.formula.functions) and unit_at(sheet, one.row, one.column) == unit
    ]
    if not native:
        return f"{found.formula.text} has no native formula beside it"
    own = stored(book, sheet.title, found.row, found.column)
    others = [stored(book, sheet.title, one.row, one.column) for one in native]
    if own is None or any(_equal(own, other) for other in others):
        return ""
    shown = [in_words(value) if isinstance(value, float) else value for value in (own, others[0])]
    return f"{found.formula.text} is {shown[0]}, the native formula beside it {shown[1]}"


def _spots_beside(sheet: Worksheet, found: FormulaCell) -> Iterator[tuple[int, int]]:
    """Where the native formula may stand: in the next column of a table; in the next row, or that of the same case."""
    block = block_at(sheet, found.row)
    if block is not None and block.is_table:
        yield from ((found.row, found.column + step) for step in (1, -1))
        return
    yield from ((found.row + step, found.column) for step in (1, -1))
    if block is not None:  # where a line is written for each of several cases, its native formula follows all of them
        label = text(sheet, found.row, LABEL)
        rows = range(block.row + 1, block.last + 1)
        yield from ((row, found.column) for row in rows if text(sheet, row, LABEL).replace(NATIVE, "") == label)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=AGREES, abs_tol=AGREES)
    return bool(one == other)
