"""A waterfall: from one figure to another in steps, as a table whose columns a stacked chart draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Chart, Field, Line, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

SERIES: Final = ("gap_above", "amount", "step_bar", "gap_below", "bar_below")
HIDDEN: Final = ("gap_above", "gap_below")


def waterfall(title: str, steps: Iterable[tuple[str, str, int]], unit: str, *, amount: str, change: str) -> Table:
    """The table "bridge"; a step is its label, its change as a formula, and 1 for a bar that stands on zero.

    A bar on zero without a change of its own shows the level reached. `amount` and `change` say in the chart's legend
    what standing and floating bars are. Levels may fall below zero.
    """
    return Table(
        "bridge",
        title,
        (
            Field("step", label="Step", unit="text"),
            Field("change", label="Change", unit=unit, shows=True),
            Field("stands_on_zero", label="Bar from zero (flag)", unit="flag", shows=True),
            Field("level_after", "=SUM({change:to_here})", label="Level after", unit=unit),
            Field("level_before", "=({level_after}-{change})*(1-{stands_on_zero})", label="Level before", unit=unit),
            Field("gap_above", "=MAX(0,MIN({level_before},{level_after}))", label="Gap above zero", unit=unit),
            Field("gap_below", "=MIN(0,MAX({level_before},{level_after}))", label="Gap below zero", unit=unit),
            Field("bar_above", "=MAX(0,MAX({level_before},{level_after}))-{gap_above}", label="Bar above zero",
                  unit=unit),
            Field("bar_below", "=MIN(0,MIN({level_before},{level_after}))-{gap_below}", label="Bar below zero",
                  unit=unit),
            Field("amount", "={bar_above}*{stands_on_zero}", label=amount, unit=unit),
            Field("step_bar", "={bar_above}*(1-{stands_on_zero})", label=change, unit=unit),
        ),
        tuple((label, formula, f"={stands}") for label, formula, stands in steps),
    )  # fmt: skip


def bridge_end(unit: str) -> Line:
    """The level after the last step, for a check."""
    return Line("bridge_end", "=INDEX({level_after:all},ROWS({level_after:all}))", "Last level of the bridge", unit,
                single=True)  # fmt: skip


def waterfall_chart(title: str, y_title: str, alt: str) -> Chart:
    """The chart of the table."""
    return Chart(title, "stacked", SERIES, "step", "", y_title, hidden=HIDDEN, alt=alt)
