"""The cases of the ROI workbook side by side, and what is entered for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import (
    Axis,
    Column,
    Constant,
    Entry,
    Rows,
    Sheet,
    with_scenarios,
)
from llmcost_xl.workbook.sheets.prices import price_entries
from llmcost_xl.workbook.sheets.roi.reconciliation import PRINTED_FIGURES
from llmcost_xl.workbook.sheets.roi.sensitivity import NPV_GRID

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

HORIZON: Final = 12
ENTERED: Final = Axis(
    "case",
    (
        Column("worked", "Worked example"),
        Column("task_api", "Task API, as printed"),
        Column("realistic", "Task API, realistic"),
        Column("worst", "Task API, worst"),
        Column("yours", "Your project"),
    ),
)
"""What is entered side by side; the column of the project follows the scenario."""

CASES: Final = with_scenarios(ENTERED)
"""What is computed side by side: the same cases, and every scenario of the project."""

PRINTED: Final = ("worked", "task_api", "realistic", "worst")
SCENARIOS: Final = ("custom", "low", "high", "base")
"""As charts draw them: the base scenario covers the custom one until that differs."""

MODELS: Final = (
    "source-2024/gpt-4o-mini",
    "source-2024/gpt-4o",
    "openai/gpt-4o-mini",
    "openai/gpt-4o",
    "openai/gpt-5.6-luna",
    "anthropic/claude-haiku-4-5",
    "google/gemini-3.7-flash",
)


def inputs(options: Options) -> Sheet:
    """Everything a user enters."""
    horizon, models = options.horizon(HORIZON), options.chosen(MODELS)
    return Sheet(
        "Inputs",
        "Everything you can change is here, on Prices and on Timing. Overwrite the four scenarios of your project; "
        "the worked cases stay as printed.",
        (
            Rows(
                "The task today",
                (
                    Entry("hours_per_task", (0.5, 0.05, 0.05, 0.05, 0.05), "S0 L164-168", swing=(0.3, 0.3)),
                    Entry("hourly_rate", (50, 50, 50, 50, 50), "S0 L164-168", swing=(0.1, 0.1)),
                    Entry("tasks", (1_000, 10_000, 10_000, 10_000, 10_000), "S0 L217-221", cases=(8_000, 12_000),
                          swing=(0.2, 0.2)),
                    Entry("realisation", (1, 1, 1, 1, 0.6), "A1",
                          "The source counts every freed hour as money; finance counts those that leave the payroll",
                          cases=(0.4, 0.8), swing=(0.3, 0.3)),
                ),
            ),
            Rows(
                "After automation, every month",
                (
                    Entry("ramp_months", (0, 0, 0, 0, min(3, horizon)), "A8",
                          "Tasks automated grow evenly until all are; costs run in full from month 1",
                          at_least=0, at_most=horizon, label="Ramp-up", unit="months",
                          cases=(min(6, horizon), 1)),
                    Entry("infrastructure_cost", (800, 400, 400, 400, 400), "S0 L169-173", cases=(800, 400),
                          swing=(0.25, 1)),
                    Entry("maintenance_hours", (4, 2, 10, 19, 8), "S0 L147-154",
                          "Monthly work, 4-19 h by the source's table; 5-10 h by its pitfall 4 (S0 L197-199)", 4, 19,
                          cases=(19, 5), swing=(0.5, 1)),
                    Entry("oversight_cost", (5_000, 0, 5_000, 5_000, 5_000), "S0 L169-173",
                          "The Task API case leaves out the people who check the answers", cases=(7_500, 2_500),
                          swing=(0.5, 0.5)),
                ),
            ),
            Rows(
                "Investment",
                (
                    Entry("build_rate", (100, 100, 100, 100, 100), "S0 L205-212", cases=(120, 100)),
                    Entry("data_hours", (0, 40, 40, 158, 90), "S0 L128-137",
                          "The worked example gives its development as one amount", 47, 158, cases=(158, 50),
                          swing=(0.4, 0.75)),
                    Entry("evaluation_hours", (0, 20, 20, 50, 36), "S0 L138-146", "", 22, 50, cases=(50, 22)),
                    Entry("other_development", (20_000, 0, 0, 0, 0), "S0 L178-180"),
                    Entry("runs", (1, 10, 10, 10, 7), "S0 L194-196", "", 5, 10, cases=(10, 5)),
                    Entry("cost_per_run", (500, 10, 10, 20, 20), "S0 L194-196",
                          "The source says 5, 10 and 20 USD in different places", 5, 20, cases=(20, 10)),
                    Entry("setup_hours", (20, 10, 10, 18, 12), "S0 L147-154", "", 8, 18, cases=(18, 8)),
                    Entry("multiplier", (1, 1, 2.5, 10, 2.5), "S0 L155-161",
                          "Well-defined task 2-3, medium 4-6, novel 8-10; the worked cases leave it out", 2, 10,
                          at_least=1, cases=(5, 2), swing=(0.2, 1)),
                ),
            ),
            Rows(
                "Next best alternative: the same tasks on an API model",
                (
                    Entry("queries_per_task", (1, 1, 1, 1, 1), "A2", cases=(2, 1)),
                    Entry("input_tokens", (500, 500, 500, 500, 500), "S0 L61-67"),
                    Entry("output_tokens", (200, 200, 200, 200, 200), "S0 L61-67"),
                    Entry("alternative_hours", (30, 30, 30, 68, 48), "A3",
                          "Evaluation and set-up are needed either way; training data is not", cases=(68, 30)),
                    Entry("alternative_maintenance_hours", (2, 2, 5, 9, 4), "A3", cases=(9, 2)),
                    Entry("model", models[0], "S0 L44-50",
                          "As on the Prices sheet; source-2024 are the prices the source prints", choices=models,
                          fixed=True),
                    *(replace(entry, fixed=True) for entry in price_entries(options, "A7")),
                ),
            ),
            Rows(
                "Evaluation, the same in all scenarios",
                (
                    Entry("months", horizon, "S0 L183-185", "Of ROI, NPV and IRR; the source looks at the first year",
                          at_most=horizon, label="Horizon", fixed=True),
                    Entry("annual_rate", 0.1, "A4", "10% is 0.1", at_most=1, fixed=True),
                    Entry("irr_min_payback", 3, "A5", fixed=True),
                    Entry("max_price_age", 365, "A7", fixed=True),
                    Entry("shown_case", "Your project", "A6", choices=tuple(c.label for c in CASES.columns),
                          fixed=True),
                ),
            ),
            Rows(
                "Four pitfalls: where an alert starts",
                (
                    Entry("least_data_hours", 50, "S0 L188-190", "The source asks for 50 to 100 hours", 50, 100,
                          fixed=True),
                    Entry("least_evaluation_hours", 1, "S0 L191-193", "The pitfall is to have none", fixed=True),
                    Entry("least_runs", 5, "S0 L194-196", "The source asks for 5 to 10 runs", 5, 10, fixed=True),
                    Entry("least_maintenance_hours", 5, "S0 L197-199", "The source asks for 5 to 10 hours a month",
                          5, 10, fixed=True),
                ),
            ),
            *NPV_GRID.inputs,
            Rows(
                "The source's reference query and its prices, fixed for the reconciliation",
                (
                    Constant("source_input_tokens", 500, "Input tokens, source", "tokens per query"),
                    Constant("source_output_tokens", 200, "Output tokens, source", "tokens per query"),
                    Constant("source_input_price", 0.15, "Input price, source", "US$ per 1M tokens"),
                    Constant("source_output_price", 0.60, "Output price, source", "US$ per 1M tokens"),
                ),
                note="GPT-4o-mini in S0 L44-50, the query in S0 L61-67",
            ),
            PRINTED_FIGURES,
        ),
        ENTERED,
        scenarios=True,
        live="yours",
    )  # fmt: skip
