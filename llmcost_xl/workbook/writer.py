"""From a plan to an openpyxl workbook in the house style."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.pagebreak import Break

from llmcost_xl.workbook import charts, cover, frame, styles, validation
from llmcost_xl.workbook.beside import (
    AT_LEAST,
    AT_MOST,
    BESIDE,
    INVALID,
    NOTE,
    OUTSIDE,
    RANGE_HIGH,
    RANGE_LOW,
    SCENARIOS,
    SOURCE,
    SWING_LESS,
    SWING_MORE,
)
from llmcost_xl.workbook.cells import Cell, cells, entered_columns, header, live_column
from llmcost_xl.workbook.layout import Charts, Entry, Text
from llmcost_xl.workbook.plan import BACKGROUND_TITLE, PlacedOther, PlacedRows, entries
from llmcost_xl.workbook.references import ACROSS, FIRST_ROW, HEADER_ROW, LABEL, UNIT, VALUE, Spot, is_formula, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.workbook.book import BookPlan
    from llmcost_xl.workbook.plan import Placed, PlacedLine, PlacedTable, SheetPlan

FORMULA_SIGNS: Final = ("=", "+", "-", "@")
MASTER_CHECK: Final = "B3"
TWO_LINES, THREE_LINES = 32, 48  # heights of rows, in points


def write(plan: BookPlan) -> Workbook:
    """The workbook, without values in its formula cells."""
    book = Workbook()
    styles.register(book)
    book.calculation = CalcProperties(calcMode="auto", fullCalcOnLoad=True, iterate=False)
    front = book.worksheets[0]
    front.title = "Cover"
    for sheet in plan.sheets:
        worksheet = book.create_sheet(sheet.name)
        _fill(worksheet, plan, sheet)
        frame.set_up(worksheet, plan.template.title, sheet.name)
    cover.write(front, plan)
    _colour_statuses(front, [MASTER_CHECK])
    frame.set_up(front, plan.template.title, front.title)
    frame.name_cells(book, plan)
    template, latest = plan.template, plan.template.log[-1]
    frame.describe(
        book,
        name=template.name,
        title=template.title,
        purpose=template.purpose,
        version=latest.version,
        day=latest.day,
    )
    return book


def put(worksheet: Worksheet, row: int, column: int, value: Any, role: str, number_format: str = "") -> Any:
    """Fill one cell in one role, and return it."""
    cell: Any = worksheet.cell(row, column)
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
    _heading_bands(worksheet, sheet)
    rules = validation.Rules(worksheet, plan)
    for cell in cells(plan, sheet):
        _cell(worksheet, plan, cell)
        rules.add(cell)
    rules.write()
    if sheet.kind == "Inputs":
        _beside_inputs(worksheet, sheet)
        validation.limit_swings(worksheet, sheet)
    frame.set_widths(worksheet, sheet, plan.template.currency.rate)
    for block in sheet.blocks:
        _picture_or_words(worksheet, plan, sheet, block)
    _break_pages(worksheet, sheet)
    _colour_statuses(worksheet, [MASTER_CHECK, *_status_areas(sheet)])


def _cell(worksheet: Worksheet, plan: BookPlan, cell: Cell) -> None:
    if cell.role == "unit":
        unit = styles.in_currency(str(cell.value), plan.template.currency.code)
        put(worksheet, cell.row, cell.column, unit, "unit")
        return
    number_format = "" if cell.unit in ("", "text", "status") else styles.number_format(cell.unit)
    if cell.of_spare:
        number_format = styles.or_nothing(number_format)
    written = put(worksheet, cell.row, cell.column, cell.value, cell.role, number_format)
    if cell.role == "words" and len(str(cell.value)) > frame.COLUMN_WIDTH:
        worksheet.row_dimensions[cell.row].height = TWO_LINES
    if isinstance(cell.value, str) and not cell.computed and cell.value.startswith(FORMULA_SIGNS):
        written.data_type = "s"  # text from outside stays text
        written.quotePrefix = True


# -- above and beside --------------------------------------------------------------------------------------------


def _header(worksheet: Worksheet, plan: BookPlan, sheet: SheetPlan) -> None:
    """Headings of the shared columns; a sheet of tables alone has none, its tables have their own."""
    if not sheet.axis.columns and not isinstance(next(iter(sheet.blocks), None), PlacedRows):
        first = next((table.first for table in sheet.tables.values()), FIRST_ROW)
        worksheet.freeze_panes = worksheet.cell(first, UNIT).coordinate
        return
    for column in range(LABEL, sheet.beside(OUTSIDE) if sheet.kind == "Inputs" else ACROSS):
        put(worksheet, HEADER_ROW, column, None, "header")
    put(worksheet, HEADER_ROW, LABEL, "Item", "header_left")
    put(worksheet, HEADER_ROW, UNIT, "Unit", "header_left")
    put(worksheet, HEADER_ROW, VALUE, "Value", "header")
    for column, scenario in zip(sheet.scenarios, SCENARIOS, strict=False):
        put(worksheet, HEADER_ROW, column, scenario, "header")
    for column, value, unit in header(plan, sheet):
        of_record = styles.or_nothing("") if sheet.axis.table else ""  # a record without a name has no heading
        put(worksheet, HEADER_ROW, column, value, "header", "mmm yyyy" if unit == "date" else of_record)
    tall = sheet.kind == "Inputs" or sheet.axis.table  # long headings, and the users' own names
    worksheet.row_dimensions[HEADER_ROW].height = THREE_LINES if tall else TWO_LINES
    worksheet.freeze_panes = worksheet.cell(FIRST_ROW, ACROSS).coordinate


def _heading_bands(worksheet: Worksheet, sheet: SheetPlan) -> None:
    """A band of colour behind the heading of every block, as wide as the sheet."""
    last = sheet.beside(OUTSIDE) + 1 if sheet.kind == "Inputs" else max(sheet.tail, ACROSS)
    for block in sheet.blocks:
        if not isinstance(block.block, Charts):
            for column in range(LABEL, last):
                put(worksheet, block.row, column, None, "heading")


def _beside_inputs(worksheet: Worksheet, sheet: SheetPlan) -> None:
    """To the right of each input: its range, source, note, bounds, and whether it keeps within them."""
    for item, (heading, _) in enumerate(BESIDE):
        put(worksheet, HEADER_ROW, sheet.beside(item), heading, "header")
    for placed in entries(sheet):
        if isinstance(placed.line, Entry):
            _beside_input(_Beside(worksheet, sheet, placed.row), sheet, placed, placed.line)
    for table in sheet.tables.values():
        for row in range(table.first, table.first + table.count):
            _beside_record(_Beside(worksheet, sheet, row), table)


class _Beside:
    """The cells beside one input."""

    def __init__(self, worksheet: Worksheet, sheet: SheetPlan, row: int) -> None:
        self._worksheet = worksheet
        self._sheet = sheet
        self.row = row

    def put(self, item: int, value: Any, role: str, number_format: str = "") -> None:
        """Fill one of them."""
        put(self._worksheet, self.row, self._sheet.beside(item), value, role, number_format)

    def __getitem__(self, item: int) -> str:
        return f"{get_column_letter(self._sheet.beside(item))}{self.row}"


def _beside_input(beside: _Beside, sheet: SheetPlan, placed: PlacedLine, entry: Entry) -> None:
    columns = entered_columns(sheet, placed)
    area, counted = (_stretch(beside.row, columns), _stretch(beside.row, columns))
    if sheet.scenarios and not entry.fixed:
        counted = _stretch(beside.row, [live_column(sheet, placed)])
    number_format = styles.number_format(placed.place.unit)
    beside.put(SOURCE, entry.source, "text")
    for item, swing in zip((SWING_LESS, SWING_MORE), entry.swing, strict=False):
        beside.put(item, swing, "input", styles.PERCENT)
    beside.put(NOTE, entry.note, "note")
    if entry.low is not None and entry.high is not None:
        beside.put(RANGE_LOW, entry.low, "input", number_format)
        beside.put(RANGE_HIGH, entry.high, "input", number_format)
        outside = f"({counted}<{beside[RANGE_LOW]})+({counted}>{beside[RANGE_HIGH]})"
        beside.put(OUTSIDE, f"=SUMPRODUCT({outside})", "calc", "0")
    bounds = validation.bounds(entry)
    if bounds is None:
        return
    low, high = bounds
    within = f"(COUNT({area})=COLUMNS({area}))"
    if low > -validation.ANY_NUMBER:
        within += f"*(MIN({area})>={beside[AT_LEAST]})"
        beside.put(AT_LEAST, low, "constant", number_format)
    if high is not None:
        within += f"*(MAX({area})<={beside[AT_MOST]})"
        beside.put(AT_MOST, high, "constant", number_format)
    beside.put(INVALID, f"=1-{within}", "calc", "0")


def _beside_record(beside: _Beside, table: PlacedTable) -> None:
    """Whether every number of a record is one, and within its bounds; a record without a name holds no numbers."""
    tests, cells = [], []
    for field, column in table.fields:
        bounds = None if field.formula else validation.bounds(field)
        if bounds is not None:
            cell = f"{get_column_letter(column)}{beside.row}"
            low, high = bounds
            cells.append(cell)
            tests.append(f"ISNUMBER({cell})")
            tests += [f"({cell}>={low:g})"] if low > -validation.ANY_NUMBER else []
            tests += [f"({cell}<={high:g})"] if high is not None else []
    if tests:
        name = f"{get_column_letter(LABEL)}{beside.row}"
        beside.put(INVALID, f'=IF({name}="",(COUNTA({",".join(cells)})>0)*1,1-{"*".join(tests)})', "calc", "0")


def _stretch(row: int, columns: Sequence[int]) -> str:
    """The cells of a row from the first of these columns to the last."""
    first, last = get_column_letter(columns[0]), get_column_letter(columns[-1])
    return f"{first}{row}" + (f":{last}{row}" if last != first else "")


# -- pictures, words, statuses -----------------------------------------------------------------------------------


def _picture_or_words(worksheet: Worksheet, plan: BookPlan, sheet: SheetPlan, placed: Placed) -> None:
    block = placed.block
    if isinstance(block, Charts):
        charts.add(worksheet, plan, block, placed.row)
    elif isinstance(block, Text):
        put(worksheet, placed.row, LABEL, block.title, "heading")
        for row, sentence in enumerate(block.sentences, start=placed.row + 1):
            text = resolve(sentence, Spot(sheet, row, VALUE)) if is_formula(sentence) else sentence
            put(worksheet, row, LABEL, styles.in_currency(text, plan.template.currency.code), "text")


def _break_pages(worksheet: Worksheet, sheet: SheetPlan) -> None:
    """Charts start on a new page, two rows fill it, and what stands behind the figures has its own."""
    pictures = [block for block in sheet.blocks if isinstance(block, PlacedOther) and isinstance(block.block, Charts)]
    behind = [later for earlier, later in pairwise(sheet.blocks) if earlier in pictures[1::2]]
    background = [block for block in sheet.blocks if getattr(block.block, "title", "") == BACKGROUND_TITLE]
    for row in sorted({block.row for block in (*pictures[::2], *behind, *background)}):
        if row > FIRST_ROW:
            worksheet.row_breaks.append(Break(id=row - 1))


def _status_areas(sheet: SheetPlan) -> list[str]:
    """Where lines and columns of tables say OK or not."""
    areas = []
    for place in sheet.places.values():
        if place.unit == "status":
            letter = get_column_letter(place.column)
            areas.append(f"{letter}{place.row}:{letter}{place.row + max(place.records, 1) - 1}")
    return areas


def _colour_statuses(worksheet: Worksheet, areas: list[str]) -> None:
    for area in areas:
        for word in styles.STATUS:
            rule = Rule(type="cellIs", operator="equal", dxf=styles.status_style(word), formula=[f'"{word}"'])
            worksheet.conditional_formatting.add(area, rule)
