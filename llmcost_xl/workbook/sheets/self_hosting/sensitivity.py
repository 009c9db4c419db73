"""What moves the monthly saving of your case most, and its break-even volume for API price against server cost."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Line
from llmcost_xl.workbook.sheets.sensitivity import grid, tornado

MONTHLY = "USD per month"

TORNADO = tornado(
    drivers=(
        "queries_per_month@yours", "price_level@yours", "server_cost@yours", "qps_per_server@yours",
        "peak_factor@yours", "max_utilisation@yours", "maintenance_hours@yours", "build_rate@yours",
    ),
    short_form=(
        Line("run_api", "={run_queries_per_month}*{list_cost@yours}*{run_price_level}", "API bill", MONTHLY),
        Line("run_capacity",
             "={run_qps_per_server}*{run_max_utilisation}*{seconds_per_month}/{run_peak_factor}",
             "Capacity per server", "queries per month"),
        Line("run_counted", "=1-{simplified@yours}", "Everything counted (flag)", "flag"),
        Line("run_needed", "=MAX(1,-INT(-{run_queries_per_month}/{run_capacity}*(1-{exact})))+{spare@yours}",
             "Servers for the peak", "servers"),
        Line("run_servers", "=1+({run_needed}-1)*{run_counted}", "Servers", "servers"),
        Line("run_ops", "={run_maintenance_hours}*{run_build_rate}*{run_counted}", "Operations", MONTHLY),
        Line("run_selfhost",
             "={run_servers}*{run_server_cost}+{run_ops}+{marginal_cost@yours}*{run_queries_per_month}",
             "Self-hosting", MONTHLY),
        Line("run_saving", "={run_api}-{run_selfhost}", "Monthly saving", MONTHLY),
    ),
    result="run_saving",
    same_as="monthly_savings@yours",
    unit=MONTHLY,
    noun="monthly saving of your case",
    labels={"maintenance_hours": "Operations work", "qps_per_server": "Queries a second"},
)  # fmt: skip

GRID = grid(
    across="price_level@yours",
    down="server_cost@yours",
    short_form=(
        Line("grid_saving", "={list_cost@yours}*{grid_price_level}-{marginal_cost@yours}", "Saved by one more query",
             "USD per query"),
        Line("grid_standing", "={spare_used@yours}*{grid_server_cost}+{ops_used@yours}",
             "Spare servers and operations", MONTHLY),
        Line("grid_gain", "={capacity_used@yours}*{grid_saving}-{grid_server_cost}", "Gain of one more full server",
             MONTHLY),
        Line("grid_wins", "=({grid_gain}>0)*1", "Wins at some volume (flag)", "flag"),
        Line("grid_servers", "=IF({grid_wins}=1,MAX(1,-INT(-{grid_standing}/{grid_gain}*(1-{exact}))),0)",
             "Fewest servers, 0 if never", "servers"),
        Line("grid_volume",
             "=IF({grid_wins}=1,({grid_servers}*{grid_server_cost}+{grid_standing})/{grid_saving},0)",
             "Break-even volume, 0 if never", "queries per month"),
        Line("grid_shown", '=IF({grid_wins}=1,{grid_volume},"never")', "Break-even volume", "queries per month"),
    ),
    result="grid_volume",
    same_as="breakeven_volume@yours",
    unit="queries per month",
    noun="break-even volume of your case",
)  # fmt: skip
