"""Rules of presentation: what a reader sees on the screen, on paper, and without seeing colours."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from openpyxl.utils import get_column_letter

from llmcost_xl.lint.charts import faults, pictures
from llmcost_xl.lint.findings import Place, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.reading import Book

SCREEN: Final = 50
"""Rows on a screen; whoever looks below them no longer sees the headings."""

NO_UNITS: Final = ("Cover",)
LEAST_ZOOM, MOST_ZOOM = 85, 100
DEFAULT_ZOOM: Final = 100
VERSION: Final = re.compile(r"\d+\.\d+")
SMALLEST_FONT: Final = 10
TABLE_NAME: Final = re.compile(r"(Table|Tabelle|Tableau|Tabla|Tabella|Tabel)_?\d+", re.IGNORECASE)


@rule(
    "P01",
    "error",
    "Headings and labels stay in sight",
    why="In a sheet that scrolls, a figure without its heading and its label is a guess.",
    mend="Select the first cell right of labels and units and below the headings, then View, Freeze Panes.",
)
def frozen(book: Book) -> Iterator[Place]:
    """Ours freeze on every sheet but the cover; of others only sheets longer than a screen are asked to."""
    for sheet in book.sheets():
        if sheet.title in NO_UNITS or (not book.ours and sheet.max_row <= SCREEN):
            continue
        pane: Any = sheet.sheet_view.pane
        state = pane.state if pane is not None else None
        if state not in ("frozen", "frozenSplit"):
            yield Place(sheet.title, "A1", "the panes are not frozen")
        elif book.ours:
            row, column = _headings(sheet)
            if (pane.ySplit or 0) < row or (pane.xSplit or 0) < column:
                yield Place(
                    sheet.title, str(pane.topLeftCell or "A1"), "frozen above the headings or left of the units"
                )


def _headings(sheet: Worksheet) -> tuple[int, int]:
    """The row of the first headings, and the column of the units, or of the labels where there are none."""
    for row in range(1, min(sheet.max_row, SCREEN) + 1):
        if str(sheet.cell(row, 1).style).startswith("lc_header"):
            return row, 2 if sheet.cell(row, 2).value == "Unit" else 1
    return 1, 1


@rule(
    "P02",
    "warning",
    "The same column is as wide on every calculation sheet",
    why="Sheets that are built alike are compared by leafing through them; where a column moves the eye has to start "
    "anew.",
    mend="Select the calculation sheets together and set the widths of labels, units and periods once.",
)
def widths_agree(book: Book) -> Iterator[Place]:
    """Labels and units of all calculation sheets, and the periods of each; other workbooks have no such classes."""
    usual: dict[str, tuple[str, float]] = {}
    for sheet in book.sheets("Calculation"):
        for letter in ("A", "B"):
            width = round(sheet.column_dimensions[letter].width, 1)
            first, expected = usual.setdefault(letter, (sheet.title, width))
            if width != expected:
                yield Place(sheet.title, f"{letter}1", f"the column is {width:g} wide, on {first} {expected:g}")
    for sheet in book.sheets("Timing", "Calculation"):
        periods = [one for one in sheet[5] if one.number_format == "mmm yyyy"] if sheet.max_row > 4 else []  # noqa: PLR2004
        found = {round(sheet.column_dimensions[get_column_letter(int(one.column or 1))].width, 1) for one in periods}
        if len(found) > 1:
            yield Place(sheet.title, periods[0].coordinate, f"periods in columns of {len(found)} widths")


@rule(
    "P03",
    "error",
    "Every sheet can be printed as it is",
    why="What a board sees is paper or a PDF. Without a print set-up a wide sheet falls apart into pages without "
    "headings, and nobody can tell which file, version and page is in front of them.",
    mend="Page Layout: a print area, landscape, one page wide, the heading rows repeated; in header and footer the "
    "file (&[File]), the sheet (&[Tab]), page and pages (&[Page] of &[Pages]) and the version.",
)
def printable(book: Book) -> Iterator[Place]:
    """One line per sheet with all that is missing; the cover repeats no rows."""
    for sheet in book.sheets():
        missing = [what for what, given in _print_setup(sheet) if not given]
        if missing:
            yield Place(sheet.title, "", f"print set-up: no {', no '.join(missing)}")


def _print_setup(sheet: Worksheet) -> Iterator[tuple[str, bool]]:
    page, settings = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
    yield "print area", bool(sheet.print_area)
    yield "landscape", page.orientation == "landscape"
    fits = settings is not None and bool(settings.fitToPage)
    yield "fit to one page wide", fits and page.fitToWidth in (None, 1)
    yield "repeated heading rows", bool(sheet.print_title_rows) or sheet.title == "Cover"
    text = _header_and_footer(sheet)
    for what, code in (("file name", "&F"), ("sheet name", "&A"), ("page number", "&P"), ("number of pages", "&N")):
        yield f"{what} ({code})", code in text
    yield "version in header or footer", VERSION.search(text.replace("&P", "").replace("&N", "")) is not None


def _header_and_footer(sheet: Worksheet) -> str:
    both: Any = (sheet.oddHeader, sheet.oddFooter)
    return " ".join(str(part.text or "") for one in both for part in (one.left, one.center, one.right))


@rule(
    "P04",
    "warning",
    "It opens on its first page, tidily",
    why="The first impression decides whether a reader trusts the rest: a workbook that opens somewhere in the middle, "
    "at 60 % and behind gridlines, looks like somebody's scratch paper.",
    mend="Gridlines off (View), zoom between 85 and 100 %, the cursor in A1 of every sheet, and save with the first "
    "sheet in front.",
)
def opens_tidily(book: Book) -> Iterator[Place]:
    """Gridlines, zoom, cursor, and the sheet in front."""
    active = book.formulas.active
    first = book.formulas.sheetnames[0]
    if active is not None and active.title != first:
        yield Place("", "", f"opens on {active.title}, not on {first}")
    for sheet in book.sheets():
        view: Any = sheet.sheet_view
        if view.showGridLines is not False:
            yield Place(sheet.title, "", "gridlines are shown")
        zoom = view.zoomScale or DEFAULT_ZOOM
        if not LEAST_ZOOM <= zoom <= MOST_ZOOM:
            yield Place(sheet.title, "", f"zoom is {zoom} %")
        cursor = view.selection[-1].activeCell if view.selection else "A1"
        if cursor not in (None, "A1"):
            yield Place(sheet.title, str(cursor), "the cursor is here, not in A1")


@rule(
    "P05",
    "error",
    "Every chart speaks for itself",
    why="A chart is copied into a slide without the sheet around it, printed in grey, and read aloud to those who "
    "cannot see it. Numbers typed into it stay as they are when the model moves on.",
    mend="Give it a title with its message, a title with the unit for each value axis, ranges for its series, its own "
    "dash, marker or shade for each of them, and an alternative text (right click, View Alt Text).",
)
def charts_speak(book: Book) -> Iterator[Place]:
    """Charts, and the alternative text of pictures and shapes too."""
    for picture in pictures(book):
        if not picture.text:
            yield Place(picture.sheet, picture.cell, f"{picture.name or 'a picture'} has no alternative text")
        if picture.chart is not None:
            for fault in faults(picture.chart):
                yield Place(picture.sheet, picture.cell, f"the chart {picture.name} {fault}")


@rule(
    "P07",
    "error",
    "No merged cells, no nameless tables, no small print",
    why="Merged cells break sorting, filtering, copying and screen readers. A table called Table1 says nothing in the "
    "formulas that use it, and one without a header row has no names for its columns. Print below 10 points cannot be "
    "read on a page made to fit.",
    mend='"Center across selection" looks the same as merging. Name tables under Table Design, and keep their header '
    "row. Write less rather than smaller.",
)
def plain_layout(book: Book) -> Iterator[Place]:
    """Merged areas, tables as Excel knows them, and the font of cells that hold something."""
    for sheet in book.sheets():
        for area in sorted(map(str, sheet.merged_cells.ranges)):
            yield Place(sheet.title, area.split(":")[0], "merged cells")
        for table in sheet.tables.values():
            cell = str(table.ref).split(":")[0]
            if table.headerRowCount == 0:
                yield Place(sheet.title, cell, f"the table {table.displayName} has no header row")
            if TABLE_NAME.fullmatch(str(table.displayName)):
                yield Place(sheet.title, cell, f"the table is called {table.displayName}")
        for size, cells in _small(book, sheet).items():
            for cell in cells:
                yield Place(sheet.title, cell, f"text of {size:g} points")


def _small(book: Book, sheet: Worksheet) -> dict[float, list[str]]:
    found: defaultdict[float, list[str]] = defaultdict(list)
    sizes: dict[int, float] = {}
    for cell in book.cells(sheet):
        style = cell.style_id
        if style not in sizes:
            sizes[style] = float(cell.font.sz or SMALLEST_FONT)
        if sizes[style] < SMALLEST_FONT:
            found[sizes[style]].append(cell.coordinate)
    return found
