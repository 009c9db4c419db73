"""The bundled catalogue charges what genai-prices charges: every model, every service tier, around every change.

Where the two differ on purpose is written down in catalogue_exceptions.csv, model by model, and nowhere else.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from genai_prices import Usage, data, data_snapshot
from genai_prices.types import ClauseEquals, ClauseOr, TieredPrices

from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.functions.prices import QUERY_COST

if TYPE_CHECKING:
    from collections.abc import Iterator

PROVIDERS = data.providers
BOOK = bundled_book()
TODAY = dt.date(2026, 11, 21)
DAYS = {dt.date(2024, 1, 1), TODAY, dt.date(2027, 2, 1)}
QUIET_HOUR = dt.time(20, tzinfo=dt.UTC)  # outside every daily window
CONTEXTS: dict[str, list[dict[str, str]]] = {
    "standard": [{}],
    "batch": [{"processing": "batch"}],
    "flex": [{"service_tier": "flex"}],
    "priority": [{"service_tier": "priority"}],
    "fast": [{"service_tier": "fast"}, {"speed": "fast"}],
}
TEXT_PRICES = {"input_mtok", "output_mtok"}
CARRIED = TEXT_PRICES | {"cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok", "output_reasoning_mtok"}

with (Path(__file__).parent / "catalogue_exceptions.csv").open(newline="", encoding="utf-8") as file:
    EXCEPTIONS = {(row["provider"], row["model"], row["what"]) for row in csv.DictReader(file)}


def listed(what: str) -> set[tuple[str, str]]:
    return {(provider, model) for provider, model, kind in EXCEPTIONS if kind == what}


class Call(NamedTuple):
    """One usage: as our function takes it, and as genai-prices does."""

    ours: dict[str, float]
    theirs: dict[str, int]


def blocks(model: Any) -> list[Any]:
    return model.prices if isinstance(model.prices, list) else []


def days(model: Any) -> set[dt.date]:
    """The usual days, and the day of every change with the one before it."""
    dated = [*blocks(model), *(model.price_variants or ())]
    starts = {part.constraint.start_date for part in dated if hasattr(part.constraint, "start_date")}
    return DAYS | starts | {start - dt.timedelta(days=1) for start in starts}


def at(day: dt.date, time: dt.time = QUIET_HOUR) -> dt.datetime:
    return dt.datetime.combine(day, time)


def known_prices(model: Any, day: dt.date, context: dict[str, str]) -> dict[str, Any]:
    prices = vars(model.get_prices(at(day), context))
    return {key: price for key, price in prices.items() if price is not None}


def offers(model: Any, day: dt.date, context: dict[str, str]) -> bool:
    """Whether genai-prices states prices of its own for a request context on a day."""
    return not context or any(
        variant.when == context
        and (variant.constraint is None or variant.constraint.active(at(day)))
        and any(vars(variant.prices).get(key) is not None for key in CARRIED)
        for variant in model.price_variants or ()
    )


def calls(prices: dict[str, Any]) -> Iterator[Call]:
    """Plain, cached, written and reasoning usage around every context threshold, as far as it is priced."""
    tiers = [tier.start for price in prices.values() if isinstance(price, TieredPrices) for tier in price.tiers]
    output = 700 if "output_mtok" in prices else 0
    for prompt in sorted({1_000} | {start + step for start in tiers for step in (-1, 0, 1)}):
        plain = Call(
            {"input_tokens": prompt, "output_tokens": output}, {"input_tokens": prompt, "output_tokens": output}
        )
        yield plain
        if "cache_read_mtok" in prices:
            yield with_part(plain, {"cached_tokens": 400}, {"cache_read_tokens": 400})
        if "cache_write_mtok" in prices:
            yield with_part(plain, {"write_tokens": 300}, {"cache_write_tokens": 300})
        if "cache_write_1h_mtok" in prices:
            written = {"cache_write_tokens": 500, "cache_write_1h_tokens": 200}
            yield with_part(plain, {"write_tokens": 300, "write_1h_tokens": 200}, written)
        if output:
            thought = {"output_tokens": output + 150, "output_reasoning_tokens": 150}
            yield with_part(plain, {"reasoning_tokens": 150}, thought)


def with_part(plain: Call, ours: dict[str, float], theirs: dict[str, int]) -> Call:
    return Call(plain.ours | ours, plain.theirs | theirs)


def our_cost(name: str, call: Call, day: dt.date, tier: str = "standard") -> float:
    cells = call.ours | {"model": name, "as_of": day, "service_tier": tier}
    return QUERY_COST.explain(*(cells.get(argument.name) for argument in QUERY_COST.arguments))


def their_cost(provider: Any, model: Any, call: Call, when: dt.datetime, context: dict[str, str]) -> float:
    usage = Usage(**call.theirs)
    return float(
        model.calc_price(usage, provider, genai_request_timestamp=when, price_context=context or None).total_price
    )


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_every_model_of_a_provider_costs_the_same(provider: Any) -> None:
    compared, unpriced, differing = 0, set(), set()
    for model in provider.models:
        name = f"{provider.id}/{model.id}"
        for day in sorted(days(model)):
            for tier, contexts in CONTEXTS.items():
                offered = [context for context in contexts if offers(model, day, context)]
                if not offered or not TEXT_PRICES & known_prices(model, day, offered[0]).keys():
                    with pytest.raises(NotAvailableError):
                        BOOK.card(name, day, tier)
                    if tier == "standard":
                        unpriced.add((provider.id, model.id))
                    continue
                for call in calls(known_prices(model, day, offered[0])):
                    ours, theirs = (
                        our_cost(name, call, day, tier),
                        their_cost(provider, model, call, at(day), offered[0]),
                    )
                    compared += 1
                    if not math.isclose(ours, theirs, rel_tol=1e-9):
                        differing.add((provider.id, model.id))
    mine = {
        (kind, name) for kind in ("no text price", "daily window") for name in listed(kind) if name[0] == provider.id
    }
    assert {("no text price", name) for name in unpriced} | {("daily window", name) for name in differing} == mine
    assert compared >= len(provider.models) - len(unpriced)


@pytest.mark.parametrize(("provider_id", "model_id"), sorted(listed("daily window")))
def test_standard_is_the_dearest_price_of_the_day_and_off_peak_the_cheaper_one(provider_id: str, model_id: str) -> None:
    provider = next(provider for provider in PROVIDERS if provider.id == provider_id)
    model = next(model for model in provider.models if model.id == model_id)
    windows = [block.constraint for block in model.prices if hasattr(block.constraint, "start_time")]
    starts = [block.constraint.start_date for block in model.prices if hasattr(block.constraint, "start_date")]
    name = f"{provider_id}/{model_id}"
    call = Call({"input_tokens": 1000, "output_tokens": 700}, {"input_tokens": 1000, "output_tokens": 700})
    for day in days(model):
        peak = [their_cost(provider, model, call, at(day, window.start_time), {}) for window in windows]
        closing = [their_cost(provider, model, call, at(day, window.end_time), {}) for window in windows]
        [quiet] = set(closing)
        assert max(peak) == min(peak) > quiet
        if starts and day < min(starts):
            # the price was flat then; genai-prices cannot say so and applies today's peak price to it
            assert our_cost(name, call, day) == pytest.approx(quiet, rel=1e-9)
            with pytest.raises(NotAvailableError, match="no off-peak price"):
                our_cost(name, call, day, "off-peak")
            continue
        assert our_cost(name, call, day) == pytest.approx(peak[0], rel=1e-9)
        assert our_cost(name, call, day, "off-peak") == pytest.approx(quiet, rel=1e-9)


def exact_names(rule: Any) -> Iterator[str]:
    if isinstance(rule, ClauseEquals):
        yield rule.equals
    elif isinstance(rule, ClauseOr):
        for part in rule.or_:
            yield from exact_names(part)


def probes(model: Any) -> Iterator[str]:
    """A model's id, its exact aliases, and spellings that dated releases of it might have."""
    names = dict.fromkeys([model.id, *exact_names(model.match)])
    for name in names:
        yield from (name, name.upper(), f"{name}-20251211", f"{name}-2025-12-11", f"{name}-mini", f"{name}x")


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_every_name_finds_the_model_that_genai_prices_finds(provider: Any) -> None:
    snapshot = data_snapshot.get_snapshot()
    own_ids = {model.id.lower(): model.id for model in provider.models}
    differing = set()
    for name in {name for model in provider.models for name in probes(model)}:
        try:
            theirs = snapshot.find_provider_model(name, None, provider.id, None)[1]
        except LookupError:
            theirs = None
        try:
            ours = BOOK.resolve(f"{provider.id}/{name}")
        except NotAvailableError:
            ours = None
        if ours and theirs and ours.model == theirs.id:
            continue
        if ours and ours == (provider.id, own_ids.get(name.lower())):
            differing.add(tuple(ours))
        else:
            # what the provider does not have may still be the exact id of somebody else's model
            assert theirs is None, name
            assert ours is None or ours.model.lower() == f"{provider.id}/{name}".lower()
    assert differing == {key for key in listed("own id") if key[0] == provider.id}


def test_a_name_without_provider_means_what_genai_prices_takes_it_for() -> None:
    snapshot = data_snapshot.get_snapshot()
    names = {name for provider in PROVIDERS for model in provider.models for name in probes(model) if "/" not in name}
    found = 0
    for name in names:
        try:
            model = snapshot.find_provider_model(name, None, None, None)[1]
        except LookupError:
            continue
        assert BOOK.resolve(name).model == model.id, name
        found += 1
    assert found > len(names) / 10


def test_what_is_not_carried_is_listed() -> None:
    known = {tuple(context.items()) for contexts in CONTEXTS.values() for context in contexts}
    ignored = {(("service_tier", "default"),)}  # states no prices
    found = {
        (provider.id, model.id)
        for provider in PROVIDERS
        for model in provider.models
        for variant in model.price_variants or ()
        if tuple(variant.when.items()) not in known | ignored
    }
    assert found == listed("route or search type")


def test_a_reseller_has_no_service_tiers_of_its_own() -> None:
    """genai-prices charges the standard price without a word; here the tier is refused."""
    resellers = [provider for provider in PROVIDERS if provider.fallback_model_providers]
    assert {provider for provider, _ in listed("resold tier")} == {provider.id for provider in resellers}
    call = Call({"input_tokens": 500, "output_tokens": 200}, {"input_tokens": 500, "output_tokens": 200})
    for reseller in resellers:
        makers = [provider for provider in PROVIDERS if provider.id in reseller.fallback_model_providers]
        resold = {
            model.id: model
            for maker in makers
            for model in maker.models
            if offers(model, TODAY, CONTEXTS["batch"][0])
            and reseller.find_model(model.id, all_providers=PROVIDERS) is model
        }
        assert resold
        for name, model in resold.items():
            theirs = [their_cost(reseller, model, call, at(TODAY), context) for context in ({}, CONTEXTS["batch"][0])]
            assert theirs[0] == theirs[1] == pytest.approx(our_cost(f"{reseller.id}/{name}", call, TODAY), rel=1e-9)
            with pytest.raises(NotAvailableError, match=f"no batch price is known for .* as {reseller.id} resells it"):
                our_cost(f"{reseller.id}/{name}", call, TODAY, "batch")
