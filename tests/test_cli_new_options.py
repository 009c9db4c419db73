"""What a user may choose when a workbook is made, as typed: months, start, currency, prices, models, figures."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from llmcost_xl.workbook import MODULES

if TYPE_CHECKING:
    from commandline import Run

OWN_PRICES = (
    "provider,model,component,from_date,price\nopenai,gpt-4o,input,2026-01-01,2\nopenai,gpt-4o,output,2026-01-01,8\n"
)
RATES = "provider,model,component,from_date,price,unit\nfx,EUR,rate,2026-01-01,0.92,EUR per USD\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def figures(run: Run, *words: str) -> dict[str, Any]:
    """The headline figures of a workbook made with these options; the master check must say OK."""
    code, _, err = run("new", *words, "-o", "made.xlsx", "--force")
    assert (code, err) == (0, "")
    cover = load_workbook("made.xlsx", data_only=True)["Cover"]
    assert cover["B3"].value == "OK"
    return {row[0]: row[1] for row in cover.iter_rows(max_col=2, values_only=True)}


def cell(sheet: str, label: str, column: int = 3) -> Any:
    """The cell of a label's row in the workbook made last."""
    rows = load_workbook("made.xlsx", data_only=True)[sheet].iter_rows(values_only=True)
    return next(row[column - 1] for row in rows if row[0] == label and row[1] is not None)


# -- choices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize(
    "choice",
    [
        (
            "--months",
            "1",
            "--currency",
            "JPY",
            "--rate",
            "155",
            "--model",
            "claude-haiku-4-5",
            "--prices",
            "2026-06-01",
        ),
        ("--months", "36", "--start", "2027-04", "--currency", "EUR", "--rate", "0.92", "--rate-date", "2026-11-20"),
    ],
    ids=" ".join,
)
def test_every_workbook_takes_every_choice(run: Run, name: str, choice: tuple[str, ...]) -> None:
    assert figures(run, name, *choice)


def test_amounts_are_converted_once_and_say_so(run: Run) -> None:
    dollars = figures(run, "hidden-costs")["Budget if every line is done once, without training compute"]
    euros = figures(run, "hidden-costs", "--currency", "eur", "--rate", "0.92", "--rate-date", "2026-11-20")
    assert euros["Budget if every line is done once, without training compute"] == pytest.approx(dollars * 0.92)
    assert "converted at 0.92 EUR per USD on 2026-11-20" in euros["Currency"]
    assert cell("Inputs", "Builders' rate", 2) == "EUR per hour"


def test_a_rate_may_come_from_the_price_file(run: Run) -> None:
    Path("own.csv").write_text(RATES, encoding="utf-8")
    assert "at 0.92 EUR" in figures(run, "hidden-costs", "--currency", "EUR", "--prices", "own.csv")["Currency"]


def test_own_prices_are_on_the_prices_sheet_and_list_prices_stay_in_dollars(run: Run) -> None:
    Path("own.csv").write_text(OWN_PRICES, encoding="utf-8")
    figures(run, "roi", "--prices", "own.csv", "--model", "gpt-4o", "--currency", "EUR", "--rate", "0.5")
    prices = [row[:8] for row in load_workbook("made.xlsx", data_only=True)["Prices"].iter_rows(values_only=True)]
    newest = [row[5] for row in prices if row[:3] == ("openai", "gpt-4o", "input")][-1]
    assert newest == 2  # US$ per 1M tokens
    assert cell("Prices", "Input price") == 1  # in force, at half a euro per dollar


def test_the_first_month_is_the_start(run: Run) -> None:
    figures(run, "roi", "--start", "2028-10")
    assert f"{cell('Timing', 'Start date'):%Y-%m-%d}" == "2028-10-01"


REFUSED = {
    "months": (("--months", "0"), "--months must be 1 to 60; received 0"),
    "start": (("--start", "April"), "--start must be a month from 2000 to 2099, as 2027-01; received 'April'"),
    "month 13": (("--start", "2027-13"), "received '2027-13'"),
    "currency": (("--currency", "euro"), "--currency must be a code of three letters such as EUR; received 'EURO'"),
    "no rate": (("--currency", "EUR"), "no rate of EUR is known on"),
    "rate": (("--currency", "EUR", "--rate", "-1"), "--rate must be above 0, in EUR per US dollar; received -1"),
    "rate of dollars": (("--rate", "0.9"), "--rate and --rate-date go with a --currency other than USD"),
    "rate date": (("--currency", "EUR", "--rate", "1", "--rate-date", "1.2.26"), "--rate-date must be a day"),
    "model": (("--model", "gpt-9"), "'gpt-9' is not in the price catalogue; the nearest names: openai/gpt-"),
    "no price then": (("--prices", "2019-01-01"), "has no input price on 2019-01-01"),
    "functions": (("--functions", "vba"), "--functions must be native or addin; received 'vba'"),
    "two days": (("--prices", "2026-01-01", "--prices", "2026-02-01"), "--prices takes one day and one file"),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant_is_refused_in_one_line(run: Run, words: tuple[str, ...], message: str) -> None:
    code, out, err = run("new", "roi", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert not list(Path.cwd().iterdir())


def test_a_price_file_that_is_missing_or_wrong_is_named(run: Run) -> None:
    assert run("new", "roi", "--prices", "none.csv")[0] == 5
    Path("own.csv").write_text("model,component,price\nno-such-model-of-mine,input,abc\n", encoding="utf-8")
    code, _, err = run("new", "roi", "--prices", "own.csv")
    assert code == 3
    assert "own.csv" in err
    assert "abc" in err


# -- figures from a file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODULES)
def test_the_inputs_that_are_written_make_the_same_workbook(run: Run, name: str) -> None:
    assert run("new", name, "-o", "prefilled.xlsx")[0] == 0
    assert run("new", name, "--write-inputs", "inputs.csv")[0] == 0
    assert run("new", name, "--inputs", "inputs.csv", "-o", "filled.xlsx")[0] == 0
    assert Path("prefilled.xlsx").read_bytes() == Path("filled.xlsx").read_bytes()


def test_a_figure_without_a_scenario_counts_in_all_of_them(run: Run) -> None:
    Path("mine.yaml").write_text("correlation: 0.3\nbuild_rate: {base: 120, low: 90}\n", encoding="utf-8")
    figures(run, "hidden-costs", "--inputs", "mine.yaml")
    assert cell("Inputs", "Correlation") == 0.3
    assert [cell("Inputs", "Builders' rate", column) for column in (3, 4, 5)] == [120, 120, 90]


def test_a_spreadsheet_saves_what_can_be_read(run: Run) -> None:
    Path("mine.csv").write_text("quantity;column;value\r\nconfidence;;90%\r\nscenario;;low\r\n", encoding="utf-8-sig")
    figures(run, "hidden-costs", "--inputs", "mine.csv")
    assert cell("Inputs", "Confidence") == 0.9
    assert cell("Inputs", "Scenario") == "Low"


def test_records_take_spare_rows_or_replace_the_prefilled_ones(run: Run) -> None:
    assert run("new", "hidden-costs", "--write-inputs", "inputs.csv")[0] == 0
    with Path("inputs.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["quantity"] == "hours_high"]
    Path("mine.csv").write_text(
        f'quantity,record,value\nhours_high,"{rows[0]["record"]}",{float(rows[0]["value"]) + 7}\n', encoding="utf-8"
    )
    figures(run, "hidden-costs", "--inputs", "mine.csv")
    table = load_workbook("made.xlsx", data_only=True)["Inputs"].iter_rows(values_only=True)
    assert float(rows[0]["value"]) + 7 in next(row for row in table if row[0] == rows[0]["record"])


def test_everything_that_is_wrong_is_said_at_once(run: Run) -> None:
    Path("mine.yaml").write_text(
        "confidence: 1.5\nruns: two\nfoo: 1\nbuild_rat: 3\ncomplexity: awful\nbuild_mean: 9\nstart_date: 2027-01-01\n",
        encoding="utf-8",
    )
    code, out, err = run("new", "hidden-costs", "--inputs", "mine.yaml")
    assert (code, out) == (3, "")
    assert err.splitlines() == [
        "llmcost-xl: mine.yaml: 7 problems, nothing was filled in",
        "  confidence: must be a number, 0.5 to 0.99 (fraction); received 1.5",
        "  runs: must be a number (runs); received 'two'",
        "  foo: this workbook has no such input; see --write-inputs",
        "  build_rat: this workbook has no such input; the nearest: build_rate, printed_rate",
        "  complexity: must be one of well-defined, medium, novel; received 'awful'",
        "  build_mean: is computed by this workbook, not entered",
        "  start_date: the start is set by --start",
    ]
    assert [path.name for path in Path.cwd().iterdir()] == ["mine.yaml"]


def test_what_cannot_be_read_is_said_with_what_cannot_be_filled_in(run: Run) -> None:
    Path("mine.csv").write_text(
        'quantity,value\nbuild_rate,"1,234"\nruns,two\nruns,3\nconfidence,0.8,x\nfoo,2027-02-30\nsetup_hours,1e400\n',
        encoding="utf-8",
    )
    code, out, err = run("new", "hidden-costs", "--inputs", "mine.csv")
    assert (code, out) == (3, "")
    assert [line.strip().split(": ")[0] for line in err.splitlines()[1:]] == [f"row {row}" for row in range(2, 8)]
    assert "row 4: runs: is given twice, see row 3: runs" in err
    assert "row 6: foo: there is no such day; received '2027-02-30'" in err


UNREADABLE = {
    "two meanings": ("mine.csv", "quantity;value\nbuild_rate;1.234\n", "write a number as 1234.5"),
    "thousands": ("mine.csv", 'quantity,value\nbuild_rate,"1,234"\n', "write a number as 1234.5"),
    "fields": ("mine.csv", "quantity,value\nbuild_rate,1,2\n", "row 2: 3 fields instead of 2"),
    "no value": ("mine.csv", "quantity,amount\nbuild_rate,1\n", "has no column value; it has quantity, amount"),
    "given twice": ("mine.yaml", "build_rate: 1\nbuild_rate: 2\n", "duplicate key"),
    "no mapping": ("mine.yaml", "- build_rate\n", "holds no quantities"),
    "broken": ("mine.yaml", "build_rate: [1\n", "is not YAML"),
    "kind": ("mine.txt", "build_rate: 1\n", "is neither .csv nor .yaml"),
    "record": ("mine.csv", "quantity,record,value\nbuild_rate,x,3\n", "so it has no record 'x'"),
    "no record": ("mine.csv", "quantity,value\nhours_low,3\n", "say which record"),
    "twice": ("mine.csv", "quantity,record,value\nhours_low,x,1\nhours_low,x,2\n", "the table activities has room for"),
    "infinite": ("mine.yaml", "build_rate: .inf\n", "must be a number up to 1e+15"),
    "column": ("mine.csv", "quantity,column,value\ncomplexity,mars,medium\n", "column 'mars'"),
}


@pytest.mark.parametrize(("name", "text", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_says_where(run: Run, name: str, text: str, message: str) -> None:
    Path(name).write_text(text, encoding="utf-8")
    code, _, err = run("new", "hidden-costs", "--inputs", name)
    assert code == 3
    assert message in err
    assert [path.name for path in Path.cwd().iterdir()] == [name]
