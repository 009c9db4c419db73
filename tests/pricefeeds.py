"""Price feeds for tests: what genai-prices says, changed here and there."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from genai_prices import data
from genai_prices.types import ConditionalPrice, ModelPrice, StartDateConstraint

from llmcost_xl.catalogue.bundled import default_book, forget
from llmcost_xl.catalogue.files import Catalogue, catalogue_files
from llmcost_xl.catalogue.snapshot import take_snapshot

if TYPE_CHECKING:
    from pathlib import Path

FIRST, CHANGE, SECOND = dt.date(2026, 11, 21), dt.date(2026, 12, 1), dt.date(2026, 12, 24)
THIRD = dt.date(2027, 1, 31)

HEADER = "provider,model,component,from_date,price,unit\n"
CHEAPER = HEADER + "openai,gpt-4o,input,2026-11-22,2.4,\n"
"""A price file."""


SELLERS = ("anthropic", "google", "openai")


FEW = ("gpt-4o", "gpt-4o-mini", "o3", "gpt-5", "claude-3-5-haiku-latest", "claude-sonnet-4-5", "claude-opus-4-5",
       "gemini-2.5-pro", "gemini-2.5-flash", "gemini-3.6-flash")  # fmt: skip


def some_providers() -> list[Any]:
    """Three providers of genai-prices, to be changed at will: all of them take seconds."""
    return copy.deepcopy([provider for provider in data.providers if provider.id in SELLERS])


def few_models() -> list[Any]:
    """Ten models of these three, and of Azure, which resells them."""
    found = [copy.copy(provider) for provider in data.providers if provider.id in (*SELLERS, "azure")]
    for provider in found:
        provider.models = [model for model in provider.models if model.id in FEW and provider.id != "azure"]
    return copy.deepcopy(found)


def as_json(stated: Any) -> Any:
    """genai-prices' objects as it publishes them: the inverse of its reader, which it does not have."""
    if isinstance(stated, list | tuple):
        return [as_json(one) for one in stated]
    if isinstance(stated, dict):
        return {name: as_json(one) for name, one in stated.items()}
    if isinstance(stated, ModelPrice) or dataclasses.is_dataclass(stated):
        fields = vars(stated).items()
        return {
            name.rstrip("_"): as_json(one)
            for name, one in fields
            if one is not None and not name.startswith("_") and name != "extractors"
        }
    if isinstance(stated, dt.date | dt.time):
        return stated.isoformat()
    return float(stated) if isinstance(stated, Decimal) else stated


def write_small_catalogue(folder: Path, providers: list[Any] | None = None) -> None:
    """What some providers say, in place of the package's own catalogue."""
    small = Catalogue(take_snapshot(FIRST, providers or some_providers()), FIRST)
    for name, text in catalogue_files(small).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def model_of(source: list[Any], name: str, provider: str = "openai") -> Any:
    return next(model for one in source if one.id == provider for model in one.models if model.id == name)


def block(since: str, **prices: float) -> ConditionalPrice:
    """Prices from a day on."""
    stated = ModelPrice(**{name: Decimal(str(price)) for name, price in prices.items()})
    return ConditionalPrice(StartDateConstraint(dt.date.fromisoformat(since)), prices=stated)


def priced(model: str, day: dt.date | None = None) -> Any:
    """The input price that a formula would use, from the files as they are now."""
    forget()
    return default_book().at(model, day).price("input")
