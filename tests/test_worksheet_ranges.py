"""Ranges and answers, by functions made for the purpose: what broadcasts, what stays in its own cell, what is shown."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from llmcost_xl.cells import BLOCK_TEXT_LIMIT, to_cells
from llmcost_xl.errors import NeverError, OutOfDomainError
from llmcost_xl.worksheet import spilling_function, worksheet_function

DAY = dt.datetime(2026, 11, 30)  # noqa: DTZ001  # a cell has no time zone
SERIAL = 46356  # what Excel shows for that day in format General


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
        ((1, 2, [[]]), 3.5),  # a range without a cell is blank
        (([[]], 2), "#VALUE!"),
        (([()], 2), "#VALUE!"),
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
