"""Prices that change while the office runs: whoever recalculates afterwards sees the new figures.

Calc says nothing of where a recalculation begins. It calls our functions one right after the other, so a pause between
two calls is taken for the beginning, and only then are the price files looked at: within one recalculation the prices
stay the same, and a call costs a look at the clock.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.bundled import COMPANY_FILE_VARIABLE, forget

PAUSE: Final = 0.005
"""Seconds without a call after which the next one begins a new recalculation."""


class _Seen:
    """What was seen last."""

    call = float("-inf")
    files: tuple[tuple[str, int, int, int], ...] = ()


def before_call() -> bool:
    """Whether a recalculation begins; if so, forget the prices read before when a file of theirs has changed since."""
    begins = time.monotonic() - _Seen.call > PAUSE
    if begins:
        files = price_files()
        if files != _Seen.files:
            forget()
            _Seen.files = files
    return begins


def after_call() -> None:
    """Remember when Calc was last answered."""
    _Seen.call = time.monotonic()


def price_files() -> tuple[tuple[str, int, int, int], ...]:
    """The files that prices come from, each with its time and size; one that is missing is left out."""
    own = os.environ.get(COMPANY_FILE_VARIABLE)
    return tuple(store.states(*sorted(store.PACKAGED.glob("*.csv")), *([Path(own)] if own else ())))
