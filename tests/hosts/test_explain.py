"""What the Explain buttons say of a formula whose cells a host can read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from llmcost_xl.calc import FormulaError, evaluate
from llmcost_xl.errors import OutOfDomainError
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.explain import CALLS_SHOWN, Explanation, explain_formula
from llmcost_xl.reference import entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmcost_xl.reference import Entry

SHEET: dict[str, Any] = {
    "A2": "gpt-4o",
    "$B$2": 500.0,
    "'My sheet'!C2": 200.0,
    "Z9": None,
    "D1": dt.datetime(2026, 11, 3),  # noqa: DTZ001  # a cell has no time zone
    "E1:E3": [[1.0], ["#N/A"], [3.0]],
    "A1#": [["gpt-4o"], ["gpt4o"]],
    "Table1[@queries]": 30.0,
    "Table1[@[per day]]": 40.0,
}


def read(reference: str) -> list[list[Any]] | None:
    if reference not in SHEET:
        return None
    cells = SHEET[reference]
    return cells if isinstance(cells, list) else [[cells]]


def value(formula: str) -> Any:
    answer = explain_formula(formula, read).answer
    assert answer is not None
    return answer.value


@pytest.mark.parametrize(
    ("formula", "typed"),
    [
        ("=QUERY_COST(A2,$B$2,'My sheet'!C2)", '=QUERY_COST("gpt-4o",500,200)'),
        ("=QUERY_COST(A2,$B$2,'My sheet'!C2,Z9,,,,D1)", '=QUERY_COST("gpt-4o",500,200,,,,,DATE(2026,11,3))'),
        ("=QUERY_COST(A2,$B$2,Z9)", '=QUERY_COST("gpt-4o",500,)'),
        ("=Table1[@queries]*QUERY_COST(A2,$B$2,1)", '=30*QUERY_COST("gpt-4o",500,1)'),
        ("=Table1[@[per day]]*QUERY_COST(A2,$B$2,1)", '=40*QUERY_COST("gpt-4o",500,1)'),
        ("=QUERY_COST(A1#,$B$2,1)", '=QUERY_COST({"gpt-4o";"gpt4o"},500,1)'),
        ("=IFERROR(LLM_BREAKEVEN($B$2,SUM(E1:E3)),7)", "=7"),
        ("=LET(cost,QUERY_COST(A2,$B$2,1),cost*2)", '=2*QUERY_COST("gpt-4o",500,1)'),
        ("='C:\\Users\\A B\\llmcost-xl.xlam'!QUERY_COST(A2,$B$2,1)", '=QUERY_COST("gpt-4o",500,1)'),
        ("=@QUERY_COST(A2,$B$2,1)", '=QUERY_COST("gpt-4o",500,1)'),
        ("=QUERY_COST(A2,ROWS(E1:E3),1)", '=QUERY_COST("gpt-4o",3,1)'),
        ('=QUERY_COST(A2,IF("ROW(@):X("=A2,1,2),1)', '=QUERY_COST("gpt-4o",2,1)'),
        ("=_xldudf_QUERY_COST(A2,$B$2,1)", '=QUERY_COST("gpt-4o",500,1)'),
    ],
)
def test_a_formula_over_cells_shows_what_it_shows_with_the_values_typed(formula: str, typed: str) -> None:
    assert value(formula) == evaluate(typed).value


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_of_every_function_it_says_what_llm_why_says(entry: Entry) -> None:
    explained = explain_formula(entry.example, read)
    assert explained.answer is not None
    (call,) = explained.answer.calls
    about = () if entry.name == "LLM_WHY" else (entry.name,)
    assert call.function == entry.name
    assert [one.said for one in explained.calls] == [FUNCTIONS["LLM_WHY"](*about, *call.cells)]


def test_the_price_rows_behind_a_call_are_named_with_date_and_source() -> None:
    (call,) = explain_formula('=QUERY_COST("gemini-3.6-flash",500,200,,,,,DATE(2027,1,1))', read).calls
    assert call.call == 'QUERY_COST("gemini-3.6-flash", 500, 200, (blank), (blank), (blank), (blank), 46388)'
    assert any(
        price.startswith("input: 1.5 USD per 1M tokens, since 2027-01-01 (genai-prices") for price in call.prices
    )


def test_the_workbooks_own_price_table_is_the_one_explained() -> None:
    table = '{"provider","model","component","price","unit","from_date";"us","m","input",7,"USD per 1M tokens","";'
    table += '"us","m","output",8,"USD per 1M tokens",""}'
    (call,) = explain_formula(f'=QUERY_COST("us/m",500,200,,,,,,,{table})', read).calls
    assert [price.partition(" (")[0] for price in call.prices] == [
        "input: 7 USD per 1M tokens",
        "output: 8 USD per 1M tokens",
    ]


def test_a_refused_call_says_why_and_a_caught_error_is_explained_too() -> None:
    said = str(explain_formula('=IFERROR(QUERY_COST("gpt4o-2099",$B$2,1),0)', read))
    assert 'QUERY_COST("gpt4o-2099", 500, 1)\n#N/A: model ' in said


def test_what_is_not_reached_is_named() -> None:
    assert "QUERY_COST is not reached" in str(explain_formula("=IF($B$2>1,1,QUERY_COST(A2,1,1))", read))


def test_many_calls_are_cut_short_in_words_only() -> None:
    explained = explain_formula("=" + "+".join(f"QUERY_COST(A2,{n},1)" for n in range(9)), read)
    assert len(explained.calls) == 9
    assert f"... and {9 - CALLS_SHOWN} more calls" in str(explained)


@pytest.mark.parametrize("formula", ["=SUM($B$2,1)", '="QUERY_COST(A2,1,1)"', "=MY_QUERY_COST(1)", "12"])
def test_a_formula_without_our_functions_gets_a_sentence(formula: str) -> None:
    explained = explain_formula(formula, read)
    assert explained == Explanation(
        formula, "This cell uses none of the LLM Cost functions, so there is nothing to explain."
    )


def refusing(reference: str) -> None:
    raise OutOfDomainError(f"{reference} is too large")


@pytest.mark.parametrize(
    ("formula", "reader", "reason"),
    [
        ("=QUERY_COST(missing,1,1)", read, "#NAME?: missing is not defined"),
        ("=QUERY_COST(X1,1,1)", read, "the cells of X1 cannot be read"),
        ("=QUERY_COST(A2,1", read, "the formula cannot be read"),
        ("=QUERY_COST(A:A,1,1)", refusing, "A:A is too large"),
        ("=QUERY_COST(A2,ROW(),1)", read, "ROW depends on more than the values in cells"),
        ("=QUERY_COST(A2,_xlfn.SHEET(),1)", read, "SHEET depends on more"),
        ('=QUERY_COST(A2,indirect("B2"),1)', read, "INDIRECT depends on more"),
        ("=QUERY_COST(A2,OFFSET($B$2,0,0),1)", read, "OFFSET depends on more"),
        ("=SUBTOTAL(9,E1:E3)+QUERY_COST(A2,1,1)", read, "SUBTOTAL depends on more"),
        ("=QUERY_COST(A2,@E1:E3,1)", read, "@ takes one cell of a range"),
        ("=QUERY_COST(A2,@'My sheet'!C2,1)", read, "@ takes one cell of a range"),
        ("=QUERY_COST(A2,SUM(INDEX(E1:E3,1):INDEX(E1:E3,3)),1)", read, "a function finds an end of a range"),
        ("=QUERY_COST(A2,SUM(E1:INDEX(E1:E3,3)),1)", read, "a function finds an end of a range"),
    ],
)
def test_what_cannot_be_followed_is_said(formula: str, reader: Callable[..., Any], reason: str) -> None:
    problem = explain_formula(formula, reader).problem
    assert problem.startswith("This formula cannot be followed here: ")
    assert reason in problem
    assert "shell" not in problem


def test_without_a_sheet_a_reference_is_still_refused() -> None:
    with pytest.raises(FormulaError, match="calc has no sheet to read A2 from"):
        evaluate("=QUERY_COST(A2,1,1)")
