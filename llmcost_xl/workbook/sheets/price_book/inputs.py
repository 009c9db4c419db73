"""What the user of the price book enters: a query, its volume, how it is bought, an agent's task, the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Axis, Constant, Entry, Field, Rows, Sheet, Table, records_of
from llmcost_xl.workbook.sheets.price_book.models import examined_model, long_context, priced_models
from llmcost_xl.workbook.sheets.price_book.reconciliation import PRINTED
from llmcost_xl.workbook.sheets.price_book.sensitivity import GRID
from llmcost_xl.workbook.sheets.prices import price_entries
from llmcost_xl.workbook.sheets.sources import assumption, economics, renting

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

VOLUMES: Final = Table(
    "volumes",
    "Monthly volumes to compare",
    (
        Field("volume_name", label="Volume", unit="text"),
        Field("compared_volume", label="Queries", unit="queries per month", at_least=0),
        Field("volume_source", label="Source", unit="text"),
    ),
    (
        ("10,000 queries", 10_000, "S0 L61-67"),
        ("50,000 queries", 50_000, "S0 L74-101"),
        ("500,000 queries", 500_000, "S0 L74-101"),
        ("5,000,000 queries", 5_000_000, "S0 L74-101"),
    ),
)

AGENT_STEPS: Final = Table(
    "agent_steps",
    "Steps of the agent to compare",
    (
        Field("steps_name", label="Agent", unit="text"),
        Field("compared_steps", label="Steps", unit="steps", at_least=1),
    ),
    (("1 step", 1), ("2 steps", 2), ("4 steps", 4), ("8 steps", 8), ("16 steps", 16), ("32 steps", 32)),
)

SOURCES = (
    economics("44-50", "API prices of 2024; the provider of Gemini is missing"),
    economics("61-67", "the reference query of 500 and 200 tokens, and what it costs"),
    economics("74-101", "volumes of 50,000, 500,000 and 5,000,000 queries a month, and their cost"),
    economics("105-111", "GPT-4o costs 16 times as much as GPT-4o-mini, 165 USD for 50,000 queries"),
    renting("33-40", "drivers of cost: prompt length, output variability, model tier, call frequency, peaks"),
    assumption(1, "The day of the bundled price catalogue; the exchange rate is the user's own"),
    assumption(2, "Part of the prompt that is the same in every call, and how often a cache still holds it"),
    assumption(3, "Providers cache prompts of 1,024 tokens or more; some models need 2,048 or 4,096"),
    assumption(4, "Share of the work that can wait; batch processing usually costs half"),
    assumption(5, "List prices are paid, without a contract discount"),
    assumption(6, "One answer in twenty has to be asked for again, and is billed again"),
    assumption(7, "An agent of eight steps with a prompt of 2,000 tokens and results of 700 tokens"),
    assumption(8, "Growth of the volume from month to month"),
    assumption(9, "Long-context prices of the catalogue; the whole request is repriced above the threshold"),
)


def models_table(options: Options) -> Table:
    """The models side by side, each with its long-context price."""
    models = priced_models(options)
    return Table(
        "models",
        "Models side by side",
        (
            Field("priced_model", label="Model", unit="text", choices=models),
            Field("on_sale"),
            Field("long_threshold", label="Long context above", unit="tokens per query", at_least=0),
            Field("long_input", label="Input price above", unit="x", at_least=0),
            Field("long_output", label="Output price above", unit="x", at_least=0),
            Field("long_source", label="Source", unit="text"),
        ),
        tuple((model, _on_sale(model), *long_context(options, model), "A9") for model in models),
        note="Overwrite a row, or clear it. Only models on sale can be the cheapest. Long context above 0: none known",
    )


def _on_sale(model: str) -> int:
    """Prices of 2024 cannot be bought any more."""
    return int(not model.startswith("source-2024/"))


def models_axis(options: Options) -> Axis:
    """The models as columns."""
    return records_of(models_table(options))


def inputs(options: Options) -> Sheet:
    """Everything a user enters."""
    models = priced_models(options)
    return Sheet(
        "Inputs",
        "Everything you can change is here and on Prices. Low is the cautious case: dearer queries, and more of them.",
        (
            Rows(
                "Model examined, price date and currency",
                (
                    Entry("model", examined_model(options), "A1", "One of the models below; tornado and two-way table"
                          " look at this one", choices=models, fixed=True),
                    *price_entries(options, "A1"),
                    Entry("max_price_age", 365, "A1", fixed=True),
                ),
            ),
            Rows(
                "The query",
                (
                    Entry("input_tokens", 500, "S0 L61-67", "The whole prompt, cached part included",
                          cases=(2_000, 300), swing=(0.5, 0.5)),
                    Entry("output_tokens", 200, "S0 L61-67", cases=(400, 150), swing=(0.5, 0.5)),
                    Entry("reasoning_tokens", 0, "S1 L33-40", "Hidden, billed as output; ask whether the provider's"
                          " output count already includes them", cases=(500, 0)),
                ),
            ),
            Rows(
                "Volume",
                (
                    Entry("queries_per_month", 50_000, "S0 L74-101", "In month 1", cases=(100_000, 50_000),
                          swing=(0.5, 0.5)),
                    Entry("growth", 0.05, "A8", cases=(0.1, 0.02)),
                ),
            ),
            Rows(
                "Prompt caching",
                (
                    Entry("cacheable_share", 0.6, "A2", cases=(0.4, 0.8)),
                    Entry("hit_rate", 0.7, "A2", cases=(0.3, 0.9), swing=(0.5, 0.2)),
                    Entry("min_cached_prompt", 1_024, "A3", "Shorter prompts cost their full price", fixed=True),
                ),
            ),
            Rows(
                "How it is bought",
                (
                    Entry("price_level", 1, "A5", "0.5: what if prices halve?", cases=(1, 0.5), swing=(0.5, 0.1)),
                    Entry("batch_share", 0.2, "A4", cases=(0, 0.4), swing=(1, 1)),
                    Entry("batch_discount", 0.5, "A4", cases=(0.4, 0.5)),
                    Entry("discount", 0, "A5", cases=(0, 0.1)),
                ),
            ),
            Rows(
                "Retries",
                (
                    Entry("success_rate", 0.95, "A6", cases=(0.8, 0.99), swing=(0.2, 0.05)),
                    Entry("max_attempts", 3, "A6", fixed=True),
                ),
            ),
            Rows(
                "An agent's task",
                (
                    Entry("steps", 8, "A7", cases=(16, 5)),
                    Entry("base_tokens", 2_000, "A7", cases=(4_000, 1_500)),
                    Entry("user_tokens", 500, "A7"),
                    Entry("step_output_tokens", 300, "A7", at_least=0, label="Output tokens a step",
                          unit="tokens per step", cases=(500, 200)),
                    Entry("tool_tokens", 700, "A7", cases=(1_500, 500)),
                ),
            ),
            models_table(options),
            VOLUMES,
            AGENT_STEPS,
            *GRID.inputs,
            Rows(
                "The source's reference query, fixed for the reconciliation",
                (
                    Constant("source_input_tokens", 500, "Input tokens, source", "tokens per query"),
                    Constant("source_output_tokens", 200, "Output tokens, source", "tokens per query"),
                    Constant("rounded_4o", 0.0033, "GPT-4o per query, as printed", "US$ per query"),
                    Constant("rounded_mini", 0.0002, "GPT-4o-mini per query, as printed", "US$ per query"),
                    Constant("source_server", 400, "Server of the 5,000,000 queries, source", "US$ per month"),
                    Constant("source_server_queries", 5_000_000, "Queries that share it, source", "queries per month"),
                    Constant("source_power", 15, "Electricity of the server at home, source", "US$ per month"),
                    Constant("source_power_queries", 1_500_000, "Queries that reproduce its printed cost",
                             "queries per month"),
                    Constant("queries_per_block", 1_000, "Queries that a cost is quoted for in words", "queries"),
                    Constant("source_volume", 10_000, "Volume of the printed table", "queries per month"),
                    Constant("source_volume_small", 50_000, "Volume of the first scenario", "queries per month"),
                    Constant("source_volume_middle", 500_000, "Volume of the second scenario", "queries per month"),
                ),
                note="S0 L61-67 and L74-101; the electricity is that of line 55",
            ),
            PRINTED,
        ),
        scenarios=True,
    )  # fmt: skip
