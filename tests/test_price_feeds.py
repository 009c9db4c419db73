"""Poisoned feeds: what each gets, and that the prices in force stay what they were."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from genai_prices.types import ClauseContains, ClauseEquals, ClauseRegex, ModelInfo, ModelPrice, Provider
from pricefeeds import CHANGE, FIRST, SECOND, THIRD, block, model_of, priced, some_providers

from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.catalogue.download import FeedError
from llmcost_xl.catalogue.feed import Feed, from_place, of_providers
from llmcost_xl.catalogue.files import read_catalogue
from llmcost_xl.catalogue.update import Update, apply, plan_update

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("small_catalogue")
GPT_4O = "openai/gpt-4o"


def dollars(price: str) -> Callable[[list[Any]], None]:
    """The feed says that a million input tokens of gpt-4o cost so much; they cost 2.50."""

    def poison(source: list[Any]) -> None:
        model_of(source, "gpt-4o").prices.input_mtok = Decimal(price)

    return poison


def announced(price: str) -> Callable[[list[Any]], None]:
    def poison(source: list[Any]) -> None:
        model = model_of(source, "gpt-4o")
        new = copy.deepcopy(model.prices)
        new.input_mtok = Decimal(price)
        later = block(CHANGE.isoformat())
        later.prices = new
        model.prices = [block("2020-01-01"), later]
        model.prices[0].constraint, model.prices[0].prices = None, copy.deepcopy(new)
        model.prices[0].prices.input_mtok = Decimal("2.5")

    return poison


def new_model(name: str, rule: Any, **prices: str) -> Callable[[list[Any]], None]:
    """A model of OpenAI's that comes before all others."""

    def poison(source: list[Any]) -> None:
        stated = ModelPrice(**{key: Decimal(price) for key, price in prices.items()})
        openai = next(provider for provider in source if provider.id == "openai")
        openai.models.insert(0, ModelInfo(name, rule, prices=stated))

    return poison


def new_provider(source: list[Any]) -> None:
    model = ModelInfo("gpt-4o", ClauseEquals("gpt-4o"), prices=ModelPrice(input_mtok=Decimal("0.01")))
    evil = Provider("evil", "Evil", "x", model_match=ClauseContains("gpt-"), models=[model])
    source.insert(0, evil)


def changed_rule(source: list[Any]) -> None:
    """A known model of OpenAI's, listed before gpt-4o, now takes its name too."""
    models = next(provider for provider in source if provider.id == "openai").models
    model = models.pop(next(at for at, one in enumerate(models) if one.id == "gpt-4o-mini"))
    model.match = ClauseContains("gpt-4o")
    models.insert(0, model)


def unpriced(source: list[Any]) -> None:
    model = model_of(source, "gpt-4o")
    model.prices, model.price_variants = ModelPrice(), []


MILD = Decimal("2.75")  # what the feed also says of claude-haiku-4-5, which cost 1: believed in every case

HELD = [
    # the feed says                                     what is held back  the reason                        --accept
    ("a jump", dollars("26"), GPT_4O, "from 2.5 to 26 USD per 1M tokens, a factor of 10.4: above 10", True),
    ("a fall", dollars("0.24"), GPT_4O, "from 2.5 to 0.24 USD per 1M tokens, a factor of 10.4: above 10", True),
    ("a fall to nothing", dollars("0"), GPT_4O, "from 2.5 to 0 USD per 1M tokens: a price that falls to", True),
    ("per 1k tokens", dollars("0.0025"), GPT_4O, "a factor of 1,000: is it per 1k tokens instead of per 1M", True),
    ("a thousand times", dollars("2400"), GPT_4O, "a factor of 960: is it per 1k tokens instead of per 1M", True),
    ("per token", dollars("0.0000025"), GPT_4O, "is it per token instead of per 1M tokens", True),
    ("a million times", dollars("2500000"), GPT_4O, "2.5e+06 USD per 1M tokens is beyond belief", False),
    ("negative", dollars("-1"), GPT_4O, "price -1.0 must be 0 or more", False),
    ("NaN", dollars("NaN"), GPT_4O, "price nan must be 0 or more", False),
    ("infinity", dollars("Infinity"), GPT_4O, "price inf must be 0 or more", False),
    ("announced too dear", announced("250"), GPT_4O, "from 2.5 to 250 USD per 1M tokens, a factor of 100", True),
    ("a dear new model", new_model("gpt-x", ClauseEquals("gpt-x"), input_mtok="250"), "openai/gpt-x",
     "250 USD per 1M tokens: input prices above 200", True),
    ("first-match impostor", new_model("impostor", ClauseContains("gpt-4o"), input_mtok="0.01"), "openai/impostor",
     "would mean openai/impostor instead of openai/gpt-4o", True),
    ("a rule that takes another's name", changed_rule, "openai/gpt-4o-mini",
     "would mean openai/gpt-4o-mini instead of openai/gpt-4o", True),
    ("a regular expression without end", new_model("gpt-y", ClauseRegex("(a|a)*$"), input_mtok="1"), "openai/gpt-y",
     "a new regular expression, '(a|a)*$'", True),
    ("a provider that claims others' names", new_provider, "evil/*", "would be looked for at evil instead of", True),
    ("a name that is a formula", new_model("=cmd()", ClauseEquals("=cmd()"), input_mtok="1"), "openai/=cmd()",
     "'=cmd()' is no name", False),
    ("a model that has lost its prices", unpriced, GPT_4O, "listed without any price of its tokens; the last", True),
]  # fmt: skip


def feed(poison: Callable[[list[Any]], None]) -> Feed:
    source = some_providers()
    model_of(source, "claude-haiku-4-5", "anthropic").prices.input_mtok = MILD
    poison(source)
    return of_providers(source, "", SECOND)


@pytest.mark.parametrize(("poison", "what", "why", "can_be_accepted"), [case[1:] for case in HELD],
                         ids=[case[0] for case in HELD])  # fmt: skip
def test_a_doubtful_price_waits_while_the_good_ones_go_in(
    poison: Callable[[list[Any]], None], what: str, why: str, can_be_accepted: bool, place: Path
) -> None:
    update = plan_update(feed(poison), SECOND, place=place)
    apply(update)
    assert {str(one.model) for one in update.plan.held} == {what}
    assert any(why in reason for one in update.plan.held for reason in one.reasons)
    assert priced("claude-haiku-4-5") == float(MILD)
    assert priced("gpt-4o") == priced("openai/gpt-4o") == 2.5
    assert priced("gpt-4o-2024-08-06") == 2.5
    waiting = read_catalogue(store.in_force()).quarantine
    assert any(why in one.reasons for one in waiting)
    name = what.removesuffix("/*")
    accepted = plan_update(feed(poison), THIRD, frozenset({name, f"{name}/gpt-4o"}), place)
    assert bool(accepted.plan.held) is not can_be_accepted


def test_what_waits_is_looked_at_again_and_goes_in_once_accepted(place: Path) -> None:
    apply(plan_update(feed(dollars("26")), SECOND, place=place))
    again = plan_update(feed(dollars("26")), THIRD, place=place)
    apply(again)
    (waiting,) = again.quarantine
    assert (waiting.since, waiting.price_so_far, waiting.row[6]) == (SECOND.isoformat(), "2.5", "26")
    done = plan_update(feed(dollars("26")), THIRD, frozenset({"gpt-4o"}), place)
    apply(done)
    assert done.quarantine == ()
    assert (priced("gpt-4o", SECOND), priced("gpt-4o", THIRD)) == (2.5, 26)


def test_a_price_that_waits_leaves_when_the_source_mends_it(place: Path) -> None:
    apply(plan_update(feed(dollars("2500")), SECOND, place=place))
    mended = plan_update(feed(dollars("2.4")), THIRD, place=place)
    apply(mended)
    assert (mended.quarantine, priced("gpt-4o")) == ((), 2.4)


def test_a_price_is_held_back_with_all_other_prices_of_its_model(place: Path) -> None:
    def dear(source: list[Any]) -> None:
        prices = model_of(source, "gemini-2.5-pro", "google").prices
        prices.input_mtok.base *= 20
        prices.input_mtok.tiers[0].price *= 2

    update = plan_update(feed(dear), SECOND, place=place)
    reasons = {one.change.row.context_threshold: one.reasons for one in update.plan.held if one.change}
    assert "a factor of 20" in reasons[0][0]
    assert reasons[200_000] == ("waits for the doubtful prices of the same model",)


# -- the whole feed is refused ------------------------------------------------------------------------------------


def no_prices(source: list[Any]) -> None:
    for provider in source:
        for model in provider.models:
            model.prices, model.price_variants = ModelPrice(), []


def a_quarter_gone(source: list[Any]) -> None:
    for provider in source:
        provider.models = provider.models[len(provider.models) // 4 :]


def everything_per_1k(source: list[Any]) -> None:
    for provider in source:
        for model in provider.models:
            if isinstance(model.prices, ModelPrice):
                for name, price in vars(model.prices).items():
                    if isinstance(price, Decimal):
                        setattr(model.prices, name, price / 1000)


WHOLE = [
    ("an empty list", list.clear, "it states no price at all"),
    ("empty prices", no_prices, "it states no price at all"),
    ("a quarter of the models gone", a_quarter_gone, "models have lost their prices; more than 20% is refused"),
    ("every price per 1k tokens", everything_per_1k, "prices are doubtful; more than 5% is refused"),
]


@pytest.mark.parametrize(("poison", "why"), [case[1:] for case in WHOLE], ids=[case[0] for case in WHOLE])
def test_a_feed_that_is_doubtful_as_a_whole_changes_nothing(
    poison: Callable[[list[Any]], None], why: str, place: Path
) -> None:
    apply(plan_update(feed(lambda _: None), SECOND, place=place))
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    update: Update = plan_update(feed(poison), THIRD, place=place)
    assert why in "; ".join(update.plan.rejected)
    with pytest.raises(FeedError, match="rejected"):
        apply(update)
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


# -- files --------------------------------------------------------------------------------------------------------

MODEL = {"id": "our-model", "match": {"equals": "our-model"}, "prices": {"input_mtok": 1, "output_mtok": 2}}
FILE = [{"id": "acme", "name": "Acme", "api_pattern": "acme", "models": [MODEL]}]


def priced_at(price: Any) -> str:
    return json.dumps([FILE[0] | {"models": [MODEL | {"prices": {"input_mtok": price}}]}])


REFUSED = [
    ("nothing in it", "", "is empty"),
    ("blank", "  \n", "is empty"),
    ("cut short", json.dumps(FILE)[:-20], "damaged or cut short"),
    ("nested without end", "[" * 100_000, "damaged or cut short"),
    ("another JSON file", '{"models": []}', "not genai-prices data"),
    ("a price that is true", priced_at(True), "refused by genai-prices"),
    ("a price that is NaN", priced_at(float("nan")), "refused by genai-prices"),
    ("a price that is infinite", priced_at(float("inf")), "refused by genai-prices"),
    ("a price that is text", priced_at("two"), "refused by genai-prices"),
]


@pytest.mark.parametrize(("content", "why"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_file_that_is_no_price_list_is_refused(content: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FeedError, match=why):
        from_place(str(path), SECOND, bundled_book())


def test_genai_prices_own_json_is_read_by_its_own_reader(tmp_path: Path, place: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(FILE), encoding="utf-8")
    feed = from_place(str(path), SECOND, bundled_book())
    assert [(row.model, row.component, row.price) for row in feed.snapshot.rows] == [
        ("our-model", "input", 1), ("our-model", "output", 2),
    ]  # fmt: skip
    assert "models have lost their prices" in plan_update(feed, SECOND, place=place).plan.rejected[0]


def price_file(tmp_path: Path, *lines: str) -> Feed:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(("provider,model,component,from_date,price,unit", *lines)), encoding="utf-8")
    return from_place(str(path), SECOND, bundled_book())


def test_a_price_file_changes_what_it_lists_and_nothing_else(tmp_path: Path, place: Path) -> None:
    feed = price_file(tmp_path, "openai,gpt-4o,input,2026-12-01,2,", "acme,our-model,input,,7,")
    update = plan_update(feed, SECOND, place=place)
    assert (len(update.plan.changes), update.plan.held, update.plan.vanished_models) == (2, (), ())
    apply(update)
    assert (priced("gpt-4o"), priced("acme/our-model"), priced("o3")) == (2, 7, 2)


def test_prices_in_another_currency_are_not_mixed_in(tmp_path: Path, place: Path) -> None:
    feed = price_file(tmp_path, "openai,gpt-4o,input,2026-12-01,2,EUR per 1M tokens", "openai,o3,input,2026-12-01,1.9,")
    update = plan_update(feed, SECOND, frozenset({"gpt-4o"}), place)
    apply(update)
    assert "stated in EUR per 1M tokens; the catalogue is in USD" in update.plan.held[0].reasons[0]
    assert (priced("gpt-4o"), priced("o3")) == (2.5, 1.9)


def test_what_waits_from_a_file_is_looked_at_with_the_next_update_of_another_source(
    tmp_path: Path, place: Path
) -> None:
    apply(plan_update(price_file(tmp_path, "openai,gpt-4o,input,2026-12-01,0.2,"), SECOND, place=place))
    later = plan_update(feed(lambda _: None), THIRD, place=place)
    apply(later)
    assert [one.origin for one in later.quarantine] == ["list.csv"]
    accepted = plan_update(feed(lambda _: None), THIRD, frozenset({"gpt-4o"}), place)
    apply(accepted)
    assert (accepted.quarantine, priced("gpt-4o", CHANGE), priced("gpt-4o", FIRST)) == ((), 0.2, 2.5)
