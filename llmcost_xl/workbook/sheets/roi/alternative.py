"""The next best alternative: the same tasks on an API model."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Line, Rows, Sheet
from llmcost_xl.workbook.sheets.roi.inputs import CASES

EQUAL_COSTS: Final = "Volume where monthly costs are equal"

ALTERNATIVE = Sheet(
    "Calc_Alternative",
    "The same tasks on an API model: what of the value is automation's, and what the custom model's own?",
    (
        Rows(
            "Cost of the alternative",
            (
                Line("cost_per_query",
                     "=({input_tokens}*{input_price}+{output_tokens}*{output_price})/{tokens_per_price_unit}",
                     engine="query.token_cost"),
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
                Line("late_charges", "={api_charges}*({annuity_factor}-{ramped_annuity})",
                     "API charges that the ramp-up spares", "USD"),
                Line("extra_npv", "={extra_saving}*{annuity_factor}-{late_charges}-{extra_investment}",
                     "Additional NPV", "USD"),
                Line("extra_saves", "=({extra_saving}>0)*1", "Saves more than the API (flag)", "flag"),
                Line("no_extra_cost", "=({extra_investment}<=0)*({extra_saving}=0)", "Costs no more up front (flag)",
                     "flag"),
                Line("extra_pays_back", "={extra_saves}+{no_extra_cost}", "Repays what it costs more (flag)", "flag"),
                Line("extra_payback", "=IF({extra_saves}=1,MAX(0,{extra_investment})/{extra_saving},0)",
                     "Payback of the additional investment, 0 if never", "months"),
            ),
            note="An API is paid by use: while tasks are still moving to the model, it costs less",
        ),
        Rows(
            "Volume at which the custom model costs no more than the API",
            (
                Line("standing_cost", "=MAX(0,{infrastructure_cost}+{maintenance_cost}-{alternative_upkeep})",
                     "Server and additional upkeep", "USD per month"),
                Line("api_priced", "=({cost_per_query}>0)*1", "The API costs something (flag)", "flag"),
                Line("breakeven_volume", "=IF({api_priced}=1,{standing_cost}/{cost_per_query},0)",
                     f"{EQUAL_COSTS}, 0 if never", engine="breakeven.breakeven_volume", flag="api_priced",
                     renamed={"api_cost": "cost_per_query", "server_cost": "standing_cost"}),
            ),
            note="The additional investment is not counted",
        ),
        Rows(
            "For the checks",
            (
                Line("price_age", "={start_date}-{as_of}", "Age of the prices at the start", "days", single=True),
                Line("prices_stale", "=({price_age}<0)+({price_age}>{max_price_age})", "Prices late or old (flag)",
                     "flag", single=True),
            ),
        ),
    ),
    CASES,
)  # fmt: skip
