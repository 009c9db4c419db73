"""The bundled catalogue as genai-prices states it: its dated blocks, tiers and variants written out as rows.

genai-prices replaces whole blocks of prices; a row here holds until the next row of its own key. So every date on which
anything changes is looked at, and a price that a later block no longer has is ended by a row with an empty price.
"""

from __future__ import annotations

import importlib.metadata
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.catalogue.names import LONGEST_NAME, Clause, Model, ModelKey, Provider
from llmcost_xl.catalogue.rows import PriceRow, default_unit, sort_key
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    import datetime as dt

COMPONENT_OF: Final = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "output_reasoning_mtok": "reasoning",
    "web_searches_kcount": "web_search",
    "requests_kcount": "request",
}
"""The prices that are carried. Audio, images, video, pages, characters and stored searches are not text tokens."""

TIER_OF: Final = {
    (("processing", "batch"),): "batch",
    (("service_tier", "flex"),): "flex",
    (("service_tier", "priority"),): "priority",
    (("service_tier", "fast"),): "fast",
    (("speed", "fast"),): "fast",
}
"""The request contexts that are carried as service tiers; a route or a search type is none."""

Prices = dict[tuple[str, int], float]
"""Prices by component and context threshold."""


class Snapshot(NamedTuple):
    """What a source says: a release of genai-prices, its data as fetched, or a price file."""

    source: str
    rows: list[PriceRow]
    models: list[Model]
    providers: list[Provider]
    complete: bool = True  # a price file lists some prices, and says nothing of others
    unread: tuple[tuple[ModelKey, str], ...] = ()  # models whose prices are not understood, and why


class State(NamedTuple):
    """The prices in force from a date on, and a remark on them."""

    from_date: dt.date | None
    prices: Prices
    remark: str = ""


def take_snapshot(checked_on: dt.date, providers: list[Any] | None = None, source: str = "") -> Snapshot:
    """Rows, models and providers of the installed genai-prices, or of a list of its providers from another source."""
    source = source or f"genai-prices {importlib.metadata.version('genai-prices')}"
    if providers is None:
        from genai_prices.data import providers as installed  # noqa: PLC0415  # 0.4 s, and only a rebuild needs it

        providers = installed
    models: dict[ModelKey, Any] = {}
    rows: list[PriceRow] = []
    unread = []
    for key, model in ((ModelKey(provider.id, model.id), model) for provider in providers for model in provider.models):
        if key in models:
            unread.append((key, "the model is listed twice"))
            continue
        models[key] = model
        try:
            tiers = _tiers(model)
        except Exception as reason:  # noqa: BLE001  # one model that is stated in a new way must not stop the others
            unread.append((key, str(reason) if isinstance(reason, NotAvailableError) else repr(reason)))
        else:
            rows += (row for tier in tiers for row in _as_rows((*key, tier), tiers[tier], source, checked_on))
    return Snapshot(
        source,
        sorted(rows, key=sort_key),
        [_model(key.provider, model) for key, model in models.items()],
        [_provider(provider) for provider in providers],
        unread=tuple(unread),
    )


def _tiers(model: Any) -> dict[str, list[State]]:
    """The history of every service tier of a model."""
    tiers = _daily_tiers(model.prices if isinstance(model.prices, list) else [_Always(model.prices)])
    variants = [(TIER_OF.get(tuple(variant.when.items())), variant) for variant in model.price_variants or ()]
    for tier in sorted({tier for tier, _ in variants if tier}):
        mine = [variant for kind, variant in variants if kind == tier]
        tiers[tier] = [State(day, _overrides(mine, day)) for day in _dates(mine)]
    return tiers


class _Always(NamedTuple):
    """A block of prices without a condition."""

    prices: Any
    constraint: None = None


def _daily_tiers(blocks: list[Any]) -> dict[str, list[State]]:
    """Standard prices and, where the price depends on the hour, the off-peak ones.

    `standard` is the dearest price of the day, so that a budget is not understated. A daily window has no date of its
    own: it counts from the model's first dated block, before which the source says the price was flat.
    """
    windows = [block for block in blocks if hasattr(block.constraint, "start_time")]
    dated = [block for block in blocks if block not in windows]
    states = [State(day, _carried(_last_active(dated, day).prices)) for day in _dates(dated)]
    if not windows:
        return {"standard": states}
    peak = _carried(windows[-1].prices)
    if any(_carried(window.prices) != peak for window in windows):
        raise NotAvailableError("several daily windows with different prices cannot be told as peak and off-peak")
    if not states or any(("input", 0) not in prices for prices in (peak, states[-1].prices)):
        raise NotAvailableError("a daily window without a price of input beside that of the other hours")
    if peak["input", 0] < states[-1].prices["input", 0]:
        raise NotAvailableError("a daily window cheaper than the rest of the day is not provided for")
    remark = "; peak " + " and ".join(_hours(window.constraint) for window in windows) + " UTC"
    flat, hourly = (states[:1], states[1:]) if len(states) > 1 else ([], states)
    return {
        "standard": [*flat, State(hourly[0].from_date, peak, remark)],
        "off-peak": [state._replace(remark=remark) for state in hourly],
    }


def _hours(window: Any) -> str:
    return f"{window.start_time:%H:%M}-{window.end_time:%H:%M}"


def _dates(blocks: list[Any]) -> list[dt.date | None]:
    """The dates on which one of the blocks begins; first None where one always holds."""
    starts = {block.constraint.start_date for block in blocks if block.constraint is not None}
    undated: list[dt.date | None] = [None] if any(block.constraint is None for block in blocks) else []
    return [*undated, *sorted(starts)]


def _is_active(block: Any, day: dt.date | None) -> bool:
    return block.constraint is None or (day is not None and block.constraint.start_date <= day)


def _last_active(blocks: list[Any], day: dt.date | None) -> Any:
    """Of several blocks in force the last one counts; where none is, the first one does."""
    return next((block for block in reversed(blocks) if _is_active(block, day)), blocks[0])


def _overrides(variants: list[Any], day: dt.date | None) -> Prices:
    """A tier's own prices: of several variants in force the first one counts, price by price."""
    merged: dict[str, Any] = {}
    for variant in variants:
        if _is_active(variant, day):
            merged = {key: price for key, price in vars(variant.prices).items() if price is not None} | merged
    return _flattened(merged)


def _carried(prices: Any) -> Prices:
    return _flattened(vars(prices))


def _flattened(prices: dict[str, Any]) -> Prices:
    """Prices by component and context threshold, of the components that are carried."""
    flat: Prices = {}
    for key, price in prices.items():
        component = COMPONENT_OF.get(key)
        if component is None or price is None:
            continue
        flat[component, 0] = _rounded(getattr(price, "base", price))
        for tier in getattr(price, "tiers", ()):
            flat[component, tier.start] = _rounded(tier.price)
    return flat


def _rounded(price: Any) -> float:
    """A price to 12 digits: the source has 0.18000000000000002 and the like."""
    return float(f"{price:.12g}")


def _as_rows(key: tuple[str, str, str], states: list[State], source: str, checked_on: dt.date) -> list[PriceRow]:
    """A row wherever a price begins, changes or ends."""
    provider, model, tier = key
    rows = []
    before: dict[tuple[str, int], float | None] = {}
    for state in states:
        for component, threshold in sorted(before.keys() | state.prices.keys()):
            price = state.prices.get((component, threshold))
            if before.get((component, threshold)) != price:
                unit = default_unit(component)
                row = PriceRow(
                    provider, model, component, state.from_date, threshold, tier, price, unit,
                    source + state.remark, checked_on,
                )  # fmt: skip
                rows.append(row)
            before[component, threshold] = price
    return rows


def _model(provider: str, model: Any) -> Model:
    return Model(
        provider,
        model.id,
        _shown(model.name or ""),
        str(model.context_window or ""),
        "yes" if model.deprecated else "",
        _as_json(model.match),
    )


def _provider(provider: Any) -> Provider:
    return Provider(
        provider.id,
        _shown(provider.name),
        _as_json(provider.model_match),
        _as_json(provider.provider_match),
        " ".join(provider.fallback_model_providers or ()),
        (provider.pricing_urls or [""])[0],
    )


def _shown(name: str) -> str:
    """A name as it may be shown in a terminal or a cell: nothing that steers the one, or is a formula in the other."""
    words = " ".join(name.split())
    return "".join(letter for letter in words if letter.isprintable()).lstrip("=+-@ ")[:LONGEST_NAME]


def _as_json(rule: Any) -> str:
    return json.dumps(_clause(rule), separators=(",", ":")) if rule is not None else ""


def _clause(rule: Any) -> Clause:
    """genai-prices' rule object as data; it compares names in lower case, except by regular expression."""
    [(kind, operand)] = vars(rule).items()
    kind = kind.rstrip("_")
    if kind in ("or", "and"):
        return {kind: [_clause(part) for part in operand]}
    return {kind: operand if kind == "regex" else operand.lower()}
