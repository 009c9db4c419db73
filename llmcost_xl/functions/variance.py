"""Worksheet functions: why a cost changed."""

from __future__ import annotations

from typing import Any

from llmcost_xl.engine import variance
from llmcost_xl.worksheet import spilling_function, worksheet_function


@worksheet_function
def LLM_VARIANCE(actual: Any, budget: Any, relative: Any = False) -> Any:
    """Actual less budget, in USD, positive being unfavourable; with relative TRUE, as a fraction of the budget.

    Result: one number, in USD; a fraction of the budget with relative TRUE.
    See also: LLM_EAC, COST_BRIDGE.
    """
    return variance.variance(actual, budget, relative)


@spilling_function
def COST_BRIDGE(
    queries_old: Any, queries_new: Any, cost_old: Any, cost_new: Any, bridge_method: Any = "sequential"
) -> Any:
    """Change of a cost by volume, mix and rate, then the total: a column of four, in USD. Each range holds one cell per item.

    Result: a column of four, in USD: volume, mix, rate, total.
    See also: LLM_PRICE_BRIDGE, LLM_VARIANCE.
    """  # noqa: E501  # a wizard shows the first line only
    return [[effect] for effect in variance.cost_bridge(queries_old, queries_new, cost_old, cost_new, bridge_method)]


@spilling_function
def LLM_PRICE_BRIDGE(
    queries_old: Any,
    queries_new: Any,
    usage_old: Any,
    usage_new: Any,
    price_old: Any,
    price_new: Any,
    fx_old: Any = 1,
    fx_new: Any = 1,
    bridge_method: Any = "sequential",
) -> Any:
    """Change of a cost by volume, mix, usage, price and exchange rate, then the total: a column of six, in local currency. Each range holds one cell per item.

    Result: a column of six, in local currency: volume, mix, usage, price, exchange rate, total.
    See also: COST_BRIDGE, LLM_VARIANCE.
    """  # noqa: E501  # a wizard shows the first line only
    effects = variance.price_bridge(
        queries_old, queries_new, usage_old, usage_new, price_old, price_new, fx_old, fx_new, bridge_method
    )
    return [[effect] for effect in effects]
