"""One cell at a time: from what a spreadsheet host delivers to a value, and from a value to what a cell can show.

Numbers arrive as int, float or Decimal; dates as datetime or serial number; error cells as their text; a blank cell as
None. The kind of a quantity decides which of these it takes. Nothing but numbers, text and TRUE or FALSE goes back.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from llmcost_xl.dates import EXCEL_EPOCH, date_of_serial, date_of_text
from llmcost_xl.errors import EXCEL_ERRORS, CellError, LLMCostError, OutOfDomainError, WrongTypeError, in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from llmcost_xl.quantities import Quantity

Rows: TypeAlias = list[list[Any]]

BLOCK_TEXT_LIMIT = 255  # classic Excel shows #VALUE! for a longer text inside an array
COM_ERROR_BASE = -2146828288
COM_ERRORS = {  # what xlwings does not turn into text would pass for whole numbers
    COM_ERROR_BASE + 2000: "#NULL!",
    COM_ERROR_BASE + 2007: "#DIV/0!",
    COM_ERROR_BASE + 2015: "#VALUE!",
    COM_ERROR_BASE + 2023: "#REF!",
    COM_ERROR_BASE + 2029: "#NAME?",
    COM_ERROR_BASE + 2036: "#NUM!",
    COM_ERROR_BASE + 2042: "#N/A",
    COM_ERROR_BASE + 2043: "#GETTING_DATA",
    COM_ERROR_BASE + 2045: "#SPILL!",
    COM_ERROR_BASE + 2046: "#CONNECT!",
    COM_ERROR_BASE + 2047: "#BLOCKED!",
    COM_ERROR_BASE + 2048: "#UNKNOWN!",
    COM_ERROR_BASE + 2049: "#FIELD!",
    COM_ERROR_BASE + 2050: "#CALC!",
}


def as_rows(cells: Sequence[Any]) -> Rows:
    """A range as a list of rows, whatever the host delivered; a flat sequence is one row."""
    if cells and not isinstance(cells[0], list | tuple):
        return [list(cells)]
    if not any(cells):  # neither rows nor cells in them
        return [[None]]
    return cells if type(cells) is list else [list(row) for row in cells]


# -- from a cell to a value ------------------------------------------------------------------------------------


def to_number(cell: Any, quantity: Quantity) -> float:
    """A number; a date counts as its serial number, as in Excel's own arithmetic."""
    kind = type(cell)
    if isinstance(cell, float):
        if math.isfinite(cell):
            return cell if kind is float else float(cell)
        raise OutOfDomainError(
            f"{quantity.name} ({quantity.label}, {quantity.unit}) must be finite; received {in_words(cell)}"
        )
    if kind is int and cell not in COM_ERRORS:  # Office.js delivers whole numbers as int
        return float(cell)
    if kind is Decimal:  # classic delivers a currency cell as Decimal
        return float(cell)
    if isinstance(cell, dt.date):  # classic delivers a date-formatted cell as datetime, Office.js as a number
        return _serial(cell)
    raise wrong(cell, quantity, "a number")


def to_date(cell: Any, quantity: Quantity) -> dt.date:
    """A date: a date cell, a serial number, or text in ISO order, the only one that reads alike everywhere."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, str):
        try:
            return date_of_text(cell)
        except ValueError:
            raise wrong(cell, quantity, "a date (a date cell, DATE(...) or text like 2026-11-30)") from None
    try:
        return date_of_serial(to_number(cell, quantity))
    except ValueError as reason:
        raise OutOfDomainError(f"{quantity.name} ({quantity.label}): {reason}") from None


def to_text(cell: Any, quantity: Quantity) -> str:
    """Text without the spaces around it; where any text will do, a number is one."""
    if isinstance(cell, str) and cell not in EXCEL_ERRORS:
        return cell.strip()
    if quantity.kind == "text" and type(cell) in (int, float) and cell not in COM_ERRORS:
        return f"{cell:.15g}"  # as a cell of format General shows it
    raise wrong(cell, quantity, "text")


def to_keyword(cell: Any, quantity: Quantity) -> str:
    """One of the quantity's choices, in upper or lower case."""
    word = to_text(cell, quantity).lower()
    if word not in quantity.choices:
        raise wrong(cell, quantity, f"one of {', '.join(quantity.choices)}")
    return word


def to_flag(cell: Any, quantity: Quantity) -> bool:
    """TRUE or FALSE, 1 or 0."""
    if type(cell) in (bool, int, float, Decimal) and cell in (0, 1):
        return bool(cell)
    raise wrong(cell, quantity, "TRUE or FALSE")


def to_series(cells: Any, quantity: Quantity) -> list[float]:
    """The numbers of a range, row by row; one cell is a series of one. A gap would shift what follows: refused."""
    flat = list(chain.from_iterable(as_rows(cells))) if isinstance(cells, list | tuple) else [cells]
    for cell in flat:
        if cell is None or cell == "":
            raise WrongTypeError(f"{quantity.name} ({quantity.label}, {quantity.unit}) has a blank cell")
    return [to_number(cell, quantity) for cell in flat]


def to_table(cells: Any, quantity: Quantity) -> Rows:
    """A range as it stands."""
    if not isinstance(cells, list | tuple):
        raise wrong(cells, quantity, "a range with a header row")
    return as_rows(cells)


def to_anything(cell: Any, quantity: Quantity) -> Any:
    """One cell as it stands, an error included."""
    if isinstance(cell, list | tuple):
        raise wrong(cell, quantity, "one cell")
    if isinstance(cell, dict):  # a rich value of Office.js, such as an error
        return cell.get("basicValue")
    return COM_ERRORS.get(cell, cell) if type(cell) is int else cell


CONVERTERS: Final[dict[str, Callable[[Any, Quantity], Any]]] = {
    "number": to_number,
    "whole": to_number,
    "series": to_series,
    "model": to_text,
    "keyword": to_keyword,
    "text": to_text,
    "date": to_date,
    "flag": to_flag,
    "table": to_table,
    "any": to_anything,
}


def wrong(cell: Any, quantity: Quantity, wanted: str) -> LLMCostError:
    """The error for a cell of the wrong type: an error cell's own code, else #VALUE! in words."""
    code = COM_ERRORS.get(cell) if type(cell) is int else cell
    if isinstance(code, str) and code in EXCEL_ERRORS:
        return CellError(code, f"{quantity.name} ({quantity.label}) is the error {code}")
    received = in_words(cell)
    if isinstance(cell, list | tuple):
        rows = as_rows(cell)
        received = f"a range of {len(rows)} x {len(rows[0])} cells"
    return WrongTypeError(f"{quantity.name} ({quantity.label}, {quantity.unit}) must be {wanted}; received {received}")


def _serial(day: dt.date) -> float:
    if not isinstance(day, dt.datetime):
        return float((day - EXCEL_EPOCH).days)
    elapsed = day.replace(tzinfo=None) - dt.datetime.combine(EXCEL_EPOCH, dt.time())
    return elapsed / dt.timedelta(days=1)


# -- from a value to a cell ------------------------------------------------------------------------------------


def to_cells(answer: Any) -> Any:
    """What a cell, or a block of them, can show of an answer: never None, NaN, infinity or a NumPy scalar."""
    if not isinstance(answer, list | tuple):
        return _shown(answer)
    rows = as_rows(answer)
    flat = list(chain.from_iterable(rows))
    widths = set(map(len, rows))
    if len(widths) == 1 and set(map(type, flat)) == {float} and math.isfinite(sum(flat)):
        return rows  # the common case, and the long one: every number is finite where their sum is
    width = max(widths)
    return [[_shown_in_block(cell) for cell in row] + [""] * (width - len(row)) for row in rows]


def _shown(value: Any) -> Any:
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else OutOfDomainError.excel
    if kind is str or kind is bool:
        return value
    if value is None:
        return ""
    return value.excel if isinstance(value, LLMCostError) else _converted(value)


def _converted(value: Any) -> float | str | bool:
    if hasattr(value, "item"):  # a NumPy scalar
        return _shown(value.item())  # type: ignore[no-any-return]
    if isinstance(value, int | Decimal):
        return _shown(float(value))  # type: ignore[no-any-return]  # COM's 64-bit integers are no numbers to a cell
    return value.isoformat()[:10] if isinstance(value, dt.date) else str(value)


def _shown_in_block(value: Any) -> Any:
    shown = _shown(value)
    if isinstance(shown, str) and len(shown) > BLOCK_TEXT_LIMIT:
        return shown[: BLOCK_TEXT_LIMIT - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return shown
