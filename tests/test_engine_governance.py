"""Levers, concentration, scores and the decision, against brute force."""

from __future__ import annotations

import math
from itertools import permutations, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmcost_xl.engine import governance
from llmcost_xl.errors import OutOfDomainError, WrongTypeError, ZeroDivisorError

fractions = st.floats(0, 1)
savings = st.lists(fractions, min_size=1, max_size=6)
shares = st.lists(st.one_of(st.just(0.0), st.floats(0.001, 1e9)), min_size=1, max_size=10)


# -- levers ----------------------------------------------------------------------------------------------------


def large_model_bill(response_hit_rate: float = 0, small_share: float = 0, trim_rate: float = 0) -> float:
    """A million reference queries, by default all on the large model."""
    return governance.optimised_cost(
        1e6, 500, 200, [2.5, 0.15], [10, 0.6], [1 - small_share, small_share], response_hit_rate, trim_rate
    )


def test_levers_save_less_together_than_each_promises() -> None:
    full = large_model_bill()
    alone = [
        1 - large_model_bill(**lever) / full
        for lever in ({"response_hit_rate": 0.3}, {"small_share": 0.7}, {"trim_rate": 0.5})
    ]
    assert [round(saving, 3) for saving in alone] == [0.3, 0.658, 0.192]
    assert sum(alone) > 1.14  # nobody saves 115 %
    together = large_model_bill(0.3, 0.7, 0.5)
    assert (round(full), round(together)) == (3_250, 628)
    assert round(1 - together / full, 3) == 0.807
    assert 1 - together / full < governance.lever_saving(alone) + 0.002  # the product rule comes close


@given(st.lists(st.tuples(st.floats(0, 0.99), fractions), min_size=1, max_size=4))
def test_the_order_of_levers_does_not_matter_and_they_add_up_to_less(levers: list[tuple[float, float]]) -> None:
    combined = governance.lever_saving(*map(list, zip(*levers, strict=True)))
    for order in permutations(levers):
        left = 1.0
        for saving, share in order:
            left -= left * saving * share  # each lever works on what the others left
        assert math.isclose(combined, 1 - left, rel_tol=1e-9, abs_tol=1e-12)
    separate = [saving * share for saving, share in levers]
    assert max(separate) - 1e-12 <= combined <= sum(separate) + 1e-12


@given(savings)
def test_levers_never_save_more_than_everything(each: list[float]) -> None:
    assert 0 <= governance.lever_saving(each) <= 1
    assert governance.lever_saving(each, 0) == 0
    assert math.isclose(governance.lever_saving(each, [1] * len(each)), governance.lever_saving(each, 1))


@given(fractions, fractions, fractions, fractions, fractions)
def test_every_lever_only_lowers_the_cost(hit: float, small: float, trim: float, cached: float, read: float) -> None:
    def cost(hit: float = 0, small: float = 0, trim: float = 0, cached: float = 0) -> float:
        routing = [1 - small, small]
        return governance.optimised_cost(1e6, 500, 200, [2.5, 0.15], [10, 0.6], routing, hit, trim, cached, read)

    together = cost(hit, small, trim, cached)
    for others in ((0, small, trim, cached), (hit, 0, trim, cached), (hit, small, 0, cached), (hit, small, trim, 0)):
        assert together <= cost(*others) * (1 + 1e-12)


@given(st.lists(st.tuples(st.integers(1, 100), st.floats(0, 20), st.floats(0, 80)), min_size=1, max_size=5))
def test_routing_costs_what_its_calls_cost_one_by_one(models: list[tuple[int, float, float]]) -> None:
    calls = [count for count, _, _ in models]
    routing = [count / sum(calls) for count in calls]
    one_by_one = sum(n * (500 * p_in + 200 * p_out) / 1e6 for n, p_in, p_out in models)
    inputs, outputs = [p_in for _, p_in, _ in models], [p_out for _, _, p_out in models]
    together = governance.optimised_cost(sum(calls), 500, 200, inputs, outputs, routing)
    assert math.isclose(together, one_by_one, rel_tol=1e-9)


def test_routing_shares_must_be_a_whole() -> None:
    with pytest.raises(OutOfDomainError, match=r"sum to 0\.9"):
        governance.optimised_cost(1, 1, 1, [1, 1], [1, 1], [0.4, 0.5])
    with pytest.raises(WrongTypeError, match="same number"):
        governance.optimised_cost(1, 1, 1, [1, 1], [1, 1], [0.2, 0.3, 0.5])


# -- elasticity ------------------------------------------------------------------------------------------------


@given(st.floats(0.001, 1e6), st.floats(1.001, 100), st.floats(0.001, 1e6))
def test_break_even_volume_answers_the_api_price_with_elasticity_minus_one(
    price: float, factor: float, volume: float
) -> None:
    halved = governance.elasticity(price, price / factor, volume, volume * factor)
    assert math.isclose(halved, -1, rel_tol=1e-9)
    doubled_server = governance.elasticity(price, price * factor, volume, volume * factor)
    assert math.isclose(doubled_server, 1, rel_tol=1e-9)


@given(*[st.floats(0.001, 1e6)] * 4)
def test_elasticity_is_the_same_in_both_directions(x0: float, x1: float, y0: float, y1: float) -> None:
    assume(abs(x1 - x0) > 1e-6 * x0)
    forth, back = governance.elasticity(x0, x1, y0, y1), governance.elasticity(x1, x0, y1, y0)
    assert math.isclose(forth, back, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("change", [(1, 1, 1, 2), (-1, 1, 1, 2), (1, 2, -1, 1), (1, 2, 0, 0)])
def test_a_change_of_nothing_has_no_elasticity(change: tuple[float, float, float, float]) -> None:
    with pytest.raises(ZeroDivisorError):
        governance.elasticity(*change)


# -- vendors ---------------------------------------------------------------------------------------------------


@given(shares, st.floats(0.001, 1_000))
def test_concentration_lies_between_equal_vendors_and_one(amounts: list[float], factor: float) -> None:
    assume(any(amounts))
    present = sum(amount > 0 for amount in amounts)
    hhi = governance.vendor_hhi(amounts)
    assert 1 / present <= hhi * (1 + 1e-12)
    assert hhi <= 1 + 1e-12
    assert math.isclose(governance.effective_vendors(amounts) * hhi, 1)
    assert math.isclose(governance.vendor_hhi([amount * factor for amount in amounts]), hhi, rel_tol=1e-9)


@given(st.integers(1, 50))
def test_equal_vendors_count_in_full(vendors: int) -> None:
    assert math.isclose(governance.effective_vendors([3.7] * vendors), vendors)


def test_without_any_share_there_is_no_concentration() -> None:
    for function in (governance.vendor_hhi, governance.effective_vendors):
        with pytest.raises(ZeroDivisorError):
            function([0, 0])


def test_switching_is_work_and_dual_running() -> None:
    assert governance.switching_cost(120, 100, 2_000, 3) == 12_000 + 6_000
    assert governance.switching_cost(120, 100) == 12_000


# -- build, borrow or blend ------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0.01, 10)), min_size=1, max_size=8), st.floats(0.01, 100))
def test_the_score_is_an_average_on_a_scale_of_one(criteria: list[tuple[float, float]], factor: float) -> None:
    scores, weights = map(list, zip(*criteria, strict=True))
    score = governance.build_score(scores, weights)
    assert min(scores) / 3 - 1e-12 <= score <= max(scores) / 3 + 1e-12
    assert math.isclose(
        governance.build_score(scores, [w * factor for w in weights]), score, rel_tol=1e-9, abs_tol=1e-300
    )


def test_a_score_needs_weights_and_a_scale_it_fits() -> None:
    with pytest.raises(ZeroDivisorError):
        governance.build_score([1, 2], [0, 0])
    with pytest.raises(OutOfDomainError, match="above max_score"):
        governance.build_score([1, 4], [1, 1])
    with pytest.raises(WrongTypeError, match="same number"):
        governance.build_score([1, 2], [1])


def test_the_first_rule_that_applies_decides() -> None:
    expected = {  # (score, enough volume) -> decision, where policy and validation leave it open
        ("low", False): "Borrow", ("low", True): "Blend", ("middle", False): "Blend",
        ("middle", True): "Blend", ("high", False): "Blend", ("high", True): "Build",
    }  # fmt: skip
    levels = {"low": (0.0, 0.2, 0.34), "middle": (0.35, 0.5, 0.66), "high": (0.67, 0.8, 1.0)}
    volumes = {False: (0, 1_999_999), True: (2_000_000, 9e9)}
    for (level, enough), must, validated in product(expected, (True, False), (True, False)):
        for score, volume in product(levels[level], volumes[enough]):
            decision = governance.build_borrow_blend(score, volume, 2e6, must, validated)
            otherwise = expected[level, enough] if validated else "Borrow"
            assert decision == ("Build" if must else otherwise)


@given(fractions, st.floats(0, 1e9), st.floats(0, 1e9), fractions, fractions)
def test_more_volume_never_moves_away_from_building(
    score: float, volume: float, breakeven: float, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    ladder = ("Borrow", "Blend", "Build")
    decision = governance.build_borrow_blend(score, volume, breakeven, False, True, high, low)
    more = governance.build_borrow_blend(score, volume * 2 + 1, breakeven, False, True, high, low)
    better = governance.build_borrow_blend(min(1.0, score + 0.1), volume, breakeven, False, True, high, low)
    assert ladder.index(decision) <= min(ladder.index(more), ladder.index(better))


def test_thresholds_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(OutOfDomainError, match="above high_threshold"):
        governance.build_borrow_blend(0.5, 1, 1, False, True, 0.3, 0.4)
