"""The bill of today, taken apart into input, output and servers, and the prices behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Line, Rows, Sheet
from llmcost_xl.workbook.sheets.optimisation.inputs import models
from llmcost_xl.workbook.sheets.prices import price_dates, price_table

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

PRICE = '=INDEX({{price:all}},MATCH({{{0}}}&" {1}",{{price_key:all}},0))*{{fx_rate}}'


def prices(options: Options) -> Sheet:
    """Dated list prices, and below them those of the two models on the price date."""
    return Sheet(
        "Prices",
        "Dated prices: add a row to change a price from its date on; figures with an earlier price date do not move.",
        (
            Rows("Price date and models", (*price_dates(), Line("model"), Line("small_model"))),
            price_table(options, models(options)),
            Rows(
                "Prices in force",
                (
                    Line("large_input_price", PRICE.format("model", "input"), "Model used, input", "USD per 1M tokens"),
                    Line("large_output_price", PRICE.format("model", "output"), "Model used, output",
                         "USD per 1M tokens"),
                    Line("small_input_price", PRICE.format("small_model", "input"), "Smaller model, input",
                         "USD per 1M tokens"),
                    Line("small_output_price", PRICE.format("small_model", "output"), "Smaller model, output",
                         "USD per 1M tokens"),
                    Line("prices_missing",
                         "=(1-ISNUMBER({large_input_price}))+(1-ISNUMBER({large_output_price}))"
                         "+(1-ISNUMBER({small_input_price}))+(1-ISNUMBER({small_output_price}))",
                         "Prices missing", "count"),
                ),
            ),
        ),
    )  # fmt: skip


TODAY = Sheet(
    "Calc_Today",
    "What the invoice pays for: how many queries, and how much of a query is prompt.",
    (
        Rows(
            "A query on the model used",
            (
                Line("query_input", "={input_tokens}*{large_input_price}/{tokens_per_price_unit}", "Input",
                     "USD per query"),
                Line("query_output", "={output_tokens}*{large_output_price}/{tokens_per_price_unit}", "Output",
                     "USD per query"),
                Line("query_cost", "={query_input}+{query_output}", "Cost of a query", "USD per query",
                     engine="query.token_cost",
                     renamed={"input_price": "large_input_price", "output_price": "large_output_price",
                              "batch_discount": ""}),
                Line("is_priced", "=({query_cost}>0)*1", "A query costs something (flag)", "flag"),
                Line("query_divisor", "={query_cost}+(1-{is_priced})", "Its cost, 1 if it is free", "USD per query"),
                Line("input_part", "={query_input}/{query_divisor}", "Input's share of the token cost", "fraction"),
                Line("small_query_cost",
                     "=({input_tokens}*{small_input_price}+{output_tokens}*{small_output_price})"
                     "/{tokens_per_price_unit}", "Cost of a query on the smaller model", "USD per query",
                     engine="query.token_cost",
                     renamed={"input_price": "small_input_price", "output_price": "small_output_price",
                              "batch_discount": ""}),
            ),
        ),
        Rows(
            "The bill of a month",
            (
                Line("base_servers", "=MIN({server_spend},{spend})", "Servers", "USD per month"),
                Line("token_spend", "={spend}-{base_servers}", "Tokens", "USD per month"),
                Line("queries_per_month", "={is_priced}*{token_spend}/{query_divisor}",
                     note="What the invoice would buy at list prices"),
                Line("base_input", "={queries_per_month}*{query_input}", "Input", "USD per month"),
                Line("base_output", "={queries_per_month}*{query_output}", "Output", "USD per month"),
                Line("cost_before", "={base_input}+{base_output}+{base_servers}", "Cost before all levers",
                     "USD per month"),
                Line("parts_gap", "={is_priced}*({cost_before}-{spend})", "Parts less the invoice", "USD per month"),
                Line("has_cost", "=({cost_before}>0)*1", "There is a cost (flag)", "flag"),
                Line("cost_divisor", "={cost_before}+(1-{has_cost})", "Cost, 1 if there is none", "USD per month"),
            ),
        ),
        Rows(
            "What a lever's driver does to the part it touches",
            (
                Line("cheaper_input", "=1-{small_input_price}/({large_input_price}+({large_input_price}=0))",
                     "Smaller model: input cheaper by", "fraction"),
                Line("cheaper_output", "=1-{small_output_price}/({large_output_price}+({large_output_price}=0))",
                     "Smaller model: output cheaper by", "fraction"),
                Line("routing_input", "={small_share}*{cheaper_input}", "Routing: saved of input", "fraction"),
                Line("routing_output", "={small_share}*{cheaper_output}", "Routing: saved of output", "fraction"),
                Line("routed_cost", "={small_share}*{small_query_cost}+(1-{small_share})*{query_cost}",
                     "Routing: average cost of a query", "USD per query", engine="query.routing_cost",
                     renamed={"cost_large": "query_cost", "cost_small": "small_query_cost"}),
                Line("batch_rate", "={batch_share}*{batch_discount}", "Batch: saved of tokens", "fraction"),
                Line("idle_saved", "={base_servers}*(1-{active_hours}/{hours_per_month})-{cold_start_cost}",
                     "Scale to zero: saved", "USD per month", engine="hosting.idle_saving",
                     renamed={"monthly_cost": "base_servers", "hours": "hours_per_month"}),
                Line("has_servers", "=({base_servers}>0)*1", "There are servers (flag)", "flag"),
                Line("idle_rate", "={has_servers}*{idle_saved}/({base_servers}+(1-{has_servers}))",
                     "Scale to zero: saved of servers", "fraction"),
            ),
        ),
    ),
)  # fmt: skip
