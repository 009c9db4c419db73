"""Worksheet functions: what one call costs."""

from __future__ import annotations

from typing import Any

from llmcost_xl.engine import query
from llmcost_xl.worksheet import worksheet_function


@worksheet_function
def TOKEN_COST(
    input_tokens: Any,
    output_tokens: Any,
    input_price: Any,
    output_price: Any,
    cached_tokens: Any = 0,
    cached_price: Any = None,
    write_tokens: Any = 0,
    write_price: Any = None,
    reasoning_tokens: Any = 0,
    batch_discount: Any = 0,
    discount: Any = 0,
    fees: Any = 0,
    write_1h_tokens: Any = 0,
    write_1h_price: Any = None,
    reasoning_price: Any = None,
    service_multiplier: Any = 1,
) -> Any:
    """Cost of one call at prices you give, in USD per query. Input tokens include the cached and cache-write ones.

    See also: QUERY_COST, BLENDED_PRICE, MONTHLY_COST.
    """
    return query.token_cost(
        input_tokens, output_tokens, input_price, output_price, cached_tokens, cached_price, write_tokens, write_price,
        reasoning_tokens, batch_discount, discount, fees, write_1h_tokens, write_1h_price, reasoning_price,
        service_multiplier,
    )  # fmt: skip


@worksheet_function
def BLENDED_PRICE(input_price: Any, output_price: Any, input_share: Any = 0.75) -> Any:
    """Average price of a token when input_share of all tokens are input, in USD per 1M tokens.

    See also: LLM_PRICE, TOKEN_COST.
    """
    return query.blended_price(input_price, output_price, input_share)


@worksheet_function
def BREAKEVEN_HIT_RATE(read_multiplier: Any, write_multiplier: Any) -> Any:
    """Prompt-cache hit rate above which caching pays, as a fraction; both multipliers are relative to the input price.

    See also: TOKEN_COST, OPTIMISED_COST, AGENT_COST.
    """
    return query.breakeven_hit_rate(read_multiplier, write_multiplier)


@worksheet_function
def AGENT_COST(
    steps: Any,
    base_tokens: Any,
    user_tokens: Any,
    output_tokens: Any,
    tool_tokens: Any,
    input_price: Any,
    output_price: Any,
    cached_price: Any = None,
    write_price: Any = None,
    fee_per_step: Any = 0,
) -> Any:
    """Cost of one task of an agent that resends the conversation at every step, in USD per task. Give the cache prices if each step reads the steps before from the cache.

    See also: TOKEN_COST, RETRY_COST, BREAKEVEN_HIT_RATE.
    """  # noqa: E501  # a wizard shows the first line only
    return query.agent_cost(
        steps, base_tokens, user_tokens, output_tokens, tool_tokens, input_price, output_price, cached_price,
        write_price, fee_per_step,
    )  # fmt: skip


@worksheet_function
def RETRY_COST(
    cost_per_attempt: Any, success_rate: Any, max_attempts: Any = 3, failure_cost: Any = 0, correlated_share: Any = 0
) -> Any:
    """Expected cost of a request tried up to max_attempts times, in USD per request.

    See also: SUCCESS_AFTER_RETRIES, COST_PER_SUCCESS.
    """
    return query.retry_cost(cost_per_attempt, success_rate, max_attempts, failure_cost, correlated_share)


@worksheet_function
def SUCCESS_AFTER_RETRIES(success_rate: Any, max_attempts: Any = 3, correlated_share: Any = 0) -> Any:
    """Share of requests that succeed within max_attempts, as a fraction.

    See also: RETRY_COST, COST_PER_SUCCESS.
    """
    return query.success_after_retries(success_rate, max_attempts, correlated_share)


@worksheet_function
def COST_PER_SUCCESS(cost_per_query: Any, failure_rate: Any, failure_cost: Any = 0) -> Any:
    """Cost of one successful task when failures are repeated until success, in USD per successful task.

    See also: RETRY_COST, FAILURE_ADJUSTED_COST.
    """
    return query.cost_per_success(cost_per_query, failure_rate, failure_cost)


@worksheet_function
def ROUTING_COST(
    cost_large: Any, cost_small: Any, small_share: Any, escalation_rate: Any = 0, router_cost: Any = 0
) -> Any:
    """Average cost of a request when small_share of them go to a small model first, in USD per request.

    See also: OPTIMISED_COST, QUERY_COST.
    """
    return query.routing_cost(cost_large, cost_small, small_share, escalation_rate, router_cost)
