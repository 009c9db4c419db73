"""Small changes to the XML parts of a workbook: what is not changed keeps its bytes.

A part is parsed to be understood, and spliced as text to be changed; afterwards it is parsed again, so that an unusual
way of writing it is refused rather than spoiled.
"""

from __future__ import annotations

import codecs
import json
import posixpath
import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import defusedxml.ElementTree as DefusedXML
from defusedxml import DefusedXmlException

from llmcost_xl.hosts.lite.archive import RefusedError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

RELATIONSHIPS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
OFFICE: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
QUOTE: Final = '"'
TAGGED: Final = r'(?:\s++[\w:.-]++\s*+=\s*+(?:"[^"]*+"|\'[^\']*+\'))*+\s*+'  # possessive: no blank is tried twice
ROOT: Final = re.compile(rf"<((?:[\w.-]+:)?[\w.-]+){TAGGED}(/?)>")
EMPTY: Final = re.compile(rf"<((?:[\w.-]+:)?[\w.-]+)({TAGGED})(?:/>|>\s*</\1\s*>)")
ATTRIBUTE: Final = re.compile(r"""\s([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Part:
    """An XML part, as text that turns into the same bytes again."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.root: Element = _parsed(name, content)
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        little = content.startswith(codecs.BOM_UTF16_LE)
        # only ASCII is looked for and put in, which Latin-1 finds in UTF-8 too, and leaves the rest as it is
        self._encoding = ("utf-16-le" if little else "utf-16-be") if wide else "latin-1"
        self.text = content.decode(self._encoding)

    @property
    def content(self) -> bytes:
        """The part as bytes."""
        return self.text.encode(self._encoding)

    def append(self, element: str) -> None:
        """Put an element, written with {0} for the namespace prefix, behind the last one in the root."""
        children = len(self.root)
        self.insert(element, self._inside(self._root()))
        if len(self.root) != children + 1:
            raise RefusedError(f"its part {self.name} is written in an unusual way")

    def set_property(self, name: str, value: str) -> None:
        """Set a property of a web extension as Office stores it: JSON in an attribute."""
        element = f'<{{0}}property name="{name}" value="{escape(json.dumps(value), {QUOTE: "&quot;"})}"/>'
        if self.replace("property", "name", name, element):
            return
        bag = re.search(r"<((?:[\w.-]+:)?properties)\s*(/?)>", self.text)
        if not bag:
            raise RefusedError(f"its part {self.name} has no list of properties")
        self.insert(element, self._inside(bag))

    def replace(self, tag: str, attribute: str, value: str, element: str) -> bool:
        """Put an element in the place of the one without content that has this attribute; false if there is none."""
        for found in EMPTY.finditer(self.text):
            attributes = {name: double or single for name, double, single in ATTRIBUTE.findall(found[2])}
            if _local(found[1]) == tag and attributes.get(attribute, "").lower() == value.lower():
                self.insert(element, (found.start(), found.end(), "", ""))
                return True
        return False

    def insert(self, element: str, place: tuple[int, int, str, str]) -> None:
        """Put an element where `_inside` said."""
        start, end, opening, closing = place
        prefix = self._root()[1].rpartition(":")
        self._splice(start, end, opening + element.replace("{0}", prefix[0] + prefix[1]) + closing)

    def properties(self) -> dict[str, str]:
        """The properties of a web extension."""
        found = self.root.iterfind("{*}properties/{*}property")
        return {item.get("name", ""): item.get("value", "") for item in found}

    def _inside(self, tag: re.Match[str]) -> tuple[int, int, str, str]:
        """Where an element's last child goes, and what must stand around it: an empty element has no closing tag."""
        if tag[2]:
            return tag.end() - 2, tag.end(), ">", f"</{tag[1]}>"
        end = self.text.rfind(f"</{tag[1]}")
        return end, end, "", ""

    def _root(self) -> re.Match[str]:
        found = next((tag for tag in ROOT.finditer(self.text) if _local(tag[1]) == _local(self.root.tag)), None)
        if not found:
            raise RefusedError(f"its part {self.name} is written in an unusual way")
        return found

    def _splice(self, start: int, end: int, text: str) -> None:
        """Put ASCII text in the place of another, and see that nothing else has changed its meaning."""
        self.text = self.text[:start] + text + self.text[end:]
        self.root = _parsed(self.name, self.content)


def relationships(part: Part) -> list[tuple[str, str, str]]:
    """Id, type and target of the relationships in a .rels part; those to the outside stay out."""
    found = part.root.iterfind(f"{RELATIONSHIPS}Relationship")
    return [
        (i.get("Id", ""), i.get("Type", ""), i.get("Target", "")) for i in found if i.get("TargetMode") != "External"
    ]


def free_id(part: Part) -> str:
    """A relationship id that is not taken; ids differ in more than their case."""
    taken = {identifier.lower() for identifier, _, _ in relationships(part)}
    taken |= {item.get("Id", "").lower() for item in part.root}
    return next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rid{number}" not in taken)


def resolved(target: str, source: str) -> str:
    """The member that a relationship of the part `source` leads to; "" is the workbook as a whole."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")


def rels_of(part: str) -> str:
    """The member that holds a part's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _parsed(name: str, content: bytes) -> Element:
    try:
        root: Element = DefusedXML.fromstring(content, forbid_dtd=True)
    except (SyntaxError, ValueError, LookupError, DefusedXmlException) as problem:
        raise RefusedError(f"is damaged: its part {name} is no valid XML ({type(problem).__name__})") from problem
    return root


def _local(tag: str) -> str:
    return re.split(r"[:}]", tag)[-1]
