"""What one call costs: tokens, caching, service levels, retries, agents, routing."""

from __future__ import annotations

import math

from llmcost_xl.engine.formula import ROUNDING, Number, formula, maximum, refuse
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

    Source: specification, B1; reference query of "Economics of Custom Models", lines 61-67.
    """
    cached_price = input_price if cached_price is None else cached_price
    write_price = input_price if write_price is None else write_price
    write_1h_price = write_price if write_1h_price is None else write_1h_price
    reasoning_price = output_price if reasoning_price is None else reasoning_price
    plain_tokens = input_tokens - cached_tokens - write_tokens - write_1h_tokens
    refuse(
        plain_tokens < -ROUNDING * input_tokens,
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

    Source: specification, D4.
    """
    return input_share * input_price + (1 - input_share) * output_price


@formula("x")
def caching_multiplier(hit_rate: Number, read_multiplier: Number, write_multiplier: Number) -> Number:
    """Expected price of a cacheable prefix over its uncached price, as a multiple: h * read + (1 - h) * write.

    A miss writes the prefix to the cache. Below 1 caching pays.

    Examples:
        >>> round(caching_multiplier(0.8, 0.1, 1.25), 4)
        0.33

    Source: specification, B1, caching.
    """
    return hit_rate * read_multiplier + (1 - hit_rate) * write_multiplier


@formula("fraction")
def breakeven_hit_rate(read_multiplier: Number, write_multiplier: Number) -> Number:
    """Cache hit rate above which caching pays, as a fraction: (w - 1) / (w - r).

    Zero where a write costs no more than plain input (w <= 1): caching then never loses.

    Examples:
        >>> round(breakeven_hit_rate(0.1, 1.25), 3), round(breakeven_hit_rate(0.1, 2), 3)
        (0.217, 0.526)

    Source: specification, B1, caching.
    """
    surcharge = maximum(write_multiplier - 1, 0)
    spread = surcharge + 1 - read_multiplier
    return surcharge / (spread + (spread == 0))  # a spread of 0 means a surcharge of 0


@formula("USD")
def cache_storage_cost(cached_tokens: Number, storage_hours: Number, storage_price: Number) -> Number:
    """Cost of keeping tokens in a cache that bills for storage, in USD: R / 1e6 * hours * price per M-token-hour.

    Examples:
        >>> cache_storage_cost(500_000, 24, 1)
        12.0

    Source: specification, B1, storage.
    """
    return cached_tokens / TOKENS_PER_PRICE_UNIT * storage_hours * storage_price


@formula("USD per task")
def agent_cost(
    steps: Number,
    base_tokens: Number,
    user_tokens: Number,
    output_tokens: Number,
    tool_tokens: Number,
    input_price: Number,
    output_price: Number,
    cached_price: Number | None = None,
    write_price: Number | None = None,
    fee_per_step: Number = 0,
) -> Number:
    """Cost of one task of an agent that resends the whole conversation at every step, in USD per task.

    input = S * (B + u) + (o + t) * S * (S-1) / 2, which grows with the square of the steps; output = S * o

    With incremental caching every step reads what the step before it sent, and writes the rest: in all, the last
    step's input is written once and everything else is read. Without cache prices all input is plain input.

    Examples:
        >>> agent_cost(8, 2_000, 500, 300, 700, 3, 15)
        0.18
        >>> agent_cost(8, 2_000, 500, 300, 700, 3, 15, cached_price=0.3, write_price=3.75)
        0.083175

    Source: specification, B1, agent.
    """
    cached_price = input_price if cached_price is None else cached_price
    write_price = input_price if write_price is None else write_price
    sent = steps * (base_tokens + user_tokens) + (output_tokens + tool_tokens) * steps * (steps - 1) / 2
    written = base_tokens + user_tokens + (output_tokens + tool_tokens) * (steps - 1)
    token_fees = (sent - written) * cached_price + written * write_price + steps * output_tokens * output_price
    return token_fees / TOKENS_PER_PRICE_UNIT + steps * fee_per_step


@formula("USD per request")
def routing_cost(
    cost_large: Number, cost_small: Number, small_share: Number, escalation_rate: Number = 0, router_cost: Number = 0
) -> Number:
    """Average cost of a request when a share goes to a small model first, in USD per request.

    s * (C_small + e * C_large) + (1 - s) * C_large + router

    A share of 1 with an escalation rate is a cascade: the small model always tries first.

    Examples:
        >>> round(routing_cost(0.00325, 0.000195, 0.7), 7)
        0.0011115

    Source: specification, D8.
    """
    return small_share * (cost_small + escalation_rate * cost_large) + (1 - small_share) * cost_large + router_cost


@formula("attempts", elementwise=True)
def expected_attempts(success_rate: Number, max_attempts: Number = 3) -> Number:
    """Average number of attempts when a request is repeated until it succeeds or `max_attempts` are made.

    (1 - (1-q)^m) / q; for q = 0 every attempt is made: m. Attempts are independent.

    Examples:
        >>> round(expected_attempts(0.6, 4), 3)
        1.624

    Source: specification, B1, retries.
    """
    if success_rate == 0:
        return float(max_attempts)
    if success_rate == 1:
        return 1.0
    return -math.expm1(max_attempts * math.log1p(-success_rate)) / success_rate


@formula("fraction")
def success_after_retries(success_rate: Number, max_attempts: Number = 3, correlated_share: Number = 0) -> Number:
    """Share of requests that succeed within `max_attempts`, as a fraction: (1 - pi) * (1 - (1-q)^m).

    A share pi of the requests fails however often it is tried; the attempts of the others are independent.

    Examples:
        >>> round(success_after_retries(0.6, 4), 4)
        0.9744

    Source: specification, B1, retries.
    """
    return (1 - correlated_share) * (1 - (1 - success_rate) ** max_attempts)


@formula("USD per request")
def retry_cost(
    cost_per_attempt: Number,
    success_rate: Number,
    max_attempts: Number = 3,
    failure_cost: Number = 0,
    correlated_share: Number = 0,
) -> Number:
    """Expected cost of a request that is tried up to `max_attempts` times, in USD per request.

    C * (pi * m + (1 - pi) * (1 - (1-q)^m) / q) + P(never succeeds) * F

    Every attempt is billed (enter 0 where the provider bills no failures). A share pi of the requests fails however
    often it is tried; the attempts of the others are independent. For q = 0 all attempts are made: C * m + F.

    Examples:
        >>> round(retry_cost(0.0002, 0.6, 4), 7)
        0.0003248

    Source: specification, B1, retries.
    """
    attempts = correlated_share * max_attempts + (1 - correlated_share) * expected_attempts(success_rate, max_attempts)
    failed = 1 - success_after_retries(success_rate, max_attempts, correlated_share)
    return cost_per_attempt * attempts + failed * failure_cost


@formula("USD per successful task")
def cost_per_success(cost_per_query: Number, failure_rate: Number, failure_cost: Number = 0) -> Number:
    """Cost of one successful task when failures are repeated until success, in USD per successful task.

    (c + f*F) / (1 - f)

    Raises:
        ZeroDivisorError: everything fails (f = 1).

    Examples:
        >>> round(cost_per_success(0.0002, 0.4), 8)
        0.00033333

    Source: specification, B8.
    """
    refuse(failure_rate == 1, ZeroDivisorError, "failure_rate is 1: no task ever succeeds")
    return (cost_per_query + failure_rate * failure_cost) / (1 - failure_rate)
