"""The boundary between a cell and the engine: what Excel sends in, what a cell can show.

`@worksheet_function` turns a plain function of numbers into one that accepts whatever a spreadsheet host delivers
(numbers as int, float or Decimal; dates as datetime or serial number; blanks; error cells; ranges as rows of cells)
and never raises: an error is one of Excel's own codes, in its own cell of a spilled answer.

The kind of each argument follows from its name in the vocabulary. This module is the only one that knows xlwings, and
imports it only in `register`, so that a formula can be evaluated without it.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import logging
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from llmcost_xl.errors import (
    EXCEL_ERRORS,
    CellError,
    LLMCostError,
    NeverError,
    OutOfDomainError,
    WrongTypeError,
)
from llmcost_xl.quantities import QUANTITIES, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

F = TypeVar("F", bound=Callable[..., Any])
Rows: TypeAlias = list[list[Any]]

EXCEL_EPOCH = dt.date(1899, 12, 30)
CATEGORY = "LLM Cost"
BLOCK_TEXT_LIMIT = 255  # classic Excel shows #VALUE! for a longer text inside an array
SPREADING_KINDS = ("number", "whole", "model", "keyword", "text", "date", "flag")

log = logging.getLogger("llmcost_xl")


def worksheet_function(function: F) -> F:
    """Make `function` callable from a cell, under its own name.

    Arguments are converted by their quantity's kind. A range where a number is due gives one answer per cell; ranges
    broadcast against each other as rows and columns do. A blank optional argument takes its default, a blank required
    one is #VALUE!. An argument called `if_never` replaces "there is no finite answer".
    """
    return _for_cells(function, spreads=True)


def spilling_function(function: F) -> F:
    """Like `worksheet_function`, for a function whose single answer already fills several cells."""
    return _for_cells(function, spreads=False)


def register(functions: Iterable[Any]) -> None:
    """Hand worksheet functions to xlwings, with their help and the options all hosts need."""
    import xlwings as xw  # noqa: PLC0415  # two seconds, and only a spreadsheet host needs it

    for function in functions:
        for argument in function.arguments:
            # err_to_str: an error cell would otherwise arrive as None, like a blank one
            xw.arg(argument.xlwings_name, err_to_str=True, ndim=2, doc=argument.quantity.help)(function)
        # last, as the outermost decorator would be: every xw.arg resets the options of xw.func
        xw.func(category=CATEGORY, call_in_wizard=False)(function)


def to_cells(answer: Any) -> Any:
    """What a cell, or a block of them, can show of an answer: never None, NaN, infinity or a NumPy scalar."""
    if isinstance(answer, list | tuple):
        rows = as_rows(answer)
        width = max(len(row) for row in rows)
        return [[_shown_in_block(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    return _shown(answer)


def as_rows(cells: Sequence[Any]) -> Rows:
    """A range as a list of rows, whatever the host delivered; a flat sequence is one row."""
    if not cells:
        return [[None]]
    if isinstance(cells[0], list | tuple):
        return cells if type(cells) is list else [list(row) for row in cells]
    return [list(cells)]


# -- from a cell to a value ------------------------------------------------------------------------------------


def _number(cell: Any, quantity: Quantity) -> float:
    kind = type(cell)
    if kind is float:
        return cell  # type: ignore[no-any-return]
    if kind is int or kind is Decimal:  # Office.js delivers whole numbers as int, classic currency cells as Decimal
        return float(cell)
    if isinstance(cell, dt.date):  # classic delivers a date-formatted cell as datetime; elsewhere it is a number
        return _serial(cell)
    raise _wrong(cell, quantity, "a number")


def _date(cell: Any, quantity: Quantity) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        try:
            return EXCEL_EPOCH + dt.timedelta(days=math.floor(cell))
        except (OverflowError, ValueError):
            raise OutOfDomainError(f"{quantity.name} ({quantity.label}): {cell!r} is not an Excel date") from None
    if isinstance(cell, str):
        try:
            return dt.date.fromisoformat(cell.strip())
        except ValueError:
            pass
    raise _wrong(cell, quantity, "a date (a date cell, DATE(...) or text like 2026-11-30)")


def _text(cell: Any, quantity: Quantity) -> str:
    if isinstance(cell, str) and cell not in EXCEL_ERRORS:
        return cell.strip()
    if isinstance(cell, int | float) and not isinstance(cell, bool) and quantity.kind == "text":
        return f"{cell:g}"
    raise _wrong(cell, quantity, "text")


def _keyword(cell: Any, quantity: Quantity) -> str:
    word = _text(cell, quantity).lower()
    if word not in quantity.choices:
        raise _wrong(cell, quantity, f"one of {', '.join(quantity.choices)}")
    return word


def _flag(cell: Any, quantity: Quantity) -> bool:
    if isinstance(cell, bool) or (isinstance(cell, int | float) and cell in (0, 1)):
        return bool(cell)
    raise _wrong(cell, quantity, "TRUE or FALSE")


def _series(cells: Any, quantity: Quantity) -> list[float]:
    flat = list(chain.from_iterable(as_rows(cells))) if isinstance(cells, list | tuple) else [cells]
    for cell in flat:
        if cell is None or cell == "":
            raise WrongTypeError(f"{quantity.name} ({quantity.label}, {quantity.unit}) has a blank cell")
    return [_number(cell, quantity) for cell in flat]


def _table(cells: Any, quantity: Quantity) -> Rows:
    if not isinstance(cells, list | tuple):
        raise _wrong(cells, quantity, "a range with a header row")
    return as_rows(cells)


def _anything(cell: Any, quantity: Quantity) -> Any:  # noqa: ARG001  # every converter is called alike
    rows = as_rows(cell) if isinstance(cell, list | tuple) else [[cell]]
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


CONVERTERS: Final[dict[str, Callable[[Any, Quantity], Any]]] = {
    "number": _number,
    "whole": _number,
    "series": _series,
    "model": _text,
    "keyword": _keyword,
    "text": _text,
    "date": _date,
    "flag": _flag,
    "table": _table,
    "any": _anything,
}


def _wrong(cell: Any, quantity: Quantity, wanted: str) -> LLMCostError:
    """The error for a cell of the wrong type: an error cell's own code, else #VALUE! in words."""
    if isinstance(cell, str) and cell in EXCEL_ERRORS:
        return CellError(cell, f"{quantity.name} ({quantity.label}) is the error {cell}")
    return WrongTypeError(f"{quantity.name} ({quantity.label}, {quantity.unit}) must be {wanted}; received {cell!r}")


def _serial(day: dt.date) -> float:
    if not isinstance(day, dt.datetime):
        return float((day - EXCEL_EPOCH).days)
    elapsed = day.replace(tzinfo=None) - dt.datetime.combine(EXCEL_EPOCH, dt.time())
    return elapsed / dt.timedelta(days=1)


class Argument:
    """One argument of a worksheet function: its quantity, its default, how a cell becomes its value."""

    __slots__ = ("convert", "default", "is_rest", "name", "quantity", "required", "spreads")

    def __init__(self, parameter: inspect.Parameter, *, spreads: bool) -> None:
        self.name = parameter.name
        self.quantity = QUANTITIES[parameter.name]
        self.is_rest = parameter.kind is inspect.Parameter.VAR_POSITIONAL
        self.required = parameter.default is inspect.Parameter.empty and not self.is_rest
        self.default = None if self.required or self.is_rest else parameter.default
        self.convert = CONVERTERS[self.quantity.kind]
        self.spreads = spreads and self.quantity.kind in SPREADING_KINDS

    @property
    def xlwings_name(self) -> str:
        """The name by which xlwings knows the argument."""
        return f"*{self.name}" if self.is_rest else self.name

    def value(self, cell: Any) -> Any:
        """The value of one cell, or of a whole range where the argument takes one."""
        if cell is None or cell == "":
            if self.required:
                raise WrongTypeError(f"{self.name} ({self.quantity.label}, {self.quantity.unit}) is blank")
            return self.default
        return self.convert(cell, self.quantity)

    def column(self, cells: list[Any]) -> tuple[list[Any], dict[int, str]]:
        """The values of many cells, and the error of each that has none, by position."""
        kinds = set(map(type, cells))
        if kinds <= {float, int} and self.quantity.kind in ("number", "whole"):
            return cells, {}
        convert = functools.cache(self._value_or_error) if kinds == {str} else self._value_or_error
        values = [convert(cell) for cell in cells]
        errors = {position: value.excel for position, value in enumerate(values) if isinstance(value, LLMCostError)}
        return values, errors

    def _value_or_error(self, cell: Any) -> Any:
        try:
            return self.value(cell)
        except LLMCostError as error:
            return error


# -- calling ---------------------------------------------------------------------------------------------------


def _for_cells(function: F, *, spreads: bool) -> F:
    parameters = inspect.signature(function).parameters.values()
    arguments = tuple(Argument(parameter, spreads=spreads) for parameter in parameters)

    @functools.wraps(function)
    def cell(*cells: Any) -> Any:
        try:
            return to_cells(_evaluate(function, arguments, cells))
        except LLMCostError as error:
            return error.excel
        except Exception:
            log.exception("%s failed; please report this", function.__name__)
            return "#VALUE!"

    cell.arguments = arguments  # type: ignore[attr-defined]  # for xlwings, the reference and the tests
    # the same call, but a refusal is raised, in words
    cell.explain = lambda *cells: _evaluate(function, arguments, cells)  # type: ignore[attr-defined]
    return cell  # type: ignore[return-value]


def _evaluate(function: Callable[..., Any], arguments: tuple[Argument, ...], cells: tuple[Any, ...]) -> Any:
    if len(cells) > len(arguments) and not arguments[-1].is_rest:
        raise WrongTypeError(f"{function.__name__} takes at most {len(arguments)} arguments; received {len(cells)}")
    values: dict[str, Any] = {}
    ranges: dict[str, Rows] = {}
    for position, argument in enumerate(arguments):
        if argument.is_rest:
            return function(*values.values(), *cells[position:])
        cell = cells[position] if position < len(cells) else None
        if type(cell) is list or type(cell) is tuple:
            rows = as_rows(cell)
            single = len(rows) == 1 and len(rows[0]) == 1
            if argument.spreads and not single:
                ranges[argument.name] = rows
                continue
            cell = rows[0][0] if single and argument.quantity.kind != "table" else rows
        values[argument.name] = argument.value(cell)
    if ranges:
        return _over_ranges(function, {argument.name: argument for argument in arguments}, values, ranges)
    try:
        return function(*values.values())
    except NeverError:
        if values.get("if_never") is None:
            raise
        return values["if_never"]


def _over_ranges(
    function: Callable[..., Any], arguments: dict[str, Argument], values: dict[str, Any], ranges: dict[str, Rows]
) -> Rows:
    """One answer per cell of the broadcast ranges; an error stays in its own cell."""
    height, width = _broadcast_shape(ranges)
    answers: list[Any] = [None] * (height * width)
    columns: dict[str, list[Any]] = {}
    for name, rows in ranges.items():
        columns[name], errors = arguments[name].column(_flatten(rows, height, width))
        for position, code in errors.items():
            answers[position] = answers[position] or code
    try:
        import numpy  # noqa: F401, ICN001, PLC0415  # only ranges need it, and some hosts have none
    except ImportError:
        _fill_one_by_one(function, values, columns, answers)
    else:
        _fill_together(function, values, columns, answers)
    if width == 1:
        return [[answer] for answer in answers]
    return [answers[start : start + width] for start in range(0, len(answers), width)]


def _fill_together(
    function: Callable[..., Any], values: dict[str, Any], columns: dict[str, list[Any]], answers: list[Any]
) -> None:
    """Call the function on whole columns. Elements it refuses show the error; the others are computed again."""
    import numpy as np  # noqa: PLC0415

    alive = [position for position, answer in enumerate(answers) if answer is None]
    while alive:
        whole = len(alive) == len(answers)
        arrays: dict[str, Any] = {
            name: np.array(cells if whole else [cells[position] for position in alive], dtype=_dtype(name))
            for name, cells in columns.items()
        }
        try:
            computed = function(**(values | arrays))
        except LLMCostError as error:
            refused = [True] * len(alive) if error.mask is None else list(error.mask)
            for position, bad in zip(alive, refused, strict=True):
                if bad:
                    answers[position] = _code(error, values)
            alive = [position for position, bad in zip(alive, refused, strict=True) if not bad]
        else:
            computed = np.broadcast_to(np.asarray(computed), len(alive)).tolist()
            if whole:
                answers[:] = computed
            else:
                for position, answer in zip(alive, computed, strict=True):
                    answers[position] = answer
            return


def _fill_one_by_one(
    function: Callable[..., Any], values: dict[str, Any], columns: dict[str, list[Any]], answers: list[Any]
) -> None:
    """The same without NumPy, as some hosts have none."""
    for position, answer in enumerate(answers):
        if answer is None:
            try:
                answers[position] = function(**(values | {name: cells[position] for name, cells in columns.items()}))
            except LLMCostError as error:
                answers[position] = _code(error, values)


def _dtype(name: str) -> type:
    return float if QUANTITIES[name].kind in ("number", "whole") else object


def _code(error: LLMCostError, values: dict[str, Any]) -> Any:
    if isinstance(error, NeverError) and values.get("if_never") is not None:
        return values["if_never"]
    return error.excel


def _broadcast_shape(ranges: dict[str, Rows]) -> tuple[int, int]:
    """Common height and width of several ranges; a single row or column repeats, as in Excel's own arithmetic."""
    heights = {len(rows) for rows in ranges.values()} - {1}
    widths = {len(rows[0]) for rows in ranges.values()} - {1}
    if len(heights) > 1 or len(widths) > 1:
        shapes = ", ".join(f"{name} {len(rows)}x{len(rows[0])}" for name, rows in ranges.items())
        raise WrongTypeError(f"ranges have different shapes: {shapes}")
    return max(heights, default=1), max(widths, default=1)


def _flatten(rows: Rows, height: int, width: int) -> list[Any]:
    if len(rows[0]) < width:
        rows = [list(row) * width for row in rows]
    if len(rows) < height:
        rows = list(rows) * height
    return list(chain.from_iterable(rows))


# -- from a value to a cell ------------------------------------------------------------------------------------


def _shown(value: Any) -> Any:
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else "#NUM!"
    if kind is str or kind is int or kind is bool:
        return value
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if hasattr(value, "item"):  # a NumPy scalar
        return _shown(value.item())
    return str(value)


def _shown_in_block(value: Any) -> Any:
    shown = _shown(value)
    if isinstance(shown, str) and len(shown) > BLOCK_TEXT_LIMIT:
        return shown[: BLOCK_TEXT_LIMIT - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return shown
