"""The price rows behind a report's bars, what is not known, replays of a file of usage, and the words for all of it."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import pytest
from repricing import workbook as table
from test_reprice_report import (
    EXAMPLE,
    PRICES,
    QUERY,
    REPORTS,
    csv,
    hostile,
    repriced,
    theirs,
    to,
)
from workbooks import built

from llmcost_xl import workbook
from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice import telling
from llmcost_xl.reprice.report import behind, replays
from llmcost_xl.reprice.report.wording import figure_with_unit
from llmcost_xl.workbook.options import Options

# -- the price rows behind the bar of price --------------------------------------------------------------------------

STANDARD_AND_BATCH = (
    ("Model", "Component", "Service tier", "Price (USD per 1M tokens)"),
    ("openai/gpt-4o", "input", "standard", 2.5),
    ("openai/gpt-4o", "output", "standard", 10),
    ("openai/gpt-4o", "input", "batch", 1.25),
    ("openai/gpt-4o", "output", "batch", 5),
)
SHORT_AND_LONG = (
    ("Model", "Component", "Context threshold", "Price (USD per 1M tokens)"),
    ("google/gemini-2.5-pro", "input", None, 1.25),
    ("google/gemini-2.5-pro", "output", None, 10),
    ("google/gemini-2.5-pro", "input", 200_000, 2.5),
    ("google/gemini-2.5-pro", "output", 200_000, 15),
)
DATED_AHEAD = (
    ("Model", "Component", "Valid from", "Price (USD per 1M tokens)", "Source"),
    ("google/gemini-3.7-flash", "input", dt.date(2026, 7, 1), 0.75, "list"),
    ("google/gemini-3.7-flash", "output", dt.date(2026, 7, 1), 3.75, "list"),
    ("google/gemini-3.7-flash", "input", dt.date(2027, 1, 1), 1.5, "list"),
    ("google/gemini-3.7-flash", "output", dt.date(2027, 1, 1), 7.5, "list"),
)
TIER = f"{QUERY[0]},service_tier"


@pytest.mark.parametrize(
    ("rows", "lines", "target", "before", "after", "effects"),
    [
        # 1,000 queries of 500 and 200 tokens, at half the price
        (STANDARD_AND_BATCH, (QUERY[0], "gpt-4o,1000,500,200"), "*=-50%", 3.25, 1.625,
         {"D2": -0.625, "D3": -1.0, "D4": 0.0, "D5": 0.0}),
        (STANDARD_AND_BATCH, (TIER, "gpt-4o,1000,500,200,batch"), "*=-50%", 1.625, 0.8125,
         {"D2": 0.0, "D3": 0.0, "D4": -0.3125, "D5": -0.5}),
        # a prompt of 300,000 tokens is above the threshold, one of 200,000 is not: 300 * 2.5 + 0.2 * 15; 200 * 1.25 + 2
        (SHORT_AND_LONG, (QUERY[0], "gemini-2.5-pro,1000,300000,200"), "*=-50%", 753.0, 376.5,
         {"D2": 0.0, "D3": 0.0, "D4": -375.0, "D5": -1.5}),
        (SHORT_AND_LONG, (QUERY[0], "gemini-2.5-pro,1000,200000,200"), "*=-50%", 252.0, 126.0,
         {"D2": -125.0, "D3": -1.0, "D4": 0.0, "D5": 0.0}),
        # nothing is written, but the rows of the new year hold: a million queries of 500 and 200 tokens
        (DATED_AHEAD, (QUERY[0], "gemini-3.7-flash,1000000,500,200"), "2027-01-01", 1125.0, 2250.0,
         {"D4": 375.0, "D5": 750.0}),
    ],
)  # fmt: skip
def test_each_price_row_has_its_own_part_of_the_bar(
    rows: Any, lines: tuple[str, ...], target: str, before: float, after: float, effects: dict[str, float]
) -> None:
    goal = to(day=target) if target[0] == "2" else to(target)
    told = repriced(table(*rows).content, goal, csv(*lines))
    total = told.bridges[0].total
    assert (total.before, total.after) == pytest.approx((before, after))
    assert {one.row.cell: one.effect for one in told.prices} == pytest.approx(effects)
    assert math.fsum(one.effect or 0 for one in told.prices) == pytest.approx(total.effects.price)


GEMINI = "google/gemini-3.7-flash"


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("build-borrow-blend", "2027-01-01"),
        ("roi", "2027-01-01"),
        ("llm-budget", "google/*=-20%"),
        ("price-book", "google/*=-20%"),
    ],
)
def test_the_rows_of_our_workbooks_come_to_the_bar(name: str, target: str) -> None:
    content = workbook.build(name, Options(models=() if name == "llm-budget" else (GEMINI,))).content
    told = repriced(content, to(day=target) if target[0] == "2" else to(target))
    bridge = told.bridges[0]
    rows = {row.model for row in told.plan.rows} | {one.row.model for one in told.prices}
    assert GEMINI in rows
    assert math.fsum(one.effect or 0 for one in told.prices) == pytest.approx(bridge.total.effects.price, abs=1e-9)
    assert behind.elsewhere(bridge, told.prices) == 0
    if name in ("build-borrow-blend", "roi") and target[0] == "2":
        assert {(one.row.kind, one.row.old, one.row.new) for one in told.prices} == {
            (behind.IN_FORCE, 0.75, 1.5), (behind.IN_FORCE, 3.75, 7.5),
        }  # fmt: skip
        assert bridge.total.after == pytest.approx(2 * bridge.total.before)


# -- what is not known is never 0 ------------------------------------------------------------------------------------


def late(models: str) -> bytes:
    """Budget and actuals whose prices of one model begin with the new year only."""
    book = BookFile.read(built("budget-vs-actual").content)
    rows = {cell.row for cell in book.sheet("Prices").cells() if cell.column == 2 and cell.value == models}
    return book.changed({"Prices": {f"D{row}": dt.date(2027, 1, 1) for row in rows}}).content


def test_a_line_without_a_price_on_one_side_is_no_new_line() -> None:
    told = repriced(late("gpt-4o-mini"), to(day="2027-01-01"))
    bridge = told.bridges[0]
    assert {row.name for row in bridge.by_model} == {"openai/gpt-5.6-terra", "openai/gpt-5.6-luna"}
    assert not any(row.state for row in bridge.by_model)
    assert any("Left out" in note and "Document summaries on openai/gpt-4o-mini" in note for note in told.notes)
    assert "Left out" in telling.for_terminal(told, 300).partition("By cause")[0]


def test_a_replay_without_a_price_is_not_known() -> None:
    told = repriced(late("gpt-4o-mini"), to(day="2027-01-01"))
    found = {one.model: one for one in told.replays}
    mini = found["openai/gpt-4o-mini"]
    assert (mini.recorded, mini.current) == (pytest.approx(314.64), None)
    assert mini.candidate == pytest.approx(331.2)
    assert replays.total(told.replays).current is None
    assert "not known" in telling.in_markdown(told).partition("Three replays")[2].partition("##")[0]


def test_a_model_that_only_the_workbook_prices_has_its_price() -> None:
    told = repriced(theirs(("openai/gpt-4o", 2.5, 10), ("acme/zeta", 1, 2)), to("openai/*=-50%"),
                    csv(QUERY[0], "gpt-4o,1000,500,200", "acme/zeta,1000,500,200"))  # fmt: skip
    rows = {row.name: (row.before, row.after) for row in told.bridges[0].by_model}
    assert rows == {"openai/gpt-4o": pytest.approx((3.25, 1.625)), "acme/zeta": pytest.approx((0.9, 0.9))}


def test_without_queries_before_spend_is_known() -> None:
    told = repriced(PRICES, to("*=-50%"), csv("model,queries_before,queries_after,input_tokens,output_tokens",
                                              "gpt-4o,0,1000,500,200"))  # fmt: skip
    total = told.bridges[0].total
    assert (total.before, total.after, total.effects.volume) == (0, pytest.approx(1.625), pytest.approx(1.625))
    assert "all of the spend is volume" in telling.for_terminal(told, 200)


def test_prices_of_several_currencies_are_not_added_up() -> None:
    rows = (("Model", "Component", "Currency", "Price per 1M tokens"), ("gpt-4o", "input", "USD", 2.5),
            ("gpt-4o", "output", "USD", 10), ("gpt-4o-mini", "input", "EUR", 0.15),
            ("gpt-4o-mini", "output", "EUR", 0.6))  # fmt: skip
    content = table(*rows).content
    with pytest.raises(RefusedError, match="in EUR and USD: spend cannot be added up"):
        repriced(content, to(), csv(QUERY[0], "gpt-4o,1,500,200", "gpt-4o-mini,1,500,200"))
    told = repriced(content, to(), csv(QUERY[0], "gpt-4o,1000,500,200"))  # what is not used does not count
    assert (told.bridges[0].currency, told.bridges[0].total.before) == ("USD", pytest.approx(3.25))


def test_prices_that_could_not_change_are_told_first() -> None:
    first = telling.for_terminal(repriced(built("price-book").content, to("*=-50%")), 300).partition("By cause")[0]
    assert re.search(r"could not be changed, and count here as they were: \d+ no room", first)


# -- three replays of a file of usage --------------------------------------------------------------------------------


def test_what_was_billed_stands_beside_two_price_lists() -> None:
    told = repriced(PRICES, to("openai/gpt-4o=-20%"), csv(f"{QUERY[0]},billed", "gpt-4o,1000,500,200,3.10",
                                                          "gpt-4o-mini,1000,500,200,"))  # fmt: skip
    assert told.replays == (
        ("openai/gpt-4o", 3.1, pytest.approx(3.25), pytest.approx(2.6)),
        ("openai/gpt-4o-mini", None, pytest.approx(0.195), pytest.approx(0.195)),
    )
    assert replays.total(told.replays)[1:] == (None, pytest.approx(3.445), pytest.approx(2.795))


# -- in words, on a terminal, as one page ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1.0, "month number", "month 1"),
        ("gpt-4o-mini, 4 tries", "fraction", "gpt-4o-mini, 4 tries"),
        (3.6e-12, "USD", "0.00 USD"),
        ("never", "months", "never"),
        (0.235, "US$ per failure", "0.235 US$ per failure"),
    ],
)
def test_figures_with_their_units(value: Any, unit: str, words: str) -> None:
    assert figure_with_unit(value, unit) == words


def test_every_date_that_is_set_has_its_name() -> None:
    text = telling.for_terminal(repriced(built("roi").content, to(day="2027-01-01")), 200)
    assert re.search(r"^Price date \(Inputs!\w+\): 2027-01-01 instead of", text, re.MULTILINE)
    assert re.search(r"^Date of the exchange rate \(Inputs!\w+\): 2027-01-01 instead of", text, re.MULTILINE)


def test_yen_have_no_cents() -> None:
    head = f"{QUERY[0]},currency,fx_rate"
    told = repriced(PRICES, to("*=-20%"), csv(head, "gpt-4o,1000000,500,200,JPY,150"))
    assert "Spend for the usage in usage.csv: 390,000 JPY, 97,500 JPY (20.0%) less than the 487,500 JPY before." in (
        telling.for_terminal(told, 200)
    )


@pytest.mark.parametrize("name", REPORTS)
def test_a_terminal_of_80_columns_is_wide_enough(name: str) -> None:
    assert max(map(len, telling.for_terminal(REPORTS[name](), 80).splitlines())) <= 80


def test_a_wide_table_becomes_two_that_fit() -> None:
    text = telling.for_terminal(repriced(PRICES, to("openai/gpt-4o=-20%"), csv(*EXAMPLE)), 60)
    assert max(map(len, text.splitlines())) <= 60
    assert "+9.1650" in text
    assert "+27.4%" in text


def test_the_page_can_be_read_in_the_dark() -> None:
    html = telling.as_page([hostile()])
    assert "prefers-color-scheme: dark" in html
    assert 'name="color-scheme" content="light dark"' in html
