"""The list of texts that the cells of a workbook share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias
from xml.parsers import expat

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.values import unescaped
from llmcost_xl.ooxml.xmlpart import BETWEEN

if TYPE_CHECKING:
    from llmcost_xl.ooxml.xmlpart import XmlPart

Texts: TypeAlias = Sequence[str]


def read(part: XmlPart) -> Texts:
    """The texts in their order, formatted ones without their formats, readings of Japanese texts left out."""
    texts: list[str] = []
    pieces: list[str] = []
    skipped = 0
    parser = part.parser()

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal skipped
        short = name.rpartition(BETWEEN)[2]
        if short == "si":
            pieces.clear()
        elif short == "rPh":
            skipped += 1
        elif short == "t" and not skipped:
            parser.CharacterDataHandler = pieces.append

    def end(name: str) -> None:
        nonlocal skipped
        short = name.rpartition(BETWEEN)[2]
        parser.CharacterDataHandler = None
        if short == "si":
            texts.append(unescaped("".join(pieces)))
        elif short == "rPh":
            skipped -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(part.text, True)
    except expat.ExpatError as problem:
        raise RefusedError(f"part {part.name!r}: damaged, {problem}") from None
    return texts
