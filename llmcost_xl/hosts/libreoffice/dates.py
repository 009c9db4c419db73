"""Dates in an office where a document counts its days from another day than Excel does.

Calc hands over a date as its number, but not whose document it comes from, and prices of another day look right. So
while such a document is open, a number is refused where a date is due; text is a date as ever. Runs inside LibreOffice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

EXCEL_DAY_0: Final = (1899, 12, 30)
DATE_COLUMNS: Final = {"from_date", "checked_on"}
"""Of a price table."""


class _Open:
    """The open documents, as seen in this recalculation."""

    count_otherwise: bool | None = None


def forget_documents() -> None:
    """Look at the open documents anew when a date comes next."""
    _Open.count_otherwise = None


def without_doubtful_dates(name: str, cells: list[Any], context: Any) -> list[Any]:
    """A function's cells, each number that is of no certain day as a text that says so."""
    if name == "LLM_WHY" and cells and isinstance(cells[0], str):
        return [cells[0], *without_doubtful_dates(cells[0].upper().strip("=() "), cells[1:], context)]
    return [
        SUSPECTS[name, at](cell) if (name, at) in SUSPECTS and cell and _documents_count_otherwise(context) else cell
        for at, cell in enumerate(cells)
    ]


def _date(cell: Any) -> Any:
    if isinstance(cell, list):
        return [list(map(_date, row)) for row in cell]
    if isinstance(cell, float) and cell:
        return f"{cell:.0f}, days not from 1899"  # LLM_WHY quotes it
    return cell


def _table(cells: Any) -> Any:
    if not isinstance(cells, list):
        return cells
    dated = [isinstance(head, str) and head.strip().lower() in DATE_COLUMNS for head in cells[0]]
    return [[_date(cell) if is_date else cell for cell, is_date in zip(row, dated)] for row in cells]  # noqa: B905  # rows are alike


def _documents_count_otherwise(context: Any) -> bool:
    if _Open.count_otherwise is None:
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        _Open.count_otherwise = any(map(_counts_otherwise, desktop.Components))
    return _Open.count_otherwise


def _counts_otherwise(document: Any) -> bool:
    first = getattr(document, "NullDate", None)  # of spreadsheets only
    return first is not None and (first.Year, first.Month, first.Day) != EXCEL_DAY_0


_GUARDS: Final[dict[str, Callable[[Any], Any]]] = {"date": _date, "table": _table}
SUSPECTS: Final = {
    (name, at): _GUARDS[argument.quantity.kind]
    for name, function in FUNCTIONS.items()
    for at, argument in enumerate(function.arguments)
    if argument.quantity.kind in _GUARDS
}
"""What to do with each argument that can hold a date, by the function's name and the argument's place."""
DATED: Final = {name for name, _ in SUSPECTS} | {"LLM_WHY"}
"""The functions with such arguments."""
