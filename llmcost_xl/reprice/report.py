"""What a repricing moved: spend by cause, feature and model, the workbook's own figures, and the prices behind it.

    report = of(before, after, plan, usage, name="plan.xlsx")
    report.text(), report.markdown(), report.html()

Before and after are the files: both are worked out in process. What cannot be worked out is said to be unknown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.errors import LLMCostError
from llmcost_xl.reprice import figures, inforce
from llmcost_xl.reprice.bridge import Bridge
from llmcost_xl.reprice.layouts import ACTUAL, PLANNED
from llmcost_xl.reprice.prices import APPENDED, CHANGED
from llmcost_xl.reprice.recorded import Recorded, items, recorded
from llmcost_xl.reprice.state import State
from llmcost_xl.reprice.units import NONE, Unit

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.ooxml import Value
    from llmcost_xl.reprice.figures import Figure
    from llmcost_xl.reprice.plan import Plan, Row
    from llmcost_xl.reprice.usage import Usage

SAME_USAGE: Final = "The same usage at the prices before and after"
BUDGET_TO_ACTUAL: Final = "From the budget to actual usage at the prices after"
CHANGED_USAGE: Final = "From the usage and prices before to those after"
MASTER: Final = "chk_master"
TIE: Final = 1e-9
"""Up to what fraction two ways of adding up the same amounts may differ."""


class Replay(NamedTuple):
    """What actual usage of a model cost as recorded, and costs at two price lists."""

    model: str
    recorded: float
    current: float
    candidate: float


class Tie(NamedTuple):
    """An amount of this report beside the workbook's own."""

    what: str
    ours: float
    theirs: float | None

    @property
    def holds(self) -> bool:
        """Whether they are the same."""
        return self.theirs is not None and math.isclose(self.ours, self.theirs, rel_tol=TIE, abs_tol=TIE)


class PriceRow(NamedTuple):
    """A price that changes, and what it does to the spend of the first bridge."""

    row: Row
    effect: float | None  # None: the usage of this price is not known

    @property
    def change(self) -> float | None:
        """The change as a fraction of the price before."""
        old, new = self.row.old, self.row.new
        return new / old - 1 if isinstance(old, float) and isinstance(new, float | int) and old else None


@dataclass(frozen=True)
class Report:
    """What moved."""

    title: str  # of the workbook
    name: str  # of its file
    plan: Plan = field(repr=False)
    dates: tuple[dt.date, dt.date]  # whose prices count, before and after
    when: str  # what the spend covers: "over the plan", "a month"
    bridges: tuple[Bridge, ...]
    replays: tuple[Replay, ...]
    figures: tuple[Figure, ...] = field(repr=False)
    sentences: tuple[str, ...]
    ties: tuple[Tie, ...]
    notes: tuple[str, ...]
    master: tuple[Value, Value] = (None, None)  # what the workbook's own checks say, before and after

    def with_method(self, method: str) -> Report:
        """The same with the other method of decomposition: sequential or midpoint."""
        return replace(self, bridges=tuple(replace(bridge, method=method) for bridge in self.bridges))

    @property
    def prices(self) -> list[PriceRow]:
        """The prices that change, those that move most money first."""
        effects = self._effects
        rows = [
            PriceRow(row, effects.get((self._key(row.model), row.component), 0.0) if self.bridges else None)
            for row in self.plan.rows
            if row.kind in (CHANGED, APPENDED)
        ]
        return sorted(rows, key=lambda one: (-abs(one.effect or 0.0), one.row.sheet, one.row.model, one.row.component,
                                             one.row.effective is not None, str(one.row.effective)))  # fmt: skip

    @property
    def _effects(self) -> dict[tuple[str, str], float]:
        """What price and exchange rate do in the first bridge, by model and component."""
        found: dict[tuple[str, str], float] = {}
        for bridge in self.bridges[:1]:
            for item, effects in zip(bridge.items, bridge.parts, strict=True):
                key = self._key(item.model), item.component
                found[key] = found.get(key, 0.0) + effects.price
        return found

    def _key(self, model: str) -> str:
        """A model as the catalogue calls it."""
        found = self.plan.target.find(model)
        return model if isinstance(found, str) else str(found)

    def with_sheet(self, content: bytes) -> bytes:
        """The repriced workbook's file with the report in a sheet, "Price change"; an earlier one gives way to it.

        Raises:
            RefusedError: the structure of the workbook is protected, so that no sheet can be added.
        """
        from llmcost_xl.reprice.pricesheet import added  # noqa: PLC0415  # openpyxl takes half a second

        return added(self, content)

    # -- written out -----------------------------------------------------------------------------------------------

    def text(self, width: int = 100) -> str:
        """The report for a terminal of so many columns."""
        from llmcost_xl.reprice.rendering import text  # noqa: PLC0415  # rich takes a while to load
        from llmcost_xl.reprice.telling import told  # noqa: PLC0415

        return text.render(told(self), width)

    def markdown(self) -> str:
        """The report in Markdown."""
        from llmcost_xl.reprice.rendering import markdown  # noqa: PLC0415
        from llmcost_xl.reprice.telling import told  # noqa: PLC0415

        return markdown.render(told(self))

    def html(self) -> str:
        """The report as a page to print: no scripts, nothing from elsewhere."""
        from llmcost_xl.reprice.rendering import html  # noqa: PLC0415
        from llmcost_xl.reprice.telling import told  # noqa: PLC0415

        return html.render(told(self))


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
    dates = inforce.price_date(old, plan.target), inforce.price_date(new, plan.target)
    made = _Made(method)
    if usage is not None:
        made.from_file(usage, plan, before, after, dates, unit)
    elif old.is_computed and new.is_computed:
        made.from_workbook(recorded(old), recorded(new))
    if not (old.is_computed and new.is_computed):
        made.notes.append(
            "The figures of this workbook are not known: its formulas cannot be worked out here"
            f" ({old.problem or new.problem}). Open it in a spreadsheet program."
        )
    elif not made.bridges and usage is None:
        made.notes.append("Spend is not known: this workbook records no usage that is understood; state it by --usage.")
    found = figures.figures(old, new)
    return Report(
        _title(new), name, plan, dates, made.when, tuple(made.bridges), tuple(made.replays), tuple(found),
        tuple(figures.sentences(found, old, new)), tuple(made.ties), tuple(made.notes), (_master(old), _master(new)),
    )  # fmt: skip


def _master(state: State) -> Value:
    """What the workbook's own checks say together, if it has them."""
    named = state.names.get(MASTER)
    return state.value(named.sheet, named.area.start) if named else None


def _title(state: State) -> str:
    """What the workbook calls itself on its cover, or nothing."""
    first = state.value(figures.COVER, (1, 1)) if state.has(figures.COVER) else None
    return first if isinstance(first, str) else ""


class _Made:
    """The bridges of a report in the making, and what is to be said with them."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.bridges: list[Bridge] = []
        self.replays: list[Replay] = []
        self.ties: list[Tie] = []
        self.notes: list[str] = []
        self.when = ""

    def from_file(
        self, usage: Usage, plan: Plan, before: bytes, after: bytes, dates: tuple[dt.date, dt.date], unit: Unit
    ) -> None:
        """Usage of a file at the prices of the workbook."""
        old, new = (
            inforce.listed(before, dates[0], plan.target, unit),
            inforce.listed(after, dates[1], plan.target, unit),
        )
        priced = inforce.priced(usage, old, new, plan.target)
        self._unpriced(priced.unknown)
        self.when = f"for the usage in {usage.name}"
        self._add(Bridge(CHANGED_USAGE if usage.changes else SAME_USAGE, priced.items, priced.currency, self.method))

    def from_workbook(self, old: list[Recorded], new: list[Recorded]) -> None:
        """Usage that the workbook records; the actual one where it has a budget as well."""
        has_actual = any(one.layout.state == ACTUAL for one in new)
        wanted = ACTUAL if has_actual else PLANNED
        pairs = [(was, now) for was, now in zip(old, new, strict=True) if now.layout.state == wanted]
        if not pairs:
            return
        self.when = pairs[0][1].layout.when
        self._unpriced(tuple(dict.fromkeys(line for was, now in pairs for line in (*was.unknown, *now.unknown))))
        self._add(self._bridge(SAME_USAGE, pairs))
        for words, records in (("before", [was for was, _ in pairs]), ("after", [now for _, now in pairs])):
            theirs = [one.spend for one in records]
            known = None if None in theirs else math.fsum(spend for spend in theirs if spend is not None)
            self.ties.append(Tie(f"Spend {words}", math.fsum(one.cost for one in records), known))
        if has_actual:
            planned = [one for one in old if one.layout.state == PLANNED]
            actual = [now for _, now in pairs]
            self._add(self._bridge(BUDGET_TO_ACTUAL, list(zip(planned, actual, strict=True))))
            self.replays = _replays(pairs)

    def _bridge(self, title: str, pairs: list[tuple[Recorded, Recorded]]) -> Bridge:
        found = tuple(item for was, now in pairs for item in items(was, now))
        return Bridge(title, found, pairs[0][1].currency, self.method)

    def _add(self, bridge: Bridge) -> None:
        """Keep a bridge that can be worked out; say why of one that cannot."""
        if not bridge.items:
            return
        try:
            _ = bridge.total
        except LLMCostError as problem:
            self.notes.append(f"{bridge.title}: not decomposed, {problem}.")
        else:
            self.bridges.append(bridge)

    def _unpriced(self, lines: tuple[str, ...]) -> None:
        if lines:
            self.notes.append(
                f"Left out, as a price, an exchange rate or a figure is missing before or after: {'; '.join(lines)}."
            )


def _replays(pairs: list[tuple[Recorded, Recorded]]) -> list[Replay]:
    """Actual usage as recorded, at the prices before and at those after; model by model, the dearest first."""
    found: dict[str, Replay] = {}
    for was, now in pairs:
        for key, billed in (now.billed or {}).items():
            so_far = found.get(key.model, Replay(key.model, 0.0, 0.0, 0.0))
            current, candidate = (
                math.fsum(math.prod(factors) for factors in one.lines.get(key, {}).values()) for one in (was, now)
            )
            found[key.model] = Replay(
                key.model, so_far.recorded + billed, so_far.current + current, so_far.candidate + candidate
            )
    used = [one for one in found.values() if any(one[1:])]
    return sorted(used, key=lambda one: (-max(one[1:]), one.model))
