"""Usage from a CSV file, for workbooks that record none: a line per model, and per feature where there are several.

    feature,model,queries,input_tokens,output_tokens,cached_tokens
    Support chat,openai/gpt-4o,10000,500,200,0

Tokens are per query, and cached tokens are part of the input tokens. Where usage changed as well, the columns come in
pairs: queries_before and queries_after, input_tokens_before ... Numbers have a decimal point and nothing between
thousands. Spend is in the currency of the prices, or in `currency`, of which `fx_rate` units are one of theirs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from llmcost_xl.catalogue.checks import PriceTableError
from llmcost_xl.catalogue.text import LARGEST_FILE, lines_of, number_reader
from llmcost_xl.errors import RefusedError
from llmcost_xl.quantities import TOKENS_PER_PRICE_UNIT
from llmcost_xl.reprice.headings import tier_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

TOKENS: Final = ("input_tokens", "output_tokens", "cached_tokens")
QUANTITIES: Final = ("queries", *TOKENS, "fx_rate")
OPTIONAL: Final = ("cached_tokens", "fx_rate")
BILLED: Final = "billed"
WORDS: Final = ("model", "feature", "service_tier", "currency")
SIDES: Final = ("before", "after")
COLUMNS: Final = (*WORDS, *QUANTITIES, BILLED, *(f"{name}_{side}" for name in QUANTITIES for side in SIDES))
MOST_TOKENS: Final = 20_000_000
"""Per query: more than any model takes, so that these are the tokens of all queries."""
LARGEST: Final = 10**15  # queries, or an amount of money
ALL: Final = "All queries"

Reader: TypeAlias = "Callable[[str], float]"  # of the numbers in a file


class Side(NamedTuple):
    """Queries of a line, and tokens per query, in millions, by component."""

    queries: float
    usage: dict[str, float]
    fx_rate: float | None = None  # None where the file leaves it open


class Line(NamedTuple):
    """A line of usage before and after."""

    feature: str
    model: str
    before: Side
    after: Side
    service_tier: str = "standard"
    billed: float | None = None  # what this usage cost, where the file says so


@dataclass(frozen=True)
class Usage:
    """What is used of each model, and the currency to report in."""

    lines: tuple[Line, ...]
    currency: str  # "" where the file leaves it open
    name: str
    changes: bool  # whether the file states usage before and after


def read(path: Path) -> Usage:
    """The usage in a file.

    Raises:
        RefusedError: it is no table of usage, or a line of it cannot be understood; the message says which and why.
        OSError: it cannot be read.
    """
    content = path.read_bytes()
    if len(content) > LARGEST_FILE:
        raise RefusedError(f"{path.name} has {len(content):,} bytes, too many for a table of usage")
    return parsed(content, path.name)


def parsed(content: bytes, name: str) -> Usage:
    """The usage in the bytes of a file.

    Raises:
        RefusedError: as `read`.
    """
    try:
        rows = lines_of(content, name)
    except PriceTableError as problem:
        raise RefusedError(str(problem)) from None
    if not rows:
        raise RefusedError(f"{name} is empty")
    head = _head(rows[0], name)
    read_number = number_reader(cell for row in rows[1:] for cell in row)
    lines = [_line(f"{name}, line {number}", head, row, read_number)
             for number, row in enumerate(rows[1:], start=2) if any(row)]  # fmt: skip
    _check(lines, name)
    currencies = {values for values in _column(rows, head, "currency") if values}
    if len(currencies) > 1:
        raise RefusedError(f"{name}: amounts of different currencies are never added; received {', '.join(currencies)}")
    return Usage(tuple(lines), next(iter(currencies), ""), name, "queries_before" in head)


def _head(row: Sequence[str], name: str) -> dict[str, int]:
    """Where each column stands."""
    found = [title.strip().lower().replace(" ", "_") for title in row]
    unknown = [title for title in found if title not in COLUMNS]
    twice = [title for title, count in Counter(found).items() if count > 1]
    if unknown or twice:
        what = f"there is no column {unknown[0]!r}" if unknown else f"the column {twice[0]!r} stands there twice"
        raise RefusedError(f"{name}: {what}; columns are {', '.join((*WORDS, *QUANTITIES, BILLED))}, quantities"
                           " also in pairs such as queries_before, queries_after")  # fmt: skip
    head = {title: number for number, title in enumerate(found)}
    pairs = "queries_before" in head
    for quantity in QUANTITIES:
        names = [f"{quantity}_{side}" for side in SIDES] if pairs and quantity not in head else [quantity]
        missing = [one for one in names if one not in head]
        if missing and (quantity not in OPTIONAL or len(missing) == 1 < len(names)):
            raise RefusedError(f"{name}: the column {missing[0]!r} is missing")
        if quantity in head and any(f"{quantity}_{side}" in head for side in SIDES):
            raise RefusedError(f"{name}: {quantity} is stated twice, by itself and as before and after")
    if pairs and BILLED in head:
        raise RefusedError(f"{name}: {BILLED} is what one usage cost; it does not go with usage before and after")
    if "currency" not in head and any(one.startswith("fx_rate") for one in head):
        raise RefusedError(
            f"{name}: fx_rate stands there without a column 'currency', which says of what it is the rate"
        )
    if "model" not in head:
        raise RefusedError(f"{name}: the column 'model' is missing")
    return head


def _line(place: str, head: dict[str, int], row: Sequence[str], read_number: Reader) -> Line:
    if len(row) != len(head):
        raise RefusedError(f"{place}: {len(row)} values where there are {len(head)} columns")
    model = row[head["model"]].strip()
    if not model:
        raise RefusedError(f"{place}: model is empty; write provider/model, as in the table of prices")
    feature = row[head["feature"]].strip() if "feature" in head else ""
    tier = row[head["service_tier"]].strip() if "service_tier" in head else ""
    known = tier_of(tier or None)
    if known is None:
        raise RefusedError(f"{place}: there is no service_tier {tier!r:.40}")
    billed = row[head[BILLED]].strip() if BILLED in head else ""
    before, after = (_side(place, head, row, side, read_number) for side in SIDES)
    amount = _number(place, BILLED, billed, read_number) if billed else None
    return Line(feature or ALL, model, before, after, known, amount)


def _side(place: str, head: dict[str, int], row: Sequence[str], side: str, read_number: Reader) -> Side:
    numbers = {}
    for name in QUANTITIES:
        column = name if name in head else f"{name}_{side}"
        numbers[name] = _number(place, column, row[head[column]], read_number) if column in head else 0.0
    cached, prompt = numbers["cached_tokens"], numbers["input_tokens"]
    if cached > prompt:
        raise RefusedError(f"{place}: cached_tokens ({cached:,.15g}) are more than input_tokens ({prompt:,.15g}),"
                           " of which they are a part")  # fmt: skip
    for name in TOKENS:
        if numbers[name] > MOST_TOKENS:
            raise RefusedError(f"{place}: {name} is {numbers[name]:,.15g}; tokens are per query, not those of all")
    usage = {"input": prompt - cached, "cache_read": cached, "output": numbers["output_tokens"]}
    has_rate = "fx_rate" in head or f"fx_rate_{side}" in head
    if has_rate and not numbers["fx_rate"]:
        raise RefusedError(f"{place}: fx_rate is 0; it is what a unit of the prices' currency costs")
    rate = numbers["fx_rate"] if has_rate else None
    return Side(numbers["queries"], {kind: one / TOKENS_PER_PRICE_UNIT for kind, one in usage.items()}, rate)


def _number(place: str, column: str, text: str, read_number: Reader) -> float:
    try:
        number = read_number(text)
    except ValueError as reason:
        raise RefusedError(f"{place}: {column} {reason}; received {text.strip()!r:.40}") from None
    if number > LARGEST:
        raise RefusedError(f"{place}: {column} must be at most {LARGEST:,}; received {text.strip()!r:.40}")
    return number


def _check(lines: Sequence[Line], name: str) -> None:
    if not lines:
        raise RefusedError(f"{name}: there is no line of usage below the headings")
    found = Counter(f"{line.feature} on {line.model} ({line.service_tier})" for line in lines)
    twice = [line for line, count in found.items() if count > 1]
    if twice:
        raise RefusedError(f"{name}: {twice[0]} stands there twice; add the lines up")


def _column(rows: Sequence[Sequence[str]], head: dict[str, int], name: str) -> Iterable[str]:
    return (row[head[name]].strip().upper() for row in rows[1:] if name in head and any(row))
