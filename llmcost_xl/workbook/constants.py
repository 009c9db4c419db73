"""Numbers that formulas use by name, on the sheet Lists: they hold no other literal than 0, 1 and -1."""

from __future__ import annotations

from typing import Final

from llmcost_xl.quantities import (
    HOURS_PER_MONTH,
    HOURS_PER_YEAR,
    MONTHS_PER_YEAR,
    SECONDS_PER_HOUR,
    SECONDS_PER_MONTH,
    TOKENS_PER_PRICE_UNIT,
)
from llmcost_xl.workbook.layout import Constant

UNIT_CONSTANTS: Final = {
    constant.name: constant
    for constant in (
        Constant("one_month", 1, "Length of a column of months", "months"),
        Constant("months_per_year", MONTHS_PER_YEAR, "Months in a year", "months"),
        Constant("column_months", 1, "Months in a column of a monthly sheet", "months"),
        Constant("months_per_quarter", 3, "Months in a quarter", "months"),
        Constant("hours_per_year", HOURS_PER_YEAR, "Hours in a year", "hours"),
        Constant("hours_per_month", HOURS_PER_MONTH, "Hours in a month", "hours"),
        Constant("minutes_per_hour", 60, "Minutes in an hour", "any"),
        Constant("seconds_per_hour", SECONDS_PER_HOUR, "Seconds in an hour", "seconds"),
        Constant("seconds_per_month", SECONDS_PER_MONTH, "Seconds in a month", "seconds"),
        Constant("days_per_month", 365 / MONTHS_PER_YEAR, "Days in a month", "days"),
        Constant("tokens_per_price_unit", TOKENS_PER_PRICE_UNIT, "Tokens a price is quoted for", "tokens"),
        Constant("pert_weight", 4, "Weight of the likely value in PERT", "x"),
        Constant("pert_mean_divisor", 6, "Sum of PERT's weights: low, four times likely, high", "x"),
        Constant("pert_variance_divisor", 7, "Divides PERT's variance: the weights, and 1", "x"),
        Constant("curve_step", 0.05, "Step between the levels of a curve of confidence", "fraction"),
        Constant("curve_end", 0.99, "Last level of a curve of confidence", "fraction"),
        Constant("midpoint_ends", 2, "Weight of both ends in a midpoint", "x"),
        Constant("midpoint_divisor", 12, "Sum of the weights in a midpoint", "x"),
        Constant("source_rate", 1, "Rate at which the source's dollars were converted", "local currency per USD"),
        Constant("percent", 100, "Per cent in the whole", "x"),
        Constant("half", 0.5, "One half", "x"),
        Constant("exact", 1e-9, "Tolerance of a check that must hold exactly", "x"),
        Constant("cent", 0.005, "Tolerance of a check in money: half a cent", "any"),
    )
}
