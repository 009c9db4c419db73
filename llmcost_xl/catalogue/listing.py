"""Prices as people look at them: shown with their history, compared between two days."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue.rows import sort_key
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.quantities import SERVICE_TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.catalogue.names import ModelKey
    from llmcost_xl.catalogue.quote import Block
    from llmcost_xl.catalogue.rows import PriceRow


THEN: Final = ", then "  # between two units


class Dated(NamedTuple):
    """One price row of a model; `in_force` is the price charged on the day asked for, discounts included."""

    service_tier: str
    component: str
    above_tokens: int | None
    from_date: dt.date | None
    price: float | None
    in_force: float | None
    unit: str
    source: str
    checked_on: dt.date | None


class Changed(NamedTuple):
    """A price that differs between two days; None where there is none on that day."""

    model: str
    service_tier: str
    component: str
    above_tokens: int | None
    before: float | None
    after: float | None
    unit: str

    @property
    def relative(self) -> float | None:
        """The change as a fraction of the old price; None where there is none, or it is in another currency."""
        if not self.before or self.after is None or THEN in self.unit:
            return None
        return self.after / self.before - 1


class Upcoming(NamedTuple):
    """A price that is announced to change; `change` is a fraction of the old one."""

    model: str
    service_tier: str
    component: str
    above_tokens: int | None
    starts: dt.date
    month: str
    before: float | None
    after: float | None
    change: float | None
    unit: str


def history(book: PriceBook, model: str, day: dt.date) -> list[Dated]:
    """Every price row of a model from the oldest, with what it makes the price on a day.

    Raises:
        NotAvailableError: the model is unknown, or has no standard price on that day.
    """
    key = book.resolve(model)
    rows = [row for known in book.histories(key) for row in known.rows]
    charged = _charged(book, key, day, {row.service_tier for row in rows})
    everything = dict.fromkeys([*rows, *charged])  # a discount is charged, but is no row of the model
    return [_dated(row, charged.get(row)) for row in sorted(everything, key=sort_key)]


def changes(book: PriceBook, before: dt.date, after: dt.date) -> list[Changed]:
    """Every price of a model that differs between two days."""
    return list(differences((book, before), (book, after)))


def differences(before: tuple[PriceBook, dt.date], after: tuple[PriceBook, dt.date]) -> Iterator[Changed]:
    """Every price that differs between one book on a day and another, or the same, on another day."""
    books = [book for book, _ in (before, after)]
    for key in dict.fromkeys(key for book in books for key in book.models()):
        if not any(key.provider in book.names.private for book in books):
            yield from _changed(key, before, after)


def _changed(key: ModelKey, before: tuple[PriceBook, dt.date], after: tuple[PriceBook, dt.date]) -> Iterator[Changed]:
    """Every price of one model that differs."""
    for tier, component in dict.fromkeys(kind for book, _ in (before, after) for kind in _series(book, key)):
        old, new = (_levels(book.block(key, component, tier, day)) for book, day in (before, after))
        for level in sorted(old.keys() | new.keys()) if old != new else ():
            (first, unit), (second, new_unit) = old.get(level, (None, "")), new.get(level, (None, ""))
            if (first, unit) != (second, new_unit):
                yield Changed(str(key), tier, component, level or None, first, second, _units(unit, new_unit))


def upcoming(book: PriceBook, day: dt.date, months: int) -> list[Upcoming]:
    """The prices that are announced to change after a day, in the order of the days they start."""
    last = _months_later(day, months)
    found = []
    for key in book.models():
        if key.provider in book.names.private:
            continue
        dates = {row.from_date for known in book.histories(key) for row in known.rows if row.from_date}
        for start in sorted(date for date in dates if day < date <= last):
            eve = start - dt.timedelta(days=1)
            found += [_upcoming(change, start) for change in _changed(key, (book, eve), (book, start))]
    return sorted(found, key=lambda one: (one.starts, one.model))


def _upcoming(change: Changed, start: dt.date) -> Upcoming:
    return Upcoming(
        *change[:4], start, f"{start:%Y-%m}", change.before, change.after, change.relative, change.unit
    )  # fmt: skip


def _series(book: PriceBook, key: ModelKey) -> list[tuple[str, str]]:
    """The service tiers and components that a book has rows of, for a model."""
    rows = [row for known in book.histories(key) for row in known.rows]
    return list(dict.fromkeys((row.service_tier, row.component) for row in rows))


def _units(before: str, after: str) -> str:
    """The unit of a changed price; of both where the currency changes."""
    return f"{before}{THEN}{after}" if before and after and before != after else after or before


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _charged(book: PriceBook, key: ModelKey, day: dt.date, tiers: set[str]) -> dict[PriceRow, float | None]:
    """The rows in force on a day with the price each makes; a discount's row has none of its own."""
    charged: dict[PriceRow, float | None] = {}
    for tier in SERVICE_TIERS:
        if tier not in tiers and tier != "standard":
            continue
        try:
            blocks = book.blocks(key, day, tier)
        except NotAvailableError:
            if tier == "standard":
                raise
            continue  # this tier is over, or yet to come
        for block in blocks.values():
            charged |= dict(zip_longest(block.rows, block.prices))
    return charged


def _dated(row: PriceRow, in_force: float | None) -> Dated:
    return Dated(
        row.service_tier,
        row.component,
        row.context_threshold or None,
        row.from_date,
        row.price,
        in_force,
        row.unit,
        row.source,
        row.checked_on,
    )


def _levels(block: Block | None) -> dict[int, tuple[float, str]]:
    """Price and unit by context threshold."""
    if block is None:
        return {}
    return {at: (price, row.unit) for at, price, row in zip(block.thresholds, block.prices, block.rows, strict=False)}
