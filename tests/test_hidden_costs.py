"""The hidden-cost workbook against figures worked out by hand from "Economics of Custom Models" (S0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from workbooks import built

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

near = pytest.approx


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built("hidden-costs").save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        yield opened


def entered(book: Book, **inputs: float | str) -> Book:
    book.set({f"in_{name}": value for name, value in inputs.items()})
    book.recalculate()
    return book


def cell(name: str) -> str:
    return built("hidden-costs").plan.address(f"{{{name}}}")


def status(statement: str) -> str:
    """The cell with the verdict of a check."""
    sheet = built("hidden-costs").plan.sheet("Checks")
    for name in ("check", "alert"):
        for number, record in enumerate(sheet.tables[name].block.records):
            if record[0] == statement:
                place = sheet.places[f"{name}_status"]
                return f"Checks!{chr(64 + place.column)}{place.row + number}"
    raise LookupError(statement)


@pytest.mark.parametrize(
    ("correlation", "budget"),
    # S0 L131-151: means 151.5 h; the lines' ranges 30, 15, 6, 20, 40, 3, 10, 10, 5, 5, 5 h over the root of 28 are the
    # deviations of a symmetric PERT, 11.0921 h together if independent and 28.1584 h if they move together;
    # 0.841621 deviations above the mean suffice four times in five
    [(0, 16_083.54), (0.3, 16_664.90), (1, 17_519.87)],
)
def test_budget_at_80_percent(book: Book, correlation: float, budget: float) -> None:
    entered(book, correlation=correlation)
    assert book["out_build_budget"] == near(budget, abs=0.005)
    assert book["out_build_mean"] == near(15_150)
    assert book["out_build_contingency"] == near(budget - 15_150, abs=0.005)
    assert (book["out_build_low"], book["out_build_high"]) == (7_700, 22_600)  # S0: 47+22+8 and 158+50+18 h at $100


def test_parts_are_the_printed_totals(book: Book) -> None:
    parts = ("data_low", "data_high", "evaluation_low", "evaluation_high", "setup_low", "setup_high")
    shown = book.read(cell(part) for part in parts)
    assert list(shown.values()) == [4_700, 15_800, 2_200, 5_000, 800, 1_800]  # S0 L136, L145, L150-151


def test_plan_of_prompt_3(book: Book) -> None:
    # S0 L256-264: 200 + 12*500 = 6,200; with the tables 6,200 + 7,700 + 12*400 and 6,200 + 22,600 + 12*1,900
    shown = book.read(cell(name) for name in ("planned_year", "real_low", "real_high"))
    assert list(shown.values()) == [6_200, 18_700, 51_600]
    assert book["out_times_plan_low"] == near(18_700 / 6_200)
    assert book["out_times_plan_high"] == near(51_600 / 6_200)


@pytest.mark.parametrize(
    ("complexity", "case", "cycles"),
    [
        ("well-defined", "low", 2),
        ("well-defined", "high", 3),
        ("medium", "likely", 5),
        ("novel", "low", 8),
        ("novel", "high", 10),
    ],
)
def test_only_what_a_cycle_repeats_is_multiplied(book: Book, complexity: str, case: str, cycles: int) -> None:
    entered(book, complexity=complexity, estimate_case=case)
    # quality review 20 h and analysing results 7.5 h repeat; the source's allowance of 40 h for iteration is left out
    assert book["out_cycled_mean"] == near(100 * (151.5 - 20 - 7.5 - 40 + cycles * 27.5))
    assert book["out_build_mean"] == near(15_150)


def test_shares_of_the_effort_against_the_claims(book: Book) -> None:
    assert book["out_data_share"] == near(102.5 / 151.5)  # 68%, claimed 40-60%
    assert book["out_data_verdict"] == "outside the claim"
    assert book["out_evaluation_share"] == near(36 / 151.5)  # 24%, claimed 20-30%
    assert book["out_evaluation_verdict"] == "within the claim"


def test_iceberg_of_one_run(book: Book) -> None:
    entered(book, runs=1)
    assert book["out_visible_share"] == near(20 / 15_170)  # 0.1%, claimed 10%
    assert book["out_training_for_claim"] == near(15_150 / 9)


@pytest.mark.parametrize(
    ("statement", "inputs"),
    [
        ("Pitfall 1: enough data work", {"least_data_hours": 103}),
        ("Pitfall 2: evaluation is planned", {"least_evaluation_hours": 37}),
        ("Pitfall 3: enough training runs", {"runs": 4}),
        ("Pitfall 4: enough maintenance", {"least_maintenance_hours": 12}),
        ("Pitfall 5: cheaper hardware saves more than waiting costs", {"waiting_hours": 0.2}),
    ],
)
def test_each_pitfall_raises_its_alert(book: Book, statement: str, inputs: dict[str, float]) -> None:
    assert book[status(statement)] == "OK"
    entered(book, **inputs)
    assert book[status(statement)] == "ALERT"
    assert book["chk_master"] == "OK"


def test_hours_out_of_order_fail(book: Book) -> None:
    plan = built("hidden-costs").plan
    low = plan.homes["hours_low"]
    book.set({f"Inputs!{chr(64 + low.column)}{low.row}": 41})
    book.recalculate()
    assert book[status("Hours before launch ascend: low, likely, high")] == "FAIL"
    assert book["chk_master"] == "FAIL"
