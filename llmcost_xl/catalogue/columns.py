"""Prices for whole columns of requests: each distinct model is looked up once, its prices gathered with NumPy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from llmcost_xl.catalogue.quote import CALLS_PER_PRICE_UNIT, Card
from llmcost_xl.errors import LLMCostError, NotAvailableError

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
        refusals = [card for card in cards if isinstance(card, LLMCostError)]
        if refusals:
            bad: Any = np.array([isinstance(card, LLMCostError) for card in cards])
            raise NotAvailableError(str(refusals[0]), mask=self._spread(bad))
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
                first = self._cards[int(np.broadcast_to(self._codes, wanted.shape)[wanted][0])]
                mask: Any = np.broadcast_to(wanted, self._length)
                raise NotAvailableError(first.refusal(component), mask=mask)
            prices = np.where(unknown, 0.0, prices)
        return prices

    @property
    def request_fee(self) -> Any:
        """What the provider charges for a request as such; usually nothing."""
        if not any("request" in card.prices for card in self._cards):
            return 0.0
        fees = [card.prices.get("request", ((0,), (0.0,)))[1][0] / CALLS_PER_PRICE_UNIT for card in self._cards]
        return self._spread(np.array(fees))

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
