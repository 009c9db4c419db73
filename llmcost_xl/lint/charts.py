"""Charts and pictures as the file has them: openpyxl reads no alternative texts, and not every chart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from llmcost_xl.lint.colours import contrast, is_colour
from llmcost_xl.lint.outside import drawings
from llmcost_xl.lint.parts import child, descendants, local, relation_id, tree
from llmcost_xl.ooxml.parts import relations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from llmcost_xl.lint.reading import Book

SOLID: Final = ("bar3DChart", "line3DChart", "pie3DChart", "area3DChart", "surface3DChart")
LINES: Final = ("lineChart", "scatterChart", "radarChart")
FILLED: Final = ("barChart", "areaChart")
LEAST_CONTRAST: Final = 1.15  # of two neighbours in grey


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, or another drawn thing, and the cell at its upper left corner."""

    sheet: str
    cell: str
    name: str
    text: str  # the alternative text
    chart: Element | None


def pictures(book: Book) -> Iterator[Picture]:
    """Everything that is drawn on the sheets."""
    for sheet, drawing in drawings(book):
        targets = relations(book.file.archive, drawing)
        for anchor in descendants(tree(book, drawing), "oneCellAnchor", "twoCellAnchor", "absoluteAnchor"):
            for frame in descendants(anchor, "graphicFrame", "pic", "sp"):
                said = next(descendants(frame, "cNvPr"), None)
                if said is None or said.get("hidden") in ("1", "true"):
                    continue
                named = next(descendants(frame, "chart"), None) if local(frame) == "graphicFrame" else None
                relation = targets.get(relation_id(named)) if named is not None else None
                chart = tree(book, relation.target) if relation is not None else None
                text = said.get("descr") or said.get("title") or ""
                yield Picture(sheet, _cell(anchor), said.get("name", ""), text.strip(), chart)


def _cell(anchor: Element) -> str:
    column, row = (child(anchor, "from", name) for name in ("col", "row"))
    if column is None or row is None or not (column.text or "").isdigit() or not (row.text or "").isdigit():
        return "A1"
    return f"{get_column_letter(min(int(column.text or 0), 16_383) + 1)}{int(row.text or 0) + 1}"


def faults(chart: Element) -> Iterator[str]:
    """What keeps a chart from being understood: on paper, in grey, a year later."""
    if not _titled(child(chart, "chart")):
        yield "has no title"
    if any(True for _ in descendants(chart, *SOLID)):
        yield "is three-dimensional, which distorts lengths and hides what is behind"
    for axis in descendants(chart, "valAx"):
        deleted = child(axis, "delete")
        if (deleted is None or deleted.get("val") in ("0", "false")) and not _titled(axis):
            yield "has a value axis without a title that names its unit"
    for series in descendants(chart, "ser"):
        if any(True for _ in descendants(series, "numLit", "strLit")):
            yield "shows numbers typed into it instead of cells"
            break
    yield from _only_colour(chart)


def _titled(element: Element | None) -> bool:
    title = child(element, "title")
    return any((one.text or "").strip() for one in descendants(title, "t", "f", "v"))


def _only_colour(chart: Element) -> Iterator[str]:
    for plot in descendants(chart, *LINES, *FILLED):
        series = [one for one in plot if local(one) == "ser"]
        if local(plot) in LINES:
            marks = [_mark(one) for one in series]
            if len(set(marks)) < len(marks):
                yield "tells lines apart by colour alone: give each its own dash or marker"
        elif any(_alike(one, other) for one, other in pairwise(series)):
            yield "has neighbouring series of the same grey, and no figures on them"


def _mark(series: Element) -> tuple[str, str, str]:
    """How a line is drawn, colour aside: dash, width, marker; a point without a line is told by its marker."""
    line = child(series, "spPr", "ln")
    if any(True for _ in descendants(line, "noFill")):
        dash = width = "none"
    else:
        dash = next((one.get("val", "") for one in descendants(line, "prstDash")), "solid")
        width = line.get("w", "") if line is not None else ""
    symbol = child(series, "marker", "symbol")
    return dash, width, symbol.get("val", "") if symbol is not None else ""


def _alike(one: Element, other: Element) -> bool:
    fills = [_fill(series) for series in (one, other)]
    if not all(map(is_colour, fills)) or any(_labelled(series) for series in (one, other)):
        return False
    return contrast(fills[0], fills[1]) < LEAST_CONTRAST


def _fill(series: Element) -> str:
    colour = child(series, "spPr", "solidFill", "srgbClr")
    return colour.get("val", "") if colour is not None else ""


def _labelled(series: Element) -> bool:
    return any(one.get("val") in ("1", "true") for one in descendants(child(series, "dLbls"), "showVal", "showSerName"))
