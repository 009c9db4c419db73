"""The prices that a workbook's tables hold, and usage priced with them: for workbooks whose usage comes from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue.names import ModelKey
from llmcost_xl.engine.variance import Factors
from llmcost_xl.errors import NotAvailableError, RefusedError
from llmcost_xl.ooxml import BookFile
from llmcost_xl.quantities import TOKENS_PER_PRICE_UNIT
from llmcost_xl.reprice.pricedate import PRICE_DATES
from llmcost_xl.reprice.prices import prices_of
from llmcost_xl.reprice.report.bridge import Item
from llmcost_xl.reprice.tables import price_tables
from llmcost_xl.reprice.target import Series, Target
from llmcost_xl.reprice.units import NONE, Unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from llmcost_xl.reprice.prices import Price
    from llmcost_xl.reprice.report.state import State
    from llmcost_xl.reprice.report.usage import Line, Side, Usage

STANDARD: Final = "standard"
DOLLARS: Final = "USD"


class _AnyName(Target):
    """Takes a name that no catalogue knows for the model that the workbook calls so: it may have a price there."""

    def find(self, name: str) -> ModelKey:
        found = super().find(name)
        provider, _, model = name.strip().rpartition("/")
        return ModelKey(provider, model) if isinstance(found, str) else found


def any_name(target: Target) -> Target:
    """The target, for which every model of a workbook has a name."""
    return _AnyName(target.book, target.day, target.label, target.moves, target.moves_back)


class PriceList:
    """Every price row of a workbook, by model and component."""

    def __init__(self, content: bytes, target: Target, unit: Unit = NONE) -> None:
        self.target = any_name(target)
        self.is_dated = False
        self._rows: dict[tuple[str, str, str], list[Price]] = {}
        self._cells: dict[str, Price] = {}
        book = BookFile.read(content)
        for table in price_tables(book):
            self.is_dated = self.is_dated or table.is_dated
            for price in prices_of(book, table, self.target, unit):
                if price.series is not None:
                    key = str(price.series.key), price.series.component, price.series.service_tier
                    self._rows.setdefault(key, []).append(price)
                    self._cells[cell_of(price)] = price

    def like(self, series: Series, day: dt.date) -> Price | None:
        """The price in force on a day of what another list calls so."""
        prompt = series.context_threshold + 1
        return self.find(str(series.key), series.component, day, tier=series.service_tier, prompt_tokens=prompt)

    def at(self, cell: str) -> Price | None:
        """The price that stands in a cell, Prices!F33."""
        return self._cells.get(cell)

    def find(
        self, model: str, component: str, day: dt.date, *, tier: str = STANDARD, prompt_tokens: float = 0.0
    ) -> Price | None:
        """The price in force on a day: for prompts that long, of the highest context threshold that they exceed."""
        found: dict[int, Price] = {}
        for price in self._rows.get((str(self.target.find(model)), component, tier), ()):
            assert price.series is not None  # noqa: S101  # only such rows are kept
            threshold = price.series.context_threshold
            holds = price.since <= day and (prompt_tokens > threshold or not threshold)
            if holds and (threshold not in found or found[threshold].since <= price.since):
                found[threshold] = price
        return found[max(found)] if found else None


class Priced(NamedTuple):
    """Usage with prices before and after; a line that lacks one has no items, and its spend is not known."""

    lines: tuple[tuple[Line, tuple[Item, ...] | None], ...]
    currency: str

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all lines together."""
        return tuple(item for _, items in self.lines for item in items or ())

    @property
    def unknown(self) -> list[Line]:
        """The lines without a price."""
        return [line for line, items in self.lines if items is None]


def price_date(state: State) -> dt.date | None:
    """The day whose prices count in a workbook: its own price date; None where it states none."""
    for name in PRICE_DATES:
        named = state.names.get(name)
        day = state.day(state.value(named.sheet, named.area.start)) if named else None
        if day:
            return day
    return None


def priced(usage: Usage, before: PriceList, after: PriceList, days: tuple[dt.date, dt.date]) -> Priced:
    """The items of a bridge: the usage of a file at the prices of a workbook.

    Raises:
        RefusedError: an exchange rate is not known, or prices of several currencies would have to be added up.
    """
    lines: list[tuple[Line, tuple[Item, ...] | None]] = []
    currencies: set[str] = set()
    for line in usage.lines:
        was, now = (
            _prices(line, side, listed, day)
            for side, listed, day in ((line.before, before, days[0]), (line.after, after, days[1]))
        )
        if was is None or now is None:
            lines.append((line, None))
            continue
        currencies |= {_currency(price) for price in (*was.values(), *now.values())}
        lines.append((line, tuple(_items(line, was, now, usage.currency, before.target, days))))
    if not usage.currency and len(currencies) > 1:
        raise RefusedError(
            f"the prices of these models are in {' and '.join(sorted(currencies))}: spend cannot be added up;"
            " add the columns currency and fx_rate to the usage"
        )
    return Priced(tuple(lines), usage.currency or next(iter(currencies), DOLLARS))


def _prices(line: Line, side: Side, listed: PriceList, day: dt.date) -> dict[str, Price] | None:
    """The price of each component, as far as there is one; None where one that is used has none."""
    prompt = sum(tokens for kind, tokens in side.usage.items() if kind != "output") * TOKENS_PER_PRICE_UNIT
    found = {
        kind: listed.find(line.model, kind, day, tier=line.service_tier, prompt_tokens=prompt) for kind in side.usage
    }
    if any(side.queries and side.usage[kind] and price is None for kind, price in found.items()):
        return None
    return {kind: price for kind, price in found.items() if price is not None}


def _items(
    line: Line,
    was: dict[str, Price],
    now: dict[str, Price],
    currency: str,
    target: Target,
    days: tuple[dt.date, dt.date],
) -> Iterator[Item]:
    """What the cost of each component is the product of.

    A component that is not used on one side has the other side's price there, so that its use is usage and no price
    change.
    """
    for kind in line.before.usage:
        if not (line.before.usage[kind] or line.after.usage[kind]):
            continue
        old, new = was.get(kind) or now.get(kind), now.get(kind) or was.get(kind)
        if old is None or new is None:  # nobody asks for anything on this line
            continue
        was_and_is = [
            Factors(side.queries, side.usage[kind], price.amount, _rate(side, price, currency, target, day))
            for side, price, day in ((line.before, old, days[0]), (line.after, new, days[1]))
        ]
        model = str(target.find(line.model))
        model = model if line.service_tier == STANDARD else f"{model}, {line.service_tier}"
        yield Item(line.feature, model, kind, was_and_is[0], was_and_is[1], cell=cell_of(new))


def cell_of(price: Price) -> str:
    """Where a price stands: Prices!F33."""
    return f"{price.table.sheet}!{price.address}"


def _currency(price: Price) -> str:
    return price.series.currency if price.series else DOLLARS


def _rate(side: Side, price: Price, currency: str, target: Target, day: dt.date) -> float:
    """What a unit of the price's currency is in that of the report: as the usage says, else as is known of the day."""
    of_price = _currency(price)
    if currency in ("", of_price):
        return 1.0
    if side.fx_rate is not None:
        return side.fx_rate
    day = max(day, target.book.as_of)
    try:
        return target.book.per_usd(currency, day) / target.book.per_usd(of_price, day)
    except NotAvailableError as problem:
        raise RefusedError(f"spend in {currency}: {problem}; or add a column fx_rate to the usage") from None
