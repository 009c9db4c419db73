"""How wide a number or a date is on the screen: an estimate from its number format, in widths of a digit."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final, Literal

from openpyxl.styles.numbers import is_date_format

Class = Literal["date", "percent", "number", "text", "general"]

NARROW: Final = {",": 0.5, ".": 0.5, " ": 0.45, "-": 0.6, "(": 0.6, ")": 0.6, ":": 0.53, "/": 0.76, "'": 0.45, "i": 0.5}
WIDE: Final = {"%": 1.41, "M": 1.69, "W": 1.76, "m": 1.58, "w": 1.41}
LETTER: Final = 1.05
DIGIT: Final = 1.0
BOLD: Final = 1.06

LITERAL: Final = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_(.)|\*.')
"""Quoted text, an escaped character, a currency, a colour or condition, a gap as wide as a character, a filler."""

DATE_PART: Final = re.compile(r"y+|m+|d+|h+|s+(?:\.0+)?|am/pm|a/p", re.IGNORECASE)
LONGEST: Final = {"y": "2026", "mmm": "Mar", "mmmm": "September", "mmmmm": "M", "ddd": "Wed", "dddd": "Wednesday"}
PLACEHOLDERS: Final = re.compile(r"(?:[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+),*(?:E[+-]?[#0?]+)?")


def format_class(number_format: str) -> Class:
    """What a number format makes of a number."""
    positive = sections(number_format)[0]
    bare = LITERAL.sub("", positive)
    if number_format.lower() == "general":
        return "general"
    if "%" in bare:
        return "percent"
    if is_date_format(number_format):
        return "date"
    if "@" in bare:
        return "text"
    return "number" if re.search(r"[#0?]", bare) else "general"


def decimals(number_format: str) -> int:
    """The digits behind the point that a format always shows."""
    match = re.search(r"\.(0+)", LITERAL.sub("", sections(number_format)[0]))
    return len(match[1]) if match else 0


def sections(number_format: str) -> list[str]:
    """The parts of a format for positive and negative numbers, zero and text."""
    found = [""]
    for piece in re.findall(r'"[^"]*"|\\.|\[[^\]]*\]|.', number_format):
        if piece == ";":
            found.append("")
        else:
            found[-1] += piece
    return found


def shown(value: Any, number_format: str) -> str:
    """Roughly what a cell shows; "" for what is no number or date, or fits itself to the width."""
    if isinstance(value, bool) or not isinstance(value, int | float | dt.date | dt.time | dt.timedelta):
        return ""
    kind = format_class(number_format)
    if kind in ("general", "text"):
        return ""
    if kind == "date":
        return _date(sections(number_format)[0])
    return _number(float(value), number_format) if isinstance(value, int | float) else ""


def width(text: str, *, size: float = 11, normal: float = 11, bold: bool = False) -> float:
    """The width of a text, in digits of the workbook's normal font."""
    letters = sum(NARROW.get(one, WIDE.get(one, DIGIT if one.isdigit() else LETTER)) for one in text)
    return letters * size / normal * (BOLD if bold else 1)


def _date(section: str) -> str:
    def part(match: re.Match[str]) -> str:
        text = match[0].lower()
        return LONGEST.get(text, LONGEST["y"] if text[0] == "y" and len(text) > 2 else "00")  # noqa: PLR2004

    return DATE_PART.sub(part, LITERAL.sub(_literal, section))


def _number(value: float, number_format: str) -> str:
    parts = sections(number_format)
    own_negative = value < 0 and len(parts) > 1 and parts[1] != ""
    section = parts[1] if own_negative else parts[2] if value == 0 and len(parts) > 2 else parts[0]  # noqa: PLR2004
    marked = LITERAL.sub(lambda match: _literal(match).translate(HIDDEN), section)
    match = PLACEHOLDERS.search(marked)
    if match is None:
        return marked.translate(REVEALED)
    sign = "-" if value < 0 and not own_negative else ""
    digits = _digits(abs(value) * 100 ** marked.count("%"), match[0])
    return (sign + marked[: match.start()] + digits + marked[match.end() :]).translate(REVEALED)


HIDDEN: Final = str.maketrans("0#?%.,", "\ue000\ue001\ue002\ue003\ue004\ue005")
"""Digits and signs in quotes are no placeholders: out of the way until the number is in place."""

REVEALED: Final = {new: old for old, new in HIDDEN.items()}


def _literal(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "")


def _digits(value: float, placeholders: str) -> str:
    mantissa, _, exponent = placeholders.partition("E")
    scaled = mantissa.rstrip(",")  # each comma at the end divides by a thousand
    whole, _, fraction = scaled.partition(".")
    if exponent:
        return f"{value:.{len(fraction)}E}"
    digits = f"{value / 1000 ** (len(mantissa) - len(scaled)):,.{len(fraction)}f}"
    if "," not in whole:
        digits = digits.replace(",", "")
    optional = len(fraction) - len(fraction.rstrip("#"))
    while optional and digits.endswith("0"):
        digits, optional = digits[:-1], optional - 1
    return digits.removesuffix(".")
