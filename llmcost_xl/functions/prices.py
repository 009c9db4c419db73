"""Worksheet functions: prices, and what a call costs at them."""

from __future__ import annotations

from typing import Any

from llmcost_xl.catalogue.bundled import book_with
from llmcost_xl.engine.query import token_cost
from llmcost_xl.worksheet import worksheet_function


@worksheet_function
def QUERY_COST(
    model: Any,
    input_tokens: Any,
    output_tokens: Any,
    cached_tokens: Any = 0,
    reasoning_tokens: Any = 0,
    service_tier: Any = "standard",
    discount: Any = 0,
    as_of: Any = None,
    currency_code: Any = "USD",
    price_table: Any = None,
    write_tokens: Any = 0,
    write_1h_tokens: Any = 0,
    fees: Any = 0,
) -> Any:
    """Cost of one call at the model's prices on a day, long-context price included, in USD (or currency_code)."""
    quote = book_with(price_table).at(model, as_of, service_tier, input_tokens, currency_code)
    return token_cost(
        input_tokens,
        output_tokens,
        quote.price("input", input_tokens - cached_tokens - write_tokens - write_1h_tokens),
        quote.price("output", output_tokens),
        cached_tokens=cached_tokens,
        cached_price=quote.price("cache_read", cached_tokens),
        write_tokens=write_tokens,
        write_price=quote.price("cache_write", write_tokens),
        write_1h_tokens=write_1h_tokens,
        write_1h_price=quote.price("cache_write_1h", write_1h_tokens),
        reasoning_tokens=reasoning_tokens,
        reasoning_price=quote.price("reasoning", reasoning_tokens),
        discount=discount,
        fees=fees + quote.request_fee,
    )
