"""Models and providers that would take the names of others: what each gets, and that every name means what it meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pricefeeds import SECOND, priced

from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.bundled import bundled_book, default_book, forget
from llmcost_xl.catalogue.feed import from_place
from llmcost_xl.catalogue.names import ModelKey
from llmcost_xl.catalogue.update import apply, plan_update

if TYPE_CHECKING:
    from pathlib import Path

CHEAP = {"input_mtok": 0.01, "output_mtok": 0.01}
NAMES = [
    "gpt-4o", "openai/gpt-4o", "azure/gpt-4o", "gpt-4o-2024-08-06", "claude-3-5-haiku-20991212", "openai-eu/gpt-4o",
    "claude-sonnet-4-5-20990929",
]  # fmt: skip


def model(name: str, rule: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "match": rule, "prices": CHEAP}


def provider(key: str, **facts: Any) -> dict[str, Any]:
    own = [model("evil-1", {"equals": "evil-1"})]
    return {"id": key, "name": key, "api_pattern": "x", "models": own} | facts


def nested(depth: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"equals": "evil"}
    for _ in range(depth):
        rule = {"or": [rule]}
    return rule


# whose model comes first, and takes which names; why it waits, and whether it can be accepted
MODELS: list[tuple[str, str, dict[str, Any], str, bool]] = [
    ("the very name of another", "openai", {"equals": "gpt-4o"},
     "azure/gpt-4o would mean openai/evil instead of openai/gpt-4o", True),
    ("part of a prefix", "anthropic", {"starts_with": "claude-3-5-haiku-"},
     "claude-3-5-haiku- would mean anthropic/evil instead of anthropic/claude-3-5-haiku", True),
    ("one release", "anthropic", {"equals": "claude-sonnet-4-5-20990929"},
     "claude-sonnet-4-5-20990929 would mean anthropic/evil instead of anthropic/claude-sonnet-4-5", True),
    ("two conditions", "anthropic", {"and": [{"starts_with": "claude-3-5-haiku"}, {"contains": "-2099"}]},
     "claude-3-5-haiku-2099 would mean anthropic/evil instead of", True),
    ("no regular expression at all", "openai", {"regex": "("}, "a new regular expression, '(', which is none", False),
    ("too deep to follow", "openai", nested(100), "its matching rule is too large", False),
    ("too long to follow", "openai", {"or": [{"equals": f"evil-{at}"} for at in range(1000)]},
     "its matching rule is too large", False),
]  # fmt: skip
FIRST, LAST = 0, 99
PROVIDERS: list[tuple[str, int, dict[str, Any], str, bool]] = [
    ("by its rule", FIRST, provider("evil", provider_match={"contains": "open"}),
     "openai-x would mean the provider evil instead of openai", True),
    ("by its name", LAST, provider("evil", name="Microsoft  Azure"),
     "microsoft azure would mean the provider evil instead of azure", True),
    ("by its models' rule", FIRST, provider("evil", model_match={"contains": "claude-3-5"}),
     "would be looked for at evil instead of anthropic", True),
    ("with two parts", FIRST, provider("openai/evil"), "'openai/evil' is no name for a provider", False),
    ("everything", FIRST, provider("*"), "'*' is no name for a provider", False),
    ("exchange rates", FIRST, provider("fx"), "'fx' is no name for a provider", False),
    ("the source texts", FIRST, provider("source-2024"), "'source-2024' is no name for a provider", False),
    ("nobody", FIRST, provider(""), "'' is no name for a provider", False),
]  # fmt: skip


def meanings() -> list[tuple[str, float]]:
    """What each name means, and costs."""
    forget()
    return [(str(default_book().resolve(name)), priced(name)) for name in NAMES]


def held(source: list[Any], place: Path, accepted: str = "") -> dict[str, tuple[str, ...]]:
    """Reasons by what is held back; the rest is put in force."""
    path = place.parent / "feed.json"
    path.write_text(json.dumps(source), encoding="utf-8")
    update = plan_update(from_place(str(path), SECOND, bundled_book()), SECOND, frozenset({accepted}), place)
    if not accepted:
        apply(update)
    return {str(one.model): one.reasons for one in update.plan.held if one.change is None}


@pytest.mark.parametrize(("seller", "rule", "why", "can_be_accepted"), [case[1:] for case in MODELS],
                         ids=[case[0] for case in MODELS])  # fmt: skip
def test_a_model_that_would_take_names_from_others_waits(
    seller: str, rule: dict[str, Any], why: str, can_be_accepted: bool, published: list[Any], place: Path
) -> None:
    before = meanings()
    next(one for one in published if one["id"] == seller)["models"].insert(0, model("evil", rule))
    reasons = held(published, place)
    assert list(reasons) == [f"{seller}/evil"]
    assert any(why in reason for reason in reasons[f"{seller}/evil"])
    assert len(reasons[f"{seller}/evil"]) < 7
    assert meanings() == before
    assert bool(held(published, place, "evil")) is not can_be_accepted


def test_a_model_of_the_same_name_in_other_letters_waits(published: list[Any], place: Path) -> None:
    before = meanings()
    next(one for one in published if one["id"] == "openai")["models"].insert(0, model("GPT-4o", {"equals": "GPT-4o"}))
    assert "goes by the name of openai/gpt-4o in other letters" in held(published, place)["openai/GPT-4o"]
    assert meanings() == before


@pytest.mark.parametrize(("at", "evil", "why", "can_be_accepted"), [case[1:] for case in PROVIDERS],
                         ids=[case[0] for case in PROVIDERS])  # fmt: skip
def test_a_provider_that_would_take_names_from_others_waits(
    at: int, evil: dict[str, Any], why: str, can_be_accepted: bool, published: list[Any], place: Path
) -> None:
    before = meanings()
    published.insert(at, evil)
    name = str(ModelKey(evil["id"], "*"))
    assert any(why in reason for reason in held(published, place)[name])
    assert meanings() == before
    assert (name in held(published, place, evil["id"])) is not can_be_accepted


def test_a_provider_that_would_resell_the_models_of_another_waits(published: list[Any], place: Path) -> None:
    before = meanings()
    makers = {one["id"]: one for one in published}
    makers["google"]["models"].insert(0, model("gpt-4o", {"equals": "gpt-4o"}))
    makers["azure"]["fallback_model_providers"] = ["google"]
    assert "would resell the models of google instead of openai" in held(published, place)["azure/*"][0]
    assert meanings() == before


def test_what_is_shown_of_a_model_neither_steers_a_terminal_nor_is_a_formula(published: list[Any], place: Path) -> None:
    next(one for one in published if one["id"] == "openai")["models"][0]["name"] = '=HYPERLINK("x")\x1b]0;y\x07'
    published[0]["name"] = "+Evil\u202e"
    held(published, place)
    folder = store.newest_in(place)
    assert folder
    assert {model.name for model in default_book().names.models.values()} >= {'HYPERLINK("x")]0;y'}
    assert default_book().names.providers[published[0]["id"]].name == "Evil"
