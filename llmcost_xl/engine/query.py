"""What one call costs: tokens, caching, service levels, retries, agents, routing."""

from __future__ import annotations

from llmcost_xl.engine.formula import Number, formula, refuse
from llmcost_xl.errors import OutOfDomainError, ZeroDivisorError
from llmcost_xl.quantities import TOKENS_PER_PRICE_UNIT


@formula("USD per query")
def token_cost(
    input_tokens: Number,
    output_tokens: Number,
    input_price: Number,
    output_price: Number,
    cached_tokens: Number = 0,
    cached_price: Number | None = None,
    write_tokens: Number = 0,
    write_price: Number | None = None,
    reasoning_tokens: Number = 0,
    batch_discount: Number = 0,
    discount: Number = 0,
    fees: Number = 0,
    write_1h_tokens: Number = 0,
    write_1h_price: Number | None = None,
    reasoning_price: Number | None = None,
    service_multiplier: Number = 1,
) -> Number:
    """Cost of one call at given token prices, in USD per query.

    C = (1-d) * s * (1-b) * [(I-R-W-H)*p_in + R*p_cr + W*p_cw + H*p_1h + O*p_out + T*p_r] / 1e6 + fees

    I counts every prompt token, those read from the cache (R) or written to it (W for 5 minutes, H for one hour)
    included. Discounts multiply; fees are not discounted.

    Raises:
        OutOfDomainError: a negative argument, or more cached and written tokens than input tokens.

    Examples:
        >>> round(token_cost(10_000, 500, 3, 15, cached_tokens=8_000, cached_price=0.3), 6)
        0.0159

    Source: domain B1; worked figures of "Economics of Custom Models", lines 61-67.
    """
    cached_price = input_price if cached_price is None else cached_price
    write_price = input_price if write_price is None else write_price
    write_1h_price = write_price if write_1h_price is None else write_1h_price
    reasoning_price = output_price if reasoning_price is None else reasoning_price
    plain_tokens = input_tokens - cached_tokens - write_tokens - write_1h_tokens
    refuse(
        plain_tokens < 0,
        OutOfDomainError,
        "cached_tokens and cache-write tokens together exceed input_tokens, which includes them (tokens per query)",
    )
    list_cost = (
        plain_tokens * input_price
        + cached_tokens * cached_price
        + write_tokens * write_price
        + write_1h_tokens * write_1h_price
        + output_tokens * output_price
        + reasoning_tokens * reasoning_price
    ) / TOKENS_PER_PRICE_UNIT
    return list_cost * (1 - discount) * service_multiplier * (1 - batch_discount) + fees


@formula("USD per 1M tokens")
def blended_price(input_price: Number, output_price: Number, input_share: Number = 0.75) -> Number:
    """Average price of a token, in USD per 1M tokens: share * p_in + (1 - share) * p_out.

    Examples:
        >>> round(blended_price(0.15, 0.6, 500 / 700), 6)
        0.278571

    Source: domain D, row 4.
    """
    return input_share * input_price + (1 - input_share) * output_price


@formula("USD per request")
def retry_cost(
    cost_per_attempt: Number, success_rate: Number, max_attempts: Number = 3, failure_cost: Number = 0
) -> Number:
    """Expected cost of a request that is tried up to `max_attempts` times, in USD per request.

    C * (1 - (1-q)^m) / q + (1-q)^m * F; for q = 0 every attempt is made and fails: C * m + F.

    Attempts are independent and all billed.

    Examples:
        >>> round(retry_cost(0.0002, 0.6, 4), 7)
        0.0003248

    Source: domain B1, retries.
    """
    all_fail = (1 - success_rate) ** max_attempts
    # the geometric sum, written so that q = 0 needs no case of its own when q is a number
    never = success_rate == 0
    attempts = (1 - all_fail) / (success_rate + never) + never * max_attempts
    return cost_per_attempt * attempts + all_fail * failure_cost


@formula("USD per successful task")
def cost_per_success(cost_per_query: Number, failure_rate: Number, failure_cost: Number = 0) -> Number:
    """Cost of one successful task when failures are repeated until success, in USD per successful task.

    (c + f*F) / (1 - f)

    Raises:
        ZeroDivisorError: everything fails (f = 1).

    Source: domain B8.
    """
    refuse(failure_rate == 1, ZeroDivisorError, "failure_rate is 1: no task ever succeeds")
    return (cost_per_query + failure_rate * failure_cost) / (1 - failure_rate)
