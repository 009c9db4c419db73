"""How a command stops: one line on standard error, and an exit code that scripts can rely on."""

from __future__ import annotations

import sys
from typing import ClassVar


class Stop(Exception):  # noqa: N818  # not every stop is an error of the program
    """The end of a command that cannot do what was asked; the message is for the user."""

    OK: ClassVar = 0
    BUG: ClassVar = 1  # our own
    USAGE: ClassVar = 2  # the arguments
    REFUSED: ClassVar = 3  # the content of an input file
    REJECTED: ClassVar = 4  # unpriced or rejected rows, a formula whose answer is an error
    FILE: ClassVar = 5  # file, lock, disk
    FEED: ClassVar = 6  # the price feed was rejected, or prices are older than allowed

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def say(message: str) -> None:
    """Tell the user something beside the answer."""
    sys.stderr.write(f"llmcost-xl: {message}\n")
