"""The pages a reader starts from: commands that work, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmcost_xl.calc import evaluate
from llmcost_xl.functions import FUNCTIONS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / ".github" / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_starts_with_the_main_job_and_then_the_tests() -> None:
    first, second = re.findall(r"^```sh\n(.*?)```", README, re.DOTALL | re.MULTILINE)[:2]
    assert "venv" in first
    assert "llmcost-xl new roi -o roi.xlsx" in first
    assert "'.[test]'" in second
    assert "pytest" in second


def test_readme_formulas_give_what_it_says() -> None:
    formulas = re.findall(r"calc '(=[^']+)'", README)
    values = [evaluate(formula).value for formula in formulas]
    assert values == pytest.approx([0.0975, 2_000_000, 1.2073], rel=5e-5)
    for printed in ("0.0975", "2000000", "1.2073"):
        assert printed in README


def test_the_forecast_of_the_page_on_prices_gives_what_it_says() -> None:
    page = (ROOT / "docs" / "prices.md").read_text(encoding="utf-8")
    [formula] = re.findall(r"^(=SUMPRODUCT.*)$", page, re.MULTILINE)
    by_hand = (50_000 + 55_000) * (500 * 0.75 + 200 * 3.75) / 1e6 + 60_500 * (500 * 1.5 + 200 * 7.5) / 1e6
    assert evaluate(formula).value == pytest.approx(by_hand) == pytest.approx(254.25)
    assert "= 254.25" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


def test_sources_explain_every_inconsistency_of_the_texts() -> None:
    table = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (I\d+) \|", table, re.MULTILINE) == [f"I{number}" for number in range(1, 23)]


def test_every_function_that_the_pages_name_exists() -> None:
    for page in (README, (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")):
        named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", page))
        assert {name for name in named if not name.startswith(("LLMCOST_XL_", "XLWINGS_"))} <= set(FUNCTIONS)
