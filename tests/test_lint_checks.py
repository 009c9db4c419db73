"""Each rule for checks reports the workbook that breaks it, and not one that is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lintbook import broken, reported, said, sample
from linting import cells, found, row_of
from openpyxl import Workbook

from llmcost_xl.lint import lint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

KEYS = ["C01", "C02", "C03", "C04"]
FIRST_CHECK = "Hours ascend"
FIRST_ALERT = "The desk costs no more than it is worth"


def at(sheet: Worksheet, statement: str, heading: str) -> Any:
    """The cell of a check under one of the headings."""
    header = row_of(sheet, "Statement")
    column = next(cell.column for cell in sheet[header] if cell.value == heading)
    return sheet.cell(row_of(sheet, statement), column)


def put(statement: str, heading: str, value: Any) -> Callable[[Workbook], str]:
    """Change one cell of a check."""

    def change(book: Workbook) -> str:
        cell = at(book["Checks"], statement, heading)
        cell.value = value
        return f"Checks!{cell.coordinate}"

    return change


def test_the_workbook_that_is_broken_below_is_whole(tmp_path: Path) -> None:
    (tmp_path / "sample.xlsx").write_bytes(sample())
    assert lint(tmp_path / "sample.xlsx", KEYS) == []


# -- C01: stated -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading", ["Id", "Sheet", "Relation", "Target", "Tolerance", "Value", "Failed (flag)", "Status"]
)
def test_a_check_with_a_gap(tmp_path: Path, heading: str) -> None:
    changed: list[str] = []
    path = broken(tmp_path, lambda book: changed.append(put(FIRST_CHECK, heading, None)(book)))
    assert cells(path, "C01")[:1] == changed
    assert found(path, "C01")[0].what == f"a check has no {heading.lower()}"


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("Value", "=1-1", "the value of a check is no link to the cell it looks at"),
        ("Value", 0, "the value of a check is no link to the cell it looks at"),
        ("Failed (flag)", 0, "the failed (flag) of a check is no formula"),
        ("Failed (flag)", "=0", "the failed (flag) of a check is no formula"),
        ("Status", "OK", "the status of a check is no formula"),
        ("Sheet", "Calc_Cash", "the check looks at Calc_Work, not at Calc_Cash"),
    ],
)
def test_a_check_that_does_not_check(tmp_path: Path, heading: str, value: Any, message: str) -> None:
    changed: list[str] = []
    path = broken(tmp_path, lambda book: changed.append(put(FIRST_CHECK, heading, value)(book)))
    assert [(f"{place.sheet}!{place.cell}", place.what) for place in found(path, "C01")] == [(changed[0], message)]


def test_two_checks_of_one_id(tmp_path: Path) -> None:
    path = broken(tmp_path, lambda book: put(FIRST_CHECK, "Id", at(book["Checks"], FIRST_ALERT, "Id").value)(book))
    assert [place.what for place in found(path, "C01")] == ["2 checks have the id 'dear'"] * 2


def test_a_master_check_that_leaves_an_error_out(tmp_path: Path) -> None:
    def shorten(book: Workbook) -> None:
        checks = book["Checks"]
        count = checks[f"C{row_of(checks, 'Errors that fail')}"]
        first = at(checks, FIRST_CHECK, "Failed (flag)")
        count.value = str(count.value).replace(f"${first.row}:", f"${first.row + 1}:")

    assert said(tmp_path, "C01", shorten) == ["the master check leaves this error out"]


def test_a_master_check_that_is_typed_in(tmp_path: Path) -> None:
    def fake(book: Workbook) -> None:
        checks = book["Checks"]
        checks[f"C{checks.max_row}"].value = "OK"

    assert "the master check does not depend on the number of errors" in said(tmp_path, "C01", fake)


def test_a_sheet_that_does_not_show_the_master_check(tmp_path: Path) -> None:
    def hide(book: Workbook) -> None:
        book["Outputs"]["B3"].value = "OK"
        book["Cover"]["B3"].value = None

    assert cells(broken(tmp_path, hide), "C01") == ["Cover!B3", "Outputs!B3"]


def test_a_workbook_without_checks(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["Sales", 1, 2, 3])
    book.save(tmp_path / "foreign.xlsx")
    assert [place.what for place in found(tmp_path / "foreign.xlsx", "C01")] == [
        "the workbook has no sheet of checks with a master check"
    ]
    assert lint(tmp_path / "foreign.xlsx", ["C02", "C03", "C04"]) == []


# -- C02: due --------------------------------------------------------------------------------------------------------


def looks_elsewhere(*ids: str) -> Callable[[Workbook], None]:
    """Let the checks with these ids look at a constant instead of at what they are for."""

    def change(book: Workbook) -> None:
        for key in ids:
            row = row_of(book["Checks"], key, 2)
            value = at(book["Checks"], str(book["Checks"].cell(row, 1).value), "Value")
            value.value = "=Lists!C7"

    return change


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("inputs_invalid", "no check counts this input out of bounds"),
        ("outputs_errors", "no check counts an error in this cell of Outputs"),
        ("ends", "no check looks at the end of this line"),
        ("prices", "no check looks at the prices"),
        ("order", "no check says that low, likely and high are in order"),
        ("whole", "no check adds up this share"),
    ],
)
def test_a_check_that_is_due_and_missing(tmp_path: Path, key: str, message: str) -> None:
    assert set(said(tmp_path, "C02", looks_elsewhere(key))) == {message}


def test_a_page_whose_errors_are_counted_in_part(tmp_path: Path) -> None:
    """A row of Outputs lies outside the range whose errors the check counts."""

    def shorten(book: Workbook) -> None:
        outputs = book["Outputs"]
        count = outputs[f"C{row_of(outputs, 'Cells that show an error')}"]
        count.value = str(count.value).replace("A6:", "A11:")

    path = broken(tmp_path, shorten)
    assert cells(path, "C02") == ["Outputs!C10"]


def test_the_age_of_prices_is_checked(tmp_path: Path) -> None:
    """Nothing reads the price date any more: neither the choice of prices nor the alert on their age."""

    def cut(book: Workbook) -> str:
        row = row_of(book["Inputs"], "Price date")
        for sheet in book:
            for cells_of_row in sheet.iter_rows():
                for cell in cells_of_row:
                    if cell.value == f"=Inputs!C{row}":
                        cell.value = "=Timing!C7"
        return f"Inputs!C{row}"

    assert reported(tmp_path, "C02", cut) == ["no check looks at the age of the prices"]


def test_a_bridge_arrives_and_totals_foot_and_capacity_carries_the_peak(tmp_path: Path) -> None:
    """Blocks added to a calculation sheet, which no check looks at."""

    def add(book: Workbook) -> None:
        sheet = book["Calc_Work"]
        row = sheet.max_row + 2
        rows: list[tuple[str, ...]] = [
            ("lc_heading", "The price bridge"), ("lc_label", "Step"),
            ("lc_heading", "Load"), ("lc_label", "Peak demand"), ("lc_label", "Capacity of the servers"),
            ("lc_heading", "By part"), ("lc_header_left", "Part", "Total"), ("lc_text", "One", "=1"),
            ("lc_total_label", "Total", "=1"),
        ]  # fmt: skip
        for style, *values in rows:
            for column, value in enumerate(values, start=1):
                cell: Any = sheet.cell(row, column)
                cell.value, cell.style = value, style
            row += 1

    assert said(tmp_path, "C02", add) == [
        "no check says that the bridge arrives",
        "no check holds the capacity against the peak",
        "no check holds the capacity against the peak",
        "no check says that rows and columns have the same total",
    ]


# -- C03: classed ----------------------------------------------------------------------------------------------------


def test_checks_without_a_class(tmp_path: Path) -> None:
    def rename(book: Workbook) -> None:
        checks = book["Checks"]
        checks.cell(row_of(checks, FIRST_CHECK) - 2, 1).value = "Various"

    assert set(said(tmp_path, "C03", rename)) == {"a check is neither error, alert nor sensitivity"}


def test_an_error_that_speaks_like_an_alert(tmp_path: Path) -> None:
    change = put(FIRST_CHECK, "Status", f'=IF(H{8}=0,"OK","ALERT")')
    assert said(tmp_path, "C03", change) == ["one of the errors does not say FAIL"]


def test_an_alert_without_advice(tmp_path: Path) -> None:
    def silence(book: Workbook) -> None:
        checks = book["Checks"]
        header = row_of(checks, FIRST_ALERT) - 1
        while checks.cell(header, 1).value != "Statement":
            header -= 1
        column = next(cell.column for cell in checks[header] if cell.value == "What to do")
        checks.cell(row_of(checks, FIRST_ALERT), column).value = None

    assert said(tmp_path, "C03", silence) == ["an alert does not say what to do"]


def test_an_alert_that_fails_the_master_check(tmp_path: Path) -> None:
    def count(book: Workbook) -> None:
        checks = book["Checks"]
        errors = checks[f"C{row_of(checks, 'Errors that fail')}"]
        errors.value = f"{errors.value}+{at(checks, FIRST_ALERT, 'Failed (flag)').coordinate}"

    assert said(tmp_path, "C03", count) == ["one of the alerts counts as an error"]


def test_a_scenario_that_no_sensitivity_mentions(tmp_path: Path) -> None:
    path = broken(tmp_path, looks_elsewhere("scenario_live"))
    assert cells(path, "C03") == ["Inputs!C7"]


# -- C04: able to fail -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "failed", "wrong"),
    [
        (FIRST_CHECK, "=1-IF(ISNUMBER({D}-{F}),({D}-{F}<={G})*1,0)", ["-1,000,000,000"]),  # one side only
        (FIRST_CHECK, "=({D}-{F}>{G})*({F}-{D}>{G})", ["1,000,000,000", "-1,000,000,000", "a text"]),  # never
        (FIRST_CHECK, "=1-IF(ISNUMBER({D}-{F}),(ABS({D}-{F})<={G})*1,1)", ["a text"]),  # text passes
        (FIRST_CHECK, "=(ABS({D}-{F})>10^12)*1", ["1,000,000,000", "-1,000,000,000", "a text"]),  # never in practice
    ],
)  # fmt: skip
def test_a_check_that_passes_whatever_happens(tmp_path: Path, statement: str, failed: str, wrong: list[str]) -> None:
    def weaken(book: Workbook) -> str:
        checks = book["Checks"]
        names = {"D": "Value", "F": "Target", "G": "Tolerance"}
        formula = failed.format(**{key: at(checks, statement, name).coordinate for key, name in names.items()})
        return put(statement, "Failed (flag)", formula)(book)

    changed: list[str] = []
    path = broken(tmp_path, lambda book: changed.append(weaken(book)))
    assert [place.what for place in found(path, "C04")] == [f"the check passes with {one}" for one in wrong]
    assert set(cells(path, "C04")) == set(changed)


def test_an_error_that_leaves_the_master_check_as_it_is(tmp_path: Path) -> None:
    def shorten(book: Workbook) -> None:
        checks = book["Checks"]
        count = checks[f"C{row_of(checks, 'Errors that fail')}"]
        first = at(checks, FIRST_CHECK, "Failed (flag)")
        count.value = str(count.value).replace(f"${first.row}:", f"${first.row + 1}:")

    assert len(said(tmp_path, "C04", shorten)) == 3  # two wrong numbers and a text


def test_a_check_of_constants(tmp_path: Path) -> None:
    change = looks_elsewhere("whole")
    assert "the value of the check depends on no input" in said(tmp_path, "C04", change)
