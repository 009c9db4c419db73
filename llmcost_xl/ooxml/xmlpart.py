"""The XML of a part: its bytes in UTF-8, whatever its encoding, and tags that are changed in place.

Offsets count bytes of the UTF-8 text. What is not spliced stays as it was written: prefixes, quotes, white space.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from llmcost_xl.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SPREADSHEET: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # files saved as "Strict Open XML"
)
BETWEEN: Final = " "  # stands between a namespace and a name
UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be", b"<\0": "utf-16-le",
                b"\0<": "utf-16-be"}  # fmt: skip
ENCODING: Final = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
TAG: Final = re.compile(rb"""<[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>""")
ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
TAG_NAME: Final = re.compile(rb"<[^\s/>]+")
PREFIX: Final = re.compile(rb"<([^\s/>:]+:)")
ENTITY: Final = re.compile(r"&(lt|gt|amp|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);")
ENTITIES: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class Splice(NamedTuple):
    """Bytes from `start` to `stop` are replaced."""

    start: int
    stop: int
    content: bytes


@dataclass(frozen=True)
class XmlPart:
    """A part as UTF-8, and how it was encoded."""

    name: str
    text: bytes
    encoding: str

    @classmethod
    def read(cls, name: str, raw: bytes) -> XmlPart:
        """The part in UTF-8.

        Raises:
            RefusedError: it is not encoded as it says.
        """
        encoding = UTF16.get(raw[:2], "")
        if not encoding:
            declared = ENCODING.match(raw.removeprefix(codecs.BOM_UTF8))
            encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding == "utf-8":
            return cls(name, raw, encoding)
        try:
            return cls(name, raw.decode(encoding).encode(), encoding)
        except (UnicodeError, LookupError):
            raise RefusedError(f"part {name!r}: is not in {encoding}, as it says") from None

    def spliced(self, splices: Iterable[Splice]) -> bytes:
        """The part with pieces replaced, in its own encoding.

        Pieces must not overlap; what is inserted at a place stands before what is replaced there.
        """
        pieces, at = [], 0
        for start, stop, content in sorted(splices, key=lambda splice: splice[:2]):
            pieces += [self.text[at:start], content]
            at = stop
        pieces.append(self.text[at:])
        return self.encoded(b"".join(pieces))

    def encoded(self, text: bytes) -> bytes:
        """Text of the part in its own encoding."""
        return text if self.encoding == "utf-8" else text.decode().encode(self.encoding, "xmlcharrefreplace")

    def parser(self) -> Any:
        """A parser whose offsets are those of `text`; names are `namespace name`."""
        parser = expat.ParserCreate("UTF-8", BETWEEN)
        parser.buffer_text = True
        return parser

    def elements(self, wanted: Callable[[str, int], bool]) -> Iterator[Element]:
        """The elements that are `wanted`, by name and depth, in the order of their ends."""
        found: list[Element] = []
        open_elements: list[tuple[str, dict[str, str], int] | None] = []
        parser = self.parser()

        def start(name: str, attributes: dict[str, str]) -> None:
            short = name.rpartition(BETWEEN)[2]
            is_wanted = wanted(short, len(open_elements))
            open_elements.append((short, attributes, parser.CurrentByteIndex) if is_wanted else None)

        def end(_: str) -> None:
            element = open_elements.pop()
            if element is not None:
                name, attributes, begun = element
                found.append(Element(name, attributes, begun, parser.CurrentByteIndex, len(open_elements)))

        parser.StartElementHandler, parser.EndElementHandler = start, end
        try:
            parser.Parse(self.text, True)
        except expat.ExpatError as problem:
            raise RefusedError(f"part {self.name!r}: damaged, {problem}") from None
        yield from found

    def content(self, element: Element) -> str:
        """The text of an element that holds nothing else."""
        texts: list[str] = []
        parser = expat.ParserCreate("UTF-8")
        parser.CharacterDataHandler = texts.append
        piece = self.text[element.start + len(self.tag(element.start)) : element.end]
        parser.Parse(b"<t>" + piece + b"</t>" if not self.tag(element.start).endswith(b"/>") else b"<t/>", True)
        return "".join(texts)

    def tag(self, start: int) -> bytes:
        """The start tag of an element."""
        match = TAG.match(self.text, start)
        if match is None:
            raise RefusedError(f"part {self.name!r}: damaged at byte {start:,}")
        return match[0]

    def stop(self, start: int, end_event: int) -> int:
        """Where an element ends that starts at `start` and whose end the parser reported at `end_event`."""
        if self.tag(start).endswith(b"/>"):
            return start + len(self.tag(start))
        return self.text.index(b">", end_event) + 1


class Element(NamedTuple):
    """An element of a part: `start` is its first byte, `end` where the parser reported its end."""

    name: str
    attributes: dict[str, str]
    start: int
    end: int
    depth: int


def retagged(tag: bytes, changes: dict[str, str | None]) -> bytes:
    """A start tag with attributes changed, added or (None) left out; all others as they are written."""
    kept, given = [TAG_NAME.findall(tag)[0]], dict(changes)
    for match in ATTRIBUTE.finditer(tag, len(kept[0])):
        attribute = match[1].decode()
        if attribute not in given:
            kept.append(match[0])
        elif (value := given.pop(attribute)) is not None:
            kept.append(attribute_text(attribute, value))
    kept += [attribute_text(attribute, value) for attribute, value in given.items() if value is not None]
    return b"".join(kept) + (b"/>" if tag.endswith(b"/>") else b">")


def entities_read(text: bytes) -> str:
    """Text of the XML as a parser reads it."""
    read = text.decode()
    if "\r" in read:
        read = read.replace("\r\n", "\n").replace("\r", "\n")
    return ENTITY.sub(_character, read) if "&" in read else read


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if not name.startswith("#"):
        return ENTITIES[name]
    return chr(int(f"0{name[1:]}", 16) if name[1] == "x" else int(name[1:]))


def attributes_of(tag: bytes) -> dict[str, str]:
    """The attributes of a tag by their names in the file, prefixes included."""
    return {match[1].decode(): entities_read(match[2][1:-1]) for match in ATTRIBUTE.finditer(tag)}


def attribute_text(name: str, value: str) -> bytes:
    """An attribute as it stands in a tag."""
    return f" {name}={quoteattr(value)}".encode()


def prefix_of(tag: bytes) -> str:
    """The prefix of a tag with its colon, "x:", or nothing."""
    match = PREFIX.match(tag)
    return match[1].decode() if match else ""


def opened_tag(tag: bytes) -> bytes:
    """A start tag that content can follow."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag
