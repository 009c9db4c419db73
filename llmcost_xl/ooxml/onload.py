"""The workbook part: everything is to be calculated when it is next opened, and filters cover appended rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.addresses import Area
from llmcost_xl.ooxml.xmlpart import Splice, prefix_of, retagged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from llmcost_xl.ooxml.xmlpart import Element, XmlPart

BEFORE: Final = {"fileVersion", "fileSharing", "workbookPr", "AlternateContent", "revisionPtr", "absPath",
                 "workbookProtection", "bookViews", "sheets", "functionGroups", "externalReferences",
                 "definedNames"}  # fmt: skip
"""What stands before calcPr in a workbook part, as the schema orders it."""

FILTER: Final = "_xlnm._FilterDatabase"


def recalculated_on_load(part: XmlPart, filters: Mapping[int, tuple[Area, Area]]) -> bytes:
    """The workbook part that has everything calculated on opening.

    `filters` are by the position of the sheet the area of its filter, before and after rows were appended: Excel keeps
    it as a hidden name too.
    """
    children = list(part.elements(lambda _, depth: depth == 1))
    splices = [_calculation(part, children)]
    for element in part.elements(lambda name, depth: name == "definedName" and depth == 2):  # noqa: PLR2004
        scope = element.attributes.get("localSheetId", "")
        if element.attributes.get("name") == FILTER and scope.isdigit() and int(scope) in filters:
            before, after = filters[int(scope)]
            start = element.start + len(part.tag(element.start))
            text = part.text[start : element.end]
            if text.endswith(_absolute(before)):
                splices.append(Splice(element.end - len(_absolute(before)), element.end, _absolute(after)))
    return part.spliced(splices)


def _calculation(part: XmlPart, children: Sequence[Element]) -> Splice:
    """The calculation settings with the wish, or new ones at their place."""
    for element in children:
        if element.name == "calcPr":
            tag = part.tag(element.start)
            return Splice(element.start, element.start + len(tag), retagged(tag, {"fullCalcOnLoad": "1"}))
    before = [element for element in children if element.name in BEFORE]
    if not before:
        raise RefusedError(f"part {part.name!r}: damaged, it lists no sheets")
    last = before[-1]
    at = part.stop(last.start, last.end)
    sheets = next((element for element in children if element.name == "sheets"), last)
    prefix = prefix_of(part.tag(sheets.start))
    return Splice(at, at, f'<{prefix}calcPr fullCalcOnLoad="1"/>'.encode())


def _absolute(area: Area) -> bytes:
    """An area as names state it, "$A$1:$H$20"."""
    corners = (Area.of((area.top, area.left)), Area.of((area.bottom, area.right)))
    words = (str(corner) for corner in corners)
    split = ((word.rstrip("0123456789"), word) for word in words)
    return ":".join(f"${letters}${word[len(letters) :]}" for letters, word in split).encode()
