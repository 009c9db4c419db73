"""A catalogue as it lies in a folder, with the lists that updates keep beside it.

`updates.csv` has one line for each update; `superseded.csv` the rows that gave way to a correction; `quarantine.csv`
what is not believed yet and is looked at again next time.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.catalogue.bundled import book_of
from llmcost_xl.catalogue.names import Model, Provider, read_records
from llmcost_xl.catalogue.rows import COLUMNS, as_text, read_rows
from llmcost_xl.catalogue.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

UPDATES: Final = "updates.csv"
SUPERSEDED: Final = "superseded.csv"
QUARANTINE: Final = "quarantine.csv"


class Logged(NamedTuple):
    """One line of updates.csv."""

    at: str  # UTC
    source: str
    feed_sha256: str
    before: str  # content hash of the catalogue
    after: str
    new_prices: str
    changed: str
    quarantined: str


class Superseded(NamedTuple):
    """One line of superseded.csv: a row as it was, the day it gave way, and what replaced it."""

    replaced_on: str
    row: tuple[str, ...]
    replaced_by: str


class Quarantined(NamedTuple):
    """One line of quarantine.csv: a row as the source states it, or a model as such, and why it is not believed."""

    since: str
    origin: str
    kind: str
    reasons: str
    may_be_accepted: str
    price_so_far: str
    row: tuple[str, ...]


SUPERSEDED_COLUMNS: Final = ("replaced_on", *COLUMNS, "replaced_by")
QUARANTINE_COLUMNS: Final = ("since", "origin", "kind", "reasons", "may_be_accepted", "price_so_far", *COLUMNS)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue with its lists, as it lies in a folder."""

    state: Snapshot
    as_of: dt.date
    updates: tuple[Logged, ...] = ()
    superseded: tuple[Superseded, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()

    @property
    def content_hash(self) -> str:
        """As LLM_CATALOGUE shows it."""
        state = self.state
        return book_of(state.rows, state.models, state.providers, self.as_of, state.source).content_hash


def read_catalogue(folder: Path) -> Catalogue:
    """The catalogue in a folder."""
    about = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    state = Snapshot(
        about["source"],
        list(read_rows(folder / "prices.csv")),
        read_records(folder / "models.csv", Model),
        read_records(folder / "providers.csv", Provider),
    )
    columns = len(COLUMNS)
    return Catalogue(
        state,
        dt.date.fromisoformat(about["as_of"]),
        tuple(Logged(*line) for line in _lines(folder / UPDATES)),
        tuple(Superseded(line[0], tuple(line[1:-1]), line[-1]) for line in _lines(folder / SUPERSEDED)),
        tuple(Quarantined._make([*line[:-columns], tuple(line[-columns:])]) for line in _lines(folder / QUARANTINE)),
    )


def _lines(path: Path) -> list[list[str]]:
    if not path.exists():  # the package's own catalogue has no such lists
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def catalogue_files(catalogue: Catalogue) -> dict[str, str]:
    """The files of a catalogue."""
    about = {"as_of": catalogue.as_of.isoformat(), "source": catalogue.state.source}
    return {
        "prices.csv": _as_csv(COLUMNS, map(as_text, catalogue.state.rows)),
        "models.csv": _as_csv(Model._fields, catalogue.state.models),
        "providers.csv": _as_csv(Provider._fields, catalogue.state.providers),
        "catalogue.json": json.dumps(about, indent=2) + "\n",
    }


def list_files(catalogue: Catalogue) -> dict[str, str]:
    """The files of its lists."""
    return {
        UPDATES: _as_csv(Logged._fields, catalogue.updates),
        SUPERSEDED: _as_csv(SUPERSEDED_COLUMNS, _flat(catalogue.superseded)),
        QUARANTINE: _as_csv(QUARANTINE_COLUMNS, _flat(catalogue.quarantine)),
    }


def _flat(lines: Iterable[Superseded | Quarantined]) -> Iterable[list[str]]:
    for line in lines:
        yield [cell for field in line for cell in (field if isinstance(field, tuple) else (field,))]


def _as_csv(columns: tuple[str, ...], lines: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue()
