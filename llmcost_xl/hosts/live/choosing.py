"""What prices to go to, as somebody types it into one box: a day, a price file, changes that might come, or nothing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from llmcost_xl.catalogue.bundled import company_book
from llmcost_xl.catalogue.quote import HORIZON
from llmcost_xl.catalogue.table import LAST_DAY
from llmcost_xl.errors import OutOfDomainError, WrongTypeError
from llmcost_xl.reprice import target as targets
from llmcost_xl.reprice.moves import Move
from llmcost_xl.reprice.target import Target

NEWEST: Final = "newest"
ASKED: Final = (
    "Which prices? The newest; those of a day: 2027-01-01; a company's price file: C:\\prices.csv; or what if:"
    " openai/*=-50%; openai/gpt-4o:output=8 from 2027-03-01"
)
"""What Excel's input box asks; it shows 255 characters."""

_SINCE: Final = re.compile(r"(?P<changes>.*=.*?)\s+from\s+(?P<day>\S+)", re.IGNORECASE | re.DOTALL)


def chosen(text: str, *, files: bool = True) -> Target:
    """The prices that a text means; without `files` no file is looked for, as on a server for whoever asks.

    Raises:
        LLMCostError: it cannot be meant, or names what there is not.
    """
    text = text.strip().strip('"').strip()
    if text.lower() in ("", NEWEST):
        return targets.newest()
    if re.match(r"\d", text) and "=" not in text:
        day = _day(text)
        return replace(targets.newest(), day=day, label=f"prices of {day}", moves_back=True)
    if files and text.lower().endswith((".csv", ".txt")):
        path = Path(text)
        book = company_book(path)
        return Target(book, book.as_of, f"prices of {path.name} over those of {book.as_of}")
    if "=" in text:
        return _what_if(text)
    file = ", a price file as C:\\prices.csv" if files else ""
    raise WrongTypeError(
        f"prices to go to are {NEWEST!r}, a day as 2027-01-01{file}, or changes as openai/*=-50%; received {text!r}"
    )


def _what_if(text: str) -> Target:
    latest = targets.newest()
    found = _SINCE.fullmatch(text)
    changes = [change for change in (found["changes"] if found else text).split(";") if change.strip()]
    day = _day(found["day"]) if found else latest.day
    moves = tuple(Move.read(change) for change in changes)
    told = ", ".join(move.text for move in moves)
    return Target(latest.book, day, f"{told} from {day}", moves, moves_back=bool(found))


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise WrongTypeError(f"a day is written like 2027-01-01; received {text!r}") from None
    if not HORIZON <= day <= LAST_DAY:
        raise OutOfDomainError(f"the day must be from {HORIZON} to {LAST_DAY}; received {text!r}")
    return day
