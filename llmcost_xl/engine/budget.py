"""What a project costs when nobody knows exactly: three-point estimates, confidence, iterations, hidden cost.

A line of a budget is estimated as low, likely and high. Its distribution is PERT's: a beta distribution on
[low, high] with alpha = 1 + shape * (likely-low) / (high-low) and beta = 1 + shape * (high-likely) / (high-low).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from llmcost_xl.engine.formula import Number, formula, refuse, same_length
from llmcost_xl.engine.numeric import beta_quantile
from llmcost_xl.errors import OutOfDomainError, ZeroDivisorError, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

PERT_SHAPE = 4.0
ITERATIONS = {
    "well-defined": {"low": 2.0, "likely": 2.5, "high": 3.0},
    "medium": {"low": 4.0, "likely": 5.0, "high": 6.0},
    "novel": {"low": 8.0, "likely": 9.0, "high": 10.0},
}
"""Complete cycles by complexity: "Economics of Custom Models", lines 157-161; likely is the middle of its range."""


@formula("same as the inputs")
def pert_mean(low: Number, likely: Number, high: Number, shape: Number = PERT_SHAPE) -> Number:
    """Expected value of a three-point estimate, in the unit of the inputs: (low + shape*likely + high) / (shape + 2).

    Raises:
        OutOfDomainError: the estimates are not in ascending order.

    Examples:
        >>> round(pert_mean(4_700, 9_000, 15_800), 2)
        9416.67

    Source: specification, B9.
    """
    _refuse_disorder(low, likely, high)
    return (low + shape * likely + high) / (shape + 2)


@formula("same as the inputs")
def pert_deviation(low: Number, likely: Number, high: Number, shape: Number = PERT_SHAPE) -> Number:
    """Standard deviation of a three-point estimate, in the unit of the inputs.

    sqrt((mean - low) * (high - mean) / (shape + 3)): that of the beta distribution itself, not the rule of thumb
    (high - low) / 6, which is larger or smaller depending on where the likely value lies.

    Raises:
        OutOfDomainError: the estimates are not in ascending order.

    Examples:
        >>> round(pert_deviation(0, 5, 10), 6)
        1.889822

    Source: the variance of the beta distribution, alpha*beta / ((alpha+beta)^2 * (alpha+beta+1)), scaled.
    """
    _refuse_disorder(low, likely, high)
    below = (shape * (likely - low) + high - low) / (shape + 2)  # mean - low, never negative by rounding
    above = (shape * (high - likely) + high - low) / (shape + 2)
    return (below * above / (shape + 3)) ** 0.5


@formula("same as the inputs", elementwise=True)
def pert_quantile(low: float, likely: float, high: float, probability: float, shape: float = PERT_SHAPE) -> float:
    """Value that a three-point estimate stays below with the given probability, in the unit of the inputs.

    low + (high - low) * x, where x is the quantile of the beta distribution; `high` at probability 1.

    Raises:
        OutOfDomainError: the estimates are not in ascending order.

    Examples:
        >>> round(pert_quantile(4_700, 9_000, 15_800, 0.8), 2)
        11293.9

    Source: specification, B9 and D36.
    """
    _refuse_disorder(low, likely, high)
    spread = high - low
    if spread == 0:
        return low
    alpha = 1 + shape * ((likely - low) / spread)
    beta = 1 + shape * ((high - likely) / spread)
    return low + spread * beta_quantile(probability, alpha, beta)


@formula("same as the inputs", elementwise=True)
def budget_at_confidence(
    lows: Sequence[float],
    likelies: Sequence[float],
    highs: Sequence[float],
    confidence: float = 0.8,
    correlation: float = 0,
    multiplier: float = 1,
) -> float:
    """Budget that suffices with the given confidence, in the unit of the inputs.

    m * (sum of means + z * sigma), sigma^2 = (1 - rho) * sum of sigma_i^2 + rho * (sum of sigma_i)^2

    z is the normal quantile of the confidence: a sum of many lines is close to normal. With one or two skewed lines
    and a confidence above 0.9 it can pass the sum of the highs; `pert_quantile` is exact for a single line. The
    multiplier scales mean and deviation alike: a cycle estimated too low is too low every time it is repeated.

    Raises:
        OutOfDomainError: estimates out of order, or a confidence of 1, which no finite budget gives.
        WrongTypeError: the ranges differ in length.

    Examples:
        >>> round(budget_at_confidence([0, 0], [5, 5], [10, 10]), 4)
        12.2493

    Source: specification, B9.
    """
    refuse(confidence == 1, OutOfDomainError, "confidence must be below 1: no finite budget is certain to suffice")
    mean, deviations = _lines(lows, likelies, highs)
    variance = (1 - correlation) * math.fsum(d * d for d in deviations) + correlation * math.fsum(deviations) ** 2
    return multiplier * (mean + NormalDist().inv_cdf(confidence) * math.sqrt(variance))


@formula("same as the inputs", elementwise=True)
def contingency(
    lows: Sequence[float],
    likelies: Sequence[float],
    highs: Sequence[float],
    confidence: float = 0.8,
    correlation: float = 0,
    multiplier: float = 1,
) -> float:
    """Reserve on top of the expected cost, in the unit of the inputs: budget at the confidence less the mean.

    Below a confidence of one half it is negative.

    Examples:
        >>> round(contingency([0, 0], [5, 5], [10, 10]), 4)
        2.2493

    Source: specification, B9.
    """
    expected, _ = _lines(lows, likelies, highs)
    budget = budget_at_confidence(lows, likelies, highs, confidence, correlation, multiplier)
    return budget - multiplier * expected


@formula("USD")
def cost_with_iterations(once_cost: Number, iteration_cost: Number, multiplier: Number) -> Number:
    """Cost of a project that takes several cycles, in USD: once + multiplier * per iteration.

    Only what every cycle repeats is multiplied. Multiplying the whole estimate counts iterations twice wherever a
    line of the estimate already allows for them.

    Examples:
        >>> cost_with_iterations(3_000, 1_000, 5)
        8000

    Source: "Economics of Custom Models", line 157, restricted to repeated work.
    """
    return once_cost + multiplier * iteration_cost


@formula("fraction")
def iceberg_share(visible: Number, hidden: Number) -> Number:
    """Share of the visible cost in the whole, as a fraction: visible / (visible + hidden).

    Raises:
        ZeroDivisorError: nothing is spent at all.

    Examples:
        >>> round(iceberg_share(20, 7_700), 5)
        0.00259

    Source: "Economics of Custom Models", lines 5-17, whose 10 % this puts to the test.
    """
    total = visible + hidden
    refuse(total == 0, ZeroDivisorError, "visible and hidden cost (USD) are both 0")
    return visible / total


@formula("x", elementwise=True)
def iteration_multiplier(complexity: str, estimate_case: str = "likely") -> float:
    """Complete cycles to plan for, as a multiple of one cycle's cost.

    Raises:
        WrongTypeError: an unknown complexity or case.

    Examples:
        >>> iteration_multiplier("novel", "high")
        10.0

    Source: "Economics of Custom Models", lines 157-161; likely is the middle of the printed range.
    """
    return ITERATIONS[complexity][estimate_case]


def _refuse_disorder(low: Number, likely: Number, high: Number) -> None:
    disorder = (low > likely) | (likely > high)
    refuse(disorder, OutOfDomainError, f"low, likely, high must ascend; received {in_words([low, likely, high])}")


def _lines(lows: Sequence[float], likelies: Sequence[float], highs: Sequence[float]) -> tuple[float, list[float]]:
    """Sum of the lines' means, and every line's deviation."""
    same_length(lows=lows, likelies=likelies, highs=highs)
    estimates = list(zip(lows, likelies, highs, strict=True))
    mean = math.fsum(pert_mean(*estimate) for estimate in estimates)
    return mean, [pert_deviation(*estimate) for estimate in estimates]
