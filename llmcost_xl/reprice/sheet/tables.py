"""The plain tables of the sheet: replays, figures, the prices behind the change, and those that did not change."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter as letter

from llmcost_xl.quantities import UNITS
from llmcost_xl.reprice.prices import LEFT, OPEN
from llmcost_xl.reprice.report import behind
from llmcost_xl.reprice.report.wording import NOT_KNOWN
from llmcost_xl.reprice.sheet.bridges import SHARE, money_of
from llmcost_xl.reprice.telling.prices import ELSEWHERE, sources, state_of
from llmcost_xl.reprice.telling.told import label_of, unit_of
from llmcost_xl.workbook import styles

if TYPE_CHECKING:
    from llmcost_xl.reprice.report import Report
    from llmcost_xl.reprice.report.behind import PriceRow
    from llmcost_xl.reprice.sheet.canvas import Canvas

PRICE: Final = "#,##0.00####"
DAY: Final = "yyyy-mm-dd"
REASON: Final = 90  # characters that fit on the columns from the one of the reason on


def _money(report: Report) -> str:
    return money_of(report.bridges[0]) if report.bridges else "#,##0.00"


def replays(canvas: Canvas, report: Report) -> None:
    """Actual usage as it was billed, at the prices before and at the candidate prices."""
    if not report.replays:
        return
    currency = report.bridges[0].currency if report.bridges else ""
    canvas.heading(f"Three replays of actual usage, in {currency}: as billed, at prices before, at candidate prices")
    canvas.header(("Model", "As recorded", "At prices before", "At candidate prices", "Candidate less before"))
    first, money = canvas.row, _money(report)
    for one in report.replays:
        canvas.text(1, one.model)
        for column, value in enumerate(one[1:], start=2):
            canvas.put(column, NOT_KNOWN if value is None else value, "constant", money)
        row = canvas.row
        canvas.formula(5, f'IF(COUNT(C{row}:D{row})=2,D{row}-C{row},"{NOT_KNOWN}")', "calc", money)
        canvas.row += 1
    canvas.text(1, "All", "total_label")
    for column in range(2, 6):
        area = f"{letter(column)}{first}:{letter(column)}{canvas.row - 1}"
        canvas.formula(column, f'IF(COUNT({area})=ROWS({area}),SUM({area}),"{NOT_KNOWN}")', "output", money)
    canvas.row += 1


def figures(canvas: Canvas, report: Report) -> None:
    """What became of the figures that the workbook reports."""
    changed = [one for one in report.figures if one.is_changed]
    if not changed:
        return
    canvas.heading("Figures of this workbook that changed")
    canvas.header(("Figure", "Before", "After", "Unit"), in_words=("Unit",))
    for one in changed:
        canvas.text(1, label_of(one))
        for column, value in ((2, one.before), (3, one.after)):
            if isinstance(value, str):
                canvas.text(column, value, "constant")
            else:
                canvas.put(column, value, "constant", _number_format(one.unit))
        canvas.text(4, unit_of(one), "unit")
        canvas.row += 1


def prices(canvas: Canvas, report: Report) -> None:
    """The price rows behind the change; what they do to spend comes to what price does in the bridge."""
    rows = report.prices
    if not rows:
        return
    bridge = report.bridges[0] if report.bridges else None
    keys = {source: f"[{number}]" for number, source in enumerate(sources(report), start=1)}
    spend = f"Spend, {bridge.currency}" if bridge else "Spend"
    canvas.heading("Prices behind it, those that move most money first; sources are listed in the notes")
    canvas.header(("Model", "Component", "Before", "After", "Change, %", spend, "In force from", "Source", "Cell", "",
                   "In", ""), in_words=("Component", "Source", "Cell", "In"))  # fmt: skip
    first = canvas.row
    for one in rows:
        _price(canvas, one, keys, _money(report))
    if bridge is None:
        return
    left = behind.elsewhere(bridge, rows)
    if left:
        canvas.text(1, ELSEWHERE)
        canvas.put(6, left, "constant", _money(report))
        canvas.row += 1
    canvas.text(1, "All", "total_label")
    canvas.formula(6, f"SUM(F{first}:F{canvas.row - 1})", "output", _money(report))
    canvas.row += 1


def _price(canvas: Canvas, one: PriceRow, keys: dict[str, str], money: str) -> None:
    row, at, state = one.row, canvas.row, state_of(one)
    place = f"{row.sheet}!{row.cell}" + (f", {state}" if state else "")
    for column, text in ((1, row.model), (2, one.what), (8, keys.get(row.source, ""))):
        canvas.text(column, text)
    for column, text in ((9, place), (11, one.unit)):
        canvas.text(column, text, "text")
    for column, value, number_format in (
        (3, NOT_KNOWN if row.old is None else row.old, PRICE),
        (4, NOT_KNOWN if row.new is None else row.new, PRICE),
        (6, NOT_KNOWN if one.effect is None else one.effect, money),
        (7, row.effective or "not stated", DAY),
    ):
        canvas.put(column, value, "constant", number_format)
    canvas.formula(5, f'IF(COUNT(C{at}:D{at})<2,"n/a",IF(C{at}=0,"n/a",D{at}/C{at}-1))', "calc", SHARE)
    canvas.row += 1


def not_changed(canvas: Canvas, report: Report) -> None:
    """The prices that stayed, and why."""
    rows = [row for row in report.plan.rows if row.kind in (LEFT, *OPEN)]
    if not rows:
        return
    canvas.heading("Prices not changed: left alone, without room, unknown or not understood")
    canvas.header(("Model", "Component", "Stays at", "Kind", "Cell", "Why", *[""] * 6),
                  in_words=("Component", "Kind", "Cell", "Why"))  # fmt: skip
    for row in rows:
        first, *more = textwrap.wrap(row.reason, REASON) or [""]
        for column, text in ((1, row.model), (2, row.component), (4, row.kind), (5, f"{row.sheet}!{row.cell}")):
            canvas.text(column, text)
        canvas.put(3, row.old, "constant", PRICE)
        canvas.text(6, first, "text")
        canvas.row += 1
        for line in more:
            canvas.text(6, line, "text")
            canvas.row += 1


def _number_format(unit: str) -> str:
    """The house's format of a unit, whatever the currency."""
    known = next((one for one in UNITS if unit and unit.replace(unit[:3], "USD", 1) == one), unit)
    return styles.number_format(known) if known in UNITS else styles.MIXED
