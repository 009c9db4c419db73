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

OF_USAGE: Final = ("volume", "mix", "usage")
METHODS: Final = {"sequential": "one after the other", "midpoint": "midpoint"}
NEW, ENDED, CONTINUED = "new", "discontinued", ""
EXACT: Final = 1e-9
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


@dataclass(frozen=True)
class Bridge:
    """A bridge from one state of usage and prices to another, all amounts in one currency.

    Raises (when it is worked out):
        ZeroDivisorError: there were no queries before, so that volume and mix have no base.
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
        return tuple(ItemChange(item.old, item.new).bridge(total_old, total_new, self.method) for item in self.items)

    @cached_property
    def total(self) -> Row:
        """Everything together."""
        return self._row("All", zip(self.items, self.parts, strict=True))

    @property
    def by_feature(self) -> list[Row]:
        """A row for each feature, the largest change first."""
        return self._grouped(lambda item: item.feature)

    @property
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
        before, after = (math.fsum(math.prod(side) for side in sides) for sides in _sides(items))
        effects = PriceBridge(*(math.fsum(part[cause] for part in parts) for cause in range(len(PriceBridge._fields))))
        return Row(name, before, after, effects, _state(items))

    @property
    def nothing(self) -> float:
        """Up to what amount a residual is rounding in binary arithmetic."""
        return EXACT * max(self.total.before, self.total.after, *map(abs, self.total.effects))

    @property
    def is_same_usage(self) -> bool:
        """Whether nothing but prices and exchange rates moved."""
        return all(abs(getattr(self.total.effects, name)) <= self.nothing for name in OF_USAGE)

    @property
    def is_explained(self) -> bool:
        """Whether nothing is left unexplained: in all, by feature and by model."""
        rows = (self.total, *self.by_feature, *self.by_model)
        return all(abs(row.residual) <= self.nothing for row in rows)


def _sides(items: Sequence[Item]) -> tuple[list[Factors], list[Factors]]:
    return [item.old for item in items], [item.new for item in items]


def _state(items: Sequence[Item]) -> str:
    """Whether queries are there on one side only."""
    had, has = (any(side.queries for side in sides) for sides in _sides(items))
    return CONTINUED if had == has else NEW if has else ENDED
