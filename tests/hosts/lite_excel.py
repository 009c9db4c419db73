"""A workbook that is open in an Excel with xlwings Lite, and the scripts that are run on it from the task pane."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any, Final

import openpyxl
from lite_host import EXCEL_EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lite_host import Lite

PLAN: Final = """
from llmcost_xl.hosts.lite import repricing
from llmcost_xl.reprice import newest, planned
import json
plan = planned(await repricing.read(book), newest())
answer = json.dumps([plan.rows, [[sheet, *where, value] for sheet, puts in plan.puts.items() for where, value
    in puts.items()]], default=str)
"""


class Opened:
    """An open workbook; `faults` are those of excel.mjs."""

    def __init__(self, lite: Lite, content: bytes, **faults: Any) -> None:
        self._lite = lite
        self._workbook: dict[str, Any] | None = described(content) | faults
        self.reads = self.writes = 0
        self.seconds = 0.0

    def run(self, script: str, *given: str) -> str:
        """Run a script, and return what it says."""
        answer = self._lite.request({"script": script, "given": given, "workbook": self._workbook})
        self._workbook = None
        self.reads, self.writes, self.seconds = answer["reads"], answer["writes"], answer["seconds"]
        (said,) = answer["alerts"]
        return str(said)

    def plan(self) -> Any:
        """Rows and cells of the plan that is made in Pyodide."""
        answer = self._lite.request({"python": PLAN, "workbook": self._workbook})
        self._workbook = None
        return json.loads(answer["answer"])

    def cells(self) -> dict[tuple[str, int, int], Any]:
        """What is written in the cells after the last script."""
        sheets = self._lite.request({"look": True})["sheets"]
        return {(sheet["name"], row, column): written
                for sheet in sheets for row, cells in enumerate(sheet["cells"], start=1)
                for column, (_, written) in enumerate(cells, start=1) if written != ""}  # fmt: skip


def described(content: bytes) -> dict[str, Any]:
    """A workbook as excel.mjs takes it: of every cell what it shows and what is written in it."""
    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    written = openpyxl.load_workbook(io.BytesIO(content))
    sheets = []
    for sheet in written.worksheets:
        rows = zip(_rows(shown[sheet.title]), _rows(sheet), strict=True)
        cells = [[_cell(one.value, other.value) for one, other in zip(*pair, strict=True)] for pair in rows]
        sheets.append({"name": sheet.title, "cells": cells, "tables": list(_tables(sheet)),
                       "merged": [str(area) for area in sheet.merged_cells.ranges],
                       "used_range_address": sheet.calculate_dimension()})  # fmt: skip
    return {"name": "plan.xlsx", "names": list(_names(written)), "sheets": sheets}


def _rows(sheet: Any) -> Any:
    return sheet.iter_rows(1, sheet.max_row, 1, sheet.max_column)


def _cell(shown: Any, written: Any) -> list[Any]:
    text = getattr(written, "text", written)  # of an array formula
    if isinstance(text, str) and text.startswith("="):
        return [_on_the_wire(shown), text]
    return [_on_the_wire(shown), serial(shown) if isinstance(shown, dt.datetime) else _on_the_wire(shown)]


def _on_the_wire(value: Any) -> Any:
    if isinstance(value, dt.time):  # as openpyxl shows a day 0
        value = dt.datetime.combine(EXCEL_EPOCH, value)
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return "" if value is None else value


def serial(day: dt.date) -> float:
    """The number that stands in the cell of a day."""
    moment = day if isinstance(day, dt.datetime) else dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a cell has no time zone
    return (moment - EXCEL_EPOCH) / dt.timedelta(days=1)


def _names(book: openpyxl.Workbook) -> Iterator[dict[str, Any]]:
    scopes: list[tuple[int | None, str | None, Any]] = [(None, None, book.defined_names)]
    scopes += [(place, sheet.title, sheet.defined_names) for place, sheet in enumerate(book.worksheets)]
    for place, sheet, names in scopes:
        for name in names.values():
            yield {"name": name.name, "refers_to": f"={name.attr_text}", "sheet_index": None, "address": None,
                   "book_scope": sheet is None, "scope_sheet_index": place, "scope_sheet_name": sheet}  # fmt: skip


def _tables(sheet: Any) -> Iterator[dict[str, Any]]:
    for table in sheet.tables.values():
        yield {"name": table.displayName, "range_address": table.ref, "header_row_range_address": table.ref,
               "data_body_range_address": table.ref, "total_row_range_address": None}  # fmt: skip
