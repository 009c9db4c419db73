"""A bridge told: by cause, with its check, as a waterfall, by feature and by model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.reprice.report.bridge import EFFECTS, METHODS, short
from llmcost_xl.reprice.report.wording import amount, digits_of, share, signed
from llmcost_xl.reprice.telling.document import Column, Heading, Step, Table, Waterfall, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.reprice.report.bridge import Bridge, Row
    from llmcost_xl.reprice.telling.document import Block


def bridge_told(bridge: Bridge) -> Iterator[Block]:
    """All of a bridge."""
    yield Heading(bridge.title)
    yield _by_cause(bridge)
    yield Words((_check(bridge),))
    yield _waterfall(bridge)
    yield _by("feature", bridge.by_feature, bridge)
    yield _by("model", bridge.by_model, bridge)


def _by_cause(bridge: Bridge) -> Table:
    total, digits = bridge.total, digits_of(bridge)
    unexplained = total.residual if abs(total.residual) > bridge.nothing else 0.0
    return Table(
        f"By cause, {METHODS[bridge.method]}",
        (Column("Cause", is_number=False), Column("Amount", bridge.currency)),
        (
            ("Spend before", amount(total.before, digits=digits)),
            *((label, signed(getattr(total.effects, name), digits)) for name, label in EFFECTS.items()),
            ("Not explained (must be 0)", signed(unexplained, digits)),
            ("Spend after", amount(total.after, digits=digits)),
        ),
        has_total=True,
    )


def _check(bridge: Bridge) -> str:
    worst = f"{bridge.unexplained:.1e} {bridge.currency}" if bridge.unexplained else f"0 {bridge.currency}"
    if bridge.is_explained:
        return f"Check: OK. Nothing is left unexplained, in all, by feature and by model; rounding leaves {worst}."
    return f"Check: ERROR. Up to {worst} is left unexplained, in all, by feature or by model."


def _by(what: str, rows: list[Row], bridge: Bridge) -> Table:
    """A row for each feature or model; a cause that moves none of them has no column."""
    currency, digits = bridge.currency, digits_of(bridge)
    moving = [name for name in EFFECTS if any(abs(getattr(row.effects, name)) > bridge.nothing for row in rows)]
    has_states = any(row.state for row in rows)
    still = [short(name).lower() for name in EFFECTS if name not in moving]
    columns = (
        Column(what.capitalize(), is_number=False), Column("Before", currency),
        *(Column(short(name), currency) for name in moving),
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
    bars = bridge.bars
    level, found = bridge.total.before, [Step("Before", 0.0, bridge.total.before, is_level=True)]
    for label, change in bars.changes:
        found.append(Step(label, level, level + change, is_level=False))
        level += change
    found.append(Step("After", 0.0, bridge.total.after, is_level=True))
    caption = f"From spend before to spend after, by {bars.by}"
    return Waterfall(caption, tuple(found), bridge.currency, digits_of(bridge))
