"""A report told: which sections, sentences and tables it has, and in what order."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from llmcost_xl.reprice.prices import OPEN
from llmcost_xl.reprice.report import replays
from llmcost_xl.reprice.report.wording import amount, digits_of, figure_with_unit, share, signed
from llmcost_xl.reprice.telling.bridges import bridge_told
from llmcost_xl.reprice.telling.document import Column, Document, Heading, Table, Words
from llmcost_xl.reprice.telling.prices import open_told, prices_told, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.reprice.report.bridge import Bridge
    from llmcost_xl.reprice.report.contents import Report
    from llmcost_xl.reprice.report.figures import Figure
    from llmcost_xl.reprice.telling.document import Block

MEANINGS = (
    "Volume: more or fewer queries in all, at the shares, tokens and prices before.",
    "Mix: queries that moved to dearer or cheaper lines. A line is a feature on a model.",
    "Usage: more or fewer tokens per query. Price: other prices for what is used after.",
    "Exchange rate: what a unit of the prices' currency costs.",
    "A plus is dearer. A new or discontinued line is volume and mix alone: there is no price to compare.",
)
GOOD: Final = "OK"  # what the master check of our workbooks says


def told(report: Report) -> Document:
    """The report as a document."""
    blocks: list[Block] = [Words(told_in_short(report))]
    for bridge in report.bridges:
        blocks += bridge_told(bridge)
    blocks += (*_replays(report), *_figures(report), *prices_told(report), *open_told(report))
    blocks += (Heading("Notes"), Words(tuple(points(report)), is_list=True))
    return Document(f"Price change: {report.title or report.name or 'workbook'}", tuple(blocks))


# -- in words --------------------------------------------------------------------------------------------------------


def told_in_short(report: Report) -> tuple[str, ...]:
    """What changed, and what is not known of it, in sentences."""
    return (_where_from(report), *_no_longer_right(report), *_spend(report), *report.notes, *_still_open(report),
            *report.sentences)  # fmt: skip


def _no_longer_right(report: Report) -> Iterator[str]:
    """That the workbook's own checks fail since: nothing below may be relied on before that is looked into."""
    before, after = report.master
    if before == GOOD and after not in (GOOD, None):
        yield f"The workbook's own checks no longer hold (master check: {after}; before, {before}). See why first."


def _where_from(report: Report) -> str:
    before, after = report.dates
    if before == after:
        dates = f"The prices of {after} count, before and after"
    else:
        dates = (
            f"The prices of {after} count instead of {f'those of {before}' if before else 'the ones in the workbook'}"
        )
    file = f" File: {report.name}." if report.name else ""
    return f"Repriced to: {report.plan.target.label}. {dates}.{file}"


def _spend(report: Report) -> Iterator[str]:
    for bridge in report.bridges[:1]:
        total, digits = bridge.total, digits_of(bridge)
        yield f"Spend {report.when}: {amount(total.after, bridge.currency, digits)}, {_against(bridge)}."
        if bridge.is_same_usage:
            yield (
                "Usage is the same before and after: volume, mix and usage are 0; price makes "
                f"{signed(total.effects.price, digits)} {bridge.currency} and the exchange rate "
                f"{signed(total.effects.fx, digits)} {bridge.currency} of the change."
            )
    if not report.bridges:
        yield "Spend before and after: not known."


def _against(bridge: Bridge) -> str:
    """How spend after stands against spend before."""
    total, digits = bridge.total, digits_of(bridge)
    if abs(total.change) <= bridge.nothing:
        return "as before"
    more = "more" if total.change > 0 else "less"
    fraction = share(abs(total.change), total.before).lstrip("+")
    by = amount(abs(total.change), bridge.currency, digits) + (f" ({fraction})" if total.before else "")
    return f"{by} {more} than the {amount(total.before, bridge.currency, digits)} before"


def _still_open(report: Report) -> Iterator[str]:
    """How many prices are not the target's, and why; nobody may take the report for the whole change then."""
    counted = [(kind, report.plan.count(kind)) for kind in OPEN]
    if any(count for _, count in counted):
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in counted if count)
        yield f"Prices that could not be changed, and count here as they were: {kinds}; see below."


# -- replays and figures ---------------------------------------------------------------------------------------------


def _replays(report: Report) -> Iterator[Block]:
    if not report.replays:
        return
    currency = report.bridges[0].currency if report.bridges else ""
    yield Heading("Three replays of actual usage")
    yield Table(
        f"As it was billed, at the prices before, and at those of the candidate list: {report.plan.target.label}",
        (Column("Model", is_number=False), Column("As recorded", currency), Column("At prices before", currency),
         Column("At candidate prices", currency), Column("Candidate less before", currency)),
        tuple(
            (one.model, *(amount(each) for each in one[1:]), _less(one.candidate, one.current))
            for one in (*report.replays, replays.total(report.replays))
        ),
        has_total=True,
    )  # fmt: skip


def _less(one: float | None, other: float | None) -> str:
    return amount(None) if one is None or other is None else signed(one - other)


def _figures(report: Report) -> Iterator[Block]:
    if not report.figures:
        return
    yield Heading("Figures of the workbook")
    changed = [one for one in report.figures if one.is_changed]
    if changed:
        yield Table(
            "Changed",
            (Column("Figure", is_number=False), Column("Before"), Column("After"), Column("Unit", is_number=False)),
            tuple((label_of(one), *one.texts, unit_of(one)) for one in changed),
        )
    same = [one for one in report.figures if not one.is_changed and one.after not in (None, "")]
    if same:
        yield Words((f"Unchanged: {len(same)} of {len(report.figures)} figures.", *_unchanged(same)), is_list=True)


def label_of(one: Figure) -> str:
    """A figure by its label, and by its case where it stands there in several."""
    return f"{one.label}: {one.case}" if one.case else one.label


def unit_of(one: Figure) -> str:
    """The unit of a figure beside it in a table; that of a share is its %."""
    return "" if one.unit == "fraction" else one.unit.replace("fraction", "share")


def _unchanged(same: list[Figure]) -> Iterator[str]:
    """Each figure once, with its value; of one that stands there in several cases, how many."""
    for label, group in groupby(same, key=lambda one: one.label):
        found = list(group)
        values = {figure_with_unit(one.after, one.unit) for one in found}
        yield f"{label}: {values.pop()}" if len(values) == 1 else f"{label}: in {len(found)} columns"


# -- notes -----------------------------------------------------------------------------------------------------------


def points(report: Report) -> Iterator[str]:
    """What the reader should know of the figures: what they agree with, what words mean, where prices come from."""
    if any(report.master):
        before, after = (str(value or "not known") for value in report.master)
        yield f"Master check of the workbook: {after}{', as before' if before == after else f'; before, {before}'}."
    for tie in report.ties:
        verdict = "the same" if tie.holds else "DIFFERENT"
        yield f"{tie.what}: {amount(tie.ours)} here, {amount(tie.theirs)} in the workbook ({verdict})."
    if report.bridges:
        yield from MEANINGS
    yield from (f"Source [{number}]: {source}." for number, source in enumerate(sources(report), start=1))
