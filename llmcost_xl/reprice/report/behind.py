"""The price rows behind a bridge: which row of the workbook holds for what is used, and what its change does to spend.

What a row does to spend is the price effect of the items that it holds for after the repricing, so that all rows
together come to the bar "Price". That is more than the rows that repricing writes: where the price date moves, a row
that has waited in the workbook comes into force.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue.rows import CALL_COMPONENTS
from llmcost_xl.reprice.plan import Row
from llmcost_xl.reprice.prices import APPENDED, CHANGED
from llmcost_xl.reprice.report.inforce import STANDARD, PriceList, cell_of
from llmcost_xl.reprice.units import MILLION, THOUSAND, Unit

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.reprice.plan import Plan
    from llmcost_xl.reprice.prices import Price
    from llmcost_xl.reprice.report.bridge import Bridge

IN_FORCE: Final = "comes into force"


class PriceRow(NamedTuple):
    """A price that changes, and what it does to the spend of the first bridge."""

    row: Row
    what: str  # the component, with service tier and context threshold where it has any
    unit: str  # of the workbook's prices, as its table states it
    effect: float | None  # None: the usage of this price is not known

    @property
    def change(self) -> float | None:
        """The change as a fraction of the price before."""
        old, new = self.row.old, self.row.new
        return new / old - 1 if isinstance(old, float) and isinstance(new, float | int) and old else None


@dataclass(frozen=True)
class InForce:
    """The price rows of a workbook before and after, and the days whose prices count."""

    before: PriceList
    after: PriceList
    days: tuple[dt.date, dt.date]
    periods: dict[str, dt.date] = field(default_factory=dict)  # of a month, the day whose prices count in it
    unknown: set[str] = field(default_factory=set)  # models whose spend is not known, at least in part

    def cell(self, model: str, component: str, period: str) -> str:
        """The cell of the price that holds after the repricing; "" where that is not known."""
        found = self.after.find(model, component, self.periods.get(period, self.days[1]))
        return cell_of(found) if found else ""

    def name(self, model: str) -> str:
        """A model as the catalogue calls it."""
        return str(self.after.target.find(model))


def prices(plan: Plan, bridge: Bridge | None, in_force: InForce) -> list[PriceRow]:
    """Every row that changes, is added or comes into force, those that move most money first."""
    effects = _effects(bridge) if bridge else {}
    rows = [row for row in plan.rows if row.kind in (CHANGED, APPENDED)]
    listed = {f"{row.sheet}!{row.cell}" for row in rows}
    rows += _waiting(bridge, in_force, {cell for cell in effects if cell not in listed}) if bridge else []
    unknown = {in_force.name(model) for model in in_force.unknown}
    found = []
    for row in rows:
        cell = f"{row.sheet}!{row.cell}"
        is_known = bridge is not None and row.model not in unknown
        effect = effects.get(cell, 0.0) if is_known else None
        found.append(PriceRow(row, *_told(in_force.after.at(cell), row), effect))
    return sorted(found, key=lambda one: (-abs(one.effect or 0.0), one.row.sheet, one.row.model, one.row.component,
                                          one.row.effective is not None, str(one.row.effective)))  # fmt: skip


def elsewhere(bridge: Bridge, found: list[PriceRow]) -> float:
    """What of the bar "Price" no row explains: the price is no row of a table, or its row is not known."""
    rows = math.fsum(one.effect for one in found if one.effect is not None)
    left = bridge.total.effects.price - rows
    return left if abs(left) > bridge.nothing else 0.0


def _effects(bridge: Bridge) -> dict[str, float]:
    """What price does in a bridge, by the cell of the price after."""
    found: dict[str, list[float]] = {}
    for item, effects in zip(bridge.items, bridge.parts, strict=True):
        if item.cell and effects.price:
            found.setdefault(item.cell, []).append(effects.price)
    return {cell: math.fsum(effects) for cell, effects in found.items()}


def _waiting(bridge: Bridge, in_force: InForce, cells: set[str]) -> list[Row]:
    """The rows that were there already and hold only now, each once, beside the price that held before."""
    rows: dict[str, Row] = {}
    for item in bridge.items:
        if item.cell not in cells or item.cell in rows:
            continue
        new = in_force.after.at(item.cell)
        if new is None or new.series is None:
            continue
        day = in_force.periods.get(item.period, in_force.days[0])
        old = in_force.before.like(new.series, day)
        rows[item.cell] = Row(
            IN_FORCE, new.table.sheet, new.address, str(new.series.key), item.component, _value(old), _value(new),
            new.since if new.table.is_dated else None, new.source, "",
        )  # fmt: skip
    return list(rows.values())


def _told(price: Price | None, row: Row) -> tuple[str, str]:
    """Which price of the model it is, and in what unit."""
    if price is None or price.series is None:
        return row.component, ""
    tier, threshold = price.series.service_tier, price.series.context_threshold
    above = f"above {threshold:,} tokens" if threshold else ""
    what = ", ".join(filter(None, (row.component, tier if tier != STANDARD else "", above)))
    is_of_calls = row.component in CALL_COMPONENTS
    amount = round(price.factor * (THOUSAND if is_of_calls else MILLION))
    return what, str(Unit(price.series.currency, amount, "calls" if is_of_calls else "tokens"))


def _value(price: Price | None) -> float | None:
    """A price in the unit of the workbook."""
    return price.cell.value if price and isinstance(price.cell.value, float) else None
