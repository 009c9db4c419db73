"""Bridges: the effects sum to the change, whatever the data; the midpoint is the average over all orders."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmcost_xl.engine import variance
from llmcost_xl.errors import OutOfDomainError, WrongTypeError, ZeroDivisorError

if TYPE_CHECKING:
    from collections.abc import Sequence

METHODS = ("sequential", "midpoint")

# two models, rows for input and output tokens of the reference query; M tokens per query, USD per 1M tokens
QUERIES_OLD, QUERIES_NEW = [10_000, 10_000, 40_000, 40_000], [15_000, 15_000, 45_000, 45_000]
USAGE_OLD, USAGE_NEW = [0.0005, 0.0002, 0.0005, 0.0002], [0.0005, 0.00022, 0.00045, 0.0002]
PRICE_OLD, PRICE_NEW = [2.5, 10, 0.15, 0.6], [2, 8, 0.15, 0.6]
TWO_MODELS = (QUERIES_OLD, QUERIES_NEW, USAGE_OLD, USAGE_NEW, PRICE_OLD, PRICE_NEW)


class Item(NamedTuple):
    """Queries, usage, price and exchange rate of one item, before and after."""

    q0: float
    q1: float
    u0: float
    u1: float
    p0: float
    p1: float
    x0: float
    x1: float


amounts = st.one_of(st.just(0.0), st.floats(0.001, 1e9))
numbers = st.floats(0.001, 1e4)
items = st.lists(st.builds(Item, amounts, amounts, *[numbers] * 6), min_size=1, max_size=6)


def bridge_of(rows: Sequence[Item], method: str) -> variance.PriceBridge:
    return variance.price_bridge(*map(list, zip(*rows, strict=True)), method)


def exact_cost(rows: Sequence[Item]) -> tuple[Fraction, Fraction]:
    def cost(*factors: float) -> Fraction:
        return math.prod(map(Fraction, factors))

    return (
        sum((cost(row.q0, row.u0, row.p0, row.x0) for row in rows), Fraction()),
        sum((cost(row.q1, row.u1, row.p1, row.x1) for row in rows), Fraction()),
    )


# -- the specification's example -------------------------------------------------------------------------------


def test_the_five_effects_of_the_two_model_example() -> None:
    bridge = variance.price_bridge(*TWO_MODELS)
    assert [round(effect, 6) for effect in bridge] == [8.06, 9.165, 2.6625, -10.35, 0, 9.5375]


def test_the_midpoint_of_the_two_model_example() -> None:
    bridge = variance.price_bridge(*TWO_MODELS, bridge_method="midpoint")
    effects = (bridge.volume + bridge.mix, bridge.usage, bridge.price, bridge.fx, bridge.total)
    assert [round(effect, 3) for effect in effects[:3]] == [16.015, 1.915, -8.392]
    assert [round(effect, 6) for effect in effects[3:]] == [0, 9.5375]


def test_the_unit_cost_bridge_is_the_price_bridge_without_usage() -> None:
    cost_old, cost_new = [0.00325, 0.000195], [0.0026, 0.000195]
    bridge = variance.cost_bridge([10_000, 40_000], [15_000, 45_000], cost_old, cost_new)
    assert [round(effect, 6) for effect in bridge] == [8.06, 9.165, -9.75, 7.475]


# -- properties ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@given(rows=items)
def test_the_effects_sum_to_the_exact_change(method: str, rows: list[Item]) -> None:
    assume(any(row.q0 for row in rows))
    bridge, (old, new) = bridge_of(rows, method), exact_cost(rows)
    tolerance = 1e-12 * float(old + new)
    assert abs(bridge.total - float(new - old)) <= tolerance
    assert abs(math.fsum(bridge[:-1]) - bridge.total) <= 20 * tolerance * largest_step(rows)


def largest_step(rows: Sequence[Item]) -> float:
    """How much larger than the costs themselves the intermediate costs of a path can be."""
    old, new = exact_cost(rows)
    queries = max(math.fsum(row.q0 for row in rows), math.fsum(row.q1 for row in rows))
    largest = math.fsum(queries * max(r.u0, r.u1) * max(r.p0, r.p1) * max(r.x0, r.x1) for r in rows)
    return max(1.0, largest / float(old + new))


def test_the_residual_of_a_large_budget_is_far_below_a_cent() -> None:
    rows = [
        Item(1e6 + 7.3 * n, 1.1e6 - 3.1 * n, 0.001 + n / 1e6, 0.0012, 2.5 + n / 7, 2.3 + n / 9, 0.93, 0.91 + n / 1e5)
        for n in range(200)
    ]
    for method in METHODS:
        bridge = bridge_of(rows, method)
        assert float(exact_cost(rows)[1]) > 3e6
        assert abs(math.fsum(bridge[:-1]) - bridge.total) < 1e-6


@given(items)
def test_the_midpoint_is_the_average_over_all_orders(rows: list[Item]) -> None:
    rows = [row for row in rows if row.q0 and row.q1]  # neither new nor discontinued
    assume(rows)
    expected = dict.fromkeys(("quantity", "usage", "price", "fx"), Fraction())
    for row in rows:
        old = [Fraction(number) for number in row[0::2]]
        new = [Fraction(number) for number in row[1::2]]
        for order in permutations(range(4)):
            factors = list(old)
            for factor in order:
                before = math.prod(factors)
                factors[factor] = new[factor]
                expected[list(expected)[factor]] += (math.prod(factors) - before) / math.factorial(4)
    bridge = bridge_of(rows, "midpoint")
    tolerance = 1e-10 * float(sum(exact_cost(rows))) * largest_step(rows)
    assert float(expected["quantity"]) == pytest.approx(bridge.volume + bridge.mix, abs=tolerance)
    for name in ("usage", "price", "fx"):
        assert float(expected[name]) == pytest.approx(getattr(bridge, name), abs=tolerance)


@given(items)
def test_the_sequential_effects_are_those_of_the_formulas(rows: list[Item]) -> None:
    rows = [row for row in rows if row.q0]  # no new items: they have no old prices
    assume(rows)
    old_cost, queries_old = exact_cost(rows)[0], sum(Fraction(row.q0) for row in rows)
    queries_new = sum(Fraction(row.q1) for row in rows)
    bridge = bridge_of(rows, "sequential")
    tolerance = 1e-10 * float(sum(exact_cost(rows))) * largest_step(rows)

    def expect(name: str, amount: Fraction | int) -> None:
        assert float(amount) == pytest.approx(getattr(bridge, name), abs=tolerance), name

    exact = [Item(*map(Fraction, row)) for row in rows]
    expect("volume", (queries_new - queries_old) * old_cost / queries_old)
    expect("mix", sum((r.q1 - queries_new * r.q0 / queries_old) * r.u0 * r.p0 * r.x0 for r in exact))
    expect("usage", sum(r.q1 * (r.u1 - r.u0) * r.p0 * r.x0 for r in exact))
    expect("price", sum(r.q1 * r.u1 * (r.p1 - r.p0) * r.x0 for r in exact))
    expect("fx", sum(r.q1 * r.u1 * r.p1 * (r.x1 - r.x0) for r in exact))


@given(items)
def test_exchanging_old_and_new_changes_the_signs_of_the_midpoint(rows: list[Item]) -> None:
    assume(any(row.q0 for row in rows) and any(row.q1 for row in rows))
    forth = bridge_of(rows, "midpoint")
    back = bridge_of([Item(r.q1, r.q0, r.u1, r.u0, r.p1, r.p0, r.x1, r.x0) for r in rows], "midpoint")
    tolerance = 1e-10 * float(sum(exact_cost(rows))) * largest_step(rows)
    assert all(there == pytest.approx(-again, abs=tolerance) for there, again in zip(forth, back, strict=True))


def test_exchanging_old_and_new_changes_more_than_the_signs_of_the_sequence() -> None:
    forth = variance.price_bridge([100], [110], [2], [3], [5], [4])
    back = variance.price_bridge([110], [100], [3], [2], [4], [5])
    assert forth.total == -back.total
    assert forth.volume != -back.volume


@pytest.mark.parametrize("method", METHODS)
@given(rows=items, moved=st.sampled_from(["usage", "price", "fx"]))
def test_what_did_not_change_has_no_effect(method: str, rows: list[Item], moved: str) -> None:
    assume(any(row.q0 for row in rows))
    still = [
        Item(r.q0, r.q0, r.u0, r.u1 if moved == "usage" else r.u0, r.p0, r.p1 if moved == "price" else r.p0,
             r.x0, r.x1 if moved == "fx" else r.x0)
        for r in rows
    ]  # fmt: skip
    bridge = bridge_of(still, method)
    tolerance = 1e-11 * float(sum(exact_cost(still)))
    for name in ("volume", "mix", "usage", "price", "fx"):
        expected = bridge.total if name == moved else 0
        assert getattr(bridge, name) == pytest.approx(expected, abs=tolerance)


# -- new, discontinued, refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_new_item_is_volume_and_mix_only(method: str) -> None:
    for usage_old, price_old in ((0, 0), (1, 3), (9, 9)):  # nothing, the new values, anything
        bridge = variance.price_bridge(
            [100, 0], [100, 50], [1, usage_old], [1, 1], [2, price_old], [2, 3], bridge_method=method
        )
        assert (bridge.usage, bridge.price, bridge.total) == (0, 0, 150)
        assert math.isclose(bridge.volume + bridge.mix, 150)


def test_setting_only_the_old_price_of_a_new_item_would_call_it_usage() -> None:
    # the specification sets p0 = p1 and promises "all in mix"; with u0 left at 0 the usage effect takes it all
    q1, u0, u1, p0 = 50, 0, 1, 3
    assert q1 * (u1 - u0) * p0 == 150
    assert variance.price_bridge([100, 0], [100, 50], [1, u0], [1, u1], [2, p0], [2, 3]).usage == 0


@pytest.mark.parametrize("method", METHODS)
def test_a_discontinued_item_is_volume_and_mix_only(method: str) -> None:
    bridge = variance.price_bridge([100, 50], [100, 0], [1, 1], [1, 0], [2, 3], [2, 0], bridge_method=method)
    assert (bridge.usage, bridge.price, bridge.total) == (0, 0, -150)
    everything = variance.price_bridge([100], [0], [1], [5], [2], [9], bridge_method=method)
    assert everything == (-200, 0, 0, 0, 0, -200)


def test_a_bridge_needs_a_base_matching_ranges_and_a_known_method() -> None:
    with pytest.raises(ZeroDivisorError, match="no base"):
        variance.cost_bridge([0, 0], [1, 1], [1, 1], [1, 1])
    with pytest.raises(WrongTypeError, match="same number"):
        variance.cost_bridge([1, 1], [1, 1], [1], [1, 1])
    with pytest.raises(WrongTypeError, match="same number"):
        variance.price_bridge([1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1], fx_old=[1, 1, 1])
    with pytest.raises(WrongTypeError, match="sequential, midpoint"):
        variance.cost_bridge([1], [1], [1], [1], "shapley")
    with pytest.raises(OutOfDomainError, match="too large"):
        variance.cost_bridge([1e300], [1e300], [1e300], [1])


@given(st.floats(-1e9, 1e9), amounts)
def test_a_variance_is_unfavourable_above_budget(actual: float, budget: float) -> None:
    difference = variance.variance(actual, budget)
    assert (difference > 0) == (actual > budget)
    if budget:
        assert variance.variance(actual, budget, relative=True) * budget == pytest.approx(
            difference, rel=1e-9, abs=1e-12
        )
    else:
        with pytest.raises(ZeroDivisorError):
            variance.variance(actual, budget, relative=True)
