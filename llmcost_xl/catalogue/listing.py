"""Prices as people look at them: shown with their history, compared between two days."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from llmcost_xl.catalogue.rows import sort_key
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.quantities import SERVICE_TIERS

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.catalogue.names import ModelKey
    from llmcost_xl.catalogue.quote import Block
    from llmcost_xl.catalogue.rows import PriceRow


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
    found: list[Changed] = []
    for key in book.models():
        if key.provider in book.names.private:
            continue
        rows = [row for known in book.histories(key) for row in known.rows]
        for tier, component in dict.fromkeys((row.service_tier, row.component) for row in rows):
            old, new = (_levels(book.block(key, component, tier, day)) for day in (before, after))
            for level in sorted(old.keys() | new.keys()) if old != new else ():
                (first, unit), (second, new_unit) = old.get(level, (None, "")), new.get(level, (None, ""))
                if first != second:
                    found.append(Changed(str(key), tier, component, level or None, first, second, new_unit or unit))
    return found


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
