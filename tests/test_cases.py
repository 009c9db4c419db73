"""Every case of every table, through the worksheet functions in this process."""

from __future__ import annotations

from typing import Any

import pytest
from casetables import FOLDER, NATIVE, OMITTED, Case, agrees, called, cases, evaluate, split, table

from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.functions import FUNCTIONS

EVERY_CASE = cases()


def in_process(name: str, *cells: Any) -> Any:
    return FUNCTIONS[name](*(None if cell is OMITTED else cell for cell in cells))


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: case.formula)
def test_case(case: Case) -> None:
    assert not case.disagreement(case.answer(in_process)), f"{case.function}.csv:{case.line}: {case.why}"


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: case.formula)
def test_a_formula_calls_the_function_of_its_table(case: Case) -> None:
    names = called(case.formula)
    assert case.function in names
    assert set(names) <= set(FUNCTIONS) | set(NATIVE)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_table_with_a_value_and_an_error(name: str) -> None:
    lines = list(table(FOLDER / f"{name}.csv"))
    errors = [any(code in case.expected for code in EXCEL_ERRORS) for case in lines]
    assert any(errors) or not FUNCTIONS[name].arguments
    assert not all(errors)


def test_every_table_is_that_of_a_function() -> None:
    assert {path.stem for path in FOLDER.iterdir()} <= set(FUNCTIONS)


def test_no_case_stands_twice_in_a_table() -> None:
    seen = [(case.function, case.formula) for case in EVERY_CASE]
    assert sorted(seen) == sorted(set(seen))


# -- the reader itself -----------------------------------------------------------------------------------------


def echo(name: str, *cells: Any) -> Any:
    return name, *cells


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=F()", ("F",)),
        ("=F(1, -2.5, 20%)", ("F", 1, -2.5, 0.2)),
        ('=F("say ""hi""",TRUE,FALSE,#N/A)', ("F", 'say "hi"', True, False, "#N/A")),
        ("=F(1,,BLANK,)", ("F", 1, OMITTED, None, OMITTED)),
        ('=F({1,-2;"a",#DIV/0!;BLANK,TRUE})', ("F", [[1, -2], ["a", "#DIV/0!"], [None, True]])),
        ("=F((1+2)*3^2/2)", ("F", 13.5)),
        ("=SUM({1,2;3,4},10)", 20),
        ("=SUM({1,2;#N/A,4})", "#N/A"),
        ("=INDEX({1,2;3,4},2,1)", 3),
        ("=F(G(1),2)", ("F", ("G", 1), 2)),
    ],
)
def test_formulas_are_read(formula: str, value: Any) -> None:
    assert evaluate(formula, echo) == value


def test_a_date_is_delivered_as_excel_delivers_it() -> None:
    assert str(evaluate("=F(DATE(2026,11,30))", echo)[1]) == "2026-11-30 00:00:00"


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (0.3, "0.3"), (0.1 + 0.2, "0.3"), (5, "5"), (0, "0"), (0.015912, "~0.0159"), (142_655.838, "~142,655.84"),
        (2.0, "=log(exp(2))"), ("#N/A", "#N/A"), ("Build", "Build"), ("Build", '"Build"'), (True, "TRUE"),
        ("no price for gpt4o", "no * for gpt*"), ("", '""'),
    ],
)  # fmt: skip
def test_agreement(cell: Any, wanted: str) -> None:
    assert agrees(cell, wanted)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (0.30000001, "0.3"), (1e-12, "0"), (0.01596, "~0.0159"), (2.1, "=log(exp(2))"), ("#NUM!", "#N/A"), (1, "TRUE"),
        (True, "1"), ("5", "5"), (5, '"5"'), ("Build", "Borrow"), ("build it", "Build"), ("#N/A", "~1"), (None, '""'),
    ],
)  # fmt: skip
def test_disagreement(cell: Any, wanted: str) -> None:
    assert not agrees(cell, wanted)


def test_arrays_are_compared_cell_by_cell() -> None:
    case = Case("F", 2, "=F()", '{1,#NUM!;=max(2,3),"a;b"}', "")
    assert not case.disagreement([[1, "#NUM!"], [3, "a;b"]])
    assert "'#N/A' instead of #NUM!" in case.disagreement([[1, "#N/A"], [3, "a;b"]])
    assert "shape" in case.disagreement([[1, "#NUM!"]])
    assert split('1,"a,b",max(2,3)', ",") == ["1", '"a,b"', "max(2,3)"]
