"""Around the cells of a sheet: column widths, view, protection, print set-up; names and properties of the file."""

from __future__ import annotations

import datetime as dt
from math import ceil, log10
from typing import TYPE_CHECKING, Any, Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from llmcost_xl import __version__
from llmcost_xl.workbook.beside import AT_LEAST, BESIDE, NOTE, SWING_LESS
from llmcost_xl.workbook.charts import EMU_PER_PIXEL, PIXELS_PER_CHARACTER, pixels
from llmcost_xl.workbook.layout import Entry
from llmcost_xl.workbook.plan import UNSAID_UNITS, PlacedRows, PlacedTable, described, entries
from llmcost_xl.workbook.references import ACROSS, HEADER_ROW, LABEL, UNIT, VALUE, is_formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.workbook.book import BookPlan
    from llmcost_xl.workbook.layout import Field
    from llmcost_xl.workbook.places import Place
    from llmcost_xl.workbook.plan import PlacedLine, SheetPlan

WIDTHS: Final = {LABEL: 46.0, UNIT: 22.0, VALUE: 16.0}
COLUMN_WIDTH: Final = 15.0
MONTH_WIDTH: Final = 15.0  # room for 999,999,999.99
TEXT_WIDTH: Final = 30.0
WIDE_RESULT: Final = 44.0
WIDEST: Final = 110.0
NARROWER: Final = 0.95  # running text needs less room than as many digits
A4, A3 = 9, 8
WIDEST_ON_A4: Final = 225.0  # characters
MARGIN: Final = 0.4  # inches
ZOOM: Final = 90
NAME_PREFIXES: Final = {"Inputs": "in_", "Timing": "in_", "Outputs": "out_", "Checks": "chk_"}


def set_widths(worksheet: Worksheet, sheet: SheetPlan, rate: float) -> None:
    """The same width for the same kind of column on all sheets, and room for what tables and notes say.

    A currency of which a US dollar buys hundreds (`rate`) has amounts of more digits.
    """
    digits = max(0, ceil(log10(rate)))
    widths = dict(WIDTHS)
    if any(placed.place.unit == "text" and placed.place.column == VALUE for placed in _lines(sheet)):
        widths[VALUE] = TEXT_WIDTH
    for column in range(ACROSS, ACROSS + len(sheet.axis.columns)):
        widths[column] = MONTH_WIDTH if sheet.axis.dated else COLUMN_WIDTH
    in_words = any(
        isinstance(placed.line, Entry) and placed.place.unit == "text" and not placed.line.fixed
        for placed in entries(sheet)
    )
    for column in sheet.scenarios:
        widths[column] = TEXT_WIDTH if in_words else COLUMN_WIDTH
    _widen_for_tables(widths, sheet)
    if sheet.kind == "Inputs":
        for item, (_, width) in enumerate(BESIDE):
            widths[sheet.beside(item)] = max(width, widths.get(sheet.beside(item), 0))
        notes = [len(placed.line.note) for placed in entries(sheet) if isinstance(placed.line, Entry)]
        # a note runs on over the columns of the tables, which are empty beside an input, as far as the first swing
        swings = any(isinstance(placed.line, Entry) and placed.line.swing for placed in entries(sheet))
        end = sheet.beside(SWING_LESS if swings else AT_LEAST)
        room = sum(widths.get(column, COLUMN_WIDTH) for column in range(sheet.beside(NOTE), end))
        widths[sheet.beside(NOTE)] += max(0, max(notes, default=0) * NARROWER - room)
    for column, width in widths.items():
        worksheet.column_dimensions[get_column_letter(column)].width = width + (digits if column > UNIT else 0)


def _widen_for_tables(widths: dict[int, float], sheet: SheetPlan) -> None:
    """Room for the columns of tables, except where they stand below months, which are all equally wide."""
    months = range(ACROSS, ACROSS + len(sheet.axis.columns) if sheet.axis.dated else ACROSS)
    for table in sheet.tables.values():
        for field, column in table.fields:
            if column not in months:
                widths[column] = max(widths.get(column, COLUMN_WIDTH), _field_width(table, field))
        for _, column, home in table.linked:
            if column not in months:
                widths[column] = max(widths.get(column, COLUMN_WIDTH), _room_for_unit(home.unit))


def _lines(sheet: SheetPlan) -> Iterator[PlacedLine]:
    for block in sheet.blocks:
        if isinstance(block, PlacedRows):
            yield from block.lines


def _field_width(table: PlacedTable, field: Field) -> float:
    """Room for the unit and the longest text of a column, within reason."""
    unit = described(field)[1]
    least = WIDE_RESULT if field.wide else max(COLUMN_WIDTH, _room_for_unit(unit))
    given = [column for column, _ in table.fields if not column.formula]
    if field not in given:
        return least
    texts = (record[given.index(field)] for record in table.block.records)
    longest = max((len(text) for text in texts if isinstance(text, str) and not is_formula(text)), default=0)
    return min(max(longest * NARROWER + 4, least), WIDEST)


def _room_for_unit(unit: str) -> float:
    """Room for a unit below the heading of a column."""
    return 0 if unit in UNSAID_UNITS else len(unit) * NARROWER + 2


def set_up(worksheet: Worksheet, title: str, name: str, *, header_row: int = HEADER_ROW) -> None:
    """View, protection and print set-up, alike on all sheets."""
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_view.zoomScale = ZOOM
    worksheet.protection.sheet = True
    worksheet.protection.formatColumns = False  # False allows it: a user may widen a column
    worksheet.protection.formatRows = False
    worksheet.print_area = f"A1:{get_column_letter(_last_column(worksheet))}{worksheet.max_row}"
    if name != "Cover":
        worksheet.print_title_rows = f"1:{header_row}"
    width = sum(pixels(worksheet, column) for column in range(_last_column(worksheet))) / PIXELS_PER_CHARACTER
    page = worksheet.page_setup
    page.orientation, page.paperSize = "landscape", A3 if width > WIDEST_ON_A4 else A4
    page.fitToWidth, page.fitToHeight = 1, 0
    properties: Any = worksheet.sheet_properties
    properties.pageSetUpPr.fitToPage = True
    worksheet.page_margins.left = worksheet.page_margins.right = MARGIN
    header: Any = worksheet.oddHeader
    header.left.text = title.replace("&", "&&")
    header.right.text = f"{name}, llmcost-xl {__version__}"
    footer: Any = worksheet.oddFooter
    footer.left.text, footer.center.text, footer.right.text = "&F", "&A", "Page &P of &N"


def _last_column(worksheet: Worksheet) -> int:
    """The last column with something in it or a chart over it."""
    drawn: Any = worksheet
    ends: list[int] = []
    for chart in drawn._charts:  # noqa: SLF001  # there is no public way
        column, left = chart.anchor._from.col, chart.anchor.ext.width // EMU_PER_PIXEL  # noqa: SLF001
        while left > 0:
            left -= pixels(worksheet, column)
            column += 1
        ends.append(column)
    return max(int(worksheet.max_column), *ends, 1)


def name_cells(book: Workbook, plan: BookPlan) -> None:
    """Names for what programs look up: inputs, outputs and the master check. Formulas never use them."""
    for sheet in plan.sheets:
        for name, place in _named(sheet):
            _define(book, name, place)


def _named(sheet: SheetPlan) -> Iterator[tuple[str, Place]]:
    prefix = NAME_PREFIXES.get(sheet.kind)
    if sheet.kind == "Checks":
        yield "chk_master", sheet.places["master_check"]
    elif sheet.kind == "Outputs":
        for block in sheet.blocks:
            if isinstance(block, PlacedRows):
                yield from ((f"{prefix}{line.name}", sheet.places[line.name]) for line in block.block.lines)
    elif prefix:
        for placed in entries(sheet):
            if isinstance(placed.line, Entry):
                yield f"{prefix}{placed.line.name}", placed.place


def _define(book: Workbook, name: str, place: Place) -> None:
    first = get_column_letter(place.column)
    last = get_column_letter(place.column + len(place.across.columns) - 1) if place.across else first
    area = f"${first}${place.row}" + (f":${last}${place.row}" if last != first else "")
    book.defined_names[name] = DefinedName(name, attr_text=f"{place.sheet}!{area}")


def describe(book: Workbook, *, name: str, title: str, purpose: str, version: str, day: str) -> None:
    """The file's properties; its dates are those of the description, so that the bytes never vary."""
    properties = book.properties
    properties.title = title
    properties.subject = purpose
    properties.creator = properties.lastModifiedBy = "llmcost-xl"
    properties.language = "en-GB"
    properties.version = version
    properties.keywords = f"{name}, llmcost-xl {__version__}"
    properties.created = properties.modified = dt.datetime.fromisoformat(day)
