"""Single cells: what is written, what is refused, what appended rows take over, what depends on what."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from corpus import workbooks
from corpus.by_xlsxwriter import book as xlsxwriter_book
from openpyxl import load_workbook

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import Area, BookFile
from llmcost_xl.ooxml.archive import Archive
from llmcost_xl.ooxml.patch import Edits, patched
from llmcost_xl.ooxml.xmlpart import XmlPart

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CASES = {case.name: case for case in workbooks()}


def sheet(rows: str, before: str = "", after: str = "") -> XmlPart:
    text = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return XmlPart.read("sheet1.xml", text.encode())


def rows_after(rows: str, puts: dict[tuple[int, int], Any], **edits: Any) -> str:
    text = patched(sheet(rows), Edits(puts, **edits)).decode()
    return text.partition("<sheetData>")[2].partition("</sheetData>")[0]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (2.5, '<c r="B2"><v>2.5</v></c>'),
        (0.1 + 0.2, '<c r="B2"><v>0.30000000000000004</v></c>'),
        (1e-7, '<c r="B2"><v>1e-07</v></c>'),
        (10**15, '<c r="B2"><v>1000000000000000.0</v></c>'),
        (True, '<c r="B2" t="b"><v>1</v></c>'),
        ("a<b & c", '<c r="B2" t="inlineStr"><is><t>a&lt;b &amp; c</t></is></c>'),
        (" x", '<c r="B2" t="inlineStr"><is><t xml:space="preserve"> x</t></is></c>'),
        ("_x0041_", '<c r="B2" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>'),
        ("a\rb\x01", '<c r="B2" t="inlineStr"><is><t>a_x000D_b_x0001_</t></is></c>'),
        (dt.date(2026, 11, 21), '<c r="B2"><v>46347</v></c>'),
        (dt.datetime(2026, 11, 21, 12), '<c r="B2"><v>46347.5</v></c>'),  # noqa: DTZ001  # a cell has no time zone
        (None, ""),
    ],
)
def test_a_value_becomes_a_cell(value: Any, cell: str) -> None:
    row = f'<row r="2">{cell}</row>' if cell else ""
    assert rows_after("", {(2, 2): value}) == row


def test_dates_count_from_1904_where_the_workbook_does() -> None:
    text = patched(sheet(""), Edits({(1, 1): dt.date(2026, 11, 21)}), date1904=True)
    assert b"<v>44885</v>" in text


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (float("nan"), "cannot hold"), (float("inf"), "cannot hold"), (10**400, "cannot hold"),
        (2**53 + 1, "cannot hold exactly"), ("x" * 32_768, "32,768 characters"), ("\ud800", "surrogate"),
        (dt.date(1900, 2, 28), "before the first"), (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "time zone"),
    ],
)  # fmt: skip
def test_what_no_cell_can_hold_is_refused(value: Any, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        rows_after("", {(1, 1): value})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<c r="B1" s="7"/>', '<c r="B1" s="7"><v>2</v></c>'),
        ('<c r="B1" s="7" t="s"><v>4</v></c>', '<c r="B1" s="7"><v>2</v></c>'),
        ('<c t="e" vm="1" r="B1" x="y"><v>#N/A</v></c>', '<c r="B1" x="y"><v>2</v></c>'),
        ('<c r="B1" t="inlineStr"><is><r><t>a</t></r></is></c>', '<c r="B1"><v>2</v></c>'),
        ('<c r="B1"><v>1</v><extLst><ext/></extLst></c>', '<c r="B1"><v>2</v><extLst><ext/></extLst></c>'),
        ("<c r='B1' s='7' ><v>1</v></c >", "<c r='B1' s='7'><v>2</v></c>"),
        ('<c r="A1"/><c><v>1</v></c>', '<c r="A1"/><c><v>2</v></c>'),
        ('<c r="A1"/><c r="C1"/>', '<c r="A1"/><c r="B1"><v>2</v></c><c r="C1"/>'),
        ('<c r="A1"><v>1</v></c>', '<c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>'),
    ],
)
def test_only_the_value_of_a_cell_changes(before: str, after: str) -> None:
    assert rows_after(f'<row r="1">{before}</row>', {(1, 2): 2}) == f'<row r="1">{after}</row>'


def test_rows_are_put_in_order_and_hints_widened() -> None:
    rows = '<row r="2" spans="1:1"><c r="A2"/></row><row r="5"/>'
    assert rows_after(rows, {(1, 1): 1, (2, 3): 2, (3, 1): 3, (5, 2): 5, (9, 1): 9}) == (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" spans="1:3"><c r="A2"/><c r="C2"><v>2</v></c></row>'
        '<row r="3"><c r="A3"><v>3</v></c></row><row r="5"><c r="B5"><v>5</v></c></row>'
        '<row r="9"><c r="A9"><v>9</v></c></row>'
    )


def test_the_area_in_use_grows() -> None:
    text = patched(sheet('<row r="1"><c r="A1"/></row>', before='<dimension ref="A1"/>'), Edits({(4, 3): 1}))
    assert b'<dimension ref="A1:C4"/>' in text


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('<c r="B1"><f>A1</f><v>1</v></c>', "holds a formula"),
        ('<c r="B1"><f t="shared" si="0"/><v>1</v></c>', "holds a formula"),
        ('<c r="A1"><f t="array" ref="A1:B1">C1:D1</f><v>1</v></c><c r="B1"><v>1</v></c>', "array formula"),
        ('<c r="A1"><f t="dataTable" ref="A1:B1" r1="C1"/><v>1</v></c><c r="B1"><v>1</v></c>', "data table"),
    ],
)
def test_formulas_are_never_overwritten(row: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=f"B1: .*{reason}"):
        rows_after(f'<row r="1">{row}</row>', {(1, 2): 2})


def test_of_merged_cells_only_the_first_can_be_written() -> None:
    part = sheet('<row r="1"><c r="A1"/></row>', after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>')
    assert b"<v>1</v>" in patched(part, Edits({(1, 1): 1}))
    with pytest.raises(RefusedError, match="B2: belongs to a merged area"):
        patched(part, Edits({(2, 2): 1}))


# -- appended rows -----------------------------------------------------------------------------------------------------


def test_a_table_grows_with_formats_and_formulas() -> None:
    case = CASES["xlsxwriter, table with formulas"]
    book = BookFile.read(case.content)
    puts = {"B11": "openai", "C11": "gpt-5", "D11": "input", "E11": dt.date(2026, 12, 1), "G11": 1.25}
    changed = book.changed({"Prices": puts}, appended={"Prices": Area.read("B11:I11")})
    after = BookFile.read(changed.content)
    (table,) = after.tables
    assert str(table.area) == "B4:J11"
    cells = {cell.address: cell for cell in after.sheet("Prices").cells()}
    assert cells["J11"].formula == "PriceList[[#This Row],[Price]]*2"
    assert cells["J11"].value is None
    assert (cells["G11"].style, cells["E11"].style) == (cells["G10"].style, cells["E10"].style)
    assert load_workbook(io.BytesIO(changed.content))["Prices"].tables["PriceList"].autoFilter.ref == "B4:J11"
    assert (12, 2) in changed.dependants["Model"], "INDEX(PriceList[Price],2) reads the longer table"


def test_a_filter_grows_and_the_name_that_excel_gives_it() -> None:
    book = BookFile.read(CASES["xlsxwriter, filter"].content)
    changed = book.changed({"Prices": {"B11": "x"}}, appended={"Prices": Area.read("B11:I12")})
    after = BookFile.read(changed.content)
    assert str(after.sheet("Prices").filtered) == "B4:I12"
    assert [name.text for name in after.names if name.name.endswith("FilterDatabase")] == ["Prices!$B$4:$I$12"]


def test_formulas_of_the_row_above_are_moved_down() -> None:
    rows = '<row r="1" ht="20"><c r="A1" s="3"><v>1</v></c><c r="B1" s="4"><f>A1*$D$1+SUM(A$1:A1)</f><v>9</v></c></row>'
    made = rows_after(rows, {(2, 1): 5}, appended=Area.read("A2:B3"))
    assert made.endswith(
        '<row r="2" ht="20"><c r="A2" s="3"><v>5</v></c><c r="B2" s="4"><f>A2*$D$1+SUM(A$1:A2)</f></c></row>'
        '<row r="3" ht="20"><c r="A3" s="3"/><c r="B3" s="4"><f>A3*$D$1+SUM(A$1:A3)</f></c></row>'
    )


def test_nothing_is_appended_over_something() -> None:
    rows = '<row r="1"><c r="A1"/></row><row r="2"><c r="B2"><v>1</v></c></row>'
    with pytest.raises(RefusedError, match="B2: is not empty"):
        rows_after(rows, {(2, 1): 5}, appended=Area.read("A2:B2"))


# -- what depends on what ----------------------------------------------------------------------------------------------


def dependants(formulas: dict[str, str], changed: str = "A1", **names: str) -> set[str]:
    """The cells of a sheet, of these with formulas, that change with a cell of the sheet Prices."""

    def write(made: Any, _: Any, model: Any) -> None:
        for name, text in names.items():
            made.define_name(name, f"={text}")
        for cell, formula in formulas.items():
            model.write_formula(cell, f"={formula}")

    book = BookFile.read(xlsxwriter_book(write))
    found = book.dependants({"Prices": {(int(changed[1:]), ord(changed[0]) - 64)}})
    wanted = {cell: (int(cell[1:]), ord(cell[0]) - 64) for cell in formulas}
    return {cell for cell, where in wanted.items() if where in found.get("Model", set())}


@pytest.mark.parametrize(
    ("formula", "depends"),
    [
        ("Prices!A1", True), ("prices!$A$1+1", True), ("'Prices'!A1", True), ("Prices!A2", False),
        ("Prices!A:A", True), ("Prices!1:1", True), ("Prices!B:C", False), ("SUM(Prices!A1:C9)", True),
        ('"Prices!A1"', False), ("A1", False), ("SUM(Prices:Model!A1)", True), ("[1]Prices!A1", False),
        ("INDEX(Prices!B1:B9,1):Prices!B2", True), ('INDIRECT("Prices!A1")', True), ("OFFSET(B1,1,1)", True),
        ("one", True), ("two", False), ("three", True), ("relative", True), ("LOG10(B1)", False),
        ('SUMIF(B1:B3,"x",Prices!A1)', True), ("IF(TRUE,1E5,.5)", False), ("unknown+1", False),
    ],
)  # fmt: skip
def test_what_a_formula_reads(formula: str, depends: bool) -> None:
    names = {"one": "Prices!$A$1", "two": "Prices!$B$1", "three": "SUM(one,two)", "relative": "Prices!B7"}
    assert dependants({"Z90": formula}, **names) == ({"Z90"} if depends else set())


def test_what_a_sum_range_may_reach_beyond_its_text() -> None:
    assert dependants({"Z90": 'SUMIF(B1:B3,"x",Prices!A1)'}, "A3") == {"Z90"}
    assert dependants({"Z90": 'SUMIF(B1:B3,"x",Prices!A1)'}, "A4") == set()


def test_chains_are_followed_to_their_end() -> None:
    chain = {f"Z{row}": f"Z{row - 1}+1" if row > 100 else "Prices!A1" for row in range(100, 3000)}
    assert dependants(chain) == set(chain)


def test_running_sums_are_found_by_their_last_row() -> None:
    sums = {f"Z{row}": f"SUM(Prices!$A$1:A{row})" for row in range(1, 2000)}
    sums = {cell: formula.replace(":A", ":$A") for cell, formula in sums.items()}
    assert dependants(sums, "A1500") == {f"Z{row}" for row in range(1500, 2000)}


# -- the archive -------------------------------------------------------------------------------------------------------


def test_parts_are_added_at_the_end() -> None:
    content = CASES["by hand, odd archive"].content
    after = Archive(content).with_parts({"xl/new.xml": b"<new/>", "docProps/app.xml": b"<other/>"})
    with zipfile.ZipFile(io.BytesIO(after)) as archive, zipfile.ZipFile(io.BytesIO(content)) as before:
        assert archive.namelist() == [*before.namelist(), "xl/new.xml"]
        assert (archive.read("xl/new.xml"), archive.read("docProps/app.xml")) == (b"<new/>", b"<other/>")
        assert archive.testzip() is None


def test_bytes_before_the_archive_are_refused() -> None:
    content = b"MZ" + b"\0" * 500 + CASES["xlsxwriter, plain"].content
    with pytest.raises(RefusedError, match="502 bytes of something else"):
        BookFile(Archive(content)).changed({"Prices": {"G5": 1}})


def test_a_sheet_that_is_not_there() -> None:
    with pytest.raises(RefusedError, match="no worksheet 'Preise'"):
        BookFile.read(CASES["xlsxwriter, plain"].content).changed({"Preise": {"G5": 1}})
