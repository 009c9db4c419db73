"""Why a cost changed: variances, and bridges by volume, mix, usage, price and exchange rate.

A positive variance or effect is a higher cost: unfavourable.
"""

from __future__ import annotations

import math
from itertools import permutations
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.engine.formula import Number, Series, formula, per_item, refuse, same_length, where
from llmcost_xl.errors import OutOfDomainError, ZeroDivisorError

if TYPE_CHECKING:
    from collections.abc import Sequence

FACTORS: Final = ("volume", "mix", "usage", "price", "fx")
_SEQUENTIAL: Final = (tuple(range(len(FACTORS))),)
_ALL_ORDERS: Final = tuple(
    order for order in permutations(range(len(FACTORS))) if abs(order.index(0) - order.index(1)) == 1
)
ORDERS: Final = {"sequential": _SEQUENTIAL, "midpoint": _ALL_ORDERS}
"""The orders in which the factors are changed. Volume and mix stay together: they are one quantity, split in two."""


class CostBridge(NamedTuple):
    """The change of a cost by its causes, in the currency of the cost."""

    volume: float
    mix: float
    rate: float
    total: float


class Factors(NamedTuple):
    """What the cost of one item is the product of."""

    queries: float
    usage: float
    price: float
    fx: float = 1.0


class PriceBridge(NamedTuple):
    """The change of a cost by its causes, in the reporting currency."""

    volume: float
    mix: float
    usage: float
    price: float
    fx: float
    total: float


class ItemChange(NamedTuple):
    """One item before and after."""

    old: Factors
    new: Factors

    def bridge(self, total_old: float, total_new: float, bridge_method: str = "sequential") -> PriceBridge:
        """What the item adds to the effects of `price_bridge`, where all items together had these queries.

        An item that is one of several kinds of a model's tokens shares the model's queries with them: `total_old` and
        `total_new` count those once.

        Raises:
            ZeroDivisorError: there were no queries before, so the mix has no base.
            OutOfDomainError: a cost is too large to state.

        Examples:
            >>> ItemChange(Factors(100, 2, 3), Factors(110, 2, 4)).bridge(100, 110)
            PriceBridge(volume=60.0, mix=0.0, usage=0.0, price=220.0, fx=0.0, total=280.0)

        Source: specification, B11.
        """
        refuse(total_old == 0, ZeroDivisorError, "the queries before are all 0: volume and mix have no base")
        effects: list[list[float]] = [[] for _ in FACTORS]
        orders = ORDERS[bridge_method]
        _add_effects(effects, *_shared(self, total_old, total_new), orders)
        volume, mix, usage, price, fx = (math.fsum(parts) / len(orders) for parts in effects)
        return PriceBridge(volume, mix, usage, price, fx, math.prod(self.new) - math.prod(self.old))


@formula("USD")
def variance(actual: Number, budget: Number, relative: Number = False) -> Number:
    """Actual less budget, in USD; positive is unfavourable. With `relative`, as a fraction of the budget.

    Raises:
        ZeroDivisorError: the fraction is asked for, but nothing was budgeted.

    Examples:
        >>> variance(45_000, 40_000), variance(45_000, 40_000, relative=True)
        (5000.0, 0.125)

    Source: specification, B12.
    """
    refuse(relative & (budget == 0), ZeroDivisorError, "budget (USD) is 0: the variance is no fraction of it")
    return (actual - budget) / where(relative, budget, 1.0)


@formula("USD", spills=True)
def cost_bridge(
    queries_old: Sequence[float],
    queries_new: Sequence[float],
    cost_old: Sequence[float],
    cost_new: Sequence[float],
    bridge_method: str = "sequential",
) -> CostBridge:
    """The change of a cost by volume, mix and rate (cost per query), in USD; the three sum to the total.

    The bridge of `price_bridge`, with the cost per query in place of usage, price and exchange rate.

    Raises:
        WrongTypeError: the ranges differ in length.
        ZeroDivisorError: there were no queries before.

    Examples:
        >>> old, new = [10_000, 40_000], [15_000, 45_000]
        >>> [round(part, 4) for part in cost_bridge(old, new, [0.00325, 0.000195], [0.0026, 0.000195])]
        [8.06, 9.165, -9.75, 7.475]

    Source: specification, B11 and D40.
    """
    items = same_length(queries_old=queries_old, queries_new=queries_new, cost_old=cost_old, cost_new=cost_new)
    ones = [1.0] * items
    bridge = price_bridge(queries_old, queries_new, ones, ones, cost_old, cost_new, bridge_method=bridge_method)
    return CostBridge(bridge.volume, bridge.mix, bridge.price, bridge.total)


@formula("local currency", spills=True)
def price_bridge(
    queries_old: Sequence[float],
    queries_new: Sequence[float],
    usage_old: Sequence[float],
    usage_new: Sequence[float],
    price_old: Sequence[float],
    price_new: Sequence[float],
    fx_old: Series = 1,
    fx_new: Series = 1,
    bridge_method: str = "sequential",
) -> PriceBridge:
    """The change of a cost by volume, mix, usage, price and exchange rate, in the reporting currency.

    An item's cost is Q * share * usage * price * fx, Q being all items' queries. Changing one factor after the other
    from old to new splits the change without a residual. Sequential, in the order above:

        volume = (Q1 - Q0) * C0 / Q0               mix = sum of (q1 - Q1 * q0/Q0) * u0 * p0 * x0
        usage = sum of q1 * (u1 - u0) * p0 * x0    price = sum of q1 * u1 * (p1 - p0) * x0
        fx = sum of q1 * u1 * p1 * (x1 - x0)

    Midpoint is the average over all orders (the Shapley value of each factor, volume and mix being parts of one), so
    that exchanging old and new only changes the signs. An item is a model, or one kind of a model's tokens; then every
    model should list the same kinds, because each row's queries count in the mix. A new item has neither usage nor
    price effect, whatever stands in its old cells, and likewise a discontinued one: their cost is volume and mix.

    Raises:
        WrongTypeError: the ranges differ in length.
        ZeroDivisorError: there were no queries before, so the mix has no base.

    Examples:
        >>> price_bridge([100], [110], [2], [2], [3], [4], fx_old=1, fx_new=2)
        PriceBridge(volume=60.0, mix=0.0, usage=0.0, price=220.0, fx=880.0, total=1160.0)

    Source: specification, B11.
    """
    items = same_length(
        queries_old=queries_old, queries_new=queries_new, usage_old=usage_old, usage_new=usage_new,
        price_old=price_old, price_new=price_new,
    )  # fmt: skip
    total_old, total_new = math.fsum(queries_old), math.fsum(queries_new)
    refuse(total_old == 0, ZeroDivisorError, "queries_old (queries) are all 0: volume and mix have no base")
    rows = zip(
        queries_old, queries_new, usage_old, usage_new, price_old, price_new,
        per_item(fx_old, items), per_item(fx_new, items), strict=True,
    )  # fmt: skip
    effects: list[list[float]] = [[] for _ in FACTORS]
    costs_old, costs_new = [], []
    for q0, q1, u0, u1, p0, p1, x0, x1 in rows:
        item = ItemChange(Factors(q0, u0, p0, x0), Factors(q1, u1, p1, x1))
        _add_effects(effects, *_shared(item, total_old, total_new), ORDERS[bridge_method])
        costs_old.append(math.prod(item.old))
        costs_new.append(math.prod(item.new))
    total = math.fsum(costs_new) - math.fsum(costs_old)
    orders = len(ORDERS[bridge_method])
    volume, mix, usage, price, fx = (math.fsum(parts) / orders for parts in effects)
    return PriceBridge(volume, mix, usage, price, fx, total)


def _shared(item: ItemChange, total_old: float, total_new: float) -> tuple[list[float], list[float]]:
    """All queries, the item's share of them, usage, price and rate; a side that is not there borrows the other's."""
    old, new = item
    share = old.queries / total_old
    before = [
        total_old,
        share,
        old.usage if old.queries else new.usage,
        old.price if old.queries else new.price,
        old.fx,
    ]
    after = [
        total_new,
        new.queries / total_new if total_new else share,
        new.usage if new.queries else before[2],
        new.price if new.queries else before[3],
        new.fx,
    ]
    return before, after


def _add_effects(
    effects: list[list[float]], old: list[float], new: list[float], orders: Sequence[Sequence[int]]
) -> None:
    """Add, for one item and every order, what changing each factor in its turn does to the item's cost."""
    largest = math.prod(map(max, old, new))
    refuse(largest == math.inf, OutOfDomainError, "a cost in the bridge is too large")
    for order in orders:
        factors = list(old)
        before = math.prod(factors)
        for factor in order:
            factors[factor] = new[factor]
            after = math.prod(factors)
            effects[factor].append(after - before)
            before = after
