"""Worksheet functions: what a month or a year costs."""

from __future__ import annotations

from typing import Any

from llmcost_xl.engine import spend
from llmcost_xl.worksheet import spilling_function, worksheet_function

# ruff: noqa: ARG001  # the worksheet boundary itself answers with if_never


@worksheet_function
def MONTHLY_COST(
    queries_per_month: Any, cost_per_query: Any, fixed_cost: Any = 0, discount: Any = 0, min_commit: Any = 0
) -> Any:
    """Cost of a month's queries after discount, at least the commitment, plus the fixed cost, in USD per month.

    See also: QUERY_COST, DISCOUNTED_SPEND, COST_FORECAST.
    """
    return spend.monthly_cost(queries_per_month, cost_per_query, fixed_cost, discount, min_commit)


@worksheet_function
def DISCOUNTED_SPEND(list_spend: Any, tier_floors: Any, tier_discounts: Any, tier_method: Any = "graduated") -> Any:
    """Monthly spend after a volume discount in tiers, in USD per month: each slice at its own discount ("graduated"), or all of it at the tier reached ("all-units").

    See also: MONTHLY_COST.
    """  # noqa: E501  # a wizard shows the first line only
    return spend.discounted_spend(list_spend, tier_floors, tier_discounts, tier_method)


@worksheet_function
def USAGE_FORECAST(start_volume: Any, growth: Any, month: Any, seasonality: Any = None, cap: Any = None) -> Any:
    """Queries in one future month at steady monthly growth, the first month being 1, in queries per month.

    See also: COST_FORECAST, MONTHS_TO_LIMIT.
    """
    return spend.usage_forecast(start_volume, growth, month, seasonality, cap)


@spilling_function
def COST_FORECAST(
    start_volume: Any,
    growth: Any,
    cost_per_query: Any,
    months: Any = 12,
    price_change: Any = 0,
    seasonality: Any = None,
    fixed_cost: Any = 0,
    discount: Any = 0,
    cap: Any = None,
) -> Any:
    """Cost of each coming month, as a row, in USD per month. Sum it for the total.

    Result: a row with one cell per month, in USD per month.
    See also: USAGE_FORECAST, MONTHLY_COST, LLM_EAC.
    """
    return spend.cost_forecast(
        start_volume, growth, cost_per_query, months, price_change, seasonality, fixed_cost, discount, cap
    )


@worksheet_function
def LLM_EAC(actual_to_date: Any, budget_to_date: Any, budget_total: Any, eac_method: Any = "budget") -> Any:
    """Full-year spend to expect (estimate at completion), in USD: the rest of the year as planned ("budget") or overrunning alike ("trend").

    See also: LLM_VARIANCE, COST_FORECAST.
    """  # noqa: E501  # a wizard shows the first line only
    return spend.estimate_at_completion(actual_to_date, budget_to_date, budget_total, eac_method)


@worksheet_function
def RATE_LIMIT_HEADROOM(
    queries_per_month: Any,
    tokens_per_query: Any,
    rpm_limit: Any,
    tpm_limit: Any,
    peak_factor: Any = 3,
    hours: Any = 730,
) -> Any:
    """Free share of the tighter of two rate limits at peak, as a fraction; negative where the limit is exceeded.

    See also: MONTHS_TO_LIMIT, SERVER_CAPACITY.
    """
    return spend.rate_limit_headroom(queries_per_month, tokens_per_query, rpm_limit, tpm_limit, peak_factor, hours)


@worksheet_function
def MONTHS_TO_LIMIT(used_share: Any, growth: Any, if_never: Any = None) -> Any:
    """Months until steady growth exhausts a limit of which used_share is used today, in months.

    See also: RATE_LIMIT_HEADROOM, USAGE_FORECAST.
    """
    return spend.months_to_limit(used_share, growth)
