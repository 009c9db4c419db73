"""A small workbook in the house style with one of everything that the linter's rules look at.

The tests that break a workbook break this one: it does not change when a real workbook is reworked.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
from typing import TYPE_CHECKING, Any

from linting import cells, found, row_of
from openpyxl import Workbook, load_workbook

from llmcost_xl.workbook.built import built
from llmcost_xl.workbook.layout import (
    Check,
    Entry,
    Field,
    Headline,
    Line,
    Revision,
    Rows,
    Sheet,
    Source,
    Table,
    Template,
    Text,
    months,
)
from llmcost_xl.workbook.values import with_values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


READ_ON = dt.date(2026, 11, 21)
CASES = ("low", "likely", "high")

INPUTS = Sheet(
    "Inputs",
    "Everything you can change.",
    (
        Rows(
            "The desk today",
            (
                Entry("tasks", 10_000, "A1", cases=(8_000, 12_000)),
                Entry("hours_per_task", 0.05, "A1"),
                Entry("hourly_rate", 50, "A1"),
                Entry("multiplier", 2.5, "A1", "2 to 10 as printed", 2, 10, at_least=1),
                Entry("estimate_case", "likely", "A1", choices=CASES, fixed=True),
                Entry("as_of", READ_ON, "A2", fixed=True),
                Entry("max_price_age", 365, "A2", fixed=True),
            ),
        ),
        Table(
            "activities",
            "Work before launch",
            (
                Field("activity", label="Activity", unit="text"),
                Field("hours_low", label="Low", unit="hours", at_least=0),
                Field("hours_likely", label="Likely", unit="hours", at_least=0),
                Field("hours_high", label="High", unit="hours", at_least=0),
                Field("activity_source", label="Source", unit="text"),
            ),
            (("Collect", 10, 25, 40, "A1"), ("Clean", 5, 12.5, 20, "A1"), ("Review", 10, 20, 30, "A1")),
        ),
    ),
    scenarios=True,
)  # fmt: skip

PRICES = Sheet(
    "Prices",
    "Dated prices.",
    (
        Table(
            "prices",
            "Prices",
            (
                Field("price_model", label="Model", unit="text"),
                Field("from_date", label="From date", unit="date"),
                Field("price", label="Price", unit="USD per 1M tokens"),
                Field("price_source", label="Source", unit="text"),
                Field("checked_on", label="Checked on", unit="date"),
                Field("price_wrong", "=1-ISNUMBER({from_date})*ISNUMBER({price})", label="Wrong (flag)", unit="flag",
                      total=True),
            ),
            (
                ("mini", dt.date(2024, 1, 1), 0.15, "price list", READ_ON),
                ("mini", dt.date(2025, 1, 1), 0.12, "price list", READ_ON),
                ("mini", dt.date(2026, 1, 1), 0.10, "price list", READ_ON),
            ),
        ),
        Rows(
            "Price in force",
            (Line("input_price", "=INDEX({price:all},MATCH({as_of},{from_date:all},1))", "Input price",
                  "USD per 1M tokens"),),
        ),
    ),
)  # fmt: skip

WORK = Sheet(
    "Calc_Work",
    "What the desk costs, and what it takes to replace it.",
    (
        Rows(
            "The desk",
            (
                Line("hours_worked", "={hours_per_task}*{tasks}", "Hours of work a month", "hours per month"),
                Line("desk_cost", "={hours_worked}*{hourly_rate}", "Cost today", "USD per month"),
                Line("desk_year", "={desk_cost}*{months_per_year}", "Cost in a year", "USD per year"),
                Line("is_busy", "=({tasks}>0)*1", "There is work (flag)", "flag"),
            ),
        ),
        Table(
            "lines",
            "Cost of every line",
            (
                Field("cost_low", "={hours_low}*{hourly_rate}", "Cost, low", "USD", total=True),
                Field("cost_likely", "={hours_likely}*{hourly_rate}", "Cost, likely", "USD", total=True),
                Field("cost_high", "={hours_high}*{hourly_rate}", "Cost, high", "USD", total=True),
                Field("running", "=SUM({cost_likely:to_here})", "Running total", "USD"),
                Field("disorder", "=1-({hours_low}<={hours_likely})*({hours_likely}<={hours_high})",
                      "Out of order (flag)", "flag", total=True),
            ),
            like="activities",
        ),
        Rows(
            "Investment",
            (
                Line("chosen_low", '=({estimate_case}="low")*{cost_low:total}', "Low, if chosen", "USD"),
                Line("chosen_likely", '=({estimate_case}="likely")*{cost_likely:total}', "Likely, if chosen", "USD"),
                Line("chosen_high", '=({estimate_case}="high")*{cost_high:total}', "High, if chosen", "USD"),
                Line("once", "={chosen_low}+{chosen_likely}+{chosen_high}", "Every line once", "USD"),
                Line("investment", "={once}*{multiplier}"),
            ),
        ),
        Rows(
            "Shares of a year",
            (
                Line("desk_share", "={desk_year}/({desk_year}+{investment})", "Share of the desk", "fraction"),
                Line("build_share", "=1-{desk_share}", "Share of the investment", "fraction"),
                Line("shares", "={desk_share}+{build_share}", "Both shares", "fraction"),
                Line("price_used", "={input_price}", "Input price, used", "USD per 1M tokens"),
                Line("too_old", "=({start_date}-{as_of}>{max_price_age})*1", "Prices are old (flag)", "flag"),
            ),
        ),
    ),
)  # fmt: skip

CASH = Sheet(
    "Calc_Cash",
    "Cash month by month.",
    (
        Rows(
            "Months",
            (
                Line("at_start", "=({month}=0)*1", "Day of the investment (flag)", "flag"),
                Line("cash", "={desk_cost}*(1-{at_start})-{investment}*{at_start}", "Cash", "USD"),
                Line("cumulative", "={cumulative:prev}+{cash}", "Cumulative cash", "USD"),
            ),
        ),
        Rows(
            "For the checks",
            (
                Line("cash_end", "=INDEX({cumulative:all},COLUMNS({cumulative:all}))", "Last month", "USD",
                     single=True),
                Line("cash_sum", "=SUM({cash:all})", "Sum of the cash", "USD", single=True),
            ),
        ),
    ),
    months(6),
)  # fmt: skip

OUTPUTS = Sheet(
    "Outputs",
    "For the board.",
    (
        Text("In one sentence", ('="The desk costs "&FIXED({desk_cost},0)&" USD a month."',)),
        Rows("The desk", (Line("desk_cost"), Line("investment"), Line("price_used"))),
        Rows("Shown", (Line("end_shown", '=IF({is_busy}=1,{cash_end},"n/a")', "Cash after six months", "USD"),)),
    ),
)

CHECKS = (
    Check("order", "Hours ascend", "{disorder:total}"),
    Check("whole", "The shares are 100%", "{shares}", target="{is_busy}", tolerance="{exact}"),
    Check("ends", "Cumulative cash ends at the sum of the cash", "{cash_end}", target="{cash_sum}", tolerance="{cent}"),
    Check("prices", "Price rows that are wrong", "{price_wrong:total}"),
    Check("dear", "The desk costs no more than it is worth", "{desk_cost}", "<=", target="{investment}", kind="alert",
          advice="Ask why"),
    Check("fresh", "Prices are not old", "{too_old}", kind="alert", advice="Look the prices up again"),
)  # fmt: skip

SAMPLE = Template(
    name="sample",
    title="Support desk",
    purpose="A workbook to try rules on.",
    audience="Tests",
    steps=("Change a figure.",),
    limits=("It decides nothing.",),
    inputs=INPUTS,
    prices=PRICES,
    calculations=(WORK, CASH),
    outputs=OUTPUTS,
    checks=CHECKS,
    headlines=(Headline("Cost today", "{desk_cost}", "USD per month"),),
    sources=(Source("A1", "Made up", status="assumption"), Source("A2", "Made up, too", status="assumption")),
    log=(Revision("1", "2026-11-21", "tests", "First version"),),
)


@functools.cache
def sample() -> bytes:
    """The file of the small workbook, with values in its formula cells."""
    return built(SAMPLE).content


def broken(tmp_path: Path, change: Callable[[Workbook], object], *, calculated: bool = False) -> Path:
    """The small workbook, changed; with the values that it has after the change, if they matter."""
    book = load_workbook(io.BytesIO(sample()))
    change(book)
    content = io.BytesIO()
    book.save(content)
    path = tmp_path / "sample.xlsx"
    path.write_bytes(with_values(content.getvalue(), lambda _: None) if calculated else content.getvalue())
    return path


def put(sheet: str, label: str, column: str, value: Any) -> Callable[[Workbook], str]:
    """Change one cell of the line with a label; the change returns its address."""

    def change(book: Workbook) -> str:
        cell = book[sheet][f"{column}{row_of(book[sheet], label)}"]
        cell.value = value
        return f"{sheet}!{cell.coordinate}"

    return change


def reported(tmp_path: Path, key: str, change: Callable[[Workbook], str], *, calculated: bool = False) -> list[str]:
    """What a rule says of one change: it reports the cell that was changed, and no other."""
    changed: list[str] = []
    path = broken(tmp_path, lambda book: changed.append(change(book)), calculated=calculated)
    assert set(cells(path, key)) == set(changed)
    return [place.what for place in found(path, key)]


def said(tmp_path: Path, key: str, change: Callable[[Workbook], object], *, calculated: bool = False) -> list[str]:
    return [place.what for place in found(broken(tmp_path, change, calculated=calculated), key)]


def formula(
    text: str, label: str = "Cost today", column: str = "C", sheet: str = "Calc_Work"
) -> Callable[[Workbook], str]:
    """Put a formula where a line computes; {hours_worked} and the like are cells of the sheet."""
    return put(sheet, label, column, text)


def foreign(tmp_path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "foreign.xlsx")
    return tmp_path / "foreign.xlsx"
