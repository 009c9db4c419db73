"""A block of the sheet from top to bottom: title and check, the change in words, bridges, tables, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.pagebreak import Break

from llmcost_xl.reprice.sheet import bridges, tables, waterfall
from llmcost_xl.reprice.sheet.canvas import COLUMNS, Canvas
from llmcost_xl.reprice.telling.told import label_of, points, told_in_short
from llmcost_xl.workbook import frame, styles
from llmcost_xl.workbook.package import package

if TYPE_CHECKING:
    from llmcost_xl.reprice.report import Report

TITLE: Final = "Price change: "
"""How the first cell begins, by which the sheet is known again, with the note below it."""

NOTE: Final = "Made by llmcost-xl reprice. The next price change goes below; nothing here is written over."
LEAST_FIRST, MOST_FIRST, LEAST_WIDTH = 42.0, 64.0, 14.0


def made(report: Report, name: str, row: int = 1) -> bytes:
    """A workbook that holds nothing but the block, from a row on of a sheet of this name."""
    book = Workbook()
    styles.register(book)
    sheet = book.worksheets[0]
    sheet.title = name
    canvas = Canvas(sheet, row)
    _write(canvas, report)
    frame.set_up(sheet, report.title or report.name, name)
    sheet.sheet_view.tabSelected = False
    return package(book, report.dates[1], [canvas.charts] if canvas.charts else [])


def _write(canvas: Canvas, report: Report) -> None:
    for column in range(1, COLUMNS + 1):
        canvas.sheet.column_dimensions[letter(column)].width = _first_width(report) if column == 1 else _width(report)
    if canvas.row > 1:
        canvas.sheet.row_breaks.append(Break(id=canvas.row - 1))
    canvas.line(f"{TITLE}{report.title or report.name}", "title")
    canvas.line(NOTE, "purpose")
    checked = canvas.row
    canvas.row += 1
    canvas.heading("In words")
    canvas.words(told_in_short(report))
    written = [bridges.write(canvas, bridge, is_first=not number) for number, bridge in enumerate(report.bridges)]
    canvas.new_page()
    for write in (tables.replays, tables.figures, tables.prices, tables.not_changed):
        write(canvas, report)
    canvas.heading("Notes")
    canvas.words(points(report))
    if written:
        canvas.new_page()
        canvas.heading("Behind the check and the charts")
    statuses = []
    for one in written:
        statuses.append(bridges.check(canvas, one))
        waterfall.write(canvas, one)
    _check(canvas, checked, statuses)


def _first_width(report: Report) -> float:
    """Room for the longest name of a model, a feature or a figure, within reason."""
    names = [row.name for bridge in report.bridges for row in (*bridge.by_model, *bridge.by_feature)]
    labels = [label_of(one) for one in report.figures if one.is_changed]
    return min(MOST_FIRST, max(LEAST_FIRST, *(len(text) + 2.0 for text in (*names, *labels, ""))))


def _width(report: Report) -> float:
    """Room for the largest amount."""
    amounts = [abs(amount) for bridge in report.bridges for row in (bridge.total, *bridge.by_model, *bridge.by_feature)
               for amount in (row.before, row.after, *row.effects)]  # fmt: skip
    return max(LEAST_WIDTH, len(f"{max(amounts, default=0):,.2f}") + 4)


def _check(canvas: Canvas, row: int, statuses: list[str]) -> None:
    """At the top, what all checks say together."""
    canvas.put(1, "Residual check", "label", row=row)
    agreed = ",".join(f'{cell}="OK"' for cell in statuses)
    canvas.put(2, f'=IF(AND({agreed}),"OK","FAIL")' if statuses else "not known", "status", row=row)
    for cell in (f"B{row}", *statuses):
        for word in styles.STATUS:
            rule = Rule(type="cellIs", operator="equal", dxf=styles.status_style(word), formula=[f'"{word}"'])
            canvas.sheet.conditional_formatting.add(cell, rule)
