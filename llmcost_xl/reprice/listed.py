"""The prices that a workbook's own tables list, as rows of a price file: for comparing them with other prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.catalogue.checks import PriceTableError, contradictions
from llmcost_xl.catalogue.names import ModelKey
from llmcost_xl.catalogue.rows import PriceRow, default_unit
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice.pricedate import price_date
from llmcost_xl.reprice.prices import SINCE_EVER, Price, prices_of
from llmcost_xl.reprice.tables import price_tables
from llmcost_xl.reprice.target import Target, newest

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


class _AsWritten(Target):
    """Knows a model by what a workbook calls it, where no catalogue does."""

    def find(self, name: str) -> ModelKey | str:
        found = super().find(name)
        provider, _, model = name.partition("/")
        return ModelKey(provider, model) if isinstance(found, str) and provider and model else found


def prices_in(path: Path) -> tuple[list[PriceRow], dt.date | None]:
    """The price rows of a workbook, and its price date where it has one.

    Raises:
        RefusedError: the content is no workbook, or not a safe one.
        PriceTableError: it has no price table, or prices of it are doubtful.
        OSError: the file cannot be read.
    """
    book, latest = BookFile.read(path), newest()
    target = _AsWritten(latest.book, latest.day, latest.label)
    rows, problems = [], []
    for table in price_tables(book):
        if table.problem:
            problems.append(f"{table.sheet}!{table.area}: {table.problem}")
            continue
        for price in prices_of(book, table, target):
            if price.doubt:
                problems.append(f"{table.sheet}!{price.address} {price.doubt.reason}")
            else:
                rows.append(_row(price, path.name))
    if not rows and not problems:
        problems.append("no sheet has a table with a heading for the model and one for its price")
    problems = problems or list(contradictions(rows))
    if problems:
        raise PriceTableError(path.name, problems)
    return rows, price_date(book)


def _row(price: Price, name: str) -> PriceRow:
    series = price.series
    assert series is not None  # noqa: S101  # one that could not be read is told
    return PriceRow(
        series.key.provider, series.key.model, series.component, None if price.since == SINCE_EVER else price.since,
        series.context_threshold, series.service_tier, price.amount, default_unit(series.component, series.currency),
        price.source or f"{name}, sheet {price.table.sheet}", None,
    )  # fmt: skip
