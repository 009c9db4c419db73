"""The hidden-cost workbook: what a custom model costs beyond its training run, and how sure that figure is.

The activity tables of the source, low, likely and high, give a budget at a chosen confidence. Work that every cycle
repeats is told apart from work done once. A plan that knows only compute and a server is audited against it.
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
)
from llmcost_xl.workbook.sheets.sources import assumption, economics, renting

DATA, EVALUATION, SETUP, FURTHER = PARTS = ("Data preparation", "Evaluation", "Set-up", "Further work")
IN_BUDGET, NOT_IN_BUDGET = STATUSES = ("source text", "not in the source's budget")
PART_KEYS = {"data": DATA, "evaluation": EVALUATION, "setup": SETUP, "further": FURTHER}
CASES = {"low": "low", "mean": "expected", "high": "high"}


def _printed(activity: str, part: str, low: float, high: float, source: str, *, cycle: float = 0) -> tuple[float | str, ...]:
    """A line of the source's tables; the likely hours are the middle of the printed range."""
    once = 0.0 if cycle or activity == "Iteration cycles" else 1.0
    return activity, part, low, (low + high) / 2, high, once, cycle, low, high, source, IN_BUDGET


def _optional(activity: str) -> tuple[float | str, ...]:
    """Work that "Custom LLM vs. API" calls underestimated, without a figure."""
    return activity, FURTHER, 0, 0, 0, 1, 0, 0, 0, "S1 L106-118", NOT_IN_BUDGET


ACTIVITIES = (
    _printed("Data collection", DATA, 10, 40, "S0 L128-137"),
    _printed("Data cleaning", DATA, 5, 20, "S0 L128-137"),
    _printed("Format conversion", DATA, 2, 8, "S0 L128-137"),
    _printed("Quality review", DATA, 10, 30, "S0 L128-137", cycle=1),
    _printed("Iteration cycles", DATA, 20, 60, "S0 L128-137"),
    _printed("Define success metrics", EVALUATION, 2, 5, "S0 L138-146"),
    _printed("Build evaluation sets", EVALUATION, 10, 20, "S0 L138-146"),
    _printed("Implement evaluation pipeline", EVALUATION, 5, 15, "S0 L138-146"),
    _printed("Analyse results", EVALUATION, 5, 10, "S0 L138-146", cycle=1),
    _printed("Server configuration", SETUP, 5, 10, "S0 L147-154"),
    _printed("Monitoring set-up", SETUP, 3, 8, "S0 L147-154"),
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
    ("Ongoing maintenance", 2, 3.5, 5, 2, 5, "S0 L147-154", IN_BUDGET),
    ("Model updates", 2, 3, 4, 2, 4, "S0 L147-154", IN_BUDGET),
    ("Incident response", 0, 5, 10, 0, 10, "S0 L147-154", IN_BUDGET),
    ("Evaluation pipelines", 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
    ("Human review loops", 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
    ("Drift and hallucination monitoring", 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
    ("Safety and bias audits", 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
)

ACTIVITY_FIELDS = (
    Field("activity", label="Activity", unit="text", wide=True),
    Field("part", label="Part", unit="text", choices=PARTS),
    Field("hours_low"),
    Field("hours_likely"),
    Field("hours_high"),
    Field("once"),
    Field("per_cycle"),
    Field("printed_low", label="Printed, low", unit="hours"),
    Field("printed_high", label="Printed, high", unit="hours"),
    Field("activity_source", label="Source", unit="text"),
    Field("activity_status", label="Status", unit="text", choices=STATUSES),
)
MONTHLY_FIELDS = (
    Field("operation", label="Activity", unit="text", wide=True),
    Field("monthly_low"),
    Field("monthly_likely"),
    Field("monthly_high"),
    Field("printed_monthly_low", label="Printed, low", unit="hours per month"),
    Field("printed_monthly_high", label="Printed, high", unit="hours per month"),
    Field("operation_source", label="Source", unit="text"),
    Field("operation_status", label="Status", unit="text", choices=STATUSES),
)
PRINTED = (
    ("Data preparation, low, hours", 47, "S0 L128-137"),
    ("Data preparation, high, hours", 158, "S0 L128-137"),
    ("Data preparation, low, USD", 4_700, "S0 L128-137"),
    ("Data preparation, high, USD", 15_800, "S0 L128-137"),
    ("Evaluation, low, hours", 22, "S0 L138-146"),
    ("Evaluation, high, hours", 50, "S0 L138-146"),
    ("Evaluation, low, USD", 2_200, "S0 L138-146"),
    ("Evaluation, high, USD", 5_000, "S0 L138-146"),
    ("Operations, low, USD a month: 200 + 0 + 200", 400, "S0 L147-154"),
    ("Operations, high, USD a month: 500 + 1,000 + 400", 1_900, "S0 L147-154"),
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
        Table(
            "cycles",
            "Complete cycles by complexity",
            (
                Field("cycle_complexity", label="Complexity", unit="text"),
                Field("cycles_low", label="Low", unit="x"),
                Field("cycles_likely", label="Likely", unit="x"),
                Field("cycles_high", label="High", unit="x"),
                Field("cycles_source", label="Source", unit="text"),
            ),
            (
                ("well-defined", 2, 2.5, 3, "S0 L155-161"),
                ("medium", 4, 5, 6, "S0 L155-161"),
                ("novel", 8, 9, 10, "S0 L155-161"),
            ),
        ),
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
                Entry("least_maintenance_hours", 5, "S0 L197-199", "Maintenance and model updates: 5 to 10 hours", 5, 10),
                Entry("saving_per_run", 10, "S0 L200-202"),
                Entry("waiting_hours", 0, "A4", "Enter the hours your team would wait for a slower run"),
            ),
        ),
        Table(
            "printed",
            "Totals as the source prints them, for the reconciliation",
            (
                Field("statement", label="Statement", unit="text", wide=True),
                Field("printed", label="Printed", unit="any"),
                Field("printed_source", label="Source", unit="text"),
            ),
            PRINTED,
        ),
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
    columns = {"lows": f"{line}_low", "likelies": f"{line}_likely", "highs": f"{line}_high"}
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
                Line("deviations_cycles", "={deviations}", "Standard deviations at the confidence", "x"),
                *_at_confidence("cycles", "cycle", "With cycles"),
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
                Line("maintenance_hours", "=INDEX({month_likely:all},1)/{build_rate}"),
                Line("waiting_cost", "={waiting_hours}*{build_rate}", "Cost of waiting", "USD per run"),
            ),
        ),
    ),
)  # fmt: skip
