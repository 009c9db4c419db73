"""What repricing a workbook would do: every price, what it is now and then, and the cells that change for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from llmcost_xl.ooxml import address
from llmcost_xl.reprice.history import Decision, History, contradicting, in_place, undated
from llmcost_xl.reprice.newrows import Placing, as_there, beside, in_unit
from llmcost_xl.reprice.pricedate import dates_set
from llmcost_xl.reprice.prices import APPENDED, CHANGED, DATED, NO_ROOM, OPEN, UNCLEAR, UNKNOWN, Price, prices_of
from llmcost_xl.reprice.tables import price_tables
from llmcost_xl.reprice.units import NONE, Unit

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.ooxml import Area, BookFile, New
    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.reprice.prices import Written
    from llmcost_xl.reprice.table import PriceTable
    from llmcost_xl.reprice.target import Target

Puts: TypeAlias = dict[str, dict["Position", "New"]]


class Row(NamedTuple):
    """What happens to one price, or to the price date."""

    kind: str
    sheet: str
    cell: str
    model: str
    component: str
    old: float | dt.date | None  # in the unit of the workbook
    new: float | dt.date | None
    effective: dt.date | None
    source: str
    reason: str


@dataclass
class Plan:
    """What repricing does to a workbook."""

    target: Target
    rows: list[Row] = field(default_factory=list)
    puts: Puts = field(default_factory=dict)  # cells and their new values
    appended: list[tuple[str, Area]] = field(default_factory=list)  # new rows below a table, by sheet
    tables: int = 0

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to do."""
        return any(self.puts.values())

    def count(self, *kinds: str) -> int:
        """How many prices are of these kinds."""
        return sum(row.kind in kinds for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """How many prices are of each kind."""
        return dict(Counter(row.kind for row in self.rows))

    @property
    def is_open(self) -> bool:
        """Whether prices remain that somebody has to look at."""
        return self.count(*OPEN) > 0

    def put(self, sheet: str, values: dict[Position, New]) -> None:
        """Take note of cells to be written."""
        self.puts.setdefault(sheet, {}).update(values)


def planned(book: BookFile, target: Target, *, unit: Unit = NONE, forced: bool = False, replaced: bool = False) -> Plan:
    """What takes a workbook to the target's prices.

    `unit` is that of tables which state none. With `forced`, prices that somebody overwrote by hand change as
    well. With `replaced`, a dated price changes where it stands, and no row is added for the new one.
    """
    plan = Plan(target)
    complete = []
    for table in price_tables(book):
        plan.tables += 1
        if table.problem or table.is_computed:
            plan.rows += [_problem_of(table)]
        else:
            complete += [_reprice(book, table, plan, unit, forced=forced, replaced=replaced)]
    if plan.tables:
        for set_date in dates_set(book, target, is_complete=bool(complete) and all(complete)):
            plan.rows.append(Row(*set_date[:2], address(set_date.where), set_date.what, "", set_date.old, target.day,
                                 target.day, "", set_date.reason))  # fmt: skip
            if set_date.kind == DATED:
                plan.put(set_date.sheet, {set_date.where: target.day})
    return plan


def _problem_of(table: PriceTable) -> Row:
    reason = table.problem or "all of its prices are formulas, and there is no table that they could come from"
    return Row(UNCLEAR, table.sheet, str(table.area), "", "", None, None, None, "", reason)


def _reprice(book: BookFile, table: PriceTable, plan: Plan, unit: Unit, *, forced: bool, replaced: bool) -> bool:
    """Plan one table; False where a price would be missing on the target's day."""
    prices = list(prices_of(book, table, plan.target, unit))
    histories: dict[Written, History] = {}
    decisions: list[Decision] = [Decision(price.doubt.kind, price, reason=price.doubt.reason)
                                 for price in prices if price.doubt]  # fmt: skip
    readable = [price for price in prices if price.series]
    if table.is_dated:
        groups: dict[Written, list[Price]] = {}
        for price in readable:
            groups.setdefault(price.written, []).append(price)
        for written, group in groups.items():
            contradictions = contradicting(group)
            if contradictions or replaced:
                decisions += contradictions or in_place(group, plan.target, forced=forced)
                continue
            histories[written] = History(written.series, plan.target, forced)
            decisions += histories[written].decided(group)
    else:
        decisions += [undated(price, plan.target, forced=forced) for price in readable]
    new = [decision for decision in decisions if decision.kind == APPENDED]
    placing = Placing(book, table, histories).placed(new)
    plan.put(table.sheet, placing.puts)
    plan.appended += [(table.sheet, placing.below)] if placing.below else []
    for decision in sorted((d for d in decisions if d.kind != APPENDED), key=lambda d: d.price.where):
        plan.rows.append(_row(decision))
        if decision.kind == CHANGED:
            plan.put(table.sheet, _changed_cells(decision))
    plan.rows += [_row(decision, cell) for decision, cell in placing.decisions]
    decided = [*decisions, *(decision for decision, _ in placing.decisions)]
    return not any(_is_missing(decision, plan.target.day) for decision in decided)


def _is_missing(decision: Decision, day: dt.date) -> bool:
    """Whether a price of the target's day has not come into the workbook, or none is known so early."""
    if decision.kind == UNKNOWN:
        return decision.price.since > day
    return decision.kind == NO_ROOM or (decision.kind == UNCLEAR and decision.price.series is not None)


def _row(decision: Decision, cell: str = "") -> Row:
    kind, price, new, since, stated, reason = decision
    old = price.cell.value if isinstance(price.cell.value, float) else None
    return Row(
        kind, price.table.sheet, cell or price.address, price.model, price.component, old,
        in_unit(new, price.factor) if new is not None else None,
        since, stated.source if stated else "", reason,
    )  # fmt: skip


def _changed_cells(decision: Decision) -> dict[Position, New]:
    """The price, and beside it on whose word and when it was looked up."""
    price, stated = decision.price, decision.stated
    assert stated is not None and decision.new is not None  # noqa: S101, PT018  # a change has both
    values: dict[Position, New] = {price.where: in_unit(decision.new, price.factor)}
    told = beside(price, stated)
    if price.table.is_dated and decision.since not in (None, price.since):
        told["from_date"] = as_there(price, decision.since)
    for name, value in told.items():
        cell = price.table.cell(price.record, name)
        where = price.record.row, price.table.columns.get(name, 0)
        if name in price.table.columns and cell.formula is None and where not in price.table.covered:
            values[where] = value
    return values
