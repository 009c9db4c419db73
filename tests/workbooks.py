"""What a workbook's description promises, as cells: what agrees with the engine, what may be entered, what is checked.

Nothing here computes a figure: the cells are recalculated by LibreOffice, the engine and the worksheet functions are
called with what stands in the cells they read from.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from llmcost_xl import workbook
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.quantities import QUANTITIES
from llmcost_xl.workbook import derive, validation
from llmcost_xl.workbook.cells import entered_columns
from llmcost_xl.workbook.layout import Entry, Field, Line, Rows, Table
from llmcost_xl.workbook.plan import PlacedLine, PlacedRows, PlacedTable
from llmcost_xl.workbook.references import address, is_formula, only_reference

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from llmcost_xl.workbook.built import Built
    from llmcost_xl.workbook.places import Place
    from llmcost_xl.workbook.plan import SheetPlan

Argument = str | list[str]
"""The cell, or the range of cells, that an argument is read from."""

SERIES = ("series",)
NUMBERS = ("number", "whole")
ESTIMATE = ("low", "likely", "high")


@functools.cache
def built(name: str) -> Built:
    """A workbook, built once for all tests."""
    return workbook.build(name)


def formula_cells(book: Built) -> dict[str, Any]:
    """Every cell with a formula, and the value that the file brings along."""
    stored = load_workbook(io.BytesIO(book.content), data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": stored[sheet.title][cell.coordinate].value
        for sheet in load_workbook(io.BytesIO(book.content))
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


class Cells:
    """Where the quantities of a workbook stand, for tests that read and enter figures."""

    def __init__(self, name: str) -> None:
        self._name = name

    def cell(self, reference: str) -> str:
        """The one cell of a reference such as "payback@base"."""
        return built(self._name).plan.address(f"{{{reference}}}")

    def record(self, name: str, number: int) -> str:
        """The cell of one record in a column of a table, counted from 0."""
        place = built(self._name).plan.homes[name]
        return f"{place.sheet}!{get_column_letter(place.column)}{place.row + number}"

    def status(self, key: str) -> str:
        """The cell with the verdict of a check, by the check's key."""
        book = built(self._name)
        statement = next(check.statement for check in book.template.checks if check.key == key)
        return next(check.status for check in check_cells(book) if check.statement == statement)


# -- figures that must agree with the engine -------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """One cell, and the engine function that must give the same number from the cells of its arguments."""

    cell: str
    engine: str
    arguments: dict[str, Argument]
    flag: str = ""  # the cell that is 0 where the engine refuses

    @property
    def function(self) -> Callable[..., Any]:
        """The engine function."""
        return engine_function(self.engine)

    @property
    def worksheet(self) -> tuple[str, list[str]] | None:
        """The worksheet function that answers by this engine function, and its arguments in order."""
        found = worksheet_function(self.engine, frozenset(self.arguments))
        return None if found is None else (found, [argument.name for argument in FUNCTIONS[found].arguments])

    def cells(self) -> Iterator[str]:
        """Every cell it concerns."""
        yield self.cell
        if self.flag:
            yield self.flag
        for argument in self.arguments.values():
            yield from [argument] if isinstance(argument, str) else argument


def engine_function(name: str) -> Callable[..., Any]:
    """The engine function that a description calls "module.function"."""
    module, _, function = name.partition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(f"llmcost_xl.engine.{module}"), function)
    return found


@functools.cache
def worksheet_function(engine: str, arguments: frozenset[str]) -> str | None:
    """The worksheet function whose definition calls the engine function and takes these arguments, if there is one."""
    for name, function in FUNCTIONS.items():
        definition = inspect.unwrap(function).__code__
        takes = {argument.name for argument in function.arguments}
        needs = {argument.name for argument in function.arguments if argument.required}
        if set(engine.split(".")) <= set(definition.co_names) and needs <= arguments <= takes:
            return name
    return None


def comparisons(book: Built) -> list[Comparison]:
    """Every cell whose line or column names an engine function."""
    found = []
    for sheet in book.plan.sheets:
        for block in sheet.blocks:
            if isinstance(block, PlacedRows):
                for placed in block.lines:
                    if isinstance(placed.line, Line) and placed.line.engine:
                        found += _of_line(book, sheet, placed, placed.line)
            elif isinstance(block, PlacedTable):
                for field, column in block.fields:
                    if field.engine:
                        found += _of_column(book, sheet, block, field, column)
    return found


def _of_line(book: Built, sheet: SheetPlan, placed: PlacedLine, line: Line) -> Iterator[Comparison]:
    place = placed.place
    across = [column.key for column in place.across.columns] if place.across else [""]
    for key in across:
        keys = {axis.name: key for axis, key in ((place.across, key), (place.down, placed.down)) if axis}
        row, column = place.cell(key, placed.down)
        read = functools.partial(_read, book, keys=keys, record=None)
        yield Comparison(
            address(sheet.name, row, column),
            line.engine,
            _arguments(line, read),
            _one(read(line.flag)) if line.flag else "",
        )


def _of_column(book: Built, sheet: SheetPlan, table: PlacedTable, field: Field, column: int) -> Iterator[Comparison]:
    for record in range(table.count):
        read = functools.partial(_read, book, keys={}, record=record)
        yield Comparison(address(sheet.name, table.first + record, column), field.engine, _arguments(field, read))


def _arguments(described: Line | Field, read: Callable[..., Argument | None]) -> dict[str, Argument]:
    """The cells of the engine function's parameters; one that the workbook does not have keeps its default."""
    found = {}
    for name, parameter in inspect.signature(engine_function(described.engine)).parameters.items():
        quantity = described.renamed.get(name, name)
        cells = read(quantity, series=QUANTITIES[name].kind in SERIES) if quantity else None
        if cells is not None:
            found[name] = cells
        else:
            assert parameter.default is not inspect.Parameter.empty, (
                f"{described.name}: no {quantity!r} in the workbook"
            )
    return found


def _read(book: Built, name: str, *, keys: dict[str, str], record: int | None, series: bool = False) -> Argument | None:
    """Where a quantity stands, seen from a cell with these keys, or from one record of a table."""
    place: Place | None = book.plan.homes.get(name)
    if place is None:
        return None
    if place.records:
        column = [address(place.sheet, place.row + number, place.column) for number in range(place.records)]
        if record is None and place.table in keys and not series:  # seen from a line that its records run over
            record = int(keys[place.table].removeprefix("r")) - 1
        return column if series or record is None else column[record]
    open_axis = next((axis for axis in (place.across, place.down) if axis and axis.name not in keys), None)
    if open_axis is None:
        across, down = (keys[axis.name] if axis else "" for axis in (place.across, place.down))
        return address(place.sheet, *place.cell(across, down))
    assert series, f"{name} has one value per {open_axis.name}"
    return [
        address(place.sheet, *place.cell(*(
            {**keys, open_axis.name: column.key}[axis.name] if axis else "" for axis in (place.across, place.down)
        )))
        for column in open_axis.columns
        if not (open_axis.dated and column.key == "0")  # a series of savings begins in month 1
    ]  # fmt: skip


def _one(cells: Argument | None) -> str:
    assert isinstance(cells, str)
    return cells


# -- what a user may enter -------------------------------------------------------------------------------------------


def random_inputs(book: Built, source: random.Random) -> dict[str, float | str]:
    """An everyday value for every input that is a number, a flag or a choice; low, likely and high ascend.

    On a sheet with scenarios, each of an input's scenarios gets a value of its own, and any of them may be chosen.
    """
    values: dict[str, float | str] = {}
    for sheet in book.plan.sheets:
        if sheet.kind != "Inputs":
            continue
        for block in sheet.blocks:
            if isinstance(block, PlacedRows):
                for placed in block.lines:
                    if isinstance(placed.line, Entry):
                        values |= _entered(sheet, placed, placed.line, source)
            elif isinstance(block, PlacedTable):
                values |= _recorded(sheet, block, source)
    return values


def _entered(sheet: SheetPlan, placed: PlacedLine, entry: Entry, source: random.Random) -> dict[str, float | str]:
    columns = entered_columns(sheet, placed)
    drawn = [_draw(entry, source) for _ in columns]
    across = placed.place.across
    if across and [column.key for column in across.columns] == list(ESTIMATE):
        drawn = sorted(value for value in drawn if value is not None)
    cells = (address(sheet.name, placed.row, column) for column in columns)
    return {cell: value for cell, value in zip(cells, drawn, strict=True) if value is not None}


def _recorded(sheet: SheetPlan, table: PlacedTable, source: random.Random) -> dict[str, float | str]:
    values = {}
    for record in range(len(table.block.records)):
        drawn = {
            (field.name, column): _draw(field, source)
            for field, column in table.fields
            if not field.formula and not field.shows
        }
        for points in _estimates(drawn):
            ascending = sorted(drawn[point] for point in points)
            drawn |= dict(zip(points, ascending, strict=True))
        for (_, column), value in drawn.items():
            if value is not None:
                values[address(sheet.name, table.first + record, column)] = value
    return values


def _estimates(drawn: dict[tuple[str, int], Any]) -> Iterator[list[tuple[str, int]]]:
    """The triples of columns that are a low, a likely and a high estimate of the same thing."""
    columns = {name: (name, column) for name, column in drawn}
    for name in columns:
        stem, _, point = name.rpartition("_")
        triple = [columns.get(f"{stem}_{other}") for other in ESTIMATE]
        if point == "low" and None not in triple:
            points = [column for column in triple if column is not None]
            if all(drawn[column] is not None for column in points):
                yield points


def _draw(entry: Entry | Field, source: random.Random) -> Any:
    """An everyday value within the bounds of the cell's validation; None leaves the cell as it is."""
    quantity = QUANTITIES.get(entry.name)
    choices = entry.choices or (quantity.choices if quantity else ())
    if choices:
        return source.choice(choices)
    if (quantity.unit if quantity else entry.unit) == "flag":
        return source.choice((0, 1))
    limits = validation.bounds(entry)
    if limits is None or (quantity and quantity.kind not in NUMBERS):
        return None
    if quantity is None:
        return _near(entry, source, limits)
    low, high = quantity.typical
    value = float(source.randint(int(low), int(high))) if quantity.kind == "whole" else source.uniform(low, high)
    return max(limits[0], value if limits[1] is None else min(value, limits[1]))


def _near(entry: Entry | Field, source: random.Random, limits: tuple[float, float | None]) -> float | None:
    """A value near the prefilled one, for a quantity of this workbook alone; fields have none to start from."""
    if isinstance(entry, Field):
        return None
    value = entry.value[-1] if isinstance(entry.value, tuple) else entry.value
    if not isinstance(value, int | float):
        return None
    near = value * source.uniform(0.5, 1.5)
    highest = [bound for bound in (limits[1], entry.at_most) if bound is not None]
    return max(limits[0], min(near, *highest)) if highest else max(limits[0], near)


# -- checks ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CheckCells:
    """One line of the Checks sheet: its statement, the figure it looks at, and the cells of its verdict."""

    statement: str
    kind: str
    word: str  # what it says when it does not hold
    relation: str
    figure: str
    target: str
    flag: str
    status: str


def check_cells(book: Built) -> list[CheckCells]:
    """Every check of a workbook."""
    sheet = book.plan.sheet("Checks")
    found = []
    for name, kind, _, verdict, _ in derive.CLASSES:
        if name not in sheet.tables:
            continue
        for record, cells in enumerate(sheet.tables[name].block.records):
            statement, _, _, figure, *_ = cells
            assert is_formula(figure)
            reference = only_reference(figure)
            assert reference is not None, f"{statement}: the figure of a check is one cell"
            row = sheet.tables[name].first + record
            columns = {field.name.removeprefix(f"{name}_"): column for field, column in sheet.tables[name].fields}
            at = {key: address(sheet.name, row, column) for key, column in columns.items()}
            relation = next(check.relation for check in _stated(book) if check.statement == statement)
            found.append(
                CheckCells(
                    str(statement),
                    kind,
                    verdict,
                    relation,
                    address(*book.plan.locate(reference)),
                    at["target"],
                    at["failed"],
                    at["status"],
                )
            )
    return found


def _stated(book: Built) -> list[Any]:
    return [*book.template.checks, *derive.AUTOMATIC, derive.OUTSIDE_RANGE, derive.NOT_BASE]


# -- sources ---------------------------------------------------------------------------------------------------------


def cited(book: Built) -> set[str]:
    """Every source that an input, or a record of a table with a column called Source, refers to."""
    found = set()
    for sheet in (book.template.inputs, *book.template.calculations, book.template.outputs):
        for block in sheet.blocks:
            if isinstance(block, Rows):
                found |= {line.source for line in block.lines if isinstance(line, Entry)}
            elif isinstance(block, Table):
                given = [field for field in block.fields if not field.formula]
                columns = [position for position, field in enumerate(given) if field.label == "Source"]
                found |= {str(record[position]) for record in block.records for position in columns}
    return found
