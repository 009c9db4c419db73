"""One pass over a workbook's XML: it builds nothing, but counts and measures, and refuses what no workbook needs."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final, NoReturn
from xml.parsers import expat

from llmcost_xl.errors import RefusedError

LONGEST_FORMULA: Final = 8192  # characters; Excel's own limit
DEEPEST: Final = 256
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
WIDEST_AREA: Final = 500_000  # cells in all merged areas and links of a sheet; each becomes an object
LARGEST_GRID: Final = 64_000_000  # cells between the first and the last of a sheet
MOST_ELEMENTS: Final = 20_000_000
MOST: Final = {
    "c": (2_000_000, "cells"),
    "mergeCell": (50_000, "merged areas"),
    "hyperlink": (66_000, "links"),
    "dataValidation": (65_000, "data validations"),
    "conditionalFormatting": (50_000, "conditional formats"),
    "definedName": (65_000, "names"),
    "comment": (100_000, "comments"),
    "sheet": (2_000, "sheets"),
    "xf": (130_000, "cell formats"),
    "dxf": (65_000, "formats of conditions"),
    "si": (2_000_000, "texts"),
}
"""How many of an XML element a workbook may hold, and what they are."""

ENCODINGS: Final = ("utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1")
AREA: Final = re.compile(r"\$?([A-Za-z]{1,9})\$?(\d{1,12})(?::\$?([A-Za-z]{1,9})\$?(\d{1,12}))?")


class Scan:
    """Counts what the parts of a workbook hold, and refuses what no workbook needs."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._elements = 0
        self._part = ""
        self._reset()

    def _reset(self) -> None:
        self._depth = self._area = self._formula = 0
        self._in_formula = False
        self._rows, self._columns = [LAST_ROW, 0], [LAST_COLUMN, 0]

    def begin(self, part: str) -> Any:
        """A parser for the next part."""
        self._part = part
        self._reset()
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declared
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._finish
        parser.CharacterDataHandler = self._text
        return parser

    def end(self) -> None:
        """See whether the cells of a sheet lie impossibly far apart."""
        rows, columns = self._rows[1] - self._rows[0] + 1, self._columns[1] - self._columns[0] + 1
        if rows > 0 and columns > 0 and rows * columns > LARGEST_GRID:
            self._refuse(f"its cells spread over {rows:,} rows and {columns:,} columns")

    def _refuse(self, reason: str) -> NoReturn:
        raise RefusedError(f"part {self._part!r}: {reason}")

    def _doctype(self, *_: Any) -> None:
        self._refuse("declares a document type, which workbooks never do")

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            self._refuse(f"encoded as {encoding}, which workbooks never are")

    def _text(self, text: str) -> None:
        if self._in_formula:
            self._formula += len(text)
            if self._formula > LONGEST_FORMULA:
                self._refuse(f"a formula of more than {LONGEST_FORMULA:,} characters")

    def _finish(self, _name: str) -> None:
        self._depth -= 1
        self._in_formula = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEEPEST or self._elements > MOST_ELEMENTS:
            self._refuse("nested too deeply" if self._depth > DEEPEST else f"more than {MOST_ELEMENTS:,} elements")
        name = name.rpartition(":")[2]
        if name in MOST:
            most, what = MOST[name]
            self._counts[name] += 1
            if self._counts[name] > most:
                self._refuse(f"more than {most:,} {what}")
        if name == "c":
            self._cell(attributes.get("r", ""))
        elif name == "row":
            self._row(attributes.get("r", ""))
        elif name in ("mergeCell", "hyperlink"):
            self._spread(attributes.get("ref", ""))
        elif name == "f":
            self._in_formula, self._formula = True, 0
            if attributes.get("t") in ("array", "dataTable"):
                self._spread(attributes.get("ref", ""))

    def _cell(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        if letters:
            self._column(letters)
        digits = reference[len(letters) :]
        if digits:
            self._row(digits)

    def _row(self, digits: str) -> None:
        if not digits:
            return
        row = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len(str(LAST_ROW)) else 0
        if not 1 <= row <= LAST_ROW:
            self._refuse(f"row {digits[:20]}, where a sheet has {LAST_ROW:,}")
        self._rows = [min(self._rows[0], row), max(self._rows[1], row)]

    def _column(self, letters: str) -> int:
        column = _column_number(letters)
        if not column:
            self._refuse(f"column {letters[:20]!r}, where a sheet ends with XFD")
        self._columns = [min(self._columns[0], column), max(self._columns[1], column)]
        return column

    def _spread(self, reference: str) -> None:
        """Merged cells and links are made one object per cell."""
        match = AREA.fullmatch(reference)
        if match is None:
            self._refuse(f"the area {reference[:40]!r} is none")
        left, top, right, bottom = match.groups()
        columns = [_column_number(letters) for letters in (left, right or left)]
        rows = [int(digits) for digits in (top, bottom or top)]
        if 0 in columns or not 1 <= min(rows) <= max(rows) <= LAST_ROW:
            self._refuse(f"the area {reference[:40]!r} lies outside the sheet")
        self._area += (abs(columns[1] - columns[0]) + 1) * (abs(rows[1] - rows[0]) + 1)
        if self._area > WIDEST_AREA:
            self._refuse(f"merged cells, links and array formulas over more than {WIDEST_AREA:,} cells")


def _column_number(letters: str) -> int:
    """1 to 16,384, or 0 for what is no column of a sheet."""
    if not (letters.isascii() and letters.isalpha()) or len(letters) > len("XFD"):
        return 0
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number if number <= LAST_COLUMN else 0
