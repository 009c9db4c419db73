"""A report in the making: the states before and after, the bridges between them, and what is to be said with them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import LLMCostError
from llmcost_xl.reprice.report import figures, inforce, replays
from llmcost_xl.reprice.report.behind import InForce
from llmcost_xl.reprice.report.bridge import Bridge
from llmcost_xl.reprice.report.choice import of_choice
from llmcost_xl.reprice.report.contents import Replay, Report, Tie
from llmcost_xl.reprice.report.inforce import PriceList
from llmcost_xl.reprice.report.layouts import ACTUAL, PLANNED
from llmcost_xl.reprice.report.recorded import Recorded, items, recorded
from llmcost_xl.reprice.report.state import State
from llmcost_xl.reprice.units import NONE, Unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from llmcost_xl.ooxml import Value
    from llmcost_xl.reprice.plan import Plan
    from llmcost_xl.reprice.report.usage import Usage

SAME_USAGE: Final = "The same usage at the prices before and after"
BUDGET_TO_ACTUAL: Final = "From the budget to actual usage at the prices after"
CHANGED_USAGE: Final = "From the usage and prices before to those after"
MASTER: Final = "chk_master"


def of(
    before: bytes,
    after: bytes,
    plan: Plan,
    usage: Usage | None = None,
    *,
    name: str = "",
    method: str = "sequential",
    unit: Unit = NONE,
) -> Report:
    """What moved between two states of a workbook.

    `usage` takes the place of the usage that the workbook records; `unit` is that of price tables which state none.

    Raises:
        RefusedError: a file cannot be read; prices or exchange rates do not fit the usage.
    """
    old, new = State(before), State(after)
    lists = PriceList(before, plan.target, unit), PriceList(after, plan.target, unit)
    dates = _dates(old, new, plan, lists[0])
    made = _Made(method, InForce(*lists, (dates[0] or dates[1], dates[1])))
    if usage is not None:
        made.from_file(usage)
    elif old.is_computed and new.is_computed:
        made.from_workbook(*(_usage(state) for state in (old, new)))
    if not (old.is_computed and new.is_computed):
        made.notes.append(
            "The figures of this workbook are not known: its formulas cannot be worked out here"
            f" ({old.problem or new.problem}). Open it in a spreadsheet program."
        )
    elif not made.bridges and usage is None:
        made.notes.append("Spend is not known: this workbook records no usage that is understood; state it by --usage.")
    found = figures.figures(old, new)
    return Report(
        _title(new), name, plan, dates, made.when, tuple(made.bridges), made.in_force, tuple(made.replays),
        tuple(found), tuple(figures.sentences(found, old, new)), tuple(made.ties), tuple(made.notes),
        (_master(old), _master(new)),
    )  # fmt: skip


def _dates(old: State, new: State, plan: Plan, listed: PriceList) -> tuple[dt.date | None, dt.date]:
    """Whose prices count: the workbook's price date; where it has none, those known today and those of the target.

    Prices without a date count whatever the day: before, they are simply the workbook's.
    """
    before, after = (inforce.price_date(state) for state in (old, new))
    if before and after:
        return before, after
    return (plan.target.book.as_of if listed.is_dated else None), plan.target.day


def _usage(state: State) -> list[Recorded]:
    """The usage that a workbook of ours records, in every form it does."""
    chosen = of_choice(state)
    return [chosen] if chosen else recorded(state)


def _master(state: State) -> Value:
    """What the workbook's own checks say together, if it has them."""
    named = state.names.get(MASTER)
    return state.value(named.sheet, named.area.start) if named else None


def _title(state: State) -> str:
    """What the workbook calls itself on its cover, or nothing."""
    first = state.value(figures.COVER, (1, 1)) if state.has(figures.COVER) else None
    return first if isinstance(first, str) else ""


@dataclass
class _Made:
    """The bridges of a report, and what is to be said with them."""

    method: str
    in_force: InForce
    bridges: list[Bridge] = field(default_factory=list)
    replays: list[Replay] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    when: str = ""

    def from_file(self, usage: Usage) -> None:
        """Usage of a file at the prices of the workbook."""
        priced = inforce.priced(usage, self.in_force.before, self.in_force.after, self.in_force.days)
        self._unpriced([f"{line.feature} on {line.model}" for line in priced.unknown])
        self.in_force.unknown.update(line.model for line in priced.unknown)
        self.when = f"for the usage in {usage.name}"
        self._add(Bridge(CHANGED_USAGE if usage.changes else SAME_USAGE, priced.items, priced.currency, self.method))
        self.replays = replays.of_file(priced)

    def from_workbook(self, old: list[Recorded], new: list[Recorded]) -> None:
        """Usage that the workbook records; the actual one where it has a budget as well."""
        has_actual = any(one.state == ACTUAL for one in new)
        wanted = ACTUAL if has_actual else PLANNED
        pairs = [(was, now) for was, now in zip(old, new, strict=True) if now.state == wanted]
        if not pairs:
            return
        self.when = pairs[0][1].when
        self.in_force.periods.update(day for _, now in pairs for day in now.days.items())
        unknown = frozenset(key for pair in pairs for one in pair for key in one.unknown)
        self._unpriced(str(key) for key in sorted(unknown))
        self.in_force.unknown.update(key.model for key in unknown)
        kept = [(was.without(unknown), now.without(unknown)) for was, now in pairs]
        bridge = self._bridge(SAME_USAGE, kept)
        self._add(bridge if bridge.is_same_usage else replace(bridge, title=CHANGED_USAGE))
        for words, records in (("before", [was for was, _ in kept]), ("after", [now for _, now in kept])):
            theirs = [one.spend for one in records]
            known = None if None in theirs else math.fsum(spend for spend in theirs if spend is not None)
            self.ties.append(Tie(f"Spend {words}", math.fsum(one.cost for one in records), known))
        if has_actual:
            self._budget_to_actual([one for one in old if one.state == PLANNED], [now for _, now in pairs])
            self.replays = replays.of_workbook(pairs)

    def _budget_to_actual(self, planned: list[Recorded], actual: list[Recorded]) -> None:
        """From the budget at its prices to actual usage at those after."""
        unknown = frozenset(key for one in (*planned, *actual) for key in one.unknown)
        pairs = [(was.without(unknown), now.without(unknown)) for was, now in zip(planned, actual, strict=True)]
        self._unpriced((str(key) for key in sorted(unknown)), f"{BUDGET_TO_ACTUAL}: ")
        self._add(self._bridge(BUDGET_TO_ACTUAL, pairs))

    def _bridge(self, title: str, pairs: list[tuple[Recorded, Recorded]]) -> Bridge:
        found = [item for was, now in pairs for item in items(was, now)]
        at = [self.in_force.cell(item.model, item.component, item.period) for item in found]
        placed = tuple(item._replace(cell=cell) for item, cell in zip(found, at, strict=True))
        return Bridge(title, placed, pairs[0][1].currency, self.method)

    def _add(self, bridge: Bridge) -> None:
        """Keep a bridge that can be worked out; say why of one that cannot."""
        if not bridge.items:
            return
        try:
            _ = bridge.total
        except LLMCostError as problem:
            self.notes.append(f"{bridge.title}: not decomposed, {problem}.")
            return
        self.bridges.append(bridge)
        if not bridge.queries[0] and bridge.queries[1]:
            self.notes.append(f"{bridge.title}: there were no queries before, so all of the spend is volume.")

    def _unpriced(self, lines: Iterable[str], where: str = "") -> None:
        named = list(dict.fromkeys(lines))
        if named:
            self.notes.append(
                f"{where}Left out, as a price, an exchange rate or a figure is missing before or after:"
                f" {'; '.join(named)}."
            )
