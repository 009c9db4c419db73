"""Looks for formulas that xlwings Lite will not take as they are stored; nothing is changed."""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO, Final

from llmcost_xl.functions import FUNCTIONS

SHEETS: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
PLAIN: Final = re.compile(rf"<(?:\w+:)?f\b[^<>]*>[^<]*?(?<![\w.])(?:{'|'.join(FUNCTIONS)})\(".encode(), re.IGNORECASE)
CHUNK: Final = 2**20
LONGEST: Final = 2**15  # a formula has at most 8,192 characters


def plain_formulas(content: bytes) -> int:
    """How many formulas call our functions by the plain names that classic add-ins and LibreOffice store.

    Office add-ins store `_xldudf_QUERY_COST` instead, and Excel may show a plain name as #NAME? until the formula is
    entered again.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as workbook:
        found = 0
        for name in filter(SHEETS.fullmatch, workbook.namelist()):
            with workbook.open(name) as sheet:
                found += _count(sheet)
    return found


def _count(sheet: IO[bytes]) -> int:
    """The formulas of one sheet, read piece by piece: each is counted where it is whole."""
    found, rest = 0, b""
    while piece := sheet.read(CHUNK):
        text = rest + piece
        cut = text.rfind(b"</")
        cut = cut if cut >= 0 else len(text)
        found += len(PLAIN.findall(text, 0, cut))
        rest = text[cut:][-LONGEST:]
    return found + len(PLAIN.findall(rest))
