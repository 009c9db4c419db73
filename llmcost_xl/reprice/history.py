"""A price with its history in the workbook: what it lacks of the target's, and which of its rows are somebody's own.

History is kept: a row that says since when a price holds stays, and a new price gets a row of its own. Only from the
day of the target on, where nothing has happened yet, a row that a catalogue stated is brought up to date in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.reprice.prices import APPENDED, CHANGED, LEFT, SAME, SINCE_EVER, UNCLEAR, UNKNOWN, Price
from llmcost_xl.reprice.target import same

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.reprice.target import Series, Stated, Target

BY_HAND: Final = "overwritten by hand: no catalogue says so"


class Decision(NamedTuple):
    """What happens to a price, or what is added after it."""

    kind: str
    price: Price  # where it stands; of a row to be added, the one it follows on
    new: float | None = None
    since: dt.date | None = None
    stated: Stated | None = None
    reason: str = ""


class _Standing(NamedTuple):
    """A row of the history, as it is after what has been decided so far."""

    since: dt.date
    amount: float
    price: Price
    is_own: bool  # somebody's own figure


@dataclass
class History:
    """The rows of one price, and what becomes of them."""

    series: Series
    target: Target
    forced: bool  # somebody's own figures give way, too
    rows: list[_Standing] = field(default_factory=list)
    found: dict[int, Decision] = field(default_factory=dict)  # by row of the sheet
    added: list[Decision] = field(default_factory=list)

    def decided(self, prices: list[Price]) -> list[Decision]:
        """What happens to each row, then the rows to add."""
        for price in sorted(prices, key=lambda price: price.since):
            is_own = not self.target.is_known(self.series, price.amount, price.since, price.source)
            self.rows.append(_Standing(price.since, price.amount, price, is_own))
            self.found[price.record.row] = Decision(LEFT if is_own else SAME, price, reason=BY_HAND if is_own else "")
        for day in self._days():
            self._look_at(day)
        return [*self.found.values(), *self.added]

    def _days(self) -> list[dt.date]:
        """The days on which something may have to change: since the first row, and on the target's own."""
        first = self.rows[0].since
        days = {day for day in self.target.dates(self.series) if day > first}
        own = {row.since for row in self.rows if row.since >= self.target.day or (self.forced and row.is_own)}
        return sorted({*days, *own, self.target.day})

    def _look_at(self, day: dt.date) -> None:
        """See that the price of a day is the target's."""
        stands = next((row for row in reversed(self.rows) if row.since <= day), None)
        wanted = self.target.stated(self.series, day)
        if wanted is None:
            self._without_price(day, stands)
        elif stands is not None and same(stands.amount, wanted.price):
            return
        elif stands is not None and stands.is_own and not self.forced:
            self._keep(stands, day, wanted)
        elif stands is not None and stands.since == day:
            if day >= self.target.day or stands.is_own:
                self._change(stands, wanted)
        else:
            self._add(day, wanted, stands)

    def _without_price(self, day: dt.date, stands: _Standing | None) -> None:
        row = stands or self.rows[0]
        if day != self.target.day or row.is_own:
            return
        reason = self.target.why_none(self.series)
        self.found[row.price.record.row] = Decision(UNKNOWN, row.price, reason=reason)

    def _keep(self, stands: _Standing, day: dt.date, wanted: Stated) -> None:
        """Somebody's own figure: a later price of the catalogue must not take its place either."""
        reason = BY_HAND if day <= self.target.day else f"{BY_HAND}; the price from {day} is not added after it"
        self.found[stands.price.record.row] = Decision(LEFT, stands.price, wanted.price, stated=wanted, reason=reason)

    def _change(self, stands: _Standing, wanted: Stated) -> None:
        self.rows[self.rows.index(stands)] = stands._replace(amount=wanted.price, is_own=False)
        self.found[stands.price.record.row] = Decision(CHANGED, stands.price, wanted.price, stands.since, wanted)

    def _add(self, day: dt.date, wanted: Stated, stands: _Standing | None) -> None:
        after = (stands or self.rows[0]).price
        since = wanted.since if wanted.since and self._is_free(wanted.since, day, stands) else day
        self.added.append(Decision(APPENDED, after, wanted.price, since, wanted))
        self.rows.append(_Standing(since, wanted.price, after, is_own=False))
        self.rows.sort(key=lambda row: row.since)

    def _is_free(self, since: dt.date, day: dt.date, stands: _Standing | None) -> bool:
        """Whether the price can be entered from its own first day, without moving days that are past and stated."""
        return SINCE_EVER < since <= day and (stands is None or stands.since < since)


def contradicting(prices: list[Price]) -> list[Decision]:
    """What happens to the rows of one price if several of them have the same first day: nothing can."""
    days: dict[dt.date, list[str]] = {}
    for price in prices:
        days.setdefault(price.since, []).append(price.address)
    reason = next((f"{' and '.join(cells)} are of one price and day: which one counts cannot be told; delete the other"
                   for cells in days.values() if len(cells) > 1), "")  # fmt: skip
    return [Decision(UNCLEAR, price, reason=reason) for price in prices] if reason else []


def undated(price: Price, target: Target, *, forced: bool) -> Decision:
    """What happens to a price without a history: the cell itself changes, unless it is somebody's own figure."""
    assert price.series is not None  # noqa: S101  # one that could not be read is decided already
    wanted = target.stated(price.series, target.day)
    if wanted is None:
        return Decision(UNKNOWN, price, reason=target.why_none(price.series))
    if same(price.amount, wanted.price):
        return Decision(SAME, price, wanted.price, stated=wanted)
    if not forced and not target.was_ever(price.series, price.amount, price.source):
        ahead = target.ahead(price.series, price.amount, price.source)
        reason = f"is the price from {ahead}; --as-of {target.day} would set it back" if ahead else BY_HAND
        return Decision(LEFT, price, wanted.price, stated=wanted, reason=reason)
    return Decision(CHANGED, price, wanted.price, wanted.since, wanted)


def in_place(prices: list[Price], target: Target, *, forced: bool) -> list[Decision]:
    """What happens to a price whose rows are not added to: the one in force changes, and is dated anew."""
    by_day = sorted(prices, key=lambda price: price.since)
    current = next((price for price in reversed(by_day) if price.since <= target.day), by_day[0])
    decision = undated(current, target, forced=forced)
    if decision.kind == CHANGED:
        since = decision.since or target.day
        lost = f"counts from {since} instead of {current.since}; days before are left without a price"
        decision = decision._replace(since=since, reason=lost if since > current.since else decision.reason)
    return [decision if price is current else Decision(SAME, price) for price in prices]
