"""One price changed in workbooks of many writers: nothing else differs, and every figure follows."""

from __future__ import annotations

import functools
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from corpus import DEPENDENT, INDEPENDENT, PRICES, Case, results, workbooks
from libreoffice import LibreOfficeMissingError, find_soffice
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from sdk import VERSIONS, all_complaints

from llmcost_xl.ooxml import BookFile, position

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from libreoffice import LibreOffice

    from llmcost_xl.ooxml import Changed

CASES = {case.name: case for case in workbooks() if not case.own}
NEW = 7.25
NOT_CURRENT = {
    # formulas that the engine works out differently, or not at all
    "openpyxl, array and data table",
    # names of its XML that the engine's reader does not understand
    "as Excel, Strict",
}  # fmt: skip
"""Cases whose dependants lose their stored values, as the engine does not agree with those that were stored."""


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    found = CASES[request.param]
    if found.writer == "LibreOffice":
        request.getfixturevalue("libreoffice")  # skips where there is none
    return found


@functools.cache
def changed(name: str) -> Changed:
    """The workbook with the first price changed."""
    case = CASES[name]
    return BookFile.read(case.content).changed({"Prices": {case.price_cell(): NEW}})


def expected() -> dict[str, float | str]:
    """What the formulas of the sheet Model give with the new price."""
    return results((NEW, *PRICES[1:]))


def records(content: bytes) -> dict[str, tuple[bytes, bytes]]:
    """Every part as it lies in the file: its record with header and data, its directory entry but for the place."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos, directory = archive.infolist(), archive.start_dir
    starts = [*sorted(info.header_offset for info in infos), directory]
    found, at = {}, directory
    for info in infos:
        end = starts[starts.index(info.header_offset) + 1]
        lengths = (int.from_bytes(content[at + place : at + place + 2], "little") for place in (28, 30, 32))
        size = 46 + sum(lengths)
        entry = content[at : at + 42] + content[at + 46 : at + size]
        found[info.filename] = content[info.header_offset : end], entry
        at += size
    return found


def test_the_corpus_is_as_large_and_as_varied_as_promised() -> None:
    assert len(workbooks()) >= 30
    writers = {case.writer for case in workbooks()}
    assert writers >= {"XlsxWriter", "openpyxl", "LibreOffice", "by hand", "Excel", "as Excel", "as Google Sheets"}


def test_every_other_part_keeps_its_bytes(case: Case) -> None:
    before, after = records(case.content), records(changed(case.name).content)
    assert list(after) == list(before), "the order of the parts"
    differing = {name for name in before if before[name] != after[name]}
    assert differing == set(changed(case.name).parts)
    allowed = {sheet.part_name for sheet in BookFile.read(case.content).sheets}
    assert differing <= allowed | {BookFile.read(case.content).structure.part_name}
    with zipfile.ZipFile(io.BytesIO(changed(case.name).content)) as archive:
        assert archive.testzip() is None
        assert archive.comment == zipfile.ZipFile(io.BytesIO(case.content)).comment


@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # by openpyxl, which only looks here
def test_every_other_cell_keeps_what_it_has(case: Case) -> None:
    """In the eyes of openpyxl: contents, formulas, formats, widths, merged areas."""
    before, after = (cells(content) for content in map(case.readable, (case.content, changed(case.name).content)))
    where = "Prices", case.price_cell()
    assert after[where][0] == NEW
    assert after[where][1] == before[where][1], "the format of the changed cell"
    del before[where], after[where]
    assert after == before


def cells(content: bytes) -> dict[tuple[str, str], tuple[Any, ...]]:
    found = {}
    for sheet in load_workbook(io.BytesIO(content), rich_text=True).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                if isinstance(value, ArrayFormula | DataTableFormula):
                    value = vars(value)
                found[sheet.title, cell.coordinate] = value, cell.style_id
        widths = sorted((name, str(width.width)) for name, width in sheet.column_dimensions.items())
        found[sheet.title, ""] = widths, sorted(map(str, sheet.merged_cells.ranges)), sheet.freeze_panes
    return found


def test_no_stored_value_is_stale(case: Case) -> None:
    """A formula shows what it gives with the new price, or nothing."""
    after = BookFile.read(changed(case.name).content)
    values = {cell.address: cell.value for cell in after.sheet("Model").cells() if cell.formula is not None}
    known = expected()
    is_current = case.values and case.name not in NOT_CURRENT
    assert changed(case.name).is_current is is_current
    for cell in DEPENDENT:
        wanted = known[cell] if is_current else None
        assert values[cell] == (pytest.approx(wanted) if isinstance(wanted, float) else wanted), cell
    for cell in INDEPENDENT:
        assert values[cell] == (known[cell] if case.values else None), cell
        assert position(cell) not in changed(case.name).dependants["Model"], cell
    assert after.structure.part.text.count(b'fullCalcOnLoad="1"') == 1


def test_libreoffice_calculates_what_is_stored(case: Case, libreoffice: LibreOffice, tmp_path: Path) -> None:
    """Every formula of the workbook, by an engine that had no part in it."""
    path = tmp_path / f"book{case.suffix}"
    path.write_bytes(changed(case.name).content)
    book = BookFile.read(path)
    stored = {
        f"{sheet.name}!{cell.address}": cell.value
        for sheet in book.sheets
        for cell in sheet.cells()
        if cell.formula is not None and cell.value is not None
    }
    known = {f"Model!{cell}": value for cell, value in expected().items()}
    with libreoffice.open(path) as opened:
        opened.recalculate()
        for wanted in (known, stored):
            for address, value in opened.read(wanted).items():
                given = wanted[address]
                assert value == (pytest.approx(given) if isinstance(given, float) else given), address


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[list[str]], list[list[str]]]]:
    """What the SDK finds in a workbook after the change, and before it where it finds anything; all asked at once."""
    folder = tmp_path_factory.mktemp("judged")

    def complaints(names: list[str], content: Callable[[str], bytes]) -> dict[str, list[list[str]]]:
        wanted = []
        for name in names:
            path = folder / f"{len(wanted)}{CASES[name].suffix}"
            path.write_bytes(content(name))
            wanted += [(path, version) for version in asked(name)]
        answers = iter(all_complaints(wanted))
        return {name: [next(answers) for _ in asked(name)] for name in names}

    there = [name for name, case in CASES.items() if case.writer != "LibreOffice" or has_libreoffice()]
    after = complaints(there, lambda name: changed(name).content)
    doubtful = [name for name in there if any(after[name])]
    before = complaints(doubtful, lambda name: CASES[name].content)
    return {name: (after[name], before.get(name, after[name])) for name in there}


def asked(name: str) -> tuple[str, ...]:
    """The versions of Excel whose judgement is asked for: of every sixth workbook both."""
    return VERSIONS if list(CASES).index(name) % 6 == 0 or name.startswith("as ") else VERSIONS[-1:]


def has_libreoffice() -> bool:
    try:
        return bool(find_soffice())
    except LibreOfficeMissingError:
        return False


def test_the_sdk_finds_nothing_that_it_did_not_find_before(
    case: Case, judged: dict[str, tuple[list[list[str]], list[list[str]]]]
) -> None:
    after, before = judged[case.name]
    assert after == before


def test_the_same_change_gives_the_same_file(case: Case) -> None:
    again = BookFile.read(changed(case.name).content).changed({"Prices": {case.price_cell(): NEW}})
    sheets = records(again.content)[BookFile.read(case.content).sheet("Prices").part_name]
    assert sheets == records(changed(case.name).content)[BookFile.read(case.content).sheet("Prices").part_name]


def test_nothing_to_change_changes_nothing(case: Case) -> None:
    untouched = BookFile.read(case.content).changed({"Prices": {}})
    assert untouched.content == case.content
    assert untouched.parts == ()


@pytest.mark.parametrize("name", ["by hand, signature", "by hand, pivot table", "xlsxwriter, printing and protection"])
def test_what_a_change_does_to_the_rest_is_said(name: str) -> None:
    word = {"signature": "signed", "table": "refresh", "protection": "protected"}[name.rpartition(" ")[2]]
    assert any(word in notice for notice in changed(name).notices)


def test_macros_survive_to_the_byte() -> None:
    case = CASES["xlsxwriter, macros and charts"]
    before, after = records(case.content), records(changed(case.name).content)
    assert before["xl/vbaProject.bin"] == after["xl/vbaProject.bin"]
