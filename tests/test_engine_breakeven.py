"""When self-hosting pays: break-even equalises costs, ranges agree with brute force, crossover month by month."""

from __future__ import annotations

import bisect
import itertools
import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pytest import approx  # noqa: PT013  # it reads as a word
from strategies import quantities, quantity

from llmcost_xl.engine.breakeven import (
    breakeven_queries,
    breakeven_ranges,
    breakeven_volume,
    crossover_month,
    selfhost_saving,
)
from llmcost_xl.engine.hosting import server_capacity
from llmcost_xl.engine.quality import breakeven_failure_rate
from llmcost_xl.errors import NeverError, OutOfDomainError

Call = dict[str, Any]


def saving_by_hand(volume: float, servers: int, call: Call) -> float:
    """API bill less self-hosting cost, written out."""
    servers_cost = (servers + call["spare"]) * call["server_cost"]
    return call["api_cost"] * volume - servers_cost - call["ops_cost"] - call["marginal_cost"] * volume


@st.composite
def stairs(draw: st.DrawFn, *, full_server_wins: bool) -> Call:
    """Servers of limited capacity; what a full one gains is at least a hundredth of its cost, or lost."""
    call = draw(quantities("server_cost", "ops_cost", "marginal_cost", "capacity", "spare"))
    gain = draw(st.floats(0.01, 5)) if full_server_wins else -draw(st.floats(0.01, 0.99))
    call["api_cost"] = call["marginal_cost"] + call["server_cost"] * (1 + gain) / call["capacity"]
    return call


@settings(deadline=None)
@given(stairs(full_server_wins=True))
def test_ranges_agree_with_brute_force(call: Call) -> None:
    capacity, ranges = call["capacity"], breakeven_ranges(**call)
    steps = math.ceil(ranges[-1][0] / capacity) + 3
    assume(steps <= 1_000)
    points = [(servers - 1 + place, servers) for servers in range(1, steps + 1) for place in (1e-6, 0.3, 0.6, 1)]
    edges = [edge / capacity * nearly for edge in itertools.chain(*ranges) for nearly in (1 - 1e-6, 1 + 1e-6)]
    points += [(edge, max(1, math.ceil(edge))) for edge in edges if edge < math.inf]
    starts = [start for start, _ in ranges]
    for fill, servers in points:
        volume = fill * capacity
        saving = saving_by_hand(volume, servers, call)
        if abs(saving) > 1e-8 * (call["api_cost"] * volume + call["server_cost"]):  # else at an edge, within rounding
            below = bisect.bisect(starts, volume) - 1
            assert (below >= 0 and volume <= ranges[below][1]) == (saving > 0), volume


@given(stairs(full_server_wins=True))
def test_ranges_are_apart_and_rising_and_the_first_starts_at_the_breakeven(call: Call) -> None:
    ranges = breakeven_ranges(**call)
    assert all(start <= end for start, end in ranges)
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(ranges))
    assert ranges[-1][1] == math.inf
    assert breakeven_volume(**call) == approx(ranges[0][0])


@given(stairs(full_server_wins=False), st.integers(1, 1000), st.floats(0, 1))
def test_a_full_server_dearer_than_the_api_never_wins(call: Call, servers: int, place: float) -> None:
    """Not in a single range either: the other costs only add to what every full server loses."""
    assert saving_by_hand((servers - 1 + place) * call["capacity"], servers, call) < 0
    for function in (breakeven_volume, breakeven_ranges):
        with pytest.raises(NeverError):
            function(**call)


@given(quantities("api_cost", "server_cost", "marginal_cost", "ops_cost", "spare"))
def test_at_the_breakeven_both_cost_the_same(call: Call) -> None:
    assume(call["api_cost"] > call["marginal_cost"])
    volume = breakeven_volume(**call)
    bill = call["api_cost"] * volume
    assert selfhost_saving(volume, **call) == approx(0, abs=1e-9 * bill)
    assert breakeven_ranges(**call) == [(volume, math.inf)]


@given(stairs(full_server_wins=True), st.integers(1, 50), st.floats(0.001, 1))
def test_saving_is_as_written_out(call: Call, servers: int, place: float) -> None:
    volume = (servers - 1 + place) * call["capacity"]
    assert selfhost_saving(volume, **call) == approx(saving_by_hand(volume, servers, call), abs=1e-6)
    assert selfhost_saving(0, **call) == approx(saving_by_hand(0, 1, call))


@given(stairs(full_server_wins=True))
def test_dearer_servers_never_break_even_earlier(call: Call) -> None:
    dearer = call | {"ops_cost": call["ops_cost"] + 100}
    assert breakeven_volume(**dearer) >= breakeven_volume(**call) * (1 - 1e-9)


def test_a_full_server_that_hardly_gains_is_answered_without_a_search() -> None:
    call = {"api_cost": 0.0002, "server_cost": 400, "capacity": 2_000_000 + 1e-3}  # gains 2E-7 dollars a month
    assert breakeven_volume(**call) == approx(2_000_000)
    assert breakeven_volume(**call, ops_cost=1) == approx(1 / 2e-7 * 2_000_000, rel=1e-3)
    for ops_cost in (0, 1):
        with pytest.raises(OutOfDomainError, match="10,000 separate ranges"):
            breakeven_ranges(**call, ops_cost=ops_cost)


@pytest.mark.parametrize("function", [breakeven_volume, breakeven_ranges])
def test_dearer_queries_never_pay_even_if_servers_are_free(function: Any) -> None:
    """At no volume above zero is self-hosting as cheap, so a break-even of 0 would say the opposite."""
    assert all(selfhost_saving(volume, 0.0002, 0, marginal_cost=0.0003) < 0 for volume in (1, 1e6, 1e12))
    with pytest.raises(NeverError, match="dearer at every volume"):
        function(0.0002, 0, marginal_cost=0.0003)


# -- cumulative ------------------------------------------------------------------------------------------------


@given(quantities("upfront", "api_cost", "selfhost_cost"))
def test_after_the_breakeven_queries_both_have_cost_the_same(call: Call) -> None:
    assume(call["api_cost"] > call["selfhost_cost"] * (1 + 1e-6))
    queries = breakeven_queries(**call)
    assert call["upfront"] + queries * call["selfhost_cost"] == approx(queries * call["api_cost"])


def test_a_query_that_saves_nothing_is_named_with_what_was_received() -> None:
    with pytest.raises(NeverError, match=r"selfhost_cost .* is 0\.008 and api_cost 0\.0002"):
        breakeven_queries(1_420, 0.0002, 0.008)


def month_by_month(call: Call) -> int | None:
    """First month at which self-hosting has caught up, from each month's own bill."""
    balance = -call["upfront"]
    for month in range(1, call["max_months"] + 1):
        volume = call["start_volume"] * (1 + call["growth"]) ** (month - 1)
        saving = volume * call["api_cost"] * (1 + call["api_price_change"]) ** (month - 1) - call["selfhost_monthly"]
        balance += saving
        caught_up = balance if call["upfront"] else saving
        assume(abs(caught_up) > 1e-6)
        if caught_up >= 0:
            return month
    return None


@given(
    quantities("start_volume", "growth", "api_cost", "selfhost_monthly", "api_price_change", "max_months"),
    st.one_of(st.just(0), quantity("upfront")),
)
def test_crossover_month_by_month(call: Call, upfront: float) -> None:
    call = call | {"upfront": upfront}
    expected = month_by_month(call)
    if expected is None:
        with pytest.raises(NeverError):
            crossover_month(**call)
    else:
        assert crossover_month(**call) == expected


# -- figures printed in the specification ----------------------------------------------------------------------


def test_two_queries_per_second_never_pay() -> None:
    """A2 I8: what arithmetic leaves of a claimed capacity costs more than the API at any volume."""
    with pytest.raises(NeverError):
        breakeven_volume(0.0002, 400, capacity=server_capacity(2, 4, 0.7))


def test_operations_turn_the_saving_of_the_five_million_case_into_a_loss() -> None:
    """A2 I7: $200 a month as printed, minus 200 to minus 1,700 with $400 to $1,900 of operations."""
    assert selfhost_saving(5_000_000, 0.0002, 800) == 200
    assert selfhost_saving(5_000_000, 0.0002, 800, ops_cost=400) == -200
    assert selfhost_saving(5_000_000, 0.0002, 800, ops_cost=1_900) == -1_700
    assert selfhost_saving(5_000_000, 0.0002, 400) == 600


def test_failure_rate_that_the_self_hosted_model_needs() -> None:
    """B6, the fourth question of line 253: equal at 2M queries, two points better at 1M and one cent a failure."""
    assert breakeven_failure_rate(0.0002, 0.1, 400 / 2_000_000, 0.01) == approx(0.1)
    assert breakeven_failure_rate(0.0002, 0.1, 400 / 1_000_000, 0.01) == approx(0.1 - 0.02)


def test_breakeven_is_inverse_to_the_api_price_and_proportional_to_the_server_cost() -> None:
    for factor in (0.5, 2, 10):
        assert breakeven_volume(0.0002 * factor, 400) == approx(2_000_000 / factor)
        assert breakeven_volume(0.0002, 400 * factor) == approx(2_000_000 * factor)
