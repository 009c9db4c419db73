"""The cases of the ROI workbook side by side, and what is entered for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import (
    Axis,
    Column,
    Constant,
    Entry,
    Field,
    Rows,
    Sheet,
    Table,
    months,
)
from llmcost_xl.workbook.sheets.prices import price_entries
from llmcost_xl.workbook.sheets.sources import assumption, economics

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

CASES = Axis(
    "case",
    (
        Column("worked", "Worked example"),
        Column("task_api", "Task API, as printed"),
        Column("realistic", "Task API, realistic"),
        Column("worst", "Task API, worst"),
        Column("downside", "Your project, downside"),
        Column("base", "Your project, base"),
        Column("upside", "Your project, upside"),
    ),
)


MODELS = (
    "source-2024/gpt-4o-mini",
    "source-2024/gpt-4o",
    "openai/gpt-4o-mini",
    "openai/gpt-4o",
    "openai/gpt-5.6-luna",
    "anthropic/claude-haiku-4-5",
    "google/gemini-3.7-flash",
)


PRINTED = ("worked", "task_api", "realistic", "worst")

YOURS = ("downside", "base", "upside")

MONTHS = months(24)


def inputs(options: Options) -> Sheet:
    """Everything a user enters."""
    return Sheet(
        "Inputs",
        "Everything you can change is here, on Prices and on Timing. Overwrite the three columns of your project; "
        "the worked cases stay as printed.",
        (
            Rows(
                "The task today",
                (
                    Entry("hours_per_task", (0.5, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05), "S0 L164-168"),
                    Entry("hourly_rate", (50, 50, 50, 50, 50, 50, 50), "S0 L164-168"),
                    Entry("tasks", (1_000, 10_000, 10_000, 10_000, 8_000, 10_000, 12_000), "S0 L217-221"),
                    Entry("realisation", (1, 1, 1, 1, 0.4, 0.6, 0.8), "A1",
                          "The source counts every freed hour as money; finance counts those that leave the payroll"),
                ),
            ),
            Rows(
                "After automation, every month",
                (
                    Entry("infrastructure_cost", (800, 400, 400, 400, 800, 400, 400), "S0 L169-173"),
                    Entry("maintenance_hours", (4, 2, 10, 19, 19, 8, 5), "S0 L147-154",
                          "Monthly work, 4-19 h by the source's table; 5-10 h by its pitfall 4 (S0 L197-199)", 4, 19),
                    Entry("oversight_cost", (5_000, 0, 5_000, 5_000, 7_500, 5_000, 2_500), "S0 L169-173",
                          "The Task API case leaves out the people who check the answers"),
                ),
            ),
            Rows(
                "Investment",
                (
                    Entry("build_rate", (100, 100, 100, 100, 120, 100, 100), "S0 L205-212"),
                    Entry("data_hours", (0, 40, 40, 158, 158, 90, 50), "S0 L128-137",
                          "The worked example gives its development as one amount", 47, 158),
                    Entry("evaluation_hours", (0, 20, 20, 50, 50, 36, 22), "S0 L138-146", "", 22, 50),
                    Entry("other_development", (20_000, 0, 0, 0, 0, 0, 0), "S0 L178-180"),
                    Entry("runs", (1, 10, 10, 10, 10, 7, 5), "S0 L194-196", "", 5, 10),
                    Entry("cost_per_run", (500, 10, 10, 20, 20, 20, 10), "S0 L194-196",
                          "The source says 5, 10 and 20 USD in different places", 5, 20),
                    Entry("setup_hours", (20, 10, 10, 18, 18, 12, 8), "S0 L147-154", "", 8, 18),
                    Entry("multiplier", (1, 1, 2.5, 10, 5, 2.5, 2), "S0 L155-161",
                          "Well-defined task 2-3, medium 4-6, novel 8-10; the worked cases leave it out", 2, 10,
                          at_least=1),
                ),
            ),
            Rows(
                "Next best alternative: the same tasks on an API model",
                (
                    Entry("queries_per_task", (1, 1, 1, 1, 2, 1, 1), "A2"),
                    Entry("alternative_hours", (30, 30, 30, 68, 68, 48, 30), "A3",
                          "Evaluation and set-up are needed either way; training data is not"),
                    Entry("alternative_maintenance_hours", (2, 2, 5, 9, 9, 4, 2), "A3"),
                    Entry("model", "source-2024/gpt-4o-mini", "S0 L44-50",
                          "As on the Prices sheet; source-2024 are the prices the source prints", choices=MODELS),
                    *price_entries(options, "A7"),
                    Entry("input_tokens", 500, "S0 L61-67"),
                    Entry("output_tokens", 200, "S0 L61-67"),
                ),
            ),
            Rows(
                "Evaluation",
                (
                    Entry("months", 12, "S0 L183-185", "Of ROI, NPV and IRR; the source looks at the first year",
                          at_most=24, label="Horizon"),
                    Entry("annual_rate", 0.1, "A4", "10% is 0.1", at_most=1),
                    Entry("irr_min_payback", 3, "A5"),
                    Entry("max_price_age", 365, "A7"),
                    Entry("shown_case", "Your project, base", "A6", choices=tuple(c.label for c in CASES.columns)),
                ),
            ),
            Rows(
                "The source's reference query and its prices, fixed for the reconciliation",
                (
                    Constant("source_input_tokens", 500, "Input tokens, source", "tokens per query"),
                    Constant("source_output_tokens", 200, "Output tokens, source", "tokens per query"),
                    Constant("source_input_price", 0.15, "Input price, source", "USD per 1M tokens"),
                    Constant("source_output_price", 0.60, "Output price, source", "USD per 1M tokens"),
                ),
                note="GPT-4o-mini in S0 L44-50, the query in S0 L61-67",
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
                    ("Worked example: cost today, USD a month", 25_000, 0, "S0 L164-168"),
                    ("Worked example: cost after, USD a month", 6_200, 0, "S0 L169-173"),
                    ("Worked example: saving, USD a month", 18_800, 0, "S0 L174-177"),
                    ("Worked example: saving, USD a year", 225_600, 0, "S0 L174-177"),
                    ("Worked example: investment, USD", 22_500, 0, "S0 L178-180"),
                    ("Worked example: payback, months", 1.2, 0.05, "S0 L181-182"),
                    ("Worked example: first-year ROI", 9.03, 0.005, "S0 L183-185"),
                    ("Task API: investment, USD", 7_100, 0, "S0 L205-212"),
                    ("Task API: cost after, USD a month", 600, 0, "S0 L213-216"),
                    ("Task API: hours saved a month", 500, 0, "S0 L217-221"),
                    ("Task API: value, USD a month", 25_000, 0, "S0 L217-221"),
                    ("Task API: saving, USD a month", 24_400, 0, "S0 L222-227"),
                    ("Task API: payback, months", 0.3, 0.05, "S0 L222-227"),
                    ("Task API: payback, days", 9, 0.5, "S0 L222-227"),
                    ("Task API: first-year ROI, 4,000%+", 40, 0.5, "S0 L222-227"),
                    ("10,000 queries on GPT-4o-mini, USD", 2, 0.5, "S0 L61-67"),
                ),
            ),
        ),
        CASES,
    )  # fmt: skip


SOURCES = (
    economics("44-50", "API prices of 2024"),
    economics("61-67", "the reference query of 500 and 200 tokens, and what it costs"),
    economics("128-137", "hours of data preparation, 47-158 in all"),
    economics("138-146", "hours of evaluation, 22-50 in all"),
    economics("147-154", "hours of set-up, 8-18 once, and of operations, 4-19 a month"),
    economics("155-161", "iteration multiplier, 2-10"),
    economics("164-168", "cost today: formula and example"),
    economics("169-173", "cost after automation: formula and example"),
    economics("174-177", "savings"),
    economics("178-180", "investment"),
    economics("181-182", "payback, printed 1.2 months; exactly 1.197"),
    economics("183-185", "first-year ROI, printed 903%; exactly 902.7%"),
    economics("194-196", "5-10 training runs for 100-200 USD"),
    economics("205-212", "Task API: investment"),
    economics("213-216", "Task API: operating cost; human oversight is missing"),
    economics("217-221", "Task API: value of 500 hours"),
    economics("222-227", "Task API: payback printed 0.3 months, 9 days (0.291, 8.9); ROI printed 4,000%+ (4,024%)"),
    assumption(1, "Share of the freed hours that becomes money; the source takes all of it"),
    assumption(2, "One model call per task"),
    assumption(3, "An API solution needs integration, evaluation and upkeep too, but no training data and no server"),
    assumption(4, "Cost of capital of 10% a year, effective"),
    assumption(5, "Below three months of payback an internal rate of return is a number without meaning"),
    assumption(6, "Any case can be shown"),
    assumption(7, "The day of the bundled price catalogue; prices older than a year are worth a look"),
)  # fmt: skip
