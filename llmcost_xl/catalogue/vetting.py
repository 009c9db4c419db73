"""Whether a new state of the price source can be believed.

A damaged or hostile source can be empty, have lost its prices, be out by a factor of a thousand or a million, mix
currencies, or carry a model whose matching rule swallows the names of others. What is doubtful in a row holds that
price back; what is doubtful in the whole refuses the whole.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue.checks import check
from llmcost_xl.catalogue.merging import ENDED
from llmcost_xl.catalogue.names import LONGEST_NAME, ModelKey, Names, exact_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmcost_xl.catalogue.merging import Change
    from llmcost_xl.catalogue.names import Clause, Model
    from llmcost_xl.catalogue.rows import PriceRow
    from llmcost_xl.catalogue.snapshot import Snapshot

MOST_MODELS_GONE: Final = 0.2
MOST_PRICES_DOUBTFUL: Final = 0.05
FEW: Final = 20  # doubtful prices that never condemn a source
LARGEST_JUMP: Final = 10
SLIPS: Final = {1_000: "per 1k tokens instead of per 1M", 1_000_000: "per token instead of per 1M tokens"}
SLIP_WITHIN: Final = 2  # a price moves a little at the same time
DEAREST_INPUT: Final = 200  # USD per 1M tokens
CURRENCY: Final = "USD"  # of the catalogue


class Doubt(NamedTuple):
    """Why a price or a model is held back; what cannot be meant at all cannot be accepted either."""

    reason: str
    may_be_accepted: bool = True


# -- one price ---------------------------------------------------------------------------------------------------


def doubts(change: Change, before: PriceRow | None) -> Iterator[Doubt]:
    """What speaks against a changed price; `before` is the price in force before it, where one is known."""
    row = change.new
    if row is None or row.price is None:
        return
    if row.currency != CURRENCY:
        yield Doubt(
            f"stated in {row.unit}; the catalogue is in {CURRENCY}, other currencies are for a price file", False
        )
        return
    try:
        check(row)
    except ValueError as reason:
        yield Doubt(str(reason), may_be_accepted=False)
        return
    if row.component == "input" and row.price > DEAREST_INPUT:
        yield Doubt(f"{row.price:g} {row.unit}: inputs above {DEAREST_INPUT} are asked about")
    if before is not None and before.price:
        yield from _jump(before.price, row)


def _jump(before: float, row: PriceRow) -> Iterator[Doubt]:
    price = row.price or 0.0
    factor = max(price / before, before / price) if price else float("inf")
    if factor <= LARGEST_JUMP:
        return
    said = f"from {before:g} to {price:g} {row.unit}"
    slip = next((words for size, words in SLIPS.items() if size / SLIP_WITHIN <= factor <= size * SLIP_WITHIN), "")
    if slip:
        yield Doubt(f"{said}, a factor of {factor:,.4g}: is it {slip}, or the reverse?")
    elif price:
        yield Doubt(f"{said}, a factor of {factor:,.3g}: above {LARGEST_JUMP} is asked about")
    else:
        yield Doubt(f"{said}: a price that falls to nothing is asked about")


# -- one model ---------------------------------------------------------------------------------------------------


def model_doubts(old: Snapshot, new: Snapshot, changes: Iterable[Change]) -> dict[ModelKey, list[Doubt]]:
    """What speaks against a model as such: its name, its matching rule, or that it has lost every price."""
    known = {model.key: model for model in old.models}
    found: dict[ModelKey, list[Doubt]] = {}
    for model in new.models:
        reasons = [*_name_doubts(model), *_rule_doubts(model, known.get(model.key))]
        if reasons:
            found[model.key] = reasons
    ended = {ModelKey(*change.series[:2]) for change in changes if change.kind == ENDED}
    for key in ended - priced(new.rows):
        found.setdefault(key, []).append(Doubt("listed without any price; the last ones stay"))
    believed = [known.get(model.key) if model.key in found else model for model in new.models]
    sane = new._replace(models=[model for model in believed if model])
    for key, reason in renamed(old, sane):
        found.setdefault(key, []).append(Doubt(reason))
    return found


def provider_doubts(old: Snapshot, new: Snapshot) -> dict[str, Doubt]:
    """Providers whose own rules would take names from others, or hold a regular expression not seen before."""
    known = {provider.provider: provider for provider in old.providers}
    found = {}
    for provider in new.providers:
        before = known.get(provider.provider)
        rules = [(provider.model_match, before and before.model_match)]
        rules += [(provider.provider_match, before and before.provider_match)]
        fresh = [pattern for now, then in rules for pattern in _new_patterns(now, then)]
        if fresh:
            found[provider.provider] = Doubt(f"names are matched by a new regular expression, {fresh[0][:60]!r}")
    if not found and _rules(old)[1] == _rules(new)[1]:
        return found
    then, now = Names(old.providers, []), Names([one for one in new.providers if one.provider not in found], [])
    for name in dict.fromkeys(model.model.lower() for model in old.models):
        owner, after = then.claimant(name), now.claimant(name)
        if owner and after and owner != after:
            found.setdefault(after, Doubt(f"{name} would be looked for at {after} instead of {owner}"))
    return found


def _name_doubts(model: Model) -> Iterator[Doubt]:
    for name in model.key:
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name.startswith(("=", "+", "-")):
            yield Doubt(f"{name[:40]!r} is no name", may_be_accepted=False)


def _rule_doubts(model: Model, known: Model | None) -> Iterator[Doubt]:
    """A regular expression can be made to run for ever: one that is not known already is looked at by a person."""
    fresh = _new_patterns(model.match, known.match if known else "")
    if fresh:
        yield Doubt(f"its name is matched by a new regular expression, {fresh[0][:60]!r}")


def _new_patterns(rule: str, known: str | None) -> list[str]:
    """The regular expressions of a rule, as it is stored, that the known one does not have."""
    seen = set(_patterns(json.loads(known))) if known else set()
    return [pattern for pattern in _patterns(json.loads(rule) if rule else {}) if pattern not in seen]


def _patterns(clause: Clause) -> Iterator[str]:
    for kind, operand in clause.items():
        if kind == "regex":
            yield operand
        elif kind in ("or", "and"):
            for part in operand:
                yield from _patterns(part)


def renamed(old: Snapshot, new: Snapshot) -> Iterator[tuple[ModelKey, str]]:
    """Names that would mean another model than before, by the model that would take them."""
    if _rules(old) == _rules(new):
        return
    then, now = Names(old.providers, old.models), Names(new.providers, new.models)
    for model in old.models:
        exact = exact_names(json.loads(model.match)) if model.match else ()
        for name in dict.fromkeys([model.model.lower(), *exact]):
            for spelt in (f"{model.provider}/{name}", name):
                before, after = then.find(spelt), now.find(spelt)
                if before and after and before != after:
                    yield after, f"{spelt} would mean {after} instead of {before}"


def _rules(state: Snapshot) -> tuple[list[object], list[object]]:
    """Everything on which the meaning of a name depends, in its order."""
    models: list[object] = [(model.key, model.match) for model in state.models]
    return models, [(one.provider, *one[2:5]) for one in state.providers]


# -- the whole ---------------------------------------------------------------------------------------------------


def reasons_to_reject(old: Snapshot, new: Snapshot, doubtful: Iterable[Change]) -> Iterator[str]:
    """Why the new state must not be used at all."""
    before, after = priced(old.rows), priced(new.rows)
    if not after:
        yield "it states no price at all"
        return
    gone = len(before - after)
    if new.complete and gone > MOST_MODELS_GONE * len(before):
        yield f"{gone:,} of {len(before):,} models have lost their prices; more than {MOST_MODELS_GONE:.0%} is refused"
    count = sum(1 for _ in doubtful)
    if count > max(FEW, MOST_PRICES_DOUBTFUL * len(new.rows)):
        yield f"{count:,} of {len(new.rows):,} prices are doubtful; more than {MOST_PRICES_DOUBTFUL:.0%} is refused"


def priced(rows: Iterable[PriceRow]) -> set[ModelKey]:
    """The models of which some price is stated."""
    return {ModelKey(row.provider, row.model) for row in rows if row.price is not None}
