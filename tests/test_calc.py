"""Formulas as `llmcost-xl calc` evaluates them: the engine's own functions, ours, and the bridge between them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from casetables import Case, cases

from llmcost_xl import functions
from llmcost_xl.calc import FormulaError, Refusal, evaluate

WITHOUT_BLANKS = [case for case in cases() if "BLANK" not in case.formula]


@pytest.mark.parametrize("case", WITHOUT_BLANKS, ids=lambda case: case.formula)
def test_a_spreadsheet_engine_agrees_with_the_case_tables(case: Case) -> None:
    assert not case.disagreement(evaluate(case.formula).value), f"{case.function}.csv:{case.line}: {case.why}"


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+2", 3),
        ("1+2", 3),
        (" = 1 + 2 ", 3),
        ('="a"&"b"', "ab"),
        ("=2>1", True),
        ("=PMT(0.01,12,-1000)", 88.84878867834166),  # 1000 * 0.01 / (1 - 1.01^-12)
        ("={1,2;3,4}*10", [[10, 20], [30, 40]]),
        ("={7}", 7),
        ('=TEXT(0.5,"0%")', "50%"),
        ('=QUERY_COST("gpt-4o",500,200)*30', 0.0975),  # (500 * 2.50 + 200 * 10) / 1M * 30, S0 L46 and L61
        ('=query_cost("gpt-4o",500,200)', 0.00325),
        ("=SUM(TOKEN_COST({500;1000},{200;400},0.15,0.6))", 0.000585),  # 0.000195 * 3
        ("=LET(c,TOKEN_COST(500,200,0.15,0.6),c*50000)", 9.75),
        ('=IFERROR(QUERY_COST("no such model",1,1),-1)', -1),
        ('=ISNA(QUERY_COST("no such model",1,1))', True),
        ("=ISNUMBER(COST_PER_SUCCESS(1,1))", False),
    ],
)  # fmt: skip
def test_value(formula: str, value: Any) -> None:
    answer = evaluate(formula).value
    assert answer == (value if isinstance(value, str | bool | list) else pytest.approx(value, rel=1e-12))


def test_an_argument_left_out_between_commas_takes_its_default() -> None:
    # discount 10% on batch prices, cached and reasoning tokens left out: half of 0.00325, less a tenth
    assert evaluate('=QUERY_COST("gpt-4o",500,200,,,"batch",0.1)').value == pytest.approx(0.0014625, rel=1e-12)
    # an empty input_share is 0.75 and not 0: 0.75 * 1 + 0.25 * 5
    assert evaluate("=BLENDED_PRICE(1,5,)").value == 2


def test_a_required_argument_left_out_is_not_zero() -> None:
    assert evaluate("=TOKEN_COST(500,,0.15,0.6)").value == "#VALUE!"


def test_an_argument_left_out_of_excels_own_function_stays_excels_business() -> None:
    assert evaluate("=IF(TRUE,,5)").value == 0


@pytest.mark.parametrize("code", ["#N/A", "#NUM!", "#DIV/0!", "#VALUE!", "#REF!", "#NULL!"])
def test_an_error_passes_through_our_functions_unchanged(code: str) -> None:
    assert evaluate(f"=TOKEN_COST({code},200,0.15,0.6)").value == code


def test_an_error_stays_in_its_row_and_is_explained_there() -> None:
    answer = evaluate("=TOKEN_COST({500;-1;0},200,0.15,0.6)")
    assert [row[0] for row in answer.rows] == [pytest.approx(0.000195), "#NUM!", pytest.approx(0.00012)]
    (reason,) = answer.reasons
    assert reason.code == "#NUM!"
    assert "row 2" in reason.function
    assert "input_tokens" in reason.why
    assert "received -1" in reason.why


def test_an_unknown_model_is_explained_with_the_nearest_names() -> None:
    (reason,) = evaluate('=QUERY_COST("gpt-4oo",500,200)*30').reasons
    assert (reason.function, reason.code) == ("QUERY_COST", "#N/A")
    assert "openai/gpt-4o" in reason.why


def test_a_refusal_that_the_formula_catches_is_no_reason() -> None:
    answer = evaluate('=IFERROR(QUERY_COST("no such model",1,1),1/0)')
    assert answer.errors == ["#DIV/0!"]
    assert [reason.code for reason in answer.reasons] == ["#DIV/0!"]
    assert evaluate('=IFERROR(QUERY_COST("no such model",1,1),0)').reasons == []


def test_an_error_of_excels_own_is_explained_as_such() -> None:
    assert evaluate("=1/0").reasons == [
        Refusal("the formula", "#DIV/0!", "none of our functions refused; this is what Excel answers")
    ]


def test_a_spilled_answer_may_be_longer_than_a_sheet_of_the_engine_lets_it_spill() -> None:
    rows = evaluate("=TOKEN_COST(SEQUENCE(20000),0,1,1)").rows
    assert len(rows) == 20_000
    assert rows[-1][0] == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("", "cannot be read"),
        ("=1+", "at character 3"),
        ("=SUM(1,2", "unmatched opening parenthesis"),
        ('="a', "parsing string"),
        ("=1)+(2", "cannot be read"),
        ("=TOKEN_COST(500;200;1;1)", "separated by commas"),
        ("=A1*2", "no sheet to read A1 from"),
        ("=SUM(Prices!A1:B2)", "no sheet to read Prices!A1:B2 from"),
        ('=QUERY_CSOT("gpt-4o",500,200)', "the nearest: QUERY_COST"),
        ("=IFERROR(AVERAG(1),0)", "the nearest: AVERAGE"),
        ("=AREAS(1)", "AREAS is a function of Excel's that cannot be evaluated here"),
        ("=QUERY_COST(gpt-4o,500,200)", "gpt, 4o is not defined; text needs straight double quotes"),
        ("=QUERY_COST(“gpt-4o”,500,200)", "straight double quotes"),
        ("=LAMBDA(x,x+1)(2)", "LAMBDA"),
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_evaluated_says_why(formula: str, words: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(words)):
        evaluate(formula)


def test_a_bug_of_ours_is_not_an_excel_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        @staticmethod
        def explain(*_: Any) -> Any:
            raise ZeroDivisionError("our own")

    monkeypatch.setitem(functions.FUNCTIONS, "BROKEN_ONE", Broken)
    with pytest.raises(ZeroDivisionError, match="our own"):
        evaluate("=BROKEN_ONE(1)")
