"""A sheet from another workbook put into a file: its parts go in, the file's own stay.

What lists the sheet must change: the workbook part, its relationships, the content types. Formats are added to the end
of the styles, where they move nobody's; those that are there already are used again. Everything else stays as it is.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.archive import Archive
from llmcost_xl.ooxml.formats import Formats
from llmcost_xl.ooxml.parts import Structure, folder_and_name, relations
from llmcost_xl.ooxml.values import TRUE
from llmcost_xl.ooxml.xmlpart import Splice, XmlPart, attribute_text, opened_tag, prefix_of

if TYPE_CHECKING:
    from llmcost_xl.ooxml.book import BookFile

TYPES: Final = "[Content_Types].xml"
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT: Final = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/drawingml/2006/": b"http://purl.oclc.org/ooxml/drawingml/",
    RELATIONSHIPS.encode(): b"http://purl.oclc.org/ooxml/officeDocument/relationships",
}
"""What the namespaces are called in files saved as "Strict Open XML"."""

KINDS: Final = {
    "worksheet": ("worksheets/sheet", "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"),
    "drawing": ("drawings/drawing", "application/vnd.openxmlformats-officedocument.drawing+xml"),
    "chart": ("charts/chart", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"),
}
"""Where parts of a kind are put, and their content type."""

DEEPER: Final = {"worksheet": "drawing", "drawing": "chart"}
"""What a part of the new sheet may lead to."""

ID: Final = re.compile(rb'\br:id="([^"]+)"')


def with_sheet(book: BookFile, source: bytes, name: str) -> bytes:
    """The file with the only sheet of another workbook, under a name that none of its own has.

    Raises:
        RefusedError: the workbook's structure is protected, so that nobody may add a sheet.
    """
    adding = Adding(book.archive, book.structure, Archive.read(source))
    adding.list_sheet(adding.put("worksheet", adding.sheet), name)
    return adding.made()


@dataclass
class Adding:
    """What goes into a file from a workbook of one sheet."""

    archive: Archive
    structure: Structure
    source: Archive
    parts: dict[str, bytes] = field(default_factory=dict)  # new ones, and those that change
    kinds: dict[str, str] = field(default_factory=dict)  # content types of the parts that are new

    @property
    def sheet(self) -> str:
        """The part of the source's sheet."""
        return Structure(self.source).sheets[0].part

    def made(self) -> bytes:
        """The file with everything in it."""
        self._declare()
        return self.archive.with_parts(self.parts)

    def part(self, name: str) -> XmlPart:
        """A part of the file as it has become so far."""
        return XmlPart.read(name, self.parts[name] if name in self.parts else self.archive.part(name))

    # -- the sheet and what it leads to --------------------------------------------------------------------------------

    def put(self, kind: str, part: str) -> str:
        """Put a part of the source in, with the parts that it leads to; its name in the file."""
        target = self._free(kind)
        self.kinds[target] = KINDS[kind][1]
        self.parts[target] = b""  # taken
        content = self.source.part(part)
        if kind == "worksheet":
            content = self.in_formats_of_file(content)
        content = self.with_what_it_leads_to(kind, part, content, target)
        self.parts[target] = self.in_dialect(content)
        return target

    def with_what_it_leads_to(self, kind: str, part: str, content: bytes, target: str) -> bytes:
        """The content of a part of the source, leading to its drawing or charts from another part, `target`."""
        ids: dict[bytes, bytes] = {}
        new: list[tuple[str, str]] = []
        taken = set(relations(self.archive, target)) if self.archive.find(target) else set()
        for number, relation in relations(self.source, part).items():
            if relation.kind == DEEPER.get(kind):
                id_there = _unused("rIdNew", taken)
                taken.add(id_there)
                new.append((id_there, self.put(relation.kind, relation.target)))
                ids[number.encode()] = id_there.encode()
        if new:
            self.relate(target, DEEPER[kind], new)
        return ID.sub(lambda match: b'r:id="%b"' % ids.get(match[1], match[1]), content)

    def _free(self, kind: str) -> str:
        """A name for a part that none has."""
        folder, _ = folder_and_name(self.structure.part_name)
        number = 1
        while self._is_taken(name := posixpath.join(folder, f"{KINDS[kind][0]}{number}.xml")):
            number += 1
        return name

    def _is_taken(self, name: str) -> bool:
        return self.archive.find(name) is not None or name in self.parts

    def in_formats_of_file(self, content: bytes) -> bytes:
        """A sheet with the numbers that its formats have in the file, which gets those that it lacks."""
        names = self.structure.of_kind("styles")
        source = Structure(self.source).of_kind("styles")
        formats = Formats.of(
            XmlPart.read(names[0], self.archive.part(names[0])) if names else None,
            XmlPart.read(source[0], self.source.part(source[0])),
        )
        content = formats.translated(content)
        if names and formats.adds_anything:
            self.parts[names[0]] = formats.part()
        return content

    @property
    def _is_strict(self) -> bool:
        return b"http://purl.oclc.org/ooxml/" in self.structure.part.text

    def in_dialect(self, content: bytes) -> bytes:
        """Content with the namespaces that the file's dialect has."""
        for transitional, strict in STRICT.items() if self._is_strict else ():
            content = content.replace(transitional, strict)
        return content

    # -- what lists it -------------------------------------------------------------------------------------------------

    def relate(self, part: str, kind: str, targets: list[tuple[str, str]]) -> None:
        """Say that a part leads to others."""
        folder, base = folder_and_name(part)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        name = self.archive.find(name) or name
        given = self.part(name).text if name in self.parts or self.archive.find(name) else (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        )  # fmt: skip
        base_type = self.in_dialect(RELATIONSHIPS.encode()).decode()
        self.parts[name] = _appended(
            XmlPart.read(name, given),
            "Relationships",
            "Relationship",
            [{"Id": number, "Type": f"{base_type}/{kind}", "Target": f"/{target}"} for number, target in targets],
        )

    def list_sheet(self, target: str, name: str) -> None:
        """Add a sheet to the list of sheets.

        Raises:
            RefusedError: the workbook's structure is protected.
        """
        part = self.structure.part
        if self._is_locked():
            raise RefusedError(f"the structure of the workbook is protected: the sheet {name!r} cannot be added")
        sheets = list(part.elements(lambda name, depth: name == "sheet" and depth == 2))  # noqa: PLR2004
        ids = [int(element.attributes["sheetId"]) for element in sheets]
        number = _unused("rIdSheet", set(self.structure.relations))
        self.relate(self.structure.part_name, "worksheet", [(number, target)])
        last = max(sheets, key=lambda element: element.start)
        tag = part.tag(last.start)
        reference = next(key.decode() for key in re.findall(rb"\s([\w.-]+:id)\s*=", tag))
        given = {"name": name, "sheetId": str(max(ids) + 1), reference: number}
        entry = b"".join(
            (f"<{prefix_of(tag)}sheet".encode(), *(attribute_text(*pair) for pair in given.items()), b"/>")
        )
        end = part.stop(last.start, last.end)
        self.parts[part.name] = part.spliced([Splice(end, end, entry)])

    def _is_locked(self) -> bool:
        found = self.structure.part.elements(lambda name, depth: name == "workbookProtection" and depth == 1)
        return any(element.attributes.get("lockStructure", "") in TRUE for element in found)

    def _declare(self) -> None:
        """State the content types of the new parts."""
        if not self.kinds:
            return
        name = self.archive.find(TYPES) or TYPES
        entries = [{"PartName": f"/{part}", "ContentType": kind} for part, kind in self.kinds.items()]
        self.parts[name] = _appended(XmlPart.read(name, self.archive.part(name)), "Types", "Override", entries)


def _unused(stem: str, taken: set[str]) -> str:
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def _appended(part: XmlPart, parent: str, name: str, entries: list[dict[str, str]]) -> bytes:
    """A list with entries added at its end."""
    element = next(part.elements(lambda found, depth: found == parent and depth == 0))
    tag = part.tag(element.start)
    prefix = prefix_of(tag)
    texts = [b"<%b%b%b/>" % (prefix.encode(), name.encode(), b"".join(attribute_text(*pair) for pair in entry.items()))
             for entry in entries]  # fmt: skip
    if not tag.endswith(b"/>"):
        return part.spliced([Splice(element.end, element.end, b"".join(texts))])
    whole = opened_tag(tag) + b"".join(texts) + f"</{prefix}{parent}>".encode()
    return part.spliced([Splice(element.start, element.start + len(tag), whole)])
