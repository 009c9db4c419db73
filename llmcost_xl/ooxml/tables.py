"""Excel tables: where they lie, and what happens to one when rows are appended below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.addresses import Area
from llmcost_xl.ooxml.values import unescaped
from llmcost_xl.ooxml.xmlpart import Splice, XmlPart, retagged

if TYPE_CHECKING:
    from llmcost_xl.ooxml.archive import Archive

ITSELF: Final = "table", 0
FILTER: Final = "autoFilter", 1
COLUMN: Final = "tableColumn", 2
"""Elements of a table's part by name and depth: deeper there may be another "table", with its alternative text."""


@dataclass(frozen=True)
class TableFile:
    """A table of a sheet."""

    name: str
    sheet: str
    part: str
    area: Area  # with its headers and totals
    columns: tuple[str, ...]
    header_rows: int
    totals_rows: int

    @property
    def body(self) -> Area | None:
        """The rows of data."""
        top, bottom = self.area.top + self.header_rows, self.area.bottom - self.totals_rows
        return Area(top, self.area.left, bottom, self.area.right) if top <= bottom else None

    @classmethod
    def read(cls, archive: Archive, part: str, sheet: str) -> TableFile:
        """The table that a part describes."""
        xml = XmlPart.read(part, archive.part(part))
        found = list(xml.elements(lambda name, depth: (name, depth) in (ITSELF, COLUMN)))
        table = next((element for element in found if element.name == "table"), None)
        if table is None:
            raise RefusedError(f"part {part!r}: holds no table")
        values = table.attributes
        columns = tuple(
            unescaped(element.attributes.get("name", "")) for element in found if element.name == "tableColumn"
        )
        name = values.get("displayName") or values.get("name", "")
        try:
            rows = int(values.get("headerRowCount", 1)), int(values.get("totalsRowCount", 0))
            return cls(name, sheet, part, Area.read(values.get("ref", "")), columns, *rows)
        except (RefusedError, ValueError) as problem:
            raise RefusedError(f"part {part!r}: damaged, {problem}") from None

    def extended(self, archive: Archive, rows: int) -> bytes:
        """The part with so many rows more, in its area and in that of its filter."""
        xml = XmlPart.read(self.part, archive.part(self.part))
        splices = []
        for element in xml.elements(lambda name, depth: (name, depth) in (ITSELF, FILTER)):
            area = Area.read(element.attributes["ref"])
            tag = xml.tag(element.start)
            wider = str(area._replace(bottom=area.bottom + rows))
            splices.append(Splice(element.start, element.start + len(tag), retagged(tag, {"ref": wider})))
        return xml.spliced(splices)
