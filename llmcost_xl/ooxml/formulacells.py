"""The cells of a sheet, or those that hold formulas: found at once where the rows are plain, else by the parser."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import plain
from llmcost_xl.ooxml.addresses import Area, column_number
from llmcost_xl.ooxml.reading import Formula, RawCell, items
from llmcost_xl.ooxml.xmlpart import attributes_of, entities_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.ooxml.xmlpart import XmlPart

HEAD: Final = rb'<c r="([A-Z]+)([0-9]+)"(' + plain.ATTRIBUTES + rb") ?"
OF_FORMULA: Final = rb"<f(" + plain.ATTRIBUTES + rb") ?(?:/>|>([^<]*+)</f>)"
OF_VALUE: Final = rb"(<v" + plain.SPACE + rb" ?(?:/>|>([^<]*+)</v>))"
OF_TEXT: Final = rb"(<is><t" + plain.SPACE + rb" ?(?:/>|>([^<]*+)</t>)</is>)"
REST: Final = rb"(?:" + OF_VALUE + rb"|" + OF_TEXT + rb")?+"
FORMULA_CELL: Final = re.compile(HEAD + rb">" + OF_FORMULA + REST)
ANY_CELL: Final = re.compile(HEAD + rb"(?:(?=/>)|>(?:" + OF_FORMULA + rb")?+" + REST + rb")")


def formula_cells(part: XmlPart) -> Iterator[RawCell]:
    """The cells with formulas, in the order of the file.

    Raises:
        RefusedError: the sheet is damaged.
    """
    return _cells(part, formulas_only=True)


def all_cells(part: XmlPart) -> Iterator[RawCell]:
    """The cells in the order of the file.

    Raises:
        RefusedError: the sheet is damaged.
    """
    return _cells(part, formulas_only=False)


def _cells(part: XmlPart, *, formulas_only: bool) -> Iterator[RawCell]:
    rows = plain.rows(part.text)
    if rows is not None:
        return _searched(part, FORMULA_CELL if formulas_only else ANY_CELL, *rows)
    return (item for item in items(part, formulas_only=formulas_only) if isinstance(item, RawCell))


def _is_usual(text: bytes) -> bool:
    """Whether every row of a sheet is plain."""
    return plain.rows(text) is not None


def _searched(part: XmlPart, expression: re.Pattern[bytes], start: int, stop: int) -> Iterator[RawCell]:
    """Plain cells, with the places at which the parser would have called."""
    text = part.text
    for match in expression.finditer(text, start, stop):
        letters, digits, attributes, of_formula, formula, value, number, own, words = match.groups()
        kind, style = look(attributes)
        begin, end = match.span()
        span = None
        if value:
            span = match.start(6), match.start(6) if number is None else end - len(b"</v>")
        elif own:
            span = match.start(8), end - len(b"</is>")
        yield RawCell(
            int(digits), column(letters), kind, style,
            None if of_formula is None else _formula(part, of_formula, formula or b""),
            None if span is None else entities_read(number or words or b""),
            begin, begin if text.startswith(b"/>", end) else end, span,
        )  # fmt: skip


@lru_cache(1000)
def column(letters: bytes) -> int:
    """6 for b"F"."""
    return column_number(letters.decode())


@lru_cache(1000)
def look(attributes: bytes) -> tuple[str, str]:
    """A cell's type and format; most cells of a sheet have the same."""
    given = attributes_of(attributes)
    return given.get("t", "n"), given.get("s", "")


def _formula(part: XmlPart, attributes: bytes, text: bytes) -> Formula:
    if not attributes:
        return Formula(entities_read(text), "", None, "")
    given = attributes_of(attributes)
    try:
        area = Area.read(given["ref"]) if "ref" in given else None
    except RefusedError as problem:
        raise RefusedError(f"part {part.name!r}: {problem}") from None
    return Formula(entities_read(text), given.get("t", "").replace("normal", ""), area, given.get("si", ""))
