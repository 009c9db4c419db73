"""A company's own prices over the catalogue: which model a row is about, and rows that would do nothing unnoticed."""

from __future__ import annotations

from typing import Any

import pytest

from llmcost_xl.catalogue import report
from llmcost_xl.catalogue.bundled import book_with, bundled_book
from llmcost_xl.catalogue.checks import PriceTableError
from llmcost_xl.catalogue.layers import LayeredBook
from llmcost_xl.catalogue.table import read_table
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.functions.explain import LLM_WHY
from llmcost_xl.functions.prices import LLM_MODELS, LLM_PRICE, LLM_PRICE_SOURCE, QUERY_COST

HEADER = ["provider", "model", "component", "price", "from_date", "context_threshold", "unit"]


def table(*rows: str) -> list[list[Any]]:
    """A price table: every row written as provider, model, component, price, from_date, context_threshold, unit."""
    cells: list[list[Any]] = [HEADER]
    for row in rows:
        fields: list[Any] = [field.strip() or None for field in row.split(",")]
        fields += [None] * (len(HEADER) - len(fields))
        fields[3] = float(fields[3])
        fields[5] = fields[5] and float(fields[5])
        cells.append(fields)
    return cells


def price(model: str, *rows: str) -> Any:
    return LLM_PRICE(model, "input", None, None, None, table(*rows))


def problem(*rows: str) -> str:
    with pytest.raises(PriceTableError) as refused:
        book_with(table(*rows))
    return str(refused.value)


# -- providers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "meant"),
    [("azure openai", "openai, azure"), ("not-openai", "openai"), ("openaii", "openai"), ("amazon", "aws")],
)
def test_a_provider_is_named_exactly_where_a_price_is_set(provider: str, meant: str) -> None:
    for row in (f"{provider},gpt-4o,input,9", f"{provider},*,discount,0.5"):
        assert f"'{provider}' is not exactly a provider's name; the nearest: {meant}" in problem(row)


@pytest.mark.parametrize("provider", ["openai", "OpenAI", "OPENAI"])
def test_ids_and_display_names_of_providers_are_exact_in_any_case(provider: str) -> None:
    assert price("gpt-4o", f"{provider},gpt-4o,input,9") == 9


def test_a_resellers_display_name_is_the_reseller() -> None:
    assert price("azure/gpt-4o", "Microsoft Azure,gpt-4o,input,9") == 9
    assert price("gpt-4o", "Microsoft Azure,gpt-4o,input,9") == 2.5


def test_a_model_may_name_its_provider_itself() -> None:
    assert price("openai/gpt-4o", ",openai/gpt-4o,input,9") == 9
    assert price("azure/gpt-4o", ",azure/gpt-4o,input,9") == 9
    assert price("gpt-4o", ",azure/gpt-4o,input,9") == 2.5
    assert price("gpt-4o", ",not-openai/gpt-4o,input,9") == 2.5
    assert price("openai/ours", ",openai/ours,input,9") == 9
    assert price("openrouter/openai/gpt-4o", "openrouter,openai/gpt-4o,input,9") == 9
    assert "names its provider again; write gpt-4o" in problem("openai,openai/gpt-4o,input,9")


# -- rows that cannot all be right -----------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["openai,gpt-4o", ",GPT-4o", ",openai/gpt-4o", ",gpt-4o-2024-08-06"])
def test_two_names_of_one_model_are_one_model(other: str) -> None:
    assert "2 rows for openai/gpt-4o input, standard, above 0, from the start" in problem(
        ",gpt-4o,input,1", f"{other},input,2"
    )


def test_two_units_of_one_price() -> None:
    rows = (",ours,input,1,,,EUR per 1M tokens", ",Ours,input,2,,100,")
    assert "ours input, standard is stated in EUR per 1M tokens and in USD per 1M tokens" in problem(*rows)


@pytest.mark.parametrize("base", ["", ",ours,input,1,2026-02-01"])
def test_a_price_of_long_prompts_needs_one_of_short_prompts(base: str) -> None:
    rows = [",ours,input,3,2026-01-01,1000", *([base] if base else [])]
    assert "ours input, standard has a price above 1000 but none below, from 2026-01-01" in problem(*rows)
    assert price("ours", ",ours,input,1,2026-01-01", *rows) == 1


# -- discounts -------------------------------------------------------------------------------------------------


def test_a_discount_on_nothing_is_refused_with_the_nearest() -> None:
    assert "no such provider; the nearest: openai" in problem("opnai,*,discount,0.1")
    assert "no list price below to take it off; the nearest: openai/gpt-4o" in problem("openai,gtp-4o,discount,0.1")
    assert "no list price below" in problem(",ours,input,1", ",ours,discount,0.1")  # stated net in the same table


def test_discounts_that_have_something_to_come_off() -> None:
    assert price("gpt-4o", ",gpt-4o,discount,0.1") == 2.25
    assert price("azure/gpt-4o", "azure,gpt-4o,discount,0.1") == 2.25
    assert price("gpt-4o", "azure,gpt-4o,discount,0.1") == 2.5
    assert "no list price below" in problem("github-copilot,gpt-4o,discount,0.1")  # a model without a price


def test_a_tables_discount_comes_off_the_companys_prices() -> None:
    company = book_with(table("acme,ours,input,2", "azure,*,discount,0.2"))
    rows = read_table(table("acme,ours,discount,0.5", "azure,gpt-4o,discount,0.1"))
    sheet = LayeredBook(rows, company, "price_table")
    assert sheet.at("ours").price("input") == sheet.at("acme/ours").price("input") == 1
    assert sheet.at("azure/gpt-4o").price("input") == pytest.approx(2.5 * 0.8 * 0.9)
    assert sheet.at("gpt-4o").price("input") == 2.5


# -- a company's own models ------------------------------------------------------------------------------------


def test_an_own_model_of_two_sellers_is_not_unknown() -> None:
    rows = table("acme,our-llama,input,1", "beta,our-llama,input,2")
    with pytest.raises(NotAvailableError, match="sold by several providers; say which: acme/our-llama, beta/our-llama"):
        book_with(rows).resolve("our-llama")
    assert book_with(rows).at("beta/our-llama").price("input") == 2
    assert price("our-llama", "acme,our-llama,input,1") == 1


def test_a_pattern_does_not_hide_an_own_model() -> None:
    assert price("claude-3-haiku-ours", "acme,claude-3-haiku-ours,input,9") == 9


def test_own_models_are_suggested_first() -> None:
    book = book_with(table(",our-gpt-4o,input,1"))
    assert book.nearest("our-gpt-4")[0] == "our-gpt-4o"
    assert book.nearest("ourgpt4o")[0] == "our-gpt-4o"


@pytest.mark.parametrize(("name", "first"), [("gpt4o", "gpt-4o"), ("gpt 4o", "gpt-4o"), ("GPT-4o mini", "gpt-4o-mini")])
def test_the_makers_priced_model_is_suggested_first(name: str, first: str) -> None:
    nearest = bundled_book().nearest(name)
    assert nearest[0] == f"openai/{first}"
    assert all(isinstance(LLM_PRICE(one, "input"), float) for one in nearest)


def test_placing_own_models_searches_no_nearest_names() -> None:
    """Else a table of 2,000 models takes a second on every edit."""
    company = book_with(table(",mine,input,1"))
    for row in range(20):
        book_with(table(f",ours-{row},input,1"))
    assert "index" not in vars(company)


# -- free, undated, converted ----------------------------------------------------------------------------------


def test_why_tells_the_model_that_a_pattern_found_and_what_is_undated() -> None:
    said = LLM_WHY("QUERY_COST", "claude-3-haiku-xyz", 500, 200)
    assert said.startswith(
        f"The call succeeds: 0.000375; anthropic/claude-3-haiku, standard prices of {bundled_book().as_of}; undated"
    )
    own = table(",ours,input,0,2026-01-01", ",ours,output,0,2026-01-01")
    said = LLM_WHY("QUERY_COST", "ours", 500, 200, None, None, None, None, "2026-02-01", None, own)
    assert said == "The call succeeds: 0; ours, standard prices of 2026-02-01, listed as free of charge"


def test_the_rate_behind_a_converted_price_is_shown() -> None:
    own = table("fx,EUR,rate,0.8,2026-01-01", ",ours,input,2,,,GBP per 1M tokens", "fx,GBP,rate,0.5")

    def rates(model: str, currency: str | None) -> list[list[Any]]:
        return [row[1:3] for row in LLM_PRICE_SOURCE(model, None, None, own, currency) if row[0] == "rate"]

    assert rates("gpt-4o", "EUR") == [[0.8, "EUR per USD"]]
    assert rates("gpt-4o", None) == []
    assert rates("ours", None) == [[0.5, "GBP per USD"]]
    assert rates("ours", "gbp") == []
    assert rates("ours", "EUR") == [[0.8, "EUR per USD"], [0.5, "GBP per USD"]]


def test_the_list_of_models_is_that_of_the_day_and_the_table() -> None:
    own = table("acme,our-o3,input,7,2026-01-01")
    [_, line] = LLM_MODELS("our-o3", None, "2026-01-01", own)
    assert line[:4] == ["acme", "our-o3", "", 7]
    assert [row[3] for row in LLM_MODELS("", "acme", "2025-12-31", own)[1:]] == [""]
    [before] = [row[3:5] for row in LLM_MODELS("openai/o3", "openai", "2025-06-09") if row[1] == "o3"]
    assert before == [10, 40]


def test_a_free_model_is_marked_in_a_search() -> None:
    own = book_with(table(",ours,input,0", ",ours,output,0"))
    assert [one.remark for one in report.search(own, "ours") if one.key.model == "ours"] == ["free"]


# -- ranges ----------------------------------------------------------------------------------------------------


def test_each_row_of_a_range_has_its_own_reason() -> None:
    models = [["gpt-4o"], ["zzz-1"], ["gpt-9"], ["zzz-1"]]
    answers = QUERY_COST.explain([[name] for [name] in models], 500, 200)
    assert [("zzz-1" in str(cell), "gpt-9" in str(cell)) for [cell] in answers] == [
        (False, False), (True, False), (False, True), (True, False),
    ]  # fmt: skip
    answers = QUERY_COST.explain(
        [["gpt-4o"], ["o3"], ["gpt-4o"]], 500, 200, None, None, None, None, None, None, None, 9
    )
    assert ["openai/gpt-4o" in str(cell) for [cell] in answers] == [True, False, True]
    codes = LLM_PRICE([["gpt-4o"], ["gpt-9"]], "input", None, None, [["EUR", "5"]])
    assert codes == [["#N/A", "#VALUE!"], ["#N/A", "#N/A"]]


def test_the_first_failing_row_of_many_is_told_of() -> None:
    names = [["gpt-4o"], *([f"zzz-{number}"] for number in range(3_000))]
    answers = QUERY_COST.explain(names, 500, 200)
    assert answers[0] == [0.00325]
    assert "'zzz-0'" in str(answers[1][0])
    assert {type(cell) for [cell] in answers[1:]} == {NotAvailableError}
