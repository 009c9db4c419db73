"""The price book against "Economics of Custom Models" (S0), list prices of 2024 and figures worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils import get_column_letter
from workbooks import Cells, built

from llmcost_xl import workbook
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

near = pytest.approx
MINI, GPT_4O, SONNET, HAIKU, CORRECTED, FLASH, LUNA, HAIKU_45, SONNET_45, GEMINI = (f"r{n}" for n in range(1, 11))
PLAIN = {"batch_share": 0, "discount": 0, "success_rate": 1, "price_level": 1, "reasoning_tokens": 0}
"""Nothing but tokens at list prices."""


CELLS = Cells("price-book")
cell, record = CELLS.cell, CELLS.record


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built("price-book").save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        yield opened


def entered(book: Book, **inputs: float | str) -> Book:
    book.set({cell(name): value for name, value in inputs.items()})
    book.recalculate()
    return book


def verdict(book: Book, key: str) -> str:
    """OK, ALERT or FAIL, by the check's key."""
    return str(book[CELLS.status(key)])


def volume(name: str, record: int, model: str) -> str:
    """The cell of a quantity written per volume, models across."""
    place = built("price-book").plan.homes[name]
    row, column = place.cell(model, f"r{record}")
    return f"{place.sheet}!{get_column_letter(column)}{row}"


# -- the source's own figures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "cost"),
    # 500 and 200 tokens at the prices of S0 L46-50, and at the launch price cut in December 2024
    [
        (GPT_4O, 500 * 2.5e-6 + 200 * 10e-6),  # 0.00325, printed 0.0033
        (MINI, 500 * 0.15e-6 + 200 * 0.6e-6),  # 0.000195, printed 0.00020
        (SONNET, 500 * 3e-6 + 200 * 15e-6),
        (HAIKU, 500 * 0.25e-6 + 200 * 1.25e-6),
        (CORRECTED, 500 * 0.8e-6 + 200 * 4e-6),
        (FLASH, 500 * 0.075e-6 + 200 * 0.3e-6),
    ],
)
def test_reference_query_at_list_prices(book: Book, model: str, cost: float) -> None:
    assert book[cell(f"standard_cost@{model}")] == near(cost, rel=1e-12)


@pytest.mark.parametrize(
    ("number", "mini", "rounded_mini", "gpt_4o", "rounded_4o"),
    [
        (1, 1.95, 2, 32.5, 33),  # S0 L64-65
        (2, 9.75, 10, 162.5, 165),  # S0 L80, L109
        (3, 97.5, 100, 1_625, 1_650),  # S0 L92
        (4, 975, 1_000, 16_250, 16_500),  # S0 L97
    ],
)
def test_exact_bills_beside_rounded_ones(
    book: Book, number: int, mini: float, rounded_mini: float, gpt_4o: float, rounded_4o: float
) -> None:
    shown = [
        book[volume(name, number, model)] for model in (MINI, GPT_4O) for name in ("exact_bill", "rounded_bill_shown")
    ]
    assert shown == near([mini, rounded_mini, gpt_4o, rounded_4o])
    assert book[volume("rounded_bill_shown", number, SONNET)] == "n/a"


def test_sixteen_times_is_a_matter_of_rounding(book: Book) -> None:
    assert book[cell("times_exact")] == near(16.6667, abs=5e-5)  # 0.00325 / 0.000195
    assert book[cell("times_rounded")] == near(16.5)  # 0.0033 / 0.0002; S0 L106 prints 16x


def test_every_printed_figure_reproduces_until_a_printed_price_is_overwritten(book: Book) -> None:
    assert book[cell("differs:total")] == 0
    assert book["chk_master"] == "OK"
    prices = built("price-book").plan.homes["price"]
    book.set({f"{prices.sheet}!{get_column_letter(prices.column)}{prices.row}": 0.16})
    book.recalculate()
    assert verdict(book, "reconciles") == "FAIL"


def test_claude_3_5_haiku_is_printed_at_the_price_of_another_model(book: Book) -> None:
    # printed 0.25 and 1.25; launched at 1.00 and 5.00: 4 times; cut to 0.80 and 4.00: 3.2 times
    assert [book[record(name, 3)] for name in ("launch_times", "today_times")] == near([4, 3.2])
    assert [book[record(name, 4)] for name in ("launch_times", "today_times")] == near([1, 1])  # Claude 3 Haiku
    assert book[cell("misprint:total")] == 1
    assert verdict(book, "misprint") == "ALERT"
    assert book["chk_master"] == "OK"


def test_every_price_says_how_far_it_can_be_trusted(book: Book) -> None:
    shown = [book[record("model_status", number)] for number in (3, 4, 6)]  # printed, corrected, in the catalogue
    assert shown == ["source text", "assumption", "verified"]


# -- from the list price to what is paid -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "model", "cost"),
    [
        # a prompt above the threshold reprices the whole request: 3 and 15 become 6 and 22.50
        ({"input_tokens": 199_000, "output_tokens": 1_000, "cacheable_share": 0}, SONNET_45, 0.612),
        ({"input_tokens": 200_000, "output_tokens": 1_000, "cacheable_share": 0}, SONNET_45, 0.615),
        ({"input_tokens": 201_000, "output_tokens": 1_000, "cacheable_share": 0}, SONNET_45, 1.2285),
        # 8,000 of 10,000 tokens read at 0.30: (2,000 * 3 + 8,000 * 0.3 + 500 * 15) / 1e6
        ({"input_tokens": 10_000, "output_tokens": 500, "cacheable_share": 0.8, "hit_rate": 1}, SONNET_45, 0.0159),
        # none found, all written at 3.75
        ({"input_tokens": 10_000, "output_tokens": 500, "cacheable_share": 0.8, "hit_rate": 0}, SONNET_45, 0.0435),
        # too short to be cached
        ({"input_tokens": 1_000, "output_tokens": 0, "cacheable_share": 1, "hit_rate": 1}, SONNET_45, 0.003),
        # without a cache price cached tokens cost what all others do
        ({"input_tokens": 10_000, "output_tokens": 0, "cacheable_share": 1, "hit_rate": 1}, SONNET, 0.03),
        ({"reasoning_tokens": 300}, MINI, 0.000195 + 300 * 0.6e-6),
        ({"batch_share": 1, "batch_discount": 0.5, "discount": 0.1}, GPT_4O, 0.0014625),
        ({"batch_share": 0.5, "batch_discount": 0.5}, GPT_4O, 0.00325 * 0.75),
        ({"price_level": 0.5}, GPT_4O, 0.001625),
        ({"success_rate": 0.6, "max_attempts": 4}, MINI, 0.000195 * 1.624),
        ({"success_rate": 0, "max_attempts": 4}, MINI, 0.00078),
    ],
    ids=str,
)
def test_each_step(book: Book, inputs: dict[str, float], model: str, cost: float) -> None:
    entered(book, **{**PLAIN, **inputs})
    assert book[cell(f"request_cost@{model}")] == near(cost, rel=1e-12)
    assert book["chk_master"] == "OK"


def test_an_agent_pays_for_its_conversation_at_every_step(book: Book) -> None:
    # 8 steps of 2,000 + 500 tokens, 300 of output and 700 of results: 48,000 in, 2,400 out; the last step sends 9,500
    assert book[cell(f"agent_cost@{SONNET_45}")] == near(0.18)
    assert book[cell(f"agent_cached_cost@{SONNET_45}")] == near(0.083175)
    entered(book, model="anthropic/claude-sonnet-4-5")
    plain = [float(book[record("growth_plain", number)]) for number in (3, 4)]  # 8 and 16 steps
    assert plain == near([0.18, (16 * 2_500 + 1_000 * 120) * 3e-6 + 16 * 300 * 15e-6])
    assert book[record("growth_cached", 3)] == near(0.083175)


def test_caching_pays_from_a_hit_rate_on(book: Book) -> None:
    assert book[cell(f"breakeven_hit_rate_shown@{SONNET_45}")] == near(0.25 / 1.15)  # writes at 1.25, reads at 0.1
    assert book[cell(f"breakeven_hit_rate_shown@{SONNET}")] == "n/a"


def test_the_cliff_is_the_price_of_one_token(book: Book) -> None:
    above = (200_001 * 6 + 200 * 22.5) / 1e6
    assert book[cell(f"cliff_shown@{SONNET_45}")] == near(above - (200_000 * 3 + 200 * 15) / 1e6)
    assert book[cell(f"cliff_shown@{HAIKU_45}")] == "none"


# -- choosing a model ------------------------------------------------------------------------------------------------


def test_only_what_is_on_sale_is_the_cheapest(book: Book) -> None:
    assert book["out_cheapest_shown"] == "openai/gpt-5.6-luna"
    book.set({record("on_sale", 5): 1})
    book.recalculate()
    assert book["out_cheapest_shown"] == "source-2024/gemini-1.5-flash"
    book.set({record("on_sale", number): 0 for number in range(10)})
    book.recalculate()
    assert book["out_cheapest_shown"] == "none"
    assert book["chk_master"] == "OK"


def test_a_model_that_is_taken_out_costs_nothing_and_disturbs_nothing(book: Book) -> None:
    before = book[cell("cheapest_cost")]
    fields = ("priced_model", "on_sale", "long_threshold", "long_input", "long_output", "long_source")
    book.set({record(name, 0): None for name in fields})
    book.recalculate()
    assert book[cell(f"request_cost_shown@{MINI}")] == "n/a"
    assert book[cell("cheapest_cost")] == before
    assert book["chk_master"] == "OK"


def test_nothing_is_quoted_where_no_model_is_on_sale(book: Book) -> None:
    book.set({record("on_sale", number): 0 for number in range(10)})
    book.recalculate()
    shown = ("cheapest_cost_shown", "cheapest_bill_shown", f"times_cheapest_shown@{GPT_4O}")
    assert [book[cell(name)] for name in shown] == ["n/a"] * 3
    sheet, row = built("price-book").plan.homes["cheapest_shown"].sheet, 7
    assert book[f"{sheet}!A{row}"] == "Cheapest on sale for this query: none."
    assert book["chk_master"] == "OK"


def test_a_price_not_listed_on_the_price_date_is_not_compared(book: Book) -> None:
    entered(book, as_of=45_600)  # 2024-11-04 is 45,600: the corrected row begins on that day
    assert book[record("input_change", 3)] == near(1 - 0.25)  # the launch price
    entered(book, as_of=45_599)
    assert [book[record(name, 3)] for name in ("input_change", "launch_times", "today_times")] == ["n/a"] * 3


def test_an_agent_without_a_number_of_steps_costs_nothing(book: Book) -> None:
    for name in ("steps_name", "compared_steps"):
        book.set({record(name, 0): None})
    book.recalculate()
    assert [book[record(name, 0)] for name in ("growth_plain", "growth_cached")] == [0, 0]
    assert book["chk_master"] == "OK"


def test_a_price_date_before_all_prices_is_refused() -> None:
    with pytest.raises(NotAvailableError, match="1999-01-01"):
        workbook.build("price-book", Options(as_of=dt.date(1999, 1, 1)))


def test_a_model_without_a_price_fails(book: Book) -> None:
    book.set({record("priced_model", 0): "openai/gpt-unheard-of"})
    book.recalculate()
    assert verdict(book, "priced") == "FAIL"


def test_a_model_examined_that_is_not_priced_gives_way_to_the_first(book: Book) -> None:
    entered(book, model="openai/gpt-unheard-of")
    assert verdict(book, "found") == "ALERT"
    assert book["out_shown_model"] == "source-2024/gpt-4o-mini"
    assert book["chk_master"] == "OK"


def test_the_scenario_drives_every_input(book: Book) -> None:
    entered(book, scenario="Low")
    assert book.read([cell("input_tokens"), cell("output_tokens"), cell("queries_per_month")]) == {
        cell("input_tokens"): 2_000, cell("output_tokens"): 400, cell("queries_per_month"): 100_000
    }  # fmt: skip
    assert verdict(book, "cacheable") == "OK"
    entered(book, scenario="Base")
    assert verdict(book, "cacheable") == "ALERT"


# -- options ---------------------------------------------------------------------------------------------------------


def figures(libreoffice: LibreOffice, path: Path, options: Options, names: list[str]) -> list[Any]:
    made = workbook.build("price-book", options)
    with libreoffice.open(made.save(path)) as opened:
        opened.recalculate()
        assert opened["chk_master"] == "OK"
        return [opened[made.plan.address(f"{{{name}}}")] for name in names]


def test_months_bring_growth_and_dated_prices(libreoffice: LibreOffice, tmp_path: Path) -> None:
    # Gemini 3.7 Flash costs 0.75 and 3.75 until the end of 2026, then 1.50 and 7.50; volume 50,000, growing by 5%
    options = Options(months=3, start=dt.date(2026, 11, 1))
    (bill,) = figures(libreoffice, tmp_path / "book.xlsx", options, [f"horizon_bill@{GEMINI}"])
    query, billed = (500 * 0.75 + 200 * 3.75) / 1e6, 0.9 * (1 - 0.05**3) / 0.95
    assert bill == near(50_000 * query * billed * (1 + 1.05 + 2 * 1.05**2))


def test_dollars_become_euros_once(libreoffice: LibreOffice, tmp_path: Path) -> None:
    options = Options(currency=Currency("EUR", 0.92, dt.date(2026, 11, 20)))
    names = [f"standard_cost@{GPT_4O}", "cost_4o", "differs:total"]
    assert figures(libreoffice, tmp_path / "book.xlsx", options, names) == near([0.00325 * 0.92, 0.00325, 0])


def test_models_asked_for_come_first_and_are_examined(libreoffice: LibreOffice, tmp_path: Path) -> None:
    options = Options(models=("anthropic/claude-haiku-5-5",), months=1)
    shown, cost = figures(libreoffice, tmp_path / "book.xlsx", options, ["shown_model", "standard_cost@r1"])
    assert shown == "anthropic/claude-haiku-5-5"
    assert cost == near(500 * 0.1e-6 + 200 * 0.5e-6)


def test_a_price_date_before_a_model_was_on_sale_leaves_it_out() -> None:
    made = workbook.build("price-book", Options(as_of=dt.date(2024, 6, 1)))
    listed = {str(record[1]) for record in made.plan.tables["prices"].block.records}
    assert "claude-3.5-haiku" in listed
    assert "claude-3.5-haiku-corrected" not in listed
