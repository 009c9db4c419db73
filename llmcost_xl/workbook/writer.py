"""From a description to an openpyxl workbook in the house style."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.pagebreak import Break

from llmcost_xl import __version__
from llmcost_xl.workbook import book as bookplan
from llmcost_xl.workbook import charts, cover, derive, styles, validation
from llmcost_xl.workbook.cells import Cell, cells, header
from llmcost_xl.workbook.layout import Charts, Entry, Field, Text
from llmcost_xl.workbook.plan import BACKGROUND_TITLE, Place, PlacedOther, PlacedRows, PlacedTable, SheetPlan, entries
from llmcost_xl.workbook.references import (
    ACROSS,
    FIRST_ROW,
    HEADER_ROW,
    LABEL,
    UNIT,
    VALUE,
    Spot,
    address,
    is_formula,
    resolve,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.workbook.book import BookPlan
    from llmcost_xl.workbook.layout import Template

WIDTHS: Final = {LABEL: 46.0, UNIT: 22.0, VALUE: 16.0}
COLUMN_WIDTH: Final = 15.0
MONTH_WIDTH: Final = 12.5
WIDE: Final = 110.0
TEXT_WIDTH: Final = 30.0
WIDE_RESULT: Final = 44.0
NARROWER: Final = 0.95  # running text needs less room than as many digits
TAIL_WIDTHS: Final = (10.0, 10.0, 13.0, 62.0, 11.0, 11.0, 11.0, 11.0)
A4, A3 = 9, 8
WIDEST_ON_A4: Final = 215.0


def write(plan: BookPlan) -> Workbook:
    """The workbook, without values in its formula cells."""
    template = plan.template
    book = Workbook()
    styles.register(book)
    book.calculation = CalcProperties(calcMode="auto", fullCalcOnLoad=True, iterate=False)
    front = book.active
    assert front is not None
    front.title = "Cover"
    for sheet in plan.sheets:
        worksheet = book.create_sheet(sheet.name)
        _fill(worksheet, plan, sheet)
        _frame(worksheet, template, sheet.name)
    cover.write(front, plan)
    _frame(front, template, "Cover")
    _name_cells(book, plan)
    _describe(book, template)
    return book


def put(worksheet: Worksheet, row: int, column: int, value: Any, role: str, number_format: str = "") -> Any:
    """Fill one cell in one role. Text is text: only what a description calls a formula becomes one."""
    cell = worksheet.cell(row, column)
    cell.value = value
    cell.style = styles.style_name(role)
    if number_format:
        cell.number_format = number_format
    return cell


def _fill(worksheet: Worksheet, plan: BookPlan, sheet: SheetPlan) -> None:
    put(worksheet, 1, LABEL, f"{plan.template.title}: {sheet.name.replace('_', ' ')}", "title")
    put(worksheet, 2, LABEL, sheet.sheet.purpose, "purpose")
    put(worksheet, 3, LABEL, "Master check", "label")
    put(worksheet, 3, UNIT, f"={plan.address('{master_check}')}", "status")
    put(worksheet, 3, VALUE, sheet.kind, "purpose")
    _header(worksheet, plan, sheet)
    rules = validation.Rules(worksheet, plan)
    for block in sheet.blocks:
        if not (isinstance(block, PlacedOther) and isinstance(block.block, Charts)):
            for column in range(LABEL, max(sheet.tail, ACROSS) + (len(TAIL_WIDTHS) if sheet.kind == "Inputs" else 0)):
                put(worksheet, block.row, column, None, "heading")
    for cell in cells(plan, sheet):
        _cell(worksheet, plan, cell)
        if cell.entry is not None:
            rules.add(cell)
    rules.write()
    if sheet.kind == "Inputs":
        _beside_inputs(worksheet, plan, sheet)
    _widths(worksheet, sheet)
    drawn = False
    for block in sheet.blocks:
        if isinstance(block, PlacedOther) and isinstance(block.block, Charts):
            if not drawn:
                worksheet.row_breaks.append(Break(id=block.row - 1))
            drawn = True
            charts.add(worksheet, plan, block.block, block.row)
        elif isinstance(block, PlacedRows) and block.block.title == BACKGROUND_TITLE:
            worksheet.row_breaks.append(Break(id=block.row - 1))
        elif isinstance(block, PlacedOther) and isinstance(block.block, Text):
            _sentences(worksheet, sheet, block.block, block.row)
    for area in _status_cells(sheet):
        for word in styles.STATUS:
            rule = Rule(type="cellIs", operator="equal", dxf=styles.status_style(word), formula=[f'"{word}"'])
            worksheet.conditional_formatting.add(area, rule)


def _cell(worksheet: Worksheet, plan: BookPlan, cell: Cell) -> None:
    unit = styles.in_currency(cell.unit, plan.template.currency)
    if cell.role == "unit" and cell.value:
        put(worksheet, cell.row, cell.column, styles.in_currency(str(cell.value), plan.template.currency), "unit")
        return
    number_format = "" if unit in ("", "text") else styles.number_format(cell.unit)
    written = put(worksheet, cell.row, cell.column, cell.value, cell.role, number_format)
    if (
        isinstance(cell.value, str)
        and cell.role in ("input_text", "text", "label")
        and cell.value[:1] in ("=", "+", "-", "@")
    ):
        written.data_type = "s"
        written.quotePrefix = True


def _header(worksheet: Worksheet, plan: BookPlan, sheet: SheetPlan) -> None:
    """Headings of the shared columns; a sheet of tables alone has none, its tables have their own."""
    if not sheet.axis.columns and not isinstance(next(iter(sheet.blocks), None), PlacedRows):
        worksheet.freeze_panes = worksheet.cell(_first_record(sheet), UNIT)
        return
    put(worksheet, HEADER_ROW, LABEL, "Item", "header_left")
    put(worksheet, HEADER_ROW, UNIT, "Unit", "header_left")
    put(worksheet, HEADER_ROW, VALUE, "Value", "header")
    for column, value, unit in header(plan, sheet):
        put(worksheet, HEADER_ROW, column, value, "header", "mmm yyyy" if unit == "date" else "")
    worksheet.row_dimensions[HEADER_ROW].height = 48 if sheet.kind == "Inputs" else 32
    worksheet.freeze_panes = worksheet.cell(HEADER_ROW + 1, ACROSS)


def _first_record(sheet: SheetPlan) -> int:
    return next((block.first for block in sheet.blocks if isinstance(block, PlacedTable)), FIRST_ROW)


def _beside_inputs(worksheet: Worksheet, plan: BookPlan, sheet: SheetPlan) -> None:
    """To the right of each input: its range, source, note, bounds, and whether it keeps within them."""
    tail = sheet.tail
    for offset, heading in enumerate(bookplan.TAIL_HEADINGS):
        put(worksheet, HEADER_ROW, tail + offset, heading, "header")
    for placed in entries(sheet):
        entry = placed.line
        assert isinstance(entry, Entry)
        axis = placed.place.across
        keys = [column.key for column in axis.columns] if axis else [""]
        own = [key for key in keys if key in plan.template.own] or keys
        area, own_area = _stretch(placed.place, keys), _stretch(placed.place, own)
        number_format = styles.number_format(placed.place.unit)
        for offset, bound in ((bookplan.RANGE_LOW, entry.low), (bookplan.RANGE_HIGH, entry.high)):
            if bound is not None:
                put(worksheet, placed.row, tail + offset, bound, "input", number_format)
        put(worksheet, placed.row, tail + bookplan.SOURCE, entry.source, "text")
        put(worksheet, placed.row, tail + bookplan.NOTE, entry.note, "note")
        _bounds(worksheet, entry, area, placed.row, tail, number_format)
        if entry.low is not None:
            low, high = (get_column_letter(tail + offset) for offset in (bookplan.RANGE_LOW, bookplan.RANGE_HIGH))
            outside = f"=SUMPRODUCT(({own_area}<{low}{placed.row})+({own_area}>{high}{placed.row}))"
            put(worksheet, placed.row, tail + bookplan.OUTSIDE, outside, "calc", "0")


def _stretch(place: Place, keys: list[str]) -> str:
    """The cells of a row from the first of these columns to the last."""
    row, first = place.cell(across=keys[0])
    last = place.cell(across=keys[-1])[1]
    return f"{get_column_letter(first)}{row}" + (f":{get_column_letter(last)}{row}" if last > first else "")


def _bounds(worksheet: Worksheet, entry: Entry, area: str, row: int, tail: int, number_format: str) -> None:
    bounds = validation.bounds(entry)
    if bounds is None:
        return
    low, high = bounds
    letters = {offset: get_column_letter(tail + offset) for offset in range(len(bookplan.TAIL_HEADINGS))}
    put(worksheet, row, tail + bookplan.AT_LEAST, low, "constant", number_format)
    within = f"(COUNT({area})=COLUMNS({area}))*(MIN({area})>={letters[bookplan.AT_LEAST]}{row})"
    if high is not None:
        put(worksheet, row, tail + bookplan.AT_MOST, high, "constant", number_format)
        within += f"*(MAX({area})<={letters[bookplan.AT_MOST]}{row})"
    put(worksheet, row, tail + bookplan.INVALID, f"=1-{within}", "calc", "0")


def _sentences(worksheet: Worksheet, sheet: SheetPlan, block: Text, row: int) -> None:
    put(worksheet, row, LABEL, block.title, "heading")
    for offset, sentence in enumerate(block.sentences, start=1):
        text = resolve(sentence, Spot(sheet, row + offset, VALUE)) if is_formula(sentence) else sentence
        put(worksheet, row + offset, LABEL, text, "text")


# -- the frame of a sheet ----------------------------------------------------------------------------------------


def _widths(worksheet: Worksheet, sheet: SheetPlan) -> None:
    widths = dict(WIDTHS)
    for column in range(ACROSS, ACROSS + len(sheet.axis.columns)):
        widths[column] = MONTH_WIDTH if sheet.axis.dated else COLUMN_WIDTH
    for block in sheet.blocks:
        if isinstance(block, PlacedTable):
            for field, column in block.fields:
                widths[column] = max(widths.get(column, COLUMN_WIDTH), _field_width(block, field))
            for _, column, _ in block.linked:
                widths.setdefault(column, COLUMN_WIDTH)
    if any(isinstance(placed.line, Entry) and placed.place.unit == "text" for placed in entries(sheet)):
        widths[VALUE] = TEXT_WIDTH
    if sheet.kind == "Inputs":
        for offset, width in enumerate(TAIL_WIDTHS):
            widths[sheet.tail + offset] = width
        notes = [len(placed.line.note) for placed in entries(sheet) if isinstance(placed.line, Entry)]
        widths[sheet.tail + bookplan.NOTE] = max([TEXT_WIDTH, *(length * NARROWER for length in notes)])
    for column, width in widths.items():
        worksheet.column_dimensions[get_column_letter(column)].width = width


def _field_width(table: PlacedTable, field: Field) -> float:
    """Room for the longest text of a column, within reason."""
    given = [column for column, _ in table.fields if not column.formula]
    if field not in given:
        return WIDE_RESULT if field.wide else COLUMN_WIDTH
    position = given.index(field)
    texts = (record[position] for record in table.block.records)
    longest = max((len(text) for text in texts if isinstance(text, str) and not is_formula(text)), default=0)
    return min(longest * NARROWER + 4, WIDE)


def _status_cells(sheet: SheetPlan) -> list[str]:
    """Where a status stands: under the title, and in the tables of checks."""
    areas = ["B3"]
    for name in ("check_status", "alert_status"):
        if name in sheet.places:
            place = sheet.places[name]
            letter = get_column_letter(place.column)
            areas.append(f"{letter}{place.row}:{letter}{place.row + place.records - 1}")
    if "master_check" in sheet.places and sheet.kind == "Checks":
        place = sheet.places["master_check"]
        areas.append(f"{get_column_letter(place.column)}{place.row}")
    return areas


def _frame(worksheet: Worksheet, template: Template, name: str) -> None:
    """View, protection and print set-up, alike on all sheets."""
    view = worksheet.sheet_view
    view.showGridLines = False
    view.zoomScale = 90
    worksheet.protection.sheet = True
    worksheet.protection.formatColumns = False  # the lock that keeps users from widening a column
    worksheet.protection.formatRows = False
    last = f"{get_column_letter(worksheet.max_column)}{worksheet.max_row}"
    worksheet.print_area = f"A1:{last}"
    if name != "Cover":
        worksheet.print_title_rows = f"1:{HEADER_ROW}"
    page = worksheet.page_setup
    width = sum(dimension.width for dimension in worksheet.column_dimensions.values())
    page.orientation, page.paperSize = "landscape", A3 if width > WIDEST_ON_A4 else A4
    page.fitToWidth, page.fitToHeight = 1, 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4
    worksheet.oddHeader.left.text = template.title.replace("&", "&&")
    worksheet.oddHeader.right.text = f"{name}, llmcost-xl {__version__}"
    worksheet.oddFooter.left.text = "&F"
    worksheet.oddFooter.center.text = "&A"
    worksheet.oddFooter.right.text = "Page &P of &N"


def _name_cells(book: Workbook, plan: BookPlan) -> None:
    """Names for what programs look up: inputs, outputs and the master check. Formulas never use them."""
    for sheet in plan.sheets:
        prefix = {"Inputs": "in_", "Timing": "in_", "Outputs": "out_", "Checks": "chk_"}.get(sheet.kind, "")
        if not prefix:
            continue
        wanted = {placed.line.name for placed in entries(sheet) if isinstance(placed.line, Entry)}
        for name, place in sheet.places.items():
            shown = sheet.kind == "Outputs" and _is_shown(sheet, name)
            if name in wanted or shown or name == "master_check":
                _define(
                    book,
                    f"{prefix}{name}" if name != "master_check" else "chk_master",
                    sheet,
                    place.row,
                    place.column,
                    len(place.across.columns) if place.across else 1,
                )


def _is_shown(sheet: SheetPlan, name: str) -> bool:
    lines = (line for block in sheet.blocks if isinstance(block, PlacedRows) for line in block.block.lines)
    return any(line.name == name for line in lines)


def _define(book: Workbook, name: str, sheet: SheetPlan, row: int, column: int, columns: int) -> None:
    first, last = get_column_letter(column), get_column_letter(column + columns - 1)
    area = f"${first}${row}" + (f":${last}${row}" if columns > 1 else "")
    book.defined_names[name] = DefinedName(name, attr_text=f"{sheet.name}!{area}")


def _describe(book: Workbook, template: Template) -> None:
    latest = template.log[-1]
    day = dt.datetime.fromisoformat(latest.day)
    properties = book.properties
    properties.title = template.title
    properties.subject = template.purpose
    properties.creator = "llmcost-xl"
    properties.lastModifiedBy = "llmcost-xl"
    properties.language = "en-GB"
    properties.version = latest.version
    properties.keywords = f"{template.name}, llmcost-xl {__version__}"
    properties.created = properties.modified = day
