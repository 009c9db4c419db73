"""What moves the cost of the first period: each group of lines from its low to its high hours, and the prices of work.

The tornado adds the period up from the lines themselves, each with its cycles: a second way to the figure of the
scenarios. All else stays as in the scenario chosen.
"""

from __future__ import annotations

from llmcost_xl.workbook.layout import Check, Line, Rows, Sheet
from llmcost_xl.workbook.sheets.hidden_costs.parts import ESTIMATES, PART_KEYS
from llmcost_xl.workbook.sheets.sensitivity import grid, ranking, tornado_chart

NOUN = "cost of the first period"
FEWER, MORE = "={{cycled_{0}_low}}-{{lines_{0}}}", "={{cycled_{0}_high}}-{{lines_{0}}}"


def _as_shown(key: str, part: str) -> Line:
    """The cost of a part with cycles, at the hours of the scenario chosen."""
    terms = (f'({{shown_hours_taken}}="{estimate}")*{{cycled_{key}_{estimate}}}' for estimate in ESTIMATES)
    return Line(f"lines_{key}", f"={'+'.join(terms)}", f"{part}, with cycles", "USD")


TORNADO = Sheet(
    "Calc_Tornado",
    "Each group of lines with all its hours low and all high, then rate, cycles, servers and runs: one at a time.",
    (
        Rows(
            "As it is",
            (
                *(_as_shown(key, part) for key, part in PART_KEYS.items()),
                Line("lines_before_launch", "={lines_data}+{lines_evaluation}+{lines_setup}+{lines_further}",
                     "Work before launch", "USD"),
                Line("lines_period",
                     "={training_cost}+{infrastructure_total}+{lines_before_launch}+{shown_work_in_case}",
                     "First period, added up from the lines", "USD"),
                Line("cycle_work", "={shown_cycle_hours_in_case}*{build_rate}", "Work of one cycle", "USD"),
                Line("all_work", "={lines_before_launch}+{shown_work_in_case}", "All work", "USD"),
            ),
        ),
        *ranking(
            (
                *(
                    (f"{part}: hours", FEWER.format(key), MORE.format(key))
                    for key, part in PART_KEYS.items()
                ),
                ("Work after launch: hours", "={work_low}-{shown_work_in_case}", "={work_high}-{shown_work_in_case}"),
                ("Cycles of the complexity", "=({low_of_chosen:total}-{multiplier})*{cycle_work}",
                 "=({high_of_chosen:total}-{multiplier})*{cycle_work}"),
                *(
                    (label, f"=-{{{name}:less}}*{{{cost}}}", f"={{{name}:more}}*{{{cost}}}")
                    for label, name, cost in (
                        ("Builders' rate", "build_rate", "all_work"),
                        ("Infrastructure", "planned_infrastructure", "infrastructure_total"),
                        ("Training runs", "runs", "training_cost"),
                    )
                ),
            ),
            "USD",
        ),
    ),
)  # fmt: skip

TORNADO_CHART = tornado_chart(NOUN, "USD")
TORNADO_CHECK = Check("tornado", "The first period added up from the lines is that of the scenario chosen",
                      "{lines_period}", target="{shown_complete_in_case}", tolerance="{cent}")  # fmt: skip

PERIOD_GRID = grid(
    across="build_rate",
    down="multiplier",
    short_form=(
        Line("grid_hours",
             "={shown_single_hours_in_case}+{grid_multiplier}*{shown_cycle_hours_in_case}+{maintenance_hours}*{months}",
             "Hours of work", "hours"),
        Line("grid_period", "={training_cost}+{infrastructure_total}+{grid_build_rate}*{grid_hours}",
             "First period", "USD"),
    ),
    result="grid_period",
    same_as="shown_complete_in_case",
    unit="USD",
    noun=NOUN,
    steps_across=(-0.5, -0.25, 0, 0.25, 0.5, 1.0),
    steps_down=(-0.8, -0.6, -0.2, 0, 0.2, 1.0),
)  # fmt: skip
