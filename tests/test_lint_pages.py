"""The pages on the linter's rules are those that its rules write, and their links lead to headings."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from llmcost_xl.lint import RULES
from llmcost_xl.ooxml import guard, scan

DOCS = Path(__file__).parent.parent / "docs"
PAGES: dict[Path, str] = runpy.run_path(str(DOCS / "write_lint.py"))["pages"]()


def test_the_pages_are_current() -> None:
    committed = {path: path.read_text(encoding="utf-8") for path in (DOCS / "lint.md", *(DOCS / "lint").iterdir())}
    assert committed == PAGES, "run python docs/write_lint.py"


def test_every_rule_has_its_place_in_the_contents_and_on_a_page() -> None:
    targets = re.findall(r"\[(\w\d\d)\]\(([^)#]+)#([^)]+)\)", PAGES[DOCS / "lint.md"])
    assert [key for key, _, _ in targets] == list(RULES)
    for key, page, anchor in targets:
        text = PAGES[DOCS / page]
        assert RULES[key].why in text
        assert RULES[key].mend in text
        headings = {
            re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-")
            for line in re.findall(r"^## (.*)$", text, re.MULTILINE)
        }
        assert anchor in headings


def test_the_main_page_names_the_limits_that_hold() -> None:
    page = " ".join(PAGES[DOCS / "lint.md"].split())
    assert f"{guard.LARGEST_CONTENT >> 30} GB in all, {guard.RATIO} times" in page
    assert f"at most {scan.MOST['c'][0]:,} cells" in page
    assert f"more than {scan.WIDEST_AREA:,} of them" in page
