"""Refuses or warns where the prices are old."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from llmcost_xl.catalogue.age import WORTH_A_WARNING, days_since
from llmcost_xl.cli.stop import Stop, say

if TYPE_CHECKING:
    import datetime as dt

MaxAge = Annotated[
    int | None,
    typer.Option(help="Stop with exit code 6 if the prices were last checked more than this many days ago.", min=0),
]


def check_age(as_of: dt.date, max_age: int | None) -> None:
    """Refuse or warn where the prices were last checked long ago."""
    days = days_since(as_of)
    message = f"the prices were last checked on {as_of}, {days} days ago; `llmcost-xl prices update` renews them"
    if max_age is not None and days > max_age:
        raise Stop(Stop.FEED, message)
    if days > WORTH_A_WARNING:
        say(f"warning: {message}")
