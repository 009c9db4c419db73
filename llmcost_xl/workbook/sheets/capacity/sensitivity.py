"""What moves the peak load, and how much headroom is left at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from llmcost_xl.workbook.layout import Line
from llmcost_xl.workbook.sheets.sensitivity import grid, tornado

TORNADO: Final = tornado(
    drivers=("queries_per_month", "growth", "peak_factor", "input_tokens", "output_tokens"),
    short_form=(
        Line("run_volume", "={run_queries_per_month}*(1+{run_growth})^({months_shown}-1)", "Queries, last month",
             "queries per month"),
        Line("run_rpm", "={run_volume}/({hours}*{minutes_per_hour})*{run_peak_factor}", "Requests at peak",
             "requests per minute"),
        Line("run_tpm", "={run_rpm}*({run_input_tokens}+{run_output_tokens})", "Tokens at peak", "tokens per minute"),
    ),
    result="run_tpm",
    same_as="last_tpm",
    unit="tokens per minute",
    noun="peak load in the last month",
)  # fmt: skip

_GRID: Final = grid(
    across="peak_factor",
    down="growth",
    short_form=(
        Line("grid_rpm",
             "={queries_per_month}*(1+{grid_growth})^({months_shown}-1)/({hours}*{minutes_per_hour})"
             "*{grid_peak_factor}", "Requests at peak", "requests per minute"),
        Line("grid_requests", "={grid_rpm}*{first_share}/{first_rpm}", "Share of the request limit", "fraction"),
        Line("grid_tokens", "={grid_rpm}*{first_share}*{tokens_per_query}/{first_tpm}", "Share of the token limit",
             "fraction"),
        Line("grid_headroom", "=1-MAX({grid_requests},{grid_tokens})", "Headroom, last month", "fraction"),
    ),
    result="grid_headroom",
    same_as="first_headroom",
    unit="fraction",
    noun="headroom in the last month",
)  # fmt: skip
GRID: Final = _GRID._replace(check=replace(_GRID.check, tolerance="{exact}"))
"""The check of a share is tighter than that of money."""
