"""Every case in one column: the API's bill, what self-hosting costs, and four break-evens that are not the same."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Line, Rows, Sheet
from llmcost_xl.workbook.sheets.self_hosting.inputs import CASES, CHOSEN

MONTHLY, PER_QUERY, VOLUME = "USD per month", "USD per query", "queries per month"
STEPS: Final = {"capacity": "capacity_used", "spare": "spare_used", "ops_cost": "ops_used"}
"""What the engine's break-even functions are given: with the switch on, no limit, no spare server, no operations."""

_API = Rows(
    "The API",
    (
        Line("cost_per_query",
             "=({input_tokens}*{input_price}+{output_tokens}*{output_price})/{tokens_per_price_unit}",
             "Cost per query, model chosen", single=True, engine="query.token_cost"),
        Line("source_query_cost",
             "=({source_input_tokens}*{source_input_price}+{source_output_tokens}*{source_output_price})"
             "/{tokens_per_price_unit}", "Cost per query, GPT-4o-mini 2024, exact", "US$ per query", single=True),
        Line("by_model", f'=({{price_basis}}="{CHOSEN}")*1', "Priced by the model chosen (flag)", "flag"),
        Line("source_cost",
             "=({simplified}*{printed_query_cost}+(1-{simplified})*{source_query_cost})*{source_rate}",
             "Cost per query, source: rounded or exact", PER_QUERY),
        Line("list_cost", "=IF({by_model}=1,{cost_per_query},{source_cost})", "Cost per query at list price",
             PER_QUERY),
        Line("api_cost", "={list_cost}*{price_level}"),
        Line("api_bill", "={queries_per_month}*{api_cost}", "API bill", MONTHLY, engine="spend.monthly_cost",
             renamed={"queries": "queries_per_month", "cost_per_query": "api_cost"}),
        Line("case_tokens",
             "=IF({by_model}=1,{input_tokens}+{output_tokens},{source_input_tokens}+{source_output_tokens})",
             "Tokens per query", "tokens per query"),
        Line("api_token_price", "={api_cost}/{case_tokens}*{tokens_per_price_unit}", "API cost per 1M tokens",
             "USD per 1M tokens"),
    ),
)  # fmt: skip

_CAPACITY = Rows(
    "Capacity",
    (
        Line("tera_per_query",
             "={flops_per_weight}*{params_b}*({input_tokens}+{output_tokens})/{giga_per_tera}",
             "Arithmetic of a query", "TFLOP per query", single=True),
        Line("ceiling", "={peak_tflops}*{mfu}/{tera_per_query}", "Ceiling of a server", "queries per second",
             engine="hosting.qps_ceiling"),
        Line("over_ceiling", "=({qps_per_server}>{ceiling})*(1-{simplified})", "Entered above the ceiling (flag)",
             "flag"),
        Line("load_share", "={max_utilisation}/{peak_factor}", "Average load a server may carry", "fraction"),
        Line("capacity", "={qps_per_server}*{load_share}*{seconds_per_month}",
             engine="hosting.server_capacity"),
        Line("capacity_used", "={simplified}*{no_limit}+(1-{simplified})*{capacity}",
             "Capacity per server, as reckoned", VOLUME, note="As printed: no limit, 10 billion stand for it"),
        Line("average_load", "={queries_per_month}/{seconds_per_month}", "Average load", "queries per second",
             engine="hosting.average_qps"),
        Line("peak_load", "={average_load}*{peak_factor}", "Peak load", "queries per second"),
        Line("servers_needed", "=MAX(1,-INT(-{queries_per_month}/{capacity}*(1-{exact})))+{spare}",
             "Servers for the peak, spare ones included", "servers", engine="hosting.servers_required"),
        Line("servers", "={simplified}+(1-{simplified})*{servers_needed}", "Servers, as reckoned"),
        Line("utilisation", "={average_load}/({servers}*{qps_per_server})", "Utilisation, average", "fraction",
             engine="hosting.utilisation"),
        Line("full_capacity", "={servers_needed}*{capacity}", "Capacity of the servers for the peak", VOLUME),
        Line("implied_rate", "={server_cost}/{hours_per_month}", "Implied rent of a server", "USD per hour"),
        Line("rented_unit_cost", "={server_cost}/{capacity}+{marginal_cost}", "Rented and full: a query", PER_QUERY),
    ),
)  # fmt: skip

_MONTH = Rows(
    "A month of self-hosting",
    (
        Line("spare_used", "={spare}*(1-{simplified})", "Spare servers, as reckoned", "servers"),
        Line("ops_cost", "={maintenance_hours}*{build_rate}"),
        Line("ops_used", "={ops_cost}*(1-{simplified})", "Operations cost, as reckoned", MONTHLY),
        Line("full_monthly", "={servers_needed}*{server_cost}+{ops_cost}+{marginal_cost}*{queries_per_month}",
             "Self-hosting with everything counted", MONTHLY, engine="hosting.selfhost_monthly_cost"),
        Line("server_only", "={server_cost}+{marginal_cost}*{queries_per_month}", "One server and nothing else",
             MONTHLY),
        Line("selfhost_monthly", "=IF({simplified}=1,{server_only},{full_monthly})", "Self-hosting, as reckoned"),
        Line("monthly_savings", "={api_bill}-{selfhost_monthly}", engine="breakeven.selfhost_saving", renamed=STEPS),
        Line("unit_cost", "={selfhost_monthly}/{queries_per_month}", "Self-hosted query, fully loaded", PER_QUERY,
             note="An average at this volume, not what one more query costs", engine="hosting.selfhost_unit_cost",
             renamed={"monthly_cost": "selfhost_monthly"}),
        Line("token_price", "={unit_cost}/{case_tokens}*{tokens_per_price_unit}", "Self-hosted 1M tokens",
             "USD per 1M tokens", engine="hosting.selfhost_token_price",
             renamed={"monthly_cost": "selfhost_monthly", "tokens_per_query": "case_tokens"}),
    ),
)  # fmt: skip

_ONCE = Rows(
    "One-off cost",
    (
        Line("build_hours", "={setup_hours}+({data_hours}+{evaluation_hours})*(1-{simplified})", "Build work", "hours"),
        Line("upfront", "={training_cost}+{build_hours}*{build_rate}"),
        Line("first_month", "={upfront}+{selfhost_monthly}", "First month, one-off cost included", "USD"),
    ),
)

_CUMULATIVE = Rows(
    "Break-even 1: queries in all, cumulative",
    (
        Line("query_saving", "={api_cost}-{marginal_cost}", "Saved by one more query", PER_QUERY),
        Line("saves_by_query", "=({query_saving}>0)*1", "One more query saves (flag)", "flag"),
        Line("queries_to_repay", "=IF({saves_by_query}=1,{upfront}/{query_saving},0)",
             "Queries to repay the one-off cost, 0 if never", "queries", note="The server itself is not in it",
             engine="breakeven.breakeven_queries", renamed={"selfhost_cost": "marginal_cost"}, flag="saves_by_query"),
    ),
    note="Until cheaper queries repay the one-off cost",
)  # fmt: skip

_STEADY = Rows(
    "Break-even 2: monthly volume",
    (
        Line("standing_cost", "={spare_used}*{server_cost}+{ops_used}", "Spare servers and operations", MONTHLY),
        Line("server_gain", "={capacity_used}*{query_saving}-{server_cost}", "Gain of one more full server", MONTHLY),
        Line("wins", "=({server_gain}>0)*1", "Wins at some volume, and then for good (flag)", "flag",
             note="Only if a full server costs less than the API would for its queries"),
        Line("first_servers", "=IF({wins}=1,MAX(1,-INT(-{standing_cost}/{server_gain}*(1-{exact}))),0)",
             "Fewest servers with which it wins, 0 if never", "servers"),
        Line("breakeven_volume", "=IF({wins}=1,({first_servers}*{server_cost}+{standing_cost})/{query_saving},0)",
             "Lowest volume at which it wins, 0 if never", engine="breakeven.breakeven_volume", renamed=STEPS,
             flag="wins"),
        Line("full_saving", "={standing_cost}+{capacity_used}*{query_saving}", "Earned before every step pays",
             MONTHLY),
        Line("last_servers",
             "=IF({wins}=1,MAX({first_servers},-INT(-{full_saving}/{server_gain}*(1-{exact}))-1),0)",
             "Servers from whose break-even it wins for good", "servers"),
        Line("for_good", "=IF({wins}=1,({last_servers}*{server_cost}+{standing_cost})/{query_saving},0)",
             "Wins for good from, 0 if never", VOLUME),
        Line("range_count", "=({last_servers}-{first_servers}+1)*{wins}", "Ranges of volume in which it wins", "count"),
    ),
    note="Not dearer from ((n + spare) x server + operations) / saving per query on, to n x capacity: n servers a step",
)  # fmt: skip

_PAYBACK = Rows(
    "Break-even 3: payback in months, constant volume",
    (
        Line("saves", "=({monthly_savings}>0)*1", "Saves money every month (flag)", "flag"),
        Line("free", "=({upfront}=0)*({monthly_savings}=0)", "Costs and saves nothing (flag)", "flag"),
        Line("pays_back", "={saves}+{free}", "Pays back (flag)", "flag"),
        Line("payback", "=IF({saves}=1,{upfront}/{monthly_savings},0)", "Payback, 0 if never", "months",
             engine="value.payback_months", renamed={"investment": "upfront", "annual_rate": ""}, flag="pays_back"),
        Line("payback_marker", "={payback}*{pays_back}-(1-{pays_back})", "Marker on the chart, -1 if never", "months"),
        Line("payback_level", "=0", "Level of the marker", "USD"),
    ),
    note="Break-even 4, the crossover month of a growing volume, is on Calc_Months",
)  # fmt: skip

SHOWN: Final = {
    "api_cost": ("API cost", PER_QUERY),
    "server_cost": ("Server cost", MONTHLY),
    "marginal_cost": ("Marginal cost", PER_QUERY),
    "ops_used": ("Operations cost", MONTHLY),
    "spare_used": ("Spare servers", "servers"),
    "capacity_used": ("Capacity per server", VOLUME),
    "query_saving": ("Saved by one more query", PER_QUERY),
    "standing_cost": ("Spare servers and operations", MONTHLY),
    "wins": ("Wins somewhere (flag)", "flag"),
    "first_servers": ("Fewest servers", "servers"),
    "last_servers": ("Servers for good", "servers"),
}
"""What the staircase needs of the case shown."""

COSTS = Sheet(
    "Calc_Cost",
    "The same formulas in every column; the switch on Inputs decides what is counted.",
    (
        _API, _CAPACITY, _MONTH, _ONCE, _CUMULATIVE, _STEADY, _PAYBACK,
        Rows("Case shown on Outputs", (
            Line("shown_position", "=MATCH({shown_case},{case:labels},0)", "Its position", "count", single=True),
            *(Line(f"shown_{name}", f"=INDEX({{{name}:all}},{{shown_position}})", label, unit, single=True)
              for name, (label, unit) in SHOWN.items()),
        )),
        Rows("For the checks", (
            Line("short_of_capacity", "=({queries_per_month}*(1-{exact})>{full_capacity})*1",
                 "Demand above capacity (flag)", "flag"),
            Line("cases_short", "=SUM({short_of_capacity:all})", "Cases with too few servers", "count", single=True),
            Line("cases_over_ceiling", "=SUM({over_ceiling:all})", "Cases above the ceiling", "count", single=True),
            Line("no_ops", "=({ops_used}=0)*1", "Nobody operates it (flag)", "flag"),
            Line("price_age", "={start_date}-{as_of}", "Age of the prices at the start", "days", single=True),
            Line("prices_stale", "=({price_age}<0)+({price_age}>{max_price_age})", "Prices late or old (flag)", "flag",
                 single=True),
        )),
    ),
    CASES,
)  # fmt: skip
