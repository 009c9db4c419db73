"""What a formula reads: cells, tables and names. What cannot be told is said so, and never guessed."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from llmcost_xl.ooxml.addresses import Area, column_letters, column_number
from llmcost_xl.ooxml.scan import LAST_COLUMN, LAST_ROW

ANYWHERE: Final = frozenset({"INDIRECT", "OFFSET", "CELL", "INFO", "EVALUATE", "CALL", "REGISTER.ID", "GETPIVOTDATA"})
"""Functions that read cells, or other things, which their text does not name."""

WIDENING: Final = frozenset({"SUMIF", "AVERAGEIF"})  # they read as much of one area as another is large

CELL: Final = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
BRACKET: Final = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
TOKEN: Final = re.compile(
    rf"""
    "(?:[^"]|"")*"
    | \#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|[A-Z_]+!?)
    | (?P<sheet>(?:'(?:[^']|'')+'|(?:\[[^\]]*\])?[\w.\\?]+(?::[\w.\\?]+)?|\[[^\]]*\])!)?
      (?: (?P<area>{CELL}(?::{CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[0-9]+:\$?[0-9]+)(?![\w.(\[!\\?])
        | (?P<name>[^\W\d][\w.\\?]*|\\[\w.\\?]*)(?:(?P<call>\s*\()|(?P<table>{BRACKET}))?
        | [0-9]+(?:\.[0-9]*)?(?:[Ee][+-]?[0-9]+)?
        | \.[0-9]+(?:[Ee][+-]?[0-9]+)?)
    | (?P<odd>[:\[\]!'"])
    """,
    re.VERBOSE,
)
THIS_ROW: Final = "#THIS ROW"
ROW: Final = re.compile(r"(?<![$0-9])[0-9]+")  # of a reference, where it moves with the formula
CORNER: Final = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]*)")


class Corner(NamedTuple):
    """One end of an area: row and column, and whether they move with the formula. None: the whole column or row."""

    row: int | None
    row_moves: bool
    column: int | None
    column_moves: bool


class Reference(NamedTuple):
    """An area as a formula writes it."""

    sheet: str | None  # None: the formula's own; "Jan:Mar" several
    first: Corner
    last: Corner

    def area(self, rows: int = 0, columns: int = 0) -> Area | None:
        """The cells meant, with the formula moved by so many rows and columns; None where that leaves the sheet."""
        top, left = _moved(self.first, rows, columns, (1, 1))
        bottom, right = _moved(self.last, rows, columns, (LAST_ROW, LAST_COLUMN))
        top, bottom, left, right = min(top, bottom), max(top, bottom), min(left, right), max(left, right)
        return (
            Area(top, left, bottom, right) if top >= 1 <= left and bottom <= LAST_ROW and right <= LAST_COLUMN else None
        )


class Reading(NamedTuple):
    """What a formula reads."""

    references: tuple[Reference, ...]
    names: tuple[tuple[str | None, str], ...]  # the sheet that a name is said to belong to, and the name
    tables: tuple[tuple[str, bool], ...]  # a table, and whether only the row of the formula is meant
    is_known: bool  # False: it may read any cell
    widens: bool  # each of its areas may count as large as its largest


def read(text: str) -> Reading:
    """The references, names and tables of a formula."""
    references: list[Reference] = []
    names: list[tuple[str | None, str]] = []
    tables: list[tuple[str, bool]] = []
    is_known, widens = True, False
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind is None:
            continue
        sheet = _sheet(token["sheet"])
        if kind == "odd":
            is_known = False
        elif sheet is not None and "[" in sheet:
            continue  # another workbook, whose cells do not change here
        elif token["area"]:
            references.append(_reference(sheet, token["area"]))
        elif token["table"]:
            tables.append((token["name"].upper(), THIS_ROW in token["table"].upper()))
        elif token["call"]:
            function = token["name"].upper().rpartition("_XLFN.")[2]
            is_known = is_known and function not in ANYWHERE
            widens = widens or function in WIDENING
            if token["sheet"] is None:
                names.append((None, token["name"].upper()))  # a LAMBDA that somebody gave a name
        elif token["name"]:
            names.append((sheet, token["name"].upper()))
    return Reading(tuple(references), tuple(names), tuple(tables), is_known, widens)


def moved(text: str, rows: int, columns: int = 0) -> str | None:
    """A formula as it reads when it is copied so many rows down; None where that would leave the sheet."""
    pieces, at = [], 0
    for token in TOKEN.finditer(text):
        if not token["area"]:
            continue
        reference = _reference(None, token["area"])
        if reference.area(rows, columns) is None:
            return None
        start, end = token.span("area")
        corners = token["area"].partition(":")
        ends = [_corner_text(reference.first, rows, columns)]
        if corners[1]:
            ends.append(_corner_text(reference.last, rows, columns))
        pieces += [text[at:start], ":".join(ends)]
        at = end
    return "".join((*pieces, text[at:]))


class Copied:
    """A formula of a column, and its copies in the rows below: they are known by their text, and not read again."""

    def __init__(self, text: str, row: int) -> None:
        self.reading, self.row = read(text), row
        pieces, self._numbers, at = [], [], 0
        for token in TOKEN.finditer(text):
            for number in ROW.finditer(token["area"] or ""):
                start, end = (token.start("area") + place for place in number.span())
                pieces += [text[at:start].replace("%", "%%"), "%d"]
                self._numbers.append(int(number[0]))
                at = end
        self._template = "".join((*pieces, text[at:].replace("%", "%%")))

    def reads(self, row: int) -> str:
        """What the copy in this row is."""
        return self._template % tuple([number + row - self.row for number in self._numbers])


def _sheet(text: str | None) -> str | None:
    if text is None:
        return None
    name = text[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _reference(sheet: str | None, text: str) -> Reference:
    start, _, end = text.partition(":")
    return Reference(sheet, _corner(start), _corner(end or start))


def _corner(text: str) -> Corner:
    dollar, letters, second, digits = CORNER.findall(text)[0]
    if not letters:
        return Corner(int(digits), not (dollar or second), None, False)
    row = int(digits) if digits else None
    return Corner(row, not second, column_number(letters), not dollar)


def _moved(corner: Corner, rows: int, columns: int, whole: tuple[int, int]) -> tuple[int, int]:
    row = whole[0] if corner.row is None else corner.row + rows * corner.row_moves
    column = whole[1] if corner.column is None else corner.column + columns * corner.column_moves
    return row, column


def _corner_text(corner: Corner, rows: int, columns: int) -> str:
    row, column = _moved(corner, rows, columns, (0, 0))
    letters = f"{'' if corner.column_moves else '$'}{column_letters(column)}" if corner.column else ""
    return f"{letters}{'' if corner.row_moves else '$'}{row}" if corner.row else letters
