"""Every scenario side by side, and the way from the plan to the complete first period in the one that is chosen.

A scenario takes one set of hours for every line: the base scenario the likely ones. That is not the budget at a
confidence, which weighs low, likely and high of every line.
"""

from __future__ import annotations

from llmcost_xl.workbook.layout import VALUE_ONLY, Constant, Line, Rows, Sheet, records_of, with_scenarios
from llmcost_xl.workbook.sheets.hidden_costs.inputs import CYCLE_TABLE
from llmcost_xl.workbook.sheets.hidden_costs.parts import ESTIMATES, PART_KEYS
from llmcost_xl.workbook.sheets.waterfall import bridge_end, waterfall

SCENARIOS = with_scenarios(VALUE_ONLY)
STEPS = {
    **{f"{key}_in_case": part for key, part in PART_KEYS.items()},
    "cycles_in_case": "Cycles beyond the tables",
    "work_in_case": "Work after launch",
}
"""What a plan of compute and servers leaves out: quantity and label."""

SHORT = {"data_in_case": "Data", "further_in_case": "Further", "cycles_in_case": "Cycles", "work_in_case": "Operation"}
"""Labels that a chart has room for."""


def _picked(name: str, label: str, unit: str) -> Line:
    """The hours that each scenario takes."""
    terms = (f'({{hours_taken}}="{estimate}")*{{{name}_{estimate}}}' for estimate in ESTIMATES)
    return Line(f"{name}_in_case", f"={'+'.join(terms)}", label, unit)


def _shown(name: str, label: str, unit: str) -> Line:
    return Line(f"shown_{name}", f"=INDEX({{{name}:all}},1,{{scenario_position}})", label, unit, single=True)


SCENARIO = Sheet(
    "Calc_Scenarios",
    "What the first period costs in every scenario: one set of hours each, with its rate and its cycles.",
    (
        Rows("Hours", (Constant("hours_taken", ESTIMATES, "Hours taken", "text"),)),
        Rows(
            "Cycles, if the task is of this complexity",
            (
                Line("cycles_of",
                     '=({cycle_complexity}={complexity:cases})*(({estimate_case:cases}="low")*{cycles_low}'
                     '+({estimate_case:cases}="likely")*{cycles_likely}+({estimate_case:cases}="high")*{cycles_high})',
                     "Cycles", "x"),
            ),
            per=records_of(CYCLE_TABLE),
        ),
        Rows("Cycles", (Line("cycles_taken", "=SUM({cycles_of:lines})", "Cycles", "x"),)),
        Rows(
            "Work",
            (
                *(_picked(f"{key}_hours", part, "hours") for key, part in PART_KEYS.items()),
                _picked("single_hours", "Work done once", "hours"),
                _picked("cycle_hours", "Work of one cycle", "hours"),
                _picked("month_hours", "Work after launch", "hours per month"),
                Line("table_hours",
                     "={data_hours_in_case}+{evaluation_hours_in_case}+{setup_hours_in_case}+{further_hours_in_case}",
                     "Before launch, every line once", "hours"),
                Line("cycled_hours", "={single_hours_in_case}+{cycles_taken}*{cycle_hours_in_case}",
                     "Before launch, with cycles", "hours"),
            ),
        ),
        Rows(
            "Cost",
            (
                Line("training_in_case", "={runs:cases}*{cost_per_run:cases}", "Training compute", "USD"),
                *(
                    Line(f"{key}_in_case", f"={{{key}_hours_in_case}}*{{build_rate:cases}}", part, "USD")
                    for key, part in PART_KEYS.items()
                ),
                Line("cycles_in_case", "=({cycled_hours}-{table_hours})*{build_rate:cases}", STEPS["cycles_in_case"],
                     "USD", note="Less the source's allowance for repetition, which counting cycles replaces"),
                Line("before_launch_in_case",
                     "={data_in_case}+{evaluation_in_case}+{setup_in_case}+{further_in_case}+{cycles_in_case}",
                     "Work before launch", "USD"),
                Line("work_in_case", "={month_hours_in_case}*{build_rate:cases}*{months}", STEPS["work_in_case"],
                     "USD"),
                Line("infrastructure_in_case", "={infrastructure_total}", "Infrastructure", "USD"),
                Line("complete_in_case",
                     "={training_in_case}+{infrastructure_in_case}+{before_launch_in_case}+{work_in_case}",
                     "First period, complete", "USD"),
                Line("times_in_case", "=IF({planned_total}>0,{complete_in_case}/{planned_total},0)",
                     "Times the plan, 0 without one", "x"),
            ),
        ),
        Rows(
            "The scenario chosen",
            (
                _shown("training_in_case", "Training compute", "USD"),
                *(_shown(name, label, "USD") for name, label in STEPS.items()),
                _shown("before_launch_in_case", "Work before launch", "USD"),
                _shown("complete_in_case", "First period, complete", "USD"),
                _shown("times_in_case", "Times the plan, 0 without one", "x"),
                _shown("single_hours_in_case", "Work done once", "hours"),
                _shown("cycle_hours_in_case", "Work of one cycle", "hours"),
                _shown("table_hours", "Before launch, every line once", "hours"),
                _shown("cycles_taken", "Cycles", "x"),
                Line("shown_hours_taken", "=INDEX({hours_taken:all},1,{scenario_position})", "Hours taken", "text",
                     single=True),
                Line("data_hours", "=INDEX({data_hours_in_case:all},1,{scenario_position})", single=True),
                Line("evaluation_hours", "=INDEX({evaluation_hours_in_case:all},1,{scenario_position})", single=True),
                Line("maintenance_hours", "=INDEX({month_hours_in_case:all},1,{scenario_position})", single=True),
                Line("outside_iceberg", "=({shown_table_hours}<{iceberg_from})+({shown_table_hours}>{iceberg_to})",
                     "Outside the iceberg's hours (flag)", "flag", single=True),
            ),
        ),
        waterfall(
            "From the plan to the complete first period, in the scenario chosen",
            (
                ("The plan", "={planned_total}", 1),
                ("Training", "={shown_training_in_case}-{planned_training}", 0),
                *((SHORT.get(name, label), f"={{shown_{name}}}", 0) for name, label in STEPS.items()),
                ("Complete", "=0", 1),
            ),
            "USD",
            amount="The plan, and what it becomes",
            change="What the plan leaves out",
        ),
        Rows(
            "For the checks",
            (
                bridge_end("USD"),
                Line("low_by_parts",
                     "=({data_hours_low}+{evaluation_hours_low}+{setup_hours_low}+{further_hours_low})*{build_rate}",
                     "All lines low, by part", "USD", single=True),
            ),
        ),
    ),
    SCENARIOS,
)  # fmt: skip
