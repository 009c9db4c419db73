"""The plan for an open workbook is that for its file: through xlwings' own objects, and through the server's script."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import pytest
import xlwings as xw
from corpus import by_hand, by_openpyxl, by_xlsxwriter
from corpus.by_libreoffice import CASES as BY_LIBREOFFICE
from openpyxl.worksheet.table import Table
from sent_books import kept, loaded, sent, told, written
from server_fixtures import server

from llmcost_xl import workbook
from llmcost_xl.errors import RefusedError
from llmcost_xl.hosts.live import reading
from llmcost_xl.hosts.live.choosing import chosen
from llmcost_xl.hosts.live.saying import done
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice.plan import planned

if TYPE_CHECKING:
    import memory_excel
    from server_host import Server

    from llmcost_xl.reprice.plan import Plan

__all__ = ["server"]  # a fixture

TEMPLATES: Final = Path(__file__).parent.parent.parent / "templates"
SCRIPTS: Final = "/xlwings/custom-scripts-call/"
WHAT_IF: Final = "openai/gpt-4o=-50%; anthropic/*=-10% from 2027-03-01"
A_DAY: Final = "2026-12-15"
ONE_PRICE: Final = "openai/gpt-4o:input=1.25 from 2027-03-01"
OTHERS: Final = {case.name: case for case in (*by_xlsxwriter.CASES, *by_openpyxl.CASES, *by_hand.CASES) if not case.own}


def content_of(name: str) -> bytes:
    return OTHERS[name].content if name in OTHERS else (TEMPLATES / f"{name}.xlsx").read_bytes()


def prices_for(name: str) -> str:
    """What to go to: rows to be added in two of ours, which takes longest, and the price date alone in the others."""
    if name in OTHERS:
        return WHAT_IF
    return ONE_PRICE if name in ("roi", "price-book") else A_DAY


def cells(plan: Plan) -> dict[tuple[str, Any], Any]:
    return {(sheet, where): value for sheet, puts in plan.puts.items() for where, value in puts.items()}


def in_excel(app: memory_excel.App, content: bytes) -> xw.Book:
    written, stored = loaded(content)
    book = app.opened.add("plan.xlsx", written, stored=stored)
    return xw.Book(impl=book)


def as_sent(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return value


def as_entered(value: Any) -> Any:
    """What Excel makes of a value that xlwings sends it."""
    return value.removeprefix("'") if isinstance(value, str) else value


@pytest.mark.parametrize("name", [*workbook.MODULES, *OTHERS])
def test_one_plan_for_the_file_in_excel_and_on_the_server(app: memory_excel.App, server: Server, name: str) -> None:
    content, prices = content_of(name), prices_for(name)
    target = chosen(prices)
    plan = planned(BookFile.read(content), target)
    live = reading.plan_for(reading.read(in_excel(app, content)), target)
    assert live.rows == plan.rows
    assert live.puts == plan.puts
    answer = server.post(sent(content, prices), SCRIPTS + "reprice_workbook")
    assert answer.status == 200, answer.body
    assert told(answer) == done(plan, "plan.xlsx")
    found = {where: as_entered(value) for where, value in written(answer, content).items()}
    assert found == {where: as_sent(value) for where, value in cells(plan).items()}
    assert sum(len(row) for block in kept(answer) for row in block["before"]) == len(found)


def merged_models() -> bytes:
    """A list in which a model is merged over the rows of its prices, and a source over two rows."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (
        ("Provider", "Model", "Component", "Price (USD per 1M tokens)", "Source"),
        ("openai", "gpt-4o", "input", 2.5, "list"),
        (None, None, "output", 10.0, None),
        ("openai", "gpt-4o-mini", "input", 0.15, "list"),
    ):
        sheet.append(row)
    for area in ("A2:A3", "B2:B3", "E2:E3"):
        sheet.merge_cells(area)
    return as_file(book)


def test_one_plan_where_cells_are_merged(app: memory_excel.App, server: Server) -> None:
    content, prices = merged_models(), "openai/*=-50% from 2027-03-01"
    plan = planned(BookFile.read(content), chosen(prices))
    live = reading.plan_for(reading.read(in_excel(app, content)), chosen(prices))
    assert live.rows == plan.rows
    assert live.puts == plan.puts
    assert {where: value for (_, where), value in cells(plan).items() if isinstance(value, float)} == {
        (2, 4): 1.25, (3, 4): 5.0, (4, 4): 0.075,
    }  # fmt: skip
    answer = server.post(sent(content, prices), SCRIPTS + "reprice_workbook")
    assert {where: as_entered(value) for where, value in written(answer, content).items()} == cells(plan)


HISTORY: Final = ("Provider", "Model", "Component", "From date", "Price (USD per 1M tokens)")


@pytest.mark.parametrize(
    ("ref", "said"), [("A1:E2", "drag its lower right corner down by that many rows"), ("", "make it an Excel table")]
)
def test_a_table_without_an_empty_row_is_to_be_made_longer(
    app: memory_excel.App, server: Server, ref: str, said: str
) -> None:
    """The command line adds the row to the file; what is said to do in Excel makes room for it."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(HISTORY)
    sheet.append(("openai", "gpt-4o", "input", dt.datetime(2024, 10, 1), 2.5))  # noqa: DTZ001  # a cell has no time zone
    if ref:
        sheet.add_table(Table(displayName="Prices", ref=ref))
    target = chosen(ONE_PRICE)
    assert planned(BookFile.read(as_file(book)), target).appended
    needed = "has no spare rows, and 1 are needed from row 3 on: extend the table ("
    with pytest.raises(RefusedError, match=re.escape(needed + said)):
        reading.plan_for(reading.read(in_excel(app, as_file(book))), target)
    answer = server.post(sent(as_file(book), ONE_PRICE), SCRIPTS + "reprice_workbook")
    assert said in answer.body.decode()
    sheet.tables.clear()
    sheet.add_table(Table(displayName="Prices", ref="A1:E3"))
    plan = reading.plan_for(reading.read(in_excel(app, as_file(book))), target)
    assert plan.puts == planned(BookFile.read(as_file(book)), target).puts
    assert plan.puts["Sheet"][3, 5] == 1.25


def as_file(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_there_is_something_to_plan() -> None:
    """In most of them; without that the test above would show little."""
    plans = [planned(BookFile.read(case.content), chosen(WHAT_IF)) for case in OTHERS.values()]
    assert sum(plan.tables > 0 for plan in plans) == len(plans) > 40
    assert len({row.kind for plan in plans for row in plan.rows}) >= 4


@pytest.mark.parametrize("case", BY_LIBREOFFICE, ids=lambda case: case.name)
def test_the_plan_for_a_workbook_that_libreoffice_saved(app: memory_excel.App, case: Any) -> None:
    plan = planned(BookFile.read(case.content), chosen(WHAT_IF))
    live = reading.plan_for(reading.read(in_excel(app, case.content)), chosen(WHAT_IF))
    assert (live.rows, live.puts) == (plan.rows, plan.puts)
