"""The Prices sheet answers as the catalogue does, by date, and appended rows leave earlier figures alone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils import get_column_letter
from workbooks import built

from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.workbook.sheets.roi.inputs import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

EXCEL_EPOCH = dt.date(1899, 12, 30)
DAYS = (dt.date(2026, 7, 29), dt.date(2026, 7, 30), dt.date(2026, 11, 21), dt.date(2026, 12, 31), dt.date(2027, 1, 1))
TODAY, LATER = DAYS[2], DAYS[4]


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built("roi").save(tmp_path / "roi.xlsx")) as opened:
        yield opened


def prices(book: Book, model: str, day: dt.date) -> tuple[Any, ...]:
    book.set({"in_model": model, "in_as_of": (day - EXCEL_EPOCH).days})
    book.recalculate()
    plan = built("roi").plan
    return tuple(book.read([plan.address("{input_price}"), plan.address("{output_price}")]).values())


def append(book: Book, *records: tuple[Any, ...]) -> None:
    """Fill the first empty rows of the table as a user would."""
    table = built("roi").plan.tables["prices"]
    entered = [column for field, column in table.fields if not field.formula]
    first = table.first + len(table.block.records)
    book.set({
        f"Prices!{get_column_letter(column)}{first + number}": value
        for number, record in enumerate(records)
        for column, value in zip(entered, record, strict=True)
    })  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_every_price_is_the_catalogue_s_own_on_every_day(book: Book, model: str) -> None:
    for day in DAYS:
        quote = bundled_book().at(model, day)
        assert prices(book, model, day) == (quote.price("input"), quote.price("output")), day


def test_an_appended_price_counts_from_its_date_on(book: Book) -> None:
    serial = (LATER - EXCEL_EPOCH).days
    before = prices(book, "openai/gpt-4o-mini", TODAY)
    rows = (("openai", "gpt-4o-mini", component, serial, "standard", 9.0, "our contract", serial)
            for component in ("input", "output"))  # fmt: skip
    append(book, *rows)
    assert prices(book, "openai/gpt-4o-mini", TODAY) == before
    assert prices(book, "openai/gpt-4o-mini", LATER) == (9.0, 9.0)


def test_a_price_of_another_tier_does_not_count(book: Book) -> None:
    before = prices(book, "openai/gpt-4o-mini", TODAY)
    append(book, ("openai", "gpt-4o-mini", "input", 40_000, "batch", 9.0, "our contract", 40_000))
    assert prices(book, "openai/gpt-4o-mini", TODAY) == before


def test_a_model_without_a_price_fails_the_master_check(book: Book) -> None:
    assert prices(book, "openai/gpt-unheard-of", TODAY) == ("#N/A", "#N/A")
    assert book["chk_master"] == "FAIL"
