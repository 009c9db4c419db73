"""Renewing the prices of a running program: fetched, vetted, put in force, and what was read before is forgotten."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.catalogue import feed as feeds
from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.bundled import catalogue_book, forget
from llmcost_xl.catalogue.update import apply, plan_update

if TYPE_CHECKING:
    from collections.abc import Callable

FETCHED: Final = feeds.PUBLISHED


class Refreshed(NamedTuple):
    """What a refresh did."""

    as_of: dt.date
    source: str
    new_prices: int
    corrections: int
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        """The refresh in a sentence or two."""
        news = f"{self.new_prices} new prices, {self.corrections} corrections"
        return "; ".join((f"Prices as of {self.as_of} from {self.source}: {news}", *self.remarks))


def refresh(fetch: Callable[[], list[Any]] | None = None) -> Refreshed:
    """Bring the catalogue up to date with what genai-prices publishes, or offline with the installed release.

    Prices once fetched are newer than any installed release: offline they stay. `fetch` stands in for the network with
    a list of genai-prices' providers.

    Raises:
        FeedError: the source looks damaged; the old catalogue stays.
        NotAvailableError: no update is wanted here, or another one came in between.
        OSError: the catalogue's folder cannot be written.
    """
    today = dt.datetime.now(dt.UTC).date()
    try:
        feed = feeds.of_providers(fetch(), FETCHED, today) if fetch else feeds.published(today)
    except Exception as failure:  # noqa: BLE001  # no network, a proxy, another format: what is here remains
        reason = str(failure).partition("\n")[0] or type(failure).__name__
        return _offline(today, reason)
    return _taken(feed, today, ())


def _offline(today: dt.date, reason: str) -> Refreshed:
    forget()
    book = catalogue_book()
    if book.sources == FETCHED:
        return Refreshed(book.as_of, FETCHED, 0, 0, (f"nothing was fetched: {reason}",))
    return _taken(feeds.installed(today), today, (f"from the installed release, as nothing was fetched: {reason}",))


def _taken(feed: feeds.Feed, today: dt.date, remarks: tuple[str, ...]) -> Refreshed:
    update = plan_update(feed, today, place=store.home())
    apply(update)
    forget()
    held = len(update.quarantine)
    if held:
        remarks += (f"{held} doubtful prices are held back; `llmcost-xl prices update --quarantine` says why",)
    plan = update.plan
    return Refreshed(today, plan.source, len(plan.new_rows), len(plan.corrections), (*remarks, *plan.warnings))
