"""The prices of a table, read: which model's, since when, and in what unit; and what cannot be understood of one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.dates import date_of_text
from llmcost_xl.errors import RefusedError, in_words
from llmcost_xl.ooxml import address
from llmcost_xl.ooxml.values import ErrorCode
from llmcost_xl.reprice.headings import component_of, tier_of
from llmcost_xl.reprice.table import NO_CELL, is_blank, number_in, text_in
from llmcost_xl.reprice.target import Series
from llmcost_xl.reprice.units import NONE, Unit, read_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.catalogue.names import ModelKey
    from llmcost_xl.ooxml import BookFile, Cell
    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.reprice.table import PriceTable, Record
    from llmcost_xl.reprice.target import Target

CHANGED: Final = "changed"
APPENDED: Final = "appended"
DATED: Final = "date set"
SAME: Final = "already so"
LEFT: Final = "left alone"
NO_ROOM: Final = "no room"
UNKNOWN: Final = "unknown"
UNCLEAR: Final = "not understood"
KINDS: Final = (CHANGED, APPENDED, DATED, SAME, LEFT, NO_ROOM, UNKNOWN, UNCLEAR)
OPEN: Final = (NO_ROOM, UNKNOWN, UNCLEAR)
"""What somebody has to look at: these prices are not those of the target, and nobody chose that."""

SINCE_EVER: Final = dt.date(2000, 1, 1)
"""How our workbooks write that the first day of a price is not known."""


class Doubt(NamedTuple):
    """Why a price is not touched."""

    kind: str
    reason: str


class Written(NamedTuple):
    """A price, and the names that a workbook gives to its model."""

    series: Series
    names: str


class Price(NamedTuple):
    """A price cell, with what its row says of it."""

    table: PriceTable
    record: Record
    column: int
    series: Series | None = None
    amount: float = 0.0  # per 1M tokens or 1k calls
    factor: float = 1.0  # from there to the unit of the table
    since: dt.date = SINCE_EVER
    doubt: Doubt | None = None

    @property
    def where(self) -> Position:
        """Row and column of its cell."""
        return self.record.row, self.column

    @property
    def address(self) -> str:
        """Its cell, "F7"."""
        return address(self.where)

    @property
    def cell(self) -> Cell:
        """The cell itself."""
        return self.record.line.get(self.column, NO_CELL)

    @property
    def model(self) -> str:
        """The model: as the catalogue calls it, else as the workbook does."""
        if self.series:
            return str(self.series.key)
        return "/".join(filter(None, (text_in(self.table.cell(self.record, name)) for name in ("provider", "model"))))

    @property
    def component(self) -> str:
        """The component, as far as it is known."""
        stated = self.table.prices[self.column] or text_in(self.table.cell(self.record, "component"))
        return self.series.component if self.series else stated

    @property
    def written(self) -> Written:
        """The price as formulas look it up: names of one model that differ are different prices to them."""
        assert self.series is not None  # noqa: S101  # one that could not be read is decided already
        names = (text_in(self.table.cell(self.record, name)).lower() for name in ("provider", "model"))
        return Written(self.series, "/".join(names))

    @property
    def source(self) -> str:
        """On whose word the row says it stands."""
        return text_in(self.table.cell(self.record, "source"))


class _DoubtError(Exception):
    """Raised while a row is read."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.doubt = Doubt(kind, reason)


def prices_of(book: BookFile, table: PriceTable, target: Target, unit: Unit = NONE) -> Iterator[Price]:
    """Every price of a table; `unit` is what its headings leave open.

    A blank cell beside a filled one is no price: not every model has all components.
    """
    for record in table.records:
        filled = [column for column in table.prices if column in record.line]
        for column in filled or list(table.prices)[:1]:
            price = Price(table, record, column)
            try:
                yield _read(book, price, target, unit)
            except _DoubtError as doubt:
                yield price._replace(doubt=doubt.doubt)


def _read(book: BookFile, price: Price, target: Target, unit: Unit) -> Price:
    table, record = price.table, price.record
    cell = price.cell
    if cell.formula is not None:
        raise _DoubtError(LEFT, "is a formula")
    if isinstance(cell.value, ErrorCode):
        raise _DoubtError(UNCLEAR, f"shows {cell.value}")
    amount = number_in(cell)
    if amount is None:
        raise _DoubtError(UNCLEAR, f"is no number but {in_words(cell.value)}" if not is_blank(cell) else "is blank")
    series, factor = _series(price, target, unit)
    since = SINCE_EVER
    if table.is_dated:
        since = _day(book, table.cell(record, "from_date"))
    return price._replace(series=series, amount=amount / factor, factor=factor, since=since)


def _series(price: Price, target: Target, given: Unit) -> tuple[Series, float]:
    """Which price it is, and what its unit makes of one of the catalogue."""
    table, record = price.table, price.record
    component = table.prices[price.column] or component_of(table.cell(record, "component").value)
    if component is None:
        what = text_in(table.cell(record, "component"))
        raise _DoubtError(UNCLEAR, f"the component {what!r} is none that is known" if what else "has no component")
    tier = tier_of(table.cell(record, "service_tier").value)
    if tier is None:
        raise _DoubtError(UNCLEAR, f"there is no service tier {text_in(table.cell(record, 'service_tier'))!r}")
    currency, factor = _unit(price, component, given)
    return Series(_model(price, target), component, tier, _threshold(price), currency), factor


def _unit(price: Price, component: str, given: Unit) -> tuple[str, float]:
    table, record = price.table, price.record
    stated = Unit(currency=read_unit(table.cell(record, "currency").value).currency)
    stated = stated.or_else(read_unit(table.cell(record, "unit").value)).or_else(table.units[price.column])
    whole = stated.or_else(given)
    if not whole.is_whole:
        raise _DoubtError(UNCLEAR, f"its unit is not stated ({whole}); head it so, or say --unit 'USD per 1M tokens'")
    factor = whole.factor(component)
    if factor is None:
        raise _DoubtError(UNCLEAR, f"a price of {component.replace('_', ' ')} is not one {whole}")
    return whole.currency, factor


def _model(price: Price, target: Target) -> ModelKey:
    table, record = price.table, price.record
    model = table.cell(record, "model")
    if not text_in(model):
        raise _DoubtError(UNKNOWN, "has no model's name")
    provider = text_in(table.cell(record, "provider"))
    if not provider and table.has_providers:
        raise _DoubtError(UNCLEAR, "has no provider, which other rows have")
    found = target.find(f"{provider}/{text_in(model)}" if provider else text_in(model))
    if isinstance(found, str):
        raise _DoubtError(UNKNOWN, found)
    return found


def _threshold(price: Price) -> int:
    cell = price.table.cell(price.record, "context_threshold")
    if is_blank(cell):
        return 0
    number = number_in(cell)
    if number is None or number < 0 or number % 1:
        raise _DoubtError(UNCLEAR, "its context threshold is no whole number of tokens")
    return int(number)


def _day(book: BookFile, cell: Cell) -> dt.date:
    """The day of a cell; no day stands for a price whose first day is not known."""
    if is_blank(cell):
        return SINCE_EVER
    try:
        if isinstance(cell.value, str):
            return date_of_text(cell.value)
        day = cell.value if isinstance(cell.value, dt.date) else book.day(cell.value or 0.0)
    except (ValueError, RefusedError):
        raise _DoubtError(UNCLEAR, f"{cell.value!r} is no date; write it like 2026-11-30") from None
    return day.date() if isinstance(day, dt.datetime) else day
