"""Between what Calc hands to a Python function and our cells, and back again.

Runs inside LibreOffice. Calc has numbers and text only: TRUE arrives as 1, a date as its serial number, an omitted
argument as None, an empty cell of a range as "". An error is a number that is none (NaN) and carries Calc's own error
code; handed back as such, it is an error cell like any other.
"""

from __future__ import annotations

import struct
from itertools import chain
from typing import Any, Final

CODES: Final = {
    "#NULL!": 521,
    "#DIV/0!": 532,
    "#VALUE!": 519,
    "#REF!": 524,
    "#NAME?": 525,
    "#NUM!": 503,
    "#N/A": 32767,
}
"""Calc's number of each error that Excel has too."""

_NAMES: Final = {code: name for name, code in CODES.items()} | {
    502: "#VALUE!",  # an argument that is none of the function's, here as in what Calc writes into an .xlsx
    504: "#VALUE!",
    508: "#VALUE!",
    523: "#NUM!",  # no convergence
}
_QUIET_NAN: Final = 0x7FF8_0000_0000_0000
_CODE_BITS: Final = 0xFFFF
ERRORS: Final = {name: struct.unpack("<d", struct.pack("<Q", _QUIET_NAN | code))[0] for name, code in CODES.items()}
"""What Calc shows as each error."""


def cells_of(value: Any) -> Any:
    """An argument as it arrives from Calc, as our functions take it: a cell, None, or a list of rows."""
    kind = type(value)
    if kind is tuple:
        return [list(map(_cell, row)) for row in value]
    return _error(value) if kind is float and value != value else value  # noqa: PLR0124  # only NaN differs from itself


def block(answer: Any) -> tuple[tuple[Any, ...], ...]:
    """An answer as Calc takes it: rows of cells, if only one of one."""
    kind = type(answer)
    if kind is float:
        return ((answer,),)
    if kind is not list:
        return ((_shown(answer),),)
    if set(map(type, chain.from_iterable(answer))) == {float}:
        return tuple(map(tuple, answer))
    return tuple(tuple(map(_shown, row)) for row in answer)


def _shown(cell: Any) -> Any:
    return ERRORS.get(cell, cell) if type(cell) is str else cell


def _cell(value: Any) -> Any:
    """One cell of a range, whose empty cells arrive as empty text."""
    if value == "":
        return None
    return _error(value) if value != value else value  # noqa: PLR0124


def _error(value: float) -> str:
    """The error that a NaN stands for."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", value))
    return _NAMES.get(bits & _CODE_BITS, "#VALUE!")
