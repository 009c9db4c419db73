"""A workbook of worked calls: for each the arguments in cells, the live formula, what it must show, whether it does.

It is for functions that the program which opens it may not know: a check then says "not loaded", not a wrong figure.
This module describes it; `book` builds it, `sheet` and `block` write one group of calls and one call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmcost_xl.cells import Rows


@dataclass(frozen=True, slots=True)
class Given:
    """One argument of a call: its quantity, and what its cells hold, row by row."""

    name: str
    cells: Rows
    label: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """One worked call; `before` and `after` are what the formula has around it."""

    name: str
    purpose: str
    given: tuple[Given, ...]
    before: str
    after: str
    typed: str
    unit: str
    gives: str
    """What the answer is: its unit, or what its rows and columns are."""
    expected: Rows
    within: float
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """The calls of one sheet."""

    sheet: str
    title: str
    calls: tuple[Worked, ...]


@dataclass(frozen=True, slots=True)
class WorkedBook:
    """A workbook of worked calls; `steps` say how to use it, `basis` where its figures come from."""

    name: str
    title: str
    purpose: str
    day: str
    steps: tuple[str, ...]
    basis: tuple[str, ...]
    parts: tuple[Part, ...]
