"""Which option is the cheapest at which cost of a failure: pairs, the walk along the lower envelope, its points."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from llmcost_xl.workbook.layout import Axis, Column, Line, Rows, Sheet

POINTS: Final = Axis("point", tuple(Column(f"p{number}", f"Point {number}") for number in range(31)))
"""Failure costs on the charts, each dearer than the last by the same factor."""


def as_rows(options: Axis) -> Axis:
    """The same options down a sheet across which they run, too."""
    return replace(options, name="rival")


def ranges_of(options: Axis) -> Axis:
    """The ranges of failure costs in which one option is the cheapest: at most one for each option."""
    count = len(options.columns)
    return Axis("range", tuple(Column(f"k{number}", f"Range {number}") for number in range(1, count + 1)))


def pairs(options: Axis) -> Sheet:
    """For every pair, the failure cost from which the option across is no dearer than the option down."""
    return Sheet(
        "Calc_Pairs",
        "For every two options: from which failure cost does the one across beat the one down?",
        (
            Rows("Options across", (
                Line("cost_b", "={option_cost}", "Cost of a request", "USD per query"),
                Line("failure_b", "={option_failure}", "Failures", "fraction"),
                Line("counts_b", "={on_envelope}", "In the envelope (flag)", "flag"),
                Line("used_b", "={used}", "Considered (flag)", "flag"),
                Line("number_b", "={number_b:prev}+1", "No.", "count"),
            )),
            Rows("Options down", (
                Line("cost_a", "=INDEX({cost_b:all},{option_no})", "Cost of a request", "USD per query", single=True),
                Line("failure_a", "=INDEX({failure_b:all},{option_no})", "Failures", "fraction", single=True),
                Line("used_a", "=INDEX({used_b:all},{option_no})", "Considered (flag)", "flag", single=True),
            ), per=as_rows(options)),
            Rows("Two different options that are considered", (
                Line("is_pair", "={used_a}*{used_b}*({option_no}<>{number_b})", "A pair (flag)", "flag"),
            ), per=as_rows(options)),
            Rows("The option across fails less often", (
                Line("fails_less", "=({failure_b}<{failure_a})*1", "Fails less often (flag)", "flag"),
            ), per=as_rows(options)),
            Rows("A break-even exists", (
                Line("has_breakeven", "={fails_less}+({failure_b}={failure_a})*({cost_b}<={cost_a})",
                     "Beats it from some failure cost (flag)", "flag"),
            ), per=as_rows(options)),
            Rows("Failure cost from which the option across is no dearer", (
                Line("breakeven_cost", "={has_breakeven}*MAX({cost_b}-{cost_a},0)"
                                       "/({failure_a}-{failure_b}+({failure_a}={failure_b}))",
                     "Break-even, 0 if there is none", "USD per failure", engine="quality.breakeven_failure_cost",
                     flag="has_breakeven"),
            ), per=as_rows(options)),
            Rows("Steps along the envelope", (
                Line("may_follow", "={fails_less}*{counts_b}", "May follow (flag)", "flag"),
            ), per=as_rows(options)),
            Rows("Break-evens of those that may follow", (
                Line("far_off", "=1+MAX({breakeven_cost:all})", "Beyond all break-evens", "USD per failure",
                     single=True),
                Line("step_to", "={breakeven_cost}+(1-{may_follow})*{far_off}", "Break-even, others far off",
                     "USD per failure"),
                Line("ends", "=(SUM({may_follow:all})>0)*1", "Another follows (flag)", "flag", single=True),
                Line("ends_at", "=MIN({step_to:all})", "Its break-even", "USD per failure", single=True),
            ), per=as_rows(options)),
            Rows("The option that follows: of equal break-evens, the one that fails least", (
                Line("step_failure", "={failure_b}+({step_to}>{ends_at})", "Failures, others behind", "x"),
                Line("follows", "={ends}*MATCH(MIN({step_failure:all}),{step_failure:all},0)", "Its number", "count",
                     single=True),
            ), per=as_rows(options)),
        ),
        options,
    )  # fmt: skip


def walk(options: Axis) -> Sheet:
    """Along the lower envelope, from no cost of a failure upwards."""
    ranges = ranges_of(options)
    return Sheet(
        "Calc_Ranges",
        "The lower envelope: the cheapest option if failures cost nothing, and the options that follow it.",
        (
            Rows("Where it starts", (
                Line("first_cost", "={option_cost}+(1-{on_envelope})*(1+MAX({option_cost:all}))", "Cost, others behind",
                     "USD per query", single=True),
            ), per=as_rows(options)),
            Rows("Ties go to the option that fails less", (
                Line("first_failure", "={option_failure}+({first_cost}>MIN({first_cost:all}))*(1+1)",
                     "Failures, others behind", "x", single=True),
            ), per=as_rows(options)),
            Rows("Ranges", (
                Line("starts_with", "=MATCH(MIN({first_failure:all}),{first_failure:all},0)", "First option", "count",
                     single=True),
                Line("range_no", "={range_no:prev}+1", "Range", "count"),
                Line("range_option",
                     "=IF({range_no}=1,{starts_with},INDEX({follows:all},MAX(1,{range_option:prev}))"
                     "*({range_option:prev}>0))", "Option, 0 if none is left", "count"),
                Line("range_used", "=({range_option}>0)*1", "Used (flag)", "flag"),
                Line("range_place", "=MAX(1,{range_option})", "Place of the option", "count"),
                Line("range_open", "={range_used}*(1-INDEX({ends:all},{range_place}))", "Without end (flag)", "flag"),
                Line("range_to", "=INDEX({ends_at:all},{range_place})*({range_used}-{range_open})",
                     "To a failure cost of, 0 without end", "USD per failure"),
                Line("range_from", "={range_to:prev}*{range_used}", "From a failure cost of", "USD per failure"),
                Line("range_name", '=IF({range_used}=1,INDEX({option:all},{range_place}),"")', "Option", "text"),
            )),
            Rows("At the start of each range", (
                Line("corner_cost", "=INDEX({option_cost:all},{range_place})"
                                    "+INDEX({option_failure:all},{range_place})*{range_from}",
                     "Cost of the range's option", "USD per query"),
            )),
            Rows("Cost of every option there", (
                Line("there", "={option_cost}+{option_failure}*{range_from}+(1-{on_envelope})*{corner_cost}",
                     "Cost, others behind", "USD per query"),
            ), per=as_rows(options)),
            Rows("The corners against all options", (
                Line("corner_gap", "={range_used}*ABS({corner_cost}-MIN({there:lines}))", "Above the cheapest",
                     "USD per query"),
                Line("largest_corner_gap", "=MAX({corner_gap:all})", "Largest", "USD per query", single=True),
                Line("holds_now", "={range_used}*({range_from}<={failure_cost})"
                                  "*({range_open}+({failure_cost}<{range_to})>0)", "Holds now (flag)", "flag"),
                Line("option_now", "=SUMPRODUCT({holds_now:all}*{range_option:all})", "Option of the range that holds",
                     "count", single=True),
                Line("now_total", "=INDEX({monthly_total:all},MAX(1,{option_now}))", "Its cost with failures",
                     "USD per month", single=True),
                Line("now_gap", "={some_pass}*({now_total}-{recommended_total})", "Less the recommended option's cost",
                     "USD per month", single=True),
            )),
        ),
        ranges,
    )  # fmt: skip


def points(options: Axis) -> Sheet:
    """What a request costs with every option, for failures from free to the dearest on the charts."""
    return Sheet(
        "Calc_Envelope",
        "What a request costs with every option, for rising costs of a failure; the lowest is the envelope.",
        (
            Rows("Cost of a failure", (
                Line("point_no", "={point_no:prev}+1", "Point", "count"),
                Line("point_share", "=({point_no}-1)/(COLUMNS({point_no:all})-1)", "Along the axis", "fraction"),
                Line("point_failure_cost", "={chart_from}*({chart_to}/{chart_from})^{point_share}", "Cost of a failure",
                     "USD per failure"),
            )),
            Rows("Cost of a request with failures", (
                Line("point_cost", "={option_cost}+{option_failure}*{point_failure_cost}", "Cost", "USD per query"),
            ), per=options),
            Rows("The lower envelope", (
                Line("point_highest", "=MAX({point_cost:lines})", "Dearest option", "USD per query"),
            )),
            Rows("Those that meet the requirements", (
                Line("point_ranked", "={point_cost}+(1-{on_envelope})*{point_highest}", "Cost, others behind",
                     "USD per query"),
            ), per=options),
            Rows("Cheapest", (
                Line("envelope", "=MIN({point_ranked:lines})", "Cheapest option", "USD per query"),
            )),
            Rows("For the charts", (
                Line("drawn", "=IF({used}=1,{point_cost},{envelope})", "Drawn", "USD per query"),
            ), per=options, note="An option that is not considered hides under the cheapest"),
        ),
        POINTS,
    )  # fmt: skip
