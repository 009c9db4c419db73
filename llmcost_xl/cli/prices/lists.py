"""`llmcost-xl prices log`, and what `prices update` holds back: the lists that updates keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcost_xl.cli.prices.look import print_rows
from llmcost_xl.cli.show import AsJson  # noqa: TC001  # typer reads the annotations
from llmcost_xl.cli.stop import Stop, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmcost_xl.catalogue.files import Quarantined

LOG_EXAMPLES = "Examples: llmcost-xl prices log; llmcost-xl prices log --corrections --json"


def about(one: Quarantined) -> str:
    """Which price is held back, in words."""
    provider, model, component, since, above, tier, *_ = one.row
    parts = (
        f"{provider}/{model}",
        component,
        f"above {above}" if above else "",
        tier,
        f"from {since}" if since else "",
    )
    return " ".join(part for part in parts if part)


def _catalogue() -> Any:
    """The last update, be the package's own prices newer or not: its lists are the history."""
    from llmcost_xl.catalogue import store  # noqa: PLC0415
    from llmcost_xl.catalogue.files import read_catalogue  # noqa: PLC0415

    place = store.home()
    return read_catalogue((store.newest_in(place) if place else None) or store.PACKAGED)


def list_held(*, json: bool) -> None:
    """List what is not believed yet."""
    waiting = _catalogue().quarantine
    columns = ("price", "price_so_far", "stated", "since", "reasons", "accept")
    rows = [(about(one), one.price_so_far, one.row[6], one.since, one.reasons, one.may_be_accepted) for one in waiting]
    print_rows(columns, rows, "held back", json=json)
    if not rows:
        say("no price is held back")


def log(
    corrections: Annotated[
        bool, typer.Option("--corrections", help="The rows that gave way to a correction, as they were.")
    ] = False,
    json: AsJson = False,
) -> None:
    """List the updates of the prices: when, from where, the hash of the catalogue before and after."""
    from llmcost_xl.catalogue.files import SUPERSEDED_COLUMNS, Logged  # noqa: PLC0415

    known = _catalogue()
    if corrections:
        rows = [(one.replaced_on, *one.row, one.replaced_by) for one in known.superseded]
        print_rows(SUPERSEDED_COLUMNS, rows, "corrected rows", json=json)
        return
    print_rows(Logged._fields, known.updates, "updates", json=json)
    if not known.updates:
        say(f"no update yet: these are the prices of the package, {known.state.source}, as of {known.as_of}")


def dismiss_held(names: Sequence[str]) -> None:
    """Forget what is held back of some models."""
    from llmcost_xl.catalogue.update import dismiss  # noqa: PLC0415

    forgotten = dismiss(frozenset(name.strip().lower() for name in names))
    if not forgotten:
        raise Stop(Stop.USAGE, f"--dismiss {names[0]}: nothing is held back of it; --quarantine lists what is")
    for one in forgotten:
        say(f"forgotten: {about(one)}")
