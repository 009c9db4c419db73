"""What self-hosting costs: properties, enumerated availability, and the figures printed in the texts."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pytest import approx  # noqa: PT013  # it reads as a word
from strategies import quantities, quantity

from llmcost_xl.engine.hosting import (
    availability,
    average_qps,
    idle_saving,
    owned_hardware_cost,
    qps_ceiling,
    selfhost_monthly_cost,
    selfhost_token_price,
    selfhost_unit_cost,
    server_capacity,
    servers_for_uptime,
    servers_required,
    utilisation,
)
from llmcost_xl.errors import NeverError, OutOfDomainError

SERVER = ("qps_per_server", "peak_factor", "max_utilisation")


@given(quantities("queries_per_month", *SERVER))
def test_the_servers_suffice_and_one_fewer_would_not(call: dict[str, float]) -> None:
    volume = call.pop("queries_per_month")
    servers = servers_required(volume, **call, minimum=0)
    capacity = server_capacity(**call)
    assert (servers - 1) * capacity < volume <= servers * capacity * (1 + 1e-9)
    at_peak = utilisation(volume, servers, call["qps_per_server"]) * call["peak_factor"]
    assert at_peak <= call["max_utilisation"] * (1 + 1e-9)


@given(quantity("qps_per_server"), st.integers(1, 1000))
def test_full_servers_need_no_other_for_a_rounding_error(qps_per_server: float, servers: int) -> None:
    assert servers_required(server_capacity(qps_per_server) * servers, qps_per_server) == servers


@given(quantities("queries_per_month", "server_cost", *SERVER, "spare", "ops_cost", "marginal_cost"))
def test_unit_cost_times_volume_is_the_monthly_cost(call: dict[str, float]) -> None:
    monthly = selfhost_monthly_cost(**call)
    assert selfhost_unit_cost(monthly, call["queries_per_month"]) * call["queries_per_month"] == approx(monthly)
    price = selfhost_token_price(monthly, call["queries_per_month"], 700)
    assert price * call["queries_per_month"] * 700 / 1e6 == approx(monthly)


def enumerated(up: Fraction, servers: int, needed: int) -> Fraction:
    """Chance that enough servers are up, over every combination of servers."""
    return sum(
        (
            math.prod(up if is_up else 1 - up for is_up in states)
            for states in itertools.product((True, False), repeat=servers)
            if sum(states) >= needed
        ),
        Fraction(0),
    )


def exactly(up: Fraction, servers: int, needed: int) -> Fraction:
    """The same by the binomial sum, in fractions."""
    return sum(
        (math.comb(servers, j) * up**j * (1 - up) ** (servers - j) for j in range(needed, servers + 1)), Fraction(0)
    )


@given(st.floats(0, 1), st.integers(1, 7), st.integers(1, 4))
def test_availability_over_every_combination_of_servers(up: float, servers: int, needed: int) -> None:
    assert availability(up, servers, needed) == approx(float(enumerated(Fraction(up), servers, needed)), abs=1e-12)


@given(st.integers(1, 99), st.sampled_from([1, 2, 3, 4]), st.integers(1, 6))
def test_fewest_servers_for_uptime(percent: int, nines: int, needed: int) -> None:
    up, target = Fraction(percent, 100), 1 - Fraction(1, 10**nines)
    servers = int(servers_for_uptime(percent / 100, float(target), needed))
    assume(servers <= 100)  # fractions grow slow
    assert exactly(up, servers, needed) >= target
    assert exactly(up, servers - 1, needed) < target


def test_a_fleet_of_a_thousand() -> None:
    servers = int(servers_for_uptime(0.99, 0.999, 1_000))
    assert (
        exactly(Fraction(99, 100), servers, 1_000)
        >= Fraction(999, 1000)
        > exactly(Fraction(99, 100), servers - 1, 1_000)
    )


@pytest.mark.parametrize(("up", "target"), [(0.999, 1), (0, 0.5)])
def test_uptime_that_no_number_of_servers_gives(up: float, target: float) -> None:
    with pytest.raises(NeverError):
        servers_for_uptime(up, target)


def test_uptime_that_takes_too_many_servers_is_refused_at_once() -> None:
    with pytest.raises(OutOfDomainError, match="10,000,000 servers"):
        servers_for_uptime(1e-12, 0.999)


def test_five_servers_keep_four_up() -> None:
    assert availability(0.99, 5, 4) == approx(0.99902, abs=5e-6)  # specification, B5


@given(quantities("monthly_cost", "active_hours"))
def test_running_while_active_and_idle_is_running_all_month(call: dict[str, float]) -> None:
    active_cost = call["monthly_cost"] * call["active_hours"] / 730
    assert idle_saving(**call) + active_cost == approx(call["monthly_cost"])


def test_average_load_of_five_million_a_month() -> None:
    assert average_qps(5_000_000) == approx(1.90, abs=0.005)  # specification, A2 I7


@given(quantities("params_b", "input_tokens", "output_tokens", "peak_tflops"))
def test_at_its_ceiling_a_gpu_computes_at_the_stated_share_of_its_peak(call: dict[str, float]) -> None:
    assume(call["input_tokens"] + call["output_tokens"] > 1)
    flops_per_query = 2 * call["params_b"] * 1e9 * (call["input_tokens"] + call["output_tokens"])
    assert qps_ceiling(**call, mfu=0.5) * flops_per_query == approx(call["peak_tflops"] * 1e12 / 2)


def test_hardware_at_home_is_not_electricity_alone() -> None:
    """ "Economics of Custom Models", line 55, prints $15 a month; specification, A2 I9."""
    assert owned_hardware_cost(0, 0, 1, 0.137, 0.15) == approx(15, abs=0.01)  # what $15 of electricity means
    assert owned_hardware_cost(0, 0, 1, 0.45, 0.15) == approx(49, abs=0.5)  # full load
    assert owned_hardware_cost(1_800, 0, 36, 0.45, 0.15, active_hours=0.3 * 730) == approx(65, abs=0.5)


@given(quantities("residual_value", "months", "power_kw", "electricity_price", "active_hours", "power_overhead"))
def test_owned_hardware_costs_its_loss_of_value_and_its_power(call: dict[str, float]) -> None:
    lost = 1_000.0
    total = call["months"] * owned_hardware_cost(call["residual_value"] + lost, **call)
    kilowatt_hours = call["power_kw"] * call["active_hours"] * call["months"] * call["power_overhead"]
    assert total == approx(lost + kilowatt_hours * call["electricity_price"])


def test_a_residual_value_above_the_price_is_refused() -> None:
    with pytest.raises(OutOfDomainError, match="residual_value"):
        owned_hardware_cost(1_000, 1_001, 36, 0.45, 0.15)
