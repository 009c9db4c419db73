"""The model-choice workbook against figures by hand from "Economics of Custom Models" (S0), and against the engine."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils import get_column_letter
from workbooks import Cells, built, check_cells, random_inputs

from llmcost_xl import workbook
from llmcost_xl.engine.quality import cheapest_by_failure_cost
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options
from llmcost_xl.workbook.references import FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

NAME = "model-choice"
SMALL, LARGE, TUNED, TRIES, CASCADE = range(5)
RANGES = 7
near = pytest.approx


CELLS = Cells(NAME)
cell, record = CELLS.cell, CELLS.record


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built(NAME).save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        yield opened


def column(book: Book, name: str, count: int = 5) -> list[Any]:
    return [book[record(name, number)] for number in range(count)]


def row(book: Book, name: str) -> list[Any]:
    return [book[cell(f"{name}@k{number}")] for number in range(1, RANGES + 1)]


def pair(book: Book, down: int, across: int) -> Any:
    """The break-even as Outputs shows it."""
    place = built(NAME).plan.homes["breakeven_shown"]
    return book[f"{place.sheet}!{get_column_letter(place.column + across)}{place.row + down}"]


def entered(book: Book, records: dict[tuple[str, int], Any] | None = None, **inputs: Any) -> Book:
    """Enter inputs in the base scenario, or where there is one value for all."""
    plan = built(NAME).plan
    cells = {record(name, number): value for (name, number), value in (records or {}).items()}
    for name, value in inputs.items():
        placed = plan.homes[name]
        (line,) = [one for block in plan.sheet("Inputs").blocks for one in getattr(block, "lines", ())
                   if one.row == placed.row and one.place.column == placed.column]  # fmt: skip
        base = placed.column if line.line.fixed else plan.sheet("Inputs").scenarios.start
        cells[f"Inputs!{get_column_letter(base)}{placed.row}"] = value
    book.set(cells)
    book.recalculate()
    return book


def verdict(book: Book, statement: str) -> Any:
    (check,) = [check for check in check_cells(built(NAME)) if check.statement == statement]
    return book[check.status]


# -- the source's options --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "rounded", "exact"),
    [
        # S0 L105-111; query costs 0.0002 and 0.0033 as printed, 0.000195 and 0.00325 from the prices of L44-50
        ("small_month", 10, 9.75),
        ("large_month", 165, 162.5),
        ("times", 16.5, 0.00325 / 0.000195),
        ("premium", 155, 152.75),
        ("large_from", 155 / 17_500, 0.003055 / 0.35),
        ("tuned_small", 390 / 18_500, 390.25 / 18_500),
        ("tuned_from", 0.235, 0.2375),
        ("tuned_first", 0.255, 0.2575),
        ("small_failures", 4_700, 4_750),
        ("large_failures", 587.5, 593.75),
        ("claimed_cost", 0.00775, 152.75 / 20_000),
        ("claimed_small", 165, 162.5),
        ("claimed_large", 184.375, 162.5 + 0.0076375 * 2_500),
        ("claimed_tuned", 411.625, 400 + 0.0076375 * 1_500),
    ],
)
def test_the_source_s_options_rounded_and_exact(book: Book, figure: str, rounded: float, exact: float) -> None:
    assert book[cell(f"rounded_{figure}")] == near(rounded)
    assert book[cell(f"exact_{figure}")] == near(exact)


def test_break_evens_between_the_three_options_without_the_training_run(book: Book) -> None:
    entered(book, {("upfront", TUNED): 0})
    assert pair(book, SMALL, LARGE) == near(0.003055 / 0.35)  # 0.0087; 0.00886 from rounded costs
    assert pair(book, SMALL, TUNED) == near(0.007805 / 0.37)  # 0.0211
    assert pair(book, LARGE, TUNED) == near(0.00475 / 0.02)  # 0.2375; 0.235 from rounded costs


@pytest.mark.parametrize(("months", "training"), [(1, 20), (4, 5), (12, 20 / 12)])
def test_the_horizon_spreads_the_training_run(book: Book, months: int, training: float) -> None:
    entered(book, months=months)
    assert book[record("option_cost", TUNED)] == near((400 + training) / 50_000)
    assert book[record("horizon_total", TUNED)] == near(months * (400 + 1_500 * 0.05) + 20)
    assert pair(book, LARGE, TUNED) == near(((400 + training) / 50_000 - 0.00325) / 0.02)


def test_dominated_and_dominating_options_are_said_in_words(book: Book) -> None:
    assert pair(book, TUNED, CASCADE) == "always"  # 0.0015 USD and 2% against 0.008 USD and 3%
    assert pair(book, CASCADE, TUNED) == "never"
    assert pair(book, LARGE, SMALL) == "up to 0.0087"
    assert pair(book, SMALL, SMALL) == ""
    assert pair(book, SMALL, 5) == ""  # an empty record


# -- tries and cascade -----------------------------------------------------------------------------------------------


def test_tries_and_cascade_by_hand(book: Book) -> None:
    # four tries: 1 + 0.4 + 0.16 + 0.064 calls, 0.4^4 fail; cascade: 40% go on to the large model, 5% of those fail
    assert book[record("attempts", TRIES)] == near(1.624)
    assert book[record("monthly_cost", TRIES)] == near(50_000 * 0.000195 * 1.624)  # 16.24 from rounded costs
    assert book[record("option_failure", TRIES)] == near(0.0256)
    assert book[record("monthly_cost", CASCADE)] == near(50_000 * (0.000195 + 0.4 * 0.00325))  # 76 from rounded costs
    assert book[record("option_failure", CASCADE)] == near(0.02)


@pytest.mark.parametrize("noticed", [0, 0.3, 0.8, 1])
@pytest.mark.parametrize("share", [1, 0.25])
def test_tries_and_cascade_by_simulating_every_path(book: Book, noticed: float, share: float) -> None:
    """Two tries of the small model, then one of the large: every path with its chance, cost and outcome."""
    entered(book, {("max_attempts", CASCADE): 2, ("small_share", CASCADE): share}, noticed=noticed)
    cost = failed = 0.0
    for start, chance in (("small", share), ("large", 1 - share)):
        paths = [(chance, 0.0, ("small", "small", "large") if start == "small" else ("large",))]
        while paths:
            odds, spent, calls = paths.pop()
            price, fails = (0.000195, 0.4) if calls[0] == "small" else (0.00325, 0.05)
            spent += price
            cost += odds * price
            failed += odds * fails * (1 - noticed)
            if len(calls) > 1:
                paths.append((odds * fails * noticed, spent, calls[1:]))
            else:
                failed += odds * fails * noticed
    assert book[record("variable_cost", CASCADE)] == near(cost)
    assert book[record("failed", CASCADE)] == near(failed)


def test_nothing_ever_succeeds(book: Book) -> None:
    entered(book, {("failure_rate", SMALL): 1, ("max_attempts", SMALL): 3})
    assert book[record("own_failed", SMALL)] == near(1)
    assert book[record("attempts", SMALL)] == near(3)
    place = built(NAME).plan.homes["success_cost_shown"]
    assert book[f"{place.sheet}!{get_column_letter(place.column)}{place.row}"] == "never"
    assert book["chk_master"] == "OK"


# -- requirements ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requirements", "recommended"),
    [
        ({}, "gpt-4o-mini, 4 tries"),
        ({"failure_cost": 0.0001}, "gpt-4o-mini"),
        ({"failure_cost": 0.3}, "gpt-4o-mini, then gpt-4o"),
        ({"private": "yes"}, "Fine-tuned 7B"),
        ({"latency_measure": "time to first token"}, "Fine-tuned 7B"),  # 150 ms; all others 2 s or more
        ({"latency_measure": "end to end"}, "none"),  # 150 ms and 200 tokens of 13.3 ms: 2.8 s
        ({"latency_measure": "end to end", "latency_limit": 3_000}, "Fine-tuned 7B"),
        ({"unique_needed": "yes"}, "Fine-tuned 7B"),
    ],
)
def test_the_cheapest_that_meets_the_requirements(book: Book, requirements: dict[str, Any], recommended: str) -> None:
    entered(book, None, **requirements)
    assert book["out_recommended_option"] == recommended
    assert book["chk_master"] == "OK"
    meets = verdict(book, "An option meets the requirements")
    assert meets == ("ALERT" if recommended == "none" else "OK")


def test_a_fallback_with_an_api_is_no_private_option(book: Book) -> None:
    entered(book, {("hosting", SMALL): "self-hosted", ("hosting", CASCADE): "self-hosted"}, private="yes")
    assert column(book, "passes") == [1, 0, 1, 0, 0]  # the cascade hands failures on to an API


@pytest.mark.parametrize(("number", "wrong"), [(CASCADE, 5), (CASCADE, 6), (CASCADE, 8), (CASCADE, 0.5)])
def test_a_fallback_that_is_no_other_option_fails(book: Book, number: int, wrong: float) -> None:
    entered(book, {("fallback", number): wrong})
    assert verdict(book, "Fallbacks that are no other option of the table") == "FAIL"
    assert book["chk_master"] == "FAIL"


def test_a_fallback_to_an_empty_row_answers_nothing_for_free(book: Book) -> None:
    entered(book, {("fallback", CASCADE): 7})
    assert book[record("option_failure", CASCADE)] == near(0.4)  # not 0: an empty row never fails


def test_of_two_that_are_next_best_the_first_is_named(book: Book) -> None:
    entered(book, failure_factor=0)  # nothing fails: the small model, its tries and its cascade cost the same
    assert book["out_recommended_option"] == "gpt-4o-mini"
    assert book["out_next_option"] == "gpt-4o-mini, 4 tries"
    assert book["out_advantage_shown"] == near(0)
    assert book["chk_master"] == "OK"


@pytest.mark.parametrize(
    ("field", "entry", "fails"),
    [("model", None, True), ("hosting", None, True), ("hosting", "self-hosted", False), ("considered", "no", False)],
)
def test_an_api_without_a_model_is_not_free(book: Book, field: str, entry: str | None, fails: bool) -> None:
    entered(book, {(field, TRIES): entry})
    said = verdict(book, "Options considered without hosting, or with an API but no model")
    assert (said, book["chk_master"]) == (("FAIL", "FAIL") if fails else ("OK", "OK"))


def test_without_an_option_there_is_no_cost_and_no_worth(book: Book) -> None:
    entered(book, latency_measure="end to end", unique_needed="yes", capability_value=1_000)
    shown = [book[f"out_{name}_shown"] for name in ("recommended_total", "advantage", "advantage_horizon")]
    assert shown == ["n/a"] * 3
    sentences = book.read([f"Outputs!A{FIRST_ROW + number}" for number in range(1, 4)]).values()
    assert "there is nothing to value" in " ".join(str(sentence) for sentence in sentences)


def test_worth_of_a_unique_capability(book: Book) -> None:
    entered(book, unique_needed="yes", capability_value=1_000)
    rate = 1.1 ** (1 / 12) - 1
    worth = sum((1_000 - 475) / (1 + rate) ** month for month in range(1, 13)) - 20  # 400 + 1,500 failures at 5 cents
    assert book[cell("build_npv")] == near(worth)


# -- the envelope ----------------------------------------------------------------------------------------------------


def test_envelope_is_that_of_the_engine_under_random_inputs(book: Book) -> None:
    source = random.Random(NAME)  # noqa: S311  # the same inputs in every run
    compared = 0
    for _ in range(30):
        book.set(random_inputs(built(NAME), source))
        book.recalculate()
        counted = [number for number in range(RANGES) if book[record("on_envelope", number)]]
        if not counted:
            continue
        costs, failures = ([book[record(name, number)] for number in counted]
                           for name in ("option_cost", "option_failure"))  # fmt: skip
        expected = cheapest_by_failure_cost(costs, failures)
        used = int(sum(row(book, "range_used")))
        assert [counted[part.option] + 1 for part in expected] == row(book, "range_option")[:used]
        assert [part.from_failure_cost for part in expected] == near(row(book, "range_from")[:used])
        ends = [0 if part.to_failure_cost == math.inf else part.to_failure_cost for part in expected]
        assert ends == near(row(book, "range_to")[:used])
        compared += len(expected) > 1
    assert compared > 10


def test_envelope_of_the_three_options_alone(book: Book) -> None:
    entered(book, {("considered", TRIES): "no", ("considered", CASCADE): "no", ("upfront", TUNED): 0})
    assert row(book, "range_option")[:4] == [1, 2, 3, 0]
    assert row(book, "range_from")[:3] == near([0, 0.003055 / 0.35, 0.2375])
    assert book["out_recommended_option"] == "gpt-4o"


def test_an_option_of_the_user_counts(book: Book) -> None:
    new = {"option": "Mine", "considered": "yes", "fixed_cost": 1, "upfront": 0, "failure_rate": 0.001,
           "max_attempts": 1, "fallback": 0, "small_share": 1, "first_token": 100, "token_time": 1,
           "hosting": "self-hosted", "unique": "no"}  # fmt: skip
    entered(book, {(name, 5): value for name, value in new.items()})
    assert book["out_recommended_option"] == "Mine"
    assert book[record("monthly_total", 5)] == near(1 + 50 * 0.05)
    assert book["chk_master"] == "OK"


# -- options ---------------------------------------------------------------------------------------------------------


def test_models_asked_for_take_the_parts_of_the_small_and_the_large_one(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    made = workbook.build(NAME, Options(models=("anthropic/claude-haiku-4-5", "openai/gpt-4o")))
    place = made.plan.homes["option"]
    with libreoffice.open(made.save(tmp_path / "book.xlsx")) as book:
        book.recalculate()
        assert [book[f"Inputs!A{place.row + number}"] for number in (0, 1, 3)] == [
            "claude-haiku-4-5", "gpt-4o", "claude-haiku-4-5, 4 tries",
        ]  # fmt: skip
        assert book["chk_master"] == "OK"


@pytest.mark.parametrize("months", [1, 36])
def test_horizon_is_as_long_as_asked_for(libreoffice: LibreOffice, tmp_path: Path, months: int) -> None:
    with libreoffice.open(workbook.build(NAME, Options(months=months)).save(tmp_path / "book.xlsx")) as book:
        book.recalculate()
        assert book["in_months"] == months
        assert book["chk_master"] == "OK"


def test_euro_workbook_is_the_dollar_workbook_converted() -> None:
    dollars, euros = (
        {figure.label: figure.value for figure in workbook.build(NAME, options).headlines()}
        for options in (Options(), Options(currency=Currency("EUR", 0.92)))
    )
    for label in ("Its cost with failures", "Advantage over the next best"):
        assert euros[label] == near(dollars[label] * 0.92)
    source = "Source's figures: fine-tuned beats GPT-4o from"
    assert euros[source] == near(dollars[source])
    assert euros["Recommended option"] == dollars["Recommended option"]
