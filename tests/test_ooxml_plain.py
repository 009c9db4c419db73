"""Rows read at once and rows read element by element: the same verdicts, the same dependants, the same files.

A comment before the rows makes a sheet odd, so that the parser calls for every element of it.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import TYPE_CHECKING

import pytest
from corpus import Case, workbooks
from hostile import NAMESPACE, cell, sheet, with_sheet
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcost_xl.calc import register
from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import Area, BookFile, address, plain, position
from llmcost_xl.ooxml.evaluation import Evaluation, NotComputedError
from llmcost_xl.ooxml.guard import check
from llmcost_xl.ooxml.patch import Edits, patched
from llmcost_xl.ooxml.scan import Scan
from llmcost_xl.ooxml.values import ErrorCode
from llmcost_xl.ooxml.xmlpart import XmlPart

if TYPE_CHECKING:
    from llmcost_xl.ooxml import New, Value
    from llmcost_xl.ooxml.addresses import Position

VALUES: tuple[New, ...] = (7.25, True, "text", "=1+1", dt.date(2026, 1, 1), None)
CASES = {case.name: case for case in workbooks() if case.writer != "LibreOffice"}
ROOT = re.compile(rb"<(?:\w+:)?worksheet[^>]*>")
ODD = b"<!-- odd -->"


def made_odd(part: bytes) -> bytes:
    """The same sheet, whose rows are not looked at together."""
    odd = ROOT.sub(lambda match: match[0] + ODD, part, count=1)
    assert plain.rows_start(odd) == 0
    return odd


# -- the guard ---------------------------------------------------------------------------------------------------------

PLAIN = "".join(cell(f"{letter}{row}") for row in range(1, 30) for letter in "A") + '<row r="30" spans="1:2"/>'
ROW = '<row r="31">{}</row>'
SNIPPETS = [
    cell("A1048576"), cell("A1048577"), cell("XFD31"), cell("XFE31"), cell("AAAA31"), cell("A0"), "<row r='31'/>",
    ROW.format('<c r="A30"><v>1</v></c>'), ROW.format('<c r="XFD31"/>') + cell("A1048576"), '<row><c r="A7"/></row>',
    ROW.format('<c r="A31"><f t="array" ref="A1:XFD1048576">1</f></c>'),
    ROW.format('<c r="A31"><f t="array" ref="A31:B40">1</f></c>'),
    ROW.format('<c r="A31"><f t="array">1</f></c>'),
    ROW.format('<c r="A31"><f t="dataTable" ref="A1:XFD1048576" r1="A1"/></c>'),
    ROW.format("<c r='A31'><f t='array' ref='A1:XFD1048576'>1</f></c>"),
    ROW.format('<c r="A31"><f ref="A1:XFD1048576" t="&#97;rray">1</f></c>'),
    ROW.format(f'<c r="A31"><f>{"1+" * 4095}1</f></c>'), ROW.format(f'<c r="A31"><f>{"1+" * 4096}1</f></c>'),
    ROW.format(f'<c r="A31"><f>{"é" * 8192}</f></c>'), ROW.format("<a>" * 300 + "</a>" * 300),
    "<!-- </row> -->" + cell("XFE31"), "<![CDATA[</row>]]>" + cell("XFE31"), "<?pi </row>?>" + cell("XFE31"),
    '<row r="31"><!-- --></row>' + cell("XFE32"), '</sheetData><mergeCell ref="A0"/><sheetData>',
    ROW.format('<c r="A31"><v>&x;</v></c>'), ROW.format('<c r="A31"><v>\x01</v></c>'),
    ROW.format('<c r="A31" r="B31"/>'),
    ROW.format('<c r="A31"><v>]]></v></c>'), ROW.format('<c r="A31"><v>1</c>'), "<!DOCTYPE x>" + ROW.format(""),
    '<x:row xmlns:x="y" r="31"><x:c r="XFE31"/></x:row>', "text" + cell("XFE31"), "</worksheet>" + cell("XFE31"),
    ROW.format('<c r="A31" t="inlineStr"><is><r><t>a</t></r></is></c>') + cell("XFE32"), cell("A31") + "<row r=",
]  # fmt: skip


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet[:60])
@pytest.mark.parametrize("after", ["", PLAIN.replace(">1<", ">2<"), cell("XFE99")], ids=["end", "plain", "bad"])
def test_the_guard_judges_rows_alike(snippet: str, after: str) -> None:
    text = f"<worksheet {NAMESPACE}><sheetData>{PLAIN}{snippet}{after}</sheetData></worksheet>".encode()
    assert verdict(text) == verdict(made_odd(text))


@pytest.mark.parametrize("seed", range(4))
def test_the_guard_judges_damaged_rows_alike(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311  # the same damage in every run
    row = '<row r="{0}" s="1"><c r="A{0}" s="1" t="s"><v>3</v></c><c r="B{0}"><f ca="1">A{0}*2</f><v>6</v></c></row>'
    whole = f"<worksheet {NAMESPACE}><sheetData>{''.join(row.format(n) for n in range(1, 6))}</sheetData></worksheet>"
    for _ in range(40):
        text = bytearray(whole.encode())
        for _ in range(source.randint(1, 3)):
            at = source.randrange(len(NAMESPACE) + 30, len(text))
            change = source.choice([b"", b"<", b">", b'"', b"&", b"\0", b"\xff", b"<!--", b"</c>", b"99999999", b"/"])
            text[at : at + source.randint(0, 2)] = change
        assert verdict(bytes(text)) == verdict(made_odd(bytes(text))), bytes(text)


def verdict(text: bytes) -> str:
    """What the guard says of a workbook with this sheet, but for the place of damage."""
    try:
        check(with_sheet(text))
    except RefusedError as refused:
        return re.sub(r": line \d+, column \d+", "", str(refused))
    return ""


def test_cells_are_counted_in_plain_rows() -> None:
    rows = "".join(f'<row r="{n}">{f"""<c r="A{n}"/>""" * 1000}</row>' for n in range(1, 1001)).encode()
    assert plain.rows_end(rows, 0) == len(rows)
    scan = Scan()
    scan.begin("sheet1.xml")
    scan.feed(b"<worksheet><sheetData>")
    assert scan.is_among_rows
    scan.feed_rows(rows)
    scan.feed_rows(rows)
    with pytest.raises(RefusedError, match="more than 2,000,000 cells"):
        scan.feed_rows(cell("B2001").encode())


# -- what depends on what ----------------------------------------------------------------------------------------------

ROWS = 14
FIRST_FORMULAS, LAST_COLUMN = 3, 7  # the columns C to G hold formulas, A and B numbers
REFERENCE = re.compile(r"\$?([A-Z])\$?([0-9]+)(?::\$?([A-Z])\$?([0-9]+))?")


@st.composite
def corners(draw: st.DrawFn) -> tuple[str, int, bool, bool]:
    """A column's letter, a row as a distance from the formula or as a number, whether it stays, a dollar or not."""
    return (draw(st.sampled_from("ABCDEFG")), draw(st.integers(-3, 3)), draw(st.booleans()), draw(st.booleans()))


PIECES = ["+{0}", "+SUM({0}:{1})", "+LOG10({0})", '&"A1 10%"', "+1", "+A:A", "+SUMIF({0}:{1},1,B2)"]
formulas = st.lists(st.tuples(st.sampled_from(PIECES), corners(), corners()), min_size=1, max_size=3)
"""What formulas consist of; one of them is copied down."""


def written(formula: list[tuple[str, tuple[str, int, bool, bool], tuple[str, int, bool, bool]]], row: int) -> str:
    """A formula as it reads in a row."""

    def corner(letter: str, step: int, stays: bool, dollar: bool) -> str:
        number = step % ROWS + 1 if stays else min(max(row + step, 1), ROWS + 9)
        return f"{'$' * dollar}{letter}{'$' * stays}{number}"

    return "1" + "".join(text.format(corner(*one), corner(*other)) for text, one, other in formula)


@given(
    columns=st.lists(st.tuples(formulas, formulas, st.integers(1, ROWS)), min_size=1, max_size=5),
    changed=st.tuples(st.integers(1, ROWS), st.integers(1, 2)),
)
@settings(max_examples=80, deadline=None)
def test_dependants_are_those_that_a_search_from_cell_to_cell_finds(
    columns: list[tuple[list, list, int]],  # type: ignore[type-arg]  # of what formulas draws
    changed: tuple[int, int],
) -> None:
    texts = {
        (row, column): written(formula if row < turn else other, row)
        for column, (formula, other, turn) in enumerate(columns, start=FIRST_FORMULAS)
        for row in range(1, ROWS + 1)
    }
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{address((row, column))}"><f>{text.replace("&", "&amp;")}</f></c>'
            for (own, column), text in texts.items()
            if own == row
        )
        + "</row>"
        for row in range(1, ROWS + 1)
    )
    found = BookFile.read(sheet(rows)).dependants({"Sheet": {changed}})
    assert found.get("Sheet", set()) == searched(texts, changed)


def searched(texts: dict[tuple[int, int], str], changed: tuple[int, int]) -> set[tuple[int, int]]:
    """The formulas that read a cell or another found one, again and again until there is no more."""
    reads = {where: list(areas(text)) for where, text in texts.items()}
    found: set[tuple[int, int]] = set()
    while True:
        more = {where for where, read in reads.items() if where not in found
                and any(area.holds(cell) for area in read for cell in {changed} | found)}  # fmt: skip
        if not more:
            return found
        found |= more


def areas(text: str) -> list[Area]:
    found = [Area.read(match[0].replace("$", "")) for match in REFERENCE.finditer(re.sub('"[^"]*"|LOG10', "", text))]
    if "SUMIF" in text:
        rows, columns = (max(area[end] - area[end - 2] for area in found) for end in (2, 3))
        if "A:A" in text:
            rows, columns = 2000, max(columns, 0)
        found = [area._replace(bottom=max(area.bottom, area.top + rows), right=max(area.right, area.left + columns))
                 for area in found]  # fmt: skip
    return found + [Area.read("A:A")] * ("A:A" in text)


def test_formulas_that_share_one_are_found_like_copies() -> None:
    first = '<row r="1"><c r="B1"><f t="shared" ref="B1:B9" si="0">A1+$A$9</f></c></row>'
    rows = first + "".join(f'<row r="{n}"><c r="B{n}"><f t="shared" si="0"/></c></row>' for n in range(2, 10))
    book = BookFile.read(sheet(rows))
    assert book.dependants({"Sheet": {(4, 1)}}) == {"Sheet": {(4, 2)}}
    assert book.dependants({"Sheet": {position("A9")}}) == {"Sheet": {(row, 2) for row in range(1, 10)}}


# -- whole workbooks ---------------------------------------------------------------------------------------------------


IN_ONE_BYTE = [case for case in CASES.values() if not case.own and case.name != "by hand, UTF-16"]


@pytest.mark.parametrize("case", IN_ONE_BYTE, ids=lambda case: case.name)
def test_an_odd_workbook_is_changed_alike(case: Case) -> None:
    book = BookFile.read(case.content)
    names = [part.part_name for part in book.sheets]
    parts = {name: book.archive.part(name) for name in names}
    odd = BookFile.read(book.archive.with_parts({name: made_odd(part) for name, part in parts.items()}))
    assert [list(one.cells()) for one in odd.sheets] == [list(one.cells()) for one in book.sheets]
    assert [one.typed() for one in odd.sheets] == [one.typed() for one in book.sheets]
    one, other = (each.changed({"Prices": {case.price_cell(): 7.25}}) for each in (book, odd))
    assert other.dependants == one.dependants
    assert other.is_current is one.is_current
    one_parts, other_parts = (BookFile.read(changed.content).archive for changed in (one, other))
    for name in names:
        assert other_parts.part(name).replace(ODD, b"") == one_parts.part(name), name


@pytest.mark.parametrize("case", [case for case in CASES.values() if case.values], ids=lambda case: case.name)
def test_values_put_into_the_engine_give_what_the_changed_file_gives(case: Case) -> None:
    book = BookFile.read(case.content)
    prices = book.sheet("Prices")
    where = next(cell.where for cell in prices.cells() if isinstance(cell.value, float) and cell.formula is None)
    dependants = book.dependants({"Prices": {where}})
    put = Evaluation(book, register)
    for value in VALUES:  # one after the other into the same engine
        put.put({"Prices": {where: value}}, date1904=book.date1904)
        part = patched(prices.part, Edits({where: value}), date1904=book.date1904)
        read = Evaluation(BookFile.read(book.archive.with_parts({prices.part_name: part})), register)
        for name, cells in dependants.items():
            for at in cells:
                one, other = _given(put, name, at), _given(read, name, at)
                assert repr(one) == repr(other), (name, at, value)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ('<c r="A1" s="3"><f>1+1</f><v>2</v></c>', 2.5, '<c r="A1" s="3"><f>1+1</f><v>2.5</v></c>'),
        ('<c r="A1" s="3"><f>1+1</f><v>2</v></c>', None, '<c r="A1" s="3"><f>1+1</f></c>'),
        ('<c r="A1" t="str"><f>B1</f><v>a</v></c>', 2.5, '<c r="A1"><f>B1</f><v>2.5</v></c>'),
        ('<c r="A1"><f>B1</f><v>1</v></c>', " <", '<c r="A1" t="str"><f>B1</f><v xml:space="preserve"> &lt;</v></c>'),
        ('<c r="A1" vm="1" t="e"><f>B1</f><v>#N/A</v></c>', True, '<c r="A1" t="b"><f>B1</f><v>1</v></c>'),
        ('<c r="A1" t="n"><f>B1</f><v>1</v></c>', ErrorCode("#N/A"), '<c r="A1" t="e"><f>B1</f><v>#N/A</v></c>'),
        ('<c r="A1"><f t="shared" si="0"/><v >1</v></c>', 2.0, '<c r="A1"><f t="shared" si="0"/><v>2</v></c>'),
        ('<c r="A1"><f>B1</f><v /></c>', 2.0, '<c r="A1"><f>B1</f><v>2</v></c>'),
        ('<c r="A1"><f>B1</f></c>', 2.0, '<c r="A1"><f>B1</f></c>'),
        ('<c r="A2"><f>B1</f><v>1</v></c>', 2.0, '<c r="A2"><f>B1</f><v>1</v></c>'),
    ],
)  # fmt: skip
def test_only_the_stored_value_of_a_formula_changes(before: str, value: Value, after: str) -> None:
    row = 2 if "A2" in before else 1
    for odd in ("", ODD.decode()):
        text = f'<worksheet {NAMESPACE}>{odd}<sheetData><row r="{row}">{{}}</row></sheetData></worksheet>'
        part = XmlPart.read("sheet1.xml", text.format(before).encode())
        assert (plain.rows(part.text) is None) is bool(odd)
        assert patched(part, Edits(stored={(1, 1): value})).decode() == text.format(after)


def _given(evaluation: Evaluation, name: str, where: Position) -> Value:
    try:
        return evaluation.value(name, where)
    except NotComputedError as problem:
        return str(problem)
