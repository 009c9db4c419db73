"""What a button of the ribbon can have done to a workbook."""

# no postponed annotations: xlwings Server looks for the type xw.Book itself
import xlwings as xw
from anyio.to_thread import run_sync
from xlwings.server import script

from llmcost_xl.catalogue.refresh import refresh
from llmcost_xl.errors import LLMCostError
from llmcost_xl.hosts.server import config


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
