"""The task pane for everybody: by keyboard, in a narrow pane, in light and dark, with enough contrast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from pane_fixtures import FAKE_OFFICE, address, browser, look_up, open_page, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["address", "browser", "open_page", "page"]  # fixtures

CONTRAST: Final = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
WIDTHS: Final = (320, 450)  # of the pane, in Excel
WIDER: Final = (
    "[document.documentElement, document.querySelector('main')].map((one) => one.scrollWidth - one.clientWidth)"
)
UNNAMED: Final = """() => [...document.querySelectorAll("button, input, textarea")]
    .filter((one) => one.checkVisibility())
    .filter((one) => !(one.textContent.trim() || one.labels?.length || one.getAttribute("aria-label")))
    .map((one) => one.outerHTML)"""
SMALLEST_CONTRAST: Final = 4.5  # WCAG AA, text of usual size
FORMULA: Final = '=IFERROR(QUERY_COST("gpt-4o",500,200),0)*30+LLM_PRICE("gpt4o","input")+PMT(0.1/12,12,-22500)'


def states(page: Any) -> Iterator[str]:
    """Bring the pane into every state worth looking at."""
    yield "the list"
    look_up(page, "query_cost")
    yield "a function"
    page.fill("#try-formula", "=LLM_MODELS()")
    page.wait_for_selector("#try-answer table")
    yield "an answer of many cells"
    page.fill("#try-formula", f'=LLM_PRICE("{"unbreakable" * 8}","input")')
    page.wait_for_selector("#try-answer .notice.error")
    yield "an error"
    page.click("#tab-workbooks")
    page.click("summary >> nth=0")
    yield "the workbooks"
    page.click("#tab-prices")
    page.fill("#model-search", "claude")
    page.wait_for_selector("table.models")
    yield "the prices"
    page.click("#tab-explain")
    page.fill("#explain-formula", FORMULA)
    page.click("#explain-submit")
    page.wait_for_selector(".call")
    yield "an explanation"
    page.fill("#explain-formula", "=QUERY_COST('A sheet with a rather long name'!$A$1:$A$200,B1,200)")
    page.click("#explain-submit")
    page.wait_for_selector(".given")
    yield "cells asked for"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_read_and_used(open_page: Callable[..., Any], scheme: str) -> None:
    page = open_page(scheme=scheme, script=FAKE_OFFICE.replace('window.fakeTheme ?? "#FFFFFF"', '""'))
    page.wait_for_selector(f"html[data-theme={scheme}] .row")
    seen = set()
    for state in states(page):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(WIDER) == [0, 0], f"{state} is wider than {width}"
        for text, ratio in page.evaluate(CONTRAST):
            seen.add(text)
            assert ratio >= SMALLEST_CONTRAST, f"{state}: {text} does not stand out from its ground"
        assert page.evaluate(UNNAMED) == [], f"{state} has controls without a name"
    assert len(seen) > 300  # functions, arguments, models ...


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    def focused() -> str:
        found: str = page.evaluate("document.activeElement.id || document.activeElement.textContent")
        return found

    press = page.keyboard.press
    page.focus("#tab-functions")
    press("/")
    assert focused() == "function-search"
    page.keyboard.type("llm_b")
    press("ArrowDown")
    press("ArrowDown")
    press("ArrowUp")
    assert focused().startswith("LLM_B")
    name = page.evaluate("document.activeElement.dataset.name")
    press("Enter")
    page.wait_for_selector("#try-answer > *")
    assert focused() == name  # a reader hears what has opened
    press("Escape")
    assert page.evaluate("document.activeElement.dataset.name") == name
    press("ArrowUp")
    assert focused() == "function-search"
    page.focus("#tab-functions")
    for key, tab in (("ArrowRight", "workbooks"), ("End", "explain"), ("ArrowLeft", "prices"), ("Home", "functions")):
        press(key)
        assert focused() == f"tab-{tab}"
        assert page.is_visible(f"#{tab}")
    press("ArrowLeft")
    press("Tab")
    page.keyboard.type('QUERY_COST("gpt-4o",500,200)')
    press("Tab")
    press("Enter")
    page.wait_for_selector(".call")
