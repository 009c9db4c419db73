"""Workbooks that Excel itself has saved, macros in them: those that xlwings brings along, given the corpus' two sheets.

The sheets are put in by our own means, which leave all else as it is.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any, Final

import xlsxwriter
import xlwings

from corpus.case import DATED, TOP, Case, figures, list_cells, results
from llmcost_xl.ooxml import Archive, BookFile
from llmcost_xl.ooxml.guard import CONTENT_TYPES as TYPES
from llmcost_xl.ooxml.newsheet import with_sheet


def with_prices(name: str) -> bytes:
    """A workbook of xlwings with the sheets Prices and Model."""
    archive = Archive.read(Path(xlwings.__file__).with_name(name))
    types = archive.part(TYPES).replace(b"ms-excel.addin.macroEnabled", b"ms-excel.sheet.macroEnabled")
    content = archive.with_parts({TYPES: types})  # an add-in is a workbook by another name
    for sheet, source in (("Prices", prices()), ("Model", model())):
        content = with_sheet(BookFile.read(content), source, sheet)
    return content


def prices() -> bytes:
    """A workbook of one sheet, its texts in its cells."""
    stream, made, sheet = _begun()
    day, bold = made.add_format({"num_format": "yyyy-mm-dd"}), made.add_format({"bold": True})
    for row, column, content in list_cells(DATED):
        if isinstance(content, dt.date):
            sheet.write_datetime(row - 1, column - 1, content, day)
        else:
            sheet.write(row - 1, column - 1, content, bold if row == TOP else None)
    made.close()
    return stream.getvalue()


def model() -> bytes:
    """Another, whose formulas read the first."""
    stream, made, sheet = _begun()
    given = results()
    for cell, content in figures(DATED).items():
        if isinstance(content, str) and content.startswith("="):
            sheet.write_formula(cell, content, None, given[cell])
        else:
            sheet.write(cell, content)
    made.close()
    return stream.getvalue()


def _begun() -> tuple[io.BytesIO, Any, Any]:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"constant_memory": True})
    return stream, made, made.add_worksheet()


CASES: Final = (
    Case("Excel, macros", "Excel", lambda: with_prices("quickstart.xlsm"), suffix=".xlsm"),
    Case("Excel, macros of its own", "Excel", lambda: with_prices("quickstart_standalone.xlsm"), suffix=".xlsm"),
    Case("Excel, macros and a ribbon", "Excel", lambda: with_prices("quickstart_addin_ribbon.xlam"), suffix=".xlsm"),
)  # fmt: skip
