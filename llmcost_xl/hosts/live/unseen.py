"""What of a plan can be written where formulas are not seen: new rows in empty ones, and nothing over anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from llmcost_xl.ooxml import position
from llmcost_xl.reprice.plan import Plan
from llmcost_xl.reprice.prices import APPENDED, CHANGED, DATED, LEFT
from llmcost_xl.reprice.table import price_tables

if TYPE_CHECKING:
    from llmcost_xl.ooxml import BookFile
    from llmcost_xl.reprice.opened import OpenBook, OpenSheet
    from llmcost_xl.reprice.plan import Row
    from llmcost_xl.reprice.table import PriceTable

UNSEEN: Final = "the server is sent no formulas and cannot tell whether this is one; enter {} yourself"


def with_helpers(book: OpenBook) -> OpenBook:
    """A book without formulas in which the other columns of its price tables count as formulas.

    A table has columns beside its prices that compute (a key, a flag); what they show in an empty row is no entry.
    """
    for table in price_tables(cast("BookFile", book)):
        sheets = [_marked(sheet, table) if sheet.name == table.sheet else sheet for sheet in book.sheets]
        book = replace(book, sheets=tuple(sheets))
    return book


def _marked(sheet: OpenSheet, table: PriceTable) -> OpenSheet:
    ours = {*table.columns.values(), *table.prices}
    helpers = [column - sheet.left for column in range(table.area.left, table.area.right + 1) if column not in ours]
    rows = []
    for number, row in enumerate(sheet.rows, start=sheet.top):
        cells = list(row)
        if number > table.area.top and any(cells[at][0] is not None for at in helpers):
            for at in helpers:
                cells[at] = cells[at][0], ""
        rows.append(cells)
    return replace(sheet, rows=rows)


def additions(book: OpenBook, plan: Plan) -> Plan:
    """The rows that a plan adds; what it would change in its place is left, and said.

    A row is only written where every one of its cells is empty.
    """
    added = {(row.sheet, position(row.cell)[0]) for row in plan.rows if row.kind == APPENDED}
    kept = Plan(plan.target, [_left(row) for row in plan.rows], tables=plan.tables)
    for sheet, puts in plan.puts.items():
        filled = {cell.row for cell in book.sheet(sheet).cells() if cell.where in puts}
        cells = {where: value for where, value in puts.items()
                 if (sheet, where[0]) in added and where[0] not in filled}  # fmt: skip
        if cells:
            kept.put(sheet, cells)
    return kept


def _left(row: Row) -> Row:
    if row.kind not in (CHANGED, DATED):
        return row
    wanted = f"{row.new:.10g}" if isinstance(row.new, float) else str(row.new)
    return row._replace(kind=LEFT, reason=UNSEEN.format(wanted))
