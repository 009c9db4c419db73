"""Payback, net present value and rates of return against numpy-financial, brute force and the texts' own cases."""

from __future__ import annotations

import math
from itertools import accumulate, pairwise

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmcost_xl.engine import value
from llmcost_xl.errors import NeverError, OutOfDomainError, WrongTypeError, ZeroDivisorError

investments = st.floats(0.01, 1e7)
savings = st.floats(0.01, 1e6)
annual_rates = st.floats(-0.5, 1).map(lambda rate: round(rate, 9))  # a rate of 1e-313 is no rate
discounts = st.floats(0, 1).map(lambda rate: round(rate, 9))
cash = st.floats(-1e5, 1e5).map(lambda amount: round(amount, 2))


# -- the texts' cases ------------------------------------------------------------------------------------------


def test_the_business_case_of_the_text() -> None:
    saving = value.current_cost(0.5, 50, 1_000) - value.cost_after_automation(800, 400, 5_000)
    assert saving == value.automation_saving(0.5, 50, 1_000, future_cost=6_200) == 18_800
    investment = value.total_investment(20_000, 500, 2_000)
    assert (value.benefit(saving), investment) == (225_600, 22_500)
    assert round(value.payback_months(investment, saving), 1) == 1.2
    assert round(value.roi(value.benefit(saving), investment), 2) == 9.03


def test_the_task_api_of_the_text() -> None:
    saving = value.automation_saving(3 / 60, 50, 10_000, future_cost=600)
    assert math.isclose(saving, 24_400)
    assert math.isclose(value.payback_months(7_100, saving), 7_100 / 24_400)  # printed as 0.3 months
    assert round(value.roi(value.benefit(saving), 7_100), 2) == 40.24  # printed as 4,000%+


def test_a_month_of_server_in_the_investment_lengthens_the_payback_of_the_text() -> None:
    # the text counts a month of server as fixed cost, but leaves it out of its own payback, rightly
    assert value.payback_months(1_000 + 20, 200) == 5.1
    assert value.payback_months(1_000 + 20 + 800, 200) == 9.1


# -- payback ---------------------------------------------------------------------------------------------------


@given(investments, savings, annual_rates)
def test_an_annuity_over_the_payback_is_worth_the_investment(investment: float, saving: float, rate: float) -> None:
    try:
        months = value.payback_months(investment, saving, rate)
    except NeverError:
        assert saving <= investment * value.monthly_rate(rate) * (1 + 1e-12)  # the interest alone is more
        return
    monthly = value.monthly_rate(rate)
    assume(abs(monthly) > 1e-6 and saving > investment * monthly * 1.001)  # else numpy-financial loses the digits
    assert math.isclose(-npf.pv(monthly, months, saving), investment, rel_tol=1e-6, abs_tol=1e-9 * saving)


@given(investments, savings, annual_rates)
def test_equal_savings_in_a_series_are_the_single_saving(investment: float, saving: float, rate: float) -> None:
    assume(investment / saving < 100)
    try:
        months = value.payback_months(investment, saving, rate)
    except NeverError:
        months = math.inf
    assume(months < 300)
    assert math.isclose(value.payback_months(investment, [saving] * 301, rate), months, rel_tol=1e-9)


@given(investments, st.lists(cash, min_size=2, max_size=24))
def test_payback_of_a_series_is_where_the_cumulated_line_first_reaches_the_investment(
    investment: float, series: list[float]
) -> None:
    cumulated = [0.0, *accumulate(series)]
    reached = next((month for month, total in enumerate(cumulated) if total >= investment), None)
    assume(all(abs(total - investment) > 1e-6 for total in cumulated))
    if reached is None:
        with pytest.raises(NeverError):
            value.payback_months(investment, series)
    else:
        expected = np.interp(investment, cumulated[reached - 1 : reached + 1], [reached - 1, reached])
        assert math.isclose(value.payback_months(investment, series), expected, rel_tol=1e-9)


@given(investments, st.lists(savings, min_size=2, max_size=24), discounts)
def test_discounting_never_shortens_the_payback(investment: float, series: list[float], rate: float) -> None:
    try:
        discounted = value.payback_months(investment, series, rate)
    except NeverError:
        return
    assert value.payback_months(investment, series) <= discounted * (1 + 1e-9)


@given(investments, st.lists(savings, min_size=2, max_size=24), discounts)
def test_net_present_value_turns_positive_in_the_month_of_payback(
    investment: float, series: list[float], rate: float
) -> None:
    values = [value.npv(rate, investment, series[:months]) for months in range(2, len(series) + 1)]
    assume(all(abs(worth) > 1e-6 * investment for worth in values))
    try:
        months = value.payback_months(investment, series, rate)
    except NeverError:
        assert values[-1] < 0
        return
    for horizon, worth in enumerate(values, start=2):
        assert (worth > 0) == (months <= horizon)


def test_a_debt_cleared_on_the_last_day_is_cleared() -> None:
    monthly = value.monthly_rate(0.1)
    for months in range(2, 60):  # the last bit must not say never
        exactly = math.fsum(100 / (1 + monthly) ** month for month in range(1, months + 1))
        assert math.isclose(value.payback_months(exactly, [100] * months, 0.1), months)


def test_interest_that_eats_the_saving_never_pays_back() -> None:
    interest = 1_000 * value.monthly_rate(0.1)
    with pytest.raises(NeverError):
        value.payback_months(1_000, interest, 0.1)
    assert value.payback_months(1_000, interest * 1.001, 0.1) > 800


# -- net present value -----------------------------------------------------------------------------------------


@given(annual_rates, investments, st.lists(cash, min_size=2, max_size=36))
def test_npv_is_that_of_numpy_financial(rate: float, investment: float, series: list[float]) -> None:
    monthly = (1 + rate) ** (1 / 12) - 1
    expected = npf.npv(monthly, [-investment, *series])
    assert math.isclose(value.npv(rate, investment, series), expected, rel_tol=1e-9, abs_tol=1e-6)


@given(annual_rates, investments, savings, st.integers(1, 120))
def test_npv_of_a_single_saving_is_that_of_an_annuity(rate: float, investment: float, saving: float, n: int) -> None:
    monthly = (1 + rate) ** (1 / 12) - 1
    assume(abs(rate) > 1e-3)  # else numpy-financial loses the digits
    expected = -investment - npf.pv(monthly, n, saving)
    tolerance = 1e-9 * (investment + n * saving)
    assert math.isclose(value.npv(rate, investment, saving, n), expected, rel_tol=1e-9, abs_tol=tolerance)


@given(investments, st.lists(cash, min_size=1, max_size=36))
def test_without_discount_npv_is_benefit_less_investment(investment: float, series: list[float]) -> None:
    assert value.npv(0, investment, series) == pytest.approx(value.benefit(series) - investment, abs=1e-6)


def test_a_series_has_its_own_length() -> None:
    for worth in (value.benefit, lambda s, m: value.npv(0.1, 50, s, m), lambda s, m: value.irr(50, s, m)):
        assert worth([100, 100], 2) == worth([100, 100], None) == worth(100, 2) == worth([100], 2)
        with pytest.raises(WrongTypeError, match="2 cells"):
            worth([100, 100], 12)
    with pytest.raises(WrongTypeError, match="empty"):
        value.benefit([])


# -- rates of return -------------------------------------------------------------------------------------------


@given(investments, st.lists(savings, min_size=2, max_size=36))
def test_irr_is_that_of_numpy_financial(investment: float, series: list[float]) -> None:
    assume(0.05 < sum(series) / investment < 100)
    monthly = npf.irr([-investment, *series])
    assume(not np.isnan(monthly))
    assert math.isclose(value.irr(investment, series), (1 + monthly) ** 12 - 1, rel_tol=1e-6, abs_tol=1e-9)


@given(investments, st.floats(0.01, 100), st.integers(1, 120))
def test_at_the_irr_the_project_is_worth_nothing(investment: float, months_of_payback: float, months: int) -> None:
    saving = investment / months_of_payback
    rate = value.irr(investment, saving, months)
    assume(rate > -1 + 1e-6)
    assert abs(value.npv(rate, investment, saving, months)) < 1e-6 * investment
    assert (rate > 0) == (months > months_of_payback) or abs(rate) < 1e-9


def positive_and_other_rates(flows: list[float]) -> tuple[list[float], list[float]]:
    """Monthly rates by the roots of the polynomial, those of total loss left out."""
    roots = np.roots(np.trim_zeros(flows))
    factors = sorted(float(root.real) for root in roots if abs(root.imag) < 1e-9 and root.real > 0)
    return [factor - 1 for factor in factors if factor > 1], [factor - 1 for factor in factors if factor <= 1]


@given(st.lists(st.integers(-20, 20), min_size=3, max_size=7))
def test_of_several_rates_the_only_positive_one_is_the_answer(flows: list[int]) -> None:
    investment, series = abs(flows[0]), flows[1:]
    positive, other = positive_and_other_rates([float(-investment), *map(float, series)])
    rates = sorted(positive + other)
    assume(all(0.06 < 1 + rate < 19 for rate in rates))  # within the range that is searched
    assume(all(high - low > 0.02 * (1 + low) for low, high in pairwise(rates)))
    assume(all(abs(rate) > 1e-6 for rate in rates))
    answers = positive or other
    if len(answers) == 1:
        assert math.isclose(value.irr(investment, series), (1 + answers[0]) ** 12 - 1, rel_tol=1e-6, abs_tol=1e-9)
    else:
        with pytest.raises(OutOfDomainError if answers else NeverError):
            value.irr(investment, series)


def test_several_rates_are_named_in_the_refusal() -> None:
    with pytest.raises(OutOfDomainError, match=r"213\.8%, 791\.6%"):  # 10 % and 20 % a month
        value.irr(100, [230, -132])


def test_a_closing_cost_does_not_hide_the_rate() -> None:
    plain, closed = value.irr(10_000, [1_000] * 35), value.irr(10_000, [1_000] * 35 + [-500])
    assert plain * 0.95 < closed < plain


# -- return on investment --------------------------------------------------------------------------------------


@given(investments, savings)
def test_roi_is_zero_when_the_money_just_comes_back(investment: float, gain: float) -> None:
    assert value.roi(investment, investment) == 0
    assert math.isclose(value.roi(investment + gain, investment), gain / investment, rel_tol=1e-6, abs_tol=1e-12)


def test_a_return_on_nothing_is_refused() -> None:
    with pytest.raises(ZeroDivisorError):
        value.roi(100, 0)


@given(st.floats(0, 10), st.floats(0, 500), st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1))
def test_only_the_realised_share_counts(hours: float, rate: float, tasks: float, cost: float, share: float) -> None:
    freed = value.automation_saving(hours, rate, tasks, cost, share) + cost
    assert math.isclose(freed, share * value.current_cost(hours, rate, tasks), rel_tol=1e-9, abs_tol=1e-9)
