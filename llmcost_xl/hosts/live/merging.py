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
    from collections.abc import Iterator, Mapping

    from llmcost_xl.ooxml import BookFile
    from llmcost_xl.reprice.opened import OpenBook

MOST_QUESTIONS: Final = 5_000  # a second or two


def with_merged(book: Any, opened: OpenBook) -> OpenBook:
    """The workbook with the merged areas in and below its price tables.

    Raises:
        RefusedError: there are too many.
    """
    found: dict[str, set[Area]] = {}
    for name, area in to_search(opened):
        found.setdefault(name, set()).update(_merged(book.sheets[name], area))
    return with_areas(opened, found)


def to_search(opened: OpenBook) -> Iterator[tuple[str, Area]]:
    """The price tables and what is below them, with the names of their sheets."""
    for table in price_tables(cast("BookFile", opened)):
        sheet = opened.sheet(table.sheet)
        yield sheet.name, table.area._replace(bottom=sheet.top + len(sheet.rows) - 1)


def with_areas(opened: OpenBook, found: Mapping[str, set[Area]]) -> OpenBook:
    """The workbook with these merged areas, by the names of its sheets."""
    sheets = (replace(sheet, merged=tuple(sorted(found[sheet.name]))) if found.get(sheet.name) else sheet
              for sheet in opened.sheets)  # fmt: skip
    return replace(opened, sheets=tuple(sheets))


def _merged(sheet: Any, area: Area) -> Iterator[Area]:
    waiting, asked = [area], 0
    while waiting:
        part, asked = waiting.pop(), asked + 1
        if asked > MOST_QUESTIONS:
            raise too_many(sheet.name)
        cells = sheet.range((part.top, part.left), (part.bottom, part.right))
        if cells.merge_cells is False:
            continue
        if part.start == (part.bottom, part.right):
            whole = cells.merge_area
            height, width = whole.shape
            yield Area(whole.row, whole.column, whole.row + height - 1, whole.column + width - 1)
        else:
            waiting += halves(part)


def too_many(name: str) -> RefusedError:
    """The refusal of a sheet that would take too many questions."""
    return RefusedError(f"{name} has too many merged cells to read; run llmcost-xl reprice on the file")


def halves(area: Area) -> tuple[Area, Area]:
    """Upper and lower, or left and right, whichever is the longer side."""
    if area.bottom - area.top >= area.right - area.left:
        middle = (area.top + area.bottom) // 2
        return area._replace(bottom=middle), area._replace(top=middle + 1)
    middle = (area.left + area.right) // 2
    return area._replace(right=middle), area._replace(left=middle + 1)
