"""What stands beside each input: next to it range, source and note; right of all tables, whether it is allowed."""

from __future__ import annotations

from typing import Final

BESIDE: Final = (
    ("Low", 10.0),
    ("High", 10.0),
    ("Source", 13.0),
    ("Note", 13.0),
    ("At least", 11.0),
    ("At most", 11.0),
    ("Out of bounds (flag)", 11.0),
    ("Outside range", 11.0),
)
"""Heading and width of each."""

RANGE_LOW, RANGE_HIGH, SOURCE, NOTE, AT_LEAST, AT_MOST, INVALID, OUTSIDE = range(len(BESIDE))

EXPLANATIONS: Final = AT_LEAST
"""The first so many explain an input and share their columns with the tables; the others test it."""
