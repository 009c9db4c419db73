"""The reference: written from the functions themselves, and still current."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmcost_xl import reference
from llmcost_xl.calc import evaluate
from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from types import ModuleType

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


def test_the_examples_are_current(writer: ModuleType) -> None:
    assert reference.EXAMPLES.read_text(encoding="utf-8") == writer.examples(), "run python docs/write_reference.py"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_in_the_reference_with_an_example_that_works(name: str) -> None:
    entry = reference.entry(name.lower())
    assert entry is not None
    assert entry.name == name
    assert entry.purpose.endswith(".")
    assert [argument.name for argument in entry.arguments] == [argument.name for argument in FUNCTIONS[name].arguments]
    assert evaluate(entry.example).errors == []


def test_an_argument_tells_its_unit_default_and_bounds() -> None:
    entry = reference.entry("RETRY_COST")
    assert entry is not None
    assert entry.syntax.startswith("RETRY_COST(cost_per_attempt, success_rate, [max_attempts=3], ")
    rate, attempts = entry.arguments[1:3]
    assert (rate.unit, rate.default, rate.bounds) == ("fraction", "required", "0 to 1")
    assert (attempts.default, attempts.bounds) == ("3", "whole number, 1 or more")


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
