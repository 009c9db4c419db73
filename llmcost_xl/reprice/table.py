"""Finding the price tables of a workbook: ours, or anybody's with a heading for the model and one for its price."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from llmcost_xl.ooxml import Area, Cell
from llmcost_xl.ooxml.values import ErrorCode
from llmcost_xl.reprice.headings import Heading, meaning
from llmcost_xl.reprice.units import NONE, Unit, read_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from llmcost_xl.ooxml import BookFile, SheetFile, TableFile

Line: TypeAlias = dict[int, Cell]
"""The cells of a row that hold something, by column."""

Grid: TypeAlias = dict[int, Line]
TITLE_ROWS: Final = 3  # above the headings, in which a title may state the unit
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

    @property
    def is_dated(self) -> bool:
        """Whether it keeps the history of its prices."""
        return "from_date" in self.columns

    @cached_property
    def has_status(self) -> bool:
        """Whether it says of every price how far it can be trusted, in the words of our workbooks."""
        return any(self.cell(record, "status").value in STATUSES for record in self.records)

    @property
    def is_computed(self) -> bool:
        """Whether all of its prices are formulas: it shows what stands elsewhere."""
        cells = [record.line[column] for record in self.records for column in self.prices if column in record.line]
        return bool(cells) and all(cell.formula is not None for cell in cells)

    def cell(self, record: Record, name: str) -> Cell:
        """The cell of a field; an empty one where the table has no such column."""
        return record.line.get(self.columns.get(name, 0), NO_CELL)


def price_tables(book: BookFile) -> list[PriceTable]:
    """The price tables of a workbook, sheet by sheet; those that only show others are left out."""
    found = [table for sheet in book.sheets for table in _tables(sheet)]
    entered = [table for table in found if not table.is_computed]
    return entered or found


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


def _tables(sheet: SheetFile) -> Iterator[PriceTable]:
    grid = grid_of(sheet)
    ends: dict[int, int] = {}  # by column, the last row of the table found above
    for number in sorted(grid):
        for left, right in _blocks(grid[number]):
            if number <= max(ends.get(column, 0) for column in range(left, right + 1)):
                continue
            headings = _headings(grid[number], left, right)
            if headings is None:
                continue
            table = _found(sheet, grid, Area(number, left, number, right), headings)
            ends |= dict.fromkeys(range(left, right + 1), table.area.bottom)
            if table.records:
                yield table


def _blocks(line: Line) -> list[tuple[int, int]]:
    """Neighbouring cells of a row, where one of them may name the model."""
    if not any(isinstance(cell.value, str) and "m" in cell.value.lower() for cell in line.values()):
        return []
    blocks: list[tuple[int, int]] = []
    for column in sorted(line):
        if blocks and blocks[-1][1] == column - 1:
            blocks[-1] = blocks[-1][0], column
        else:
            blocks.append((column, column))
    return [(left, right) for left, right in blocks if right > left]


def _headings(line: Line, left: int, right: int) -> list[tuple[int, Heading]] | None:
    """What the columns hold, if this is the head of a price table."""
    found = []
    for column in range(left, right + 1):
        cell = line[column]
        heading = meaning(cell.value) if isinstance(cell.value, str) and cell.formula is None else None
        if heading:
            found.append((column, heading))
    fields = {heading.field for _, heading in found}
    return found if {"model", "price"} <= fields else None


def _found(sheet: SheetFile, grid: Grid, head: Area, headings: list[tuple[int, Heading]]) -> PriceTable:
    """The table below these headings."""
    excel = next((table for table in sheet.tables if table.area.holds(head.start) and table.area.top == head.top), None)
    if excel is not None:
        head = head._replace(left=excel.area.left, right=excel.area.right)
        headings = [pair for pair in headings if head.left <= pair[0] <= head.right]
    columns = {heading.field: column for column, heading in headings if heading.field != "price"}
    prices = {column: heading.component for column, heading in headings if heading.field == "price"}
    units, start = _units(grid, head, columns, prices)
    records, spare, bottom = (
        _body(grid, head, start, excel, columns["model"]) if "model" in columns else ([], [], start)
    )
    return PriceTable(
        sheet.name, head._replace(bottom=max(bottom, head.top)), columns, prices, units, tuple(records), tuple(spare),
        excel.name if excel else "", excel.totals_rows if excel else 0, _problem(headings),
    )  # fmt: skip


def _problem(headings: list[tuple[int, Heading]]) -> str:
    """What leaves open how the table is to be read."""
    seen: set[Heading] = set()
    for _, heading in headings:
        if heading in seen:
            return f"two columns are headed {' '.join(filter(None, heading)).replace('_', ' ')}"
        seen.add(heading)
    fields = {heading.field for _, heading in headings}
    components = {heading.component for _, heading in headings if heading.field == "price"}
    if "unclear_date" in fields and "from_date" not in fields:
        return "a column is headed only Date; call it From date, or Checked on"
    if "component" not in fields and "" in components:
        return "no column says which component a price is of (input, output, ...)"
    if "component" in fields and components != {""}:
        return "both a column and headings say which component a price is of"
    return ""


def _units(
    grid: Grid, head: Area, columns: Mapping[str, int], prices: Mapping[int, str]
) -> tuple[dict[int, Unit], int]:
    """The unit of each price column, and the first row below the headings and their row of units."""
    line, below = grid[head.top], grid.get(head.top + 1, {})
    title = NONE
    for row in range(head.top - TITLE_ROWS, head.top):
        for column, cell in grid.get(row, {}).items():
            if head.left <= column <= head.right and cell.formula is None:
                title = title.or_else(read_unit(cell.value))
    has_unit_row = columns["model"] not in below and any(
        read_unit(below[column].value).amount for column in prices if column in below
    )
    units = {}
    for column in prices:
        stated = read_unit(line[column].value)
        if has_unit_row and column in below:
            stated = stated.or_else(read_unit(below[column].value))
        units[column] = stated.or_else(title)
    return units, head.top + (2 if has_unit_row else 1)


def _body(
    grid: Grid, head: Area, start: int, excel: TableFile | None, model: int
) -> tuple[list[Record], list[int], int]:
    """The records, the spare rows after them, and the last row of either; totals below them are no part of it."""
    records: list[Record] = []
    spare: list[int] = []
    body = excel.body if excel else None
    row, last, ended = start, body.bottom if body else 0, False
    while row <= last if body else True:
        line = {column: cell for column, cell in grid.get(row, {}).items() if head.left <= column <= head.right}
        if not line and not body:
            break
        if model in line:
            records.append(Record(row, line))
            spare, ended = [], False
        elif _is_spare(line, records) and not ended:
            spare.append(row)
        else:
            ended = True
        row += 1
    ends = [start - 1, *(record.row for record in records[-1:]), *spare[-1:]]
    return records, spare, max(ends)


def _is_spare(line: Line, records: list[Record]) -> bool:
    """Whether a row waits to be filled in: nothing is entered, and its formulas are those of the row above."""
    entered = any(cell.formula is None for cell in line.values())
    return not entered and (not line or not records or _formulas(line) == _formulas(records[-1].line))


def _formulas(line: Line) -> set[int]:
    return {column for column, cell in line.items() if cell.formula is not None}


def number_in(cell: Cell) -> float | None:
    """The number in a cell; None where it holds none."""
    value = cell.value
    return value if isinstance(value, float) and not isinstance(value, bool) else None


def text_in(cell: Cell) -> str:
    """The text in a cell; "" where it holds none."""
    value = cell.value
    return value.strip() if isinstance(value, str) and not isinstance(value, ErrorCode) else ""
