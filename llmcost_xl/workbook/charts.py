"""Charts: their data are the quantities' own cells, their look is the house's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart, Series
from openpyxl.chart.data_source import NumFmt, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils import get_column_letter

from llmcost_xl.workbook import styles
from llmcost_xl.workbook.layout import Axis, Chart, Charts
from llmcost_xl.workbook.references import ACROSS, HEADER_ROW

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.workbook.book import BookPlan
    from llmcost_xl.workbook.plan import Place

HEIGHT: Final = 340  # pixels: 17 rows of 20
TOTAL_WIDTH: Final = 1320
GAP: Final = 16
EMU_PER_PIXEL: Final = 9525
PIXELS_PER_CHARACTER, CELL_PADDING = 7, 5
LINE_WIDTH: Final = 22225  # 1.75 pt in EMU
DASHES: Final = ("solid", "dash", "sysDot", "dashDot", "lgDash", "sysDash", "lgDashDot")
SYMBOLS: Final = ("diamond", "square", "triangle", "circle", "x", "star", "plus")
LABEL_FORMAT: Final = "#,##0;-#,##0;;"  # a step that is not there has no label


def add(worksheet: Worksheet, plan: BookPlan, block: Charts, row: int) -> None:
    """Draw charts side by side, from this row down."""
    width = (TOTAL_WIDTH - GAP * (len(block.charts) - 1)) // len(block.charts)
    for position, description in enumerate(block.charts):
        chart = _drawn(plan, description)
        chart.anchor = _anchor(worksheet, row + 1, position * (width + GAP), width, HEIGHT)
        worksheet.add_chart(chart)


def alternative_texts(plan: BookPlan) -> dict[str, list[tuple[str, str]]]:
    """Title and description of every chart, by sheet, in the order in which they are drawn."""
    found: dict[str, list[tuple[str, str]]] = {}
    for sheet in plan.sheets:
        drawn = [chart for block in sheet.sheet.blocks if isinstance(block, Charts) for chart in block.charts]
        if drawn:
            found[sheet.name] = [(chart.title, chart.alt) for chart in drawn]
    return found


def _drawn(plan: BookPlan, description: Chart) -> Any:
    if description.kind == "scatter":
        chart: Any = ScatterChart()
        chart.scatterStyle = "lineMarker"
        chart.style = 2
        _scatter(plan, description, chart)
    else:
        chart = LineChart() if description.kind == "lines" else BarChart()
        if isinstance(chart, BarChart):
            chart.type = "bar" if description.kind == "bars" else "col"
            chart.gapWidth = 60
            if description.kind == "stacked":
                chart.grouping, chart.overlap = "stacked", 100
        _by_category(plan, description, chart)
    _titles(plan, chart, description)
    return chart


# -- data --------------------------------------------------------------------------------------------------------


def _cells(plan: BookPlan, place: Place, row: int) -> Reference:
    """The cells of a quantity in one row, or of a table's column."""
    worksheet = _Named(place.sheet)
    if place.records:
        return Reference(worksheet, min_col=place.column, min_row=place.row, max_row=place.row + place.records - 1)
    columns = len(place.across.columns) if place.across else 1
    return Reference(worksheet, min_col=place.column, max_col=place.column + columns - 1, min_row=row, max_row=row)


class _Named:
    """What openpyxl's Reference wants to know of a sheet."""

    def __init__(self, title: str) -> None:
        self.title = title


def _heading(plan: BookPlan, axis: Axis, key: str) -> str:
    """The cell with the heading of a column, on the first sheet that has this axis."""
    sheet = next(sheet for sheet in plan.sheets if sheet.axis == axis)
    return f"'{sheet.name}'!${get_column_letter(ACROSS + axis.position(key))}${HEADER_ROW}"


def _label_of(place: Place) -> str:
    """The cell that names a quantity: its row's label, or its column's heading."""
    if place.records:
        return f"'{place.sheet}'!${get_column_letter(place.column)}${place.row - 2}"
    return f"'{place.sheet}'!$A${place.row}"


def _labelled(series: Series, cell: str) -> None:
    series.tx = SeriesLabel(strRef=StrRef(cell))


def _scatter(plan: BookPlan, description: Chart, chart: Any) -> None:
    """A line against another, one per case where there are cases, and a marker for each where asked for."""
    across = plan.homes[description.categories]
    for name in description.series:
        place = plan.homes[name]
        keys = description.only or (tuple(column.key for column in place.down.columns) if place.down else ("",))
        for number, key in enumerate(keys):
            row = place.cell(down=key)[0]
            series = Series(_cells(plan, place, row), _cells(plan, across, across.row))
            _labelled(series, _heading(plan, place.down, key) if place.down else _label_of(place))
            _stroke(series, number)
            chart.series.append(series)
            for x_name, y_name in description.markers:
                chart.series.append(_marker(plan, x_name, y_name, key, number))


def _marker(plan: BookPlan, x_name: str, y_name: str, key: str, number: int) -> Series:
    def point(name: str) -> Reference:
        place = plan.homes[name]
        row, column = place.cell(across=key) if place.across else place.cell(down=key)
        return Reference(_Named(place.sheet), min_col=column, min_row=row, max_row=row)

    place = plan.homes[x_name]
    series = Series(point(y_name), point(x_name))
    _labelled(series, _label_of(place))
    series.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    series.marker.symbol, series.marker.size = SYMBOLS[number], 10
    series.marker.graphicalProperties = GraphicalProperties(solidFill=styles.SERIES[number])
    return series


def _by_category(plan: BookPlan, description: Chart, chart: Any) -> None:
    """Bars or lines over cases, months or the records of a table."""
    visible = 0
    for name in description.series:
        place = plan.homes[name]
        series = Series(_cells(plan, place, place.row))
        _labelled(series, _label_of(place))
        if isinstance(chart, BarChart):
            series.invertIfNegative = False
        if name in description.hidden:
            series.graphicalProperties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
        elif isinstance(chart, LineChart):
            _stroke(series, visible)
            visible += 1
        else:
            fills = styles.STEPS if description.hidden else styles.SERIES
            series.graphicalProperties = GraphicalProperties(solidFill=fills[visible])
            visible += 1
            if description.hidden:
                series.dLbls = _value_labels()
        chart.series.append(series)
    chart.set_categories(_categories(plan, description))


def _categories(plan: BookPlan, description: Chart) -> Reference:
    if description.categories:
        place = plan.homes[description.categories]
        return _cells(plan, place, place.row)
    axis = plan.homes[description.series[0]].across
    assert axis is not None
    sheet = next(sheet for sheet in plan.sheets if sheet.axis == axis)
    last = ACROSS + len(axis.columns) - 1
    return Reference(_Named(sheet.name), min_col=ACROSS, max_col=last, min_row=HEADER_ROW, max_row=HEADER_ROW)


# -- looks -------------------------------------------------------------------------------------------------------


def _stroke(series: Series, number: int) -> None:
    line = LineProperties(solidFill=styles.SERIES[number], w=LINE_WIDTH, prstDash=DASHES[number])
    series.graphicalProperties = GraphicalProperties(ln=line)
    series.marker.symbol = "none"
    series.smooth = False


def _is_marker(series: Series) -> bool:
    """Whether a series is a single point, which the axis' title explains."""
    line = series.graphicalProperties.line if series.graphicalProperties else None
    return series.marker is not None and line is not None and bool(line.noFill)


def _value_labels() -> DataLabelList:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = labels.showBubbleSize = False
    labels.numFmt = LABEL_FORMAT
    labels.txPr = _text(900, bold=False)
    return labels


def _axis_format(plan: BookPlan, name: str) -> NumFmt:
    share = plan.homes[name].unit.startswith("fraction")
    return NumFmt("0%" if share else "#,##0", sourceLinked=False)


def _titles(plan: BookPlan, chart: Any, description: Chart) -> None:
    chart.title = _title(description.title, 1300)
    chart.legend.position = "b"
    chart.legend.overlay = False
    chart.legend.legendEntry = [
        LegendEntry(idx=number, delete=True) for number, series in enumerate(chart.series) if _is_marker(series)
    ]
    if description.hidden:
        chart.legend = None  # the categories name every bar
    for axis, text in ((chart.x_axis, description.x_title), (chart.y_axis, description.y_title)):
        axis.delete = False
        axis.title = _title(text, 1000) if text else None
        axis.txPr = _text(900, bold=False)
        axis.tickLblPos = "low"
    chart.x_axis.majorGridlines = None
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    chart.y_axis.numFmt = _axis_format(plan, description.series[0])
    if description.kind == "scatter":
        chart.x_axis.numFmt = _axis_format(plan, description.categories)
        if description.x_max is not None:
            chart.x_axis.scaling.min, chart.x_axis.scaling.max = 0, description.x_max
    chart.display_blanks = "gap"
    chart.roundedCorners = False


def _title(text: str, size: int) -> Title:
    return Title(tx=Text(rich=_text(size, bold=True, words=text)), overlay=False)


def _text(size: int, *, bold: bool, words: str = "") -> RichText:
    font = CharacterProperties(sz=size, b=bold, latin=Font(typeface=styles.FONT), solidFill="404040")
    runs = [RegularTextRun(rPr=font, t=words)] if words else None
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=font), r=runs, endParaRPr=None if words else font)
    return RichText(bodyPr=RichTextProperties(), p=[paragraph])


def _anchor(worksheet: Worksheet, row: int, left: int, width: int, height: int) -> OneCellAnchor:
    """An anchor so many pixels from the left edge, as the columns stand now."""
    column = 0
    while left >= (pixels := _pixels(worksheet, column)):
        left -= pixels
        column += 1
    start = AnchorMarker(col=column, colOff=left * EMU_PER_PIXEL, row=row - 1)
    return OneCellAnchor(_from=start, ext=XDRPositiveSize2D(width * EMU_PER_PIXEL, height * EMU_PER_PIXEL))


def _pixels(worksheet: Worksheet, column: int) -> int:
    return int(worksheet.column_dimensions[get_column_letter(column + 1)].width * PIXELS_PER_CHARACTER + CELL_PADDING)
