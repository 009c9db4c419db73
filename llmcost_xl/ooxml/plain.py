"""Rows as spreadsheet programs write them: told by one expression, where a parser would call for every element.

A parser that calls takes ten times as long for a sheet of a million cells. What the expression holds for plain is
well-formed but for what it lets pass between tags, lies inside a sheet, is not nested, and has formulas of no more
than Excel's length; no loop in it ever steps back, so that it takes no longer than reading. All else is odd, not
wrong: prefixes, comments, single quotes, formatted texts in a cell. A parser looks at that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMN: Final = rb"(?:[A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D])"  # to XFD
ROW_NUMBER: Final = (
    rb"(?:[1-9][0-9]{0,5}|10[0-3][0-9]{4}|104[0-7][0-9]{3}|1048[0-4][0-9]{2}|10485[0-6][0-9]|104857[0-6])"  # to 1048576
)
ATTRIBUTES: Final = rb'(?: [A-Za-z0-9:]++="[^"<&]*+")*+'
SPACE: Final = rb'(?: xml:space="preserve")?+'
FORMULA: Final = rb"<f" + ATTRIBUTES + rb" ?(?:/>|>[^<]{0,8192}+</f>)"
VALUE: Final = rb"<v" + SPACE + rb" ?(?:/>|>[^<]*+</v>)"
TEXT: Final = rb"<is><t" + SPACE + rb" ?(?:/>|>[^<]*+</t>)</is>"
CELL: Final = (
    rb'<c r="' + COLUMN + rb'\1"' + ATTRIBUTES
    + rb" ?(?:/>|>(?:" + FORMULA + rb"(?:" + VALUE + rb")?+|" + VALUE + rb"|" + TEXT + rb")?+</c>)"
)  # fmt: skip
ROW: Final = rb'<row r="(' + ROW_NUMBER + rb')"' + ATTRIBUTES + rb" ?(?:/>|>(?:" + CELL + rb")*+</row>)"
ROWS: Final = re.compile(rb"(?:" + ROW + rb")*+")
SHEET: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:<\?xml[^<>]*\?>)?\s*<worksheet[\s>]")
BEGIN: Final = b"<sheetData>"
END: Final = b"</sheetData>"
END_OF_ROW: Final = b"</row>"
UNREAD: Final = (b"<!", b"<?", b"\0")  # what may hide a tag: comments, CDATA, two bytes a letter
NUMBER_OF_ROW: Final = re.compile(rb'<row r="([0-9]+)')
COLUMN_OF_CELL: Final = re.compile(rb'<c r="([A-Z]+)')
TAG_OF_FORMULA: Final = re.compile(rb"<f(" + ATTRIBUTES + rb")")
REFERENCE: Final = re.compile(rb' ref="([^"]*)"')


def rows_start(text: bytes) -> int:
    """Where the rows of a sheet begin, for all that its first bytes tell; 0 where they tell nothing."""
    root, start = SHEET.match(text), text.find(BEGIN) + len(BEGIN)
    if root is None or start < len(BEGIN) or any(text.find(odd, root.end(), start) >= 0 for odd in UNREAD):
        return 0
    return start


def rows_end(text: bytes, start: int) -> int:
    """Where the plain rows end that begin here."""
    return ROWS.match(text, start).end()  # type: ignore[union-attr]  # no row is a match, too


def odd_row_end(text: bytes, start: int) -> int:
    """Where the row ends that begins here, however it is written; its start where that cannot be told."""
    end = text.find(END_OF_ROW, start) + len(END_OF_ROW)
    return start if any(text.find(odd, start, end) >= 0 for odd in (*UNREAD, END)) else max(start, end)


def rows(text: bytes) -> tuple[int, int] | None:
    """Where the rows of a sheet begin and end, if all of them are plain. The guard has found the XML to be in order."""
    start = rows_start(text)
    end = rows_end(text, start) if start else 0
    return (start, end) if start and text.startswith(END, end) else None


def row_numbers(text: bytes) -> Iterator[str]:
    """The lowest and the highest number of plain rows."""
    numbers = [int(digits) for digits in NUMBER_OF_ROW.findall(text)]
    return (str(number) for number in (min(numbers), max(numbers)))


def columns(text: bytes) -> Iterator[str]:
    """The letters of the columns that have cells in plain rows."""
    return (letters.decode() for letters in set(COLUMN_OF_CELL.findall(text)))


def arrays(text: bytes) -> Iterator[str]:
    """What the array formulas and data tables in plain rows fill."""
    if b"array" in text or b"dataTable" in text:
        for tag in TAG_OF_FORMULA.findall(text):
            if b' t="array"' in tag or b' t="dataTable"' in tag:
                found = REFERENCE.search(tag)
                yield found[1].decode(errors="replace") if found else ""
