"""Work before launch: every line once, and with cycles. Three-point estimates become a budget at a confidence."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.hidden_costs.parts import ALLOWANCE, CASES, ESTIMATES, PART_KEYS

PERT = "=({{{0}_low}}+{{pert_weight}}*{{{0}_likely}}+{{{0}_high}})/{{pert_mean_divisor}}"
DEVIATION = "=SQRT(MAX(0,({{{0}_mean}}-{{{0}_low}})*({{{0}_high}}-{{{0}_mean}}))/{{pert_variance_divisor}})"
COMBINED = (
    "=SQRT((1-{{correlation}})*SUMSQ({{{0}_deviation:all}})"
    "+{{correlation}}*{{{0}_deviation:total}}*{{{0}_deviation:total}})"
)


def estimate(line: str, hours: str, factor: str, what: str, unit: str) -> tuple[Field, ...]:
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
            (Line("deviations", "=NORMSINV({confidence})", "Standard deviations above the mean", "x"),),
        ),
        Table(
            "build",
            "Cost of every line",
            (
                *estimate("line", "hours", "{build_rate}", "Cost, ", "USD"),
                *(
                    Field(f"is_{key}", f'=({{part}}="{part}")*1', f"{part} (flag)", "flag")
                    for key, part in PART_KEYS.items()
                ),
                Field("line_disorder", "=1-({hours_low}<={hours_likely})*({hours_likely}<={hours_high})",
                      "Out of order (flag)", "flag", total=True),
            ),
            like="activities",
        ),
        Rows(
            "By part",
            (
                *(
                    Line(f"{key}_{case}", f"=SUMPRODUCT({{is_{key}:all}},{{line_{case}:all}})", f"{part}: {word}",
                         "USD")
                    for key, part in PART_KEYS.items()
                    for case, word in CASES.items()
                ),
                Line("parts_mean", "={data_mean}+{evaluation_mean}+{setup_mean}+{further_mean}",
                     "All parts: expected", "USD"),
            ),
        ),
        Rows("The budget", _at_confidence("build", "line", "Build")),
        Rows(
            "Shares of the effort",
            (
                *(
                    Line(f"{key}_share", f"=IF({{build_mean}}>0,{{{key}_mean}}/{{build_mean}},0)", f"{part}: share",
                         "fraction")
                    for key, part in PART_KEYS.items()
                ),
                Line("has_cost", "=({build_mean}>0)*1", "There is a cost before launch (flag)", "flag"),
                Line("all_shares", "={data_share}+{evaluation_share}+{setup_share}+{further_share}",
                     "All shares", "fraction"),
                Line("data_within", "=({data_share}>={data_share_from})*({data_share}<={data_share_to})",
                     "Data preparation within the claim (flag)", "flag"),
                Line("evaluation_within",
                     "=({evaluation_share}>={evaluation_share_from})*({evaluation_share}<={evaluation_share_to})",
                     "Evaluation within the claim (flag)", "flag"),
            ),
        ),
        Rows(
            "Hours, for the scenarios",
            tuple(
                Line(f"{key}_hours_{estimate}", f"=SUMPRODUCT({{{flag}:all}},{{hours_{estimate}:all}})",
                     f"{words}: {estimate}", "hours")
                for key, flag, words in (
                    *((key, f"is_{key}", part) for key, part in PART_KEYS.items()),
                    ("single", "once", "Work done once"),
                    ("cycle", "per_cycle", "Work of one cycle"),
                )
                for estimate in ESTIMATES
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
                Field("cycles_wanted",
                      "=({cycle_complexity}={complexity})*({low_wanted}+{likely_wanted}+{high_wanted})",
                      "Cycles, if wanted", "x", total=True),
                *(
                    Field(f"{end}_of_chosen", f"=({{cycle_complexity}}={{complexity}})*{{cycles_{end}}}",
                          f"{end.capitalize()}, of the complexity", "x", total=True)
                    for end in ("low", "high")
                ),
                Field("cycles_disorder",
                      "=1-(1<={cycles_low})*({cycles_low}<={cycles_likely})*({cycles_likely}<={cycles_high})",
                      "Out of order (flag)", "flag", total=True),
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
                *estimate("cycle", "hours", "{build_rate}*{times}", "Cost, ", "USD"),
                Field("cycle_custom", "={hours_custom}*{build_rate}*{times}", "Cost, custom", "USD"),
                Field("pass_mean",
                      "=({hours_low}+{pert_weight}*{hours_likely}+{hours_high})/{pert_mean_divisor}*{build_rate}",
                      "One pass, mean", "USD"),
                Field("once_line", "={once}*{pass_mean}", "Done once, mean", "USD", total=True),
                Field("cycle_line", "={per_cycle}*{pass_mean}", "One cycle, mean", "USD", total=True),
                Field("flag_clash", "={once}*{per_cycle}", "Both flags set (flag)", "flag", total=True),
                Field("left_out", "=(1-{once})*(1-{per_cycle})", "In neither (flag)", "flag"),
                Field("left_out_line", "={left_out}*{pass_mean}", "Left out, mean", "USD", total=True),
                Field("allowance_line", f'=({{activity}}="{ALLOWANCE}")*{{left_out_line}}', "Allowance replaced, mean",
                      "USD", total=True),
            ),
            like="activities",
            note=f"{ALLOWANCE}, 20-60 h, is the source's allowance for repetition: counting cycles replaces it.",
        ),
        Rows(
            "By part, with cycles",
            tuple(
                Line(f"cycled_{key}_{estimate}", f"=SUMPRODUCT({{is_{key}:all}},{{cycle_{estimate}:all}})",
                     f"{part}, cycled: {estimate}", "USD")
                for key, part in PART_KEYS.items()
                for estimate in ESTIMATES
            ),
        ),
        Rows(
            "The budget with cycles",
            (
                *_at_confidence("cycled", "cycle", "With cycles"),
                Line("once_cost", "={once_line:total}"),
                Line("iteration_cost", "={cycle_line:total}"),
                Line("cost_by_cycles", "={once_cost}+{multiplier}*{iteration_cost}", "Once and repeated work", "USD",
                     engine="budget.cost_with_iterations"),
                Line("allowance_cost", "={allowance_line:total}", "Allowance that counting cycles replaces", "USD"),
                Line("dropped_cost", "={left_out_line:total}-{allowance_cost}", "Left out by mistake", "USD",
                     note="Lines neither done once nor repeated, other than the allowance"),
                Line("cost_if_all_multiplied", "={build_mean}*{multiplier}", "If every line were multiplied", "USD",
                     note="Counts the repetition twice"),
            ),
        ),
    ),
)  # fmt: skip
