"""Worksheet functions: what one call costs."""

from __future__ import annotations

from typing import Any

from llmcost_xl.engine import query
from llmcost_xl.worksheet import worksheet_function


@worksheet_function
def RETRY_COST(cost_per_attempt: Any, success_rate: Any, max_attempts: Any = 3, failure_cost: Any = 0) -> Any:
    """Expected cost of a request tried up to max_attempts times, in USD per request."""
    return query.retry_cost(cost_per_attempt, success_rate, max_attempts, failure_cost)


@worksheet_function
def COST_PER_SUCCESS(cost_per_query: Any, failure_rate: Any, failure_cost: Any = 0) -> Any:
    """Cost of one successful task when failures are repeated until success, in USD."""
    return query.cost_per_success(cost_per_query, failure_rate, failure_cost)
