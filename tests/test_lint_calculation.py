"""Each rule for calculations reports the workbook that breaks it, and not one that is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lintbook import broken, foreign, formula, put, reported, said, sample
from linting import cells
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from llmcost_xl.lint import lint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEYS = [f"F{number:02}" for number in range(1, 17)]


def test_the_workbook_that_is_broken_below_is_whole(tmp_path: Path) -> None:
    (tmp_path / "sample.xlsx").write_bytes(sample())
    assert lint(tmp_path / "sample.xlsx", KEYS) == []


# -- F01: one formula ------------------------------------------------------------------------------------------------


def test_a_cell_that_differs_from_its_row(tmp_path: Path) -> None:
    assert reported(tmp_path, "F01", formula("=$C$8*(1-G12)", "Cash", "G", "Calc_Cash"))


def test_a_cell_that_differs_from_its_column(tmp_path: Path) -> None:
    assert reported(tmp_path, "F01", formula("=B28*$C$8", "=Inputs!A24", "E"))


def test_a_link_may_turn_a_column_into_a_row_and_records_may_state_figures_of_their_own(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        for number, row in enumerate((27, 28, 29)):
            book["Calc_Work"][f"H{row}"].value = f"=$C${19 + number}"  # none follows its row

    assert said(tmp_path, "F01", change) == []


def test_the_odd_one_out_in_a_foreign_workbook(tmp_path: Path) -> None:
    row = [f"={letter}1*2" for letter in "ABCDEFG"]
    odd = [*row[:3], "=A1*3", *row[4:]]
    assert cells(foreign(tmp_path, [1, 2, 3, 4, 5, 6, 7], row), "F01") == []
    assert cells(foreign(tmp_path, [1, 2, 3, 4, 5, 6, 7], odd), "F01") == ["Sheet!D2"]


# -- F02, F03, F04: short, without numbers, in known functions -------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("=$C$19*12", "12"),
        ("=$C$19*1.05", "1.05"),
        ("=$C$19*5%", "5%"),
        ("=$C$19+100%", "100%"),
        ("=ROUNDUP($C$19,2)", "2"),
        ("=$C$19*7+12-7", "7, 12"),
        ("=DATE(2026,1,1)", "2026"),
    ],
)
def test_a_number_in_a_formula(tmp_path: Path, text: str, held: str) -> None:
    assert reported(tmp_path, "F02", formula(text)) == [f"the formula holds {held}"]


@pytest.mark.parametrize("text", ["=-1*$C$19+0", '=($C$11="low")*1', "=$C$19*-1", "=1/(1+$C$9)", '=IF($C$11="7",1,0)'])
def test_0_and_1_and_words_may_stand_in_formulas(tmp_path: Path, text: str) -> None:
    assert said(tmp_path, "F02", formula(text)) == []


def test_foreign_workbooks_may_name_options_and_months_of_a_year(tmp_path: Path) -> None:
    path = foreign(tmp_path, [1, "=VLOOKUP(A1,B1:D9,3,0)", "=A1*12", "=A1*1.19", "=ROUND(A1,2)"])
    assert cells(path, "F02") == ["Sheet!D1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("=" + "+".join(["$C$19"] * 21), "the formula has 126 characters; at most 120"),
        ("=MAX(MIN(MAX(MIN($C$7,$C$8),$C$9),$C$10),1)", "functions are nested 4 deep; at most 3"),
        ("=IF($C$22=1,IF($C$8>1,$C$19,0),0)", "an IF stands within an IF"),
        ("=$C$7+$C$8+$C$9+$C$10+$C$12+$C$13+$C$16", "the formula reads 7 cells or ranges; at most 6"),
        ("=$C$7+\n$C$8", "the formula has a line break"),
    ],
)
def test_a_formula_that_nobody_can_read(tmp_path: Path, text: str, message: str) -> None:
    assert reported(tmp_path, "F03", formula(text)) == [message]


def test_two_ifs_side_by_side_are_not_nested(tmp_path: Path) -> None:
    assert said(tmp_path, "F03", formula("=IF($C$22=1,$C$7,0)+IF($C$22=1,$C$8,0)")) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "=VLOOKUP($C$7,$C$8:$C$9,1,0)",
            "VLOOKUP: it counts columns and breaks when one is inserted; use INDEX and MATCH",
        ),
        ("=_xlfn.XLOOKUP(1,$C$7:$C$8,$C$7:$C$8)", "XLOOKUP: Excel 2010 does not have it; use INDEX and MATCH"),
        ("=BESSELJ($C$7,1)", "BESSELJ: it is not on the list"),
    ],
)
def test_a_function_that_is_not_on_the_list(tmp_path: Path, text: str, message: str) -> None:
    assert reported(tmp_path, "F04", formula(text)) == [message]


def test_the_functions_of_the_add_in_are_on_the_list(tmp_path: Path) -> None:
    change = formula("=TOKEN_COST($C$7,$C$8,$C$9,$C$10,$C$12,$C$13,$C$16)")
    assert said(tmp_path, "F04", change) == []
    assert said(tmp_path, "F03", change) == []  # it has as many precedents as arguments


# -- F05, F06: links and direction -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=Inputs!C12*$C$9", "=SUM(Inputs!C12:C13)", "=-Inputs!C12", "=1*Inputs!C12"])
def test_a_formula_that_reaches_into_another_sheet(tmp_path: Path, text: str) -> None:
    assert reported(tmp_path, "F05", formula(text)) == ["a formula calculates with another sheet's cells"]


def test_a_link_to_a_link(tmp_path: Path) -> None:
    assert reported(tmp_path, "F05", formula("=Calc_Cash!C8", "Cost today", "C", "Outputs")) == [
        "a link leads to a link, Calc_Cash!C8"
    ]


def test_a_link_that_does_not_look_like_one(tmp_path: Path) -> None:
    assert reported(tmp_path, "F05", formula("=Inputs!C14", "Hours of work a month")) == [
        "a link does not look like one"
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (formula("=$C$37+$C$19"), "the formula reads a row further down"),
        (formula("=Outputs!C15"), "the formula reads Outputs!C15, on a later sheet"),
        (formula("=E12", "Cash", "D", "Calc_Cash"), "the formula reads a column to its right"),
        (formula("=SUM(D12:J12)", "Cash", "D", "Calc_Cash"), "the formula reads a column to its right"),
        (formula("=F27", "=Inputs!A23", "E"), "the formula reads a column to its right"),
    ],
)
def test_a_formula_against_the_flow(tmp_path: Path, change: Callable[[Workbook], str], message: str) -> None:
    assert reported(tmp_path, "F06", change) == [message]


@pytest.mark.parametrize(
    "change",
    [
        formula("=SUM($D$12:$J$12)", "Cash", "D", "Calc_Cash"),  # the whole of a row, fixed
        formula("=SUM(D12:J12)", "Last month", "C", "Calc_Cash"),  # a total left of its row
        formula("=COUNT($B$27:$B$29)", "=Inputs!A23", "E"),  # all records of the same table
        formula("=$C$19", "Cost today", "C", "Outputs"),  # marked as counter-flow in its heading
    ],
)
def test_what_may_be_read_from_beside_or_below(tmp_path: Path, change: Callable[[Workbook], str]) -> None:
    assert said(tmp_path, "F06", change) == []


# -- F07, F08, F09: errors, ranges, plainness ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=IFERROR($C$7/$C$8,0)", "=IF(ISERROR($C$7),0,1)", "=_xlfn.IFNA($C$7,0)"])
def test_a_hidden_error(tmp_path: Path, text: str) -> None:
    (message,) = reported(tmp_path, "F07", formula(text))
    assert message.endswith(" hides errors")


def test_an_error_on_outputs_becomes_a_word_and_not_a_number(tmp_path: Path) -> None:
    assert said(tmp_path, "F07", formula('=IFERROR($C$19,"n/a")', "Investment", "C", "Outputs")) == []
    assert reported(tmp_path, "F07", formula("=IFERROR($C$19,0)", "Investment", "C", "Outputs"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (formula("=SUM(F27:F28)", "Total", "F"), "the range Calc_Work!F27:F28 stops before F29"),
        (formula("=SUM(F28:F29)", "Total", "F"), "the range Calc_Work!F28:F29 stops before F27"),
        (
            formula("=SUM($D$13:$I$13)", "Sum of the cash", "C", "Calc_Cash"),
            "the range Calc_Cash!D13:I13 stops before J13",
        ),
        (
            formula("=AVERAGE($E$13:$J$13)", "Sum of the cash", "C", "Calc_Cash"),
            "the range Calc_Cash!E13:J13 stops before D13",
        ),
    ],
)
def test_a_sum_that_stops_short(tmp_path: Path, change: Callable[[Workbook], str], message: str) -> None:
    assert reported(tmp_path, "F08", change) == [message]


def test_a_sum_that_stops_short_in_a_foreign_workbook(tmp_path: Path) -> None:
    assert cells(foreign(tmp_path, [2024], [1], [2], [3], [None], ["=SUM(A2:A3)"]), "F08") == ["Sheet!A6"]
    assert cells(foreign(tmp_path, [2024], [1], [2], [3], ["=SUM(A2:A4)"], ["=SUM(A2:A4)/3"]), "F08") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("=SUM($D:$D)", "the formula reads whole columns or rows"),
        ("=SUM(1:2)", "the formula reads whole columns or rows"),
        ("=SUM({1,0})", "the formula holds values in braces"),
        ('=TEXT($C$19,"0.00")', "a number becomes text"),
        ("=$C$19&$C$11", "a number becomes text"),
    ],
)
def test_a_formula_that_is_not_plain(tmp_path: Path, text: str, message: str) -> None:
    assert reported(tmp_path, "F09", formula(text), calculated=True) == [message]


def test_texts_may_be_joined(tmp_path: Path) -> None:
    assert said(tmp_path, "F09", formula('=$C$11&" case"'), calculated=True) == []


def test_merged_cells(tmp_path: Path) -> None:
    assert cells(broken(tmp_path, lambda book: book["Calc_Work"].merge_cells("A6:C6")), "F09") == ["Calc_Work!A6"]


# -- F11: rounding ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ROUND($C$19,0)", "TRUNC($C$19)", "FIXED($C$19,0)", "ROUNDUP($C$19,0)"])
def test_a_rounded_step(tmp_path: Path, name: str) -> None:
    assert reported(tmp_path, "F11", formula(f"={name}")) == [f"{name.partition('(')[0]} rounds"]


def test_whole_things_may_be_rounded_up(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        put("Calc_Work", "Cost today", "B", "servers")(book)
        formula("=ROUNDUP($C$19,0)")(book)

    assert said(tmp_path, "F11", change) == []


# -- any formula -----------------------------------------------------------------------------------------------------

STRANGE = (
    "=LET(x,A1,x*2)", "=LAMBDA(x,x+1)(A1)", "=SUM(Table1[[#All],[Amount]])", "=[1]Other!A1", "='[B 2.xlsx]S'!$A$1:B2",
    "=A1#", "=@A1", "=Sheet!A1:Sheet!B2", "=Sheet:Sheet2!A1", "=#REF!+A1", "=SUM(#REF!)", "=A1:B2 B1:C3", "=(A1,B2)",
    "=XFD1048576", "=ZZZ99999999", "={1,2;3,4}", '="an "&"open', "=1+", "=)", "=SUM(", "=", '=""""', "=TRUE",
    "=1E+300*A1", "=A:A", "=$1:$9", "=Missing!A1", '=INDIRECT("A1")', "=A1%%", "=--A1", "=_xlfn._xlws.SORT(A1:A9)",
    "=a1+b1",
)  # fmt: skip


@pytest.mark.parametrize("text", STRANGE)
def test_no_formula_stops_the_linter(tmp_path: Path, text: str) -> None:
    """In a workbook of ours and in any other."""

    def change(book: Workbook) -> None:
        for sheet in ("Calc_Work", "Outputs", "Inputs", "Checks"):
            book[sheet]["C7"].value = text
            book[sheet]["D8"].value = text

    lint(broken(tmp_path, change), [f"{group}{number:02}" for group in "IFC" for number in range(1, 17)])
    lint(foreign(tmp_path, [1, 2, 3], [text, text, text]), [*KEYS, "I06", "C01"])


def test_an_array_formula_is_read_like_any_other(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([1, 2, 3])
    sheet["A2"].value = ArrayFormula("A2:C2", "=A1:C1*1.19")
    book.save(tmp_path / "foreign.xlsx")
    assert load_workbook(tmp_path / "foreign.xlsx").worksheets[0]["A2"].data_type == "f"
    assert cells(tmp_path / "foreign.xlsx", "F02") == ["Sheet!A2"]
