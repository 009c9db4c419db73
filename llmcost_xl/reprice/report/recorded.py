"""Usage as it is recorded in one of our workbooks, priced as the workbook prices it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.engine.variance import Factors
from llmcost_xl.ooxml import ErrorCode
from llmcost_xl.quantities import TOKENS_PER_PRICE_UNIT
from llmcost_xl.reprice.report.bridge import Item
from llmcost_xl.reprice.report.layouts import INVERSE, LAYOUTS, REST, Cells, UsageLayout
from llmcost_xl.reprice.report.state import OF

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from llmcost_xl.ooxml import Value
    from llmcost_xl.reprice.report.state import Line, State

PER: Final = " per "  # between the currency and the dollar in the unit of an exchange rate


class Key(NamedTuple):
    """Which line of usage, whatever the state of the workbook."""

    feature: str
    model: str
    period: str

    def __str__(self) -> str:
        """The line as a reader knows it."""
        return f"{self.feature} on {self.model}{f' in {self.period}' if self.period else ''}"


@dataclass(frozen=True)
class Recorded:
    """The usage of one state of a workbook: for each line the factors of each kind of its tokens."""

    state: str  # PLANNED or ACTUAL
    when: str  # what it covers: "over the plan", "a month"
    currency: str
    lines: dict[Key, dict[str, Factors]] = field(repr=False)
    unknown: frozenset[Key]  # lines without a price or a figure
    said: dict[Key, float | None]  # what the workbook itself says that a line costs
    billed: dict[Key, float | None] | None  # what was billed, where that is recorded
    days: dict[str, dt.date]  # of a period, the day whose prices count in it

    @property
    def cost(self) -> float:
        """What the lines cost, worked out from their factors."""
        return math.fsum(math.prod(factors) for kinds in self.lines.values() for factors in kinds.values())

    @property
    def spend(self) -> float | None:
        """What the workbook itself says that these lines cost."""
        said = [self.said[key] for key in self.lines]
        return None if None in said else math.fsum(one for one in said if one is not None)

    def without(self, unknown: frozenset[Key]) -> Recorded:
        """The same without these lines: what has no price on one side cannot be compared."""
        return replace(self, lines={key: kinds for key, kinds in self.lines.items() if key not in unknown})


def recorded(state: State) -> list[Recorded]:
    """The usage that a workbook records, in every form it does; nothing, where it is none of ours."""
    return [
        _Reader(state, layout).read()
        for layout in LAYOUTS
        if state.is_computed and state.has(layout.sheet) and begins_with(state, layout.sheet, layout.title)
    ]


def begins_with(state: State, sheet: str, title: str) -> bool:
    """Whether a sheet is one of the workbook of this title, which begins every sheet."""
    first = state.value(sheet, (1, 1))
    return isinstance(first, str) and first.partition(OF)[0] == title


def items(old: Recorded, new: Recorded) -> Iterator[Item]:
    """The items of a bridge from one state to another."""
    for key in dict.fromkeys((*old.lines, *new.lines)):
        before, after = old.lines.get(key, {}), new.lines.get(key, {})
        for kind in dict.fromkeys((*before, *after)):
            had, has = before.get(kind), after.get(kind)
            yield Item(key.feature, key.model, kind, had or _absent(has), has or _absent(had), key.period)


def _absent(other: Factors | None) -> Factors:
    """A side on which a line has no queries."""
    return Factors(0.0, 0.0, 0.0, other.fx if other else 1.0)


class _Reader:
    """One layout in one state of a workbook."""

    def __init__(self, state: State, layout: UsageLayout) -> None:
        self._state, self._layout = state, layout
        self._page = state.page(layout.sheet)
        self._lines: dict[Cells, list[Line]] = {}

    def read(self) -> Recorded:
        lines: dict[Key, dict[str, Factors]] = {}
        unknown: set[Key] = set()
        billed: dict[Key, float | None] = {}
        said: dict[Key, float | None] = {}
        for key, record, month in self._keys():
            kinds = {kind: self._factors(kind, record, month) for kind in self._layout.tokens}
            known = {kind: factors for kind, factors in kinds.items() if factors is not None}
            if len(known) < len(kinds):
                unknown.add(key)
            elif any(factors.queries for factors in known.values()):
                lines[key] = known
                said[key] = self._product(self._layout.spend, record, month)
            if self._layout.billed:
                billed[key] = self._number(self._layout.billed, record, month)
        return Recorded(
            self._layout.state, self._layout.when, self._currency(), lines, frozenset(unknown), said,
            billed if self._layout.billed else None, self._days,
        )  # fmt: skip

    def _keys(self) -> Iterator[tuple[Key, int, int]]:
        """The lines in use: a record in a month, or a record."""
        across = range(len(self._page.columns)) or range(1)
        by_month = self._layout.across == "months"
        only = self._only()
        for record in range(self._records()) if by_month else across:
            model = self._text(self._layout.model, record)
            feature = self._layout.feature
            name = feature if isinstance(feature, str) else self._text(feature, record)
            column = self._heading(record) if not by_month else ""
            if not model or not name or (only and only not in (model, column)):
                continue
            for month in across if by_month else range(1):
                period = self._heading(month) if by_month else column
                yield Key(name, model, "" if period == name else period), record, month

    def _only(self) -> str:
        only = self._layout.only
        return only if isinstance(only, str) else self._text(only, 0)

    def _records(self) -> int:
        return max(len(self._found(cells)) for cells in (self._layout.model, *self._layout.queries))

    def _heading(self, column: int) -> str:
        """A month as 2027-01, a record by its name."""
        value = self._page.columns[column] if self._page.columns else ""
        day = self._state.day(value)
        return f"{day:%Y-%m}" if day else str(value)

    @property
    def _days(self) -> dict[str, dt.date]:
        """The day that stands over each month: its last one."""
        days = (self._state.day(value) for value in self._page.columns)
        return {f"{day:%Y-%m}": day for day in days if day}

    # -- cells ---------------------------------------------------------------------------------------------------------

    def _found(self, cells: Cells) -> list[Line]:
        if cells not in self._lines:
            page = self._state.page(cells.sheet or self._layout.sheet)
            self._lines[cells] = page.find(cells.label, cells.heading)
        return self._lines[cells]

    def _value(self, cells: Cells, record: int, month: int = 0) -> Value:
        """What stands there for a record in a month; what is said once holds for all."""
        lines = self._found(cells)
        if not lines:
            return None
        by_month = self._layout.across == "months"
        line = lines[record] if by_month and len(lines) > 1 else lines[0]
        return line.across[month if by_month else record] if line.across else line.single

    def _text(self, cells: Cells, record: int) -> str:
        value = self._value(cells, record)
        return value if isinstance(value, str) and not isinstance(value, ErrorCode) else ""

    def _number(self, cells: Cells, record: int, month: int) -> float | None:
        value = self._value(cells, record, month)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if cells.how == REST:
            return 1 - value
        if cells.how == INVERSE:
            return 1 / value if value else None
        return float(value)

    def _product(self, cells: tuple[Cells, ...], record: int, month: int) -> float | None:
        numbers = [self._number(one, record, month) for one in cells]
        return None if None in numbers else math.prod(number for number in numbers if number is not None)

    def _factors(self, kind: str, record: int, month: int) -> Factors | None:
        """What the cost of one kind of tokens is the product of; None where a part of it is not known."""
        layout = self._layout
        queries = self._product(layout.queries, record, month)
        tokens = self._number(layout.tokens[kind], record, month)
        fx = self._number(layout.fx, record, month)
        if queries == 0 and fx is not None:
            return Factors(0.0, 0.0, 0.0, fx)
        price = self._product((layout.prices[kind], *layout.price_factors), record, month)
        if queries is None or tokens is None or fx is None or price is None:
            return None
        return Factors(queries, tokens / TOKENS_PER_PRICE_UNIT, price, fx)

    def _currency(self) -> str:
        """The reporting currency, as the exchange rate's unit says it."""
        lines = self._found(self._layout.fx)
        return lines[0].unit.partition(PER)[0] if lines else "USD"
