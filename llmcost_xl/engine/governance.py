"""What governs the cost: levers, dependence on vendors, and whether to build, borrow or blend."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from llmcost_xl.engine.formula import Number, Series, formula, per_item, refuse, same_length
from llmcost_xl.errors import OutOfDomainError, ZeroDivisorError
from llmcost_xl.quantities import TOKENS_PER_PRICE_UNIT

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARES_TOLERANCE = 1e-6  # shares typed as 33.3333 % still count as a whole


@formula("x")
def elasticity(input_old: Number, input_new: Number, output_old: Number, output_new: Number) -> Number:
    """Arc elasticity: relative change of the output over relative change of the input, each on its own average.

    ((y1-y0) / (y0+y1)) / ((x1-x0) / (x0+x1)): the same in both directions, and exactly -1 where halving the input
    doubles the output.

    Raises:
        ZeroDivisorError: the input did not change, or an average is 0.

    Examples:
        >>> round(elasticity(0.0002, 0.0001, 2e6, 4e6), 12)
        -1.0

    Source: specification, B12 and D42.
    """
    input_change, input_sum, output_sum = input_new - input_old, input_old + input_new, output_old + output_new
    refuse(input_change == 0, ZeroDivisorError, "input_old and input_new are equal: there is no change to relate to")
    refuse(input_sum == 0, ZeroDivisorError, "input_old and input_new average 0: their change is no fraction of it")
    refuse(output_sum == 0, ZeroDivisorError, "output_old and output_new average 0: their change is no fraction of it")
    return (output_new - output_old) / output_sum * input_sum / input_change


@formula("fraction")
def lever_saving(savings: Sequence[float], cost_shares: Series = 1) -> Number:
    """Saving of several levers together, as a fraction of the whole cost: 1 - product of (1 - saving * share).

    Savings multiply, they do not add: each lever works on what the others left. A lever that touches only part of
    the cost (a shorter prompt: the input's share) counts with that share.

    Raises:
        WrongTypeError: the ranges differ in length.

    Examples:
        >>> round(lever_saving([0.5, 0.7, 0.5]), 6)
        0.925

    Source: specification, B10 and D41.
    """
    count = same_length(savings=savings)
    shares = per_item(cost_shares, count)
    return 1 - math.prod(1 - saving * share for saving, share in zip(savings, shares, strict=True))


@formula("USD per period")
def optimised_cost(
    queries: Number,
    input_tokens: Number,
    output_tokens: Number,
    input_prices: Sequence[float],
    output_prices: Sequence[float],
    routing_shares: Series,
    response_hit_rate: Number = 0,
    trim_rate: Number = 0,
    cached_share: Number = 0,
    read_multiplier: Number = 0.1,
) -> Number:
    """Cost of a period with all levers pulled, in USD per period.

    Q * (1-h) * sum over models of r * [I * (1-t) * (1 - k*(1-m)) * p_in + O * p_out] / 1e6

    A share h of the calls is answered from a response cache, t of the prompt is trimmed, k of what remains is read
    from the provider's cache at m times the input price, and the models answer the shares r of the remaining calls.

    Raises:
        OutOfDomainError: the routing shares do not sum to 1.
        WrongTypeError: the ranges differ in length.

    Examples:
        >>> shares, response_hit_rate, trim_rate = [0.3, 0.7], 0.3, 0.5
        >>> round(optimised_cost(1e6, 500, 200, [2.5, 0.15], [10, 0.6], shares, response_hit_rate, trim_rate), 3)
        628.425

    Source: specification, B10.
    """
    shares = per_item(routing_shares, same_length(input_prices=input_prices, output_prices=output_prices))
    whole = math.fsum(shares)
    refuse(abs(whole - 1) > SHARES_TOLERANCE, OutOfDomainError, f"routing_shares sum to {whole:g}, not 1")
    input_price = math.fsum(share * price for share, price in zip(shares, input_prices, strict=True))
    output_price = math.fsum(share * price for share, price in zip(shares, output_prices, strict=True))
    billed_input = input_tokens * (1 - trim_rate) * (1 - cached_share * (1 - read_multiplier))
    per_query = (billed_input * input_price + output_tokens * output_price) / TOKENS_PER_PRICE_UNIT
    return queries * (1 - response_hit_rate) * per_query


@formula("fraction")
def vendor_hhi(shares: Sequence[float]) -> float:
    """Concentration of vendors (Herfindahl-Hirschman index), 0 to 1: the sum of squared shares.

    Shares are divided by their sum, so spend or volume will do. 1 is a single vendor, 1/n is n equal ones.

    Raises:
        ZeroDivisorError: all shares are 0.

    Examples:
        >>> round(vendor_hhi([0.7, 0.2, 0.1]), 6)
        0.54

    Source: specification, B12.
    """
    same_length(shares=shares)
    total = math.fsum(shares)
    refuse(total == 0, ZeroDivisorError, "shares (fraction) are all 0")
    return math.fsum((share / total) ** 2 for share in shares)


@formula("vendors")
def effective_vendors(shares: Sequence[float]) -> float:
    """Number of equal vendors that would be as concentrated: 1 / HHI.

    Raises:
        ZeroDivisorError: all shares are 0.

    Examples:
        >>> round(effective_vendors([0.7, 0.2, 0.1]), 3)
        1.852

    Source: specification, B12.
    """
    return 1 / vendor_hhi(shares)


@formula("USD")
def switching_cost(
    reengineering_hours: Number, hourly_rate: Number, dual_running_cost: Number = 0, dual_running_months: Number = 0
) -> Number:
    """Cost of moving to another vendor, in USD: hours * rate + dual running cost * months.

    Examples:
        >>> switching_cost(120, 100, 2_000, 3)
        18000

    Source: specification, B12; the risk is that of the custom-or-API text, lines 83-88.
    """
    return reengineering_hours * hourly_rate + dual_running_cost * dual_running_months


@formula("fraction")
def build_score(scores: Sequence[float], weights: Sequence[float], max_score: Number = 3) -> Number:
    """Weighted score of the build criteria, 0 to 1: sum of weight * score / (highest score * sum of weights).

    Raises:
        OutOfDomainError: a score above the highest.
        WrongTypeError: the ranges differ in length.
        ZeroDivisorError: all weights are 0.

    Examples:
        >>> round(build_score([3, 2, 1, 2], [1, 1, 1, 1]), 4)
        0.6667

    Source: specification, B12; the criteria are the four signals of the custom-or-API text, lines 136-143.
    """
    same_length(scores=scores, weights=weights)
    refuse(max_score < max(scores), OutOfDomainError, f"a score of {max(scores):g} is above max_score (points)")
    total_weight = math.fsum(weights)
    refuse(total_weight == 0, ZeroDivisorError, "weights (points) are all 0")
    return math.fsum(weight * score for weight, score in zip(weights, scores, strict=True)) / total_weight / max_score


@formula("text", elementwise=True)
def build_borrow_blend(
    build_score: float,
    queries_per_month: float,
    breakeven_volume: float,
    must_self_host: bool = False,
    validated: bool = True,
    high_threshold: float = 0.67,
    low_threshold: float = 0.34,
) -> str:
    """The decision in one word: "Build", "Borrow" or "Blend". The first rule that applies decides.

    1. Policy rules the API out: Build.
    2. The use case is not validated: Borrow.
    3. Score at or above the build threshold and volume at or above break-even: Build.
    4. Score at or below the borrow threshold and volume below break-even: Borrow.
    5. Otherwise: Blend.

    The thresholds are assumptions, to be set by the company.

    Raises:
        OutOfDomainError: the borrow threshold is above the build threshold.

    Examples:
        >>> build_borrow_blend(0.8, 5e6, 2e6)
        'Build'

    Source: specification, D45; the framework is that of the integration-cost text, lines 127-135.
    """
    refuse(low_threshold > high_threshold, OutOfDomainError, "low_threshold is above high_threshold (fractions)")
    enough = queries_per_month >= breakeven_volume
    if must_self_host:
        return "Build"
    if not validated:
        return "Borrow"
    if build_score >= high_threshold and enough:
        return "Build"
    if build_score <= low_threshold and not enough:
        return "Borrow"
    return "Blend"
