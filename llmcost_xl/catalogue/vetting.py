"""Whether a new state of the price source can be believed.

A damaged or hostile source can be empty, have lost its prices, be out by a factor of a million, or carry a model whose
matching rule swallows the names of others. The worst is rejected; the unlikely is shown to a person.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

from llmcost_xl.catalogue.names import ModelKey, Names, exact_names
from llmcost_xl.catalogue.rows import DEAREST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmcost_xl.catalogue.rows import PriceRow
    from llmcost_xl.catalogue.snapshot import Snapshot

MOST_MODELS_GONE: Final = 0.2
LARGEST_JUMP: Final = 10
DEAREST_INPUT: Final = 200  # USD per 1M tokens


def reasons_to_reject(old: Snapshot, new: Snapshot) -> Iterator[str]:
    """Why the new state must not be used at all."""
    before, after = _priced(old.rows), _priced(new.rows)
    if not after:
        yield "it states no price at all"
    gone = len(before - after)
    if gone > MOST_MODELS_GONE * len(before):
        yield f"{gone} of {len(before)} models have lost their prices"
    absurd = [row for row in new.rows if row.price is not None and not 0 <= row.price <= DEAREST]
    if absurd:
        yield f"{len(absurd)} prices are beyond belief, such as {_named(absurd[0])} at {absurd[0].price}"


def unlikely(
    new_rows: Iterable[PriceRow],
    replaced: Iterable[tuple[PriceRow, PriceRow | None]],
    old_rows: Iterable[PriceRow],
) -> Iterator[str]:
    """Prices that a person should look at before they are believed."""
    latest = {row.key[:-1]: row.price for row in old_rows if row.price}  # rows are in order: the last one stays
    pairs = [(latest.get(row.key[:-1]), row) for row in new_rows]
    for old, new in replaced:
        if new is None:
            yield f"{_named(old)} is no longer stated"
        else:
            pairs.append((old.price, new))
    for before, row in pairs:
        price = row.price
        if price is None or math.isnan(price):
            continue
        if row.component == "input" and price > DEAREST_INPUT:
            yield f"{_named(row)} costs {price:g} {row.unit}"
        if before and not before / LARGEST_JUMP <= price <= before * LARGEST_JUMP:
            yield f"{_named(row)} goes from {before:g} to {price:g} {row.unit}"


def renamed(old: Snapshot, new: Snapshot) -> Iterator[str]:
    """Names that would mean another model than before."""
    then, now = Names(old.providers, old.models), Names(new.providers, new.models)
    for model in old.models:
        for name in dict.fromkeys([model.model.lower(), *exact_names(json.loads(model.match))]):
            for spelt in (f"{model.provider}/{name}", name):
                before, after = then.find(spelt), now.find(spelt)
                if before and after and before != after:
                    yield f"{spelt} would mean {after} instead of {before}"


def _priced(rows: Iterable[PriceRow]) -> set[ModelKey]:
    return {ModelKey(row.provider, row.model) for row in rows if row.price is not None}


def _named(row: PriceRow) -> str:
    since = row.from_date or "the start"
    return (
        f"{row.provider}/{row.model} {row.component} ({row.service_tier}, above {row.context_threshold}, from {since})"
    )
