"""Failures and their cost: break-evens equalise, and the cheapest option is cheapest by brute force."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmcost_xl.engine import quality
from llmcost_xl.errors import NeverError, OutOfDomainError, WrongTypeError, ZeroDivisorError

SMALL, LARGE, TUNED = (0.0002, 0.40), (0.0033, 0.05), (0.008, 0.03)  # "Economics of Custom Models", lines 107-110
QUERIES = 50_000

costs = st.floats(0, 0.1)
rates = st.floats(0, 1)
failure_costs = st.floats(0.0001, 1_000)
options = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20)), min_size=1, max_size=8)


def monthly(option: tuple[float, float], failure_cost: float) -> float:
    return quality.failure_adjusted_cost(QUERIES, *option, failure_cost)


# -- the text's capability gap ---------------------------------------------------------------------------------


def test_the_155_dollars_of_the_text_decide_between_the_other_two_models() -> None:
    assert math.isclose(monthly(LARGE, 0) - monthly(SMALL, 0), 155)  # the premium the text compares failures with
    failure_cost = 155 / (QUERIES * 0.40)  # the small model's failures cost 155 a month
    assert round(monthly(SMALL, failure_cost)) == 165
    assert round(monthly(LARGE, failure_cost)) == 184
    assert round(monthly(TUNED, failure_cost)) == 412  # fine-tuning does not win, it is the dearest


def test_fine_tuning_wins_from_a_much_higher_cost_of_failures() -> None:
    from_cost = quality.breakeven_failure_cost(*LARGE, *TUNED)
    assert math.isclose(from_cost, 0.235)
    assert math.isclose(QUERIES * 0.40 * from_cost, 4_700)  # a month, for the small model's failures
    assert math.isclose(QUERIES * 0.05 * from_cost, 587.5)  # for the large model's


def test_not_every_pairwise_breakeven_lies_on_the_envelope() -> None:
    ranges = quality.cheapest_by_failure_cost(*zip(SMALL, LARGE, TUNED, strict=True))
    assert [part.option for part in ranges] == [0, 1, 2]
    corners = [part.from_failure_cost for part in ranges[1:]]
    assert [round(corner, 5) for corner in corners] == [0.00886, 0.235]
    skipped = quality.breakeven_failure_cost(*SMALL, *TUNED)
    assert round(skipped, 4) == 0.0211
    assert monthly(LARGE, skipped) < monthly(SMALL, skipped) == pytest.approx(monthly(TUNED, skipped))


# -- break-even of a pair --------------------------------------------------------------------------------------


@given(costs, st.floats(1e-6, 0.1), rates, st.floats(1e-3, 1))
def test_at_the_breakeven_failure_cost_both_options_cost_the_same(
    c_a: float, dearer: float, f_a: float, better: float
) -> None:
    assume(better <= f_a)
    c_b, f_b = c_a + dearer, f_a - better
    failure_cost = quality.breakeven_failure_cost(c_a, f_a, c_b, f_b)
    assert math.isclose(c_a + f_a * failure_cost, c_b + f_b * failure_cost, rel_tol=1e-9)
    assert c_b + f_b * failure_cost * 1.01 < c_a + f_a * failure_cost * 1.01  # and beyond it B is cheaper
    assert quality.breakeven_failure_rate(c_a, f_a, c_b, failure_cost) == pytest.approx(f_b, abs=1e-9)  # the inverse


@given(costs, rates, costs, failure_costs)
def test_at_the_breakeven_failure_rate_both_options_cost_the_same(
    c_a: float, f_a: float, c_b: float, failure_cost: float
) -> None:
    try:
        f_b = quality.breakeven_failure_rate(c_a, f_a, c_b, failure_cost)
    except NeverError:
        assert c_b > c_a + f_a * failure_cost
        return
    cost_a, cost_b = c_a + f_a * failure_cost, c_b + f_b * failure_cost
    assert math.isclose(cost_a, cost_b, rel_tol=1e-9, abs_tol=1e-12) if f_b < 1 else cost_b <= cost_a + 1e-12


def test_who_dominates_needs_no_breakeven() -> None:
    assert quality.breakeven_failure_cost(*LARGE, LARGE[0], TUNED[1]) == 0
    assert quality.breakeven_failure_cost(*TUNED, *TUNED) == 0
    with pytest.raises(NeverError):
        quality.breakeven_failure_cost(LARGE[0], TUNED[1], TUNED[0], LARGE[1])


def test_a_cheaper_but_worse_option_wins_up_to_the_breakeven_which_is_another_question() -> None:
    with pytest.raises(OutOfDomainError, match="exchange A and B") as refused:
        quality.breakeven_failure_cost(*TUNED, *LARGE)
    assert not isinstance(refused.value, NeverError)  # so if_never does not claim that there is no answer


def test_free_failures_decide_nothing() -> None:
    with pytest.raises(ZeroDivisorError):
        quality.breakeven_failure_rate(0.0002, 0.4, 0.008, 0)


# -- several options -------------------------------------------------------------------------------------------


@given(options, st.floats(0, 100))
def test_the_cheapest_option_is_cheapest_by_brute_force(pairs: list[tuple[int, int]], failure_cost: float) -> None:
    prices, failures = [cost / 10 for cost, _ in pairs], [rate / 20 for _, rate in pairs]
    ranges = quality.cheapest_by_failure_cost(prices, failures)
    here = next(part for part in ranges if failure_cost < part.to_failure_cost or part is ranges[-1])
    totals = [cost + rate * failure_cost for cost, rate in zip(prices, failures, strict=True)]
    assert math.isclose(totals[here.option], min(totals), rel_tol=1e-9, abs_tol=1e-12)


@given(options)
def test_the_ranges_join_without_gap_and_grow_more_reliable(pairs: list[tuple[int, int]]) -> None:
    prices, failures = [cost / 10 for cost, _ in pairs], [rate / 20 for _, rate in pairs]
    ranges = quality.cheapest_by_failure_cost(prices, failures)
    assert (ranges[0].from_failure_cost, ranges[-1].to_failure_cost) == (0, math.inf)
    for left, right in pairwise(ranges):
        assert left.from_failure_cost < left.to_failure_cost == right.from_failure_cost
        assert failures[left.option] > failures[right.option]


def test_ranges_of_different_length_are_refused() -> None:
    with pytest.raises(WrongTypeError, match="same number"):
        quality.cheapest_by_failure_cost([0.1, 0.2], [0.3])
