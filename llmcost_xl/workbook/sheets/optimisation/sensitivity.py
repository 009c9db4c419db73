"""What moves the saving of a year, and the bill for every prompt cut and every share routed."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Axis, Line, Rows
from llmcost_xl.workbook.sheets.sensitivity import Grid, Tornado, grid, tornado

LABELS: Final = {
    "spend": "Spend",
    "trim_rate": "Prompt tokens saved",
    "small_share": "Queries routed",
    "response_hit_rate": "Answered from cache",
    "batch_share": "Queries that can wait",
    "server_spend": "Servers",
    "active_hours": "Hours servers are needed",
}
UNITS: Final = {"spend": "USD per month", "server_spend": "USD per month"}


def saving(levers: Axis) -> Tornado:
    """The saving of a year at full effect, recomputed lever by lever in every run."""
    return tornado(
        drivers=tuple(LABELS),
        labels=LABELS,
        units=UNITS,
        short_form=(
            Rows("The bill", (
                Line("run_servers", "=MIN({run_server_spend},{run_spend})", "Servers", "USD per month"),
                Line("run_tokens", "={is_priced}*({run_spend}-{run_servers})", "Tokens", "USD per month"),
                Line("run_trim", "=MIN(1,{run_trim_rate})", "Prompt saved", "fraction"),
                Line("run_share", "=MIN(1,{run_small_share})", "Routed", "fraction"),
                Line("run_hits", "=MIN(1,{run_response_hit_rate})", "Answered from the cache", "fraction"),
                Line("run_batch", "=MIN(1,{run_batch_share})*{batch_discount}", "Saved by batch", "fraction"),
                Line("run_idle", "={run_servers}*(1-MIN(1,{run_active_hours}/{hours_per_month}))-{cold_start_cost}",
                     "Saved by scale to zero", "USD per month"),
                Line("run_idle_rate", "=IF({run_servers}>0,{run_idle}/{run_servers},0)",
                     "Saved of servers", "fraction"),
            )),
            Rows("Each lever", (
                Line("run_both", "={is_cache}*{run_hits}+{is_batch}*{run_batch}+{is_other}*{other_rate}",
                     "Saved of all tokens", "fraction"),
                Line("run_prompt", "={is_trim}*{run_trim}+{is_retrieval}*{retrieval_rate}", "Saved of the prompt",
                     "fraction"),
                Line("run_keep_input",
                     "=1-{used}*({run_prompt}+{run_both}+{is_routing}*{run_share}*{cheaper_input})", "Input left",
                     "fraction"),
                Line("run_keep_output", "=1-{used}*({run_both}+{is_routing}*{run_share}*{cheaper_output})",
                     "Output left", "fraction"),
                Line("run_keep_servers", "=1-{used}*{is_servers}*{run_idle_rate}", "Servers left", "fraction"),
            ), per=levers),
            Rows("The saving", (
                Line("run_left", "={input_part}*PRODUCT({run_keep_input:lines})"
                                 "+(1-{input_part})*PRODUCT({run_keep_output:lines})", "Tokens left", "fraction"),
                Line("run_after", "={run_tokens}*{run_left}+{run_servers}*PRODUCT({run_keep_servers:lines})",
                     "Cost after all levers", "USD per month"),
                Line("run_saving", "=({run_tokens}+{run_servers}-{run_after})*{months_per_year}", "Saved in a year",
                     "USD per year"),
            )),
        ),
        result="run_saving",
        same_as="annual_saving",
        unit="USD per year",
        noun="saving of a year",
    )  # fmt: skip


def bill() -> Grid:
    """Cost after all levers for every prompt cut and every share of queries routed."""
    return grid(
        across="trim_rate",
        down="small_share",
        labels={"trim_rate": LABELS["trim_rate"], "small_share": LABELS["small_share"]},
        short_form=(
            Line("grid_input", "={rest_input_cost}*(1-{trim_on}*MIN(1,{grid_trim_rate}))"
                               "*(1-{routing_on}*MIN(1,{grid_small_share})*{cheaper_input})", "Input",
                 "USD per month"),
            Line("grid_output", "={rest_output_cost}"
                                "*(1-{routing_on}*MIN(1,{grid_small_share})*{cheaper_output})", "Output",
                 "USD per month"),
            Line("grid_cost", "={grid_input}+{grid_output}+{base_servers}*{left_servers}", "Cost after all levers",
                 "USD per month"),
        ),
        result="grid_cost",
        same_as="cost_after",
        unit="USD per month",
        noun="cost after all levers",
        steps_across=(-1, -0.4, -0.2, 0, 0.2, 0.4),
        steps_down=(-1, -0.5, -0.25, 0, 0.2, 0.4),
    )  # fmt: skip
