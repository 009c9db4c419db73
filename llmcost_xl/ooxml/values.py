"""What a cell holds, as it is written in a sheet's XML and as Python has it."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final, NamedTuple, TypeAlias
from xml.sax.saxutils import escape

from llmcost_xl.errors import RefusedError, in_words


class ErrorCode(str):
    """An error that a cell shows: #N/A, #NUM! ..."""

    __slots__ = ()


Value: TypeAlias = float | bool | str | ErrorCode | dt.date | None
"""A date only where the file states one as text; Excel itself writes a number, whose format makes it a date."""

New: TypeAlias = float | int | bool | str | dt.date | None
"""What can be written into a cell. None empties it, and leaves its format."""

EPOCH_1900: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # a cell has no time zone
EPOCH_1904: Final = dt.datetime(1904, 1, 1)  # noqa: DTZ001
FIRST_DAY: Final = dt.datetime(1900, 3, 1)  # noqa: DTZ001  # before it Excel counts a day that never was
LONGEST_TEXT: Final = 32_767
DAY: Final = dt.timedelta(days=1)
ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
TO_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
SURROGATE: Final = re.compile("[\ud800-\udfff]")
TRUE: Final = ("1", "true")
SPAN: Final = re.compile(r"P(?=.*\d)(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")  # PT1H30M


class Written(NamedTuple):
    """A value as a cell's type and the text of its value."""

    kind: str | None
    text: str


def read(kind: str, text: str) -> Value:
    """The value of a cell of this type ("n", "str", "b", "e", "d"); texts of the shared list come as "str"."""
    if kind == "b":
        return text.strip() in TRUE
    if kind == "e":
        return ErrorCode(text)
    if kind == "n":
        try:
            return float(text) if text.strip() else None
        except ValueError:
            raise RefusedError(f"damaged: {text[:40]!r} is no number") from None
    return _moment(text) if kind == "d" else unescaped(text)


def _moment(text: str) -> float | dt.date:
    """What a date written as text says; a time of day and a span are parts of a day, as in cells that hold numbers."""
    span = SPAN.fullmatch(text)
    try:
        if span:
            days, hours, minutes, seconds = (float(part or 0) for part in span.groups())
            return dt.timedelta(days, seconds, hours=hours, minutes=minutes) / DAY
        if text[2:3] == ":":
            time = dt.time.fromisoformat(text)
            return (dt.datetime.combine(EPOCH_1900, time) - EPOCH_1900) / DAY
        moment = dt.datetime.fromisoformat(text)
    except (OverflowError, ValueError):
        raise RefusedError(f"damaged: {text[:40]!r} is no date") from None
    return moment.date() if moment.time() == dt.time() else moment


def unescaped(text: str) -> str:
    """Text as a reader sees it: the file writes what XML cannot hold as _x000D_."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def text_written(text: str) -> str:
    """Text as it stands in the file.

    Raises:
        RefusedError: a cell cannot hold it.
    """
    if len(text) > LONGEST_TEXT:
        raise RefusedError(f"a text of {len(text):,} characters, where a cell holds {LONGEST_TEXT:,}")
    if SURROGATE.search(text):
        raise RefusedError("a text with half a character in it (a lone surrogate)")
    return escape(TO_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text))


def number_written(value: float) -> str:
    """A number in the fewest digits that read back as the same.

    Raises:
        RefusedError: no cell can hold it.
    """
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number != value:
        raise RefusedError(f"the number {value!r:.40}, which a cell cannot hold exactly")
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)  # noqa: PLR2004  # 15 digits


def serial(day: dt.date, *, date1904: bool) -> float:
    """The number that a workbook keeps for a day, or for a day and its time.

    Raises:
        RefusedError: a workbook has no number for it.
    """
    moment = day if isinstance(day, dt.datetime) else dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001
    if moment.tzinfo is not None:
        raise RefusedError(f"{moment.isoformat()}, a moment with a time zone, which no cell can hold")
    if moment < (EPOCH_1904 if date1904 else FIRST_DAY):
        raise RefusedError(f"the date {in_words(day)}, which is before the first of this workbook")
    return (moment - (EPOCH_1904 if date1904 else EPOCH_1900)) / DAY


def day(number: float, *, date1904: bool) -> dt.date:
    """The day, or the day and its time, that a number stands for.

    Raises:
        RefusedError: it stands for none.
    """
    try:
        moment = (EPOCH_1904 if date1904 else EPOCH_1900) + dt.timedelta(days=number)
    except (OverflowError, ValueError):
        raise RefusedError(f"the number {in_words(number)} is no date") from None
    moment = (moment + dt.timedelta(microseconds=500)).replace(microsecond=0)
    return moment.date() if moment.time() == dt.time() else moment


def written(value: Value, *, date1904: bool) -> Written | None:
    """A value as type and text; None for a cell without one.

    Raises:
        RefusedError: no cell can hold it.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return Written("b", str(int(value)))
    if isinstance(value, ErrorCode):
        return Written("e", escape(value))
    if isinstance(value, str):
        return Written("str", text_written(value))
    if isinstance(value, dt.date):
        return Written(None, number_written(serial(value, date1904=date1904)))
    return Written(None, number_written(value))
