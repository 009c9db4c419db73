"""What self-hosting costs: capacity, servers for peak and for uptime, loaded unit cost, idle time, owned hardware."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from llmcost_xl.engine.formula import ROUNDING, Number, ceil, formula, maximum, refuse
from llmcost_xl.errors import NeverError, OutOfDomainError, ZeroDivisorError
from llmcost_xl.quantities import SECONDS_PER_HOUR, TOKENS_PER_PRICE_UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_SERVERS: Final = 10_000_000
NOTHING: Final = 1e-20  # beside 1, with digits to spare

FORWARD_FLOPS_PER_WEIGHT: Final = 2
"""One multiplication and one addition per weight and token."""


@formula("queries per second")
def average_qps(queries_per_month: Number, hours: Number = 730) -> Number:
    """Average load of a month's queries, in queries per second: V / (hours * 3600).

    Examples:
        >>> round(average_qps(5_000_000), 2)
        1.9

    Source: specification, B5.
    """
    return queries_per_month / (hours * SECONDS_PER_HOUR)


@formula("queries per month")
def server_capacity(
    qps_per_server: Number, peak_factor: Number = 3, max_utilisation: Number = 0.7, hours: Number = 730
) -> Number:
    """Queries one server carries in a month, in queries per month: qps * utilisation * seconds / peak factor.

    At peak the server runs at its maximum utilisation; the rest of the month it has traffic to spare.

    Examples:
        >>> server_capacity(10, 4, 0.7)
        4599000.0

    Source: specification, B5.
    """
    return qps_per_server * max_utilisation * hours * SECONDS_PER_HOUR / peak_factor


@formula("servers")
def servers_to_carry(queries_per_month: Number, capacity: Number) -> Number:
    """Servers that a month's queries fill, in servers: ceil(V / C).

    Examples:
        >>> servers_to_carry(3_000_000, 3_000_000), servers_to_carry(3_000_001, 3_000_000)
        (1.0, 2.0)

    Source: specification, B5.
    """
    return ceil(queries_per_month / capacity * (1 - ROUNDING))


@formula("servers")
def servers_required(
    queries_per_month: Number,
    qps_per_server: Number,
    peak_factor: Number = 3,
    max_utilisation: Number = 0.7,
    spare: Number = 0,
    minimum: Number = 1,
    hours: Number = 730,
) -> Number:
    """Servers to rent for peak traffic, in servers: max(minimum, ceil(V / capacity)) + spare.

    Raises:
        ZeroDivisorError: a server that can carry nothing.

    Examples:
        >>> servers_required(5_000_000, 10, 4, 0.7, spare=1)
        3.0

    Source: specification, B5.
    """
    capacity = server_capacity(qps_per_server, peak_factor, max_utilisation, hours)
    refuse(capacity == 0, ZeroDivisorError, "qps_per_server or max_utilisation is 0: a server carries nothing")
    return maximum(servers_to_carry(queries_per_month, capacity), minimum) + spare


@formula("fraction")
def utilisation(queries_per_month: Number, servers: Number, qps_per_server: Number, hours: Number = 730) -> Number:
    """Average load over what the servers could do, as a fraction: average QPS / (n * qps).

    Raises:
        ZeroDivisorError: no servers, or servers that do nothing.

    Examples:
        >>> round(utilisation(5_000_000, 3, 10), 4)
        0.0634

    Source: specification, B5.
    """
    total_qps = servers * qps_per_server
    refuse(total_qps == 0, ZeroDivisorError, "servers * qps_per_server is 0 queries per second")
    return average_qps(queries_per_month, hours) / total_qps


@formula("fraction", elementwise=True)
def availability(server_availability: float, servers: float, needed: float = 1) -> float:
    """Share of time in which at least `needed` of the servers are up, as a fraction.

    sum over j >= k of C(n,j) * a^j * (1-a)^(n-j); servers fail independently of each other.

    Examples:
        >>> round(availability(0.99, 5, 4), 5)
        0.99902

    Source: specification, B5.
    """
    return 1 - _unavailability(server_availability, int(servers), int(needed))


def _unavailability(up: float, servers: int, needed: int) -> float:
    """Chance that fewer than `needed` of the servers are up; small chances keep their digits.

    The likeliest of these numbers of servers and its neighbours, as far as they count: a thousand terms, not millions.
    """
    if servers < needed:
        return 1.0
    if up in (0, 1):
        return 1.0 - up
    likeliest = min(needed - 1, int((servers + 1) * up))
    log_chance = (
        math.lgamma(servers + 1) - math.lgamma(likeliest + 1) - math.lgamma(servers - likeliest + 1)
        + likeliest * math.log(up) + (servers - likeliest) * math.log1p(-up)
    )  # fmt: skip
    odds = up / (1 - up)
    fewer = ((likeliest - step) / (servers - likeliest + step + 1) / odds for step in range(likeliest))
    more = ((servers - likeliest - step) / (likeliest + step + 1) * odds for step in range(needed - 1 - likeliest))
    return math.exp(log_chance) * math.fsum([1.0, *_products(fewer), *_products(more)])


def _products(factors: Iterable[float]) -> Iterator[float]:
    """The running product of falling factors, until it adds nothing to 1."""
    product = 1.0
    for factor in factors:
        product *= factor
        if product < NOTHING:
            return
        yield product


@formula("servers", elementwise=True)
def servers_for_uptime(server_availability: float, target: float, needed: float = 1) -> float:
    """Fewest servers that keep `needed` of them up for the target share of time, in servers.

    Raises:
        NeverError: no number of servers reaches the target.
        OutOfDomainError: it takes more than ten million servers.

    Examples:
        >>> servers_for_uptime(0.99, 0.999), servers_for_uptime(0.99, 0.999, 4)
        (2.0, 5.0)

    Source: specification, B5.
    """
    if target > 0 and (server_availability == 0 or target == 1 > server_availability):
        raise NeverError(f"servers that are up {server_availability!r} of the time never reach a target of {target!r}")
    allowed = (1 - target) * (1 + 1e-9)  # two servers up 99% of the time do meet 99.99%
    too_few = int(needed) - 1
    enough = int(needed)
    while _unavailability(server_availability, enough, int(needed)) > allowed:
        too_few, enough = enough, enough * 2
        if enough > MOST_SERVERS:
            raise OutOfDomainError(f"a target of {target!r} takes more than {MOST_SERVERS:,} servers")
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if _unavailability(server_availability, middle, int(needed)) > allowed:
            too_few = middle
        else:
            enough = middle
    return float(enough)


@formula("USD per month")
def selfhost_monthly_cost(
    queries_per_month: Number,
    server_cost: Number,
    qps_per_server: Number,
    peak_factor: Number = 3,
    max_utilisation: Number = 0.7,
    spare: Number = 0,
    ops_cost: Number = 0,
    marginal_cost: Number = 0,
    hours: Number = 730,
) -> Number:
    """Cost of self-hosting a month's queries, in USD per month: n * S + ops + c * V, with at least one server.

    Raises:
        ZeroDivisorError: a server that can carry nothing.

    Examples:
        >>> selfhost_monthly_cost(5_000_000, 400, 10, 4, 0.7, spare=1, ops_cost=200)
        1400.0

    Source: specification, B5.
    """
    servers = servers_required(queries_per_month, qps_per_server, peak_factor, max_utilisation, spare, hours=hours)
    return servers * server_cost + ops_cost + marginal_cost * queries_per_month


@formula("USD per query")
def selfhost_unit_cost(monthly_cost: Number, queries_per_month: Number) -> Number:
    """Fully loaded cost of a self-hosted query, in USD per query: monthly cost / V.

    An average at this volume. The next query costs only the marginal cost: about nothing on a rented server.

    Raises:
        ZeroDivisorError: no queries.

    Examples:
        >>> selfhost_unit_cost(1_400, 5_000_000)
        0.00028

    Source: specification, B5 and A2 I4; "Economics of Custom Models", lines 65 and 83.
    """
    refuse(queries_per_month == 0, ZeroDivisorError, "queries_per_month is 0: there is no cost per query")
    return monthly_cost / queries_per_month


@formula("USD per 1M tokens")
def selfhost_token_price(monthly_cost: Number, queries_per_month: Number, tokens_per_query: Number) -> Number:
    """Fully loaded price of self-hosted tokens, in USD per 1M tokens: monthly cost / (V * tokens) * 1e6.

    Raises:
        ZeroDivisorError: no tokens.

    Examples:
        >>> round(selfhost_token_price(1_400, 5_000_000, 700), 9)
        0.4

    Source: specification, B5.
    """
    tokens = queries_per_month * tokens_per_query
    refuse(tokens == 0, ZeroDivisorError, "queries_per_month * tokens_per_query is 0: there is no price per token")
    return monthly_cost / tokens * TOKENS_PER_PRICE_UNIT


@formula("queries per second")
def qps_ceiling(
    params_b: Number, input_tokens: Number, output_tokens: Number, peak_tflops: Number, mfu: Number = 0.4
) -> Number:
    """Most queries a GPU can answer per second by its arithmetic: peak * MFU / (2 * N * (input + output tokens)).

    An upper bound that memory bandwidth and batching lower further; a cached shared prefix raises it, if only the
    tokens computed anew are entered as input.

    Raises:
        ZeroDivisorError: a query without tokens.

    Examples:
        >>> round(qps_ceiling(7, 500, 200, 312), 2), round(qps_ceiling(7, 500, 200, 65), 2)
        (12.73, 2.65)

    Source: specification, A2 I8.
    """
    tokens = input_tokens + output_tokens
    refuse(tokens == 0, ZeroDivisorError, "input_tokens + output_tokens is 0: there is nothing to compute")
    tera_flops_per_query = FORWARD_FLOPS_PER_WEIGHT * params_b * tokens / 1_000  # 1e9 weights / 1e12
    return peak_tflops * mfu / tera_flops_per_query


@formula("USD per month")
def idle_saving(monthly_cost: Number, active_hours: Number, hours: Number = 730, cold_start_cost: Number = 0) -> Number:
    """Saving of switching a server off when idle, in USD per month: S * (1 - active / hours) - cold-start cost.

    Raises:
        OutOfDomainError: more active hours than the month has.

    Examples:
        >>> round(idle_saving(400, 220), 2)
        279.45

    Source: specification, B10.
    """
    refuse(active_hours > hours, OutOfDomainError, "active_hours (Active hours, hours per month) exceed hours")
    return monthly_cost * (1 - active_hours / hours) - cold_start_cost


@formula("USD per month")
def owned_hardware_cost(
    purchase_price: Number,
    residual_value: Number,
    months: Number,
    power_kw: Number,
    electricity_price: Number,
    active_hours: Number = 730,
    power_overhead: Number = 1,
) -> Number:
    """Cost of hardware one owns, in USD per month: (price - residual) / months + kW * hours * tariff * PUE.

    Electricity alone is not the cost of a machine that wears out.

    Raises:
        OutOfDomainError: a residual value above the purchase price.

    Examples:
        >>> round(owned_hardware_cost(1_800, 0, 36, 0.45, 0.15, active_hours=219), 2)
        64.78

    Source: specification, A2 I9; "Economics of Custom Models", line 55, counts electricity only.
    """
    refuse(
        residual_value > purchase_price, OutOfDomainError, "residual_value (Residual value, USD) exceeds purchase_price"
    )
    power = power_kw * active_hours * electricity_price * power_overhead
    return (purchase_price - residual_value) / months + power
