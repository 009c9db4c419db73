"""The server's scripts "Reprice workbook" and "Plan repricing": a workbook as Office.js sends it, and what is done."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import workbooks
from openpyxl.utils import get_column_letter
from server_fixtures import spare

from llmcost_xl.catalogue.bundled import company_book
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice.plan import planned
from llmcost_xl.reprice.prices import APPENDED
from llmcost_xl.reprice.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server_host import Server

__all__ = ["spare"]  # a fixture

CALL = "/xlwings/custom-scripts-call/"
DAY = "2030-03-01"
NEWS = f"provider,model,component,from_date,price,source\nopenai,gpt-4o,input,{DAY},1.25,announced\n"


def sent(content: bytes) -> dict[str, Any]:
    """A workbook as xlwings' client describes it: values alone, days as ISO texts."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    sheets = []
    for sheet in book:
        rows = sheet.iter_rows(1, sheet.max_row, 1, sheet.max_column, values_only=True)
        values = [[_on_the_wire(value) for value in row] for row in rows]
        sheets.append({"name": sheet.title, "values": values, "pictures": [], "tables": list(_tables(sheet)),
                       "used_range_address": f"A1:{get_column_letter(sheet.max_column)}{sheet.max_row}"})  # fmt: skip
    names = list(_names(book))
    described = {"name": "plan.xlsx", "active_sheet_index": 0, "selection": "A1"}
    return {"client": "Office.js", "version": "0.37.8", "book": described, "names": names, "sheets": sheets}


def _on_the_wire(value: Any) -> Any:
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%dT00:00:00.000Z}"
    return "" if value is None else value


def _names(book: openpyxl.Workbook) -> Iterator[dict[str, Any]]:
    for name in book.defined_names.values():
        yield {"name": name.name, "book_scope": True, "refers_to": f"={name.attr_text}", "sheet_index": None,
               "address": None, "scope_sheet_name": None, "scope_sheet_index": None}  # fmt: skip


def _tables(sheet: Any) -> Iterator[dict[str, Any]]:
    for table in sheet.tables.values():
        yield {"name": table.displayName, "range_address": table.ref, "header_row_range_address": table.ref,
               "data_body_range_address": table.ref, "total_row_range_address": None}  # fmt: skip


def written(answer: Any, content: bytes) -> dict[tuple[str, tuple[int, int]], Any]:
    """The cells that the answer has Excel write."""
    names = openpyxl.load_workbook(io.BytesIO(content), read_only=True).sheetnames
    cells = {}
    for action in answer.json()["actions"]:
        if action["func"] == "setValues":
            for row, values in enumerate(action["values"], start=action["start_row"] + 1):
                for column, value in enumerate(values, start=action["start_column"] + 1):
                    cells[names[action["sheet_position"]], (row, column)] = value
    return cells


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A company's prices: one of them announced."""
    path = tmp_path / "prices.csv"
    path.write_text(NEWS)
    return path


@pytest.fixture
def running(spare: Callable[..., Server], news: Path) -> Server:
    return spare(LLMCOST_XL_PRICES=str(news))


def said(answer: Any) -> str:
    return str(next(action["args"][0] for action in answer.json()["actions"] if action["func"] == "alert"))


def test_new_rows_are_those_of_the_file(running: Server, news: Path) -> None:
    content = workbooks.built("roi").content
    book = company_book(news)
    plan = planned(BookFile.read(content), Target(book, book.as_of, "the same"))
    wanted = {(row.sheet, row.cell): row.new for row in plan.rows if row.kind == APPENDED}
    assert 1.25 in wanted.values()
    answer = running.post(sent(content), CALL + "reprice_workbook")
    cells = written(answer, content)
    rows = {where[0] for _, where in cells}
    expected = {(sheet, where): value for sheet, puts in plan.puts.items() for where, value in puts.items()
                if sheet == "Prices" and where[0] in rows}  # fmt: skip
    assert {where: _plain(value) for where, value in cells.items()} == {w: _plain(v) for w, v in expected.items()}
    assert {f"{get_column_letter(column)}{row}" for _, (row, column) in cells} >= {cell for _, cell in wanted}
    assert "appended" in said(answer)
    in_file = openpyxl.load_workbook(io.BytesIO(content))
    assert {in_file[sheet].cell(*where).value for sheet, where in cells} == {None}, "nothing is written over anything"


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    text = value.lstrip("'") if isinstance(value, str) else value
    return text[:10] if isinstance(text, str) and text[10:11] == "T" else text


def test_a_plan_writes_nothing(running: Server) -> None:
    answer = running.post(sent(workbooks.built("roi").content), CALL + "plan_repricing")
    assert [action["func"] for action in answer.json()["actions"]] == ["alert"]
    assert said(answer).startswith("Nothing is changed yet. ")
    assert f"openai/gpt-4o input: 1.25 from {DAY}" in said(answer)


def test_a_price_in_its_place_is_told_and_left(spare: Callable[..., Server], news: Path) -> None:
    """It may be a formula: the server is sent its value alone."""
    news.write_text(NEWS + "openai,gpt-4o,input,2024-06-01,5,of old\nopenai,gpt-4o,input,2025-06-01,2.5,since\n")
    running = spare(LLMCOST_XL_PRICES=str(news))
    content = openpyxl.Workbook()
    sheet: Any = content.active
    sheet.append(["Provider", "Model", "Component", "Price (USD per 1M tokens)"])
    sheet.append(["openai", "gpt-4o", "input", 5.0])
    stream = io.BytesIO()
    content.save(stream)
    answer = running.post(sent(stream.getvalue()), CALL + "reprice_workbook")
    assert written(answer, stream.getvalue()) == {}
    assert "D2 openai/gpt-4o input: left alone, the server is sent no formulas" in said(answer)
    assert "enter 2.5 yourself" in said(answer)


def test_what_fails_in_the_middle_changes_nothing(running: Server) -> None:
    """A table from which one of its corners is missing: the workbook is read until there."""
    content = workbooks.built("roi").content
    body = sent(content)
    body["sheets"][-1]["tables"] = [{"name": "broken", "range_address": "A1:nowhere"}]
    answer = running.post(body, CALL + "reprice_workbook")
    assert answer.status >= 400
    assert b"setValues" not in answer.body
