"""Where every quantity stands: rows, columns and links between sheets, before anything is drawn.

All sheets share their first columns: label, unit, value, then the columns of the sheet's axis. A quantity entered or
computed on another sheet gets one link row, in a block of its own, so that every formula reads its own sheet only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count as count_from
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, TypeAlias

from llmcost_xl.quantities import QUANTITIES
from llmcost_xl.workbook.beside import EXPLANATIONS, OF_AN_ENTRY, RANGE_HIGH, RANGE_LOW, SCENARIOS
from llmcost_xl.workbook.layout import (
    Axis,
    Charts,
    Constant,
    Entry,
    Field,
    Line,
    Rows,
    Sheet,
    Table,
    Text,
    with_scenarios,
)
from llmcost_xl.workbook.places import Link, Place, link_to, links_of, used
from llmcost_xl.workbook.references import (
    ACROSS,
    FIRST_ROW,
    LABEL,
    VALUE,
    Reference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSAID_UNITS: Final = ("text", "status", "any", "flag", "date", "count")
"""Units of columns that their headings make plain; a table of nothing else has no row of units."""

CHART_ROWS: Final = 17
LINKS_TITLE: Final = "Linked from other sheets"
BACKGROUND_TITLE: Final = "Linked from other sheets for the rows above (counter-flow)"


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line, and its row; `down` is the key of the case it is written for, if it is repeated."""

    line: Entry | Line | Constant | Link
    row: int
    place: Place
    down: str = ""


@dataclass(frozen=True, slots=True)
class PlacedRows:
    """A block of lines and the row of its heading."""

    block: Rows
    row: int
    lines: tuple[PlacedLine, ...]


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table: its heading, the row of its column headings (units below them), its first record."""

    block: Table
    row: int
    header: int
    first: int
    count: int
    fields: tuple[tuple[Field, int], ...]
    linked: tuple[tuple[Field, int, Place], ...]
    root: str = ""  # the table whose records it continues, in the end

    @property
    def filled(self) -> int:
        """How many records come filled; the others are spare."""
        return len(self.block.records)

    @property
    def total(self) -> int:
        """The row of the totals, whether or not there are any."""
        return self.first + self.count


@dataclass(frozen=True, slots=True)
class PlacedOther:
    """Charts or text, and the row they start in."""

    block: Charts | Text
    row: int


Placed: TypeAlias = PlacedRows | PlacedTable | PlacedOther


@dataclass(slots=True)
class SheetPlan:
    """One sheet with everything in its place."""

    sheet: Sheet
    kind: str
    places: dict[str, Place] = field(default_factory=dict)
    blocks: list[Placed] = field(default_factory=list)
    homes: dict[str, Place] = field(default_factory=dict)
    tables: dict[str, PlacedTable] = field(default_factory=dict)
    next_row: int = FIRST_ROW
    names: dict[str, str] = field(default_factory=dict)
    """For every table that lines may be written per record of: the quantity that names its records."""

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.sheet.name

    @property
    def axis(self) -> Axis:
        """What runs across."""
        return self.sheet.axis

    @property
    def tail(self) -> int:
        """The first column to the right of everything that runs across."""
        widest = max((table.fields[-1][1] for table in self.tables.values()), default=VALUE)
        return max(widest, VALUE + len(self.axis.columns)) + 1

    @property
    def scenarios(self) -> range:
        """The columns of the scenarios, if the sheet has any."""
        first = VALUE + len(self.axis.columns) + 1
        return range(first, first + len(SCENARIOS) if self.sheet.scenarios else first)

    def beside(self, item: int) -> int:
        """The column of one thing beside the inputs; see `beside`."""
        first = self.scenarios.stop
        if item < EXPLANATIONS:
            return first + item
        return max(self.tail, first + EXPLANATIONS) + item - EXPLANATIONS


def described(line: Entry | Line | Constant | Field) -> tuple[str, str]:
    """Label and unit of a line: its own, or the vocabulary's."""
    quantity = QUANTITIES.get(line.name)
    label = line.label
    unit = line.unit
    if quantity is not None:
        return label or quantity.label, unit or quantity.unit
    if not label or not unit:
        raise ValueError(f"{line.name!r} is not in the vocabulary, so it needs a label and a unit of its own")
    return label, unit


def plan_sheet(sheet: Sheet, kind: str, earlier: dict[str, Place], tables: dict[str, PlacedTable]) -> SheetPlan:
    """Lay out one sheet; `earlier` are the homes of the quantities of the sheets before it."""
    names = {name: table.block.fields[0].name for name, table in tables.items()}
    plan = SheetPlan(sheet, kind, homes=earlier, tables={}, names=names)
    links = links_of(sheet, earlier, names, {name: table.root for name, table in tables.items()})
    if links and kind != "Outputs":
        _place_links(plan, links, LINKS_TITLE)
    for block, following in zip_longest(sheet.blocks, sheet.blocks[1:]):
        if isinstance(block, Rows):
            _place_rows(plan, block)
        elif isinstance(block, Table):
            _place_table(plan, block, tables)
        elif isinstance(block, Charts):
            plan.blocks.append(PlacedOther(block, plan.next_row))
            plan.next_row += CHART_ROWS + (1 if isinstance(following, Charts) else 2)  # two rows of charts fit a page
        else:
            plan.blocks.append(PlacedOther(block, plan.next_row))
            plan.next_row += len(block.sentences) + 2
    for entry in entries(plan):  # once all tables have their columns: some of these cells stand right of them
        if isinstance(entry.line, Entry):
            _settle_beside(plan, entry.line, entry.place)
    if links and kind == "Outputs":  # a page for the reader: what stands behind it comes last
        _place_links(plan, links, BACKGROUND_TITLE)
    return plan


# -- placing the blocks ------------------------------------------------------------------------------------------


def _place_links(plan: SheetPlan, links: dict[str, Link], title: str) -> None:
    start = plan.next_row
    row = start + 1
    placed = []
    for link in sorted(links.values(), key=lambda link: link.down is not None):
        place = replace(
            link.home,
            sheet=plan.name,
            row=row,
            column=ACROSS if link.across else VALUE,
            across=link.across,
            down=link.down,
            records=0,
            label=link.label,
        )
        plan.places[link.key] = place
        for column in link.down.columns if link.down else (None,):
            placed.append(PlacedLine(link, row, place, column.key if column else ""))
            row += 1
    plan.blocks.append(PlacedRows(Rows(title, ()), start, tuple(placed)))
    plan.next_row = row + 1


def _place_rows(plan: SheetPlan, block: Rows) -> None:
    start = plan.next_row
    row = start + 1
    placed = []
    for line in block.lines:
        shown: Entry | Line | Constant | Link = line
        if isinstance(line, Line) and not line.formula:
            shown = link_to(Reference(line.name), plan.homes[line.name], plan.axis, block.per)
        place = _line_place(plan, line, shown, row, block.per)
        plan.places[line.name] = place
        if not isinstance(shown, Link):
            _settle(plan, line, place)
        for column in block.per.columns if block.per else (None,):
            placed.append(PlacedLine(shown, row, place, column.key if column else ""))
            row += 1
    plan.blocks.append(PlacedRows(block, start, tuple(placed)))
    plan.next_row = row + 1


def _line_place(
    plan: SheetPlan, line: Entry | Line | Constant, shown: Entry | Line | Constant | Link, row: int, per: Axis | None
) -> Place:
    """The cells of a line whose first row is known."""
    if isinstance(shown, Link):
        label, across = line.label or shown.home.label, shown.across
        column = ACROSS if across else VALUE
        return Place(plan.name, row, column, across, shown.down, label=label, unit=shown.home.unit)
    label, unit = described(line)
    across_all = isinstance(line, Line) and bool(plan.axis.columns) and not line.single
    many = across_all or (isinstance(line, Entry | Constant) and isinstance(line.value, tuple))
    if not many:
        return Place(plan.name, row, VALUE, None, per, label=label, unit=unit)
    has_scenarios = plan.sheet.scenarios and isinstance(line, Entry) and not line.fixed  # in the columns that follow
    across = with_scenarios(plan.axis) if has_scenarios else plan.axis
    return Place(plan.name, row, ACROSS, across, per, label=label, unit=unit)


def _settle(plan: SheetPlan, line: Entry | Line | Constant, place: Place) -> None:
    """Make this place the home of the quantity, which must not have another one."""
    if line.name in plan.homes:
        raise ValueError(
            f"{line.name!r} has a home on {plan.homes[line.name].sheet} already; {plan.name} defines it again"
        )
    plan.homes[line.name] = place


def _settle_beside(plan: SheetPlan, entry: Entry, place: Place) -> None:
    """Make the cells beside an input known that formulas may read: its range, its swing, its scenarios."""
    for modifier, item in OF_AN_ENTRY.items():
        if entry.low is not None if item in (RANGE_LOW, RANGE_HIGH) else entry.swing:
            key = f"{entry.name}:{modifier}"
            unit = place.unit if item in (RANGE_LOW, RANGE_HIGH) else "fraction"
            label = f"{place.label}, {modifier}"
            plan.homes[key] = plan.places[key] = Place(plan.name, place.row, plan.beside(item), label=label, unit=unit)
    if plan.scenarios and not entry.fixed and place.across is None:
        key, across = f"{entry.name}:cases", with_scenarios(plan.axis)
        plan.homes[key] = plan.places[key] = replace(place, column=plan.scenarios.start, across=across)


def _place_table(plan: SheetPlan, block: Table, tables: dict[str, PlacedTable]) -> None:
    start = plan.next_row
    header = start + 1
    first = header + (2 if any(described(column)[1] not in UNSAID_UNITS for column in block.fields) else 1)
    like = tables.get(block.like)
    count = like.count if like else len(block.records) + block.spare
    columns = count_from(LABEL)
    linked: list[tuple[Field, int, Place]] = []
    if like is not None:
        wanted = {reference.name for reference, _ in used(plan.sheet)}
        wanted.add(tables[like.root].fields[0][0].name)
        linked = [
            (column, next(columns), plan.homes[column.name])
            for column in _fields_of(like.root, tables)
            if column.name in wanted and plan.homes[column.name].sheet != plan.name
        ]
    fields = tuple((column, next(columns)) for column in block.fields)
    root = like.root if like else block.name
    placed = PlacedTable(block, start, header, first, count, fields, tuple(linked), root)
    for column, number in fields:
        label, unit = described(column)
        place = Place(plan.name, first, number, records=count, label=label, unit=unit, header=header, table=root)
        plan.places[column.name] = plan.homes[column.name] = place
        if column.total:
            total = Place(plan.name, placed.total, number, label=f"{label}: {block.title}", unit=unit)
            plan.places[f"{column.name}:total"] = plan.homes[f"{column.name}:total"] = total
    for column, number, home in linked:
        plan.places[column.name] = replace(home, sheet=plan.name, row=first, column=number, header=header)
    tables[block.name] = plan.tables[block.name] = placed
    plan.blocks.append(placed)
    plan.next_row = placed.total + (2 if any(column.total for column in block.fields) else 1)


def _fields_of(root: str, tables: dict[str, PlacedTable]) -> Iterator[Field]:
    """Every column that there is so far of the records of a table, its own and those that continue it."""
    for table in tables.values():
        if table.root == root:
            yield from (column for column, _ in table.fields)


# -- what the planner adds of itself -----------------------------------------------------------------------------


def add_lines(plan: SheetPlan, title: str, *lines: Line) -> None:
    """Append a block of computed lines whose formulas already hold cell addresses."""
    placed = []
    for row, line in enumerate(lines, start=plan.next_row + 1):
        place = Place(plan.name, row, VALUE, label=line.label, unit=line.unit)
        plan.places[line.name] = plan.homes[line.name] = place
        placed.append(PlacedLine(line, row, place))
    plan.blocks.append(PlacedRows(Rows(title, lines), plan.next_row, tuple(placed)))
    plan.next_row += len(lines) + 2


def entries(plan: SheetPlan) -> Iterator[PlacedLine]:
    """The input lines of a sheet."""
    for block in plan.blocks:
        if isinstance(block, PlacedRows):
            yield from (placed for placed in block.lines if isinstance(placed.line, Entry))
