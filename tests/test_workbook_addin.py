"""The variant that calculates with the add-in's worksheet functions says what the native one says."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from workbooks import built, worksheet_function

from llmcost_xl import workbook
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.lint import lint
from llmcost_xl.workbook import MODULES
from llmcost_xl.workbook.addin import ANSWERED_BY
from llmcost_xl.workbook.options import Options

if TYPE_CHECKING:
    from pathlib import Path

CALL = re.compile(rf"\b({'|'.join(FUNCTIONS)})\(")


@pytest.mark.parametrize("name", MODULES)
def test_it_gives_the_figures_of_the_native_workbook(name: str) -> None:
    variant = workbook.build(name, Options(functions="addin"))
    native = built(name)
    for one, other in zip(variant.headlines(), native.headlines(), strict=True):
        assert one.label == other.label
        assert one.value == (other.value if isinstance(other.value, str) else pytest.approx(other.value, rel=1e-9))
    values = load_workbook(io.BytesIO(variant.content), data_only=True)
    assert values["Cover"]["B3"].value == "OK"
    calls = {
        found[1]
        for sheet in load_workbook(io.BytesIO(variant.content))
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and (found := CALL.search(cell.value))
    }
    assert calls
    assert not any(CALL.search(str(cell)) for cell in native_formulas(name))


@pytest.mark.parametrize("name", MODULES)
def test_its_formulas_can_be_read_and_its_sums_cover_what_they_should(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(workbook.build(name, Options(functions="addin", months=6)).content)
    assert [(finding.rule.key, finding.place, finding.what) for finding in lint(path)] == []


def native_formulas(name: str) -> list[str]:
    book = load_workbook(io.BytesIO(built(name).content))
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_native_row_that_differs_fails_the_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    from llmcost_xl.engine import value  # noqa: PLC0415  # what the worksheet function answers by

    true = value.roi
    monkeypatch.setattr(value, "roi", lambda total_benefit, investment: true(total_benefit, investment) + 1)
    variant = workbook.build("roi", Options(functions="addin"))
    checks = load_workbook(io.BytesIO(variant.content), data_only=True)["Checks"].iter_rows(values_only=True)
    assert next(row for row in checks if row[1] == "functions")[8] == "FAIL"


@pytest.mark.parametrize(("engine", "function"), ANSWERED_BY.items())
def test_the_function_that_is_called_answers_by_that_engine_function(engine: str, function: str) -> None:
    needed = frozenset(argument.name for argument in FUNCTIONS[function].arguments)
    assert worksheet_function(engine, needed) is not None
    assert set(engine.split(".")) <= set(FUNCTIONS[function].__wrapped__.__code__.co_names) or function in needed
