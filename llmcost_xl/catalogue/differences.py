"""Every price that a source states otherwise than the catalogue, and the price that each is to be compared with."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from llmcost_xl.catalogue.merging import Change, changes_of
from llmcost_xl.catalogue.names import ModelKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmcost_xl.catalogue.rows import PriceRow
    from llmcost_xl.catalogue.snapshot import Snapshot

_Price = tuple[str, str, str, str, int]
"""Provider, model, component, service tier and context threshold."""


def differences(old: Snapshot, new: Snapshot, day: dt.date) -> Iterator[tuple[Change, PriceRow | None]]:
    """Every change, and the row that its price is compared with."""
    known, stated = _by_price(old.rows), _by_price(new.rows)
    present = {model.key for model in new.models} - dict(new.unread).keys()
    prices = dict.fromkeys([*stated, *(known if new.complete else ())])
    for price in prices:
        if new.complete and ModelKey(price[0], price[1]) not in present:
            continue  # vanished, or not understood: its last prices stay
        for change in changes_of(known.get(price, []), stated.get(price, []), day, complete=new.complete):
            yield change, change.old if change.old and change.old.price else _compared_with(change.row, known, stated)


def _by_price(rows: Iterable[PriceRow]) -> dict[_Price, list[PriceRow]]:
    found: defaultdict[_Price, list[PriceRow]] = defaultdict(list)
    for row in rows:
        found[row.provider, row.model, row.component, row.service_tier, row.context_threshold].append(row)
    return found


def _compared_with(
    row: PriceRow, known: dict[_Price, list[PriceRow]], stated: dict[_Price, list[PriceRow]]
) -> PriceRow | None:
    """The price before a new one, as it was believed; else as it is stated; else that of short prompts, or standard.

    What is believed comes first: else a source could climb to any price in small steps, all of them in one list.
    """
    price = row.key[:5]
    tier = row.service_tier if row.context_threshold else "standard"
    beside = (row.provider, row.model, row.component, tier, 0)
    for other, rows in ((price, known), (price, stated), (beside, known), (beside, stated)):
        earlier = [one for one in rows.get(other, ()) if one.price and one is not row and _since(one) <= _since(row)]
        if earlier:
            return max(earlier, key=_since)
    return None


def _since(row: PriceRow) -> dt.date:
    return row.from_date or dt.date.min
