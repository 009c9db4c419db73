"""The first period as a whole: operation, the plan under review, the iceberg, the curve, and the printed totals."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Axis, Column, Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.hidden_costs.parts import (
    CASES,
    DATA,
    ESTIMATES,
    EVALUATION,
    FURTHER,
    PART_KEYS,
    SETUP,
)
from llmcost_xl.workbook.sheets.hidden_costs.work import estimate

RUN = Sheet(
    "Calc_Run",
    "The first months after launch, and the plan under review with what it leaves out.",
    (
        Table(
            "run",
            "Cost of every line in a month",
            (
                *estimate("month", "monthly", "{build_rate}", "Cost, ", "USD per month"),
                Field("month_disorder", "=1-({monthly_low}<={monthly_likely})*({monthly_likely}<={monthly_high})",
                      "Out of order (flag)", "flag", total=True),
            ),
            like="operations",
        ),
        Rows(
            "Operation in the first period",
            (
                *(
                    Line(f"month_hours_{estimate}", f"=SUM({{monthly_{estimate}:all}})",
                         f"Work after launch: {estimate}", "hours per month")
                    for estimate in ESTIMATES
                ),
                *(
                    Line(f"work_{case}", f"={{month_{case}:total}}*{{months}}", f"Work after launch: {word}", "USD")
                    for case, word in CASES.items()
                ),
                Line("infrastructure_total", "={planned_infrastructure}*{months}", "Infrastructure", "USD"),
                *(
                    Line(f"operating_{case}", f"={{infrastructure_total}}+{{work_{case}}}",
                         f"Operation in the first period: {word}", "USD")
                    for case, word in CASES.items()
                ),
            ),
        ),
        Rows(
            "The plan under review, and what it becomes",
            (
                Line("planned_total", "={planned_training}+{infrastructure_total}", "The plan, first period", "USD"),
                Line("training_cost", "={runs}*{cost_per_run}", "Training compute, all runs", "USD"),
                Line("training_gap", "={training_cost}-{planned_training}", "Training beyond the plan", "USD"),
                *(
                    Line(f"real_{case}", f"={{training_cost}}+{{build_{case}}}+{{operating_{case}}}",
                         f"First period, every line once: {word}", "USD")
                    for case, word in CASES.items()
                ),
                *(
                    Line(f"times_plan_{case}", f"=IF({{planned_total}}>0,{{real_{case}}}/{{planned_total}},0)",
                         f"Times the plan: {word}", "x")
                    for case, word in CASES.items()
                ),
                *(
                    Line(f"cycles_gap_{case}", f"={{cycled_{case}}}-{{build_{case}}}",
                         f"Cycles beyond the tables: {word}", "USD")
                    for case, word in CASES.items()
                ),
                *(
                    Line(f"complete_{case}", f"={{real_{case}}}+{{cycles_gap_{case}}}",
                         f"First period, with cycles: {word}", "USD")
                    for case, word in CASES.items()
                ),
                Line("has_plan", "=({planned_total}>0)*1", "There is a plan (flag)", "flag"),
            ),
        ),
        Rows(
            "Pitfall 5",
            (
                Line("waiting_cost", "={waiting_hours}*{build_rate}", "Cost of waiting", "USD per run"),
                Line("has_waiting", "=({waiting_hours}>0)*1", "Waiting is entered (flag)", "flag"),
            ),
        ),
    ),
)  # fmt: skip

ESTIMATE_LABELS = {"low": "All lines low", "mean": "Expected", "high": "All lines high"}

ICEBERG = Sheet(
    "Calc_Iceberg",
    "Training compute against everything below the waterline, in the first period, every line once.",
    (
        Table(
            "iceberg",
            "Visible and hidden cost",
            (
                Field("iceberg_case", label="Estimate", unit="text"),
                Field("visible", label="Training compute", unit="USD", shows=True),
                Field("hidden_data", label=DATA, unit="USD", shows=True),
                Field("hidden_evaluation", label=EVALUATION, unit="USD", shows=True),
                Field("hidden_setup", label=SETUP, unit="USD", shows=True),
                Field("hidden_further", label=FURTHER, unit="USD", shows=True),
                Field("hidden_run", label="Operation", unit="USD", shows=True),
                Field("hidden", "={hidden_data}+{hidden_evaluation}+{hidden_setup}+{hidden_further}+{hidden_run}",
                      "Hidden cost", "USD"),
                Field("visible_and_hidden", "={visible}+{hidden}", "Whole cost", "USD"),
                Field("visible_part", "=IF({visible_and_hidden}>0,{visible}/{visible_and_hidden},0)", "Visible share",
                      "fraction", engine="budget.iceberg_share"),
            ),
            tuple(
                (
                    label,
                    "={training_cost}",
                    *(f"={{{key}_{case}}}" for key in PART_KEYS),
                    f"={{operating_{case}}}",
                )
                for case, label in ESTIMATE_LABELS.items()
            ),
        ),
        Rows(
            "Against the claim",
            (
                Line("before_launch", "={training_cost}+{build_mean}", "Before launch, with training", "USD"),
                Line("visible_share", "=IF({before_launch}>0,{training_cost}/{before_launch},0)",
                     "Visible share before launch", "fraction",
                     engine="budget.iceberg_share", renamed={"visible": "training_cost", "hidden": "build_mean"}),
                Line("visible_share_period", "=INDEX({visible_part:all},1+1)", "Visible share with operation",
                     "fraction"),
                Line("claims_disorder",
                     "=1-({data_share_from}<={data_share_to})*({evaluation_share_from}<={evaluation_share_to})",
                     "Claims out of order (flag)", "flag"),
                Line("training_for_claim", "={build_mean}*{claimed_visible}/(1-{claimed_visible})",
                     "Training compute that would make the claim true", "USD"),
            ),
        ),
    ),
)  # fmt: skip

LEVELS = Axis("level", tuple(Column(f"p{percent}", f"P{percent}") for percent in (*range(5, 100, 5), 99)))

CURVE = Sheet(
    "Calc_Curve",
    "The budget before launch that suffices with each confidence; the chosen one is marked on the chart.",
    (
        Rows(
            "Confidence and budget",
            (
                Line("level", "=MIN({level:prev}+{curve_step},{curve_end})", "Confidence", "fraction"),
                Line("level_reserve", "=NORMSINV({level})*{build_deviation}", "Budget less expected cost", "USD"),
                Line("level_budget", "={build_mean}+{level_reserve}", "Budget", "USD"),
            ),
        ),
    ),
    LEVELS,
)
