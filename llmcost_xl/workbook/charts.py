"""Charts: their data are the quantities' own cells, their look is the house's (`chartlook`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils import get_column_letter

from llmcost_xl.workbook import chartlook, styles
from llmcost_xl.workbook.layout import Axis, Chart, Charts
from llmcost_xl.workbook.references import ACROSS, HEADER_ROW, LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.workbook.book import BookPlan
    from llmcost_xl.workbook.places import Place

HEIGHT: Final = 340  # pixels: 17 rows of 20
TOTAL_WIDTH: Final = 1320
GAP: Final = 16
EMU_PER_PIXEL: Final = 9525
PIXELS_PER_CHARACTER, CELL_PADDING = 7, 5


def add(worksheet: Worksheet, plan: BookPlan, block: Charts, row: int) -> None:
    """Draw charts side by side, below this row."""
    width = (TOTAL_WIDTH - GAP * (len(block.charts) - 1)) // len(block.charts)
    for position, description in enumerate(block.charts):
        chart = _Drawing(worksheet, plan, description).chart()
        chart.anchor = _anchor(worksheet, row + 1, position * (width + GAP), width, HEIGHT)
        worksheet.add_chart(chart)


def alternative_texts(plan: BookPlan) -> list[list[tuple[str, str]]]:
    """Title and description of every chart, for each sheet that has any, in the order in which they are drawn."""
    found = []
    for sheet in plan.sheets:
        drawn = [chart for block in sheet.sheet.blocks if isinstance(block, Charts) for chart in block.charts]
        if drawn:
            found.append([(chart.title, chart.alt) for chart in drawn])
    return found


class _Drawing:
    """One chart in the making."""

    def __init__(self, worksheet: Worksheet, plan: BookPlan, description: Chart) -> None:
        self._book: Any = worksheet.parent
        self._plan = plan
        self._description = description

    def chart(self) -> Any:
        """The finished chart."""
        description = self._description
        chart = self._scatter() if description.kind == "scatter" else self._by_category()
        units = [self._plan.homes[name].unit for name in (description.series[0], description.categories) if name]
        currency = self._plan.template.currency.code
        x_title, y_title = (styles.in_currency(text, currency) for text in (description.x_title, description.y_title))
        chartlook.dress(chart, replace(description, x_title=x_title, y_title=y_title), units)
        return chart

    # -- kinds -----------------------------------------------------------------------------------------------

    def _scatter(self) -> Any:
        """A line against another, one per case where there are cases, and a marker for each where asked for."""
        chart: Any = ScatterChart()
        chart.scatterStyle = "lineMarker"
        across = self._plan.homes[self._description.categories]
        drawn = 0
        for name in self._description.series:
            place = self._plan.homes[name]
            keys = self._description.only or tuple(c.key for c in place.down.columns) if place.down else ("",)
            for number, key in enumerate(keys, start=drawn):
                label = self._heading(place.down, key) if place.down else _label(place)
                series = self._series(self._cells(place, key), label, self._cells(across))
                chartlook.stroke(series, number)
                chart.series.append(series)
                for marker in self._description.markers:
                    chart.series.append(self._marker(marker, key, number))
            drawn += len(keys)
        return chart

    def _by_category(self) -> Any:
        """Bars or lines over cases, months or the records of a table."""
        description = self._description
        chart: Any = LineChart() if description.kind == "lines" else BarChart()
        if description.kind != "lines":
            chartlook.bars(chart, description.kind)
        visible = 0
        for name, place, key in self._rows(description.series):
            series = self._series(self._cells(place, key), self._name(key) or _label(place, key))
            chart.series.append(series)
            if name in description.hidden:
                chartlook.hide(series)
                continue
            if description.kind == "lines":
                chartlook.stroke(series, visible)
            else:
                chartlook.fill(series, visible, as_step=bool(description.hidden))
            visible += 1
        chart.set_categories(self._categories())
        if description.shaded:
            chart = self._shaded(chart)
        if description.kind == "lines":
            chartlook.thin_labels(chart)
        return chart

    def _rows(self, names: tuple[str, ...]) -> Iterator[tuple[str, Place, str]]:
        """Every line of cells that is a series: a quantity written per case over months has one per case."""
        for name in names:
            place = self._plan.homes[name]
            keys = [column.key for column in place.down.columns] if place.down and place.across else [""]
            yield from ((name, place, key) for key in self._description.only or keys)

    def _shaded(self, lines: Any) -> Any:
        """The lines in front of light columns without gaps."""
        columns: Any = BarChart()
        chartlook.bars(columns, "stacked")
        columns.gapWidth = 0
        for number, name in enumerate(self._description.shaded):
            place = self._plan.homes[name]
            series = self._series(self._cells(place), _label(place))
            chartlook.shade(series, number)
            columns.series.append(series)
        columns.set_categories(self._categories())
        columns += lines  # draws one chart over the other
        return columns

    # -- data ------------------------------------------------------------------------------------------------

    def _series(self, values: Any, label: str, across: Any = None) -> Any:
        series = Series(values, across)
        series.tx = SeriesLabel(strRef=StrRef(label))
        return series

    def _marker(self, marker: tuple[str, str], key: str, number: int) -> Any:
        """A single point."""
        across, level = (self._point(self._plan.homes[name], key) for name in marker)
        series = self._series(level, _label(self._plan.homes[marker[0]]), across)
        chartlook.point(series, number)
        return series

    def _cells(self, place: Place, key: str = "") -> Any:
        """The cells of a quantity: its row, or one of its rows, or its column in a table."""
        row, column = place.cell(down=key)
        rows, columns = place.records or 1, len(place.across.columns) if place.across else 1
        return Reference(
            self._book[place.sheet], min_row=row, max_row=row + rows - 1, min_col=column, max_col=column + columns - 1
        )

    def _point(self, place: Place, key: str) -> Any:
        row, column = place.cell(across=key) if place.across else place.cell(down=key)
        return Reference(self._book[place.sheet], min_row=row, min_col=column)

    def _categories(self) -> Any:
        """What the points stand for: a quantity's cells, or the headings of the axis."""
        if self._description.categories:
            return self._cells(self._plan.homes[self._description.categories])
        axis = self._plan.homes[self._description.series[0]].across
        if axis is None:
            raise ValueError(f"chart {self._description.title!r}: a single value has no categories")
        last = ACROSS + len(axis.columns) - 1
        return Reference(
            self._book[self._first_with(axis)], min_row=HEADER_ROW, max_row=HEADER_ROW, min_col=ACROSS, max_col=last
        )

    def _heading(self, axis: Axis, key: str) -> str:
        """The cell with the heading of a column."""
        return f"'{self._first_with(axis)}'!${get_column_letter(ACROSS + axis.position(key))}${HEADER_ROW}"

    def _name(self, key: str) -> str:
        """The cell that names the record or case which a series is drawn for, where the description says."""
        if not self._description.names:
            return ""
        place = self._plan.homes[self._description.names]
        row, column = place.cell(down=key)
        return f"'{place.sheet}'!${get_column_letter(column)}${row}"

    def _first_with(self, axis: Axis) -> str:
        return next(sheet.name for sheet in self._plan.sheets if sheet.axis == axis)


def _label(place: Place, key: str = "") -> str:
    """The cell that names a quantity: its row's label, or its column's heading."""
    row, column = (place.header, place.column) if place.records else (place.cell(down=key)[0], LABEL)
    return f"'{place.sheet}'!${get_column_letter(column)}${row}"


def _anchor(worksheet: Worksheet, row: int, left: int, width: int, height: int) -> OneCellAnchor:
    """An anchor so many pixels from the left edge, as the columns stand now."""
    column = 0
    while left >= (width_of_column := pixels(worksheet, column)):
        left -= width_of_column
        column += 1
    start = AnchorMarker(col=column, colOff=left * EMU_PER_PIXEL, row=row - 1)
    return OneCellAnchor(_from=start, ext=XDRPositiveSize2D(width * EMU_PER_PIXEL, height * EMU_PER_PIXEL))


def pixels(worksheet: Worksheet, column: int) -> int:
    """The width of a column, counted from 0."""
    return int(worksheet.column_dimensions[get_column_letter(column + 1)].width * PIXELS_PER_CHARACTER + CELL_PADDING)
