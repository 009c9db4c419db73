"""How charts look: colours that differ in grey too, dashes, markers, titles, axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from openpyxl.chart import Reference
from openpyxl.chart.data_source import NumFmt
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)

from llmcost_xl.quantities import UNITS
from llmcost_xl.workbook import styles

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Chart

LINE_WIDTH: Final = 22225  # 1.75 pt in EMU
TITLE_SIZE, AXIS_TITLE_SIZE, LABEL_SIZE = 1300, 1000, 900  # hundredths of a point
MARKER_SIZE: Final = 10
MOST_LABELS: Final = 10
MOST_NAMES: Final = 16  # of lying bars; the names of more are smaller
SMALL_NAMES: Final = 800
LOG_BASE: Final = 10
DASHES: Final = ("solid", "dash", "sysDot", "dashDot", "lgDash", "sysDash", "lgDashDot", "lgDashDotDot")
SYMBOLS: Final = ("diamond", "square", "triangle", "circle", "x", "star", "plus")
STEP_FORMAT: Final = "#,##0;-#,##0;;"  # a step that is not there has no label
LYING: Final = ("bars", "tornado")
GRIDLINE: Final = "D9D9D9"
TEXT: Final = "404040"


def stroke(series: Any, number: int) -> None:
    """Draw a line without markers."""
    line = LineProperties(
        solidFill=styles.SERIES[number % len(styles.SERIES)], w=LINE_WIDTH, prstDash=DASHES[number % len(DASHES)]
    )
    series.graphicalProperties = GraphicalProperties(ln=line)
    series.marker.symbol = "none"
    series.smooth = False


def point(series: Any, number: int) -> None:
    """Draw a marker without a line."""
    series.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    series.marker.symbol, series.marker.size = SYMBOLS[number], MARKER_SIZE
    series.marker.graphicalProperties = GraphicalProperties(solidFill=styles.SERIES[number])


def bars(chart: Any, kind: str) -> None:
    """Upright or lying bars, side by side or stacked."""
    chart.type = "bar" if kind in LYING else "col"
    chart.gapWidth = 60
    if kind == "stacked":
        chart.grouping, chart.overlap = "stacked", 100
    elif kind == "tornado":
        chart.overlap = 100
    if chart.type == "bar":
        chart.x_axis.scaling.orientation = "maxMin"  # the first category on top
        chart.x_axis.tickLblSkip = 1  # every bar has its name
        chart.y_axis.crosses = "max"  # and the figures below


def fill(series: Any, number: int, *, as_step: bool) -> None:
    """Fill bars; the steps of a waterfall are light and carry their figures."""
    series.invertIfNegative = False
    fills = styles.STEPS if as_step else styles.SERIES
    series.graphicalProperties = GraphicalProperties(solidFill=fills[number % len(fills)])  # and from the start
    if as_step:
        series.dLbls = _figures()


def shade(series: Any, number: int) -> None:
    """Fill columns so lightly that lines and gridlines show over them."""
    series.invertIfNegative = False
    series.graphicalProperties = GraphicalProperties(solidFill=styles.SHADES[number])


def thin_labels(chart: Any) -> None:
    """Label so few points of the horizontal axis that their labels stand side by side."""
    chart.x_axis.tickLblSkip = chart.x_axis.tickMarkSkip = max(1, (_points(chart) - 1) // MOST_LABELS)


def _points(chart: Any) -> int:
    """How many categories a chart has."""
    cells = Reference(range_string=chart.series[0].cat.numRef.f)
    return 1 + max(cells.max_row - cells.min_row, cells.max_col - cells.min_col)


def hide(series: Any) -> None:
    """Keep a series that only holds others up out of sight."""
    series.invertIfNegative = False
    series.graphicalProperties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))


def dress(chart: Any, description: Chart, units: list[str]) -> None:
    """Title, legend and axes; `units` are those of the values and, on a scatter chart, of the horizontal axis."""
    chart.title = _title(description.title, TITLE_SIZE)
    chart.legend.position = "b"
    chart.legend.overlay = False
    chart.legend.legendEntry = [
        LegendEntry(idx=number, delete=True) for number, series in enumerate(chart.series) if _is_point(series)
    ]
    if description.hidden or (len(chart.series) == 1 and not description.shaded):
        chart.legend = None  # the categories name every bar, the title and the axis a single series
    for axis, text in ((chart.x_axis, description.x_title), (chart.y_axis, description.y_title)):
        axis.delete = False
        axis.title = _title(text, AXIS_TITLE_SIZE) if text else None
        axis.txPr = _text(LABEL_SIZE, bold=False)
        axis.tickLblPos = "low"
    if description.kind in LYING:
        chart.y_axis.tickLblPos = "nextTo"  # below the last category, where the axis is
        if _points(chart) > MOST_NAMES:
            chart.x_axis.txPr = _text(SMALL_NAMES, bold=False)
    chart.x_axis.majorGridlines = None
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRIDLINE))
    chart.y_axis.numFmt = _axis_format(units[0])
    if description.kind == "scatter":
        chart.x_axis.numFmt = _axis_format(units[-1])
        if description.logarithmic:
            _logarithmic(chart)
        if description.x_max is not None:
            chart.x_axis.scaling.min, chart.x_axis.scaling.max = 0, description.x_max
    if description.from_zero:
        chart.y_axis.scaling.min = 0
    if description.y_max is not None:
        chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, description.y_max
    chart.display_blanks = "gap"
    chart.roundedCorners = False


def _logarithmic(chart: Any) -> None:
    """Powers of ten at equal distances, and the axes where the smallest figures are."""
    for axis in (chart.x_axis, chart.y_axis):
        axis.scaling.logBase = LOG_BASE
        axis.crosses = "min"
        axis.numFmt = NumFmt("General", sourceLinked=False)


def _axis_format(unit: str) -> NumFmt:
    if unit.startswith("fraction"):
        return NumFmt("0%", sourceLinked=False)
    is_small = UNITS.get(unit, "").startswith("0.0") or ".0000" in UNITS.get(unit, "")
    return NumFmt("General" if is_small else "#,##0", sourceLinked=False)


def _is_point(series: Any) -> bool:
    """Whether a series is a single point, which the axis' title explains."""
    line = series.graphicalProperties.line if series.graphicalProperties else None
    return series.marker is not None and line is not None and bool(line.noFill)


def _figures() -> DataLabelList:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = labels.showBubbleSize = False
    labels.numFmt = STEP_FORMAT
    labels.txPr = _text(LABEL_SIZE, bold=False)
    return labels


def _title(text: str, size: int) -> Title:
    return Title(tx=Text(rich=_text(size, bold=True, words=text)), overlay=False)


def _text(size: int, *, bold: bool, words: str = "") -> RichText:
    font = CharacterProperties(sz=size, b=bold, latin=Font(typeface=styles.FONT), solidFill=TEXT)
    runs = [RegularTextRun(rPr=font, t=words)] if words else None
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=font), r=runs, endParaRPr=None if words else font)
    return RichText(bodyPr=RichTextProperties(), p=[paragraph])
