"""Pictures of the task pane for docs/pictures, and the icons of the ribbon, as Chromium draws them.

python tests/hosts/pane_pictures.py
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
sys.path.insert(0, str(Path(__file__).parent))

from browser import chromium  # noqa: E402  # a neighbour, also when this is run as a program
from pane_server import alone  # noqa: E402

PICTURES: Final = ROOT / "docs" / "pictures"
PANE: Final = ROOT / "llmcost_xl" / "hosts" / "server" / "pane"
FAKE_OFFICE: Final = Path(__file__).parent / "fake_office.js"
SIZES: Final = (16, 32, 80)
ADD_IN_SIZES: Final = (*SIZES, 64)
WIDTH, HEIGHT = 380, 800


def draw_icons(browser: Any) -> None:
    """Every icon at the sizes that Office asks for."""
    for drawing in sorted((PANE / "icons").glob("*.svg")):
        for size in ADD_IN_SIZES if drawing.stem == "cost" else SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{drawing.read_text()}")
            target = PANE / "static" / "icons" / f"{drawing.stem}-{size}.png"
            page.screenshot(path=target, omit_background=True)
            page.close()


def take_pictures(browser: Any, address: str) -> None:
    """The pane at work in Excel: a function, the prices in the dark, an explained formula."""
    for name, scheme, act in (
        ("pane-function", "light", _a_function),
        ("pane-prices", "dark", _the_prices),
        ("pane-explain", "light", _an_explanation),
    ):
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme, device_scale_factor=1.5
        )
        ground = "#1f1f1f" if scheme == "dark" else "#ffffff"
        page.add_init_script(f"window.fakeTheme = {ground!r};\n{FAKE_OFFICE.read_text()}")
        page.goto(f"{address}/llmcost/pane")
        act(page)
        page.evaluate("document.activeElement.blur()")
        page.screenshot(path=PICTURES / f"{name}.png")
        page.close()


def _a_function(page: Any) -> None:
    page.wait_for_selector(".row")
    page.fill("#function-search", "query_cost")
    page.press("#function-search", "Enter")
    page.wait_for_selector("#try-answer .value")


def _the_prices(page: Any) -> None:
    page.click("#tab-prices")
    page.fill("#model-search", "openai gpt-5")
    page.wait_for_selector("table.models")


def _an_explanation(page: Any) -> None:
    page.click("#tab-explain")
    page.fill("#explain-formula", '=IFERROR(QUERY_COST("gpt-4o",500,200),0)*30+LLM_PRICE("gpt4o","input")')
    page.click("#explain-submit")
    page.wait_for_selector(".call")


def main() -> None:
    """Draw everything anew."""
    with chromium() as browser, alone() as address:
        draw_icons(browser)
        take_pictures(browser, address)


if __name__ == "__main__":
    main()
