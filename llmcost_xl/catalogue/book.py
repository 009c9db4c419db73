"""A price book: what a model costs on a day, in a service tier, for a prompt of some length.

Books are immutable, and look-ups need the standard library alone; `columns.py` adds NumPy where a whole range is priced
at once, `layers.py` puts a company's own prices over a book.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.catalogue.names import LONGEST_NAME, Model, ModelKey, Names
from llmcost_xl.catalogue.nearest import NameIndex, nearest
from llmcost_xl.catalogue.quote import HORIZON, NO_HISTORY, Block, Card, History, Quote
from llmcost_xl.catalogue.rows import CURRENCY_CODE, FX_PROVIDER, RATE, PriceRow, content_hash
from llmcost_xl.errors import LLMCostError, NotAvailableError, WrongTypeError
from llmcost_xl.quantities import COMPONENTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

REMEMBERED: Final = 100_000  # look-ups kept; a book asked for more of them starts afresh


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
                key = self.find(model, service_tier)
                known = self.card_of(key, as_of or self.as_of, service_tier, currency_code.upper())
            except NotAvailableError as error:
                known = error
            self._cards[asked] = known
        if isinstance(known, LLMCostError):
            raise NotAvailableError(str(known))
        return known

    def find(self, model: str, service_tier: str) -> ModelKey:
        """The model that a name means, to be bought in a service tier.

        Raises:
            NotAvailableError: a reseller's service tiers are its own, and the maker's prices for them say nothing.
        """
        key = self.resolve(model)
        seller = self.names.seller(model) if service_tier != "standard" else None
        if seller and seller != key.provider:
            raise NotAvailableError(f"no {service_tier} price is known for {key.model} as {seller} resells it")
        return key

    def card_of(self, key: ModelKey, day: dt.date, service_tier: str = "standard", currency_code: str = "USD") -> Card:
        """All prices of a model that is known by its key."""
        card = Card(key, day, service_tier)
        for component, block in self.blocks(key, day, service_tier).items():
            card.prices[component] = block.thresholds, self._converted(block, currency_code, day)
        if "output" in card.prices:
            card.prices.setdefault("reasoning", card.prices["output"])
        return card

    def blocks(self, key: ModelKey, day: dt.date, service_tier: str) -> dict[str, Block]:
        """The prices in force of every component of a model, in their own currencies.

        Raises:
            NotAvailableError: the tier is not offered on that day; the standard price is never taken for it.
        """
        if day < HORIZON:
            raise NotAvailableError(
                f"as_of is {day}; there are no prices before {HORIZON}, when the first language-model API opened"
            )
        own = {component: self.block(key, component, service_tier, day) for component in COMPONENTS}
        if not any(own.values()):
            raise NotAvailableError(self._no_tier(key, service_tier, day))
        # a service tier restates only the prices in which it differs
        found = {component: block or self.block(key, component, "standard", day) for component, block in own.items()}
        return {component: block for component, block in found.items() if block is not None}

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
        return 1.0 if currency_code == "USD" else self.rate(currency_code, day).price or 0.0

    def rate(self, currency_code: str, day: dt.date) -> PriceRow:
        """The row that states what a US dollar buys of another currency on a day.

        Raises:
            WrongTypeError: that is no currency's code.
            NotAvailableError: no rate is known.
        """
        if not CURRENCY_CODE.fullmatch(currency_code):
            raise WrongTypeError(f"currency_code must be three letters such as EUR; received {currency_code!r}")
        row = self.fx_row(currency_code, day)
        if row is None:
            raise NotAvailableError(
                f"no rate is known for {currency_code!r} on {day}; add to the price table or the company's price file"
                f" a row: provider fx, model {currency_code}, component rate, unit {currency_code} per USD"
            )
        return row

    def resolve(self, name: str) -> ModelKey:
        """The model that a name means.

        Raises:
            NotAvailableError: nothing, or more than one model, goes by that name; the message names the nearest.
        """
        found = self.model_called(name)
        if found is None:
            raise NotAvailableError(self._unknown(name))
        return found

    def _unknown(self, name: str) -> str:
        wanted = name.strip().lower()
        if not 0 < len(wanted) <= LONGEST_NAME:
            return f"model must be a name of 1 to {LONGEST_NAME} characters; received {name[:50]!r}"
        sellers = self.sellers(wanted)
        if sellers:
            return f"model {name!r} is sold by several providers; say which: {', '.join(sellers)}"
        return f"model {name!r} is not in the price catalogue; the nearest names: {', '.join(self.nearest(wanted))}"

    def nearest(self, name: str) -> list[str]:
        """The priced models whose names are most like an unknown one."""
        return nearest(name, [layer.index for layer in self.layers()], self.names)

    @cached_property
    def index(self) -> NameIndex:
        """The models that have prices of tokens in this layer, by their names."""
        priced = (
            key
            for key, rows in self._rows.items()
            if key.provider not in self.names.private
            and any(row.component in ("input", "output") and row.price is not None for row in rows)
        )
        return NameIndex(priced, self.names)

    # -- what the layers above override --------------------------------------------------------------------------

    def model_called(self, name: str) -> ModelKey | None:
        """The model that a name means; None where it is not clear which."""
        return self.names.find(name)

    def sellers(self, name: str) -> list[str]:
        """The full names of the models that share a lower-case id or alias."""
        return [f"{owner}/{name}" for owner in self.names.owners(name)]

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
