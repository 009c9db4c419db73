"""Dated facts about hardware: rents and servers as the source texts print them, speed and memory from datasheets.

Listing them is all that is done with them: a workbook or a formula takes its rent or speed as an input.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from llmcost_xl.catalogue.bundled import FOLDER
from llmcost_xl.errors import NotAvailableError


class Fact(NamedTuple):
    """One line of hardware.csv: a range, or one value as both its ends."""

    hardware: str
    provider: str
    fact: str
    low: float
    high: float
    unit: str
    from_date: str  # year or day since when the source says so
    source: str
    status: str  # "source text": as printed there; "verified": looked up elsewhere; "unverified": not


@cache
def facts() -> tuple[Fact, ...]:
    """Every fact, in the order of its source."""
    with (FOLDER / "hardware.csv").open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        if tuple(next(reader)) != Fact._fields:
            raise ValueError(f"hardware.csv does not have the columns {', '.join(Fact._fields)}")
        return tuple(
            Fact(hardware, provider, fact, float(low), float(high), *rest)
            for hardware, provider, fact, low, high, *rest in reader
        )


def hardware_list(words: str = "") -> list[list[object]]:
    """The facts that contain every one of the words, under a header.

    Raises:
        NotAvailableError: there is none.
    """
    wanted = words.lower().split()
    found = [fact for fact in facts() if all(word in " ".join(map(str, fact)).lower() for word in wanted)]
    if not found:
        raise NotAvailableError(f"no fact about hardware contains {words!r}")
    return [list(Fact._fields), *(list(fact) for fact in found)]
