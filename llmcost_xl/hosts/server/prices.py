"""Keeps the prices of every worker up to date with their files: whoever renews them, all read them anew.

Each worker is a process and remembers the prices it has read. At every request it looks whether a file is another than
the one it read, which takes microseconds: a recalculation right after a refresh must not mix old prices with new.
"""

from __future__ import annotations

import os
from pathlib import Path

from llmcost_xl.catalogue import bundled, store


class Prices:
    """The state of the price files that this process has read."""

    def __init__(self) -> None:
        self._read = _states()
        bundled.default_book()

    def look(self) -> None:
        """Have the prices read anew if a file has changed since they were read."""
        states = _states()
        if states != self._read:
            self._read = states
            bundled.forget()


def prices_as_of() -> str:
    """The date of the prices in force."""
    return str(store.as_of(store.in_force()))


def _states() -> list[tuple[str, int, int, int]]:
    """What tells each file from the one that was there before."""
    own = os.environ.get(bundled.COMPANY_FILE_VARIABLE)
    return store.states(*([Path(own)] if own else ()))
