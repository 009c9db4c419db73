"""The reference: written from the functions themselves, and still current."""

from __future__ import annotations

import importlib.util
import re
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shown_cases

from llmcost_xl import reference
from llmcost_xl.calc import evaluate
from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from types import ModuleType

    from commandline import Run

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_reference", DOCS / "write_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_current(writer: ModuleType) -> None:
    assert (DOCS / "functions.md").read_text(encoding="utf-8") == writer.page(), "run python docs/write_reference.py"


def test_what_the_cases_show_is_current() -> None:
    """If this fails: python docs/write_reference.py."""
    assert reference.EXAMPLES.read_text(encoding="utf-8") == shown_cases.examples()
    assert reference.ERRORS.read_text(encoding="utf-8") == shown_cases.errors()


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    page = (DOCS / "functions.md").read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = set(re.findall(r"\]\(#([^)]*)\)", page))
    assert links <= anchors
    assert {name.lower() for name in FUNCTIONS} <= links


@pytest.mark.parametrize(
    ("name", "brief"),
    [
        ("QUERY_COST", "Cost of one call to a model at its prices on a day"),
        ("DISCOUNTED_SPEND", "Monthly spend after a volume discount in tiers"),
        ("CROSSOVER_MONTH", "First month, counted from 1, in which self-hosting is not dearer than the API"),
        ("LLM_ROI", "Return on investment over the horizon of the benefit"),
        (
            "LLM_ELASTICITY",
            "Arc elasticity (x): relative change of the output over relative change of the input, each on its average",
        ),
    ],
)
def test_the_contents_say_briefly_what_a_function_answers(name: str, brief: str) -> None:
    contents = (DOCS / "functions.md").read_text(encoding="utf-8").partition("## Contents")[2]
    assert f"- [{name}](#{name.lower()}): {brief}\n" in contents


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_in_the_reference_with_all_that_is_due(name: str) -> None:
    entry = reference.entry(name.lower())
    assert entry is not None
    assert entry.name == name
    assert entry.purpose.endswith(".")
    assert entry.result.endswith(".")
    assert [argument.name for argument in entry.arguments] == [argument.name for argument in FUNCTIONS[name].arguments]
    assert entry.see_also
    assert set(entry.see_also) <= set(FUNCTIONS) - {name}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_works_and_tells_its_source(name: str) -> None:
    entry = reference.entry(name)
    assert entry is not None
    assert entry.source
    shown, expected = evaluate(entry.example).rows, evaluate(f"={entry.expected}").rows
    assert [len(row) for row in shown] == [len(row) for row in expected]
    for cell, wanted in zip(chain.from_iterable(shown), chain.from_iterable(expected), strict=True):
        if isinstance(wanted, str):
            assert fnmatchcase(cell, wanted)
        else:
            assert cell == pytest.approx(wanted, rel=0, abs=entry.within)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_errors_are_those_that_the_formulas_give(name: str) -> None:
    entry = reference.entry(name)
    assert entry is not None
    assert entry.errors
    for error in entry.errors:
        assert evaluate(error.formula).value == error.code
        assert error.reason
        assert not re.match(r"specification|S\d L|limit|hand calculation", error.reason), "a source is no reason"
        assert not error.reason.endswith(")"), "a remark in brackets is for whoever keeps the tables"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("RETRY_COST", "a required argument is blank; text or TRUE where a number is due"),
        ("SUCCESS_AFTER_RETRIES", "`success_rate` is blank; text or TRUE where a number is due"),
        ("LLM_HARDWARE", "TRUE or FALSE where text is due; a range where one cell is due"),
        ("ITERATION_MULTIPLIER", "`complexity` is blank; a word that is not one of those allowed"),
    ],
)
def test_the_rules_for_wrong_cells_follow_from_the_arguments(name: str, rules: str) -> None:
    entry = reference.entry(name)
    assert entry is not None
    assert rules in [error.reason for error in entry.errors if error.code == "#VALUE!"]


def test_the_command_line_shows_the_same(run: Run) -> None:
    entry = reference.entry("LLM_BREAKEVEN_RANGES")
    assert entry is not None
    code, out, _ = run("functions", "llm_breakeven_ranges")
    assert code == 0
    for part in (entry.purpose, entry.syntax, entry.result, entry.example, entry.source, *entry.see_also):
        assert part in out
    for error in entry.errors:
        assert f"{error.code}\t{error.reason}\t{error.formula}" in out
    assert "gives 2000000, 3000000; 4000000, no limit" in out


def test_no_function_is_an_orphan() -> None:
    named = {other for entry in reference.entries() for other in entry.see_also}
    assert named == set(FUNCTIONS)


@pytest.mark.parametrize(
    ("function", "unit", "result"),
    [
        ("BLENDED_PRICE", "USD per 1M tokens", "one number, in USD per 1M tokens. A range gives one answer per cell."),
        ("VENDOR_HHI", "", "one number from 0 to 1; a number of vendors with effective TRUE. A range for any other"),
        ("LLM_VARIANCE", "USD", "a fraction of the budget with relative TRUE"),
        ("LLM_PRICE_BRIDGE", "local currency", "a column of six, in local currency: volume, mix, usage, price"),
        ("LEVER_SAVING", "fraction", "one fraction (0.2 is 20%)."),
    ],
)
def test_a_result_tells_its_unit_and_shape(function: str, unit: str, result: str) -> None:
    entry = reference.entry(function)
    assert entry is not None
    assert entry.unit == unit
    assert result in entry.result


def test_a_call_is_read_from_a_formula() -> None:
    formula = '=INDEX(LLM_WHY("A(,",{1,2;3,4},DATE(2024,11,1),,""),2,4)'
    call, cells = reference.own_call("LLM_WHY", formula)
    assert call == 'LLM_WHY("A(,",{1,2;3,4},DATE(2024,11,1),,"")'
    assert cells == ['"A(,"', "{1,2;3,4}", "DATE(2024,11,1)", "", '""']
    assert reference.own_call("LLM_CATALOGUE", "=ROWS(LLM_CATALOGUE())") == ("LLM_CATALOGUE()", [])


def test_an_argument_tells_its_unit_default_and_bounds() -> None:
    entry = reference.entry("RETRY_COST")
    assert entry is not None
    assert entry.syntax.startswith("RETRY_COST(cost_per_attempt, success_rate, [max_attempts=3], ")
    rate, attempts = entry.arguments[1:3]
    assert (rate.unit, rate.default, rate.bounds) == ("fraction", "required", "0 to 1")
    assert (attempts.default, attempts.bounds) == ("3", "whole number, 1 or more")
    assert attempts.wizard == "Attempts made before giving up (attempts)"
    assert rate.wizard == "Chance that one attempt succeeds, attempts being independent (fraction: 0.2 is 20%)"


@pytest.mark.parametrize(
    ("function", "argument", "warning"),
    [
        ("BREAKEVEN_QUERIES", "selfhost_cost", "not a share of the server"),
        ("QUERY_COST", "discount", "net prices of a price table"),
        ("OPTIMISED_COST", "response_hit_rate", "without calling a model"),
        ("LLM_HARDWARE", "search", "Words that the wanted rows contain"),
        ("BUILD_BORROW_BLEND", "breakeven_volume", "9.99E+307"),
    ],
)
def test_an_argument_warns_of_what_it_is_mistaken_for(function: str, argument: str, warning: str) -> None:
    entry = reference.entry(function)
    assert entry is not None
    assert [warning in one.help for one in entry.arguments if one.name == argument] == [True]


@pytest.mark.parametrize(("typed", "meant"), [("QUERY_CSOT", "QUERY_COST"), ("roi", "LLM_ROI"), ("price", "LLM_PRICE")])
def test_a_misspelt_name_finds_its_neighbours(typed: str, meant: str) -> None:
    assert reference.entry(typed) is None
    assert meant in reference.nearest(typed)


@pytest.mark.parametrize(
    ("name", "hint"), [("query", "the nearest: QUERY_COST"), ("NOPE", "`llmcost-xl functions` lists them all")]
)
def test_an_unknown_name_is_one_clear_line(run: Run, name: str, hint: str) -> None:
    assert run("functions", name) == (2, "", f"llmcost-xl: there is no worksheet function {name}; {hint}\n")
