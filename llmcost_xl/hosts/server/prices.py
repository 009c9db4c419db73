"""Keeps the prices of every worker up to date with their files: whoever renews them, all read them anew.

Each worker is a process and remembers the prices it has read. Every few seconds it looks whether a file has another
date than the one it read, which takes microseconds.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from llmcost_xl.catalogue import bundled

LOOK_EVERY: Final = 2.0  # seconds


class Prices:
    """The state of the price files that this process has read."""

    def __init__(self) -> None:
        self._stamps = self._looked_up()
        self._next_look = time.monotonic() + LOOK_EVERY
        self.as_of = bundled.default_book().as_of.isoformat()

    def look(self) -> None:
        """Read the prices anew if a file has changed since they were read."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_EVERY
        stamps = self._looked_up()
        if stamps != self._stamps:
            self._stamps = stamps
            bundled.forget()
            self.as_of = bundled.default_book().as_of.isoformat()

    @staticmethod
    def _looked_up() -> list[tuple[int, int, int]]:
        """What tells a file from the one that was there before; catalogue.json is the last that a renewal replaces."""
        own = os.environ.get(bundled.COMPANY_FILE_VARIABLE)
        found = []
        for path in (bundled.FOLDER / "catalogue.json", *([Path(own)] if own else ())):
            try:
                state = path.stat()
            except OSError:  # just being replaced, or gone: the prices read stay
                continue
            found.append((state.st_mtime_ns, state.st_size, state.st_ino))
        return found
