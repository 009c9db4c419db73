"""How dates are written: Excel's serial numbers, and text in ISO order, the only one that reads alike everywhere."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final

EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
LAST_SERIAL: Final = 2_958_465  # 9999-12-31
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")


def date_of_serial(serial: float) -> dt.date:
    """The day of a serial number, whose fraction is a time of day.

    Raises:
        ValueError: Excel has no such date.
    """
    if not 0 <= serial < LAST_SERIAL + 1:
        raise ValueError(f"{serial!r} is not the number of a date in Excel")
    return EXCEL_EPOCH + dt.timedelta(days=math.floor(serial))


def date_of_text(text: str) -> dt.date:
    """The day of a text like 2026-11-30.

    Raises:
        ValueError: it is written otherwise, or there is no such day.
    """
    if not _ISO.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is no date like 2026-11-30")
    return dt.date.fromisoformat(text.strip())
