"""`llmcost-xl prices`: the price catalogue."""

from __future__ import annotations

import datetime as dt
import sys
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
    from llmcost_xl.catalogue.changes import CatalogueChanges

app = typer.Typer(
    help="Search, show, compare and renew the price catalogue.", no_args_is_help=True, rich_markup_mode=None
)
DATE = "%Y-%m-%d"
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(formats=[DATE], help="Prices in force on this date; omitted: the catalogue's own date."),
]


@app.command(epilog="Example: llmcost-xl prices search claude haiku --as-of 2026-06-30")
def search(
    words: Annotated[list[str], typer.Argument(help="Words that the model's id, name or provider contains.")],
    as_of: AsOf = None,
    json: AsJson = False,
    max_age: MaxAge = None,
) -> None:
    """Find models by words, with their input and output prices."""
    from llmcost_xl.catalogue import report  # noqa: PLC0415

    book, day = _book_and_day(as_of, max_age)
    asked = " ".join(words)
    try:
        found = report.search(book, asked, day=day)
    except NotAvailableError as error:
        raise Stop(Stop.REJECTED, f"{error}; the nearest: {', '.join(book.nearest(asked))}") from None
    columns = ("model", "input", "output", "context_window", "remark", "name")
    lines = [(str(one.key), one.input, one.output, one.context_window, one.remark, one.name) for one in found]
    _print(columns, lines, f"USD per 1M tokens, {day}", json=json)


@app.command(epilog="Example: llmcost-xl prices show openai/gpt-4o --as-of 2024-06-30")
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

    book, day = _book_and_day(as_of, max_age)
    rows = listing.history(book, model, day)
    if not any(row.in_force for row in rows):  # some row is in force: else the price would be unknown
        say(f"{book.resolve(model)} is listed as free of charge")
    _print(listing.Dated._fields, rows, f"{book.resolve(model)}, {day}", json=json)


@app.command(epilog="Example: llmcost-xl prices diff 2026-07-01 2027-01-01 openai/gpt")
def diff(
    before: Annotated[dt.datetime, typer.Argument(formats=[DATE])],
    after: Annotated[dt.datetime, typer.Argument(formats=[DATE])],
    words: Annotated[list[str] | None, typer.Argument(help="Words that the model's id or provider contains.")] = None,
    json: AsJson = False,
) -> None:
    """Compare the prices in force on two days."""
    from llmcost_xl.catalogue import listing  # noqa: PLC0415

    if before >= after:
        raise Stop(Stop.USAGE, f"the first date must be the earlier one; received {before:{DATE}} and {after:{DATE}}")
    book, _ = _book_and_day(None, None)
    changes = [
        change
        for change in listing.changes(book, before.date(), after.date())
        if all(word.lower() in change.model.lower() for word in words or ())
    ]
    _print(listing.Changed._fields, changes, f"{before:{DATE}} to {after:{DATE}}", json=json)
    if not changes:
        say(f"no price is known to change between {before:{DATE}} and {after:{DATE}}")


@app.command(epilog="Example: llmcost-xl prices info --max-age 30")
def info(json: AsJson = False, max_age: MaxAge = None) -> None:
    """Show the catalogue's date, sources, size and content hash."""
    from llmcost_xl.catalogue import report  # noqa: PLC0415

    book, _ = _book_and_day(None, max_age)
    facts = [*report.about(book), ["days since then", days_since(book.as_of)]]
    if json:
        as_json({label.replace(" ", "_"): value for label, value in facts})
    else:
        as_table(("fact", "value"), facts)


@app.command(epilog="Example: pip install --upgrade genai-prices && llmcost-xl prices rebuild")
def rebuild(
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    json: AsJson = False,
) -> None:
    """Renew the bundled catalogue from the installed genai-prices.

    Shows first what is new, corrected and gone. New prices are added to the history; an old row changes only where the
    source itself corrects it. A source that looks damaged is refused (exit code 6) and the old catalogue stays.
    """
    from rich.console import Console  # noqa: PLC0415

    from llmcost_xl.catalogue import changes  # noqa: PLC0415

    with Console(stderr=True).status("Reading genai-prices"):
        plan = changes.plan_rebuild(dt.datetime.now(dt.UTC).date())
    lines = _plan_lines(plan)
    _print(("what", "price", "before", "after"), lines, plan.source, json=json)
    for warning in plan.warnings:
        say(f"warning: please look at this: {warning}")
    if plan.rejected:
        raise Stop(Stop.FEED, f"{plan.source} was rejected, the old catalogue stays: {'; '.join(plan.rejected)}")
    say(f"{plan.source}: {len(plan.new_rows)} new prices, {len(plan.corrections)} corrections")
    if dry_run:
        return
    if not yes and not _agreed():
        raise Stop(Stop.USAGE, "nothing was written; --yes writes without asking")
    changes.apply(plan)
    say(f"the catalogue is now as of {plan.checked_on}")


def _agreed() -> bool:
    return sys.stdin.isatty() and typer.confirm("Write these changes?", err=True)


def _plan_lines(plan: CatalogueChanges) -> list[tuple[Any, ...]]:
    lines: list[tuple[Any, ...]] = [("new price", _named(row), None, row.price) for row in plan.new_rows]
    lines += [
        ("correction", _named(one.old), one.old.price, one.new.price if one.new else None) for one in plan.corrections
    ]
    lines += [("new model", str(key), None, None) for key in plan.new_models]
    return lines + [("vanished, kept", str(key), None, None) for key in plan.vanished_models]


def _named(row: Any) -> str:
    above = f" above {row.context_threshold}" if row.context_threshold else ""
    since = f" from {row.from_date}" if row.from_date else ""
    return f"{row.provider}/{row.model} {row.component}{above} {row.service_tier}{since}"


def _book_and_day(as_of: dt.datetime | None, max_age: int | None) -> tuple[PriceBook, dt.date]:
    from llmcost_xl.catalogue.bundled import default_book  # noqa: PLC0415

    book = default_book()
    check_age(book.as_of, max_age)
    return book, as_of.date() if as_of else book.as_of


def _print(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str, *, json: bool) -> None:
    if json:
        as_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        as_table(columns, rows, title)
