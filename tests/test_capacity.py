"""The capacity workbook against figures worked out by hand, and what "Economics of Custom Models" (S0) claims."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils import get_column_letter
from workbooks import Cells, built

from llmcost_xl import workbook
from llmcost_xl.workbook.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

near = pytest.approx
NEVER = "never within the months shown"
FIRST, HALF, WANTED = "r1", "r2", "r3"
RTX_4090, A10G, A100, T4 = "r1", "r2", "r3", "r4"


CELLS = Cells("capacity")
cell, record = CELLS.cell, CELLS.record


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built("capacity").save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        yield opened


def by_month(name: str, line: str, month: int | str) -> str:
    """The cell of a quantity written per limit or server, months (or spare servers) across."""
    place = built("capacity").plan.homes[name]
    row, column = place.cell(str(month), line)
    return f"{place.sheet}!{get_column_letter(column)}{row}"


def entered(book: Book, **inputs: float | str) -> Book:
    book.set({cell(name): value for name, value in inputs.items()})
    book.recalculate()
    return book


def verdict(book: Book, key: str) -> str:
    """OK, ALERT or FAIL, by the check's key."""
    return str(book[CELLS.status(key)])


# -- limits ----------------------------------------------------------------------------------------------------------


def test_five_million_queries_at_a_peak_of_four(book: Book) -> None:
    # 5,000,000 / (730 * 60) * 4 = 456.6 requests and, at 700 tokens, 319,635 tokens a minute; 1.9 queries a second
    assert round(float(book[cell("peak_rpm@1")])) == 457
    assert round(float(book[cell("peak_tpm@1")])) == 319_635
    assert book[cell("average_qps@1")] == near(1.9026, abs=5e-5)


@pytest.mark.parametrize(
    ("line", "headroom"),
    [
        (FIRST, 1 - 456.621 / 500),  # 8.7%: requests are the tighter limit of 500 and 400,000
        (HALF, 1 - 319_634.7 / 200_000),  # -59.8%: tokens are
    ],
)
def test_headroom_is_that_of_the_tighter_limit(book: Book, line: str, headroom: float) -> None:
    assert book[by_month("headroom", line, 1)] == near(headroom, abs=1e-5)


@pytest.mark.parametrize(
    ("line", "growth", "month", "months_left"),
    [
        (FIRST, 0.05, 3, math.log(500 / 456.62100) / math.log(1.05)),  # 1.86 months: month 3 is the first above
        (FIRST, 0.001, NEVER, math.log(500 / 456.62100) / math.log(1.001)),  # 91 months, 12 are shown
        (FIRST, 0, NEVER, "never"),
        (FIRST, -0.05, NEVER, "never"),
        (HALF, 0.05, 1, 0),
        (HALF, -0.05, 1, 0),
        (WANTED, 0.05, NEVER, math.log(2_000 / 456.62100) / math.log(1.05)),
    ],
)
def test_month_in_which_a_limit_is_passed(
    book: Book, line: str, growth: float, month: int | str, months_left: float | str
) -> None:
    entered(book, growth=growth)
    shown = book[cell(f"breach_shown@{line}")], book[cell(f"months_left_shown@{line}")]
    assert shown == (month, months_left if isinstance(months_left, str) else near(months_left, abs=1e-4))
    assert book["chk_master"] == "OK"


def test_what_to_ask_for_covers_the_busiest_month_and_a_reserve(book: Book) -> None:
    assert book[cell(f"ask_rpm@{FIRST}")] == near(456.6210 * 1.05**11 / 0.8, rel=1e-6)
    entered(book, growth=-0.5)
    assert book[cell(f"ask_rpm@{FIRST}")] == near(456.6210 / 0.8, rel=1e-6)


def test_a_share_of_the_queries_takes_a_share_of_the_limit(book: Book) -> None:
    book.set({record("traffic_share", 0): 0.5})
    book.recalculate()
    assert book[by_month("headroom", FIRST, 1)] == near(1 - 0.5 * 456.621 / 500, abs=1e-5)
    assert verdict(book, "in_force") == "ALERT"  # half of the queries has no limit
    book.set({record("traffic_share", 1): 0.5, record("limit_in_force", 1): 1})
    book.recalculate()
    assert verdict(book, "in_force") == "OK"


def test_alerts_tell_a_limit_passed_now_from_one_passed_later(book: Book) -> None:
    assert (verdict(book, "full"), verdict(book, "demand")) == ("OK", "ALERT")
    entered(book, growth=0.001)
    assert (verdict(book, "full"), verdict(book, "demand")) == ("OK", "OK")
    entered(book, queries_per_month=5_500_000)
    assert (verdict(book, "full"), verdict(book, "demand")) == ("ALERT", "ALERT")
    assert book["chk_master"] == "OK"


# -- own servers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "of_peak", "ceiling"),
    # 2 * 7e9 * 700 = 9.8e12 operations a query; S0 L55-58 claims 20, 30, 50 and 10 queries a second
    [
        (RTX_4090, 196 / 165, 0.4 * 165 / 9.8),
        (A10G, 294 / 70, 0.4 * 70 / 9.8),
        (A100, 490 / 312, 12.73),
        (T4, 98 / 65, 2.65),
    ],
)
def test_the_source_claims_more_than_arithmetic_allows(book: Book, server: str, of_peak: float, ceiling: float) -> None:
    assert book[cell(f"claimed_of_peak@{server}")] == near(of_peak)
    assert book[cell(f"qps_ceiling@{server}")] == near(ceiling, abs=0.005)
    assert book[cell("overclaims")] == 4
    assert verdict(book, "ceiling") == "ALERT"


def test_an_honest_claim_is_counted_on(book: Book) -> None:
    book.set({record("claimed_qps", 2): 10})
    book.recalculate()
    assert book[cell(f"qps_per_server@{A100}")] == 10
    assert book[cell("overclaims")] == 3


@pytest.mark.parametrize(
    ("inputs", "server", "servers"),
    [
        # 10 a second at 70% and a peak of 4 carry 4,599,000 queries a month: two for 5,000,000, and a spare one
        ({"capacity_basis": "as claimed"}, T4, 3),
        ({"capacity_basis": "as claimed", "spare": 0}, T4, 2),
        # at the ceiling of 2.65 one carries 1,220,143: five, and a spare one
        ({}, T4, 6),
        ({"queries_per_month": 0, "spare": 0}, T4, 1),
    ],
    ids=str,
)
def test_servers_come_whole(book: Book, inputs: dict[str, float | str], server: str, servers: int) -> None:
    entered(book, **inputs)
    assert book[by_month("servers", server, 1)] == servers
    assert book["chk_master"] == "OK"


def test_uptime_of_some_servers_out_of_more(book: Book) -> None:
    # 99% each: two for one up 99.9% of the time (1 - 0.01^2); five for four (0.99^5 + 5 * 0.99^4 * 0.01 = 99.902%)
    entered(book, growth=0, capacity_basis="as claimed")
    needed = [book[cell(f"needed@{server}")] for server in (RTX_4090, A10G, A100, T4)]
    assert needed == [1, 1, 1, 2]
    assert book[cell(f"servers_for_target_shown@{A100}")] == 2
    entered(book, queries_per_month=4 * 4_599_000)
    assert book[cell(f"needed@{T4}")] == 4
    assert book[cell(f"servers_for_target_shown@{T4}")] == 5
    assert book[by_month("availability_with", T4, "plus1")] == near(0.99**5 + 5 * 0.99**4 * 0.01)
    assert book[cell("minutes_allowed")] == near(43.8)  # of 43,800 a month


def test_spare_servers_that_do_not_reach_the_uptime_raise_an_alert(book: Book) -> None:
    entered(book, growth=0, capacity_basis="as claimed", spare=0)
    assert verdict(book, "uptime") == "ALERT"
    entered(book, spare=1)
    assert verdict(book, "uptime") == "OK"


def test_a_target_that_no_spare_server_reaches_is_said_so(book: Book) -> None:
    entered(book, server_availability=0.5, target=0.999999)
    assert book[cell(f"servers_for_target_shown@{T4}")] == "more than shown"
    assert book["chk_master"] == "OK"


def test_a_fleet_larger_than_needed_is_up_more_often(book: Book) -> None:
    # ten run of which one is needed: all but never too few; the minimum counts as spare ones do
    entered(book, growth=0, capacity_basis="as claimed", spare=0, minimum=10)
    assert book[cell(f"needed@{A100}")] == 1
    assert book[cell(f"availability_planned@{A100}")] == near(1 - 0.01**10)
    assert verdict(book, "uptime") == "OK"


def test_no_server_at_all_has_no_utilisation(book: Book) -> None:
    entered(book, queries_per_month=0, minimum=0, spare=0)
    assert book[by_month("servers", T4, 1)] == 0
    assert book[by_month("utilisation_shown", T4, 1)] == "n/a"
    assert book["chk_master"] == "OK"


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        (("limit_name", "limit_in_force", "traffic_share", "rpm_limit", "tpm_limit", "limit_source"),
         {"used_share_shown@r2": "n/a", "ask_rpm_shown@r2": "n/a", "months_left_shown@r2": "never",
          "breach_shown@r1": 3}),
        (("server_name", "claimed_qps", "peak_tflops", "server_cost", "server_source"),
         {"claimed_of_peak_shown@r2": "n/a", "minutes_down_shown@r2": "n/a", "server_kinds": 3, "overclaims": 3}),
        (("latency_name", "claimed_from", "claimed_to", "first_token", "token_time", "latency_source"),
         {"too_slow:total": 1}),
    ],
    ids=("limits", "servers", "latencies"),
)  # fmt: skip
def test_a_cleared_line_is_left_out(book: Book, fields: tuple[str, ...], shown: dict[str, float | str]) -> None:
    book.set({record(name, 1): None for name in fields})
    book.recalculate()
    assert book["chk_master"] == "OK"
    assert {name: book[cell(name)] for name in shown} == shown
    assert book[record("latency_verdict", 1)] == ("" if "latency_name" in fields else "too slow")


# -- latency ---------------------------------------------------------------------------------------------------------


def test_the_latency_claimed_is_that_of_the_first_token(book: Book) -> None:
    # 200 tokens in 50 to 150 ms are 1,333 to 4,000 a second (S0 L112-117); at 75 a second an answer takes 2.8 s
    assert [book[record(name, 1)] for name in ("implied_slow", "implied_fast")] == near([200 / 0.15, 4_000])
    assert book[record("whole_answer", 1)] == near(100 + 200 * 13.3)
    assert verdict(book, "latency") == "ALERT"
    entered(book, latency_measure="time to first token")
    assert [book[record("too_slow", number)] for number in (0, 1)] == [1, 0]  # 500 and 100 ms against 200


# -- options ---------------------------------------------------------------------------------------------------------


def figures(libreoffice: LibreOffice, path: Path, options: Options, names: list[str]) -> list[Any]:
    made = workbook.build("capacity", options)
    with libreoffice.open(made.save(path)) as opened:
        opened.recalculate()
        assert opened["chk_master"] == "OK"
        return [opened[made.plan.address(f"{{{name}}}")] for name in names]


@pytest.mark.parametrize(("months", "month"), [(1, NEVER), (36, 31 + 1)])
def test_months_decide_what_is_in_sight(
    libreoffice: LibreOffice, tmp_path: Path, months: int, month: int | str
) -> None:
    # 2,000 requests a minute are passed after ln(2,000 / 456.62) / ln(1.05) = 30.3 months
    (shown,) = figures(libreoffice, tmp_path / "book.xlsx", Options(months=months), [f"breach_shown@{WANTED}"])
    assert shown == month


def test_models_asked_for_share_the_queries(libreoffice: LibreOffice, tmp_path: Path) -> None:
    options = Options(models=("gpt-4o", "anthropic/claude-haiku-4-5"))
    shown = figures(libreoffice, tmp_path / "book.xlsx", options, ["used_share@r1", "used_share@r2", "all_in_force"])
    assert shown == near([456.621 / 2 / 500] * 2 + [1], abs=1e-5)
