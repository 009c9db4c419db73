"""What a button of the ribbon can have done to a workbook."""

# no postponed annotations: xlwings Server looks for the type xw.Book itself
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import xlwings as xw
from anyio.to_thread import run_sync
from xlwings.server import script

from llmcost_xl.catalogue.refresh import refresh
from llmcost_xl.errors import LLMCostError
from llmcost_xl.hosts.live.choosing import chosen
from llmcost_xl.hosts.live.reading import plan_for, read
from llmcost_xl.hosts.live.saying import done
from llmcost_xl.hosts.live.sending import blocks_sent, formulas_of, merged_of
from llmcost_xl.hosts.live.writing import blocks_of, changes_of, write
from llmcost_xl.hosts.server import config
from llmcost_xl.reprice.opened import OpenBook
from llmcost_xl.reprice.plan import Plan

KEPT: Final = "llmcostKept"
SAID: Final = "llmcostSaid"
"""Functions of the task pane: one takes note of what the cells hold before they are written, one tells how it went."""


@script(name="Refresh prices", include="", required_roles=config.refresh_roles())
async def refresh_prices(book: xw.Book) -> None:
    """Renew the prices for everybody, recalculate the workbook and say which prices there are now."""
    book.app.calculate()  # first: xlwings knows only one workbook at a time, and others come while this one waits
    try:
        said = str(await run_sync(refresh))
    except LLMCostError as error:
        raise xw.XlwingsError(f"The prices stay as they are: {error}") from None
    except OSError as error:
        raise xw.XlwingsError(f"The prices stay as they are: {error.strerror}") from None
    book.app.alert(said, title="LLM Cost")


@script(name="Plan repricing")
def plan_repricing(book: xw.Book, formulas: dict[str, Any], prices: str = "", merged: Any = None) -> None:
    """Say what "Reprice workbook" would do, and change nothing.

    `formulas` are those of the workbook, which xlwings sends no script of itself, as are `merged` areas; `prices` those
    to go to.
    """
    _, plan = _planned(book, formulas, prices, merged)
    book.app.macro(SAID)(f"Nothing is changed yet. {done(plan, book.name)}")


@script(name="Reprice workbook")
def reprice_workbook(book: xw.Book, formulas: dict[str, Any], prices: str = "", merged: Any = None) -> None:
    """Take the workbook's price tables to other prices, by the plan of its file.

    Everything is worked out before the first cell is written. The task pane is told first what the cells hold and will
    hold: it refuses if one was changed meanwhile, and puts all of them back if Excel refuses one, or on request.
    """
    opened, plan = _planned(book, formulas, prices, merged)
    with _refusals():
        changes = changes_of(opened, plan)
    if changes:
        book.app.macro(KEPT)(blocks_sent(changes))
    for block in blocks_of({(change.sheet, change.where): change.new for change in changes}):
        write(book, block)
    book.app.macro(SAID)(done(plan, book.name))


def _planned(book: xw.Book, formulas: dict[str, Any], prices: str, merged: Any) -> tuple[OpenBook, Plan]:
    with _refusals():
        try:
            opened = read(book, formulas=formulas_of(formulas), merged=merged_of(merged or {}))
            return opened, plan_for(opened, chosen(prices, files=False))
        finally:
            forget_values()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except LLMCostError as error:
        raise xw.XlwingsError(f"The workbook stays as it is: {error}") from None


def forget_values() -> None:
    """Have xlwings let go of the workbook's values, which it would keep for as long as the server runs."""
    kept = getattr(import_module("xlwings.pro._xlremote"), "get_range_api", None)
    getattr(kept, "cache_clear", bool)()  # should xlwings keep none any more, there is nothing to do
