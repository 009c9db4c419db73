"""Makes the workbook that the README reprices, and the usage of its last closed month.

    python examples/make.py [FOLDER]

    llm-spend-fy2027.xlsm   what a finance team keeps by hand: tables, formulas, charts, a macro on a button
    october.csv             what was used in October, for `llmcost-xl reprice --usage`

XlsxWriter writes the workbook twice: first to have its formulas worked out, then with their values in it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import struct
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import ledger
import pages
import xlsxwriter

from llmcost_xl.calc import register
from llmcost_xl.hosts.windows.project import Module, vba_project
from llmcost_xl.ooxml import BookFile
from llmcost_xl.ooxml.evaluation import Evaluation

if TYPE_CHECKING:
    from paper import Values

FOLDER = Path(__file__).parent
WORKBOOK = "llm-spend-fy2027.xlsm"
USAGE = "october.csv"
MADE = dt.datetime(2026, 11, 4, 9, 30)  # noqa: DTZ001  # as Excel states it, without a zone
CLASSES = {"ThisWorkbook": "0{00020819-0000-0000-C000-000000000046}", "": "0{00020820-0000-0000-C000-000000000046}"}
COLOURS = ((255, 255, 255), (31, 78, 95), (224, 142, 69))  # of the logo: paper, teal, orange
PAPER, PARCEL, TAPE = range(len(COLOURS))
LOGO_SIZE = 52  # pixels


def content(values: Values) -> bytes:
    """The workbook, with these values in its formulas."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"use_future_functions": True})
    book.set_properties({"title": "LLM spend, fiscal year 2027", "author": "FP&A", "company": ledger.COMPANY,
                         "comments": "Fictional.", "created": MADE})  # fmt: skip
    made = pages.write(book, values, logo())
    book.set_vba_name("ThisWorkbook")
    for sheet, code_name in made.items():
        sheet.set_vba_name(code_name)
    book.add_vba_project(io.BytesIO(macro(list(made.values()))), is_stream=True)
    book.close()
    return stream.getvalue()


def calculated(workbook: bytes) -> Values:
    """What the formulas of a workbook give, by sheet and cell."""
    book = BookFile.read(workbook)
    engine = Evaluation(book, register)
    return {
        (sheet.name, cell.address): engine.value(sheet.name, cell.where)
        for sheet in book.sheets
        for cell in sheet.cells()
        if cell.formula is not None
    }


def macro(sheets: list[str]) -> bytes:
    """The VBA project: the workbook's and the sheets' own modules, which are empty, and the one of the button."""
    documents = [
        Module(name, f'Attribute VB_Name = "{name}"\nAttribute VB_Base = "{CLASSES.get(name, CLASSES[""])}"\n', True)
        for name in ("ThisWorkbook", *sheets)
    ]
    text = (FOLDER / "freeze.bas").read_text(encoding="ascii")
    return vba_project("LlmSpend", [*documents, Module("Freeze", f'Attribute VB_Name = "Freeze"\n{text}')])


def logo() -> bytes:
    """A parcel with a quill's line across it, as a PNG of three colours."""
    rows = bytearray()
    for y in range(LOGO_SIZE):
        rows.append(0)  # the row is not filtered
        rows += bytes(_colour(x, y) for x in range(LOGO_SIZE))
    header = struct.pack(">2L5B", LOGO_SIZE, LOGO_SIZE, 8, 3, 0, 0, 0)
    palette = bytes(part for colour in COLOURS for part in colour)
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data)) for kind, data in parts
    )


def _colour(x: int, y: int) -> int:
    """What is at a point of the logo."""
    in_parcel = x in range(4, LOGO_SIZE - 4) and y in range(10, LOGO_SIZE - 4)
    on_quill = x + int(y * 0.8) in range(48, 53) and y in range(44)
    if in_parcel:
        return PAPER if on_quill else TAPE if x in range(23, 30) else PARCEL
    return TAPE if on_quill else PAPER


def october() -> str:
    """The usage of the last closed month as CSV, cached tokens being part of the input tokens."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("feature", "model", "queries", "input_tokens", "cached_tokens", "output_tokens"))
    for used in ledger.usage():
        if used.month == ledger.CLOSED[-1]:
            model = f"{used.line.provider}/{used.line.model}"
            writer.writerow((used.line.feature, model, used.queries, *used.line.tokens))
    return stream.getvalue()


def main(folder: Path) -> None:
    """Write both files."""
    values: Values = {}
    for _ in range(2):  # what the frozen months hold is read from the first calculation
        values = calculated(content(values))
    (folder / WORKBOOK).write_bytes(content(values))
    (folder / USAGE).write_text(october(), encoding="utf-8", newline="")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
