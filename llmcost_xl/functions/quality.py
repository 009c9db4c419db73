"""Worksheet functions: what failures cost, and which option is then cheapest."""

from __future__ import annotations

import math
from typing import Any

from llmcost_xl.engine import quality
from llmcost_xl.functions.breakeven import NO_LIMIT
from llmcost_xl.worksheet import spilling_function, worksheet_function

# ruff: noqa: ARG001  # the worksheet boundary itself answers with if_never


@worksheet_function
def FAILURE_ADJUSTED_COST(queries: Any, cost_per_query: Any, failure_rate: Any, failure_cost: Any) -> Any:
    """Cost of a period's queries and of their failures, in USD per period.

    See also: COST_PER_SUCCESS, BREAKEVEN_FAILURE_COST.
    """
    return quality.failure_adjusted_cost(queries, cost_per_query, failure_rate, failure_cost)


@worksheet_function
def BREAKEVEN_FAILURE_COST(cost_a: Any, failure_a: Any, cost_b: Any, failure_b: Any, if_never: Any = None) -> Any:
    """Cost of a failure from which the more reliable B is not dearer than A, in USD per failure; 0 if B is cheaper too.

    See also: BREAKEVEN_FAILURE_RATE, CHEAPEST_BY_FAILURE_COST.
    """
    return quality.breakeven_failure_cost(cost_a, failure_a, cost_b, failure_b)


@worksheet_function
def BREAKEVEN_FAILURE_RATE(cost_a: Any, failure_a: Any, cost_b: Any, failure_cost: Any, if_never: Any = None) -> Any:
    """Highest failure rate at which option B is not dearer than A, as a fraction.

    See also: BREAKEVEN_FAILURE_COST, FAILURE_ADJUSTED_COST.
    """
    return quality.breakeven_failure_rate(cost_a, failure_a, cost_b, failure_cost)


@spilling_function
def CHEAPEST_BY_FAILURE_COST(costs: Any, failure_rates: Any) -> Any:
    """Cheapest option by cost of a failure: rows of from, to (USD per failure), and the option's position.

    Result: one row per option that is ever cheapest: from and to, in USD per failure (the last ends in the words "no
    limit"), and the option's position.
    See also: BREAKEVEN_FAILURE_COST, FAILURE_ADJUSTED_COST.
    """
    return [
        [
            part.from_failure_cost,
            NO_LIMIT if part.to_failure_cost == math.inf else part.to_failure_cost,
            part.option + 1,
        ]
        for part in quality.cheapest_by_failure_cost(costs, failure_rates)
    ]
