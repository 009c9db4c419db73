"""What the headings of a price table mean, in the words that people use for them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from llmcost_xl.quantities import COMPONENTS, SERVICE_TIERS
from llmcost_xl.reprice.units import read_unit, without_unit

FIELDS: Final = {
    "provider": ("provider", "vendor", "seller", "supplier", "company", "model provider", "api provider"),
    "model": ("model", "model name", "model id", "llm", "llm model", "deployed model"),
    "component": ("component", "price component", "price type", "token type", "type of price", "type of token",
                  "direction", "charge type", "type"),
    "from_date": ("from date", "from", "valid from", "effective", "effective date", "effective from", "start date",
                  "since", "price from", "in force from", "applies from"),
    "service_tier": ("service tier", "tier", "processing"),
    "context_threshold": ("context threshold", "above tokens", "context above", "prompt above", "threshold"),
    "price": ("price", "list price", "unit price", "token price", "price token", "api price"),
    "source": ("source", "price source", "reference", "source url"),
    "checked_on": ("checked on", "checked", "last checked", "date checked", "retrieved", "retrieved on"),
    "status": ("status",),
    "unit": ("unit", "units", "price unit"),
    "currency": ("currency", "ccy", "currency code"),
    "unclear_date": ("date", "as of"),
}  # fmt: skip
"""A date alone could be the first day of a price or the day somebody looked it up."""

_MEANING: Final = {name: field for field, names in FIELDS.items() for name in names}
_COMPONENTS: Final = {
    "input": "input", "prompt": "input", "in": "input", "uncached input": "input",
    "output": "output", "completion": "output", "out": "output", "response": "output",
    "cached input": "cache_read", "cache read": "cache_read", "cached": "cache_read", "cache hit": "cache_read",
    "cached prompt": "cache_read", "cache write": "cache_write", "cache storage write": "cache_write",
    "reasoning": "reasoning", "reasoning output": "reasoning", "web search": "web_search", "request": "request",
}  # fmt: skip
_MONEY: Final = frozenset({"price", "prices", "rate", "pricing"})
_FILLERS: Final = frozenset({*_MONEY, "token", "tokens", "cost", "costs", "list", "unit", "api", "for", "of", "the"})


BARE: Final = "bare"
"""A heading that says no more than "Input": a price where a title above it, or the row below, says of what unit."""


class Heading(NamedTuple):
    """What a column holds; the price of one component where the heading names it."""

    field: str
    component: str = ""


def meaning(text: str) -> Heading | None:
    """What a heading means; None where it is none of a price table."""
    words = _words(without_unit(text))
    states_unit = bool(read_unit(text).amount)
    if states_unit and words in (["cost"], ["cost", "of", "tokens"], ["rate"]):
        return Heading("price")
    field = _MEANING.get(" ".join(words))
    if field:
        return Heading(field)
    component = _COMPONENTS.get(" ".join(word for word in words if word not in _FILLERS))
    if component and (states_unit or not _MONEY.isdisjoint(words)):
        return Heading("price", component)
    return Heading(BARE, component) if component and _FILLERS.isdisjoint(words) else None


def component_of(text: object) -> str | None:
    """The component that a cell names: "input", "Output tokens", "Cached input"."""
    if not isinstance(text, str):
        return None
    words = _words(text)
    exact = "_".join(words)
    if exact in COMPONENTS:
        return exact
    return _COMPONENTS.get(" ".join(word for word in words if word not in _FILLERS))


def tier_of(text: object) -> str | None:
    """The service tier that a cell names; a blank one is the standard tier."""
    if text is None or (isinstance(text, str) and not text.strip()):
        return "standard"
    word = text.strip().lower() if isinstance(text, str) else ""
    return word if word in SERVICE_TIERS else None


def _words(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).split()
