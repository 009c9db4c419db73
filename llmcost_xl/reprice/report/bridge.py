"""From the spend before to the spend after, by cause: volume, mix, usage, price and exchange rate.

A line is a feature on a model, in one period where the usage runs over months; it has queries. An item is one kind of
its tokens. Quantities are those of the workbook budget-vs-actual, and so are the definitions: what it calls volume is
volume here, and a line that is new or has ended is volume and mix alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.engine.variance import FACTORS, Factors, ItemChange, PriceBridge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

EFFECTS: Final = {
    "volume": "Volume",
    "mix": "Mix",
    "usage": "Usage, tokens per query",
    "price": "Price",
    "fx": "Exchange rate",
}
"""The causes in their order, as budget-vs-actual calls them."""

METHODS: Final = {"sequential": "one after the other", "midpoint": "midpoint"}
MOST_BARS: Final = 8
"""Models with a bar of their own in a waterfall; the others share one."""

NEW, ENDED, CONTINUED = "new", "discontinued", ""
EXACT: Final = 1e-12
"""What counts as nothing, as a fraction of the largest amount in a bridge: rounding in binary arithmetic."""


class Item(NamedTuple):
    """One kind of tokens of a line, before and after. Usage is in millions of tokens per query, prices in US dollars.

    A price is per million tokens; a side's exchange rate turns dollars into the reporting currency.
    """

    feature: str
    model: str
    component: str
    old: Factors
    new: Factors
    period: str = ""
    cell: str = ""  # where its price after stands in the workbook, as far as that is known

    @property
    def line(self) -> tuple[str, str, str]:
        """The line whose queries these are."""
        return self.feature, self.model, self.period


class Row(NamedTuple):
    """What belongs together (a feature, a model, everything): spend before and after, and why they differ."""

    name: str
    before: float
    after: float
    effects: PriceBridge
    state: str  # "new", "discontinued" or nothing

    @property
    def change(self) -> float:
        """After less before: a plus is dearer."""
        return self.after - self.before

    @property
    def residual(self) -> float:
        """What the effects leave unexplained; 0 but for rounding in binary arithmetic."""
        return math.fsum((self.change, *(-effect for effect in self.effects[: len(FACTORS)])))


class Bars(NamedTuple):
    """The bars of a waterfall between before and after: one for each cause that moves anything, or for each model."""

    causes: tuple[str, ...]  # none where models are drawn
    rows: tuple[Row, ...]  # the models with a bar of their own
    others: tuple[Row, ...]  # those that share one
    total: Row

    @property
    def by(self) -> str:
        """What there is a bar for."""
        return "cause" if self.causes else "model"

    @property
    def changes(self) -> list[tuple[str, float]]:
        """The label of each bar, and how long it is."""
        if self.causes:
            return [(short(name), getattr(self.total.effects, name)) for name in self.causes]
        found = [(row.name, row.change) for row in self.rows]
        if self.others:
            found.append((f"{len(self.others)} others", math.fsum(row.change for row in self.others)))
        return found


@dataclass(frozen=True)
class Bridge:
    """A bridge from one state of usage and prices to another, all amounts in one currency.

    Where there were no queries at all before, all of the spend is volume: there are no shares to compare with.

    Raises (when it is worked out):
        OutOfDomainError: a cost is too large to state.
    """

    title: str
    items: tuple[Item, ...] = field(repr=False)
    currency: str
    method: str = "sequential"

    @cached_property
    def queries(self) -> tuple[float, float]:
        """All queries before and after; those of a line count once, however many kinds of tokens it has."""
        lines = {item.line: (item.old.queries, item.new.queries) for item in self.items}
        return math.fsum(old for old, _ in lines.values()), math.fsum(new for _, new in lines.values())

    @cached_property
    def parts(self) -> tuple[PriceBridge, ...]:
        """The effects of every item."""
        total_old, total_new = self.queries
        if not total_old:
            return tuple(_all_volume(math.prod(item.new)) for item in self.items)
        return tuple(ItemChange(item.old, item.new).bridge(total_old, total_new, self.method) for item in self.items)

    @cached_property
    def total(self) -> Row:
        """Everything together."""
        return self._row("All", zip(self.items, self.parts, strict=True))

    @cached_property
    def by_feature(self) -> list[Row]:
        """A row for each feature, the largest change first."""
        return self._grouped(lambda item: item.feature)

    @cached_property
    def by_model(self) -> list[Row]:
        """A row for each model, the largest change first."""
        return self._grouped(lambda item: item.model)

    def _grouped(self, key: Callable[[Item], str]) -> list[Row]:
        groups: dict[str, list[tuple[Item, PriceBridge]]] = {}
        for item, part in zip(self.items, self.parts, strict=True):
            groups.setdefault(key(item), []).append((item, part))
        rows = [self._row(name, pairs) for name, pairs in groups.items()]
        return sorted(rows, key=lambda row: (-abs(row.change), row.name))

    def _row(self, name: str, pairs: Iterable[tuple[Item, PriceBridge]]) -> Row:
        items, parts = [], []
        for item, part in pairs:
            items.append(item)
            parts.append(part)
        before, after = (math.fsum(math.prod(one) for one in side) for side in sides(items))
        effects = PriceBridge(*(math.fsum(part[cause] for part in parts) for cause in range(len(PriceBridge._fields))))
        return Row(name, before, after, effects, _state(items))

    @cached_property
    def nothing(self) -> float:
        """Up to what amount a residual is rounding in binary arithmetic."""
        rows = (self.total, *self.by_feature, *self.by_model)
        return EXACT * max(abs(amount) for row in rows for amount in (row.before, row.after, *row.effects))

    @property
    def is_same_usage(self) -> bool:
        """Whether nothing but prices and exchange rates moved, on any line."""
        return all(
            math.isclose(getattr(item.old, name), getattr(item.new, name), rel_tol=EXACT)
            for item in self.items
            for name in ("queries", "usage")
        )

    @property
    def unexplained(self) -> float:
        """The largest amount left unexplained: in all, by feature and by model."""
        return max(abs(row.residual) for row in (self.total, *self.by_feature, *self.by_model))

    @property
    def is_explained(self) -> bool:
        """Whether that is nothing but rounding."""
        return self.unexplained <= self.nothing

    @property
    def bars(self) -> Bars:
        """The bars to draw: by cause; where only prices moved, by model."""
        rows = tuple(self.by_model)
        if self.is_same_usage and len(rows) > 1:
            own = MOST_BARS if len(rows) > MOST_BARS + 1 else len(rows)
            return Bars((), rows[:own], rows[own:], self.total)
        moving = tuple(name for name in EFFECTS if abs(getattr(self.total.effects, name)) > self.nothing)
        return Bars(moving or ("price",), (), (), self.total)


def short(cause: str) -> str:
    """What a cause is called where there is little room."""
    return EFFECTS[cause].partition(",")[0]


def _all_volume(cost: float) -> PriceBridge:
    return PriceBridge(cost, 0.0, 0.0, 0.0, 0.0, cost)


def sides(items: Sequence[Item]) -> tuple[list[Factors], list[Factors]]:
    """The factors of items, before and after."""
    return [item.old for item in items], [item.new for item in items]


def _state(items: Sequence[Item]) -> str:
    """Whether queries are there on one side only."""
    had, has = (any(one.queries for one in side) for side in sides(items))
    return CONTINUED if had == has else NEW if has else ENDED
