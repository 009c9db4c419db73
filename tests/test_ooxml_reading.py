"""A sheet read in two ways, by search and by parser, and what its formulas read."""

from __future__ import annotations

import pytest
from corpus import Case, workbooks

from llmcost_xl.ooxml import BookFile
from llmcost_xl.ooxml.formulacells import _is_usual, formula_cells
from llmcost_xl.ooxml.reading import RawCell, items
from llmcost_xl.ooxml.xmlpart import XmlPart

CASES = {case.name: case for case in workbooks() if case.writer != "LibreOffice"}
SEARCHED = {
    "xlsxwriter, plain",
    "openpyxl, plain",
    "by hand, shared formulas",
    "by hand, byte order marks",
    "ours, roi",
}
PARSED = {"by hand, prefixes", "by hand, another hand"}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_search_and_parser_find_the_same(case: Case) -> None:
    searched = False
    for sheet in BookFile.read(case.content).sheets:
        parsed = [item for item in items(sheet.part, formulas_only=True) if isinstance(item, RawCell)]
        found = list(formula_cells(sheet.part))
        assert [cell._replace(start=0, end=0, value=None) for cell in found] == [
            cell._replace(start=0, end=0, value=None) for cell in parsed
        ]
        part = sheet.part
        for one, other in zip(found, parsed, strict=True):
            assert (one.start, part.stop(one.start, one.end)) == (other.start, part.stop(other.start, other.end))
            assert (one.value is None) == (other.value is None)
            if one.value and other.value:
                assert (one.value[0], part.stop(*one.value)) == (other.value[0], part.stop(*other.value))
        searched = searched or (bool(found) and _is_usual(part.text))
    if case.name in SEARCHED | PARSED:
        assert searched is (case.name in SEARCHED), "which way was taken"


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><f>1&lt;2&amp;&quot;x&quot;&#10;&#x41;</f><v>1</v></c>',
        '<c r="A1" t="str"><f>"a"</f><v></v></c>',
        '<c r="A1"><f/><v/></c>',
        '<c r="A1" s="3" t="e"><f ca="1">NA()</f><v>#N/A</v></c>',
        '<c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f></c></row><row r="2"><c r="A2"><f t="shared" si="0"/></c>',
        '<c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v><extLst><ext uri="x"/></extLst></c>',
        "<c r='A1'><f>1</f><v>1</v></c>",
        '<c r="A1"><!-- <f>9</f> --><f>1</f></c>',
        '<c r="A1"><f><![CDATA[1<2]]></f><v>1</v></c>',
        '<c r="A1"><f>1</f><v xml:space="preserve"> 1 </v></c>',
        '<c t="n" r="A1"\n  s="1" ><f\n>1</f >\n<v>1</v></c>',
        '<c r="A1" t="str"><f>1\r\n+2</f><v>a\r\nb</v></c>',
    ],
)
def test_odd_spellings_are_read_alike(cell: str) -> None:
    text = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    part = XmlPart.read("sheet1.xml", text.encode())
    parsed = [item for item in items(part, formulas_only=True) if isinstance(item, RawCell)]
    found = list(formula_cells(part))
    assert [(one.where, one.kind, one.style, one.formula, one.text) for one in found] == [
        (one.where, one.kind, one.style, one.formula, one.text) for one in parsed
    ]
    assert [part.stop(one.start, one.end) for one in found] == [part.stop(one.start, one.end) for one in parsed]
