"""Classic Excel: what it delivers, and what "Import Functions" leaves behind. The cases are in test_every_host.py."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from casetables import cases

from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.worksheet import CATEGORY, wizard_help

if TYPE_CHECKING:
    from collections.abc import Callable

    from classic_host import Excel

EVERY_CASE = cases()
VBA_LINE_LIMIT = 1023


def whole_amounts(call: Callable[..., Any]) -> Callable[..., Any]:
    """Every amount that four decimals hold exactly, as a currency cell delivers it."""

    def as_currency(cell: Any) -> Any:
        if isinstance(cell, list):
            return [[as_currency(value) for value in row] for row in cell]
        exact = isinstance(cell, float | int) and not isinstance(cell, bool) and round(cell, 4) == cell
        return Decimal(str(cell)) if exact else cell

    return lambda name, *cells: call(name, *map(as_currency, cells))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_currency_cells_count_as_numbers(name: str, excel: Excel) -> None:
    for case in EVERY_CASE:
        if case.function == name:
            assert not case.disagreement(case.answer(whole_amounts(excel.call))), case.formula


# -- "Import Functions" ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vba(excel: Excel) -> str:
    return excel.imported()[0]


@pytest.fixture(scope="module")
def wizard(excel: Excel) -> dict[str, dict[str, Any]]:
    return excel.imported()[1]


def test_the_module_holds_our_functions_and_no_other(vba: str) -> None:
    assert sorted(re.findall(r"^Function (\w+)\(", vba, re.MULTILINE)) == sorted(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_module_declares_each_argument(name: str, vba: str) -> None:
    declared = []
    for argument in FUNCTIONS[name].arguments:
        keyword = "ParamArray " if argument.is_rest else "" if argument.required else "Optional "
        declared.append(keyword + argument.name + ("()" if argument.is_rest else ""))
    assert f"Function {name}({', '.join(declared)})\n" in vba


def test_no_line_of_the_module_is_longer_than_vba_takes(vba: str) -> None:
    assert max(map(len, vba.splitlines())) <= VBA_LINE_LIMIT


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_wizard_explains_the_function_and_its_arguments(name: str, wizard: dict[str, dict[str, Any]]) -> None:
    shown = wizard[name]
    assert shown["Category"] == CATEGORY
    assert shown["Description"] == wizard_help(FUNCTIONS[name])
    assert (shown["ArgumentDescriptions"] or []) == [
        argument.quantity.help_with_unit for argument in FUNCTIONS[name].arguments
    ]


# -- what the stand-in delivers ----------------------------------------------------------------------------------


def test_cells_arrive_as_classic_delivers_them(excel: Excel) -> None:
    """Whole numbers as float, an error as text, a blank as None, a currency cell as Decimal, a date as datetime."""
    day = dt.datetime(2026, 11, 30)  # noqa: DTZ001  # a cell has no time zone
    row = [1, True, "text", None, "", "#N/A", Decimal("2.5"), day]
    arrived = [1.0, True, "text", None, None, "#N/A", Decimal("2.5"), day]
    (delivered,) = excel.delivered([row])
    assert delivered == [arrived]
    assert list(map(type, delivered[0])) == list(map(type, arrived))


def test_one_cell_a_row_and_a_column_arrive_as_rows_of_cells(excel: Excel) -> None:
    assert excel.delivered(5, [[1, 2]], [[1], [2]]) == [5.0, [[1.0, 2.0]], [[1.0], [2.0]]]


def test_an_omitted_argument_arrives_as_none(excel: Excel) -> None:
    assert excel.delivered(1, ..., 2) == [1.0, None, 2.0]


def test_the_newer_errors_arrive_as_com_numbers_them(excel: Excel) -> None:
    assert excel.delivered([["#SPILL!", "#CALC!"]]) == [[[-2146826243, -2146826238]]]
    assert excel.call("RETRY_COST", 1, "#SPILL!") == "#SPILL!"


def test_a_failure_of_the_host_reaches_the_test(excel: Excel) -> None:
    with pytest.raises(AssertionError, match="NO_SUCH_FUNCTION"):
        excel.call("NO_SUCH_FUNCTION", 1)
    assert excel.call("RETRY_COST", 1, 1) == 1
