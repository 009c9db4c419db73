"""`llmcost-xl prices update`: new prices taken in."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcost_xl.cli.prices import lists
from llmcost_xl.cli.show import AsJson, as_json, as_table
from llmcost_xl.cli.stop import Stop, say
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmcost_xl.catalogue.feed import Feed
    from llmcost_xl.catalogue.files import Quarantined
    from llmcost_xl.catalogue.update import Update

UPDATE_EXAMPLES = """Examples:

  llmcost-xl prices update --dry-run

  llmcost-xl prices update --yes

  llmcost-xl prices update --from negotiated-list.csv --accept openai/gpt-4o

  llmcost-xl prices update --quarantine

  llmcost-xl prices update --dismiss acme/our-model
"""
INSTALLED = "installed"


def update(
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FILE|URL|installed",
            help="genai-prices' JSON or a price file, from a disk or over https; installed: the release of genai-prices"
            " on this machine. Omitted: what genai-prices publishes.",
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="MODEL", help="Believe what is doubtful of this model; repeat it for more."),
    ] = None,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="Only list what is held back, and why.")] = False,
    dismiss: Annotated[
        list[str] | None,
        typer.Option(metavar="MODEL", help="Only forget what is held back of this model; repeat it for more."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    bundled: Annotated[
        bool, typer.Option("--bundled", help="Write into the package itself: for those who build an image from it.")
    ] = False,
    json: AsJson = False,
) -> None:  # fmt: skip
    """Renew the prices, and show what changes.

    New prices are added to the history. A price that the source changes without a date counts from today, and the old
    one until then; a dated price that it states differently is a correction, and the old row is kept in the log.

    Doubtful prices are held back with their reasons: beyond belief, above ten times or below a tenth of the price so
    far, per 1k instead of per 1M tokens, in another currency, a model that takes the names of another. They are looked
    at again next time (exit code 4). Where the whole source is doubtful, nothing changes (exit code 6): empty, cut
    short, more than a fifth of the models or a twentieth of the prices.

    The prices are kept in a folder of your own, or in the one that LLMCOST_XL_CATALOGUE names, for a whole company.
    """
    if quarantine or dismiss:
        if source or accept or bundled or (quarantine and dismiss):
            raise Stop(
                Stop.USAGE, "--quarantine and --dismiss go with no other option than --json: they take nothing in"
            )
        lists.dismiss_held(dismiss) if dismiss else lists.list_held(json=json)
        return
    accepted = frozenset(word.strip().lower() for word in accept or ())
    planned = _planned(source, accepted, bundled=bundled)
    if unknown := planned.unknown(accepted):
        raise Stop(Stop.USAGE, f"--accept {unknown[0]}: no model or provider has that name; nothing was written")
    written = _write(planned, yes=yes, dry_run=dry_run, bundled=bundled, show=lambda: _show(planned, json=json))
    if json:
        as_json(_facts(planned) | {"written": written})
    if planned.quarantine:
        raise typer.Exit(Stop.REJECTED)


def _planned(source: str | None, accepted: frozenset[str], *, bundled: bool) -> Update:
    from llmcost_xl.catalogue import store  # noqa: PLC0415
    from llmcost_xl.catalogue.download import FeedError  # noqa: PLC0415
    from llmcost_xl.catalogue.update import plan_update  # noqa: PLC0415

    today = dt.datetime.now(dt.UTC).date()
    try:
        planned = plan_update(_feed(source, today), today, accepted, None if bundled else store.home())
    except FeedError as refused:
        old = _newest()
        other = "" if source else "; --from installed takes those of the genai-prices on this machine"
        raise Stop(Stop.FEED, f"{refused}; the prices of {old.as_of} stay as they are{other}") from None
    return planned


def _newest() -> Any:
    from llmcost_xl.catalogue.bundled import catalogue_book  # noqa: PLC0415

    return catalogue_book()


def _feed(source: str | None, today: dt.date) -> Feed:
    from rich.console import Console  # noqa: PLC0415

    from llmcost_xl.catalogue import feed  # noqa: PLC0415

    with Console(stderr=True).status("Reading prices") as status:

        def told(count: int) -> None:
            status.update(f"Fetching prices: {count / 1e6:.1f} MB")

        if source is None:
            return feed.published(today, told)
        return feed.installed(today) if source == INSTALLED else feed.from_place(source, today, _newest(), told)


def _write(planned: Update, *, yes: bool, dry_run: bool, bundled: bool, show: Callable[[], None]) -> bool:
    """Show the plan, ask, and put it in force; whether it was."""
    from llmcost_xl.catalogue.bundled import forget  # noqa: PLC0415
    from llmcost_xl.catalogue.update import apply, write_package  # noqa: PLC0415

    show()
    plan = planned.plan
    if plan.rejected:
        raise Stop(Stop.FEED, f"{plan.source} was rejected, the old prices stay: {'; '.join(plan.rejected)}")
    counted = ", ".join(f"{count} {kind}" for kind, count in plan.counted().items()) or "no price has changed"
    say(f"{plan.source}: {counted}; held back: {len(planned.quarantine)}")
    if dry_run:
        return False
    if not yes and not _agreed():
        raise Stop(Stop.USAGE, "nothing was written; --yes writes without asking")
    try:
        write_package(planned) if bundled else apply(planned)
    except NotAvailableError as error:
        raise Stop(Stop.FILE, str(error)) from None
    except OSError as error:
        raise Stop(
            Stop.FILE, f"{error.strerror}: nothing was written to {planned.place or 'the package'}, the old prices stay"
        ) from None
    forget()
    say(f"the prices are now as of {plan.checked_on}")
    return True


def _agreed() -> bool:
    return sys.stdin.isatty() and typer.confirm("Write these changes?", err=True)


# -- what is shown -----------------------------------------------------------------------------------------------


def _show(planned: Update, *, json: bool) -> None:
    if not json:
        as_table(("what", "price", "before", "after"), _lines(planned), planned.plan.source)
    for warning in planned.plan.warnings:
        say(f"warning: please look at this: {warning}")
    for one in planned.quarantine:
        say(f"held back: {lists.about(one)}: {one.reasons}{_way_out(one)}")


def _lines(planned: Update) -> list[tuple[Any, ...]]:
    plan = planned.plan
    lines: list[tuple[Any, ...]] = [
        (change.kind, _named(change.row), change.old and change.old.price, change.new and change.new.price)
        for change in plan.changes
    ]
    lines += [("new model", str(key), None, None) for key in plan.new_models]
    return lines + [("vanished, kept", str(key), None, None) for key in plan.vanished_models]


def _named(row: Any) -> str:
    above = f" above {row.context_threshold}" if row.context_threshold else ""
    since = f" from {row.from_date}" if row.from_date else ""
    return f"{row.provider}/{row.model} {row.component}{above} {row.service_tier}{since}"


def _way_out(one: Quarantined) -> str:
    provider, model, *_ = one.row
    name = provider if model == "*" else f"{provider}/{model}"
    return f"; if it is so: --accept {name}" if one.may_be_accepted == "yes" else ""


def _facts(planned: Update) -> dict[str, Any]:
    plan = planned.plan
    return {
        "source": plan.source,
        "feed_sha256": planned.feed.digest,
        "as_of": plan.checked_on,
        "changes": [
            {"what": what, "price": price, "before": before, "after": after}
            for what, price, before, after in _lines(planned)
        ],
        "held_back": [_held_facts(one) for one in planned.quarantine],
        "warnings": plan.warnings,
    }


def _held_facts(one: Quarantined) -> dict[str, Any]:
    from llmcost_xl.catalogue.rows import COLUMNS  # noqa: PLC0415

    return one._asdict() | dict(zip(COLUMNS, one.row, strict=True)) | {"row": lists.about(one)}
