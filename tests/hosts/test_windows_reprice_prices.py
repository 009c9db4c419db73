"""Which prices the ribbon's "Reprice workbook" goes to, as the user types it into Excel's input box."""

from __future__ import annotations

from typing import TYPE_CHECKING

import memory_excel
import pytest
import xlwings as xw
from repriced_books import contents, opened

from llmcost_xl.errors import LLMCostError
from llmcost_xl.hosts.live import choosing
from llmcost_xl.hosts.windows import commands

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))


def test_the_box_offers_the_newest_and_cancelling_it_changes_nothing(app: memory_excel.App) -> None:
    book = opened(app)
    before, app.typed = contents(book), [False]
    commands.reprice_workbook()
    assert contents(book) == before
    assert app.defaults == ["newest"]
    assert (app.messages, app.asked, app.writes) == ([], [], [])


def test_what_cannot_be_meant_is_said_and_asked_again(app: memory_excel.App) -> None:
    opened(app)
    app.typed = [
        "31.12.2027",
        "2027-12-31",
    ]
    commands.reprice_workbook()
    assert app.messages[0] == ("critical", "a day is written like 2027-01-01; received '31.12.2027'")
    assert app.defaults == ["newest", "31.12.2027"], "what was typed can be corrected"
    assert "prices of 2027-12-31" in (app.asked or app.messages)[-1][1]


def test_a_companys_price_file(app: memory_excel.App, tmp_path: Path) -> None:
    path = tmp_path / "our prices.csv"
    path.write_text("provider,model,component,from_date,price,source\nopenai,gpt-4o-mini,input,2026-11-01,0.1,ours\n")
    book = opened(app)
    app.typed = [str(tmp_path / "none.csv"), f'"{path}"']  # as Explorer's "Copy as path" gives it
    commands.reprice_workbook()
    assert "none.csv" in app.messages[0][1]
    assert book.content["Rates"]["C2"].value == 0.1
    assert "our prices.csv" in app.asked[0][1]


def test_a_macro_names_the_prices_itself(app: memory_excel.App) -> None:
    book = opened(app)
    commands.reprice_workbook("openai/gpt-4o-mini=-50%")
    assert app.defaults == []
    assert book.content["Rates"]["C2"].value == 0.075
    commands.reprice_workbook("half of it")
    assert app.messages[-1][0] == "critical"
    assert "received 'half of it'" in app.messages[-1][1]


def test_without_a_box_the_newest_are_those(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a Mac."""
    monkeypatch.setattr(xw.Book, "_mock_caller", None, raising=False)
    app = memory_excel.App(tmp_path, has_box=False)
    opened(app)
    commands.reprice_workbook()
    assert app.defaults == []
    assert f"prices of {choosing.chosen('').day}" in [*app.asked, *app.messages][0][1]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("", "prices of"),
        (" Newest ", "prices of"),
        ("2027-01-01", "prices of 2027-01-01"),
        ("openai/* = -50%", "openai/*=-50% from"),
        ("openai/gpt-4o:output=8;anthropic/*=+10% FROM 2027-03-01",
         "openai/gpt-4o:output=8, anthropic/*=+10% from 2027-03-01"),
    ],
)  # fmt: skip
def test_texts_that_mean_prices(text: str, label: str) -> None:
    assert choosing.chosen(text).label.startswith(label)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2027-13-01",
        "1999-01-01",
        "9999-01-01",
        "=Inputs!$B$2",
        "openai/*=",
        "openai/*=-50% from soon",
        "no/such=-5%",
        "openai/*=-101%",
        "nowhere.csv",
    ],
)
def test_texts_that_mean_none(text: str) -> None:
    with pytest.raises((LLMCostError, OSError)):
        choosing.chosen(text)


def test_the_question_fits_into_excels_box() -> None:
    assert len(choosing.ASKED) <= 255
