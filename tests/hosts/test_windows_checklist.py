"""The check list in docs/windows.md: its formulas give what it says, called as our add-in calls functions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import casetables
import pytest
from casetables import Case
from classic_host import ExcelWithAddin

from llmcost_xl.catalogue.age import WORTH_A_WARNING
from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).parent.parent.parent / "docs" / "windows.md").read_text(encoding="utf-8")
CHECK_LIST = PAGE.partition("## Check list for a person with Excel")[2]
ERROR_TYPES = {"#NULL!": 1, "#DIV/0!": 2, "#VALUE!": 3, "#REF!": 4, "#NAME?": 5, "#NUM!": 6, "#N/A": 7}
ERRORS_TYPED = {"=1/0": "#DIV/0!", "=NA()": "#N/A", "=INDEX(A1:A2,9)": "#REF!", "=nobody": "#NAME?"}
TYPED = dict(re.findall(r"^\| ([A-Z]\d) \| `?(.*?)`? \|$", CHECK_LIST, re.MULTILINE))
FORMULAS = re.findall(r"^\| `(=.*?)` \| (.*?) \| ☐ \|$", CHECK_LIST, re.MULTILINE)


@pytest.fixture(scope="module")
def excel() -> Iterator[ExcelWithAddin]:
    host = ExcelWithAddin()
    yield host
    host.close()


def constant(cell: str) -> str:
    """A cell of the check list as the case tables write its value."""
    typed = TYPED[cell]
    if typed == "nothing":
        return "BLANK"
    if typed.startswith("="):
        return ERRORS_TYPED.get(typed, typed.removeprefix("="))
    return f'"{typed}"'


def with_values(formula: str) -> str:
    """The formula with the cells' values in place of their names."""

    def values(found: re.Match[str]) -> str:
        first, last = found[1], found[2]
        if not last:
            return constant(first)
        column, rows = first[0], range(int(first[1]), int(last[1]) + 1)
        return "{" + ";".join(constant(f"{column}{row}") for row in rows) + "}"

    return re.sub(r"\b([A-C][1-4])\b(?::([A-C][1-4])\b)?", values, formula)


def test_the_check_list_was_read() -> None:
    assert len(TYPED) == 10
    assert len(FORMULAS) >= 12
    assert with_values("=F(A1:A3,A4,B1,C1)") == '=F({"gpt-4o";"gpt4o";"gpt-4o-mini"},BLANK,DATE(2026,7,29),#DIV/0!)'


def each(function: Any) -> Any:
    """An Excel function of one value, over every cell of a range."""
    return lambda cells: [list(map(function, row)) for row in cells] if isinstance(cells, list) else function(cells)


OF_EXCEL = {
    "ERROR.TYPE": each(lambda cell: ERROR_TYPES.get(cell, "#N/A")),
    "ISNA": each(lambda cell: cell == "#N/A"),
    "IFERROR": lambda cells, otherwise: each(lambda cell: otherwise if cell in ERROR_TYPES else cell)(cells),
}


@pytest.mark.parametrize(("formula", "shown"), FORMULAS)
def test_a_formula_of_the_check_list_shows_what_it_says(formula: str, shown: str, excel: ExcelWithAddin) -> None:
    def call(name: str, *cells: Any) -> Any:
        return OF_EXCEL[name](*cells) if name in OF_EXCEL else excel.call(name, *cells)

    expected = "{" + shown + "}" if ";" in shown and not shown.startswith('"') else shown
    case = Case("check list", 0, with_values(formula), expected, "")
    assert not case.disagreement(case.answer(call))


def test_every_formula_uses_one_of_our_functions_and_every_kind_of_error_is_met() -> None:
    assert all(set(casetables.called(formula)) & set(FUNCTIONS) for formula, _ in FORMULAS)
    numbers = {number.strip() for formula, shown in FORMULAS if "ERROR.TYPE" in formula for number in shown.split(";")}
    assert numbers == {"2", "3", "4", "5", "6", "7"}


def test_the_page_names_what_the_program_has() -> None:
    assert f"older than {WORTH_A_WARNING} days" in PAGE
