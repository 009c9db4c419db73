"""A price book: what a model costs on a day, in a service tier, for a prompt of some length.

Books are immutable. `LayeredBook` puts a company's own prices, or those of a workbook, over another book. Look-ups need
the standard library alone; `columns.py` adds NumPy where a whole range is priced at once.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.catalogue.names import Model, ModelKey, Names
from llmcost_xl.catalogue.rows import ANY, CALL_COMPONENTS, DISCOUNT, FX_PROVIDER, RATE, PriceRow, content_hash
from llmcost_xl.errors import LLMCostError, NotAvailableError
from llmcost_xl.quantities import COMPONENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

HORIZON: Final = dt.date(2020, 6, 11)
"""Before OpenAI's API opened there were no prices per token (https://openai.com/index/openai-api/, June 11, 2020)."""

CALLS_PER_PRICE_UNIT: Final = 1000
REMEMBERED: Final = 100_000  # look-ups kept; a book asked for more of them starts afresh


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

    __slots__ = ("blocks", "day", "key", "prices", "service_tier")

    def __init__(self, key: ModelKey, day: dt.date, service_tier: str) -> None:
        self.key = key
        self.day = day
        self.service_tier = service_tier
        self.blocks: dict[str, Block] = {}  # the rows as they stand, in their own currencies
        self.prices: dict[str, tuple[tuple[int, ...], tuple[float, ...]]] = {}  # in the currency asked for

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


def listed_price(quote: Any, component: Any) -> Any:
    """Price of one component, or of the component that each element names."""
    if isinstance(component, str):
        return quote.price(component)
    answer: Any = 0.0
    for word in dict.fromkeys(component.tolist()):
        chosen = component == word
        answer = answer + chosen * quote.price(word, chosen)
    return answer


class PriceBook:
    """Prices by model, and the names by which models are found."""

    def __init__(self, rows: Iterable[PriceRow], names: Names, as_of: dt.date, sources: str) -> None:
        self.names = names
        self.as_of = as_of
        self.sources = sources
        self._rows: defaultdict[ModelKey, list[PriceRow]] = defaultdict(list)
        for row in rows:
            self._rows[ModelKey(row.provider, row.model)].append(row)
        self._histories: dict[ModelKey, History] = {}
        self._cards: dict[tuple[Any, ...], Card | LLMCostError] = {}

    # -- asking for a price ------------------------------------------------------------------------------------

    def at(
        self,
        model: Any,
        as_of: Any = None,
        service_tier: Any = "standard",
        prompt_tokens: Any = 0,
        currency_code: Any = "USD",
    ) -> Any:
        """The prices of a request, or of as many as the arrays among the arguments are long.

        Without a date the book's own counts, never today's: a figure moves only when the book does.

        Raises:
            NotAvailableError: the model, the tier or the exchange rate is not known on that day.
        """
        words = type(model) is type(service_tier) is type(currency_code) is str
        if words and type(prompt_tokens) in (float, int) and not hasattr(as_of, "ndim"):
            return Quote(self.card(model, as_of, service_tier, currency_code), prompt_tokens)
        from llmcost_xl.catalogue.columns import QuoteColumns  # noqa: PLC0415  # NumPy, only where ranges come

        return QuoteColumns(self, model, as_of, service_tier, prompt_tokens, currency_code)

    def card(
        self, model: str, as_of: dt.date | None = None, service_tier: str = "standard", currency_code: str = "USD"
    ) -> Card:
        """All prices of a model on a day; a refusal is remembered like an answer."""
        asked = (model, as_of, service_tier, currency_code)
        known = self._cards.get(asked)
        if known is None:
            if len(self._cards) >= REMEMBERED:
                self._cards.clear()
            try:
                known = self._card(self.resolve(model), as_of or self.as_of, service_tier, currency_code.upper())
            except NotAvailableError as error:
                known = error
            self._cards[asked] = known
        if isinstance(known, LLMCostError):
            raise NotAvailableError(str(known))
        return known

    def _card(self, key: ModelKey, day: dt.date, service_tier: str, currency_code: str) -> Card:
        if day < HORIZON:
            raise NotAvailableError(f"there are no prices before {HORIZON}, when the first language-model API opened")
        card = Card(key, day, service_tier)
        own = {component: self.block(key, component, service_tier, day) for component in COMPONENTS}
        if not any(own.values()):
            raise NotAvailableError(self._no_tier(key, service_tier, day))
        for component in COMPONENTS:
            # a service tier restates only the prices in which it differs
            block = own[component] or self.block(key, component, "standard", day)
            if block is not None:
                card.blocks[component] = block
                card.prices[component] = block.thresholds, self._converted(block, currency_code, day)
        if "output" in card.prices:
            card.prices.setdefault("reasoning", card.prices["output"])
        return card

    def _no_tier(self, key: ModelKey, service_tier: str, day: dt.date) -> str:
        starts = [history.first_day(service_tier) for history in self.histories(key)]
        later = [start for start in starts if start and start > day]
        if later:
            return f"no {service_tier} price is known for {key} before {min(later)}; asked for {day}"
        if service_tier != "standard" and any(starts):
            return f"{key} has no {service_tier} price any more on {day}"
        if service_tier == "standard":
            return f"{key} is a known model, but no price of its text tokens is known"
        return f"no {service_tier} price is known for {key}"

    def _converted(self, block: Block, currency_code: str, day: dt.date) -> tuple[float, ...]:
        if block.currency == currency_code:
            return block.prices
        rate = self.per_usd(currency_code, day) / self.per_usd(block.currency, day)
        return tuple(price * rate for price in block.prices)

    def per_usd(self, currency_code: str, day: dt.date) -> float:
        """Units of a currency that a US dollar buys on a day."""
        if currency_code == "USD":
            return 1.0
        row = self.fx_row(currency_code, day)
        if row is None:
            raise NotAvailableError(
                f"no rate is known for {currency_code!r} on {day}; add to the price table or the company's price file"
                f" a row: provider fx, model {currency_code}, component rate, unit {currency_code} per USD"
            )
        return row.price or 0.0

    # -- what the layers above override --------------------------------------------------------------------------

    def resolve(self, name: str) -> ModelKey:
        """The model that a name means."""
        return self.names.resolve(name)

    def block(self, key: ModelKey, component: str, service_tier: str, day: dt.date) -> Block | None:
        """The price in force of one component of a model."""
        return self._history(key).block(component, service_tier, day)

    def histories(self, key: ModelKey) -> list[History]:
        """Everything known of a model, the uppermost layer first."""
        return [self._history(key)]

    def fx_row(self, currency_code: str, day: dt.date) -> PriceRow | None:
        """The row that states a currency's rate."""
        block = self._history(ModelKey(FX_PROVIDER, currency_code)).block(RATE, "standard", day)
        return block.rows[0] if block else None

    def models(self) -> dict[ModelKey, Model]:
        """Every model of the book, in the order of its sources."""
        return self.names.models

    def layers(self) -> list[PriceBook]:
        """The books this one is made of, the uppermost first."""
        return [self]

    # -- the book itself -----------------------------------------------------------------------------------------

    def _history(self, key: ModelKey) -> History:
        history = self._histories.get(key)
        if history is None:
            rows = self._rows.get(key)
            if rows is None:
                return NO_HISTORY
            history = self._histories[key] = History(rows)
        return history

    @property
    def rows(self) -> list[PriceRow]:
        """Every price row of this layer."""
        return [row for rows in self._rows.values() for row in rows]

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the prices and of the names by which they are found."""
        names = ("\t".join(model) for model in self.names.models.values())
        providers = ("\t".join(provider) for provider in self.names.providers.values())
        return content_hash(self.rows, names, providers)


class LayeredBook(PriceBook):
    """Own prices over another book: a row replaces, from its date, what the book below says of that component.

    A `discount` row takes its share off the list prices below: the most specific one counts, and prices stated in this
    layer are net of it already. Fees per call are not discounted.
    """

    def __init__(self, rows: Iterable[PriceRow], below: PriceBook, sources: str) -> None:
        rows = list(rows)
        checked = [row.checked_on for row in rows if row.checked_on]
        super().__init__((), below.names, max([below.as_of, *checked]), sources)
        self.below = below
        self._own_names: dict[str, ModelKey] = {}
        self._own_models: dict[ModelKey, Model] = {}
        for row in rows:
            self._rows[self._place(row)].append(row)

    def _place(self, row: PriceRow) -> ModelKey:
        """The model a row is about: one of the book below where the name is exactly that model's, else a new one."""
        provider = self.names.find_provider(row.provider.lower()) or row.provider
        if row.provider == FX_PROVIDER or row.model == ANY:
            return ModelKey(provider, row.model)
        name = f"{row.provider}/{row.model}" if row.provider else row.model
        key = self._own_names.get(name.lower())
        if key is None:
            key = self._exactly(name)
            if key is None or (provider and key.provider != provider):
                key = ModelKey(provider, row.model)
                self._own_models[key] = Model(key.provider, key.model, "", "", "", "")
            self._own_names[name.lower()] = key
        return key

    def _exactly(self, name: str) -> ModelKey | None:
        """The model below of that name, if it is exactly its name: a pattern is too loose to set prices by."""
        try:
            key = self.below.resolve(name)
        except NotAvailableError:
            return None
        return key if self.names.is_exact(name, key) else None

    def resolve(self, name: str) -> ModelKey:
        """A name of this layer, else one of the book below."""
        wanted = name.strip().lower()
        own = self._own_names.get(wanted)
        if own:
            return own
        try:
            key = self.below.resolve(name)
        except NotAvailableError:
            alone = [key for key in self._own_models if key.model.lower() == wanted]
            if len(alone) != 1:
                raise
            return alone[0]
        seller = self.names.seller(name)
        resold = seller and seller != key.provider and ModelKey(seller, ANY) in self._rows
        return ModelKey(seller or "", key.model) if resold else key

    def block(self, key: ModelKey, component: str, service_tier: str, day: dt.date) -> Block | None:
        """This layer's price, else the one below less the discount."""
        own = super().block(key, component, service_tier, day)
        if own is not None:
            return own
        listed = self.below.block(self._listed_as(key), component, service_tier, day)
        discount = self._discount(key, day)
        if listed is None or discount is None or component in CALL_COMPONENTS:
            return listed
        share = 1 - (discount.price or 0.0)
        return listed._replace(prices=tuple(price * share for price in listed.prices), rows=(*listed.rows, discount))

    def _discount(self, key: ModelKey, day: dt.date) -> PriceRow | None:
        """The discount in force on a model's list prices: its own, else its provider's, else the one on everything."""
        for scope in (key, ModelKey(key.provider, ANY), ModelKey(ANY, ANY)):
            found = self._history(scope).block(DISCOUNT, "standard", day)
            if found:
                return found.rows[0]
        return None

    def _listed_as(self, key: ModelKey) -> ModelKey:
        """The model below whose list price applies: itself, or the one that is resold."""
        return key if key in self.below.models() else self._exactly(str(key)) or key

    def histories(self, key: ModelKey) -> list[History]:
        """This layer's rows of the model, then those below."""
        return [self._history(key), *self.below.histories(self._listed_as(key))]

    def fx_row(self, currency_code: str, day: dt.date) -> PriceRow | None:
        """This layer's rate, else the one below."""
        return super().fx_row(currency_code, day) or self.below.fx_row(currency_code, day)

    def models(self) -> dict[ModelKey, Model]:
        """This layer's new models, then those below."""
        return self._own_models | self.below.models()

    def layers(self) -> list[PriceBook]:
        """This layer, then those below."""
        return [self, *self.below.layers()]

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of this layer's rows and of the book below."""
        return content_hash(self.rows, [self.below.content_hash])
