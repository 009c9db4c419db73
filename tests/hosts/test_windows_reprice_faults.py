"""Repricing an open workbook where Excel, the workbook or the user is not as one would like."""

from __future__ import annotations

import copy
import datetime as dt
import time
from typing import TYPE_CHECKING, Any, Final

import memory_excel
import pytest
import xlwings as xw
from openpyxl.styles import Protection
from repriced_books import QUIET, a_book, contents, opened, plain, state

from llmcost_xl.errors import RefusedError
from llmcost_xl.hosts.live import excel, reading, undoing
from llmcost_xl.hosts.windows import commands

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))


AFTER: Final = {
    "Prices!E4": 1.25, "Prices!E5": 5.0, "Prices!D4": dt.date(2027, 3, 1), "Rates!C2": 0.075, "Rates!C4": 1.25,
    "Inputs!B2": dt.date(2027, 3, 1),
}  # fmt: skip
"""By hand: half of 2.50, 10.00, 0.15 and 2.50."""


def test_dated_and_undated_prices_and_the_price_date(app: memory_excel.App) -> None:
    book = opened(app)
    before = plain(contents(book))
    commands.reprice_workbook()
    after = plain(contents(book))
    assert {name: after[name] for name in AFTER} == AFTER
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {f"Prices!{column}{row}" for column in "ABCDEF" for row in (4, 5)} | set(AFTER)
    assert after["Rates!C3"] == "=1"
    commands.undo_repricing()
    assert plain(contents(book)) == before
    assert state(app) == QUIET


# -- Excel refuses ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Any]]:
    """How often Excel is asked for anything while a workbook is repriced, and what it holds then."""
    app = memory_excel.App(tmp_path_factory.mktemp("excel"))
    book = opened(app)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.gettempdir", lambda: str(app.documents))
        commands.reprice_workbook()
    assert app.messages[-1][0] == "info"
    return len(app.touched), plain(contents(book))


@pytest.mark.parametrize("calculation", ["automatic", "manual"])
def test_whatever_excel_refuses_all_is_as_before_or_all_is_done(
    app: memory_excel.App, undisturbed: tuple[int, dict[str, Any]], calculation: str
) -> None:
    """Every single thing that is asked of Excel is refused once."""
    steps, repriced = undisturbed
    assert steps > 60
    done = 0
    for refused in range(1, steps + 1):
        book = opened(app, name=f"{refused}.xlsx")
        before = plain(contents(book))
        app.touched.clear()
        app.settings["calculation"] = calculation
        app.fails = lambda number, refused=refused: number == refused
        commands.reprice_workbook()
        app.fails = lambda _number: False
        assert state(app) == QUIET | {"calculation": calculation}, app.touched[refused - 1]
        is_done = plain(contents(book)) == repriced
        assert is_done or plain(contents(book)) == before, app.touched[refused - 1]
        assert undoing.place(xw.Book(impl=book)).exists() == is_done
        done += is_done
    assert 0 < done < steps / 4, "only what comes after the last cell is of no consequence"


@pytest.mark.parametrize("last_taken", range(1, 4))
def test_where_excel_takes_nothing_back_it_is_said_and_can_be_undone(app: memory_excel.App, last_taken: int) -> None:
    """From one write on it refuses every other: what has been written cannot be taken back now, but later."""
    book = opened(app)
    before = plain(contents(book))
    writes: list[int] = []

    def fails(number: int) -> bool:
        if app.touched[-1].startswith("write"):
            writes.append(number)
        return app.touched[-1].startswith("write") and len(writes) > last_taken

    app.fails = fails
    commands.reprice_workbook()
    mode, said = app.messages[-1]
    assert plain(contents(book)) != before
    assert mode == "critical"
    assert "could not be put back" in said
    assert state(app) == QUIET
    app.fails = lambda _number: False
    commands.undo_repricing()
    assert plain(contents(book)) == before


def test_a_setting_that_excel_does_not_take_back_is_named(app: memory_excel.App) -> None:
    opened(app)
    app.fails = lambda _number: app.touched[-1] == "set enable_events" and app.touched.count("set enable_events") > 3
    commands.reprice_workbook()
    mode, said = app.messages[-1]
    assert mode == "critical"
    assert "Everything was done, but Excel did not let events be put back to True" in said
    assert app.settings["screen_updating"] is True
    assert app.settings["calculation"] == "automatic"


def test_a_failure_leaves_the_repricing_before_it_undoable(app: memory_excel.App) -> None:
    book = opened(app)
    before = plain(contents(book))
    commands.reprice_workbook()
    first = plain(contents(book))
    app.typed = ["openai/*=-90% from 2027-04-01"]
    refusals: list[int] = []

    def fails(number: int) -> bool:
        is_first = app.touched[-1].startswith("write") and not refusals
        refusals.extend([number] if is_first else [])
        return is_first

    app.fails = fails
    commands.reprice_workbook()
    assert "every cell holds again what it held" in app.messages[-1][1]
    assert plain(contents(book)) == first
    app.fails = lambda _number: False
    commands.undo_repricing()
    assert plain(contents(book)) == before


# -- the workbook ----------------------------------------------------------------------------------------------------


def test_an_edit_between_question_and_answer_is_not_lost(
    app: memory_excel.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else who edits the same workbook, say."""
    book = opened(app)
    alert = app.alert

    def edited(*words: Any) -> str:
        book.content["Rates"]["C4"].value = 7.77
        return alert(*words)

    monkeypatch.setattr(app, "alert", edited)
    commands.reprice_workbook()
    assert "Rates!C4 was changed meanwhile: it holds 7.77, and held 2.5; nothing was changed" in app.messages[-1][1]
    assert app.writes == []


def test_hidden_rows_are_written_or_nothing_is(app: memory_excel.App) -> None:
    """A filter is set, and Excel, at worst, leaves its hidden rows as they are."""
    content = a_book()
    content["Prices"].row_dimensions[5].hidden = True
    book = opened(app, content)
    before = plain(contents(book))
    commands.reprice_workbook()
    assert "Prices!A5 holds nothing after 'openai' was written; nothing was changed" in app.messages[-1][1]
    assert plain(contents(book)) == before


def test_merged_cells_are_no_place_for_a_row(app: memory_excel.App) -> None:
    content = a_book()
    content["Prices"].merge_cells("B4:C4")
    book = opened(app, content)
    before = plain(contents(book))
    commands.reprice_workbook()
    assert "Prices!C4 holds nothing after 'input' was written; nothing was changed" in app.messages[-1][1]
    assert plain(contents(book)) == before


def test_cells_that_another_formula_fills_are_left(app: memory_excel.App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_excel.Sheet, "spilled", frozenset({"C4"}))
    opened(app)
    commands.reprice_workbook()
    assert "a formula elsewhere fills cells of" in app.messages[-1][1]
    assert app.writes == []


def test_one_sheet_of_two_is_protected(app: memory_excel.App) -> None:
    content = a_book()
    content["Rates"].protection.sheet = True
    content["Rates"]["C2"].protection = Protection(locked=False)
    book = opened(app, content)
    commands.reprice_workbook()
    assert "the sheet Rates is protected, and cells of C4 are locked; nothing was changed" in app.messages[-1][1]
    assert app.writes == [], "nor on the other sheet"
    assert book.content["Rates"].protection.sheet


def test_another_workbook_is_open_and_stays_as_it_is(app: memory_excel.App) -> None:
    other = opened(app, name="other.xlsx")
    before = plain(contents(other))
    book = opened(app)
    commands.reprice_workbook()
    assert plain(contents(other)) == before
    assert book.content["Rates"]["C4"].value == 1.25
    app.opened.books.append(app.opened.books.pop(app.opened.books.index(other)))  # the user goes to it
    commands.undo_repricing()
    assert app.messages[-1] == ("critical", "there is no repricing of other.xlsx to undo")
    assert book.content["Rates"]["C4"].value == 1.25


def test_undone_where_a_sheet_is_gone_or_a_row_was_inserted(app: memory_excel.App) -> None:
    book = opened(app)
    commands.reprice_workbook()
    repriced = copy.deepcopy(book.content["Rates"]["C4"].value)
    book.content.remove(book.content["Inputs"])
    book.content["Rates"].insert_rows(1)
    book.content["Prices"].insert_rows(1)
    commands.undo_repricing()
    assert "0 cells hold again" in app.messages[-1][1]
    assert "and left as they are: Inputs!B2, Prices!A4" in app.messages[-1][1]
    assert book.content["Rates"]["C5"].value == repriced
    book.content["Rates"].delete_rows(1)
    commands.undo_repricing()
    assert book.content["Rates"]["C4"].value == 2.5


def test_calculation_by_hand_stays_and_is_said(app: memory_excel.App) -> None:
    app.settings["calculation"] = "manual"
    opened(app)
    commands.reprice_workbook()
    assert app.settings["calculation"] == "manual"
    assert "Excel calculates by hand here: press F9" in app.messages[-1][1]


class Nameless:
    """What xlwings hands out where Excel lacks the names that are asked for."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def __getattr__(self, name: str) -> Any:
        raise self.failure


@pytest.mark.parametrize(
    "failure",
    [AttributeError("Unknown property, element or command"), memory_excel.RefusalError("Unknown name: 0x80020006")],
    ids=["on a Mac", "before Excel 2021"],
)
def test_where_excel_has_none_of_the_names(
    app: memory_excel.App, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    """Neither protection nor spilled cells nor an input box, and no texts of errors."""
    nothing = property(lambda _self: Nameless(failure))
    monkeypatch.setattr(memory_excel.Sheet, "api", nothing)
    monkeypatch.setattr(memory_excel.Range, "api", nothing)
    monkeypatch.setattr(memory_excel.App, "api", nothing)
    monkeypatch.setattr(reading, "TELLS_ERRORS", False)
    book = opened(app)
    before = plain(contents(book))
    commands.reprice_workbook("openai/*=-50% from 2027-03-01")
    assert not excel.can_ask(xw.App(impl=app))
    after = plain(contents(book))
    assert {name: after[name] for name in AFTER} == AFTER
    commands.undo_repricing()
    assert plain(contents(book)) == before


# -- large sheets ----------------------------------------------------------------------------------------------------


def test_a_hundred_thousand_rows_are_read_in_blocks(app: memory_excel.App) -> None:
    content = a_book()
    usage = content.create_sheet("Usage")
    for number in range(100_000):
        usage.append(("gpt-4o", number) if number % 2 else ("gpt-4o",))
    book = opened(app, content)
    reading.read(xw.Book(impl=app.opened.add("small.xlsx", a_book())))  # what takes long once is done
    app.reads = 0
    start = time.process_time()
    read = reading.read(xw.Book(impl=book))
    assert time.process_time() - start < 10
    assert app.reads == 3 + 100_000 / reading.ROWS_AT_ONCE
    assert sum(len(row) for row in read.sheet("Usage").rows) == 150_000, "no empty cells are kept"


def test_a_sheet_formatted_to_its_end_is_refused(app: memory_excel.App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_CELLS", 10)
    with pytest.raises(RefusedError, match="the used range of Prices has 18 cells, most of them empty, too many"):
        reading.read(xw.Book(impl=app.opened.add("large.xlsx", a_book())))
