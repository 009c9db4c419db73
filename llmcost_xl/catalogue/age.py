"""How old the prices are, and when that is worth a warning."""

from __future__ import annotations

import datetime as dt
from typing import Final

WORTH_A_WARNING: Final = 92  # days: three months, in which some price has always moved


def days_since(day: dt.date) -> int:
    """Days gone by since then."""
    return (dt.datetime.now(dt.UTC).date() - day).days
