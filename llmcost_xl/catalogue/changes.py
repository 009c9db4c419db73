"""What new prices would change in a catalogue: rows to add and to correct, and those held back with the reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue import impostors, vetting
from llmcost_xl.catalogue.differences import differences
from llmcost_xl.catalogue.merging import ENDED, NEW, WITHDRAWN, Change
from llmcost_xl.catalogue.names import Model, ModelKey, Provider
from llmcost_xl.catalogue.rows import ANY, PriceRow, sort_key
from llmcost_xl.catalogue.snapshot import Snapshot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator

    from llmcost_xl.catalogue.vetting import Doubt


REASONS_TOLD: Final = 5  # of one model; a rule can take hundreds of names


class Held(NamedTuple):
    """Something that is not believed yet: a changed price, or a model as such where there is no `change`."""

    model: ModelKey
    change: Change | None
    reasons: tuple[str, ...]
    may_be_accepted: bool
    before: PriceRow | None = None  # the price so far


@dataclass(frozen=True, slots=True)
class CatalogueChanges:
    """What new prices would do to the catalogue."""

    source: str
    checked_on: dt.date
    changes: tuple[Change, ...]  # believed
    held: tuple[Held, ...]
    new_models: tuple[ModelKey, ...]
    vanished_models: tuple[ModelKey, ...]  # kept, with their last prices
    warnings: tuple[str, ...]  # to be looked at
    rejected: tuple[str, ...]  # reasons not to apply anything at all
    result: Snapshot  # the catalogue as it would be

    @property
    def new_rows(self) -> tuple[PriceRow, ...]:
        """Prices of dates that the catalogue had none for."""
        return tuple(change.new for change in self.changes if change.kind == NEW and change.new)

    @property
    def corrections(self) -> tuple[Change, ...]:
        """Prices that the source now states differently, whether the old row stays or not."""
        return tuple(change for change in self.changes if change.kind != NEW)

    def counted(self) -> dict[str, int]:
        """How many changes there are of each kind."""
        return dict(Counter(change.kind for change in self.changes))


def plan_changes(
    old: Snapshot, stated: Snapshot, day: dt.date, accepted: Collection[str] = frozenset()
) -> CatalogueChanges:
    """What a source's prices change in the catalogue; models named in `accepted` are believed where that can be."""
    if refused := vetting.reason_not_to_look(old, stated):
        return CatalogueChanges(stated.source, day, (), (), (), (), (), (refused,), old)
    about_sellers = {
        ModelKey(seller, ANY): doubts for seller, doubts in impostors.provider_doubts(old, stated).items()
    }  # fmt: skip
    doubtful = {key.provider for key, doubts in about_sellers.items() if open_doubts(key, doubts, accepted)}
    new = _believable_providers(old, stated, doubtful)
    found = list(differences(old, new, day))
    about_models = impostors.model_doubts(old, new)
    for key, doubt in vetting.models_without_prices(new, [change for change, _ in found]):
        about_models.setdefault(key, []).append(doubt)
    held = list(_held(found, about_sellers | about_models, accepted))
    unbelieved = {one.model for one in held if one.change is None}
    held_changes = [one.change for one in held if one.change]
    believed = tuple(change for change, _ in found if change not in set(held_changes))
    result = _result(old, new, believed, unbelieved)
    listed = {model.key for model in old.models}
    present = {model.key for model in new.models}
    return CatalogueChanges(
        source=new.source,
        checked_on=day,
        changes=believed,
        held=tuple(held),
        new_models=tuple(model.key for model in result.models if model.key not in listed),
        vanished_models=tuple(model.key for model in old.models if new.complete and model.key not in present),
        warnings=tuple(_warnings(believed)),
        rejected=(*vetting.reasons_to_reject(old, new, held_changes), *_renamed(old, result, accepted)),
        result=result,
    )


def _believable_providers(old: Snapshot, new: Snapshot, doubtful: set[str]) -> Snapshot:
    """The source without the rules of providers that are not believed: the old ones stay, new ones are left out."""
    known = {provider.provider: provider for provider in old.providers}
    kept = [known.get(one.provider) if one.provider in doubtful else one for one in new.providers]
    out = doubtful - known.keys()
    return new._replace(
        providers=[provider for provider in kept if provider],
        models=[model for model in new.models if model.provider not in out],
        rows=[row for row in new.rows if row.provider not in out],
    )


# -- what is held back -------------------------------------------------------------------------------------------


def _held(
    found: list[tuple[Change, PriceRow | None]],
    about_models: dict[ModelKey, list[Doubt]],
    accepted: Collection[str],
) -> Iterator[Held]:
    """Doubtful models, and those of a doubtful price, with all that changes in them: no list ever had a half of it."""
    reasons = {key: open_doubts(key, doubts, accepted) for key, doubts in about_models.items()}
    reasons = {key: doubts for key, doubts in reasons.items() if doubts}
    yield from (_as_held(key, None, doubts) for key, doubts in reasons.items())
    so_far = dict(found)
    doubts_of = {
        change: open_doubts(_key(change), vetting.doubts(change, before), accepted) for change, before in found
    }
    doubtful = {_key(change) for change, doubts in doubts_of.items() if doubts}
    for_good = {
        _key(change) for change, doubts in doubts_of.items() if not all(doubt.may_be_accepted for doubt in doubts)
    }
    for change, doubts in doubts_of.items():
        if _key(change) in reasons:
            yield _as_held(_key(change), change, reasons[_key(change)], so_far[change])
        elif _key(change) in doubtful:
            beside = [vetting.Doubt("waits for the doubtful prices of the same model", _key(change) not in for_good)]
            yield _as_held(_key(change), change, doubts or beside, so_far[change])


def open_doubts(key: ModelKey, doubts: Iterable[Doubt], accepted: Collection[str]) -> list[Doubt]:
    """The doubts that nobody has settled."""
    settled = is_accepted(key, accepted)
    return [doubt for doubt in doubts if not (settled and doubt.may_be_accepted)]


def is_accepted(key: ModelKey, accepted: Collection[str]) -> bool:
    """Whether somebody has said that a model, or a provider as such, is to be believed; names in lower case."""
    names = {str(key).lower(), key.provider.lower() if key.model == ANY else key.model.lower()}
    return not names.isdisjoint(accepted)


def _as_held(key: ModelKey, change: Change | None, doubts: list[Doubt], before: PriceRow | None = None) -> Held:
    reasons = [doubt.reason for doubt in doubts]
    more = [f"and {len(reasons) - REASONS_TOLD} more reasons"] if len(reasons) > REASONS_TOLD else []
    may_be_accepted = all(doubt.may_be_accepted for doubt in doubts)
    return Held(key, change, (*reasons[:REASONS_TOLD], *more), may_be_accepted, before)


def _key(change: Change) -> ModelKey:
    return ModelKey(change.row.provider, change.row.model)


def _renamed(old: Snapshot, result: Snapshot, accepted: Collection[str]) -> Iterator[str]:
    """Names that would still mean another model although every doubtful model is held back."""
    for key, reason in impostors.renamed(old, result):
        if not is_accepted(key, accepted):
            yield reason


def _warnings(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        if change.kind in (ENDED, WITHDRAWN):
            row = change.row
            yield f"{row.provider}/{row.model} {row.component} ({row.service_tier}): {change.kind}"


# -- the catalogue as it would be --------------------------------------------------------------------------------


def _result(old: Snapshot, new: Snapshot, changes: Iterable[Change], unbelieved: set[ModelKey]) -> Snapshot:
    rows = {row.key: row for row in old.rows}
    for change in changes:
        if change.replaces and change.old:
            del rows[change.old.key]
        if change.new:
            rows[change.new.key] = change.new
    return Snapshot(
        new.source,
        sorted(rows.values(), key=sort_key),
        list(_models(old, new, unbelieved)),
        _providers(old, new),
    )


def _models(old: Snapshot, new: Snapshot, unbelieved: set[ModelKey]) -> Iterator[Model]:
    """In the source's order, in which the first matching rule wins; then those that only the catalogue knows."""
    known = {model.key: model for model in old.models}
    listed = [*new.models, *old.models] if new.complete else [*old.models, *new.models]
    for key, model in _first(listed).items():
        if key not in unbelieved:
            yield model
        elif key in known:
            yield known[key]


def _first(models: Iterable[Model]) -> dict[ModelKey, Model]:
    found: dict[ModelKey, Model] = {}
    for model in models:
        found.setdefault(model.key, model)
    return found


def _providers(old: Snapshot, new: Snapshot) -> list[Provider]:
    listed = [*new.providers, *old.providers] if new.complete else [*old.providers, *new.providers]
    found: dict[str, Provider] = {}
    for provider in listed:
        found.setdefault(provider.provider, provider)
    return list(found.values())
