"""A repricing as the task pane is told of it: in blocks of cells, each with what stands there before and after.

Dates are the numbers that Excel keeps for them, a cell without anything is "", and a text of which Excel would make
something else stands behind an apostrophe.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.hosts.live.writing import blocks_of, typed
from llmcost_xl.ooxml import Area
from llmcost_xl.ooxml.values import serial

if TYPE_CHECKING:
    from llmcost_xl.hosts.live.reading import Formulas, Merged
    from llmcost_xl.hosts.live.writing import CellChange
    from llmcost_xl.ooxml import New
    from llmcost_xl.ooxml.addresses import Position

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MOST_MERGED: Final = 500_000


def formulas_of(sent: Any) -> Formulas:
    """The formulas that a task pane sends: {sheet: [[row, column, formula], ...]}.

    Raises:
        RefusedError: it has sent something else.
    """
    found: dict[str, dict[Position, str]] = {}
    try:
        for sheet, cells in sent.items():
            found[sheet] = {(row, column): _formula(row, column, text) for row, column, text in cells}
    except (AttributeError, TypeError, ValueError):
        raise RefusedError("the formulas of the workbook are missing: reload the task pane, then try again") from None
    return found


def merged_of(sent: Any) -> Merged:
    """The merged areas that a task pane sends: {sheet: ["A4:A6", ...]}.

    Raises:
        RefusedError: it has sent something else, or more than can be.
    """
    try:
        found = {sheet: tuple(Area.read(address) for address in areas) for sheet, areas in sent.items()}
    except (AttributeError, TypeError, ValueError):
        raise RefusedError("the merged cells of the workbook are none: reload the task pane, then try again") from None
    sizes = [(area.bottom - area.top + 1) * (area.right - area.left + 1) for areas in found.values() for area in areas]
    if sum(sizes) > MOST_MERGED:
        raise RefusedError(f"more than {MOST_MERGED:,} cells are merged; run llmcost-xl reprice on the file")
    return found


def _formula(row: Any, column: Any, text: Any) -> str:
    """A formula as Excel shows it, which begins with an equals sign."""
    if not (type(row) is type(column) is int and 1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
        raise ValueError(row, column)
    if not (isinstance(text, str) and text.startswith("=")):
        raise ValueError(text)
    return text


def blocks_sent(changes: list[CellChange]) -> list[dict[str, Any]]:
    """The cells that change, in rectangles."""
    old = {(change.sheet, change.where): change.old for change in changes}
    sent = []
    for block in blocks_of({(change.sheet, change.where): change.new for change in changes}):
        columns = range(block.area.left, block.area.right + 1)
        before = [[old[block.sheet, (row, column)] for column in columns]
                  for row in range(block.area.top, block.area.bottom + 1)]  # fmt: skip
        sent.append({"sheet": block.sheet, "address": str(block.area), "before": _cells(before),
                     "after": _cells(block.rows)})  # fmt: skip
    return sent


def _cells(rows: list[list[New]]) -> list[list[Any]]:
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: New) -> Any:
    if value is None:
        return ""
    return serial(value, date1904=False) if isinstance(value, dt.date) else typed(value)
