"""Worksheet functions: when self-hosting pays."""

from __future__ import annotations

from math import inf
from typing import Any

from llmcost_xl.engine import breakeven
from llmcost_xl.worksheet import spilling_function, worksheet_function

# ruff: noqa: ARG001  # the worksheet boundary itself answers with if_never

NO_LIMIT = "no limit"


@worksheet_function
def BREAKEVEN_QUERIES(upfront: Any, api_cost: Any, selfhost_cost: Any, if_never: Any = None) -> Any:
    """Queries in total, over all months, until cheaper queries repay a one-off cost, in queries.

    See also: LLM_BREAKEVEN, PAYBACK_MONTHS.
    """
    return breakeven.breakeven_queries(upfront, api_cost, selfhost_cost)


@worksheet_function
def LLM_BREAKEVEN(
    api_cost: Any,
    server_cost: Any,
    marginal_cost: Any = 0,
    ops_cost: Any = 0,
    capacity: Any = None,
    spare: Any = 0,
    if_never: Any = None,
) -> Any:
    """Lowest volume at which self-hosting is not dearer than the API, in queries per month. See LLM_BREAKEVEN_RANGES for servers of limited capacity.

    See also: LLM_BREAKEVEN_RANGES, BREAKEVEN_QUERIES, CROSSOVER_MONTH, LLM_ELASTICITY, BUILD_BORROW_BLEND.
    """  # noqa: E501  # a wizard shows the first line only
    return breakeven.breakeven_volume(api_cost, server_cost, marginal_cost, ops_cost, capacity, spare)


@spilling_function
def LLM_BREAKEVEN_RANGES(
    api_cost: Any,
    server_cost: Any,
    marginal_cost: Any = 0,
    ops_cost: Any = 0,
    capacity: Any = None,
    spare: Any = 0,
    if_never: Any = None,
) -> Any:
    """All ranges of volume at which self-hosting is not dearer than the API: one row each, from and to, in queries per month.

    Result: one row per range: from and to, in queries per month; the last may end in the words "no limit".
    See also: LLM_BREAKEVEN, SERVER_CAPACITY.
    """  # noqa: E501  # a wizard shows the first line only
    ranges = breakeven.breakeven_ranges(api_cost, server_cost, marginal_cost, ops_cost, capacity, spare)
    return [[start, NO_LIMIT if end == inf else end] for start, end in ranges]


@worksheet_function
def CROSSOVER_MONTH(
    start_volume: Any,
    growth: Any,
    api_cost: Any,
    selfhost_monthly: Any,
    api_price_change: Any = 0,
    upfront: Any = 0,
    max_months: Any = 120,
    if_never: Any = None,
) -> Any:
    """First month, counted from 1, in which self-hosting is not dearer than the API; with upfront, in which it has also repaid that one-off cost.

    Result: one whole number, a month number.
    See also: LLM_BREAKEVEN, USAGE_FORECAST.
    """  # noqa: E501  # a wizard shows the first line only
    return breakeven.crossover_month(
        start_volume, growth, api_cost, selfhost_monthly, api_price_change, upfront, max_months
    )
