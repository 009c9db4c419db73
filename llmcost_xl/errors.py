"""What can go wrong, and the Excel error each kind shows as in a cell.

Every message names the quantity, its unit and what was received. An error raised while working on arrays carries
a mask of the offending elements, so that one bad row of a spilled range is an error in that row alone.
"""

from __future__ import annotations

import datetime as dt
import reprlib
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

EXCEL_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"})


class LLMCostError(Exception):
    """Any refusal of ours; `excel` is what the cell shows.

    `mask` is None for a scalar call; for arrays it holds one boolean per element, true where the error applies.
    """

    excel: ClassVar[str] = "#VALUE!"

    def __init__(self, message: str, *, mask: Sequence[bool] | None = None) -> None:
        super().__init__(message)
        self.mask = mask


class WrongTypeError(LLMCostError):
    """Text where a number is due, an unknown keyword, a blank required cell, ranges of different shape."""

    excel = "#VALUE!"


class OutOfDomainError(LLMCostError):
    """A number outside its bounds, or a result too large to state."""

    excel = "#NUM!"


class NeverError(OutOfDomainError):
    """The question has no finite answer: it never pays back, never breaks even, never crosses."""


class ZeroDivisorError(LLMCostError):
    """A ratio whose denominator is zero."""

    excel = "#DIV/0!"


class NotAvailableError(LLMCostError):
    """A model, price, date or exchange rate that no price table holds."""

    excel = "#N/A"


class RefusedError(LLMCostError):
    """A file that is no workbook, or one that is not safe to read; the message names the part and the rule."""


class CellError(LLMCostError):
    """An error cell came in as an argument; the same error goes out."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or f"an argument is {code}")
        self.excel = code  # type: ignore[misc]  # the one kind whose code is the caller's


def in_words(value: object) -> str:
    """What was received, as a cell shows it and not as Python does: TRUE, 5, 2026-11-30, 'text'."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return f"{value:.15g}"
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, list | tuple):
        return ", ".join(map(in_words, value))
    return reprlib.repr(value)
