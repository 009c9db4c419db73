"""What a worksheet can ask of a price book besides a price: its models, the rows behind a figure, what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from llmcost_xl.catalogue.names import ModelKey
from llmcost_xl.catalogue.quote import HORIZON
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.catalogue.names import Model
    from llmcost_xl.catalogue.quote import Block


class Found(NamedTuple):
    """A model, and what its text tokens cost on a day in prompts of usual length; None where that is not known."""

    key: ModelKey
    name: str
    input: float | None
    output: float | None
    context_window: int | None
    remark: str


def search(book: PriceBook, words: str = "", provider: str | None = None, day: dt.date | None = None) -> list[Found]:
    """The models whose provider, id or name contains every one of the words, with their prices on a day.

    Raises:
        NotAvailableError: there is none.
    """
    wanted = words.lower().split()
    seller = book.names.find_provider(provider.lower()) or provider if provider else None
    found = [
        _found(book, model, day or book.as_of)
        for key, model in book.models().items()
        if (key.provider == seller if seller else key.provider not in book.names.private)
        and all(word in f"{key} {model.name}".lower() for word in wanted)
    ]
    if not found:
        having = f" contains {words!r}" if wanted else " is listed"
        raise NotAvailableError(f"no model of {provider or 'any provider'}{having}")
    return found


def _found(book: PriceBook, model: Model, day: dt.date) -> Found:
    window = int(model.context_window) if model.context_window else None
    try:
        card = book.card_of(model.key, day)
    except NotAvailableError:
        return Found(model.key, model.name, None, None, window, "no price known")
    remarks = {
        "free": _is_free(book.blocks(model.key, day, "standard")),
        "long prompts differ": any(len(thresholds) > 1 for thresholds, _ in card.prices.values()),
        "deprecated": model.deprecated,
    }
    remark = ", ".join(remark for remark, holds in remarks.items() if holds)
    return Found(model.key, model.name, card.usual_price("input"), card.usual_price("output"), window, remark)


def model_list(
    book: PriceBook, words: str = "", provider: str | None = None, day: dt.date | None = None
) -> list[list[Any]]:
    """The models found, with their standard prices on a day, under a header."""
    header = ["provider", "model", "name", "input, USD per 1M tokens", "output, USD per 1M tokens", "context window"]
    return [header] + [
        [*one.key, one.name, one.input, one.output, one.context_window] for one in search(book, words, provider, day)
    ]


def rows_behind(
    book: PriceBook, model: str, as_of: dt.date | None, service_tier: str, currency_code: str
) -> list[list[Any]]:
    """Every price row in force for a model on a day, under a header; then the date and the book it comes from."""
    day = as_of or book.as_of
    blocks = book.blocks(book.find(model, service_tier), day, service_tier)
    fields = (
        "component", "price", "unit", "context_threshold", "service_tier", "provider", "model", "from_date", "source",
        "checked_on",
    )  # fmt: skip
    currency = currency_code.upper()
    others = {block.currency for block in blocks.values()} - {currency}
    rates = [book.rate(code, day) for code in sorted(others | {currency}) if others and code != "USD"]
    rows = dict.fromkeys([*(row for block in blocks.values() for row in block.rows), *rates])
    return [
        list(fields),
        *([_stated(getattr(row, field), field) for field in fields] for row in rows),
        ["prices on", day],
        ["catalogue", book.sources],
        ["content hash", book.content_hash],
    ]


def _stated(value: Any, field: str) -> Any:
    return "not stated" if field == "from_date" and value is None else value


class Meaning(NamedTuple):
    """Which model a name means, at the prices of which tier and day, and which of these are undated."""

    key: ModelKey
    service_tier: str
    day: dt.date
    is_free: bool
    undated: list[str]

    def __str__(self) -> str:
        """All of it in words."""
        said = f"{self.key}, {self.service_tier} prices of {self.day}"
        said += ", listed as free of charge" if self.is_free else ""
        return said + (f"; undated in the source: {', '.join(self.undated)}" if self.undated else "")


def meaning(book: PriceBook, model: str, as_of: dt.date | None, service_tier: str) -> Meaning:
    """What a figure of a model rests on.

    Raises:
        NotAvailableError: the model or the tier is not known on that day.
    """
    day = as_of or book.as_of
    key = book.find(model, service_tier)
    blocks = book.blocks(key, day, service_tier)
    undated = [component for component, block in blocks.items() if any(row.from_date is None for row in block.rows)]
    return Meaning(key, service_tier, day, _is_free(blocks), undated)


def _is_free(blocks: dict[str, Block]) -> bool:
    """Whether neither tokens nor requests cost anything; searches may."""
    return not any(any(block.prices) for component, block in blocks.items() if component != "web_search")


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
