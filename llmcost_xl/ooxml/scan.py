"""One pass over a workbook's XML: it builds nothing, but counts and measures, and refuses what no workbook needs.

The parser sees all of it, so that what passes is well-formed. It calls for every element, except in rows that are
plain: those are counted and measured by searches.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final, NoReturn
from xml.parsers import expat

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import plain

LONGEST_FORMULA: Final = 8192  # characters; Excel's own limit
LONGEST_TAG: Final = 1 << 20
DEEPEST: Final = 256
AMONG_ROWS: Final = 2  # how deep the rows of a sheet lie
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

    def begin(self, part: str) -> None:
        """Turn to the next part."""
        self._part = part
        self._depth = self._area = self._formula = self._fed = 0
        self._in_formula = self._in_sheet = False
        self._rows, self._columns = [LAST_ROW, 0], [LAST_COLUMN, 0]
        self._parser: Any = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._parser.XmlDeclHandler = self._declared
        self._listen()

    def _listen(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._text

    def feed(self, text: bytes) -> None:
        """Take in a piece of the part, element by element.

        Raises:
            ExpatError: it is damaged.
            RefusedError: it holds what no workbook needs.
        """
        self._fed += len(text)
        self._parser.Parse(text, False)
        if self._fed - max(self._parser.CurrentByteIndex, 0) > LONGEST_TAG:
            self._refuse(f"a tag of more than {LONGEST_TAG:,} characters")

    @property
    def is_among_rows(self) -> bool:
        """Whether the part is a sheet, and what follows stands between two of its rows."""
        return self._depth == AMONG_ROWS and self._in_sheet

    def feed_rows(self, text: bytes) -> None:
        """Take in a piece that is plain rows."""
        self._parser.StartElementHandler = self._parser.EndElementHandler = self._parser.CharacterDataHandler = None
        self.feed(text)
        self._listen()
        self._add_elements(text.count(b"<") - text.count(b"</"))
        self._add("c", text.count(b"<c "))
        for digits in plain.row_numbers(text):
            self._row(digits)
        for letters in plain.columns(text):
            self._column(letters)
        for area in plain.arrays(text):
            self._spread(area)

    def end(self) -> None:
        """See whether the part is whole, and whether the cells of a sheet lie impossibly far apart."""
        self._parser.Parse(b"", True)
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
        if self._depth > DEEPEST:
            self._refuse("nested too deeply")
        self._add_elements(1)
        name = name.rpartition(":")[2]
        if self._depth == AMONG_ROWS:
            self._in_sheet = name == "sheetData"
        if name in MOST:
            self._add(name, 1)
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

    def _add_elements(self, count: int) -> None:
        self._elements += count
        if self._elements > MOST_ELEMENTS:
            self._refuse(f"more than {MOST_ELEMENTS:,} elements")

    def _add(self, name: str, count: int) -> None:
        most, what = MOST[name]
        self._counts[name] += count
        if self._counts[name] > most:
            self._refuse(f"more than {most:,} {what}")

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
