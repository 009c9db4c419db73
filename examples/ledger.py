"""What the finance team of the example typed in: prices as they looked them up in June, usage, a budget. All fictional.

The prices are those that the bundled catalogue gives for July 2026, but for one model, on which they have a contract.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

COMPANY = "Quillhaven Parcels"
MONTHS = [dt.date(2026 + number // 12, number % 12 + 1, 1) for number in range(6, 18)]  # the year begins in July
CLOSED = MONTHS[:4]  # months whose spend is frozen on a sheet of its own; to October
PRICE_DATE = dt.date(2026, 7, 1)
CHECKED = dt.date(2026, 6, 29)
SIGNED = dt.date(2026, 5, 18)
COMPONENTS = ("input", "cached input", "output")
OF_JUNE, OF_CONTRACT = "Price page, 29 June", "Contract QP-114: list less 10%"


class Line(NamedTuple):
    """A feature, the model it runs on, and what it used: queries of the first month, tokens of a query."""

    feature: str
    provider: str
    model: str
    prices: tuple[float, float, float]  # USD per 1M tokens, by component
    queries: int
    growth: float  # a month
    season: float  # of the difference that Christmas makes, how much this feature feels
    tokens: tuple[int, int, int]  # a query: input, of which cached, output
    source: str = OF_JUNE


LINES = (
    Line("Call summaries", "google", "gemini-3.7-flash", (0.75, 0.075, 3.75), 418_000, 0.024, 0.5, (6200, 900, 440)),
    Line("Support assistant", "openai", "gpt-5.6-luna", (1, 0.1, 6), 612_000, 0.035, 1, (2350, 1150, 340)),
    Line("Claims triage", "anthropic", "claude-sonnet-5", (1.8, 0.18, 9), 131_000, 0.018, 1, (3500, 1500, 480),
         OF_CONTRACT),
    Line("Contract review", "openai", "gpt-5.6-sol", (5, 0.5, 30), 9_400, 0.012, 0, (17_800, 4200, 1480)),
    Line("Knowledge search", "anthropic", "claude-haiku-4-5", (1, 0.1, 5), 236_000, 0.015, 0, (4100, 2900, 260)),
    Line("Damage photos", "google", "gemini-4-argon", (2, 0.1, 10), 46_000, 0.03, 1, (5100, 1000, 420)),
    Line("Address cleaning", "deepseek", "deepseek-v4-flash", (0.14, 0.0028, 0.28), 5_900_000, 0.02, 1,
         (340, 160, 60)),
)  # fmt: skip
SEASON = {11: 0.16, 12: 0.34, 1: -0.08, 2: -0.06}  # parcels before and after Christmas, as a fraction
BUDGET = (8300, 8500, 8700, 8900, 10_100, 11_300, 9100, 9500, 10_000, 10_300, 10_500, 10_800)  # USD a month


class Used(NamedTuple):
    """The usage of a line in a month."""

    month: dt.date
    line: Line
    queries: int

    @property
    def basis(self) -> str:
        """Whether this is what was counted, or what is expected."""
        return "Actual" if self.month in CLOSED else "Forecast"


def usage() -> list[Used]:
    """Every line in every month; forecasts in round figures, as people write them."""
    found = []
    for number, month in enumerate(MONTHS):
        for place, line in enumerate(LINES):
            season = 1 + SEASON.get(month.month, 0) * line.season
            queries = line.queries * (1 + line.growth) ** number * season
            wobble = 1 + ((number * 7 + place * 5) % 11 - 5) / 400  # no month is like another
            counted, expected = round(queries * wobble), int(round(queries, -2))
            found.append(Used(month, line, counted if month in CLOSED else expected))
    return found
