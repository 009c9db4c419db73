"""Prices that people write: a company's file and a range of a workbook. What is doubtful is refused in words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmcost_xl.catalogue import text as text_tables
from llmcost_xl.catalogue.rows import COLUMNS, PriceRow, as_text
from llmcost_xl.catalogue.table import PriceTableError, read_file, read_table
from llmcost_xl.errors import CellError
from llmcost_xl.functions.prices import LLM_PRICE, QUERY_COST

FULL = (
    "provider,model,component,from_date,context_threshold,service_tier,price,unit,source,checked_on\n"
    "openai,gpt-4o,input,2026-01-01,128000,batch,1.25,EUR per 1M tokens,contract 17,2026-02-01\n"
)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "ours.csv"
    path.write_text(text, encoding=encoding, newline="")
    return path


def test_a_full_row_is_read_as_it_stands(tmp_path: Path) -> None:
    day, checked = dt.date(2026, 1, 1), dt.date(2026, 2, 1)
    wanted = PriceRow(
        "openai", "gpt-4o", "input", day, 128000, "batch", 1.25, "EUR per 1M tokens", "contract 17", checked
    )
    assert read_file(written(tmp_path, FULL)) == [wanted]
    assert read_file(written(tmp_path, FULL, "utf-8-sig")) == [wanted]
    assert read_file(written(tmp_path, FULL.replace("\n", "\r\n"))) == [wanted]
    assert read_file(written(tmp_path, FULL.replace(",", ";"))) == [wanted]
    assert read_file(written(tmp_path, FULL.replace(",", "\t"))) == [wanted]
    assert read_file(written(tmp_path, FULL + "\n,,,,,,,,,\n")) == [wanted]
    assert as_text(wanted) == FULL.splitlines()[1].split(",")


def test_the_documented_example_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "prices.md").read_text(encoding="utf-8")
    rows = read_file(written(tmp_path, page.partition("```csv\n")[2].partition("```")[0]))
    assert [(row.component, row.price, row.currency) for row in rows] == [
        ("input", 2.1, "USD"), ("discount", 0.15, "fraction"), ("input", 0.4, "EUR"), ("rate", 0.86, "EUR")
    ]  # fmt: skip


def test_only_model_component_and_price_are_needed(tmp_path: Path) -> None:
    [row] = read_file(written(tmp_path, "Price, Component ,MODEL\n0.15,Input,NA\n"))
    assert row == PriceRow(
        "", "NA", "input", None, 0, "standard", 0.15, "USD per 1M tokens", "ours.csv", None
    )  # a model may be called NA
    [row] = read_file(written(tmp_path, "model,component,price\n*,discount,0.1\n"))
    assert (row.provider, row.unit) == ("*", "fraction")
    [row] = read_file(written(tmp_path, "provider,model,component,price\nfx,EUR,rate,0.9\n"))
    assert row.unit == "EUR per USD"
    [row] = read_file(written(tmp_path, "model,component,price\nm,request,5\n"))
    assert row.unit == "USD per 1k calls"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (',gpt-4o,input,,,,"1,5",,,', "'1,5' is no plain number"),
        (',gpt-4o,input,,,,"1.234,5",,,', "'1.234,5' is no plain number"),
        (',gpt-4o,input,,,,"1,234.5",,,', "'1,234.5' is no plain number"),
        (",gpt-4o,input,,,,$2.50,,,", "'$2.50' is no plain number"),
        (",gpt-4o,input,,,,2.50 USD,,,", "is no plain number"),
        (",gpt-4o,input,,,,-1,,,", "'-1' is no plain number"),
        (",gpt-4o,input,,,,nan,,,", "'nan' is no plain number"),
        (",gpt-4o,input,,,,inf,,,", "'inf' is no plain number"),
        (",gpt-4o,input,,,,1e999,,,", "must be 0 or more"),
        (",gpt-4o,input,,,,TRUE,,,", "is no plain number"),
        (",gpt-4o,input,,,,,,,", "price is blank"),
        (",gpt-4o,input,,,,25000,,,", "is beyond belief; is it per 1M tokens?"),
        (",,input,,,,1,,,", "model is blank"),
        (",gpt-4o,tokens,,,,1,,,", "component 'tokens' is none of input, output"),
        (",gpt-4o,,,,,1,,,", "component '' is none of"),
        (",gpt-4o,input,,,express,1,,,", "service_tier 'express' is none of standard, batch"),
        (",gpt-4o,input,03/04/2026,,,1,,,", "from_date '03/04/2026' is no date; write it like 2026-11-30"),
        (",gpt-4o,input,2026-02-30,,,1,,,", "is no date"),
        (",gpt-4o,input,20260201,,,1,,,", "is no date"),
        (",gpt-4o,input,46023,,,1,,,", "is no date"),
        (",gpt-4o,input,,,,1,,,yesterday", "checked_on 'yesterday' is no date"),
        (
            ",gpt-4o,input,,,,1,,,9062-01-01",
            "checked_on '9062-01-01' is 9062-01-01; it must be from 2020-06-11 to 2099",
        ),
        (",gpt-4o,input,0206-01-01,,,1,,,", "from_date '0206-01-01' is 0206-01-01; it must be from 2020-06-11"),
        (",gpt-4o,input,2020-06-10,,,1,,,", "it must be from 2020-06-11"),
        (",gpt-4o,input,2026-W05-1,,,1,,,", "is no date"),
        (",gpt-4o,input,,1.5,,1,,,", "no whole number of tokens"),
        (",gpt-4o,input,,-1,,1,,,", "context_threshold '-1' is no whole number of tokens"),
        (",gpt-4o,input,,200.000,,1,,,", "context_threshold '200.000' is no whole number of tokens"),
        (
            ",gpt-4o,input,,,,1,USD per 1k tokens,,",
            "unit 'USD per 1k tokens' of input must be like 'USD per 1M tokens'",
        ),
        (",gpt-4o,input,,,,1,$ per 1M tokens,,", "must be like"),
        (",gpt-4o,input,,,,1,USD per 1k calls,,", "must be like"),
        (",gpt-4o,web_search,,,,1,USD per 1M tokens,,", "must be like 'USD per 1k calls'"),
        (",*,input,,,,1,,,", "model * is for discounts"),
        ("*,gpt-4o,discount,,,,0.1,,,", "provider * goes with model *"),
        (",gpt-4o,discount,,,,10,,,", "discount 10.0 must be a fraction from 0 to 1"),
        (",gpt-4o,discount,,,,0.1,percent,,", "must be 'fraction'"),
        (",gpt-4o,discount,,,batch,0.1,,,", "a discount has no context_threshold or service_tier"),
        ("fx,EUR,rate,,,,0,,,", "a rate must be above 0"),
        ("fx,EUR,rate,,,,1,USD per EUR,,", "must be 'EUR per USD'"),
        ("fx,USD,rate,,,,0.5,,,", "that of another currency than USD"),
        ("FX,euro,rate,,,,0.5,,,", "in three letters; received 'EURO'"),
        ("fx,EUR,input,,,,1,,,", "an exchange rate has provider fx and component rate"),
        (",EUR,rate,,,,1,,,", "an exchange rate has provider fx and component rate"),
        (",gpt-4o,input,,,,1,,", "9 fields instead of 10"),
        (",gpt-4o,input,,,,1,,,,", "11 fields instead of 10"),
    ],
)
def test_a_doubtful_line_is_refused_with_row_and_reason(tmp_path: Path, line: str, reason: str) -> None:
    good = ",gpt-4o-mini,input,,,,0.1,,,"
    with pytest.raises(PriceTableError) as refused:
        read_file(written(tmp_path, "\n".join([",".join(COLUMNS), good, line])))
    [problem] = refused.value.problems
    assert problem.startswith("row 3: ")
    assert reason in problem
    assert str(refused.value).startswith("ours.csv: row 3: ")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_point_may_separate_thousands_unless_another_price_shows_that_it_does_not(
    tmp_path: Path, delimiter: str
) -> None:
    def prices(*cells: str) -> list[float | None]:
        lines = ["model,component,price", *(f"m{number},input,{cell}" for number, cell in enumerate(cells))]
        return [row.price for row in read_file(written(tmp_path, "\n".join(lines).replace(",", delimiter)))]

    assert prices("0.125") == [0.125]
    assert prices("1.250", "2.5") == prices("1.25", "2.500") == [1.25, 2.5]
    assert prices("1.2500") == [1.25]
    for cells in (("1.250",), ("1.250", "12"), ("150.000", "1e3")):
        with pytest.raises(PriceTableError, match="could mean thousands"):
            prices(*cells)


def test_a_table_longer_than_a_worksheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert text_tables.MOST_LINES == 1_048_576
    monkeypatch.setattr(text_tables, "MOST_LINES", 3)
    lines = "model,component,price\nours,input,1\nours,output,1\n"
    assert len(read_file(written(tmp_path, lines))) == 2
    with pytest.raises(PriceTableError, match="has more than 3 lines; split it"):
        read_file(written(tmp_path, lines + "ours,cache_read,1\n"))


def test_a_comma_is_no_decimal_point(tmp_path: Path) -> None:
    with pytest.raises(PriceTableError, match="'1,25' is no plain number"):
        read_file(written(tmp_path, "model;component;price\nm;input;1,25\n"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no column model, component, price"),
        ("model,component\nm,input\n", "no column price"),
        ("model,component,price,prise\n", "unknown column 'prise'"),
        ("model,component,price,Price\n", "two columns are called price"),
        ('model,component,price\n"m,input,1\n', "is not CSV"),
    ],
)
def test_a_file_that_makes_no_sense_as_a_whole(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(PriceTableError, match=reason):
        read_file(written(tmp_path, text))


def test_every_problem_is_listed_and_the_message_stays_short(tmp_path: Path) -> None:
    text = "model,component,price\n" + "".join(f"m{number},input,?\n" for number in range(30))
    with pytest.raises(PriceTableError, match=r"row 11: .*; and 20 more") as refused:
        read_file(written(tmp_path, text))
    assert len(refused.value.problems) == 30


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PriceTableError, match="cannot be read: No such file"):
        read_file(tmp_path / "absent.csv")
    with pytest.raises(PriceTableError, match="not UTF-8"):
        read_file(written(tmp_path, "model,component,price\nm\N{LATIN SMALL LETTER E WITH ACUTE},input,1\n", "latin-1"))
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(PriceTableError, match="larger than 50 MB"):
        read_file(tmp_path / "huge.csv")


# -- a range ---------------------------------------------------------------------------------------------------

HEADER = ["Model", "Component", "Price", "From date", "Note"]


def test_cells_are_taken_as_they_are() -> None:
    day = dt.date(2026, 1, 1)
    cells = [
        HEADER,
        ["a", "input", 2.5, dt.datetime(2026, 1, 1, 12), "a note is left alone"],  # noqa: DTZ001  # as Excel delivers it
        ["b", "input", 2, 46023.0, None],
        [None, "", None, " ", None],
        ["c", "input", Decimal("0.0001"), "2026-01-01", 7],
        ["d", "input", 0, day, None],
        ["e", "input", 1, None, None],
        ["f", "input", 1, 0, "a link to an empty cell"],
    ]
    rows = read_table(cells)
    assert [row.price for row in rows] == [2.5, 2, 0.0001, 0, 1, 1]
    assert [row.from_date for row in rows] == [day, day, day, day, None, None]


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("currency", "unit"), ("Units", "unit"), ("tier", "service_tier"), ("valid from", "from_date"),
        ("from", "from_date"), ("start date", "from_date"), ("threshold", "context_threshold"),
    ],
)  # fmt: skip
def test_a_near_miss_of_a_column_is_not_passed_over(column: str, name: str) -> None:
    """A price in EUR would count as one in USD, a batch price as the standard one, an old price for ever."""
    with pytest.raises(PriceTableError, match=f"'{column}' is none of ours; call it .*{name}"):
        read_table([["model", "component", "price", column], ["m", "input", 1, None]])


def test_columns_may_be_written_with_hyphens_and_spaces() -> None:
    cells = [["Model", "component", "price", "From-Date", "Service  tier"], ["m", "input", 1, "2026-01-01", "batch"]]
    [row] = read_table(cells)
    assert (row.from_date, row.service_tier) == (dt.date(2026, 1, 1), "batch")


def test_a_negative_threshold_is_refused() -> None:
    with pytest.raises(PriceTableError, match=r"context_threshold -5\.0 is no whole number of tokens, 0 or more"):
        read_table([["model", "component", "price", "context_threshold"], ["m", "input", 1, -5]])


def test_currencies_are_read_in_any_case() -> None:
    cells = [["provider", "model", "component", "price"], ["fx", "eur", "rate", 0.5], ["FX", "Gbp", "rate", 0.4]]
    assert [row.unit for row in read_table(cells)] == ["EUR per USD", "GBP per USD"]
    assert LLM_PRICE("gpt-4o", "input", None, None, "EUR", cells) == 1.25


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (["m", "input", "2.5", None, None], "price '2.5' is not a number"),
        (["m", "input", True, None, None], "price True is not a number"),
        (["m", "input", None, None, None], "price is blank"),
        (["m", "input", float("nan"), None, None], "must be 0 or more"),
        (["m", "input", float("inf"), None, None], "must be 0 or more"),
        (["m", "input", -1, None, None], "must be 0 or more"),
        (["m", "input", 1, "soon", None], "from_date 'soon' is no date"),
        (["m", "input", 1, 1e99, None], "is no date"),
        (["m", "input", 1, 2026, None], "from_date 2026 is 1905-07-18; it must be from 2020-06-11"),
        (["m", "input", 1, -1, None], "is no date"),
        (["m", "input", 1, dt.datetime(1900, 1, 1), None], "it must be from 2020-06-11"),  # noqa: DTZ001  # as Excel's
        (["m", "input", 1, True, None], "is no date"),
        ([7, "input", 1, None, None], "model 7 is not text"),
        (["m", 7, 1, None, None], "component 7 is not text"),
    ],
)
def test_a_doubtful_row_of_a_range_is_refused(line: list[Any], reason: str) -> None:
    with pytest.raises(PriceTableError, match="row 3: ") as refused:
        read_table([HEADER, ["good", "input", 1, None, None], line])
    assert reason in str(refused.value)


def test_an_error_cell_of_a_range_is_passed_on() -> None:
    with pytest.raises(CellError) as refused:
        read_table([HEADER, ["m", "input", "#REF!", None, None]])
    assert refused.value.excel == "#REF!"


def test_tables_that_only_look_alike_are_told_apart() -> None:
    """1, 1.0 and TRUE are equal in Python; only a number is a price."""
    tables = [[["model", "component", "price"], ["m", "input", price]] for price in (1, 1.0, True)]
    costs = [QUERY_COST("m", 1e6, 0, *[None] * 6, table) for table in tables]
    assert costs == [1, 1, "#VALUE!"]
