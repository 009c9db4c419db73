"""Bringing the bundled catalogue up to date: what a new release of genai-prices adds, corrects and drops.

History is appended to. An old row that the source now states differently is a correction and shown as one before it is
applied; a model that the source drops keeps its last prices.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.catalogue.bundled import FOLDER
from llmcost_xl.catalogue.names import Model, ModelKey, Provider, read_records
from llmcost_xl.catalogue.rows import COLUMNS, PriceRow, as_text, read_rows, sort_key
from llmcost_xl.catalogue.snapshot import Snapshot, take_snapshot
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

MOST_MODELS_GONE: Final = 0.2
LARGEST_JUMP: Final = 10
DEAREST_INPUT: Final = 200  # USD per 1M tokens


@dataclass(frozen=True, slots=True)
class Correction:
    """An old row that the source now states differently; `new` is None where it no longer states it."""

    old: PriceRow
    new: PriceRow | None


@dataclass(frozen=True, slots=True)
class CatalogueChanges:
    """What a rebuild would do to the bundled catalogue."""

    source: str
    checked_on: dt.date
    new_rows: tuple[PriceRow, ...]
    corrections: tuple[Correction, ...]
    new_models: tuple[ModelKey, ...]
    vanished_models: tuple[ModelKey, ...]  # kept, with their last prices
    warnings: tuple[str, ...]  # unlikely prices, to be looked at
    rejected: tuple[str, ...]  # reasons not to apply the changes at all
    rows: tuple[PriceRow, ...]  # the catalogue as it would be
    models: tuple[Model, ...]
    providers: tuple[Provider, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the source says nothing new."""
        return not (self.new_rows or self.corrections or self.new_models or self.vanished_models)


def plan_rebuild(checked_on: dt.date, providers: list[Any] | None = None, folder: Path = FOLDER) -> CatalogueChanges:
    """What the installed genai-prices, or a list of its providers, would change; nothing is written."""
    snapshot = take_snapshot(checked_on, providers)
    old_rows = list(read_rows(folder / "prices.csv"))
    old_models = {model.key: model for model in read_records(folder / "models.csv", Model)}
    models = {model.key: model for model in snapshot.models}
    known = {row.key: row for row in old_rows}
    stated = {row.key: row for row in snapshot.rows}
    new_rows = tuple(row for key, row in stated.items() if key not in known)
    corrections = tuple(
        Correction(old, stated.get(key))
        for key, old in known.items()
        if ModelKey(old.provider, old.model) in models and not _says_the_same(old, stated.get(key))
    )
    vanished = tuple(key for key in old_models if key not in models)
    kept = {key: row for key, row in known.items() if ModelKey(row.provider, row.model) not in models}
    kept |= {key: known[key] if _says_the_same(row, known.get(key)) else row for key, row in stated.items()}
    return CatalogueChanges(
        source=f"genai-prices {snapshot.version}",
        checked_on=checked_on,
        new_rows=new_rows,
        corrections=corrections,
        new_models=tuple(key for key in models if key not in old_models),
        vanished_models=vanished,
        warnings=tuple(_unlikely(new_rows, corrections, old_rows)),
        rejected=tuple(_reasons_to_reject(snapshot, old_models, vanished)),
        rows=tuple(sorted(kept.values(), key=sort_key)),
        models=(*snapshot.models, *(old_models[key] for key in vanished)),
        providers=_with_kept_providers(snapshot.providers, vanished, folder),
    )


def apply(changes: CatalogueChanges, folder: Path = FOLDER) -> None:
    """Write the catalogue as planned.

    Raises:
        NotAvailableError: the source was rejected; the old catalogue stays.
    """
    if changes.rejected:
        raise NotAvailableError("the price source was rejected: " + "; ".join(changes.rejected))
    about = {"as_of": changes.checked_on.isoformat(), "source": changes.source}
    files = {
        "prices.csv": _as_csv(COLUMNS, map(as_text, changes.rows)),
        "models.csv": _as_csv(Model._fields, changes.models),
        "providers.csv": _as_csv(Provider._fields, changes.providers),
        "catalogue.json": json.dumps(about, indent=2) + "\n",
    }
    for name, text in files.items():
        (folder / f"{name}.new").write_text(text, encoding="utf-8", newline="")
    for name in files:  # all are complete before the first is replaced
        (folder / f"{name}.new").replace(folder / name)


def _says_the_same(row: PriceRow, other: PriceRow | None) -> bool:
    return other is not None and (row.price, row.unit) == (other.price, other.unit)


def _with_kept_providers(
    providers: list[Provider], vanished: tuple[ModelKey, ...], folder: Path
) -> tuple[Provider, ...]:
    """The source's providers, and those that vanished while we keep their models."""
    listed = {provider.provider for provider in providers}
    wanted = {key.provider for key in vanished} - listed
    old = read_records(folder / "providers.csv", Provider)
    return (*providers, *(provider for provider in old if provider.provider in wanted))


def _reasons_to_reject(
    snapshot: Snapshot, old_models: dict[ModelKey, Model], vanished: tuple[ModelKey, ...]
) -> Iterable[str]:
    if not snapshot.rows:
        yield "it states no price at all"
    if len(vanished) > MOST_MODELS_GONE * len(old_models):
        yield f"{len(vanished)} of {len(old_models)} models are gone"


def _unlikely(
    new_rows: tuple[PriceRow, ...], corrections: tuple[Correction, ...], old_rows: list[PriceRow]
) -> Iterable[str]:
    """Prices that a person should look at before they are believed."""
    latest = {row.key[:-1]: row.price for row in old_rows if row.price}  # rows are in order: the last one stays
    pairs = [(latest.get(row.key[:-1]), row) for row in new_rows]
    pairs += [(correction.old.price, correction.new) for correction in corrections if correction.new]
    for before, row in pairs:
        named = f"{row.provider}/{row.model} {row.component} ({row.service_tier}, from {row.from_date or 'the start'})"
        if row.price is None:
            continue
        if row.component == "input" and row.price > DEAREST_INPUT:
            yield f"{named} costs {row.price:g} {row.unit}"
        if before and not before / LARGEST_JUMP <= row.price <= before * LARGEST_JUMP:
            yield f"{named} goes from {before:g} to {row.price:g} {row.unit}"
    for correction in corrections:
        if correction.new is None:
            old = correction.old
            yield f"{old.provider}/{old.model} {old.component} ({old.service_tier}) is no longer stated"


def _as_csv(columns: tuple[str, ...], lines: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue()
