"""The prices of a report told: those behind the change, those that did not change, and on whose word."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from llmcost_xl.reprice.prices import APPENDED, DATED, LEFT, OPEN
from llmcost_xl.reprice.report import behind
from llmcost_xl.reprice.report.wording import NOT_KNOWN, digits_of, percent, price, signed
from llmcost_xl.reprice.telling.document import Column, Heading, Table, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.reprice.report.behind import PriceRow
    from llmcost_xl.reprice.report.contents import Report
    from llmcost_xl.reprice.telling.document import Block

ELSEWHERE = "Prices that are no row of a table"


def prices_told(report: Report) -> Iterator[Block]:
    """The price rows behind the change; what they do to spend comes to the bar of price."""
    rows = report.prices
    if not rows:
        return
    bridge = report.bridges[0] if report.bridges else None
    digits = digits_of(bridge) if bridge else 2
    keys = {source: f"[{number}]" for number, source in enumerate(sources(report), start=1)}
    cells = [_row(one, keys, digits) for one in rows]
    if bridge:
        left = behind.elsewhere(bridge, rows)
        blank = ("",) * 4
        cells += [(ELSEWHERE, *blank, signed(left, digits), *blank[1:])] if left else []
        cells.append(("All", *blank, signed(bridge.total.effects.price, digits), *blank[1:]))
    currency = bridge.currency if bridge else ""
    yield Heading("Prices behind it")
    yield Table(
        "Those that move most money first; the effect of price on spend, row by row",
        (Column("Price", is_number=False), Column("Before"), Column("After"), Column("Unit", is_number=False),
         Column("Change", "%"), Column("Spend", currency), Column("From", is_number=False),
         Column("Cell", is_number=False), Column("Source", is_number=False)),
        tuple(cells),
        has_total=bridge is not None,
    )  # fmt: skip
    if any(one.row.kind == APPENDED for one in rows):
        yield Words(("A price with a row of its own from its day on keeps those before it: the history stays.",))


def sources(report: Report) -> list[str]:
    """On whose word the new prices stand; a row refers to them by their place in this list."""
    return sorted({one.row.source for one in report.prices if one.row.source})


def state_of(one: PriceRow) -> str:
    """What is special about a row: it is new, or it has waited for its day."""
    return {APPENDED: "new", behind.IN_FORCE: behind.IN_FORCE}.get(one.row.kind, "")


def _row(one: PriceRow, keys: dict[str, str], digits: int) -> tuple[str, ...]:
    row, state = one.row, state_of(one)
    return (
        f"{row.model} {one.what}", price(_number(row.old)), price(_number(row.new)), one.unit, percent(one.change),
        NOT_KNOWN if one.effect is None else signed(one.effect, digits), str(row.effective or "not stated"),
        f"{row.sheet}!{row.cell}" + (f" ({state})" if state else ""), keys.get(row.source, ""),
    )  # fmt: skip


def open_told(report: Report) -> Iterator[Block]:
    """What did not change and somebody may want to look at, and the dates that were set."""
    rows = [row for row in report.plan.rows if row.kind in (LEFT, *OPEN)]
    dated = [row for row in report.plan.rows if row.kind == DATED]
    if rows:
        yield Heading("Prices not changed")
        yield Table(
            "Left alone, without room, unknown or not understood; in the unit of the workbook",
            (Column("What", is_number=False), Column("Cell", is_number=False), Column("Price"),
             Column("Kind", is_number=False), Column("Why", is_number=False)),
            tuple((" ".join(filter(None, (row.model, row.component))), f"{row.sheet}!{row.cell}",
                   price(_number(row.old)) if row.old is not None else "", row.kind, row.reason) for row in rows),
        )  # fmt: skip
    if dated:
        what = (f"{row.model[:1].upper()}{row.model[1:]} ({row.sheet}!{row.cell}): {row.new} instead of {row.old}."
                for row in dated)  # fmt: skip
        yield Words(tuple(what))


def _number(value: float | dt.date | None) -> float | None:
    return None if isinstance(value, dt.date) or value is None else float(value)
