"""The scripts of xlwings Lite that reprice an open workbook: real Pyodide, xlwings' own objects, an Excel in memory."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import workbooks
from corpus import workbooks as corpus
from hosts import HostMissingError, skip_or_fail
from lite_excel import Opened, serial
from lite_host import Lite
from lite_price_lists import DATED_LIST, PRICES, UNDATED, of_rows, undated

from llmcost_xl.catalogue.bundled import company_book
from llmcost_xl.hosts.lite import code, repricing
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice.plan import planned
from llmcost_xl.reprice.prices import APPENDED, CHANGED, DATED
from llmcost_xl.reprice.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = """
import os, pathlib, sys
answer = sorted(name for name in sys.modules if name.startswith("llmcost_xl."))
pathlib.Path("/tmp/prices.csv").write_text({prices!r})
os.environ["LLMCOST_XL_PRICES"] = "/tmp/prices.csv"
"""
OURS = ["roi", "llm-budget"]
OTHERS = [
    "xlsxwriter, undated", "xlsxwriter, undated table", "xlsxwriter, table with formulas", "xlsxwriter, lookups",
    "xlsxwriter, names and hidden sheets", "openpyxl, array and data table",
    "by hand, another hand", "by hand, shared formulas",
]  # fmt: skip


@pytest.fixture(scope="module")
def lite() -> Iterator[Lite]:
    try:
        running = Lite()
    except HostMissingError as missing:
        skip_or_fail(str(missing))
    running.started["imported"] = running.request({"python": START.format(prices=PRICES)})["answer"]
    yield running
    running.close()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    path: Path = tmp_path_factory.mktemp("prices") / "prices.csv"
    path.write_text(PRICES)
    book = company_book(path)
    return Target(book, book.as_of, f"prices of {book.as_of}")


def wanted_cells(content: bytes, target: Target) -> dict[tuple[str, int, int], Any]:
    """What the plan for the file writes, as Excel keeps it."""
    puts = planned(BookFile.read(content), target).puts
    return {(sheet, *where): serial(value) if isinstance(value, dt.date) else value
            for sheet, cells in puts.items() for where, value in cells.items()}  # fmt: skip


# -- what the task pane offers ---------------------------------------------------------------------------------


def test_the_scripts_are_offered_and_none_is_loaded_before_it_runs(lite: Lite) -> None:
    assert {script["function_name"]: script["name"] for script in lite.started["scripts"]} == {
        "plan_repricing": "Plan repricing",
        "reprice_workbook": "Reprice workbook",
        "undo_repricing": "Undo repricing",
    }
    assert "llmcost_xl.functions" in lite.started["imported"]
    for package in ("reprice", "ooxml", "hosts"):
        assert f"llmcost_xl.{package}" not in lite.started["imported"]


def test_all_that_is_carried_can_be_imported_where_nothing_is_installed(lite: Lite) -> None:
    """But for the one module that works on columns with NumPy, where that is."""
    with zipfile.ZipFile(io.BytesIO(code.archive())) as archive:
        names = [name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                 for name in archive.namelist() if name.endswith(".py")]  # fmt: skip
    assert "llmcost_xl.reprice.plan" in names
    failed = lite.request({"python": f"""
import importlib, sys
failed = {{}}
for name in {names}:
    try: importlib.import_module(name)
    except ImportError as error: failed[name] = error.name
answer = failed, [name for name in ("formualizer", "openpyxl", "numpy") if name in sys.modules]
"""})  # fmt: skip
    assert failed["answer"] == "({'llmcost_xl.catalogue.columns': 'numpy'}, [])"


def test_what_is_carried_is_less_than_the_package() -> None:
    with zipfile.ZipFile(io.BytesIO(code.archive())) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))
    assert not any(part in name for name in names for part in ("/cli/", "/workbook/", "/lint/", "/server/", "update"))


# -- the plan --------------------------------------------------------------------------------------------------


def content_of(name: str) -> bytes:
    return next((case.content for case in corpus() if case.name == name), b"") or workbooks.built(name).content


@pytest.mark.parametrize("name", [*OURS, *OTHERS])
def test_an_open_workbook_has_the_plan_of_its_file(lite: Lite, target: Target, name: str) -> None:
    assert_same_plan(lite, content_of(name), target)


def assert_same_plan(lite: Lite, content: bytes, target: Target) -> None:
    plan = planned(BookFile.read(content), target)
    assert plan.tables, "else nothing is compared"
    puts = [[sheet, *where, value] for sheet, cells in plan.puts.items() for where, value in cells.items()]
    rows, cells = Opened(lite, content).plan()
    assert rows == json.loads(json.dumps(plan.rows, default=str))
    assert cells == json.loads(json.dumps(puts, default=str))


def test_one_plan_where_cells_are_merged(lite: Lite, target: Target) -> None:
    """A model and its source are written once, over the rows of both prices."""
    book = openpyxl.load_workbook(io.BytesIO(of_rows(UNDATED[0], UNDATED[3], ("", "", "output", 0.6, ""))))
    for area in ("A2:A3", "B2:B3", "E2:E3"):
        book["Sheet"].merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    assert planned(BookFile.read(stream.getvalue()), target).counts[CHANGED] == 2
    assert_same_plan(lite, stream.getvalue(), target)
    opened = Opened(lite, stream.getvalue())
    assert "2 changed" in opened.run("reprice_workbook")
    cells = opened.cells()
    assert (cells["Sheet", 2, 4], cells["Sheet", 3, 4], ("Sheet", 3, 5) in cells) == (0.1, 0.45, False)
    opened.run("undo_repricing")


def test_the_plan_is_told_and_nothing_written(lite: Lite, target: Target) -> None:
    book = Opened(lite, undated())
    said = book.run("plan_repricing")
    assert said.startswith(f"Nothing is changed yet. plan.xlsx, prices of {target.day}: 2 changed, 1 date set, ")
    assert "Sheet!D2 openai/gpt-4o input: 2.5 becomes 1.25 from 2026-06-01" in said
    assert "Sheet!D3" in said
    assert "Sheet!D5" in said
    assert (book.reads, book.writes) == (2, 0), "all formulas of a sheet at once, and whether cells are merged"


def test_other_prices_can_be_named(lite: Lite) -> None:
    book = Opened(lite, undated())
    assert "Sheet!D2 openai/gpt-4o input: 2.5 becomes 0.625 " in book.run("plan_repricing", "openai/*=-50%")
    assert "2 changed, 1 date set" in book.run("plan_repricing", "2026-10-01")
    said = book.run("reprice_workbook", "cheap")
    assert said.startswith("Prices to go to are 'newest', a day as 2027-01-01, or changes as openai/*=-50%; received")
    assert book.writes == 0


def test_a_table_without_spare_rows_is_refused_in_words(lite: Lite) -> None:
    book = Opened(lite, of_rows(*DATED_LIST))
    said = book.run("reprice_workbook")
    assert said.startswith(
        "The price table on Sheet has no spare rows, and 1 are needed from row 3 on: extend the table"
    )
    assert book.writes == 0


# -- repricing, and back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["roi", "undated"])
def test_the_cells_of_the_plan_are_written_and_no_other_and_put_back(lite: Lite, target: Target, name: str) -> None:
    content = undated() if name == "undated" else content_of(name)
    wanted = wanted_cells(content, target)
    kinds = planned(BookFile.read(content), target).counts
    assert kinds.keys() >= ({CHANGED, DATED} if name == "undated" else {APPENDED})
    book = Opened(lite, content)
    book.run("plan_repricing")
    before = book.cells()
    said = book.run("reprice_workbook")
    after = book.cells()
    assert {where: after[where] for where in wanted} == wanted
    assert {where: value for where, value in after.items() if where not in wanted} == {
        where: value for where, value in before.items() if where not in wanted
    }
    assert said.endswith(repricing.TO_GO_BACK)
    assert book.writes < len(wanted)
    assert "Nothing was changed." in book.run("reprice_workbook")
    assert book.run("undo_repricing") == f"plan.xlsx: {len(wanted)} cells hold again what they held before."
    assert book.cells() == before
    assert book.run("undo_repricing") == "There is no repricing of plan.xlsx to undo."


def test_a_formula_is_never_written_over(lite: Lite) -> None:
    book = Opened(lite, undated())
    book.run("reprice_workbook")
    assert book.cells()["Sheet", 3, 4] == "=D2*0.24"
    assert book.cells()["Sheet", 5, 4] == 123
    book.run("undo_repricing")


def test_what_somebody_changed_since_is_not_put_back(lite: Lite) -> None:
    book = Opened(lite, undated())
    book.run("reprice_workbook")
    lite.request({"python": "import js\njs.xlwings.excel.set(js.xlwings.excel.sheets[0].cells, 1, 3,"
                            " js.Array.of(7, 7))\nanswer = ''"})  # fmt: skip
    said = book.run("undo_repricing")
    assert said.endswith("left as they are: Sheet!D2, Sheet!E2.")
    cells = book.cells()
    assert (cells["Sheet", 2, 4], cells["Sheet", 2, 5], cells["Sheet", 4, 4]) == (7, "halved", 0.15)


# -- what Excel may do -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("refused", [1, 2, 3])
def test_whichever_write_excel_refuses_every_cell_is_as_before(lite: Lite, refused: int) -> None:
    book = Opened(lite, undated(), refused=refused)
    book.run("plan_repricing")
    before = book.cells()
    said = book.run("reprice_workbook")
    assert said.startswith("Excel refuses to write, as it does on a protected sheet (")
    assert "AccessDenied" in said
    assert said.endswith("; nothing was changed.")
    assert book.cells() == before
    assert "to undo" in book.run("undo_repricing")


def test_a_locked_sheet_stays_as_it_is(lite: Lite) -> None:
    book = Opened(lite, content_of("roi"), locked=["Prices"])
    book.run("plan_repricing")
    before = book.cells()
    assert book.run("reprice_workbook").endswith("; nothing was changed.")
    assert book.cells() == before


def test_an_excel_that_makes_something_else_of_a_value_gets_the_old_ones_back(lite: Lite) -> None:
    book = Opened(lite, undated(), altered={"1.25": 9})
    book.run("plan_repricing")
    before = book.cells()
    assert book.run("reprice_workbook") == (
        "Sheet!D2 does not take its new value: it holds 9, not 1.25; nothing was changed."
    )
    assert book.cells() == before


def test_what_cannot_be_put_back_is_named_and_remembered(lite: Lite) -> None:
    book = Opened(lite, undated(), altered={"1.25": 9, "2.5": 8}, name="half.xlsx")
    said = book.run("reprice_workbook")
    assert said.endswith("it holds 9, not 1.25; Excel does not let Sheet!D2:E2 be put back.")
    assert book.cells()["Sheet", 2, 4] == 8
    assert "left as they are" in book.run("undo_repricing")


def test_a_workbook_that_counts_days_from_1904_stays_as_it_is(lite: Lite, target: Target) -> None:
    book = Opened(lite, undated(), counts_from=1904)
    book.run("plan_repricing")
    before = book.cells()
    misread = target.day - dt.timedelta(days=1462)
    assert book.run("reprice_workbook") == (
        f"Sheet!H1 does not take its new value: it holds {misread}, not {target.day}; nothing was changed."
    )
    assert book.cells() == before


def test_an_xlwings_that_reads_no_formulas_is_refused_in_words(lite: Lite) -> None:
    hide = (
        "import xlwings\nxlwings.Range.hidden = xlwings.Range.get_formula\ndel xlwings.Range.get_formula\nanswer = ''"
    )
    show = "import xlwings\nxlwings.Range.get_formula = xlwings.Range.hidden\nanswer = ''"
    lite.request({"python": hide})
    try:
        book = Opened(lite, undated())
        said = book.run("reprice_workbook")
    finally:
        lite.request({"python": show})
    assert said == f"T{repricing.TOO_OLD[1:]}."
    assert book.writes == 0
