"""From the inputs of the ROI workbook to its results: value, cash by month, the alternative."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import (
    Field,
    Line,
    Rows,
    Sheet,
    Table,
)
from llmcost_xl.workbook.sheets.roi.inputs import CASES, MONTHS

EQUAL_COSTS: Final = "Volume where monthly costs are equal"

VALUE = Sheet(
    "Calc_Value",
    "What a month is worth, what it takes to get there, and how long that takes to come back.",
    (
        Rows(
            "The task today",
            (
                Line("hours_saved", "={hours_per_task}*{tasks}", "Hours of work a month", "hours per month"),
                Line("current_cost", "={hours_saved}*{hourly_rate}", "Cost today", "USD per month",
                     engine="value.current_cost"),
                Line("realised_value", "={current_cost}*{realisation}", "Value realised", "USD per month"),
            ),
        ),
        Rows(
            "After automation",
            (
                Line("maintenance_cost", "={maintenance_hours}*{build_rate}"),
                Line("future_cost", "={infrastructure_cost}+{maintenance_cost}+{oversight_cost}",
                     engine="value.cost_after_automation"),
                Line("monthly_savings", "={realised_value}-{future_cost}", engine="value.automation_saving"),
                Line("annual_saving", "={monthly_savings}*{months_per_year}", "Saving in a year", "USD per year"),
            ),
        ),
        Rows(
            "Investment",
            (
                Line("build_hours", "={data_hours}+{evaluation_hours}", "Data and evaluation work", "hours"),
                Line("development_cost", "={build_hours}*{build_rate}+{other_development}"),
                Line("training_cost", "={runs}*{cost_per_run}"),
                Line("setup_cost", "={setup_hours}*{build_rate}"),
                Line("base_estimate", "={development_cost}+{training_cost}+{setup_cost}", "Base estimate", "USD",
                     engine="value.total_investment"),
                Line("investment", "={base_estimate}*{multiplier}", note="The source multiplies the whole estimate"),
            ),
        ),
        Rows(
            "Payback",
            (
                Line("monthly_rate", "=(1+{annual_rate})^(1/{months_per_year})-1", "Monthly discount rate",
                     "fraction per month", single=True, engine="value.monthly_rate"),
                Line("saves", "=({monthly_savings}>0)*1", "Saves money every month (flag)", "flag"),
                Line("free", "=({investment}=0)*({monthly_savings}=0)", "Costs and saves nothing (flag)", "flag"),
                Line("pays_back", "={saves}+{free}", "Pays back (flag)", "flag"),
                Line("payback", "=IF({saves}=1,{investment}/{monthly_savings},0)", "Payback, 0 if never", "months",
                     engine="value.payback_months", renamed={"annual_rate": ""}, flag="pays_back"),
                Line("payback_days", "={payback}*{days_per_month}", "Payback in days, 0 if never", "days"),
                Line("interest", "={investment}*{monthly_rate}", "A month's interest on the investment",
                     "USD per month"),
                Line("outruns", "={saves}*({monthly_savings}>{interest})", "Saving exceeds that interest (flag)",
                     "flag"),
                Line("pays_back_discounted", "={outruns}+{free}", "Pays back with interest (flag)", "flag"),
                Line("discounted_payback",
                     "=IF({outruns}=1,NPER({monthly_rate},{monthly_savings},-{investment}),0)",
                     "Discounted payback, 0 if never", "months",
                     engine="value.payback_months", flag="pays_back_discounted"),
            ),
        ),
        Rows(
            "Return on investment",
            (
                Line("total_benefit", "={monthly_savings}*{months}", engine="value.benefit"),
                Line("invested", "=({investment}>0)*1", "Something is invested (flag)", "flag"),
                Line("roi", "=IF({invested}=1,({total_benefit}-{investment})/{investment},0)",
                     "Return, 0 if nothing is invested", "fraction", engine="value.roi", flag="invested"),
                Line("first_year_roi", "=IF({invested}=1,({annual_saving}-{investment})/{investment},0)",
                     "First-year return, 0 if nothing is invested", "fraction",
                     note="As the source computes it, whatever the horizon", engine="value.roi",
                     renamed={"total_benefit": "annual_saving"}, flag="invested"),
                Line("irr_guess", "=IF({invested}=1,{monthly_savings}/{investment},0)",
                     "First guess of the monthly IRR", "fraction per month"),
                Line("irr_shown", "={saves}*{invested}*({payback}>={irr_min_payback})*({total_benefit}>={investment})",
                     "IRR means something (flag)", "flag"),
                Line("payback_marker", "={payback}*{pays_back}-(1-{pays_back})", "Marker on the chart, -1 if never",
                     "months"),
                Line("payback_level", "=0", "Level of the marker", "USD"),
            ),
        ),
        Rows(
            "Case shown on Outputs",
            (
                Line("shown_position", "=MATCH({shown_case},{case:labels},0)", "Its position", "count", single=True),
                *(
                    Line(f"shown_{name}", f"=INDEX({{{name}:all}},{{shown_position}})", label, "USD per month",
                         single=True)
                    for name, label in (
                        ("current_cost", "Cost today"),
                        ("realised_value", "Value realised"),
                        ("infrastructure_cost", "Infrastructure"),
                        ("maintenance_cost", "Maintenance"),
                        ("oversight_cost", "Human oversight"),
                    )
                ),
            ),
        ),
        Table(
            "bridge",
            "From the cost of today to the saving, for the case shown on Outputs",
            (
                Field("step", label="Step", unit="text"),
                Field("change", label="Change", unit="USD per month", shows=True),
                Field("stands_on_zero", label="Bar from zero (flag)", unit="flag", shows=True),
                Field("level_after", "=SUM({change:to_here})", label="Level after", unit="USD per month"),
                Field("level_before", "=({level_after}-{change})*(1-{stands_on_zero})", label="Level before",
                      unit="USD per month"),
                Field("gap_above", "=MAX(0,MIN({level_before},{level_after}))", label="Gap above zero",
                      unit="USD per month"),
                Field("gap_below", "=MIN(0,MAX({level_before},{level_after}))", label="Gap below zero",
                      unit="USD per month"),
                Field("bar_above", "=MAX(0,MAX({level_before},{level_after}))-{gap_above}", label="Bar above zero",
                      unit="USD per month"),
                Field("bar_below", "=MIN(0,MIN({level_before},{level_after}))-{gap_below}", label="Bar below zero",
                      unit="USD per month"),
                Field("amount", "={bar_above}*{stands_on_zero}", label="What it costs, what is saved",
                      unit="USD per month"),
                Field("lost", "={bar_above}*(1-{stands_on_zero})", label="What is taken away", unit="USD per month"),
            ),
            (
                ("Cost today", "={shown_current_cost}", "=1"),
                ("Not realised", "={shown_realised_value}-{shown_current_cost}", "=0"),
                ("Infrastructure", "=-{shown_infrastructure_cost}", "=0"),
                ("Maintenance", "=-{shown_maintenance_cost}", "=0"),
                ("Oversight", "=-{shown_oversight_cost}", "=0"),
                ("Saving", "=0", "=1"),
            ),
        ),
        Rows(
            "For the checks",
            (
                Line("bridge_end", "=INDEX({level_after:all},ROWS({level_after:all}))", "Last level of the bridge",
                     "USD per month", single=True),
                Line("shown_saving", "=INDEX({monthly_savings:all},{shown_position})", "Saving of the case shown",
                     "USD per month", single=True),
                Line("disordered",
                     "=({monthly_savings@downside}>{monthly_savings@base})"
                     "+({monthly_savings@base}>{monthly_savings@upside})",
                     "Your cases out of order", "count", single=True),
                Line("pays_back_late", "=1-{pays_back}*({payback}<={months})", "Not back within the horizon (flag)",
                     "flag"),
                Line("no_oversight", "=({oversight_cost}=0)*1", "No oversight planned (flag)", "flag"),
            ),
        ),
    ),
    CASES,
)  # fmt: skip


CASH = Sheet(
    "Calc_Cash",
    "Cash month by month: the investment in month 0, the savings after it, and what they are worth today.",
    (
        Rows(
            "Months",
            (
                Line("at_start", "=({month}=0)*1", "Day of the investment (flag)", "flag"),
                Line("in_horizon", "=({month}<={months})*1", "Within the horizon (flag)", "flag"),
                Line("discount_factor", "=1/(1+{monthly_rate})^{month}", "Discount factor", "x"),
            ),
        ),
        Rows("Cash flow", (Line("cash", "={monthly_savings}*(1-{at_start})-{investment}*{at_start}", "Cash", "USD"),),
             per=CASES),
        Rows("Cumulative cash", (Line("cumulative_cash", "={cumulative_cash:prev}+{cash}", "Cumulative", "USD"),),
             per=CASES),
        Rows("Cash flow within the horizon", (Line("horizon_cash", "={cash}*{in_horizon}", "Cash", "USD"),), per=CASES),
        Rows("Present value of that cash flow",
             (Line("present_value", "={horizon_cash}*{discount_factor}", "Present value", "USD"),), per=CASES),
        Rows("Net present value", (Line("npv", "=SUM({present_value:all})", "NPV", "USD", single=True,
                                        engine="value.npv"),), per=CASES),
        Rows(
            "Internal rate of return",
            (
                Line("irr_monthly", "=IF({irr_shown}=1,IRR({horizon_cash:all},{irr_guess}),0)", "IRR a month",
                     "fraction per month", single=True),
                Line("irr", "=(1+{irr_monthly})^{months_per_year}-1", "IRR, 0 if not shown", "fraction per year",
                     single=True, engine="value.irr", flag="irr_shown"),
            ),
            note="Shown only from a payback of some months on, and where the investment comes back within the horizon",
            per=CASES,
        ),
        Rows(
            "For the checks",
            (
                Line("cumulative_end", "=INDEX({cumulative_cash:all},COLUMNS({cumulative_cash:all}))",
                     "Cumulative after the last month", "USD", single=True),
                Line("cash_gap", "=SUM({cash:all})-{cumulative_end}", "Sum of cash less cumulative", "USD",
                     single=True),
            ),
            per=CASES,
        ),
        Rows(
            "Over all cases",
            (
                Line("largest_cash_gap", "=MAX(MAX({cash_gap:all}),-MIN({cash_gap:all}))", "Largest gap", "USD",
                     single=True),
            ),
        ),
    ),
    MONTHS,
)  # fmt: skip


ALTERNATIVE = Sheet(
    "Calc_Alternative",
    "The same tasks on an API model: what of the value is automation's, and what the custom model's own?",
    (
        Rows(
            "Cost of the alternative",
            (
                Line("cost_per_query",
                     "=({input_tokens}*{input_price}+{output_tokens}*{output_price})/{tokens_per_price_unit}",
                     single=True, engine="query.token_cost"),
                Line("queries_per_month", "={tasks}*{queries_per_task}"),
                Line("api_charges", "={queries_per_month}*{cost_per_query}", "API charges", "USD per month",
                     engine="spend.monthly_cost", renamed={"queries": "queries_per_month"}),
                Line("alternative_upkeep", "={alternative_maintenance_hours}*{build_rate}", "Maintenance",
                     "USD per month"),
                Line("alternative_cost", "={api_charges}+{alternative_upkeep}+{oversight_cost}",
                     "Future cost with the API", "USD per month",
                     note="The same oversight: the answers are assumed equally good"),
                Line("alternative_saving", "={realised_value}-{alternative_cost}", "Saving with the API",
                     "USD per month"),
                Line("alternative_investment", "={alternative_hours}*{build_rate}", "Investment with the API", "USD"),
            ),
        ),
        Rows(
            "What the custom model adds",
            (
                Line("extra_investment", "={investment}-{alternative_investment}", "Additional investment", "USD"),
                Line("extra_saving", "={monthly_savings}-{alternative_saving}", "Additional saving", "USD per month"),
                Line("annuity_factor", "=PV({monthly_rate},{months},-1)", "Present value of 1 a month", "x",
                     single=True),
                Line("extra_npv", "={extra_saving}*{annuity_factor}-{extra_investment}", "Additional NPV", "USD"),
                Line("extra_saves", "=({extra_saving}>0)*1", "Saves more than the API (flag)", "flag"),
                Line("no_extra_cost", "=({extra_investment}<=0)*({extra_saving}=0)", "Costs no more up front (flag)",
                     "flag"),
                Line("extra_pays_back", "={extra_saves}+{no_extra_cost}", "Repays what it costs more (flag)", "flag"),
                Line("extra_payback", "=IF({extra_saves}=1,MAX(0,{extra_investment})/{extra_saving},0)",
                     "Payback of the additional investment, 0 if never", "months"),
            ),
        ),
        Rows(
            "Volume at which the custom model costs no more than the API",
            (
                Line("standing_cost", "=MAX(0,{infrastructure_cost}+{maintenance_cost}-{alternative_upkeep})",
                     "Server and additional upkeep", "USD per month"),
                Line("api_priced", "=({cost_per_query}>0)*1", "The API costs something (flag)", "flag", single=True),
                Line("breakeven_volume", "=IF({api_priced}=1,{standing_cost}/{cost_per_query},0)",
                     f"{EQUAL_COSTS}, 0 if never", engine="breakeven.breakeven_volume", flag="api_priced",
                     renamed={"api_cost": "cost_per_query", "server_cost": "standing_cost"}),
            ),
            note="The additional investment is not counted",
        ),
        Rows(
            "For the checks",
            (
                Line("npv_annuity", "={monthly_savings}*{annuity_factor}-{investment}", "NPV as an annuity", "USD"),
                Line("npv_gap", "={npv}-{npv_annuity}", "NPV by month less that", "USD"),
                Line("largest_npv_gap", "=MAX(MAX({npv_gap:all}),-MIN({npv_gap:all}))", "Largest gap", "USD",
                     single=True),
                Line("price_age", "={start_date}-{as_of}", "Age of the prices at the start", "days", single=True),
                Line("prices_stale", "=({price_age}<0)+({price_age}>{max_price_age})", "Prices late or old (flag)",
                     "flag", single=True),
            ),
        ),
    ),
    CASES,
)  # fmt: skip
