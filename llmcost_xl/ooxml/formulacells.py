"""The cells of a sheet that hold formulas: found at once where the XML is spelled as spreadsheet programs spell it.

A parser calls back for every element; a sheet of a million cells takes it ten times as long as a search for the few
shapes that a formula cell has. The guard's parser has already found the XML to be in order, so that a tag in it can
only be a tag. Where a sheet is spelled in another way, with prefixes, comments or CDATA, the parser does the work.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.addresses import Area, position
from llmcost_xl.ooxml.reading import Formula, RawCell, items
from llmcost_xl.ooxml.xmlpart import attributes_of, entities_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.ooxml.xmlpart import XmlPart

UNUSUAL: Final = (b"<!", b"<?xml-", b"AlternateContent", b"<c>", b"<c/>")
SPACED: Final = re.compile(rb"<v\s+[^\s/>]")  # a value with attributes
CELL: Final = re.compile(
    rb"<c((?:\s+[A-Za-z:]+=\"[^\"<]*\")+)\s*>\s*"
    rb"<f((?:\s+[A-Za-z0-9:]+=\"[^\"<]*\")*)\s*(?:/>|>([^<]*)</f>)\s*(?:(<v\s*>)([^<]*)</v>|(<v\s*/>))?"
)
FORMULA: Final = re.compile(rb"<f[\s>/]")
USUAL_ROOT: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:<\?xml[^>]*\?>)?\s*<worksheet[\s>]")
END: Final = b"</c>"


def formula_cells(part: XmlPart) -> Iterator[RawCell]:
    """The cells with formulas, in the order of the file.

    Raises:
        RefusedError: the sheet is damaged.
    """
    if _is_usual(part.text):
        yield from _searched(part)
        return
    for item in items(part, formulas_only=True):
        if isinstance(item, RawCell):
            yield item


def _is_usual(text: bytes) -> bool:
    """Whether every formula of a sheet has the shape that is searched for."""
    if not USUAL_ROOT.match(text) or any(odd in text for odd in UNUSUAL) or SPACED.search(text):
        return False
    end = text.rfind(b"</sheetData>")
    return sum(1 for _ in FORMULA.finditer(text, 0, max(end, 0))) == sum(1 for _ in CELL.finditer(text, 0, max(end, 0)))


def _searched(part: XmlPart) -> Iterator[RawCell]:
    text = part.text
    for match in CELL.finditer(text, 0, max(text.rfind(b"</sheetData>"), 0)):
        tag, formula_tag, formula, _, value, empty = match.groups()
        given = attributes_of(tag)
        try:
            row, column = position(given["r"])
            formula_read = _formula(attributes_of(formula_tag) if formula_tag else {}, formula or b"")
        except (KeyError, RefusedError) as problem:
            raise RefusedError(f"part {part.name!r}: {problem}") from None
        span = None
        if value is not None:
            span = match.start(4), match.end(5)
        elif empty is not None:
            span = match.span(6)
        yield RawCell(
            row, column, given.get("t", "n"), given.get("s", ""), formula_read,
            None if span is None else entities_read(value or b""), match.start(), text.index(END, match.end()), span,
        )  # fmt: skip


def _formula(given: dict[str, str], text: bytes) -> Formula:
    area = Area.read(given["ref"]) if "ref" in given else None
    return Formula(entities_read(text), given.get("t", "").replace("normal", ""), area, given.get("si", ""))
