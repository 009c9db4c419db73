"""What the ROI workbook says about ordinary and about mistaken inputs, recalculated by LibreOffice."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from workbooks import built, check_cells

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

DAY = 46_347  # 2026-11-21
OWN_PRICE = ("openai", "gpt-own", "input", DAY, "standard", 1.0, "our contract", DAY)
PRICES_RIGHT = "Price rows that are incomplete, negative, repeated or not of the standard tier"


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built("roi").save(tmp_path / "roi.xlsx")) as opened:
        opened.recalculate()
        yield opened


def cell(reference: str) -> str:
    return built("roi").plan.address(f"{{{reference}}}")


def entered(book: Book, inputs: dict[str, Any]) -> Book:
    book.set({cell(name): value for name, value in inputs.items()})
    book.recalculate()
    return book


def append(book: Book, *records: tuple[Any, ...]) -> None:
    """Fill the first empty rows of the price table as a user would."""
    table = built("roi").plan.tables["prices"]
    columns = [column for field, column in table.fields if not field.formula]
    first = table.first + len(table.block.records)
    book.set({
        f"Prices!{get_column_letter(column)}{first + number}": value
        for number, record in enumerate(records)
        for column, value in zip(columns, record, strict=True)
        if value is not None
    })  # fmt: skip
    book.recalculate()


def failed(book: Book) -> list[str]:
    """The statements of the errors that fail."""
    errors = [check for check in check_cells(built("roi")) if check.kind == "error"]
    return [check.statement for check in errors if book[check.flag]]


# -- the reconciliation with the source --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inputs",
    [
        {"months": 6},
        {"months": 1},
        {"model": "openai/gpt-4o"},
        {"input_tokens@base": 5_000, "output_tokens@task_api": 50},
        {"scenario": "Low"},
        {"scenario": "High", "ramp_months@high": 12},
        {"tasks@base": 10_500, "multiplier@worst": 4, "oversight_cost@realistic": 1},
        {"annual_rate": 0.3},
    ],
    ids=str,
)
def test_ordinary_use_does_not_fail_the_reconciliation(book: Book, inputs: dict[str, Any]) -> None:
    entered(book, inputs)
    assert failed(book) == []
    assert book["chk_master"] == "OK"


def test_a_newer_price_of_the_default_model_does_not_fail_it(book: Book) -> None:
    before = book[cell("input_price")]
    append(book, ("source-2024", "gpt-4o-mini", "input", 45_000, "standard", 9.0, "our contract", 45_000))
    assert (before, book[cell("input_price")]) == (0.15, 9.0)
    assert book["chk_master"] == "OK"


@pytest.mark.parametrize("changed", ["hours_per_task@worked", "tasks@task_api", "setup_hours@worked"])
def test_overwriting_a_printed_case_fails_it(book: Book, changed: str) -> None:
    entered(book, {changed: 3})
    assert failed(book) == ["Figures that differ from the print of the source"]


# -- prices ----------------------------------------------------------------------------------------------------------


def price_row(**changed: Any) -> tuple[Any, ...]:
    fields = ("provider", "model", "component", "day", "tier", "price", "source", "checked")
    return tuple((dict(zip(fields, OWN_PRICE, strict=True)) | changed).values())


@pytest.mark.parametrize(
    "rows",
    [
        [price_row(provider=None)],
        [price_row(model=None)],
        [price_row(component=None)],
        [price_row(day=None)],
        [price_row(day="soon")],
        [price_row(price=None)],
        [price_row(price="free")],
        [price_row(price=-1)],
        [price_row(tier="batch")],
        [price_row(tier=None)],
        [price_row(), price_row(price=2)],
    ],
    ids=str,
)
def test_a_price_row_that_cannot_count_fails(book: Book, rows: list[tuple[Any, ...]]) -> None:
    append(book, *rows)
    assert failed(book) == [PRICES_RIGHT]
    assert book["chk_master"] == "FAIL"
    assert book[cell("price_wrong:total")] == len(rows)


def test_price_rows_of_other_days_components_and_nothing_to_pay_are_right(book: Book) -> None:
    append(book, price_row(), price_row(day=DAY + 1), price_row(component="output"), price_row(model="x", price=0))
    assert book["chk_master"] == "OK"


# -- the alternative ---------------------------------------------------------------------------------------------------


def test_an_api_that_costs_nothing_has_no_volume_of_equal_costs(book: Book) -> None:
    free = {f"{kind}_tokens@{case}": 0 for kind in ("input", "output") for case in ("worked", "base")}
    entered(book, {**free, "infrastructure_cost@base": 0, "maintenance_hours@base": 0})
    assert book[cell("breakeven_volume_shown@worked")] == "never"
    assert book[cell("breakeven_volume_shown@base")] == "n/a"
    assert book["chk_master"] == "OK"


# -- words -------------------------------------------------------------------------------------------------------------


def first_sentence(book: Book) -> str:
    return str(book["Outputs!A7"])


def test_the_sentence_of_a_project_that_saves(book: Book) -> None:
    assert first_sentence(book).startswith("Your project, scenario Base: saves ")
    assert "NPV over 12 months " in first_sentence(book)


def test_the_sentence_of_a_project_that_loses_in_one_month(book: Book) -> None:
    # nothing of the value is realised; 400 + 8 h * 100 + 5,000 USD a month remain
    entered(book, {"realisation@base": 0, "months": 1})
    assert "scenario Base: costs 6,200 USD a month more than it is worth, for " in first_sentence(book)
    assert "never paid back; NPV over 1 month -" in first_sentence(book)


def test_outputs_names_the_case_of_the_bridge(book: Book) -> None:
    entered(book, {"shown_case": "Task API, worst"})
    assert "from cost to saving: Task API, worst (" in str(book["Outputs!A10"])


def test_irr_is_left_out_where_the_payback_is_too_short_for_it(book: Book) -> None:
    # the base case: 13,940 USD before the multiplier of 2.5, 8,800 USD saved in each of 12 months, back after 4.0
    entered(book, {"ramp_months@base": 0})
    rate = (1 + float(book[cell("irr_text@base")])) ** (1 / 12) - 1
    assert 8_800 * (1 - (1 + rate) ** -12) / rate == pytest.approx(13_940 * 2.5)
    entered(book, {"multiplier@base": 1.5})  # back after 2.4 months
    assert book[cell("irr_text@base")] == "n/a"


# -- bounds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inputs", [{"annual_rate": 10}, {"multiplier@base": 0.5}], ids=str)
def test_an_input_out_of_its_own_bounds_fails(book: Book, inputs: dict[str, Any]) -> None:
    entered(book, inputs)
    assert failed(book) == ["Every input is a number within its bounds"]


def test_prompts_state_the_tighter_bound_and_whole_words() -> None:
    content = io.BytesIO(built("roi").content)
    rules = load_workbook(content)["Inputs"].data_validations.dataValidation
    prompts = {rule.promptTitle: rule.prompt for rule in rules}
    assert prompts["Horizon"].endswith("A whole number, 1 to 12 (months)")
    assert prompts["Discount rate"].endswith("A number, above -1, at most 1 (fraction per year)")
    assert prompts["Iteration multiplier"].endswith("A number, 1 or more (x)")
    assert "Shortest payback with a…" in prompts
