"""The task pane inside Excel, as far as its side of Office.js goes: a small stand-in notes what would be done to it."""

from __future__ import annotations

import base64
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from defusedxml.ElementTree import fromstring
from hosts import HostMissingError, skip_or_fail
from openpyxl import load_workbook
from pane_fixtures import FAKE_OFFICE, address, browser, excel, look_up, open_page, page
from pane_server import alone, served

import llmcost_xl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["address", "browser", "excel", "open_page", "page"]  # fixtures

PACKAGE: Final = Path(llmcost_xl.__file__).parent
TOKENS: Final = {
    "LLMCOST_XL_TOKENS": "ann:a-secret-of-16-letters,fay:another-long-secret:fp-admin",
    "LLMCOST_XL_REFRESH_ROLE": "fp-admin",
}
OFFLINE: Final = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
OFFICE_NAMESPACE: Final = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
VERSION_NAMESPACE: Final = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"


def calls(page: Any, kind: str) -> list[list[Any]]:
    found: list[list[Any]] = page.evaluate(f"fakeExcel.calls.filter((call) => call[0] === {kind!r})")
    return found


# -- a function into a cell --------------------------------------------------------------------------------------


def test_a_formula_is_inserted_into_an_empty_cell(excel: Any) -> None:
    look_up(excel, "query_cost")
    excel.click("#insert")
    excel.wait_for_selector("#insert-result .notice.good")
    assert calls(excel, "formulas") == [["formulas", "Sheet1!F9", '=QUERY_COST("gpt-4o",500,200)']]
    assert "Inserted into Sheet1!F9" in excel.inner_text("#insert-result")


def test_what_a_cell_holds_is_replaced_only_when_confirmed(excel: Any) -> None:
    look_up(excel, "query_cost")
    excel.evaluate("fakeExcel.selected = 'Sheet1!B1'")
    excel.click("#insert")
    excel.wait_for_selector(".confirm")
    assert "Sheet1!B1 holds 500" in excel.inner_text(".confirm")
    excel.click("text=Keep")
    assert calls(excel, "formulas") == []
    excel.click("#insert")
    excel.click("text=Replace >> nth=-1")
    excel.wait_for_selector("#insert-result .notice.good")
    assert [call[1] for call in calls(excel, "formulas")] == ["Sheet1!B1"]


def test_a_refusal_of_excel_is_a_sentence(excel: Any) -> None:
    look_up(excel, "query_cost")
    excel.evaluate("fakeExcel.protectedSheet = true")
    excel.click("#insert")
    excel.wait_for_selector("#insert-result .notice.error")
    assert "may be protected" in excel.inner_text("#insert-result")


# -- a workbook, a cell explained --------------------------------------------------------------------------------


def test_a_workbook_opens_as_a_new_one(excel: Any) -> None:
    excel.click("#tab-workbooks")
    excel.click(".workbook[data-name=roi] button.primary")
    excel.wait_for_selector(".workbook[data-name=roi] .notice.good")
    ((_, content),) = calls(excel, "createWorkbook")
    assert "Inputs" in load_workbook(io.BytesIO(base64.b64decode(content))).sheetnames


@pytest.mark.parametrize(
    ("cell", "call", "value"),
    [
        ("D1", 'QUERY_COST("gpt-4o", 500, 200)', "0.00325"),
        ("F1", 'QUERY_COST("gpt-4o", 3500, 0)', "0.00875"),
        ("C4", 'QUERY_COST("gpt-4o", 1000, 200)', "0.0045"),
        ("C5", 'QUERY_COST("gpt-4o", 3000, 200)', "0.0095"),
        ("E1", 'QUERY_COST("gpt-4o", 500, "gpt-4o")', "#VALUE!"),
    ],
    ids=["cells", "a whole column", "a table's row", "a table's column", "a defined name"],
)
def test_the_selected_cell_is_explained_with_what_it_refers_to(excel: Any, cell: str, call: str, value: str) -> None:
    excel.click("#tab-explain")
    excel.evaluate(f"fakeExcel.selected = 'Sheet1!{cell}'")
    excel.click("#explain-cell")
    excel.wait_for_selector(".call")
    assert excel.inner_text(".call code") == call
    assert excel.inner_text("#explain-result .value .said") == value
    if value == "#VALUE!":
        assert "must be a number; received 'gpt-4o'" in excel.inner_text(".call")


def test_a_cell_without_a_formula_is_said_to_have_none(excel: Any) -> None:
    excel.click("#tab-explain")
    for cell, holds in (("Sheet1!A1", "a value"), ("Sheet1!Z9", "nothing")):
        excel.evaluate(f"fakeExcel.selected = {cell!r}")
        excel.click("#explain-cell")
        excel.wait_for_selector(f"#explain-result :text('{cell} holds {holds}, no formula')")


def test_the_pane_is_as_dark_as_excel(open_page: Callable[..., Any]) -> None:
    page = open_page(script=f"window.fakeTheme = '#262626';{FAKE_OFFICE}", scheme="light")
    page.wait_for_selector("html[data-theme=dark]")


# -- prices renewed ----------------------------------------------------------------------------------------------


@pytest.fixture
def old_prices(tmp_path: Path) -> Iterator[str]:
    """A server of a copy of the package, whose prices are long out of date and partly wrong; it has no network."""
    shutil.copytree(PACKAGE, tmp_path / "llmcost_xl", ignore=shutil.ignore_patterns("__pycache__"))
    catalogue = tmp_path / "llmcost_xl" / "catalogue"
    updates = tmp_path / "updates"
    updates.mkdir()
    about = catalogue / "catalogue.json"
    about.write_text('{"as_of": "2026-01-31", "source": "genai-prices 0.0.1"}', encoding="utf-8")
    lines = (catalogue / "prices.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if line.startswith("openai,gpt-4o,input,,,standard,2.5,"))
    lines[at] = lines[at].replace(",2.5,", ",3.5,")
    (catalogue / "prices.csv").write_text("".join(lines), encoding="utf-8")
    with alone(OFFLINE | {"LLMCOST_XL_PRICES": "", "LLMCOST_XL_CATALOGUE": str(updates)}, package=tmp_path) as where:
        yield where


def test_a_refresh_says_what_changed_and_recalculates(open_page: Callable[..., Any], old_prices: str) -> None:
    page = open_page(old_prices, script=FAKE_OFFICE, watch=False)
    page.click("#tab-prices")
    page.wait_for_selector("#price-status .notice.warn")
    assert page.inner_text("#as-of") == "Prices of 2026-01-31"
    assert "days ago" in page.inner_text("#price-status .notice.warn")
    page.click("#refresh")
    page.wait_for_selector("#refresh-result :text('recalculated')")
    said = page.inner_text("#refresh-result")
    assert "(before: 2026-01-31)" in said
    assert "1 correction" in said
    assert "2026-01-31" not in page.inner_text("#price-status")
    assert page.query_selector("#price-status .notice.warn") is None
    assert calls(page, "calculate") == [["calculate", "FullRebuild"]]
    page.click("#tab-functions")
    look_up(page, "query_cost")
    assert page.inner_text("#try-answer .said") == "0.00325"


# -- behind xlwings Server ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Iterator[str]:
    """`llmcost-xl serve`, with people and a role."""
    try:
        with served(TOKENS, dev=False) as where:
            yield where
    except HostMissingError as missing:
        skip_or_fail(str(missing))


def signed_in(browser: Any, office: str, token: str) -> Any:
    """xlwings Server's own page, where Excel opens it, after somebody has entered their token."""
    page = browser.new_page(viewport={"width": 350, "height": 800})
    page.strays = []
    page.on("request", lambda request: request.url.startswith(office) or page.strays.append(request.url))
    page.route("**/office.js", lambda route: route.fulfill(body=FAKE_OFFICE, content_type="text/javascript"))
    response = page.goto(f"{office}/taskpane.html")
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "frame-ancestors 'self' https://*.officeapps.live.com" in response.headers["content-security-policy"]
    page.wait_for_selector("#sign-in")
    assert page.query_selector(".row") is None
    page.fill("#token", token)
    page.click("#sign-in button")
    page.wait_for_selector(".row")
    return page


def test_the_pane_in_xlwings_page_asks_for_a_token_and_then_works(browser: Any, office: str) -> None:
    page = signed_in(browser, office, "a-secret-of-16-letters")
    assert page.is_hidden("#sign-in")
    look_up(page, "query_cost")
    assert page.inner_text("#try-answer .said") == "0.00325"
    assert page.evaluate("getAuth()") == {"token": "Bearer a-secret-of-16-letters", "provider": "token"}
    assert page.strays == []
    page.close()


def test_prices_are_refreshed_only_by_those_who_may(browser: Any, office: str) -> None:
    page = signed_in(browser, office, "a-secret-of-16-letters")
    page.click("#tab-prices")
    page.click("#refresh")
    page.wait_for_selector("#refresh-result .notice.error")
    assert "needs the role fp-admin" in page.inner_text("#refresh-result")
    assert calls(page, "calculate") == []
    page.close()


@pytest.fixture
def manifest(browser: Any, office: str) -> Any:
    with browser.new_context() as context:
        return fromstring(context.request.get(f"{office}/manifest.xml").text())


def test_every_ribbon_button_leads_into_the_pane(browser: Any, office: str, manifest: Any) -> None:
    names = [name.text for name in manifest.iter(f"{VERSION_NAMESPACE}FunctionName")]
    page = signed_in(browser, office, "a-secret-of-16-letters")
    page.evaluate("fakeExcel.selected = 'Sheet1!D1'")
    shown = {}
    for name in names:
        page.evaluate(f"new Promise((completed) => fakeExcel.actions[{name!r}]({{ completed }}))")
        shown[name] = page.get_attribute("section:not([hidden])", "id")
    assert shown == {
        "llmcost-new-workbook": "workbooks",
        "llmcost-refresh-prices": "prices",
        "llmcost-explain-cell": "explain",
        "llmcost-help": "functions",
    }
    assert len(calls(page, "showAsTaskpane")) == len(names)
    page.close()


def test_what_the_manifest_refers_to_exists(page: Any, office: str, manifest: Any) -> None:
    resources = {one.get("id"): one.get("DefaultValue") for one in manifest.iter() if one.get("id") in ids(manifest)}
    used = {one.get("resid") for one in manifest.iter() if one.get("resid")}
    assert used == set(resources)
    for name, value in resources.items():
        assert len(name) <= 32  # Office's limits
        limit = {"Label": 125, "Tip": 250}.get(name.partition(".")[2])
        assert limit is None or 0 < len(value) <= limit
        if value.startswith(office):
            response = page.request.get(value)
            assert response.ok
            size = name.partition(".")[2]
            if size.isdigit():
                assert response.body()[16:24] == int(size).to_bytes(4) * 2  # width and height of a PNG


def ids(manifest: Any) -> set[str]:
    kinds = ("Image", "Url", "String")
    return {one.get("id") for kind in kinds for one in manifest.iter(f"{OFFICE_NAMESPACE}{kind}") if one.get("id")}
