"""Runs a formula in the spreadsheet engine, with our worksheet functions in it.

The spreadsheet engine is formualizer. It hands blanks over as None, errors as dictionaries, and an argument left out
between two commas as 0; this module turns those into the cells that a worksheet function expects, and back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import formualizer

from llmcost_xl.calc.answer import Answer, Call, Refusal, is_error
from llmcost_xl.calc.reading import (
    EMPTY_CELL,
    GIVEN_SHEET,
    FormulaError,
    check,
    unknown_name,
    with_empty_cells,
    with_given_cells,
)
from llmcost_xl.cells import Rows, as_rows, to_cells
from llmcost_xl.errors import LLMCostError
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.functions.explain import prices_meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from llmcost_xl.calc.reading import Read

ENGINE_ERRORS: Final = {
    "#DIV/0!": "Div", "#N/A": "Na", "#NAME?": "Name", "#NULL!": "Null", "#NUM!": "Num", "#REF!": "Ref",
    "#VALUE!": "Value", "#SPILL!": "Spill", "#CALC!": "Calc",
}  # fmt: skip
EXCEL_CODES: Final = {kind: code for code, kind in ENGINE_ERRORS.items()}
LANDING: Final = "LLMCOST.ANSWER"  # the formula is wrapped in this function, which takes delivery of its value
REASONS_SHOWN: Final = 5


def evaluate(formula: str, read: Read | None = None) -> Answer:
    """The value of a formula such as `=QUERY_COST("gpt-4o",500,200)*30`; a leading equals sign may be missing.

    `read` gives the cells that the formula refers to; without it a formula that refers to any is refused.

    Raises:
        FormulaError: the formula cannot be parsed, refers to cells, or names an unknown function.
    """
    formula = "=" + formula.strip().removeprefix("=")
    given: list[Rows] = []
    runnable = with_given_cells(formula, read, given) if read else formula
    names = check(runnable, has_sheet=read is not None)
    evaluation = _Evaluation()
    value = evaluation.run(with_empty_cells(runnable), given)
    if value == "#NAME?" and names:
        raise FormulaError(unknown_name(names, typed_in_a_shell=read is None))
    return Answer(
        formula, value, tuple(evaluation.refusals), tuple(evaluation.calls.values()), tuple(evaluation.remarks)
    )


def register(workbook: formualizer.Workbook) -> None:
    """Make our worksheet functions known to a workbook of the engine."""
    _Evaluation().register(workbook)


class _Evaluation:
    """One run of the engine, and what our functions said during it."""

    def __init__(self) -> None:
        self.refusals: dict[Refusal, None] = {}  # a function may be called more than once with the same cells
        self.calls: dict[str, Call] = {}
        self.remarks: dict[str, None] = {}
        self._bug: Exception | None = None

    def run(self, formula: str, given: list[Rows]) -> Any:
        workbook = formualizer.Workbook()
        self.register(workbook)
        delivered: list[Any] = []

        def land(value: Any) -> float:
            delivered.append(value)
            return 0.0

        workbook.register_function(LANDING, land, min_args=1, max_args=1)
        workbook.sheet(EMPTY_CELL.partition("!")[0])
        for position, rows in enumerate(given):
            _fill(workbook.sheet(f"{GIVEN_SHEET}{position}"), rows)
        workbook.sheet("Calc").set_formula(1, 1, f"={LANDING}({formula[1:]})")
        shown = workbook.evaluate_cell("Calc", 1, 1)
        if self._bug:
            raise self._bug
        return _block(self._from_engine(delivered[0] if delivered else shown))

    def register(self, workbook: Any) -> None:
        for name in FUNCTIONS:
            workbook.register_function(name, self._callback(name))

    def _callback(self, name: str) -> Callable[..., Any]:
        function = FUNCTIONS[name]

        def called(*values: Any) -> Any:
            cells = [self._from_engine(value) for value in values]
            self.calls[repr((name, cells))] = Call(name, tuple(cells))
            try:
                answer = to_cells(function.explain(*cells))
            except LLMCostError as error:
                self.refusals[Refusal(name, error.excel, str(error))] = None
                return _to_engine(error.excel)
            except Exception as bug:
                self._bug = self._bug or bug
                raise
            if isinstance(answer, list):
                self.refusals |= dict.fromkeys(_refused_rows(function, cells, answer))
            self.remarks |= dict.fromkeys(_free_models(function, cells, answer))
            return _to_engine(answer)

        return called

    def _from_engine(self, value: Any) -> Any:
        if isinstance(value, list):
            return [[self._from_engine(cell) for cell in row] for row in value]
        if not isinstance(value, dict):
            return value
        code = EXCEL_CODES.get(value["kind"])
        if code is None:
            raise FormulaError("the formula uses something that calc cannot evaluate, such as LAMBDA")
        if value.get("message"):
            self.refusals[Refusal("the formula", code, value["message"])] = None
        return code


def _to_engine(cell: Any) -> Any:
    if isinstance(cell, list):
        return [[_to_engine(part) for part in row] for row in cell]
    return {"type": "Error", "kind": ENGINE_ERRORS[cell]} if is_error(cell) else cell


def _fill(sheet: Any, rows: Rows) -> None:
    for row, line in enumerate(rows, start=1):
        for column, cell in enumerate(line, start=1):
            if cell is not None:
                sheet.set_value(row, column, _to_engine(cell))


def _block(value: Any) -> Any:
    """A block of one cell is that cell."""
    return value[0][0] if isinstance(value, list) and len(value) == len(value[0]) == 1 else value


def _refused_rows(function: Any, cells: list[Any], answer: list[list[Any]]) -> Iterator[Refusal]:
    """Why the first few cells of a spilled answer are errors: the function is asked again for that cell alone."""
    places = [(row, column) for row, line in enumerate(answer) for column, cell in enumerate(line) if is_error(cell)]
    for row, column in places[:REASONS_SHOWN]:
        try:
            function.explain(*_alone(function, cells, row, column))
        except LLMCostError as error:
            yield Refusal(f"{function.__name__}, row {row + 1}, column {column + 1},", error.excel, str(error))


def _free_models(function: Any, cells: list[Any], answer: Any) -> Iterator[str]:
    """Of the first few figures that are 0, the models that are free: others cost nothing for want of tokens."""
    rows = answer if isinstance(answer, list) else [[answer]]
    places = [(row, column) for row, line in enumerate(rows) for column, cell in enumerate(line) if cell == 0]
    for row, column in places[:REASONS_SHOWN]:
        meant = prices_meant(function, _alone(function, cells, row, column))
        if meant and meant.is_free:
            yield f"{meant.key} is listed as free of charge"


def _alone(function: Any, cells: list[Any], row: int, column: int) -> list[Any]:
    """The arguments of one cell of an answer."""
    return [
        _part(cell, row, column) if argument.spreads else cell
        for cell, argument in zip(cells, function.arguments, strict=False)
    ]


def _part(cell: Any, row: int, column: int) -> Any:
    """The cell of a range that belongs to one cell of the answer; a single row or column repeats."""
    rows = as_rows(cell) if isinstance(cell, list) else [[cell]]
    line = rows[row % len(rows)]
    return line[column % len(line)]
