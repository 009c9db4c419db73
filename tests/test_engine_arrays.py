"""Every engine function: an array's answer is that of each element alone, and a number needs no NumPy."""

from __future__ import annotations

import doctest
import inspect
import math
import os
import random
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from formulas import FORMULAS, MODULES, SPREADING, bad, everyday, parameters

from llmcost_xl.engine.query import token_cost
from llmcost_xl.engine.spend import estimate_at_completion
from llmcost_xl.errors import LLMCostError, OutOfDomainError, WrongTypeError
from llmcost_xl.quantities import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmcost_xl.quantities import Quantity

ROWS = 60


def spreading(name: str, *, optional: bool = True) -> list[Quantity]:
    """The parameters of a formula that may be arrays."""
    return [quantity for quantity in parameters(FORMULAS[name], optional=optional) if quantity.kind in SPREADING]


OF_SERIES = [name for name in FORMULAS if any(quantity.kind == "series" for quantity in parameters(FORMULAS[name]))]
SPILLING = [name for name in FORMULAS if FORMULAS[name].spills and spreading(name)]
OF_ARRAYS = [
    pytest.param(name, optional, id=f"{name}-{'all' if optional else 'required'}")
    for name in FORMULAS
    for optional in (True, False)
    if not FORMULAS[name].spills and spreading(name, optional=optional)
]


def outcomes_one_by_one(function: Callable[..., Any], rows: list[dict[str, Any]]) -> list[Any]:
    """The answer of each row, or the error it shows as."""

    def outcome(row: dict[str, Any]) -> Any:
        try:
            return function(**row)
        except LLMCostError as error:
            return error.excel

    return [outcome(row) for row in rows]


def outcomes_together(function: Callable[..., Any], rows: list[dict[str, Any]]) -> list[Any]:
    """The same by arrays: what is refused is dropped, the rest computed again."""
    outcomes: list[Any] = [None] * len(rows)
    alive = list(range(len(rows)))
    while alive:
        columns = {name: [rows[position][name] for position in alive] for name in rows[0]}
        arrays = {name: as_argument(QUANTITIES[name], column) for name, column in columns.items()}
        try:
            answers = np.broadcast_to(function(**arrays), len(alive)).tolist()
        except LLMCostError as error:
            mask = np.broadcast_to(True if error.mask is None else error.mask, len(alive))
            assert mask.any(), "an error that concerns no element"
            for position in np.array(alive)[mask]:
                outcomes[position] = error.excel
            alive = np.array(alive)[~mask].tolist()
        else:
            for position, answer in zip(alive, answers, strict=True):
                outcomes[position] = answer
            alive = []
    return outcomes


def as_argument(quantity: Quantity, column: list[Any]) -> Any:
    """A column of values as an array, but a series as it is: the same in all rows."""
    if quantity.kind == "series":
        return column[0]
    return np.array(column, dtype=float if quantity.kind in ("number", "whole") else object)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-13)


@pytest.mark.parametrize(("name", "optional"), OF_ARRAYS)
def test_an_array_answers_as_its_elements_do(name: str, optional: bool) -> None:
    function, source = FORMULAS[name], random.Random(name)  # noqa: S311  # a fixed seed
    whole = {p.name: everyday(p, source) for p in parameters(function, optional=optional) if p.kind == "series"}
    rows = [{p.name: everyday(p, source) for p in parameters(function, optional=optional)} | whole for _ in range(ROWS)]
    for row in rows[::3]:  # one value of every third row is bad or extreme
        quantity = source.choice(spreading(name, optional=optional))
        row[quantity.name] = bad(quantity, source)
    alone, together = outcomes_one_by_one(function, rows), outcomes_together(function, rows)
    assert [row for row, one, other in zip(rows, alone, together, strict=True) if not same(one, other)] == []
    assert any(not str(outcome).startswith("#") for outcome in alone), "every row was refused: nothing was compared"


@pytest.mark.parametrize("name", SPILLING)
def test_a_function_that_answers_with_a_list_refuses_arrays(name: str) -> None:
    function, source = FORMULAS[name], random.Random(name)  # noqa: S311  # a fixed seed
    arguments = {p.name: everyday(p, source) for p in parameters(function)}
    spread = spreading(name)[0].name
    with pytest.raises(WrongTypeError, match="single numbers"):
        function(**arguments | {spread: np.array([arguments[spread]] * 2)})


@pytest.mark.parametrize("name", OF_SERIES)
def test_a_series_may_be_an_array(name: str) -> None:
    function, source = FORMULAS[name], random.Random(name)  # noqa: S311  # a fixed seed
    arguments = {p.name: everyday(p, source) for p in parameters(function)}
    series = {p.name: arguments[p.name] for p in parameters(function) if p.kind == "series"}
    arrays = {name: np.array(values) for name, values in series.items()}
    assert function(**arguments | arrays) == function(**arguments)
    for one, values in arrays.items():
        with pytest.raises(OutOfDomainError, match=one):
            function(**arguments | arrays | {one: values * np.nan})


def test_shapes_broadcast_and_so_do_their_errors() -> None:
    answer = token_cost(np.array([[500.0], [1000.0]]), np.array([0.0, 200.0, 400.0]), 2.5, 10.0)
    assert answer.shape == (2, 3)
    assert answer[1, 2] == token_cost(1000, 400, 2.5, 10)
    with pytest.raises(OutOfDomainError) as refused:
        token_cost(np.array([[500.0], [1000.0]]), np.array([0.0, -200.0, 400.0]), 2.5, 10.0)
    assert np.array_equal(refused.value.mask, [[False, True, False]] * 2)
    with pytest.raises(OutOfDomainError, match="cached_tokens") as refused:  # found in one argument's shape only
        token_cost(np.array([[500.0], [1000.0]]), np.array([0.0, 200.0, 400.0]), 2.5, 10.0, cached_tokens=600.0)
    assert np.array_equal(refused.value.mask, [[True] * 3, [False] * 3])


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(WrongTypeError, match="different shapes"):
        token_cost(np.array([1.0, 2.0]), np.array([1.0, 2.0, 3.0]), 1, 1)


def test_a_result_too_large_says_so_without_the_names_of_our_own_code() -> None:
    sizes = (1e200, np.array([1e200, 1.0]))
    calls = [lambda size: token_cost(size, 0, 1e200, 0), lambda size: estimate_at_completion(size, 1, 1e200, "trend")]
    for call, size in product(calls, sizes):
        with pytest.raises(OutOfDomainError, match=r"^the result is too large to state$"):
            call(size)


def test_an_unknown_keyword_is_refused_alone_and_in_an_array() -> None:
    with pytest.raises(WrongTypeError, match="one of budget, trend; received 'hope'"):
        estimate_at_completion(1, 1, 1, "hope")
    with pytest.raises(WrongTypeError) as refused:
        estimate_at_completion(1, 1, 1, np.array(["trend", "hope"], dtype=object))
    assert refused.value.mask.tolist() == [False, True]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_documented_examples_hold(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", FORMULAS)
def test_every_formula_is_documented(name: str) -> None:
    text = inspect.getdoc(FORMULAS[name]) or ""
    assert "Examples:\n    >>>" in text
    assert "Source:" in text


ALL_SCALARS = """
import random, sys
from formulas import FORMULAS, everyday, parameters
from llmcost_xl.errors import LLMCostError

answered = 0
for name, function in FORMULAS.items():
    source = random.Random(name)
    for _ in range(20):
        try:
            function(**{p.name: everyday(p, source) for p in parameters(function)})
        except LLMCostError:
            continue
        answered += 1
        break
    else:
        raise SystemExit(f"{name} refused everything")
assert "numpy" not in sys.modules, "NumPy was imported"
print(answered)
"""


def test_numbers_need_no_numpy() -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    run = subprocess.run(
        [sys.executable, "-c", ALL_SCALARS], capture_output=True, text=True, env=environment, check=False
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) == len(FORMULAS)
