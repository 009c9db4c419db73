"""Prices for whole columns of requests: each distinct model is looked up once, its prices gathered with NumPy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from llmcost_xl.catalogue.quote import CALLS_PER_PRICE_UNIT, Card
from llmcost_xl.errors import LLMCostError, NotAvailableError

REASONS_APART: Final = 10

if TYPE_CHECKING:
    from llmcost_xl.catalogue.book import PriceBook


class QuoteColumns:
    """The prices of many requests, one element each; a refusal marks the elements it is about."""

    def __init__(
        self, book: PriceBook, model: Any, as_of: Any, service_tier: Any, prompt_tokens: Any, currency_code: Any
    ) -> None:
        self.prompt_tokens = np.asarray(prompt_tokens, dtype=np.float64)
        keys, self._codes = _factorised(model, as_of, service_tier, currency_code)
        self._length = max(np.size(self._codes), self.prompt_tokens.size)
        cards: list[Card | LLMCostError] = []
        for key in keys:
            try:
                cards.append(book.card(*key))
            except LLMCostError as error:
                cards.append(error)
        self._refuse([card if isinstance(card, LLMCostError) else None for card in cards])
        self._cards = [card for card in cards if isinstance(card, Card)]

    def price(self, component: str, tokens: Any = 1) -> Any:
        """Price of a component per 1M tokens (or 1k calls), element by element; 0 where it is unknown and unused.

        Raises:
            NotAvailableError: it is used, and its price is not known.
        """
        if np.ndim(tokens) == 0 and not tokens:
            return 0.0
        known = [card.prices.get(component) for card in self._cards]
        prices = self._spread(np.array([math.nan if entry is None else entry[1][0] for entry in known]))
        for level in range(1, max((len(entry[0]) for entry in known if entry), default=0)):
            # a model with fewer tiers never reaches the missing ones
            tiers = [(entry[0][level], entry[1][level]) if entry and level < len(entry[0]) else (math.inf, 0.0)
                     for entry in known]  # fmt: skip
            starts, above = np.array(tiers).T
            prices = np.where(self.prompt_tokens > self._spread(starts), self._spread(above), prices)
        if None in known:
            unknown = np.isnan(prices)
            wanted: Any = unknown & (np.asarray(tokens) != 0)
            if wanted.any():
                missing = [None if component in card.prices else card.refusal(component) for card in self._cards]
                self._refuse([NotAvailableError(text) if text else None for text in missing], wanted)
            prices = np.where(unknown, 0.0, prices)
        return prices

    @property
    def request_fee(self) -> Any:
        """What the provider charges for a request as such; usually nothing."""
        if not any("request" in card.prices for card in self._cards):
            return 0.0
        fees = [card.prices.get("request", ((0,), (0.0,)))[1][0] / CALLS_PER_PRICE_UNIT for card in self._cards]
        return self._spread(np.array(fees))

    def search_fee(self, web_searches: Any) -> Any:
        """What the provider charges for searching the web.

        Raises:
            NotAvailableError: there are searches, and their price is not known.
        """
        return web_searches * self.price("web_search", web_searches) / CALLS_PER_PRICE_UNIT

    def _refuse(self, reasons: list[LLMCostError | None], among: Any = True) -> None:
        """Raise the first element's reason, about the elements that share it: the caller asks again for the rest.

        Where there are very many reasons, those after the first few are raised together, so as not to ask for ever.
        """
        bad: Any = np.array([reason is not None for reason in reasons])
        if not bad.any():
            return
        codes = np.broadcast_to(self._codes, self._length)
        refused: Any = bad[codes] & among
        cards, places = np.unique(codes[refused], return_index=True)
        alike: dict[tuple[type, str], list[int]] = {}
        for card in cards[np.argsort(places)].tolist():
            alike.setdefault((type(reasons[card]), str(reasons[card])), []).append(card)
        told = list(alike.items())
        (kind, text), members = told[0]
        if len(told) > REASONS_APART:
            (kind, text), _ = told[REASONS_APART]
            members = [card for (other, _), some in told[REASONS_APART:] if other is kind for card in some]
            text = f"one of many refusals, such as: {text}"
        chosen: Any = np.zeros(len(reasons), dtype=bool)
        chosen[members] = True
        raise kind(text, mask=refused & chosen[codes])

    def _spread(self, by_card: Any) -> Any:
        """One value per card, as one value per element."""
        return np.broadcast_to(by_card[self._codes], self._length)


def _factorised(*columns: Any) -> tuple[list[tuple[Any, ...]], Any]:
    """The distinct combinations of several columns, and for each element the number of its own."""
    codes: Any = np.int64(0)
    values: list[list[Any]] = []
    for column in columns:
        if np.ndim(column) == 0:
            values.append([column])
            continue
        cells = column.tolist()
        numbers = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
        values.append(list(numbers))
        codes = codes * len(numbers) + np.fromiter(map(numbers.__getitem__, cells), np.int64, len(cells))
    shape = [len(distinct) for distinct in values]
    if math.prod(shape) == max(shape):
        present = np.arange(max(shape))  # one column at most varies: its numbers are the combinations
    else:
        present, codes = np.unique(codes, return_inverse=True)
    combinations = zip(*np.unravel_index(present, shape), strict=True)
    keys = [tuple(distinct[int(at)] for distinct, at in zip(values, numbers, strict=True)) for numbers in combinations]
    return keys, codes
