"""Price tables that other people made: found, understood without guessing, and changed only where that is meant."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from repricing import AUTUMN, DATED, LONG, NEW_YEAR, WIDE, cells, prices_of, repriced, told, workbook

from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.errors import LLMCostError, NotAvailableError
from llmcost_xl.reprice import Move, Target, planned
from llmcost_xl.reprice.headings import meaning
from llmcost_xl.reprice.units import read_unit

GEMINI_IN, GEMINI_OUT = ("gemini-3.7-flash", "input"), ("gemini-3.7-flash", "output")
DAY = dt.date(2026, 1, 1)
MIDNIGHT = dt.datetime(2027, 1, 1)  # noqa: DTZ001  # a cell has no time zone


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("US$ per 1M tokens", "USD per 1M tokens"),
        ("Price (EUR/1K tokens)", "EUR per 1k tokens"),
        ("Input $/MTok", "USD per 1M tokens"),
        ("£ per million", "GBP per 1M tokens"),
        ("USD per 1,000 tokens", "USD per 1k tokens"),
        ("CHF per 1,000,000 tokens", "CHF per 1M tokens"),
        ("USD per token", "USD per tokens"),
        ("USD per 1k calls", "USD per 1k calls"),
        ("Price per 1M", "? per 1M tokens"),
        ("USD", "USD per ? tokens"),
        ("C$ per 1M tokens", "? per 1M tokens"),  # Canadian dollars are none of the United States
        ("USD or EUR per 1M", "? per 1M tokens"),  # which of the two?
        ("USD per month", "USD per ? tokens"),
        ("USD per minute", "USD per ? tokens"),
    ],
)
def test_a_unit_is_what_a_text_states(text: str, unit: str) -> None:
    assert str(read_unit(text)) == unit


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("MODEL", ("model", "")),
        ("Vendor", ("provider", "")),
        ("valid_from", ("from_date", "")),
        ("Price type", ("component", "")),
        ("Unit price", ("price", "")),
        ("Cost per 1M tokens", ("price", "")),
        ("Prompt price", ("price", "input")),
        ("Completion ($/1M)", ("price", "output")),
        ("Cached input price", ("price", "cache_read")),
        ("Input tokens", None),  # a count of tokens
        ("Output cost", None),  # money that was spent
        ("Total", None),
    ],
)
def test_a_heading_is_understood_or_left_alone(heading: str, field: tuple[str, str] | None) -> None:
    assert meaning(heading) == field


@pytest.mark.parametrize(
    ("case", "rows", "wanted"),
    [
        ("a price per component",
         [LONG, (*GEMINI_IN, 0.75), (*GEMINI_OUT, 3.75)],
         [("changed", "C2", 0.75, 1.5), ("changed", "C3", 3.75, 7.5)]),
        ("a column per component, in whatever order",
         [("Output price ($/1M)", "Notes", "LLM", "Prompt price ($/1M)"), (3.75, "fast", "gemini-3.7-flash", 0.75)],
         [("changed", "A2", 3.75, 7.5), ("changed", "D2", 0.75, 1.5)]),
        ("a unit of 1K tokens",
         [("Model", "Input price ($/1K tokens)"), ("gemini-3.7-flash", 0.00075)],
         [("changed", "B2", 0.00075, 0.0015)]),
        ("a column of units",
         [("Model", "Component", "Price", "Unit"), (*GEMINI_IN, 0.75, "USD per 1M tokens"),
          (*GEMINI_OUT, 0.00375, "USD per 1K tokens")],
         [("changed", "C2", 0.75, 1.5), ("changed", "C3", 0.00375, 0.0075)]),
        ("a title that states the unit, a table further down",
         [("Our rates, US$ per 1M tokens",), (), ("Model", "Input price"), ("gemini-3.7-flash", 0.75)],
         [("changed", "B4", 0.75, 1.5)]),
        ("a row of units",
         [("Model", "Input price"), (None, "US$ per 1M tokens"), ("gemini-3.7-flash", 0.75)],
         [("changed", "B3", 0.75, 1.5)]),
        ("somebody's own figure beside a list price",
         [WIDE, ("gemini-3.7-flash", 0.6, 3.75)],
         [("left alone", "B2", 0.6, 1.5), ("changed", "C2", 3.75, 7.5)]),
        ("a model that nobody knows",
         [WIDE, ("our-llama-finetune", 0.6, 3.75)],
         [("unknown", "B2", 0.6, None), ("unknown", "C2", 3.75, None)]),
        ("a formula",
         [LONG, (*GEMINI_IN, "=0.5+0.25"), (*GEMINI_OUT, 3.75)],
         [("left alone", "C2", None, None), ("changed", "C3", 3.75, 7.5)]),
        ("another tier",
         [("Model", "Component", "Tier", "USD per 1M tokens price"), ("gpt-4o", "input", "batch", 1.25)],
         []),
        ("a component that nobody knows, a text, an error, a blank",
         [LONG, ("gpt-4o", "tea", 2.5), ("gpt-4o", "input", "2,50"), ("gpt-4o", "input", "#N/A"), ("gpt-4o", "input")],
         [("not understood", f"C{row}", 2.5 if row == 2 else None, None) for row in (2, 3, 4, 5)]),
        ("no unit",
         [("Model", "Component", "Price"), (*GEMINI_IN, 0.75)],
         [("not understood", "C2", 0.75, None)]),
        ("no component",
         [("Model", "Price per 1M tokens (USD)"), ("gpt-4o", 2.5)],
         [("not understood", "A1:B2", None, None)]),
        ("a date that may be either",
         [("Model", "Date", "Input price ($/1M)"), ("gpt-4o", DAY, 2.5)],
         [("not understood", "A1:C2", None, None)]),
        ("two headings alike",
         [("Model", "Input price ($/1M)", "Input price (EUR/1M)"), ("gpt-4o", 2.5, 2.3)],
         [("not understood", "A1:C2", None, None)]),
        ("a price per call, in a column of prices per token",
         [LONG, ("gpt-4o", "web_search", 10)],
         [("not understood", "C2", 10, None)]),
        ("usage, not prices",
         [("Model", "Input tokens", "Output tokens", "Cost"), ("gpt-4o", 1000, 200, 3.5)],
         []),
    ],
)  # fmt: skip
def test_what_happens_to_the_prices_of_a_table(case: str, rows: list[Any], wanted: list[Any]) -> None:
    del case  # it says what the rows are
    book = workbook(*rows)
    assert told(planned(book, prices_of(NEW_YEAR))) == wanted
    repriced(book, prices_of(NEW_YEAR))  # and nothing is left for a second run


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("Model", "Input price (EUR/1M)"), ("gpt-4o", 2.3)], "no rate of EUR"),
        (
            [(*LONG, "Above tokens"), ("gpt-4o", "input", 2.5, 200_000)],
            "200,000 tokens; there are prices above 0",
        ),
        ([(*LONG, "Tier"), ("gpt-4o", "input", 2.5, "flex")], "no price is known for openai/gpt-4o input, flex"),
    ],
)
def test_why_there_is_no_price(rows: list[Any], reason: str) -> None:
    [row] = planned(workbook(*rows), prices_of(NEW_YEAR)).rows
    assert (row.kind, reason in row.reason) == ("unknown", True), row.reason


def test_a_price_above_a_context_threshold_is_that_of_the_threshold() -> None:
    rows = [(*LONG, "Above tokens"), ("gemini-2.5-pro", "input", 1, None), ("gemini-2.5-pro", "input", 1, 200_000)]
    plan = planned(workbook(*rows), prices_of(NEW_YEAR), forced=True)
    block = bundled_book().block(bundled_book().resolve("gemini-2.5-pro"), "input", "standard", NEW_YEAR)
    assert block is not None
    assert block.thresholds == (0, 200_000)
    assert [row.new for row in plan.rows] == list(block.prices)
    assert block.prices[0] != block.prices[1]


def test_nothing_but_the_planned_cells_differs() -> None:
    book = workbook(WIDE, ("gemini-3.7-flash", 0.75, 3.75), ("gpt-4o", 2.4, 10), formulas={"A1": "=Rates!B2*100"})
    before, after = cells(book.content), cells(repriced(book, prices_of(NEW_YEAR)))
    assert {cell for cell in before | after if before.get(cell) != after.get(cell)} == {"B2", "C2"}


@pytest.mark.parametrize("unit", ["USD per 1M tokens", "$/MTok"])
def test_a_unit_that_is_not_stated_is_asked_for(unit: str) -> None:
    book = workbook(("Model", "Component", "Price"), (*GEMINI_IN, 0.75))
    plan = planned(book, prices_of(NEW_YEAR))
    assert "--unit" in plan.rows[0].reason
    assert told(planned(book, prices_of(NEW_YEAR), unit=read_unit(unit))) == [("changed", "C2", 0.75, 1.5)]


def test_a_unit_given_never_overrules_one_that_is_stated() -> None:
    book = workbook(("Model", "Input price ($/1K tokens)"), ("gemini-3.7-flash", 0.00075))
    plan = planned(book, prices_of(NEW_YEAR), unit=read_unit("USD per 1M tokens"))
    assert told(plan) == [("changed", "B2", 0.00075, 0.0015)]


def test_prices_overwritten_by_hand_change_only_if_that_is_asked_for() -> None:
    book = workbook(WIDE, ("gemini-3.7-flash", 0.6, 3.75))
    assert cells(repriced(book, prices_of(NEW_YEAR)))["B2"] == 0.6
    assert cells(repriced(book, prices_of(NEW_YEAR), forced=True))["B2"] == 1.5


# -- tables that keep a history --------------------------------------------------------------------------------------


def dated(**how: Any) -> Any:
    rows = [(*GEMINI_IN, DAY, 0.75, "genai"), (*GEMINI_OUT, DAY, 3.75, "genai")]
    return workbook(DATED, *rows, **how)


def test_a_price_to_come_gets_a_row_of_its_own() -> None:
    after = cells(repriced(dated(), prices_of(AUTUMN)))  # long before it is in force
    assert [after[cell] for cell in ("A4", "B4", "C4", "D4")] == [
        "gemini-3.7-flash",
        "input",
        MIDNIGHT,
        1.5,
    ]
    assert [after[cell] for cell in ("A5", "B5", "C5", "D5")] == [
        "gemini-3.7-flash",
        "output",
        MIDNIGHT,
        7.5,
    ]
    assert after["D2"] == 0.75, "the history stays"
    assert after["E4"].startswith("genai-prices")


def test_an_excel_table_grows_and_its_formulas_see_the_new_rows() -> None:
    book = dated(
        table="A1:E3", formulas={"A1": '=SUMIFS(Rates_table[Price (USD per 1M tokens)],Rates_table[Component],"input")'}
    )
    plan = planned(book, prices_of(AUTUMN))
    assert plan.count("appended") == 2
    content = repriced(book, prices_of(AUTUMN))
    assert type(book).read(content).tables[0].area.bottom == 5


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ('=SUMIFS(Rates!D2:D3,Rates!B2:B3,"input")', "no room"),  # it would not see rows 4 and 5
        ("=Rates!D2*2", "no room"),  # nor would this
        ('=SUMIFS(Rates!D2:D50,Rates!B2:B50,"input")', "appended"),
        ("=SUM(Rates!D:D)", "appended"),
        ("=1+1", "appended"),
    ],
)
def test_a_row_is_added_only_where_formulas_see_it(formula: str, kind: str) -> None:
    plan = planned(dated(formulas={"A1": formula}), prices_of(AUTUMN))
    assert [row.kind for row in plan.rows] == ["already so", "already so", kind, kind]
    assert plan.is_open == (kind == "no room")


def test_two_tables_beside_each_other_both_grow() -> None:
    row = (*GEMINI_IN, DAY, 0.75, "genai")
    book = workbook((*DATED, None, *DATED), (*row, None, *GEMINI_OUT, DAY, 3.75, "genai"))
    after = cells(repriced(book, prices_of(AUTUMN)))
    assert (after["D3"], after["J3"], after["C3"], after["I3"]) == (1.5, 7.5, MIDNIGHT, MIDNIGHT)


def test_what_lies_below_a_table_is_not_written_over() -> None:
    book = workbook(DATED, (*GEMINI_IN, DAY, 0.75, "genai"), (), ("Approved by", "K."))
    plan = planned(book, prices_of(AUTUMN))
    assert told(plan)[-1][0] == "no room"
    assert "A4 is in the way" in plan.rows[-1].reason


def test_in_place_the_row_in_force_changes_and_is_dated_anew() -> None:
    book = dated(formulas={"A1": "=Rates!D2*2"})
    after = cells(repriced(book, prices_of(NEW_YEAR), replaced=True))
    assert (after["C2"], after["D2"], after["D3"]) == (MIDNIGHT, 1.5, 7.5)
    assert "A4" not in after


def test_a_later_list_price_does_not_replace_somebodys_own() -> None:
    book = workbook(DATED, (*GEMINI_IN, DAY, 0.6, "contract 4711"), (*GEMINI_OUT, DAY, 3.75, "genai"))
    plan = planned(book, prices_of(NEW_YEAR))
    assert [row.kind for row in plan.rows] == ["left alone", "already so", "appended"]
    after = cells(repriced(book, prices_of(NEW_YEAR)))
    assert (after["B4"], after["D4"], "A5" in after) == ("output", 7.5, False)


def test_several_components_of_a_day_share_a_row_where_each_has_a_column() -> None:
    heads = ("Model", "Input price ($/1M)", "Output price ($/1M)", "From")
    book = workbook(heads, ("gemini-3.7-flash", 0.75, 3.6, DAY))
    after = cells(repriced(book, prices_of(NEW_YEAR)))
    assert [after[f"{column}3"] for column in "ABCD"] == ["gemini-3.7-flash", 1.5, 3.6, MIDNIGHT]


def test_two_rows_of_one_price_and_day_are_not_understood() -> None:
    book = workbook(DATED, (*GEMINI_IN, DAY, 0.75, ""), (*GEMINI_IN, DAY, 0.8, ""))
    assert [row.kind for row in planned(book, prices_of(AUTUMN)).rows] == ["not understood"] * 2


def test_dates_written_as_text_stay_text() -> None:
    book = workbook(DATED, (*GEMINI_IN, "2026-01-01", 0.75, ""), (*GEMINI_OUT, "1.2.2026", 3.75, ""))
    plan = planned(book, prices_of(AUTUMN))
    assert sorted(row.kind for row in plan.rows) == ["already so", "appended", "not understood"]
    assert cells(repriced(book, prices_of(AUTUMN)))["C4"] == "2027-01-01"


# -- what if ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moves", "price"),
    [
        (["openai/*=-50%"], 1.25),
        (["openai/*=+10%"], 2.75),
        (["*=-100%"], 0),
        (["openai/gpt-4o:input=2"], 2),
        (["openai/gpt-4o:output=2"], 2.5),  # another component
        (["*=-50%", "openai/gpt-4o=+20%"], 3),  # of several, the last
        (["OPENAI/GPT-4O=-50%"], 1.25),
    ],
)
def test_a_change_that_might_come(moves: list[str], price: float) -> None:
    target = prices_of(AUTUMN, moves=tuple(map(Move.read, moves)))
    book = workbook(LONG, ("gpt-4o", "input", 2.5))
    assert cells(repriced(book, target))["C2"] == pytest.approx(price, rel=1e-12)


def test_what_a_change_made_is_known_as_no_hand_of_somebody() -> None:
    book = workbook((*LONG, "Source"), ("gpt-4o", "input", 2.5, "genai"))
    halved = repriced(book, prices_of(AUTUMN, moves=(Move.read("openai/*=-50%"),)))
    back = cells(repriced(type(book).read(halved), prices_of(AUTUMN)))
    assert (back["C2"], back["D2"]) == (2.5, "genai-prices 0.2.3")


@pytest.mark.parametrize(
    "text",
    [
        "openai/*",
        "openai/*=50",
        "openai/*=-50",
        "openai/*=-150%",
        "openai/*:tea=-5%",
        "=-5%",
        "a=1e9%",
        "a:input=99999",
    ],
)
def test_a_change_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(LLMCostError):
        Move.read(text)


def test_a_change_of_no_model_is_refused() -> None:
    with pytest.raises(NotAvailableError, match="openai/gpt-4o"):
        Target(bundled_book(), AUTUMN, "", (Move.read("opnai/gpt-4o=-50%"),))
