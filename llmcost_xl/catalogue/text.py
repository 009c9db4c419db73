"""Tables that people keep as text: their lines, and the numbers in them.

What can be read in two ways is asked about, never guessed.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from llmcost_xl.catalogue.checks import PriceFileError, PriceTableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

LARGEST_FILE: Final = 50_000_000  # bytes
MOST_LINES: Final = 1_048_576  # as many as a worksheet has rows
LONGEST_CELL: Final = 32_767  # characters, as in a worksheet
NO_TABLES: Final = {
    b"\xff\xfe": "is in UTF-16; save it as CSV UTF-8",
    b"\xfe\xff": "is in UTF-16; save it as CSV UTF-8",
    b"PK": "is a workbook or a zip file; save the sheet as CSV UTF-8",
    b"\xd0\xcf": "is an old workbook; save the sheet as CSV UTF-8",
    b"\x1f\x8b": "is compressed; unpack it first",
    b"<": "is a web page or XML, no table",
    b"%PDF": "is a PDF, no table",
}
"""What files begin with that are taken for tables by mistake."""

_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_PERHAPS_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_SURELY_A_FRACTION: Final = re.compile(r"0\.[0-9]+|[0-9]+\.([0-9]{1,2}|[0-9]{4,})")


def content_of(path: Path) -> bytes:
    """What is in a file.

    Raises:
        PriceFileError: it cannot be read.
        PriceTableError: it is too large.
    """
    name = path.name or str(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PriceTableError(name, [f"larger than {LARGEST_FILE // 1_000_000} MB"])
        return path.read_bytes()
    except OSError as error:
        raise PriceFileError(name, [f"cannot be read: {error.strerror}"]) from None


def why_no_text(content: bytes) -> str:
    """Why a content cannot be a table kept as text, whatever is in it; nothing where it may be one."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    known = next((words for beginning, words in NO_TABLES.items() if start.startswith(beginning)), "")
    return known or ("is in UTF-16, or no text at all; save it as CSV UTF-8" if b"\0" in content else "")


def lines_of(content: bytes, name: str) -> list[list[str]]:
    """The lines of a table as fields, with a comma, a semicolon or a tab between them, as the first line shows.

    Raises:
        PriceTableError: it is no such table, or too long for a worksheet.
    """
    if words := why_no_text(content):
        raise PriceTableError(name, [words])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = content.count(b"\n", 0, error.start) + 1
        raise PriceTableError(name, [f"is not UTF-8 text (line {place}); save it as CSV UTF-8"]) from None
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    lines: list[list[str]] = []
    try:
        for line in reader:
            if len(lines) == MOST_LINES:
                raise PriceTableError(name, [f"has more than {MOST_LINES:,} lines; split it"])
            if any(len(cell) > LONGEST_CELL for cell in line):
                raise PriceTableError(
                    name, [f"row {len(lines) + 1} has a field of more than {LONGEST_CELL:,} characters"]
                )
            lines.append(line)
    except csv.Error as error:
        raise PriceTableError(name, [f"row {len(lines) + 1} is not CSV: {error}"]) from None
    return lines


def number_reader(cells: Iterable[str]) -> Callable[[str], float]:
    """Reads the numbers of a table, some cells of which may show that a point in them is a decimal point.

    Without such a sign 1.234 may mean 1234, as in half of Europe. The reader raises ValueError with the reason.
    """
    points_are_decimal = any(_SURELY_A_FRACTION.fullmatch(cell.strip()) for cell in cells)

    def number(cell: str) -> float:
        text = cell.strip()
        if not _NUMBER.fullmatch(text):
            raise ValueError("is no plain number; write it like 0.15, with a point and without separators")
        if not points_are_decimal and _PERHAPS_THOUSANDS.fullmatch(text):
            raise ValueError(f"could mean thousands; write {text}0 or {text.replace('.', '')}")
        return float(text)

    return number


def plainly(number: str) -> str:
    """A number as text that `number_reader` never has to ask about."""
    return f"{number}0" if _PERHAPS_THOUSANDS.fullmatch(number) else number
