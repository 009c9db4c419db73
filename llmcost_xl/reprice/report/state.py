"""A workbook at one moment, calculated: what its cells give, found by the words beside them.

Stored values are not trusted: somebody may have edited the file with a program that does not calculate. The workbook is
worked out in process, and where that is not possible nothing is known of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl import calc
from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import Area, BookFile
from llmcost_xl.ooxml.evaluation import Evaluation, NotComputedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from llmcost_xl.ooxml import Value
    from llmcost_xl.ooxml.addresses import Position

LABEL, UNIT, SINGLE, ACROSS = 1, 2, 3, 4  # the columns of a sheet in our layout
HEADINGS: Final = 5  # the row that says what runs across
OF: Final = ": "  # between a label and the record that the line is about


@dataclass(frozen=True)
class Line:
    """A line of a sheet in our layout: one value, or one for each column of what runs across."""

    label: str
    unit: str
    single: Value
    across: tuple[Value, ...]
    heading: str
    row: int


@dataclass(frozen=True)
class Page:
    """A sheet in our layout."""

    name: str
    values: Mapping[Position, Value]

    def __getitem__(self, where: Position) -> Value:
        """Give what a cell holds, None where it is empty."""
        return self.values.get(where)

    @cached_property
    def columns(self) -> tuple[Value, ...]:
        """What runs across: months, cases, the names of records."""
        return self._across(HEADINGS)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Its lines from top to bottom, each with the heading that it stands under."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[Line]:
        heading, last = "", max((row for row, _ in self.values), default=0)
        for row in range(HEADINGS + 1, last + 1):
            label, unit = self[row, LABEL], self[row, UNIT]
            if isinstance(label, str) and isinstance(unit, str) and unit:
                yield Line(label, unit, self[row, SINGLE], self._across(row), heading, row)
            elif isinstance(label, str) and label:
                heading = label

    def _across(self, row: int) -> tuple[Value, ...]:
        last = max((column for found, column in self.values if found == HEADINGS), default=0)
        given = tuple(self[row, column] for column in range(ACROSS, last + 1))
        return given if any(value is not None for value in given) else ()

    def find(self, label: str, heading: str = "") -> list[Line]:
        """The lines of this label, one for each record it is written for; under one heading, where that is said."""
        return [
            line
            for line in self.lines
            if (line.label == label or line.label.startswith(label + OF)) and heading in ("", line.heading)
        ]


class Named(NamedTuple):
    """A defined name that means cells of one sheet."""

    name: str
    sheet: str
    area: Area


class State:
    """A workbook and what its formulas give."""

    def __init__(self, content: bytes) -> None:
        self.book = BookFile.read(content)
        self._pages: dict[str, Page] = {}
        try:
            self._engine: Evaluation | None = Evaluation(self.book, calc.register)
            self.problem = ""
        except NotComputedError as problem:
            self._engine, self.problem = None, str(problem)

    @property
    def is_computed(self) -> bool:
        """Whether the values of formulas are known."""
        return self._engine is not None

    def has(self, sheet: str) -> bool:
        """Whether there is a worksheet of this name."""
        return any(found.name == sheet for found in self.book.sheets)

    def value(self, sheet: str, where: Position) -> Value:
        """What a cell gives; None where it is empty or cannot be worked out."""
        return self.page(sheet)[where]

    def page(self, name: str) -> Page:
        """A sheet with the values of its cells."""
        if name not in self._pages:
            sheet = self.book.sheet(name)
            values = {
                cell.where: cell.value if cell.formula is None else self._computed(sheet.name, cell.where)
                for cell in sheet.cells()
            }
            self._pages[name] = Page(sheet.name, {where: value for where, value in values.items() if value is not None})
        return self._pages[name]

    def _computed(self, sheet: str, where: Position) -> Value:
        if self._engine is None:
            return None
        try:
            return self._engine.value(sheet, where)
        except NotComputedError:
            return None

    def day(self, value: Value) -> dt.date | None:
        """The day in a cell, if it holds one."""
        if isinstance(value, dt.date):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            found = self.book.day(value)
        except RefusedError:
            return None
        return found.date() if isinstance(found, dt.datetime) else found

    @cached_property
    def names(self) -> dict[str, Named]:
        """The names of single areas that stand for inputs and outputs."""
        found = {}
        for defined in self.book.names:
            sheet, mark, area = defined.text.rpartition("!")
            sheet = sheet.strip("'").replace("''", "'")
            if mark and defined.sheet is None and self.has(sheet):
                try:
                    found[defined.name] = Named(defined.name, sheet, Area.read(area))
                except RefusedError:
                    continue  # a formula, not cells
        return found
