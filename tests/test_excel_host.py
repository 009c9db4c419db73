"""Every case once more, as classic Excel calls a function: xlwings' own code between the cell and the function."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from casetables import Case, cases

from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.worksheet import CATEGORY

if TYPE_CHECKING:
    from collections.abc import Callable

    from excel_host import Excel

EVERY_CASE = cases()
VBA_LINE_LIMIT = 1023


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: case.formula)
def test_case_with_its_arguments_in_cells(case: Case, excel: Excel) -> None:
    assert not case.disagreement(case.answer(excel.call)), f"{case.function}.csv:{case.line}: {case.why}"


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: case.formula)
def test_case_with_its_arguments_typed(case: Case, excel: Excel) -> None:
    assert not case.disagreement(case.answer(excel.call_typed)), f"{case.function}.csv:{case.line}: {case.why}"


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
    assert shown["Description"] == FUNCTIONS[name].__doc__, "the wizard cuts the docstring at 255 characters"
    assert shown["ArgumentDescriptions"] == [argument.quantity.help for argument in FUNCTIONS[name].arguments] or None


# -- what the stand-in delivers ----------------------------------------------------------------------------------


def test_a_failure_of_the_host_reaches_the_test(excel: Excel) -> None:
    with pytest.raises(AssertionError, match="NO_SUCH_FUNCTION"):
        excel.call("NO_SUCH_FUNCTION", 1)
    assert excel.call("RETRY_COST", 1, 1) == 1
