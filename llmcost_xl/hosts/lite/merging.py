"""The merged cells among the prices of a workbook in xlwings Lite: asked for piece by piece, as in other hosts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import Area
from llmcost_xl.reprice.tables import price_tables

if TYPE_CHECKING:
    from llmcost_xl.ooxml import BookFile
    from llmcost_xl.reprice.opened import OpenBook

MOST_QUESTIONS: Final = 2_000  # half a minute; a table without merged cells costs one


async def with_merged(book: Any, opened: OpenBook) -> OpenBook:
    """The workbook with the merged areas in and below its price tables.

    Raises:
        RefusedError: there are too many.
    """
    found: dict[str, set[Area]] = {}
    for table in price_tables(cast("BookFile", opened)):
        sheet = opened.sheet(table.sheet)
        below = table.area._replace(bottom=sheet.top + len(sheet.rows) - 1)
        found.setdefault(sheet.name, set()).update(await _merged(book.sheets[sheet.name], below))
    sheets = (replace(sheet, merged=tuple(sorted(found[sheet.name]))) if found.get(sheet.name) else sheet
              for sheet in opened.sheets)  # fmt: skip
    return replace(opened, sheets=tuple(sheets))


async def _merged(sheet: Any, area: Area) -> set[Area]:
    found: set[Area] = set()
    waiting, asked = [area], 0
    while waiting:
        part = waiting.pop()
        if any(one.holds(part.start) and one.holds((part.bottom, part.right)) for one in found):
            continue
        asked += 1
        if asked > MOST_QUESTIONS:
            raise RefusedError(f"{sheet.name} has too many merged cells to read; run llmcost-xl reprice on the file")
        cells = sheet.range((part.top, part.left), (part.bottom, part.right))
        if await cells.get_merge_cells() is False:
            continue
        if part.start == (part.bottom, part.right):
            whole = await cells.get_merge_area()
            height, width = whole.shape
            found.add(Area(whole.row, whole.column, whole.row + height - 1, whole.column + width - 1))
        else:
            waiting += _halves(part)
    return found


def _halves(area: Area) -> tuple[Area, Area]:
    """Upper and lower, or left and right, whichever is the longer side."""
    if area.bottom - area.top >= area.right - area.left:
        middle = (area.top + area.bottom) // 2
        return area._replace(bottom=middle), area._replace(top=middle + 1)
    middle = (area.left + area.right) // 2
    return area._replace(right=middle), area._replace(left=middle + 1)
