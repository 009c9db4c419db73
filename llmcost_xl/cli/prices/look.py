"""`llmcost-xl prices search`, `show`, `info` and `upcoming`: what the catalogue says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcost_xl.catalogue.age import days_since
from llmcost_xl.cli.age import MaxAge, check_age
from llmcost_xl.cli.show import AsJson, as_json, as_table
from llmcost_xl.cli.stop import Stop, say
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmcost_xl.catalogue.book import PriceBook

SEARCH_EXAMPLES = "Example: llmcost-xl prices search claude haiku --as-of 2026-06-30"
SHOW_EXAMPLES = "Example: llmcost-xl prices show openai/gpt-4o --as-of 2024-06-30"
INFO_EXAMPLES = "Example: llmcost-xl prices info --max-age 30"
UPCOMING_EXAMPLES = "Example: llmcost-xl prices upcoming gemini --months 6"
DATE = "%Y-%m-%d"
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(formats=[DATE], help="Prices in force on this date; omitted: the catalogue's own date."),
]


def search(
    words: Annotated[list[str], typer.Argument(help="Words that the model's id, name or provider contains.")],
    as_of: AsOf = None,
    json: AsJson = False,
    max_age: MaxAge = None,
) -> None:
    """Find models by words, with their input and output prices."""
    from llmcost_xl.catalogue import report  # noqa: PLC0415

    book, day = book_and_day(as_of, max_age)
    asked = " ".join(words)
    try:
        found = report.search(book, asked, day=day)
    except NotAvailableError as error:
        raise Stop(Stop.REJECTED, f"{error}; the nearest: {', '.join(book.nearest(asked))}") from None
    columns = ("model", "input", "output", "context_window", "remark", "name")
    lines = [(str(one.key), one.input, one.output, one.context_window, one.remark, one.name) for one in found]
    print_rows(columns, lines, f"USD per 1M tokens, {day}", json=json)


def show(
    model: Annotated[str, typer.Argument(help="A model, e.g. gpt-4o or openai/gpt-4o.")],
    as_of: AsOf = None,
    json: AsJson = False,
    max_age: MaxAge = None,
) -> None:
    """Show a model's prices: history, service tiers, long-context prices, sources.

    The column in_force has the price charged on the day; it is empty for rows that are over or yet to come.
    """
    from llmcost_xl.catalogue import listing  # noqa: PLC0415

    book, day = book_and_day(as_of, max_age)
    rows = listing.history(book, model, day)
    if not any(row.in_force for row in rows):  # some row is in force: else the price would be unknown
        say(f"{book.resolve(model)} is listed as free of charge")
    print_rows(listing.Dated._fields, rows, f"{book.resolve(model)}, {day}", json=json)


def info(json: AsJson = False, max_age: MaxAge = None) -> None:
    """Show the catalogue's date, sources, size and content hash."""
    from llmcost_xl.catalogue import report  # noqa: PLC0415

    book, _ = book_and_day(None, max_age)
    facts = [*report.about(book), ["days since then", days_since(book.as_of)]]
    if json:
        as_json({label.replace(" ", "_"): value for label, value in facts})
    else:
        as_table(("fact", "value"), facts)


def upcoming(
    words: Annotated[list[str] | None, typer.Argument(help="Words that the model's id or provider contains.")] = None,
    months: Annotated[int, typer.Option(help="How far to look ahead.", min=1, max=120)] = 12,
    json: AsJson = False,
    max_age: MaxAge = None,
) -> None:
    """List the prices that are announced to change, with the month they start in.

    They are known to the catalogue already: a budget that asks for a later month's price gets them.
    """
    from llmcost_xl.catalogue import listing  # noqa: PLC0415

    book, day = book_and_day(None, max_age)
    rows = [
        row
        for row in listing.upcoming(book, day, months)
        if all(word.lower() in row.model.lower() for word in words or ())
    ]
    print_rows(listing.Upcoming._fields, rows, f"announced after {day}, for {months} months", json=json)
    if not rows:
        say(f"no price is known to change in the {months} months after {day}")


def book_and_day(as_of: dt.datetime | None, max_age: int | None) -> tuple[PriceBook, dt.date]:
    """The prices in force, whose age is looked at, and the day they are asked for."""
    from llmcost_xl.catalogue.bundled import default_book  # noqa: PLC0415

    book = default_book()
    check_age(book.as_of, max_age)
    return book, as_of.date() if as_of else book.as_of


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str, *, json: bool) -> None:
    """Print rows for a person or a script."""
    if json:
        as_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        as_table(columns, rows, title)
