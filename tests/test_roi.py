"""The business case against figures worked out by hand, by brute force and by the engine."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from workbooks import Cells, built

from llmcost_xl import workbook
from llmcost_xl.engine import value
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options
from llmcost_xl.workbook.sheets.roi.sensitivity import DRIVERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

near = pytest.approx


CELLS = Cells("roi")
cell = CELLS.cell


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built("roi").save(tmp_path / "roi.xlsx")) as opened:
        opened.recalculate()
        yield opened


def entered(book: Book, inputs: dict[str, Any]) -> Book:
    book.set({cell(name): entry for name, entry in inputs.items()})
    book.recalculate()
    return book


# -- the cases by hand -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "saving", "investment", "payback", "roi"),
    # S0 L163-186 and L203-227; realistic and worst: the source's own cautions (oversight 5,000 USD, 10 and 19 h of
    # upkeep, the multiplier 2.5 and 10, all hours at their highest), nothing else changed
    [
        ("worked", 18_800, 22_500, 22_500 / 18_800, 225_600 / 22_500 - 1),
        ("task_api", 24_400, 7_100, 7_100 / 24_400, 292_800 / 7_100 - 1),
        ("realistic", 18_600, 17_750, 17_750 / 18_600, 223_200 / 17_750 - 1),
        ("worst", 17_700, 228_000, 228_000 / 17_700, 212_400 / 228_000 - 1),
        # 15,000 USD of value, 6,200 USD of cost; ramp-up in thirds: -1,200, 3,800, then 8,800 USD a month
        ("base", 8_800, 34_850, 3 + 23_450 / 8_800, (-1_200 + 3_800 + 10 * 8_800) / 34_850 - 1),
    ],
)
def test_cases_by_hand(book: Book, case: str, saving: float, investment: float, payback: float, roi: float) -> None:
    shown = [book[cell(f"{name}@{case}")] for name in ("monthly_savings", "investment", "payback_shown", "roi_shown")]
    assert shown == near([saving, investment, payback, roi])


def test_payback_beyond_the_months_shown_is_that_of_the_engine(book: Book) -> None:
    """12 months are shown; the engine follows 60."""
    entered(book, {"other_development@base": 60_000, "ramp_months@base": 9})
    assert book[cell("back_in_time@base")] == 0
    savings = [15_000 * min(1, month / 9) - 6_200 for month in range(1, 61)]
    investment = book[cell("investment@base")]
    assert isinstance(investment, float)
    assert book[cell("payback_shown@base")] == near(value.payback_months(investment, savings))
    assert book[cell("discounted_payback_shown@base")] == near(value.payback_months(investment, savings, 0.1))


def test_interest_can_outrun_the_saving(book: Book) -> None:
    # 8,800 USD a month pay interest of 0.797% a month on at most 1,103,567 USD
    entered(book, {"multiplier@base": 1, "other_development@base": 1_200_000})
    assert book[cell("payback_shown@base")] == near(3 + (1_213_940 - 2_600 - 8_800) / 8_800)
    assert book[cell("discounted_payback_shown@base")] == "never"


def test_the_worth_over_an_api_counts_its_charges_only_for_tasks_that_moved(book: Book) -> None:
    entered(book, {"input_tokens@base": 1_000_000, "ramp_months@base": 4})
    charge = 10_000 * (0.15 + 200 * 0.6e-6)
    extra = [charge * min(1, month / 4) + 4 * 100 - (400 + 8 * 100) for month in range(1, 13)]
    assert book[cell("extra_npv@base")] == near(value.npv(0.1, 34_850 - 4_800, extra))


# -- scenarios -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["Base", "Low", "High", "Custom"])
def test_your_project_follows_the_scenario_and_the_other_cases_do_not(book: Book, scenario: str) -> None:
    names = ("npv", "payback_shown", "investment", "extra_npv", "roi_shown")
    others = [f"{name}@{case}" for name in names for case in ("worked", "worst", "base", "low", "high", "custom")]
    entered(book, {"tasks@custom": 9_000, "oversight_cost@custom": 3_000, "input_tokens@custom": 900})
    before = [book[cell(name)] for name in others]
    entered(book, {"scenario": scenario})
    shown = [book[cell(f"{name}@yours")] for name in names]
    assert shown == [book[cell(f"{name}@{scenario.lower()}")] for name in names]
    assert [book[cell(name)] for name in others] == before
    assert book[cell("npv@custom")] not in (book[cell("npv@base")], book[cell("npv@low")])


# -- sensitivity: against the whole model, recomputed by LibreOffice -------------------------------------------------


@pytest.mark.parametrize("scenario", ["Base", "Low"])
def test_tornado_is_what_changing_the_input_does(book: Book, scenario: str) -> None:
    entered(book, {"scenario": scenario})
    assert book["chk_master"] == "OK"
    case, before = scenario.lower(), float(book[cell("npv@yours")])
    for driver in DRIVERS:
        as_is, less, more = (float(book[cell(f"{driver}{which}")]) for which in (f"@{case}", ":less", ":more"))
        for change, side in ((-less, "less"), (more, "more")):
            effect = book[cell(f"run_effect@{driver}_{side}")]
            entered(book, {f"{driver}@{case}": as_is * (1 + change)})
            assert float(book[cell("npv@yours")]) - before == near(effect, abs=1e-6), driver
            entered(book, {f"{driver}@{case}": as_is})


def test_the_largest_bar_of_the_tornado_is_on_top(book: Book) -> None:
    place = built("roi").plan.homes["driver_ranked"]
    entered(book, {"oversight_cost@base": 20_000})
    assert book[f"{place.sheet}!A{place.row}"] == "Human oversight"


def test_grid_is_what_changing_both_inputs_does(book: Book) -> None:
    place = built("roi").plan.homes["grid_npv"]
    shown = book[f"{place.sheet}!D{place.row}"]  # realisation and tasks both halved
    entered(book, {"realisation@base": 0.3, "tasks@base": 5_000})
    assert book[cell("npv@yours")] == near(shown)


# -- alerts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "inputs"),
    [
        ("cases_ordered", {"tasks@low": 60_000}),
        ("back_in_horizon", {"multiplier@base": 10}),
        ("beats_api", {}),
        ("too_good", {"realisation@base": 1, "oversight_cost@base": 0, "multiplier@base": 1}),
        ("oversight_planned", {"oversight_cost@base": 0}),
        ("pitfall_1", {"data_hours@base": 49}),
        ("pitfall_2", {"evaluation_hours@base": 0}),
        ("pitfall_3", {"runs@base": 4}),
        ("pitfall_4", {"maintenance_hours@base": 4}),
    ],
)
def test_each_alert_is_raised(book: Book, key: str, inputs: dict[str, float]) -> None:
    plan = built("roi").plan
    table = plan.sheet("Checks").tables["alert"]
    number = [record[1] for record in table.block.records].index(key)
    status = plan.homes["alert_status"]
    verdict = f"Checks!{chr(64 + status.column)}{status.row + number}"
    assert (book[verdict] == "OK") == bool(inputs)
    entered(book, inputs)
    assert book[verdict] == "ALERT"
    assert book["chk_master"] == "OK"


# -- options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        Options(months=1),
        Options(months=36, start=dt.date(2027, 7, 1)),
        Options(currency=Currency("EUR", 0.92, dt.date(2026, 11, 20))),
        Options(models=("openai/gpt-4o", "claude-haiku-4-5")),
        Options(as_of=dt.date(2026, 6, 30)),
    ],
    ids=str,
)
def test_made_as_the_options_say(options: Options, libreoffice: LibreOffice, tmp_path: Path) -> None:
    made = workbook.build("roi", options)
    with libreoffice.open(made.save(tmp_path / "roi.xlsx")) as book:
        book.recalculate()
        assert book["chk_master"] == "OK"
        assert book[made.plan.address("{months}")] == (options.months or 12)
        rate = options.currency.rate
        # 8,800 USD a month and 34,850 USD without ramp-up; what is bought in dollars costs more or fewer euros
        assert book[made.plan.address("{investment@base}")] == near(34_850 * rate)
        assert book[made.plan.address("{input_price}")] == near((2.5 if options.models else 0.15) * rate)
        assert made.plan.homes["cash"].across == made.template.time
        assert len(made.template.time.columns) == (options.months or 12) + 1
