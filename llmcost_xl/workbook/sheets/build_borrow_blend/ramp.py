"""The migration month by month: shares, servers, both bills, dual running, and the cumulative cost against staying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Line, Rows, Sheet
from llmcost_xl.workbook.sheets.sensitivity import Grid, Tornado, grid, tornado

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

QUERIES = "queries per month"
MONEY = "USD"
"""Amounts of a month stand in its column; their sum is an amount, too."""

LABELS = {"api_factor": "API price against the list", "ops_hours": "Hours of operations"}


def _line(name: str, formula: str, label: str, unit: str = MONEY, *, single: bool = False) -> Line:
    return Line(name, f"={formula}", label, unit, single=single)


def ramp(by_month: Axis) -> Sheet:
    """The API's share falls in equal steps from the first month of our own models to the target."""
    return Sheet(
        "Calc_Ramp",
        "Month by month: what stays with the API, what our own models take over, and what both cost.",
        (
            Rows("Shares and volumes", (
                _line("volume", "{queries_per_month}*(1+{growth})^({month}-1)", "Queries", QUERIES),
                _line("progress", "MIN(1,MAX(0,({month}-{ramp_start}+1)/{ramp_months}))", "Migration done",
                      "fraction"),
                _line("own_share", "{progress}*(1-{target_api_share})", "Share of our own models", "fraction"),
                _line("api_volume", "{volume}*(1-{own_share})", "Queries on the API", QUERIES),
                _line("own_volume", "{volume}*{own_share}", "Queries on our own models", QUERIES),
                _line("volume_gap", "ABS({volume}-{api_volume}-{own_volume})", "Queries on neither, or on both",
                      QUERIES),
            )),
            Rows("API", (
                _line("drift", "(1+{api_price_change})^({month}-1)", "API price against month 1", "x"),
                _line("stay_charges", "{volume}*{api_cost}*{drift}", "API charges if everything stays"),
                _line("ramp_charges", "{api_volume}*{api_cost}*{drift}", "API charges of what stays"),
                _line("on_api", "({api_volume}>0)*1", "Something is on the API (flag)", "flag"),
                _line("ramp_tests", "{on_api}*{tests_month}", "Regression tests while on the API"),
            )),
            Rows("Our own models", (
                _line("own_on", "({own_volume}>0)*1", "Our own models run (flag)", "flag"),
                _line("servers_needed", "{own_on}*(MAX(1,-INT(-{own_volume}/{capacity}*(1-{exact})))+{spare})",
                      "Servers", "servers"),
                _line("own_cost", "{servers_needed}*{server_cost}+{own_on}*{ops_cost}",
                      "Servers, operations, evaluation and retraining"),
                _line("migrates", "({target_api_share}<1)*1", "There is a migration (flag)", "flag", single=True),
                _line("build_months", "MAX(1,{ramp_start}-1)", "Months of building", "count", single=True),
                _line("building", "({month}<={build_months})*{migrates}", "Building (flag)", "flag"),
                _line("build_bill", "{upfront}+{reengineering_cost}", "Build and re-engineering", single=True),
                _line("build_cost", "{building}*{build_bill}/{build_months}", "Build and re-engineering, in equal "
                      "parts"),
                _line("in_dual", "({month}>={ramp_start})*({month}<{ramp_start}+{dual_running_months})*{migrates}",
                      "Both run side by side (flag)", "flag"),
                _line("dual_cost", "{in_dual}*{dual_running_cost}", "Dual running"),
            )),
            Rows("Bills", (
                _line("stay_bill", "{stay_charges}+{tests_month}", "Staying with the API"),
                _line("ramp_running", "{ramp_charges}+{ramp_tests}+{own_cost}", "Migrating: running cost"),
                _line("ramp_once", "{build_cost}+{dual_cost}", "Migrating: build and dual running"),
                _line("ramp_bill", "{ramp_running}+{ramp_once}", "Migrating"),
                _line("stay_so_far", "{stay_so_far:prev}+{stay_bill}", "Staying with the API, cumulative"),
                _line("ramp_so_far", "{ramp_so_far:prev}+{ramp_bill}", "Migrating, cumulative"),
                _line("behind", "({ramp_so_far}>{stay_so_far}+{cent})*{month}", "Migrating is behind: month number",
                      "month number"),
            )),
            Rows("Over all months", _totals()),
            Rows("Rate limits in the busiest month of the API", _limits()),
        ),
        by_month,
    )  # fmt: skip


def _totals() -> tuple[Line, ...]:
    return tuple(
        _line(name, formula, label, unit, single=True)
        for name, formula, label, unit in (
            ("stay_total", "SUM({stay_bill:all})", "Staying with the API", MONEY),
            ("ramp_total", "SUM({ramp_bill:all})", "Migrating", MONEY),
            ("horizon_difference", "{ramp_total}-{stay_total}", "Migrating less staying", MONEY),
            ("stay_end", "INDEX({stay_so_far:all},COLUMNS({stay_so_far:all}))", "Staying, cumulative, at the end",
             MONEY),
            ("ramp_end", "INDEX({ramp_so_far:all},COLUMNS({ramp_so_far:all}))", "Migrating, cumulative, at the end",
             MONEY),
            ("month_count", "COLUMNS({month:all})", "Months looked at", "months"),
            ("last_behind", "MAX({behind:all})", "Last month in which migrating is behind, 0 if none",
             "month number"),
            ("ahead", "({last_behind}<{month_count})*1", "Migrating is ahead in the end (flag)", "flag"),
            ("ahead_from", "({last_behind}+1)*{ahead}", "Ahead for good from month, 0 if never", "month number"),
            ("built_part", "SUM({building:all})/{build_months}", "Part of the build within these months", "fraction"),
            ("largest_volume_gap", "MAX({volume_gap:all})", "Largest gap of volumes", QUERIES),
            ("end_share", "INDEX({own_share:all},COLUMNS({own_share:all}))", "Share of our own models at the end",
             "fraction"),
            ("reaches", "SUMPRODUCT(({volume:all}>={breakeven_volume})*{pays})",
             "Months with volume at or above break-even", "count"),
            ("dual_total", "SUM({dual_cost:all})", "Dual running, all months", MONEY),
            ("share_moved", "{migrates}*({end_share}>=1-{target_api_share}-{exact})", "Migration is complete (flag)",
             "flag"),
        )
    )  # fmt: skip


def _limits() -> tuple[Line, ...]:
    return (
        _line("busiest", "MAX({api_volume:all})", "Queries on the API, busiest month", QUERIES, single=True),
        _line("busiest_rpm", "{busiest}*{peak_factor}/({hours_per_month}*{minutes_per_hour})", "Requests at peak",
              "requests per minute", single=True),
        _line("busiest_used", "MAX({busiest_rpm}/{rpm_limit},{busiest_rpm}*{tokens_per_query}/{tpm_limit})",
              "Tighter limit used at peak", "fraction", single=True),
        Line("busiest_room", "=1-{busiest_used}", "Room below the rate limits, busiest month", "fraction", single=True,
             engine="spend.rate_limit_headroom",
             renamed={"queries_per_month": "busiest", "hours": "hours_per_month"}),
    )  # fmt: skip


def swings(by_month: Axis) -> Tornado:
    """The difference over all months, for every driver lowered and raised."""
    return tornado(
        drivers=("queries_per_month", "growth", "api_factor", "server_cost", "qps_per_server", "ops_hours", "upfront",
                 "dual_running_cost"),
        short_form=(
            Rows("Short form: by run", (
                _line("run_capacity", "{run_qps_per_server}*{max_utilisation}*{seconds_per_month}/{peak_factor}",
                      "Capacity per server", QUERIES),
                _line("run_query", "{list_query}*{run_api_factor}", "API cost", "USD per query"),
                _line("run_ops", "{run_ops_hours}*{build_rate}+{retrain_cost}", "Operations of a month"),
                _line("run_build", "({run_upfront}+{reengineering_cost})*{built_part}", "Build"),
            )),
            Rows("Queries on our own models", (
                _line("run_volume", "{run_queries_per_month}*(1+{run_growth})^({month}-1)*{own_share}", "Queries",
                      QUERIES),
            ), per=by_month),
            Rows("Servers", (
                _line("run_servers", "{own_on}*(MAX(1,-INT(-{run_volume}/{run_capacity}*(1-{exact})))+{spare})",
                      "Servers", "servers"),
            ), per=by_month),
            Rows("Our own models less API charges saved", (
                _line("run_less", "{run_servers}*{run_server_cost}-{run_volume}*{run_query}*{drift}",
                      "Servers less API"),
            ), per=by_month),
            Rows("Operations and dual running, less tests saved", (
                _line("run_other", "{own_on}*{run_ops}+{in_dual}*{run_dual_running_cost}-(1-{on_api})*{tests_month}",
                      "Other"),
            ), per=by_month),
            Rows("Over all months", (
                _line("run_difference", "SUM({run_less:lines})+SUM({run_other:lines})+{run_build}",
                      "Migrating less staying"),
            )),
        ),
        result="run_difference",
        same_as="horizon_difference",
        unit=MONEY,
        noun="cost of migrating less staying",
        labels=LABELS,
    )  # fmt: skip


def table() -> Grid:
    """What the share moved costs more or less than the API in a month, by volume and API price."""
    return grid(
        across="api_factor",
        down="queries_per_month",
        short_form=(
            _line("grid_moved", "{grid_queries_per_month}*(1-{target_api_share})", "Queries on our own models",
                  QUERIES, single=True),
            _line("grid_servers", "{moves}*(MAX(1,-INT(-{grid_moved}/{capacity}*(1-{exact})))+{spare})", "Servers",
                  "servers", single=True),
            _line("grid_own", "{grid_servers}*{server_cost}+{moves}*{ops_cost}", "Cost of our own models",
                  "USD per month", single=True),
            _line("grid_difference", "{grid_own}-{grid_moved}*{list_query}*{grid_api_factor}",
                  "Our own models less API", "USD per month"),
        ),
        result="grid_difference",
        same_as="steady_difference",
        unit="USD per month",
        noun="monthly cost of our own models less the API's",
        labels=LABELS,
    )  # fmt: skip
