"""What each planned cell holds, and the role it plays: the only thing the writer has to dress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, assert_never

from openpyxl.utils import get_column_letter

from llmcost_xl.quantities import QUANTITIES
from llmcost_xl.workbook.layout import Constant, Entry, Line, Value
from llmcost_xl.workbook.places import Link
from llmcost_xl.workbook.plan import UNSAID_UNITS, PlacedLine, PlacedRows, PlacedTable, SheetPlan, described
from llmcost_xl.workbook.references import (
    ACROSS,
    LABEL,
    UNIT,
    VALUE,
    Reference,
    Spot,
    address,
    is_formula,
    only_reference,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.quantities import Quantity
    from llmcost_xl.workbook.book import BookPlan
    from llmcost_xl.workbook.layout import Column, Field

ENTERED_ON: Final = ("Inputs", "Prices", "Timing", "Log")
TEXT_UNITS: Final = ("text",)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where, what, and in which role."""

    row: int
    column: int
    value: Value
    role: str
    unit: str = ""
    quantity: Quantity | None = None
    entry: Entry | Field | None = None  # set on cells that the user fills
    computed: bool = False


def cells(book: BookPlan, plan: SheetPlan) -> Iterator[Cell]:
    """Every cell of a sheet's blocks, from top to bottom."""
    for block in plan.blocks:
        if isinstance(block, PlacedRows):
            yield Cell(block.row, LABEL, block.block.title, "heading")
            if block.block.note:
                yield Cell(block.row, VALUE, block.block.note, "heading_note")
            for placed in block.lines:
                yield from _line(plan, placed, shown=bool(block.block.lines))
        elif isinstance(block, PlacedTable):
            yield from _table(book, plan, block)


def columns_of(plan: SheetPlan, placed: PlacedLine) -> tuple[tuple[int, Column | None], ...]:
    """The column numbers of a line's values, each with the axis column it belongs to."""
    if placed.place.across is None:
        return ((VALUE, None),)
    return tuple((ACROSS + position, column) for position, column in enumerate(plan.axis.columns))


def _line(plan: SheetPlan, placed: PlacedLine, *, shown: bool) -> Iterator[Cell]:
    """Label, unit and values of a line; lines that the planner linked in are not `shown` to be reported."""
    line, place = placed.line, placed.place
    case = place.down.columns[place.down.position(placed.down)].label if place.down and placed.down else ""
    yield Cell(placed.row, LABEL, f"{place.label}: {case}" if case else place.label, "label")
    yield Cell(placed.row, UNIT, place.unit, "unit")
    for number, column in columns_of(plan, placed):
        key = column.key if column else ""
        if isinstance(line, Entry):
            yield _entered(placed.row, number, _value(line, number), place.unit, line)
        elif isinstance(line, Constant):
            yield Cell(placed.row, number, line.value, "constant")
        elif isinstance(line, Link):
            row, source = line.source(key or placed.down)
            formula = f"={address(line.home.sheet, row, source)}"
            yield _computed(plan, placed.row, number, formula, place.unit, link=True, shown=shown)
        elif isinstance(line, Line):
            formula = resolve(line.formula, Spot(plan, placed.row, number, placed.down))
            yield _computed(plan, placed.row, number, formula, place.unit)
        else:
            assert_never(line)


def _value(line: Entry, column: int) -> Value:
    return line.value[column - ACROSS] if isinstance(line.value, tuple) else line.value


def _entered(row: int, column: int, value: Value, unit: str, entry: Entry | Field) -> Cell:
    role = "input_text" if isinstance(value, str) or unit in TEXT_UNITS else "input"
    return Cell(row, column, value, role, unit, QUANTITIES.get(entry.name), entry)


def _computed(
    plan: SheetPlan, row: int, column: int, formula: str, unit: str, *, link: bool = False, shown: bool = True
) -> Cell:
    role = "output" if plan.kind == "Outputs" and shown else "link" if link else "calc"
    if unit == "status":
        role = "status"
    elif unit in TEXT_UNITS and role != "output":
        role = f"{role}_text"
    return Cell(row, column, formula, role, unit, computed=True)


# -- tables ------------------------------------------------------------------------------------------------------


def _table(book: BookPlan, plan: SheetPlan, placed: PlacedTable) -> Iterator[Cell]:
    yield Cell(placed.row, LABEL, placed.block.title, "heading")
    if placed.block.note:
        yield Cell(placed.row, VALUE, placed.block.note, "heading_note")
    for field, column in (*((field, column) for field, column, _ in placed.linked), *placed.fields):
        label, unit = described(field)
        yield Cell(placed.header, column, label, "header_left" if column == LABEL else "header")
        if placed.first > placed.header + 1:
            yield Cell(placed.header + 1, column, "" if unit in UNSAID_UNITS else unit, "unit")
    for _, column, home in placed.linked:
        for record in range(placed.count):
            formula = f"={address(home.sheet, home.row + record, home.column)}"
            yield _computed(plan, placed.first + record, column, formula, home.unit, link=True)
    given = [(field, column) for field, column in placed.fields if not field.formula]
    for record in range(placed.count):
        values = placed.block.records[record] if record < len(placed.block.records) else (None,) * len(given)
        for (field, column), value in zip(given, values, strict=True):
            yield _given(book, plan, placed, field, column, record, value)
        for field, column in placed.fields:
            if field.formula:
                row = placed.first + record
                formula = resolve(field.formula, Spot(plan, row, column, record=record))
                yield _computed(plan, row, column, formula, described(field)[1])
    yield from _totals(plan, placed)


def _given(
    book: BookPlan, plan: SheetPlan, placed: PlacedTable, field: Field, column: int, record: int, value: Value
) -> Cell:
    """A cell that the record itself fills: with a value, or with a formula of its own."""
    row = placed.first + record
    unit = described(field)[1]
    if not field.shows:
        is_spare = record >= len(placed.block.records)
        if plan.kind in ENTERED_ON or is_spare:
            return _entered(row, column, value, unit, field)
        return Cell(row, column, value, "text" if isinstance(value, str) else "constant", unit)
    if not is_formula(value):
        raise ValueError(f"{plan.name}: {field.name!r} shows a formula, not {value!r}")
    reference = only_reference(value)
    if reference is not None and reference.home_key not in plan.places:
        home = book.homes[reference.home_key]
        shown_unit = home.unit if unit == "any" else unit
        return _computed(plan, row, column, f"={address(*book.locate(reference))}", shown_unit, link=True)
    return _computed(plan, row, column, resolve(value, Spot(plan, row, column, record=record)), unit)


def _totals(plan: SheetPlan, placed: PlacedTable) -> Iterator[Cell]:
    summed = [(field, column) for field, column in placed.fields if field.total]
    if summed:
        yield Cell(placed.total, LABEL, "Total", "total_label")
    for field, column in summed:
        letter = get_column_letter(column)
        formula = f"=SUM({letter}{placed.first}:{letter}{placed.total - 1})"
        yield _computed(plan, placed.total, column, formula, described(field)[1])


def header(book: BookPlan, plan: SheetPlan) -> Iterator[tuple[int, Value, str]]:
    """The headings of the axis' columns: column, text or formula, unit."""
    for position, column in enumerate(plan.axis.columns):
        number = ACROSS + position
        if plan.axis.dated:
            row, source = book.homes["month_end"].cell(across=column.key)
            own = plan.name == "Timing"
            yield number, f"={get_column_letter(source)}{row}" if own else f"={address('Timing', row, source)}", "date"
        else:
            yield number, column.label, "text"


def linked(reference: str) -> Reference:
    """A reference written in braces."""
    found = only_reference(reference)
    if found is None:
        raise ValueError(f"{reference!r} is not a reference")
    return found
