"""Workbooks of other people for the tests of repricing, written row by row, and a catalogue of an earlier day."""

from __future__ import annotations

import datetime as dt
import functools
import io
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.table import Table

from llmcost_xl.catalogue.book import PriceBook
from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice import Target, applied, planned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmcost_xl.reprice import Plan

NEW_YEAR = dt.date(2027, 1, 1)  # from then on gemini-3.7-flash costs 1.50 and 7.50 instead of 0.75 and 3.75
AUTUMN = dt.date(2026, 11, 21)
LONG = ("Model", "Component", "Price (USD per 1M tokens)")
WIDE = ("Model", "Input price ($/1M tokens)", "Output price ($/1M tokens)")
DATED = ("Model", "Component", "Valid from", "Price (USD per 1M tokens)", "Source")


def prices_of(day: dt.date, **how: Any) -> Target:
    """The bundled prices of a day."""
    return Target(bundled_book(), day, f"prices of {day}", moves_back=True, **how)


@functools.cache
def earlier(day: dt.date) -> PriceBook:
    """The bundled prices as they were known on a day: without those that began later."""
    book = bundled_book()
    rows = [row for row in book.rows if row.from_date is None or row.from_date <= day]
    return PriceBook(rows, book.names, day, book.sources)


def workbook(*rows: Sequence[Any], table: str = "", formulas: dict[str, str] | None = None) -> BookFile:
    """A workbook with these rows on the sheet Rates from A1, and formulas on the sheet Model."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Rates"
    for row in rows:
        sheet.append(list(row))
    if table:
        sheet.add_table(Table(displayName="Rates_table", ref=table))
    model = book.create_sheet("Model")
    for cell, formula in (formulas or {}).items():
        model[cell] = formula
    content = io.BytesIO()
    book.save(content)
    return BookFile.read(content.getvalue())


def told(plan: Plan) -> list[tuple[Any, ...]]:
    """What the plan says of every price: what happens, in which cell, before, after."""
    return [(row.kind, row.cell, row.old, row.new) for row in plan.rows]


def cells(content: bytes, sheet: str = "Rates") -> dict[str, Any]:
    """What the cells of a sheet hold."""
    return {
        cell.coordinate: cell.value
        for row in load_workbook(io.BytesIO(content))[sheet].iter_rows()
        for cell in row
        if cell.value is not None
    }


def repriced(book: BookFile, target: Target, **how: Any) -> bytes:
    """The workbook after repricing; a second run must find nothing to do."""
    content = applied(book, planned(book, target, **how)).content
    again = planned(BookFile.read(content), target, **how)
    assert not again.changes_anything, told(again)
    return content
