"""Reads an open workbook: of every sheet the values and the formulas, each in one call."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from llmcost_xl.errors import EXCEL_ERRORS, RefusedError
from llmcost_xl.ooxml import Area, ErrorCode, TableFile
from llmcost_xl.ooxml.parts import DefinedName
from llmcost_xl.reprice.opened import OpenBook, OpenSheet
from llmcost_xl.reprice.plan import planned

if TYPE_CHECKING:
    from llmcost_xl.ooxml import BookFile, Value
    from llmcost_xl.reprice.plan import Plan
    from llmcost_xl.reprice.target import Target


def read(book: Any, *, formulas: bool = True) -> OpenBook:
    """An open workbook: of every sheet the values and the formulas, in two calls.

    Without formulas where the host has none: xlwings Server is sent values alone.
    """
    names = tuple(_name(name) for name in book.names)
    return OpenBook(tuple(_sheet(sheet, formulas=formulas) for sheet in book.sheets), names)


def plan_for(book: OpenBook, target: Target) -> Plan:
    """What takes an open workbook to the target's prices.

    Raises:
        RefusedError: it would need rows below a table.
    """
    plan = planned(cast("BookFile", book), target)  # which answers whatever planning asks of a file
    if plan.appended:
        sheet, area = plan.appended[0]
        rows = area.bottom - area.top + 1
        raise RefusedError(
            f"the price table on {sheet} has no spare rows, and {rows} are needed from row {area.top} on: extend the"
            " table by that many empty rows, or save and close the workbook and run llmcost-xl reprice, which does so"
        )
    return plan


def _sheet(sheet: Any, *, formulas: bool) -> OpenSheet:
    used = sheet.used_range
    shown = used.options(ndim=2, err_to_str=True).value
    written = as_block(used.formula) if formulas else [[None] * len(row) for row in shown]
    rows = [[cell_of(value, formula) for value, formula in zip(*pair, strict=True)]
            for pair in zip(shown, written, strict=True)]  # fmt: skip
    return OpenSheet(sheet.name, used.row, used.column, rows, tuple(_table(sheet, table) for table in sheet.tables))


def as_block(given: Any) -> list[list[Any]]:
    """What Excel gives for a range as rows of cells, also for a single cell."""
    if not isinstance(given, list | tuple):
        return [[given]]
    return [list(row) if isinstance(row, list | tuple) else [row] for row in given]


def cell_of(shown: Any, written: Any) -> tuple[Value, str | None]:
    """The value and the formula of a cell.

    A number is taken from what is written in the cell where it can be: of one formatted as currency Excel shows four
    decimals, and prices have more.
    """
    if isinstance(written, str) and written.startswith("="):
        return value_of(shown), written[1:]
    value = value_of(shown)
    if isinstance(value, float):
        with contextlib.suppress(TypeError, ValueError):
            return float(written), None
    return value, None


def value_of(shown: Any) -> Value:
    """What a cell shows, as repricing knows values."""
    if shown is None or isinstance(shown, bool):
        return shown
    if isinstance(shown, dt.datetime):
        plain = dt.datetime(shown.year, shown.month, shown.day, shown.hour, shown.minute, shown.second)  # noqa: DTZ001  # a cell has no time zone
        return plain.date() if plain.time() == dt.time() else plain
    if isinstance(shown, dt.date):
        return shown
    if isinstance(shown, str):
        return ErrorCode(shown) if shown in EXCEL_ERRORS else shown or None
    return float(shown)


def _table(sheet: Any, table: Any) -> TableFile:
    area = Area.read(table.range.get_address(row_absolute=False, column_absolute=False))
    headers = 0 if table.header_row_range is None else 1
    totals = 0 if table.totals_row_range is None else 1
    return TableFile(table.name, sheet.name, "", area, (), headers, totals)


def _name(name: Any) -> DefinedName:
    sheet, mark, plain = name.name.rpartition("!")
    scope = sheet.strip("'").replace("''", "'") if mark else None
    return DefinedName(plain, str(name.refers_to or "").removeprefix("="), scope)
