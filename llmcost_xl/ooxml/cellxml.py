"""A single cell in a sheet's XML: how it is written anew, and how only its value is changed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from llmcost_xl.ooxml import plain
from llmcost_xl.ooxml.addresses import Position, address
from llmcost_xl.ooxml.formulacells import FORMULA_CELL, column, formula_cells, look
from llmcost_xl.ooxml.values import written
from llmcost_xl.ooxml.xmlpart import SPREADSHEET, Splice, attribute_text, opened_tag, prefix_of, retagged

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Mapping

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

    def all_stored(self, values: Mapping[Position, Value]) -> bytes:
        """The sheet with these stored values of formulas; where the rows are plain, in one search for their cells."""
        rows = plain.rows(self.part.text)
        if rows is None:
            cells = (cell for cell in formula_cells(self.part) if cell.where in values)
            return self.part.spliced(splice for cell in cells for splice in self.stored(cell, values[cell.where]))
        (start, stop), text = rows, self.part.text

        def anew(match: re.Match[bytes]) -> bytes:
            letters, digits, attributes = match.group(1, 2, 3)
            where = int(digits), column(letters)
            if match[6] is None or where not in values:
                return match[0]
            kind, content = self._content("", values[where], inline=False)
            head = match[0][: match.start(6) - match.start()]
            if (kind or "n") != look(attributes)[0] or b" vm=" in attributes:
                tag = self.part.tag(start + match.start())
                head = retagged(tag, {"t": kind, "vm": None}) + head[len(tag) :]
            return head + content

        return self.part.encoded(b"".join((text[:start], FORMULA_CELL.sub(anew, text[start:stop]), text[stop:])))

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


def plain_sheet(cells: Iterable[RawCell]) -> bytes:
    """A sheet that holds these cells, row by row, and nothing else."""
    rows = (
        f'<row r="{number}">{"".join(map(_plain_cell, of_row))}</row>'
        for number, of_row in groupby(cells, key=lambda cell: cell.row)
    )
    return f'<worksheet xmlns="{SPREADSHEET[0]}"><sheetData>{"".join(rows)}</sheetData></worksheet>'.encode()


def _plain_cell(cell: RawCell) -> str:
    content = ""
    if cell.formula is not None:
        text, kind, area, group = cell.formula
        given = {"t": kind, "ref": str(area) if area else "", "si": group}
        attributes = "".join(f' {name}="{value}"' for name, value in given.items() if value)
        content = f"<f{attributes}>{escape(text)}</f>"
    if cell.text is not None:
        text = escape(cell.text)
        content += f"<is><t>{text}</t></is>" if cell.kind == "inlineStr" else f"<v>{text}</v>"
    return f'<c r="{address(cell.where)}" s="{cell.style or 0}" t="{cell.kind}">{content}</c>'
