"""What stands beside each input: next to it scenarios, range, source and note; right of all tables, its tests."""

from __future__ import annotations

from typing import Final

SCENARIOS: Final = ("Base", "Low", "High", "Custom")
"""Columns of their own on a sheet with scenarios, before everything else beside an input."""

BESIDE: Final = (
    ("Range low", 11.0),
    ("Range high", 11.0),
    ("Source", 13.0),
    ("Note", 13.0),
    ("Swing down", 11.0),
    ("Swing up", 11.0),
    ("At least", 11.0),
    ("At most", 11.0),
    ("Out of bounds (flag)", 11.0),
    ("Outside range", 11.0),
)
"""Heading and width of each."""

RANGE_LOW, RANGE_HIGH, SOURCE, NOTE, SWING_LESS, SWING_MORE, AT_LEAST, AT_MOST, INVALID, OUTSIDE = range(len(BESIDE))

EXPLANATIONS: Final = SWING_LESS
"""The first so many explain an input and share their columns with the tables; the others stand right of all tables."""

OF_AN_ENTRY: Final = {"low": RANGE_LOW, "high": RANGE_HIGH, "less": SWING_LESS, "more": SWING_MORE}
"""Cells beside an input that formulas can read, by their modifier: {hours:low}."""
