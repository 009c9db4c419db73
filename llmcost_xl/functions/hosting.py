"""Worksheet functions: what self-hosting costs."""

from __future__ import annotations

from typing import Any

from llmcost_xl.engine import hosting
from llmcost_xl.worksheet import worksheet_function


@worksheet_function
def SERVER_CAPACITY(qps_per_server: Any, peak_factor: Any = 3, max_utilisation: Any = 0.7, hours: Any = 730) -> Any:
    """Queries one server carries in a month without exceeding its maximum utilisation at peak, in queries per month.

    See also: SERVERS_REQUIRED, QPS_CEILING, LLM_BREAKEVEN.
    """
    return hosting.server_capacity(qps_per_server, peak_factor, max_utilisation, hours)


@worksheet_function
def SERVERS_REQUIRED(
    queries_per_month: Any,
    qps_per_server: Any,
    peak_factor: Any = 3,
    max_utilisation: Any = 0.7,
    spare: Any = 0,
    minimum: Any = 1,
    hours: Any = 730,
) -> Any:
    """Servers needed for peak traffic, spares included, in servers.

    See also: SERVER_CAPACITY, SERVERS_FOR_UPTIME, SELFHOST_MONTHLY_COST.
    """
    return hosting.servers_required(
        queries_per_month, qps_per_server, peak_factor, max_utilisation, spare, minimum, hours
    )


@worksheet_function
def SERVER_UTILISATION(queries_per_month: Any, servers: Any, qps_per_server: Any, hours: Any = 730) -> Any:
    """Average load of the servers over what they could do, as a fraction.

    See also: SERVERS_REQUIRED, SERVER_CAPACITY, IDLE_SAVING.
    """
    return hosting.utilisation(queries_per_month, servers, qps_per_server, hours)


@worksheet_function
def SERVERS_FOR_UPTIME(server_availability: Any, target: Any, needed: Any = 1) -> Any:
    """Fewest servers that keep the needed number up for the target share of time, in servers.

    See also: SERVERS_REQUIRED.
    """
    return hosting.servers_for_uptime(server_availability, target, needed)


@worksheet_function
def SELFHOST_MONTHLY_COST(
    queries_per_month: Any,
    server_cost: Any,
    qps_per_server: Any,
    peak_factor: Any = 3,
    max_utilisation: Any = 0.7,
    spare: Any = 0,
    ops_cost: Any = 0,
    marginal_cost: Any = 0,
    hours: Any = 730,
) -> Any:
    """Cost of self-hosting a month's queries: servers, operations and marginal cost, in USD per month.

    See also: SELFHOST_UNIT_COST, SERVERS_REQUIRED, LLM_BREAKEVEN, OWNED_HARDWARE_COST.
    """
    return hosting.selfhost_monthly_cost(
        queries_per_month, server_cost, qps_per_server, peak_factor, max_utilisation, spare, ops_cost, marginal_cost,
        hours,
    )  # fmt: skip


@worksheet_function
def SELFHOST_UNIT_COST(monthly_cost: Any, queries_per_month: Any, tokens_per_query: Any = None) -> Any:
    """Fully loaded cost of a self-hosted query, in USD per query; in USD per 1M tokens if tokens_per_query is given.

    Result: one number, in USD per query; in USD per 1M tokens with tokens_per_query.
    See also: SELFHOST_MONTHLY_COST, QUERY_COST.
    """
    if tokens_per_query is None:
        return hosting.selfhost_unit_cost(monthly_cost, queries_per_month)
    return hosting.selfhost_token_price(monthly_cost, queries_per_month, tokens_per_query)


@worksheet_function
def QPS_CEILING(params_b: Any, input_tokens: Any, output_tokens: Any, peak_tflops: Any, mfu: Any = 0.4) -> Any:
    """Most queries one GPU can answer by its arithmetic, in queries per second: an upper bound to check claims with.

    See also: SERVER_CAPACITY, LLM_HARDWARE.
    """
    return hosting.qps_ceiling(params_b, input_tokens, output_tokens, peak_tflops, mfu)


@worksheet_function
def IDLE_SAVING(monthly_cost: Any, active_hours: Any, hours: Any = 730, cold_start_cost: Any = 0) -> Any:
    """Saving of switching a server off outside its active hours, in USD per month.

    See also: SELFHOST_MONTHLY_COST, SERVER_UTILISATION.
    """
    return hosting.idle_saving(monthly_cost, active_hours, hours, cold_start_cost)


@worksheet_function
def OWNED_HARDWARE_COST(
    purchase_price: Any,
    residual_value: Any,
    months: Any,
    power_kw: Any,
    electricity_price: Any,
    active_hours: Any = 730,
    power_overhead: Any = 1,
) -> Any:
    """Cost of hardware you own, in USD per month: straight-line depreciation over its months of use, plus electricity.

    See also: SELFHOST_MONTHLY_COST, LLM_HARDWARE.
    """
    return hosting.owned_hardware_cost(
        purchase_price, residual_value, months, power_kw, electricity_price, active_hours, power_overhead
    )
