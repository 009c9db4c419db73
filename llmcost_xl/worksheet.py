"""The boundary between a spreadsheet and the engine: what Excel sends in, what it gets back.

`@worksheet_function` turns a plain function of numbers into one that accepts whatever a spreadsheet host delivers
(numbers, dates, blanks, error cells, ranges as rows of cells) and never raises: an error is one of Excel's own codes,
in its own cell of a spilled answer.

The kind of each argument follows from its name in the vocabulary. This module is the only one that knows xlwings, and
imports it only in `register`, so that a formula can be evaluated without it.
"""

from __future__ import annotations

import functools
import inspect
import logging
import math
import traceback
import zlib
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, compress
from typing import Any, TypeVar

from llmcost_xl.cells import CONVERTERS, Rows, as_rows, to_cells
from llmcost_xl.errors import LLMCostError, NeverError, WrongTypeError
from llmcost_xl.quantities import QUANTITIES

F = TypeVar("F", bound=Callable[..., Any])

CATEGORY = "LLM Cost"
NUMBER_KINDS = ("number", "whole")
NEVER_ZERO_KINDS = (
    "model",
    "keyword",
    "date",
    "table",
)  # 0 is no value of these, but what IF(TRUE,A1) makes of a blank
SPREADING_KINDS = (*NUMBER_KINDS, "model", "keyword", "text", "date", "flag")

log = logging.getLogger("llmcost_xl")


def worksheet_function(function: F) -> F:
    """Make `function` callable from a cell, under its own name.

    Arguments are converted by their quantity's kind. A range where a number is due gives one answer per cell; ranges
    broadcast against each other as rows and columns do. A blank optional argument takes its default, a blank required
    one is #VALUE!. An argument called `if_never` replaces "there is no finite answer".

    The result carries `arguments`, and `explain`: the same call, but a refusal is raised, in words, and stands as
    itself in its cell of a spilled answer.
    """
    return _for_cells(function, spreads=True)


def spilling_function(function: F) -> F:
    """Like `worksheet_function`, for a function whose single answer already fills several cells."""
    return _for_cells(function, spreads=False)


def with_cells_checked(check: Callable[..., None]) -> Callable[[F], F]:
    """Have `check` see a call's cells before they are converted, by argument, a range as its rows; it may refuse.

    Stands below `@worksheet_function`, for what only the shapes of the ranges give away.
    """

    def decorate(function: F) -> F:
        function.check = check  # type: ignore[attr-defined]
        return function

    return decorate


def register(functions: Iterable[Any]) -> None:
    """Hand worksheet functions to xlwings, with their help and the options all hosts need."""
    import xlwings as xw  # noqa: PLC0415  # two seconds, and only a spreadsheet host needs it

    for function in functions:
        for argument in function.arguments:
            # err_to_str: an error cell would otherwise arrive as None, like a blank one; raw: and so would ""
            convert = "raw" if argument.takes_empty_text and not argument.is_rest else None
            options = {"err_to_str": True, "ndim": 2, "doc": argument.quantity.help_with_unit}
            xw.arg(argument.xlwings_name, convert, **options)(function)
        # last, as the outermost decorator would be: every xw.arg resets the options of xw.func
        xw.func(category=CATEGORY, call_in_wizard=False)(function)
        registration = getattr(function, "__xlfunc__", None)  # absent where no Excel can call
        if registration:
            registration["ret"]["doc"] = wizard_help(function)


def wizard_help(function: Callable[..., Any]) -> str:
    """What the function wizard says of a worksheet function: the first line of its docstring."""
    return (function.__doc__ or "").partition("\n")[0]


def failure_id(failure: Exception) -> str:
    """Short id of an unexpected failure: the same for the same line of code, in the log and in LLM_WHY."""
    place = traceback.extract_tb(failure.__traceback__)[-1]
    return f"{zlib.crc32(f'{type(failure).__name__} {place.name} {place.lineno}'.encode()):08x}"


class Argument:
    """One argument of a worksheet function: its quantity, its default, how a cell becomes its value."""

    __slots__ = ("default", "is_rest", "name", "quantity", "required", "spreads", "zero_is_blank")

    def __init__(self, parameter: inspect.Parameter, *, spreads: bool) -> None:
        self.name = parameter.name
        self.quantity = QUANTITIES[parameter.name]
        self.is_rest = parameter.kind is inspect.Parameter.VAR_POSITIONAL
        self.required = parameter.default is inspect.Parameter.empty and not self.is_rest
        self.default = None if self.required or self.is_rest else parameter.default
        self.spreads = spreads and self.quantity.kind in SPREADING_KINDS
        kind = self.quantity.kind
        self.zero_is_blank = kind in NEVER_ZERO_KINDS or (kind == "text" and not self.required)

    @property
    def xlwings_name(self) -> str:
        """The name by which xlwings knows the argument."""
        return f"*{self.name}" if self.is_rest else self.name

    @property
    def takes_empty_text(self) -> bool:
        """Whether "" is a value, not a blank: it is what to show, as IFERROR(..., "") would."""
        return self.quantity.kind == "any"

    def value(self, cell: Any) -> Any:
        """The value of one cell, or of a whole range where the argument takes one."""
        blank = cell is None or (cell == "" and not self.takes_empty_text)
        if blank or (self.zero_is_blank and cell == 0 and type(cell) is not bool):
            if self.required:
                raise WrongTypeError(f"{self.name} ({self.quantity.label}, {self.quantity.unit}) is blank")
            return self.default
        return CONVERTERS[self.quantity.kind](cell, self.quantity)

    def column(self, cells: list[Any]) -> tuple[list[Any], dict[int, LLMCostError]]:
        """The values of many cells, and the error of each that has none, by position."""
        kinds = set(map(type, cells))
        numbers = self.quantity.kind in NUMBER_KINDS and kinds <= {float, int} and math.isfinite(sum(cells))
        if numbers and (kinds == {float} or min(cells) >= 0):
            return cells, {}  # whole numbers below 0 are looked at one by one: some stand for errors
        blank = self._value_or_error(None)
        convert = functools.cache(self._value_or_error) if kinds <= {str, type(None)} else self._value_or_error
        values = [blank if cell is None else convert(cell) for cell in cells]
        return values, {at: value for at, value in enumerate(values) if isinstance(value, LLMCostError)}

    def _value_or_error(self, cell: Any) -> Any:
        try:
            return self.value(cell)
        except LLMCostError as error:
            return error


def _for_cells(function: F, *, spreads: bool) -> F:
    parameters = inspect.signature(function).parameters.values()
    arguments = tuple(Argument(parameter, spreads=spreads) for parameter in parameters)
    named = tuple(argument for argument in arguments if not argument.is_rest)
    most = len(named) if named == arguments else None

    def explain(*cells: Any) -> Any:
        if most is not None and len(cells) > most:
            raise WrongTypeError(f"{function.__name__} takes at most {most} arguments; received {len(cells)}")
        return _evaluate(function, named, cells)

    @functools.wraps(function)
    def cell(*cells: Any) -> Any:
        try:
            return to_cells(explain(*cells))
        except LLMCostError as error:
            return error.excel
        except Exception as failure:
            number = failure_id(failure)
            log.exception("%s failed, id %s; please report this", function.__name__, number)
            return WrongTypeError.excel

    cell.arguments = arguments  # type: ignore[attr-defined]
    cell.explain = explain  # type: ignore[attr-defined]
    return cell  # type: ignore[return-value]


def _evaluate(function: Callable[..., Any], arguments: tuple[Argument, ...], cells: tuple[Any, ...]) -> Any:
    given = [_unwrapped(cell) if type(cell) is list or type(cell) is tuple else cell for cell in cells]
    given += [None] * (len(arguments) - len(given))
    if hasattr(function, "check"):
        function.check(**{argument.name: cell for argument, cell in zip(arguments, given, strict=False)})
    for argument, cell in zip(arguments, given, strict=False):
        if type(cell) is list and argument.spreads:
            return _over_ranges(function, arguments, given)
    values = {argument.name: argument.value(cell) for argument, cell in zip(arguments, given, strict=False)}
    try:
        return function(*values.values(), *given[len(arguments) :])
    except NeverError as never:
        answer = _in_its_cell(never, values)
        if answer is never:
            raise
        return answer


def _unwrapped(cells: Sequence[Any]) -> Any:
    """The cell itself for a range of one cell, else the range as a list of rows."""
    rows = as_rows(cells)
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def _in_its_cell(error: LLMCostError, values: dict[str, Any]) -> Any:
    """What stands in the cell of a refused answer."""
    if_never = values.get("if_never")
    return if_never if isinstance(error, NeverError) and if_never is not None else error


# -- ranges ----------------------------------------------------------------------------------------------------


def _over_ranges(function: Callable[..., Any], arguments: tuple[Argument, ...], given: list[Any]) -> Rows:
    """One answer per cell of the broadcast ranges; an error stays in its own cell, the first argument's first."""
    spread = {a.name: cell for a, cell in zip(arguments, given, strict=True) if a.spreads and type(cell) is list}
    height, width = _broadcast_shape(spread)
    values: dict[str, Any] = {}
    columns: dict[str, list[Any]] = {}
    refused: dict[int, LLMCostError] = {}
    for argument, cell in zip(arguments, given, strict=True):
        errors: dict[int, LLMCostError] = {}
        if argument.name in spread:
            columns[argument.name], errors = argument.column(_flatten(cell, height, width))
        else:
            try:
                values[argument.name] = argument.value(cell)
            except LLMCostError as error:
                errors = dict.fromkeys(range(height * width), error)
        refused = errors | refused if errors else refused
    answers: list[Any] = [refused.get(position) for position in range(height * width)]
    for positions in _alike(columns, [position for position, answer in enumerate(answers) if answer is None]):
        _fill(function, values, columns, positions, answers)
    if width == 1:
        return [[answer] for answer in answers]
    return [answers[start : start + width] for start in range(0, len(answers), width)]


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


def _alike(columns: dict[str, list[Any]], positions: list[int]) -> list[list[int]]:
    """The positions, grouped by which optional arguments are blank there: an array of numbers has no blanks."""
    gaps = [cells for cells in columns.values() if None in cells]
    groups: dict[tuple[bool, ...], list[int]] = {}
    if not gaps and positions:
        return [positions]
    for position in positions:
        groups.setdefault(tuple(cells[position] is None for cells in gaps), []).append(position)
    return list(groups.values())


def _fill(
    function: Callable[..., Any],
    values: dict[str, Any],
    columns: dict[str, list[Any]],
    positions: list[int],
    answers: list[Any],
) -> None:
    """Compute the answers at `positions`, on whole columns; what is refused stays out when the rest is tried again."""
    try:
        import numpy as np  # noqa: PLC0415  # only ranges need it, and some hosts have none
    except ImportError:
        _fill_one_by_one(function, values, columns, positions, answers)
        return
    while positions:
        arrays = {name: _array(name, cells, positions) for name, cells in columns.items()}
        try:
            with np.errstate(all="ignore"):  # the engine refuses what overflows
                computed = function(**values, **arrays)
        except LLMCostError as error:
            bad = [True] * len(positions) if error.mask is None or not np.any(error.mask) else error.mask
            for position in compress(positions, bad):
                answers[position] = _in_its_cell(error, values)
            positions = [position for position, is_bad in zip(positions, bad, strict=True) if not is_bad]
            continue
        if not isinstance(computed, np.ndarray):
            computed = np.array(computed, dtype=object)
        for position, answer in zip(positions, np.broadcast_to(computed, len(positions)).tolist(), strict=True):
            answers[position] = answer
        return


def _array(name: str, cells: list[Any], positions: list[int]) -> Any:
    """One argument's values at some positions, which are blank alike."""
    import numpy as np  # noqa: PLC0415

    if cells[positions[0]] is None:
        return None
    chosen = cells if len(positions) == len(cells) else [cells[position] for position in positions]
    return np.array(chosen, dtype=float if QUANTITIES[name].kind in NUMBER_KINDS else object)


def _fill_one_by_one(
    function: Callable[..., Any],
    values: dict[str, Any],
    columns: dict[str, list[Any]],
    positions: list[int],
    answers: list[Any],
) -> None:
    """The same without NumPy."""
    for position in positions:
        try:
            answers[position] = function(**values, **{name: cells[position] for name, cells in columns.items()})
        except LLMCostError as error:
            answers[position] = _in_its_cell(error, values)
