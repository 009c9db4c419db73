"""What the formulas of a workbook gave when it was last calculated, read without a second copy of the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias
from xml.parsers import expat

from openpyxl.utils.cell import coordinate_to_tuple

from llmcost_xl.lint.parts import sheet_parts

if TYPE_CHECKING:
    from llmcost_xl.lint.reading import Book


class ErrorValue(str):
    """An error that a formula gave: #N/A, #NUM! ..."""

    __slots__ = ()


Stored: TypeAlias = float | bool | str | ErrorValue
"""Dates are numbers here; the cell's format tells them apart."""

Values: TypeAlias = dict[tuple[int, int], Stored]
TRUE: Final = ("1", "true")


def stored_values(book: Book) -> dict[str, Values]:
    """The values of formula cells by sheet, row and column; a formula that was never calculated has none."""
    found = {}
    for name, part in sheet_parts(book).items():
        reader = _Reader()
        if part in book.parts:
            reader.read(book.parts[part])
        found[name] = reader.values
    return found


class _Reader:
    """One pass over the XML of a sheet."""

    def __init__(self) -> None:
        self.values: Values = {}
        self._row = self._column = 0
        self._kind = ""
        self._has_formula = self._in_value = False
        self._text: list[str] = []

    def read(self, content: bytes) -> None:
        """Collect the values of a sheet."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(content, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            reference = attributes.get("r", "")
            self._row, self._column = coordinate_to_tuple(reference) if reference else (self._row, self._column + 1)
            self._kind, self._has_formula, self._text = attributes.get("t", "n"), False, []
        elif name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif name == "f":
            self._has_formula = True
        elif name == "v":
            self._in_value = True

    def _characters(self, text: str) -> None:
        if self._in_value and self._has_formula:
            self._text.append(text)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "v":
            self._in_value = False
        elif name == "c" and self._text:
            self.values[self._row, self._column] = _read(self._kind, "".join(self._text))


def _read(kind: str, text: str) -> Stored:
    if kind == "e":
        return ErrorValue(text)
    if kind == "b":
        return text in TRUE
    if kind == "n":
        try:
            return float(text)
        except ValueError:
            return text
    return text
