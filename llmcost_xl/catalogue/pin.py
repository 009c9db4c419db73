"""A company's own price file, written from the prices in force: what a contract or a budget is held to."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from llmcost_xl.catalogue.rows import CALL_COMPONENTS, COLUMNS, DISCOUNT, RATE, PriceRow, as_text, sort_key
from llmcost_xl.catalogue.text import plainly
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.catalogue.names import ModelKey
    from llmcost_xl.catalogue.quote import Block

DIGITS: Final = 12


def pinned(book: PriceBook, models: Iterable[str], day: dt.date, discount: float = 0.0) -> list[PriceRow]:
    """The prices of these models in force on a day, and the dated ones to come, net of a discount on tokens.

    A price keeps its own date, so that a look-up of an earlier day answers as before. A company's exchange rates come
    with them: a price in euros is worth nothing without.

    Raises:
        NotAvailableError: a model is not known, or has no price on that day.
    """
    rows: list[PriceRow] = []
    for key in dict.fromkeys(book.resolve(name) for name in models):
        book.blocks(key, day, "standard")  # refuses where there is none
        rows += _rows(book, key, day, discount)
    return sorted([*rows, *_rates(book, day)], key=sort_key)


def _rates(book: PriceBook, day: dt.date) -> Iterator[PriceRow]:
    """Every exchange rate in force on the day, or to come."""
    known = [row for layer in book.layers() for row in layer.rows if row.component == RATE]
    for code in dict.fromkeys(row.model for row in known):
        days = (day, *_later(day, (row for row in known if row.model == code)))
        yield from dict.fromkeys(rate for date in days if (rate := book.fx_row(code, date)))


def _later(day: dt.date, rows: Iterable[PriceRow]) -> list[dt.date]:
    """The days after a day on which one of the rows begins."""
    return sorted({row.from_date for row in rows if row.from_date and row.from_date > day})


def _rows(book: PriceBook, key: ModelKey, day: dt.date, discount: float) -> Iterator[PriceRow]:
    """The model's price of every component and tier on the day, and on every later day on which one changes."""
    known = [row for history in book.histories(key) for row in history.rows]
    discounts = [row for layer in book.layers() for row in layer.rows if row.component == DISCOUNT]
    later = _later(day, (*known, *discounts))
    for tier, component in dict.fromkeys((row.service_tier, row.component) for row in known):
        before: dict[int, float] = {}
        for date in (day, *later):
            block = book.block(key, component, tier, date)
            prices = dict(zip(block.thresholds, block.prices, strict=True)) if block else {}
            if not prices.keys() >= before.keys():
                raise NotAvailableError(
                    f"{key} {component} ({tier}) is no longer offered from {date}, which a price file cannot say;"
                    f" pin it as of {date} or later"
                )
            since = _since(block) if block and date == day else date
            for row in block.rows[: len(prices)] if block else ():
                if before.get(row.context_threshold) != prices[row.context_threshold]:
                    yield _row(key, row._replace(from_date=since), prices[row.context_threshold], discount)
            before = prices


def _since(block: Block) -> dt.date | None:
    """The day from which all of a block's prices hold; earlier ones are left to the catalogue."""
    return max((row.from_date for row in block.rows if row.from_date), default=None)


def _row(key: ModelKey, row: PriceRow, price: float, discount: float) -> PriceRow:
    share = 1.0 if row.component in CALL_COMPONENTS else 1 - discount
    return row._replace(
        provider=key.provider,
        model=key.model,
        price=float(f"{price * share:.{DIGITS}g}"),
        source=f"{row.source}; less {discount:.10g} of the list price" if share < 1 else row.source,
    )


def as_price_file(rows: Iterable[PriceRow], catalogue_hash: str) -> str:
    """The rows as a price file; every row's source says which state of the catalogue it was pinned from."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    price = COLUMNS.index("price")
    for row in rows:
        fields = as_text(row._replace(source=f"{row.source}; pinned from catalogue {catalogue_hash[:12]}"))
        fields[price] = plainly(fields[price])
        writer.writerow(fields)
    return text.getvalue()
