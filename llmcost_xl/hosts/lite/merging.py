"""The merged cells among the prices of a workbook in xlwings Lite: asked for piece by piece, as in other hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.hosts.live.merging import halves, to_search, too_many, with_areas
from llmcost_xl.ooxml import Area

if TYPE_CHECKING:
    from llmcost_xl.reprice.opened import OpenBook

MOST_QUESTIONS: Final = 2_000  # half a minute; a table without merged cells costs one


async def with_merged(book: Any, opened: OpenBook) -> OpenBook:
    """The workbook with the merged areas in and below its price tables.

    Raises:
        RefusedError: there are too many.
    """
    found: dict[str, set[Area]] = {}
    for name, area in to_search(opened):
        found.setdefault(name, set()).update(await _merged(book.sheets[name], area))
    return with_areas(opened, found)


async def _merged(sheet: Any, area: Area) -> set[Area]:
    found: set[Area] = set()
    waiting, asked = [area], 0
    while waiting:
        part = waiting.pop()
        if any(one.holds(part.start) and one.holds((part.bottom, part.right)) for one in found):
            continue
        asked += 1
        if asked > MOST_QUESTIONS:
            raise too_many(sheet.name)
        cells = sheet.range((part.top, part.left), (part.bottom, part.right))
        if await cells.get_merge_cells() is False:
            continue
        if part.start == (part.bottom, part.right):
            whole = await cells.get_merge_area()
            height, width = whole.shape
            found.add(Area(whole.row, whole.column, whole.row + height - 1, whole.column + width - 1))
        else:
            waiting += halves(part)
    return found
