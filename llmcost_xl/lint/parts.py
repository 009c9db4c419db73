"""The parts of a workbook's file as XML, and how they point to each other: what openpyxl does not keep is read here."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from defusedxml import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from llmcost_xl.lint.reading import Book

RELATION_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION_ID: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True)
class Relation:
    """A pointer from one part to another, or to something outside the file."""

    key: str
    kind: str  # the last word of its type: worksheet, drawing, chart, externalLinkPath ...
    target: str
    external: bool


def tree(book: Book, part: str) -> Element | None:
    """A part as XML; None if the file has no such part, or it is not XML."""
    content = book.parts.get(part)
    if content is None:
        return None
    try:
        found: Element = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError):
        return None
    return found


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def descendants(element: Element | None, *names: str) -> Iterator[Element]:
    """Every element below with one of these names, whatever its namespace."""
    if element is not None:
        yield from (one for one in element.iter() if local(one) in names)


def child(element: Element | None, *path: str) -> Element | None:
    """The first element along a path of names."""
    for name in path:
        element = None if element is None else next((one for one in element if local(one) == name), None)
    return element


def relations(book: Book, part: str) -> dict[str, Relation]:
    """Where a part points to, by the ids it uses."""
    folder, name = posixpath.split(part)
    root = tree(book, posixpath.join(folder, "_rels", f"{name}.rels"))
    found = {}
    for one in descendants(root, "Relationship"):
        key, target = one.get("Id", ""), one.get("Target", "")
        external = one.get("TargetMode") == "External"
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[key] = Relation(key, one.get("Type", "").rpartition("/")[2], target, external)
    return found


def relation_id(element: Element) -> str:
    """The id by which an element names the part it stands for."""
    return element.get(RELATION_ID) or element.get(STRICT_RELATION_ID) or ""


def workbook_part(book: Book) -> str:
    """The part that lists the sheets."""
    found = (one.target for one in relations(book, "").values() if one.kind == "officeDocument")
    return next(found, "xl/workbook.xml")


def sheet_parts(book: Book) -> dict[str, str]:
    """The part of every sheet, by its name, in the order of the tabs."""
    main = workbook_part(book)
    targets = relations(book, main)
    sheets = ((one.get("name", ""), targets.get(relation_id(one))) for one in descendants(tree(book, main), "sheet"))
    return {name: relation.target for name, relation in sheets if relation is not None}


def sheet_names(book: Book) -> set[str]:
    """The names of the sheets that the workbook lists."""
    return {one.get("name", "") for one in descendants(tree(book, workbook_part(book)), "sheet")}
