"""The sheet "Price change": a report inside the workbook, in the house style, with formulas that check it and charts.

openpyxl writes it into a workbook of its own, from where its parts go into the user's file (`ooxml.newsheet`). That
file itself never passes through openpyxl.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.pagebreak import Break

from llmcost_xl.ooxml import BookFile
from llmcost_xl.ooxml.newsheet import with_sheet
from llmcost_xl.reprice.bridge import EFFECTS, EXACT, METHODS
from llmcost_xl.reprice.pricetables import COLUMNS, SHARE, Writing
from llmcost_xl.reprice.telling import told_in_short
from llmcost_xl.reprice.wording import decimals
from llmcost_xl.workbook import chartlook, frame, styles
from llmcost_xl.workbook.charts import EMU_PER_PIXEL
from llmcost_xl.workbook.layout import Chart
from llmcost_xl.workbook.package import package
from llmcost_xl.workbook.writer import put

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.ooxml import SheetFile
    from llmcost_xl.reprice.bridge import Bridge, Row
    from llmcost_xl.reprice.report import Report

NAME: Final = "Price change"
TITLE: Final = "Price change: "
"""How its first cell begins, by which the sheet is known again."""

NOTE: Final = "Made by llmcost-xl reprice, and made anew by the next: keep remarks elsewhere."
FIRST_WIDTH, WIDTH = 46.0, 16.0
CHART_WIDTH, CHART_HEIGHT, CHART_ROWS = 900, 340, 18
STEPS: Final = (
    "Step", "Change", "Bar from zero (flag)", "Level after", "Level before", "Gap above zero", "Gap below zero",
    "Bar above zero", "Bar below zero", "Spend", "Dearer", "Cheaper",
)  # fmt: skip
DRAWN: Final = (6, 10, 11, 12, 7, 9)  # the columns of a waterfall that are series; levels may fall below zero
HIDDEN: Final = (6, 7)
LABELS: Final = {10: "#,##0;;;", 11: "+#,##0;;;", 12: "-#,##0;;;", 9: ";-#,##0;;"}
LABELS_IN_CENTS: Final = {10: "#,##0.00;;;", 11: "+#,##0.00;;;", 12: "-#,##0.00;;;", 9: ";-#,##0.00;;"}
WHOLE: Final = 1_000
"""From this spend on, the chart's labels leave the cents out."""

MOST_STEPS: Final = 8
"""Models with a bar of their own in a waterfall; the others share one."""


def added(report: Report, content: bytes) -> bytes:
    """A workbook's file with the sheet; the one of an earlier run gives way to it.

    Raises:
        RefusedError: the structure of the workbook is protected.
    """
    book = BookFile.read(content)
    name = _name(book)
    return with_sheet(book, made(report, name), name)


def _name(book: BookFile) -> str:
    """What to call the sheet: as the one of an earlier run, and as none of somebody else's."""
    taken = {sheet.name.lower(): sheet for sheet in book.sheets}
    everything = {entry.name.lower() for entry in book.structure.sheets}
    for name in (NAME, *(f"{NAME} ({number})" for number in range(2, len(everything) + 3))):
        if name.lower() not in everything or (name.lower() in taken and _is_ours(taken[name.lower()])):
            return name
    raise AssertionError  # there are more names than sheets


def _is_ours(sheet: SheetFile) -> bool:
    first = next(sheet.cells(), None)
    return first is not None and first.where == (1, 1) and str(first.value).startswith(TITLE)


def made(report: Report, name: str = NAME) -> bytes:
    """A workbook that holds nothing but the sheet."""
    book = Workbook()
    styles.register(book)
    sheet = book.worksheets[0]
    sheet.title = name
    writing = _Writing(sheet, report)
    writing.write()
    frame.set_up(sheet, report.title or report.name, name)
    sheet.sheet_view.tabSelected = False
    return package(book, report.dates[1], [writing.texts] if writing.texts else [])


class _Writing(Writing):
    """The sheet in the making, from top to bottom."""

    def __init__(self, sheet: Worksheet, report: Report) -> None:
        super().__init__(sheet, report)
        self._statuses: list[str] = []
        self.texts: list[tuple[str, str]] = []  # of the charts: title, description

    def write(self) -> None:
        """Write all of it."""
        for column in range(1, COLUMNS + 1):
            self._sheet.column_dimensions[letter(column)].width = WIDTH if column > 1 else FIRST_WIDTH
        self._put(1, f"{TITLE}{self._report.title or self._report.name}", "title")
        self._line(NOTE, "purpose", row=2)
        checked = 3
        self._row = 5
        self._heading("In words")
        for sentence in told_in_short(self._report):
            self._line(sentence, "text")
        for bridge in self._report.bridges:
            self._bridge(bridge)
        for part in (self._replays, self._figures, self._prices, self._left, self._notes):
            part()
        self._check(checked)

    # -- bridges -------------------------------------------------------------------------------------------------------

    def _bridge(self, bridge: Bridge) -> None:
        self._heading(f"{bridge.title}, in {bridge.currency}, {METHODS[bridge.method]}")
        models = self._rows("Model", bridge.by_model, bridge)
        self._row += 1
        features = self._rows("Feature", bridge.by_feature, bridge)
        self._row += 1
        self._agreement(models, features)
        self._row += 1
        self._waterfall(bridge, models)

    def _rows(self, what: str, rows: list[Row], bridge: Bridge) -> int:
        """A table of features or models, which says of each row what is not explained; the row of its totals."""
        names = [label.partition(",")[0] for label in EFFECTS.values()]
        titles = (what, "Before", *names, "After", "Change", "Change, %", "Not explained", "State")
        self._header(titles, [title not in (what, "State") for title in titles])
        money, first = _format(bridge), self._row
        for row in rows:
            self._put(1, row.name, "calc_text")
            for column, value in enumerate((row.before, *row.effects[: len(EFFECTS)], row.after), start=2):
                self._put(column, value, "constant", money)
            self._changes(money)
            self._put(12, row.state, "calc_text")
            self._row += 1
        self._put(1, "All", "total_label")
        for column in range(2, 9):
            self._formula(column, f"SUM({letter(column)}{first}:{letter(column)}{self._row - 1})", "output", money)
        self._changes(money, "output")
        self._row += 1
        return self._row - 1

    def _changes(self, money: str, role: str = "calc") -> None:
        """What follows from spend before and after: the change, and what of it no cause explains."""
        row = self._row
        self._formula(9, f"H{row}-B{row}", role, money)
        self._formula(10, f'IF(B{row}=0,"n/a",I{row}/B{row})', role, SHARE)
        self._formula(11, f"I{row}-SUM(C{row}:G{row})", role, money)

    def _agreement(self, models: int, features: int) -> None:
        """Whether everything is explained, by model and by feature."""
        for label, formula, role, number_format in (
            ("Counts as nothing, as a fraction of spend", EXACT, "constant", "0E+00"),
            ("Counts as nothing", f"=MAX(B{models},H{models})*B{self._row}", "calc", "0.0E+00"),
            ("Not explained, all models", f"=ABS(K{models})", "calc", "0.0E+00"),
            ("Not explained, all features", f"=ABS(K{features})", "calc", "0.0E+00"),
            ("By model less by feature", f"=ABS(B{models}-B{features})+ABS(H{models}-H{features})", "calc", "0.0E+00"),
        ):
            self._put(1, label, "label")
            put(self._sheet, self._row, 2, formula, role, number_format)
            self._row += 1
        last = self._row - 1
        self._put(1, "Residual check", "total_label")
        self._formula(2, f'IF(MAX(B{last - 2}:B{last})<=B{last - 3},"OK","FAIL")', "status")
        self._statuses.append(f"B{self._row}")
        self._row += 1

    def _check(self, row: int) -> None:
        """At the top, what all checks say together."""
        self._put(1, "Residual check", "label", row=row)
        value = "not known"
        if self._statuses:
            agreed = ",".join(f'{cell}="OK"' for cell in self._statuses)
            value = f'=IF(AND({agreed}),"OK","FAIL")'
        put(self._sheet, row, 2, value, "status")
        for cell in (f"B{row}", *self._statuses):
            for word in styles.STATUS:
                rule = Rule(type="cellIs", operator="equal", dxf=styles.status_style(word), formula=[f'"{word}"'])
                self._sheet.conditional_formatting.add(cell, rule)

    # -- waterfalls ----------------------------------------------------------------------------------------------------

    def _waterfall(self, bridge: Bridge, models: int) -> None:
        """The steps from before to after as formulas, and the chart that draws them: together on a page."""
        self._sheet.row_breaks.append(Break(id=self._row - 1))
        self._header(STEPS, [title != "Step" for title in STEPS])
        head, first = self._row - 1, self._row
        for label, change, stands in _steps(bridge, models):
            self._step(label, change, stands, first, _format(bridge))
        self._chart(bridge, head, first, self._row - 1)
        self._sheet.row_breaks.append(Break(id=self._row))

    def _step(self, label: str, change: str, stands: int, first: int, money: str) -> None:
        row = self._row
        self._put(1, label, "calc_text")
        self._formula(2, change, "calc", money)
        self._put(3, stands, "constant", "0")
        for column, formula in (
            (4, f"SUM(B${first}:B{row})"),
            (5, f"(D{row}-B{row})*(1-C{row})"),
            (6, f"MAX(0,MIN(E{row},D{row}))"),
            (7, f"MIN(0,MAX(E{row},D{row}))"),
            (8, f"MAX(0,MAX(E{row},D{row}))-F{row}"),
            (9, f"MIN(0,MIN(E{row},D{row}))-G{row}"),
            (10, f"H{row}*C{row}"),
            (11, f"H{row}*(1-C{row})*(B{row}>0)"),
            (12, f"H{row}*(1-C{row})*(B{row}<0)"),
        ):
            self._formula(column, formula, "calc", money)
        self._row += 1

    def _chart(self, bridge: Bridge, head: int, first: int, last: int) -> None:
        chart: Any = BarChart()
        chartlook.bars(chart, "stacked")
        visible = 0
        for column in DRAWN:
            series = Series(Reference(self._sheet, min_col=column, min_row=first, max_row=last))
            series.tx = SeriesLabel(strRef=StrRef(f"'{self._sheet.title}'!${letter(column)}${head}"))
            chart.series.append(series)
            if column in HIDDEN:
                chartlook.hide(series)
            else:
                chartlook.fill(series, visible, as_step=True)
                visible += 1
                series.dLbls.numFmt = LABELS[column] if bridge.total.before >= WHOLE else LABELS_IN_CENTS[column]
        chart.set_categories(Reference(self._sheet, min_col=1, min_row=first, max_row=last))
        look = Chart(bridge.title, "stacked", ("before",), hidden=("gap",), y_title=bridge.currency)
        chartlook.dress(chart, look, ["USD" if bridge.total.before >= WHOLE else "USD per query"])
        start = AnchorMarker(col=0, row=self._row)
        size = XDRPositiveSize2D(CHART_WIDTH * EMU_PER_PIXEL, CHART_HEIGHT * EMU_PER_PIXEL)
        chart.anchor = OneCellAnchor(_from=start, ext=size)
        self._sheet.add_chart(chart)
        self.texts.append((bridge.title, f"Waterfall from spend before to spend after, in {bridge.currency}."))
        self._row += CHART_ROWS


def _steps(bridge: Bridge, models: int) -> list[tuple[str, str, int]]:
    """The bars: label, formula of the change, and 1 for one that stands on zero; `models` is the row of all models.

    By cause; where only prices moved, by model.
    """
    rows = bridge.by_model
    first = models - len(rows)
    if bridge.is_same_usage and len(rows) > 1:
        shown = rows[:MOST_STEPS]
        steps = [(row.name, f"I{first + number}", 0) for number, row in enumerate(shown)]
        if rows[MOST_STEPS:]:
            steps.append((f"{len(rows) - MOST_STEPS} others", f"SUM(I{first + MOST_STEPS}:I{models - 1})", 0))
    else:
        labels = (label.partition(",")[0] for label in EFFECTS.values())
        steps = [(label, f"{letter(3 + number)}{models}", 0) for number, label in enumerate(labels)]
    return [("Before", f"B{models}", 1), *steps, ("After", "0", 1)]


def _format(bridge: Bridge) -> str:
    """Cents, or more decimals where cents are much."""
    return f"#,##0.{'0' * decimals(max(bridge.total.before, bridge.total.after))}"
