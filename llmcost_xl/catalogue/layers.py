"""A company's own prices, or those of a workbook, over another price book."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from llmcost_xl.catalogue.book import PriceBook
from llmcost_xl.catalogue.checks import PriceTableError, contradictions
from llmcost_xl.catalogue.names import Model, ModelKey
from llmcost_xl.catalogue.rows import ANY, CALL_COMPONENTS, DISCOUNT, FX_PROVIDER, RATE, PriceRow, content_hash

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from llmcost_xl.catalogue.quote import Block, History


class LayeredBook(PriceBook):
    """Own prices over another book: a row replaces, from its date, what the book below says of that component.

    A `discount` row takes its share off the list prices below: the most specific one counts, and prices stated in this
    layer are net of it already. Fees per call are not discounted.
    """

    def __init__(self, rows: Iterable[PriceRow], below: PriceBook, sources: str) -> None:
        super().__init__((), below.names, below.as_of, sources)
        self.below = below
        self._own_names: dict[str, ModelKey] = {}
        self._own_models: dict[ModelKey, Model] = {}
        self._own_ids: defaultdict[str, list[ModelKey]] = defaultdict(list)
        placed, problems = [], []
        for row in rows:
            try:
                key = self._place(row)
            except ValueError as reason:
                problems.append(f"{row.component} of {ModelKey(row.provider, row.model)}: {reason}")
            else:
                placed.append(row._replace(provider=key.provider, model=key.model))
        problems += contradictions(placed)
        if problems:
            raise PriceTableError(sources, problems)
        for row in placed:
            self._rows[ModelKey(row.provider, row.model)].append(row)

    # -- what a row is about -----------------------------------------------------------------------------------

    def _place(self, row: PriceRow) -> ModelKey:
        """The model a row is about: one of the book below where the name is exactly that model's, else a new one.

        Raises:
            ValueError: the row would have no effect, or one that is not meant.
        """
        if row.component == RATE:
            return ModelKey(FX_PROVIDER, row.model)
        provider = self._provider(row.provider)
        if row.model == ANY:
            if provider != ANY and not self._sells(provider):
                raise ValueError(f"no such provider; the nearest: {self._near(provider)}")
            return ModelKey(provider, ANY)
        prefix, slash, rest = row.model.partition("/")
        named = self.names.provider_called(prefix) if slash else None
        name = ModelKey(named, rest) if named and not provider else ModelKey(provider, row.model)
        found = self._exactly(name)
        if found is None and named and named == provider:
            raise ValueError(f"the model names its provider again; write {rest}")
        key = found if found and (not name.provider or found.provider == name.provider) else name
        if row.component == DISCOUNT and not any(known.rows for known in self.below.histories(self._listed_as(key))):
            raise ValueError(f"no list price below to take it off; the nearest: {', '.join(self.nearest(str(key)))}")
        if key not in self.below.models():
            key = self._own_names.setdefault(str(key).lower(), key)
            if key not in self._own_models:
                self._own_models[key] = Model(key.provider, key.model, "", "", "", "")
                self._own_ids[key.model.lower()].append(key)
        return key

    def _provider(self, name: str) -> str:
        """The provider of exactly that id or display name, or a new one: a pattern is too loose to set prices by."""
        called = self.names.provider_called(name)
        if called is None and self.names.find_provider(name.lower()):
            raise ValueError(f"{name!r} is not exactly a provider's name; the nearest: {self._near(name)}")
        return called or name

    def _sells(self, provider: str) -> bool:
        return provider in self.names.providers or any(key.provider == provider for key in self.below.models())

    def _near(self, provider: str) -> str:
        return ", ".join(self.names.nearest_providers(provider))

    def _exactly(self, name: ModelKey) -> ModelKey | None:
        """The model below of exactly that name, be it a resold one: a pattern is too loose to set prices by."""
        found = self.below.model_called(str(name))
        return found if found and self.names.is_exact(name.model, found) else None

    # -- asking for a price --------------------------------------------------------------------------------------

    def model_called(self, name: str) -> ModelKey | None:
        """A name of this layer, else one of the book below."""
        wanted = name.strip().lower()
        own = self._own_names.get(wanted)
        if own:
            return own
        found = self.below.model_called(name)
        mine = self._own_ids.get(wanted)
        if mine and not (found and self.names.is_exact(name, found)):
            return mine[0] if len(mine) == 1 else None
        seller = self.names.seller(name)
        resold = found and seller and seller != found.provider and ModelKey(seller, ANY) in self._rows
        return ModelKey(seller or "", found.model) if found and resold else found

    def sellers(self, name: str) -> list[str]:
        """The full names of the models of this layer and those below that share an id."""
        return [*map(str, self._own_ids.get(name, ())), *self.below.sellers(name)]

    def block(self, key: ModelKey, component: str, service_tier: str, day: dt.date) -> Block | None:
        """This layer's price, else the one below less the discount."""
        own = super().block(key, component, service_tier, day)
        if own is not None:
            return own
        source = self._listed_as(key)
        if source.provider != key.provider and service_tier != "standard":
            return None  # a reseller's service tiers are its own
        listed = self.below.block(source, component, service_tier, day)
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
        return key if key in self.below.models() else self._exactly(key) or key

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
