"""Finding the price tables of a workbook: ours, or anybody's with a heading for the model and one for its price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.ooxml import Area
from llmcost_xl.reprice.body import body
from llmcost_xl.reprice.headings import BARE, Heading, meaning
from llmcost_xl.reprice.table import NO_CELL, PriceTable, grid_of
from llmcost_xl.reprice.units import NONE, Unit, read_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from llmcost_xl.ooxml import BookFile, SheetFile
    from llmcost_xl.reprice.table import Grid, Line

TITLE_ROWS: Final = 3  # above the headings, in which a title may state the unit
WIDEST_GAP: Final = 2  # columns without a heading, inserted into a table
KEYS: Final = frozenset({"provider", "model", "component", "price"})
BESIDE: Final = frozenset({"source", "checked_on", "status"})


class _Head(NamedTuple):
    """Headings in a row, and what those mean that mean something."""

    left: int
    right: int
    headings: tuple[tuple[int, Heading], ...]

    @property
    def fields(self) -> set[str]:
        return {heading.field for _, heading in self.headings}

    def with_(self, other: _Head) -> _Head:
        return _Head(self.left, other.right, self.headings + other.headings)


def price_tables(book: BookFile) -> list[PriceTable]:
    """The price tables of a workbook, sheet by sheet; those that only show others are left out."""
    found = [table for sheet in book.sheets if _may_hold_one(sheet) for table in _tables(sheet)]
    entered = [table for table in found if not table.is_computed]
    return entered or found


def _may_hold_one(sheet: SheetFile) -> bool:
    """Whether its texts include the headings of a price table: told of a large sheet before it is read."""
    fields = {heading.field for text in sheet.typed() if (heading := meaning(text))}
    return "model" in fields and not fields.isdisjoint({"price", BARE})


def _tables(sheet: SheetFile) -> Iterator[PriceTable]:
    grid = grid_of(sheet)
    ends: dict[int, int] = {}  # by column, the last row of the table found above
    for number in sorted(grid):
        for head in _heads(grid[number]):
            end = max(ends.get(column, 0) for column in range(head.left, head.right + 1))
            priced = _with_bare(grid, number, head, end)
            if number <= end or not {"model", "price"} <= priced.fields:
                continue
            table = _found(sheet, grid, number, priced, end)
            ends |= dict.fromkeys(range(head.left, head.right + 1), table.area.bottom)
            if table.records:
                yield table


def _heads(line: Line) -> list[_Head]:
    """What may be the heads of tables in a row: neighbouring cells, and those that an empty column parts from them."""
    if not any(isinstance(cell.value, str) and "m" in cell.value.lower() for cell in line.values()):
        return []
    heads: list[_Head] = []
    for column in sorted(line):
        cell = line[column]
        heading = meaning(cell.value) if isinstance(cell.value, str) and cell.formula is None else None
        one = _Head(column, column, ((column, heading),) if heading else ())
        if heads and heads[-1].right == column - 1:
            heads[-1] = heads[-1].with_(one)
        else:
            heads.append(one)
    joined = heads[:1]
    for head in heads[1:]:
        if _goes_on(joined[-1], head):
            joined[-1] = joined[-1].with_(head)
        else:
            joined.append(head)
    return joined


def _goes_on(head: _Head, after: _Head) -> bool:
    """Whether headings behind an empty column are of the same table, and not of one beside it."""
    if after.left - head.right - 1 > WIDEST_GAP or head.fields.isdisjoint(KEYS):
        return False
    if "price" in head.fields & after.fields:  # one column per component goes on; a second column of prices does not
        components = [{heading.component for _, heading in one.headings if heading.field == "price"}
                      for one in (head, after)]  # fmt: skip
        if "" in components[0] | components[1] or components[0] & components[1]:
            return False
    if (head.fields & after.fields) - {"price", BARE}:
        return False
    starts_with = {heading.field for column, heading in after.headings if column == after.left}
    return not after.fields.isdisjoint(KEYS) or bool(starts_with & BESIDE)


def _with_bare(grid: Grid, top: int, head: _Head, end: int) -> _Head:
    """Headings as "Input" made prices where a title above or the row below states their unit, and else forgotten."""
    plain = tuple(pair for pair in head.headings if pair[1].field != BARE)
    model = next((column for column, heading in plain if heading.field == "model"), None)
    if model is None or {"price", "component"} & head.fields or len(plain) == len(head.headings):
        return head._replace(headings=plain)
    is_titled = _title(grid, Area(top, head.left, top, head.right), end).is_whole
    below = grid.get(top + 1, {}) if model not in grid.get(top + 1, {}) else {}
    return head._replace(headings=tuple(
        (column, heading._replace(field="price") if heading.field == BARE else heading)
        for column, heading in head.headings
        if heading.field != BARE or is_titled or read_unit(below.get(column, NO_CELL).value).is_whole
    ))  # fmt: skip


def _found(sheet: SheetFile, grid: Grid, top: int, head: _Head, end: int) -> PriceTable:
    """The table below these headings; `end` is the last row of what lies above it."""
    area, headings = Area(top, head.left, top, head.right), head.headings
    excel = next((table for table in sheet.tables if table.area.top == top and table.area.holds(area.start)), None)
    if excel is not None:
        area = area._replace(left=excel.area.left, right=excel.area.right)
        headings = tuple(pair for pair in headings if area.left <= pair[0] <= area.right)
    columns = {heading.field: column for column, heading in headings if heading.field != "price"}
    prices = {column: heading.component for column, heading in headings if heading.field == "price"}
    units, start = _units(grid, area, columns, prices, end)
    merged = [one for one in sheet.merged if one.top >= start and area.left <= one.left <= area.right]
    _spread(grid, merged, {columns.get("provider", 0), columns.get("model", 0)})
    records, spare, bottom = body(grid, area, start, excel, columns, prices)
    is_excel = excel is not None and bottom <= excel.area.bottom
    return PriceTable(
        sheet.name, area._replace(bottom=max(bottom, top)), columns, prices, units, tuple(records), tuple(spare),
        excel.name if excel and is_excel else "", excel.totals_rows if excel and is_excel else 0, _problem(headings),
        frozenset(where for one in merged if one.top <= bottom for where in one.positions() if where != one.start),
    )  # fmt: skip


def _spread(grid: Grid, merged: Sequence[Area], columns: set[int]) -> None:
    """Have a model or provider that is merged over several rows stand in each of them."""
    for area in merged:
        cell = grid.get(area.top, {}).get(area.left)
        if area.left in columns and cell is not None:
            for row in range(area.top + 1, area.bottom + 1):
                grid.setdefault(row, {})[area.left] = cell


def _problem(headings: Sequence[tuple[int, Heading]]) -> str:
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
    grid: Grid, head: Area, columns: Mapping[str, int], prices: Mapping[int, str], end: int
) -> tuple[dict[int, Unit], int]:
    """The unit of each price column, and the first row below the headings and their row of units."""
    line, below = grid[head.top], grid.get(head.top + 1, {})
    title = _title(grid, head, end)
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


def _title(grid: Grid, head: Area, end: int) -> Unit:
    """What the rows above the headings say of the unit, the nearest first; rows of another table say nothing."""
    title = NONE
    for row in range(head.top - 1, max(end, head.top - TITLE_ROWS - 1), -1):
        for column, cell in grid.get(row, {}).items():
            if head.left <= column <= head.right and cell.formula is None:
                title = title.or_else(read_unit(cell.value))
    return title
