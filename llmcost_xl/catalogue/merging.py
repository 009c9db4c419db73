"""What a source says of one price, against what the catalogue says: rows to add, to correct, to withdraw.

The catalogue is history, and closed history does not move. So a price that the source changes in place, without a date,
counts from the day that was seen; until then the old one stays, as it was what every figure rested on. Only a dated
statement of the source corrects an old row, and the replaced one is kept in the list of corrections.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmcost_xl.catalogue.rows import PriceRow

NEW: Final = "new price"  # a date the catalogue has no row for
CHANGED: Final = "changed in place"  # the source gives no date: the old row stays, a new one counts from the day seen
CORRECTED: Final = "correction"  # a row of the same date now says something else
WITHDRAWN: Final = "withdrawn"  # a price announced for the future that is no longer announced
ENDED: Final = "no longer offered"  # from the day that was seen

SeriesKey = tuple[str, str, str, str]
"""Provider, model, component and service tier: the prices that are believed or held back together."""


class Change(NamedTuple):
    """One difference: `old` is the row that is replaced, or that a new one follows on; `new` the row to come."""

    kind: str
    old: PriceRow | None
    new: PriceRow | None

    @property
    def row(self) -> PriceRow:
        """The row that says what the change is about."""
        row = self.new or self.old
        assert row is not None  # noqa: S101  # a change has one of them
        return row

    @property
    def series(self) -> SeriesKey:
        """Which price changes."""
        row = self.row
        return row.provider, row.model, row.component, row.service_tier

    @property
    def replaces(self) -> bool:
        """Whether a row of the catalogue gives way, and figures of its days move."""
        return self.kind in (CORRECTED, WITHDRAWN)


def changes_of(known: list[PriceRow], stated: list[PriceRow], day: dt.date, *, complete: bool) -> list[Change]:
    """What a source's rows of one price, at one context threshold, change in the catalogue's.

    A source that is not `complete` lists some prices and says nothing of others.
    """
    have = {row.from_date: row for row in known}
    says = {row.from_date: row for row in stated}
    found = list(_dated(have, says, day, complete=complete))
    found += _undated(have, says, day)
    today = _today(_applied(known, found), stated, day, complete=complete)
    return [*found, today] if today else found


def _dated(
    have: dict[dt.date | None, PriceRow], says: dict[dt.date | None, PriceRow], day: dt.date, *, complete: bool
) -> Iterator[Change]:
    """Rows whose dates the source states, and announced ones that it no longer states."""
    for since, row in says.items():
        old = have.get(since)
        if since is not None and old is None:
            yield Change(NEW, None, row)
        elif since is not None and old is not None and not says_the_same(old, row):
            yield Change(CORRECTED, old, row)
    for since, row in have.items():
        if complete and since is not None and since > day and since not in says:
            yield Change(WITHDRAWN, row, None)


def _undated(
    have: dict[dt.date | None, PriceRow], says: dict[dt.date | None, PriceRow], day: dt.date
) -> Iterator[Change]:
    """The price that holds before the first date.

    Where the source's first date is past, what it says of the days before is a matter of history, and corrects it.
    """
    row = says.get(None)
    if row is None:
        return
    if None not in have:
        yield Change(NEW, None, row)
        return
    first = min((since for since in says if since is not None), default=dt.date.max)
    if first <= day:
        before = [old for since, old in sorted(have.items(), key=_since) if since is None or since < first]
        if not says_the_same(before[-1], row):
            yield Change(CORRECTED, before[-1], row._replace(from_date=before[-1].from_date))


def _today(after: list[PriceRow], stated: list[PriceRow], day: dt.date, *, complete: bool) -> Change | None:
    """What still differs on the day itself once the dated statements are in: changed in place, or no longer offered."""
    wanted, got = _in_force(stated, day), _in_force(after, day)
    if got is None or (wanted is not None and says_the_same(wanted, got)):
        return None
    if wanted is None:
        if not complete or stated or got.price is None:  # a price stated from a later day on has not ended
            return None
        new = got._replace(from_date=day, price=None)
        return Change(ENDED, got, new)
    if not complete and wanted.from_date is not None:
        return None  # it lists one dated row, and the catalogue knows a later one
    new = wanted._replace(from_date=day)
    return Change(CORRECTED if got.from_date == day else CHANGED, got, new)


def _applied(known: Iterable[PriceRow], changes: Iterable[Change]) -> list[PriceRow]:
    rows = {row.from_date: row for row in known}
    for change in changes:
        if change.kind == WITHDRAWN and change.old:
            del rows[change.old.from_date]
        elif change.new:
            rows[change.new.from_date] = change.new
    return list(rows.values())


def _in_force(rows: Iterable[PriceRow], day: dt.date) -> PriceRow | None:
    begun = [row for row in rows if row.from_date is None or row.from_date <= day]
    return max(begun, key=lambda row: row.from_date or dt.date.min, default=None)


def _since(item: tuple[dt.date | None, PriceRow]) -> dt.date:
    return item[0] or dt.date.min


def says_the_same(row: PriceRow, other: PriceRow) -> bool:
    """Whether two rows state the same price; who stated it, and when, makes no difference."""
    return (row.price, row.unit) == (other.price, other.unit)
