"""The task pane in a real Chromium: what somebody sees and does in it, with and without a server that answers."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from pane_fixtures import address, browser, look_up, open_page, page

from llmcost_xl import __version__
from llmcost_xl.calc import evaluate
from llmcost_xl.catalogue.bundled import default_book
from llmcost_xl.reference import entries, entry
from llmcost_xl.workbook import available, template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["address", "browser", "open_page", "page"]  # fixtures

ANSWER = "#try-answer"


def figure(page: Any) -> float:
    return float(page.inner_text(f"{ANSWER} .said").replace(",", ""))


# -- functions ---------------------------------------------------------------------------------------------------


def test_every_function_is_listed_under_its_group(page: Any) -> None:
    names = page.eval_on_selector_all(".row .name", "found => found.map(one => one.textContent)")
    assert names == [entry.name for entry in entries()]
    headings = page.eval_on_selector_all("#function-list h3", "found => found.map(one => one.textContent)")
    assert headings == list(dict.fromkeys(entry.group for entry in entries()))


def test_a_search_finds_by_name_purpose_and_argument(page: Any) -> None:
    for words, expected in (("payback", "PAYBACK_MONTHS"), ("gpu rents", "LLM_HARDWARE"), ("if_never", "")):
        page.fill("#function-search", words)
        names = page.eval_on_selector_all(".row .name", "found => found.map(one => one.textContent)")
        assert 0 < len(names) < len(entries())
        assert expected in names or not expected
    page.fill("#function-search", "no such function")
    assert "No function has all these words" in page.inner_text("#function-list")


def test_a_function_in_detail_says_what_its_reference_says(page: Any) -> None:
    look_up(page, "query_cost")
    shown = page.inner_text("#function-detail")
    known = entry("QUERY_COST")
    assert known is not None
    assert known.purpose in shown
    assert known.syntax in page.inner_text(".syntax")
    for argument in known.arguments:
        assert argument.name in shown
        assert argument.help in shown
    for error in known.errors:
        assert error.reason[1:] in shown  # it begins with a capital there
    page.click("text=TOKEN_COST >> nth=-1")
    assert page.inner_text("article h2") == "TOKEN_COST"


@pytest.mark.parametrize("name", ["QUERY_COST", "PAYBACK_MONTHS", "LLM_BREAKEVEN"])
def test_the_example_is_evaluated(page: Any, name: str) -> None:
    look_up(page, name)
    known = entry(name)
    assert known is not None
    assert page.input_value("#try-formula") == known.example
    assert figure(page) == pytest.approx(evaluate(known.example).value, rel=1e-9)
    assert page.inner_text(f"{ANSWER} .unit") == known.unit


def test_a_changed_formula_gives_another_answer(page: Any) -> None:
    look_up(page, "query_cost")
    page.fill("#try-formula", '=QUERY_COST("gpt-4o",500,200)*30')
    page.wait_for_selector(f"{ANSWER} .said:text-is('0.0975')")
    assert page.query_selector(f"{ANSWER} .unit") is None  # it is no longer per query
    page.fill("#try-formula", '=QUERY_COST("gpt4o",500,200)')
    page.wait_for_selector(f"{ANSWER} .value.error")
    assert page.inner_text(f"{ANSWER} .said") == "#N/A"
    assert "openai/gpt-4o" in page.inner_text(f"{ANSWER} .notice")
    page.fill("#try-formula", "=QUERY_COST(")
    page.wait_for_selector(f"{ANSWER} > .notice.error:first-child")
    assert "cannot be read" in page.inner_text(ANSWER)


def test_an_answer_of_many_cells_is_a_table(page: Any) -> None:
    look_up(page, "llm_models")
    page.fill("#try-formula", "=LLM_MODELS()")
    page.wait_for_selector(f"{ANSWER} tr:nth-child(30)")
    rows = len(evaluate("=LLM_MODELS()").rows)
    said = page.inner_text(ANSWER).replace("\N{MULTIPLICATION SIGN}", "by")
    assert f"Spills over {rows} by 6 cells; the first 30 by 6 are shown" in said


def test_text_of_an_answer_is_never_taken_for_html(page: Any) -> None:
    look_up(page, "llm_why")
    hostile = '<img src="x" onerror="window.taken=1">'
    for formula in (f'="{hostile.replace(chr(34), chr(34) * 2)}"', '=LLM_PRICE("<b id=taken>","input")'):
        page.fill("#try-formula", formula)
        page.wait_for_selector(f"{ANSWER}:has-text('<')")
    page.click("#tab-explain")
    page.fill("#explain-formula", '=LLM_PRICE("<b id=taken>","input")')
    page.click("#explain-submit")
    page.wait_for_selector(".call")
    assert page.evaluate("[window.taken, document.querySelectorAll('#taken, #llmcost img').length]") == [None, 0]


def test_without_excel_nothing_can_be_inserted_and_it_says_why(page: Any) -> None:
    look_up(page, "query_cost")
    assert page.is_disabled("#insert")
    assert "needs Excel" in page.inner_text("#insert-why-not")
    assert page.is_disabled("#explain-cell")
    assert page.inner_text("#host-state") == "Opened without Excel"


# -- workbooks and prices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", available())
def test_a_workbook_is_downloaded_under_its_name(page: Any, name: str, tmp_path: Path) -> None:
    page.click("#tab-workbooks")
    card = f".workbook[data-name={name}]"
    assert template(name).purpose in page.inner_text(card)
    with page.expect_download() as download:
        page.click(f"{card} button.primary")
    assert download.value.suggested_filename == f"{name}.xlsx"
    download.value.save_as(tmp_path / "book.xlsx")
    book = load_workbook(io.BytesIO((tmp_path / "book.xlsx").read_bytes()))
    assert {"Cover", "Inputs", "Outputs", "Checks"} <= set(book.sheetnames)
    assert template(name).title in str(book["Cover"]["A1"].value or book["Cover"]["B2"].value)


def test_the_state_of_the_prices_is_the_catalogues(page: Any) -> None:
    page.click("#tab-prices")
    book = default_book()
    assert page.inner_text("#prices-as-of") == book.as_of.isoformat()
    assert page.inner_text("#prices-source") == book.sources
    assert page.get_attribute("#prices-hash", "title") == book.content_hash
    assert f"{len(book.models()):,} of" in page.inner_text(".facts")
    assert page.inner_text("#as-of") == f"Prices of {book.as_of}"
    assert page.inner_text("#version") == f"llmcost-xl {__version__}"


def test_a_models_price_is_looked_up(page: Any) -> None:
    page.click("#tab-prices")
    page.fill("#model-search", "openai gpt-4o-mini")
    row = page.wait_for_selector("tr:has-text('openai/gpt-4o-mini')")
    price = evaluate('=LLM_PRICE("gpt-4o-mini","input")').value
    assert f"{price:.2f}" in row.inner_text()
    page.fill("#model-search", "gpt4omini")
    page.click("#model-list button:has-text('openai/gpt-4o-mini')")
    page.wait_for_selector("tr:has-text('openai/gpt-4o-mini')")


# -- explain -----------------------------------------------------------------------------------------------------


def test_a_pasted_formula_is_explained_with_its_error(page: Any) -> None:
    page.click("#tab-explain")
    page.fill("#explain-formula", '=IFERROR(QUERY_COST("gpt-4o",500,200),0)+LLM_PRICE("gpt4o","input")')
    page.click("#explain-submit")
    page.wait_for_selector(".call")
    calls = page.eval_on_selector_all(".call", "found => found.map(one => one.innerText)")
    assert len(calls) == 2
    assert "The call succeeds: 0.00325" in calls[0]
    assert "input: 2.5 USD per 1M tokens" in calls[0]
    assert re.search(r"#N/A: model 'gpt4o' is not in the price catalogue.*openai/gpt-4o", calls[1], re.DOTALL)
    assert page.inner_text("#explain-result .value .said") == "#N/A"


def test_what_is_in_the_cells_of_a_pasted_formula_is_asked(page: Any) -> None:
    page.click("#tab-explain")
    page.fill("#explain-formula", "=QUERY_COST(A1,Sheet2!B1:B2,C1)")
    page.click("#explain-submit")
    page.wait_for_selector(".given")
    assert page.eval_on_selector_all(".given label", "found => found.map(one => one.textContent)") == [
        "A1", "Sheet2!B1:B2", "C1",
    ]  # fmt: skip
    page.fill("#given-0", "gpt-4o")
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.setData("text/plain", "500\\r\\n1,000\\r\\n");
        const paste = new ClipboardEvent("paste", { clipboardData: data, cancelable: true });
        document.getElementById("given-1").dispatchEvent(paste);
    }""")
    page.fill("#given-2", "200")
    page.click("#explain-submit")
    page.wait_for_selector("#explain-result td")
    cells = page.eval_on_selector_all("#explain-result td", "found => found.map(one => one.textContent)")
    assert cells == ["0.00325", "0.0045"]


# -- a server that fails -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (None, "The server cannot be reached"),
        ({"status": 500, "body": "Traceback: secret"}, "The server has failed (500)"),
        (
            {"status": 502, "body": "<html>Bad gateway</html>", "content_type": "text/html"},
            "The server has failed (502)",
        ),
        ({"status": 200, "body": "<html>Sign in</html>", "content_type": "text/html"}, "answer cannot be read"),
        ({"status": 403, "body": json.dumps({"detail": "this needs the role fp"})}, "this needs the role fp"),
        ({"status": 404, "body": "Not Found", "content_type": "text/html"}, "another version than this pane"),
    ],
    ids=["offline", "500", "502", "not JSON", "403", "404"],
)
def test_every_failure_is_a_sentence(open_page: Callable[..., Any], reply: dict[str, Any] | None, said: str) -> None:
    page = open_page(watch=False)
    page.wait_for_selector(".row")
    look_up(page, "query_cost")
    page.route("**/llmcost/api/**", lambda route: route.fulfill(**reply) if reply else route.abort())
    page.fill("#try-formula", "=1+1")
    page.wait_for_selector(f"{ANSWER} .notice.error")
    places = [ANSWER]
    for tab, action, place in (
        ("workbooks", None, "#workbook-list"),
        ("prices", None, "#price-status"),
        ("prices", "#refresh", "#refresh-result"),
        ("explain", "#explain-submit", "#explain-result"),
    ):
        page.click(f"#tab-{tab}")
        page.fill("#explain-formula", "=QUERY_COST(1,2,3)") if tab == "explain" else None
        page.click(action) if action else None
        page.wait_for_selector(f"{place} .notice.error")
        places.append(place)
    for place in places:
        text = page.text_content(place)
        assert said in text
        assert not re.search(r"Traceback|<html|[{}]", text)


def test_a_pane_that_starts_without_a_server_recovers(open_page: Callable[..., Any]) -> None:
    page = open_page(watch=False)
    page.route("**/llmcost/api/**", lambda route: route.abort())
    page.reload()
    page.wait_for_selector("#function-list .notice.error")
    page.unroute("**/llmcost/api/**")
    page.click("button:text-is('Try again')")
    page.wait_for_selector(".row")
