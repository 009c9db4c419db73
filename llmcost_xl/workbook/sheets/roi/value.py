"""What a month is worth once all tasks are automated, and what it takes to get there."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Line, Rows, Sheet
from llmcost_xl.workbook.sheets.roi.inputs import CASES
from llmcost_xl.workbook.sheets.waterfall import bridge_end, waterfall

VALUE = Sheet(
    "Calc_Value",
    "What a month is worth once all tasks are automated, and what it takes to get there.",
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
            "Case shown on Outputs",
            (
                Line("shown_position", "=MATCH({shown_case},{case:labels},0)", "Its position", "count", single=True),
                *(
                    Line(f"shown_{name}", f"=INDEX({{{name}:all}},{{shown_position}})", label, "USD per month",
                         single=True)
                    for name, label in (
                        ("current_cost", "Cost today"),
                        ("realised_value", "Value realised"),
                        ("infrastructure_cost", "Infrastructure"),
                        ("maintenance_cost", "Maintenance"),
                        ("oversight_cost", "Human oversight"),
                    )
                ),
            ),
        ),
        waterfall(
            "From the cost of today to the saving, for the case shown on Outputs",
            (
                ("Cost today", "={shown_current_cost}", 1),
                ("Not realised", "={shown_realised_value}-{shown_current_cost}", 0),
                ("Infrastructure", "=-{shown_infrastructure_cost}", 0),
                ("Maintenance", "=-{shown_maintenance_cost}", 0),
                ("Oversight", "=-{shown_oversight_cost}", 0),
                ("Saving", "=0", 1),
            ),
            "USD per month",
            amount="What it costs, what is saved",
            change="What is taken away",
        ),
        Rows(
            "For the checks",
            (
                bridge_end("USD per month"),
                Line("shown_saving", "=INDEX({monthly_savings:all},{shown_position})", "Saving of the case shown",
                     "USD per month", single=True),
                Line("no_oversight", "=({oversight_cost}=0)*1", "No oversight planned (flag)", "flag"),
            ),
        ),
    ),
    CASES,
)  # fmt: skip
