"""What is said of a repricing in Excel: in a message before anything is written, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.reprice.prices import APPENDED, CHANGED, DATED, KINDS, OPEN

if TYPE_CHECKING:
    from llmcost_xl.hosts.live.undoing import Undone
    from llmcost_xl.reprice.plan import Plan, Row

SHOWN: Final = 5
"""Prices that a message names one by one; it has to fit on a screen."""
NO_UNDO: Final = (
    "Excel's own Undo list is emptied. To go back, press Undo repricing while the workbook has this name and folder."
)


def counted(plan: Plan) -> str:
    """How many prices are of which kind."""
    counts = plan.counts
    return ", ".join(f"{counts[kind]:,} {kind}" for kind in KINDS if counts.get(kind))


def question(plan: Plan, name: str) -> str:
    """What would happen, before it does."""
    return "\n\n".join([f"{name}, {plan.target.label}: {counted(plan)}.", _listed(_changing(plan)), NO_UNDO])


def done(plan: Plan, name: str) -> str:
    """What was done, and what somebody has to look at."""
    if not plan.tables:
        return f"{name} has no price table: none with a heading for the model and one for its price."
    said = [f"{name}, {plan.target.label}: {counted(plan)}."]
    said.append(_listed(_changing(plan)) if plan.changes_anything else "Nothing was changed.")
    left = [row for row in plan.rows if row.reason and row.kind not in (CHANGED, APPENDED, DATED)]
    if left:
        said.append(_listed(sorted(left, key=lambda row: row.kind not in OPEN)))
    return "\n\n".join(said)


def undone(result: Undone, name: str) -> str:
    """What undoing has put back."""
    said = f"{name}: {result.cells:,} cells hold again what they held before."
    if result.kept:
        more = f" and {len(result.kept) - SHOWN:,} more" if len(result.kept) > SHOWN else ""
        said += (
            f"\n\nChanged since, or beside one that was, and left as they are: {', '.join(result.kept[:SHOWN])}{more}."
        )
    return said


def _changing(plan: Plan) -> list[Row]:
    return [row for row in plan.rows if row.kind in (CHANGED, APPENDED, DATED)]


def _listed(rows: list[Row]) -> str:
    lines = [_line(row) for row in rows[:SHOWN]]
    more = [f"... and {len(rows) - SHOWN:,} more"] if len(rows) > SHOWN else []
    return "\n".join([*lines, *more])


def _line(row: Row) -> str:
    what = " ".join(filter(None, (row.model, row.component.replace("_", " "))))
    if row.reason:
        return f"{row.sheet}!{row.cell} {what}: {row.kind}, {row.reason}"
    since = f" from {row.effective}" if row.effective and row.kind != DATED else ""
    old = "" if row.old is None or row.kind == APPENDED else f"{_shown(row.old)} becomes "
    return f"{row.sheet}!{row.cell} {what}: {old}{_shown(row.new)}{since}"


def _shown(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
