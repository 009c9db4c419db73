"""The parts of a workbook's file as XML: what openpyxl does not keep is read here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from defusedxml import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from llmcost_xl.lint.reading import Book

RELATION_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION_ID: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


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


def relation_id(element: Element) -> str:
    """The id by which an element names the part it stands for."""
    return element.get(RELATION_ID) or element.get(STRICT_RELATION_ID) or ""
