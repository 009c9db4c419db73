"""The prices that a workbook's table holds, and usage priced with them: for workbooks whose usage comes from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.engine.variance import Factors
from llmcost_xl.errors import NotAvailableError, RefusedError
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice.bridge import Item
from llmcost_xl.reprice.pricedate import PRICE_DATES
from llmcost_xl.reprice.prices import Price, prices_of
from llmcost_xl.reprice.tables import price_tables
from llmcost_xl.reprice.units import NONE, Unit

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.reprice.state import State
    from llmcost_xl.reprice.target import Target
    from llmcost_xl.reprice.usage import Side, Usage

STANDARD: Final = "standard"
DOLLARS: Final = "USD"


class Listed(NamedTuple):
    """The prices in force on a day, per million tokens, by model and component; all in one currency."""

    day: dt.date
    prices: dict[tuple[str, str], Price]
    currency: str

    def of(self, model: str, component: str) -> float | None:
        """The price of a component, None where the workbook has none."""
        found = self.prices.get((model, component))
        return found.amount if found else None


class Priced(NamedTuple):
    """Usage with prices before and after; what has none is named."""

    items: tuple[Item, ...]
    currency: str
    unknown: tuple[str, ...]


def price_date(state: State, target: Target) -> dt.date:
    """The day whose prices count in a workbook: its own price date, else that of the target."""
    for name in PRICE_DATES:
        named = state.names.get(name)
        day = state.day(state.value(named.sheet, named.area.start)) if named else None
        if day:
            return day
    return target.day


def listed(content: bytes, day: dt.date, target: Target, unit: Unit = NONE) -> Listed:
    """The prices in force on a day, at the standard tier, for short prompts.

    Raises:
        RefusedError: they are in several currencies.
    """
    book = BookFile.read(content)
    found: dict[tuple[str, str], Price] = {}
    for table in price_tables(book):
        for price in prices_of(book, table, target, unit):
            series = price.series
            if series is None or series.service_tier != STANDARD or series.context_threshold or price.since > day:
                continue
            key = str(series.key), series.component
            if key not in found or found[key].since <= price.since:
                found[key] = price
    currencies = {price.series.currency for price in found.values() if price.series}
    if len(currencies) > 1:
        raise RefusedError(f"the workbook's prices are in {' and '.join(sorted(currencies))}: spend cannot be added up")
    return Listed(day, found, next(iter(currencies), DOLLARS))


def priced(usage: Usage, before: Listed, after: Listed, target: Target) -> Priced:
    """The items of a bridge: the usage of a file at the prices of a workbook.

    Raises:
        RefusedError: an exchange rate is not known.
    """
    currency = usage.currency or before.currency
    items: list[Item] = []
    unknown: list[str] = []
    for line in usage.lines:
        model = target.find(line.model)
        key = line.model if isinstance(model, str) else str(model)
        found = [
            _factors(line.before, key, _rate(line.before, before, currency, target), before, after),
            _factors(line.after, key, _rate(line.after, after, currency, target), after, before),
        ]
        if isinstance(model, str) or None in found:
            unknown.append(f"{line.feature} on {line.model}")
            continue
        old, new = (one or {} for one in found)
        kinds = dict.fromkeys(kind for side in (old, new) for kind, factors in side.items() if factors.usage)
        items += [Item(line.feature, key, kind, old[kind], new[kind]) for kind in kinds]
    return Priced(tuple(items), currency, tuple(unknown))


def _factors(side: Side, model: str, rate: float, prices: Listed, other: Listed) -> dict[str, Factors] | None:
    """What the cost of each component is the product of; None where one that is used has no price.

    A component that is not used on this side has the other side's price, so that its use is usage and no price change.
    """
    found = {}
    for kind, usage in side.usage.items():
        price = prices.of(model, kind)
        if price is None and usage and side.queries:
            return None
        found[kind] = Factors(side.queries, usage, price if price is not None else other.of(model, kind) or 0.0, rate)
    return found


def _rate(side: Side, prices: Listed, currency: str, target: Target) -> float:
    """What a unit of the prices' currency is in that of the report: as the usage says, else as is known of the day."""
    if currency == prices.currency:
        return 1.0
    if side.fx_rate is not None:
        return side.fx_rate
    day = max(prices.day, target.book.as_of)
    try:
        return target.book.per_usd(currency, day) / target.book.per_usd(prices.currency, day)
    except NotAvailableError as problem:
        raise RefusedError(f"spend in {currency}: {problem}; or add a column fx_rate to the usage") from None
