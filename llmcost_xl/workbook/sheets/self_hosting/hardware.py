"""What the listed servers can really do, what they rent for by the hour, and what one's own hardware costs."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.self_hosting.inputs import CASES

MONTHLY = "USD per month"

HOSTS = Sheet(
    "Calc_Hardware",
    "Claimed capacities against the arithmetic of a query; rents by the hour; owned against rented.",
    (
        Rows("A query of the source on a model of the source", (
            Line("source_tera",
                 "={flops_per_weight}*{source_params_b}*({source_input_tokens}+{source_output_tokens})"
                 "/{giga_per_tera}", "Arithmetic of a query", "TFLOP per query", single=True),
        )),
        Table("hardware_costs", "Servers to choose from", (
            Field("peak_share", '=IF({list_tflops}>0,{claimed_qps}*{source_tera}/{list_tflops},"")',
                  "Peak speed the claim takes", "fraction"),
            Field("impossible", "=({list_tflops}>0)*({claimed_qps}*{source_tera}>{list_tflops})",
                  "More than that (flag)", "flag"),
            Field("list_ceiling", '=IF({list_tflops}>0,{list_tflops}*{mfu}/{tera_per_query},"")',
                  "Ceiling, your query", "queries per second"),
            Field("list_capacity",
                  '=IF({list_tflops}>0,{list_ceiling}*{load_share@yours}*{seconds_per_month},"")',
                  "Capacity, your traffic", "queries per month"),
            Field("hourly_low", '=IF({monthly_low}>0,{monthly_low}/{hours_per_month},"")', "Implied rent, low",
                  "USD per hour"),
            Field("hourly_high", '=IF({monthly_high}>0,{monthly_high}/{hours_per_month},"")', "Implied rent, high",
                  "USD per hour"),
            Field("list_known", "=({list_tflops}*{mfu}*{monthly_low}>0)*1", "Cost and speed known (flag)", "flag"),
            Field("full_unit_cost", '=IF({list_known}=1,{monthly_low}/{list_capacity},"")', "Full server, low cost",
                  "USD per query"),
            Field("can_win", "={list_known}*({full_unit_cost}<{query_saving@yours})",
                  "Can beat your API (flag)", "flag"),
        ), like="hardware"),
        Rows("Claims", (
            Line("claims_above", "=SUM({impossible:all})", "Servers that claim more than their GPU can do", "count",
                 single=True),
        )),
        Table("rent_by_month", "What GPUs rent for", (
            Field("rent_month_low", "={rent_low}*{hours_per_month}", "Month, low", MONTHLY),
            Field("rent_month_high", "={rent_high}*{hours_per_month}", "Month, high", MONTHLY),
        ), like="rents"),
        Rows("Servers entered against these rents", (
            Line("cheapest_rent", "=MIN({rent_low:all})", "Lowest rent", "USD per hour", single=True),
            Line("dearest_rent", "=MAX({rent_high:all})", "Highest rent", "USD per hour", single=True),
            Line("outside_rents", "=({implied_rate}<{cheapest_rent})+({implied_rate}>{dearest_rent})",
                 "Outside these rents (flag)", "flag"),
            Line("rents_outside", "=SUM({outside_rents:all})", "Cases outside these rents", "count", single=True),
        )),
        Rows("Owned hardware, a month", (
            Line("wear", "=({purchase_price}-{residual_value})/{months}", "Wear", MONTHLY, single=True),
            Line("power_cost", "={power_kw}*{active_hours}*{electricity_price}*{power_overhead}",
                 "Electricity at your hours", MONTHLY, single=True),
            Line("power_cost_full", "={power_kw}*{hours_per_month}*{electricity_price}*{power_overhead}",
                 "Electricity under full load all month", MONTHLY, single=True),
            Line("owned_cost", "={wear}+{power_cost}", "Owned hardware", MONTHLY, single=True,
                 engine="hosting.owned_hardware_cost"),
            Line("owned_ceiling", "={owned_tflops}*{mfu}/{tera_per_query}", "Its ceiling", "queries per second",
                 single=True, engine="hosting.qps_ceiling", renamed={"peak_tflops": "owned_tflops"}),
            Line("owned_share", "={active_hours}/{hours_per_month}", "Share of the month it is on", "fraction",
                 single=True),
            Line("owned_peaked", "={owned_ceiling}*{load_share@yours}",
                 "Average load it carries", "queries per second", single=True),
            Line("owned_capacity", "={owned_peaked}*{active_hours}*{seconds_per_hour}", "Its capacity at your hours",
                 "queries per month", single=True),
            Line("owned_unit_cost", "={owned_cost}/{owned_capacity}", "Owned and full: a query", "USD per query",
                 single=True),
        ), note="No one to operate it, no internet line, no spare: a lower bound"),
    ),
    CASES,
)  # fmt: skip
