"""A price table as it lies on a sheet: what its columns hold, its records, and the rows that wait for more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from llmcost_xl.ooxml import Area, Cell
from llmcost_xl.ooxml.values import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmcost_xl.ooxml import SheetFile
    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.reprice.units import Unit

Line: TypeAlias = dict[int, Cell]
"""The cells of a row that hold something, by column."""

Grid: TypeAlias = dict[int, Line]
VERIFIED, ASSUMPTION = "verified", "assumption"
STATUSES: Final = ("source text", VERIFIED, ASSUMPTION)
NO_CELL: Final = Cell(0, 0, None, None, 0)


class Record(NamedTuple):
    """A row of a price table."""

    row: int
    line: Line


@dataclass(frozen=True)
class PriceTable:
    """A price table as it lies on a sheet."""

    sheet: str
    area: Area  # headings, records and spare rows
    columns: Mapping[str, int]  # by field
    prices: Mapping[int, str]  # price columns, and the component of each; "" where a column of its own says it
    units: Mapping[int, Unit]  # of each price column, as far as the headings say
    records: tuple[Record, ...]
    spare: tuple[int, ...]  # empty rows of the table, at its end
    name: str = ""  # of an Excel table
    totals: int = 0
    problem: str = ""  # why it is not repriced at all
    covered: frozenset[Position] = frozenset()  # cells that a merged one hides, and that nothing can be written to

    @property
    def is_dated(self) -> bool:
        """Whether it keeps the history of its prices."""
        return "from_date" in self.columns

    @cached_property
    def has_status(self) -> bool:
        """Whether it says of every price how far it can be trusted, in the words of our workbooks."""
        return any(self.cell(record, "status").value in STATUSES for record in self.records)

    @cached_property
    def has_providers(self) -> bool:
        """Whether it names the provider of any price."""
        return any(text_in(self.cell(record, "provider")) for record in self.records)

    @property
    def is_computed(self) -> bool:
        """Whether all of its prices are formulas that read something: it shows what stands elsewhere."""
        cells = [record.line[column] for record in self.records for column in self.prices if column in record.line]
        return bool(cells) and all(any(map(str.isalpha, cell.formula or "")) for cell in cells)

    def cell(self, record: Record, name: str) -> Cell:
        """The cell of a field; an empty one where the table has no such column."""
        return record.line.get(self.columns.get(name, 0), NO_CELL)


def grid_of(sheet: SheetFile) -> Grid:
    """The cells of a sheet that hold something."""
    grid: Grid = {}
    for cell in sheet.cells():
        if cell.formula is not None or not is_blank(cell):
            grid.setdefault(cell.row, {})[cell.column] = cell
    return grid


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that is seen."""
    value = cell.value
    return cell.formula is None and (value is None or (isinstance(value, str) and not value.strip()))


def number_in(cell: Cell) -> float | None:
    """The number in a cell; None where it holds none."""
    value = cell.value
    return value if isinstance(value, float) and not isinstance(value, bool) else None


def text_in(cell: Cell) -> str:
    """The text in a cell; "" where it holds none."""
    value = cell.value
    return value.strip() if isinstance(value, str) and not isinstance(value, ErrorCode) else ""
