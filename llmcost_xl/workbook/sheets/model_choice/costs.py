"""What each option costs and how often it fails in the end, with tries, a fallback, and a share that skips it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.model_choice.inputs import API, MODELS, OWN, YES
from llmcost_xl.workbook.sheets.prices import PRICE_OF, PRICED, price_dates, price_table

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options


def prices(options: Options) -> Sheet:
    """Dated list prices, and below them those of every option on the price date."""
    found = tuple(
        Field(name, f'=IF({{model}}=0,0,INDEX({{price:all}},MATCH({{model}}&" {component}",{{price_key:all}},0))'
                    "*{fx_rate})")
        for component, name in ((component, PRICE_OF[component]) for component in PRICED)
    )  # fmt: skip
    missing = "+".join(f"(1-ISNUMBER({{{PRICE_OF[component]}}}))" for component in PRICED)
    return Sheet(
        "Prices",
        "Dated prices: add a row to change a price from its date on; figures with an earlier price date do not move.",
        (
            Rows("Price date", price_dates()),
            price_table(options, options.chosen(MODELS)),
            Table(
                "option_prices",
                "Prices of the options on the price date",
                (*found, Field("price_gap", f"={missing}", "Missing", "count", total=True)),
                like="options",
            ),
            Rows("Prices missing", (Line("prices_missing", "={price_gap:total}", "Prices missing", "count"),)),
        ),
    )


_ONE_TRY: Final = (
    Field("used", f'=({{option}}<>0)*({{considered}}="{YES}")', "Considered (flag)", "flag"),
    Field("has_model", "=({model}<>0)*1", "Has an API model (flag)", "flag"),
    Field("undescribed", f'={{used}}*(1-({{hosting}}="{API}")*{{has_model}}-({{hosting}}="{OWN}"))',
          "No hosting, or API without a model (flag)", "flag", total=True),
    Field("attempt_cost",
          "=({input_tokens}*{input_price}+{output_tokens}*{output_price})/{tokens_per_price_unit}*{price_factor}",
          "Cost of one try", "USD per query", engine="query.token_cost",
          renamed={"service_multiplier": "price_factor"}),
    Field("failure", "=MIN(1,{failure_rate}*{failure_factor})", "Failures of one try", "fraction"),
    Field("accepted_rate", "=1-{failure}*{noticed}", "Accepted after one try", "fraction"),
    Field("tries", "=MAX(1,{max_attempts})", "Most tries", "attempts"),
    Field("attempts", "=IF({accepted_rate}=0,{tries},(1-(1-{accepted_rate})^{tries})/{accepted_rate})",
          "Tries on average", "x", engine="query.expected_attempts",
          renamed={"success_rate": "accepted_rate", "max_attempts": "tries"}),
    Field("own_cost", "={attempt_cost}*{attempts}", "Cost of its tries", "USD per query", engine="query.retry_cost",
          renamed={"cost_per_attempt": "attempt_cost", "success_rate": "accepted_rate", "max_attempts": "tries",
                   "failure_cost": ""}),
    Field("own_failed", "=1-(1-{failure})*{attempts}", "Fails after its tries", "fraction"),
    Field("given_up", "=(1-{accepted_rate})^{tries}", "Noticed as failed after all tries", "fraction"),
)  # fmt: skip

_FALLBACK: Final = (
    Field("fallback_listed", "=({fallback}>=1)*({fallback}<=ROWS({option:all}))", "Number of a row (flag)", "flag"),
    Field("falls_back",
          "={fallback_listed}*(INDEX({option:all},MAX(1,{fallback_listed}*{fallback}))<>0)", "Falls back (flag)",
          "flag"),
    Field("fallback_wrong",
          "={used}*(1-({fallback}=0)-{falls_back}*({fallback}<>{option_no}))", "Wrong fallback (flag)", "flag",
          total=True),
    Field("fallback_cost", "={falls_back}*INDEX({own_cost:all},MAX(1,{falls_back}*{fallback}))",
          "Cost of the fallback", "USD per query"),
    Field("fallback_failed", "={falls_back}*INDEX({own_failed:all},MAX(1,{falls_back}*{fallback}))",
          "Fallback fails", "fraction"),
    Field("starts_here", "=1-{falls_back}*(1-{small_share})", "Share that starts here", "fraction"),
    Field("escalated", "={falls_back}*{given_up}", "Handed on to the fallback", "fraction"),
    Field("variable_cost",
          "={starts_here}*({own_cost}+{escalated}*{fallback_cost})+(1-{starts_here})*{fallback_cost}",
          "Token cost of a request", "USD per query", engine="query.routing_cost",
          renamed={"cost_large": "fallback_cost", "cost_small": "own_cost", "small_share": "starts_here",
                   "escalation_rate": "escalated"}),
    Field("failed",
          "={starts_here}*({own_failed}-{escalated}*(1-{fallback_failed}))+(1-{starts_here})*{fallback_failed}",
          "Requests that fail in the end", "fraction"),
)  # fmt: skip

_TOTALS: Final = (
    Field("standing", "={used}*({fixed_cost}*{fixed_factor}+{upfront}/{months})", "Fixed and spread one-off cost",
          "USD per month"),
    Field("option_cost", "={used}*{variable_cost}+{standing}/{queries_per_month}",
          "Cost of a request, one-off cost spread", "USD per query"),
    Field("option_failure", "={used}*{failed}", "Failures", "fraction"),
    Field("monthly_cost", "={option_cost}*{queries_per_month}", "Cost without failures", "USD per month"),
    Field("monthly_failures", "={option_failure}*{queries_per_month}*{failure_cost}", "Cost of failures",
          "USD per month"),
    Field("monthly_total", "={monthly_cost}+{monthly_failures}", "Cost with failures", "USD per month",
          engine="quality.failure_adjusted_cost",
          renamed={"queries": "queries_per_month", "cost_per_query": "option_cost", "failure_rate": "option_failure"}),
    Field("request_total", "={monthly_total}/{queries_per_month}", "Cost of a request with failures",
          "USD per query"),
    Field("succeeds", "={used}*({option_failure}<1)", "Ever succeeds (flag)", "flag"),
    Field("success_failure", "={option_failure}*{succeeds}", "Failures, 0 if it never succeeds", "fraction"),
    Field("success_cost", "=({option_cost}+{success_failure}*{failure_cost})/(1-{success_failure})",
          "Cost of a success", "USD per successful task", engine="query.cost_per_success",
          renamed={"cost_per_query": "option_cost", "failure_rate": "success_failure"}),
    Field("horizon_total", "={monthly_total}*{months}", "Cost over the horizon", "USD"),
)  # fmt: skip

TRIES = Sheet(
    "Calc_Tries",
    "One row for each option: what its tries cost, and how often they fail.",
    (Table("option_tries", "From one try to all tries", _ONE_TRY, like="options"),),
)

FALLBACK = Sheet(
    "Calc_Fallback",
    "One row for each option: what the option after it adds, and how often a request fails in the end.",
    (Table("option_fallback", "From all tries to the fallback", _FALLBACK, like="options"),),
)

COSTS = Sheet(
    "Calc_Options",
    "One row for each option: with its fixed cost and what its failures cost.",
    (Table("option_costs", "From tokens to the cost of a request and of a month", _TOTALS, like="options"),),
)
