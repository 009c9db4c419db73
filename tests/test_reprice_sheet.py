"""The sheet "Price change" in workbooks of many writers: it goes in, all else stays; programs open and calculate it."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from corpus import Case, workbooks
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.protection import WorkbookProtection
from sdk import complaints
from test_reprice_report import EXAMPLE, PRICES, csv, to
from workbooks import built

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import BookFile
from llmcost_xl.ooxml.parts import relations
from llmcost_xl.ooxml.values import ErrorCode
from llmcost_xl.reprice import applied, planned, report
from llmcost_xl.reprice.sheet import NAME, added
from llmcost_xl.reprice.units import read_unit

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Run
    from libreoffice import LibreOffice

CASES = {case.name: case for case in workbooks()}
SOME = list(CASES)[::3]  # of every writer; test_ooxml_corpus.py changes all of them
UNIT = read_unit("USD per 1M tokens")
LISTED_IN = re.compile(
    r"\[Content_Types\]\.xml|xl/(workbook[^/]*\.xml|_rels/workbook[^/]*\.xml\.rels|styles\d*\.xml)", re.IGNORECASE
)
USAGE = ("model,queries,input_tokens,output_tokens", "gpt-4o,1000000,500,200", "gpt-4o-mini,5000000,400,100")


@pytest.fixture(params=SOME)
def case(request: pytest.FixtureRequest) -> Case:
    found = CASES[request.param]
    if found.writer == "LibreOffice":
        request.getfixturevalue("libreoffice")  # skips where there is none
    return found


@functools.cache
def before_and_after(name: str) -> tuple[bytes, bytes]:
    """A repriced workbook without the sheet, and with it."""
    content = CASES[name].content
    book = BookFile.read(content)
    plan = planned(book, to("*=-50%"), unit=UNIT, forced=True)
    after = applied(book, plan).content
    usage = None if CASES[name].own else csv(*USAGE)
    return after, added(report.of(content, after, plan, usage, name="plan.xlsx", unit=UNIT), after)


def check(content: bytes, found: Any) -> Any:
    """A cell of the sheet as the file stores it."""
    return load_workbook(io.BytesIO(content), data_only=True)[NAME][found].value


# -- every writer's workbooks ----------------------------------------------------------------------------------------


def test_all_other_parts_stay_byte_for_byte(case: Case) -> None:
    plain, with_sheet = (zipfile.ZipFile(io.BytesIO(one)) for one in before_and_after(case.name))
    assert with_sheet.namelist()[: len(plain.namelist())] == plain.namelist()
    differ = {name for name in plain.namelist() if plain.read(name) != with_sheet.read(name)}
    assert all(LISTED_IN.fullmatch(name.lstrip("/")) for name in differ)
    assert "[content_types].xml" in {name.lower() for name in differ}
    assert len(with_sheet.namelist()) > len(plain.namelist())


def test_the_sheet_is_the_last_and_its_check_holds(case: Case) -> None:
    _, content = before_and_after(case.name)
    book = BookFile.read(content)
    assert book.structure.sheets[-1].name == NAME
    first = {cell.where: cell.value for cell in book.sheet(NAME).cells()}
    assert str(first[1, 1]).startswith("Price change: ")
    assert first[3, 2] == "OK"


def test_formats_of_cells_do_not_move(case: Case) -> None:
    """Lists of formats only grow: what stood at a number stands there still."""
    plain, with_sheet = (BookFile.read(one) for one in before_and_after(case.name))
    styles = plain.structure.of_kind("styles")
    if styles:
        from llmcost_xl.ooxml.formats import Formats  # noqa: PLC0415
        from llmcost_xl.ooxml.xmlpart import XmlPart  # noqa: PLC0415

        old, new = (XmlPart.read(styles[0], book.archive.part(styles[0])) for book in (plain, with_sheet))
        lists = Formats.of(old, new)
        for name, looks in lists.lists.items():
            assert lists.source[name][: len(looks)] == looks


def test_the_sdk_finds_nothing_new(case: Case, tmp_path: Path) -> None:
    plain, with_sheet = before_and_after(case.name)
    path = tmp_path / f"plan{case.suffix}"
    path.write_bytes(with_sheet)
    found = complaints(path)
    if found:  # those that it had before
        path.write_bytes(plain)
        assert found == complaints(path)


def test_libreoffice_opens_and_recalculates_it(case: Case, libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / f"plan{case.suffix}"
    path.write_bytes(before_and_after(case.name)[1])
    with libreoffice.open(path) as book:
        book.recalculate()
        assert book[f"{NAME}!B3"] == "OK"
        stored = {cell.where: cell.value for cell in BookFile.read(path).sheet(NAME).cells()}
        totals = [row for (row, column), value in stored.items() if column == 1 and value == "All"
                  and (row, 2) in stored]  # fmt: skip
        assert totals or case.own
        for row in totals:
            assert book[f"{NAME}!B{row}"] == pytest.approx(stored[row, 2])
            assert book[f"{NAME}!E{row}"] == pytest.approx(stored[row, 5])


def test_the_next_report_goes_below_and_changes_nothing_above(case: Case, tmp_path: Path) -> None:
    plain, once = before_and_after(case.name)
    plan = planned(BookFile.read(once), to("*=+10%"), unit=UNIT, forced=True)
    usage = None if case.own else csv(*USAGE)
    twice = added(report.of(plain, once, plan, usage, name="plan.xlsx", unit=UNIT), once)
    old, new = (BookFile.read(content).sheet(NAME) for content in (once, twice))
    above = {cell.where: (cell.value, cell.formula, cell.style) for cell in old.cells()}
    whole = {cell.where: (cell.value, cell.formula, cell.style) for cell in new.cells()}
    assert {where: whole[where] for where in above} == above
    below = [where for where in whole if where not in above]
    assert min(below)[0] == max(above)[0] + 3
    assert [value[0] for (_, column), value in whole.items() if column == 1].count("Residual check") >= 2
    drawn = [len(re.findall(rb"<(?:\w+:)?chart\b[^>]*:id=", _drawing(content))) for content in (once, twice)]
    assert drawn[1] == drawn[0] + 1
    path = tmp_path / f"plan{case.suffix}"
    path.write_bytes(twice)
    found = complaints(path)
    path.write_bytes(once)
    assert found == complaints(path)


def _drawing(content: bytes) -> bytes:
    """The drawing of the sheet; none where there is nothing to draw."""
    book = BookFile.read(content)
    part = next((one.target for one in relations(book.archive, book.sheet(NAME).part_name).values()
                 if one.kind == "drawing"), "")  # fmt: skip
    return book.archive.part(part) if part else b""


# -- what may stand in the way ---------------------------------------------------------------------------------------


def told_of(content: bytes) -> report.Report:
    book = BookFile.read(content)
    plan = planned(book, to("openai/gpt-4o=-20%"))
    return report.of(content, applied(book, plan).content, plan, csv(*EXAMPLE), name="plan.xlsx")


def with_change(change: Any) -> bytes:
    book = load_workbook(io.BytesIO(PRICES))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_figures_of_the_reference_example_stand_in_the_cells() -> None:
    content = added(told_of(PRICES), PRICES)
    sheet = load_workbook(io.BytesIO(content), data_only=True)[NAME]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "All")
    assert [round(value, 9) for value in row[1:9]] == [40.3, 8.06, 9.165, 2.6625, -10.35, 0, 49.8375, 9.5375]
    formulas = load_workbook(io.BytesIO(content))[NAME]
    assert any(str(cell.value).startswith("=SUM(") for line in formulas.iter_rows() for cell in line)


def test_the_chart_draws_the_steps() -> None:
    book = load_workbook(io.BytesIO(added(told_of(PRICES), PRICES)))
    charts: Any = book[NAME]
    (chart,) = charts._charts  # noqa: SLF001  # there is no public way
    assert chart.grouping == "stacked"
    assert len(chart.series) == 6


def test_a_sheet_of_that_name_that_is_somebody_elses_stays() -> None:
    def add(book: Workbook) -> None:
        book.create_sheet(NAME)["A1"] = "My own notes"

    content = with_change(add)
    found = BookFile.read(added(told_of(content), content))
    assert [sheet.name for sheet in found.sheets] == ["Prices", NAME, f"{NAME} (2)"]
    assert next(found.sheet(NAME).cells()).value == "My own notes"


def test_a_workbook_whose_structure_is_protected_is_refused() -> None:
    def protect(book: Workbook) -> None:
        book.security = WorkbookProtection(lockStructure=True)

    content = with_change(protect)
    with pytest.raises(RefusedError, match="the structure of the workbook is protected"):
        added(told_of(content), content)


def test_hostile_names_stay_text() -> None:
    lines = csv(USAGE[0].replace("model", "feature,model"), "=1+1,gpt-4o,1000,500,200", "<b>&,gpt-4o-mini,1,500,200")
    book = BookFile.read(PRICES)
    plan = planned(book, to())
    content = added(report.of(PRICES, PRICES, plan, lines), PRICES)
    cells = {cell.value: cell.formula for cell in BookFile.read(content).sheet(NAME).cells()}
    assert cells["=1+1"] is None
    assert cells["<b>&"] is None


def test_without_known_spend_the_sheet_says_so() -> None:
    book = BookFile.read(PRICES)
    plan = planned(book, to("openai/gpt-4o=-20%"))
    content = added(report.of(PRICES, applied(book, plan).content, plan), PRICES)
    assert check(content, "B3") == "not known"


@pytest.mark.parametrize("name", ["budget-vs-actual", "api-vs-self-hosting"])
def test_our_workbooks_still_pass_their_own_checks(name: str, libreoffice: LibreOffice, tmp_path: Path) -> None:
    content = built(name).content
    book = BookFile.read(content)
    plan = planned(book, to("*=-10%"))
    after = applied(book, plan).content
    path = tmp_path / "plan.xlsx"
    path.write_bytes(added(report.of(content, after, plan), after))
    assert complaints(path) == []
    with libreoffice.open(path) as opened:
        opened.recalculate()
        assert (opened[f"{NAME}!B3"], opened["chk_master"]) == ("OK", "OK")


# -- the next price change -------------------------------------------------------------------------------------------


def with_sheet() -> bytes:
    """The prices of the example repriced, with the sheet."""
    book = BookFile.read(PRICES)
    plan = planned(book, to("openai/gpt-4o=-20%"))
    after = applied(book, plan).content
    return added(report.of(PRICES, after, plan, csv(*EXAMPLE), name="plan.xlsx"), after)


def repriced_again(content: bytes) -> bytes:
    book = BookFile.read(content)
    plan = planned(book, to("openai/gpt-4o=-50%"), forced=True)
    after = applied(book, plan).content
    return added(report.of(content, after, plan, csv(*EXAMPLE), name="plan.xlsx"), after)


def first_column(content: bytes) -> list[Any]:
    sheet = load_workbook(io.BytesIO(content), data_only=True)[NAME]
    return [row[0] for row in sheet.iter_rows(values_only=True)]


def checks(content: bytes) -> list[Any]:
    """What the checks of the sheet say, as stored."""
    sheet = load_workbook(io.BytesIO(content), data_only=True)[NAME]
    return [row[1] for row in sheet.iter_rows(values_only=True) if row[0] == "Residual check"]


def test_the_tables_of_the_sheet_are_no_tables_of_prices() -> None:
    content = with_sheet()
    assert {row.sheet for row in planned(BookFile.read(content), to()).rows} == {"Prices"}
    assert {row.sheet for row in planned(BookFile.read(repriced_again(content)), to()).rows} == {"Prices"}


def test_each_block_is_checked_and_no_stored_value_is_an_error() -> None:
    content = repriced_again(with_sheet())
    assert checks(content) == ["OK"] * 4
    assert not [cell for cell in BookFile.read(content).sheet(NAME).cells() if isinstance(cell.value, ErrorCode)]


def test_remarks_on_the_sheet_stay_and_charts_that_were_deleted_do_not_come_back() -> None:
    book = load_workbook(io.BytesIO(with_sheet()))
    sheet: Any = book[NAME]
    sheet["N3"], sheet["A200"] = "Agreed with the board", "Our own table"
    sheet._charts = []  # noqa: SLF001  # there is no public way
    stream = io.BytesIO()
    book.save(stream)
    content = repriced_again(stream.getvalue())
    sheet = load_workbook(io.BytesIO(content))[NAME]
    assert (sheet["N3"].value, sheet["A200"].value) == ("Agreed with the board", "Our own table")
    assert first_column(content)[202] == "Price change: plan.xlsx"
    assert len(sheet._charts) == 1  # noqa: SLF001


PREFIXED = (
    (b"<(/?)(?=[a-zA-Z])", rb"<\1x:"),
    (rb'xmlns="http://schemas.openxmlformats.org/spreadsheetml', rb'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml'),
)  # fmt: skip


def test_a_sheet_with_a_prefix_before_its_names_gets_a_block_that_means_the_same(libreoffice: LibreOffice,
                                                                                 tmp_path: Path) -> None:  # fmt: skip
    content = with_sheet()
    book = BookFile.read(content)
    part = book.sheet(NAME).part_name
    text = book.archive.part(part)
    for pattern, instead in PREFIXED:
        text = re.sub(pattern, instead, text)
    prefixed = book.archive.with_parts({part: text})
    assert first_column(prefixed) == first_column(content)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(repriced_again(prefixed))
    assert complaints(path) == complaints_of(prefixed, tmp_path)
    with libreoffice.open(path) as opened:
        opened.recalculate()
        rows = [number for number, value in enumerate(first_column(path.read_bytes()), 1) if value == "Residual check"]
        assert [opened[f"{NAME}!B{row}"] for row in rows] == ["OK"] * 4


def complaints_of(content: bytes, folder: Path) -> Any:
    path = folder / "before.xlsx"
    path.write_bytes(content)
    return complaints(path)


def test_the_last_block_is_undone_alone(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(PRICES)
    (tmp_path / "usage.csv").write_text("\n".join(EXAMPLE), encoding="utf-8")
    how = ("--usage", str(tmp_path / "usage.csv"), "--sheet")
    assert run("reprice", str(path), "--change", "openai/gpt-4o=-20%", *how)[0] == 0
    once = path.read_bytes()
    assert run("reprice", str(path), "--change", "openai/gpt-4o=-50%", "--force-overwritten", *how)[0] == 0
    assert first_column(path.read_bytes()).count("Price change: plan.xlsx") == 2
    run("reprice", str(path), "--undo")
    assert path.read_bytes() == once
    run("reprice", str(path), "--undo")
    assert path.read_bytes() == PRICES


def test_where_no_price_changes_the_sheet_is_left_and_that_is_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(PRICES)
    code, _, err = run("reprice", str(path), "--sheet")
    assert (code, path.read_bytes()) == (0, PRICES)
    assert "plan.xlsx has nothing new to tell on a sheet, as no price changes" in err


def test_names_that_no_cell_can_hold_do_not_stop_the_sheet() -> None:
    name = '"' + '=1+1 \x1b \u202e ""q"" ' + "x" * 400 + '"'
    lines = csv("feature,model,queries,input_tokens,output_tokens", f"{name},gpt-4o,1000,500,200",
                "b,gpt-4o-mini,1000,500,200")  # fmt: skip
    book = BookFile.read(PRICES)
    plan = planned(book, to("*=-10%"))
    after = applied(book, plan).content
    content = added(report.of(PRICES, after, plan, lines, name="R&D <b>.xlsx"), after)
    assert checks(content) == ["OK"] * 2
    assert any("\N{REPLACEMENT CHARACTER}" in str(value) for value in first_column(content))


STEPS = ("Before  ", "Volume  ", "Mix  ", "Usage  ", "Price  ", "After  ")


def test_the_bars_stand_where_the_bridge_says() -> None:
    content = with_sheet()
    rows = load_workbook(io.BytesIO(content), data_only=True)[NAME].iter_rows(values_only=True)
    bars = [row for row in rows if str(row[0]).startswith(STEPS)]
    assert [row[0] for row in bars] == [
        "Before  40.3000", "Volume  +8.0600", "Mix  +9.1650", "Usage  +2.6625", "Price  -10.3500", "After  49.8375",
    ]  # fmt: skip
    assert [round(row[3], 4) for row in bars] == [40.3, 48.36, 57.525, 60.1875, 49.8375, 49.8375]
    assert [round(row[11], 4) for row in bars] == [0, 0, 0, 0, 10.35, 0]
