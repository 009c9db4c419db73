"""Repricing from the task pane: xlwings' own client and our pane in Chromium, the real server, a workbook in Office.js.

The stand-in for Office.js keeps its rules: nothing is read before it was loaded, and a refusal undoes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hosts import HostMissingError, skip_or_fail
from openpyxl.utils import get_column_letter
from pane_fixtures import FAKE_OFFICE, browser
from pane_server import served
from repriced_books import a_book

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["browser"]  # a fixture

TOKEN: Final = "a-secret-of-16-letters"  # noqa: S105  # it opens nothing else
FAKE_WORKBOOK: Final = (Path(__file__).parent / "fake_workbook.js").read_text(encoding="utf-8")
WHAT_IF: Final = "openai/*=-50% from 2027-03-01"
MARCH: Final = 46_447  # the number that Excel keeps for 2027-03-01


def described() -> dict[str, Any]:
    """The workbook as the stand-in holds it."""
    book = a_book()
    sheets = []
    for sheet in book.worksheets:
        cells = {}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cells[cell.coordinate] = {"value": 1, "formula": cell.value}
                elif isinstance(cell.value, dt.datetime):
                    number = (cell.value - dt.datetime(1899, 12, 30)).days  # noqa: DTZ001  # a cell has no time zone
                    cells[cell.coordinate] = {"value": number, "format": "yyyy-mm-dd"}
                elif cell.value is not None:
                    cells[cell.coordinate] = {"value": cell.value}
        tables = [{"name": table.displayName, "ref": table.ref} for table in sheet.tables.values()]
        sheets.append({"name": sheet.title, "cells": cells, "tables": tables})
    names = [{"name": name.name, "formula": f"={name.attr_text}"} for name in book.defined_names.values()]
    return {"sheets": sheets, "names": names}


@pytest.fixture(scope="module")
def office() -> Iterator[str]:
    """`llmcost-xl serve`."""
    try:
        with served({"LLMCOST_XL_TOKENS": f"ann:{TOKEN}", "LLMCOST_XL_CATALOGUE": "bundled"}, dev=False) as where:
            yield where
    except HostMissingError as missing:
        skip_or_fail(str(missing))


@pytest.fixture(scope="module")
def page(browser: Any, office: str) -> Iterator[Any]:
    """The pane in xlwings Server's own page, at its prices."""
    opened = browser.new_page(viewport={"width": 350, "height": 800})
    opened.set_default_timeout(30_000)
    script = f"{FAKE_OFFICE};window.fakeBook = {json.dumps(described())};{FAKE_WORKBOOK}"
    opened.route("**/office.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    opened.goto(f"{office}/taskpane.html")
    opened.wait_for_selector("#sign-in")
    opened.fill("#token", TOKEN)
    opened.click("#sign-in button")
    opened.click("#tab-prices")
    opened.wait_for_selector("#repricing:not([hidden])")
    yield opened
    opened.close()


@pytest.fixture
def pane(page: Any) -> Any:
    """The pane, with the workbook as it was."""
    page.evaluate(
        "(book) => { fakeExcel.sheets.splice(0, 9, ...book.sheets); fakeExcel.refuses = () => false;"
        " fakeExcel.beforeWrite = () => {}; fakeExcel.written = []; fakeExcel.counts1904 = false; }",
        described(),
    )
    page.fill("#reprice-prices", WHAT_IF)
    return page


def cells(pane: Any) -> dict[str, Any]:
    """What every cell of the workbook holds."""
    found: dict[str, Any] = pane.evaluate(
        "Object.fromEntries(fakeExcel.sheets.flatMap(({ name, cells }) => Object.entries(cells)"
        ".filter(([, cell]) => (cell.formula ?? cell.value ?? '') !== '')"
        ".map(([place, cell]) => [`${name}!${place}`, cell.formula ?? cell.value])))"
    )
    return found


def press(pane: Any, button: str, kind: str = "good") -> str:
    pane.evaluate("document.getElementById('reprice-result').replaceChildren()")
    pane.click(f"#{button}")
    pane.wait_for_selector("#reprice-result .notice")
    said: str = pane.inner_text("#reprice-result")
    assert pane.query_selector(f"#reprice-result .notice.{kind}"), said
    return said


@pytest.fixture
def before(pane: Any) -> dict[str, Any]:
    return cells(pane)


NEW: Final = {"Prices!E4": 1.25, "Prices!E5": 5, "Prices!D4": MARCH, "Rates!C2": 0.075, "Rates!C4": 1.25,
              "Inputs!B2": MARCH}  # fmt: skip
"""By hand: half of 2.50, 10.00, 0.15 and 2.50."""


def test_what_is_new_is_shown_and_nothing_written(pane: Any, before: dict[str, Any]) -> None:
    said = press(pane, "reprice-plan")
    assert said.startswith("Nothing is changed yet. plan.xlsx, openai/*=-50% from 2027-03-01:")
    assert cells(pane) == before
    assert pane.evaluate("fakeExcel.written") == []
    assert pane.is_visible("#reprice-undo")


def test_repriced_by_the_plan_of_the_file_and_undone(pane: Any, before: dict[str, Any]) -> None:
    assert "plan.xlsx, openai/*=-50% from 2027-03-01: 2 changed, 2 appended" in press(pane, "reprice")
    after = cells(pane)
    assert {name: after[name] for name in NEW} == NEW
    assert after["Rates!C3"] == "=1"
    rows = {f"Prices!{get_column_letter(column)}{row}" for column in range(1, 7) for row in (4, 5)}
    assert {name for name in after if after[name] != before.get(name)} == rows | set(NEW)
    assert "cells hold again what they held before" in press(pane, "reprice-undo")
    assert cells(pane) == before
    assert pane.is_disabled("#reprice-undo")


def test_a_second_time_there_is_nothing_to_do(pane: Any) -> None:
    press(pane, "reprice")
    once = cells(pane)
    assert "Nothing was changed" in press(pane, "reprice")
    assert cells(pane) == once
    press(pane, "reprice-undo")  # of the first


@pytest.mark.parametrize("refused", range(1, 5))
def test_whichever_write_excel_refuses_every_cell_is_as_before(pane: Any, before: dict[str, Any], refused: int) -> None:
    pane.evaluate(f"(() => {{ let count = 0; fakeExcel.refuses = () => (count += 1) === {refused}; }})()")
    said = press(pane, "reprice", "error")
    assert "Excel refused: the sheet may be protected or the workbook read-only." in said
    assert "Every cell holds again what it held." in said
    assert cells(pane) == before


def test_a_failure_leaves_the_repricing_before_it_undoable(pane: Any, before: dict[str, Any]) -> None:
    press(pane, "reprice")
    pane.fill("#reprice-prices", "openai/*=-90% from 2027-04-01")
    pane.evaluate("(() => { let count = 0; fakeExcel.refuses = () => (count += 1) === 2; })()")
    press(pane, "reprice", "error")
    pane.evaluate("void (fakeExcel.refuses = () => false)")
    press(pane, "reprice-undo")
    assert cells(pane) == before


def test_what_cannot_be_put_back_is_named(pane: Any) -> None:
    pane.evaluate("(() => { let count = 0; fakeExcel.refuses = () => (count += 1) > 1; })()")
    said = press(pane, "reprice", "error")
    assert "These cells could not be put back:" in said
    assert "Close the workbook without saving it." in said


def test_an_excel_that_makes_something_else_of_a_value(pane: Any, before: dict[str, Any]) -> None:
    """An add-in, a macro or a data type of Excel's that interferes."""
    spoil = "fakeExcel.sheets[0].cells.E5.value = 99; fakeExcel.beforeWrite = () => {}"
    pane.evaluate(f"void (fakeExcel.beforeWrite = (sheet) => {{ if (sheet === 'Inputs') {{ {spoil}; }} }})")
    said = press(pane, "reprice", "error")
    assert "Excel has made something else of what was written to Prices!E5." in said
    assert cells(pane) == before


def test_a_workbook_that_counts_its_days_from_1904_is_left(pane: Any, before: dict[str, Any]) -> None:
    """xlwings' client reads its days four years off; none is written."""
    pane.evaluate("void (fakeExcel.counts1904 = true)")
    said = press(pane, "reprice", "error")
    assert "Excel has made something else of what was written to" in said
    assert cells(pane) == before


def during(pane: Any, change: str) -> None:
    """Have something happen while the server works at the plan."""

    def changed(route: Any) -> None:
        pane.evaluate(change)
        route.continue_()

    pane.route("**/custom-scripts-call/**", changed, times=1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("fakeExcel.sheets[1].cells.C4.value = 7.77", "Rates!C4 was changed meanwhile; nothing else is."),
        ("fakeExcel.sheets[1].cells.C4.formula = '=5/2'", "Rates!C4 was changed meanwhile; nothing else is."),
        ("fakeExcel.sheets[0].cells.A5 = { value: 'mine' }", "Prices!A5 was changed meanwhile; nothing else is."),
        ("fakeExcel.sheets[1].protected = true", "The sheet Rates is protected, and cells of C"),
        ("fakeExcel.sheets[1].cells.C4.spilled = true", "A formula elsewhere fills cells of Rates!C"),
        ("fakeExcel.sheets[1].name = 'Renamed'", "The sheet Rates is gone. Nothing was changed."),
    ],
)
def test_what_happens_meanwhile_is_not_written_over(pane: Any, change: str, said: str) -> None:
    during(pane, change)
    assert said in press(pane, "reprice", "error")
    assert pane.evaluate("fakeExcel.written") == []


def test_undoing_keeps_what_was_edited_since(pane: Any, before: dict[str, Any]) -> None:
    press(pane, "reprice")
    pane.evaluate("fakeExcel.sheets[0].cells.E4.value = 123")
    said = press(pane, "reprice-undo", "warn")
    assert "Changed since, or beside one that was, and left as they are: Prices!A4:F4." in said
    after = cells(pane)
    assert after["Prices!E4"] == 123
    assert after["Prices!A4"] == "openai", "a row stays whole"
    assert {name for name in after if after[name] != before.get(name)} == {f"Prices!{column}4" for column in "ABCDEF"}


def test_undoing_where_rows_have_moved_touches_none_of_them(pane: Any) -> None:
    press(pane, "reprice")
    pane.evaluate(
        "(() => { const { cells } = fakeExcel.sheets[0];"
        " for (const column of 'ABCDEF') { cells[column + 6] = cells[column + 5];"
        " cells[column + 5] = cells[column + 4]; cells[column + 4] = {}; } })()"
    )
    moved = {name: value for name, value in cells(pane).items() if name.startswith("Prices!")}
    press(pane, "reprice-undo", "warn")
    assert {name: value for name, value in cells(pane).items() if name.startswith("Prices!")} == moved


def test_undoing_that_excel_refuses_leaves_all_repriced(pane: Any) -> None:
    press(pane, "reprice")
    once = cells(pane)
    pane.evaluate("(() => { let count = 0; fakeExcel.refuses = () => (count += 1) === 3; })()")
    assert "Every cell holds again what it held after the repricing." in press(pane, "reprice-undo", "error")
    assert cells(pane) == once
    press(pane, "reprice-undo")


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        ("1.3.2027", "The workbook stays as it is: a day is written like 2027-01-01; received '1.3.2027'"),
        (
            "C:\\prices.csv",
            "The workbook stays as it is: prices to go to are 'newest', a day as 2027-01-01, or changes",
        ),
    ],
)
def test_prices_that_cannot_be_meant_are_a_sentence(pane: Any, prices: str, said: str) -> None:
    pane.fill("#reprice-prices", prices)
    assert said in press(pane, "reprice", "error")
    assert pane.evaluate("fakeExcel.written") == []


def test_a_busy_excel_is_a_sentence(pane: Any) -> None:
    pane.evaluate(
        "fakeExcel.run = Excel.run; Excel.run = async () => { throw { code: 'InvalidOperationInCellEditMode' }; }; 0"
    )
    try:
        assert "finish editing the cell" in press(pane, "reprice", "error")
    finally:
        pane.evaluate("void (Excel.run = fakeExcel.run)")


def test_merged_cells_are_told_to_the_server(pane: Any) -> None:
    pane.evaluate("void (fakeExcel.sheets[1].merged = ['A2:A3'])")
    with pane.expect_request("**/custom-scripts-call/plan_repricing") as asked:
        press(pane, "reprice-plan")
    formulas, prices, merged = asked.value.post_data_json["args"]
    assert prices == WHAT_IF
    assert formulas == {"Prices": [], "Rates": [[3, 3, "=1"]], "Inputs": []}
    assert merged == {"Prices": [], "Rates": ["A2:A3"], "Inputs": []}
