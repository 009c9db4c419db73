"""A report: what it holds, whatever it is written in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.reprice.report import behind

if TYPE_CHECKING:
    import datetime as dt

    from llmcost_xl.ooxml import Value
    from llmcost_xl.reprice.plan import Plan
    from llmcost_xl.reprice.report.behind import PriceRow
    from llmcost_xl.reprice.report.bridge import Bridge
    from llmcost_xl.reprice.report.figures import Figure

TIE: Final = 1e-9
"""Up to what fraction two ways of adding up the same amounts may differ."""


class Replay(NamedTuple):
    """What actual usage of a model cost as recorded, and costs at two price lists; None where that is not known."""

    model: str
    recorded: float | None
    current: float | None
    candidate: float | None


class Tie(NamedTuple):
    """An amount of this report beside the workbook's own."""

    what: str
    ours: float
    theirs: float | None

    @property
    def holds(self) -> bool:
        """Whether they are the same."""
        return self.theirs is not None and math.isclose(self.ours, self.theirs, rel_tol=TIE, abs_tol=TIE)


@dataclass(frozen=True)
class Report:
    """What moved."""

    title: str  # of the workbook
    name: str  # of its file
    plan: Plan = field(repr=False)
    dates: tuple[dt.date | None, dt.date]  # whose prices count; before, None where they have no date
    when: str  # what the spend covers: "over the plan", "a month"
    bridges: tuple[Bridge, ...]
    in_force: behind.InForce = field(repr=False)
    replays: tuple[Replay, ...]
    figures: tuple[Figure, ...] = field(repr=False)
    sentences: tuple[str, ...]
    ties: tuple[Tie, ...]
    notes: tuple[str, ...]
    master: tuple[Value, Value] = (None, None)  # what the workbook's own checks say, before and after

    @property
    def prices(self) -> list[PriceRow]:
        """The prices behind the first bridge, those that move most money first."""
        return behind.prices(self.plan, self.bridges[0] if self.bridges else None, self.in_force)
