"""What failures cost, and which option is cheapest once they are paid for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from llmcost_xl.engine.formula import ROUNDING, Number, formula, maximum, minimum, refuse, same_length
from llmcost_xl.errors import NeverError, OutOfDomainError, ZeroDivisorError

if TYPE_CHECKING:
    from collections.abc import Sequence


class CheapestRange(NamedTuple):
    """The costs of a failure for which one option is the cheapest."""

    from_failure_cost: float
    to_failure_cost: float  # infinity in the last range
    option: int  # its position among the options, from 0


@formula("USD per period")
def failure_adjusted_cost(
    queries: Number, cost_per_query: Number, failure_rate: Number, failure_cost: Number
) -> Number:
    """Cost of a period's queries and of their failures, in USD per period: Q * (c + f*F).

    Examples:
        >>> round(failure_adjusted_cost(50_000, 0.0033, 0.05, 0.235), 2)
        752.5

    Source: specification, B8; "Economics of Custom Models", lines 105-111.
    """
    return queries * (cost_per_query + failure_rate * failure_cost)


@formula("USD per failure")
def breakeven_failure_cost(cost_a: Number, failure_a: Number, cost_b: Number, failure_b: Number) -> Number:
    """Cost of a failure from which the more reliable B is not dearer than A, in USD per failure.

    F* = (c_B - c_A) / (f_A - f_B), and 0 where B costs no more than A as well.

    Raises:
        NeverError: B costs more and fails as often or more often.
        OutOfDomainError: B costs no more but fails more often: it is cheaper up to F*, not from it; exchange A and B.

    Examples:
        >>> round(breakeven_failure_cost(0.0033, 0.05, 0.008, 0.03), 6)
        0.235

    Source: specification, B8.
    """
    dominated = (cost_b > cost_a) & (failure_b >= failure_a)
    refuse(dominated, NeverError, "B costs more than A and does not fail less often: A is always cheaper")
    refuse(failure_b > failure_a, OutOfDomainError, "B costs no more than A but fails more often: exchange A and B")
    gap = failure_a - failure_b
    return maximum(cost_b - cost_a, 0.0) / (gap + (gap == 0))  # with no gap B is not dearer, and 0 / 1 is the answer


@formula("fraction")
def breakeven_failure_rate(cost_a: Number, failure_a: Number, cost_b: Number, failure_cost: Number) -> Number:
    """Highest failure rate at which B is not dearer than A, as a fraction of B's answers.

    f_B* = f_A - (c_B - c_A) / F, and 1 where B is so cheap that it may always fail.

    Raises:
        NeverError: even a B that never fails is dearer.
        ZeroDivisorError: a failure costs nothing.

    Examples:
        >>> round(breakeven_failure_rate(0.0002, 0.4, 0.008, 0.05), 6)
        0.244

    Source: specification, B8; "Economics of Custom Models", line 254.
    """
    refuse(failure_cost == 0, ZeroDivisorError, "failure_cost (USD per failure) is 0: failures decide nothing")
    rate = failure_a - (cost_b - cost_a) / failure_cost
    refuse(rate < -ROUNDING, NeverError, "B is dearer than A even if it never fails")
    return minimum(maximum(rate, 0.0), 1.0)


@formula("USD per failure", spills=True)
def cheapest_by_failure_cost(costs: Sequence[float], failure_rates: Sequence[float]) -> list[CheapestRange]:
    """Which of several options is cheapest, by cost of a failure (USD per failure): the lower envelope of c + f*F.

    From the cheapest option at F = 0 the answer moves, at each break-even with a more reliable option, to the one
    whose break-even comes first. Options that are never the cheapest do not appear.

    Raises:
        WrongTypeError: the two ranges differ in length.

    Examples:
        >>> for part in cheapest_by_failure_cost([0.0002, 0.0033, 0.008], [0.4, 0.05, 0.03]):
        ...     print(part.option, round(part.from_failure_cost, 6), round(part.to_failure_cost, 6))
        0 0.0 0.008857
        1 0.008857 0.235
        2 0.235 inf

    Source: specification, B8; the options of "Economics of Custom Models", lines 105-111.
    """
    options = range(same_length(costs=costs, failure_rates=failure_rates))
    now = min(options, key=lambda option: costs[option])
    ranges, start = [], 0.0
    while True:
        rivals = [option for option in options if failure_rates[option] < failure_rates[now]]
        breakevens = [
            (breakeven_failure_cost(costs[now], failure_rates[now], costs[rival], failure_rates[rival]), rival)
            for rival in rivals
        ]
        end, following = min(breakevens, default=(math.inf, now))
        if end > start * (1 + ROUNDING):  # else several options break even at once: only the last goes on
            ranges.append(CheapestRange(start, end, now))
            start = end
        if end == math.inf:
            return ranges
        now = following
