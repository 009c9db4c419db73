"""A report told: which sections, sentences and tables it has, and in what order."""

from __future__ import annotations

import datetime as dt
import math
from itertools import groupby
from typing import TYPE_CHECKING, Final

from llmcost_xl.reprice.bridge import EFFECTS, METHODS
from llmcost_xl.reprice.document import Column, Document, Heading, Step, Table, Waterfall, Words
from llmcost_xl.reprice.prices import APPENDED, DATED, LEFT, OPEN
from llmcost_xl.reprice.report import Replay
from llmcost_xl.reprice.wording import amount, decimals, price, share, signed, with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmcost_xl.reprice.bridge import Bridge, Row
    from llmcost_xl.reprice.document import Block
    from llmcost_xl.reprice.figures import Figure
    from llmcost_xl.reprice.report import PriceRow, Report

MOST_STEPS: Final = 8
"""Models with a bar of their own in a waterfall; the others share one."""

MEANINGS: Final = (
    "Volume: more or fewer queries in all, at the shares, tokens and prices before.",
    "Mix: queries that moved to dearer or cheaper lines. A line is a feature on a model.",
    "Usage: more or fewer tokens per query. Price: other prices for what is used after.",
    "Exchange rate: what a unit of the prices' currency costs.",
    "A plus is dearer. A new or discontinued line is volume and mix alone: there is no price to compare.",
)


def told(report: Report) -> Document:
    """The report as a document."""
    blocks: list[Block] = [Words(told_in_short(report))]
    for bridge in report.bridges:
        blocks += _bridge(bridge)
    return Document(f"Price change: {report.title or report.name or 'workbook'}", (*blocks, *sections(report)))


def told_in_short(report: Report) -> tuple[str, ...]:
    """What changed, in sentences."""
    return _where_from(report), *_in_short(report)


def sections(report: Report) -> tuple[Block, ...]:
    """What follows on the bridges: replays, the workbook's own figures, prices, notes."""
    blocks = (*_replays(report), *_figures(report), *_prices(report), *_open(report))
    return (*blocks, Heading("Notes"), Words(tuple(points(report)), is_list=True))


def _where_from(report: Report) -> str:
    before, after = report.dates
    dates = f"Prices of {after}, as before" if before == after else f"Prices of {after} instead of {before}"
    file = f" File: {report.name}." if report.name else ""
    return f"{dates}. To: {report.plan.target.label}.{file}"


def _in_short(report: Report) -> Iterator[str]:
    for bridge in report.bridges[:1]:
        total, digits = bridge.total, _digits(bridge)
        yield f"Spend {report.when}: {amount(total.after, bridge.currency, digits)}, {_against(total, bridge)}."
        if bridge.is_same_usage:
            yield (
                "Usage is the same before and after: volume, mix and usage are 0; price makes "
                f"{signed(total.effects.price, digits)} {bridge.currency} and the exchange rate "
                f"{signed(total.effects.fx, digits)} {bridge.currency} of the change."
            )
    if not report.bridges:
        yield "Spend before and after: not known; see the notes."
    yield from report.sentences


def _against(total: Row, bridge: Bridge) -> str:
    """How spend after stands against spend before."""
    if abs(total.change) <= bridge.nothing:
        return "as before"
    more = "more" if total.change > 0 else "less"
    digits = _digits(bridge)
    by = f"{amount(abs(total.change), bridge.currency, digits)} ({share(total.change, total.before)})"
    return f"{by} {more} than the {amount(total.before, bridge.currency, digits)} before"


# -- bridges ---------------------------------------------------------------------------------------------------------


def _bridge(bridge: Bridge) -> Iterator[Block]:
    total, currency, digits = bridge.total, bridge.currency, _digits(bridge)
    unexplained = total.residual if abs(total.residual) > bridge.nothing else 0.0
    yield Heading(bridge.title)
    yield Table(
        f"By cause, {METHODS[bridge.method]}",
        (Column("Cause", is_number=False), Column("Amount", currency)),
        (
            ("Spend before", amount(total.before, digits=digits)),
            *((label, signed(getattr(total.effects, name), digits)) for name, label in EFFECTS.items()),
            ("Not explained (must be 0)", signed(unexplained, digits)),
            ("Spend after", amount(total.after, digits=digits)),
        ),
        has_total=True,
    )
    yield Words((_check(bridge),))
    yield _waterfall(bridge)
    yield _by("feature", bridge.by_feature, bridge)
    yield _by("model", bridge.by_model, bridge)


def _digits(bridge: Bridge) -> int:
    return decimals(max(bridge.total.before, bridge.total.after))


def _check(bridge: Bridge) -> str:
    rows = (bridge.total, *bridge.by_feature, *bridge.by_model)
    worst = max(abs(row.residual) for row in rows)
    verdict = "OK" if bridge.is_explained else "ERROR"
    return (
        f"Check: {verdict}. The largest amount left unexplained, in all, by feature and by model, is {worst:.1e} "
        f"{bridge.currency}; up to {bridge.nothing:.1e} is rounding in binary arithmetic."
    )


def _by(what: str, rows: list[Row], bridge: Bridge) -> Table:
    """A row for each feature or model; a cause that moves none of them has no column."""
    currency, digits = bridge.currency, _digits(bridge)
    moving = [name for name in EFFECTS if any(abs(getattr(row.effects, name)) > bridge.nothing for row in rows)]
    has_states = any(row.state for row in rows)
    still = [EFFECTS[name].partition(",")[0].lower() for name in EFFECTS if name not in moving]
    columns = (
        Column(what.capitalize(), is_number=False), Column("Before", currency),
        *(Column(EFFECTS[name].partition(",")[0], currency) for name in moving),
        Column("After", currency), Column("Change", currency), Column("Change", "%"),
        *(Column("State", is_number=False) for _ in range(has_states)),
    )  # fmt: skip
    cells = (
        (row.name, amount(row.before, digits=digits),
         *(signed(getattr(row.effects, name), digits) for name in moving),
         amount(row.after, digits=digits), signed(row.change, digits), share(row.change, row.before),
         *(row.state for _ in range(has_states)))
        for row in (*rows, bridge.total)
    )  # fmt: skip
    none = f"; 0 in all of them: {', '.join(still)}" if still else ""
    return Table(f"By {what}, the largest change first{none}", columns, tuple(cells), has_total=True)


def _waterfall(bridge: Bridge) -> Waterfall:
    """By cause; where only prices moved, by model."""
    total = bridge.total
    steps = [(label.partition(",")[0], getattr(total.effects, name)) for name, label in EFFECTS.items()]
    caption = "From spend before to spend after, by cause"
    if bridge.is_same_usage and len(bridge.by_model) > 1:
        rows = bridge.by_model
        steps = [(row.name, row.change) for row in rows[:MOST_STEPS]]
        if rows[MOST_STEPS:]:
            steps.append((f"{len(rows) - MOST_STEPS} others", sum(row.change for row in rows[MOST_STEPS:])))
        caption = "From spend before to spend after, by model"
    level, found = total.before, [Step("Before", 0.0, total.before, is_level=True)]
    for label, change in steps:
        found.append(Step(label, level, level + change, is_level=False))
        level += change
    found.append(Step("After", 0.0, total.after, is_level=True))
    return Waterfall(caption, tuple(found), bridge.currency, _digits(bridge))


# -- replays and figures ---------------------------------------------------------------------------------------------


def _replays(report: Report) -> Iterator[Block]:
    if not report.replays:
        return
    currency = report.bridges[0].currency if report.bridges else ""
    sums = Replay(
        "All",
        math.fsum(one.recorded for one in report.replays),
        math.fsum(one.current for one in report.replays),
        math.fsum(one.candidate for one in report.replays),
    )
    yield Heading("Three replays of actual usage")
    yield Table(
        "As it was billed, at the prices before, and at the prices after",
        (Column("Model", is_number=False), Column("As recorded", currency), Column("At prices before", currency),
         Column("At prices after", currency), Column("After less before", currency)),
        tuple(
            (one.model, amount(one.recorded), amount(one.current), amount(one.candidate),
             signed(one.candidate - one.current))
            for one in (*report.replays, sums)
        ),
        has_total=True,
    )  # fmt: skip


def _figures(report: Report) -> Iterator[Block]:
    if not report.figures:
        return
    yield Heading("Figures of the workbook")
    changed = [one for one in report.figures if one.is_changed]
    if changed:
        yield Table(
            "Changed",
            (Column("Figure", is_number=False), Column("Before"), Column("After"), Column("Unit", is_number=False)),
            tuple((label_of(one), *one.texts, one.unit.replace("fraction", "")) for one in changed),
        )
    same = [one for one in report.figures if not one.is_changed]
    if same:
        yield Words((f"Unchanged: {len(same)} of {len(report.figures)} figures.", *_unchanged(same)), is_list=True)


def label_of(one: Figure) -> str:
    """A figure by its label, and by its case where it stands there in several."""
    return f"{one.label}: {one.case}" if one.case else one.label


def _unchanged(same: list[Figure]) -> Iterator[str]:
    """Each figure once, with its value; of one that stands there in several cases, how many."""
    for label, group in groupby(same, key=lambda one: one.label):
        found = list(group)
        values = {with_unit(one.texts[1], one.unit) for one in found}
        yield f"{label}: {values.pop()}" if len(values) == 1 else f"{label}: {len(found)} columns"


# -- prices ----------------------------------------------------------------------------------------------------------


def _prices(report: Report) -> Iterator[Block]:
    rows = report.prices
    if not rows:
        return
    currency = report.bridges[0].currency if report.bridges else ""
    keys = {source: f"[{number}]" for number, source in enumerate(_sources(report), start=1)}
    yield Heading("Prices behind it")
    yield Table(
        "Those that move most money first; in the unit of the workbook",
        (Column("Model", is_number=False), Column("Component", is_number=False), Column("Before"), Column("After"),
         Column("Change", "%"), Column("From", is_number=False), Column("Spend", currency),
         Column("Cell", is_number=False), Column("Source", is_number=False)),
        tuple(_price(one, keys) for one in rows),
    )  # fmt: skip
    if any(one.row.kind == APPENDED for one in rows):
        yield Words(("A price with a row of its own from its day on keeps those before it: the history stays.",
                     "Of several rows of one price, each shows what all of them together do to spend."))  # fmt: skip


def _sources(report: Report) -> list[str]:
    """On whose word the new prices stand; a row refers to them by their place in this list."""
    return sorted({row.source for row in report.plan.rows if row.source})


def _price(one: PriceRow, keys: dict[str, str]) -> tuple[str, ...]:
    row = one.row
    change = f"{one.change:+.1%}" if one.change is not None else "n/a"
    return (
        row.model, row.component, price(_number(row.old)), price(_number(row.new)), change,
        str(row.effective or "not stated"), "not known" if one.effect is None else signed(one.effect),
        f"{row.sheet}!{row.cell}" + (" (new)" if row.kind == APPENDED else ""), keys.get(row.source, ""),
    )  # fmt: skip


def _number(value: float | dt.date | None) -> float | None:
    return None if isinstance(value, dt.date) or value is None else float(value)


def _open(report: Report) -> Iterator[Block]:
    """What did not change and somebody may want to look at, and the price date."""
    rows = [row for row in report.plan.rows if row.kind in (LEFT, *OPEN)]
    dated = [row for row in report.plan.rows if row.kind == DATED]
    if rows:
        yield Heading("Prices not changed")
        yield Table(
            "Left alone, without room, unknown or not understood",
            (Column("What", is_number=False), Column("Cell", is_number=False), Column("Price"),
             Column("Kind", is_number=False), Column("Why", is_number=False)),
            tuple((" ".join(filter(None, (row.model, row.component))), f"{row.sheet}!{row.cell}",
                   price(_number(row.old)) if row.old is not None else "", row.kind, row.reason) for row in rows),
        )  # fmt: skip
    if dated:
        yield Words(tuple(f"Price date ({row.sheet}!{row.cell}): {row.new} instead of {row.old}." for row in dated))


def points(report: Report) -> Iterable[str]:
    """What the reader should know of the figures: what is missing, what they agree with, what words mean, sources."""
    yield from report.notes
    if any(report.master):
        before, after = (str(value or "not known") for value in report.master)
        yield f"Master check of the workbook: {after}{', as before' if before == after else f'; before, {before}'}."
    for tie in report.ties:
        theirs = "not known" if tie.theirs is None else amount(tie.theirs)
        yield (
            f"{tie.what}: {amount(tie.ours)} here, {theirs} in the workbook "
            f"({'the same' if tie.holds else 'DIFFERENT'})."
        )
    if report.bridges:
        yield from MEANINGS
    yield from (f"Source [{number}]: {source}." for number, source in enumerate(_sources(report), start=1))
