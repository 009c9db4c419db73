"""Rules for units and flags: every figure has a unit, its format fits, the arithmetic gives it, flags are 0 or 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from llmcost_xl.errors import in_words
from llmcost_xl.lint.arithmetic import measured
from llmcost_xl.lint.blocks import (
    UNIT,
    across,
    block_at,
    blocks_of,
    currency_of,
    grid,
    label_at,
    lines,
    source_column,
    stored,
    style,
    text,
    unit_at,
)
from llmcost_xl.lint.dimensions import MixedUnitsError, is_one_period, measure, name_of
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.formulas import Formula, formulas_of, text_of
from llmcost_xl.lint.scope import own_sheets
from llmcost_xl.quantities import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.dimensions import Measure
    from llmcost_xl.lint.formulas import Area, FormulaCell
    from llmcost_xl.lint.reading import Book

MEASURED_ON: Final = ("Inputs", "Prices", "Lists", "Timing", "Calculation", "Outputs")
FIGURE_STYLES: Final = ("lc_input", "lc_constant", "lc_calc", "lc_link", "lc_output")
ANY_FORMAT: Final = ("any", "text", "status", "table", "same as the inputs", "")
QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
FLAG: Final = re.compile(r"\bflag\b", re.IGNORECASE)


def vocabulary(currency: str) -> frozenset[str]:
    """Every unit there is, in the currency of the workbook and in US dollars, in which token prices are listed."""
    rates = frozenset({f"{currency} per USD", f"{currency} per US$"})
    return rates | {unit.replace("USD", code) for unit in UNITS for code in ("USD", currency, "US$")}


@rule(
    "F10",
    "error",
    "Every figure has a unit of the vocabulary, and a number format to match",
    why="A figure without a unit can be anything; one of 0.2 shown as 0.2 and as 20% on two pages is read as two.",
    mend="State the unit in the words of the vocabulary; show fractions as percentages and dates as dates.",
)
def units_stated(book: Book) -> Iterator[Place]:
    """Columns of flags, dates and texts need no unit below their heading.

    Constants are shown as formulas use them, with all their digits.
    """
    known = vocabulary(currency_of(book))
    for sheet in own_sheets(book, *MEASURED_ON):
        for _, row in lines(sheet):
            if text(sheet, row, UNIT) not in known:
                what = f"{text(sheet, row, UNIT)!r} is no unit" if text(sheet, row, UNIT) else "a line has no unit"
                yield Place(sheet.title, f"B{row}", what)
        for block in blocks_of(sheet):
            for column in block.columns if block.units_row else ():
                unit = text(sheet, block.units_row, column)
                if unit and unit not in known:
                    yield Place(sheet.title, f"{get_column_letter(column)}{block.units_row}", f"{unit!r} is no unit")
        for cell, unit in _figures(sheet):
            wanted, shown = _format_class(unit), _shown_as(str(cell.number_format))
            if unit not in ANY_FORMAT and wanted != shown and cell.style != "lc_constant":
                yield Place(sheet.title, cell.coordinate, f"{unit} is shown as {shown}")


def _figures(sheet: Worksheet) -> Iterator[tuple[Cell, str]]:
    """Every figure of a line or a table with its unit, but what stands beside the inputs."""
    beside = source_column(sheet) - 2
    for (row, column), cell in sorted(grid(sheet).items()):
        if style(sheet, row, column) in FIGURE_STYLES:
            block = block_at(sheet, row)
            if block is not None and (column < beside or (block.is_table and column in block.columns)):
                yield cell, unit_at(sheet, row, column)


def _format_class(unit: str) -> str:
    if unit == "date":
        return "a date"
    return "a percentage" if unit.startswith("fraction") else "a number"


def _shown_as(number_format: str) -> str:
    """What a number format makes of a number."""
    signs = QUOTED.sub("", number_format)
    if "%" in signs:
        return "a percentage"
    return "a date" if re.search("[dmyhs]", signs, re.IGNORECASE) and signs != "General" else "a number"


@rule(
    "F16",
    "warning",
    "The units of a formula give the unit of its line",
    why="Arithmetic on units finds a forgotten conversion (months for years, tokens for millions of them) that no "
    "figure betrays.",
    mend="Insert the conversion, from the block of units on Lists, or correct the unit of the line.",
)
def units_agree(book: Book) -> Iterator[Place]:
    """Products, quotients, sums, comparisons and the functions that keep a unit; what cannot be decided is left alone.

    A link has the unit of the cell that it shows. What flows in a period may be added to an amount, and a column of a
    month may show it as one: for one period the numbers are the same.
    """
    units = _Units(book)
    for sheet in own_sheets(book, "Prices", "Calculation", "Outputs"):
        seen = set()
        for found in formulas_of(book)[sheet.title]:
            if (found.row, found.relative) not in seen:
                seen.add((found.row, found.relative))
                what = units.disagreement(found)
                if what:
                    yield Place(sheet.title, found.address, what)


class _Units:
    """What every cell of a workbook measures."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._currency = currency_of(book)
        self._sheets = {sheet.title: sheet for sheet in book.sheets()}
        self._known: dict[tuple[str, int, int], Measure] = {}

    def disagreement(self, found: FormulaCell) -> str:
        """What is wrong with the units of a formula; "" if nothing is for certain."""
        own = self._of_cell(found.sheet, found.row, found.column)
        try:
            result = measured(found.formula, lambda area: self._of_area(area, found.sheet))
        except MixedUnitsError as error:
            return f"{found.formula.text} adds or compares {error}"
        if own is None or result is None or isinstance(own, str) or isinstance(result, str) or own == result:
            return ""
        if is_one_period(own, result) and (found.formula.is_link or self._may_count_periods(found)):
            return ""
        return f"{found.formula.text} gives {name_of(result)}, not {name_of(own)}"

    def _may_count_periods(self, found: FormulaCell) -> bool:
        """Whether a formula stands in the column of a month, or has a factor that may be an annuity's."""
        sheet = self._sheets[found.sheet]
        if across(sheet).get(found.column, "").startswith("="):
            return True
        return any(unit_at(sheet, area.first_row, area.first_column) == "x" for area in found.formula.areas)

    def _of_area(self, area: Area, sheet: str) -> Measure:
        """The measure of a range, if that of its first cell and its last."""
        if area.whole:
            return None
        sheet = area.sheet or sheet
        first = self._of_cell(sheet, area.first_row, area.first_column)
        return first if self._of_cell(sheet, area.last_row, area.last_column) == first else None

    def _of_cell(self, sheet: str, row: int, column: int) -> Measure:
        key = (sheet, row, column)
        if key not in self._known:
            worksheet = self._sheets.get(sheet)
            self._known[key] = None if worksheet is None else measure(
                unit_at(worksheet, row, column), label_at(worksheet, row, column), self._currency
            )  # fmt: skip
        return self._known[key]


# -- flags -----------------------------------------------------------------------------------------------------------


@rule(
    "F12",
    "warning",
    "Flags are 0 or 1, are called flags, and switch by multiplication",
    why="A flag that is multiplied shows in every cell whether it is on; an IF around the same thing hides one branch.",
    mend="Let the line give 0 or 1, say (flag) in its label, and multiply by it.",
)
def flags(book: Book) -> Iterator[Place]:
    """An IF that keeps a division, or a function that may fail, from failing is not replaced by a product."""
    for sheet in own_sheets(book, "Inputs", "Prices", "Timing", "Calculation", "Outputs"):
        for cell, unit in _figures(sheet):
            label = label_at(sheet, cell.row, cell.column)
            if (unit == "flag") != bool(FLAG.search(label)) and (unit or not _in_table(sheet, cell)):
                what = f"the flag {label!r} is not called one" if unit == "flag" else f"{label!r} is not in flags"
                yield Place(sheet.title, cell.coordinate, what)
            value = None if _counts(sheet, cell) else stored(book, sheet.title, cell.row, cell.column)
            if FLAG.search(label) and isinstance(value, int | float) and value not in (0, 1):
                yield Place(sheet.title, cell.coordinate, f"the flag {label!r} is {in_words(value)}")
    for sheet in own_sheets(book, "Calculation"):
        for found in formulas_of(book)[sheet.title]:
            if _switches(sheet, found):
                yield Place(sheet.title, found.address, f"{found.formula.text} could multiply by the flag")


def _counts(sheet: Worksheet, cell: Cell) -> bool:
    """Whether a cell is the total of a column of flags, or a link, which may lead to one."""
    block = block_at(sheet, cell.row)
    return Formula(text_of(cell)).is_link or (block is not None and block.total == cell.row)


def _in_table(sheet: Worksheet, cell: Cell) -> bool:
    block = block_at(sheet, cell.row)
    return block is not None and block.is_table


def _switches(sheet: Worksheet, found: FormulaCell) -> bool:
    """Whether a formula is IF(flag=1,product,0) and could be flag*product."""
    formula = found.formula
    if formula.functions != ("IF",) or "/" in formula.operators or "^" in formula.operators or formula.texts:
        return False
    first = next(iter(formula.areas), None)
    return (
        first is not None
        and not first.sheet
        and bool(FLAG.search(label_at(sheet, first.first_row, first.first_column)))
        and formula.text.rstrip(")").endswith(",0")
    )
