"""The options to choose from, what a failure costs, and the requirements that rule options out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from llmcost_xl.workbook.layout import Constant, Entry, Field, Rows, Sheet, Table, Value
from llmcost_xl.workbook.sheets.prices import price_entries

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options
    from llmcost_xl.workbook.sheets.sensitivity import Grid

Record: TypeAlias = tuple[Value, ...]

MODELS: Final = (
    "source-2024/gpt-4o-mini",
    "source-2024/gpt-4o",
    "openai/gpt-4o-mini",
    "openai/gpt-4o",
    "openai/gpt-5.6-luna",
    "anthropic/claude-haiku-4-5",
    "google/gemini-3.7-flash",
)
HORIZON: Final = 12
YES, NO = ANSWERS = ("yes", "no")
API, OWN = HOSTINGS = ("API", "self-hosted")
NO_LIMIT, FIRST_TOKEN, WHOLE_ANSWER = LATENCIES = ("no limit", "time to first token", "end to end")
SPARE_OPTIONS: Final = 2


def options_table(options: Options) -> Table:
    """The options; the first two models asked for take the parts of the small and the large one."""
    small, large, *_ = options.chosen(MODELS)
    label = {key: key.partition("/")[2] for key in (small, large)}
    api, own = (2_000, 15, API, NO), (150, 13.3, OWN, YES)
    records: tuple[Record, ...] = (
        (label[small], YES, small, 0, 0, 0.40, 1, 0, 1, *api, "S0 L105-111"),
        (label[large], YES, large, 0, 0, 0.05, 1, 0, 1, *api, "S0 L105-111"),
        ("Fine-tuned 7B", YES, None, 400, 20, 0.03, 1, 0, 1, *own, "S0 L105-111"),
        (f"{label[small]}, 4 tries", YES, small, 0, 0, 0.40, 4, 0, 1, *api, "A2"),
        (f"{label[small]}, then {label[large]}", YES, small, 0, 0, 0.40, 1, 2, 1, *api, "A2"),
    )
    return Table(
        "options",
        "Options: change them, add yours in the empty rows",
        (
            Field("option", label="Option", unit="text"),
            Field("option_no", "=ROWS({option:to_here})", "No.", "count"),
            Field("considered", label="Considered", unit="text", choices=ANSWERS),
            Field("model", label="API model", choices=options.chosen(MODELS), wide=True),
            Field("fixed_cost", label="Fixed cost"),
            Field("upfront", label="One-off cost"),
            Field("failure_rate", label="Failures of one try"),
            Field("max_attempts", label="Most tries", at_most=100),
            Field("fallback", label="Then option no. (0: none)", unit="count", at_least=0),
            Field("small_share", label="Share that starts here"),
            Field("first_token", label="Time to first token", unit="milliseconds", at_least=0),
            Field("token_time", label="Time per token", unit="milliseconds per token", at_least=0),
            Field("hosting", label="Hosting", unit="text", choices=HOSTINGS),
            Field("unique", label="Has the unique capability", unit="text", choices=ANSWERS),
            Field("option_source", label="Source", unit="text"),
        ),
        records,
        spare=SPARE_OPTIONS,
        note="Another try, or the option after it, follows a failure that is noticed; no model: no price per token",
    )  # fmt: skip


def inputs(options: Options, table: Table, grid: Grid) -> Sheet:
    """Everything a user enters."""
    horizon = options.horizon(HORIZON)
    return Sheet(
        "Inputs",
        "Measure failure rates on your own requests; ask the business what a failure costs; the rest is arithmetic.",
        (
            Rows(
                "The job",
                (
                    Entry("queries_per_month", 50_000, "S0 L105-111", cases=(10_000, 500_000), at_least=1,
                          swing=(0.5, 1)),
                    Entry("input_tokens", 500, "S0 L61-67", cases=(300, 1_000), swing=(0.3, 0.5)),
                    Entry("output_tokens", 200, "S0 L61-67", cases=(100, 400), swing=(0.3, 0.5)),
                    Entry("failure_cost", 0.05, "A1", "Rework, support, lost orders: the figure that decides",
                          cases=(0.005, 0.5), swing=(0.9, 9)),
                    Entry("failure_factor", 1, "A3", "1: fails as often as measured", cases=(0.7, 1.3), at_least=0,
                          label="Failures, against those measured", unit="x", swing=(0.3, 0.3)),
                    Entry("noticed", 1, "A2", "A broken JSON is noticed at once, a wrong answer is not",
                          cases=(0.8, 1), at_least=0, at_most=1, label="Share of failures noticed", unit="fraction",
                          swing=(0.3, 0)),
                    Entry("price_factor", 1, "A3", "1: list prices as on Prices", cases=(0.5, 1), at_least=0,
                          label="API prices, against the list", unit="x", swing=(0.5, 0.5)),
                    Entry("fixed_factor", 1, "A3", "1: fixed costs as in the table of options", cases=(0.75, 2),
                          at_least=0, label="Fixed costs, against those entered", unit="x", swing=(0.25, 1)),
                    Entry("months", horizon, "A4", "Over which one-off costs are spread", fixed=True, at_most=horizon,
                          label="Horizon"),
                ),
            ),
            Rows(
                "Requirements: an option that does not meet them is out, whatever it costs",
                (
                    Entry("latency_measure", NO_LIMIT, "S0 L112-117",
                          "The source says less than 200 ms, not of what: choose which", fixed=True,
                          choices=LATENCIES, label="Latency that is limited", unit="text"),
                    Entry("latency_limit", 200, "S0 L112-117", fixed=True, at_least=0, label="Latency limit",
                          unit="milliseconds"),
                    Entry("private", NO, "S0 L118-121", "Yes: no option with an API remains", fixed=True,
                          choices=ANSWERS, label="Data must stay in house", unit="text"),
                    Entry("unique_needed", NO, "S0 L122-125", "Yes: only options that have it remain", fixed=True,
                          choices=ANSWERS, label="Needs a capability no general model has", unit="text"),
                    Entry("capability_value", 0, "A5", "What having it is worth, where it is needed", at_least=0,
                          label="Value of that capability", unit="USD per month"),
                    Entry("annual_rate", 0.1, "A5", "10% is 0.1", fixed=True, at_most=1),
                ),
            ),
            table,
            Rows(
                "Prices and chart",
                (
                    *price_entries(options, "A6"),
                    Entry("max_price_age", 365, "A6", fixed=True),
                    Entry("least_lead", 0.05, "A8", "A smaller lead raises an alert", fixed=True, at_least=0,
                          label="Lead that counts", unit="fraction"),
                    Entry("chart_from", 0.0001, "A7", "The horizontal axis of the chart begins here", fixed=True,
                          at_least=0.000001, label="Lowest failure cost on the chart", unit="USD per failure"),
                    Entry("chart_to", 1, "A7", "The horizontal axis of the chart ends here", fixed=True,
                          at_least=0.000001, label="Highest failure cost on the chart", unit="USD per failure"),
                ),
            ),
            *grid.inputs,
            *_PRINTED,
        ),
        scenarios=True,
    )  # fmt: skip


_PRINTED = (
    Rows(
        "The source's figures, fixed for the reconciliation",
        (
            Constant("source_queries", 50_000, "Queries", "queries per month"),
            Constant("source_small", 0.0002, "GPT-4o-mini, as printed", "US$ per query"),
            Constant("source_large", 0.0033, "GPT-4o, as printed", "US$ per query"),
            Constant("source_input", 500, "Input tokens, source", "tokens per query"),
            Constant("source_output", 200, "Output tokens, source", "tokens per query"),
            Constant("source_small_in", 0.15, "GPT-4o-mini, input price", "US$ per 1M tokens"),
            Constant("source_small_out", 0.60, "GPT-4o-mini, output price", "US$ per 1M tokens"),
            Constant("source_large_in", 2.50, "GPT-4o, input price", "US$ per 1M tokens"),
            Constant("source_large_out", 10, "GPT-4o, output price", "US$ per 1M tokens"),
            Constant("source_server", 400, "Fine-tuned 7B, infrastructure", "US$ per month"),
            Constant("source_training", 20, "Fine-tuned 7B, training", "US$"),
            Constant("source_small_fails", 0.40, "GPT-4o-mini, failure rate", "fraction"),
            Constant("source_large_fails", 0.05, "GPT-4o, failure rate", "fraction"),
            Constant("source_tuned_fails", 0.03, "Fine-tuned 7B, failure rate", "fraction"),
        ),
        note="S0 L44-50 prices, L61-67 query and its rounded cost, L105-111 the three options",
    ),
    Table(
        "printed",
        "Figures as the source prints them, for the reconciliation",
        (
            Field("statement", label="Statement", unit="text", wide=True),
            Field("printed", label="Printed", unit="any"),
            Field("printed_within", label="Printed to within", unit="any"),
            Field("printed_source", label="Source", unit="text"),
        ),
        (
            ("GPT-4o-mini, 50,000 queries, US$ a month", 10, 0, "S0 L105-111"),
            ("GPT-4o, 50,000 queries, US$ a month", 165, 0, "S0 L105-111"),
            ("GPT-4o over GPT-4o-mini, times", 16, 0.5, "S0 L105-111"),
            ("GPT-4o less GPT-4o-mini, US$ a month", 155, 0, "S0 L105-111"),
        ),
    ),
)  # fmt: skip
