"""When the money comes back, and what it returns."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Line, Rows, Sheet
from llmcost_xl.workbook.sheets.roi.inputs import CASES

RETURN = Sheet(
    "Calc_Return",
    "When the money comes back, with and without interest, and what it returns over the horizon.",
    (
        Rows(
            "Payback",
            (
                Line("back_later", "=(1-{back_in_time})*({monthly_savings}>0)", "Back after them (flag)", "flag"),
                Line("late_payback", "=IF({back_later}=1,{last_month}-{debt_end}/{monthly_savings},0)",
                     "Payback after them, else 0", "months"),
                Line("pays_back", "={back_in_time}+{back_later}", "Pays back (flag)", "flag"),
                Line("payback", "={early_payback}+{late_payback}", "Payback, 0 if never", "months"),
                Line("payback_days", "={payback}*{days_per_month}", "Payback in days, 0 if never", "days"),
            ),
            note="After the months shown, all tasks are automated and every month saves the same",
        ),
        Rows(
            "Payback with interest",
            (
                Line("interest", "=-{value_debt_end}*{monthly_rate}", "A month's interest on what is owed then",
                     "USD per month"),
                Line("valued_later", "=(1-{valued_in_time})*({monthly_savings}>0)*({monthly_savings}>{interest})",
                     "Back after them (flag)", "flag"),
                Line("late_discounted",
                     "=IF({valued_later}=1,{last_month}+NPER({monthly_rate},{monthly_savings},{value_debt_end}),0)",
                     "Discounted payback after them, else 0", "months"),
                Line("pays_back_discounted", "={valued_in_time}+{valued_later}", "Pays back with interest (flag)",
                     "flag"),
                Line("discounted_payback", "={early_discounted}+{late_discounted}", "Discounted payback, 0 if never",
                     "months"),
            ),
        ),
        Rows(
            "Return on investment",
            (
                Line("invested", "=({investment}>0)*1", "Something is invested (flag)", "flag"),
                Line("roi", "=IF({invested}=1,({total_benefit}-{investment})/{investment},0)",
                     "Return, 0 if nothing is invested", "fraction", engine="value.roi", flag="invested"),
                Line("first_year_roi", "=IF({invested}=1,({annual_saving}-{investment})/{investment},0)",
                     "First-year return, 0 if nothing is invested", "fraction",
                     note="As the source computes it: all tasks automated at once, whatever the horizon",
                     engine="value.roi", renamed={"total_benefit": "annual_saving"}, flag="invested"),
                Line("irr_guess", "=IF({payback}>0,1/{payback},0)",
                     "First guess of the monthly IRR", "fraction per month"),
                Line("irr_shown",
                     "={pays_back}*{invested}*({payback}>={irr_min_payback})*({total_benefit}>={investment})",
                     "IRR means something (flag)", "flag"),
                Line("payback_marker", "={payback}*{pays_back}-(1-{pays_back})", "Marker on the chart, -1 if never",
                     "months"),
                Line("payback_level", "=0", "Level of the marker", "USD"),
            ),
        ),
        Rows(
            "For the checks",
            (
                Line("npv_at_once", "={monthly_savings}*{annuity_factor}-{investment}", "NPV without ramp-up", "USD"),
                Line("ramp_cost", "={realised_value}*({annuity_factor}-{ramped_annuity})", "What the ramp-up costs",
                     "USD"),
                Line("npv_annuity", "={npv_at_once}-{ramp_cost}", "NPV as an annuity", "USD"),
                Line("npv_gap", "={npv}-{npv_annuity}", "NPV by month less that", "USD"),
                Line("largest_npv_gap", "=MAX(MAX({npv_gap:all}),-MIN({npv_gap:all}))", "Largest gap", "USD",
                     single=True),
                Line("scenario_npv", "=INDEX({npv:all},MATCH({scenario},{case:labels},0))",
                     "NPV of the scenario chosen", "USD", single=True),
                Line("disordered", "=({npv@low}>{npv@base})+({npv@base}>{npv@high})", "Scenarios out of order",
                     "count", single=True),
                Line("pays_back_late", "=1-{pays_back}*({payback}<={months})", "Not back within the horizon (flag)",
                     "flag"),
            ),
        ),
    ),
    CASES,
)  # fmt: skip
