"""Keeps the prices of every worker up to date with their files: whoever renews them, all read them anew.

Each worker is a process and remembers the prices it has read. At every request it looks whether a file is another than
the one it read, which takes microseconds: a recalculation right after a refresh must not mix old prices with new.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from llmcost_xl.catalogue import bundled

if TYPE_CHECKING:
    from collections.abc import Iterator


class Prices:
    """The state of the price files that this process has read."""

    def __init__(self) -> None:
        self._read = list(_states())
        bundled.default_book()

    def look(self) -> None:
        """Have the prices read anew if a file has changed since they were read."""
        states = list(_states())
        if states != self._read:
            self._read = states
            bundled.forget()


def prices_as_of() -> str:
    """The date of the bundled prices."""
    return str(json.loads(_about().read_text(encoding="utf-8"))["as_of"])


def _about() -> Path:
    return bundled.FOLDER / "catalogue.json"  # the last file that a renewal replaces


def _states() -> Iterator[tuple[int, int, int]]:
    """What tells each file from the one that was there before."""
    own = os.environ.get(bundled.COMPANY_FILE_VARIABLE)
    for path in (_about(), *([Path(own)] if own else ())):
        try:
            state = path.stat()
        except OSError:  # just being replaced, or gone: what was read stays
            continue
        yield state.st_mtime_ns, state.st_size, state.st_ino
