"""Writes into an open workbook: all of the cells, or none of them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.errors import LLMCostError, RefusedError, in_words
from llmcost_xl.hosts.live import excel
from llmcost_xl.hosts.live.reading import as_block, cell_of, shown_in
from llmcost_xl.ooxml import Area
from llmcost_xl.ooxml.values import serial

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from llmcost_xl.ooxml import New, Value
    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.reprice.opened import OpenBook
    from llmcost_xl.reprice.plan import Plan

MADE_OTHERWISE: Final = re.compile(
    r"(?![^\W\d_])|(?:true|false)$|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*[\s./-]*\d", re.IGNORECASE
)
"""Texts of which Excel would make a number, a date or a formula, were they typed into a cell."""

CLOSE: Final = 1e-12  # relative: Excel keeps 15 digits


class HalfWrittenError(LLMCostError):
    """Some cells hold new values and some old ones: Excel would take neither the rest nor what they held before."""


class Block(NamedTuple):
    """A rectangle of cells that are written at once."""

    sheet: str
    area: Area
    rows: list[list[New]]


@dataclass(frozen=True)
class CellChange:
    """A cell before and after."""

    sheet: str
    where: Position
    old: New
    new: New


def changes_of(book: OpenBook, plan: Plan) -> list[CellChange]:
    """The cells that a plan changes, with what they held.

    Raises:
        RefusedError: one of them holds a formula.
    """
    found = []
    for name, puts in plan.puts.items():
        before = {cell.where: cell for cell in book.sheet(name).cells() if cell.where in puts}
        for where, new in sorted(puts.items()):
            cell = before.get(where)
            if cell is not None and cell.formula is not None:
                raise RefusedError(f"{name}!{Area.of(where)} holds a formula, which is not overwritten")
            found.append(CellChange(name, where, cell.value if cell else None, new))
    return found


def apply(book: Any, changes: list[CellChange]) -> None:
    """Write all of the new values, or none.

    Raises:
        RefusedError: cells are locked, were changed meanwhile, hold something else than was written, or Excel refuses;
            every cell is as it was.
        HalfWrittenError: Excel refuses, and refuses as well to take back what was written before.
    """
    new = {(change.sheet, change.where): change.new for change in changes}
    old = {(change.sheet, change.where): change.old for change in changes}
    blocks = list(blocks_of(new))
    for block in blocks:
        _refuse(book, block, old)
    done: list[Block] = []
    try:
        for block in blocks:
            done.append(block)  # first: one that fails may have been written in part
            write(book, block)
            _see_that_it_is_there(book, block)
    except BaseException as problem:
        remaining = _restore(book, done, old)
        if remaining:
            raise HalfWrittenError(f"{_said(problem, done[-1])}, and {'; '.join(remaining)}") from problem
        if isinstance(problem, RefusedError) or not isinstance(problem, Exception):
            raise
        raise RefusedError(f"{_said(problem, done[-1])}; every cell holds again what it held") from problem


def _said(problem: BaseException, block: Block) -> str:
    if isinstance(problem, RefusedError):
        return str(problem)
    return f"Excel refused to write {block.sheet}!{block.area} ({problem})"


def _restore(book: Any, done: list[Block], old: Mapping[tuple[str, Position], New]) -> list[str]:
    """Give the cells what they held, one block after another, whatever becomes of each; what could not be done."""
    remaining = []
    for block in reversed(done):
        before = {(block.sheet, where): old[block.sheet, where] for where in block.area.positions()}
        for part in blocks_of(before):
            try:
                _write_twice(book, part)
            except Exception as failure:  # noqa: BLE001  # the others are put back all the same
                remaining.append(f"{part.sheet}!{part.area} could not be put back ({failure})")
    return remaining


def _write_twice(book: Any, block: Block) -> None:
    try:
        write(book, block)
    except Exception:  # noqa: BLE001  # it may only have been busy
        write(book, block)


def blocks_of(cells: Mapping[tuple[str, Position], New]) -> Iterator[Block]:
    """The rectangles that these cells make up: neighbours in a row, with the rows of the same columns below."""
    for sheet in dict.fromkeys(sheet for sheet, _ in cells):
        runs: list[Area] = []
        for row, column in sorted(where for name, where in cells if name == sheet):
            if runs and runs[-1].bottom == row and runs[-1].right == column - 1:
                runs[-1] = runs[-1]._replace(right=column)
            else:
                runs.append(Area(row, column, row, column))
        for area in _stacked(runs):
            rows = [[cells[sheet, (row, column)] for column in range(area.left, area.right + 1)]
                    for row in range(area.top, area.bottom + 1)]  # fmt: skip
            yield Block(sheet, area, rows)


def _stacked(runs: Iterable[Area]) -> list[Area]:
    found: dict[tuple[int, int], list[Area]] = {}
    for run in runs:
        same = found.setdefault((run.left, run.right), [])
        if same and same[-1].bottom == run.top - 1:
            same[-1] = same[-1]._replace(bottom=run.bottom)
        else:
            same.append(run)
    return sorted(area for areas in found.values() for area in areas)


def typed(value: New) -> Any:
    """A value as it is handed to Excel: text that it would take for something else stands behind an apostrophe."""
    return f"'{value}" if isinstance(value, str) and MADE_OTHERWISE.match(value) else value


def write(book: Any, block: Block) -> None:
    """Write a block in one call."""
    _range(book, block).value = [[typed(value) for value in row] for row in block.rows]


def _range(book: Any, block: Block) -> Any:
    area = block.area
    return book.sheets[block.sheet].range((area.top, area.left), (area.bottom, area.right))


def _see_that_it_is_there(book: Any, block: Block) -> None:
    """Read what was written: Excel may make something else of it, and a macro of the workbook may interfere."""
    for where, now, wanted in zip(block.area.positions(), content_of(book, block), _flat(block), strict=True):
        if not is_same(now, wanted):
            raise RefusedError(
                f"{block.sheet}!{Area.of(where)} holds {_in_words(now)} after {_in_words(wanted)} was written; nothing"
                " was changed"
            )


def content_of(book: Any, block: Block) -> list[Value]:
    """The values in the cells of a block; a formula counts as the text it is written as."""
    found = _range(book, block)
    shown, written = shown_in(found), as_block(found.formula)
    cells = [cell_of(*pair) for rows in zip(shown, written, strict=True) for pair in zip(*rows, strict=True)]
    return [value if formula is None else f"={formula}" for value, formula in cells]


def _in_words(value: object) -> str:
    return "nothing" if value in (None, "") else in_words(value)


def _flat(block: Block) -> list[New]:
    return [value for row in block.rows for value in row]


def is_same(one: Any, other: Any) -> bool:
    """Whether a cell holds this; numbers to Excel's 15 digits."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    one, other = _as_number(one, other), _as_number(other, one)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= CLOSE * max(abs(one), abs(other))
    return bool((one or None) == (other or None))


def _as_number(value: Any, beside: Any) -> Any:
    """A day as the number that Excel shows for it in a cell of another format, where it is compared with one."""
    if isinstance(value, dt.date) and isinstance(beside, int | float):
        return next((number for number in (serial(value, date1904=False), serial(value, date1904=True))
                     if number == beside), value)  # fmt: skip
    return value


def _refuse(book: Any, block: Block, old: Mapping[tuple[str, Position], New]) -> None:
    """Protection is somebody's will: it is said, and never taken away. Nor is what somebody entered meanwhile."""
    sheet, there = book.sheets[block.sheet], _range(book, block)
    if excel.is_protected(sheet) and excel.has_locked_cells(there):
        raise RefusedError(
            f"the sheet {block.sheet} is protected, and cells of {block.area} are locked; nothing was changed."
            " Unprotect it (Review, Unprotect Sheet), then try again"
        )
    if excel.spills(there):
        raise RefusedError(f"a formula elsewhere fills cells of {block.sheet}!{block.area}; nothing was changed")
    for where, now in zip(block.area.positions(), content_of(book, block), strict=True):
        if not is_same(now, old[block.sheet, where]):
            raise RefusedError(
                f"{block.sheet}!{Area.of(where)} was changed meanwhile: it holds {_in_words(now)}, and held"
                f" {_in_words(old[block.sheet, where])}; nothing was changed"
            )
