"""Each rule for inputs reports the workbook that breaks it, and not one that is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lintbook import broken, put, reported, sample
from linting import cells, found, row_of
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Protection
from openpyxl.worksheet.datavalidation import DataValidation

from llmcost_xl.lint import lint

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ["I01", "I02", "I03", "I04", "I05", "I06", "I07"]
LAST_INPUT = "Oldest prices allowed"  # a line of one value: label in A, unit in B, value in C


def column_headed(book: Workbook, sheet: str, heading: str, row: int = 5) -> str:
    return next(cell.column_letter for cell in book[sheet][row] if cell.value == heading)


def test_the_workbook_that_is_broken_below_is_whole(tmp_path: Path) -> None:
    (tmp_path / "sample.xlsx").write_bytes(sample())
    assert lint(tmp_path / "sample.xlsx", KEYS) == []


# -- I01: numbers stand where inputs belong --------------------------------------------------------------------------


def test_a_number_typed_over_a_formula(tmp_path: Path) -> None:
    reported(tmp_path, "I01", put("Calc_Cash", "Cash", "E", 12_000))


def test_a_number_typed_among_notes(tmp_path: Path) -> None:
    reported(tmp_path, "I01", put("Log", "1", "D", 17))


def test_a_number_that_does_not_look_like_an_input(tmp_path: Path) -> None:
    def change(book: Workbook) -> str:
        cell = book["Inputs"][f"C{row_of(book['Inputs'], LAST_INPUT)}"]
        cell.style = "lc_calc"
        return f"Inputs!{cell.coordinate}"

    reported(tmp_path, "I01", change)


def test_a_number_in_the_guise_of_a_formula(tmp_path: Path) -> None:
    reported(tmp_path, "I01", put("Outputs", "Investment", "C", "=1.2"))


# -- I02: explained --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [("B", None, "no unit"), ("C", None, "no value"), ("Source", None, "no source")],
)
def test_an_input_without_its_explanation(tmp_path: Path, column: str, value: Any, message: str) -> None:
    def change(book: Workbook) -> None:
        letter = column if len(column) == 1 else column_headed(book, "Inputs", column)
        put("Inputs", LAST_INPUT, letter, value)(book)

    (place,) = found(broken(tmp_path, change), "I02")
    assert place.what == f"{LAST_INPUT} has {message}"


def test_two_inputs_with_one_label(tmp_path: Path) -> None:
    path = broken(tmp_path, put("Inputs", "Hourly rate", "A", LAST_INPUT))
    assert [place.what for place in found(path, "I02")] == [f"{LAST_INPUT!r} is the label of 2 lines"] * 2


def test_a_range_the_wrong_way_round(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        source = column_headed(book, "Inputs", "Source")
        row = row_of(book["Inputs"], "Iteration multiplier")
        high = book["Inputs"][f"{source}{row}"].column - 1
        book["Inputs"].cell(row, high).value = 1.5

    (place,) = found(broken(tmp_path, change), "I02")
    assert place.what == "Iteration multiplier has a range from 2 to 1.5"


def test_a_record_without_a_name(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        sheet = book["Inputs"]
        sheet.cell(row_of(sheet, "Activity") + 2, 1).value = None

    assert [place.what for place in found(broken(tmp_path, change), "I02")] == ["a record has no name"]


# -- I03 and I04: bounded, unlocked ----------------------------------------------------------------------------------


def test_an_input_without_validation(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        rules = book["Inputs"].data_validations.dataValidation
        target = f"C{row_of(book['Inputs'], LAST_INPUT)}"
        rules.remove(next(rule for rule in rules if target in rule.sqref))

    (place,) = found(broken(tmp_path, change), "I03")
    assert place.what == "an input has no data validation"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"errorStyle": "warning"}, "does not stop a wrong value"),
        ({"showErrorMessage": False}, "does not stop a wrong value"),
        ({"prompt": None}, "does not say what is accepted"),
        ({"type": None}, "accepts anything"),
        ({"formula1": None}, "has no bounds"),
        ({"type": "list", "formula1": '"a,b"'}, "has its choices elsewhere than on Lists"),
    ],
)
def test_a_validation_that_does_not_help(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    def weaken(book: Workbook) -> None:
        target = f"C{row_of(book['Inputs'], LAST_INPUT)}"
        rule = next(rule for rule in book["Inputs"].data_validations.dataValidation if target in rule.sqref)
        for name, value in change.items():
            setattr(rule, name, value)

    assert [place.what for place in found(broken(tmp_path, weaken), "I03")] == [f"the validation of an input {message}"]


def test_locks_and_passwords(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        inputs, outputs = book["Inputs"], book["Outputs"]
        row = row_of(inputs, LAST_INPUT)
        inputs[f"C{row}"].protection = Protection(locked=True)
        outputs[f"C{row_of(outputs, 'Investment')}"].protection = Protection(locked=False)
        book["Checks"].protection.sheet = False
        book["Timing"].protection.set_password("secret")

    assert {place.what for place in found(broken(tmp_path, change), "I04")} == {
        "an input is locked",
        "a cell that is no input is unlocked",
        "the sheet is not protected",
        "the sheet is protected with a password",
    }


# -- I05: used, once -------------------------------------------------------------------------------------------------


def test_an_input_that_nothing_reads(tmp_path: Path) -> None:
    def change(book: Workbook) -> str:
        """Cut every link to an input; the test of its bounds still reads it."""
        target = f"C{row_of(book['Inputs'], LAST_INPUT)}"
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value == f"=Inputs!{target}":
                        cell.value = "=0"
        return f"Inputs!{target}"

    reported(tmp_path, "I05", change)


def test_an_input_that_only_the_cell_beside_it_reads(tmp_path: Path) -> None:
    """A live value that looks an input up makes it useful only if something reads the live value."""

    def change(book: Workbook) -> None:
        inputs = book["Inputs"]
        row = inputs.max_row + 2
        live = f"=INDEX($D{row + 1}:$E{row + 1},1,1)"
        for cell, style, value in (
            (f"A{row}", "lc_heading", "More"), (f"A{row + 1}", "lc_label", "Growth"), (f"B{row + 1}", "lc_unit", "x"),
            (f"C{row + 1}", "lc_calc", live), (f"D{row + 1}", "lc_input", 0.1), (f"E{row + 1}", "lc_input", 0.2),
        ):  # fmt: skip
            added: Any = inputs[cell]
            added.value, added.style = value, style

    last, but_one = found(broken(tmp_path, change), "I05")
    assert last.what == but_one.what == "nothing reads this input"


def test_an_input_entered_on_two_sheets(tmp_path: Path) -> None:
    def change(book: Workbook) -> str:
        inputs, timing = book["Inputs"], book["Timing"]
        row = row_of(timing, "Start date")
        timing[f"A{row}"].value = LAST_INPUT
        timing[f"B{row}"].value = inputs[f"B{row_of(inputs, LAST_INPUT)}"].value
        timing[f"C{row}"].number_format = "0"
        timing[f"C{row}"].value = inputs[f"C{row_of(inputs, LAST_INPUT)}"].value
        return f"Timing!A{row}"

    reported(tmp_path, "I05", change)


# -- I06 and I07: values, sources ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("=30*12", "an input holds a formula"),
        ("365", "a number is stored as text"),
        ("1,250.5", "a number is stored as text"),
        ("many", "text stands where a number belongs"),
    ],
)
def test_an_input_that_is_no_number(tmp_path: Path, value: str, message: str) -> None:
    def change(book: Workbook) -> None:
        cell = book["Inputs"][f"C{row_of(book['Inputs'], LAST_INPUT)}"]
        cell.value = value

    assert [place.what for place in found(broken(tmp_path, change), "I06")] == [message]


def test_a_number_stored_as_text_among_numbers_of_a_foreign_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for value in ("Amount", 10, "20", 30, "n/a", "Total"):
        sheet.append([value])
    book.save(tmp_path / "foreign.xlsx")
    assert cells(tmp_path / "foreign.xlsx", "I06") == ["Sheet!A3"]


def test_a_source_that_is_not_listed(tmp_path: Path) -> None:
    def change(book: Workbook) -> str:
        return put("Inputs", LAST_INPUT, column_headed(book, "Inputs", "Source"), "A1; S9 L1")(book)

    reported(tmp_path, "I07", change)


def test_two_sources_of_one_id(tmp_path: Path) -> None:
    path = broken(tmp_path, put("Sources", "A2", "A", "A1"))
    assert "2 sources have the id 'A1'" in [place.what for place in found(path, "I07")]


@pytest.mark.parametrize("heading", ["From date", "Source", "Checked on"])
def test_a_price_that_cannot_be_checked(tmp_path: Path, heading: str) -> None:
    def change(book: Workbook) -> str:
        prices = book["Prices"]
        header = row_of(prices, "Model")
        prices[f"{column_headed(book, 'Prices', heading, header)}{header + 3}"].value = None
        return f"Prices!{column_headed(book, 'Prices', 'Price', header)}{header + 3}"

    reported(tmp_path, "I07", change)


def test_rules_for_inputs_say_nothing_of_a_workbook_without_inputs(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["Sales", 1, 2, 3])
    book.worksheets[0].add_data_validation(DataValidation(type="list", formula1='"a,b"'))
    book.save(tmp_path / "foreign.xlsx")
    assert load_workbook(tmp_path / "foreign.xlsx").worksheets
    assert lint(tmp_path / "foreign.xlsx", KEYS) == []
