"""The workbook of the README's demonstration, repriced: charts, macro and the rest are kept, every figure is right.

Its figures are worked out here once more, from the rows of its tables and in plain Python.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from openpyxl import load_workbook
from test_ooxml_corpus import records
from test_workbooks_valid import complaints
from windowsaddin import read

from llmcost_xl import cli
from llmcost_xl.ooxml import BookFile

pytestmark = pytest.mark.filterwarnings("ignore:.*(extension is not supported|Print area)")  # by openpyxl, which looks

if TYPE_CHECKING:
    from collections.abc import Callable

    from libreoffice import LibreOffice

EXAMPLES = Path(__file__).parent.parent / "examples"
NAME, USAGE = "llm-spend-fy2027.xlsm", EXAMPLES / "october.csv"
DAYS = {"before": dt.date(2026, 7, 1), "after": dt.date(2027, 1, 1)}
OCTOBER = dt.date(2026, 10, 1)
COMPONENTS = ("input", "cached input", "output")
WRITTEN_BY_HAND = "claude-sonnet-5"
SAID = {  # by the providers, of what changes in the fiscal year: first day; input, cached input, output in USD per 1M
    "gemini-3.7-flash": (dt.date(2027, 1, 1), (1.5, 0.15, 7.5)),
    "gpt-5.6-luna": (dt.date(2026, 7, 30), (0.2, 0.02, 1.2)),
    "gpt-5.6-sol": (dt.date(2026, 8, 21), (4.0, 0.4, 20.0)),
    "gemini-4-argon": (dt.date(2026, 12, 1), (4.0, 0.2, 20.0)),
    "deepseek-v4-flash": (dt.date(2026, 8, 17), (0.3, 0.006, 1.2)),
}


class Used(NamedTuple):
    """A row of the sheet Usage, or of the CSV file."""

    month: dt.date | None
    feature: str
    model: str
    queries: float
    tokens: tuple[float, float, float]  # a query: input without the cached ones, cached, output


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbook before, after, and after with the sheet of the price change."""
    folder = tmp_path_factory.mktemp("example")
    found = {name: folder / f"{name}.xlsm" for name in ("before", "after", "reported")}
    shutil.copy(EXAMPLES / NAME, found["before"])
    _reprice(found["before"], "-o", found["after"])
    _reprice(found["before"], "-o", found["reported"], "--sheet", "--usage", USAGE)
    return found


def _reprice(*words: object) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), pytest.raises(SystemExit) as end:
        cli.main(["reprice", *map(str, words), "--as-of", f"{DAYS['after']}"])
    assert not end.value.code, said.getvalue()
    return said.getvalue()


@pytest.fixture(scope="module")
def values(states: dict[str, Path]) -> Callable[[str], Any]:
    """What the cells of a state show, as openpyxl reads it."""
    books = {name: load_workbook(path, data_only=True) for name, path in states.items()}
    return books.__getitem__


# -- the example ------------------------------------------------------------------------------------------------------


def test_the_script_makes_it_part_by_part(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / "make.py", tmp_path], check=True)
    assert (tmp_path / USAGE.name).read_bytes() == USAGE.read_bytes()
    assert _parts(tmp_path / NAME) == _parts(EXAMPLES / NAME)


def test_it_has_what_a_finance_team_puts_into_a_workbook() -> None:
    parts = _parts(EXAMPLES / NAME)
    sheets = b"".join(text for name, text in parts.items() if name.startswith("xl/worksheets/sheet"))
    charts = [text for name, text in parts.items() if name.startswith("xl/charts/")]
    assert len(charts) == 3
    assert any(b"<c:barChart>" in chart and b"<c:lineChart>" in chart for chart in charts), "one is combined"
    assert {"xl/vbaProject.bin", "xl/media/image1.png", "xl/comments1.xml", "xl/tables/table1.xml"} <= set(parts)
    assert any(b"FreezeMonth" in text for name, text in parts.items() if name.endswith(".vml")), "a button"
    for mark in (b"<dataValidation ", b"<cfRule ", b"<x14:sparkline>", b"<pageSetup ", b"<oddFooter>", b"<drawing "):
        assert mark in sheets, mark
    assert b'<definedName name="price_date">' in parts["xl/workbook.xml"]


# -- what repricing leaves alone --------------------------------------------------------------------------------------


def test_only_prices_and_what_follows_from_them_differ(states: dict[str, Path]) -> None:
    before, after = (records(states[name].read_bytes()) for name in ("before", "after"))
    assert list(after) == list(before)
    book = BookFile.read(states["before"])
    sheets = {book.sheet(name).part_name for name in ("Prices", "Summary", "Spend", "By month", "Break-even")}
    assert {name for name in before if before[name] != after[name]} == {
        *sheets, "xl/tables/table1.xml",
    }  # fmt: skip
    old, new = _parts(states["before"]), _parts(states["after"])
    for sheet in sheets:
        assert _around_the_cells(new[sheet]) == _around_the_cells(old[sheet]), sheet


def test_the_sheet_of_the_price_change_adds_parts_and_lists_them(states: dict[str, Path]) -> None:
    after, reported = (records(states[name].read_bytes()) for name in ("after", "reported"))
    assert set(after) < set(reported)
    assert {name for name in after if after[name] != reported[name]} == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
    }  # fmt: skip


def test_the_macro_reads_the_same(states: dict[str, Path]) -> None:
    before = read(states["before"])
    assert before["Freeze"].strip().endswith((EXAMPLES / "freeze.bas").read_text(encoding="ascii").strip())
    assert read(states["after"]) == read(states["reported"]) == before


@pytest.mark.parametrize("state", ["before", "after", "reported"])
def test_the_sdk_finds_nothing_wrong(state: str, states: dict[str, Path]) -> None:
    assert complaints(states[state]) == []


def test_a_price_by_contract_is_left_alone_and_the_second_run_finds_nothing(states: dict[str, Path]) -> None:
    said = _reprice(states["after"], "--dry-run")
    assert said.count("left alone\t") == 3
    assert said.count(WRITTEN_BY_HAND) == 3
    assert "appended" not in said


# -- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["before", "after", "reported"])
def test_libreoffice_calculates_what_is_stored(state: str, states: dict[str, Path], libreoffice: LibreOffice) -> None:
    stored = {
        f"{sheet.name}!{cell.address}": cell.value
        for sheet in BookFile.read(states[state]).sheets
        for cell in sheet.cells()
        if cell.formula is not None
    }
    assert len(stored) > 800
    open_months = {f"By month!{column}{row}" for column in "FGHIJKLM" for row in (29, 30)}
    assert {address for address, value in stored.items() if value in (None, "")} == open_months, "formulas give no text"
    with libreoffice.open(states[state]) as book:
        book.recalculate()
        for address, value in book.read(stored).items():
            given = "" if stored[address] is None else stored[address]
            assert value == (pytest.approx(given, abs=1e-9) if isinstance(given, float) else given), address


def test_the_new_rows_are_what_the_providers_announced(values: Callable[[str], Any]) -> None:
    old, new = (_price_rows(values(state)) for state in ("before", "after"))
    assert {key: price for key, price in new.items() if key not in old} == {
        (model, component, day): price
        for model, (day, prices) in SAID.items()
        for component, price in zip(COMPONENTS, prices, strict=True)
    }
    assert old.items() <= new.items()


@pytest.mark.parametrize("state", ["before", "after"])
def test_spend_by_month_and_model_is_usage_times_the_price_in_force(state: str, values: Callable[[str], Any]) -> None:
    prices = _price_rows(values(state))
    wanted: dict[tuple[str, dt.date | None], float] = defaultdict(float)
    for used in _usage(values(state)):
        wanted[used.model, used.month] += _cost(used, prices, used.month)
    sheet = values(state)["By month"]
    months = {column: sheet.cell(5, column).value.date() for column in range(2, 14)}
    found = {
        (sheet.cell(row, 1).value, month): sheet.cell(row, column).value
        for row in range(6, 13)
        for column, month in months.items()
    }
    assert found == pytest.approx(wanted)
    total = sum(wanted.values())
    assert values(state)["Summary"]["B12"].value == pytest.approx(total)
    assert values(state)["Summary"]["B14"].value == pytest.approx(total - values(state)["Summary"]["B13"].value)


@pytest.mark.parametrize("state", DAYS)
def test_break_even_is_where_both_cost_the_same(state: str, values: Callable[[str], Any]) -> None:
    [summaries] = [used for used in _usage(values(state)) if used.feature == "Call summaries" and used.month == OCTOBER]
    per_query = _cost(summaries, _price_rows(values(state)), DAYS[state]) / summaries.queries
    volume = 3450 / (per_query - 0.0004)
    assert values(state)["Summary"]["B30"].value == pytest.approx(volume)
    cheaper = "The provider is" if state == "before" else "Own servers are"
    assert (summaries.queries < volume) is (state == "before")
    assert values(state)["Summary"]["A31"].value == f"{cheaper} cheaper at the volume of the last closed month"


def test_the_price_change_is_that_of_october_at_both_price_lists(values: Callable[[str], Any]) -> None:
    """Spend by model and by feature, before and after; what is not explained is nothing."""
    wanted: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    with USAGE.open(encoding="utf-8") as file:
        lines = [
            Used(None, line["feature"], line["model"], float(line["queries"]),
                 (float(line["input_tokens"]) - float(line["cached_tokens"]), float(line["cached_tokens"]),
                  float(line["output_tokens"])))
            for line in csv.DictReader(file)
        ]  # fmt: skip
    for side, state in enumerate(DAYS):
        prices = _price_rows(values(state))
        for used in lines:
            cost = _cost(used._replace(model=used.model.partition("/")[2]), prices, DAYS[state])
            for name in (used.model, used.feature, "All"):
                wanted[name][side] += cost
    rows = [[cell.value for cell in row] for row in values("reported")["Price change"].iter_rows()]
    found = {}
    for what in ("Model", "Feature"):
        start = next(number for number, row in enumerate(rows) if row[:2] == [what, "Before"])
        before, after, unexplained = (rows[start].index(title) for title in ("Before", "After", "Not explained"))
        for row in rows[start + 1 : start + 9]:
            found[row[0]] = [row[before], row[after]]
            assert row[unexplained] == pytest.approx(0, abs=1e-9)
    assert found == {name: pytest.approx(sides) for name, sides in wanted.items()}
    assert wanted["All"] == pytest.approx([8695.20, 10341.43], abs=0.005)


# -- the workbook, read once more -------------------------------------------------------------------------------------


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _around_the_cells(part: bytes) -> bytes:
    """A sheet without its cells and their extent."""
    return re.sub(rb"<sheetData>.*</sheetData>|<dimension [^>]*>", b"", part, flags=re.DOTALL)


def _price_rows(book: Any) -> dict[tuple[str, str, dt.date], float]:
    """The price list by model, component and first day."""
    rows = book["Prices"].iter_rows(min_row=6, max_col=5, values_only=True)
    return {(model, component, day.date()): price for _, model, component, day, price in rows if model}


def _usage(book: Any) -> list[Used]:
    rows = book["Usage"].iter_rows(min_row=6, max_col=7, values_only=True)
    return [
        Used(month.date(), feature, model, queries, (tokens - cached, cached, output))
        for month, feature, model, queries, tokens, cached, output in rows
    ]


def _cost(used: Used, prices: dict[tuple[str, str, dt.date], float], day: dt.date | None) -> float:
    """Queries times tokens times the latest price that has begun, in USD."""
    assert day is not None
    per_query = 0.0
    for component, tokens in zip(COMPONENTS, used.tokens, strict=True):
        begun = {since: price for (model, kind, since), price in prices.items()
                 if (model, kind) == (used.model, component) and since <= day}  # fmt: skip
        per_query += tokens * begun[max(begun)] / 1e6
    return used.queries * per_query
