"""Making a changed file: which parts are written anew, and which stored values of formulas still hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.archive import Archive
from llmcost_xl.ooxml.evaluation import Evaluation, NotComputedError, agree
from llmcost_xl.ooxml.formulacells import formula_cells
from llmcost_xl.ooxml.onload import recalculated_on_load
from llmcost_xl.ooxml.patch import Edits, follows, patched, spills
from llmcost_xl.ooxml.reading import RawCell, items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from llmcost_xl.ooxml.addresses import Area, Position
    from llmcost_xl.ooxml.book import BookFile
    from llmcost_xl.ooxml.dependants import Cells
    from llmcost_xl.ooxml.evaluation import Register
    from llmcost_xl.ooxml.tables import TableFile
    from llmcost_xl.ooxml.values import New, Value
    from llmcost_xl.ooxml.worksheet import SheetFile

    Stored = dict[str, dict[Position, Value]]


@dataclass(frozen=True)
class Changed:
    """A file with other values in it."""

    content: bytes
    dependants: Cells  # cells whose formulas read the changed ones, in any number of steps
    is_current: bool  # their stored values are right; False: dropped, until a spreadsheet program calculates them
    parts: tuple[str, ...]  # what differs from the file before
    notices: tuple[str, ...]  # what somebody should know before saving it


@dataclass(frozen=True)
class Change:
    """New values for a workbook; sheets are spelled as the file does."""

    book: BookFile
    puts: Mapping[str, Mapping[Position, New]]
    rows: Mapping[str, Area]
    register: Register | None

    def made(self) -> Changed:
        """The file with the values."""
        book = self.book
        if not any(self.puts.values()) and not self.rows:
            return Changed(book.content, {}, is_current=True, parts=(), notices=book.notices)
        extended = {table.name: self._longer(table) for table in self._extended}
        dependants = book.dependants(self._touched(), extended)
        current = self._current(dependants)
        dropped: Stored = {sheet: dict.fromkeys(cells) for sheet, cells in dependants.items()}
        parts = self._parts(dropped if current is None else current)
        content = book.archive.with_parts(parts)
        return Changed(content, dependants, current is not None, tuple(parts), book.notices)

    # -- appended rows -------------------------------------------------------------------------------------------------

    @cached_property
    def _extended(self) -> tuple[TableFile, ...]:
        """The tables that appended rows continue.

        Raises:
            RefusedError: one ends with a row of totals.
        """
        found = tuple(
            table
            for table in self.book.tables
            if table.sheet in self.rows and follows(table.area, self.rows[table.sheet])
        )
        for table in found:
            if table.totals_rows:
                raise RefusedError(
                    f"{table.sheet}: the table {table.name!r} ends with totals; insert the rows above them"
                )
        return found

    def _longer(self, table: TableFile) -> Area:
        return table.area._replace(bottom=self.rows[table.sheet].bottom)

    @cached_property
    def _appended(self) -> dict[str, Area]:
        """The appended rows, as wide as the tables that they continue."""
        wide = dict(self.rows)
        for table in self._extended:
            area = wide[table.sheet]
            wide[table.sheet] = area.covering((area.top, table.area.left)).covering((area.top, table.area.right))
        return wide

    def _touched(self) -> Cells:
        touched = {sheet: set(cells) for sheet, cells in self.puts.items()}
        for sheet, area in self._appended.items():
            touched.setdefault(sheet, set()).update(area.positions())
        return touched

    def _filters(self) -> Iterator[tuple[int, tuple[Area, Area]]]:
        """The filters of sheets that appended rows continue, before and after, by the position of the sheet."""
        for number, entry in enumerate(self.book.structure.sheets):
            area = self._appended.get(entry.name)
            before = self.book.sheet(entry.name).filtered if area else None
            if area and before and follows(before, area):
                yield number, (before, before._replace(bottom=area.bottom))

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _parts(self, stored: Stored) -> dict[str, bytes]:
        """The parts that differ: sheets, tables that grow, the workbook part."""
        book, parts = self.book, {}
        for sheet in book.sheets:
            edits = Edits(self.puts.get(sheet.name, {}), stored.get(sheet.name, {}), self._appended.get(sheet.name))
            if edits.puts or edits.stored or edits.appended:
                try:
                    parts[sheet.part_name] = patched(sheet.part, edits, date1904=book.date1904)
                except RefusedError as refused:
                    raise RefusedError(f"{sheet.name}!{refused}") from None
        for table in self._extended:
            rows = self.rows[table.sheet]
            parts[table.part] = table.extended(book.archive, rows.bottom - rows.top + 1)
        parts[book.structure.part_name] = recalculated_on_load(book.structure.part, dict(self._filters()))
        return {name: content for name, content in parts.items() if content != book.archive.part(name)}

    # -- stored values -------------------------------------------------------------------------------------------------

    def _current(self, dependants: Cells) -> Stored | None:
        """The values that the dependants now have; None where the engine cannot be trusted with this workbook.

        It is trusted once it comes to the stored value of every formula, those included that the change does not reach:
        another program has calculated these formulas on these figures, and the engine does what that program did. The
        new values are then put into the cells that it has at hand. Appended rows have formulas of their own, and
        tables that grow; for them it reads the changed file.
        """
        if not dependants:
            return {}
        try:
            evaluation = Evaluation(self.book, self.register)
            if not all(_agrees(sheet, evaluation) for sheet in self.book.sheets):
                return None
            if self.rows:
                content = self.book.archive.with_parts(self._parts({}))  # the engine does not look at stored values
                evaluation = Evaluation(type(self.book)(Archive(content)), self.register)
            else:
                evaluation.put(self.puts, date1904=self.book.date1904)
            return {
                sheet: {where: evaluation.value(sheet, where) for where in cells} for sheet, cells in dependants.items()
            }
        except NotComputedError:
            return None


def _agrees(sheet: SheetFile, evaluation: Evaluation) -> bool:
    """Whether every formula of a sheet has a stored value, and the engine comes to the same."""
    part = sheet.part
    filled: list[Area] = []
    for cell in items(part) if spills(part) else formula_cells(part):
        if not isinstance(cell, RawCell):
            continue
        if cell.formula is None:
            if not any(area.holds(cell.where) for area in filled):
                continue
        elif cell.formula.area is not None and cell.formula.kind in ("array", "dataTable"):
            filled.append(cell.formula.area)
        if cell.text is None or not agree(evaluation.value(sheet.name, cell.where), sheet.value(cell)):
            return False
    return True
