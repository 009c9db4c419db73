"""The workbook of building, borrowing or blending: the decision by rule, the risks, the migration by brute force."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils import get_column_letter
from workbooks import Cells, built

from llmcost_xl import workbook
from llmcost_xl.engine.breakeven import breakeven_volume
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

NAME = "build-borrow-blend"
CRITERIA = 19
near = pytest.approx


CELLS = Cells(NAME)
cell, record, status = CELLS.cell, CELLS.record, CELLS.status


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built(NAME).save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        yield opened


def base(name: str) -> str:
    """The cell of an input in the base scenario."""
    place = built(NAME).plan.homes[name]
    column = built(NAME).plan.sheet("Inputs").scenarios.start
    return f"Inputs!{get_column_letter(column)}{place.row}"


def entered(book: Book, values: dict[str, Any]) -> Book:
    book.set(values)
    book.recalculate()
    return book


def plain(book: Book, **costs: float) -> None:
    """An API at 0.0002 a query against servers of 400 a month without further cost, unless said otherwise."""
    mini = {"in_model": "source-2024/gpt-4o-mini", base("api_factor"): 0.0002 / 0.000195, base("ops_hours"): 0,
            base("retrain_cost"): 0}  # fmt: skip
    entered(book, mini | {base(name): value for name, value in costs.items()})


def score(book: Book, points: float) -> None:
    """The same score for every statement."""
    entered(book, {record("score", number): points for number in range(CRITERIA)})


# -- the decision -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "volume", "not_met", "proven", "decision"),
    # break-even 2 M queries a month; thresholds 0.67 and 0.34 of 3 points
    [
        (2.4, 5_000_000, False, "yes", "Build"),
        (0.6, 50_000, False, "yes", "Borrow"),
        (1.5, 1_000_000, False, "yes", "Blend"),
        (2.4, 1_999_999, False, "yes", "Blend"),
        (2.4, 2_000_001, False, "yes", "Build"),
        (2.01, 5_000_000, False, "yes", "Build"),
        (1.02, 50_000, False, "yes", "Borrow"),
        (0.6, 5_000_000, False, "yes", "Blend"),
        (3, 5_000_000, False, "no", "Borrow"),
        (3, 5_000_000, False, "unknown", "Borrow"),
        (0, 50_000, True, "no", "Build"),
        (3, 5_000_000, True, "no", "Build"),
        (1.5, 1_000_000, True, "no", "Build"),
        (0, 50_000, True, "yes", "Build"),
    ],
)
def test_the_decision_follows_the_rules_in_their_order(
    book: Book, points: float, volume: float, not_met: bool, proven: str, decision: str
) -> None:
    plain(book, queries_per_month=volume)
    score(book, points)
    entered(book, {"in_proven": proven, record("met", 4): "no" if not_met else "yes"})
    assert book["out_recommendation"] == decision
    assert book["out_build_score"] == near(points / 3)
    assert f"Recommendation: {decision}." in str(book["Outputs!A7"])
    assert book["chk_master"] == "OK"


def test_a_requirement_that_nobody_has_need_not_be_met(book: Book) -> None:
    assert book[record("required", 5)] == "no"
    assert book[record("met", 5)] == "no"
    assert book["out_must_self_host"] == 0
    entered(book, {record("required", 5): "yes"})
    assert (book["out_must_self_host"], book["out_recommendation"]) == (1, "Build")


def test_weights_count(book: Book) -> None:
    values: dict[str, Any] = {record("weight", number): 0 for number in range(CRITERIA)}
    for number, (points, weight) in enumerate(((3, 0.25), (2, 0.25), (1, 0.25), (2, 0.25))):
        values |= {record("score", number): points, record("weight", number): weight}
    entered(book, values)
    assert book["out_build_score"] == near(2 / 3)
    assert book["chk_master"] == "OK"


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        ("weights", {("weight", 0): 0.2}),
        ("evidence", {("evidence", 3): None}),
        ("scores", {("score", 2): 3.5}),
        ("vendors", {("vendor_share", 0): 0.6}),
    ],
)
def test_what_a_decision_cannot_rest_on_fails(book: Book, check: str, wrong: dict[tuple[str, int], Any]) -> None:
    assert book[status(check)] == "OK"
    entered(book, {record(*where): value for where, value in wrong.items()})
    assert book[status(check)] == "FAIL"
    assert book["chk_master"] == "FAIL"


@pytest.mark.parametrize("share", [1.01, -0.01, None, "half"])
def test_a_share_is_a_number_from_0_to_1(book: Book, share: float | str | None) -> None:
    entered(book, {base("target_api_share"): share})
    assert book["chk_master"] == "FAIL"


def test_thresholds_the_wrong_way_round_fail(book: Book) -> None:
    entered(book, {"in_low_threshold": 0.7})
    assert book["chk_master"] == "FAIL"


# -- break-even -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ({}, 2_000_000),
        ({"retrain_cost": 400}, 4_000_000),  # capacity 4,599,000
        ({"server_cost": 800}, 4_000_000),
        ({"spare": 1}, 4_000_000),
        ({"qps_per_server": 2}, "never"),  # a server carries 919,800 queries, worth 184 a month
        ({"retrain_cost": 5_000}, 41_000_000),  # 8 servers fall short of 10 x 3,200 + 5,000: the tenth carries it
    ],
)
def test_break_even(book: Book, costs: dict[str, float], expected: Any) -> None:
    plain(book, **costs)
    shown = book["out_breakeven_shown"]
    if expected == "never":
        assert shown == "never"
        return
    given = {"server_cost": 400, "spare": 0} | {name: costs[name] for name in ("server_cost", "spare") if name in costs}
    exact = breakeven_volume(0.0002, ops_cost=costs.get("retrain_cost", 0), capacity=4_599_000, **given)
    assert shown == near(exact)
    if not costs.get("retrain_cost", 0) > 400:
        assert shown == near(expected)


def test_never_is_in_no_month(book: Book) -> None:
    plain(book, qps_per_server=2)
    assert (book["out_breakeven_shown"], book["out_reaches"]) == ("never", 0)


@pytest.mark.parametrize(("volume", "verdict"), [(50_000, "not assessed"), (2_500_000, "OK"), (3_500_000, "ALERT"),
                                                 (4_500_000, "OK")])  # fmt: skip
def test_above_the_break_even_a_server_more_may_still_not_pay(book: Book, volume: float, verdict: str) -> None:
    # 10 queries per second x 2,628,000 s x 0.4567 / 4 = 3.0 M queries a server: it pays at 2 to 3 M and from 4 M on
    plain(book, queries_per_month=volume)
    entered(book, {"in_max_utilisation": 0.4567})
    assert book["out_breakeven_shown"] == near(2_000_000)
    assert book[status("whole_servers")] == verdict


# -- vendors ----------------------------------------------------------------------------------------------------------


def test_vendors_by_hand(book: Book) -> None:
    assert book["out_hhi_shown"] == near(0.7**2 + 0.2**2 + 0.1**2)
    assert book["out_effective_shown"] == near(1 / 0.54)
    assert book["out_switching_cost"] == (60 + 20 + 40) * 100 + 3 * 2_000
    assert book["out_tests_year"] == (2 + 3 + 4 + 1 + 2) * 100 * 4


def test_without_vendors_concentration_is_not_known(book: Book) -> None:
    entered(book, {record(name, number): None for name in ("vendor", "vendor_share") for number in range(3)})
    assert (book["out_hhi_shown"], book["out_effective_shown"]) == ("n/a", "n/a")
    assert "no shares are entered" in str(book["Outputs!A11"])


def test_the_limits_hold_in_the_busiest_month_of_the_api(book: Book) -> None:
    # 1.5 M queries grow by 30% until the migration starts to relieve the API: 24 months later 30% of 627 M are left
    entered(book, {base("growth"): 0.3})
    assert book["out_headroom"] == near(1 - 1.5e6 * 4 / (730 * 60) / 500)  # the tighter limit
    assert book["out_busiest_room"] == near(1 - 0.3 * 1.5e6 * 1.3**23 * 4 / (730 * 60) / 500)
    assert book[status("limits")] == "ALERT"


def test_room_below_the_limits(book: Book) -> None:
    entered(book, {base("queries_per_month"): 5_000_000, base("growth"): 0})
    assert book["out_headroom"] == near(0.08676, abs=5e-6)
    assert book[status("limits")] == "OK"
    entered(book, {"in_tpm_limit": 200_000})
    assert book["out_headroom"] == near(-0.598, abs=5e-4)
    assert book[status("limits")] == "ALERT"


@pytest.mark.parametrize(
    ("check", "values"),
    [
        ("utilisation", {"queries_per_month": 100_000}),
        ("operated", {"ops_hours": 0}),
        ("retrained", {"retrain_cost": 0}),
    ],
)
def test_each_mistake_raises_its_alert_where_anything_is_moved(
    book: Book, check: str, values: dict[str, float]
) -> None:
    entered(book, {base("queries_per_month"): 4_000_000})
    assert book[status(check)] == "OK"
    entered(book, {base(name): value for name, value in values.items()})
    assert book[status(check)] == "ALERT"
    entered(book, {base("target_api_share"): 1})
    assert book[status(check)] == "not assessed"
    assert book["chk_master"] == "OK"


@pytest.mark.parametrize(
    ("check", "spoilt"),
    [
        ("unknown", {("met", 0): "unknown"}),
        ("intake", {("answered", 0): "no"}),
        ("unknown", {("required", 0): None}),
        ("options", {("considered", 2): "no"}),
        ("unevidenced", {("met_evidence", 0): None}),
        ("framework", {("rule_applies", 2): "no"}),
    ],
)
def test_open_answers_raise_an_alert(book: Book, check: str, spoilt: dict[tuple[str, int], Any]) -> None:
    entered(book, {record("met", 4): "yes", record("answered", 3): "yes"})
    assert book[status(check)] == "OK"
    entered(book, {record(*where): value for where, value in spoilt.items()})
    assert book[status(check)] == "ALERT"


# -- the migration ----------------------------------------------------------------------------------------------------


def bills(**changed: float) -> list[tuple[float, float]]:
    """The bills of staying and of migrating, month by month, from the example's inputs."""
    given = {"queries_per_month": 1_500_000, "growth": 0.05, "server_cost": 400, "ops_hours": 8, "retrain_cost": 150,
             "upfront": 15_170, "target_api_share": 0.3, "dual_running_cost": 2_000, "qps_per_server": 10}  # fmt: skip
    given |= changed
    tests, capacity, found = 400.0, given["qps_per_server"] * 0.7 * 2_628_000 / 4, []
    for month in range(1, 25):
        volume = given["queries_per_month"] * (1 + given["growth"]) ** (month - 1)
        own = volume * min(1, max(0, (month - 3) / 6)) * (1 - given["target_api_share"])
        running = (volume - own) * 0.00325 + (tests if own < volume else 0)
        if own:
            running += math.ceil(own / capacity) * given["server_cost"] + given["ops_hours"] * 100
            running += given["retrain_cost"]
        once = (given["upfront"] + 12_000) / 3 if month <= 3 else 0
        once += given["dual_running_cost"] if 4 <= month <= 6 else 0
        found.append((volume * 0.00325 + tests, running + once))
    return found


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"queries_per_month": 20_000_000},
        {"queries_per_month": 50_000},
        {"target_api_share": 0},
        {"growth": -0.05, "dual_running_cost": 0},
        {"qps_per_server": 0.5, "server_cost": 100},
    ],
    ids=str,
)
def test_the_migration_by_brute_force(book: Book, changed: dict[str, float]) -> None:
    entered(book, {base(name): value for name, value in changed.items()})
    expected = bills(**changed)
    stay, ramp = (sum(column) for column in zip(*expected, strict=True))
    assert [book["out_stay_total"], book["out_ramp_total"]] == near([stay, ramp])
    behind, stayed, moved = 0, 0.0, 0.0
    for month, (one, other) in enumerate(expected, start=1):
        stayed, moved = stayed + one, moved + other
        behind = month if moved > stayed + 0.005 else behind
    assert book["out_ahead_shown"] == (behind + 1 if behind < 24 else "never")
    assert book["chk_master"] == "OK"


def test_who_stays_pays_nothing_for_a_migration(book: Book) -> None:
    entered(book, {base("target_api_share"): 1})
    assert (book["out_horizon_difference"], book["out_ahead_shown"]) == (0, "n/a")
    assert book["Outputs!A10"] == "Everything stays with the API: there is no migration."
    assert book[status("worth_it")] == "not assessed"
    assert book["chk_master"] == "OK"


@pytest.mark.parametrize("scenario", ["Base", "Low", "High"])
def test_scenarios_speak_for_or_against_building(book: Book, scenario: str) -> None:
    entered(book, {"in_scenario": scenario})
    difference = float(book["out_horizon_difference"])
    assert (difference > 0) is (scenario == "Low")
    assert book["chk_master"] == "OK"


# -- completeness, and how it is made ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "rows"),
    # as many rows as the texts have points
    [("S1 L136-143", 4), ("S1 L123-130", 5), ("S1 L23-26", 4), ("S1 L10-22", 4), ("S1 L69-74", 3),
     ("S1 L55-61", 4), ("S1 L62-68", 4), ("S1 L144-152", 3), ("S1 L43-49", 4), ("S1 L83-88", 3), ("S1 L90-105", 3),
     ("S2 L35-38", 4), ("S2 L127-135", 3)],
)  # fmt: skip
def test_every_point_of_the_texts_has_a_row(source: str, rows: int) -> None:
    plan = built(NAME).plan
    tables = [table for sheet in plan.sheets if sheet.name != "Sources" for table in sheet.tables.values()]
    assert sum(source in record for table in tables for record in table.block.records) == rows


@pytest.mark.parametrize("options", [
    Options(months=1), Options(months=36), Options(currency=Currency("EUR", 0.92, dt.date(2026, 11, 21))),
    Options(start=dt.date(2026, 7, 1)), Options(models=("gpt-4o", "claude-haiku-4-5")),
    Options(as_of=dt.date(2026, 3, 1)),
], ids=["1 month", "36 months", "EUR", "July", "models", "as of"])  # fmt: skip
def test_every_way_to_make_it_passes_its_own_checks(libreoffice: LibreOffice, tmp_path: Path, options: Options) -> None:
    made = workbook.build(NAME, options)
    with libreoffice.open(made.save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        assert opened["chk_master"] == "OK"
        assert opened["out_switching_cost"] == near(18_000 * options.currency.rate)
        assert opened[made.plan.address("{month_count}")] == (options.months or 24)
