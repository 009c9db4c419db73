"""Fills figures into a workbook's description, by quantity name; everything that is wrong is said at once."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.workbook import derive, validation
from llmcost_xl.workbook.beside import SCENARIOS
from llmcost_xl.workbook.inputsfile import Given, InputsError, Records, Unread
from llmcost_xl.workbook.layout import Entry, Field, Line, Rows, Table, Template, Value
from llmcost_xl.workbook.references import SCENARIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SCENARIO_KEYS: Final = tuple(name.lower() for name in SCENARIOS)
LONGEST_TEXT: Final = validation.MESSAGE_LIMIT
YES_NO: Final = {True: 1.0, False: 0.0}


def filled(template: Template, figures: Iterable[Given | Records | Unread], name: str = "inputs") -> Template:
    """The description with these figures on Inputs instead of the prefilled ones.

    Raises:
        InputsError: an unknown name, a value out of bounds or of the wrong kind ...: all of them.
    """
    filling = _Filling(template)
    for figure in figures:
        filling.take(figure)
    if filling.problems:
        raise InputsError(name, filling.problems)
    return filling.template()


class _Filling:
    """The inputs of a description while they are filled."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self.problems: list[str] = []
        self._taken: dict[tuple[str, ...], str] = {}
        """Where each figure was given."""
        self._mentioned: Counter[tuple[str, str]] = Counter()
        self._blocks = list(template.inputs.blocks)
        self._entries: dict[str, tuple[int, int]] = {}
        self._fields: dict[str, int] = {}
        self._tables: dict[str, int] = {}
        for number, block in enumerate(self._blocks):
            if isinstance(block, Rows):
                entries = ((at, line) for at, line in enumerate(block.lines) if isinstance(line, Entry))
                self._entries |= {line.name: (number, at) for at, line in entries}
            elif isinstance(block, Table):
                self._tables[block.name] = number
                self._fields |= {field.name: number for field in block.fields if not field.formula}

    def template(self) -> Template:
        """The description as it is by now."""
        return replace(self._template, inputs=replace(self._template.inputs, blocks=tuple(self._blocks)))

    def take(self, figure: Given | Records | Unread) -> None:
        """Fill one figure in, or note why it cannot be."""
        if isinstance(figure, Unread):
            self.problems.append(f"{figure.where}: {figure.reason}")
            return
        try:
            self._fill(figure)
        except ValueError as reason:
            self.problems.append(f"{figure.where}: {reason}")

    def _once(self, figure: Given | Records) -> None:
        """Refuse what was given before, of which one would be lost; records may share a name."""
        if isinstance(figure, Given) and figure.record:
            return
        key = (figure.table,) if isinstance(figure, Records) else (figure.quantity, figure.column)
        if key in self._taken:
            raise ValueError(f"is given twice, see {self._taken[key]}")
        self._taken[key] = figure.where

    def _fill(self, figure: Given | Records) -> None:
        self._once(figure)
        if isinstance(figure, Records):
            self._replace_records(figure)
        elif figure.quantity == SCENARIO and self._template.inputs.scenarios:
            chosen = _accepted(figure.value, Entry(SCENARIO, "", choices=SCENARIOS), SCENARIOS)
            self._template = replace(self._template, scenario=str(chosen))
        elif figure.quantity in self._entries:
            self._fill_entry(figure)
        elif figure.quantity in self._fields:
            self._fill_field(figure)
        else:
            raise ValueError(self._unknown(figure.quantity))

    def _unknown(self, name: str) -> str:
        if name == "start_date":
            return "the start is set by --start"
        computed = {
            line.name
            for sheet in (self._template.inputs, *self._template.calculations, self._template.outputs)
            for line in _named(sheet.blocks)
        }
        if name in computed:
            return "is computed by this workbook, not entered"
        known = [*self._entries, *self._fields, *self._tables]
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        return f"this workbook has no such input; {'the nearest: ' + ', '.join(near) if near else 'see --write-inputs'}"

    # -- single inputs -----------------------------------------------------------------------------------------------

    def _fill_entry(self, figure: Given) -> None:
        number, at = self._entries[figure.quantity]
        block = self._blocks[number]
        assert isinstance(block, Rows)  # noqa: S101  # as found
        entry = block.lines[at]
        assert isinstance(entry, Entry)  # noqa: S101
        if figure.record:
            raise ValueError(f"is no column of a table, so it has no record {figure.record!r}")
        value = _accepted(figure.value, entry, self._choices(entry))
        lines = (*block.lines[:at], self._with(entry, figure.column, value), *block.lines[at + 1 :])
        self._blocks[number] = replace(block, lines=lines)

    def _with(self, entry: Entry, column: str, value: Value) -> Entry:
        sheet = self._template.inputs
        live = sheet.scenarios and not entry.fixed
        if live and column in ("", *SCENARIO_KEYS):
            return self._in_scenario(entry, column, value)
        if not isinstance(entry.value, tuple):
            if column:
                raise ValueError(f"has one value, no column {column!r}")
            return replace(entry, value=value)
        keys = {c.key.lower(): i for i, c in enumerate(sheet.axis.columns) if not (live and c.key == sheet.live)}
        labels = {c.label.lower(): keys[c.key.lower()] for c in sheet.axis.columns if c.key.lower() in keys}
        if not column:
            raise ValueError(f"has one value per {sheet.axis.name}: say which of {', '.join(keys)}")
        position = keys.get(column, labels.get(column))
        if position is None:
            raise ValueError(f"has no column {column!r}; there are {', '.join(keys)}")
        return replace(entry, value=(*entry.value[:position], value, *entry.value[position + 1 :]))

    def _in_scenario(self, entry: Entry, column: str, value: Value) -> Entry:
        """The value for one scenario, or for all of them."""
        before = entry.in_scenarios(self._base(entry))
        base, *cases = (
            value if column in ("", name) else kept for name, kept in zip(SCENARIO_KEYS, before, strict=True)
        )
        if isinstance(entry.value, tuple):
            at = self._template.inputs.axis.position(self._template.inputs.live)
            entry = replace(entry, value=(*entry.value[:at], base, *entry.value[at + 1 :]))
        else:
            entry = replace(entry, value=base)
        return replace(entry, cases=tuple(cases))

    def _base(self, entry: Entry) -> Value:
        if isinstance(entry.value, tuple):
            return entry.value[self._template.inputs.axis.position(self._template.inputs.live)]
        return entry.value

    def _choices(self, described: Entry | Field) -> tuple[str, ...]:
        found = derive.dropdowns(self._template).get(described.name)
        return found[1] if found else ()

    # -- tables ------------------------------------------------------------------------------------------------------

    def _table(self, number: int) -> tuple[Table, list[Field]]:
        table = self._blocks[number]
        assert isinstance(table, Table)  # noqa: S101  # as found
        return table, [field for field in table.fields if not field.formula and not field.shows]

    def _fill_field(self, figure: Given) -> None:
        """One field of the record of that name, or of the next of that name; a new name takes an empty record."""
        number = self._fields[figure.quantity]
        table, fields = self._table(number)
        position = next(at for at, field in enumerate(fields) if field.name == figure.quantity)
        if not figure.record:
            raise ValueError(f"is a column of the table {table.name}: say which record")
        records = [list(record) for record in table.records]
        again = self._mentioned[figure.quantity, figure.record]
        self._mentioned[figure.quantity, figure.record] += 1
        alike = [row for row in records if str(row[0]) == figure.record]
        if again and again >= len(alike):
            raise ValueError(f"the record {figure.record!r} is given {again + 1} times; there are {len(alike)}")
        row = alike[again] if alike else []
        if not row:
            self._room(table, len(records) + 1)
            row = [figure.record, *(None for _ in fields[1:])]
            records.append(row)
        row[position] = _accepted(figure.value, fields[position], self._choices(fields[position]))
        self._settle(number, table, records)

    def _replace_records(self, figure: Records) -> None:
        """All records of a table."""
        number = self._tables.get(figure.table)
        if number is None:
            raise ValueError(self._unknown(figure.table))
        table, fields = self._table(number)
        self._room(table, len(figure.records))
        names = [field.name for field in fields]
        records, problems = [], []
        for at, given in enumerate(figure.records, start=1):
            problems += [f"record {at} has no field {name}" for name in given if name not in names]
            row: list[Value] = []
            for field in fields:
                try:
                    row.append(_accepted(given.get(field.name), field, self._choices(field)))
                except ValueError as reason:
                    problems.append(f"record {at}, {field.name}: {reason}")
            records.append(row)
        if problems:
            raise ValueError("; ".join(problems))
        self._settle(number, table, records)

    def _room(self, table: Table, wanted: int) -> None:
        room = len(table.records) + table.spare
        if wanted > room:
            raise ValueError(f"the table {table.name} has room for {room} records; {wanted} are given")

    def _settle(self, number: int, table: Table, records: list[list[Value]]) -> None:
        spare = len(table.records) + table.spare - len(records)
        self._blocks[number] = replace(table, records=tuple(map(tuple, records)), spare=spare)


def _named(blocks: Iterable[Any]) -> Iterator[Line | Field]:
    for block in blocks:
        if isinstance(block, Rows):
            yield from (line for line in block.lines if isinstance(line, Line))
        elif isinstance(block, Table):
            yield from (field for field in block.fields if field.formula)


def _accepted(value: Any, described: Entry | Field, choices: tuple[str, ...]) -> Value:
    """The value as the cell holds it.

    Raises:
        ValueError: the cell would refuse it; the reason names the unit and the bounds.
    """
    if value is None and isinstance(described, Field):
        return None
    if choices:
        found = next((choice for choice in choices if choice.lower() == str(value).strip().lower()), None)
        if found is None:
            raise ValueError(f"must be one of {', '.join(choices)}; received {value!r}")
        return found
    quantity = validation.narrowed(described)
    unit = described.unit or (quantity.unit if quantity else "")
    if unit == "date":
        return _date(value)
    limits = validation.bounds(described)
    if limits is None:
        text = "" if value is None else str(value)
        if not text or len(text) > LONGEST_TEXT:
            raise ValueError(f"must be a text of 1 to {LONGEST_TEXT} characters; received {value!r}")
        return text
    return _number(value, unit, limits, whole=quantity is not None and quantity.kind == "whole")


def _date(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value
    raise ValueError(f"must be a date such as 2027-01-31; received {value!r}")


def _number(value: Any, unit: str, limits: tuple[float, float | None], *, whole: bool) -> float:
    number = YES_NO[value] if isinstance(value, bool) and unit == "flag" else value
    low, high = limits
    kind = "a whole number" if whole else "a number"
    if isinstance(number, bool) or not isinstance(number, int | float) or number != number:  # noqa: PLR0124  # NaN
        raise ValueError(f"must be {kind} ({unit}); received {value!r}")
    if abs(number) > validation.ANY_NUMBER:
        raise ValueError(f"must be {kind} up to {validation.ANY_NUMBER:g} ({unit}); received {value!r}")
    if number < low or (high is not None and number > high):
        bounds = f"{low:g} or more" if high is None else f"{low:g} to {high:g}"
        raise ValueError(f"must be {kind}, {bounds} ({unit}); received {value!r}")
    if whole and number != int(number):
        raise ValueError(f"must be a whole number ({unit}); received {value!r}")
    return number
