"""A single cell in a sheet's XML: how it is written anew, and how only its value is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from llmcost_xl.ooxml.addresses import Position, address
from llmcost_xl.ooxml.values import written
from llmcost_xl.ooxml.xmlpart import Splice, attribute_text, opened_tag, prefix_of, retagged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.ooxml.reading import RawCell
    from llmcost_xl.ooxml.values import Value
    from llmcost_xl.ooxml.xmlpart import XmlPart


@dataclass(frozen=True)
class CellWriter:
    """Writes cells of one sheet."""

    part: XmlPart
    date1904: bool

    def replaced(self, cell: RawCell, value: Value) -> Splice:
        """A cell without a formula, with another value; its format and its extensions stay."""
        start, stop = cell.start, self.part.stop(cell.start, cell.end)
        tag = self.part.tag(start)
        prefix = prefix_of(tag)
        kind, content = self._content(prefix, value, inline=True)
        kept = self._inside(cell, tag, stop)
        # vm and cm tie the old value to what Excel keeps beside it, such as a picture in the cell
        head = opened_tag(retagged(tag, {"t": kind, "vm": None, "cm": None}))
        if not content and not kept.strip():
            return Splice(start, stop, head[:-1] + b"/>")
        return Splice(start, stop, head + content + kept + f"</{prefix}c>".encode())

    def stored(self, cell: RawCell, value: Value) -> Iterator[Splice]:
        """A cell with the same formula and another stored value, or with none; where there was none it stays so."""
        if cell.value is None:
            return
        tag = self.part.tag(cell.start)
        kind, content = self._content(prefix_of(tag), value, inline=False)
        if (kind or "n") != cell.kind or b"vm" in tag:
            yield Splice(cell.start, cell.start + len(tag), retagged(tag, {"t": kind, "vm": None}))
        yield Splice(cell.value[0], self.part.stop(*cell.value), content)

    def new(self, prefix: str, where: Position, style: str, value: Value, formula: str | None = None) -> bytes:
        """A cell that was not there."""
        kind, content = self._content(prefix, value, inline=True)
        if formula is not None:
            kind, content = None, f"<{prefix}f>{escape(formula)}</{prefix}f>".encode()
        given = {"r": address(where), "s": style, "t": kind}
        tag = f"<{prefix}c".encode() + b"".join(attribute_text(name, text) for name, text in given.items() if text)
        return tag + b">" + content + f"</{prefix}c>".encode() if content else tag + b"/>"

    def _content(self, prefix: str, value: Value, *, inline: bool) -> tuple[str | None, bytes]:
        """A cell's type, and the element that holds its value."""
        given = written(value, date1904=self.date1904)
        if given is None:
            return None, b""
        kind, text = given
        space = ""
        if kind == "str" and (text != text.strip() or "\n" in text or "  " in text):
            space = ' xml:space="preserve"'
        if inline and kind == "str":
            return "inlineStr", f"<{prefix}is><{prefix}t{space}>{text}</{prefix}t></{prefix}is>".encode()
        return kind, f"<{prefix}v{space}>{text}</{prefix}v>".encode()

    def _inside(self, cell: RawCell, tag: bytes, stop: int) -> bytes:
        """What stands inside a cell beside its value."""
        if tag.endswith(b"/>"):
            return b""
        text = self.part.text
        begin, end = cell.start + len(tag), text.rindex(b"</", 0, stop)
        if cell.value is None:
            return text[begin:end]
        value_start, value_end = cell.value
        return text[begin:value_start] + text[self.part.stop(value_start, value_end) : end]
