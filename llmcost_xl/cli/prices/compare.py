"""`llmcost-xl prices diff`: two states of the prices, and what their difference costs."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from llmcost_xl.cli.prices.look import book_and_day
from llmcost_xl.cli.show import AsJson, as_json, as_table
from llmcost_xl.cli.stop import Stop, say

if TYPE_CHECKING:
    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.catalogue.listing import Changed

EXAMPLES = """Examples:

  llmcost-xl prices diff 2026-07-01 2027-01-01 openai/gpt

  llmcost-xl prices diff 2026-11-21 contract-17.csv --usage usage.csv

  llmcost-xl prices diff budget.xlsx 2026-11-21
"""
COLUMNS = ("model", "service_tier", "component", "above_tokens", "before", "after", "change", "unit", "remark")
SPEND_COLUMNS = ("model", "queries", "spend_before", "spend_after", "change", "relative", "remark", "feature")
WORKBOOKS = (".xlsx", ".xlsm")


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A day as 2026-11-30, or a file: see below.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    words: Annotated[list[str] | None, typer.Argument(help="Words that the model's id or provider contains.")] = None,
    usage: Annotated[
        Path | None,
        typer.Option(
            help="A month's usage, CSV: model, queries, input_tokens, output_tokens[, cached_tokens, feature]."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Compare two states of the prices, the largest relative change first.

    A state is a day; a price file (CSV), which lies over the catalogue of the other state's day; a workbook with a
    table of prices, on its price date, of which only its own prices are compared; genai-prices' data (JSON); or the
    folder of a catalogue. Tokens of a usage file are those of one query, cached ones
    among the input; its models are sorted by what the change of prices costs a month.
    """
    from llmcost_xl.catalogue import impact, listing  # noqa: PLC0415

    days = [_day(text) for text in (before, after) if _is_day(text)]
    if days[1:] and days[0] == days[1]:
        raise Stop(Stop.USAGE, f"both dates are {before}: there is nothing to compare")
    if sorted(days) != days:
        raise Stop(Stop.USAGE, f"the first date must be the earlier one; received {before} and {after}")
    old, new = (_state(text, days[0] if days else None) for text in (before, after))
    changed = [
        change
        for change in listing.differences(old.prices, new.prices)
        if all(word.lower() in change.model.lower() for word in words or ()) and old.tells(change) and new.tells(change)
    ]
    rows = sorted((_row(change) for change in changed), key=_size, reverse=True)
    spends = impact.impacts(impact.read_usage(usage), old.prices, new.prices) if usage else []
    prices = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    if usage:
        _print_spend(spends, prices, f"US dollars a month, {before} to {after}", json=json)
    elif json:
        as_json(prices)
    else:
        as_table(COLUMNS, rows, f"{before} to {after}")
    if not rows:
        say(f"no price is known to change between {before} and {after}")
    unpriced = [one for one in spends if one.change is None]
    if unpriced:
        raise Stop(Stop.REJECTED, f"{len(unpriced)} of {len(spends)} lines of usage have no price at one of the two")


def _print_spend(spends: list[Any], prices: list[dict[str, Any]], title: str, *, json: bool) -> None:
    total = _total(spends)
    if json:
        as_json({"spend": [one._asdict() for one in spends], "total": total, "prices": prices})
        return
    as_table(SPEND_COLUMNS, [*spends, tuple(total.get(column) for column in SPEND_COLUMNS)], title)


def _total(spends: list[Any]) -> dict[str, Any]:
    """Of the lines that have a price on both sides."""
    known = [one for one in spends if one.change is not None]
    old, new = (sum(getattr(one, name) for one in known) for name in ("spend_before", "spend_after"))
    remark = "" if len(known) == len(spends) else f"of {len(known)} of {len(spends)} lines"
    return {
        "model": "total", "queries": sum(one.queries for one in known), "spend_before": old, "spend_after": new,
        "change": new - old, "relative": new / old - 1 if old else None, "remark": remark,
    }  # fmt: skip


def _row(change: Changed) -> tuple[Any, ...]:
    remark = ""
    if change.before is None:
        remark = "new"
    elif change.after is None:
        remark = "discontinued"
    elif change.relative is None:
        remark = "in another currency" if change.before else "was free"
    where = (change.model, change.service_tier, change.component, change.above_tokens)
    return (*where, change.before, change.after, change.relative, change.unit, remark)


def _size(row: tuple[Any, ...]) -> tuple[int, float]:
    """Largest relative change first, then prices that had none to compare with."""
    relative = row[6]
    return (1, abs(relative)) if relative is not None else (0, row[5] or row[4] or 0.0)


# -- what a state can be -----------------------------------------------------------------------------------------


def _is_day(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None


class _State(NamedTuple):
    """A price book and the day it is asked for; `only` the prices that it is about, where not about all."""

    prices: tuple[PriceBook, dt.date]
    only: frozenset[tuple[Any, ...]] | None = None

    def tells(self, change: Changed) -> bool:
        """Whether the state says anything of a price."""
        return self.only is None or change[:4] in self.only


def _state(text: str, other_day: dt.date | None) -> _State:
    """The prices that an argument means, and the day they are asked for."""
    from llmcost_xl.catalogue.bundled import company_book  # noqa: PLC0415

    book, own_day = book_and_day(None, None)
    if _is_day(text):
        return _State((book, _day(text)))
    path = Path(text)
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise Stop(Stop.FILE, f"{text!r} is no day such as 2026-11-30, and there is no such file")
    if path.suffix.lower() in WORKBOOKS:
        return _workbook(path)
    if path.suffix.lower() == ".json":
        return _feed(path)
    return _State((company_book(path), other_day or own_day))


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Stop(Stop.USAGE, f"{text!r} is no day of the calendar") from None


def _folder(path: Path) -> _State:
    from llmcost_xl.catalogue.bundled import book_in  # noqa: PLC0415

    if not (path / "catalogue.json").is_file():
        raise Stop(Stop.FILE, f"{path} is not the folder of a catalogue: it has no catalogue.json")
    book = book_in(path)
    return _State((book, book.as_of))


def _feed(path: Path) -> _State:
    from llmcost_xl.catalogue.bundled import book_of, catalogue_book  # noqa: PLC0415
    from llmcost_xl.catalogue.feed import from_place  # noqa: PLC0415

    known = catalogue_book()
    stated = from_place(str(path), known.as_of, known).snapshot
    return _State((book_of(stated.rows, stated.models, stated.providers, known.as_of, path.name), known.as_of))


def _workbook(path: Path) -> _State:
    from llmcost_xl.catalogue.bundled import catalogue_book  # noqa: PLC0415
    from llmcost_xl.catalogue.layers import LayeredBook  # noqa: PLC0415
    from llmcost_xl.reprice.listed import prices_in  # noqa: PLC0415

    below = catalogue_book()
    rows, price_date = prices_in(path)
    book = LayeredBook(rows, below, path.name)
    only = frozenset(
        (f"{row.provider}/{row.model}", row.service_tier, row.component, row.context_threshold or None)
        for row in book.rows
    )
    return _State((book, price_date or below.as_of), only)
