"""What people's own prices must not say: a row that cannot be meant, or rows that cannot all be right."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from llmcost_xl.catalogue.names import LONGEST_NAME, is_name
from llmcost_xl.catalogue.rows import (
    ANY,
    CALL_COMPONENTS,
    CURRENCY_CODE,
    DEAREST,
    DISCOUNT,
    FX_PROVIDER,
    PER_CALLS,
    PER_TOKENS,
    RATE,
    PriceRow,
    default_unit,
)
from llmcost_xl.errors import WrongTypeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROBLEMS_SHOWN: Final = 10
_CURRENCY_UNIT: Final = re.compile(r"[A-Z]{3} (per 1M tokens|per 1k calls)")


class PriceTableError(WrongTypeError):
    """A price file or table that is not used; `problems` says for each bad row why."""

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        more = len(problems) - PROBLEMS_SHOWN
        shown = [*problems[:PROBLEMS_SHOWN], *([f"and {more} more"] if more > 0 else [])]
        super().__init__(f"{name}: " + "; ".join(shown))
        self.problems = tuple(problems)


class PriceFileError(PriceTableError):
    """A price file that cannot be opened."""


def usual_unit(component: str, model: str) -> str:
    """The unit of a row that states none."""
    return {DISCOUNT: "fraction", RATE: f"{model} per USD"}.get(component) or default_unit(component)


def check(row: PriceRow) -> None:
    """Refuse what cannot be meant.

    Raises:
        ValueError: the reason.
    """
    price = row.price or 0.0
    if not 0 <= price < float("inf"):
        raise ValueError(f"price {price!r} must be 0 or more")
    if row.context_threshold < 0:
        raise ValueError(f"context_threshold {row.context_threshold} must be 0 tokens or more")
    _check_names(row)
    if row.component in (DISCOUNT, RATE):
        _check_factor(row, price)
        return
    expected = PER_CALLS if row.component in CALL_COMPONENTS else PER_TOKENS
    if not _CURRENCY_UNIT.fullmatch(row.unit) or not row.unit.endswith(expected):
        raise ValueError(f"unit {row.unit!r} of {row.component} must be like {default_unit(row.component)!r}")
    if row.currency == "USD" and price > DEAREST:
        raise ValueError(f"price {price:g} {row.unit} is beyond belief; is it per 1M tokens?")


def _check_names(row: PriceRow) -> None:
    for what, name in (("provider", row.provider or ANY), ("model", row.model)):
        if not is_name(name):
            raise ValueError(f"{what} {name[:40]!r} is no name: 1 to {LONGEST_NAME} printable characters, no formula")
    if (row.provider == FX_PROVIDER) != (row.component == RATE):
        raise ValueError("an exchange rate has provider fx and component rate")
    if row.model == ANY and row.component != DISCOUNT:
        raise ValueError("model * is for discounts")
    if row.provider == ANY and row.model != ANY:
        raise ValueError("provider * goes with model *")


def _check_factor(row: PriceRow, price: float) -> None:
    if row.unit != usual_unit(row.component, row.model):
        raise ValueError(f"unit {row.unit!r} of {row.component} must be {usual_unit(row.component, row.model)!r}")
    if row.context_threshold or row.service_tier != "standard":
        raise ValueError(f"a {row.component} has no context_threshold or service_tier")
    if row.component == DISCOUNT and price > 1:
        raise ValueError(f"discount {price!r} must be a fraction from 0 to 1")
    if row.component == RATE and not price:
        raise ValueError("a rate must be above 0")
    if row.component == RATE and (row.model == "USD" or not CURRENCY_CODE.fullmatch(row.model)):
        raise ValueError(f"a rate is that of another currency than USD, in three letters; received {row.model!r}")


_Series: TypeAlias = tuple[str, str, str, str]
"""Provider, model, component and service tier, in lower case."""


def contradictions(rows: list[PriceRow]) -> Iterable[str]:
    """Rows that cannot all be right, once every name is that of its model."""
    series = [_series(row) for row in rows]
    counted = Counter((kind, row.context_threshold, row.from_date) for kind, row in zip(series, rows, strict=True))
    for (kind, threshold, since), count in counted.items():
        if count > 1:
            yield f"{count} rows for {_named(kind)}, above {threshold}, from {since or 'the start'}"
    units = dict(zip(series, (row.unit for row in rows), strict=True))
    starts: dict[_Series, dt.date] = {}
    for kind, row in zip(series, rows, strict=True):
        if not row.context_threshold:
            starts[kind] = min(_since(row), starts.get(kind, dt.date.max))
    for kind, row in zip(series, rows, strict=True):
        if row.unit != units[kind]:
            yield f"{_named(kind)} is stated in {row.unit} and in {units[kind]}"
        if _since(row) < starts.get(kind, dt.date.max):
            yield f"{_named(kind)} has a price above {row.context_threshold} but none below, from {_from(row)}"


def _series(row: PriceRow) -> _Series:
    return row.provider.lower(), row.model.lower(), row.component, row.service_tier


def _named(kind: _Series) -> str:
    provider, model, component, tier = kind
    return f"{f'{provider}/{model}'.strip('/')} {component}, {tier}"


def _since(row: PriceRow) -> dt.date:
    return row.from_date or dt.date.min


def _from(row: PriceRow) -> str:
    return str(row.from_date or "the start")
