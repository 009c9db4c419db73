"""Renewing the prices of a running program: fetched, vetted, written, and what was read before is forgotten."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.catalogue.bundled import FOLDER, forget
from llmcost_xl.catalogue.changes import apply, plan_rebuild

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FETCHED: Final = "genai-prices data as published"


class Refreshed(NamedTuple):
    """What a refresh did."""

    as_of: dt.date
    source: str
    new_prices: int
    corrections: int
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        """The refresh in a sentence or two."""
        news = f"{self.new_prices} new prices, {self.corrections} corrections"
        return "; ".join((f"Prices as of {self.as_of} from {self.source}: {news}", *self.remarks))


def fetch_providers() -> list[Any]:
    """The providers and prices that genai-prices publishes now, through its own updater."""
    from genai_prices import UpdatePrices  # noqa: PLC0415  # 0.4 s, and only a refresh needs it

    fetched = UpdatePrices().fetch()
    return fetched.providers if fetched else []


def refresh(fetch: Callable[[], list[Any]] = fetch_providers, folder: Path = FOLDER) -> Refreshed:
    """Bring the bundled catalogue up to date with what genai-prices publishes, or offline with the installed release.

    Prices once fetched are newer than any installed release: offline they stay.

    Raises:
        NotAvailableError: the source looks damaged; the old catalogue stays.
        OSError: the catalogue's folder cannot be written.
    """
    today = dt.datetime.now(dt.UTC).date()
    remark: tuple[str, ...] = ()
    try:
        plan = plan_rebuild(today, fetch(), folder, FETCHED)
    except Exception as failure:  # noqa: BLE001  # no network, a proxy, another format: what is here remains
        reason = str(failure).partition("\n")[0] or type(failure).__name__
        about = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
        if about["source"] == FETCHED:
            forget()
            return Refreshed(dt.date.fromisoformat(about["as_of"]), FETCHED, 0, 0, (f"nothing was fetched: {reason}",))
        plan = plan_rebuild(today, None, folder)
        remark = (f"from the installed release, as nothing was fetched: {reason}",)
    apply(plan, folder)
    forget()
    return Refreshed(today, plan.source, len(plan.new_rows), len(plan.corrections), (*remark, *plan.warnings))
