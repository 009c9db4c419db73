"""The one row layout of every price: bundled, a company's own, or a range of a workbook.

A price holds from its date until the next row of the same provider, model, component, context threshold and service
tier. A blank `from_date` means the source does not say since when. Above a `context_threshold` the price applies to
all tokens of a request whose prompt is longer than that. An empty price, which only the bundled files have, says: from
this date no longer offered.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.quantities import COMPONENTS, SERVICE_TIERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CALL_COMPONENTS: Final = ("web_search", "request")
DISCOUNT: Final = "discount"  # of a model, or of ANY, on list prices
RATE: Final = "rate"  # of a currency, whose code is the "model" of FX_PROVIDER
ANY: Final = "*"
FX_PROVIDER: Final = "fx"
CURRENCY_CODE: Final = re.compile("[A-Z]{3}")
ROW_COMPONENTS: Final = (*COMPONENTS, DISCOUNT, RATE)
DEAREST: Final = 10_000  # USD per 1M tokens: beyond it a unit is wrong
PER_TOKENS: Final = "per 1M tokens"
PER_CALLS: Final = "per 1k calls"


class PriceRow(NamedTuple):
    """One dated price; the field names are the columns of every price file."""

    provider: str
    model: str
    component: str
    from_date: dt.date | None
    context_threshold: int
    service_tier: str
    price: float | None
    unit: str
    source: str
    checked_on: dt.date | None

    @property
    def currency(self) -> str:
        """ISO code of the price's currency: the first word of its unit."""
        return self.unit.split(" ", 1)[0]

    @property
    def key(self) -> tuple[str, str, str, str, int, dt.date | None]:
        """What no two rows of one file share."""
        return (
            self.provider,
            self.model,
            self.component,
            self.service_tier,
            self.context_threshold,
            self.from_date,
        )


COLUMNS: Final = PriceRow._fields


def default_unit(component: str, currency: str = "USD") -> str:
    """The unit a component is quoted in."""
    return f"{currency} {PER_CALLS if component in CALL_COMPONENTS else PER_TOKENS}"


def sort_key(row: PriceRow) -> tuple[object, ...]:
    """The order of rows in a file: history runs downwards within each price."""
    return (
        row.provider,
        row.model,
        SERVICE_TIERS.index(row.service_tier),
        ROW_COMPONENTS.index(row.component),
        row.context_threshold,
        row.from_date or dt.date.min,
    )


def read_rows(path: Path) -> Iterator[PriceRow]:
    """Rows of a bundled file, which the tests have checked; `table.py` reads everybody else's."""
    day = dt.date.fromisoformat
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        if tuple(next(reader)) != COLUMNS:
            raise ValueError(f"{path.name} does not have the columns {', '.join(COLUMNS)}")
        for provider, model, component, since, threshold, tier, price, unit, source, checked in reader:
            yield PriceRow(
                provider,
                model,
                component,
                day(since) if since else None,
                int(threshold) if threshold else 0,
                tier,
                float(price) if price else None,
                unit,
                source,
                day(checked) if checked else None,
            )


def as_text(row: PriceRow) -> list[str]:
    """The row as it stands in a file."""
    return [
        row.provider,
        row.model,
        row.component,
        row.from_date.isoformat() if row.from_date else "",
        str(row.context_threshold or ""),
        row.service_tier,
        "" if row.price is None else f"{row.price:.12g}",
        row.unit,
        row.source,
        row.checked_on.isoformat() if row.checked_on else "",
    ]


def content_hash(rows: Iterable[PriceRow], *others: Iterable[str]) -> str:
    """SHA-256 of the rows in file order, and of any further lines on which figures depend.

    `source` and `checked_on` are left out: looking at a price again does not change what it says.
    """
    digest = hashlib.sha256()
    for row in sorted(rows, key=sort_key):
        digest.update("\t".join(as_text(row)[:-2]).encode() + b"\n")
    for lines in others:
        for line in lines:
            digest.update(line.encode() + b"\n")
    return digest.hexdigest()
