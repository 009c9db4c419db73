"""What must hold before anyone reads the ROI workbook, and what to look at before deciding."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Check
from llmcost_xl.workbook.sheets.prices import CURRENT_RATE, FOUND, RIGHT
from llmcost_xl.workbook.sheets.roi.sensitivity import NPV_GRID, NPV_TORNADO

CHECKS = (
    Check("reconciles", "Figures that differ from the print of the source", "{differs:total}",
          advice='The columns "Worked example" and "Task API, as printed" of Inputs must stay as they are'),
    Check("npv_twice", "NPV by month is that of an annuity less what the ramp-up costs, in every case",
          "{largest_npv_gap}", tolerance="{cent}"),
    Check("cash_ends", "Cumulative cash ends at the sum of all cash, in every case", "{largest_cash_gap}",
          tolerance="{cent}"),
    Check("values_end", "Cumulative present value ends at the sum of all, in every case", "{largest_value_gap}",
          tolerance="{cent}"),
    Check("bridge_ends", "The cost bridge ends at the saving of the case shown", "{bridge_end}",
          target="{shown_saving}", tolerance="{cent}"),
    FOUND,
    RIGHT,
    CURRENT_RATE,
    NPV_TORNADO.check,
    NPV_GRID.check,
    Check("scenario_shown", "The column of your project shows the scenario chosen", "{npv@yours}",
          target="{scenario_npv}", tolerance="{cent}"),
    Check("cases_ordered", "The low scenario is worth no more than the base, and that no more than the high one",
          "{disordered}", kind="alert", advice="Low is meant as the cautious case, high as the favourable one"),
    Check("back_in_horizon", "Your project pays back within the horizon", "{pays_back_late@yours}", kind="alert",
          advice="Payback is longer than the horizon of ROI and NPV"),
    Check("beats_api", "Your project is worth no less than the API model", "{extra_npv@yours}", ">=", kind="alert",
          advice="Automating may pay, owning the model does not: start with the API"),
    Check("too_good", "Your return is not above the source's example, 903%", "{roi@yours}", "<=",
          "{first_year_roi@worked}", kind="alert",
          advice="Such a return usually leaves out oversight, iterations or what is not realised"),
    Check("oversight_planned", "Your project plans for human oversight", "{no_oversight@yours}", kind="alert",
          advice="Who checks the answers? The source's first example spends 5,000 dollars a month on it"),
    Check("pitfall_1", "Pitfall 1: enough data work", "{data_hours@yours}", ">=", "{least_data_hours}", kind="alert",
          advice="Raw data is never training-ready: budget 50 to 100 hours"),
    Check("pitfall_2", "Pitfall 2: evaluation is planned", "{evaluation_hours@yours}", ">=",
          "{least_evaluation_hours}", kind="alert", advice="Without evaluation a model fails silently"),
    Check("pitfall_3", "Pitfall 3: enough training runs", "{runs@yours}", ">=", "{least_runs}", kind="alert",
          advice="First attempts rarely work: plan 5 to 10 runs"),
    Check("pitfall_4", "Pitfall 4: enough maintenance", "{maintenance_hours@yours}", ">=",
          "{least_maintenance_hours}", kind="alert", advice="Models need updates: plan 5 to 10 hours a month"),
    Check("prices_fresh", "The price date lies before the start, and not too long", "{prices_stale}", kind="alert",
          advice="Move the price date on Inputs, and check the rows on Prices"),
)  # fmt: skip
