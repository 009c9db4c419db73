"""What a button of the ribbon can have done to a workbook."""

# no postponed annotations: xlwings Server looks for the type xw.Book itself
import xlwings as xw
from anyio.to_thread import run_sync
from xlwings.server import script

from llmcost_xl.catalogue.refresh import refresh
from llmcost_xl.errors import LLMCostError
from llmcost_xl.hosts.live.reading import plan_for, read
from llmcost_xl.hosts.live.saying import done
from llmcost_xl.hosts.live.unseen import additions, with_helpers
from llmcost_xl.hosts.live.writing import blocks_of, write
from llmcost_xl.hosts.server import config
from llmcost_xl.reprice.plan import Plan
from llmcost_xl.reprice.target import newest


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
def plan_repricing(book: xw.Book) -> None:
    """Say what "Reprice workbook" would do, and change nothing."""
    book.app.alert(f"Nothing is changed yet. {done(_additions(book), book.name)}", title="LLM Cost")


@script(name="Reprice workbook")
def reprice_workbook(book: xw.Book) -> None:
    """Enter the newest prices into the empty rows of the workbook's price tables, and say what else is to be done.

    Everything is worked out before the first cell is written: if it fails, Excel is told of no change at all.
    """
    plan = _additions(book)
    cells = {(sheet, where): value for sheet, puts in plan.puts.items() for where, value in puts.items()}
    for block in blocks_of(cells):
        write(book, block)
    book.app.alert(done(plan, book.name), title="LLM Cost")


def _additions(book: xw.Book) -> Plan:
    try:
        opened = with_helpers(read(book, formulas=False))
        return additions(opened, plan_for(opened, newest()))
    except LLMCostError as error:
        raise xw.XlwingsError(f"The workbook stays as it is: {error}") from None
