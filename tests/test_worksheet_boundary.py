"""What arrives from a cell and what goes back to it: for every worksheet function, and for three made for this."""

from __future__ import annotations

import datetime as dt
import logging
import math
import subprocess
import sys
import warnings
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
from llmcost_xl.cells import BLOCK_TEXT_LIMIT, to_cells
from llmcost_xl.errors import EXCEL_ERRORS, NeverError, OutOfDomainError
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.worksheet import NUMBER_KINDS, spilling_function, worksheet_function

DAY = dt.datetime(2026, 11, 30)  # noqa: DTZ001  # a cell has no time zone
SERIAL = 46356  # what Excel shows for that day in format General


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


def test_the_tables_state_almost_every_argument() -> None:
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
    assert function(*with_cell(cells, position, "")) == blank
    assert excel.call(name, *with_cell(cells, position, None)) == blank
    if argument.required:
        assert blank == "#VALUE!"
    else:
        assert blank == excel.call(name, *with_cell(cells, position, OMITTED))
        assert blank == function(*with_cell(cells, position, argument.default))


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


# -- shapes ------------------------------------------------------------------------------------------------------


@worksheet_function
def ADD(input_tokens: Any, output_tokens: Any, discount: Any = 0.5, if_never: Any = None) -> Any:  # noqa: ARG001  # the boundary takes if_never
    """Sum of two numbers and an optional third, but never 13."""
    total = input_tokens + output_tokens + discount
    unlucky = np.equal(total, 13)
    if np.any(unlucky):
        raise NeverError("13 is never the answer", mask=unlucky if np.ndim(unlucky) else None)
    return total


@spilling_function
def TIMES_TABLE(months: Any) -> list[list[float]]:
    """One to three times a number."""
    return [[months, 2 * months, 3 * months]]


@worksheet_function
def BROKEN(months: Any) -> Any:
    """Fails where nobody expects it."""
    return {}[months]


@pytest.mark.parametrize(
    ("cells", "answer"),
    [
        ((1, 2), 3.5),
        (([[1]], [[2]]), 3.5),
        (([[1], [2]], 10), [[11.5], [12.5]]),
        (([[1, 2]], 10), [[11.5, 12.5]]),
        (([[1, 2], [3, 4]], 10), [[11.5, 12.5], [13.5, 14.5]]),
        (([[1], [2]], [[10], [20]]), [[11.5], [22.5]]),
        (([[1], [2]], [[10, 20, 30]]), [[11.5, 21.5, 31.5], [12.5, 22.5, 32.5]]),
        (([[1, 2], [3, 4]], [[10, 20]]), [[11.5, 22.5], [13.5, 24.5]]),
        (([[1, 2], [3, 4]], [[10], [20]]), [[11.5, 12.5], [23.5, 24.5]]),
        (([1, 2], 10), [[11.5, 12.5]]),  # a flat sequence is one row
        ((((1,), (2,)), 10), [[11.5], [12.5]]),  # COM's tuples
        (([[1], [2]], [[1], [2], [3]]), "#VALUE!"),
        (([[1, 2]], [[1, 2, 3]]), "#VALUE!"),
        (([[1, 2], [3, 4]], [[1], [2], [3]]), "#VALUE!"),
        ((1, [[2], [3]], [[0.1], [None]]), [[3.1], [4.5]]),  # a blank in an optional column is the default
        ((1, 2, [[0.1], [None], ["x"]]), [[3.1], [3.5], ["#VALUE!"]]),
        (([["#REF!"], [1]], [["#NUM!"], ["#N/A"]]), [["#REF!"], ["#N/A"]]),  # the first argument's error first
        (([["#REF!"], [1]], "#N/A"), [["#REF!"], ["#N/A"]]),
        (("#N/A", [[1], [2]]), [["#N/A"], ["#N/A"]]),
        (([[1], [2]], None), [["#VALUE!"], ["#VALUE!"]]),
        ((6, 6.5), "#NUM!"),
        (([[6], [7]], 6.5), [["#NUM!"], [14.0]]),
        ((6, 6.5, None, "n.a."), "n.a."),
        ((6, 6.5, None, 0), 0),
        ((6, 6.5, None, "#N/A"), "#N/A"),  # as IFERROR(..., NA()) would
        (([[6], [7], [None]], 6.5, None, "n.a."), [["n.a."], [14.0], ["#VALUE!"]]),
        (([[6], [7]], 6.5, None, [["a"], ["b"]]), [["#VALUE!"], ["#VALUE!"]]),
        ((1, 2, 0.5, None, 5), "#VALUE!"),  # one argument too many
        ((1,), "#VALUE!"),
        ((), "#VALUE!"),
    ],
)
def test_shapes(cells: tuple[Any, ...], answer: Any) -> None:
    assert ADD(*cells) == answer


@pytest.mark.parametrize("cells", [(2,), ([[2]],)])
def test_a_spilling_function_spills_from_one_cell(cells: tuple[Any, ...]) -> None:
    assert TIMES_TABLE(*cells) == [[2, 4, 6]]


def test_a_spilling_function_takes_no_range_for_a_number() -> None:
    assert TIMES_TABLE([[1], [2]]) == "#VALUE!"


def test_a_long_column_is_computed_in_one_piece() -> None:
    size = 10_000
    column = [[float(row)] for row in range(size)]
    column[77] = ["#N/A"]
    answer = ADD(column, [[100.0]] * size, [[None], *[[0.25]] * (size - 1)])
    assert answer[:2] == [[100.5], [101.25]]
    assert answer[77] == ["#N/A"]
    assert answer[-1] == [size - 1 + 100.25]


def test_whole_numbers_below_zero_are_numbers_unless_they_stand_for_an_error() -> None:
    assert to_cells(ADD([[-5], [-2146826243], [7]], 1)) == [[-3.5], ["#SPILL!"], [8.5]]


def test_a_date_cell_counts_as_its_serial_number() -> None:
    assert ADD(DAY, 1) == ADD(DAY.date(), 1) == ADD(SERIAL, 1) == SERIAL + 1.5
    assert ADD([[DAY], [SERIAL + 0.25]], 1) == [[SERIAL + 1.5], [SERIAL + 1.75]]
    assert ADD(DAY.replace(hour=6), 1) == SERIAL + 1.75


def test_a_boolean_in_a_column_is_not_the_number_it_equals() -> None:
    assert ADD([[1], [True], [0], [False], [1.0]], 1) == [[2.5], ["#VALUE!"], [1.5], ["#VALUE!"], [2.5]]


def test_an_overflow_in_a_column_warns_nobody() -> None:
    with warnings.catch_warnings(action="error"):
        assert ADD([[1e308], [1]], 1e308) == [["#NUM!"], [1e308]]


# -- what goes back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (1.5, 1.5), (3, 3.0), (2**70, float(2**70)), (Decimal("2.5"), 2.5), (True, True), ("text", "text"), (None, ""),
        (math.nan, "#NUM!"), (math.inf, "#NUM!"), (-math.inf, "#NUM!"), (np.float64(1.5), 1.5), (np.int64(3), 3.0),
        (np.bool_(1), True), (np.float64("nan"), "#NUM!"), (np.str_("text"), "text"), (DAY, "2026-11-30"),
        (dt.date(2026, 11, 30), "2026-11-30"), (OutOfDomainError("why"), "#NUM!"),
    ],
)  # fmt: skip
def test_what_a_cell_shows(value: Any, cell: Any) -> None:
    assert same(to_cells(value), cell)
    assert same(to_cells([[value]])[0][0], cell)
    assert same(to_cells([[1.0, 2.0], [value, 1.0]])[1][0], cell)
    assert same(to_cells((value, 1.0))[0][0], cell)


def same(cell: Any, wanted: Any) -> bool:
    return type(cell) is type(wanted) and cell == wanted


def test_a_ragged_block_is_filled_up() -> None:
    assert to_cells([[1.0], [2.0, 3.0], []]) == [[1.0, ""], [2.0, 3.0], ["", ""]]
    assert to_cells([]) == [[""]]


def test_a_long_text_in_a_block_is_cut_to_what_classic_excel_takes() -> None:
    long = "x" * (BLOCK_TEXT_LIMIT + 1)
    ((cut, short),) = to_cells([[long, "x" * BLOCK_TEXT_LIMIT]])
    assert len(cut) == BLOCK_TEXT_LIMIT
    assert cut.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert short == "x" * BLOCK_TEXT_LIMIT
    assert to_cells(long) == long


def test_numbers_whose_sum_overflows_are_still_numbers() -> None:
    assert to_cells([[1e308], [1e308]]) == [[1e308], [1e308]]


# -- failures of our own -------------------------------------------------------------------------------------------


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
