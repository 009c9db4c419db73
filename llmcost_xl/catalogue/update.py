"""An update of the prices: planned, shown, and put in force as one step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llmcost_xl.catalogue import publishing, store
from llmcost_xl.catalogue.changes import CatalogueChanges, is_accepted, plan_changes
from llmcost_xl.catalogue.download import FeedError
from llmcost_xl.catalogue.files import (
    Catalogue,
    Logged,
    Quarantined,
    Superseded,
    catalogue_files,
    list_files,
    read_catalogue,
)
from llmcost_xl.catalogue.merging import CHANGED
from llmcost_xl.catalogue.names import ModelKey
from llmcost_xl.catalogue.rows import COLUMNS, PriceRow, as_text
from llmcost_xl.catalogue.snapshot import Snapshot
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from llmcost_xl.catalogue.changes import Held
    from llmcost_xl.catalogue.feed import Feed


@dataclass(frozen=True, slots=True)
class Update:
    """An update that is planned; `before` is the folder of the last one."""

    plan: CatalogueChanges
    feed: Feed
    old: Catalogue
    place: Path | None
    before: Path | None
    quarantine: tuple[Quarantined, ...]

    def unknown(self, names: Iterable[str]) -> list[str]:
        """Those of some lower-case names that no model or provider has."""
        keys = [model.key for model in (*self.old.state.models, *self.feed.snapshot.models)]
        known = {name.lower() for key in keys for name in (str(key), key.model, key.provider)}
        return sorted(set(names) - known)

    def files(self) -> dict[str, str]:
        """Every file of the catalogue once updated, and of its lists."""
        updated = Catalogue(
            self.plan.result,
            self.plan.checked_on,
            superseded=(*self.old.superseded, *self._superseded()),
            quarantine=self.quarantine,
        )
        updated = replace(updated, updates=(*self.old.updates, self._logged(updated)))
        return catalogue_files(updated) | list_files(updated)

    def _logged(self, updated: Catalogue) -> Logged:
        return Logged(
            _now(),
            self.plan.source,
            self.feed.digest,
            self.old.content_hash,
            updated.content_hash,
            str(len(self.plan.new_rows)),
            str(len(self.plan.corrections)),
            str(len(self.quarantine)),
        )

    def _superseded(self) -> Iterable[Superseded]:
        for change in self.plan.changes:
            if change.replaces and change.old:
                by = as_text(change.new)[COLUMNS.index("price")] if change.new else ""
                yield Superseded(self.plan.checked_on.isoformat(), tuple(as_text(change.old)), by)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def plan_update(feed: Feed, day: dt.date, accepted: Collection[str] = frozenset(), place: Path | None = None) -> Update:
    """What a feed would change in the prices kept in a place, or in those of the package; nothing is written."""
    before = store.newest_in(place) if place else None
    old = read_catalogue(before or store.PACKAGED)
    if before is not None and store.as_of(store.PACKAGED) > old.as_of:
        old = _with_models_of_package(old)
    plan = plan_changes(old.state, feed.snapshot, day, accepted)
    waiting = [one for one in old.quarantine if one.origin != feed.origin and one.row[COLUMNS.index("price")]]
    if waiting and not plan.rejected:
        plan, again = _looked_at_again(plan, waiting, day, accepted)
    else:
        again = waiting
    held = [_quarantined(one, feed.origin, day, old.quarantine) for one in plan.held]
    return Update(plan, feed, old, place, before, (*held, *again))


def _with_models_of_package(old: Catalogue) -> Catalogue:
    """Models that a newer release of the package knows and the last update did not."""
    newer = read_catalogue(store.PACKAGED).state
    known = {model.key for model in old.state.models}
    sellers = {provider.provider for provider in old.state.providers}
    state = old.state._replace(
        models=[*old.state.models, *(model for model in newer.models if model.key not in known)],
        rows=[*old.state.rows, *(row for row in newer.rows if ModelKey(row.provider, row.model) not in known)],
        providers=[*old.state.providers, *(one for one in newer.providers if one.provider not in sellers)],
    )
    return replace(old, state=state)


def _looked_at_again(
    plan: CatalogueChanges, waiting: list[Quarantined], day: dt.date, accepted: Collection[str]
) -> tuple[CatalogueChanges, list[Quarantined]]:
    """What waits from other sources, against the catalogue as it would be; those that wait on."""
    rows = [_row(one) for one in waiting]
    stated = Snapshot(plan.source, rows, [], [], complete=False)
    second = plan_changes(plan.result, stated, day, accepted)
    if second.rejected:
        return plan, waiting
    still = {change.row.key for one in second.held if (change := one.change)}
    again = [one for one, row in zip(waiting, rows, strict=True) if {row.key, row._replace(from_date=day).key} & still]
    both = CatalogueChanges(
        plan.source, day, (*plan.changes, *second.changes), plan.held, plan.new_models, plan.vanished_models,
        (*plan.warnings, *second.warnings), plan.rejected, second.result._replace(source=plan.source),
    )  # fmt: skip
    return both, again


def _row(one: Quarantined) -> PriceRow:
    """A quarantined row as its source stated it: a price changed in place has no date yet."""
    fields = dict(zip(COLUMNS, one.row, strict=True))
    since = fields["from_date"] if one.kind != CHANGED else ""
    checked = fields["checked_on"]
    return PriceRow(
        fields["provider"], fields["model"], fields["component"],
        dt.date.fromisoformat(since) if since else None,
        int(fields["context_threshold"] or 0), fields["service_tier"], float(fields["price"]), fields["unit"],
        fields["source"], dt.date.fromisoformat(checked) if checked else None,
    )  # fmt: skip


def _quarantined(one: Held, origin: str, day: dt.date, known: Iterable[Quarantined]) -> Quarantined:
    """A line of the list; what waited before keeps its day."""
    change = one.change
    blank = (one.model.provider, one.model.model, *[""] * (len(COLUMNS) - 2))
    row = tuple(as_text(change.row)) if change else blank
    own = change is not None and one.before is not None and one.before.key[:5] == change.row.key[:5]
    so_far = f"{one.before.price:.12g}" if own and one.before and one.before.price is not None else ""
    price, dated = COLUMNS.index("price") + 1, COLUMNS.index("from_date")
    waited = [
        waiting.since
        for waiting in known
        if (waiting.row[:dated], waiting.row[dated + 1 : price]) == (row[:dated], row[dated + 1 : price])
    ]
    return Quarantined(
        min(waited, default=day.isoformat()),
        origin,
        change.kind if change else "model",
        "; ".join(one.reasons),
        "yes" if one.may_be_accepted else "no",
        so_far,
        row,
    )


def apply(update: Update) -> Path:
    """Put an update in force; the old prices stay where that fails.

    Raises:
        FeedError: the source was rejected.
        NotAvailableError: there is no place to keep it, or another update came in between.
        OSError: the folder cannot be written.
    """
    if update.plan.rejected:
        raise FeedError("the price source was rejected: " + "; ".join(update.plan.rejected))
    if update.place is None:
        raise NotAvailableError(
            f"{store.VARIABLE} is {store.PACKAGED_ONLY!r}: the prices of the package are not updated"
        )
    return publishing.publish(update.files(), update.plan.checked_on, update.place, update.before)


def dismiss(names: Collection[str]) -> list[Quarantined]:
    """Forget what is held back of the models or providers of these lower-case names; what was forgotten.

    Raises:
        NotAvailableError: another update came in between.
        OSError: the folder cannot be written.
    """
    place = store.home()
    before = store.newest_in(place) if place else None
    if place is None or before is None:
        return []
    old = read_catalogue(before)
    forgotten = [one for one in old.quarantine if is_accepted(ModelKey(*one.row[:2]), names)]
    if forgotten:
        kept = tuple(one for one in old.quarantine if one not in forgotten)
        line = Logged(
            _now(), f"dismissed: {', '.join(sorted(names))}", "", old.content_hash, old.content_hash, "0", "0",
            str(len(kept)),
        )  # fmt: skip
        new = replace(old, quarantine=kept, updates=(*old.updates, line))
        publishing.publish(catalogue_files(new) | list_files(new), old.as_of, place, before)
    return forgotten


def write_package(update: Update) -> None:
    """Write the updated catalogue into the package itself, for those who build one; no lists are kept there.

    Raises:
        FeedError: the source was rejected.
        OSError: the package cannot be written.
    """
    if update.plan.rejected:
        raise FeedError("the price source was rejected: " + "; ".join(update.plan.rejected))
    files = catalogue_files(Catalogue(update.plan.result, update.plan.checked_on))
    publishing.replace_all({store.PACKAGED / name: text.encode() for name, text in files.items()})
