"""The ribbon's "Reprice workbook" and "Undo repricing": xlwings' own objects, over workbooks in memory."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import memory_excel
import openpyxl
import pytest
import workbooks
import xlwings as xw

from llmcost_xl.errors import RefusedError
from llmcost_xl.hosts.live import reading, writing
from llmcost_xl.hosts.windows import commands
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice import target as targets
from llmcost_xl.reprice.moves import Move
from llmcost_xl.reprice.plan import planned
from llmcost_xl.reprice.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = dt.date(2027, 3, 1)
QUIET = {"screen_updating": True, "enable_events": True, "calculation": "automatic", "status_bar": False}


def halved() -> Target:
    """What if every price of OpenAI's and Anthropic's halved from March on."""
    latest = targets.newest()
    moves = (Move.read("openai/*=-50%"), Move.read("anthropic/*=-50%"))
    return Target(latest.book, DAY, f"half price from {DAY}", moves, moves_back=True)


@pytest.fixture(autouse=True)
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = halved()
    monkeypatch.setattr(targets, "newest", lambda: target)  # what the box offers, and Enter takes
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))


def opened(app: memory_excel.App, content: bytes, name: str = "plan.xlsx") -> memory_excel.Book:
    return memory_excel.calling(app, name, openpyxl.load_workbook(io.BytesIO(content)))


def contents(book: memory_excel.Book) -> dict[str, Any]:
    return {f"{sheet.title}!{cell.coordinate}": _plain(cell.value)
            for sheet in book.content for row in sheet.iter_rows() for cell in row}  # fmt: skip


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, dt.datetime) else getattr(value, "text", value)


def state(app: memory_excel.App) -> dict[str, Any]:
    return {name: getattr(app, name) for name in QUIET}


def puts(plan: Any) -> dict[tuple[str, Any], Any]:
    return {(sheet, where): value for sheet, cells in plan.puts.items() for where, value in cells.items()}


def test_the_cells_of_the_plan_are_written_and_no_other(app: memory_excel.App) -> None:
    content = workbooks.built("roi").content
    book = opened(app, content)
    before, planned_cells = contents(book), puts(planned(BookFile.read(content), halved()))
    commands.reprice_workbook()
    after = contents(book)
    changed = {name for name in after if after[name] != before.get(name)}
    wanted = {f"{sheet}!{openpyxl.utils.get_column_letter(column)}{row}": value
              for (sheet, (row, column)), value in planned_cells.items()}  # fmt: skip
    assert changed <= set(wanted)
    assert {name: after[name] for name in wanted} == wanted
    ((_, asked),) = app.asked
    assert "half price from 2027-03-01" in asked
    assert "Undo repricing" in asked
    ((mode, said),) = app.messages
    assert mode == "info"
    assert "appended" in said
    assert len(app.writes) < len(wanted) / 4, "written in blocks"
    assert state(app) == QUIET


def test_a_second_time_there_is_nothing_to_do(app: memory_excel.App) -> None:
    book = opened(app, workbooks.built("roi").content)
    commands.reprice_workbook()
    once, writes = contents(book), len(app.writes)
    commands.reprice_workbook()
    assert contents(book) == once
    assert len(app.writes) == writes
    assert app.messages[-1][1].count("Nothing was changed") == 1
    assert len(app.asked) == 1


def test_who_cancels_changes_nothing(app: memory_excel.App) -> None:
    book = opened(app, workbooks.built("roi").content)
    before, app.answer = contents(book), "cancel"
    commands.reprice_workbook()
    assert contents(book) == before
    assert (app.writes, app.messages) == ([], [])
    assert state(app) == QUIET


def test_an_excel_that_makes_something_else_of_a_value_gets_the_old_ones_back(
    app: memory_excel.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = opened(app, workbooks.built("roi").content)
    before = contents(book)
    taken = memory_excel.taken
    monkeypatch.setattr(memory_excel, "taken", lambda value: -1.0 if value == "input" else taken(value))
    commands.reprice_workbook()
    ((mode, said),) = app.messages
    assert mode == "critical"
    assert "holds -1 after 'input' was written; nothing was changed" in said
    assert {name: value for name, value in contents(book).items() if value != before.get(name)} == {}


def test_undoing_puts_back_what_was_there_and_keeps_what_was_edited_since(app: memory_excel.App) -> None:
    book = opened(app, workbooks.built("roi").content)
    before = contents(book)
    commands.reprice_workbook()
    first = puts(planned(BookFile.read(workbooks.built("roi").content), halved()))
    price = next((sheet, where) for (sheet, where), value in first.items() if isinstance(value, float))
    book.content[price[0]].cell(*price[1]).value = 123.0
    commands.undo_repricing()
    differing = {name: value for name, value in contents(book).items() if value != before.get(name)}
    edited = book.content[price[0]].cell(*price[1]).coordinate
    row = {name for name in differing if name.startswith(f"{price[0]}!") and name.endswith(edited[1:])}
    assert differing[f"{price[0]}!{edited}"] == 123.0
    assert set(differing) == row, "the row of a price stays whole"
    assert "Changed since, or beside one that was, and left as they are: " in app.messages[-1][1]
    assert state(app) == QUIET
    commands.undo_repricing()
    assert app.messages[-1] == ("critical", "there is no repricing of plan.xlsx to undo")


@pytest.mark.parametrize(("locked", "mode"), [(True, "critical"), (False, "info")])
def test_a_protected_sheet_is_reported_and_never_unprotected(app: memory_excel.App, locked: bool, mode: str) -> None:
    book = opened(app, workbooks.built("roi").content)
    before = contents(book)
    for sheet in book.content:
        sheet.protection.sheet = True
        for row in sheet.iter_rows(max_row=200):
            for cell in row:
                cell.protection = openpyxl.styles.Protection(locked=locked)
    commands.reprice_workbook()
    assert app.messages[-1][0] == mode
    assert all(sheet.protection.sheet for sheet in book.content)
    if locked:
        assert "is protected" in app.messages[-1][1]
        assert app.writes == []
        assert {name for name, value in contents(book).items() if value != before.get(name)} == set()


# -- somebody else's workbook ----------------------------------------------------------------------------------------


@pytest.fixture
def theirs(app: memory_excel.App) -> Callable[..., memory_excel.Book]:
    def theirs(price: Any, number_format: str = "General") -> memory_excel.Book:
        content = openpyxl.Workbook()
        sheet: Any = content.active
        for row in (
            ["Provider", "Model", "Component", "Price (USD per 1M tokens)"],
            ["openai", "gpt-4o", "input", price],
        ):
            sheet.append(row)
        sheet["D2"].number_format = number_format
        return memory_excel.calling(app, "theirs.xlsx", content)

    return theirs


def test_an_undated_price_changes_in_its_cell(app: memory_excel.App, theirs: Callable[..., Any]) -> None:
    book = theirs(2.5)
    commands.reprice_workbook()
    assert book.content.active["D2"].value == 1.25
    assert "D2 openai/gpt-4o input: 2.5 becomes 1.25" in app.asked[0][1]
    commands.undo_repricing()
    assert book.content.active["D2"].value == 2.5


@pytest.mark.parametrize("content", ["=1+1.5", 7.77])
def test_a_formula_and_a_price_of_somebodys_own_stay(
    app: memory_excel.App, theirs: Callable[..., Any], content: Any
) -> None:
    book = theirs(content)
    commands.reprice_workbook()
    assert book.content.active["D2"].value == content
    assert "Nothing was changed" in app.messages[0][1]
    assert "Sheet!" in app.messages[0][1], "it says where and why"
    assert app.asked == []


def test_a_price_formatted_as_currency_is_read_in_full(app: memory_excel.App) -> None:
    """Of such a cell Excel hands over four decimals: 0.00025 would be 0.0003."""
    content = openpyxl.Workbook()
    content.active["B2"], content.active["B2"].number_format = 0.00025, "$0.00"  # type: ignore[index]
    book = app.opened.add("money.xlsx", content)
    (cell,) = reading.read(xw.Book(impl=book)).sheets[0].cells()
    assert cell.value == 0.00025


def test_a_workbook_without_a_price_table_says_so(app: memory_excel.App) -> None:
    memory_excel.calling(app, "empty.xlsx", openpyxl.Workbook())
    commands.reprice_workbook()
    assert "empty.xlsx has no price table" in app.messages[0][1]


def test_a_formula_in_a_row_to_be_filled_is_not_overwritten(app: memory_excel.App) -> None:
    content = workbooks.built("roi").content
    sheet = next(sheet for sheet, _ in puts(planned(BookFile.read(content), halved())))
    book = opened(app, content)
    opened_book = reading.read(xw.Book(impl=book))
    plan = reading.plan_for(opened_book, halved())
    formula = next(cell.where for cell in opened_book.sheet(sheet).cells() if cell.formula is not None)
    plan.put(sheet, {formula: 1.0})
    with pytest.raises(RefusedError, match="holds a formula, which is not overwritten"):
        writing.changes_of(opened_book, plan)
