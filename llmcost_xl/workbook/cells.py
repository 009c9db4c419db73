"""What each planned cell holds, and the role it plays: the only thing the writer has to dress."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    of_spare: bool = False  # shows a record that may be empty, which is nothing rather than 0


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


def entered_columns(plan: SheetPlan, placed: PlacedLine) -> tuple[int, ...]:
    """The columns of the cells that a user fills in for an input, from left to right."""
    entry, columns = placed.line, [number for number, _ in columns_of(plan, placed)]
    if not isinstance(entry, Entry) or entry.fixed or not plan.scenarios:
        return tuple(columns)
    return (*(number for number in columns if number != live_column(plan, placed)), *plan.scenarios)


def live_column(plan: SheetPlan, placed: PlacedLine) -> int:
    """The column of the value that follows the scenario."""
    if placed.place.across is None:
        return VALUE
    return ACROSS + placed.place.across.position(plan.sheet.live)


def _line(plan: SheetPlan, placed: PlacedLine, *, shown: bool) -> Iterator[Cell]:
    """Label, unit and values of a line; lines that the planner linked in are not `shown` to be reported."""
    line, place = placed.line, placed.place
    label = _line_label(plan, placed)
    yield Cell(placed.row, LABEL, label, "label", computed=label != place.label)
    yield Cell(placed.row, UNIT, place.unit, "unit")
    if isinstance(line, Entry):
        yield from _entry(plan, placed, line)
        return
    for number, column in columns_of(plan, placed):
        key = column.key if column else ""
        if isinstance(line, Constant):
            yield _constant(placed.row, number, line)
        elif isinstance(line, Link):
            row, source = line.source(key, placed.down)
            formula = f"={address(line.home.sheet, row, source)}"
            cell = _computed(plan, placed.row, number, formula, place.unit, link=True, shown=shown)
            yield replace(cell, of_spare=bool(line.home.table) and place.unit in TEXT_UNITS)
        elif isinstance(line, Line):
            formula = resolve(line.formula, Spot(plan, placed.row, number, placed.down, place.down))
            yield _computed(plan, placed.row, number, formula, place.unit)
        else:
            assert_never(line)


def _line_label(plan: SheetPlan, placed: PlacedLine) -> Value:
    """What a line is called; one written per record of a table follows the name that the user gives the record."""
    place = placed.place
    if place.down is None or not placed.down:
        return place.label
    name = plan.places.get(plan.names.get(place.down.table, ""))
    if name is None:
        return f"{place.label}: {place.down.columns[place.down.position(placed.down)].label}"
    row, column = name.cell(down=placed.down)
    name_cell = f"${get_column_letter(column)}{row}"
    return f'="{place.label}: "&IF({name_cell}=0,"(empty)",{name_cell})'  # 0: what a link to an empty cell gives


def _entry(plan: SheetPlan, placed: PlacedLine, entry: Entry) -> Iterator[Cell]:
    """An input: its value, or one per column; with scenarios, the one that counts is looked up among theirs."""
    values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    entered = entered_columns(plan, placed)
    live = 0
    for (number, _), value in zip(columns_of(plan, placed), values, strict=True):
        if number in entered:
            yield _entered(placed.row, number, value, placed.place.unit, entry)
        else:
            live, base = number, value
    if live:
        for number, value in zip(plan.scenarios, entry.in_scenarios(base), strict=True):
            yield _entered(placed.row, number, value, placed.place.unit, entry)
        first, last = (get_column_letter(number) for number in (plan.scenarios.start, plan.scenarios.stop - 1))
        position = plan.places["scenario_position"]
        chosen = f"${get_column_letter(position.column)}${position.row}"
        formula = f"=INDEX(${first}{placed.row}:${last}{placed.row},1,{chosen})"
        yield _computed(plan, placed.row, live, formula, placed.place.unit)


def _constant(row: int, column: int, constant: Constant) -> Cell:
    if isinstance(constant.value, tuple):
        return Cell(row, column, constant.value[column - ACROSS], "words", constant.unit)
    return Cell(row, column, constant.value, "constant")


def _entered(row: int, column: int, value: Value, unit: str, entry: Entry | Field) -> Cell:
    role = "input_text" if isinstance(value, str) or unit in TEXT_UNITS else "input"
    return Cell(row, column, None if value == "" else value, role, unit, QUANTITIES.get(entry.name), entry)


def _computed(
    plan: SheetPlan, row: int, column: int, formula: str, unit: str, *, link: bool = False, shown: bool = True
) -> Cell:
    role = "output" if plan.kind == "Outputs" and shown else "link" if link else "calc"
    if unit == "status":
        role = "status"
    elif unit in TEXT_UNITS:
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
            cell = _computed(plan, placed.first + record, column, formula, home.unit, link=True)
            yield replace(cell, of_spare=record >= book.tables[placed.root].filled)
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
    if reference is not None and unit == "any":
        unit = book.homes[reference.home_key].unit
    if reference is not None and reference.home_key not in plan.places:
        return _computed(plan, row, column, f"={address(*book.locate(reference))}", unit, link=True)
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
        elif plan.axis.table:
            table = book.tables[plan.axis.table]
            name = book.homes[table.block.fields[0].name]
            yield number, f"={address(name.sheet, name.row + position, name.column)}", "text"
        else:
            yield number, column.label, "text"


def linked(reference: str) -> Reference:
    """A reference written in braces."""
    found = only_reference(reference)
    if found is None:
        raise ValueError(f"{reference!r} is not a reference")
    return found
