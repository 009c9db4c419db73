"""What a month or a year costs: volume, growth, seasonality, discounts, commitments, rate limits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from llmcost_xl.engine.formula import Number, formula, maximum, minimum, refuse, same_length, where
from llmcost_xl.errors import NeverError, WrongTypeError, ZeroDivisorError, in_words
from llmcost_xl.quantities import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence


@formula("USD per month")
def monthly_cost(
    queries_per_month: Number,
    cost_per_query: Number,
    fixed_cost: Number = 0,
    discount: Number = 0,
    min_commit: Number = 0,
) -> Number:
    """Cost of a month's queries, in USD per month: fixed + max(V * c * (1 - d), commitment).

    The commitment is on usage after discount; the fixed cost comes on top.

    Examples:
        >>> monthly_cost(5_000_000, 0.000195, discount=0.1, min_commit=800)
        877.5

    Source: specification, B2 and D9.
    """
    return fixed_cost + maximum(queries_per_month * cost_per_query * (1 - discount), min_commit)


@formula("USD per month")
def discounted_spend(
    list_spend: Number,
    tier_floors: Sequence[float],
    tier_discounts: Sequence[float],
    tier_method: str = "graduated",
) -> Number:
    """Monthly spend after a volume discount in tiers, in USD per month.

    graduated: each slice of the spend between two floors gets its own tier's discount.
    all-units: the whole spend gets the discount of the highest tier reached, so it drops at every floor.

    Spend below the first floor gets no discount.

    Raises:
        WrongTypeError: floors and discounts differ in number, or floors do not rise.

    Examples:
        >>> discounted_spend(15_000, [0, 10_000], [0, 0.2])
        14000.0
        >>> discounted_spend(15_000, [0, 10_000], [0, 0.2], "all-units")
        12000.0

    Source: specification, B2.
    """
    same_length(tier_floors=tier_floors, tier_discounts=tier_discounts)
    ceilings = [*tier_floors[1:], math.inf]
    if any(floor >= ceiling for floor, ceiling in zip(tier_floors, ceilings, strict=True)):
        raise WrongTypeError(
            f"tier_floors (Tier floors, USD per month) must rise; received {in_words(list(tier_floors))}"
        )
    saving = list_spend * 0.0
    reached = list_spend * 0.0
    for floor, ceiling, rate in zip(tier_floors, ceilings, tier_discounts, strict=True):
        saving = saving + rate * maximum(minimum(list_spend, ceiling) - floor, 0)
        reached = where(list_spend >= floor, rate, reached)
    return list_spend - where(tier_method == "graduated", saving, reached * list_spend)


@formula("local currency")
def local_cost(monthly_cost: Number, fx_rate: Number) -> Number:
    """A cost in USD, in local currency: cost * rate, the rate being local currency per USD on the price date.

    Examples:
        >>> local_cost(1_000, 0.92)
        920.0

    Source: specification, B2.
    """
    return monthly_cost * fx_rate


@formula("queries per month")
def calls_from_interactions(
    interactions: Number, background_calls: Number = 0, retry_calls: Number = 0, automation_calls: Number = 0
) -> Number:
    """Model calls that user interactions cause, in queries per month: n * (1 + background + retries + automation).

    Examples:
        >>> calls_from_interactions(10_000, 0.5, 0.1, 0.4)
        20000.0

    Source: specification, B3; the text on custom models against APIs, lines 28-32.
    """
    return interactions * (1 + background_calls + retry_calls + automation_calls)


@formula("queries per month")
def usage_forecast(
    start_volume: Number,
    growth: Number,
    month: Number,
    seasonality: Sequence[float] | None = None,
    cap: Number | None = None,
) -> Number:
    """Volume of one month, the first being month 1, in queries per month: V * (1+g)^(t-1) * s_t / mean(s).

    The seasonal weights repeat and are divided by their mean, so that they move volume between months without adding
    any. The cap applies last.

    Raises:
        ZeroDivisorError: all seasonal weights are 0.

    Examples:
        >>> round(usage_forecast(50_000, 0.1, 12), 2)
        142655.84

    Source: specification, B3.
    """
    volume = start_volume * (1.0 + growth) ** (month - 1)
    if seasonality is not None:
        volume = volume * _seasonal_factor(seasonality, month)
    return volume if cap is None else minimum(volume, cap)


def _seasonal_factor(seasonality: Sequence[float], month: Number) -> Number:
    """The month's weight over the mean weight."""
    mean = math.fsum(seasonality) / same_length(seasonality=seasonality)
    refuse(mean == 0, ZeroDivisorError, "seasonality (Seasonality, x) sums to 0")
    place = (month - 1) % len(seasonality)
    return sum(weight * (place == position) for position, weight in enumerate(seasonality)) / mean


@formula("USD per month", spills=True)
def cost_forecast(
    start_volume: float,
    growth: float,
    cost_per_query: float,
    months: float = 12,
    price_change: float = 0,
    seasonality: Sequence[float] | None = None,
    fixed_cost: float = 0,
    discount: float = 0,
    cap: float | None = None,
) -> list[float]:
    """Cost of each of the coming months, in USD per month: V_t * c * (1+pi)^(t-1) * (1-d) + fixed.

    Volume as in `usage_forecast`; the price drifts by pi a month from its level in month 1.

    Examples:
        >>> round(sum(cost_forecast(50_000, 0.1, 0.000195)), 2)
        208.5

    Source: specification, B3.
    """
    return [
        monthly_cost(
            usage_forecast(start_volume, growth, month, seasonality, cap),
            cost_per_query * (1.0 + price_change) ** (month - 1),
            fixed_cost,
            discount,
        )
        for month in range(1, int(months) + 1)
    ]


@formula("USD", elementwise=True)
def total_spend(
    start_volume: float, growth: float, cost_per_query: float, months: float = 12, price_change: float = 0
) -> float:
    """Spend over all the months in closed form, without seasonality, in USD: V * c * ((1+x)^n - 1) / x.

    x is the growth of the monthly cost, (1+g)(1+pi) - 1; for x = 0 the total is n * V * c.

    Examples:
        >>> round(total_spend(50_000, 0.1, 0.000195), 2)
        208.5

    Source: specification, B3.
    """
    first_month = start_volume * cost_per_query
    drift = growth + price_change + growth * price_change
    if drift == 0:
        return first_month * months
    if drift <= -1:  # by rounding: nothing is left after the first month
        return first_month
    return first_month * (math.expm1(months * math.log1p(drift)) / drift)


@formula("fraction per month")
def monthly_growth(annual_growth: Number) -> Number:
    """Monthly growth that compounds to an annual one, as a fraction per month: (1+G)^(1/12) - 1.

    Examples:
        >>> round(monthly_growth(1), 5)
        0.05946

    Source: specification, B3.
    """
    return (1 + annual_growth) ** (1 / MONTHS_PER_YEAR) - 1


@formula("fraction per year")
def yearly_growth(growth: Number) -> Number:
    """Annual growth that a monthly one compounds to, as a fraction per year: (1+g)^12 - 1.

    Examples:
        >>> round(yearly_growth(0.1), 4)
        2.1384

    Source: specification, B3.
    """
    return (1.0 + growth) ** MONTHS_PER_YEAR - 1


@formula("USD", elementwise=True)
def estimate_at_completion(
    actual_to_date: float, budget_to_date: float, budget_total: float, eac_method: str = "budget"
) -> float:
    """Full-year spend to expect from the spend so far, in USD.

    budget: the rest of the year goes as planned, AC + BAC - PV.
    trend: the rest of the year overruns like the past, BAC * AC / PV.

    Raises:
        ZeroDivisorError: the trend of a plan that was 0 to date.

    Examples:
        >>> estimate_at_completion(45_000, 40_000, 120_000)
        125000
        >>> estimate_at_completion(45_000, 40_000, 120_000, "trend")
        135000.0

    Source: specification, B12.
    """
    if eac_method == "budget":
        return actual_to_date + budget_total - budget_to_date
    if budget_to_date == 0:
        raise ZeroDivisorError("budget_to_date (Budget to date, USD) is 0: there is no trend to follow")
    return budget_total * actual_to_date / budget_to_date


@formula("fraction")
def rate_limit_headroom(
    queries_per_month: Number,
    tokens_per_query: Number,
    rpm_limit: Number,
    tpm_limit: Number,
    peak_factor: Number = 3,
    hours: Number = 730,
) -> Number:
    """Share of the provider's tighter rate limit that is free at peak, as a fraction; negative where it is exceeded.

    1 - max(RPM / limit, TPM / limit), with RPM = V / (hours * 60) * peak factor and TPM = RPM * tokens per query

    Raises:
        ZeroDivisorError: a limit of 0.

    Examples:
        >>> round(rate_limit_headroom(5_000_000, 700, 500, 400_000, 4), 5)
        0.08676

    Source: specification, B12.
    """
    refuse(rpm_limit == 0, ZeroDivisorError, "rpm_limit (Request limit, requests per minute) is 0")
    refuse(tpm_limit == 0, ZeroDivisorError, "tpm_limit (Token limit, tokens per minute) is 0")
    requests_per_minute = queries_per_month / (hours * 60) * peak_factor
    return 1 - maximum(requests_per_minute / rpm_limit, requests_per_minute * tokens_per_query / tpm_limit)


@formula("months", elementwise=True)
def months_to_limit(used_share: float, growth: float) -> float:
    """Months until steady growth exhausts a limit, in months: ln(1 / used) / ln(1 + g); 0 where it is exhausted.

    Raises:
        NeverError: the volume does not grow.

    Examples:
        >>> round(months_to_limit(0.5, 0.1), 2)
        7.27

    Source: specification, B12.
    """
    if used_share >= 1:
        return 0.0
    if growth <= 0:
        raise NeverError(f"growth (Monthly growth, fraction per month) is {growth!r}: the limit is never reached")
    return -math.log(used_share) / math.log1p(growth)
