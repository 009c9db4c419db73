"""What moves the net present value of the user's project: one driver at a time, and two together.

Short forms of the model at full adoption and over the ramp: value times the present value of the automated share, less
the costs of every month and the investment.
"""

from __future__ import annotations

from llmcost_xl.workbook.layout import Line
from llmcost_xl.workbook.sheets.sensitivity import grid, tornado

DRIVERS = (
    "tasks", "hours_per_task", "hourly_rate", "realisation", "infrastructure_cost", "maintenance_hours",
    "oversight_cost", "data_hours", "multiplier",
)  # fmt: skip

NPV_TORNADO = tornado(
    drivers=tuple(f"{driver}@yours" for driver in DRIVERS),
    short_form=(
        Line("run_value", "={run_hours_per_task}*{run_hourly_rate}*{run_tasks}*{run_realisation}", "Value realised",
             "USD per month"),
        Line("run_cost", "={run_infrastructure_cost}+{run_maintenance_hours}*{build_rate@yours}+{run_oversight_cost}",
             "Future cost", "USD per month"),
        Line("run_work", "=({run_data_hours}+{evaluation_hours@yours})*{build_rate@yours}", "Data and evaluation",
             "USD"),
        Line("run_investment",
             "=({run_work}+{other_development@yours}+{training_cost@yours}+{setup_cost@yours})*{run_multiplier}",
             "Investment", "USD"),
        Line("run_npv", "={run_value}*{ramped_annuity@yours}-{run_cost}*{annuity_factor}-{run_investment}",
             "Net present value", "USD"),
    ),
    result="run_npv",
    same_as="npv@yours",
    unit="USD",
    noun="net present value",
)  # fmt: skip

NPV_GRID = grid(
    across="realisation@yours",
    down="tasks@yours",
    short_form=(
        Line("grid_value", "={hours_per_task@yours}*{hourly_rate@yours}*{grid_tasks}*{grid_realisation}",
             "Value realised", "USD per month"),
        Line("grid_npv",
             "={grid_value}*{ramped_annuity@yours}-{future_cost@yours}*{annuity_factor}-{investment@yours}",
             "Net present value", "USD"),
    ),
    result="grid_npv",
    same_as="npv@yours",
    unit="USD",
    noun="net present value",
    steps_across=(-0.5, -0.25, -0.1, 0, 0.1, 0.25),
)  # fmt: skip
