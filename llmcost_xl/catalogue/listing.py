"""Prices as people look at them: found by words, shown with their history, compared between two days."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from llmcost_xl.catalogue import report
from llmcost_xl.catalogue.rows import sort_key
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.quantities import SERVICE_TIERS

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.catalogue.names import Model, ModelKey
    from llmcost_xl.catalogue.quote import Block
    from llmcost_xl.catalogue.rows import PriceRow


class Found(NamedTuple):
    """A model, and what its text tokens cost on a day in prompts of usual length; None where that is not known."""

    model: str
    input: float | None
    output: float | None
    context_window: int | None
    remark: str
    name: str


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


def search(book: PriceBook, words: str, day: dt.date) -> list[Found]:
    """The models whose id, name or provider contains every word.

    Raises:
        NotAvailableError: there is none.
    """
    return [_found(book, model, day) for model in report.search(book, words)]


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


def _found(book: PriceBook, model: Model, day: dt.date) -> Found:
    name, window = str(model.key), int(model.context_window) if model.context_window else None
    try:
        prices = book.card(name, day).prices
    except NotAvailableError:
        return Found(name, None, None, window, "no price known", model.name)
    usual = {component: prices[component][1][0] for component in ("input", "output") if component in prices}
    remarks = {
        "free": usual and not any(usual.values()),
        "long prompts differ": any(len(thresholds) > 1 for thresholds, _ in prices.values()),
        "deprecated": model.deprecated,
    }
    remark = ", ".join(remark for remark, holds in remarks.items() if holds)
    return Found(name, usual.get("input"), usual.get("output"), window, remark, model.name)


def _charged(book: PriceBook, key: ModelKey, day: dt.date, tiers: set[str]) -> dict[PriceRow, float | None]:
    """The rows in force on a day with the price each makes; a discount's row has none of its own."""
    charged: dict[PriceRow, float | None] = {}
    for tier in SERVICE_TIERS:
        if tier not in tiers:
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
