"""The dated prices that a workbook holds: its table of Provider, Model, Component and Price, on whatever sheet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.catalogue.checks import PriceTableError
from llmcost_xl.catalogue.rows import COLUMNS
from llmcost_xl.catalogue.table import read_table
from llmcost_xl.ooxml.guard import vetted
from llmcost_xl.workbook.opening import opened

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

    from llmcost_xl.catalogue.rows import PriceRow

NEEDED: Final = {"provider", "model", "component", "price"}
DEEPEST_HEADER: Final = 200  # rows in which the header is looked for
PRICE_DATE: Final = "in_as_of"
"""The name of the price date in our workbooks."""
SINCE_EVER: Final = dt.date(2000, 1, 1)
"""Stands in our workbooks for "no start date known"."""


def prices_in(path: Path) -> tuple[list[PriceRow], dt.date | None]:
    """The price rows of a workbook, and its price date where it has one of ours.

    Raises:
        RefusedError: the content is no workbook, or not a safe one.
        PriceTableError: it has no such table, or rows of it are doubtful.
        OSError: the file cannot be read.
    """
    book = opened(vetted(path), values=True)
    for sheet in book.worksheets:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        for number, row in enumerate(rows[:DEEPEST_HEADER]):
            if NEEDED.issubset(map(_column, row)):
                return read_table(_cells(rows[number:]), f"{path.name}, sheet {sheet.title}"), _price_date(book)
    raise PriceTableError(path.name, ["no sheet has a table with the columns Provider, Model, Component and Price"])


def _price_date(book: Workbook) -> dt.date | None:
    name = book.defined_names.get(PRICE_DATE)
    for sheet, cell in name.destinations if name else ():
        value = book[sheet][cell.replace("$", "")].value if sheet in book.sheetnames else None
        if isinstance(value, dt.datetime):
            return value.date()
    return None


def _cells(rows: list[list[Any]]) -> list[list[Any]]:
    """Our columns of the table, down to the first blank row, without the row of units under the header."""
    header = [_column(cell) for cell in rows[0]]
    places = {column: header.index(column) for column in COLUMNS if column in header}
    cells: list[list[Any]] = [list(places)]
    for row in rows[1:]:
        line = [_plain(row[place]) for place in places.values()]
        values = dict(zip(places, line, strict=True))
        if row is rows[1] and isinstance(values["price"], str) and values["model"] is None:
            continue
        if all(cell is None for cell in line):
            break
        if values.get("from_date") == SINCE_EVER:
            line[list(places).index("from_date")] = None
        cells.append(line)
    return cells


def _column(cell: Any) -> str:
    return "_".join(str(cell).strip().lower().split()) if cell is not None else ""


def _plain(cell: Any) -> Any:
    return cell.date() if isinstance(cell, dt.datetime) else cell
