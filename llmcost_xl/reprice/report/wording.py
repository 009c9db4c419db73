"""Figures in words: with units, as many digits as tell them apart, and `never` where there is no figure."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Final

from llmcost_xl.ooxml import ErrorCode

if TYPE_CHECKING:
    from llmcost_xl.ooxml import Value
    from llmcost_xl.reprice.report.bridge import Bridge

MILLION: Final = 1e6
NOT_KNOWN: Final = "not known"
NOT_APPLICABLE: Final = "n/a"
WITHOUT_CENTS: Final = ("JPY", "KRW", "HUF")
"""Currencies whose smallest unit in use is the unit itself."""

FIGURE: Final = re.compile(r"-?[\d,.]+(e[+-]?\d+)?M?")
MOST_DIGITS: Final = 9
VOLUMES: Final = ("queries per month", "queries")
IN_CENTS: Final = 100
ROUNDING: Final = 1e-10  # below it, a figure is what rounding in binary arithmetic leaves
WHOLE: Final = 100_000  # above it, the cents of a figure are noise


def decimals(largest: float, currency: str = "") -> int:
    """How many decimals amounts have beside one of this size: cents, and more where cents are much."""
    cents = 2 if abs(largest) >= IN_CENTS else 4 if abs(largest) >= 1 else 6
    return cents - 2 if currency in WITHOUT_CENTS else cents


def digits_of(bridge: Bridge) -> int:
    """How many decimals the amounts of a bridge have."""
    return decimals(max(bridge.total.before, bridge.total.after), bridge.currency)


def amount(value: float | None, currency: str = "", digits: int = 2) -> str:
    """Money, to the cent or to as many decimals as are asked for; -0.00 is 0.00."""
    if value is None:
        return NOT_KNOWN
    return f"{_zero(round(value, digits)):,.{digits}f} {currency}".rstrip()


def signed(value: float, digits: int = 2) -> str:
    """A change, with its sign; none for nothing."""
    rounded = _zero(round(value, digits))
    return f"{rounded:+,.{digits}f}" if rounded else f"{0:.{digits}f}"


def price(value: float | None) -> str:
    """A price per million tokens, as it is listed."""
    return NOT_KNOWN if value is None else f"{value:,.10g}"


def share(change: float, before: float) -> str:
    """A change as a fraction of what was before; of nothing it is none."""
    return percent(change / before if before else None)


def percent(change: float | None) -> str:
    """A relative change with its sign; none for nothing."""
    if change is None:
        return NOT_APPLICABLE
    return f"{change:+.1%}" if round(change, 3) else "0.0%"


def figure(value: Value, unit: str, digits: int = 1) -> str:
    """A figure of a workbook, without its unit but for a million's M; texts (never, n/a) as they are."""
    if isinstance(value, ErrorCode):
        return f"{value} (an error)"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool | str):
        return str(value)
    return _number(_zero(float(value)), unit, digits)


def pair(before: Value, after: Value, unit: str) -> tuple[str, str]:
    """Two figures with as many digits as tell them apart."""
    texts = figure(before, unit), figure(after, unit)
    for digits in range(2, MOST_DIGITS):
        if texts[0] != texts[1]:
            break
        texts = figure(before, unit, digits), figure(after, unit, digits)
    return texts


def _number(value: float, unit: str, digits: int) -> str:
    if unit.startswith("fraction"):
        return f"{value:.{digits}%}"
    if unit in VOLUMES and abs(value) >= MILLION:
        return f"{value / MILLION:,.{digits}f}M"
    if unit in VOLUMES or unit in ("count", "servers", "month number", "flag"):
        return f"{value:,.{digits - 1}f}"
    if abs(value) < ROUNDING:
        value = 0.0
    if value and abs(value) < 1:
        return f"{value:.{max(digits, 1) + 3}g}"
    if abs(value) >= WHOLE:
        return f"{value:,.{digits - 1}f}"
    return f"{value:,.{digits if unit == 'months' else max(digits, 2)}f}"


def with_unit(text: str, unit: str) -> str:
    """A figure with its unit; words and shares have none."""
    if not FIGURE.fullmatch(text) or unit in ("", "count", "flag", "text", "x"):
        return text
    return f"month {text}" if unit == "month number" else f"{text} {unit}"


def figure_with_unit(value: Value, unit: str) -> str:
    """A figure of a workbook with its unit."""
    return with_unit(figure(value, unit), unit)


def _zero(value: float) -> float:
    """0 without a sign."""
    return 0.0 if value == 0 or math.isnan(value) else value
