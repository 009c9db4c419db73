"""The ribbon's "Refresh prices": the prices really renewed, in a copy of the catalogue."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from llmcost_xl.calc import evaluate
from llmcost_xl.catalogue import bundled
from llmcost_xl.catalogue import refresh as refreshing
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.windows import commands

if TYPE_CHECKING:
    import memory_excel


@pytest.fixture
def catalogue(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Prices that may be updated; the feed is what genai-prices has installed, one price doubled."""
    real = refreshing.refresh
    monkeypatch.setattr(refreshing, "refresh", lambda: real(feed))
    return place


def feed() -> list[Any]:
    from genai_prices.data import providers  # noqa: PLC0415  # half a second

    changed = copy.deepcopy(providers)
    (openai,) = (provider for provider in changed if provider.id == "openai")
    (model,) = (model for model in openai.models if model.id == "gpt-4o")
    model.prices.input_mtok = 5
    return changed


def cost() -> Any:
    return FUNCTIONS["QUERY_COST"]("gpt-4o", 1_000_000, 0)


def in_this_process(formula: str) -> Any:
    """As the worksheet functions answer that run in the process of the buttons."""
    assert formula == commands.ASK_THE_FUNCTIONS
    return dict(FUNCTIONS["LLM_CATALOGUE"]())["content hash"]


@pytest.mark.usefixtures("catalogue")
def test_refreshing_reaches_the_functions_and_calculates_everything(app: memory_excel.App) -> None:
    app.excel.evaluate = in_this_process
    assert cost() == 2.5
    commands.refresh_prices()
    assert cost() == 5
    assert app.excel.calculated == 1
    ((mode, said),) = app.messages
    assert mode == "info"
    assert re.match(r"Prices as of \d{4}-\d\d-\d\d from genai-prices data as published: ", said)
    assert "old prices" not in said
    assert app.status[0] == app.status[-1] is False
    assert [text.partition(":")[2][:9] for text in app.status[1:-1]] == [" fetching", " calculat"]
    assert "No price has changed" not in said


def test_the_question_to_the_functions_is_a_formula_that_gives_the_content_hash() -> None:
    assert evaluate(commands.ASK_THE_FUNCTIONS).value == bundled.default_book().content_hash


@pytest.fixture
def nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refresh that has nothing to do."""
    done = refreshing.Refreshed(bundled.default_book().as_of, refreshing.FETCHED, 0, 0, ())
    monkeypatch.setattr(refreshing, "refresh", lambda: done)


def test_the_button_and_the_functions_share_a_process(tmp_path: Path) -> None:
    """Through xlwings' own server: the next formula has the new price, also one asked while the button still works."""
    program = Path(__file__).with_name("windows_process.py")
    done = subprocess.run([sys.executable, program, tmp_path], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    shown = json.loads(done.stdout)
    assert (shown["before"], shown["after"], shown["status"]) == (2.5, 5, False)
    full, asked, message = shown["events"]
    assert (full, asked) == ("CalculateFull", "Evaluate")
    assert re.fullmatch(r"LLM Cost: Prices as of \S+ from genai-prices data as published: .*1 corrections\.", message)


@pytest.mark.usefixtures("nothing_new")
def test_a_refresh_that_brings_nothing_says_so(app: memory_excel.App) -> None:
    app.excel.evaluate = in_this_process
    commands.refresh_prices()
    assert app.messages[0][1].endswith("No price has changed.")


@pytest.mark.usefixtures("nothing_new")
def test_functions_in_another_process_are_noticed(app: memory_excel.App) -> None:
    """Which answer from prices they read before."""
    app.excel.evaluate = lambda _: "the hash of other prices"
    commands.refresh_prices()
    assert app.messages[0][1].endswith("The formulas still show the old prices. Close Excel and open it again.")


@pytest.mark.usefixtures("nothing_new")
def test_an_excel_that_fails_gets_its_status_bar_back_and_the_user_a_sentence(app: memory_excel.App) -> None:
    app.broken = True
    commands.refresh_prices()
    ((mode, said),) = app.messages
    assert mode == "critical"
    assert "Excel or LLM Cost could not do this (RuntimeError)" in said
    assert "Traceback" not in said
    log = Path(said.rpartition(" with ")[2])
    assert "0x800ac472" in log.read_text()
    log.unlink()
    assert app.status[-1] is False


def test_a_catalogue_that_cannot_be_written_is_said(app: memory_excel.App, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise PermissionError(13, "Permission denied", "prices.csv")

    monkeypatch.setattr(refreshing, "refresh", refused)
    commands.refresh_prices()
    assert app.messages == [("critical", "Permission denied: prices.csv")]
