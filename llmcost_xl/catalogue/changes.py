"""Bringing the bundled catalogue up to date: what a new release of genai-prices adds, corrects and drops.

History is appended to. An old row that the source now states differently is a correction and shown as one before it is
applied; a model that the source drops keeps its last prices.
"""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmcost_xl.catalogue import vetting
from llmcost_xl.catalogue.bundled import FOLDER
from llmcost_xl.catalogue.names import Model, ModelKey, Provider, read_records
from llmcost_xl.catalogue.rows import COLUMNS, PriceRow, as_text, read_rows, sort_key
from llmcost_xl.catalogue.snapshot import Snapshot, take_snapshot
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path


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


def plan_rebuild(
    checked_on: dt.date, providers: list[Any] | None = None, folder: Path = FOLDER, source: str = ""
) -> CatalogueChanges:
    """What the installed genai-prices, or a list of its providers from a source, would change; nothing is written."""
    snapshot = take_snapshot(checked_on, providers, source)
    old = Snapshot(
        "",
        list(read_rows(folder / "prices.csv")),
        read_records(folder / "models.csv", Model),
        read_records(folder / "providers.csv", Provider),
    )
    models = {model.key: model for model in snapshot.models}
    vanished = {model.key: model for model in old.models if model.key not in models}
    listed = {model.key for model in old.models}
    known = {row.key: row for row in old.rows}
    stated = {row.key: row for row in snapshot.rows}
    new_rows = [row for key, row in stated.items() if key not in known]
    corrections = [
        Correction(row, stated.get(key))
        for key, row in known.items()
        if ModelKey(row.provider, row.model) in models and not _says_the_same(row, stated.get(key))
    ]
    kept = {key: row for key, row in known.items() if ModelKey(row.provider, row.model) not in models}
    kept |= {key: known[key] if _says_the_same(row, known.get(key)) else row for key, row in stated.items()}
    replaced = [(correction.old, correction.new) for correction in corrections]
    sellers = {key.provider for key in vanished} - {provider.provider for provider in snapshot.providers}
    return CatalogueChanges(
        source=snapshot.source,
        checked_on=checked_on,
        new_rows=tuple(new_rows),
        corrections=tuple(corrections),
        new_models=tuple(key for key in models if key not in listed),
        vanished_models=tuple(vanished),
        warnings=(*vetting.unlikely(new_rows, replaced, old.rows), *vetting.renamed(old, snapshot)),
        rejected=tuple(vetting.reasons_to_reject(old, snapshot)),
        rows=tuple(sorted(kept.values(), key=sort_key)),
        models=(*snapshot.models, *vanished.values()),
        providers=(*snapshot.providers, *(provider for provider in old.providers if provider.provider in sellers)),
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
    written = {name: folder / f"{name}.{os.getpid()}.new" for name in files}  # another process may renew them too
    try:
        for name, text in files.items():
            written[name].write_text(text, encoding="utf-8", newline="")
        for name, path in written.items():  # all are complete before the first is replaced
            path.replace(folder / name)
    finally:
        for path in written.values():
            path.unlink(missing_ok=True)


def _says_the_same(row: PriceRow, other: PriceRow | None) -> bool:
    return other is not None and (row.price, row.unit) == (other.price, other.unit)


def _as_csv(columns: tuple[str, ...], lines: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue()
