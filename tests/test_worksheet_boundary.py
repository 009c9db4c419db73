"""What arrives from a cell and what goes back to it: for every worksheet function, and when one fails."""

from __future__ import annotations

import datetime as dt
import logging
import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from casetables import OMITTED, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcost_xl import functions
from llmcost_xl.cells import to_cells
from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.worksheet import NUMBER_KINDS, worksheet_function

DAY = dt.datetime(2026, 11, 30)  # noqa: DTZ001  # a cell has no time zone


# -- one good call per function and argument, from the case tables -------------------------------------------------


def good_calls() -> dict[str, list[tuple[Any, ...]]]:
    """By function: the cells of every call in the case tables that gives no error."""
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in FUNCTIONS}

    def call(name: str, *cells: Any) -> Any:
        cells = tuple(None if cell is OMITTED else cell for cell in cells)
        answer = FUNCTIONS[name](*cells)
        answered = answer if isinstance(answer, list) else [[answer]]
        if not any(is_error(cell) for row in answered for cell in row):
            found[name].append(cells)
        return answer

    for case in cases():
        case.answer(call)
    return found


def is_error(cell: Any) -> bool:
    return isinstance(cell, str) and cell in EXCEL_ERRORS


GOOD = good_calls()


def argument_calls() -> list[Any]:
    """For each argument of each function: its position, and a good call that states it with single cells around it."""
    params = []
    for name, function in FUNCTIONS.items():
        for position, argument in enumerate(function.arguments):
            for cells in GOOD[name]:
                single = not any(isinstance(cell, list) for cell in spreading(function, cells))
                if single and position < len(cells) and cells[position] is not None and not argument.is_rest:
                    params.append(pytest.param(name, position, cells, id=f"{name}-{argument.name}"))
                    break
    return params


def spreading(function: Any, cells: tuple[Any, ...]) -> list[Any]:
    return [cell for argument, cell in zip(function.arguments, cells, strict=False) if argument.spreads]


ARGUMENTS = argument_calls()
every_argument = pytest.mark.parametrize(("name", "position", "cells"), ARGUMENTS)


def with_cell(cells: tuple[Any, ...], position: int, cell: Any) -> tuple[Any, ...]:
    return (*cells[:position], cell, *cells[position + 1 :])


def test_the_tables_state_every_argument() -> None:
    """Else the tests below would prove little."""
    there_are = [(name, argument.name) for name in FUNCTIONS for argument in FUNCTIONS[name].arguments]
    stated = {tuple(param.id.split("-")) for param in ARGUMENTS}
    missing = [pair for pair in there_are if pair not in stated and pair[1] != "arguments"]
    assert not missing


@every_argument
def test_an_error_cell_is_the_answer(name: str, position: int, cells: tuple[Any, ...]) -> None:
    if FUNCTIONS[name].arguments[position].quantity.kind == "any":
        return  # `if_never` may be an error: it is a value like any other there
    assert FUNCTIONS[name](*with_cell(cells, position, "#REF!")) == "#REF!"
    assert FUNCTIONS[name](*with_cell(cells, position, [["#REF!"]])) == "#REF!"


@every_argument
def test_the_first_error_cell_wins(name: str, position: int, cells: tuple[Any, ...]) -> None:
    errors = tuple("#NULL!" if at > position else cell for at, cell in enumerate(cells))
    if FUNCTIONS[name].arguments[position].quantity.kind != "any":
        assert FUNCTIONS[name](*with_cell(errors, position, "#NAME?")) == "#NAME?"


@every_argument
def test_a_blank_cell_is_the_default_or_an_error(name: str, position: int, cells: tuple[Any, ...], excel: Any) -> None:
    function, argument = FUNCTIONS[name], FUNCTIONS[name].arguments[position]
    blank = function(*with_cell(cells, position, None))
    if argument.quantity.kind != "any":  # there "" is what to show
        assert function(*with_cell(cells, position, "")) == blank
    assert excel.call(name, *with_cell(cells, position, None)) == blank
    if argument.required:
        assert blank == "#VALUE!"
    else:
        assert blank == excel.call(name, *with_cell(cells, position, OMITTED))
        assert blank == function(*with_cell(cells, position, argument.default))


@every_argument
def test_zero_is_a_blank_where_it_can_be_no_value(name: str, position: int, cells: tuple[Any, ...]) -> None:
    """Excel makes 0 of a blank cell that a formula hands on, as IF(TRUE,A1) does, and some hosts deliver one so."""
    function, argument = FUNCTIONS[name], FUNCTIONS[name].arguments[position]
    zero, blank = (function(*with_cell(cells, position, cell)) for cell in (0, None))
    if argument.quantity.kind in ("model", "keyword", "date", "table"):
        assert zero == blank
    elif argument.quantity.kind == "text":
        assert zero == blank or argument.required


WRONG_CELLS = {
    "number": ("text", "5", True, [["text"]]),
    "whole": ("text", "5", False),
    "series": ("text", True, [[1, True]], [[1, "5"]], [[1], [None]]),
    "model": (True, 5, DAY),
    "keyword": ("no such word", True, 5),
    "text": (True, DAY),
    "date": ("30.11.2026", "11/30/2026", True),
    "flag": ("TRUE", 2, DAY),
    "table": ("text", 5, True),
    "any": ([[1, 2]],),
}


@every_argument
def test_a_cell_of_the_wrong_type_is_a_value_error(name: str, position: int, cells: tuple[Any, ...]) -> None:
    for cell in WRONG_CELLS[FUNCTIONS[name].arguments[position].quantity.kind]:
        assert FUNCTIONS[name](*with_cell(cells, position, cell)) == "#VALUE!", f"{cell!r}"


@every_argument
def test_a_number_is_one_in_whatever_type_it_arrives(name: str, position: int, cells: tuple[Any, ...]) -> None:
    function, kind, cell = FUNCTIONS[name], FUNCTIONS[name].arguments[position].quantity.kind, cells[position]
    answer = function(*cells)
    if kind in NUMBER_KINDS:
        for same in (float(cell), Decimal(str(cell)), np.float64(cell), [[cell]], ((cell,),), [cell]):
            assert function(*with_cell(cells, position, same)) == answer, f"{same!r}"
    if kind == "date":
        serial = (cell - dt.datetime(1899, 12, 30)).days if isinstance(cell, dt.datetime) else cell  # noqa: DTZ001
        day = dt.datetime(1899, 12, 30) + dt.timedelta(days=serial)  # noqa: DTZ001
        for same in (serial, float(serial), serial + 0.75, day, day.date(), f"{day:%Y-%m-%d}", [[day]]):
            assert function(*with_cell(cells, position, same)) == answer, f"{same!r}"


@every_argument
def test_no_number_that_is_none_is_taken(name: str, position: int, cells: tuple[Any, ...]) -> None:
    if FUNCTIONS[name].arguments[position].quantity.kind in (*NUMBER_KINDS, "date"):
        for cell in (math.nan, math.inf, -math.inf):
            assert FUNCTIONS[name](*with_cell(cells, position, cell)) == "#NUM!", f"{cell!r}"


@every_argument
def test_one_bad_row_stays_alone(name: str, position: int, cells: tuple[Any, ...]) -> None:
    """A column with an error, a blank and a wrong cell between good ones; the same as a row and as a block."""
    function, argument, cell = FUNCTIONS[name], FUNCTIONS[name].arguments[position], cells[position]
    if not argument.spreads:
        return
    wrong = WRONG_CELLS[argument.quantity.kind][0]
    tried = [cell, "#DIV/0!", cell, None, wrong, cell]
    expected = [function(*with_cell(cells, position, one)) for one in tried]
    assert expected[1] == "#DIV/0!"
    assert expected[4] == "#VALUE!"
    assert function(*with_cell(cells, position, [[one] for one in tried])) == close([[one] for one in expected])
    assert function(*with_cell(cells, position, [tried])) == close([expected])
    block = [tried[:3], tried[3:]]
    assert function(*with_cell(cells, position, block)) == close([expected[:3], expected[3:]])


def close(rows: list[list[Any]]) -> Any:
    """Arrays may round differently from numbers in the last digit."""
    return [[pytest.approx(c, rel=1e-12) if isinstance(c, float) else c for c in row] for row in rows]


# -- failures of our own -------------------------------------------------------------------------------------------


@worksheet_function
def BROKEN(months: Any) -> Any:
    """Fails where nobody expects it."""
    return {}[months]


def test_an_unexpected_failure_is_a_value_error_with_a_logged_id(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(functions.FUNCTIONS, "BROKEN", BROKEN)
    assert BROKEN(1) == "#VALUE!"
    assert BROKEN([[1], [2]]) == "#VALUE!"
    (first, second) = caplog.records
    assert first.levelno == logging.ERROR
    assert first.exc_info is not None
    assert "KeyError" in caplog.text
    number = first.getMessage().split()[3].strip(";")
    assert len(number) == 8
    assert second.getMessage() != first.getMessage()  # another failure, another id
    assert number in FUNCTIONS["LLM_WHY"]("BROKEN", 1)


GARBAGE_CELL = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "text", "#N/A", "#NAME?", "2026-11-30", "gpt-4o", True, False, DAY, Decimal("1E+30")]),
    st.sampled_from([0, -1, 1e-320, 1e308, -1e308, math.nan, math.inf, -2146826243, 2**63]),
    st.integers(-3, 400),
    st.floats(-2, 2),
)
GARBAGE = GARBAGE_CELL | st.lists(st.lists(GARBAGE_CELL, min_size=2, max_size=2), min_size=1, max_size=3)


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_no_input_gets_anything_but_cells_out_of_a_function(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name in FUNCTIONS if GOOD[name]]))
    cells = list(data.draw(st.sampled_from(GOOD[name])))
    for position in data.draw(st.sets(st.sampled_from(range(len(cells) + 1)), min_size=1, max_size=3)):
        cells[position : position + 1] = [data.draw(GARBAGE)]
    try:
        answer = FUNCTIONS[name].explain(*cells)
    except Exception as failure:  # noqa: BLE001  # whatever it is, it has to be one of ours
        assert hasattr(failure, "excel"), f"{name}{tuple(cells)}: {failure!r}"  # noqa: PT017
        return
    shown = to_cells(answer)
    for cell in [cell for row in shown for cell in row] if isinstance(shown, list) else [shown]:
        assert type(cell) in (float, str, bool)
        assert not isinstance(cell, float) or math.isfinite(cell)


# -- the platforms ---------------------------------------------------------------------------------------------------


def test_functions_may_be_called_from_many_threads() -> None:
    calls = [(name, cells) for name, found in GOOD.items() for cells in found] * 3
    alone = [FUNCTIONS[name](*cells) for name, cells in calls]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda call: FUNCTIONS[call[0]](*call[1]), calls))
    assert together == alone


WITHOUT_NUMPY = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("numpy", "pandas"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from casetables import cases
from test_cases import in_process

every = cases()
for case in every:
    difference = case.disagreement(case.answer(in_process))
    if difference:
        print(case.formula, difference)
print(len(every), "numpy" in sys.modules, "pandas" in sys.modules)
"""


def test_every_case_holds_where_numpy_is_absent() -> None:
    here = Path(__file__).parent
    program = [sys.executable, "-c", WITHOUT_NUMPY]
    done = subprocess.run(program, cwd=here, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"{len(cases())} False False"], done.stdout + done.stderr
