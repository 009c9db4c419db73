"""Reads an open workbook: of every sheet the values and the formulas, each in one call."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from llmcost_xl.errors import EXCEL_ERRORS, RefusedError
from llmcost_xl.hosts.live.merging import with_merged
from llmcost_xl.ooxml import Area, ErrorCode, TableFile
from llmcost_xl.ooxml.parts import DefinedName
from llmcost_xl.reprice.opened import OpenBook, OpenSheet
from llmcost_xl.reprice.plan import planned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from llmcost_xl.ooxml import BookFile, Value
    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.reprice.plan import Plan
    from llmcost_xl.reprice.target import Target


Formulas: TypeAlias = "Mapping[str, Mapping[Position, str]]"
"""The formulas of a workbook, by sheet and cell, where a host has sent them beside the workbook."""

Merged: TypeAlias = "Mapping[str, tuple[Area, ...]]"
Found: TypeAlias = "tuple[Value, str | None]"
ROWS_AT_ONCE: Final = 20_000
MOST_CELLS: Final = 10_000_000  # of a sheet's used range; a workbook in use has a tenth
MOST_SENT: Final = 2_000_000  # of those that a server is sent, which has others to serve meanwhile
EMPTY: Final[Found] = (None, None)
TELLS_ERRORS: Final = sys.platform != "darwin"
"""On a Mac xlwings 0.37 fails where it is to tell error values from empty cells; an error counts as empty there."""


def read(book: Any, *, formulas: Formulas | None = None, merged: Merged | None = None) -> OpenBook:
    """An open workbook: of every sheet the values and the formulas, each in one call for all but the longest sheets.

    `formulas` and `merged` areas are those of a workbook in xlwings Server, which of itself is sent values alone.

    Raises:
        RefusedError: a sheet is too large to be read.
    """
    names = tuple(_name(name) for name in book.names)
    opened = OpenBook(tuple(_sheet(sheet, formulas) for sheet in book.sheets), names)
    if formulas is None:
        return with_merged(book, opened)
    sheets = (replace(sheet, merged=merged[sheet.name]) if merged and merged.get(sheet.name) else sheet
              for sheet in opened.sheets)  # fmt: skip
    return replace(opened, sheets=tuple(sheets))


def plan_for(book: OpenBook, target: Target) -> Plan:
    """What takes an open workbook to the target's prices.

    Raises:
        RefusedError: it would need rows below a table.
    """
    plan = planned(cast("BookFile", book), target)  # which answers whatever planning asks of a file
    if plan.appended:
        sheet, area = plan.appended[0]
        rows = area.bottom - area.top + 1
        is_table = any(table.area.bottom == area.top - 1 and table.area.left == area.left
                       for table in book.sheet(sheet).tables)  # fmt: skip
        way = (
            "drag its lower right corner down" if is_table else "make it an Excel table (Insert, Table) that is longer"
        )
        raise RefusedError(
            f"the price table on {sheet} has no spare rows, and {rows} are needed from row {area.top} on: extend the"
            f" table ({way} by that many rows), or close the workbook and run llmcost-xl reprice, which adds them"
        )
    return plan


def _sheet(sheet: Any, formulas: Formulas | None) -> OpenSheet:
    known = None if formulas is None else formulas.get(sheet.name, {})
    area = _area(sheet.used_range)
    for where in known or ():  # those that show "" are no values, and may lie beside all that are
        area = area.covering(where)
    if _size(area) > (MOST_CELLS if formulas is None else MOST_SENT):
        raise RefusedError(
            f"the used range of {sheet.name} has {_size(area):,} cells, most of them empty, too many to read; delete"
            " the rows and columns beside your data, save, and try again, or run llmcost-xl reprice on the file"
        )
    rows: list[list[Found]] = []
    for top in range(area.top, area.bottom + 1, ROWS_AT_ONCE):
        part = area._replace(top=top, bottom=min(top + ROWS_AT_ONCE - 1, area.bottom))
        rows += _rows(sheet.range((part.top, part.left), (part.bottom, part.right)), part, known)
    return OpenSheet(sheet.name, area.top, area.left, rows, tuple(_table(sheet, table) for table in sheet.tables))


def _rows(cells: Any, area: Area, known: Mapping[Position, str] | None) -> Iterator[list[Found]]:
    """The cells of an area row by row, without the empty ones at the end of each row."""
    shown = shown_in(cells)
    written = as_block(cells.formula) if known is None else _sent(area, known)
    for values, formulas in zip(shown, written, strict=True):
        row = [cell_of(value, formula) for value, formula in zip(values, formulas, strict=True)]
        while row and row[-1] is EMPTY:
            row.pop()
        yield row


def _sent(area: Area, known: Mapping[Position, str]) -> Iterator[list[str | None]]:
    columns = range(area.left, area.right + 1)
    return ([known.get((row, column)) for column in columns] for row in range(area.top, area.bottom + 1))


def shown_in(cells: Any) -> list[list[Any]]:
    """The values in cells, row by row; errors as their texts."""
    how: dict[str, Any] = {"err_to_str": True} if TELLS_ERRORS else {}
    rows: list[list[Any]] = cells.options(ndim=2, **how).value
    return rows


def _area(cells: Any) -> Area:
    height, width = cells.shape
    return Area(cells.row, cells.column, cells.row + height - 1, cells.column + width - 1)


def _size(area: Area) -> int:
    return (area.bottom - area.top + 1) * (area.right - area.left + 1)


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
    if isinstance(written, str) and written[:1] == "=":
        return value_of(shown), written[1:]
    if shown is None:
        return EMPTY  # most cells of a sheet
    value = value_of(shown)
    if value is None:
        return EMPTY
    if isinstance(value, float):
        try:
            return float(written), None
        except (TypeError, ValueError):
            pass  # a day, or a host that sends no more than values
    return value, None


def value_of(shown: Any) -> Value:
    """What a cell shows, as repricing knows values."""
    if isinstance(shown, str):
        return ErrorCode(shown) if shown in EXCEL_ERRORS else shown or None
    if shown is None or isinstance(shown, bool):
        return shown
    if isinstance(shown, dt.datetime):
        plain = dt.datetime(shown.year, shown.month, shown.day, shown.hour, shown.minute, shown.second)  # noqa: DTZ001  # a cell has no time zone
        return plain.date() if plain.time() == dt.time() else plain
    if isinstance(shown, dt.date):
        return shown
    try:
        return float(shown)
    except (TypeError, ValueError):
        return str(shown)  # whatever it is, the cell is not empty


def _table(sheet: Any, table: Any) -> TableFile:
    headers = 0 if table.header_row_range is None else 1
    totals = 0 if table.totals_row_range is None else 1
    return TableFile(table.name, sheet.name, "", _area(table.range), (), headers, totals)


def _name(name: Any) -> DefinedName:
    sheet, mark, plain = name.name.rpartition("!")
    scope = sheet.strip("'").replace("''", "'") if mark else None
    return DefinedName(plain, str(name.refers_to or "").removeprefix("="), scope)
