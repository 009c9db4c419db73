"""Whether a new state of the price source lets names mean other models than before.

Names are found by rules of which the first that matches wins. So a model, or a provider, can swallow the names of
others by a rule of its own; and a regular expression can be made to run for ever.
"""

from __future__ import annotations

import json
import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from llmcost_xl.catalogue.bundled import SOURCE_TEXTS
from llmcost_xl.catalogue.names import Names, is_name
from llmcost_xl.catalogue.rows import ANY, FX_PROVIDER
from llmcost_xl.catalogue.vetting import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmcost_xl.catalogue.names import Clause, Model, ModelKey, Provider
    from llmcost_xl.catalogue.snapshot import Snapshot

DEEPEST_RULE: Final = 8  # genai-prices' own are 3 deep
LONGEST_RULE: Final = 5_000  # characters; genai-prices' own have 800
RESERVED: Final = (ANY, FX_PROVIDER, SOURCE_TEXTS)
"""Ids of providers that mean something here: everything, exchange rates, the prices of the source texts."""


def model_doubts(old: Snapshot, new: Snapshot) -> dict[ModelKey, list[Doubt]]:
    """What speaks against a model's name or its matching rule."""
    known = {model.key: model for model in old.models}
    found: dict[ModelKey, list[Doubt]] = {}
    for model in new.models:
        before = known.get(model.key)
        reasons = [] if is_name(model.model) else [Doubt(f"{model.model[:40]!r} is no name", may_be_accepted=False)]
        reasons += _rule_doubts(model.match, before.match if before else "")
        if reasons:
            found[model.key] = reasons
    for key, namesake in _namesakes([*old.models, *new.models]):
        found.setdefault(key, []).append(Doubt(f"goes by the name of {namesake} in other letters", False))
    believed = [known.get(model.key) if model.key in found else model for model in new.models]
    sane = new._replace(models=[model for model in believed if model])
    for key, reason in renamed(old, sane):
        found.setdefault(key, []).append(Doubt(reason))
    return found


def provider_doubts(old: Snapshot, new: Snapshot) -> dict[str, list[Doubt]]:
    """What speaks against a provider: its name, its rules, whose models it resells, or names it would take."""
    known = {provider.provider: provider for provider in old.providers}
    found = {one.provider: [*_own_doubts(one, known.get(one.provider))] for one in new.providers}
    found = {provider: doubts for provider, doubts in found.items() if doubts}
    if not found and _rules(old)[1] == _rules(new)[1]:
        return found
    sane = [one for one in new.providers if one.provider not in found]
    then, now = Names(old.providers, []), Names(sane, [])
    rules = [*old.providers, *sane]
    models = (model.model.lower() for model in old.models)
    for name in dict.fromkeys(chain(models, *(_samples(one.model_match) for one in rules))):
        owner, after = then.claimant(name), now.claimant(name)
        if owner and after and owner != after:
            found.setdefault(after, []).append(Doubt(f"{name} would be looked for at {after} instead of {owner}"))
    for name in dict.fromkeys(chain(*(_callings(one) for one in rules))):
        for called, calls in ((then.find_provider, now.find_provider), (then.provider_called, now.provider_called)):
            meant, means = called(name), calls(name)
            if meant and means and meant != means:
                found.setdefault(means, []).append(Doubt(f"{name} would mean the provider {means} instead of {meant}"))
    return found


def _own_doubts(provider: Provider, known: Provider | None) -> Iterator[Doubt]:
    if not is_name(provider.provider) or "/" in provider.provider or provider.provider in RESERVED:
        yield Doubt(f"{provider.provider[:40]!r} is no name for a provider", may_be_accepted=False)
    yield from _rule_doubts(provider.model_match, known.model_match if known else "")
    yield from _rule_doubts(provider.provider_match, known.provider_match if known else "")
    if known and known.fallback_providers != provider.fallback_providers:
        names = [" and ".join(one.fallback_providers.split()) or "nobody" for one in (provider, known)]
        yield Doubt(f"would resell the models of {names[0]} instead of {names[1]}")


def _callings(provider: Provider) -> Iterator[str]:
    """Names by which a provider may be called."""
    for name in (provider.name.lower(), *_samples(provider.provider_match)):
        yield from (name, f"{name}-x")


def _namesakes(models: Iterable[Model]) -> Iterator[tuple[ModelKey, ModelKey]]:
    """Models whose names differ from an earlier one's in the case of letters alone."""
    first: dict[str, ModelKey] = {}
    for model in models:
        earlier = first.setdefault(str(model.key).lower(), model.key)
        if earlier != model.key:
            yield model.key, earlier


# -- rules -------------------------------------------------------------------------------------------------------


def _rule_doubts(rule: str, known: str) -> Iterator[Doubt]:
    """A regular expression that is not known already is looked at by a person; a rule too large to follow by nobody."""
    if rule == known or not rule:
        return
    clause = json.loads(rule)
    if len(rule) > LONGEST_RULE or _depth(clause) > DEEPEST_RULE:
        yield Doubt(f"its matching rule is too large: {rule[:60]!r}", may_be_accepted=False)
        return
    seen = set(_patterns(json.loads(known))) if known else set()
    for pattern in _patterns(clause):
        if pattern not in seen:
            said = f"its name is matched by a new regular expression, {pattern[:60]!r}"
            yield Doubt(said) if _compiles(pattern) else Doubt(f"{said}, which is none", may_be_accepted=False)


def _depth(clause: Clause) -> int:
    """How deep a rule is nested."""
    depth, level = 0, [clause]
    while level:
        depth += 1
        level = [part for one in level for kind in ("or", "and") for part in one.get(kind, ())]
    return depth


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _patterns(clause: Clause) -> Iterator[str]:
    for kind, operand in clause.items():
        if kind == "regex":
            yield operand
        elif kind in ("or", "and"):
            for part in operand:
                yield from _patterns(part)


def _samples(rule: str) -> Iterator[str]:
    """Names that a rule, as it is stored, may accept: its own texts."""
    return _texts(json.loads(rule)) if rule else iter(())


def _texts(clause: Clause) -> Iterator[str]:
    for kind, operand in clause.items():
        if kind == "or":
            for part in operand:
                yield from _texts(part)
        elif kind == "and":
            yield "".join(chain.from_iterable(islice(_texts(part), 1) for part in operand))
        elif kind != "regex":
            yield operand


# -- what names mean ---------------------------------------------------------------------------------------------


def renamed(old: Snapshot, new: Snapshot) -> Iterator[tuple[ModelKey, str]]:
    """Names that would mean another model than before, by the model that would take them."""
    if _rules(old) == _rules(new):
        return
    then, now = Names(old.providers, old.models), Names(new.providers, new.models)
    resellers = _resellers([*old.providers, *new.providers])
    for seller, name in dict.fromkeys(_names_to_try(old, new)):
        for spelt in (f"{seller}/{name}", name, *(f"{reseller}/{name}" for reseller in resellers.get(seller, ()))):
            before, after = then.find(spelt), now.find(spelt)
            if before and after and before != after:
                yield after, f"{spelt} would mean {after} instead of {before}"


def _names_to_try(old: Snapshot, new: Snapshot) -> Iterator[tuple[str, str]]:
    """Every known name, and what the rules of new models say; a new model may have what begins with its own id."""
    known = {model.key: model.match for model in old.models}
    for model in old.models:
        for name in (model.model.lower(), *_samples(model.match)):
            yield model.provider, name
    for model in new.models:
        for name in _samples(model.match) if known.get(model.key) != model.match else ():
            if not name.startswith(model.model.lower()):
                yield model.provider, name


def _resellers(providers: Iterable[Provider]) -> dict[str, dict[str, None]]:
    """Who resells the models of each provider."""
    found: dict[str, dict[str, None]] = {}
    for one in providers:
        for seller in one.fallback_providers.split():
            found.setdefault(seller, {})[one.provider] = None
    return found


def _rules(state: Snapshot) -> tuple[list[object], list[object]]:
    """Everything on which the meaning of a name depends, in its order."""
    models: list[object] = [(model.key, model.match) for model in state.models]
    return models, [one[:5] for one in state.providers]
