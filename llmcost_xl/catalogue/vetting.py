"""Whether the prices of a new state of the source can be believed; `impostors.py` asks so of its names.

A damaged or hostile source can be empty, have lost its prices, be out by a factor of a thousand or a million, or mix
currencies. What is doubtful in a row holds that price back; what is doubtful in the whole refuses the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue.checks import check
from llmcost_xl.catalogue.merging import ENDED
from llmcost_xl.catalogue.names import ModelKey
from llmcost_xl.catalogue.quote import HORIZON
from llmcost_xl.catalogue.rows import PER_CALLS
from llmcost_xl.catalogue.table import LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmcost_xl.catalogue.merging import Change
    from llmcost_xl.catalogue.rows import PriceRow
    from llmcost_xl.catalogue.snapshot import Snapshot

MOST_MODELS_GONE: Final = 0.2
MOST_PRICES_DOUBTFUL: Final = 0.05
MOST_GROWTH: Final = 2  # times the models known so far
FEW_MODELS: Final = 500  # that may always come on top
FEW: Final = 20  # doubtful prices that never condemn a source
LARGEST_JUMP: Final = 10
SLIPS: Final = {1_000: "per 1k tokens instead of per 1M", 1_000_000: "per token instead of per 1M tokens"}
SLIP_WITHIN: Final = 2  # a price moves a little at the same time
CURRENCY: Final = "USD"  # of the catalogue
USUAL: Final = {
    "input": (0.01, 200), "output": (0.01, 1_000), "reasoning": (0.01, 1_000), "cache_read": (0.001, 200),
    "cache_write": (0.01, 200), "cache_write_1h": (0.01, 200), "web_search": (0.1, 100), "request": (0.1, 100),
}  # fmt: skip
"""The least and the most of a price above 0, in USD per 1M tokens or 1k calls, that nobody is asked about."""
VITAL: Final = ("input", "output")  # without them, and in the standard tier, a model cannot be reckoned with


class Doubt(NamedTuple):
    """Why a price or a model is held back; what cannot be meant at all cannot be accepted either."""

    reason: str
    may_be_accepted: bool = True


# -- one price ---------------------------------------------------------------------------------------------------


def doubts(change: Change, before: PriceRow | None) -> Iterator[Doubt]:
    """What speaks against a changed price; `before` is the price it is compared with, where one is known."""
    row = change.new
    if row is None:
        return
    if row.price is None:
        if row.component in VITAL and row.service_tier == "standard" and not row.context_threshold:
            yield Doubt(f"no longer stated: a model that has no {row.component} price any more is asked about")
        return
    if row.currency != CURRENCY:
        yield Doubt(
            f"stated in {row.unit}; the catalogue is in {CURRENCY}, other currencies are for a price file", False
        )
        return
    try:
        check(row)
    except ValueError as reason:
        yield Doubt(str(reason), may_be_accepted=False)
        return
    if row.from_date and not HORIZON <= row.from_date <= LAST_DAY:
        yield Doubt(f"begins on {row.from_date}; it must be from {HORIZON} to {LAST_DAY}", may_be_accepted=False)
    least, most = USUAL[row.component]
    if row.price > most:
        yield Doubt(f"{row.price:g} {row.unit}: {row.component} prices above {most:,g} are asked about")
    elif 0 < row.price < least:
        slip = "" if row.unit.endswith(PER_CALLS) else "; is it per token or per 1k tokens?"
        yield Doubt(f"{row.price:g} {row.unit}: {row.component} prices below {least:g} are asked about{slip}")
    if before is not None and before.price:
        yield from _jump(before, before.price, row)


def _jump(other: PriceRow, before: float, row: PriceRow) -> Iterator[Doubt]:
    price = row.price or 0.0
    factor = max(price / before, before / price) if price else float("inf")
    if factor <= LARGEST_JUMP:
        return
    said = f"from {before:g} to {price:g} {row.unit}"
    if other.context_threshold != row.context_threshold:
        said = f"{price:g} beside {before:g} {row.unit} for short prompts"
    elif other.service_tier != row.service_tier:
        said = f"{price:g} beside {before:g} {row.unit} in the {other.service_tier} tier"
    slip = next((words for size, words in SLIPS.items() if size / SLIP_WITHIN <= factor <= size * SLIP_WITHIN), "")
    if slip:
        yield Doubt(f"{said}, a factor of {factor:,.4g}: is it {slip}, or the reverse?")
    elif price:
        yield Doubt(f"{said}, a factor of {factor:,.3g}: above {LARGEST_JUMP} is asked about")
    else:
        yield Doubt(f"{said}: a price that falls to nothing is asked about")


# -- one model ---------------------------------------------------------------------------------------------------


def models_without_prices(new: Snapshot, changes: Iterable[Change]) -> Iterator[tuple[ModelKey, Doubt]]:
    """Models that are still listed, and whose prices are gone or cannot be understood."""
    for key, reason in new.unread:
        yield key, Doubt(f"its prices are not understood, and the last ones stay: {reason}", may_be_accepted=False)
    ended = {ModelKey(*change.series[:2]) for change in changes if change.kind == ENDED}
    for key in sorted(ended - priced(new.rows) - dict(new.unread).keys()):
        yield key, Doubt("listed without any price of its tokens; the last ones stay")


# -- the whole ---------------------------------------------------------------------------------------------------


def reason_not_to_look(old: Snapshot, new: Snapshot) -> str:
    """Why the new state is not even compared: it has no end, and to compare it would have none either."""
    if len(new.models) > MOST_GROWTH * len(old.models) + FEW_MODELS:
        return f"it lists {len(new.models):,} models where {len(old.models):,} are known"
    return ""


def reasons_to_reject(old: Snapshot, new: Snapshot, doubtful: Iterable[Change]) -> Iterator[str]:
    """Why the new state must not be used at all."""
    before, after = priced(old.rows), priced(new.rows)
    if not any(row.price is not None for row in new.rows):
        yield "it states no price at all"
        return
    gone = len(before - after)
    if new.complete and gone > MOST_MODELS_GONE * len(before):
        yield f"{gone:,} of {len(before):,} models have lost their prices; more than {MOST_MODELS_GONE:.0%} is refused"
    count = sum(1 for _ in doubtful)
    if count > max(FEW, MOST_PRICES_DOUBTFUL * len(new.rows)):
        yield f"{count:,} of {len(new.rows):,} prices are doubtful; more than {MOST_PRICES_DOUBTFUL:.0%} is refused"


def priced(rows: Iterable[PriceRow]) -> set[ModelKey]:
    """The models of which the standard price of some text token is stated."""
    return {
        ModelKey(row.provider, row.model)
        for row in rows
        if row.price is not None and row.component in VITAL and row.service_tier == "standard"
    }
