"""What `llmcost-xl reprice` says of a workbook: the plan price by price, the totals of many, JSON for scripts."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from llmcost_xl.cli.show import as_table, text
from llmcost_xl.cli.stop import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmcost_xl.reprice.files import How, Outcome
    from llmcost_xl.reprice.plan import Row

SHOWN = 200
"""Prices shown on a terminal; a program gets them all."""


def show(outcome: Outcome, how: How) -> None:
    """One workbook: every price that is not the wanted one already, then in a sentence what was done."""
    from llmcost_xl.reprice.prices import SAME  # noqa: PLC0415

    if outcome.plan is not None:
        rows = [row for row in outcome.plan.rows if row.kind != SAME]
        title = f"{outcome.path.name}: {how.target.label}"
        if rows and sys.stdout.isatty():
            _draw(rows[:SHOWN], title)
        elif rows:
            as_table(("what", "cell", "model", "component", "old", "new", "from", "source", "why"),
                     [_line(row) for row in rows], title)  # fmt: skip
        if len(rows) > SHOWN and sys.stdout.isatty():
            say(f"and {len(rows) - SHOWN:,} more; --json has them all")
    if outcome.problem:
        say(outcome.problem)
        return
    say_notices(outcome)
    sys.stdout.write(f"{outcome.path}: {summary(outcome)}\n")


def _draw(rows: Sequence[Row], title: str) -> None:
    """A table for each thing that happens on a sheet, without empty columns, so that its lines fit into a terminal."""
    from llmcost_xl.reprice.prices import KINDS  # noqa: PLC0415

    sources = sorted({row.source for row in rows if row.source})
    keys = {source: f"[{number}]" if len(sources) > 1 else source for number, source in enumerate(sources, 1)}
    groups: dict[tuple[str, str], list[Sequence[Any]]] = {}
    for row in sorted(rows, key=lambda row: KINDS.index(row.kind)):
        cells = (row.cell, row.model, row.component, row.old, row.new, row.effective, keys.get(row.source), row.reason)
        groups.setdefault((row.kind, row.sheet), []).append(cells)
    sys.stdout.write(f"{title}\n\n")
    header = ("cell", "model", "component", "old", "new", "from", "see" if len(sources) > 1 else "source", "why")
    for (kind, sheet), lines in groups.items():
        used = [place for place in range(len(header)) if any(text(line[place]) for line in lines)]
        table = [[line[place] for place in used] for line in lines]
        as_table([header[place] for place in used], table, f"{kind}, sheet {sheet}")
    if len(sources) > 1:
        sys.stdout.write("".join(f"{keys[source]} {source}\n" for source in sources) + "\n")


def say_notices(outcome: Outcome) -> None:
    """What else somebody should know of a workbook."""
    for notice in outcome.notices:
        say(f"{outcome.path.name} {notice}" if notice.startswith(("is ", "has ", "reads ")) else notice)


def _line(row: Row) -> tuple[Any, ...]:
    return (row.kind, f"{row.sheet}!{row.cell}", row.model, row.component, row.old, row.new, row.effective,
            row.source, row.reason)  # fmt: skip


def summary(outcome: Outcome) -> str:
    """What was done, with the backup, and what the workbook shows until it is opened."""
    from llmcost_xl.reprice.files import FINE, NO_PRICES  # noqa: PLC0415

    if outcome.outcome == NO_PRICES:
        return "no price table was found: none has a heading for the model and one for its price"
    parts = [_counted(outcome), outcome.outcome]
    if outcome.outcome == FINE:
        follow = f"{outcome.recalculated:,} formulas follow"
        parts.append(follow if outcome.is_current else f"{follow} when it is next opened")
    if outcome.backup:
        parts.append(f"the file before is {outcome.backup.name}")
    if outcome.written and outcome.written != outcome.path:
        parts.append(f"written to {outcome.written}")
    return "; ".join(part for part in parts if part)


def _counted(outcome: Outcome) -> str:
    counts = outcome.plan.counts if outcome.plan else {}
    from llmcost_xl.reprice.prices import KINDS  # noqa: PLC0415

    return ", ".join(f"{counts[kind]:,} {kind}" for kind in KINDS if counts.get(kind))


def show_many(outcomes: Sequence[Outcome], title: str) -> None:
    """A line per workbook."""
    from llmcost_xl.reprice.prices import APPENDED, CHANGED, DATED, LEFT, NO_ROOM, UNCLEAR, UNKNOWN  # noqa: PLC0415

    def count(outcome: Outcome, *kinds: str) -> int | None:
        return outcome.plan.count(*kinds) if outcome.plan else None

    lines = [
        (text(outcome.path), count(outcome, CHANGED), count(outcome, APPENDED), count(outcome, DATED),
         count(outcome, LEFT), count(outcome, NO_ROOM), count(outcome, UNKNOWN), count(outcome, UNCLEAR),
         round(outcome.seconds, 2), outcome.outcome)
        for outcome in outcomes
    ]  # fmt: skip
    header = ("file", "changed", "appended", "date_set", "left_alone", "no_room", "unknown", "not_understood",
              "seconds", "outcome")  # fmt: skip
    as_table(header, lines, title)
    for outcome in outcomes:
        if outcome.problem:
            say(outcome.problem)


def total(outcomes: Sequence[Outcome]) -> str:
    """How many workbooks came out how."""
    counted = Counter(outcome.outcome for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    parts = ", ".join(f"{number:,} {what}" for what, number in counted.most_common())
    return f"{len(outcomes):,} workbooks in {seconds:.1f} s: {parts}"


def answer(outcome: Outcome) -> dict[str, Any]:
    """Everything about one file, for a script."""
    plan = outcome.plan
    return {
        "file": str(outcome.path),
        "outcome": outcome.outcome,
        "problem": outcome.problem or None,
        "written": str(outcome.written) if outcome.written else None,
        "backup": str(outcome.backup) if outcome.backup else None,
        "counts": plan.counts if plan else {},
        "formulas_that_follow": outcome.recalculated,
        "stored_values_are_current": outcome.is_current,
        "notices": list(outcome.notices),
        "seconds": round(outcome.seconds, 3),
        "prices": [row._asdict() for row in plan.rows] if plan else [],
    }
