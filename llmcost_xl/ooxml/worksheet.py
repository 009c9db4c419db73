"""A worksheet of a file: its cells as they are, with the values that the file keeps for formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import formulas, plain, values
from llmcost_xl.ooxml.addresses import Area, Position, address
from llmcost_xl.ooxml.formulacells import all_cells
from llmcost_xl.ooxml.parts import relations
from llmcost_xl.ooxml.reading import Beside, RawCell, items, named
from llmcost_xl.ooxml.tables import TableFile
from llmcost_xl.ooxml.xmlpart import XmlPart, entities_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.ooxml.archive import Archive
    from llmcost_xl.ooxml.texts import Texts
    from llmcost_xl.ooxml.values import Value

NEVER_BLANK: Final = ("s", "b", "e", "d")  # kinds of cells whose empty value says that there is none
SHARED_TEXT: Final = re.compile(rb' t="s"' + plain.ATTRIBUTES + rb" ?><v ?>([0-9]+)</v>")
OWN_TEXT: Final = re.compile(
    rb"(?:<is><t" + plain.SPACE + rb'| t="str"' + plain.ATTRIBUTES + rb" ?><v" + plain.SPACE + rb") ?>([^<]*+)<"
)
SHEET_DATA: Final = re.compile(rb"<(?:\w+:)?sheetData\s*>")


class Cell(NamedTuple):
    """A cell of a sheet."""

    row: int
    column: int
    value: Value  # of a formula, what it gave when it was last calculated
    formula: str | None  # without its equals sign; None: the cell holds a value
    style: int

    @property
    def where(self) -> Position:
        """Row and column."""
        return self.row, self.column

    @property
    def address(self) -> str:
        """The cell as people call it, "F7"."""
        return address(self.where)


@dataclass(frozen=True)
class SheetFile:
    """A worksheet as it lies in the file."""

    name: str
    part_name: str
    state: str
    archive: Archive = field(repr=False)
    texts: Texts = field(repr=False)

    @property
    def is_hidden(self) -> bool:
        """Whether its tab is not shown."""
        return self.state != "visible"

    @property
    def part(self) -> XmlPart:
        """Its XML, which is not kept: a large sheet is large."""
        return XmlPart.read(self.part_name, self.archive.part(self.part_name))

    def cells(self) -> Iterator[Cell]:
        """The cells that stand in the file, row by row; stop early where the first rows are enough."""
        shared: dict[str, RawCell] = {}
        for raw in all_cells(self.part):
            formula = formula_text(raw, shared) if raw.formula is not None else None
            yield Cell(raw.row, raw.column, self.value(raw), formula, int(raw.style) if raw.style.isdigit() else 0)

    def typed(self) -> set[str]:
        """The texts in cells without formulas, each once: soon told even of a large sheet, before it is read."""
        text = self.part.text
        rows = plain.rows(text)
        if rows is None:
            found = (cell.value for cell in self.cells() if cell.formula is None)
            return {value for value in found if isinstance(value, str) and not isinstance(value, values.ErrorCode)}
        numbers = {int(number) for number in set(SHARED_TEXT.findall(text, *rows))}
        own = {values.unescaped(entities_read(words)) for words in set(OWN_TEXT.findall(text, *rows))}
        return own | {self.texts[number] for number in numbers if number < len(self.texts)}

    def value(self, raw: RawCell) -> Value:
        """The value of a cell as it is stored."""
        if raw.text is None or (raw.kind in NEVER_BLANK and not raw.text.strip()):
            return None
        try:
            if raw.kind == "s":
                return self.texts[int(raw.text)]
            return values.read(raw.kind, raw.text)
        except (RefusedError, ValueError, IndexError) as problem:
            raise RefusedError(f"part {self.part_name!r}: the cell {named(raw)} is damaged ({problem})") from None

    @cached_property
    def _beside(self) -> tuple[Beside, ...]:
        return tuple(item for item in items(_without_cells(self.part), formulas_only=True) if isinstance(item, Beside))

    @cached_property
    def merged(self) -> tuple[Area, ...]:
        """The merged areas."""
        return tuple(Area.read(item.attributes.get("ref", "")) for item in self._beside if item.name == "mergeCell")

    @property
    def filtered(self) -> Area | None:
        """What its filter covers; tables have filters of their own."""
        areas = (item.attributes.get("ref") for item in self._beside if item.name == "autoFilter")
        return next((Area.read(area) for area in areas if area), None)

    @cached_property
    def is_protected(self) -> bool:
        """Whether its locked cells cannot be changed in Excel."""
        return any(item.name == "sheetProtection" and item.attributes.get("sheet") in values.TRUE
                   for item in self._beside)  # fmt: skip

    @cached_property
    def tables(self) -> tuple[TableFile, ...]:
        """Its Excel tables."""
        targets = relations(self.archive, self.part_name).values()
        parts = (self.archive.find(relation.target) for relation in targets if relation.kind == "table")
        return tuple(TableFile.read(self.archive, part, self.name) for part in parts if part is not None)


def _without_cells(part: XmlPart) -> XmlPart:
    """A sheet with its cells cut out, which are most of it."""
    begin, end = SHEET_DATA.search(part.text), part.text.rfind(b"sheetData>")
    if begin is None or end < begin.end() or b"<!" in part.text:  # a comment may hold anything
        return part
    return replace(part, text=part.text[: begin.end()] + part.text[part.text.rfind(b"</", 0, end) :])


def formula_text(raw: RawCell, shared: dict[str, RawCell]) -> str | None:
    """The formula of a cell; `shared` gathers the first cells of groups that share one."""
    formula = raw.formula
    if formula is None:
        return None
    if formula.kind != "shared":
        return formula.text
    if formula.text:
        shared[formula.group] = raw
        return formula.text
    first = shared.get(formula.group)
    if first is None or first.formula is None:
        return ""
    return formulas.moved(first.formula.text, raw.row - first.row, raw.column - first.column) or ""
