"""From the dated rows of one model to the prices of one request."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmcost_xl.catalogue.names import ModelKey
    from llmcost_xl.catalogue.rows import PriceRow

HORIZON: Final = dt.date(2020, 6, 11)
"""Before OpenAI's API opened there were no prices per token (https://openai.com/index/openai-api/, June 11, 2020)."""

CALLS_PER_PRICE_UNIT: Final = 1000


class Block(NamedTuple):
    """The price of one component on one day: of short prompts first, then above each context threshold."""

    thresholds: tuple[int, ...]
    prices: tuple[float, ...]
    currency: str
    rows: tuple[PriceRow, ...]  # what the prices rest on


class History:
    """Every row of one model, by component and service tier, ready to be asked for a day."""

    def __init__(self, rows: Iterable[PriceRow]) -> None:
        self.rows = tuple(rows)
        series: defaultdict[tuple[str, str], defaultdict[int, list[PriceRow]]]
        series = defaultdict(lambda: defaultdict(list))
        for row in self.rows:
            series[row.component, row.service_tier][row.context_threshold].append(row)
        self._series = {
            kind: [sorted(rows, key=_since) for _, rows in sorted(by_threshold.items())]
            for kind, by_threshold in series.items()
        }

    def block(self, component: str, service_tier: str, day: dt.date) -> Block | None:
        """The prices in force on a day; None where there are none, or none any more."""
        found = []
        for rows in self._series.get((component, service_tier), ()):
            position = bisect_right(rows, day, key=_since)
            if position and rows[position - 1].price is not None:
                found.append(rows[position - 1])
        if not found or found[0].context_threshold:
            return None
        return Block(
            tuple(row.context_threshold for row in found),
            tuple(row.price or 0.0 for row in found),
            found[0].currency,
            tuple(found),
        )

    def first_day(self, service_tier: str) -> dt.date | None:
        """The day on which a tier's first price begins."""
        days = [
            _since(rows[0]) for (_, tier), series in self._series.items() if tier == service_tier for rows in series
        ]
        return min(days, default=None)


def _since(row: PriceRow) -> dt.date:
    return row.from_date or HORIZON


NO_HISTORY: Final = History(())


class Card:
    """All prices of one model on one day, in one service tier and currency."""

    __slots__ = ("day", "key", "prices", "service_tier")

    def __init__(self, key: ModelKey, day: dt.date, service_tier: str) -> None:
        self.key = key
        self.day = day
        self.service_tier = service_tier
        self.prices: dict[str, tuple[tuple[int, ...], tuple[float, ...]]] = {}  # context thresholds, their prices

    def usual_price(self, component: str) -> float | None:
        """The price of a component in short prompts."""
        return self.prices[component][1][0] if component in self.prices else None

    def refusal(self, component: str) -> str:
        """The message where a price is wanted that nobody states."""
        return f"no {component.replace('_', '-')} price is known for {self.key} ({self.service_tier}, {self.day})"


class Quote:
    """The prices of one request."""

    __slots__ = ("card", "prompt_tokens")

    def __init__(self, card: Card, prompt_tokens: float) -> None:
        self.card = card
        self.prompt_tokens = prompt_tokens

    def price(self, component: str, tokens: Any = 1) -> float:
        """Price of a component per 1M tokens (or 1k calls); 0 where it is unknown and none of it is used.

        Raises:
            NotAvailableError: it is used, and its price is not known.
        """
        known = self.card.prices.get(component)
        if known is None:
            used = tokens != 0
            if hasattr(used, "ndim") and used.ndim:
                if used.any():
                    raise NotAvailableError(self.card.refusal(component), mask=used)
            elif used:
                raise NotAvailableError(self.card.refusal(component))
            return 0.0
        thresholds, prices = known
        position = len(thresholds) - 1
        while position and self.prompt_tokens <= thresholds[position]:
            position -= 1
        return prices[position]

    @property
    def request_fee(self) -> float:
        """What the provider charges for a request as such; usually nothing."""
        return self.price("request") / CALLS_PER_PRICE_UNIT if "request" in self.card.prices else 0.0

    def search_fee(self, web_searches: Any) -> Any:
        """What the provider charges for searching the web.

        Raises:
            NotAvailableError: there are searches, and their price is not known.
        """
        return web_searches * self.price("web_search", web_searches) / CALLS_PER_PRICE_UNIT


def listed_price(quote: Any, component: Any) -> Any:
    """Price of one component, or of the component that each element names."""
    if isinstance(component, str):
        return quote.price(component)
    answer: Any = 0.0
    for word in dict.fromkeys(component.tolist()):
        chosen = component == word
        answer = answer + chosen * quote.price(word, chosen)
    return answer
