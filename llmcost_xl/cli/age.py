"""How old the prices are, and whether that is too old."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from llmcost_xl.cli.stop import Stop, say

WORTH_A_WARNING = 92  # days: three months, in which some price has always moved
MaxAge = Annotated[
    int | None,
    typer.Option(help="Stop with exit code 6 if the prices were last checked more than this many days ago.", min=0),
]


def days_since(day: dt.date) -> int:
    """Days gone by since then."""
    return (dt.datetime.now(dt.UTC).date() - day).days


def check_age(as_of: dt.date, max_age: int | None) -> None:
    """Refuse or warn where the prices were last checked long ago."""
    days = days_since(as_of)
    message = f"the prices were last checked on {as_of}, {days} days ago; `llmcost-xl prices rebuild` renews them"
    if max_age is not None and days > max_age:
        raise Stop(Stop.FEED, message)
    if days > WORTH_A_WARNING:
        say(f"warning: {message}")
