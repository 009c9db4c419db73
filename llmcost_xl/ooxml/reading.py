"""One pass over a sheet's XML: its cells with their values, formulas and places in the text, in the order of the file.

It builds nothing but what it hands out, so that a sheet of a million cells is read without holding them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.addresses import Area, Position, address, position
from llmcost_xl.ooxml.xmlpart import BETWEEN, SPREADSHEET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from llmcost_xl.ooxml.xmlpart import XmlPart

CHUNK: Final = 1 << 18
BESIDE: Final = ("dimension", "sheetData", "mergeCell", "autoFilter", "sheetProtection")
"""Elements outside the cells that are handed out as well."""


class Formula(NamedTuple):
    """A formula as the file has it, without its equals sign."""

    text: str  # "" where the formula is shared and stands in the first cell of its group
    kind: str  # "", "shared", "array" or "dataTable"
    area: Area | None  # what an array formula fills, or a shared one is shared over
    group: str  # which shared formula


class RawCell(NamedTuple):
    """A cell as it stands in the XML; offsets are those of the parser's events."""

    row: int
    column: int
    kind: str  # the attribute t: "n", "s", "str", "b", "e", "inlineStr", "d"
    style: str
    formula: Formula | None
    text: str | None  # of its value, shared texts by number
    start: int
    end: int
    value: tuple[int, int] | None  # where its value starts and ends

    @property
    def where(self) -> Position:
        """Row and column."""
        return self.row, self.column


class RawRow(NamedTuple):
    """A row, handed out after its cells."""

    number: int
    start: int
    end: int


class Beside(NamedTuple):
    """Another element of the sheet, handed out at its end."""

    name: str
    attributes: dict[str, str]
    start: int
    end: int


Item = RawCell | RawRow | Beside


def items(part: XmlPart, *, formulas_only: bool = False) -> Iterator[Item]:
    """The cells, rows and other elements of a sheet; with `formulas_only` no cell without a formula.

    Raises:
        RefusedError: the sheet is damaged.
    """
    reader = _Reader(part, formulas_only=formulas_only)
    try:
        for start in range(0, len(part.text), CHUNK):
            reader.parser.Parse(part.text[start : start + CHUNK], False)
            yield from reader.found
            reader.found.clear()
        reader.parser.Parse(b"", True)
    except expat.ExpatError as problem:
        raise RefusedError(f"part {part.name!r}: damaged, {problem}") from None
    except RefusedError as refused:
        raise RefusedError(f"part {part.name!r}: {refused}") from None
    yield from reader.found


class _Reader:
    """What the parser calls."""

    def __init__(self, part: XmlPart, *, formulas_only: bool) -> None:
        self.found: list[Item] = []
        self.parser = part.parser()
        self._formulas_only = formulas_only
        self._starts = _named({"row": self._row, "c": self._cell, "f": self._formula, "v": self._value,
                               "is": self._value, "t": self._inline, "rPh": self._phonetic}
                              | dict.fromkeys(BESIDE, self._beside))  # fmt: skip
        self._ends = _named({"row": self._row_end, "c": self._cell_end, "f": self._formula_end,
                             "v": self._value_end, "is": self._value_end, "t": self._inline_end,
                             "rPh": self._phonetic_end} | dict.fromkeys(BESIDE, self._beside_end))  # fmt: skip
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._reference: str | None = None
        self._open: list[tuple[str, dict[str, str], int]] = []
        self._row_number = self._column = self._row_start = 0
        self._attributes: dict[str, str] | None = None
        self._cell_start = 0
        self._phonetics = False
        self._clear()

    def _clear(self) -> None:
        """Forget the content of the cell before."""
        self._has_content = False
        self._formula_attributes: dict[str, str] | None = None
        self._formula_text: list[str] = []
        self._text: list[str] = []
        self._value_start: int | None = None
        self._value_span: tuple[int, int] | None = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        handler = self._starts.get(name)
        if handler is not None:
            handler(name, attributes)

    def _end(self, name: str) -> None:
        handler = self._ends.get(name)
        if handler is not None:
            handler()

    def _row(self, _: str, attributes: dict[str, str]) -> None:
        self._row_number, self._column = int(attributes.get("r") or self._row_number + 1), 0
        self._reference = None
        self._row_start = self.parser.CurrentByteIndex

    def _row_end(self) -> None:
        self.found.append(RawRow(self._row_number, self._row_start, self.parser.CurrentByteIndex))

    def _cell(self, _: str, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self._reference = attributes["r"]  # made a column only where somebody wants it
        else:
            self._column = self._place() + 1
            self._reference = None
        self._attributes, self._cell_start = attributes, self.parser.CurrentByteIndex
        if self._has_content:
            self._clear()

    def _place(self) -> int:
        """The column of the cell at hand."""
        if self._reference is not None:
            row, self._column = position(self._reference)
            if row != self._row_number:
                raise RefusedError(f"the cell {self._reference} stands in row {self._row_number}")
        return self._column

    def _cell_end(self) -> None:
        attributes, given, self._attributes = self._attributes, self._formula_attributes, None
        if attributes is None or (given is None and self._formulas_only):
            return
        formula = None
        if given is not None:
            area = Area.read(given["ref"]) if "ref" in given else None
            formula = Formula("".join(self._formula_text), given.get("t", "").replace("normal", ""), area,
                              given.get("si", ""))  # fmt: skip
        text = "".join(self._text) if self._value_span is not None else None
        self.found.append(
            RawCell(self._row_number, self._place(), attributes.get("t", "n"), attributes.get("s", ""), formula, text,
                    self._cell_start, self.parser.CurrentByteIndex, self._value_span)
        )  # fmt: skip

    def _formula(self, _: str, attributes: dict[str, str]) -> None:
        if self._attributes is not None:
            self._formula_attributes, self._has_content = attributes, True
            self.parser.CharacterDataHandler = self._formula_text.append

    def _formula_end(self) -> None:
        self.parser.CharacterDataHandler = None

    def _value(self, name: str, _: dict[str, str]) -> None:
        if self._attributes is None or (self._formulas_only and self._formula_attributes is None):
            return
        self._has_content = True
        self._value_start = self.parser.CurrentByteIndex
        if not name.endswith("is"):
            self.parser.CharacterDataHandler = self._text.append

    def _value_end(self) -> None:
        self.parser.CharacterDataHandler = None
        if self._value_start is not None:
            self._value_span = self._value_start, self.parser.CurrentByteIndex

    def _inline(self, _: str, __: dict[str, str]) -> None:
        if self._value_start is not None and not self._phonetics:
            self.parser.CharacterDataHandler = self._text.append

    def _inline_end(self) -> None:
        self.parser.CharacterDataHandler = None

    def _phonetic(self, _: str, __: dict[str, str]) -> None:
        self._phonetics = True

    def _phonetic_end(self) -> None:
        self._phonetics = False

    def _beside(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append((name.rpartition(BETWEEN)[2], attributes, self.parser.CurrentByteIndex))

    def _beside_end(self) -> None:
        self.found.append(Beside(*self._open.pop(), self.parser.CurrentByteIndex))


def _named(handlers: dict[str, Callable[..., None]]) -> dict[str, Callable[..., None]]:
    """The same handlers by full name, in either namespace that a workbook may use."""
    return {f"{space}{BETWEEN}{name}": handler for space in SPREADSHEET for name, handler in handlers.items()}


def named(cell: RawCell) -> str:
    """A cell as people call it, "F7"."""
    return address(cell.where)
