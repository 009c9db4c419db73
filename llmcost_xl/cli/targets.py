"""What the options of `llmcost-xl reprice` mean: which prices to go to; each refusal names what was received."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from llmcost_xl.cli.stop import Stop

if TYPE_CHECKING:
    from pathlib import Path

    from llmcost_xl.reprice.target import Target
    from llmcost_xl.reprice.units import Unit


def target_of(as_of: str, prices: Path | None, change: list[str], since: str) -> Target:
    """The prices to go to: one of three kinds, or the newest.

    Raises:
        Stop: they contradict each other, or one cannot be meant.
    """
    from dataclasses import replace  # noqa: PLC0415

    from llmcost_xl.catalogue.bundled import company_book  # noqa: PLC0415
    from llmcost_xl.cli.age import check_age  # noqa: PLC0415
    from llmcost_xl.errors import LLMCostError  # noqa: PLC0415
    from llmcost_xl.reprice.moves import Move  # noqa: PLC0415
    from llmcost_xl.reprice.target import Target, newest  # noqa: PLC0415

    given = [name for name, value in (("--as-of", as_of), ("--prices", prices), ("--change", change)) if value]
    if len(given) > 1:
        raise Stop(Stop.USAGE, f"{' and '.join(given)} say different things of the prices; give one of them")
    if since and not change:
        raise Stop(Stop.USAGE, "--from goes with --change; for the prices of a day, --as-of")
    latest = newest()
    if as_of:
        day = _day("--as-of", as_of)
        return replace(latest, day=day, label=f"prices of {day}", moves_back=True)
    check_age(latest.day, None)
    try:
        if prices is not None:
            book = company_book(prices)
            return Target(book, book.as_of, f"prices of {prices.name} over those of {book.as_of}")
        if change:
            day = _day("--from", since) if since else latest.day
            moves = tuple(Move.read(text) for text in change)
            return Target(latest.book, day, f"{', '.join(change)} from {day}", moves, moves_back=bool(since))
    except LLMCostError as error:
        missing = prices is not None and not prices.is_file()
        code = Stop.FILE if missing else Stop.REFUSED if prices is not None else Stop.USAGE
        raise Stop(code, f"--prices {error}" if prices is not None else f"--change: {error}") from None
    return latest


def _day(option: str, text: str) -> dt.date:
    from llmcost_xl.catalogue.quote import HORIZON  # noqa: PLC0415
    from llmcost_xl.catalogue.table import LAST_DAY  # noqa: PLC0415

    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise Stop(Stop.USAGE, f"{option} must be a day, as 2026-11-20; received {text!r}") from None
    if not HORIZON <= day <= LAST_DAY:
        raise Stop(Stop.USAGE, f"{option} must be a day from {HORIZON} to {LAST_DAY}; received {text!r}")
    return day


def unit_of(text: str) -> Unit:
    """The unit of tables that state none.

    Raises:
        Stop: currency or amount cannot be told.
    """
    from llmcost_xl.reprice.units import NONE, read_unit  # noqa: PLC0415

    if not text:
        return NONE
    unit = read_unit(text)
    if not unit.is_whole:
        raise Stop(Stop.USAGE, f"--unit must name currency and amount, as 'USD per 1M tokens'; received {text!r}")
    return unit
