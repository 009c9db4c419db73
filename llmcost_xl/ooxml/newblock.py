"""Rows from another workbook put below those of a sheet, with their colours, page breaks and charts.

Nothing of the sheet moves: what is new stands at the end of its lists. What the other workbook writes without prefix
says its namespace itself where the sheet's own elements have one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.addresses import Area
from llmcost_xl.ooxml.archive import Archive
from llmcost_xl.ooxml.newsheet import RELATIONSHIPS, Adding
from llmcost_xl.ooxml.parts import relations
from llmcost_xl.ooxml.xmlpart import (
    SPREADSHEET,
    Splice,
    XmlPart,
    attribute_text,
    attributes_of,
    opened_tag,
    prefix_of,
    retagged,
)

if TYPE_CHECKING:
    from llmcost_xl.ooxml.book import BookFile
    from llmcost_xl.ooxml.xmlpart import Element

ORDER: Final = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
"""What a sheet consists of, in the order that the format prescribes."""

ROW: Final = re.compile(rb"<row (?=[^<]*>)")
DRAWN: Final = re.compile(rb'(<(?:\w+:)?cNvPr\b[^>]*?\bid=")(\d+)(")')


def with_block(book: BookFile, source: bytes, name: str) -> bytes:
    """The file with the rows of another workbook's only sheet on its sheet of this name, below those that are there."""
    part = book.sheet(name).part_name
    extending = _Extending(Adding(book.archive, book.structure, Archive.read(source)), part)
    return extending.made()


class _Extending:
    """A sheet of the file, and what goes below its rows."""

    def __init__(self, adding: Adding, target: str) -> None:
        self._adding = adding
        self._sheet = adding.part(target)
        self._new = XmlPart.read(adding.sheet, adding.in_formats_of_file(adding.source.part(adding.sheet)))
        self._there = _children(self._sheet)
        self._coming = _children(self._new)
        root = next(self._sheet.elements(lambda _, depth: depth == 0))
        self._has_prefix = bool(prefix_of(self._sheet.tag(root.start)))

    def made(self) -> bytes:
        splices = [self._rows(), *self._dimension(), *self._rules(), *self._breaks(), *self._drawing()]
        self._adding.parts[self._sheet.name] = self._sheet.spliced(splices)
        return self._adding.made()

    # -- the parts of a sheet ------------------------------------------------------------------------------------------

    def _rows(self) -> Splice:
        rows = _inner(self._new, self._coming["sheetData"][0])
        if self._has_prefix:
            rows = ROW.sub(b"<row" + self._namespace + b" ", rows)
        return _at_end(self._sheet, self._there["sheetData"][0], rows)

    def _dimension(self) -> list[Splice]:
        """The area in use, where the sheet states it."""
        areas = [area for area in (_area(self._there), _area(self._coming)) if area is not None]
        if "dimension" not in self._there or len(areas) < len(("there", "coming")):
            return []
        element = self._there["dimension"][0]
        tag = self._sheet.tag(element.start)
        whole = str(areas[0].covering((areas[1].bottom, areas[1].right)))
        return [Splice(element.start, element.start + len(tag), retagged(tag, {"ref": whole}))]

    def _rules(self) -> list[Splice]:
        rules = self._coming.get("conditionalFormatting", [])
        return [self._inserted("conditionalFormatting", b"".join(self._whole(rule) for rule in rules))] if rules else []

    def _breaks(self) -> list[Splice]:
        """Page breaks, which a sheet counts."""
        coming = self._coming.get("rowBreaks")
        if not coming:
            return []
        if "rowBreaks" not in self._there:
            return [self._inserted("rowBreaks", self._whole(coming[0]))]
        element = self._there["rowBreaks"][0]
        tag, more = self._sheet.tag(element.start), _inner(self._new, coming[0])
        if self._has_prefix:
            more = more.replace(b"<brk ", b"<brk" + self._namespace + b" ")
        counts = {
            name: str(int(element.attributes.get(name, 0)) + int(coming[0].attributes.get(name, 0)))
            for name in ("count", "manualBreakCount")
        }
        head = retagged(tag, dict(counts))
        if tag.endswith(b"/>"):
            return [_at_end(self._sheet, element, more)._replace(content=_filled(head, more))]
        return [Splice(element.start, element.start + len(tag), head), Splice(element.end, element.end, more)]

    # -- charts --------------------------------------------------------------------------------------------------------

    def _drawing(self) -> list[Splice]:
        """What is drawn: on the sheet's drawing, or on a new one."""
        source = next((one.target for one in relations(self._adding.source, self._adding.sheet).values()
                       if one.kind == "drawing"), "")  # fmt: skip
        if not source:
            return []
        there = self._there.get("drawing")
        if there:
            number = next(value for key, value in there[0].attributes.items() if key.endswith("id"))
            self._draw_on(relations(self._adding.archive, self._sheet.name)[number].target, source)
            return []
        number = "rIdPriceChange"
        self._adding.relate(self._sheet.name, "drawing", [(number, self._adding.put("drawing", source))])
        tag = f'<drawing{attribute_text("xmlns:r", RELATIONSHIPS).decode()} r:id="{number}"/>'.encode()
        return [self._inserted("drawing", tag.replace(b"<drawing", b"<drawing" + self._namespace))]

    def _draw_on(self, name: str, source: str) -> None:
        """Put what another drawing shows on one that is there, with numbers of its own."""
        adding = self._adding
        name = adding.archive.find(name) or name
        drawing = adding.part(name)
        content = adding.with_what_it_leads_to("drawing", source, adding.source.part(source), name)
        new = XmlPart.read(source, adding.in_dialect(content))
        root = next(new.elements(lambda _, depth: depth == 0))
        spaces = b"".join(attribute_text(key, value) for key, value in attributes_of(new.tag(root.start)).items()
                          if key.startswith("xmlns"))  # fmt: skip
        last = max((int(match[2]) for match in DRAWN.finditer(drawing.text)), default=0)
        anchors = []
        for anchor in new.elements(lambda _, depth: depth == 1):
            tag = new.tag(anchor.start)
            rest = new.text[anchor.start + len(tag) : new.stop(anchor.start, anchor.end)]
            anchors.append(tag[:-1] + spaces + b">" + rest)
        renumbered = DRAWN.sub(lambda match: match[1] + b"%d" % (int(match[2]) + last) + match[3], b"".join(anchors))
        whole = next(drawing.elements(lambda _, depth: depth == 0))
        adding.parts[name] = drawing.spliced([_at_end(drawing, whole, renumbered)])

    # -- where it goes -------------------------------------------------------------------------------------------------

    @property
    def _namespace(self) -> bytes:
        """Says of an element without prefix what it is, on a sheet whose own elements have one."""
        return self._adding.in_dialect(attribute_text("xmlns", SPREADSHEET[0])) if self._has_prefix else b""

    def _whole(self, element: Element) -> bytes:
        """An element of the other sheet, which can stand by itself."""
        text = self._new.text[element.start : self._new.stop(element.start, element.end)]
        name = f"<{element.name}".encode()
        return name + self._namespace + text.removeprefix(name)

    def _inserted(self, name: str, content: bytes) -> Splice:
        """Content at its place in the order of a sheet: behind its like, else behind what stands before it."""
        before = [element for one in ORDER[: ORDER.index(name) + 1] for element in self._there.get(one, [])]
        at = max(self._sheet.stop(element.start, element.end) for element in before)
        return Splice(at, at, self._adding.in_dialect(content))


def _children(part: XmlPart) -> dict[str, list[Element]]:
    """What a sheet consists of, by name.

    Raises:
        RefusedError: it has no cells.
    """
    found: dict[str, list[Element]] = {}
    for element in part.elements(lambda _, depth: depth == 1):
        found.setdefault(element.name, []).append(element)
    if "sheetData" not in found:
        raise RefusedError(f"part {part.name!r}: damaged, a sheet without cells")
    return found


def _area(children: dict[str, list[Element]]) -> Area | None:
    found = children.get("dimension")
    return Area.read(found[0].attributes["ref"]) if found and found[0].attributes.get("ref") else None


def _inner(part: XmlPart, element: Element) -> bytes:
    """What an element holds."""
    tag = part.tag(element.start)
    return b"" if tag.endswith(b"/>") else part.text[element.start + len(tag) : element.end]


def _at_end(part: XmlPart, element: Element, content: bytes) -> Splice:
    """Content as the last that an element holds."""
    tag = part.tag(element.start)
    if not tag.endswith(b"/>"):
        return Splice(element.end, element.end, content)
    return Splice(element.start, element.start + len(tag), _filled(tag, content))


def _filled(tag: bytes, content: bytes) -> bytes:
    """An element that was empty, holding something."""
    name = re.split(rb"[\s/>]", tag[1:], maxsplit=1)[0]
    return opened_tag(tag) + content + b"</" + name + b">"
