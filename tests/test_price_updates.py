"""Taking new prices in: history is appended to, what was believed stays where it was, every update is on record."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from genai_prices import data
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    StartDateConstraint,
    Tier,
    TieredPrices,
    TimeOfDateConstraint,
)
from pricefeeds import CHANGE, FIRST, SECOND, THIRD, block, model_of, priced, some_providers

from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.bundled import book_in, bundled_book, default_book, forget
from llmcost_xl.catalogue.feed import of_providers
from llmcost_xl.catalogue.files import Catalogue, read_catalogue
from llmcost_xl.catalogue.merging import changes_of
from llmcost_xl.catalogue.refresh import FETCHED, refresh
from llmcost_xl.catalogue.rows import PriceRow
from llmcost_xl.catalogue.snapshot import Snapshot, take_snapshot
from llmcost_xl.catalogue.update import Update, apply, plan_update
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def source() -> list[Any]:
    """What genai-prices says, to be changed at will."""
    return some_providers()


SMALL = pytest.mark.usefixtures("small_catalogue")


def updated(source: list[Any], place: Path, day: dt.date = SECOND, accepted: frozenset[str] = frozenset()) -> Update:
    """An update put in force; the same source changes nothing once more."""
    update = plan_update(of_providers(source, "", day), day, accepted, place)
    apply(update)
    again = plan_update(of_providers(source, "", day), day, accepted, place)
    assert not again.plan.changes
    return update


def kept(place: Path) -> Catalogue:
    folder = store.newest_in(place)
    assert folder
    return read_catalogue(folder)


def told(update: Update) -> list[tuple[str, str, float | None, float | None]]:
    """What changed: kind, component, old and new price."""
    return [
        (one.kind, one.row.component, one.old and one.old.price, one.new and one.new.price)
        for one in update.plan.changes
    ]


# -- one price at a time: what the catalogue knows, what the source says on 24 December, what is known then --------
# A price is written as [date] price; "-" is an empty price: no longer offered.

MERGED = [
    # known                                   the source says                what is known afterwards
    ("nothing new", "2.5", "2.5", "2.5", ""),
    ("first seen", "", "2.5", "2.5", "new price"),
    ("a dated price", "2.5", "2.5, 2026-12-01 3", "2.5, 2026-12-01 3", "new price"),
    ("announced", "2.5", "2.5, 2027-01-01 3", "2.5, 2027-01-01 3", "new price"),
    ("changed in place", "2.5", "3", "2.5, 2026-12-24 3", "changed in place"),
    ("changed in place before", "2.5, 2026-12-01 3", "3", "2.5, 2026-12-01 3", ""),
    ("changed in place, then dated", "2.5, 2026-12-20 3", "2.5, 2026-12-01 3", "2.5, 2026-12-01 3, 2026-12-20 3",
     "new price"),
    ("changed in place again, one day", "2.5, 2026-12-24 3", "3.5", "2.5, 2026-12-24 3.5", "correction"),
    ("changed back", "2.5, 2026-12-01 3", "2.5", "2.5, 2026-12-01 3, 2026-12-24 2.5", "changed in place"),
    ("a dated price restated", "2.5, 2026-12-01 3", "2.5, 2026-12-01 4", "2.5, 2026-12-01 4", "correction"),
    ("closed history restated", "2.5, 2026-12-01 3", "2, 2026-12-01 3", "2, 2026-12-01 3", "correction"),
    ("history between restated", "2.5, 2026-11-01 2", "2, 2026-12-01 3", "2.5, 2026-11-01 2, 2026-12-01 3",
     "new price"),
    ("announced otherwise", "2.5, 2027-01-01 3", "2.5, 2027-01-01 4", "2.5, 2027-01-01 4", "correction"),
    ("no longer announced", "2.5, 2027-01-01 3", "2.5", "2.5", "withdrawn"),
    ("no longer stated", "2.5", "", "2.5, 2026-12-24 -", "no longer offered"),
    ("ended by the source", "2.5", "2.5, 2026-12-01 -", "2.5, 2026-12-01 -", "new price"),
    ("stated again", "2.5, 2026-12-01 -", "2.5", "2.5, 2026-12-01 -, 2026-12-24 2.5", "changed in place"),
    ("the first price found later", "2026-12-01 3", "2.5, 2026-12-01 3", "2.5, 2026-12-01 3", "new price"),
]  # fmt: skip
PARTLY = [  # a price file that lists some prices
    ("not listed", "2.5, 2027-01-01 3", "", "2.5, 2027-01-01 3", ""),
    ("listed from a day", "2.5, 2027-01-01 3", "2026-12-01 2", "2.5, 2026-12-01 2, 2027-01-01 3", "new price"),
    ("an older row", "2.5, 2026-12-10 3", "2026-12-01 2", "2.5, 2026-12-01 2, 2026-12-10 3", "new price"),
    ("without a date", "2.5, 2027-01-01 3", "2", "2.5, 2026-12-24 2, 2027-01-01 3", "changed in place"),
]


@pytest.mark.parametrize(("known", "says", "afterwards", "kind", "complete"),
                         [(*case[1:], True) for case in MERGED] + [(*case[1:], False) for case in PARTLY],
                         ids=[case[0] for case in (*MERGED, *PARTLY)])  # fmt: skip
def test_what_a_source_changes_in_a_price(known: str, says: str, afterwards: str, kind: str, complete: bool) -> None:
    changes = changes_of(rows(known), rows(says), SECOND, complete=complete)
    assert [change.kind for change in changes] == ([kind] if kind else [])
    found = {row.from_date: row for row in rows(known)}
    for change in changes:
        if change.replaces and change.old:
            del found[change.old.from_date]
        if change.new:
            found[change.new.from_date] = change.new
    states = {row.from_date: row.price for row in found.values()}
    assert states == {row.from_date: row.price for row in rows(afterwards)}
    assert changes_of(list(found.values()), rows(says), SECOND, complete=complete) == []


def rows(text: str) -> list[PriceRow]:
    found = []
    for part in filter(None, text.split(", ")):
        *date, price = part.split()
        since = dt.date.fromisoformat(date[0]) if date else None
        amount = None if price == "-" else float(price)
        found.append(PriceRow("p", "m", "input", since, 0, "standard", amount, "USD per 1M tokens", "", FIRST))
    return found


# -- the whole catalogue -----------------------------------------------------------------------------------------


def test_the_bundled_catalogue_is_what_the_installed_genai_prices_says() -> None:
    update = plan_update(of_providers(None, "", FIRST), FIRST)
    assert (update.plan.changes, update.plan.held, update.plan.new_models) == ((), (), ())
    assert (update.plan.warnings, update.plan.rejected) == ((), ())
    assert (update.plan.source, update.old.as_of) == (bundled_book().sources, bundled_book().as_of)


@SMALL
def test_nothing_new_changes_nothing_but_the_date(source: list[Any], place: Path) -> None:
    update = updated(source, place)
    assert (update.plan.changes, update.plan.held, update.plan.new_models) == ((), (), ())
    folder = store.newest_in(place)
    assert folder
    assert (folder / "prices.csv").read_bytes() == (store.PACKAGED / "prices.csv").read_bytes()
    assert default_book().as_of == kept(place).as_of == SECOND


@SMALL
def test_a_price_changed_in_place_counts_from_the_day_it_was_seen(source: list[Any], place: Path) -> None:
    """So that last month's figure, which was right then, does not move."""
    model_of(source, "gpt-4o").prices.input_mtok = Decimal(3)
    assert told(updated(source, place)) == [("changed in place", "input", 2.5, 3)]
    eve = SECOND - dt.timedelta(days=1)
    assert [priced("gpt-4o", day) for day in (dt.date(2025, 1, 1), eve, SECOND, None)] == [2.5, 2.5, 3, 3]
    assert kept(place).superseded == ()


@SMALL
def test_a_dated_price_restated_is_a_correction_and_the_old_row_is_kept_in_the_log(
    source: list[Any], place: Path
) -> None:
    model = model_of(source, "o3")  # 10 until 2025-06-10, then 2
    model.prices[1].prices.input_mtok = Decimal("2.2")
    assert ("correction", "input", 2, 2.2) in told(updated(source, place))
    assert priced("o3", dt.date(2025, 6, 10)) == 2.2
    (old,) = [one for one in kept(place).superseded if one.row[2] == "input"]
    assert (old.replaced_on, old.row[:2], old.row[3], old.row[6], old.replaced_by) == (
        SECOND.isoformat(), ("openai", "o3"), "2025-06-10", "2", "2.2",
    )  # fmt: skip


@SMALL
def test_a_dated_change_is_appended_and_what_the_new_block_lacks_ends(source: list[Any], place: Path) -> None:
    model = model_of(source, "gpt-4o")
    model.prices = [ConditionalPrice(prices=model.prices), block("2026-12-01", input_mtok=2, output_mtok=10)]
    changes = told(updated(source, place))
    assert set(changes) == {("new price", "input", None, 2), ("new price", "cache_read", None, None),
                            ("new price", "web_search", None, None)}  # fmt: skip
    assert [priced("gpt-4o", dt.date(2026, 11, 30)), priced("gpt-4o", dt.date(2026, 12, 1))] == [2.5, 2]
    with pytest.raises(NotAvailableError):
        default_book().at("gpt-4o", SECOND).price("cache_read")
    assert default_book().at("gpt-4o", dt.date(2026, 11, 30)).price("cache_read") == 1.25


@SMALL
def test_a_model_that_vanishes_keeps_its_last_prices(source: list[Any], place: Path) -> None:
    model = model_of(source, "gpt-4o")
    next(provider for provider in source if provider.id == "openai").models.remove(model)
    update = updated(source, place)
    assert list(map(str, update.plan.vanished_models)) == ["openai/gpt-4o"]
    assert priced("gpt-4o") == 2.5


@SMALL
def test_every_update_is_on_record(source: list[Any], place: Path) -> None:
    updated(source, place, FIRST)
    model_of(source, "gpt-4o").prices.input_mtok = Decimal(3)
    updated(source, place, SECOND)
    first, second = kept(place).updates
    assert (first.before, first.after) == (book_in(store.PACKAGED).content_hash, first.before)
    assert (second.before, second.changed) == (first.after, "1")
    forget()
    assert second.after == default_book().content_hash != second.before
    assert first.feed_sha256 != second.feed_sha256
    assert dt.datetime.fromisoformat(second.at).utcoffset() == dt.timedelta(0)


@SMALL
def test_a_newer_package_counts_until_the_next_update_and_nothing_of_the_history_is_lost(
    source: list[Any], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_of(source, "gpt-4o").prices.input_mtok = Decimal(3)
    updated(source, place, FIRST)
    monkeypatch.setenv("LLMCOST_XL_CATALOGUE", "")
    monkeypatch.setattr(store, "_users_folder", lambda: place.parent)
    place.rename(place.parent / "llmcost-xl-prices")
    assert store.in_force() != store.PACKAGED  # as old as the package
    monkeypatch.setattr(store, "as_of", lambda folder: SECOND if folder == store.PACKAGED else FIRST)
    assert store.in_force() == store.PACKAGED
    model_of(source, "gpt-4o").prices.input_mtok = Decimal("3.5")
    update = plan_update(of_providers(source, "", THIRD), THIRD, place=store.home())
    assert told(update) == [("changed in place", "input", 3, 3.5)]


# -- from blocks to rows ---------------------------------------------------------------------------------------


def stated_by(*blocks: ConditionalPrice) -> Snapshot:
    provider = copy.copy(data.providers[0])
    provider.models = [ModelInfo("m", ClauseEquals("m"), prices=list(blocks))]
    return take_snapshot(FIRST, [provider])


def snapshot_of(*blocks: ConditionalPrice) -> dict[tuple[Any, ...], float | None]:
    rows = stated_by(*blocks).rows
    return {(row.service_tier, row.component, row.context_threshold, row.from_date): row.price for row in rows}


def test_blocks_become_rows_where_something_changes() -> None:
    day = StartDateConstraint(CHANGE)
    tiered = TieredPrices(Decimal(1), [Tier(100, Decimal(2)), Tier(200, Decimal("0.30000000000000004"))])
    rows = snapshot_of(
        ConditionalPrice(prices=ModelPrice(input_mtok=tiered, output_mtok=Decimal(5))),
        ConditionalPrice(day, prices=ModelPrice(input_mtok=Decimal(1), output_mtok=Decimal(6))),
    )
    assert rows == {
        ("standard", "input", 0, None): 1,
        ("standard", "input", 100, None): 2,
        ("standard", "input", 200, None): 0.3,
        ("standard", "input", 100, CHANGE): None,
        ("standard", "input", 200, CHANGE): None,
        ("standard", "output", 0, None): 5,
        ("standard", "output", 0, CHANGE): 6,
    }


def test_a_daily_window_of_another_kind_is_not_guessed_at() -> None:
    def window(start: int, end: int, price: int) -> ConditionalPrice:
        hours = TimeOfDateConstraint(dt.time(start, tzinfo=dt.UTC), dt.time(end, tzinfo=dt.UTC))
        return ConditionalPrice(hours, prices=ModelPrice(input_mtok=Decimal(price)))

    usual = ConditionalPrice(prices=ModelPrice(input_mtok=Decimal(2)))
    assert snapshot_of(usual, window(1, 4, 3))["off-peak", "input", 0, None] == 2
    (_, reason), *_ = stated_by(usual, window(1, 4, 1)).unread
    assert "cheaper than the rest of the day" in reason
    (_, reason), *_ = stated_by(usual, window(1, 4, 3), window(5, 6, 4)).unread
    assert "several daily windows" in reason


# -- renewing the prices of a running program ----------------------------------------------------------------------


def unreachable() -> list[Any]:
    raise ConnectionError("no route to host")


@SMALL
def test_a_refresh_takes_what_is_published(place: Path, source: list[Any]) -> None:
    model_of(source, "gpt-4o").prices.input_mtok = Decimal("2.25")
    done = refresh(lambda: source)
    assert (done.source, done.corrections, done.remarks) == (FETCHED, 1, ())
    assert (priced("gpt-4o"), default_book().as_of, kept(place).state.source) == (2.25, done.as_of, FETCHED)


@pytest.mark.usefixtures("small_catalogue", "place")
def test_a_refresh_tells_of_prices_held_back(source: list[Any]) -> None:
    model_of(source, "gpt-4o").prices.input_mtok = Decimal(2500)
    assert "1 doubtful prices are held back" in str(refresh(lambda: source))
    assert priced("gpt-4o") == 2.5


def test_offline_a_refresh_takes_the_installed_release_and_says_so(place: Path) -> None:
    done = refresh(unreachable)
    assert done.source.startswith("genai-prices ")
    assert "no route to host" in str(done)
    assert kept(place).as_of == done.as_of


@SMALL
def test_offline_prices_once_fetched_stay(place: Path, source: list[Any]) -> None:
    model_of(source, "gpt-4o").prices.input_mtok = Decimal("2.25")
    refresh(lambda: source)
    before = store.newest_in(place)
    assert "nothing was fetched" in str(refresh(unreachable))
    assert store.newest_in(place) == before


@SMALL
def test_a_damaged_feed_leaves_the_prices_alone(place: Path) -> None:
    with pytest.raises(NotAvailableError, match="rejected"):
        refresh(list)
    assert list(place.iterdir()) == []


@SMALL
def test_where_only_the_packages_prices_are_wanted_nothing_is_renewed(source: list[Any]) -> None:
    with pytest.raises(NotAvailableError, match="LLMCOST_XL_CATALOGUE is 'bundled'"):
        refresh(lambda: source)


def test_prices_are_read_anew_after_forget() -> None:
    first = bundled_book()
    assert bundled_book() is first
    forget()
    assert bundled_book() is not first


@SMALL
def test_a_catalogue_written_out_is_read_back_the_same(place: Path, source: list[Any]) -> None:
    updated(source, place)
    folder = store.newest_in(place)
    assert folder
    assert book_in(folder).content_hash == book_in(store.PACKAGED).content_hash
