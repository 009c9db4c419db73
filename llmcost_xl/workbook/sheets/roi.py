"""The ROI workbook: does replacing manual work by a custom model pay, and does it beat calling an API?

Two worked cases as the source prints them, the second one again with the source's own warnings taken seriously, and
three columns for the user's project. Every case is a column; every column has the same formulas.
"""

from __future__ import annotations

from llmcost_xl.workbook.layout import (
    Axis,
    Chart,
    Charts,
    Check,
    Column,
    Entry,
    Field,
    Headline,
    Line,
    Revision,
    Rows,
    Sheet,
    Table,
    Template,
    Text,
    months,
)
from llmcost_xl.workbook.sheets.prices import price_sheet
from llmcost_xl.workbook.sheets.sources import assumption, economics

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
PRINTED = ("worked", "task_api", "realistic", "worst")
YOURS = ("downside", "base", "upside")
MONTHS = months(24)

INPUTS = Sheet(
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
                Entry("maintenance_hours", (4, 2, 10, 19, 19, 8, 5), "S0 L197-199",
                      "All monthly work: 4-19 h by the source's table, 5-10 h by its pitfall 4", 4, 19),
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
                      "Well-defined task 2-3, medium 4-6, novel 8-10; the worked cases leave it out", 2, 10),
            ),
        ),
        Rows(
            "Next best alternative: the same tasks on an API model",
            (
                Entry("queries_per_task", (1, 1, 1, 1, 2, 1, 1), "A2"),
                Entry("alternative_hours", (30, 30, 30, 68, 68, 48, 30), "A3",
                      "Evaluation and set-up are needed either way; training data is not"),
                Entry("alternative_maintenance_hours", (2, 2, 5, 9, 9, 4, 2), "A3"),
                Entry("model", "gpt-4o-mini", "S0 L44-50", "A model of the Prices sheet"),
                Entry("input_tokens", 500, "S0 L61-67"),
                Entry("output_tokens", 200, "S0 L61-67"),
            ),
        ),
        Rows(
            "Evaluation",
            (
                Entry("months", 12, "S0 L183-185", "Horizon of ROI, NPV and IRR: first year", at_most=24),
                Entry("annual_rate", 0.1, "A4"),
                Entry("irr_min_payback", 3, "A5"),
                Entry("shown_case", "Your project, base", "A6", choices=tuple(c.label for c in CASES.columns)),
            ),
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

VALUE = Sheet(
    "Calc_Value",
    "What a month is worth, what it takes to get there, and how long that takes to come back.",
    (
        Rows(
            "The task today",
            (
                Line("hours_saved", "={hours_per_task}*{tasks}", "Hours of work a month", "hours per month"),
                Line("current_cost", "={hours_saved}*{hourly_rate}", "Cost today", "USD per month",
                     engine="value.current_cost"),
                Line("realised_value", "={current_cost}*{realisation}", "Value realised", "USD per month"),
            ),
        ),
        Rows(
            "After automation",
            (
                Line("maintenance_cost", "={maintenance_hours}*{build_rate}"),
                Line("future_cost", "={infrastructure_cost}+{maintenance_cost}+{oversight_cost}",
                     engine="value.cost_after_automation"),
                Line("monthly_savings", "={realised_value}-{future_cost}", engine="value.automation_saving"),
                Line("annual_saving", "={monthly_savings}*{months_per_year}", "Saving in a year", "USD per year"),
            ),
        ),
        Rows(
            "Investment",
            (
                Line("build_hours", "={data_hours}+{evaluation_hours}", "Data and evaluation work", "hours"),
                Line("development_cost", "={build_hours}*{build_rate}+{other_development}"),
                Line("training_cost", "={runs}*{cost_per_run}"),
                Line("setup_cost", "={setup_hours}*{build_rate}"),
                Line("base_estimate", "={development_cost}+{training_cost}+{setup_cost}", "Base estimate", "USD",
                     engine="value.total_investment"),
                Line("investment", "={base_estimate}*{multiplier}", note="The source multiplies the whole estimate"),
            ),
        ),
        Rows(
            "Payback",
            (
                Line("monthly_rate", "=(1+{annual_rate})^(1/{months_per_year})-1", "Monthly discount rate",
                     "fraction per month", single=True, engine="value.monthly_rate"),
                Line("saves", "=({monthly_savings}>0)*1", "Saves money every month (flag)", "flag"),
                Line("free", "=({investment}=0)*({monthly_savings}=0)", "Costs and saves nothing (flag)", "flag"),
                Line("pays_back", "={saves}+{free}", "Pays back (flag)", "flag"),
                Line("payback", "=IF({saves}=1,{investment}/{monthly_savings},0)", "Payback, 0 if never", "months",
                     engine="value.payback_months", renamed={"annual_rate": "0"}, flag="pays_back"),
                Line("payback_days", "={payback}*{days_per_month}", "Payback in days, 0 if never", "days"),
                Line("interest", "={investment}*{monthly_rate}", "A month's interest on the investment",
                     "USD per month"),
                Line("outruns", "={saves}*({monthly_savings}>{interest})", "Saving exceeds that interest (flag)", "flag"),
                Line("pays_back_discounted", "={outruns}+{free}", "Pays back with interest (flag)", "flag"),
                Line("discounted_payback",
                     "=IF({outruns}=1,NPER({monthly_rate},{monthly_savings},-{investment}),0)",
                     "Discounted payback, 0 if never", "months",
                     engine="value.payback_months", flag="pays_back_discounted"),
            ),
        ),
        Rows(
            "Return on investment",
            (
                Line("total_benefit", "={monthly_savings}*{months}", engine="value.benefit"),
                Line("invested", "=({investment}>0)*1", "Something is invested (flag)", "flag"),
                Line("roi", "=IF({invested}=1,({total_benefit}-{investment})/{investment},0)",
                     "Return on investment", "fraction", engine="value.roi", flag="invested"),
            ),
        ),
        Table(
            "bridge",
            "From the cost of today to the saving, for the case shown on Outputs",
            (
                Field("step", label="Step", unit="text"),
                Field("change", label="Change", unit="USD per month", shows=True),
                Field("stands_on_zero", label="Bar from zero (flag)", unit="flag", shows=True),
                Field("level_after", "=SUM({change:to_here})", label="Level after", unit="USD per month"),
                Field("level_before", "=({level_after}-{change})*(1-{stands_on_zero})", label="Level before",
                      unit="USD per month"),
                Field("gap_above", "=MAX(0,MIN({level_before},{level_after}))", label="Gap above zero",
                      unit="USD per month"),
                Field("gap_below", "=MIN(0,MAX({level_before},{level_after}))", label="Gap below zero",
                      unit="USD per month"),
                Field("bar_above", "=MAX(0,MAX({level_before},{level_after}))-{gap_above}", label="Bar above zero",
                      unit="USD per month"),
                Field("bar_below", "=MIN(0,MIN({level_before},{level_after}))-{gap_below}", label="Bar below zero",
                      unit="USD per month"),
                Field("amount", "={bar_above}*{stands_on_zero}", label="Amount", unit="USD per month"),
                Field("lost", "={bar_above}*(1-{stands_on_zero})", label="Taken away", unit="USD per month"),
            ),
            (
                ("Cost today", "=INDEX({current_cost:all},{shown_position})", "=1"),
                ("Not realised", "=INDEX({realised_value:all},{shown_position})-INDEX({current_cost:all},{shown_position})", "=0"),
                ("Infrastructure", "=-INDEX({infrastructure_cost:all},{shown_position})", "=0"),
                ("Maintenance", "=-INDEX({maintenance_cost:all},{shown_position})", "=0"),
                ("Oversight", "=-INDEX({oversight_cost:all},{shown_position})", "=0"),
                ("Saving", "=0", "=1"),
            ),
        ),
    ),
    CASES,
)  # fmt: skip
TEMPLATE: Template
