"""A company's own prices, or those of a workbook, over another price book."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from llmcost_xl.catalogue.book import PriceBook
from llmcost_xl.catalogue.names import Model, ModelKey
from llmcost_xl.catalogue.rows import ANY, CALL_COMPONENTS, DISCOUNT, FX_PROVIDER, PriceRow, content_hash
from llmcost_xl.errors import NotAvailableError

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
