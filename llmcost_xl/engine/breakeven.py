"""When self-hosting pays: queries to recover a one-off cost, monthly break-even with server steps, crossover month.

Each new server is a step of the monthly cost, so self-hosting can win, lose again just after a step, and win again:
a break-even is a list of ranges, and its lowest volume alone can mislead.
"""

from __future__ import annotations

import math
from typing import Final

from llmcost_xl.engine.formula import ROUNDING, Number, ceil, formula, maximum, refuse
from llmcost_xl.engine.hosting import servers_to_carry
from llmcost_xl.errors import NeverError, OutOfDomainError

MOST_RANGES: Final = 10_000

Range = tuple[float, float]
"""From and to, both included, in queries per month; an open end is infinity."""


@formula("queries")
def breakeven_queries(upfront: Number, api_cost: Number, selfhost_cost: Number) -> Number:
    """Queries, in total over all months, until a cheaper query has repaid a one-off cost: I / (p - c).

    The self-hosted cost is what one more query costs. A fully loaded cost would count the server twice where the
    one-off cost holds it already. Nothing to repay and queries of equal cost: 0.

    Raises:
        NeverError: a self-hosted query saves nothing.

    Examples:
        >>> round(breakeven_queries(1_420, 0.0002, 0.00008))
        11833333

    Source: specification, B6 and A2 I5; "Economics of Custom Models", lines 71-73.
    """
    saving = api_cost - selfhost_cost
    refuse(
        (saving < 0) | ((saving == 0) & (upfront > 0)),
        NeverError,
        f"selfhost_cost (Self-hosted cost, USD per query) is {selfhost_cost!r} and api_cost {api_cost!r}:"
        " the one-off cost is never repaid",
    )
    return upfront / (saving + (saving == 0))  # no saving is left only where there is nothing to repay


@formula("USD per month")
def selfhost_saving(
    queries_per_month: Number,
    api_cost: Number,
    server_cost: Number,
    marginal_cost: Number = 0,
    ops_cost: Number = 0,
    capacity: Number | None = None,
    spare: Number = 0,
) -> Number:
    """What self-hosting saves against the API in a month, in USD per month; negative where it is dearer.

    D(v) = p * v - [(n + spare) * S + ops + c * v], n = max(1, ceil(v / C))

    Examples:
        >>> selfhost_saving(3_000_000, 0.0002, 400, capacity=3_000_000)
        200.0
        >>> selfhost_saving(3_500_000, 0.0002, 400, capacity=3_000_000)
        -100.0

    Source: specification, B6.
    """
    servers = 1 if capacity is None else maximum(servers_to_carry(queries_per_month, capacity), 1)
    selfhost = (servers + spare) * server_cost + ops_cost + marginal_cost * queries_per_month
    return api_cost * queries_per_month - selfhost


@formula("queries per month", elementwise=True)
def breakeven_volume(
    api_cost: float,
    server_cost: float,
    marginal_cost: float = 0,
    ops_cost: float = 0,
    capacity: float | None = None,
    spare: float = 0,
) -> float:
    """Lowest volume at which self-hosting is not dearer than the API, in queries per month.

    v_n = ((n + spare) * S + ops) / (p - c) for the first number of servers n that can carry it, v_n <= n * C. Above
    it the next server can make self-hosting dearer again: `breakeven_ranges` lists every range.

    Raises:
        NeverError: self-hosting is dearer at every volume.

    Examples:
        >>> breakeven_volume(0.0002, 400), round(breakeven_volume(0.0002, 400, marginal_cost=0.00008))
        (2000000.0, 3333333)

    Source: specification, B6.
    """
    standing = spare * server_cost + ops_cost
    saving = _saving_per_query(api_cost, marginal_cost, server_cost + standing)
    first, _ = _winning_steps(saving, server_cost, standing, capacity)
    return _breakeven_of_step(first, saving, server_cost, standing)


@formula("queries per month", spills=True)
def breakeven_ranges(
    api_cost: float,
    server_cost: float,
    marginal_cost: float = 0,
    ops_cost: float = 0,
    capacity: float | None = None,
    spare: float = 0,
) -> list[Range]:
    """All ranges of volume in which self-hosting is not dearer than the API, as (from, to) in queries per month.

    Both ends are included, ranges that touch are one, and a range can be a single volume. Where there is any range
    the last one has no end (infinity): with enough servers, starting one more no longer makes a loss.

    Raises:
        NeverError: self-hosting is dearer at every volume.
        OutOfDomainError: more than 10,000 ranges, because a full server costs about what the API does.

    Examples:
        >>> breakeven_ranges(0.0002, 400, capacity=3_000_000)
        [(2000000.0, 3000000), (4000000.0, inf)]

    Source: specification, B6.
    """
    standing = spare * server_cost + ops_cost
    saving = _saving_per_query(api_cost, marginal_cost, server_cost + standing)
    first, last = _winning_steps(saving, server_cost, standing, capacity)
    if last - first >= MOST_RANGES:
        raise OutOfDomainError(
            f"self-hosting wins in more than {MOST_RANGES:,} separate ranges of queries_per_month:"
            f" a full server costs {server_cost!r} USD per month, about what the API does"
        )
    ranges = []
    for servers in range(int(first), int(last) + 1):
        start = _breakeven_of_step(servers, saving, server_cost, standing)
        end = math.inf if servers == last or capacity is None else servers * capacity
        ranges.append((min(start, end), end))  # a single volume may round to just above itself
    return ranges


def _saving_per_query(api_cost: float, marginal_cost: float, standing_cost: float) -> float:
    """What a self-hosted query saves before any server is paid; refused where it can never pay for one."""
    saving = api_cost - marginal_cost
    if saving < 0 or saving == 0 < standing_cost:
        raise NeverError(
            f"marginal_cost (Marginal cost, USD per query) is {marginal_cost!r} and api_cost {api_cost!r}:"
            " self-hosting is dearer at every volume"
        )
    return saving


def _breakeven_of_step(servers: float, saving: float, server_cost: float, standing: float) -> float:
    """Volume at which this many servers, besides the standing cost, cost what the API does."""
    cost = servers * server_cost + standing
    return cost / saving if cost else 0.0


def _winning_steps(saving: float, server_cost: float, standing: float, capacity: float | None) -> tuple[float, float]:
    """Fewest servers with which self-hosting wins anywhere; and those from whose break-even on it wins for good.

    Step n, up to n * C queries, has its break-even v_n = (n * S + K) / (p - c). With g = C * (p - c) - S, the gain of a
    full server, it wins somewhere if v_n <= n * C, that is K <= n * g, and everywhere if v_n <= (n - 1) * C, that is
    K + C * (p - c) <= n * g. Each condition, once met, is met by every later step, so none need be searched; and
    neither is ever met if a full server gains nothing and anything is left to pay.
    """
    if capacity is None or server_cost == 0:
        return 1, 1
    gain = capacity * saving - server_cost
    if abs(gain) <= ROUNDING * server_cost:
        gain = 0.0
    if gain < 0 or gain == 0 < standing:
        raise NeverError(
            f"server_cost (Server cost, USD per month) is {server_cost!r}, a full server saves {capacity * saving!r}:"
            " self-hosting is dearer at every volume"
        )
    if gain == 0:
        return 1, math.inf  # every server breaks even just when it is full
    first = max(1, ceil(standing / gain * (1 - ROUNDING)))
    always = ceil((standing + capacity * saving) / gain * (1 - ROUNDING))
    return first, max(first, always - 1)


@formula("month number", elementwise=True)
def crossover_month(
    start_volume: float,
    growth: float,
    api_cost: float,
    selfhost_monthly: float,
    api_price_change: float = 0,
    upfront: float = 0,
    max_months: float = 120,
) -> float:
    """First month in which self-hosting is not dearer than the API, the first month being 1.

    Without a one-off cost: the first t whose API bill V_t * p_t reaches the self-hosting cost of the month. With one:
    the first t at which the savings since month 1, losses included, have repaid it.

    Raises:
        NeverError: not within the horizon.

    Examples:
        >>> crossover_month(500_000, 0.15, 0.0002, 400)
        11.0
        >>> crossover_month(500_000, 0.15, 0.0002, 400, upfront=1_020)
        19.0

    Source: specification, B7.
    """
    drift = (1.0 + growth) * (1 + api_price_change)
    due, reached = upfront, 0.0
    bill = start_volume * api_cost
    for month in range(1, int(max_months) + 1):
        due, reached = (due + selfhost_monthly, reached + bill) if upfront else (selfhost_monthly, bill)
        if reached >= due * (1 - ROUNDING):
            return float(month)
        bill *= drift
    raise NeverError(f"self-hosting stays dearer for {max_months:g} months (Horizon, months)")
