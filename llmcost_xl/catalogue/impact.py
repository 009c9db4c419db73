"""What different prices mean for somebody's usage: spend a month before and after, model by model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue.checks import PriceTableError
from llmcost_xl.catalogue.text import content_of, lines_of, number_reader
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from llmcost_xl.catalogue.book import PriceBook

REQUIRED: Final = ("model", "queries", "input_tokens", "output_tokens")
OPTIONAL: Final = ("cached_tokens", "feature")
WORDS: Final = ("model", "feature")
MOST: Final = {"queries": 10**15} | dict.fromkeys(("input_tokens", "output_tokens", "cached_tokens"), 20_000_000)
"""A month's queries, and tokens of one: more than any model takes."""
PER_PRICE: Final = 1_000_000  # tokens that a price is for


class Usage(NamedTuple):
    """A month's usage of a model: how many queries, and the tokens of each; cached ones are part of the input."""

    model: str
    queries: float
    input_tokens: float
    output_tokens: float
    cached_tokens: float = 0.0
    feature: str = ""


class Impact(NamedTuple):
    """A month's spend at two states of the prices; None where a price is not known."""

    model: str
    queries: float
    spend_before: float | None
    spend_after: float | None
    change: float | None
    relative: float | None
    remark: str
    feature: str


def read_usage(path: Path) -> list[Usage]:
    """The usage in a CSV file.

    Raises:
        PriceTableError: every problem of the file.
    """
    lines = lines_of(content_of(path), path.name)
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    missing = [column for column in REQUIRED if column not in header]
    unknown = [column for column in header if column not in REQUIRED + OPTIONAL]
    if missing or unknown or len(set(header)) < len(header):
        wanted = f"{', '.join(REQUIRED)} and perhaps {' or '.join(OPTIONAL)}"
        raise PriceTableError(path.name, [f"the columns must be {wanted}; received {', '.join(header) or 'none'}"])
    return _records(path.name, header, lines[1:])


def _records(name: str, header: list[str], lines: list[list[str]]) -> list[Usage]:
    found, problems = [], []
    number = number_reader(cell for line in lines for cell in line)
    for place, line in enumerate(lines, start=2):
        if not any(cell.strip() for cell in line):
            continue
        try:
            found.append(_record(header, line, number))
        except ValueError as reason:
            problems.append(f"row {place}: {reason}")
    if problems or not found:
        raise PriceTableError(name, problems or ["there is no line of usage below the header"])
    return found


def _record(header: list[str], line: list[str], number: Callable[[str], float]) -> Usage:
    if len(line) != len(header):
        raise ValueError(f"{len(line)} fields instead of {len(header)}")
    fields = dict(zip(header, (cell.strip() for cell in line), strict=True))
    if not fields["model"]:
        raise ValueError("model is blank")
    numbers = {column: _number(column, fields[column], number) for column in header if column not in WORDS}
    one = Usage(fields["model"], **numbers, feature=fields.get("feature", ""))
    if one.cached_tokens > one.input_tokens:
        raise ValueError(f"cached_tokens {one.cached_tokens:g} are part of input_tokens {one.input_tokens:g}")
    return one


def _number(column: str, cell: str, read: Callable[[str], float]) -> float:
    if not cell and column in OPTIONAL:
        return 0.0
    try:
        number = read(cell)
    except ValueError as reason:
        raise ValueError(f"{column} {cell!r} {reason}") from None
    if number > MOST[column]:
        what = "a month's queries" if column == "queries" else "tokens of one query, not of all"
        raise ValueError(f"{column} {cell} is more than {MOST[column]:,}: these are {what}")
    return number


def impacts(usage: list[Usage], before: tuple[PriceBook, dt.date], after: tuple[PriceBook, dt.date]) -> list[Impact]:
    """The spend of every line of usage before and after, the largest change first, those without a price last."""
    found = [_impact(one, before, after) for one in usage]
    return sorted(found, key=lambda one: (one.change is None, -abs(one.change or 0.0)))


def _impact(one: Usage, before: tuple[PriceBook, dt.date], after: tuple[PriceBook, dt.date]) -> Impact:
    (old, why_old), (new, why_new) = spend(one, *before), spend(one, *after)
    if old is None or new is None:
        remark = "; ".join(dict.fromkeys(why for why in (why_old, why_new) if why))
        remark = f"discontinued: {why_new}" if old is not None else f"new: {why_old}" if new is not None else remark
        return Impact(one.model, one.queries, old, new, None, None, remark, one.feature)
    relative = new / old - 1 if old else None
    return Impact(one.model, one.queries, old, new, new - old, relative, "", one.feature)


def spend(one: Usage, book: PriceBook, day: dt.date) -> tuple[float | None, str]:
    """A month's spend in US dollars at standard prices; None and the reason where a price is not known."""
    try:
        quote = book.at(one.model, day, "standard", one.input_tokens)
        tokens = {
            "input": one.input_tokens - one.cached_tokens,
            "cache_read": one.cached_tokens,
            "output": one.output_tokens,
        }
        query = sum(count * quote.price(component, count) for component, count in tokens.items()) / PER_PRICE
    except NotAvailableError as reason:
        return None, str(reason)
    return one.queries * (query + quote.request_fee), ""
