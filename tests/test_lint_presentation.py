"""Each rule for what a reader sees: one thing broken, one place reported; and what is no fault is not."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from linting import addresses, broken, cells, chart_part, clean, found, patched, row_of, sheet_part
from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.table import Table

from llmcost_xl.lint import lint
from llmcost_xl.lint.colours import contrast, tinted
from llmcost_xl.lint.shown import decimals, format_class, shown, width
from llmcost_xl.quantities import UNITS
from llmcost_xl.workbook import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEYS = ["P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09"]
SPARE = "H3"  # an empty cell of every sheet
LINES = "Your project: when the money is back"
BARS = "How much of the saving an API model would bring as well"
DRAWING = "xl/drawings/drawing1.xml"


@pytest.mark.parametrize("name", MODULES)
def test_our_workbooks_keep_all_rules(tmp_path: Path, name: str) -> None:
    assert [(finding.rule.key, finding.place) for finding in lint(clean(tmp_path, name), KEYS)] == []


def sheet(name: str, path: str, value: Any) -> Callable[[Workbook], None]:
    """Set one attribute of a sheet, however deep."""

    def change(book: Workbook) -> None:
        target: Any = book[name]
        *way, last = path.split(".")
        for step in way:
            target = getattr(target, step)
        setattr(target, last, value)

    return change


def cell(name: str, address: str, value: Any, **style: Any) -> Callable[[Workbook], None]:
    """Fill and dress one cell."""

    def change(book: Workbook) -> None:
        target: Any = book[name][address]
        target.value = value
        for attribute, given in style.items():
            setattr(target, attribute, given)

    return change


def column_width(name: str, letter: str, wide: float) -> Callable[[Workbook], None]:
    return lambda book: setattr(book[name].column_dimensions[letter], "width", wide)


def table(name: str, **more: Any) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        target = book["Log"]
        target["J30"], target["J31"] = "Head", "text"
        target.add_table(Table(displayName=name, ref="J30:J31", **more))

    return change


def conditional(book: Workbook) -> None:
    pale = CellIsRule("equal", ["1"], font=Font(color="FFFF99"), fill=PatternFill(bgColor="FFFFFF", fill_type="solid"))
    book["Outputs"].conditional_formatting.add("H3:H9", pale)


@pytest.mark.parametrize(
    ("key", "change", "place", "what"),
    [
        ("P01", sheet("Calc_Cash", "freeze_panes", None), "Calc_Cash!A1", "not frozen"),
        ("P01", sheet("Calc_Cash", "freeze_panes", "B6"), "Calc_Cash!B6", "left of the units"),
        ("P01", sheet("Outputs", "freeze_panes", "D3"), "Outputs!D3", "above the headings"),
        ("P02", column_width("Calc_Cash", "A", 30), "Calc_Cash!A1", "30 wide"),
        ("P02", column_width("Calc_Cash", "F", 20), "Calc_Cash!D5", "2 widths"),
        ("P03", sheet("Inputs", "print_area", None), "Inputs", "no print area"),
        ("P03", sheet("Inputs", "page_setup.orientation", "portrait"), "Inputs", "no landscape"),
        ("P03", sheet("Inputs", "page_setup.fitToWidth", 2), "Inputs", "no fit to one page wide"),
        ("P03", sheet("Checks", "_print_rows", None), "Checks", "no repeated heading rows"),
        ("P03", sheet("Cover", "oddFooter.left.text", ""), "Cover", "no file name (&F)"),
        ("P03", sheet("Cover", "oddFooter.right.text", "Page &P"), "Cover", "no number of pages (&N)"),
        ("P03", sheet("Log", "oddHeader.right.text", "Log"), "Log", "no version in header"),
        ("P04", lambda book: setattr(book, "active", 3), "", "opens on Lists, not on Cover"),
        ("P04", sheet("Lists", "sheet_view.showGridLines", True), "Lists", "gridlines"),
        ("P04", sheet("Lists", "sheet_view.zoomScale", 60), "Lists", "zoom is 60 %"),
        ("P04", lambda book: setattr(book["Cover"].sheet_view.selection[-1], "activeCell", "B9"), "Cover!B9", "cursor"),
        (
            "P06",
            cell("Log", SPARE, "pale", font=Font(color="999999")),
            f"Log!{SPARE}",
            "999999 on FFFFFF: contrast 2.8",
        ),
        (
            "P06",
            cell("Log", SPARE, "x", fill=PatternFill("solid", fgColor="404040")),
            f"Log!{SPARE}",
            "000000 on 404040",
        ),
        ("P06", cell("Log", SPARE, "x", font=Font(color=Color(theme=4, tint=0.6))), f"Log!{SPARE}", "on FFFFFF"),
        ("P06", cell("Log", SPARE, "x", font=Font(color=Color(indexed=13))), f"Log!{SPARE}", "FFFF00 on FFFFFF"),
        ("P06", cell("Log", SPARE, -1, number_format="0;[Red]0"), f"Log!{SPARE}", "red alone"),
        ("P06", conditional, f"Outputs!{SPARE}", "conditional format: text FFFF99"),
        ("P07", lambda book: book["Outputs"].merge_cells("H3:J3"), f"Outputs!{SPARE}", "merged"),
        ("P07", table("Table1"), "Log!J30", "is called Table1"),
        ("P07", table("Changes", headerRowCount=0), "Log!J30", "no header row"),
        ("P07", cell("Log", SPARE, "small", font=Font(sz=8)), f"Log!{SPARE}", "text of 8 points"),
        # 14 digits, four narrow signs and the padding of the cell: 14 + 4 * 0.5 + 0.71
        (
            "P08",
            cell("Outputs", SPARE, 123_456_789_012, number_format="#,##0.00"),
            f"Outputs!{SPARE}",
            "a width of 16.7",
        ),
        (
            "P08",
            cell("Outputs", SPARE, dt.date(2026, 9, 1), number_format='d mmmm yyyy "(estimate)"'),
            f"Outputs!{SPARE}",
            "a width",
        ),
        ("P09", cell("Log", SPARE, "1.234,50"), f"Log!{SPARE}", "decimal comma"),
        ("P09", cell("Outputs", SPARE, "=IF(1;2;3)"), f"Outputs!{SPARE}", "semicolons"),
    ],
)
def test_what_is_broken_is_reported_where_it_is(
    tmp_path: Path, key: str, change: Callable[[Workbook], None], place: str, what: str
) -> None:
    path = broken(tmp_path, change)
    places = found(path, key)
    assert [one.what for one in places if what in one.what]
    assert place in addresses(places)


@pytest.mark.parametrize(
    ("number_format", "what"),
    [
        ("0.0%", "in USD per month, but formatted as 0.0%"),
        ("#,##0", "in USD per month, but 0 decimals where 2 are due"),
        ("mmm yyyy", "in USD per month, but formatted as mmm yyyy"),
        ("[$€-407] #,##0.00", "formatted as €, in a workbook in USD"),
        ("[$$-409]#,##0.00", ""),
    ],
)
def test_a_figure_formatted_as_something_else(tmp_path: Path, number_format: str, what: str) -> None:
    changed: list[str] = []

    def change(book: Workbook) -> None:
        figure = book["Calc_Value"][f"E{row_of(book['Calc_Value'], 'Monthly saving')}"]
        figure.number_format = number_format
        changed.append(figure.coordinate)

    places = found(broken(tmp_path, change), "P09")
    assert [(place.cell, place.what) for place in places] == ([(changed[0], what)] if what else [])


def test_a_column_that_is_too_narrow_is_one_finding(tmp_path: Path) -> None:
    [place] = found(broken(tmp_path, column_width("Inputs", "D", 4)), "P08")
    assert place.sheet == "Inputs"
    assert place.cell.startswith("D")
    assert re.search(r"the column has 4\.0, as \d+ more of the column do", place.what)


# -- P05: charts lose their details when openpyxl saves them, so the parts are patched ------------------------------


@pytest.mark.parametrize(
    ("chart", "old", "new", "what"),
    [
        (DRAWING, 'descr="', 'nodescr="', "no alternative text"),
        (LINES, "<a:t>Your project: when the money is back</a:t>", "<a:t/>", "has no title"),
        (LINES, "<a:t>Cumulative cash, USD</a:t>", "<a:t/>", "value axis without a title"),
        (LINES, '<a:prstDash val="dash"', '<a:prstDash val="solid"', "colour alone"),
        (LINES, "<yVal><numRef>", "<yVal><numLit/><numRef>", "typed into"),
        (BARS, "barChart>", "bar3DChart>", "three-dimensional"),
        (BARS, "C55A11", "1F3874", "same grey"),
    ],
)
def test_a_chart_that_does_not_speak_for_itself(tmp_path: Path, chart: str, old: str, new: str, what: str) -> None:
    part = chart if chart == DRAWING else chart_part("roi", chart)
    places = found(patched(tmp_path, part, old, new), "P05")
    assert places
    assert all(what in place.what and place.sheet == "Outputs" for place in places)


# -- how colours, formats and widths are read ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fill", "ratio"),
    [
        # published examples of the web's guidelines: black on white, and the greys at the limits of 4.5 and 3
        ("000000", "FFFFFF", 21.0),
        ("767676", "FFFFFF", 4.54),
        ("949494", "FFFFFF", 3.03),
        ("FF0000", "FFFFFF", 4.0),
        ("0000FF", "FFFFFF", 8.59),
    ],
)
def test_contrast_is_that_of_the_guidelines(text: str, fill: str, ratio: float) -> None:
    assert contrast(text, fill) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(
    ("colour", "tint", "expected"),
    [
        # Excel's own palette: Blue, Accent 1 (4472C4), lighter 80 % and darker 25 %; white darker 15 %
        ("4472C4", 0.8, "DAE3F3"),
        ("4472C4", -0.25, "2F5597"),
        ("FFFFFF", -0.15, "D9D9D9"),
    ],
)
def test_a_tint_is_excels(colour: str, tint: float, expected: str) -> None:
    apart = zip(bytes.fromhex(tinted(colour, tint)), bytes.fromhex(expected), strict=True)
    assert all(abs(one - other) <= 2 for one, other in apart)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234.5, "#,##0.00", "-1,234.50"),
        (-1234.5, "#,##0.00_);(#,##0.00)", "(1,234.50)"),
        (0.123, "0.0%", "12.3%"),
        (1.5, '0.00"x"', "1.50x"),
        (1_234_567, '#,##0.0,,"M"', "1.2M"),
        (0.5, "#,##0.00####", "0.50"),
        (1 / 3, "#,##0.00####", "0.333333"),
        (12_000, "0.00E+00", "1.20E+04"),
        (5, "[$€-407] #,##0", "€ 5"),
        (0, '0;-0;"none"', "none"),
        (46347, "yyyy-mm-dd", "2026-00-00"),
        (dt.date(2026, 11, 21), "mmm yyyy", "Mar 2026"),
        (dt.date(2026, 11, 21), "mmmm d", "September 00"),
        (1.5, "General", ""),
        ("never", "0.0", ""),
        (True, "0", ""),
    ],
)
def test_a_number_is_as_wide_as_its_format_makes_it(value: Any, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("number_format", "kind", "places"),
    [
        ("0.0%", "percent", 1),
        ("yyyy-mm-dd", "date", 0),
        ("[h]:mm", "date", 0),
        ('0.00"x"', "number", 2),
        ('0" %"', "number", 0),
        ("@", "text", 0),
        ("General", "general", 0),
        ("[Red]#,##0.0000;-#,##0.0000", "number", 4),
    ],
)
def test_the_class_of_a_format(number_format: str, kind: str, places: int) -> None:
    assert (format_class(number_format), decimals(number_format)) == (kind, places)


def test_every_unit_has_the_class_that_its_name_says() -> None:
    for unit, number_format in UNITS.items():
        expected = "percent" if unit.startswith("fraction") else "date" if unit == "date" else None
        assert expected is None or format_class(number_format) == expected, unit


def test_a_wider_text_needs_more_room() -> None:
    assert width("1,234") < width("12,345") < width("12,345", bold=True) < width("12,345", size=14, bold=True)


# -- what is no fault ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("P06", cell("Log", SPARE, -1, number_format="0;[Red]-0")),
        ("P06", cell("Log", SPARE, -1, number_format="0;[Red](0)")),
        ("P06", cell("Log", SPARE, None, font=Font(color="FFFFFF"))),
        ("P06", cell("Log", SPARE, "x", fill=PatternFill("gray125"))),
        ("P08", cell("Log", SPARE, 123_456_789_012.5)),
        ("P08", cell("Log", SPARE, 123_456_789_012, number_format="0.00", alignment=Alignment(shrink_to_fit=True))),
        ("P09", cell("Log", SPARE, "1,234")),
        ("P09", cell("Outputs", SPARE, '="a;b"&SUM({1;2})')),
    ],
)
def test_what_is_no_fault_is_not_reported(tmp_path: Path, key: str, change: Callable[[Workbook], None]) -> None:
    assert cells(broken(tmp_path, change), key) == []


def test_a_foreign_sheet_is_not_asked_for_what_only_ours_have(tmp_path: Path) -> None:
    book = Workbook()
    for row in range(1, 40):
        book.worksheets[0].append([f"Item {row}", row, 0.5])
    path = tmp_path / "theirs.xlsx"
    book.save(path)
    found_ = lint(path, KEYS)
    assert {one.severity for one in found_} == {"advice"}
    assert {one.rule.key for one in found_} == {"P03", "P04"}


def test_values_that_libreoffice_and_excel_store_are_measured(tmp_path: Path) -> None:
    """A formula's stored value counts, not its text."""
    part = sheet_part("roi", "Calc_Cash")
    row = '<row r="900"><c r="D900" s="{}"><f>A1</f><v>123456789012345</v></c></row></sheetData>'
    style = _style_of(tmp_path, part)
    path = patched(tmp_path, part, "</sheetData>", row.format(style))
    assert "D900" in [place.cell for place in found(path, "P08")]


def _style_of(tmp_path: Path, part: str) -> str:
    """The number of the style of a figure on a sheet."""
    with zipfile.ZipFile(clean(tmp_path)) as archive:
        [match, *_] = re.findall(r'<c r="E\d+" s="(\d+)"[^>]*><f>D\d+\+E', archive.read(part).decode())
    return str(match)
