"""What a worksheet can ask of a price book besides a price: its models, the rows behind a figure, what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmcost_xl.catalogue.names import ModelKey
from llmcost_xl.catalogue.quote import HORIZON
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.catalogue.names import Model


def search(book: PriceBook, words: str = "", provider: str | None = None) -> list[Model]:
    """Models whose provider, id or name contains every one of the words.

    Raises:
        NotAvailableError: there is none.
    """
    wanted = words.lower().split()
    seller = book.names.find_provider(provider.lower()) or provider if provider else None
    found = [
        model
        for key, model in book.models().items()
        if (key.provider == seller if seller else key.provider not in book.names.private)
        and all(word in f"{key} {model.name}".lower() for word in wanted)
    ]
    if not found:
        raise NotAvailableError(f"no model of {provider or 'any provider'} contains {words!r}")
    return found


def model_list(book: PriceBook, words: str = "", provider: str | None = None) -> list[list[Any]]:
    """The models found, with their standard prices on the book's date, under a header."""
    header = ["provider", "model", "name", "input, USD per 1M tokens", "output, USD per 1M tokens", "context window"]
    lines: list[list[Any]] = [header]
    for model in search(book, words, provider):
        window = int(model.context_window) if model.context_window else None
        lines.append([model.provider, model.model, model.name, *_usual_prices(book, model.key), window])
    return lines


def _usual_prices(book: PriceBook, key: ModelKey) -> list[float | None]:
    found: list[float | None] = []
    for component in ("input", "output"):
        block = book.block(key, component, "standard", book.as_of)
        found.append(block.prices[0] if block and block.currency == "USD" else None)
    return found


def rows_behind(
    book: PriceBook, model: str, as_of: dt.date | None = None, service_tier: str = "standard"
) -> list[list[Any]]:
    """Every price row in force for a model on a day, under a header; then the date and the book it comes from."""
    day = as_of or book.as_of
    blocks = book.blocks(book.find(model, service_tier), day, service_tier)
    fields = (
        "component", "price", "unit", "context_threshold", "service_tier", "provider", "model", "from_date", "source",
        "checked_on",
    )  # fmt: skip
    rows = dict.fromkeys(row for block in blocks.values() for row in block.rows)
    return [
        list(fields),
        *([getattr(row, field) for field in fields] for row in rows),
        ["prices on", day],
        ["catalogue", book.sources],
        ["content hash", book.content_hash],
    ]


def about(book: PriceBook) -> list[list[Any]]:
    """What the book is, as labels and values."""
    layers = book.layers()
    rows = [row for layer in layers for row in layer.rows]
    priced = {ModelKey(row.provider, row.model) for row in rows if row.component in ("input", "output")}
    models = book.models()
    return [
        ["as of", book.as_of],
        ["content hash", book.content_hash],
        ["sources", "; ".join(layer.sources for layer in layers)],
        ["price rows", len(rows)],
        ["providers", len({key.provider for key in models})],
        ["models", len(models)],
        ["models without a known price", len(models.keys() - priced)],
        ["no prices before", HORIZON],
        ["latest price known to begin", max(row.from_date for row in rows if row.from_date)],
    ]
