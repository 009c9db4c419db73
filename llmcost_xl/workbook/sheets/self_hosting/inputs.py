"""What is entered for the source's three scenarios, each as printed and honest, and for the user's own case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Axis, Column, Constant, Entry, Field, Rows, Sheet, Table, records_of
from llmcost_xl.workbook.sheets.prices import price_entries
from llmcost_xl.workbook.sheets.self_hosting.lists import HARDWARE, PRINTED, RENTS

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Value
    from llmcost_xl.workbook.options import Options

CASES: Final = Axis(
    "case",
    (
        Column("p50", "50,000, as printed"),
        Column("h50", "50,000, honest"),
        Column("p500", "500,000, as printed"),
        Column("h500", "500,000, honest"),
        Column("p5m", "5 million, as printed"),
        Column("h5m", "5 million, honest"),
        Column("yours", "Your case"),
    ),
)
MODELS: Final = (
    "source-2024/gpt-4o-mini",
    "source-2024/gpt-4o",
    "openai/gpt-4o-mini",
    "openai/gpt-5.6-luna",
    "anthropic/claude-haiku-4-5",
    "google/gemini-3.7-flash",
)
AS_PRINTED, CHOSEN = "source", "model"

VOLUMES: Final = Table(
    "failure_volumes",
    "Volumes at which quality is weighed against cost (question 4)",
    (
        Field("failure_volume", label="At a volume of", unit="text"),
        Field("threshold_volume", label="Volume", unit="queries per month", at_least=1),
        Field("threshold_source", label="Source", unit="text"),
    ),
    (
        ("Half the break-even", 1_000_000, "S0 L248-255"),
        ("The break-even", 2_000_000, "S0 L248-255"),
        ("The third scenario", 5_000_000, "S0 L248-255"),
    ),
)
AT_VOLUMES: Final = records_of(VOLUMES)


def _same(source: Value, yours: Value) -> tuple[Value, ...]:
    """One value for the source's six columns, another for the user's."""
    return (*[source] * (len(CASES.columns) - 1), yours)


def inputs(options: Options, grid_steps: tuple[Table, Table]) -> Sheet:
    """Everything a user enters."""
    return Sheet(
        "Inputs",
        "Everything you can change is here, on Prices and on Timing. Overwrite the column of your case; the source's "
        "scenarios stay as printed.",
        (
            Rows("Demand and the API", _demand(options)),
            Rows("Servers: cost and capacity", _SERVERS,
                 note="Capacity, utilisation, peak and spare servers are ignored where the switch says 1"),
            Rows("People: operations and build", _PEOPLE,
                 note="Where the switch says 1, only training and set-up are counted, as in S0 L73"),
            Rows("Time: growth until the months cross", _TIME),
            Rows("Four questions about the break-even", _QUESTIONS),
            VOLUMES,
            Rows("Owned hardware instead of rented", _OWNED, note="Prefilled for the source's RTX 4090 at home"),
            Rows("What is shown", (
                Entry("shown_case", "Your case", "A9", "For the staircase, the ranges and the bills by month",
                      choices=tuple(c.label for c in CASES.columns), fixed=True),
                Entry("max_volume", 25_000_000, "A9", "The staircase has 40 steps of equal width", fixed=True),
                Entry("max_price_age", 365, "A8", fixed=True),
            )),
            *grid_steps,
            HARDWARE,
            RENTS,
            Rows("The source's reference query and prices, fixed", _FIXED,
                 note="GPT-4o-mini in S0 L44-50, the query and its rounded cost in S0 L61-67"),
            PRINTED,
        ),
        CASES,
        scenarios=True,
        live="yours",
    )  # fmt: skip


def _demand(options: Options) -> tuple[Entry, ...]:
    model = options.chosen(MODELS)[0]
    return (
        Entry("simplified", (1, 0, 1, 0, 1, 0, 0), "S0 L74-86",
              "The switch, column by column: 1 reckons as the source does, 0 counts everything below", fixed=True),
        Entry("queries_per_month", (50_000, 50_000, 500_000, 500_000, 5_000_000, 5_000_000, 17_000_000), "S0 L74-86",
              "S0 L89-94 and L95-101 for 500,000 and 5 million", cases=(5_000_000, 24_000_000), at_least=1,
              swing=(0.2, 0.2)),
        Entry("price_basis", _same(AS_PRINTED, CHOSEN), "S0 L44-50",
              "source: GPT-4o-mini as printed in 2024; model: the one chosen below",
              label="API priced by", unit="text", choices=(AS_PRINTED, CHOSEN), fixed=True),
        Entry("model", model, "S0 L44-50", "source-2024 are the prices the source prints; others are current",
              choices=options.chosen(MODELS), fixed=True),
        *price_entries(options, "A8"),
        Entry("input_tokens", 500, "S0 L61-67", "Of your case; the source's columns keep 500 and 200"),
        Entry("output_tokens", 200, "S0 L61-67", at_least=1),
        Entry("price_level", _same(1, 1), "A1", "1 is the list price; below 1 after discounts or a fall of prices",
              at_least=0.01, cases=(0.5, 1), swing=(0.5, 0.2)),
    )  # fmt: skip


_SERVERS = (
    Entry("server_cost", (400, 400, 400, 400, 800, 400, 800), "S0 L53-58",
          "As printed, 5 million need a larger instance (800); by its own capacities they do not (I7)",
          at_least=0.01, cases=(1_200, 800), swing=(0.25, 0.5)),
    Entry("qps_per_server", _same(2, 10), "A2", "The source claims 10 to 50; the ceiling is on Calc_Cost",
          at_least=0.01, cases=(6, 11), swing=(0.3, 0.1)),
    Entry("peak_factor", _same(4, 3), "A3", "Working hours only are 4.1", cases=(4, 2), swing=(0.3, 0.3)),
    Entry("max_utilisation", _same(0.7, 0.7), "A3", at_least=0.01, cases=(0.6, 0.8), swing=(0.2, 0.2)),
    Entry("spare", _same(1, 0), "S0 L248-255", "One spare server (N+1) for 99.9% uptime", cases=(1, 0)),
    Entry("marginal_cost", _same(0, 0), "A4", "About 0 on a rented server; power on one of your own"),
    Entry("params_b", 8, "S0 L74-86", "Llama 3.1 8B"),
    Entry("peak_tflops", _same(70, 312), "A5", "The GPU behind the server: 70 for an A10G, 312 for an A100",
          at_least=0.01),
    Entry("mfu", 0.4, "A5", "Share of the peak speed that serving reaches", at_least=0.01),
)  # fmt: skip

_PEOPLE = (
    Entry("maintenance_hours", _same(11.5, 5), "S0 L147-154",
          "4-19 h a month by the source's table, 5-10 h by its pitfall 4 (S0 L197-199)", 4, 19,
          label="Operations work", cases=(11.5, 4), swing=(0.2, 1.3)),
    Entry("build_rate", _same(100, 100), "S0 L74-86", cases=(120, 100), swing=(0.2, 0.2)),
    Entry("training_cost", _same(20, 20), "S0 L74-86", "Including iterations"),
    Entry("setup_hours", _same(10, 10), "S0 L74-86", "8-18 h by the table of S0 L147-154", 8, 18, cases=(18, 8)),
    Entry("data_hours", _same(102.5, 102.5), "S0 L128-137", "Middle of 47-158 h", 47, 158, cases=(158, 47)),
    Entry("evaluation_hours", _same(36, 36), "S0 L138-146", "Middle of 22-50 h", 22, 50, cases=(50, 22)),
)  # fmt: skip

_TIME = (
    Entry("growth", (0.15, 0.15, 0.15, 0.15, 0.05, 0.05, 0.05), "A6",
          "The source's volumes do not grow: used for crossover months only",
          cases=(0, 0.1), at_least=-0.5, at_most=1),
    Entry("api_price_change", _same(-0.03, -0.03), "A6", "Used where a line says that API prices fall",
          cases=(-0.05, 0), at_least=-0.5, at_most=1),
)  # fmt: skip

_QUESTIONS = (
    Entry("price_cut", 0.5, "S0 L248-255", "Question 1: API prices drop 50%", fixed=True),
    Entry("cost_factor", 2, "S0 L248-255", "Question 2: infrastructure costs twice as much", fixed=True),
    Entry("target", 0.999, "S0 L248-255", "Question 3: 99.9% uptime", at_least=0.5, at_most=0.999999, fixed=True),
    Entry("server_availability", 0.99, "A7", at_least=0.5, at_most=0.999999, fixed=True),
    Entry("failure_a", 0.4, "S0 L105-111", "Question 4: GPT-4o-mini fails in 40% of tasks", fixed=True,
          label="Failure rate of the API"),
    Entry("failure_cost", 0.01, "A7", at_least=0.0001, fixed=True),
)  # fmt: skip

_OWNED = (
    Entry("purchase_price", 1_800, "A10", fixed=True),
    Entry("residual_value", 0, "A10", fixed=True),
    Entry("months", 36, "A10", label="Useful life", fixed=True),
    Entry("power_kw", 0.45, "A10", "Under full load", fixed=True),
    Entry("electricity_price", 0.15, "A10", fixed=True),
    Entry("power_overhead", 1, "A10", "1 at home; 1.2 to 1.6 in a data centre", fixed=True),
    Entry("active_hours", 219, "A10", "30% of the month", at_least=1, fixed=True),
    Entry("owned_tflops", 165, "S0 L53-58", "RTX 4090", label="Speed of the owned GPU", unit="TFLOP/s", at_least=0.01,
          fixed=True),
)  # fmt: skip

_FIXED = (
    Constant("source_input_tokens", 500, "Input tokens, source", "tokens per query"),
    Constant("source_output_tokens", 200, "Output tokens, source", "tokens per query"),
    Constant("source_input_price", 0.15, "Input price, source", "US$ per 1M tokens"),
    Constant("source_output_price", 0.60, "Output price, source", "US$ per 1M tokens"),
    Constant("printed_query_cost", 0.0002, "Cost per query as rounded by the source", "US$ per query"),
    Constant("printed_selfhost_cost", 0.00008, "Self-hosted 7B (cloud), as printed", "US$ per query"),
    Constant("printed_answer_fast", 50, "Self-hosted answer, as printed, from", "milliseconds"),
    Constant("printed_answer_slow", 150, "Self-hosted answer, as printed, to", "milliseconds"),
    Constant("milliseconds_per_second", 1_000, "Milliseconds in a second", "milliseconds"),
    Constant("source_params_b", 7, "Model of the claimed capacities", "B parameters"),
    Constant("flops_per_weight", 2, "Operations per weight and token", "x"),
    Constant("giga_per_tera", 1_000, "Billions in a trillion", "x"),
    Constant("no_limit", 1e10, "Stands for a capacity without limit", "queries per month"),
)
