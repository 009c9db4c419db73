"""Prices that a hostile or clumsy source slips past a look at one number: in steps, beside others, in odd dates."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from genai_prices import data
from pricefeeds import SECOND, as_json, priced

from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.catalogue.feed import from_place
from llmcost_xl.catalogue.update import Update, apply, plan_update

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ALWAYS: dict[str, Any] = {"input_mtok": 2.5, "output_mtok": 10, "cache_read_mtok": 1.25, "web_searches_kcount": 10}


def from_days(*dated: tuple[str, float]) -> dict[str, Any]:
    """gpt-4o's prices, with another price of input from each of these days."""
    blocks = [{"constraint": {"start_date": day}, "prices": ALWAYS | {"input_mtok": price}} for day, price in dated]
    return {"prices": [{"prices": ALWAYS}, *blocks]}


def always(**prices: Any) -> dict[str, Any]:
    return {"prices": ALWAYS | prices}


def at_hours(*prices: dict[str, float]) -> dict[str, Any]:
    """gpt-4o's prices, with others at some hours of the day."""
    hours = [{"constraint": {"start_time": f"0{at}:00:00Z", "end_time": f"0{at + 1}:00:00Z"}, "prices": stated}
             for at, stated in enumerate(prices)]  # fmt: skip
    return {"prices": [{"prices": {"output_mtok": 10}}, *hours]}


def long_prompts(start: int, price: float) -> dict[str, Any]:
    return always(input_mtok={"base": 2.5, "tiers": [{"start": start, "price": price}]})


def in_batch(**prices: float) -> dict[str, Any]:
    return always() | {"price_variants": [{"when": {"processing": "batch"}, "prices": prices}]}


SMALL_STEPS = [("2026-12-01", 22.0), ("2026-12-02", 190.0), ("2026-12-03", 199.0)]
SMALL_STEPS_DOWN = [("2026-12-01", 0.28), ("2026-12-02", 0.03)]
# the feed says of gpt-4o                        why all that it says of it waits                       --accept
STATED: list[tuple[str, dict[str, Any], str, bool]] = [
    ("up in small steps", from_days(*SMALL_STEPS), "from 2.5 to 190 USD per 1M tokens, a factor of 76", True),
    ("down in small steps", from_days(*SMALL_STEPS_DOWN), "from 2.5 to 0.03 USD per 1M tokens, a factor of 83", True),
    ("long prompts too dear", long_prompts(1, 199), "199 beside 2.5 USD per 1M tokens for short prompts", True),
    ("a threshold below nothing", long_prompts(-5, 4), "context_threshold -5 must be 0 tokens or more", False),
    ("batch too dear", in_batch(cache_read_mtok=150), "150 beside 1.25 USD per 1M tokens in the standard tier", True),
    ("a new price too dear", always(cache_write_mtok=5000), "cache_write prices above 200 are asked about", True),
    ("a fee too dear", always(requests_kcount=10_000), "10000 USD per 1k calls: request prices above 100", True),
    ("output no longer stated", {"prices": {"input_mtok": 2.5}}, "has no output price any more is asked about", True),
    ("only batch is left", {"prices": []}, "listed without any price of its tokens", True),
    ("a day before all prices", from_days(("0001-01-01", 3)), "begins on 0001-01-01; it must be from 2020-06", False),
    ("a day in another age", from_days(("9062-01-01", 3)), "begins on 9062-01-01; it must be from 2020-06", False),
    ("hours without input", at_hours({"output_mtok": 3}), "a daily window without a price of input", False),
    ("two kinds of hours", at_hours({"input_mtok": 1}, {"input_mtok": 2}), "several daily windows with diff", False),
    ("something new", in_batch() | {"price_variants": [{"when": {"processing": "batch"}, "prices": {},
                                                        "constraint": {"start_time": "01:00:00Z",
                                                                       "end_time": "02:00:00Z"}}]},
     "its prices are not understood, and the last ones stay", False),
]  # fmt: skip


def update(source: list[Any], place: Path, accepted: str = "") -> Update:
    path = place.parent / "feed.json"
    path.write_text(json.dumps(source), encoding="utf-8")
    return plan_update(from_place(str(path), SECOND, bundled_book()), SECOND, frozenset({accepted}), place)


def stated_of(published: list[Any], model: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for maker in published for one in maker["models"] if one["id"] == model)
    return found


@pytest.mark.parametrize(("stated", "why", "can_be_accepted"), [case[1:] for case in STATED],
                         ids=[case[0] for case in STATED])  # fmt: skip
def test_nothing_of_a_model_goes_in_while_one_of_its_prices_is_doubtful(
    stated: dict[str, Any], why: str, can_be_accepted: bool, published: list[Any], place: Path
) -> None:
    stated_of(published, "gpt-4o").update(stated)
    stated_of(published, "o3")["prices"][-1]["prices"]["input_mtok"] = 1.9
    planned = update(published, place)
    assert {str(one.model) for one in planned.plan.held} == {"openai/gpt-4o"}
    assert any(why in reason for one in planned.plan.held for reason in one.reasons)
    assert all(change.row.model == "o3" for change in planned.plan.changes)
    assert {one.may_be_accepted for one in planned.plan.held} == {can_be_accepted}
    apply(planned)
    assert (priced("gpt-4o"), priced("o3")) == (2.5, 1.9)
    assert bool(update(published, place, "gpt-4o").plan.held) is not can_be_accepted


@pytest.mark.parametrize("price", [0.0025, 0.0000025])
def test_a_new_model_priced_per_1k_tokens_or_per_token_is_asked_about(
    price: float, published: list[Any], place: Path
) -> None:
    """There is nothing to compare it with: the cheapest tokens that are sold cost a cent a million."""
    model = {"id": "gpt-new", "match": {"equals": "gpt-new"}, "prices": {"input_mtok": price, "output_mtok": 12}}
    published[-1]["models"].append(model)
    held = {one.change.row.component: one.reasons for one in update(published, place).plan.held if one.change}
    assert f"{price:g} USD per 1M tokens: input prices below 0.01 are asked about" in held["input"][0]
    assert held["output"] == ("waits for the doubtful prices of the same model",)


def test_a_model_that_is_listed_twice_keeps_its_prices(published: list[Any], place: Path) -> None:
    twin = copy.deepcopy(stated_of(published, "gpt-4o")) | always(input_mtok=3)
    published[-1]["models"].insert(0, twin)
    planned = update(published, place)
    assert ["the model is listed twice" in one.reasons[0] for one in planned.plan.held] == [True]
    apply(planned)
    assert priced("gpt-4o") == 2.5


def test_a_list_without_end_is_not_even_compared(published: list[Any], place: Path) -> None:
    published[-1]["models"] += [
        {"id": f"m{number}", "match": {"contains": f"m{number}"}, "prices": {"input_mtok": 1}} for number in range(2000)
    ]
    planned = update(published, place)
    assert "models where" in planned.plan.rejected[0]
    assert planned.plan.result == planned.old.state


def only_batch(model: dict[str, Any]) -> None:
    model |= {"prices": {}, "price_variants": [{"when": {"processing": "batch"}, "prices": {"input_mtok": 1}}]}


def only_searches(model: dict[str, Any]) -> None:
    model |= {"prices": {"web_searches_kcount": 10}, "price_variants": []}


@pytest.mark.parametrize("spoil", [only_batch, only_searches])
def test_models_without_their_standard_prices_of_tokens_count_as_gone(
    spoil: Callable[[dict[str, Any]], None], published: list[Any], place: Path
) -> None:
    for provider in published:
        for model in provider["models"][::3]:
            spoil(model)
    assert any("models have lost their prices" in reason for reason in update(published, place).plan.rejected)


def test_the_feeds_of_these_tests_are_genai_prices_own_json(tmp_path: Path) -> None:
    """What is written here and read by genai-prices' reader says what its own list of providers says."""
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(as_json(data.providers)), encoding="utf-8")
    stated = from_place(str(path), SECOND, bundled_book()).snapshot
    assert [row[:8] for row in stated.rows] == [row[:8] for row in bundled_book().rows if row.provider != "source-2024"]
