"""A workbook that is open in Excel, as repricing sees one: the cells that a host has read, without a file.

`planned` asks the same of it as of a file, so that both come to the same plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import Area, Cell, TableFile, formulas, values
from llmcost_xl.ooxml.dependants import Dependence, FormulaCell

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from llmcost_xl.ooxml import Value
    from llmcost_xl.ooxml.dependants import Cells
    from llmcost_xl.ooxml.parts import DefinedName


@dataclass(frozen=True)
class OpenSheet:
    """A worksheet as it was read in one block."""

    name: str
    top: int  # row and column of the block's first cell
    left: int
    rows: Sequence[Sequence[tuple[Value, str | None]]]  # of each cell its value, and its formula without "="
    tables: tuple[TableFile, ...] = ()
    merged: tuple[Area, ...] = ()

    def cells(self) -> Iterator[Cell]:
        """The cells that hold something, row by row."""
        for row, cells in enumerate(self.rows, start=self.top):
            for column, (value, formula) in enumerate(cells, start=self.left):
                if value is not None or formula is not None:
                    yield Cell(row, column, value, formula, 0)

    def typed(self) -> set[str]:
        """The texts in cells without formulas, each once."""
        cells = ((value, formula) for line in self.rows for value, formula in line)
        return {value for value, formula in cells if isinstance(value, str) and formula is None}


@dataclass(frozen=True)
class OpenBook:
    """A workbook as it was read from a host."""

    sheets: tuple[OpenSheet, ...]
    names: tuple[DefinedName, ...]
    date1904: bool = False

    def sheet(self, name: str) -> OpenSheet:
        """A worksheet by its name, in any letter case.

        Raises:
            RefusedError: there is none.
        """
        for sheet in self.sheets:
            if sheet.name.lower() == name.lower():
                return sheet
        raise RefusedError(f"there is no worksheet {name!r}")

    def day(self, number: float) -> dt.date:
        """The day that a number in a cell stands for.

        Raises:
            RefusedError: it stands for none.
        """
        return values.day(number, date1904=self.date1904)

    @cached_property
    def tables(self) -> tuple[TableFile, ...]:
        """The Excel tables of all sheets."""
        return tuple(table for sheet in self.sheets for table in sheet.tables)

    def dependants(self, cells: Cells, tables: Mapping[str, Area] | None = None) -> Cells:
        """The cells that change when these do. `tables` are areas that differ from those read, by name."""
        longer = tables or {}
        known = {table.name.upper(): (table.sheet, longer.get(table.name, table.area)) for table in self.tables}
        dependence = Dependence(tuple(sheet.name for sheet in self.sheets), self.names, known)
        for sheet in self.sheets:
            for cell in sheet.cells():
                if cell.formula is not None:
                    where, reading = cell.where, formulas.read(cell.formula)
                    dependence.add(FormulaCell(sheet.name, where, Area.of(where), reading, 0, 0, ""))
        return dependence.of({self.sheet(name).name: set(where) for name, where in cells.items()})
