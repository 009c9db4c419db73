"""The formats that a sheet from another workbook needs, found among those of a file or added to their end.

A cell names its format by a number, a place in the list `cellXfs`, which in turn names places in the lists of fonts,
fills, borders and number formats. Nothing is put between what is there, so that no cell of the file changes its look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from defusedxml import ElementTree

from llmcost_xl.ooxml.xmlpart import Splice, opened_tag, prefix_of, retagged

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element as Node

    from llmcost_xl.ooxml.xmlpart import Element, XmlPart

Look: TypeAlias = tuple[str, tuple[tuple[str, str], ...], str, tuple["Look", ...]]
"""An element without its namespace: name, attributes, text, what it holds."""

ORDER: Final = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
                "colors", "extLst")  # fmt: skip
"""The parts of the styles, in the order that the format prescribes."""

PLACES: Final = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
APPLIED: Final = dict.fromkeys(("applyNumberFormat", "applyFont", "applyFill", "applyBorder", "applyAlignment",
                                "applyProtection"), "1")  # fmt: skip
FIRST_OWN_FORMAT: Final = 164  # lower numbers are those that every program knows
CELL: Final = re.compile(rb'(<(?:c|row) [^>]*?\bs=")(\d+)(")')
COLUMN: Final = re.compile(rb'(<col [^>]*?\bstyle=")(\d+)(")')
RULE: Final = re.compile(rb'(<cfRule [^>]*?\bdxfId=")(\d+)(")')
NO_FORMAT: Final = re.compile(rb'(?<= )(?:s|style)="\d+" ?(?=[^<]*>)|<conditionalFormatting.*?</conditionalFormatting>')


@dataclass
class Formats:
    """The lists of a file, and what is added to them."""

    file: XmlPart | None
    lists: dict[str, list[Look]]  # of the file, grown by what is added
    source: dict[str, list[Look]]
    added: dict[str, list[Look]] = field(default_factory=dict)

    @classmethod
    def of(cls, file: XmlPart | None, source: XmlPart) -> Formats:
        """Those of a file, which may have none, and those that a sheet comes with."""
        return cls(file, _lists(file) if file else {}, _lists(source))

    @property
    def adds_anything(self) -> bool:
        """Whether the file lacks any of them."""
        return bool(self.added)

    def translated(self, sheet: bytes) -> bytes:
        """The sheet with the file's numbers for its formats; without formats where the file has no styles."""
        if self.file is None:
            return NO_FORMAT.sub(b"", sheet)
        for pattern, translate in ((CELL, self._format), (COLUMN, self._format), (RULE, self._difference)):
            sheet = _renumbered(sheet, pattern, translate)
        return sheet

    def part(self) -> bytes:
        """The styles of the file with what is added."""
        assert self.file is not None  # noqa: S101  # something was added to it
        there = {element.name: element for element in self.file.elements(lambda _, depth: depth == 1)}
        return self.file.spliced([self._grown(name, looks, there) for name, looks in self.added.items()])

    # -- from the source's numbers to the file's -----------------------------------------------------------------------

    def _format(self, number: int) -> int:
        name, attributes, text, inner = self.source["cellXfs"][number]
        given = dict(attributes) | APPLIED | {"xfId": "0"}
        for attribute, place in PLACES.items():
            given[attribute] = str(self._place(place, self.source[place][int(given.get(attribute, 0))]))
        given["numFmtId"] = str(self._number_format(int(given.get("numFmtId", 0))))
        return self._place("cellXfs", (name, tuple(sorted(given.items())), text, inner))

    def _difference(self, number: int) -> int:
        return self._place("dxfs", self.source["dxfs"][number])

    def _place(self, name: str, look: Look) -> int:
        """Where a format stands in a list of the file."""
        looks = self.lists.setdefault(name, [])
        if look not in looks:
            looks.append(look)
            self.added.setdefault(name, []).append(look)
        return looks.index(look)

    def _number_format(self, number: int) -> int:
        """The number of a number format, by its code."""
        if number < FIRST_OWN_FORMAT:
            return number
        codes = {int(attributes["numFmtId"]): attributes["formatCode"] for attributes in self._codes(self.source)}
        there = {attributes["formatCode"]: int(attributes["numFmtId"]) for attributes in self._codes(self.lists)}
        if codes[number] not in there:
            new = max((FIRST_OWN_FORMAT - 1, *there.values())) + 1
            attributes = (("formatCode", codes[number]), ("numFmtId", str(new)))
            self._place("numFmts", ("numFmt", attributes, "", ()))
            return new
        return there[codes[number]]

    @staticmethod
    def _codes(lists: dict[str, list[Look]]) -> list[dict[str, str]]:
        return [dict(attributes) for _, attributes, _, _ in lists.get("numFmts", [])]

    # -- written -------------------------------------------------------------------------------------------------------

    def _grown(self, name: str, looks: list[Look], there: dict[str, Element]) -> Splice:
        """A list of the file with formats added at its end; a list that is not there, where it belongs."""
        assert self.file is not None  # noqa: S101  # something is added to it
        root = next(self.file.elements(lambda _, depth: depth == 0))
        prefix = prefix_of(self.file.tag(root.start))
        count = str(len(self.lists[name]))
        new = "".join(_written(look, prefix) for look in looks).encode()
        if name not in there:
            later = [there[one].start for one in ORDER[ORDER.index(name) :] if one in there]
            at = min(later, default=root.end)
            return Splice(at, at, f'<{prefix}{name} count="{count}">'.encode() + new + f"</{prefix}{name}>".encode())
        element = there[name]
        tag = self.file.tag(element.start)
        head = opened_tag(retagged(tag, {"count": count}))
        if tag.endswith(b"/>"):
            return Splice(element.start, element.start + len(tag), head + new + f"</{prefix}{name}>".encode())
        kept = self.file.text[element.start + len(tag) : element.end]
        return Splice(element.start, element.end, head + kept + new)


def _renumbered(sheet: bytes, pattern: re.Pattern[bytes], translate: Callable[[int], int]) -> bytes:
    """The sheet with other numbers where the pattern finds them."""

    def renumbered(match: re.Match[bytes]) -> bytes:
        return match[1] + str(translate(int(match[2]))).encode() + match[3]

    return pattern.sub(renumbered, sheet)


def _lists(part: XmlPart) -> dict[str, list[Look]]:
    root = ElementTree.fromstring(part.text.decode())
    return {_name(node): [_look(one) for one in node] for node in root if _name(node) in ORDER}


def _name(node: Node) -> str:
    return node.tag.rpartition("}")[2]


def _look(node: Node) -> Look:
    return _name(node), tuple(sorted(node.attrib.items())), (node.text or "").strip(), tuple(_look(one) for one in node)


def _written(look: Look, prefix: str) -> str:
    name, attributes, text, inner = look
    head = "".join((prefix, name, *(f" {key}={quoteattr(value)}" for key, value in attributes)))
    content = escape(text) + "".join(_written(one, prefix) for one in inner)
    return f"<{head}>{content}</{prefix}{name}>" if content else f"<{head}/>"
