"""Workbooks as the task pane and xlwings' client send them to a script of the server."""

from __future__ import annotations

import datetime as dt
import functools
import io
import warnings
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import DataTableFormula

if TYPE_CHECKING:
    from collections.abc import Iterator


@functools.lru_cache(maxsize=1)
def loaded(content: bytes) -> tuple[openpyxl.Workbook, openpyxl.Workbook]:
    """A workbook as it is written, and with the values that its formulas gave."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that openpyxl does not know, and that nobody looks at here
        return openpyxl.load_workbook(io.BytesIO(content)), openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def sent(content: bytes, prices: str = "") -> dict[str, Any]:
    """A workbook: xlwings sends the values, days as ISO texts, and the task pane the formulas."""
    written, book = loaded(content)
    sheets = []
    for sheet in book.worksheets:
        rows = sheet.iter_rows(1, sheet.max_row, 1, sheet.max_column, values_only=True)
        values = [[_on_the_wire(value) for value in row] for row in rows]
        sheets.append({"name": sheet.title, "values": values, "pictures": [], "tables": list(_tables(sheet)),
                       "used_range_address": f"A1:{get_column_letter(sheet.max_column)}{sheet.max_row}"})  # fmt: skip
    names = [*_names(book.defined_names), *(name for sheet in book for name in _names(sheet.defined_names, sheet))]
    described = {"name": "plan.xlsx", "active_sheet_index": 0, "selection": "A1"}
    formulas = {sheet.title: list(_formulas(sheet)) for sheet in written.worksheets}
    merged = {sheet.title: [str(area) for area in sheet.merged_cells.ranges] for sheet in written.worksheets}
    args = [formulas, prices, merged]
    return {"client": "Office.js", "version": "0.37.8", "book": described, "names": names, "sheets": sheets,
            "args": args}  # fmt: skip


def written(answer: Any, content: bytes) -> dict[tuple[str, tuple[int, int]], Any]:
    """The cells that the answer has Excel write."""
    names = loaded(content)[0].sheetnames
    cells = {}
    for action in answer.json()["actions"]:
        if action["func"] == "setValues":
            for row, values in enumerate(action["values"], start=action["start_row"] + 1):
                for column, value in enumerate(values, start=action["start_column"] + 1):
                    cells[names[action["sheet_position"]], (row, column)] = value
    return cells


def told(answer: Any) -> str:
    """What the answer has the task pane say."""
    macros = [action["args"] for action in answer.json()["actions"] if action["func"] == "runMacro"]
    return next(str(args[1]) for args in macros if args[0] == "llmcostSaid")


def kept(answer: Any) -> list[dict[str, Any]]:
    """The blocks of cells of which the answer has the task pane take note."""
    macros = [action["args"] for action in answer.json()["actions"] if action["func"] == "runMacro"]
    return [block for args in macros if args[0] == "llmcostKept" for block in args[1]]


def _on_the_wire(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.000Z}"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%dT00:00:00.000Z}"
    if isinstance(value, dt.time):
        return f"1899-12-30T{value}.000Z"
    return "" if value is None else value


def _names(defined: Any, sheet: Any = None) -> Iterator[dict[str, Any]]:
    for name in defined.values():
        yield {"name": name.name, "book_scope": sheet is None, "refers_to": f"={name.attr_text}", "sheet_index": None,
               "address": None, "scope_sheet_name": sheet.title if sheet is not None else None,
               "scope_sheet_index": None}  # fmt: skip


def _tables(sheet: Any) -> Iterator[dict[str, Any]]:
    for table in sheet.tables.values():
        totals = table.ref if table.totalsRowCount else None
        yield {"name": table.displayName, "range_address": table.ref,
               "header_row_range_address": None if table.headerRowCount == 0 else table.ref,
               "data_body_range_address": table.ref, "total_row_range_address": totals}  # fmt: skip


def _formulas(sheet: Any) -> Iterator[list[Any]]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                yield [cell.row, cell.column, formula_in(cell)]


def formula_in(cell: Any) -> str:
    """A formula as Excel shows it."""
    if isinstance(cell.value, DataTableFormula):
        return f"=TABLE({cell.value.r1},)"
    return str(getattr(cell.value, "text", cell.value))
