"""The hidden-cost workbook: what a custom model costs beyond its training run, and how sure that figure is.

The activity tables of the source, low, likely and high, give a budget at a chosen confidence. Work that every cycle
repeats is told apart from work done once. A plan that knows only compute and a server is audited against it.
"""

from __future__ import annotations

from typing import TypeAlias

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
    Value,
)
from llmcost_xl.workbook.sheets.sources import assumption, economics, renting

Record: TypeAlias = tuple[Value, ...]

DATA, EVALUATION, SETUP, FURTHER = PARTS = ("Data preparation", "Evaluation", "Set-up", "Further work")
IN_BUDGET, NOT_IN_BUDGET = STATUSES = ("source text", "not in the source's budget")
PART_KEYS = {"data": DATA, "evaluation": EVALUATION, "setup": SETUP, "further": FURTHER}
OPERATION, QUALITY = "Operation", "Quality management"
CASES = {"low": "low", "mean": "expected", "high": "high"}


def _printed(activity: str, part: str, low: float, high: float, source: str, *, once: int, cycle: int = 0) -> Record:
    """A line of the source's tables; the likely hours are the middle of the printed range."""
    return activity, part, low, (low + high) / 2, high, low, high, source, IN_BUDGET, once, cycle


def _optional(activity: str) -> Record:
    """Work that "Custom LLM vs. API" calls underestimated, without a figure."""
    return activity, FURTHER, 0, 0, 0, 0, 0, "S1 L106-118", NOT_IN_BUDGET, 1, 0


ACTIVITIES = (
    _printed("Data collection", DATA, 10, 40, "S0 L128-137", once=1),
    _printed("Data cleaning", DATA, 5, 20, "S0 L128-137", once=1),
    _printed("Format conversion", DATA, 2, 8, "S0 L128-137", once=1),
    _printed("Quality review", DATA, 10, 30, "S0 L128-137", once=0, cycle=1),
    _printed("Iteration cycles", DATA, 20, 60, "S0 L128-137", once=0),  # the allowance that counting cycles replaces
    _printed("Define success metrics", EVALUATION, 2, 5, "S0 L138-146", once=1),
    _printed("Build evaluation sets", EVALUATION, 10, 20, "S0 L138-146", once=1),
    _printed("Implement evaluation pipeline", EVALUATION, 5, 15, "S0 L138-146", once=1),
    _printed("Analyse results", EVALUATION, 5, 10, "S0 L138-146", once=0, cycle=1),
    _printed("Server configuration", SETUP, 5, 10, "S0 L147-154", once=1),
    _printed("Monitoring set-up", SETUP, 3, 8, "S0 L147-154", once=1),
    _optional("MLOps: hosting and scaling"),
    _optional("MLOps: versions and releases"),
    _optional("MLOps: cost and performance tuning"),
    _optional("Monitoring: benchmark definition"),
    _optional("Monitoring: drift detection"),
    _optional("Monitoring: output quality tracking"),
    _optional("Governance: audit trails"),
    _optional("Governance: data lineage"),
    _optional("Governance: bias and safety testing"),
)
MONTHLY = (
    ("Ongoing maintenance", OPERATION, 2, 3.5, 5, 2, 5, "S0 L147-154", IN_BUDGET),
    ("Model updates", OPERATION, 2, 3, 4, 2, 4, "S0 L147-154", IN_BUDGET),
    ("Incident response", OPERATION, 0, 5, 10, 0, 10, "S0 L147-154", IN_BUDGET),
    ("Evaluation pipelines", QUALITY, 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
    ("Human review loops", QUALITY, 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
    ("Drift and hallucination monitoring", QUALITY, 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
    ("Safety and bias audits", QUALITY, 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
)

ACTIVITY_FIELDS = (
    Field("activity", label="Activity", unit="text"),
    Field("part", label="Part", unit="text", choices=PARTS),
    Field("hours_low"),
    Field("hours_likely"),
    Field("hours_high"),
    Field("printed_low", label="Printed, low", unit="hours"),
    Field("printed_high", label="Printed, high", unit="hours"),
    Field("activity_source", label="Source", unit="text"),
    Field("activity_status", label="Status", unit="text", choices=STATUSES),
    Field("once"),
    Field("per_cycle"),
)
MONTHLY_FIELDS = (
    Field("operation", label="Activity", unit="text"),
    Field("operation_part", label="Part", unit="text", choices=(OPERATION, QUALITY)),
    Field("monthly_low"),
    Field("monthly_likely"),
    Field("monthly_high"),
    Field("printed_monthly_low", label="Printed, low", unit="hours per month"),
    Field("printed_monthly_high", label="Printed, high", unit="hours per month"),
    Field("operation_source", label="Source", unit="text"),
    Field("operation_status", label="Status", unit="text", choices=STATUSES),
)
CYCLE_FIELDS = (
    Field("cycle_complexity", label="Complexity", unit="text"),
    Field("cycles_source", label="Source", unit="text"),
    Field("cycles_low", label="Low", unit="x"),
    Field("cycles_likely", label="Likely", unit="x"),
    Field("cycles_high", label="High", unit="x"),
)
CYCLES_BY_COMPLEXITY = (
    ("well-defined", "S0 L155-161", 2, 2.5, 3),
    ("medium", "S0 L155-161", 4, 5, 6),
    ("novel", "S0 L155-161", 8, 9, 10),
)
PRINTED_FIELDS = (
    Field("statement", label="Statement", unit="text"),
    Field("printed_source", label="Source", unit="text"),
    Field("printed", label="Printed", unit="any"),
)
PRINTED = (
    ("Data preparation, low, hours", "S0 L128-137", 47),
    ("Data preparation, high, hours", "S0 L128-137", 158),
    ("Data preparation, low, USD", "S0 L128-137", 4_700),
    ("Data preparation, high, USD", "S0 L128-137", 15_800),
    ("Evaluation, low, hours", "S0 L138-146", 22),
    ("Evaluation, high, hours", "S0 L138-146", 50),
    ("Evaluation, low, USD", "S0 L138-146", 2_200),
    ("Evaluation, high, USD", "S0 L138-146", 5_000),
    ("Operations, low, USD a month: 200 + 0 + 200", "S0 L147-154", 400),
    ("Operations, high, USD a month: 500 + 1,000 + 400", "S0 L147-154", 1_900),
)

INPUTS = Sheet(
    "Inputs",
    "Everything you can change is here. Replace the hours by your own; what was printed stays beside them.",
    (
        Rows(
            "The budget",
            (
                Entry("build_rate", 100, "S0 L128-137"),
                Entry("confidence", 0.8, "A1", "Chance that the budget suffices; 80% is called P80", at_most=0.99),
                Entry("correlation", 0, "A2", "0: overruns are independent; 1: when one line overruns, all do"),
                Entry("complexity", "medium", "S0 L155-161"),
                Entry("estimate_case", "likely", "A3", "Which end of the range of cycles below"),
            ),
        ),
        Rows(
            "The visible part: training compute",
            (
                Entry("runs", 10, "S0 L194-196", "Runs already count the repetition: they are not multiplied", 5, 10),
                Entry("cost_per_run", 20, "S0 L194-196", "The source says 5, 10 and 20 USD in different places", 5, 20),
            ),
        ),
        Rows(
            "The plan under review",
            (
                Entry("planned_training", 200, "S0 L256-264"),
                Entry("planned_infrastructure", 500, "S0 L256-264"),
            ),
        ),
        Table("activities", "Work before launch", ACTIVITY_FIELDS, ACTIVITIES),
        Table("operations", "Work every month after launch", MONTHLY_FIELDS, MONTHLY),
        Table("cycles", "Complete cycles by complexity", CYCLE_FIELDS, CYCLES_BY_COMPLEXITY),
        Rows(
            "Claims put to the test",
            (
                Entry("claimed_visible", 0.1, "S0 L5-17"),
                Entry("data_share_from", 0.4, "S0 L128-137"),
                Entry("data_share_to", 0.6, "S0 L128-137"),
                Entry("evaluation_share_from", 0.2, "S0 L138-146"),
                Entry("evaluation_share_to", 0.3, "S0 L138-146"),
            ),
        ),
        Rows(
            "Five pitfalls: where an alert starts",
            (
                Entry("least_data_hours", 50, "S0 L188-190", "The source asks for 50 to 100 hours", 50, 100),
                Entry("least_evaluation_hours", 1, "S0 L191-193", "The pitfall is to have none"),
                Entry("least_runs", 5, "S0 L194-196", "The source asks for 5 to 10 runs", 5, 10),
                Entry("least_maintenance_hours", 5, "S0 L197-199", "The source asks for 5 to 10 hours a month", 5, 10),
                Entry("saving_per_run", 10, "S0 L200-202"),
                Entry("waiting_hours", 0, "A4", "Enter the hours your team would wait for a slower run"),
            ),
        ),
        Rows("The printed tables", (Entry("printed_rate", 100, "S0 L128-137"),)),
        Table("printed", "Totals as the source prints them, for the reconciliation", PRINTED_FIELDS, PRINTED),
    ),
)  # fmt: skip

PERT = "=({{{0}_low}}+{{pert_weight}}*{{{0}_likely}}+{{{0}_high}})/{{pert_mean_divisor}}"
DEVIATION = "=SQRT(MAX(0,({{{0}_mean}}-{{{0}_low}})*({{{0}_high}}-{{{0}_mean}}))/{{pert_variance_divisor}})"
COMBINED = (
    "=SQRT((1-{{correlation}})*SUMSQ({{{0}_deviation:all}})+{{correlation}}*{{{0}_deviation:total}}*{{{0}_deviation:total}})"
)


def _estimate(line: str, hours: str, factor: str, what: str, unit: str) -> tuple[Field, ...]:
    """The columns that turn hours into money, and the three points into mean and deviation."""
    points = {"low": line + "_low", "likely": line + "_likely", "high": line + "_high"}
    return (
        *(
            Field(points[case], f"={{{hours}_{case}}}*{factor}", f"{what}{case}", unit, total=True)
            for case in ("low", "likely", "high")
        ),
        Field(f"{line}_mean", PERT.format(line), f"{what}mean", unit, total=True,
              engine="budget.pert_mean", renamed=points),
        Field(f"{line}_deviation", DEVIATION.format(line), f"{what}deviation", unit, total=True,
              engine="budget.pert_deviation", renamed=points),
    )  # fmt: skip


def _at_confidence(budget: str, line: str, what: str) -> tuple[Line, ...]:
    """The lines from the columns of a table to a budget with its contingency."""
    columns = {"lows": f"{line}_low", "likelies": f"{line}_likely", "highs": f"{line}_high", "multiplier": ""}
    return (
        Line(f"{budget}_low", f"={{{line}_low:total}}", f"{what}: all lines low", "USD"),
        Line(f"{budget}_mean", f"={{{line}_mean:total}}", f"{what}: expected", "USD"),
        Line(f"{budget}_high", f"={{{line}_high:total}}", f"{what}: all lines high", "USD"),
        Line(f"{budget}_deviation", COMBINED.format(line), f"{what}: standard deviation", "USD"),
        Line(f"{budget}_budget", f"={{{budget}_mean}}+{{deviations}}*{{{budget}_deviation}}",
             f"{what}: budget at the confidence", "USD",
             engine="budget.budget_at_confidence", renamed=columns),
        Line(f"{budget}_contingency", f"={{{budget}_budget}}-{{{budget}_mean}}", f"{what}: contingency", "USD",
             engine="budget.contingency", renamed=columns),
    )  # fmt: skip


BUILD = Sheet(
    "Calc_Build",
    "Work before launch, every line counted once, as the source's tables do.",
    (
        Rows(
            "Confidence",
            (Line("deviations", "=NORMSINV({confidence})", "Standard deviations above the mean at that confidence", "x"),),
        ),
        Table(
            "build",
            "Cost of every line",
            (
                *_estimate("line", "hours", "{build_rate}", "Cost, ", "USD"),
                *(Field(f"is_{key}", f'=({{part}}="{part}")*1', f"{part} (flag)", "flag") for key, part in PART_KEYS.items()),
                Field("data_line_hours", "={is_data}*{hours_likely}", "Data work, likely", "hours", total=True),
                Field("evaluation_line_hours", "={is_evaluation}*{hours_likely}", "Evaluation, likely", "hours", total=True),
                Field("line_disorder", "=1-({hours_low}<={hours_likely})*({hours_likely}<={hours_high})",
                      "Out of order (flag)", "flag", total=True),
            ),
            like="activities",
        ),
        Rows(
            "By part",
            (
                *(
                    Line(f"{key}_{case}", f"=SUMPRODUCT({{is_{key}:all}},{{line_{case}:all}})", f"{part}: {word}", "USD")
                    for key, part in PART_KEYS.items()
                    for case, word in CASES.items()
                ),
                Line("parts_mean", "={data_mean}+{evaluation_mean}+{setup_mean}+{further_mean}", "All parts: expected", "USD"),
            ),
        ),
        Rows("The budget", _at_confidence("build", "line", "Build")),
        Rows(
            "Shares of the effort",
            (
                *(
                    Line(f"{key}_share", f"=IF({{build_mean}}>0,{{{key}_mean}}/{{build_mean}},0)", f"{part}: share", "fraction")
                    for key, part in PART_KEYS.items()
                ),
                Line("all_shares", "={data_share}+{evaluation_share}+{setup_share}+{further_share}", "All shares", "fraction"),
                Line("data_within", "=({data_share}>={data_share_from})*({data_share}<={data_share_to})",
                     "Data preparation within the claim (flag)", "flag"),
                Line("evaluation_within",
                     "=({evaluation_share}>={evaluation_share_from})*({evaluation_share}<={evaluation_share_to})",
                     "Evaluation within the claim (flag)", "flag"),
            ),
        ),
        Rows(
            "Hours that the pitfalls look at",
            (
                Line("data_hours", "={data_line_hours:total}"),
                Line("evaluation_hours", "={evaluation_line_hours:total}"),
            ),
        ),
    ),
)  # fmt: skip

CYCLES = Sheet(
    "Calc_Cycles",
    "The same work when it takes several cycles: only what a cycle repeats is multiplied.",
    (
        Table(
            "multipliers",
            "Cycles to plan for",
            (
                Field("low_wanted", '=({estimate_case}="low")*{cycles_low}', "Low, if wanted", "x"),
                Field("likely_wanted", '=({estimate_case}="likely")*{cycles_likely}', "Likely, if wanted", "x"),
                Field("high_wanted", '=({estimate_case}="high")*{cycles_high}', "High, if wanted", "x"),
                Field("cycles_wanted", "=({cycle_complexity}={complexity})*({low_wanted}+{likely_wanted}+{high_wanted})",
                      "Cycles, if wanted", "x", total=True),
            ),
            like="cycles",
        ),
        Rows(
            "The multiplier",
            (Line("multiplier", "={cycles_wanted:total}", engine="budget.iteration_multiplier"),),
        ),
        Table(
            "repeated",
            "Cost of every line, repeated where a cycle repeats it",
            (
                Field("times", "={once}+{per_cycle}*{multiplier}", "Times done", "x"),
                *_estimate("cycle", "hours", "{build_rate}*{times}", "Cost, ", "USD"),
                Field("pass_mean", "=({hours_low}+{pert_weight}*{hours_likely}+{hours_high})/{pert_mean_divisor}*{build_rate}",
                      "One pass, mean", "USD"),
                Field("once_line", "={once}*{pass_mean}", "Done once, mean", "USD", total=True),
                Field("cycle_line", "={per_cycle}*{pass_mean}", "One cycle, mean", "USD", total=True),
                Field("flag_clash", "={once}*{per_cycle}", "Both flags set (flag)", "flag", total=True),
            ),
            like="activities",
            note="Iteration cycles, 20-60 h, is the source's own allowance for repetition: with cycles counted, it is neither.",
        ),
        Rows(
            "The budget with cycles",
            (
                *_at_confidence("cycled", "cycle", "With cycles"),
                Line("once_cost", "={once_line:total}"),
                Line("iteration_cost", "={cycle_line:total}"),
                Line("cost_by_cycles", "={once_cost}+{multiplier}*{iteration_cost}", "Once and repeated work together", "USD",
                     engine="budget.cost_with_iterations"),
                Line("cost_if_all_multiplied", "={build_mean}*{multiplier}", "If every line were multiplied", "USD",
                     note="Counts the repetition twice"),
            ),
        ),
    ),
)  # fmt: skip

RUN = Sheet(
    "Calc_Run",
    "The first year after launch, and the plan under review with what it leaves out.",
    (
        Table(
            "run",
            "Cost of every line in a month",
            (
                *_estimate("month", "monthly", "{build_rate}", "Cost, ", "USD per month"),
                Field("month_line_hours", "={monthly_likely}", "Work, likely", "hours per month", total=True),
                Field("month_disorder", "=1-({monthly_low}<={monthly_likely})*({monthly_likely}<={monthly_high})",
                      "Out of order (flag)", "flag", total=True),
            ),
            like="operations",
        ),
        Rows(
            "First year of operation",
            (
                *(
                    Line(f"work_{case}", f"={{month_{case}:total}}*{{months_per_year}}", f"Work after launch: {word}",
                         "USD per year")
                    for case, word in CASES.items()
                ),
                Line("infrastructure_year", "={planned_infrastructure}*{months_per_year}", "Infrastructure", "USD per year"),
                *(
                    Line(f"operating_{case}", f"={{infrastructure_year}}+{{work_{case}}}", f"First-year operation: {word}",
                         "USD per year")
                    for case, word in CASES.items()
                ),
            ),
        ),
        Rows(
            "The plan under review, and what it becomes",
            (
                Line("planned_year", "={planned_training}+{infrastructure_year}", "The plan, first year", "USD"),
                *(
                    Line(f"real_{case}", f"={{planned_training}}+{{build_{case}}}+{{operating_{case}}}",
                         f"First year, complete: {word}", "USD")
                    for case, word in CASES.items()
                ),
                *(
                    Line(f"times_plan_{case}", f"=IF({{planned_year}}>0,{{real_{case}}}/{{planned_year}},0)",
                         f"Times the plan: {word}", "x")
                    for case, word in CASES.items()
                ),
            ),
        ),
        Rows(
            "Pitfalls 4 and 5",
            (
                Line("maintenance_hours", "={month_line_hours:total}"),
                Line("waiting_cost", "={waiting_hours}*{build_rate}", "Cost of waiting", "USD per run"),
            ),
        ),
    ),
)  # fmt: skip

ESTIMATE_LABELS = {"low": "All lines low", "mean": "Expected", "high": "All lines high"}

ICEBERG = Sheet(
    "Calc_Iceberg",
    "Training compute against everything below the waterline, in the first year.",
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
                Field("hidden_run", label="First-year operation", unit="USD", shows=True),
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
                Line("training_cost", "={runs}*{cost_per_run}", "Training compute, all runs", "USD"),
                Line("before_launch", "={training_cost}+{build_mean}", "Training and work before launch, expected", "USD"),
                Line("visible_share", "=IF({before_launch}>0,{training_cost}/{before_launch},0)",
                     "Visible share before launch", "fraction",
                     engine="budget.iceberg_share", renamed={"visible": "training_cost", "hidden": "build_mean"}),
                Line("visible_share_year", "=INDEX({visible_part:all},1+1)", "Visible share with the first year", "fraction"),
                Line("training_for_claim", "={build_mean}*{claimed_visible}/(1-{claimed_visible})",
                     "Training compute that would make the claim true", "USD"),
            ),
        ),
    ),
)  # fmt: skip

LEVELS = Axis("level", tuple(Column(f"p{percent}", f"P{percent}") for percent in range(5, 100, 5)))

CURVE = Sheet(
    "Calc_Curve",
    "The budget before launch that suffices with each confidence; the chosen one is marked on the chart.",
    (
        Rows(
            "Confidence and budget",
            (
                Line("level", "={level:prev}+{curve_step}", "Confidence", "fraction"),
                Line("level_reserve", "=NORMSINV({level})*{build_deviation}", "Reserve on top of the expected cost", "USD"),
                Line("level_budget", "={build_mean}+{level_reserve}", "Budget", "USD"),
            ),
        ),
    ),
    LEVELS,
)

SOURCE = Sheet(
    "Calc_Source",
    "The printed tables added up again: what the source prints must reproduce, whatever you enter.",
    (
        Table(
            "printed_build",
            "Printed hours by part",
            (
                *(
                    Field(f"printed_{key}_{case}", f'=({{part}}="{PART_KEYS[key]}")*{{printed_{case}}}',
                          f"{PART_KEYS[key]}, {case}", "hours", total=True)
                    for key in ("data", "evaluation")
                    for case in ("low", "high")
                ),
            ),
            like="activities",
        ),
        Table(
            "printed_run",
            "Printed hours of operation",
            tuple(
                Field(f"printed_run_{case}", f"={{printed_monthly_{case}}}", f"Operation, {case}", "hours per month", total=True)
                for case in ("low", "high")
            ),
            like="operations",
        ),
        Table(
            "reproduced",
            "Printed and computed",
            (
                Field("computed", label="Computed", unit="any", shows=True),
                Field("difference", "=ABS({computed}-{printed})", "Difference", "any"),
                Field("not_reproduced", "=({difference}>{exact})*1", "Differs (flag)", "flag", total=True),
            ),
            (
                ("={printed_data_low:total}",),
                ("={printed_data_high:total}",),
                ("={printed_data_low:total}*{printed_rate}",),
                ("={printed_data_high:total}*{printed_rate}",),
                ("={printed_evaluation_low:total}",),
                ("={printed_evaluation_high:total}",),
                ("={printed_evaluation_low:total}*{printed_rate}",),
                ("={printed_evaluation_high:total}*{printed_rate}",),
                ("={printed_run_low:total}*{printed_rate}",),
                ("={printed_run_high:total}*{printed_rate}",),
            ),
            like="printed",
        ),
    ),
)  # fmt: skip

OUTPUTS = Sheet(
    "Outputs",
    "What it will cost, how sure that is, and what the plan leaves out.",
    (
        Text(
            "In words",
            (
                '="Budget "&TEXT({build_budget},"$#,##0")&" before launch: it suffices with "&TEXT({confidence},"0%")'
                '&" confidence; "&TEXT({build_contingency},"$#,##0")&" of it is contingency."',
                '="Training compute is "&TEXT({visible_share},"0.0%")&" of the cost before launch; the claim is "'
                '&TEXT({claimed_visible},"0%")&"."',
                '="A plan of "&TEXT({planned_year},"$#,##0")&" becomes "&TEXT({real_low},"$#,##0")&" to "'
                '&TEXT({real_high},"$#,##0")&" in the first year: "&TEXT({times_plan_low},"0.0")&" to "'
                '&TEXT({times_plan_high},"0.0")&" times."',
                '="With "&TEXT({multiplier},"0.0")&" cycles the work before launch costs "&TEXT({cycled_mean},"$#,##0")'
                '&"; multiplying every line would say "&TEXT({cost_if_all_multiplied},"$#,##0")&" and count repetition twice."',
            ),
        ),
        Charts(
            (
                Chart(
                    "Training is the tip: nearly all of the first year's cost is hidden",
                    "stacked",
                    ("visible", "hidden_data", "hidden_evaluation", "hidden_setup", "hidden_further", "hidden_run"),
                    categories="iceberg_case",
                    y_title="USD, first year",
                    alt="Stacked columns of the first year's cost, low, expected and high: training compute is a sliver "
                    "at the bottom; data preparation and operation are the largest parts.",
                ),
                Chart(
                    "A reserve on the expected cost buys confidence",
                    "scatter",
                    ("level",),
                    categories="level_reserve",
                    x_title="Budget less expected cost, USD",
                    y_title="Chance that the budget suffices",
                    alt="S-curve of confidence against the reserve on the expected cost, the chosen confidence marked.",
                    markers=(("build_contingency", "confidence"),),
                ),
            )
        ),
        Rows(
            "Before launch, every line once",
            tuple(Line(f"build_{what}") for what in ("low", "mean", "budget", "high", "contingency")),
        ),
        Rows(
            "Before launch, with cycles",
            tuple(Line(f"cycled_{what}") for what in ("low", "mean", "budget", "high", "contingency")),
        ),
        Rows("First year after launch", tuple(Line(f"operating_{case}") for case in CASES)),
        Table(
            "audit",
            "The plan under review: what it leaves out in the first year",
            (
                Field("audit_item", label="Item", unit="text"),
                *(Field(f"audit_{case}", label=word.capitalize(), unit="USD", shows=True, total=True) for case, word in CASES.items()),
                Field("audit_reason", label="Why", unit="text"),
                Field("audit_source", label="Source", unit="text"),
            ),
            (
                ("The plan: training and servers", *["={planned_year}"] * 3, "The plan as it was submitted", "S0 L256-264"),
                ("Data preparation, missing", *(f"={{data_{case}}}" for case in CASES),
                 "Raw data is never training-ready: 47 to 158 hours", "S0 L128-137"),
                ("Evaluation, missing", *(f"={{evaluation_{case}}}" for case in CASES),
                 "Without evaluation a model fails silently: 22 to 50 hours", "S0 L138-146"),
                ("Set-up, missing", *(f"={{setup_{case}}}" for case in CASES),
                 "Servers and monitoring: 8 to 18 hours", "S0 L147-154"),
                ("Further work, missing", *(f"={{further_{case}}}" for case in CASES),
                 "MLOps, monitoring, governance: underestimated, without a figure", "S1 L106-118"),
                ("Operation, missing", *(f"={{work_{case}}}" for case in CASES),
                 "Maintenance, updates and incidents: 4 to 19 hours a month", "S0 L147-154"),
            ),
        ),
        Rows("Times the plan", tuple(Line(f"times_plan_{case}") for case in CASES)),
        Rows(
            "Shares of the effort before launch",
            (
                Line("data_share"),
                Line("data_verdict", '=IF({data_within}=1,"within the claim","outside the claim")',
                     "Data preparation against its claim", "text"),
                Line("evaluation_share"),
                Line("evaluation_verdict", '=IF({evaluation_within}=1,"within the claim","outside the claim")',
                     "Evaluation against its claim", "text"),
                Line("setup_share"),
                Line("further_share"),
            ),
        ),
        Rows(
            "The iceberg",
            (
                Line("visible_share"),
                Line("visible_share_year"),
                Line("claimed_visible"),
                Line("training_for_claim"),
            ),
        ),
        Table(
            "pitfalls",
            "Five pitfalls",
            (
                Field("pitfall", label="Pitfall", unit="text"),
                Field("pitfall_has", label="This budget", unit="any", shows=True),
                Field("pitfall_least", label="At least", unit="any", shows=True),
                Field("pitfall_status", '=IF({pitfall_has}<{pitfall_least},"ALERT","OK")', "Status", "text"),
                Field("pitfall_advice", label="What it means", unit="text"),
                Field("pitfall_source", label="Source", unit="text"),
            ),
            (
                ("1. Underestimating data: hours", "={data_hours}", "={least_data_hours}",
                 "Raw data is never training-ready", "S0 L188-190"),
                ("2. Ignoring evaluation: hours", "={evaluation_hours}", "={least_evaluation_hours}",
                 "Without evaluation the model fails silently", "S0 L191-193"),
                ("3. Single-run thinking: runs", "={runs}", "={least_runs}",
                 "First attempts rarely work", "S0 L194-196"),
                ("4. Forgetting maintenance: hours a month", "={maintenance_hours}", "={least_maintenance_hours}",
                 "Requirements change, and models with them", "S0 L197-199"),
                ("5. Cheap hardware: USD saved against lost in waiting", "={saving_per_run}", "={waiting_cost}",
                 "Slower runs cost more in human time than they save in compute", "S0 L200-202"),
            ),
        ),
    ),
)  # fmt: skip

CHECKS = (
    Check("build_order", "Hours before launch ascend: low, likely, high", "{line_disorder:total}"),
    Check("run_order", "Hours after launch ascend: low, likely, high", "{month_disorder:total}"),
    Check("flags", "No line is both once-only and repeated", "{flag_clash:total}"),
    Check("parts", "The parts add up to all lines", "{parts_mean}", "=", "{build_mean}", "{cent}"),
    Check("shares", "The shares of the parts are 100%", "{all_shares}", "=", "1", "{exact}"),
    Check("cycles", "Once-only and repeated work add up to all lines", "{cost_by_cycles}", "=", "{cycled_mean}", "{cent}"),
    Check("complexity", "The chosen complexity has a number of cycles", "{multiplier}", ">=", "1"),
    Check("audit", "The plan and what it leaves out add up", "{audit_mean:total}", "=", "{real_mean}", "{cent}"),
    Check("within", "The budget at the confidence is at most all lines high", "{build_budget}", "<=", "{build_high}", "{cent}"),
    Check("printed", "The source's printed totals reproduce", "{not_reproduced:total}"),
    Check("pitfall_1", "Pitfall 1: enough data work", "{data_hours}", ">=", "{least_data_hours}", kind="alert",
          advice="Budget 50 to 100 hours"),
    Check("pitfall_2", "Pitfall 2: evaluation is planned", "{evaluation_hours}", ">=", "{least_evaluation_hours}", kind="alert",
          advice="Plan evaluation before training"),
    Check("pitfall_3", "Pitfall 3: enough training runs", "{runs}", ">=", "{least_runs}", kind="alert",
          advice="Plan 5 to 10 runs"),
    Check("pitfall_4", "Pitfall 4: enough maintenance", "{maintenance_hours}", ">=", "{least_maintenance_hours}", kind="alert",
          advice="Plan 5 to 10 hours a month"),
    Check("pitfall_5", "Pitfall 5: cheaper hardware saves more than waiting costs", "{saving_per_run}", ">=", "{waiting_cost}",
          kind="alert", advice="Buy speed, not cheap hours"),
    Check("data_from", "Data preparation is at least its claimed share", "{data_share}", ">=", "{data_share_from}",
          kind="alert", advice="A small share of data work usually means that some is forgotten"),
    Check("data_to", "Data preparation is at most its claimed share", "{data_share}", "<=", "{data_share_to}",
          kind="alert", advice="Expected with the source's own hours: its shares and its tables do not agree"),
    Check("evaluation_from", "Evaluation is at least its claimed share", "{evaluation_share}", ">=",
          "{evaluation_share_from}", kind="alert", advice="Plan evaluation before training"),
    Check("evaluation_to", "Evaluation is at most its claimed share", "{evaluation_share}", "<=",
          "{evaluation_share_to}", kind="alert", advice="Check the hours of evaluation, and whether data work is forgotten"),
    Check("iceberg", "Training compute is as large a share as claimed", "{visible_share}", ">=", "{claimed_visible}",
          kind="alert", advice="The 10/90 iceberg is a figure of speech: plan for the hidden part as computed"),
    Check("plan", "The plan covers the expected first year", "{planned_year}", ">=", "{real_mean}", kind="alert",
          advice="See the plan under review on Outputs"),
)  # fmt: skip

TEMPLATE = Template(
    name="hidden-costs",
    title="Hidden costs of a custom model",
    purpose="What a custom model costs beyond its training run, at a confidence you choose, and what a plan leaves out.",
    audience="Finance and engineering, before a fine-tuning project is approved",
    steps=(
        "On Inputs, enter your hourly rate, and low, likely and high hours of every line; delete none, enter 0.",
        "Mark each line as done once or repeated every cycle, and choose the complexity of the task.",
        "Enter the plan under review: training and servers.",
        "Read Outputs; look at every alert on Checks.",
    ),
    limits=(
        "The likely hours are the middle of the printed ranges: our assumption, to be replaced by your estimate.",
        "A sum of many lines is taken as normally distributed; with few lines or a very high confidence it is not.",
        "Further work and quality overheads have no figure in the source and stand at 0: the total is a lower bound until filled.",
        "Opportunity cost, named by the source, is not in the budget.",
    ),
    inputs=INPUTS,
    calculations=(BUILD, CYCLES, RUN, ICEBERG, CURVE, SOURCE),
    outputs=OUTPUTS,
    checks=CHECKS,
    headlines=(
        Headline("Budget before launch at the confidence", "{build_budget}", "USD"),
        Headline("Expected cost before launch", "{build_mean}", "USD"),
        Headline("Contingency", "{build_contingency}", "USD"),
        Headline("Expected cost before launch, with cycles", "{cycled_mean}", "USD"),
        Headline("Visible share before launch", "{visible_share}", "fraction"),
        Headline("The plan's first year", "{planned_year}", "USD"),
        Headline("Complete first year, low", "{real_low}", "USD"),
        Headline("Complete first year, high", "{real_high}", "USD"),
    ),
    sources=(
        economics("5-17", "The Cost Iceberg: training is the visible 10%"),
        economics("128-137", "Data preparation, hours and cost at $100 an hour; claimed 40-60% of the effort"),
        economics("138-146", "Evaluation development; claimed 20-30% of the effort"),
        economics("147-154", "Infrastructure and operations: set-up and monthly hours"),
        economics("155-161", "Iteration multiplier: 2-3, 4-6, 8-10 cycles"),
        economics("188-190", "Pitfall 1: 50 to 100 hours of data work"),
        economics("191-193", "Pitfall 2: evaluation left out"),
        economics("194-196", "Pitfall 3: 5 to 10 runs, $100 to 200 of compute"),
        economics("197-199", "Pitfall 4: 5 to 10 hours of maintenance a month"),
        economics("200-202", "Pitfall 5: $10 saved per run"),
        economics("256-264", "Prompt 3: training $200, infrastructure $500 a month, $6,200 a year"),
        renting("75-82", "Four layers of quality management, without figures"),
        renting("106-118", "Nine kinds of underestimated effort, without figures"),
        assumption(1, "Four chances in five that the budget suffices: a common choice for project reserves"),
        assumption(2, "Independent lines; set it higher where one cause (a missing expert) delays several lines"),
        assumption(3, "Likely values are the middle of the printed ranges"),
        assumption(4, "No waiting: enter yours to see whether cheaper hardware pays"),
    ),
    log=(Revision("1", "2026-11-21", "llmcost-xl", "First version"),),
)
