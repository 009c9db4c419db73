"""The Prices sheet: dated list prices in US dollars, those in force on the price date, and those of every month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from llmcost_xl.catalogue.names import ModelKey
from llmcost_xl.catalogue.quote import HORIZON
from llmcost_xl.catalogue.rows import ANY
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.workbook.layout import Check, Entry, Field, Line, Rows, Sheet, Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.workbook.layout import Axis
    from llmcost_xl.workbook.options import Options

SINCE_EVER: Final = dt.date(2000, 1, 1)
"""Stands for "no start date known", so that every row of the sheet has a date."""

SPARE_ROWS: Final = 12
SOURCE: Final = 6  # the place of a price's source in its record
LOOKED_UP: Final = ("genai-prices", "launch price")
TIER: Final = "standard"
PRICED: Final = ("input", "output")
PRICE_OF: Final = {
    "input": "input_price",
    "output": "output_price",
    "cache_read": "cached_price",
    "cache_write": "write_price",
}
"""The quantity that a component's price is."""

FIELDS: Final = (
    Field("provider", label="Provider", unit="text"),
    Field("price_model", label="Model", unit="text"),
    Field("component", label="Component", unit="text"),
    Field("from_date", label="From date", unit="date"),
    Field("service_tier", label="Service tier", unit="text"),
    Field("price", label="Price", unit="US$ per 1M tokens"),
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


STATUSES: Final = ("source text", "verified", "assumption")
STATUS: Final = Field("price_status", label="Status", unit="text", choices=STATUSES)
"""A column of its own, after those that are entered, where a workbook shows how far each price can be trusted."""


RIGHT: Final = Check(
    "prices_right",
    "Price rows that are incomplete, negative, repeated or not of the standard tier",
    "{price_wrong:total}",
    advice="See the last column of Prices: each such row counts 1",
)
FOUND: Final = Check(
    "prices_found", "Prices of the chosen model that are missing on the price date", "{prices_missing}"
)
CURRENT_RATE: Final = Check(
    "fx_current",
    "The exchange rate was quoted within a month of the price date",
    "{fx_lag}",
    "<=",
    "{days_per_month}",
    kind="alert",
    advice="Enter a newer exchange rate and its date on Inputs",
)


def price_sheet(options: Options, models: tuple[str, ...], components: tuple[str, ...] = PRICED) -> Sheet:
    """List prices of these models ("openai/gpt-4o-mini"), and below them those of the chosen model on the price date.

    The prices in force are in the workbook's currency. The inputs must hold `price_entries` and a `model`.

    Raises:
        NotAvailableError: a model has no input or no output price on the price date.
    """
    table = price_table(options, models, components)
    names = [PRICE_OF[component] for component in components]
    in_force = (
        Line(name, f'=INDEX({{price:all}},MATCH({{model}}&" {component}",{{price_key:all}},0))*{{fx_rate}}')
        for name, component in zip(names, components, strict=True)
    )
    missing = "+".join(f"(1-ISNUMBER({{{name}}}))" for name in names)
    return Sheet(
        "Prices",
        "Dated prices: add a row to change a price from its date on; figures with an earlier price date do not move.",
        (
            Rows("Price date and model", (*price_dates(), Line("model"))),
            table,
            Rows("Prices in force", (*in_force, Line("prices_missing", f"={missing}", "Prices missing", "count"))),
        ),
    )


def price_dates() -> tuple[Line, ...]:
    """What a Prices sheet needs of `price_entries`, above its table."""
    lag = Line("fx_lag", "=ABS({as_of}-{fx_date})", "Exchange rate and price date apart", "days")
    return Line("as_of"), Line("fx_rate"), Line("fx_date"), lag


def price_table(
    options: Options, models: tuple[str, ...], components: tuple[str, ...] = PRICED, *, status: bool = False
) -> Table:
    """The dated price rows of these models; the sheet must show the price date `as_of` as well.

    With `status` every row says, too, whether its price is printed in a source text, verified or assumed.
    """
    records = tuple(record for model in models for record in _records(options, model, components))
    fields: tuple[Field, ...] = FIELDS
    if status:
        entered = sum(not column.formula for column in FIELDS)
        fields = (*FIELDS[:entered], STATUS, *FIELDS[entered:])
        records = tuple((*record, _status(str(record[SOURCE]))) for record in records)
    note = "2000-01-01: start date not known. Fill the empty rows; one per date, standard tier only."
    return Table("prices", "List prices, in US dollars", fields, records, spare=SPARE_ROWS, note=note)


def price_entries(options: Options, source: str) -> tuple[Entry, ...]:
    """The price date and the exchange rate; `source` is cited for the date."""
    day = options.currency.day or options.price_date
    return (
        Entry("as_of", options.price_date, source, "Prices in force on this day count", fixed=True),
        Entry("fx_rate", options.currency.rate, source, "List prices are in US dollars; 1 in a workbook in dollars"),
        Entry("fx_date", day, source, "Day of the exchange rate", fixed=True),
    )


def monthly_prices(of: Axis, model: str, months: Axis, components: tuple[str, ...] = PRICED) -> Sheet:
    """The sheet Calc_Prices: for each record of a table, the prices of its model in every month.

    `model` is the field that holds "openai/gpt-4o-mini". A price counts from the first month that ends on its date or
    later; a month without one is an error (#DIV/0!), never 0, and is counted in `months_unpriced`. A record without a
    model is not used and costs nothing.
    """
    lines = [
        Line(
            f"{component}_key", f'={{{model}}}&" {component}"', f"Model and component, {component}", "text", single=True
        )
        for component in components
    ]
    for component in components:
        name, word = PRICE_OF[component], component.replace("_", " ").capitalize()
        row = f"({{price_id:all}}={{{component}_key}})"
        lines += [
            Line(f"{name}_since", f"=SUMPRODUCT(MAX({row}*({{from_date:all}}<={{month_end}})*{{from_date:all}}))",
                 f"{word} price since", "date"),
            Line(f"listed_{name}", f"=SUMPRODUCT({row}*({{from_date:all}}={{{name}_since}})*{{price:all}})",
                 f"{word} price, listed", "US$ per 1M tokens"),
            Line(f"month_{name}", f"=IF({{{model}}}=0,0,{{listed_{name}}}*{{fx_rate}}/({{{name}_since}}>0))",
                 f"{word} price", "USD per 1M tokens"),
        ]  # fmt: skip
    unpriced = "+".join(f"({{{PRICE_OF[component]}_since}}=0)" for component in components)
    unpriced = f"({unpriced})*({{{model}}}<>0)"
    return Sheet(
        "Calc_Prices",
        "What a million tokens cost in every month: the latest price that starts by the end of the month.",
        (
            Table("price_list", "List prices, in US dollars", (
                Field("price_id", '={provider}&"/"&{price_model}&" "&{component}', "Model and component", "text"),
            ), like="prices"),
            Rows("Prices by month", (*lines, Line("unpriced", f"={unpriced}", "Prices missing", "count")), per=of),
            Rows("Prices missing", (Line("months_unpriced", "=SUM({unpriced:all})", "Prices missing", "count",
                                         single=True),), per=of),
        ),
        months,
    )  # fmt: skip


def _records(options: Options, model: str, components: tuple[str, ...]) -> Iterator[tuple[Value, ...]]:
    """The price rows of a model at the standard tier, oldest first, one for every change."""
    book = options.prices
    key = book.resolve(model)
    for component in components:
        if book.block(key, component, TIER, options.price_date) is None:
            if component in PRICED:
                raise NotAvailableError(f"{key} has no {component} price on {options.price_date}")
            continue
        yield from _history(book, key, component)


def _status(source: str) -> str:
    """How far a price can be trusted: printed in a text, looked up on the day it was checked, or neither."""
    if source.startswith('"'):  # the title of a source text
        return STATUSES[0]
    return STATUSES[1] if source.startswith(LOOKED_UP) and "not verified" not in source else STATUSES[2]


def _history(book: PriceBook, key: ModelKey, component: str) -> Iterator[tuple[Value, ...]]:
    """Every change of one price, a company's own prices and discounts included, in US dollars."""
    scopes = (key, ModelKey(key.provider, ANY), ModelKey(ANY, ANY))
    rows = [row for scope in scopes for history in book.histories(scope) for row in history.rows]
    days = sorted({row.from_date or SINCE_EVER for row in rows if row.price is not None})
    before: tuple[Value, ...] = ()
    for day in days:
        block = book.block(key, component, TIER, max(day, HORIZON))
        if block is None:
            continue
        price = block.prices[0] / book.per_usd(block.currency, max(day, book.as_of))
        source = block.rows[0]
        if (price, source.source) != before:
            before = price, source.source
            yield (key.provider, key.model, component, day, TIER, price, source.source,
                   source.checked_on or SINCE_EVER)  # fmt: skip
