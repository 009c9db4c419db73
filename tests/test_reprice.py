"""Our ten workbooks at other prices: the figures of one made with those prices, every other part as it was."""

from __future__ import annotations

import datetime as dt
import functools
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from repricing import AUTUMN, NEW_YEAR, earlier, prices_of, repriced

from llmcost_xl import workbook
from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.catalogue.layers import LayeredBook
from llmcost_xl.catalogue.rows import PriceRow
from llmcost_xl.ooxml import BookFile, address
from llmcost_xl.reprice import Move, Target, planned
from llmcost_xl.workbook import MODULES
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options

if TYPE_CHECKING:
    from pathlib import Path

    from libreoffice import LibreOffice

SUMMER = dt.date(2026, 7, 29)
"""The day before gpt-5.6-luna fell from 1 and 6 to 0.2 and 1.2 US$ per 1M tokens, and gpt-5.6-terra from 2.5 and 15."""

PRICED = [name for name in MODULES if name not in ("hidden-costs", "capacity")]
"""The workbooks with prices of models; the other two reckon in hours and servers."""


@functools.cache
def made(name: str, *, known_until: dt.date = AUTUMN, **options: Any) -> bytes:
    """A workbook made with the prices that were known on a day."""
    book = bundled_book() if known_until == AUTUMN else earlier(known_until)
    return workbook.build(name, Options(book=book, **options)).content


def results(office: LibreOffice, content: bytes, path: Path) -> dict[str, Any]:
    """Every cell of Outputs and Checks that is a figure, as LibreOffice works it out, by name of sheet and cell."""
    path.write_bytes(content)
    addresses = [
        f"{sheet}!{cell.coordinate}"
        for sheet in ("Outputs", "Checks")
        for row in load_workbook(path)[sheet].iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    with office.open(path) as book:
        book.recalculate()
        return book.read(addresses)


def near(figures: dict[str, Any]) -> dict[str, Any]:
    return {cell: pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value
            for cell, value in figures.items()}  # fmt: skip


@pytest.mark.parametrize("name", PRICED)
def test_repriced_it_is_the_workbook_made_with_the_new_prices(
    name: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    expected = results(libreoffice, made(name), tmp_path / "made.xlsx")
    assert results(libreoffice, of_autumn(name), tmp_path / "repriced.xlsx") == near(expected)


def of_summer(name: str) -> bytes:
    """The workbook as it was made in summer.

    The example of budget-vs-actual records what was billed, at the prices of the day it is made. So its rows of the
    autumn are emptied instead.
    """
    if name != "budget-vs-actual":
        return made(name, known_until=SUMMER)
    content = made(name)
    newer = [line[3].row for line in load_workbook(io.BytesIO(content))["Prices"].iter_rows(min_row=15)
             if isinstance(line[3].value, dt.datetime) and line[3].value.date() > SUMMER]  # fmt: skip
    emptied: dict[Any, None] = {f"{column}{row}": None for row in newer for column in "ABCDEFGH"}
    return BookFile.read(content).changed({"Prices": emptied}).content


def test_the_prices_of_summer_and_autumn_make_a_difference(libreoffice: LibreOffice, tmp_path: Path) -> None:
    for name in ("llm-budget", "budget-vs-actual"):
        old, new = (results(libreoffice, content, tmp_path / "a.xlsx") for content in (of_summer(name), made(name)))
        assert old != near(new)


@pytest.mark.parametrize("name", ["llm-budget", "roi"])
def test_a_change_that_might_come_gives_what_a_company_discount_gives(
    name: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    discount = PriceRow("openai", "*", "discount", None, 0, "standard", 0.5, "fraction", "what if", None)
    company = LayeredBook([discount], bundled_book(), "what if")
    expected = results(libreoffice, workbook.build(name, Options(book=company)).content, tmp_path / "made.xlsx")
    halved = repriced(BookFile.read(made(name)), prices_of(AUTUMN, moves=(Move.read("openai/*=-50%"),)))
    found = results(libreoffice, halved, tmp_path / "repriced.xlsx")
    figures = [cell for cell in expected if cell.startswith("Outputs!") and isinstance(expected[cell], float)]
    months_after = {"roi": figures, "llm-budget": figures}[name]  # both start after the day of the change
    assert {cell: found[cell] for cell in months_after} == near({cell: expected[cell] for cell in months_after})


@functools.cache
def of_autumn(name: str) -> bytes:
    """The summer's workbook, repriced to the prices of the autumn."""
    return repriced(BookFile.read(of_summer(name)), prices_of(AUTUMN))


@pytest.mark.parametrize("name", PRICED[:4])
def test_every_part_but_the_two_sheets_and_what_they_feed_keeps_its_bytes(name: str) -> None:
    before, after = (zipfile.ZipFile(io.BytesIO(content)) for content in (of_summer(name), of_autumn(name)))
    assert after.namelist() == before.namelist()
    differing = {part for part in before.namelist() if before.read(part) != after.read(part)}
    assert all(part.startswith("xl/worksheets/sheet") or part == "xl/workbook.xml" for part in differing), differing
    assert differing, "the summer's workbook lacks prices of the autumn"


def differences(before: bytes, after: bytes) -> set[tuple[str, str]]:
    """Cells whose content is another: values entered and formulas, not what formulas give."""
    old, new = load_workbook(io.BytesIO(before)), load_workbook(io.BytesIO(after))
    return {
        (sheet.title, cell.coordinate)
        for sheet in new
        for row in sheet.iter_rows()
        for cell in row
        if cell.value != old[sheet.title][cell.coordinate].value
    }


@pytest.mark.parametrize("name", PRICED[:4])
def test_only_the_planned_cells_are_entered(name: str) -> None:
    book = BookFile.read(of_summer(name))
    plan = planned(book, prices_of(AUTUMN))
    cells = {(sheet, address(where)) for sheet, puts in plan.puts.items() for where in puts}
    assert differences(book.content, of_autumn(name)) == cells
    assert {sheet for sheet, _ in cells} == {"Prices", "Inputs"}


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("target", [prices_of(AUTUMN), prices_of(NEW_YEAR), prices_of(dt.date(2025, 1, 1))])
def test_a_workbook_of_today_needs_no_row(name: str, target: Target) -> None:
    plan = planned(BookFile.read(made(name)), target)
    assert plan.count("already so", "date set", "unknown", "left alone") == len(plan.rows)
    assert plan.count("left alone") == 0 or plan.count("unknown")  # the date, where prices would be missing


def test_a_price_announced_for_january_arrives_in_january(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """Calc_Prices of the budget looks up every month's price; the workbook is of a day that knew of no change."""
    models = ("google/gemini-3.7-flash",)
    start = dt.date(2026, 11, 1)
    announced = PriceRow("google", "gemini-3.7-flash", "input", NEW_YEAR, 0, "standard", 1.5, "", "", None)
    assert any(row[:4] == announced[:4] and row.price == 1.5 for row in bundled_book().rows)
    old = made("llm-budget", known_until=AUTUMN - dt.timedelta(days=1), models=models, start=start)
    new = repriced(BookFile.read(old), prices_of(AUTUMN))
    expected = results(libreoffice, made("llm-budget", models=models, start=start), tmp_path / "made.xlsx")
    assert results(libreoffice, new, tmp_path / "repriced.xlsx") == near(expected)


# -- what somebody did to the workbook -------------------------------------------------------------------------------


def edited(name: str, cells: dict[Any, Any], known_until: dt.date = SUMMER) -> BookFile:
    """A workbook with other values in its sheet Prices, as somebody typed them."""
    return BookFile.read(BookFile.read(made(name, known_until=known_until)).changed({"Prices": cells}).content)


def test_a_price_overwritten_by_hand_stays_and_is_reported() -> None:
    book = edited("budget-vs-actual", {"F15": 2.25})
    plan = planned(book, prices_of(AUTUMN))
    [row] = [row for row in plan.rows if row.kind == "left alone"]
    assert (row.cell, row.old, row.new) == ("F15", 2.25, 2.0)
    assert "by hand" in row.reason
    after = load_workbook(io.BytesIO(repriced(book, prices_of(AUTUMN))))["Prices"]
    assert after["F15"].value == 2.25
    new = {line[1:3] for line in after.iter_rows(16, 40, values_only=True)
           if isinstance(line[3], dt.datetime) and line[3].date() > SUMMER}  # fmt: skip
    assert ("gpt-5.6-terra", "input") not in new
    assert ("gpt-5.6-terra", "output") in new


def test_without_spare_rows_there_is_no_room() -> None:
    appended = [row for row in planned(BookFile.read(made("roi", known_until=SUMMER)), prices_of(AUTUMN)).rows
                if row.kind == "appended"]  # fmt: skip
    first = min(int(row.cell[1:]) for row in appended)
    own = ("own", "unheard of", "input", SUMMER, "standard", 1.0)
    filled = {f"{column}{row}": value for row in range(first, first + 12)
              for column, value in zip("ABCDEF", own, strict=True)}  # fmt: skip
    plan = planned(edited("roi", filled), prices_of(AUTUMN))
    assert plan.count("no room") == len(appended)
    assert plan.count("appended") == 0
    assert plan.count("unknown") == 12
    assert plan.is_open


def test_a_later_price_date_is_set_back_only_on_request() -> None:
    book = BookFile.read(made("roi", as_of=NEW_YEAR))
    newest = Target(bundled_book(), AUTUMN, "the newest")
    dates = [[row.kind for row in planned(book, target).rows if isinstance(row.old, dt.date)]
             for target in (newest, prices_of(AUTUMN))]  # fmt: skip
    assert dates == [["left alone"], ["date set", "date set"]]  # with that of the exchange rate, which is 1


def test_in_another_currency_the_rate_keeps_its_day() -> None:
    book = BookFile.read(made("roi", known_until=SUMMER, currency=Currency("EUR", 0.9, SUMMER)))
    dates = [(row.kind, row.model) for row in planned(book, prices_of(AUTUMN)).rows if isinstance(row.old, dt.date)]
    assert dates == [("date set", "price date")]
