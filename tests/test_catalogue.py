"""Price books: dates, tiers, names, layers, ranges; and the bundled files themselves."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcost_xl.catalogue import hardware, report
from llmcost_xl.catalogue.book import PriceBook
from llmcost_xl.catalogue.bundled import FOLDER, SOURCE_TEXTS, bundled_book, company_book
from llmcost_xl.catalogue.layers import LayeredBook
from llmcost_xl.catalogue.names import Model, ModelKey, Names, Provider
from llmcost_xl.catalogue.quote import HORIZON
from llmcost_xl.catalogue.rows import COLUMNS, ROW_COMPONENTS, PriceRow, default_unit, sort_key
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.functions.prices import LLM_PRICE, QUERY_COST
from llmcost_xl.quantities import SERVICE_TIERS

BOOK = bundled_book()
PRICED = [str(key) for key in BOOK.models() if BOOK.block(key, "input", "standard", BOOK.as_of)]


def row(model: str, component: str, price: float | None, since: str = "", **others: Any) -> PriceRow:
    given_row = PriceRow(
        "", model, component, dt.date.fromisoformat(since) if since else None, 0, "standard", price,
        default_unit(component), "a test", None,
    )  # fmt: skip
    return given_row._replace(**others)


def small_book(*rows: PriceRow) -> PriceBook:
    """A book of one provider `maker`, which sells what the rows price and `plain`, and of its reseller."""
    models = [Model("maker", name, "", "", "", json.dumps({"equals": name})) for name in {r.model for r in rows}]
    providers = [Provider("maker", "", "", "", "", ""), Provider("reseller", "", "", "", "maker", "")]
    placed = [r._replace(provider="maker") for r in rows]
    return PriceBook(placed, Names(providers, models), dt.date(2026, 6, 1), "a test")


# -- dates, thresholds, tiers ----------------------------------------------------------------------------------


def test_a_price_holds_from_its_day_until_the_next_row() -> None:
    book = small_book(row("m", "input", 3), row("m", "input", 2, "2026-01-10"), row("m", "input", 5, "2026-03-01"))
    days = {"2020-06-11": 3, "2026-01-09": 3, "2026-01-10": 2, "2026-02-28": 2, "2026-03-01": 5, "2099-01-01": 5}
    assert {day: book.at("m", dt.date.fromisoformat(day)).price("input") for day in days} == days


def test_before_the_first_dated_row_and_before_the_horizon_there_is_no_price() -> None:
    book = small_book(row("m", "input", 2, "2026-01-10"), row("old", "input", 1))
    with pytest.raises(NotAvailableError, match="no standard price is known for maker/m before 2026-01-10"):
        book.at("m", dt.date(2026, 1, 9))
    assert book.at("old", HORIZON).price("input") == 1
    with pytest.raises(NotAvailableError, match="no prices before 2020-06-11"):
        book.at("old", HORIZON - dt.timedelta(days=1))


def test_an_empty_price_ends_an_offer() -> None:
    book = small_book(
        row("m", "input", 3),
        row("m", "cache_read", 1),
        row("m", "cache_read", None, "2026-01-10"),
        row("m", "input", 6, context_threshold=1000),
        row("m", "input", None, "2026-01-10", context_threshold=1000),
        row("m", "input", 1, service_tier="batch"),
        row("m", "input", None, "2026-01-10", service_tier="batch"),
    )
    before, after = dt.date(2026, 1, 9), dt.date(2026, 1, 10)
    assert book.at("m", before, prompt_tokens=1001).price("input") == 6
    assert book.at("m", after, prompt_tokens=1001).price("input") == 3
    assert book.at("m", before).price("cache_read") == 1
    assert book.at("m", before, "batch").price("input") == 1
    with pytest.raises(NotAvailableError, match="no cache-read price is known for maker/m"):
        book.at("m", after).price("cache_read")
    with pytest.raises(NotAvailableError, match="no batch price any more"):
        book.at("m", after, "batch")


@pytest.mark.parametrize(("prompt", "price"), [(0, 1), (10, 1), (11, 2), (20, 2), (20.5, 3), (1e9, 3)])
def test_a_long_prompt_is_longer_than_the_threshold(prompt: float, price: float) -> None:
    levels = [row("m", "input", 1 + at, context_threshold=10 * at) for at in range(3)]
    assert small_book(*levels).at("m", prompt_tokens=prompt).price("input") == price


def test_without_a_date_the_books_own_counts() -> None:
    book = small_book(row("m", "input", 1), row("m", "input", 2, "2026-06-02"))
    assert book.at("m").price("input") == 1  # the book is as of 2026-06-01, whatever today is
    assert QUERY_COST("gemini-3.6-flash", 1e6, 0) == QUERY_COST(
        "gemini-3.6-flash", 1e6, 0, None, None, None, None, BOOK.as_of
    )


def test_a_model_without_text_prices_is_known_but_never_free() -> None:
    names = {(model.provider, model.model) for model in BOOK.models().values()} - {
        (key.provider, key.model) for key in BOOK.models() if str(key) in PRICED
    }
    assert len(names) >= 200
    for provider, model in names - {(SOURCE_TEXTS, "claude-3.5-haiku-corrected")}:
        assert QUERY_COST(f"{provider}/{model}", 1000, 1000) == "#N/A"


# -- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("gpt-4o", "openai/gpt-4o"),
        ("gpt-4o-mini", "openai/gpt-4o-mini"),
        (" OpenAI/GPT-4o ", "openai/gpt-4o"),
        ("gpt-4o-2024-08-06", "openai/gpt-4o"),
        ("gpt-4o-20240806", "openai/gpt-4o"),  # https://github.com/BerriAI/litellm writes dates so
        ("gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"),  # this release cost more
        ("azure/gpt-4o", "openai/gpt-4o"),
        ("claude-3-haiku-20240307", "anthropic/claude-3-haiku"),
        ("vertex_ai/claude-3-haiku", "google/claude-3-haiku"),
        ("groq/llama-3.3-70b-versatile", "groq/llama-3.3-70b-versatile"),
        ("llama-3.3-70b-versatile", "groq/llama-3.3-70b-versatile"),
        ("openrouter/openai/gpt-4o", "openrouter/openai/gpt-4o"),
        ("aws/regional.anthropic.claude-opus-5", "aws/regional.anthropic.claude-opus-5"),
    ],
)
def test_names(name: str, found: str) -> None:
    assert str(BOOK.resolve(name)) == found


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("gpt4o", "openai/gpt-4o"),
        ("openai/gpt4o", "openai/gpt-4o"),
        ("gpt-4o-minni", "openai/gpt-4o-mini"),
        ("claud-3-haiku", "anthropic/claude-3-haiku"),
        ("text-embedding-3-small", "openai/text-embedding-3-small"),  # ambiguous
        ("meta-llama/llama-3.1-8b-instruct", "openrouter/meta-llama/llama-3.1-8b-instruct"),  # ambiguous
    ],
)
def test_an_unknown_or_ambiguous_name_is_refused_with_candidates(name: str, nearest: str) -> None:
    with pytest.raises(NotAvailableError) as refused:
        BOOK.resolve(name)
    assert nearest in str(refused.value)


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 201, "gpt-4o" * 1000, "/", "//", "openai/", "/gpt-4o", "*", "openai/*"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(NotAvailableError):
        BOOK.resolve(name)


def test_the_source_texts_prices_are_found_only_by_their_own_name() -> None:
    assert BOOK.resolve("claude-3.5-haiku").provider == "anthropic"
    assert BOOK.resolve(f"{SOURCE_TEXTS}/claude-3.5-haiku").provider == SOURCE_TEXTS
    assert all(found.key.provider != SOURCE_TEXTS for found in report.search(BOOK, "haiku"))


# -- ranges ----------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**32))
def test_a_column_is_priced_as_its_cells_are(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  # no secret
    some = [
        *draw.sample(PRICED, 6),
        "gpt-5.6-luna",
        "gemini-2.5-pro",
        "gpt-9",
        "groq/whisper-large-v3",
        "deepseek-chat",
    ]
    rows = [
        [
            draw.choice(some),
            draw.choice([0, 1000, 128_001, 200_000, 200_001, 272_001, 600_000]),
            draw.choice([0, 500]),
            draw.choice([None, 0, 0, 100]),
            draw.choice([None, 50]),
            draw.choice(["standard", None, "batch", "flex", "priority", "fast", "off-peak"]),
            draw.choice([None, 0.2]),
            draw.choice([None, dt.date(2025, 1, 1), dt.date(2026, 7, 30), dt.date(2027, 1, 1), dt.date(2019, 1, 1)]),
        ]
        for _ in range(12)
    ]
    columns = [[[value] for value in column] for column in zip(*rows, strict=True)]
    assert QUERY_COST(*columns) == [[QUERY_COST(*row)] for row in rows]


def test_a_range_of_components() -> None:
    models, components = ["gpt-4o", "o3", "gpt-9"], ["input", "output", "cache_write", "request"]
    block = LLM_PRICE([[model] for model in models], [components])
    assert block == [[LLM_PRICE(model, component) for component in components] for model in models]


def test_a_refusal_marks_only_its_own_elements() -> None:
    models = np.array(["gpt-4o", "gpt-9", "o3", "nobody", "gpt-9"], dtype=object)
    with pytest.raises(NotAvailableError, match="gpt-9") as refused:
        BOOK.at(models)
    assert list(refused.value.mask) == [False, True, False, False, True]
    quote = BOOK.at(np.array(["gpt-4o", "claude-3-haiku"], dtype=object))
    with pytest.raises(NotAvailableError, match="no cache-write price is known for openai/gpt-4o") as refused:
        quote.price("cache_write", np.array([5.0, 5.0]))
    assert list(refused.value.mask) == [True, False]
    assert list(quote.price("cache_write", np.array([0.0, 5.0]))) == [0, 0.3]


# -- layers ----------------------------------------------------------------------------------------------------


def over(*rows: PriceRow, below: PriceBook = BOOK) -> LayeredBook:
    return LayeredBook(rows, below, "a company")


def test_own_rows_replace_listed_ones_of_their_component_from_their_day() -> None:
    book = over(row("gemini-2.5-pro", "input", 1, "2026-01-01", provider="google"))
    day, before = dt.date(2026, 1, 1), dt.date(2025, 12, 31)
    assert book.at("gemini-2.5-pro", day, prompt_tokens=300_000).price("input") == 1
    assert book.at("gemini-2.5-pro", before, prompt_tokens=300_000).price("input") == 2.5
    assert book.at("gemini-2.5-pro", day, prompt_tokens=300_000).price("output") == 15
    assert book.at("gemini-2.5-pro", None, "batch").price("input") == 0.625  # of the standard tier nothing is said here


def test_an_own_price_of_a_resold_model_is_the_resellers_alone() -> None:
    book = over(row("gpt-4o", "input", 2, provider="azure"))
    assert book.at("azure/gpt-4o").price("input") == 2
    assert book.at("azure/gpt-4o").price("output") == 10
    assert book.at("gpt-4o").price("input") == book.at("openai/gpt-4o").price("input") == 2.5
    for name in ("azure/gpt-4o", "azure/o3"):  # OpenAI's batch prices are not Azure's
        with pytest.raises(NotAvailableError, match="no batch price"):
            book.at(name, None, "batch")
    assert (
        over(row("gpt-4o", "input", 2, provider="azure", service_tier="batch"))
        .at("azure/gpt-4o", None, "batch")
        .price("input")
        == 2
    )


def test_a_discount_is_taken_off_list_prices_the_most_specific_one_counting() -> None:
    book = over(
        row("*", "discount", 0.5, provider="*", unit="fraction"),
        row("*", "discount", 0.2, provider="openai", unit="fraction"),
        row("o3", "discount", 0.1, provider="openai", unit="fraction"),
        row("o3", "discount", 0.3, "2026-12-01", provider="openai", unit="fraction"),
        row("gpt-5", "input", 1),
    )
    assert book.at("o3").price("input") == pytest.approx(2 * 0.9)
    assert book.at("o3", dt.date(2026, 12, 1)).price("input") == pytest.approx(2 * 0.7)
    assert book.at("gpt-4o").price("input") == pytest.approx(2.5 * 0.8)
    assert book.at("gpt-4o", None, "batch").price("input") == pytest.approx(1.25 * 0.8)
    assert book.at("gpt-4o").price("web_search") == 10  # fees are not discounted
    assert book.at("claude-3-haiku").price("input") == pytest.approx(0.25 * 0.5)
    assert book.at("gpt-5").price("input") == 1  # stated net


def test_a_resellers_discount_is_its_own() -> None:
    book = over(row("*", "discount", 0.2, provider="azure", unit="fraction"))
    assert book.at("azure/gpt-4o").price("input") == pytest.approx(2)
    assert book.at("gpt-4o").price("input") == 2.5


def test_currencies_convert_at_the_rate_of_the_day() -> None:
    book = over(
        row("EUR", "rate", 0.8, provider="fx", unit="EUR per USD"),
        row("EUR", "rate", 0.9, "2026-07-01", provider="fx", unit="EUR per USD"),
        row("GBP", "rate", 0.5, "2026-01-01", provider="fx", unit="GBP per USD"),
        row("ours", "input", 4, unit="GBP per 1M tokens"),
    )
    early, late = dt.date(2026, 6, 30), dt.date(2026, 7, 1)
    assert book.at("gpt-4o", early, currency_code="EUR").price("input") == pytest.approx(2.5 * 0.8)
    assert book.at("gpt-4o", late, currency_code="eur").price("input") == pytest.approx(2.5 * 0.9)
    assert book.at("ours", late).price("input") == pytest.approx(4 / 0.5)
    assert book.at("ours", late, currency_code="GBP").price("input") == 4
    assert book.at("ours", late, currency_code="EUR").price("input") == pytest.approx(4 / 0.5 * 0.9)
    with pytest.raises(NotAvailableError, match="no rate is known for 'GBP' on 2025-12-31"):
        book.at("ours", dt.date(2025, 12, 31))
    with pytest.raises(NotAvailableError, match="provider fx, model JPY, component rate, unit JPY per USD"):
        book.at("gpt-4o", currency_code="JPY")


def test_a_pattern_is_too_loose_to_set_prices_by() -> None:
    assert BOOK.resolve("claude-3-haiku-ours") == ("anthropic", "claude-3-haiku")  # genai-prices' rule
    book = over(row("claude-3-haiku-ours", "input", 9))
    assert book.at("claude-3-haiku").price("input") == 0.25
    assert book.at("claude-3-haiku-ours").price("input") == 9
    with pytest.raises(NotAvailableError, match="no output price is known for claude-3-haiku-ours"):
        book.at("claude-3-haiku-ours").price("output")


def test_three_layers() -> None:
    company = over(row("gpt-4o", "input", 2), row("ours", "output", 7))
    sheet = over(row("gpt-4o", "output", 8), row("ours", "input", 3), below=company)
    assert [sheet.at("gpt-4o").price(component) for component in ("input", "output", "cache_read")] == [2, 8, 1.25]
    assert [sheet.at("ours").price(component) for component in ("input", "output")] == [3, 7]
    assert len({BOOK.content_hash, company.content_hash, sheet.content_hash}) == 3


def test_looking_at_an_own_price_again_moves_no_figure() -> None:
    later = BOOK.as_of + dt.timedelta(days=40)
    book = over(row("ours", "input", 1, checked_on=later), row("o3", "output", 3, later.isoformat()))
    assert book.as_of == BOOK.as_of
    assert book.at("o3").price("output") == 8


def test_a_company_file(tmp_path: Any) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("model,component,price\ngpt-4o,input,2\nours,input,1.5\n", encoding="utf-8")
    book = company_book(path)
    assert book.at("gpt-4o").price("input") == 2
    assert book.at("ours").price("input") == 1.5
    code = "from llmcost_xl.functions.prices import QUERY_COST as q; print(q('gpt-4o',1e6,0), q('ours',1e6,0))"
    run = [sys.executable, "-c", code]
    environment = {"LLMCOST_XL_PRICES": str(path)}
    assert subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout == "2.0 1.5\n"
    path.write_text("model,component,price\ngpt-4o,input,2;5\n", encoding="utf-8")
    assert (
        subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout == "#VALUE! #VALUE!\n"
    )


# -- the bundled files -----------------------------------------------------------------------------------------


def test_the_bundled_rows_are_in_order_and_make_sense() -> None:
    rows = [r for r in BOOK.rows if r.provider != SOURCE_TEXTS]
    assert rows == sorted(rows, key=sort_key)
    assert len({r.key for r in BOOK.rows}) == len(BOOK.rows)
    for r in BOOK.rows:
        assert ModelKey(r.provider, r.model) in BOOK.models()
        assert r.component in ROW_COMPONENTS
        assert r.service_tier in SERVICE_TIERS
        assert r.unit == default_unit(r.component)
        assert r.price is None or 0 <= r.price < 1000
        assert r.source
        assert r.checked_on
        assert r.checked_on <= BOOK.as_of


def test_every_bundled_file_has_the_one_column_layout() -> None:
    for name in ("prices.csv", "source_texts_2024.csv"):
        with (FOLDER / name).open(newline="", encoding="utf-8") as file:
            assert tuple(next(csv.reader(file))) == COLUMNS


def test_the_hash_is_of_what_the_figures_rest_on() -> None:
    rows = BOOK.rows

    def rehashed(rows: list[PriceRow]) -> str:
        return PriceBook(rows, BOOK.names, BOOK.as_of, "").content_hash

    changed = [rows[0]._replace(price=99.0), *rows[1:]]
    looked_at_again = [r._replace(checked_on=dt.date(2030, 1, 1), source="again") for r in rows]
    assert rehashed(rows[::-1]) == BOOK.content_hash == rehashed(looked_at_again) != rehashed(changed)
    assert dict(map(tuple, report.about(BOOK)))["content hash"] == BOOK.content_hash


def test_a_look_up_needs_the_standard_library_alone() -> None:
    code = (
        "import sys; from llmcost_xl.functions.prices import QUERY_COST as q; assert q('gpt-4o', 500, 200) == 0.00325;"
        "print(sorted({'numpy','pandas','genai_prices','xlwings','pydantic','openpyxl'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_hardware_facts_are_ranges_with_a_source() -> None:
    for fact in hardware.facts():
        assert 0 <= fact.low <= fact.high
        assert fact.unit
        assert fact.source
        assert fact.status in {"source text", "verified", "unverified"}
