"""The server's scripts "Reprice workbook" and "Plan repricing": a workbook as Office.js sends it, and what is done."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import workbooks
from sent_books import kept, sent, told, written
from server_fixtures import server, spare
from server_host import environment

from llmcost_xl.catalogue.bundled import company_book
from llmcost_xl.hosts.live.saying import done
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice.plan import planned
from llmcost_xl.reprice.prices import APPENDED
from llmcost_xl.reprice.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server_host import Server

__all__ = ["server", "spare"]  # fixtures

CALL = "/xlwings/custom-scripts-call/"
DAY = "2030-03-01"
NEWS = f"provider,model,component,from_date,price,source\nopenai,gpt-4o,input,{DAY},1.25,announced\n"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A company's prices: one of them announced."""
    path = tmp_path / "prices.csv"
    path.write_text(NEWS)
    return path


@pytest.fixture
def running(spare: Callable[..., Server], news: Path) -> Server:
    return spare(LLMCOST_XL_PRICES=str(news))


def test_the_companys_own_prices_are_those_to_go_to(running: Server, news: Path) -> None:
    content = workbooks.built("roi").content
    book = company_book(news)
    plan = planned(BookFile.read(content), Target(book, book.as_of, f"prices of {book.as_of}"))
    assert 1.25 in {row.new for row in plan.rows if row.kind == APPENDED}
    answer = running.post(sent(content), CALL + "reprice_workbook")
    assert told(answer) == done(plan, "plan.xlsx")
    expected = {(sheet, where): value for sheet, puts in plan.puts.items() for where, value in puts.items()}
    assert {where: _plain(value) for where, value in written(answer, content).items()} == {
        where: _plain(value) for where, value in expected.items()
    }
    first = answer.json()["actions"][0]
    assert (first["func"], first["args"][0]) == ("runMacro", "llmcostKept"), "before anything is written"
    in_file = openpyxl.load_workbook(io.BytesIO(content))
    for block in kept(answer):
        cells = in_file[block["sheet"]][block["address"]]
        rows = cells if isinstance(cells, tuple) else ((cells,),)
        assert [[_as_kept(cell.value) for cell in row] for row in rows] == block["before"]


def _as_kept(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return (value - dt.datetime(1899, 12, 30)).days  # noqa: DTZ001  # a cell has no time zone
    return "" if value is None else value


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return value.removeprefix("'") if isinstance(value, str) else value


def test_a_plan_writes_nothing(running: Server) -> None:
    answer = running.post(sent(workbooks.built("roi").content), CALL + "plan_repricing")
    assert [action["func"] for action in answer.json()["actions"]] == ["runMacro"]
    assert told(answer).startswith("Nothing is changed yet. ")
    assert f"openai/gpt-4o input: 1.25 from {DAY}" in told(answer)


# -- somebody else's workbook ----------------------------------------------------------------------------------------


def theirs(*prices: Any) -> bytes:
    """A list of prices without dates."""
    content = openpyxl.Workbook()
    sheet: Any = content.active
    sheet.append(["Provider", "Model", "Component", "Price (USD per 1M tokens)"])
    for model, price in zip(("gpt-4o", "gpt-4o-mini"), prices, strict=False):
        sheet.append(["openai", model, "input", price])
    stream = io.BytesIO()
    content.save(stream)
    return stream.getvalue()


def test_a_price_changes_in_its_place_and_a_formula_stays(server: Server) -> None:
    content = theirs(2.5, "=0.1+0.05")
    answer = server.post(sent(content, "openai/*=-50%"), CALL + "reprice_workbook")
    assert written(answer, content) == {("Sheet", (2, 4)): 1.25}
    (block,) = kept(answer)
    assert block == {"sheet": "Sheet", "address": "D2", "before": [[2.5]], "after": [[1.25]]}
    assert "D3 openai/gpt-4o-mini input: left alone" in told(answer)


def test_a_price_on_a_day(server: Server) -> None:
    answer = server.post(sent(theirs(5.0), "2024-06-01"), CALL + "plan_repricing")
    assert "prices of 2024-06-01" in told(answer)


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        ("1/2/2027", "a day is written like 2027-01-01; received '1/2/2027'"),
        ("/etc/passwd", "prices to go to are 'newest', a day as 2027-01-01, or changes as openai/*=-50%"),
        ("/etc/prices.csv", "prices to go to are 'newest', a day as 2027-01-01, or changes as openai/*=-50%"),
        ("openai/gpt-9=-50%", "no model is called 'openai/gpt-9'; the nearest"),
        ("openai/*=half", "a change is written like"),
    ],
)
def test_prices_that_cannot_be_meant_are_refused(server: Server, prices: str, said: str) -> None:
    answer = server.post(sent(theirs(5.0), prices), CALL + "reprice_workbook")
    assert answer.status == 400
    assert f"The workbook stays as it is: {said}" in answer.body.decode()


@pytest.mark.parametrize(
    "args",
    [
        None,
        [],
        [{"Sheet": [[0, 1, "=1"]]}],
        [{"Sheet": [[1, 1, "1"]]}],
        [{"Sheet": [[1, 1]]}],
        [{"Sheet": 5}],
        [{"Sheet": [[True, 1, "=1"]]}],
        [{"Sheet": [[1_048_577, 1, "=1"]]}],
        [[]],
        [{}, 5],
        [{}, "", ""],
        [{}, "", {"Sheet": ["A1:nowhere"]}],
        [{}, "", {"Sheet": ["A1:XFD1048576"]}],
        [{}, "", {"Sheet": 5}],
    ],
)
def test_formulas_that_are_none_are_refused(server: Server, args: Any) -> None:
    """Without them a formula could be written over."""
    answer = server.post(sent(theirs(2.5)) | {"args": args}, CALL + "reprice_workbook")
    assert answer.status == 400, answer.body
    assert b"setValues" not in answer.body


def test_formulas_far_apart_are_no_burden(server: Server) -> None:
    body = sent(theirs(2.5)) | {"args": [{"Sheet": [[1_048_576, 16_384, "=1"]]}]}
    answer = server.post(body, CALL + "reprice_workbook")
    assert answer.status == 400
    assert b"too many to read" in answer.body


def test_what_fails_in_the_middle_changes_nothing(server: Server) -> None:
    """A table from which one of its corners is missing: the workbook is read until there."""
    content = theirs(2.5)
    body = sent(content)
    body["sheets"][-1]["tables"] = [{"name": "broken", "range_address": "A1:nowhere"}]
    answer = server.post(body, CALL + "reprice_workbook")
    assert answer.status >= 400
    assert b"setValues" not in answer.body


def test_the_server_keeps_nothing_of_the_workbook(tmp_path: Path) -> None:
    """xlwings would keep the values of every range that was read for as long as the process runs."""
    path = tmp_path / "book.json"
    path.write_text(json.dumps(sent(theirs(2.5))))
    program = (
        "import asyncio, json, sys, xlwings as xw; from pathlib import Path;"
        " from xlwings.pro._xlremote import get_range_api;"
        " import llmcost_xl.hosts.server.project.custom_scripts as scripts;"
        " body = json.loads(Path(sys.argv[1]).read_text()); args = body.pop('args'); book = xw.Book(json=body);"
        " asyncio.run(scripts.plan_repricing(None, book, *args));"
        " print(len(book.json()['actions']), get_range_api.cache_info().currsize)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(path)], env=environment(), capture_output=True, text=True, check=False
    )
    assert ran.stdout.split() == ["1", "0"], ran.stderr
