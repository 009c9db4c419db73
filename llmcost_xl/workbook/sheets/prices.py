"""The Prices sheet: dated prices in the catalogue's columns, and those in force on the price date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.workbook.layout import Entry, Field, Line, Rows, Sheet, Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.catalogue.rows import PriceRow

SINCE_EVER: Final = dt.date(2000, 1, 1)
"""Stands for "no start date known", so that every row of the sheet has a date."""

SPARE_ROWS: Final = 12
TIER: Final = "standard"
WANTED: Final = {"input_price": "input", "output_price": "output"}


def price_sheet(models: tuple[str, ...]) -> Sheet:
    """Prices of these models ("openai/gpt-4o-mini"), and below them the ones the chosen model has on the price date."""
    records = tuple(_record(row) for model in models for row in _rows(model))
    fields = (
        Field("provider", label="Provider", unit="text"),
        Field("price_model", label="Model", unit="text"),
        Field("component", label="Component", unit="text"),
        Field("from_date", label="From date", unit="date"),
        Field("service_tier", label="Service tier", unit="text"),
        Field("price", label="Price", unit="USD per 1M tokens"),
        Field("price_source", label="Source", unit="text"),
        Field("checked_on", label="Checked on", unit="date"),
        Field(
            "superseded",
            "=SUMPRODUCT(({provider:all}={provider})*({price_model:all}={price_model})*({component:all}={component})"
            "*({service_tier:all}={service_tier})*({from_date:all}>{from_date})*({from_date:all}<={as_of}))",
            label="Replaced by",
            unit="count",
        ),
        Field(
            "in_force",
            f'=({{service_tier}}="{TIER}")*({{from_date}}<={{as_of}})*({{superseded}}=0)',
            label="In force (flag)",
            unit="flag",
        ),
        Field(
            "price_key",
            '=IF({in_force}=1,{provider}&"/"&{price_model}&" "&{component},"")',
            label="Key",
            unit="text",
            wide=True,
        ),
        Field("price_filled", '=({provider}&{price_model}&{component}&{from_date}&{price}<>"")*1',
              label="Filled (flag)", unit="flag"),
        Field("price_complete",
              '=({provider}<>"")*({price_model}<>"")*({component}<>"")*ISNUMBER({from_date})*ISNUMBER({price})',
              label="Complete (flag)", unit="flag"),
        Field("price_alike",
              "={price_filled}*SUMPRODUCT(({provider:all}={provider})*({price_model:all}={price_model})"
              "*({component:all}={component})*({from_date:all}={from_date}))",
              label="Rows alike", unit="count"),
        Field("price_wrong",
              f'={{price_filled}}*(1-{{price_complete}}*({{price}}>=0)*({{service_tier}}="{TIER}")*({{price_alike}}=1))',
              label="Wrong (flag)", unit="flag", total=True),
    )  # fmt: skip
    return Sheet(
        "Prices",
        "Dated prices: add a row to change a price from its date on; figures with an earlier price date do not move.",
        (
            Rows("Price date and model", (Line("as_of"), Line("model"))),
            Table("prices", "Prices", fields, records, spare=SPARE_ROWS,
                  note="2000-01-01: start date not known. Fill the empty rows; one per date, standard tier only."),
            Rows(
                "Prices in force",
                (
                    *(
                        Line(name, f'=INDEX({{price:all}},MATCH({{model}}&" {component}",{{price_key:all}},0))')
                        for name, component in WANTED.items()
                    ),
                    Line("prices_missing", "=(1-ISNUMBER({input_price}))+(1-ISNUMBER({output_price}))",
                         "Prices missing", "count"),
                ),
            ),
        ),
    )  # fmt: skip


def as_of_entry(source: str) -> Entry:
    """The price date, prefilled with the catalogue's own."""
    return Entry("as_of", bundled_book().as_of, source, "Prices in force on this day count")


def _rows(model: str) -> Iterator[PriceRow]:
    """The input and output prices of a model at the standard tier, oldest first."""
    provider, _, name = model.partition("/")
    rows = [
        row
        for row in bundled_book().rows
        if (row.provider, row.model) == (provider, name)
        and row.component in WANTED.values()
        and row.service_tier == TIER
        and not row.context_threshold
        and row.price is not None
    ]
    if not rows:
        raise ValueError(f"the catalogue has no prices of {model!r}")
    yield from sorted(rows, key=lambda row: (row.component, row.from_date or SINCE_EVER))


def _record(row: PriceRow) -> tuple[Value, ...]:
    return (
        row.provider, row.model, row.component, row.from_date or SINCE_EVER, row.service_tier, row.price, row.source,
        row.checked_on or SINCE_EVER,
    )  # fmt: skip
