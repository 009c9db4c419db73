"""The columns to the right of the inputs: range, source, note, bounds, and whether the input keeps within them."""

from __future__ import annotations

from typing import Final

TAIL: Final = (
    ("Low", 10.0),
    ("High", 10.0),
    ("Source", 13.0),
    ("Note", 30.0),
    ("At least", 11.0),
    ("At most", 11.0),
    ("Out of bounds (flag)", 11.0),
    ("Outside range", 11.0),
)
"""Heading and width of each."""

RANGE_LOW, RANGE_HIGH, SOURCE, NOTE, AT_LEAST, AT_MOST, INVALID, OUTSIDE = range(len(TAIL))
