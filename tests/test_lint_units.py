"""Each rule for units, flags, time, signs and the add-in's functions reports the workbook that breaks it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from lintbook import broken, foreign, formula, put, reported, said
from linting import cells, found, row_of
from openpyxl import Workbook, load_workbook

from llmcost_xl.lint.findings import RULES
from llmcost_xl.lint.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


# -- F10, F16: units -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "message"),
    [("dollars", "'dollars' is no unit"), (None, "a line has no unit"), ("EUR", "'EUR' is no unit")],
)
def test_a_unit_that_nobody_knows(tmp_path: Path, unit: str | None, message: str) -> None:
    assert reported(tmp_path, "F10", put("Calc_Work", "Cost today", "B", unit)) == [message]


def test_a_workbook_in_euros(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["Cover"].cell(
            row_of(book["Cover"], "Currency"), 2
        ).value = "EUR; figures of the sources converted at 0.92 EUR per USD"
        work = book["Calc_Work"]
        for cell in work["B"]:
            cell.value = str(cell.value).replace("USD", "EUR") if cell.value else None
        work.cell(row_of(work, "Input price, used"), 2).value = "US$ per 1M tokens"

    assert [place for place in found(broken(tmp_path, change), "F10") if place.sheet == "Calc_Work"] == []


@pytest.mark.parametrize(
    ("label", "number_format", "message"),
    [
        ("Share of the desk", "0.00", "fraction is shown as a number"),
        ("Cost today", "0%", "USD per month is shown as a percentage"),
        ("Cost today", "yyyy-mm-dd", "USD per month is shown as a date"),
        ("Start date", "#,##0", "date is shown as a number"),
    ],
)
def test_a_number_format_that_does_not_fit(tmp_path: Path, label: str, number_format: str, message: str) -> None:
    def change(book: Workbook) -> str:
        work = book["Calc_Work"]
        work[f"C{row_of(work, label)}"].number_format = number_format
        return f"Calc_Work!C{row_of(work, label)}"

    assert reported(tmp_path, "F10", change) == [message]


@pytest.mark.parametrize(
    ("label", "text", "message"),
    [
        ("Cost today", "=$C$7*$C$9", "gives USD per task, not USD per month"),  # hours a task, not a month
        ("Cost in a year", "=$C$20", "gives USD per month, not USD per year"),  # 12 is forgotten
        ("Cost in a year", "=$C$20/$C$10", "gives USD x year per month^2, not USD per year"),
        ("Hours of work a month", "=$C$7+$C$8", "adds or compares hour per task and task per month"),
        ("There is work (flag)", "=($C$7>$C$8)*1", "adds or compares hour per task and task per month"),
        ("Every line once", "=SUM($C$33:$C$35)*$C$8", "gives USD x task per month, not USD"),
        ("Every line once", "=SUMPRODUCT($E$27:$E$29,$B$27:$B$29)", "gives USD x hour, not USD"),
        ("Every line once", "=IF($C$22=1,$C$9,0)", "gives USD per hour, not USD"),
        ("Every line once", "=SQRT(SUMSQ($B$27:$B$29))", "gives hour, not USD"),
        ("Share of the desk", "=INDEX($E$27:$E$29,1)", "gives USD, not a ratio"),
        ("Share of the desk", "=-($C$36^2)/$C$36", "gives USD, not a ratio"),
    ],
)
def test_arithmetic_that_gives_another_unit(tmp_path: Path, label: str, text: str, message: str) -> None:
    assert reported(tmp_path, "F16", formula(text, label)) == [f"{text} {message}"]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Cost today", "=$C$7*$C$8*$C$9"),
        ("Cost today", "=$C$19*$C$9*(1-$C$22)+0"),  # numbers and flags go with any unit
        ("Every line once", "=$C$33+$C$20"),  # a month's cost on top of an amount
        ("Share of the desk", "=$C$36/$C$36-1"),
        ("Share of the desk", "=1-($C$36+0)/MAX($C$33,$C$34)"),
        ("Every line once", "=SQRT(SUMSQ($E$27:$E$29))"),
        ("Every line once", "=PV($C$40,$C$7,$C$9)"),  # undecided
        ("Cost today", "=$C$36*$C$12^2"),  # a factor may be an annuity's
    ],
)
def test_arithmetic_that_gives_the_unit_or_cannot_be_decided(tmp_path: Path, label: str, text: str) -> None:
    assert said(tmp_path, "F16", formula(text, label)) == []


def test_a_price_is_divided_by_the_tokens_it_is_quoted_for(tmp_path: Path) -> None:
    """USD per 1M tokens x tokens per query / tokens per 1M tokens = USD per query."""

    def change(text: str) -> Callable[[Workbook], str]:
        def lines(book: Workbook) -> str:
            work = book["Calc_Work"]
            put("Calc_Work", "Tasks", "B", "tokens per query")(book)
            row = row_of(work, "Months in a year")
            work[f"A{row}"].value, work[f"B{row}"].value = "Tokens a price is quoted for", "tokens"
            put("Calc_Work", "Cost today", "B", "USD per query")(book)
            return formula(text)(book)

        return lines

    divided = [what for what in said(tmp_path, "F16", change("=$C$13*$C$8/$C$10")) if "C$13" in what]
    forgotten = [what for what in said(tmp_path, "F16", change("=$C$13*$C$8")) if "C$13" in what]
    assert (divided, len(forgotten)) == ([], 1)


def test_a_link_that_changes_the_unit(tmp_path: Path) -> None:
    assert reported(tmp_path, "F16", formula("=Inputs!C13", "Hourly rate")) == [
        "=Inputs!C13 gives hour per task, not USD per hour"
    ]


# -- F12: flags -------------------------------------------------------------------------------------------------------


def test_flags(tmp_path: Path) -> None:
    label = "There is work (flag)"
    assert said(tmp_path, "F12", put("Calc_Work", label, "A", "There is work")) == [
        "the flag 'There is work' is not called one"
    ]
    assert said(tmp_path, "F12", put("Calc_Work", label, "B", "count")) == [f"{label!r} is not in flags"]
    assert reported(tmp_path, "F12", formula("=$C$8", label), calculated=True) == [f"the flag {label!r} is 10000"]


def test_a_flag_that_is_asked_instead_of_multiplied(tmp_path: Path) -> None:
    assert reported(tmp_path, "F12", formula("=IF($C$22=1,$C$19*$C$9,0)", "Every line once")) == [
        "=IF($C$22=1,$C$19*$C$9,0) could multiply by the flag"
    ]
    assert said(tmp_path, "F12", formula("=IF($C$22=1,$C$19/$C$9,0)", "Every line once")) == []  # keeps from #DIV/0!


# -- F13, F14, F15: periods, signs, the add-in -----------------------------------------------------------------------


def test_a_period_that_is_no_date(tmp_path: Path) -> None:
    def change(book: Workbook) -> str:
        book["Calc_Cash"]["F5"].value = "Mar 2027"
        return "Calc_Cash!F5"

    assert reported(tmp_path, "F13", change, calculated=True) == ["the period 'Mar 2027' is no date"]


def test_a_column_that_means_another_month(tmp_path: Path) -> None:
    def change(book: Workbook) -> str:
        book["Calc_Cash"]["F5"].value = "=Timing!G12"
        return "Calc_Cash!F5"

    assert reported(tmp_path, "F13", change, calculated=True)[0] == "the column is 2027-04-01, and 2027-03-01 on Timing"


def test_uneven_steps(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["Timing"]["F12"].value = "=EDATE($C$7,F11+1)"

    assert "the step from period to period is not the same" in said(tmp_path, "F13", change, calculated=True)


def test_uneven_dates_in_a_foreign_workbook(tmp_path: Path) -> None:
    quarters = [dt.datetime(2026, month, 28) for month in (1, 4, 7, 10)]  # noqa: DTZ001  # a spreadsheet's date
    assert cells(foreign(tmp_path, quarters), "F13") == []
    assert cells(foreign(tmp_path, [*quarters[:2], quarters[2].replace(month=8), quarters[3]]), "F13")


def test_signs(tmp_path: Path) -> None:
    assert said(tmp_path, "F14", put("Cover", "Signs", "B", None)) == ["the cover does not state the signs"]
    silent = said(tmp_path, "F14", put("Cover", "Signs", "B", "Costs are positive"))
    assert set(silent) == {"the signs of cash flows are not stated on the cover"}
    assert said(tmp_path, "F14", formula("=-$C$19"), calculated=True)[0] == "'Cost today' is negative"


def test_an_input_in_money_that_may_be_negative(tmp_path: Path) -> None:
    def change(book: Workbook) -> str:
        target = f"D{row_of(book['Inputs'], 'Hourly rate')}"
        rules = book["Inputs"].data_validations.dataValidation
        next(rule for rule in rules if target in rule.sqref).formula1 = "-100"
        return f"Inputs!{target}"

    assert reported(tmp_path, "F14", change) == ["an input in money accepts negative numbers"]


FUNCTION = "=TOKEN_COST($C$7,$C$8,$C$9,$C$10)"


@pytest.mark.parametrize(
    ("stored", "native", "told"),
    [
        (25_000.0, 25_000.0, []),
        (25_000.0, 50_000.0, [f"{FUNCTION} is 25000, the native formula beside it 50000"]),
        ("#NAME?", 25_000.0, [f"{FUNCTION} is #NAME?, the native formula beside it 25000"]),
    ],
)
def test_a_function_of_the_add_in_and_the_formula_beside_it(
    tmp_path: Path, stored: float | str, native: float, told: list[str]
) -> None:
    """The values are those that a spreadsheet left in the file: the engine of the tests does not know the function."""

    def change(book: Workbook) -> None:
        formula(FUNCTION, "Hours of work a month")(book)
        put("Calc_Work", "Hours of work a month", "B", "USD per month")(book)

    path = broken(tmp_path, change)
    book = read(path)
    row = row_of(load_workbook(path)["Calc_Work"], "Cost today")
    values = book.stored["Calc_Work"]
    values[row - 1, 3], values[row, 3] = stored, native
    assert [place.what for place in RULES["F15"].broken(book)] == told


def test_a_function_of_the_add_in_alone(tmp_path: Path) -> None:
    assert said(tmp_path, "F15", formula(FUNCTION, "Every line once")) == []  # one of its unit stands below
    assert reported(tmp_path, "F15", formula(FUNCTION, "Cost in a year")) == [
        f"{FUNCTION} has no native formula beside it"
    ]
