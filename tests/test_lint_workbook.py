"""Each rule for the workbook as a whole: one thing broken, one place reported; and what is no fault is not."""

from __future__ import annotations

import io
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from linting import added, addresses, broken, cells, chart_part, clean, found, patched, sheet_part
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from llmcost_xl.lint import lint
from llmcost_xl.workbook import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEYS = ["W01", "W02", "W03", "W04", "W05", "W06", "W07", "W08"]
WORKBOOK = "xl/workbook.xml"
SPARE = "H3"  # an empty cell of every sheet


@pytest.mark.parametrize("name", MODULES)
def test_our_workbooks_keep_all_rules(tmp_path: Path, name: str) -> None:
    assert [(finding.rule.key, finding.place) for finding in lint(clean(tmp_path, name), KEYS)] == []


def sheet(name: str, attribute: str, value: Any) -> Callable[[Workbook], None]:
    return lambda book: setattr(book[name], attribute, value)


def to_second_place(name: str) -> Callable[[Workbook], None]:
    return lambda book: book.move_sheet(name, 1 - book.sheetnames.index(name))


def formula(name: str, text: str) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[name][SPARE] = text

    return change


def name_cell(name: str, text: str) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book.defined_names[name] = DefinedName(name, attr_text=text)

    return change


def hide(name: str, kind: str, key: Any, attribute: str, value: Any) -> Callable[[Workbook], None]:
    return lambda book: setattr(getattr(book[name], f"{kind}_dimensions")[key], attribute, value)


def setting(attribute: str, value: Any) -> Callable[[Workbook], None]:
    return lambda book: setattr(book.calculation, attribute, value)


@pytest.mark.parametrize(
    ("key", "change", "place", "what"),
    [
        ("W01", lambda book: book.remove(book["Lists"]), "", "no sheet Lists"),
        ("W01", to_second_place("Outputs"), "", "stand in the order Cover, Outputs, Inputs"),
        ("W01", sheet("Checks", "title", "Sheet3"), "Sheet3", "a default name"),
        ("W01", sheet("Calc_Cash", "title", "Cash"), "Cash", "does not know"),
        ("W01", lambda book: book["Prices"].__setitem__("C3", "Tariffs"), "Prices!C3", "Tariffs, not Prices"),
        ("W02", sheet("Calc_Cash", "sheet_state", "hidden"), "Calc_Cash", "hidden"),
        ("W02", sheet("Lists", "sheet_state", "veryHidden"), "Lists", "very hidden"),
        ("W02", hide("Inputs", "row", 8, "hidden", True), "Inputs!A8", "row is hidden"),
        ("W02", hide("Inputs", "row", 8, "height", 0.5), "Inputs!A8", "row is hidden"),
        ("W02", hide("Outputs", "column", "E", "hidden", True), "Outputs!E1", "column is hidden"),
        ("W03", formula("Outputs", "='[other.xlsx]Sheet1'!A1"), f"Outputs!{SPARE}", "reads another file"),
        ("W03", formula("Outputs", "=SUM([1]Prices!$A$1:$A$9)"), f"Outputs!{SPARE}", "reads another file"),
        ("W03", formula("Outputs", "=cmd|'/c calc'!A1"), f"Outputs!{SPARE}", "reads another file"),
        ("W03", name_cell("in_tasks", "[2]Sheet1!$A$1"), "", "the name in_tasks reads another file"),
        ("W04", formula("Outputs", "=TODAY()"), f"Outputs!{SPARE}", "TODAY"),
        ("W04", formula("Inputs", '=SUM(1,INDIRECT("A"&1))'), f"Inputs!{SPARE}", "INDIRECT"),
        ("W04", formula("Calc_Cash", "=NPV($C$9,$D$9:$F$9)"), f"Calc_Cash!{SPARE}", "NPV"),
        ("W04", formula("Calc_Cash", "=CHOOSE(1,$C$9,$C$10)"), f"Calc_Cash!{SPARE}", "CHOOSE"),
        ("W04", name_cell("list_months", "OFFSET(Lists!$A$1,0,0,3)"), "", "the name list_months uses OFFSET"),
        ("W05", setting("calcMode", "manual"), "", "manual"),
        ("W05", setting("iterate", True), "", "iterative"),
        ("W05", setting("fullPrecision", False), "", "precision as displayed"),
        ("W05", setting("fullCalcOnLoad", False), "", "not recalculated"),
        ("W05", formula("Outputs", f"={SPARE}+1"), f"Outputs!{SPARE}", f"Outputs!{SPARE} reads Outputs!{SPARE}"),
        ("W07", name_cell("growth", "Inputs!$C$9"), "", "starts with none of"),
        ("W07", name_cell("in_lost", "Inputs!#REF!"), "", "leads to #REF!"),
        ("W07", name_cell("IN_TASKS", "Inputs!$C$9"), "", "exists twice"),
        ("W07", formula("Calc_Cash", "=in_months"), f"Calc_Cash!{SPARE}", "uses the name in_months"),
        ("W08", lambda book: setattr(book.properties, "title", None), "", "no title"),
        ("W08", lambda book: setattr(book.properties, "language", " "), "", "no language"),
    ],
)
def test_what_is_broken_is_reported_where_it_is(
    tmp_path: Path, key: str, change: Callable[[Workbook], None], place: str, what: str
) -> None:
    path = broken(tmp_path, change)
    places = found(path, key)
    assert place in addresses(places)
    [said] = [one.what for one in places if what in one.what]
    assert said


# -- W02 -------------------------------------------------------------------------------------------------------------


def test_what_is_folded_into_a_group_is_not_hidden(tmp_path: Path) -> None:
    path = broken(tmp_path, lambda book: book["Inputs"].row_dimensions.group(8, 9, hidden=True))
    assert cells(path, "W02") == []


# -- W03 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "content", "what"),
    [
        ("xl/externalLinks/externalLink1.xml", "<externalLink><externalBook/></externalLink>", "another workbook"),
        ("xl/externalLinks/externalLink1.xml", "<externalLink><ddeLink/></externalLink>", "DDE"),
        ("xl/connections.xml", "<connections/>", "data connection"),
        ("xl/queryTables/queryTable1.xml", "<queryTable/>", "query"),
        ("xl/vbaProject.bin", b"\xd0\xcf", "macros"),
        ("xl/macrosheets/sheet1.xml", "<xm:macrosheet xmlns:xm='m'/>", "Excel 4 macros"),
        ("xl/embeddings/oleObject1.bin", b"\xd0\xcf", "embedded"),
    ],
)
def test_a_part_that_leads_out_or_runs(tmp_path: Path, part: str, content: str | bytes, what: str) -> None:
    [place] = found(added(clean(tmp_path), part, content), "W03")
    assert what in place.what
    assert part in place.what


@pytest.mark.parametrize(
    "text", ['="[1]Sheet1!A1"', '=IF(1,"a|b!c","")', "=SUM(Sales[Amount])", "=Sales[[#This Row],[Net]]"]
)
def test_brackets_of_texts_and_tables_lead_nowhere(tmp_path: Path, text: str) -> None:
    assert found(broken(tmp_path, formula("Outputs", text)), "W03") == []


def test_a_chart_that_reads_another_file(tmp_path: Path) -> None:
    path = patched(tmp_path, chart_part("roi", "Your project: when the money is back"), "'Timing'!", "[1]Timing!")
    assert {(place.sheet, place.what) for place in found(path, "W03")} == {("Outputs", "a chart reads another file")}


# -- W05 -------------------------------------------------------------------------------------------------------------


def tiny(tmp_path: Path, cells_: dict[str, Any], **others: dict[str, Any]) -> Path:
    """A foreign workbook with these cells on its first sheet, and on others."""
    book = Workbook()
    book.worksheets[0].title = "Model"
    for name, content in {"Model": cells_, **others}.items():
        target = book["Model"] if name == "Model" else book.create_sheet(name)
        for address, value in content.items():
            target[address] = value
    path = tmp_path / "theirs.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("formulas", "circle"),
    [
        ({"A1": "=B1", "B1": "=C1+1", "C1": "=SUM(A1:A9)"}, "Model!A1 reads Model!B1 reads Model!C1 reads Model!A1"),
        ({"A1": "=SUM(A1:A3)"}, "Model!A1 reads Model!A1"),
        ({"A1": "=Other!A1"}, "Model!A1 reads Other!A1 reads Model!A1"),
        ({"A1": "=$B:$B", "B7": "=A1"}, "Model!A1 reads Model!B7 reads Model!A1"),
        ({"A1": "=A2", "A2": "=A3", "A3": 1, "B1": "=A1+A2+A3", "C1": "=SUM(A1:B1)"}, ""),
    ],
)
def test_a_circle_is_found_across_ranges_and_sheets(tmp_path: Path, formulas: dict[str, Any], circle: str) -> None:
    path = tiny(tmp_path, formulas, Other={"A1": "=Model!A1"} if "Other" in str(formulas) else {"A1": 1})
    said = [place.what for place in found(path, "W05")]
    assert said == ([f"a circle: {circle}"] if circle else [])


def test_long_chains_and_growing_ranges_are_no_circles(tmp_path: Path) -> None:
    """Each cell sums all above it: the walk is 12,000 deep, and the ranges hold 72 million cells."""
    chain = {f"A{row}": f"=SUM(A$1:A{row - 1})" for row in range(2, 12_001)}
    upwards = {f"B{row}": f"=B{row + 1}" for row in range(1, 12_000)}
    path = tiny(tmp_path, {"A1": 1, **chain, **upwards})
    begun = time.process_time()
    assert found(path, "W05") == []
    assert time.process_time() - begun < 15  # it takes 2; looking at every cell of every range, a minute


def test_a_file_that_excel_saved_need_not_be_recalculated(tmp_path: Path) -> None:
    path = patched(tmp_path, WORKBOOK, 'fullCalcOnLoad="1"', 'fullCalcOnLoad="0"')
    assert [place.what[:19] for place in found(path, "W05")] == ["is not recalculated"]
    by_excel = "<Properties><AppVersion>16.0300</AppVersion></Properties>"
    again = tmp_path / "again.xlsx"
    again.write_bytes(_with_part(path.read_bytes(), "docProps/app.xml", by_excel))
    assert found(again, "W05") == []


def _with_part(content: bytes, part: str, text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, text if name == part else source.read(name))
    return stream.getvalue()


# -- W06 -------------------------------------------------------------------------------------------------------------


def test_an_error_among_the_stored_values(tmp_path: Path) -> None:
    part = sheet_part("roi", "Calc_Cash")
    path = patched(
        tmp_path, part, "</sheetData>", '<row r="900"><c r="D900" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>'
    )
    assert [(place.sheet, place.cell, place.what) for place in found(path, "W06")] == [
        ("Calc_Cash", "D900", "shows #DIV/0!")
    ]


@pytest.mark.parametrize(
    ("label", "reported"), [("IRR (can be #NUM!)", []), ("IRR", ["D900"]), ("can be #N/A", ["D900"])]
)
def test_an_error_that_its_label_announces(tmp_path: Path, label: str, reported: list[str]) -> None:
    row = (
        f'<row r="900"><c r="A900" t="inlineStr"><is><t>{label}</t></is></c>'
        '<c r="D900" t="e"><f>IRR(D1:D2)</f><v>#NUM!</v></c></row></sheetData>'
    )
    path = patched(tmp_path, sheet_part("roi", "Calc_Cash"), "</sheetData>", row)
    assert [place.cell for place in found(path, "W06")] == reported


def test_an_error_typed_in(tmp_path: Path) -> None:
    assert cells(broken(tmp_path, formula("Outputs", "#N/A")), "W06") == [f"Outputs!{SPARE}"]


# -- others' workbooks -----------------------------------------------------------------------------------------------


def test_a_foreign_workbook_gets_advice_where_it_makes_sense(tmp_path: Path) -> None:
    path = tiny(tmp_path, {"A1": "=TODAY()", "A2": "=NPV(0.1,B1:B3)", "A3": "=growth"})
    findings = lint(path, KEYS)
    assert {finding.severity for finding in findings} == {"advice"}
    assert {(finding.rule.key, finding.place.cell) for finding in findings} == {("W01", ""), ("W04", "A1"), ("W08", "")}


def test_a_name_that_nothing_uses(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "=growth*2"
    book.defined_names["Growth"] = DefinedName("Growth", attr_text="Sheet!$B$1")
    book.defined_names["Forgotten"] = DefinedName("Forgotten", attr_text="Sheet!$B$2")
    path = tmp_path / "theirs.xlsx"
    book.save(path)
    assert [place.what for place in found(path, "W07")] == ["the name Forgotten is used nowhere"]
