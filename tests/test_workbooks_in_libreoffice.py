"""Every workbook, recalculated by LibreOffice: its cached values, the engine, the worksheet functions, its checks."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import TYPE_CHECKING, Any

import pytest
from workbooks import (
    CheckCells,
    Comparison,
    built,
    check_cells,
    cited,
    comparisons,
    formula_cells,
    random_inputs,
)

from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.workbook import MODULES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from classic_host import Excel
    from libreoffice import Book, LibreOffice

RANDOM_SETS = 8
FAR = 1e6
RELATIVE = 1e-9
ABSOLUTE = 1e-9  # a difference of large amounts that comes to 0
ON_INPUTS = (
    "Figures that differ from the print",
    "The source's printed totals",
    "No line is both once-only and repeated",
)
"""Errors about what was entered; all others are about the arithmetic, and hold whatever is entered."""
EXCEL_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # a cell has no time zone


@pytest.fixture(params=MODULES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(name: str, tmp_path: Path) -> Path:
    return built(name).save(tmp_path / f"{name}.xlsx")


@pytest.fixture
def book(libreoffice: LibreOffice, path: Path) -> Iterator[Book]:
    with libreoffice.open(path) as opened:
        opened.recalculate()
        yield opened


def same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def test_cached_values_are_those_of_libreoffice(name: str, book: Book) -> None:
    cached = formula_cells(built(name))
    recalculated = book.read(cached)
    assert not {cell: value for cell, value in recalculated.items() if value in EXCEL_ERRORS}
    stale = {
        cell: (value, recalculated[cell])
        for cell, value in cached.items()
        if not same(serial(value), recalculated[cell])
    }
    assert not stale


def serial(value: Any) -> Any:
    """A cached value as LibreOffice states it: a date is a number, an empty cell a text."""
    if isinstance(value, dt.datetime):
        return (value - EXCEL_EPOCH) / dt.timedelta(days=1)
    if isinstance(value, dt.time):  # a link to an empty date, which is 0
        return 0
    return "" if value is None else value


def test_master_check_is_ok_as_delivered(book: Book) -> None:
    assert book["chk_master"] == "OK"


def test_figures_agree_with_engine_and_worksheet_functions(name: str, book: Book, excel: Excel) -> None:
    compared = comparisons(built(name))
    answered = dict.fromkeys({comparison.engine for comparison in compared}, 0)
    called = 0
    for cells in recalculated(name, book, [cell for comparison in compared for cell in comparison.cells()]):
        for comparison in compared:
            shown = cells[comparison.cell]
            if comparison.flag and cells[comparison.flag] == 0:
                assert shown == 0, f"{comparison.cell} shows a figure where the engine refuses"
                continue
            values = {name: value_of(argument, cells) for name, argument in comparison.arguments.items()}
            agree(comparison, shown, comparison.function(**values))
            answered[comparison.engine] += 1
            if comparison.worksheet is not None:
                function, order = comparison.worksheet
                agree(comparison, shown, excel.call(function, *in_order(values, order)))
                called += 1
    assert all(answered.values()), "an engine function that is never compared proves nothing"
    assert called


def recalculated(name: str, book: Book, wanted: list[str]) -> Iterator[dict[str, Any]]:
    """The wanted cells as delivered, then with random inputs; whatever is entered, the arithmetic's own checks hold."""
    errors = [check for check in check_cells(built(name)) if check.kind == "error"]
    source = random.Random(name)  # noqa: S311  # the same inputs in every run
    for number in range(RANDOM_SETS + 1):
        if number:
            book.set(random_inputs(built(name), source))
            book.recalculate()
        cells = book.read(dict.fromkeys([*wanted, *(check.flag for check in errors)]))
        broken = [check.statement for check in errors if cells[check.flag]]
        assert not [one for one in broken if not number or not one.startswith(ON_INPUTS)], f"random inputs {number}"
        yield cells


def value_of(argument: str | list[str], cells: dict[str, Any]) -> Any:
    return cells[argument] if isinstance(argument, str) else [cells[cell] for cell in argument]


def in_order(values: dict[str, Any], order: list[str]) -> list[Any]:
    """The arguments as cells: a series is a column, what is not given is omitted."""
    given = [values.get(name, ...) for name in order]
    return [[[cell] for cell in value] if isinstance(value, list) else value for value in given]


def agree(comparison: Comparison, shown: Any, expected: Any) -> None:
    assert same(shown, expected), f"{comparison.cell} shows {shown!r}, {comparison.engine} gives {expected!r}"


def test_every_check_can_fail(name: str, book: Book) -> None:
    """An error whose figure is off fails the workbook; an alert whose figure or target is off only says so."""
    for check in check_cells(built(name)):
        figure, target = book.read([check.figure, check.target]).values()
        off = FAR if check.relation in ("=", "<=") else -FAR
        if is_computed(book, check.figure):  # an input would be out of bounds, and that is an error of its own
            seen = verdict(book, {check.figure: target + off}, check)
            assert seen[:2] == (1, check.word), check.statement
            assert seen[2] == "FAIL" or check.kind != "error", check.statement
        if check.kind != "error":
            assert verdict(book, {check.target: figure - off}, check) == (1, check.word, "OK"), check.statement


def is_computed(book: Book, cell: str) -> bool:
    return book.formulas([cell])[cell].startswith("=")


def verdict(book: Book, spoilt: dict[str, float], check: CheckCells) -> tuple[Any, ...]:
    """Flag and status of a check and the master check, with a cell spoilt for the moment."""
    whole = book.formulas(spoilt)
    book.set(spoilt)
    book.recalculate()
    seen = tuple(book.read([check.flag, check.status, "chk_master"]).values())
    book.set(whole)
    book.recalculate()
    assert book["chk_master"] == "OK"
    return seen


def test_every_source_that_is_cited_is_listed_and_every_listed_one_is_cited(name: str) -> None:
    book = built(name)
    mentioned = cited(book)
    assert mentioned == {source.key for source in book.template.sources}
