"""The merged cells among the prices of an open workbook: of one that spans rows, only the first can be written to.

Excel has no list of them. It says of any range whether some of its cells are merged, so that a table without any costs
one question, and one with some a few for each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import Area
from llmcost_xl.reprice.tables import price_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.ooxml import BookFile
    from llmcost_xl.reprice.opened import OpenBook, OpenSheet

MOST_QUESTIONS: Final = 5_000  # a second or two


def with_merged(book: Any, opened: OpenBook) -> OpenBook:
    """The workbook with the merged areas in and below its price tables.

    Raises:
        RefusedError: there are too many.
    """
    found: dict[str, set[Area]] = {}
    for table in price_tables(cast("BookFile", opened)):
        sheet = opened.sheet(table.sheet)
        below = table.area._replace(bottom=sheet.top + len(sheet.rows) - 1)
        found.setdefault(table.sheet, set()).update(_merged(book.sheets[table.sheet], below))
    sheets = (_with(sheet, found.get(sheet.name, set())) for sheet in opened.sheets)
    return replace(opened, sheets=tuple(sheets))


def _with(sheet: OpenSheet, merged: set[Area]) -> OpenSheet:
    return replace(sheet, merged=tuple(sorted(merged))) if merged else sheet


def _merged(sheet: Any, area: Area) -> Iterator[Area]:
    waiting, asked = [area], 0
    while waiting:
        part, asked = waiting.pop(), asked + 1
        if asked > MOST_QUESTIONS:
            raise RefusedError(f"{sheet.name} has too many merged cells to read; run llmcost-xl reprice on the file")
        cells = sheet.range((part.top, part.left), (part.bottom, part.right))
        if cells.merge_cells is False:
            continue
        if part.start == (part.bottom, part.right):
            whole = cells.merge_area
            height, width = whole.shape
            yield Area(whole.row, whole.column, whole.row + height - 1, whole.column + width - 1)
        else:
            waiting += _halves(part)


def _halves(area: Area) -> tuple[Area, Area]:
    if area.bottom - area.top >= area.right - area.left:
        middle = (area.top + area.bottom) // 2
        return area._replace(bottom=middle), area._replace(top=middle + 1)
    middle = (area.left + area.right) // 2
    return area._replace(right=middle), area._replace(left=middle + 1)
