"""The sheet of one group of worked calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from llmcost_xl.workbook import frame, styles
from llmcost_xl.workbook.worked.block import LABEL, NAME, UNIT, VALUE, VALUE_WIDTH, Block, Written
from llmcost_xl.workbook.writer import put

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.workbook.worked import Part

WIDTHS: Final = {LABEL: 34.0, NAME: 25.0, UNIT: 25.0}
FEWEST_VALUES: Final = 8  # columns, so that what is said of a call has room beside it
HEADER_ROW: Final = 4
ROWS_ON_PAPER: Final = 44


def write_part(book: Workbook, part: Part, title: str, front: str) -> list[Written]:
    """Add the sheet of one group of calls; `front` is the sheet that lists all."""
    worksheet = book.create_sheet(part.sheet)
    last = _last_column(part)
    for column in range(1, last + 1):
        worksheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(column, VALUE_WIDTH)
    _header(worksheet, part, front, last)
    written: list[Written] = []
    row, page_from = HEADER_ROW + 1, 0
    for call in part.calls:
        done = Block(worksheet, call, row, last).write()
        if written and done.last_row - page_from > ROWS_ON_PAPER:
            worksheet.row_breaks.append(Break(id=row - 1))
            page_from = row - HEADER_ROW - 1  # the header is printed again
        written.append(done)
        row = done.last_row + 2
    worksheet.freeze_panes = worksheet.cell(HEADER_ROW + 1, UNIT).coordinate
    frame.set_up(worksheet, title, part.sheet, header_row=HEADER_ROW)
    worksheet.protection.sheet = False  # formulas may have to be entered anew
    return written


def _last_column(part: Part) -> int:
    """The column up to which the sheet is coloured and printed."""
    wide = max((len(row) for call in part.calls for given in call.given for row in given.cells), default=1)
    return VALUE + max(FEWEST_VALUES, wide) - 1


def _header(worksheet: Worksheet, part: Part, front: str, last: int) -> None:
    put(worksheet, 1, LABEL, part.title, "title")
    link = put(worksheet, 2, LABEL, f"Back to {front}", "text")
    link.hyperlink = f"#'{front}'!A1"
    link.style = styles.style_name("sheet_link")
    for column in range(LABEL, last + 1):
        put(worksheet, HEADER_ROW, column, None, "header")
    for column, heading in ((LABEL, "Argument"), (NAME, "Name"), (UNIT, "Unit"), (VALUE, "Value")):
        put(worksheet, HEADER_ROW, column, heading, "header" if column == VALUE else "header_left")
