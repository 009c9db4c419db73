"""A workbook of worked calls: its front, and the whole file."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties

from llmcost_xl import __version__
from llmcost_xl.workbook import frame, styles
from llmcost_xl.workbook.package import package
from llmcost_xl.workbook.values import with_values
from llmcost_xl.workbook.worked.block import LINE_HEIGHT, NOT_LOADED, colour_checks
from llmcost_xl.workbook.worked.sheet import write_part
from llmcost_xl.workbook.writer import put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.workbook.worked import Part, WorkedBook
    from llmcost_xl.workbook.worked.block import Written

FRONT: Final = "Functions"
COLUMNS: Final = (("Function", 30.0), ("What it answers", 98.0), ("Unit", 30.0), ("Result", 17.0), ("Expected", 17.0),
                  ("Check", 13.0))  # fmt: skip
NAME, PURPOSE, UNIT, RESULT, EXPECTED, CHECK = range(1, 7)
LETTERS_ON_A_LINE: Final = 112
LETTERS_TO_A_WIDTH: Final = 1.1
SHOWN_OF_A_TEXT: Final = 12
SUMMARY_ROW: Final = 3
HOW_TO_USE: Final = "How to use it"


def built(description: WorkedBook, register: Callable[[Any], None]) -> bytes:
    """The file, with a value in every cell; `register` makes the functions known to the engine."""
    book = Workbook()
    styles.register(book)
    book.calculation = CalcProperties(calcMode="auto", fullCalcOnLoad=True, iterate=False)
    front = book.worksheets[0]
    front.title = FRONT
    parts = [(part, write_part(book, part, description.title, FRONT)) for part in description.parts]
    _write_front(front, description, parts)
    frame.describe(
        book,
        name=description.name,
        title=description.title,
        purpose=description.purpose,
        version=__version__,
        day=description.day,
    )
    day = dt.date.fromisoformat(description.day)
    return package(book, day, [], lambda content: with_values(content, register))


def _write_front(sheet: Worksheet, description: WorkedBook, parts: list[tuple[Part, list[Written]]]) -> None:
    for column, (_, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    put(sheet, 1, NAME, description.title, "title")
    put(sheet, 2, NAME, description.purpose, "purpose")
    steps = [f"{number}. {step}" for number, step in enumerate(description.steps, start=1)]
    row = _texts(sheet, SUMMARY_ROW + 2, HOW_TO_USE, steps)
    row = header = _texts(sheet, row, "Where the figures come from", description.basis)
    for column, (heading, _) in enumerate(COLUMNS, start=1):
        put(sheet, row, column, heading, "header_left" if column <= UNIT else "header")
    for part, calls in parts:
        row += 1
        _band(sheet, row, part.title)
        for written in calls:
            row += 1
            _list(sheet, row, part.sheet, written)
    checks = f"{get_column_letter(CHECK)}{header + 1}:{get_column_letter(CHECK)}{row}"
    count = sum(len(calls) for _, calls in parts)
    put(sheet, SUMMARY_ROW, NAME, f'=COUNTIF({checks},"OK")&" of {count} examples agree"', "heading")
    absent = f'COUNTIF({checks},"{NOT_LOADED}")'
    put(
        sheet,
        SUMMARY_ROW,
        PURPOSE,
        f'=IF({absent}>0,{absent}&" functions are not loaded here: see {HOW_TO_USE}, below","")',
        "text",
    )
    colour_checks(sheet, checks)
    frame.set_up(sheet, description.title, FRONT, header_row=header)
    sheet.protection.sheet = False
    sheet.print_title_rows = f"{header}:{header}"
    sheet.freeze_panes = sheet.cell(SUMMARY_ROW + 1, PURPOSE).coordinate


def _texts(sheet: Worksheet, row: int, title: str, texts: Sequence[str]) -> int:
    """Texts under a title, over the whole width; the row from which to go on."""
    _band(sheet, row, title)
    for below, text in enumerate(texts, start=1):
        _wrapped(sheet, row + below, NAME, text, "text", until=CHECK)
    return row + len(texts) + 2


def _list(sheet: Worksheet, row: int, part: str, written: Written) -> None:
    """One line of the list: a link to the example, and what it shows there."""
    call = written.call
    link = put(sheet, row, NAME, call.name, "text")
    link.hyperlink = f"#'{part}'!{written.top}"
    link.style = styles.style_name("sheet_link")
    _wrapped(sheet, row, PURPOSE, call.purpose, "text")
    cells = sum(map(len, call.expected))
    put(sheet, row, UNIT, f"{call.unit}, first of {cells}" if cells > 1 else call.unit, "unit")
    text = isinstance(call.expected[0][0], str)
    number_format = "" if text else styles.number_format(call.unit or "any")
    for column, cell in ((RESULT, written.result), (EXPECTED, written.expected)):
        source = f"{part}!{cell}"
        long = text and len(call.expected[0][0]) > SHOWN_OF_A_TEXT
        formula = f'=LEFT({source},{SHOWN_OF_A_TEXT})&"..."' if long else f"={source}"
        put(sheet, row, column, formula, "output" if column == RESULT else "constant", number_format)
    put(sheet, row, CHECK, f"={part}!{written.check}", "status")


def _band(sheet: Worksheet, row: int, text: str) -> None:
    for column in range(1, len(COLUMNS) + 1):
        put(sheet, row, column, text if column == 1 else None, "heading")


def _wrapped(sheet: Worksheet, row: int, column: int, text: str, role: str, until: int = 0) -> None:
    """A text in as many lines as it needs; in the cells of a row merged `until` a column."""
    cell = put(sheet, row, column, text, role)
    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    room: float = LETTERS_ON_A_LINE
    if until:
        sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=until)
        room = sum(width for _, width in COLUMNS) * LETTERS_TO_A_WIDTH
    sheet.row_dimensions[row].height = LINE_HEIGHT * (1 + int(len(text) / room))
