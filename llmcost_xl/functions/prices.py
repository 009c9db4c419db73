"""Worksheet functions: prices, what a call costs at them, and where they come from."""

from __future__ import annotations

from typing import Any

from llmcost_xl.catalogue import hardware, report
from llmcost_xl.catalogue.bundled import book_with, default_book
from llmcost_xl.catalogue.quote import listed_price
from llmcost_xl.engine.formula import refuse
from llmcost_xl.engine.query import token_cost
from llmcost_xl.errors import OutOfDomainError
from llmcost_xl.worksheet import spilling_function, worksheet_function


@worksheet_function
def LLM_PRICE(
    model: Any,
    component: Any,
    as_of: Any = None,
    service_tier: Any = "standard",
    currency_code: Any = "USD",
    price_table: Any = None,
    input_tokens: Any = 0,
) -> Any:
    """Price of one component of a model (input, output, ...) on a day, in USD or currency_code per 1M tokens; request and search fees per 1k calls.

    `input_tokens` asks for the price of a prompt of that length, where long prompts cost more.

    Result: one number, in USD (or currency_code) per 1M tokens; per 1k calls where the component is request or
    web_search.
    See also: QUERY_COST, LLM_MODELS, LLM_PRICE_SOURCE.
    """  # noqa: E501  # a wizard shows the first line only
    refuse(input_tokens < 0, OutOfDomainError, "input_tokens (Input tokens, tokens per query) must be 0 or more")
    quote = book_with(price_table).at(model, as_of, service_tier, input_tokens, currency_code)
    return listed_price(quote, component)


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
    web_searches: Any = 0,
) -> Any:
    """Cost of one call to a model at its prices on a day, in USD or currency_code per query; a long prompt is priced as such.

    The provider's fees per request, if any, and per web search are added to `fees`, which are in the answer's currency.

    Result: one number, in USD (or currency_code) per query.
    See also: TOKEN_COST, LLM_PRICE, MONTHLY_COST, LLM_WHY.
    """  # noqa: E501  # a wizard shows the first line only
    refuse(web_searches < 0, OutOfDomainError, "web_searches (Web searches, searches per query) must be 0 or more")
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
        fees=fees + quote.request_fee + quote.search_fee(web_searches),
    )


@spilling_function
def LLM_MODELS(search: Any = "", provider: Any = None, as_of: Any = None, price_table: Any = None) -> Any:
    """Lists the models whose name or provider contains the words, with their standard prices on a day, in USD per 1M tokens.

    Result: a header (provider, model, name, input price, output price, context window) and one row per model.
    See also: LLM_PRICE, LLM_PRICE_SOURCE.
    """  # noqa: E501  # a wizard shows the first line only
    return report.model_list(book_with(price_table), search, provider, as_of)


@spilling_function
def LLM_PRICE_SOURCE(
    model: Any, as_of: Any = None, service_tier: Any = "standard", price_table: Any = None, currency_code: Any = "USD"
) -> Any:
    """Lists every price row and exchange rate behind a model's prices on a day, with its source; then the catalogue's date and hash.

    Result: a header (component, price, unit, context threshold, service tier, provider, model, from date, source, checked
    on) and one row per price and exchange rate; then the day, the catalogue and its hash.
    See also: LLM_PRICE, LLM_CATALOGUE.
    """  # noqa: E501  # a wizard shows the first line only
    return report.rows_behind(book_with(price_table), model, as_of, service_tier, currency_code)


@spilling_function
def LLM_CATALOGUE() -> Any:
    """Lists the price catalogue's date, content hash, sources and size, as labels and values.

    Result: rows of a label and a value.
    See also: LLM_PRICE_SOURCE, LLM_MODELS.
    """
    return report.about(default_book())


@spilling_function
def LLM_HARDWARE(search: Any = "") -> Any:
    """Lists rents, servers, speed and memory of GPUs whose rows contain the words, with unit, date and source.

    Result: a header (hardware, provider, fact, low, high, unit, from date, source, status) and one row per figure.
    See also: SELFHOST_MONTHLY_COST, QPS_CEILING, TRAINING_COST.
    """
    return hardware.hardware_list(search)
