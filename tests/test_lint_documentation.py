"""Each rule for what a workbook says of itself: one thing broken, one place reported; and what is no fault is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from linting import broken, cells, clean, found, row_of
from openpyxl import Workbook

from llmcost_xl.lint import lint
from llmcost_xl.workbook import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEYS = ["D01", "D02", "D03", "D04", "D05"]
SPARE = "J3"  # an empty cell of every sheet


@pytest.mark.parametrize("name", MODULES)
def test_our_workbooks_keep_all_rules(tmp_path: Path, name: str) -> None:
    assert [(finding.rule.key, finding.place) for finding in lint(clean(tmp_path, name), KEYS)] == []


# -- D01 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "item"),
    [
        ("For whom", "audience"),
        ("Owner", "owner"),
        ("Version, date, status", "version"),
        ("Version, date, status", "status"),
        ("Currency", "currency"),
        ("Prices as of", "price date"),
        ("Made by", "version of llmcost-xl"),
        ("Signs", "sign convention"),
        ("What the colours mean", "legend of the colours"),
        ("Limits", "limits"),
        ("Master check", "master check"),
    ],
)
def test_a_cover_that_leaves_something_out(tmp_path: Path, label: str, item: str) -> None:
    def rename(book: Workbook) -> None:
        book["Cover"][f"A{row_of(book['Cover'], label)}"] = "Something else"

    def empty(book: Workbook) -> None:
        row = row_of(book["Cover"], label)
        for column in "BCDEFGH":
            book["Cover"][f"{column}{row}"] = None
        book["Cover"][f"A{row + 1}"] = None

    assert f"the cover does not state: {item}" in [place.what for place in found(broken(tmp_path, rename), "D01")]
    assert f"nothing stands beside or below: {item}" in [place.what for place in found(broken(tmp_path, empty), "D01")]


def test_a_cover_without_a_purpose(tmp_path: Path) -> None:
    path = broken(tmp_path, lambda book: book["Cover"].__setitem__("A2", None))
    assert [place.what for place in found(path, "D01")] == ["the cover does not state: purpose"]


# -- D02, D03, D04: the tables of Sources and Log --------------------------------------------------------------------


def entry(sheet: str, heading: str, value: Any, match: str = "") -> Callable[[Workbook], str]:
    """Change the cell under a heading, in the first record of a table, or the first that holds a text."""

    def change(book: Workbook) -> str:
        target = book[sheet]
        rows = range(1, target.max_row + 1)
        header = next(row for row in rows if heading in [cell.value for cell in target[row]])
        column = next(cell.column for cell in target[header] if cell.value == heading)
        row = next(row for row in rows[header:] if match in [cell.value for cell in target[row]] or not match)
        target.cell(row, column).value = value
        return str(target.cell(row, column).coordinate)

    return change


@pytest.mark.parametrize(
    ("key", "change", "what"),
    [
        ("D02", entry("Sources", "Where", None), "a source without line"),
        ("D02", entry("Sources", "Text", None), "a source without text or address"),
        ("D02", entry("Sources", "Retrieved", None), "a source without retrieved"),
        ("D02", entry("Sources", "Status", None), "a source without status"),
        ("D02", entry("Sources", "Status", "hearsay"), "the status 'hearsay' is none of"),
        ("D03", entry("Log", "Who", None), "an entry without who"),
        ("D03", entry("Log", "Date", " "[:0]), "an entry without date"),
    ],
)
def test_a_record_with_a_gap(tmp_path: Path, key: str, change: Callable[[Workbook], str], what: str) -> None:
    changed: list[str] = []
    [place] = found(broken(tmp_path, lambda book: changed.append(change(book))), key)
    assert place.what.startswith(what)
    assert [place.cell] == changed


@pytest.mark.parametrize(
    ("key", "sheet", "heading", "what"),
    [
        ("D02", "Sources", "Retrieved", "no column for retrieved"),
        ("D02", "Sources", "Id", "no column for id"),
        ("D03", "Log", "Who", "no column for who"),
    ],
)
def test_a_table_without_a_column(tmp_path: Path, key: str, sheet: str, heading: str, what: str) -> None:
    def change(book: Workbook) -> None:
        for row in book[sheet].iter_rows():
            for cell in row:
                if cell.value == heading:
                    cell.value = "Other"

    assert [place.what for place in found(broken(tmp_path, change), key)] == [what]


def test_an_empty_log(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        for row in book["Log"].iter_rows(min_row=8):
            for cell in row:
                cell.value = None

    assert [place.what for place in found(broken(tmp_path, change), "D03")] == ["the log is empty"]


@pytest.mark.parametrize(
    ("heading", "gap"),
    [("Owner of the assumption", "owner"), ("Confidence", "confidence"), ("Next review", "next review")],
)
def test_an_assumption_that_nobody_looks_after(tmp_path: Path, heading: str, gap: str) -> None:
    rows: list[str] = []
    change = entry("Sources", heading, None, match="assumption")
    [place] = found(broken(tmp_path, lambda book: rows.append(change(book))), "D04")
    assert place.what == f"an assumption without {gap}"
    assert place.cell[1:] == rows[0].lstrip("ABCDEFGH")


# -- D05 -------------------------------------------------------------------------------------------------------------


def typed(text: str, *, quoted: bool = False) -> Callable[[Workbook], None]:
    """Text from outside, as a program writes it that knows no better."""

    def change(book: Workbook) -> None:
        cell: Any = book["Log"][SPARE]
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = quoted

    return change


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "@SUM(1)", "+1-A1", "-cmd|' /c calc'!A0", "\t=1+1", "=", "+a"])
def test_text_that_turns_into_a_formula(tmp_path: Path, text: str) -> None:
    path = broken(tmp_path, typed(text))
    assert cells(path, "D05") == [f"Log!{SPARE}"]
    assert cells(broken(tmp_path, typed(text, quoted=True)), "D05") == []


@pytest.mark.parametrize("text", ["-", "--", "- a point", "-5 %", "+1,234.5", "a=b", "me@home", "1-2"])
def test_text_that_only_looks_so(tmp_path: Path, text: str) -> None:
    assert cells(broken(tmp_path, typed(text)), "D05") == []


def test_a_foreign_workbook_is_not_asked_for_our_sheets(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "Sources"
    book.create_sheet("Log")
    path = tmp_path / "theirs.xlsx"
    book.save(path)
    assert lint(path, KEYS) == []
