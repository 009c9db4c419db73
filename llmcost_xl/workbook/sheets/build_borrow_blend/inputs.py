"""What the user enters: volumes and costs, the plan of the migration, the gates, and the scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Entry, Rows, Sheet
from llmcost_xl.workbook.sheets.build_borrow_blend.criteria import LARGEST_SCORE, TABLES, YES_NO
from llmcost_xl.workbook.sheets.prices import price_entries

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Table
    from llmcost_xl.workbook.options import Options

MODELS: Final = ("source-2024/gpt-4o", "source-2024/gpt-4o-mini", "openai/gpt-4o-mini", "openai/gpt-5.6-terra")


def inputs(options: Options, models: tuple[str, ...], months: int, grid_tables: tuple[Table, ...]) -> Sheet:
    """The sheet of inputs."""
    return Sheet(
        "Inputs",
        "Overwrite the blue cells: the figures, then the gates, the scorecard and the risks below.",
        (
            _volume(options, models),
            _hosting(),
            _migration(months),
            _decision(),
            _limits(),
            *TABLES,
            *grid_tables,
        ),
        scenarios=True,
    )


def _volume(options: Options, models: tuple[str, ...]) -> Rows:
    return Rows("Volume and API", (
        Entry("queries_per_month", 1_500_000, "A1", "In month 1; the texts' scenarios are 50k, 500k and 5 million",
              cases=(500_000, 5_000_000), swing=(0.5, 0.5)),
        Entry("growth", 0.05, "A1", "Of the queries", cases=(0, 0.1), swing=(1, 1)),
        Entry("model", models[0], "S0 L44-50", "The API model in use, as on the Prices sheet", choices=models,
              fixed=True),
        *price_entries(options, "A5"),
        Entry("input_tokens", 500, "S0 L61-67", fixed=True),
        Entry("output_tokens", 200, "S0 L61-67", fixed=True),
        Entry("api_factor", 1, "A2", "What you pay over the list price: 0.9 after a discount of 10%",
              label="API price against the list", unit="x", at_least=0, cases=(0.5, 1.0), swing=(0.5, 0.2)),
        Entry("api_price_change", 0, "A2", "From month to month; -0.02 is 2% less every month", cases=(-0.03, 0)),
    ), note="Low: little speaks for building. High: much does")  # fmt: skip


def _hosting() -> Rows:
    return Rows("Running models of our own", (
        Entry("server_cost", 400, "S0 L95-101", "400 a month; 800 for 5 million queries", low=400, high=800,
              cases=(800, 400), swing=(0.25, 1)),
        Entry("qps_per_server", 10, "S0 L53-58", "Measure yours: as printed, 10 to 50 exceed what hardware can do",
              low=10, high=50, at_least=0.001, cases=(2, 12), swing=(0.5, 0.5)),
        Entry("peak_factor", 4, "A3", "Office hours only is about 4", fixed=True),
        Entry("max_utilisation", 0.7, "A3", fixed=True, at_least=0.01),
        Entry("spare", 0, "A3", "1 for N+1", cases=(1, 0), at_most=100),
        Entry("build_rate", 100, "S0 L128-137", fixed=True),
        Entry("ops_hours", 8, "S0 L147-154", "Operations, 4 to 19 hours a month; 0 is mistake 2", low=4, high=19,
              label="Operations", unit="hours per month", at_least=0, cases=(19, 4), swing=(0.5, 1)),
        Entry("retrain_cost", 150, "S1 L75-82", "Review, drift, audits; no figure in the text; 0 is mistake 3",
              label="Evaluation and retraining", unit="USD per month", at_least=0, cases=(300, 75)),
        Entry("upfront", 15_170, "S0 L128-154", "Data, evaluation and set-up at 100 an hour, and 20 of training",
              low=7_720, high=22_620, cases=(22_620, 7_720), swing=(0.5, 0.5)),
    ))  # fmt: skip


def _migration(months: int) -> Rows:
    return Rows("Migration: our own models take over step by step", (
        Entry("target_api_share", 0.3, "S1 L27", "1 stays with the API, 0 leaves it", label="API share in the end",
              unit="fraction", at_least=0, at_most=1, cases=(0.5, 0)),
        Entry("ramp_start", min(4, months), "S1 L27", "Built in parallel in the months before",
              label="First month of our own models", unit="month number", at_least=1, at_most=1200, fixed=True),
        Entry("ramp_months", 6, "S1 L27", "Months until the share is reached", label="Length of the migration",
              unit="months", at_least=1, at_most=1200, fixed=True),
        Entry("dual_running_cost", 2_000, "A4", "Both systems side by side", cases=(3_000, 1_000), swing=(0.5, 0.5)),
        Entry("dual_running_months", 3, "A4", "From the first month of our own models", at_most=1200, fixed=True),
        Entry("months_between", 3, "A4", "Every release of the vendor must be tested",
              label="Months between updates by the vendor", unit="months", at_least=0.1, fixed=True),
    ))  # fmt: skip


def _decision() -> Rows:
    return Rows("Decision", (
        Entry("proven", "yes", "S1 L131-135", "Teams switch too early while the problem is not validated",
              label="Users have proven the use case", unit="text", choices=YES_NO, fixed=True),
        Entry("max_score", LARGEST_SCORE, "A6", "Of every statement of the scorecard", at_least=LARGEST_SCORE,
              fixed=True),
        Entry("high_threshold", 0.67, "A6", "Two thirds", fixed=True),
        Entry("low_threshold", 0.34, "A6", "One third; not above the build threshold", fixed=True),
        Entry("least_utilisation", 0.3, "A7", "Below it, servers are mistake 1: overbuilt",
              label="Least utilisation", unit="fraction", at_least=0, fixed=True),
        Entry("least_ops", 1, "A7", "Less is no operation at all: mistake 2", label="Least operations",
              unit="hours per month", at_least=0, fixed=True),
        Entry("least_retraining", 1, "A7", "Less is none at all: mistake 3", label="Least evaluation and retraining",
              unit="USD per month", at_least=0, fixed=True),
        Entry("largest_hhi", 0.5, "A7", "Two equal vendors have 0.5", label="Largest concentration (HHI)",
              unit="points", at_least=0, fixed=True),
    ))  # fmt: skip


def _limits() -> Rows:
    return Rows("Rate limits of the API", (
        Entry("rpm_limit", 500, "S1 L69-74", "Your tier, from the provider's console", at_least=1, fixed=True),
        Entry("tpm_limit", 400_000, "S1 L69-74", "Large batches may need an agreement", at_least=1, fixed=True),
    ))  # fmt: skip
