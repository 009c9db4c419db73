"""A workbook's file: what it holds, what depends on a cell, and the same file with other values in a few cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import formulas, notices, texts, values
from llmcost_xl.ooxml.addresses import Area, Position, position
from llmcost_xl.ooxml.archive import Archive
from llmcost_xl.ooxml.change import Change, Changed
from llmcost_xl.ooxml.dependants import Dependence, FormulaCell
from llmcost_xl.ooxml.formulacells import formula_cells
from llmcost_xl.ooxml.parts import Structure
from llmcost_xl.ooxml.worksheet import SheetFile
from llmcost_xl.ooxml.xmlpart import XmlPart

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from llmcost_xl.ooxml.dependants import Cells
    from llmcost_xl.ooxml.evaluation import Register
    from llmcost_xl.ooxml.parts import DefinedName
    from llmcost_xl.ooxml.tables import TableFile
    from llmcost_xl.ooxml.texts import Texts
    from llmcost_xl.ooxml.values import New

__all__ = ["BookFile", "Changed"]

Changes = Mapping[str, Mapping[str | Position, "New"]]
"""New values by sheet and cell, which is "F7" or (7, 6)."""

NOTHING: Final[Mapping[str, Area]] = {}


@dataclass(frozen=True)
class BookFile:
    """A workbook as it lies in its file; nothing of it is ever changed in place."""

    archive: Archive = field(repr=False)

    @classmethod
    def read(cls, source: Path | bytes) -> BookFile:
        """A workbook, if it is safe to read.

        Raises:
            RefusedError: the content is no workbook, or not a safe one.
            OSError: the file cannot be read.
        """
        return cls(Archive.read(source))

    @property
    def content(self) -> bytes:
        """The file as it was read."""
        return self.archive.content

    @cached_property
    def structure(self) -> Structure:
        """The workbook part and what it leads to."""
        return Structure(self.archive)

    @cached_property
    def sheets(self) -> tuple[SheetFile, ...]:
        """The worksheets in the order of their tabs; sheets that are charts, macros or dialogs are none."""
        return tuple(
            SheetFile(entry.name, entry.part, entry.state, self.archive, self._texts)
            for entry in self.structure.sheets
            if entry.kind == "worksheet"
        )

    def sheet(self, name: str) -> SheetFile:
        """A worksheet by its name, in any letter case.

        Raises:
            RefusedError: there is none.
        """
        for sheet in self.sheets:
            if sheet.name.lower() == name.lower():
                return sheet
        raise RefusedError(f"there is no worksheet {name!r}")

    @property
    def names(self) -> tuple[DefinedName, ...]:
        """The defined names."""
        return self.structure.names

    @cached_property
    def tables(self) -> tuple[TableFile, ...]:
        """The Excel tables of all sheets."""
        return tuple(table for sheet in self.sheets for table in sheet.tables)

    @property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        return self.structure.date1904

    def day(self, number: float) -> dt.date:
        """The day, or day and time, that a number in a cell stands for.

        Raises:
            RefusedError: it stands for none.
        """
        return values.day(number, date1904=self.date1904)

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """What somebody should know before a change to the workbook is saved, a sentence each."""
        return tuple(notices.found(self.archive, self.structure, self.sheets))

    @cached_property
    def _texts(self) -> Texts:
        for part in self.structure.of_kind("sharedStrings"):
            return texts.read(XmlPart.read(part, self.archive.part(part)))
        return ()

    # -- what depends on what ------------------------------------------------------------------------------------------

    def dependants(self, cells: Cells, tables: Mapping[str, Area] = NOTHING) -> Cells:
        """The cells that change when these do. `tables` are areas that differ from those in the file, by name."""
        known = {
            table.name.upper(): (table.sheet, tables.get(table.name, table.area)) for table in self.tables
        }  # fmt: skip
        dependence = Dependence(tuple(entry.name for entry in self.structure.sheets), self.names, known)
        for sheet in self.sheets:
            for formula in _formulas(sheet):
                dependence.add(formula)
        return dependence.of({self.sheet(name).name: set(where) for name, where in cells.items()})

    # -- changes -------------------------------------------------------------------------------------------------------

    def changed(
        self, changes: Changes, *, appended: Mapping[str, Area] = NOTHING, register: Register | None = None
    ) -> Changed:
        """The file with these values in these cells.

        Formats stay. Formulas that depend on the cells get the values they then have, if the engine agrees with all
        values that the file stored before; otherwise their values are dropped, so that none is shown that is no longer
        right. In either case everything is calculated when the file is next opened. A chart keeps the copy of its
        figures that every chart carries: programs draw it from the cells.

        `appended` are by sheet rows below a list: they take formats and formulas from the row above, and a table or
        filter that ends there is extended. `register` makes functions of an add-in known to the engine.

        Raises:
            RefusedError: a cell holds a formula, or belongs to an array formula, a data table or a merged area; a value
                fits into no cell; an appended row is not empty.
        """
        puts = {
            self.sheet(name).name: {_position(where): value for where, value in cells.items()}
            for name, cells in changes.items()
        }
        rows = {self.sheet(name).name: area for name, area in appended.items()}
        return Change(self, puts, rows, register).made()


def _position(where: str | Position) -> Position:
    return position(where) if isinstance(where, str) else where


def _formulas(sheet: SheetFile) -> Iterator[FormulaCell]:
    """The formulas of a sheet with what they read; one is read once for all its copies further down."""
    above: dict[int, formulas.Copied] = {}  # by column
    shared: dict[str, tuple[formulas.Copied, int]] = {}  # by group: the formula and its column
    for cell in formula_cells(sheet.part):
        if cell.formula is None:
            continue
        _, kind, area, group = cell.formula
        if kind == "shared" and not cell.formula.text and group in shared:
            known, column = shared[group]
        else:
            known, column = _known(above.get(cell.column), cell.formula.text, cell.row), cell.column
            above[cell.column] = known
        if kind == "shared" and cell.formula.text:
            shared[group] = known, column
        fills = area if kind in ("array", "dataTable") else None
        yield FormulaCell(
            sheet.name, cell.where, fills or Area.of(cell.where), known.reading,
            cell.row - known.row, cell.column - column, kind,
        )  # fmt: skip


def _known(above: formulas.Copied | None, text: str, row: int) -> formulas.Copied:
    return above if above is not None and above.reads(row) == text else formulas.Copied(text, row)
