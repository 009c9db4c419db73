"""Worksheet functions: what a project costs when nobody knows exactly."""

from __future__ import annotations

from typing import Any

from llmcost_xl.engine import budget
from llmcost_xl.worksheet import worksheet_function


@worksheet_function
def LLM_PERT(low: Any, likely: Any, high: Any, probability: Any = None, shape: Any = budget.PERT_SHAPE) -> Any:
    """Mean of a three-point estimate (PERT), in its unit; with probability, the value it stays below that often.

    See also: BUDGET_AT_CONFIDENCE, LLM_CONTINGENCY.
    """
    if probability is None:
        return budget.pert_mean(low, likely, high, shape)
    return budget.pert_quantile(low, likely, high, probability, shape)


@worksheet_function
def BUDGET_AT_CONFIDENCE(
    lows: Any, likelies: Any, highs: Any, confidence: Any = 0.8, correlation: Any = 0, multiplier: Any = 1
) -> Any:
    """Budget that suffices with the given confidence, in the unit of the estimates; one cell per budget line.

    See also: LLM_CONTINGENCY, LLM_PERT, COST_WITH_ITERATIONS.
    """
    return budget.budget_at_confidence(lows, likelies, highs, confidence, correlation, multiplier)


@worksheet_function
def LLM_CONTINGENCY(
    lows: Any, likelies: Any, highs: Any, confidence: Any = 0.8, correlation: Any = 0, multiplier: Any = 1
) -> Any:
    """Reserve on top of the expected cost, in the unit of the estimates: BUDGET_AT_CONFIDENCE less the mean.

    See also: BUDGET_AT_CONFIDENCE, LLM_PERT.
    """
    return budget.contingency(lows, likelies, highs, confidence, correlation, multiplier)


@worksheet_function
def COST_WITH_ITERATIONS(once_cost: Any, iteration_cost: Any, multiplier: Any) -> Any:
    """Cost of a project that takes several cycles, in USD: only iteration_cost is multiplied, by their number.

    See also: ITERATION_MULTIPLIER, BUDGET_AT_CONFIDENCE.
    """
    return budget.cost_with_iterations(once_cost, iteration_cost, multiplier)


@worksheet_function
def ICEBERG_SHARE(visible: Any, hidden: Any) -> Any:
    """Share of the visible cost in the whole cost, as a fraction.

    See also: BUDGET_AT_CONFIDENCE, TRAINING_COST.
    """
    return budget.iceberg_share(visible, hidden)


@worksheet_function
def ITERATION_MULTIPLIER(complexity: Any, estimate_case: Any = "likely") -> Any:
    """Complete cycles to plan for, as a multiple (x) of one cycle's cost, by complexity and estimate case.

    See also: COST_WITH_ITERATIONS, BUDGET_AT_CONFIDENCE.
    """
    return budget.iteration_multiplier(complexity, estimate_case)
