"""Where the cells of a quantity are, and the links by which other sheets show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Axis, Block, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.references import Reference, is_formula, only_reference, references

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Place:
    """The cells of one quantity on one sheet: one cell, a row, a column, or rows of cases over months."""

    sheet: str
    row: int
    column: int
    across: Axis | None = None
    down: Axis | None = None
    records: int = 0
    label: str = ""
    unit: str = ""
    header: int = 0  # the row of a table's headings
    table: str = ""  # the table it is a column of

    def cell(self, across: str = "", down: str = "") -> tuple[int, int]:
        """Row and column of one value, by the keys of the axes it runs over."""
        row = self.row + (self.down.position(down) if self.down and down else 0)
        column = self.column + (self.across.position(across) if self.across and across else 0)
        return row, column


@dataclass(frozen=True, slots=True)
class Link:
    """A line that shows a quantity of another sheet: the same key names it on this one."""

    key: str
    home: Place
    across: Axis | None = None
    down: Axis | None = None
    column_key: str = ""

    @property
    def label(self) -> str:
        """What it is called here: the one column it shows is named as well."""
        runs_over = self.home.across or self.home.down
        if not self.column_key or runs_over is None or runs_over.table:
            return self.home.label
        return f"{self.home.label}: {runs_over.columns[runs_over.position(self.column_key)].label}"

    def source(self, key: str, down: str = "") -> tuple[int, int]:
        """Row and column of the home cell that the cell with this key, on the line with that one, shows."""
        if self.home.across and self.home.down:
            return self.home.cell(key, down)
        key = key or down
        if self.home.table and (axis := self.across or self.down):
            return self.home.row + axis.position(key), self.home.column
        if self.home.across is not None:
            return self.home.cell(across=self.column_key or key)
        return self.home.cell(down=self.column_key or key)


def _defined(sheet: Sheet) -> set[str]:
    """Quantities that have cells on this sheet without the planner's doing."""
    names: set[str] = set()
    for block in sheet.blocks:
        if isinstance(block, Rows):
            names.update(line.name for line in block.lines)
        elif isinstance(block, Table):
            names.update(column.name for column in block.fields)
    return names


def _formulas(block: Block) -> Iterator[str]:
    """The formulas of a block that read cells of its own sheet."""
    if isinstance(block, Rows):
        yield from (line.formula for line in block.lines if isinstance(line, Line))
    elif isinstance(block, Table):
        yield from (column.formula for column in block.fields)
        cells = (cell for record in block.records for cell in record if is_formula(cell))
        yield from (cell for cell in cells if only_reference(cell) is None)
    elif isinstance(block, Text):
        yield from (sentence for sentence in block.sentences if is_formula(sentence))


def used(sheet: Sheet) -> Iterator[tuple[Reference, Axis | None]]:
    """Every reference of the sheet's formulas, with the axis its line is repeated over."""
    for block in sheet.blocks:
        per = block.per if isinstance(block, Rows) else None
        for formula in _formulas(block):
            yield from ((reference, per) for reference in references(formula))


def continued(sheet: Sheet, roots: dict[str, str]) -> set[str]:
    """The tables of earlier sheets whose records a sheet continues."""
    return {roots[block.like] for block in sheet.blocks if isinstance(block, Table) and block.like}


def links_of(sheet: Sheet, earlier: dict[str, Place], names: dict[str, str], roots: dict[str, str]) -> dict[str, Link]:
    """The link rows that a sheet needs, by the key its formulas look them up under."""
    defined = _defined(sheet)
    links: dict[str, Link] = {}
    for block in sheet.blocks:
        if isinstance(block, Rows) and block.per and block.per.table:  # its records are called by the user's names
            name = names[block.per.table]
            links.setdefault(name, Link(name, earlier[name], down=block.per))
    linked_by_record = continued(sheet, roots)
    repeated = [block.per for block in sheet.blocks if isinstance(block, Rows) and block.per]
    for reference, per in used(sheet):
        if reference.name in defined or reference.modifier == "labels":
            continue
        home = earlier.get(reference.home_key)
        if home is None:
            raise ValueError(f"{sheet.name}: nothing before this sheet is called {reference.home_key!r}")
        if home.records and home.table in linked_by_record:
            continue  # linked record by record, inside the table
        down = per
        if reference.modifier == "all" and (per is None or not (home.across and home.down)):
            down = _as_column(home, sheet.axis, repeated) or per
        link = link_to(reference, home, sheet.axis, down)
        links.setdefault(link.key, link)
    return links


def _as_column(home: Place, axis: Axis, repeated: list[Axis]) -> Axis | None:
    """What a quantity asked for as a whole runs down: the lines it stands in already, or all of a row turned."""
    if home.across and not home.down and not home.across.continues(axis):
        return home.across
    return next((each for each in repeated if each == home.down or each.table == (home.table or None)), None)


def link_to(reference: Reference, home: Place, axis: Axis, per: Axis | None) -> Link:
    """How a quantity of another sheet is shown on a sheet with this axis, in lines repeated over `per`."""
    if home.records:
        return _link_to_records(reference, home, axis, per)
    if home.across and home.down:
        if (home.across, home.down) == (axis, per):
            return Link(reference.name, home, across=axis, down=per)
        raise _too_many(reference, home)
    runs_over = home.across or home.down
    if runs_over is None:
        return Link(reference.home_key, home)
    if runs_over == axis or (home.across and home.across.continues(axis)):
        return Link(reference.home_key, home, across=axis)
    if runs_over == per or (per and home.across and home.across.continues(per)):
        return Link(reference.name, home, down=per)
    if reference.column:
        return Link(f"{reference.name}@{reference.column}", home, column_key=reference.column)
    raise ValueError(
        f"{reference.name!r} has one value per {runs_over.name}: say which, as in {{{reference.name}@...}}"
    )


def _link_to_records(reference: Reference, home: Place, axis: Axis, per: Axis | None) -> Link:
    """A column of a table, shown down lines or across a sheet that its records run over."""
    if per is not None and per.table == home.table:
        return Link(reference.name, home, down=per)
    if axis.table == home.table:
        return Link(reference.name, home, across=axis)
    raise _too_many(reference, home)


def _too_many(reference: Reference, home: Place) -> ValueError:
    return ValueError(f"{home.sheet}: {reference.name!r} has too many cells to be linked; link its total")
