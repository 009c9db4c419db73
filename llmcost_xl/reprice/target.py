"""What prices to go to: those of a day, those of a company's file, or the catalogue's with a change that might come."""

from __future__ import annotations

import fnmatch
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue.bundled import bundled_book, catalogue_book, default_book
from llmcost_xl.catalogue.names import ModelKey
from llmcost_xl.catalogue.quote import HORIZON
from llmcost_xl.catalogue.rows import ANY, DISCOUNT, FX_PROVIDER
from llmcost_xl.errors import NotAvailableError, OutOfDomainError, WrongTypeError
from llmcost_xl.reprice.moves import Move

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from llmcost_xl.catalogue.book import PriceBook

BY: Final = " by llmcost-xl reprice"
"""Ends the source of a price that a --change made, so that a later run knows whose figure it is."""

EQUAL: Final = 1e-9  # relative: prices that differ by less are the same
_MADE: Final = re.compile(rf"; (\S+=\S+){re.escape(BY)}$")


class Series(NamedTuple):
    """One price, through time."""

    key: ModelKey
    component: str
    service_tier: str = "standard"
    context_threshold: int = 0
    currency: str = "USD"

    def __str__(self) -> str:
        """The price as messages name it."""
        tier = "" if self.service_tier == "standard" else f", {self.service_tier}"
        above = f", above {self.context_threshold:,} tokens" if self.context_threshold else ""
        return f"{self.key} {self.component}{tier}{above}"


class Stated(NamedTuple):
    """A price on a day, per 1M tokens or 1k calls, and on whose word."""

    price: float
    source: str
    checked_on: dt.date | None
    since: dt.date | None


@dataclass(frozen=True)
class Target:
    """Prices to go to: a book and the day they are in force on."""

    book: PriceBook
    day: dt.date
    label: str
    moves: tuple[Move, ...] = ()  # from `day` on; of several that match, the last
    moves_back: bool = False  # whether a workbook's later price date is set to this day
    _keys: dict[str, ModelKey | str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """See that every change is about a model that there is.

        Raises:
            NotAvailableError: one is not.
        """
        names = [str(key).lower() for key in self.book.models()] if self.moves else []
        for move in self.moves:
            if not fnmatch.filter(names, move.models):
                nearest = ", ".join(self.book.nearest(move.models.replace("*", "")))
                raise NotAvailableError(f"no model is called {move.models!r}; the nearest: {nearest}")

    def find(self, name: str) -> ModelKey | str:
        """The model that a name means, or why none is."""
        if name not in self._keys:
            try:
                self._keys[name] = self.book.resolve(name)
            except NotAvailableError as error:
                self._keys[name] = str(error)
        return self._keys[name]

    def stated(self, series: Series, day: dt.date) -> Stated | None:
        """The price of a day, changes included; None where there is none."""
        found = _listed(self.book, series, day)
        if found is None or not self.moves or day < self.day:
            return found
        move = next((move for move in reversed(self.moves) if move.is_about(series)), None)
        if move is None:
            return found
        moved = move.of(found.price, _per_usd(self.book, series.currency, day))
        since = max(found.since, self.day) if found.since else self.day
        return Stated(moved, f"{found.source}; {move.text}{BY}", found.checked_on, since)

    def why_none(self, series: Series) -> str:
        """Why no price is stated for the target's day."""
        block = self.book.block(series.key, series.component, series.service_tier, max(self.day, HORIZON))
        if block is None:
            return f"no price is known for {series} on {self.day}"
        if series.context_threshold not in block.thresholds:
            known = ", ".join(f"{threshold:,}" for threshold in block.thresholds)
            return f"no price is known for {series}; there are prices above {known} tokens"
        return (
            f"the price is known in {block.currency}, and no rate of {series.currency} on {self.day};"
            " add the rate to a price file, as `llmcost-xl reprice --prices FILE`"
        )

    def dates(self, series: Series) -> list[dt.date]:
        """The days on which the price may change."""
        days = _dates(self.book, series)
        return sorted({*days, self.day}) if self.moves else days

    def is_known(self, series: Series, price: float, day: dt.date, source: str = "") -> bool:
        """Whether a catalogue, or this target, says that this is the price of that day."""
        target = self.stated(series, day)
        if target is not None and same(target.price, price):
            return True
        made = _MADE.search(source)
        for book in self._books:
            listed = _listed(book, series, day)
            if listed is not None and same(listed.price, price):
                return True
            if listed and made and same(_moved(made[1], listed.price, _per_usd(book, series.currency, day)), price):
                return True
        return False

    def was_ever(self, series: Series, price: float, source: str = "") -> bool:
        """Whether it has been the price up to the target's day; or ever, where the target sets dates back."""
        days = {day for book in self._books for day in _dates(book, series) if day <= self.day}
        listed = [(series, price), *self._in_dollars(series, price)]
        is_known = any(self.is_known(*one, day, source) for day in sorted({*days, HORIZON, self.day}) for one in listed)
        return is_known or (self.moves_back and self.ahead(series, price, source) is not None)

    def ahead(self, series: Series, price: float, source: str = "") -> dt.date | None:
        """The day after the target's from which it is the price; None where it is not."""
        days = {day for book in self._books for day in _dates(book, series) if day > self.day}
        return next((day for day in sorted(days) if self.is_known(series, price, day, source)), None)

    def _in_dollars(self, series: Series, price: float) -> Iterator[tuple[Series, float]]:
        """A price in another currency, at every rate that is known: one at last month's rate is a list price, too."""
        if series.currency != "USD":
            key = ModelKey(FX_PROVIDER, series.currency)
            rates = {row.price for history in self.book.histories(key) for row in history.rows if row.price}
            yield from ((series._replace(currency="USD"), price / rate) for rate in sorted(rates))

    @property
    def _books(self) -> Iterator[PriceBook]:
        """Whoever may have stated a workbook's prices."""
        books = (self.book, default_book(), catalogue_book(), bundled_book())
        yield from {id(book): book for book in books}.values()


def newest() -> Target:
    """The newest prices that are known here, a company's own included."""
    book = default_book()
    return Target(book, book.as_of, f"prices of {book.as_of}")


def same(one: float, other: float) -> bool:
    """Whether two prices are one."""
    return math.isclose(one, other, rel_tol=EQUAL, abs_tol=0.0)


@lru_cache(maxsize=100_000)
def _listed(book: PriceBook, series: Series, day: dt.date) -> Stated | None:
    """What a book says of a day; None also where it knows no rate for the currency."""
    block = book.block(series.key, series.component, series.service_tier, max(day, HORIZON))
    if block is None or series.context_threshold not in block.thresholds:
        return None
    at = block.thresholds.index(series.context_threshold)
    price, row = block.prices[at], block.rows[at]
    if block.currency != series.currency:
        try:
            on = max(day, book.as_of)
            price = price * book.per_usd(series.currency, on) / book.per_usd(block.currency, on)
        except NotAvailableError:
            return None
    since = max((each.from_date for each in block.rows if each.from_date and each.from_date <= day), default=None)
    return Stated(price, row.source, row.checked_on, since)


@lru_cache(maxsize=100_000)
def _dates(book: PriceBook, series: Series) -> list[dt.date]:
    """The days on which a book's price changes, discounts on it included."""
    scopes = (series.key, ModelKey(series.key.provider, ANY), ModelKey(ANY, ANY))
    rows = (row for scope in scopes for history in book.histories(scope) for row in history.rows)
    return sorted({row.from_date for row in rows if row.from_date and row.component in (series.component, DISCOUNT)})


def _per_usd(book: PriceBook, currency: str, day: dt.date) -> float:
    try:
        return book.per_usd(currency, max(day, book.as_of))
    except NotAvailableError:
        return math.nan


def _moved(text: str, price: float, per_usd: float) -> float:
    """What a change that a source tells of made of a price; nothing where it is no change of ours."""
    try:
        return Move.read(text).of(price, per_usd)
    except (WrongTypeError, OutOfDomainError):
        return math.nan
