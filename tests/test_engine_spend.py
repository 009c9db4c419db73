"""What a month or a year costs: properties, and the same sums done month by month."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx  # noqa: PT013  # it reads as a word
from strategies import quantities, quantity

from llmcost_xl.engine.spend import (
    calls_from_interactions,
    cost_forecast,
    discounted_spend,
    estimate_at_completion,
    local_cost,
    monthly_cost,
    monthly_growth,
    months_to_limit,
    rate_limit_headroom,
    total_spend,
    usage_forecast,
    yearly_growth,
)
from llmcost_xl.errors import NeverError, OutOfDomainError, WrongTypeError

DRIVERS = ("start_volume", "growth", "cost_per_query", "price_change")


@given(quantities(*DRIVERS, "months"))
def test_closed_form_is_the_sum_of_the_months(call: dict[str, float]) -> None:
    assert total_spend(**call) == approx(sum(cost_forecast(**call)))


@pytest.mark.parametrize("growth", [0, 1e-17, -1e-17, 5e-324])
def test_hardly_any_growth_is_no_growth(growth: float) -> None:
    assert total_spend(50_000, growth, 0.0002, 12) == approx(120)


def test_a_volume_that_all_but_vanishes_leaves_the_first_month() -> None:
    assert total_spend(50_000, -1 + 1e-16, 0.0002, 12, -0.5) == 10


@given(quantity("start_volume"), st.lists(st.floats(0.1, 3), min_size=1, max_size=12), st.integers(1, 3))
def test_seasonality_adds_no_volume(start_volume: float, seasonality: list[float], years: int) -> None:
    months = range(1, years * len(seasonality) + 1)
    volume = math.fsum(usage_forecast(start_volume, 0, month, seasonality) for month in months)
    assert volume == approx(start_volume * len(months))


@given(quantities("start_volume", "growth", "cap"), st.integers(1, 60))
def test_volume_grows_from_month_to_month_up_to_the_cap(call: dict[str, float], month: int) -> None:
    free = call | {"cap": None}
    growth = usage_forecast(**free, month=month + 1) / usage_forecast(**free, month=month) - 1
    assert growth == approx(call["growth"], abs=1e-9)
    assert usage_forecast(**call, month=month) == min(usage_forecast(**free, month=month), call["cap"])


@given(quantity("annual_growth"))
def test_monthly_growth_compounds_to_the_annual_one(annual_growth: float) -> None:
    assert yearly_growth(monthly_growth(annual_growth)) == approx(annual_growth, abs=1e-12)


def test_doubling_in_a_year_is_6_percent_a_month() -> None:
    assert monthly_growth(1) == approx(0.05946, abs=5e-6)  # specification, B3


@given(quantities("queries_per_month", "cost_per_query", "fixed_cost", "discount", "min_commit"))
def test_a_month_costs_the_usage_or_the_commitment(call: dict[str, float]) -> None:
    usage = call["queries_per_month"] * call["cost_per_query"] * (1 - call["discount"])
    assert monthly_cost(**call) == approx(max(usage, call["min_commit"]) + call["fixed_cost"])


# -- discount tiers --------------------------------------------------------------------------------------------


@given(st.sets(st.integers(0, 200), min_size=1, max_size=5), st.integers(0, 300), st.data())
def test_tiers_dollar_by_dollar(floors: set[int], spend: int, data: st.DataObject) -> None:
    tier_floors = sorted(floors)
    tier_discounts = data.draw(st.lists(st.floats(0, 1), min_size=len(floors), max_size=len(floors)))

    def rate(dollar: float) -> float:
        reached = [rate for floor, rate in zip(tier_floors, tier_discounts, strict=True) if floor <= dollar]
        return reached[-1] if reached else 0.0

    each_dollar = math.fsum(1 - rate(dollar) for dollar in range(spend))
    assert discounted_spend(spend, tier_floors, tier_discounts) == approx(each_dollar, abs=1e-9)
    all_units = discounted_spend(spend, tier_floors, tier_discounts, "all-units")
    assert all_units == approx(spend * (1 - rate(spend)), abs=1e-9)


@given(st.floats(0, 300), st.floats(0, 50))
def test_more_graduated_spend_never_costs_less(spend: float, more: float) -> None:
    tiers = [0, 100, 200], [0.1, 0.3, 0.2]
    assert discounted_spend(spend + more, *tiers) >= discounted_spend(spend, *tiers) - 1e-9


def test_all_units_drop_at_the_floor() -> None:
    assert discounted_spend(99, [100], [0.2], "all-units") == 99
    assert discounted_spend(100, [100], [0.2], "all-units") == 80


@pytest.mark.parametrize(
    ("floors", "discounts"), [([0, 100], [0.1]), ([], []), ([100, 100], [0.1, 0.2]), ([200, 100], [0.1, 0.2])]
)
def test_tiers_that_make_no_ladder_are_refused(floors: list[float], discounts: list[float]) -> None:
    with pytest.raises(WrongTypeError):
        discounted_spend(150, floors, discounts)


def test_a_discount_above_all_is_refused() -> None:
    with pytest.raises(OutOfDomainError, match="tier_discounts"):
        discounted_spend(150, [0, 100], [0.1, 1.1])


# -- limits, estimates, conversions ----------------------------------------------------------------------------


@given(quantities("queries_per_month", "tokens_per_query", "rpm_limit", "tpm_limit", "peak_factor", "hours"))
def test_growing_by_the_headroom_uses_the_limit_up(call: dict[str, float]) -> None:
    used = 1 - rate_limit_headroom(**call)
    full = call | {"queries_per_month": call["queries_per_month"] / used}
    assert rate_limit_headroom(**full) == approx(0, abs=1e-9)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.5))
def test_growth_reaches_the_limit_in_the_months_stated(used_share: float, growth: float) -> None:
    assert used_share * (1 + growth) ** months_to_limit(used_share, growth) == approx(1)


def test_a_limit_already_reached_and_one_never_reached() -> None:
    assert months_to_limit(1.2, 0) == 0
    for growth in (0, -0.1):
        with pytest.raises(NeverError):
            months_to_limit(0.9, growth)


@given(quantities("actual_to_date", "budget_to_date", "budget_total"))
def test_an_overrun_is_carried_once_by_plan_and_pro_rata_by_trend(call: dict[str, float]) -> None:
    overrun = call["actual_to_date"] - call["budget_to_date"]
    share_done = call["budget_to_date"] / call["budget_total"]
    assert estimate_at_completion(**call) == approx(call["budget_total"] + overrun)
    trend = estimate_at_completion(**call, eac_method="trend")
    assert trend == approx(call["budget_total"] + overrun / share_done)


def test_every_interaction_starts_calls_of_its_own() -> None:
    assert calls_from_interactions(1_000) == 1_000
    assert calls_from_interactions(1_000, 1, 0.25, 2) == 1_000 + 1_000 + 250 + 2_000


def test_local_currency() -> None:
    assert local_cost(200, 150.5) == 30_100
