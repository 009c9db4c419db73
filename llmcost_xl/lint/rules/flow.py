"""Rules for how figures flow: by links from sheet to sheet, and down a sheet and to its right."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from llmcost_xl.lint.blocks import COUNTER_FLOW, HEADER_ROW, LABEL, VALUE, block_at
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.formulas import formulas_of
from llmcost_xl.lint.graph import graph_of
from llmcost_xl.lint.scope import classified, own_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.formulas import Area, FormulaCell
    from llmcost_xl.lint.graph import Graph
    from llmcost_xl.lint.reading import Book

LINK_STYLES: Final = (
    "lc_link", "lc_link_text", "lc_output", "lc_output_text", "lc_status", "lc_header", "lc_header_left",
)  # fmt: skip
"""What a link may look like: a link row, a figure of Outputs or of the cover, the master check, a heading."""

FLOWING: Final = ("Prices", "Timing", "Calculation", "Outputs")
MASTER_CHECK: Final = "B3"


# -- links between sheets --------------------------------------------------------------------------------------------


@rule(
    "F05",
    "error",
    "Other sheets are read by link rows only, and links lead to the figure itself",
    why="A link row shows on the sheet what comes from elsewhere; formulas can then be read without leaving the page. "
    "A link to a link hides where the figure lives.",
    mend="Show the other sheet's cell in a row of its own, in the style of a link, and calculate with that; link to "
    "the cell that computes the figure.",
)
def pure_links(book: Book) -> Iterator[Place]:
    """The cover and the master check in the header repeat what other sheets show."""
    graph = graph_of(book)
    for sheet in book.sheets():
        for found in formulas_of(book)[sheet.title]:
            elsewhere = [area for area in found.formula.areas if area.sheet and area.sheet != sheet.title]
            if not found.formula.is_link:
                if elsewhere:
                    yield Place(sheet.title, found.address, "a formula calculates with another sheet's cells")
            elif classified(book):
                yield from _misleading(sheet, found, graph, is_cover=book.kind(sheet) == "Cover")


def _misleading(sheet: Worksheet, found: FormulaCell, graph: Graph, *, is_cover: bool) -> Iterator[Place]:
    area = next(iter(found.formula.areas))
    target = graph.formulas.get((area.sheet, area.first_row, area.first_column))
    is_repeated = is_cover or found.address == MASTER_CHECK
    if target is not None and target.formula.is_link and not is_repeated:
        yield Place(sheet.title, found.address, f"a link leads to a link, {area}")
    if not is_cover and found.cell.style not in LINK_STYLES:
        yield Place(sheet.title, found.address, "a link does not look like one")


# -- direction -------------------------------------------------------------------------------------------------------


@rule(
    "F06",
    "warning",
    "Figures flow downwards, to the right and to later sheets",
    why="Who reads from the top left meets every figure before it is used; a figure from below invites a circle.",
    mend="Move the row up, or its sheet forward; mark a block that must be read from above as counter-flow in its "
    "heading.",
)
def downwards(book: Book) -> Iterator[Place]:
    """A total in the value column may read the columns to its right, and a fixed range the whole of a row.

    Records may be compared with all others of their table. The sentences at the top of Outputs quote the figures below
    them: they are labels, and nothing reads them.
    """
    order = {sheet.title: number for number, sheet in enumerate(book.sheets())}
    for sheet in own_sheets(book, *FLOWING):
        for found in formulas_of(book)[sheet.title]:
            if found.row <= HEADER_ROW or found.column == LABEL:
                continue
            is_outputs = book.kind(sheet) == "Outputs"
            against = (_against(sheet, found, area, order, is_outputs=is_outputs) for area in found.precedents)
            yield from (Place(sheet.title, found.address, what) for what in dict.fromkeys(chain.from_iterable(against)))


def _against(
    sheet: Worksheet, found: FormulaCell, area: Area, order: dict[str, int], *, is_outputs: bool
) -> Iterator[str]:
    if area.sheet != sheet.title:
        if order.get(area.sheet, -1) > order[sheet.title]:
            yield f"the formula reads {area}, on a later sheet"
        return
    if area.last_row > found.row and not _is_allowed(sheet, found, area):
        yield "the formula reads a row further down"
    fixed = area.absolute[1] and area.absolute[3]
    if found.column > VALUE and not fixed and area.last_column > found.column and not is_outputs:
        yield "the formula reads a column to its right"


def _is_allowed(sheet: Worksheet, found: FormulaCell, area: Area) -> bool:
    """Whether a range further down is marked as read from above, or is a column of the formula's own table."""
    block = block_at(sheet, area.last_row)
    if block is None:
        return False
    return COUNTER_FLOW in block.title or (block.is_table and block.first <= area.first_row <= found.row <= block.last)
