"""The rows of a price table: its records, the empty ones that wait for more, and where it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.reprice.table import Record, number_in, text_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from llmcost_xl.ooxml import Area, TableFile
    from llmcost_xl.reprice.table import Grid, Line

WIDEST_GAP: Final = 2  # empty rows that somebody left between records


def body(
    grid: Grid, head: Area, start: int, excel: TableFile | None, columns: Mapping[str, int], prices: Mapping[int, str]
) -> tuple[list[Record], list[int], int]:
    """The records, the spare rows after them, and the last row of either; totals below them are no part of it.

    An empty row does not end a table where prices go on behind it, nor does the frame of an Excel table that
    somebody wrote on below. A row with a price and no model is a record, too: it is reported.
    """
    records: list[Record] = []
    spare: list[int] = []
    frame = excel.body if excel else None
    last = frame.bottom if frame else 0
    bottom, row, gap, ended = start - 1, start, 0, False
    while not (excel and excel.totals_rows and row > last):
        line = {column: cell for column, cell in grid.get(row, {}).items() if head.left <= column <= head.right}
        apart = gap > 0 or row > last > 0
        if not line and row > last:
            gap += 1
            if gap > WIDEST_GAP:
                break
        elif columns["model"] in line:
            if apart and not _is_price(line, columns, prices):
                break
            records.append(Record(row, line))
            spare, ended, gap, bottom = [], False, 0, row
        elif not ended and _is_spare(line, records):
            spare.append(row)
            gap, bottom = 0, row
        elif apart:
            break
        else:
            ended = True
            if any(number_in(line[column]) is not None and line[column].formula is None
                   for column in prices if column in line):  # fmt: skip
                records.append(Record(row, line))
        row += 1
    return records, spare, bottom


def _is_price(line: Line, columns: Mapping[str, int], prices: Mapping[int, str]) -> bool:
    """Whether a row behind an empty one is of the same table: it has a model, its component and a price."""
    if not all(text_in(line[columns[name]]) if columns[name] in line else False
               for name in ("model", "component") if name in columns):  # fmt: skip
        return False
    return any(line[column].formula is not None or number_in(line[column]) is not None
               for column in prices if column in line)  # fmt: skip


def _is_spare(line: Line, records: Sequence[Record]) -> bool:
    """Whether a row waits to be filled in: nothing is entered, and its formulas are those of the row above."""
    entered = any(cell.formula is None for cell in line.values())
    return not entered and (not line or not records or _formulas(line) == _formulas(records[-1].line))


def _formulas(line: Line) -> set[int]:
    return {column for column, cell in line.items() if cell.formula is not None}
