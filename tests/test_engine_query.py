"""What one call costs: properties, and the same sums done step by step."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx  # noqa: PT013  # it reads as a word
from strategies import quantities, quantity

from llmcost_xl.engine.query import (
    agent_cost,
    blended_price,
    breakeven_hit_rate,
    cache_storage_cost,
    caching_multiplier,
    cost_per_success,
    expected_attempts,
    retry_cost,
    routing_cost,
    success_after_retries,
    token_cost,
)
from llmcost_xl.errors import OutOfDomainError

PRICES = ("input_price", "output_price", "cached_price", "write_price", "write_1h_price", "reasoning_price")
PARTS_OF_INPUT = ("cached_tokens", "write_tokens", "write_1h_tokens")
LEVELS = ("batch_discount", "discount", "service_multiplier")


@st.composite
def calls(draw: st.DrawFn) -> dict[str, float]:
    """A call whose cached and written tokens are part of its input tokens."""
    call = draw(quantities(*PRICES, *LEVELS, "fees"))
    tokens = {name: draw(st.integers(0, 10_000)) for name in (*PARTS_OF_INPUT, "output_tokens", "reasoning_tokens")}
    plain_tokens = draw(st.integers(0, 10_000))
    return call | tokens | {"input_tokens": plain_tokens + sum(tokens[name] for name in PARTS_OF_INPUT)}


@given(calls())
def test_cost_is_the_sum_of_its_tokens(call: dict[str, float]) -> None:
    exact = {name: Fraction(value) for name, value in call.items()}
    plain = exact["input_tokens"] - sum(exact[name] for name in PARTS_OF_INPUT)
    dollars = plain * exact["input_price"]
    for tokens, price in zip(
        (*PARTS_OF_INPUT, "output_tokens", "reasoning_tokens"),
        ("cached_price", "write_price", "write_1h_price", "output_price", "reasoning_price"),
        strict=True,
    ):
        dollars += exact[tokens] * exact[price]
    billed = dollars / 10**6 * exact["service_multiplier"] * (1 - exact["discount"]) * (1 - exact["batch_discount"])
    assert token_cost(**call) == approx(float(billed + exact["fees"]), rel=1e-9, abs=1e-12)


@given(quantities(*PRICES, *LEVELS))
def test_no_tokens_cost_nothing(levels: dict[str, float]) -> None:
    assert token_cost(0, 0, **levels) == 0


@pytest.mark.parametrize("price", PRICES)
@given(call=calls(), rise=st.floats(0, 10))
def test_cost_never_falls_when_a_price_rises(price: str, call: dict[str, float], rise: float) -> None:
    assert token_cost(**call | {price: call[price] + rise}) >= token_cost(**call)


@given(calls())
def test_a_cache_read_below_the_input_price_never_costs_more(call: dict[str, float]) -> None:
    call = call | {"cached_price": min(call["cached_price"], call["input_price"])}
    uncached = call | {"cached_tokens": 0.0}
    assert token_cost(**call) <= token_cost(**uncached) * (1 + 1e-12)


def test_rounding_in_a_sum_of_averages_is_no_reason_to_refuse() -> None:
    assert 0.6 - 0.3 - 0.2 - 0.1 < 0
    assert token_cost(0.6, 0, 3, 15, 0.3, 0.3, 0.2, 3.75, write_1h_tokens=0.1, write_1h_price=6) > 0


def test_what_is_refused_names_the_quantity_its_unit_and_what_was_received() -> None:
    with pytest.raises(OutOfDomainError, match=r"input_price .* USD per 1M tokens.* 0 or more; received -1"):
        token_cost(500, 200, -1, 10)
    with pytest.raises(OutOfDomainError, match=r"exceed input_tokens.*tokens per query"):
        token_cost(500, 200, 1, 10, cached_tokens=300, write_1h_tokens=201)


@given(quantity("input_price"), quantity("output_price"), st.floats(1, 20_000), st.floats(0, 1))
def test_blended_price_prices_all_tokens_alike(
    input_price: float, output_price: float, tokens: float, input_share: float
) -> None:
    call = token_cost(tokens * input_share, tokens * (1 - input_share), input_price, output_price)
    assert blended_price(input_price, output_price, input_share) * tokens / 1e6 == approx(call)


# -- caching ---------------------------------------------------------------------------------------------------


@given(quantity("read_multiplier"), st.floats(1.01, 3))
def test_at_the_breakeven_hit_rate_caching_costs_what_plain_input_does(read: float, write: float) -> None:
    hit_rate = breakeven_hit_rate(read, write)
    assert caching_multiplier(hit_rate, read, write) == approx(1)
    assert caching_multiplier(1, read, write) == read
    assert caching_multiplier(0, read, write) == write


@pytest.mark.parametrize(("read", "write"), [(0.1, 1), (1, 1), (1, 0.5), (0.5, 0.2)])
def test_caching_always_pays_where_a_write_costs_no_more_than_input(read: float, write: float) -> None:
    assert breakeven_hit_rate(read, write) == 0


def test_storage_is_billed_by_the_hour_and_the_million_tokens() -> None:
    assert cache_storage_cost(1_000_000, 1, 4.5) == 4.5
    assert cache_storage_cost(250_000, 8, 4.5) == approx(9)


# -- agents ----------------------------------------------------------------------------------------------------


def conversation(call: dict[str, Any]) -> tuple[float, float, float]:
    """Tokens sent, tokens of those that the step before had already sent, and tokens answered, step by step."""
    sent = repeated = answered = before = 0.0
    context = call["base_tokens"] + call["user_tokens"]
    for _ in range(call["steps"]):
        sent, repeated, answered = sent + context, repeated + before, answered + call["output_tokens"]
        before = context
        context += call["output_tokens"] + call["tool_tokens"]
    return sent, repeated, answered


AGENT = ("steps", "base_tokens", "user_tokens", "output_tokens", "tool_tokens", "input_price", "output_price")


@given(quantities(*AGENT, "cached_price", "write_price", "fee_per_step"))
def test_agent_cost_is_that_of_its_steps(call: dict[str, Any]) -> None:
    sent, repeated, answered = conversation(call)
    answers, fees = answered * call["output_price"] / 1e6, call["steps"] * call["fee_per_step"]
    cached = (repeated * call["cached_price"] + (sent - repeated) * call["write_price"]) / 1e6
    assert agent_cost(**call) == approx(cached + answers + fees, abs=1e-12)
    uncached = {name: call[name] for name in (*AGENT, "fee_per_step")}
    assert agent_cost(**uncached) == approx(sent * call["input_price"] / 1e6 + answers + fees, abs=1e-12)


# -- retries and routing ---------------------------------------------------------------------------------------


def attempts_one_by_one(success_rate: float, max_attempts: int) -> tuple[float, float]:
    """Average number of attempts, and the chance that all fail, by walking the tree."""
    attempts, reached = 0.0, 1.0
    for _ in range(max_attempts):
        attempts += reached
        reached *= 1 - success_rate
    return attempts, reached


@given(st.floats(0, 1), quantity("max_attempts"), quantity("failure_cost"), st.floats(0, 1))
def test_retry_cost_is_that_of_the_attempts_made(
    success_rate: float, max_attempts: int, failure_cost: float, correlated_share: float
) -> None:
    attempts, all_fail = attempts_one_by_one(success_rate, max_attempts)
    assert expected_attempts(success_rate, max_attempts) == approx(attempts)
    hopeful = 0.002 * attempts + all_fail * failure_cost
    hopeless = 0.002 * max_attempts + failure_cost
    expected = (1 - correlated_share) * hopeful + correlated_share * hopeless
    cost = retry_cost(0.002, success_rate, max_attempts, failure_cost, correlated_share)
    assert cost == approx(expected, abs=1e-12)
    succeeded = success_after_retries(success_rate, max_attempts, correlated_share)
    assert succeeded == approx((1 - correlated_share) * (1 - all_fail), abs=1e-12)


@given(quantity("cost_per_query"), quantity("failure_rate"), quantity("failure_cost"))
def test_cost_per_success_is_that_of_retrying_for_ever(cost: float, failure_rate: float, failure_cost: float) -> None:
    for_ever = sum(failure_rate**failures * (cost + failure_rate * failure_cost) for failures in range(200))
    assert cost_per_success(cost, failure_rate, failure_cost) == approx(for_ever)
    assert retry_cost(cost, 1 - failure_rate, 200) == approx(cost_per_success(cost, failure_rate))


@given(quantities("cost_large", "cost_small", "small_share", "escalation_rate", "router_cost"))
def test_routing_cost_lies_between_its_routes(call: dict[str, float]) -> None:
    routes = call["cost_large"], call["cost_small"] + call["escalation_rate"] * call["cost_large"]
    routed = routing_cost(**call) - call["router_cost"]
    assert min(routes) - 1e-12 <= routed <= max(routes) + 1e-12
