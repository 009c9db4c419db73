"""What a query costs on every model: the list price, and one step after another to what is really paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Line, Rows, Sheet

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

PER_QUERY = "USD per query"
PLAIN: Final = dict.fromkeys(
    ("cached_tokens", "cached_price", "write_tokens", "write_price", "reasoning_tokens", "batch_discount", "discount"),
    "",
)
"""Arguments that a plain call does not have."""

STEPS: Final = (
    Line("standard_cost", "=({input_tokens}*{input_price}+{output_tokens}*{output_price})/{tokens_per_price_unit}",
         "Standard: list prices", PER_QUERY, engine="query.token_cost", renamed=PLAIN),
    Line("level_cost", "={standard_cost}*{price_level}", "at your price level", PER_QUERY),
    Line("long_cost",
         "=({input_tokens}*{charged_input_price}+{output_tokens}*{charged_output_price})/{tokens_per_price_unit}",
         "with the long-context price", PER_QUERY, engine="query.token_cost",
         renamed={**PLAIN, "input_price": "charged_input_price", "output_price": "charged_output_price"}),
    Line("reasoning_cost", "={long_cost}+{reasoning_tokens}*{charged_output_price}/{tokens_per_price_unit}",
         "with reasoning tokens", PER_QUERY),
    Line("cached_cost",
         "={reasoning_cost}+{prefix_tokens}*({caching_multiplier}-1)*{charged_input_price}/{tokens_per_price_unit}",
         "with prompt caching", PER_QUERY),
    Line("batch_cost", "={cached_cost}*(1-{average_batch_discount})", "with batch processing", PER_QUERY),
    Line("cost_per_query", "={batch_cost}*(1-{discount})", "after the contract discount", engine="query.token_cost",
         renamed={"input_price": "charged_input_price", "output_price": "charged_output_price",
                  "batch_discount": "average_batch_discount"}),
    Line("request_cost", "={cost_per_query}*{attempts}", "with retries: what a request costs", PER_QUERY,
         engine="query.retry_cost", renamed={"cost_per_attempt": "cost_per_query"}),
)  # fmt: skip

PRICES: Final = (
    Line("input_price", "={list_input}*{fx_rate}"),
    Line("output_price", "={list_output}*{fx_rate}"),
    Line("read_multiplier", "={cache_read_times}"),
    Line("write_multiplier", "={cache_write_times}"),
    Line("is_long", "=({long_threshold}>0)*({input_tokens}>{long_threshold})", "Long context (flag)", "flag"),
    Line("models_long", "=SUM({is_long:all})", "Models where the query is long context", "count", single=True),
    Line("charged_input_price", "={input_price}*{price_level}*(1+{is_long}*({long_input}-1))", "Input price charged",
         "USD per 1M tokens"),
    Line("charged_output_price", "={output_price}*{price_level}*(1+{is_long}*({long_output}-1))",
         "Output price charged", "USD per 1M tokens"),
    Line("cached_price", "={charged_input_price}*{read_multiplier}"),
    Line("write_price", "={charged_input_price}*{write_multiplier}"),
)  # fmt: skip

TOKENS: Final = (
    Line("is_cacheable", "=({input_tokens}>={min_cached_prompt})*1", "Long enough to be cached (flag)", "flag",
         single=True),
    Line("prefix_tokens", "={input_tokens}*{cacheable_share}*{is_cacheable}", "Cacheable prefix", "tokens per query",
         single=True),
    Line("cached_tokens", "={prefix_tokens}*{hit_rate}", single=True),
    Line("write_tokens", "={prefix_tokens}*(1-{hit_rate})", single=True),
    Line("average_batch_discount", "={batch_share}*{batch_discount}", "Batch discount, average of all queries",
         "fraction", single=True),
    Line("attempts", "=IF({success_rate}>0,(1-(1-{success_rate})^{max_attempts})/{success_rate},{max_attempts})",
         "Attempts per request", "x", single=True, engine="query.expected_attempts"),
)  # fmt: skip

CACHING: Final = (
    Line("caching_multiplier", "={hit_rate}*{read_multiplier}+(1-{hit_rate})*{write_multiplier}",
         "Cached prefix over its plain price", "x", engine="query.caching_multiplier"),
    Line("write_surcharge", "=MAX(0,{write_multiplier}-1)", "Surcharge of a cache write", "x"),
    Line("hit_spread", "={write_surcharge}+1-{read_multiplier}", "What a hit saves over a miss", "x"),
    Line("hit_rate_matters", "=({hit_spread}<>0)*1", "Hits and misses differ (flag)", "flag"),
    Line("breakeven_hit_rate", "=IF({hit_rate_matters}=1,{write_surcharge}/{hit_spread},0)",
         "Hit rate from which caching pays", "fraction", engine="query.breakeven_hit_rate"),
)  # fmt: skip

BILLED: Final = (
    Line("billed_rate", "={price_level}*(1-{average_batch_discount})*(1-{discount})*{attempts}",
         "Level, discounts and retries together", "x", single=True),
    Line("billed_input", "=({input_tokens}+{prefix_tokens}*({caching_multiplier}-1))*(1+{is_long}*({long_input}-1))",
         "Input, in tokens at the list price", "tokens per query"),
    Line("billed_output", "=({output_tokens}+{reasoning_tokens})*(1+{is_long}*({long_output}-1))",
         "Output, in tokens at the list price", "tokens per query"),
    Line("billed_cost",
         "=({billed_input}*{input_price}+{billed_output}*{output_price})/{tokens_per_price_unit}*{billed_rate}",
         "What a request costs, from these", PER_QUERY),
    Line("billed_gap", "={billed_cost}-{request_cost}", "Less the cost by steps", PER_QUERY),
    Line("largest_billed_gap", "=MAX(MAX({billed_gap:all}),-MIN({billed_gap:all}))", "Largest gap", PER_QUERY,
         single=True),
)  # fmt: skip

CLIFF: Final = (
    Line("cliff_below",
         "=({long_threshold}*{input_price}+{output_tokens}*{output_price})/{tokens_per_price_unit}",
         "At the threshold", PER_QUERY),
    Line("cliff_input", "=({long_threshold}+1)*{input_price}*{long_input}", "Input one token above, times price",
         "any"),
    Line("cliff_above", "=({cliff_input}+{output_tokens}*{output_price}*{long_output})/{tokens_per_price_unit}",
         "One token above", PER_QUERY),
    Line("has_cliff", "=({long_threshold}>0)*1", "Has a long-context price (flag)", "flag"),
    Line("cliff", "=({cliff_above}-{cliff_below})*{has_cliff}", "Extra cost of that token, 0 if no such price",
         PER_QUERY),
)  # fmt: skip

RANKING: Final = (
    Line("dearest", "=MAX({request_cost:all})", "Dearest request", PER_QUERY, single=True),
    Line("below_dearest", "={priced}*{on_sale}*(1+{dearest}-{request_cost})",
         "How far below it, and 1; 0 if not on sale", PER_QUERY),
    Line("has_candidate", "=(MAX({below_dearest:all})>0)*1", "A model is on sale (flag)", "flag", single=True),
    Line("cheapest_position", "=MATCH(MAX({below_dearest:all}),{below_dearest:all},0)", "Cheapest model, its column",
         "count", single=True),
    Line("cheapest_model", "=INDEX({priced_model:all},{cheapest_position})", "Cheapest model", "text", single=True),
    Line("cheapest_cost", "=INDEX({request_cost:all},{cheapest_position})", "What a request costs there", PER_QUERY,
         single=True),
    Line("times_cheapest", "=IF({cheapest_cost}>0,{request_cost}/{cheapest_cost},0)", "Times the cheapest, 0 if free",
         "x"),
)  # fmt: skip

SHOWN: Final = {
    "input_price": "USD per 1M tokens",
    "output_price": "USD per 1M tokens",
    "read_multiplier": "x",
    "write_multiplier": "x",
    "long_threshold": "tokens per query",
    "long_input": "x",
    "long_output": "x",
    "request_cost": PER_QUERY,
}
"""What sensitivities need of the model examined."""


def _shown() -> tuple[Line, ...]:
    labels = ("Input price", "Output price", "Cache read over input", "Cache write over input", "Long context above",
              "Input price above", "Output price above", "What a request costs")  # fmt: skip
    return (
        Line("model_found", "=SUMPRODUCT(({priced_model:all}={model})*1)", "Columns with this model", "count",
             single=True),
        Line("shown_position", "=IF({model_found}>0,MATCH({model},{priced_model:all},0),MATCH(1,{priced:all},0))",
             "Its column; the first one filled in if there is none", "count", single=True),
        Line("shown_model", "=INDEX({priced_model:all},{shown_position})", "Model examined", "text", single=True),
        *(
            Line(f"shown_{name}", f"=INDEX({{{name}:all}},{{shown_position}})", label, unit, single=True)
            for (name, unit), label in zip(SHOWN.items(), labels, strict=True)
        ),
        Line("shown_spend", "={queries_per_month}*{shown_request_cost}", "Spend a month", "USD per month", single=True,
             engine="spend.monthly_cost", renamed={"cost_per_query": "shown_request_cost", "discount": ""}),
    )  # fmt: skip


def query_sheet(models: Axis) -> Sheet:
    """The sheet Calc_Query: models across, steps down."""
    return Sheet(
        "Calc_Query",
        "What a query costs on each model, from the list price step by step to what a request really costs.",
        (
            Rows("Tokens and attempts, the same for all models", TOKENS),
            Rows("Prices", PRICES),
            Rows("Prompt caching", CACHING),
            Rows("Cost of a query, step by step", STEPS),
            Rows("The same in one go, for the months", BILLED),
            Rows(
                "The cliff of the long-context price", CLIFF, note="The whole request is repriced, not what lies above"
            ),
            Rows("From cheap to dear", RANKING),
            Rows("Model examined", _shown()),
        ),
        models,
    )
