"""The waterfall of a bridge: its steps as formulas on the tables, and the chart that draws them.

Bars lie, so that names of models have room; each bar's amount stands with its name, where no bar can cover it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils import get_column_letter as letter

from llmcost_xl.reprice.report.bridge import EFFECTS
from llmcost_xl.reprice.report.wording import digits_of
from llmcost_xl.reprice.sheet.canvas import plain
from llmcost_xl.workbook import chartlook
from llmcost_xl.workbook.charts import EMU_PER_PIXEL
from llmcost_xl.workbook.layout import Chart

if TYPE_CHECKING:
    from llmcost_xl.reprice.report.bridge import Bridge
    from llmcost_xl.reprice.sheet.canvas import Canvas

WIDTH, BAR, AROUND = 1050, 30, 110  # pixels: the chart, a bar of it, what stands above and below the bars
ROW: Final = 20  # pixels
LONGEST_LABEL: Final = 40
TITLES: Final = (
    "Step", "Change", "Bar from zero (flag)", "Level after", "Level before", "Gap above zero", "Gap below zero",
    "Bar above zero", "Bar below zero", "Spend", "Dearer", "Cheaper",
)  # fmt: skip
STACKED: Final = (6, 7, 10, 11, 12, 9)  # the columns that are series, from zero outwards; levels may fall below zero
HIDDEN: Final = (6, 7)
COLOURS: Final = {10: 0, 9: 0, 11: 1, 12: 3}  # spend, dearer, cheaper, in chartlook's order


class Written(NamedTuple):
    """A bridge on the sheet: the rows of all models and of all features, and the row that its chart begins in."""

    bridge: Bridge
    models: int
    features: int
    chart: int


def rows(bridge: Bridge) -> int:
    """How many rows of the sheet the chart covers."""
    return -(-_height(bridge) // ROW)


def write(canvas: Canvas, written: Written) -> None:
    """Write the steps here, and draw them over the tables that they rest on."""
    bridge = written.bridge
    canvas.header([f"{title}, {bridge.currency}" if title == "Change" else title for title in TITLES])
    first = canvas.row
    for label, change, stands in _steps(bridge, written.models):
        _step(canvas, label, change, stands, first, digits_of(bridge))
    _draw(canvas, bridge, first, canvas.row - 1, written.chart)
    canvas.row += 1


def _steps(bridge: Bridge, models: int) -> list[tuple[str, str, int]]:
    """The bars: label, formula of the change, and 1 for one that stands on zero."""
    bars = bridge.bars
    first, own = models - len(bridge.by_model), len(bars.rows)
    if bars.causes:
        columns = (letter(3 + list(EFFECTS).index(cause)) for cause in bars.causes)
        changes = [f"{column}{models}" for column in columns]
    else:
        changes = [f"I{first + number}" for number in range(own)]
        changes += [f"SUM(I{first + own}:I{models - 1})"] if bars.others else []
    steps = [(label, change, 0) for (label, _), change in zip(bars.changes, changes, strict=True)]
    return [("Before", f"B{models}", 1), *steps, ("After", f"H{models}", 1)]


def _step(canvas: Canvas, label: str, change: str, stands: int, first: int, digits: int) -> None:
    row = canvas.row
    money = f"#,##0.{'0' * digits}" if digits else "#,##0"
    sign = f'IF((C{row}=0)*(B{row}>0),"+","")'
    shown = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
    quoted = plain(shown).replace('"', '""')
    canvas.formula(1, f'"{quoted}  "&{sign}&FIXED(B{row},{digits})', "calc_text")
    canvas.formula(2, change, "calc", money)
    canvas.put(3, stands, "constant", "0")
    before = f"D{row - 1}" if row > first else "0"
    for column, formula in (
        (4, f"IF(C{row}=1,B{row},{before}+B{row})"),
        (5, f"(D{row}-B{row})*(1-C{row})"),
        (6, f"MAX(0,MIN(E{row},D{row}))"),
        (7, f"MIN(0,MAX(E{row},D{row}))"),
        (8, f"MAX(0,MAX(E{row},D{row}))-F{row}"),
        (9, f"MIN(0,MIN(E{row},D{row}))-G{row}"),
        (10, f"H{row}*C{row}"),
        (11, f"H{row}*(1-C{row})*(B{row}>0)"),
        (12, f"H{row}*(1-C{row})*(B{row}<0)"),
    ):
        canvas.formula(column, formula, "calc", money)
    canvas.row += 1


def _draw(canvas: Canvas, bridge: Bridge, first: int, last: int, above: int) -> None:
    chart: Any = BarChart()
    chartlook.bars(chart, "bars")
    chart.grouping, chart.overlap = "stacked", 100
    for column in STACKED:
        series = Series(Reference(canvas.sheet, min_col=column, min_row=first, max_row=last))
        series.tx = SeriesLabel(strRef=StrRef(f"'{canvas.sheet.title}'!${letter(column)}${first - 1}"))
        chart.series.append(series)
        if column in HIDDEN:
            chartlook.hide(series)
        else:
            chartlook.fill(series, COLOURS[column], as_step=False)
    chart.set_categories(Reference(canvas.sheet, min_col=1, min_row=first, max_row=last))
    look = Chart(bridge.title, "bars", ("before",), hidden=("gap",), y_title=bridge.currency)
    chartlook.dress(chart, look, ["USD" if digits_of(bridge) <= len("00") else "USD per query"])
    size = XDRPositiveSize2D(WIDTH * EMU_PER_PIXEL, _height(bridge) * EMU_PER_PIXEL)
    chart.anchor = OneCellAnchor(_from=AnchorMarker(col=0, row=above - 1), ext=size)
    canvas.sheet.add_chart(chart)
    canvas.charts.append((bridge.title, f"Waterfall from spend before to spend after, in {bridge.currency}."))


def _height(bridge: Bridge) -> int:
    return AROUND + BAR * (len(bridge.bars.changes) + 2)
