"""How long every workbook takes: to build, to write the same content with XlsxWriter, to lint.

python -m pip install -e ".[bench]"
python benchmarks/workbooks.py           # prints the table
python benchmarks/workbooks.py --write   # and keeps it in docs/benchmarks.md

XlsxWriter is handed every cell ready: text, formula and the value it shows, format, width, validation, chart. What
llmcost-xl does besides (look up prices, lay the sheets out, compute every value) it need not do.
"""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import report
import xlsxwriter
from openpyxl import load_workbook

from llmcost_xl import workbook
from llmcost_xl.lint import lint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGES = ("llmcost-xl", "openpyxl", "formualizer", "XlsxWriter")
REPEAT = 3
REMARK = (
    "Medians of 3 runs. XlsxWriter writes the same cells, formats, values, widths, validations and charts, all handed"
    " to it ready; llmcost-xl looks up the prices, lays the sheets out and computes every value as well."
)
CHARTS = {"barChart": "column", "lineChart": "line", "scatterChart": "line"}


def median_seconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(REPEAT):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


class Content:
    """What a workbook holds, in the words of XlsxWriter."""

    def __init__(self, content: bytes) -> None:
        book, values = load_workbook(io.BytesIO(content)), load_workbook(io.BytesIO(content), data_only=True)
        self.formats: dict[Any, dict[str, Any]] = {}
        self.sheets: list[Any] = []
        for sheet in book:
            cells = [
                (cell.row - 1, cell.column - 1, cell.value, values[sheet.title][cell.coordinate].value, self._key(cell))
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None or cell.has_style
            ]
            widths = [(letter, dimension.width) for letter, dimension in sheet.column_dimensions.items()]
            rules = [
                (str(area), {"validate": rule.type, "source": rule.formula1} if rule.type == "list" else
                 {"validate": "any", "input_title": rule.promptTitle, "input_message": rule.prompt})
                for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges
            ]  # fmt: skip
            drawn = [part for chart in sheet._charts for part in (chart._charts or [chart])]  # noqa: SLF001
            charts = [
                (type(part).tagname, [one.val or one.yVal for one in part.series]) for part in drawn if part.series
            ]
            self.sheets.append((sheet.title, cells, widths, rules, charts))

    def _key(self, cell: Any) -> Any:
        key = (cell.style, cell.number_format)
        if key not in self.formats:
            fill = cell.fill.fgColor.rgb if cell.fill.patternType else None
            wanted = {
                "bold": cell.font.b, "font_color": f"#{str(cell.font.color.rgb)[2:]}" if cell.font.color else None,
                "bg_color": f"#{str(fill)[2:]}" if fill else None, "num_format": cell.number_format,
                "align": cell.alignment.horizontal, "border": 1 if getattr(cell.border.left, "style", None) else 0,
                "locked": cell.protection.locked,
            }  # fmt: skip
            self.formats[key] = {name: value for name, value in wanted.items() if value is not None}
        return key

    def write(self, path: Path) -> None:
        book = xlsxwriter.Workbook(path)
        formats = {key: book.add_format(properties) for key, properties in self.formats.items()}
        for title, cells, widths, rules, charts in self.sheets:
            sheet = book.add_worksheet(title)
            for row, column, value, shown, key in cells:
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(row, column, value, formats[key], "" if shown is None else shown)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value, formats[key])
                elif value is None or isinstance(value, int | float):
                    sheet.write(row, column, value, formats[key])
                else:
                    sheet.write_datetime(row, column, value, formats[key])
            for letter, width in widths:
                sheet.set_column(f"{letter}:{letter}", width)
            for area, rule in rules:
                sheet.data_validation(area, rule)
            for kind, series in charts:
                chart = book.add_chart({"type": CHARTS.get(kind, "column")})
                for values in series:
                    chart.add_series({"values": f"={values.numRef.f}"})
                sheet.insert_chart("A1", chart)
        book.close()


def chapter() -> Iterator[str]:
    yield report.opening("Workbooks", PACKAGES, REMARK)
    rows, built, peer = [], 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name in workbook.available():
            path, other = Path(folder, f"{name}.xlsx"), Path(folder, f"{name}-peer.xlsx")
            ours = median_seconds(lambda name=name, path=path: workbook.build(name).save(path, force=True))
            content = Content(path.read_bytes())
            theirs = median_seconds(lambda content=content, other=other: content.write(other))
            checked = median_seconds(lambda path=path: lint(path))
            formulas = sum(
                isinstance(cell[2], str) and cell[2].startswith("=") for s in content.sheets for cell in s[1]
            )
            rows.append((name, f"{formulas:,}", f"{path.stat().st_size / 1000:,.0f}", f"{ours:,.2f}", f"{theirs:,.2f}",
                         f"{ours / theirs:,.1f}", f"{checked:,.2f}"))  # fmt: skip
            built, peer = built + ours, peer + theirs
    rows.append(("**all ten**", "", "", f"{built:,.2f}", f"{peer:,.2f}", f"{built / peer:,.1f}", ""))
    header = ("workbook", "formulas", "kB", "build and save, s", "XlsxWriter, s", "ratio", "lint, s")
    yield report.table("Building, beside XlsxWriter", header, rows)


if __name__ == "__main__":
    report.run(__doc__, chapter())
