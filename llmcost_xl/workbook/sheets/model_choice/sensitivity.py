"""What moves the advantage of the recommended option, and the cost of the best one by volume and cost of a failure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from llmcost_xl.workbook.layout import Axis, Field, Line, Rows, Table
from llmcost_xl.workbook.sheets.sensitivity import Grid, Tornado, grid, tornado

DRIVERS: Final = (
    "failure_cost", "queries_per_month", "failure_factor", "noticed", "input_tokens", "output_tokens", "price_factor",
    "fixed_factor",
)  # fmt: skip
LABELS: Final = {
    "failure_factor": "Failures",
    "noticed": "Share noticed",
    "price_factor": "API prices",
    "fixed_factor": "Fixed costs",
}
UNITS: Final = {"failure_factor": "x", "noticed": "fraction", "price_factor": "x", "fixed_factor": "x"}
TRY_COST: Final = "({run_input_tokens}*{input_price}+{run_output_tokens}*{output_price})"


def advantage(options: Axis) -> Tornado:
    """The options as they are, recomputed in every run; the recommendation stays, and may lose its lead."""
    return tornado(
        drivers=DRIVERS,
        labels=LABELS,
        units=UNITS,
        short_form=(
            Rows("One try", (
                Line("run_try_cost", f"={TRY_COST}*{{run_price_factor}}/{{tokens_per_price_unit}}", "Cost of one try",
                     "USD per query"),
                Line("run_failure", "=MIN(1,{failure_rate}*{run_failure_factor})", "Failures of one try", "fraction"),
                Line("run_noticed_failure", "=MIN(1,{run_failure}*MIN(1,{run_noticed}))", "Noticed failures",
                     "fraction"),
            ), per=options),
            Rows("All tries", (
                Line("run_given_up", "={run_noticed_failure}^{tries}", "Noticed as failed after all tries",
                     "fraction"),
                Line("run_attempts", "=IF({run_noticed_failure}=1,{tries},"
                                     "(1-{run_given_up})/(1-{run_noticed_failure}))", "Tries on average", "x"),
                Line("run_own_cost", "={run_try_cost}*{run_attempts}", "Cost of its tries", "USD per query"),
                Line("run_own_failed", "=1-(1-{run_failure})*{run_attempts}", "Fails after its tries", "fraction"),
            ), per=options),
            Rows("The fallback", (
                Line("run_next_cost", "={falls_back}*INDEX({run_own_cost:lines},MAX(1,{falls_back}*{fallback}))",
                     "Cost of the fallback", "USD per query"),
                Line("run_next_failed", "={falls_back}*INDEX({run_own_failed:lines},MAX(1,{falls_back}*{fallback}))",
                     "Fallback fails", "fraction"),
                Line("run_handed_on", "={falls_back}*{run_given_up}", "Handed on to the fallback", "fraction"),
                Line("run_token_cost",
                     "={starts_here}*({run_own_cost}+{run_handed_on}*{run_next_cost})+(1-{starts_here})*{run_next_cost}",
                     "Token cost of a request", "USD per query"),
                Line("run_start_failed", "={run_own_failed}-{run_handed_on}*(1-{run_next_failed})",
                     "Fails where it starts here", "fraction"),
                Line("run_failed", "={starts_here}*{run_start_failed}+(1-{starts_here})*{run_next_failed}",
                     "Fails in the end", "fraction"),
            ), per=options),
            Rows("A month", (
                Line("run_variable", "={run_queries_per_month}*({run_token_cost}+{run_failed}*{run_failure_cost})",
                     "Tokens and failures", "USD per month"),
                Line("run_total", "={used}*({run_variable}+{fixed_cost}*{run_fixed_factor}+{upfront}/{months})",
                     "Cost with failures", "USD per month"),
            ), per=options),
            Rows("Rivals", (
                Line("run_rival", "={run_total}+(1-{passes}+{recommended})*(1+MAX({run_total:lines}))",
                     "Cost, others put behind", "USD per month"),
            ), per=options),
            Rows("The advantage", (
                Line("run_recommended", "=SUMPRODUCT({recommended:all}*{run_total:lines})", "Recommended option",
                     "USD per month"),
                Line("run_advantage", "={has_rival}*(MIN({run_rival:lines})-{run_recommended})",
                     "Advantage over the best of the others", "USD per month"),
            )),
        ),
        result="run_advantage",
        same_as="advantage",
        unit="USD per month",
        noun="advantage over the next best",
    )  # fmt: skip


def cheapest() -> Grid:
    """Cost of the best option for every volume and cost of a failure."""
    table = grid(
        across="failure_cost",
        down="queries_per_month",
        short_form=(
            Line("grid_cheapest",
                 "=SUMPRODUCT(MIN({grid_month:all}+{grid_queries_per_month}"
                 "*({grid_tokens:all}+{grid_failed:all}*{grid_failure_cost})))",
                 "Cost of the best option", "USD per month"),
        ),
        result="grid_cheapest",
        same_as="best_total",
        unit="USD per month",
        noun="cost of the best option",
        steps_across=(-0.9, -0.5, 0, 1.0, 4.0, 9.0),
        steps_down=(-0.9, -0.5, 0, 1.0, 9.0, 99.0),
    )  # fmt: skip
    options = Table(
        "grid_options",
        "The options; those outside the envelope made dearer than all others",
        (
            Field("grid_out", "=1-{on_envelope}", "Left out (flag)", "flag"),
            Field(
                "grid_month",
                "={some_considered}*({standing}+{grid_out}*MAX({standing:all}))",
                "Fixed and spread one-off cost",
                "USD per month",
            ),
            Field(
                "grid_tokens",
                "={some_considered}*({variable_cost}+{grid_out}*MAX({variable_cost:all}))",
                "Token cost of a request",
                "USD per query",
            ),
            Field("grid_failed", "={some_considered}*MAX({option_failure},{grid_out})", "Failures", "fraction"),
        ),
        like="options",
    )
    return table._replace(sheet=replace(table.sheet, blocks=(options, *table.sheet.blocks)))
