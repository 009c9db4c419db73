"""What the formulas of a file give, computed by a spreadsheet engine, and whether that agrees with what it stores."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import formualizer

from llmcost_xl.ooxml import plain
from llmcost_xl.ooxml.addresses import column_letters
from llmcost_xl.ooxml.cellxml import plain_sheet
from llmcost_xl.ooxml.formulacells import all_cells, formula_cells
from llmcost_xl.ooxml.patch import Edits, patched
from llmcost_xl.ooxml.values import ErrorCode, serial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.ooxml.book import BookFile
    from llmcost_xl.ooxml.reading import RawCell
    from llmcost_xl.ooxml.tables import TableFile
    from llmcost_xl.ooxml.values import New, Value

Register: TypeAlias = "Callable[[formualizer.Workbook], None]"
"""Makes functions of an add-in known to the engine."""

CODES: Final = {"Div": "#DIV/0!", "Na": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
                "Value": "#VALUE!", "Spill": "#SPILL!", "Calc": "#CALC!"}  # fmt: skip
EQUAL: Final = 1e-12  # relative; a spreadsheet program keeps 15 digits, and sums in an order of its own
NIL: Final = 1e-12  # beside the figures of a workbook, what is left of a difference that ought to be 0
HEADING: Final = r"(?:[^\[\]'#@]|'.)+"
COLUMN_OF_TABLE: Final = re.compile(
    rf"([^\W\d][\w.]*)\[(?:\[\#This[ ]Row\],\[(?P<own>{HEADING})\]|(?P<all>{HEADING}))\]", re.IGNORECASE
)
MARKED: Final = re.compile("'(.)")  # a character of a heading that would mean something else there


class NotComputedError(Exception):
    """The engine could not work out the file."""


class Evaluation:
    """A file, calculated."""

    def __init__(self, book: BookFile, register: Register | None = None) -> None:
        try:
            self._engine = formualizer.Workbook.from_bytes(_for_engine(book))
            self._add_tables(book)
            if register is not None:
                register(self._engine)
            self._engine.set_temporal_egress("serial")
            self._engine.evaluate_all()
        except Exception as problem:  # the engine's own kinds, and those of the functions registered with it
            raise NotComputedError(str(problem)) from problem

    def _add_tables(self, book: BookFile) -> None:
        """Make the tables known, which the engine does not read from the file."""
        known = {table["name"] for table in self._engine.tables()}
        for table in book.tables:
            if table.name not in known:
                area = table.area
                self._engine.add_table(
                    table.name, table.sheet, (area.top, area.left, area.bottom, area.right), list(table.columns),
                    header_row=bool(table.header_rows), totals_row=bool(table.totals_rows),
                )  # fmt: skip

    def put(self, values: Mapping[str, Mapping[Position, New]], *, date1904: bool) -> None:
        """Calculate with other values in these cells, none of which holds a formula.

        Raises:
            NotComputedError: the engine could not work out the workbook with them.
        """
        try:
            for sheet, cells in values.items():
                for where, value in cells.items():
                    given = serial(value, date1904=date1904) if isinstance(value, dt.date) else value
                    self._engine.set_value(sheet, *where, given)
            self._engine.evaluate_all()
        except Exception as problem:
            raise NotComputedError(str(problem)) from problem

    def value(self, sheet: str, where: Position) -> Value:
        """What a cell gives, dates as numbers.

        Raises:
            NotComputedError: the engine has no value that a cell can hold.
        """
        try:
            found: Any = self._engine.get_value(sheet, *where)
        except Exception as problem:
            raise NotComputedError(str(problem)) from problem
        if isinstance(found, dict):
            code = CODES.get(str(found.get("kind")))
            if code is None:
                raise NotComputedError(f"{found}")
            return ErrorCode(code)
        if isinstance(found, bool | str) or found is None:
            return found
        if isinstance(found, int | float) and math.isfinite(found):
            return float(found)
        raise NotComputedError(f"{found!r:.80}")


def _for_engine(book: BookFile) -> bytes:
    """The file in a form that the engine can be relied on to read.

    Odd rows are spelled plainly, and columns of tables by addresses: in INDEX the engine does not know them, and a
    table's own row it takes for a circle. Values that formulas spill over are left out: they would stand in the way.
    """
    parts, tables = {}, {table.name.upper(): table for table in book.tables}
    for sheet in book.sheets:
        part = sheet.part
        if part.encoding != "utf-8" or plain.rows(part.text) is None or (tables and b"[" in part.text):
            cells = (_by_addresses(cell, tables) for cell in all_cells(part))
            part = replace(part, text=plain_sheet(cells), encoding="utf-8")
            parts[part.name] = part.text
        if b"array" in part.text:
            fills = (cell.formula.area for cell in formula_cells(part)
                     if cell.formula is not None and cell.formula.kind == "array" and cell.formula.area)  # fmt: skip
            spilled = {where: None for area in fills for where in area.positions() if where != area.start}
            if spilled:
                parts[part.name] = patched(part, Edits(stored=spilled))
    return book.archive.with_parts(parts) if parts else book.content


def _by_addresses(cell: RawCell, tables: Mapping[str, TableFile]) -> RawCell:
    """A cell whose formula names columns of tables by their addresses."""

    def addressed(match: re.Match[str]) -> str:
        table, heading = tables.get(match[1].upper()), MARKED.sub(r"\1", match["own"] or match["all"])
        body = table.body if table is not None else None
        if table is None or body is None or heading not in table.columns:
            return match[0]
        letters = column_letters(table.area.left + table.columns.index(heading))
        sheet = table.sheet.replace("'", "''")
        if match["own"]:
            return f"'{sheet}'!${letters}{cell.row}"
        return f"'{sheet}'!${letters}${body.top}:${letters}${body.bottom}"

    if cell.formula is None or "[" not in cell.formula.text:
        return cell
    return cell._replace(formula=cell.formula._replace(text=COLUMN_OF_TABLE.sub(addressed, cell.formula.text)))


def agree(computed: Value, stored: Value) -> bool:
    """Whether a computed value is the stored one; a number to 12 digits, as programs sum in different orders."""
    if isinstance(computed, ErrorCode) or isinstance(stored, ErrorCode):
        return type(computed) is type(stored) and computed == stored
    if isinstance(computed, str | None) and isinstance(stored, str | None):
        return (computed or "") == (stored or "")
    if isinstance(computed, bool) or isinstance(stored, bool):
        return computed is stored
    if isinstance(computed, float) and isinstance(stored, float):
        return math.isclose(computed, stored, rel_tol=EQUAL, abs_tol=NIL)
    return computed is None and stored == 0
