"""What the buttons of the ribbon do, each called by its name through xlwings' RunPython.

    RunPython "from llmcost_xl.hosts.windows import commands; commands.refresh_prices()"

Whatever goes wrong becomes a message box in words; the story of our own bugs goes to a file that the message names.
xlwings' ordinary object model is all that is used, and a few names of Excel's own through `app.api`.
"""

from __future__ import annotations

import functools
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl import __version__
from llmcost_xl.errors import LLMCostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmcost_xl.reprice.target import Target

TITLE: Final = "LLM Cost"
FILES_TRIED: Final = 1000
ASK_THE_FUNCTIONS: Final = '=INDEX(LLM_CATALOGUE(),MATCH("content hash",INDEX(LLM_CATALOGUE(),0,1),0),2)'
"""Which prices the worksheet functions of the running Excel answer from."""


def _button(command: Callable[..., str]) -> Callable[..., None]:
    """Make a command of the ribbon: it works on the Excel that called, and what it returns is shown in a message."""

    @functools.wraps(command)
    def pressed(*words: str) -> None:
        import xlwings as xw  # noqa: PLC0415  # two seconds, and only Excel needs it

        app = xw.Book.caller().app
        try:
            said, mode = command(app, *words), "info"
        except (LLMCostError, OSError) as refusal:
            said, mode = _in_words(refusal), "critical"
        except Exception as bug:  # noqa: BLE001  # the user gets a sentence, never a traceback
            said, mode = _reported(bug), "critical"
        if said:
            app.alert(said, TITLE, "ok", mode)

    return pressed


def _in_words(refusal: Exception) -> str:
    if isinstance(refusal, OSError) and refusal.filename:
        return f"{refusal.strerror or refusal}: {refusal.filename}"
    return ". ".join([str(refusal), *getattr(refusal, "__notes__", [])])


def _reported(bug: Exception) -> str:
    with tempfile.NamedTemporaryFile("w", prefix="llmcost-xl-", suffix=".log", encoding="utf-8", delete=False) as log:
        log.write(f"llmcost-xl {__version__}\n{''.join(traceback.format_exception(bug))}")
    notes = "".join(f"{note}. " for note in getattr(bug, "__notes__", []))
    said = f"Excel or LLM Cost could not do this ({type(bug).__name__}). {notes}"
    return f"{said}If it happens again, report it with {log.name}"


@_button
def new_workbook(app: Any, name: str) -> str:
    """Build a workbook into Excel's folder for documents, under a name that is free, and open it."""
    from llmcost_xl.workbook import build  # noqa: PLC0415  # as every import in this module: each button its own

    with app.properties(status_bar=f"{TITLE}: building {name} ..."):
        built = build(name)
        path = _saved(built, _documents(app), name, {book.name.lower() for book in app.books})
        app.books.open(str(path))
    return ""


def _documents(app: Any) -> Path:
    """Where Excel saves by default: the user's Documents, wherever the company has put them."""
    folders = [Path(app.api.DefaultFilePath or ""), Path.home() / "Documents", Path.home()]
    return next(folder for folder in folders if folder.is_absolute() and folder.is_dir())


def _saved(built: Any, folder: Path, name: str, open_books: set[str]) -> Path:
    """The workbook as roi.xlsx, or roi-2.xlsx, or ...: never over a file that is there.

    Nor under the name of one that is open: Excel opens no two of a name, wherever they are.
    """
    for number in range(1, FILES_TRIED):
        path = folder / (f"{name}.xlsx" if number == 1 else f"{name}-{number}.xlsx")
        if path.exists() or path.name.lower() in open_books:
            continue
        saved: Path = built.save(path)
        return saved
    raise FileExistsError(f"{folder} holds {FILES_TRIED - 1} workbooks of the name {name}; please move some away")


@_button
def refresh_prices(app: Any) -> str:
    """Renew the price catalogue, have every formula calculated anew, and say what has changed.

    CalculateFull, because a changed price makes no cell dirty, and none of our functions is volatile. What the
    formulas depend on has not changed, so that their dependencies need no rebuilding.
    """
    from llmcost_xl.catalogue.bundled import default_book  # noqa: PLC0415
    from llmcost_xl.catalogue.refresh import refresh  # noqa: PLC0415

    before = default_book().content_hash
    with app.properties(status_bar=f"{TITLE}: fetching prices ..."):
        refreshed = refresh()
        app.status_bar = f"{TITLE}: calculating with prices as of {refreshed.as_of} ..."
        app.api.CalculateFull()
        answering = app.api.Evaluate(ASK_THE_FUNCTIONS)
    after = default_book().content_hash
    said = f"{refreshed}."
    if after == before:
        said += "\n\nNo price has changed."
    if answering != after:  # the functions run in another Python process, which has not forgotten the old ones
        said += "\n\nThe formulas still show the old prices. Close Excel and open it again."
    return said


@_button
def reprice_workbook(app: Any, prices: str = "") -> str:
    """Take the active workbook to the prices that the user names, once they have seen how many cells change.

    They are asked for them unless a macro names some, as 'newest'.
    """
    from llmcost_xl.hosts.live import undoing  # noqa: PLC0415
    from llmcost_xl.hosts.live.choosing import chosen  # noqa: PLC0415
    from llmcost_xl.hosts.live.reading import plan_for, read  # noqa: PLC0415
    from llmcost_xl.hosts.live.saying import done, question  # noqa: PLC0415
    from llmcost_xl.hosts.live.state import quiet  # noqa: PLC0415
    from llmcost_xl.hosts.live.writing import apply, changes_of  # noqa: PLC0415

    book = app.books.active
    target = chosen(prices) if prices else _asked(app)
    if target is None:
        return ""
    with quiet(app, f"{TITLE}: reading {book.name} ..."):
        opened = read(book)
        plan = plan_for(opened, target)
    if not plan.changes_anything:
        return done(plan, book.name)
    if app.alert(question(plan, book.name), TITLE, "ok_cancel", "info") != "ok":
        return ""
    changes = changes_of(opened, plan)
    with quiet(app, f"{TITLE}: repricing {book.name} ..."), undoing.noted(book, changes):
        apply(book, changes)
    by_hand = "" if app.calculation == "automatic" else "\n\nExcel calculates by hand here: press F9."
    return f"{done(plan, book.name)}{by_hand}"


def _asked(app: Any) -> Target | None:
    """The prices to go to, asked for until they can be meant; None where the user cancels.

    The newest where Excel has no box to ask with, as on a Mac.
    """
    from llmcost_xl.hosts.live import excel  # noqa: PLC0415
    from llmcost_xl.hosts.live.choosing import ASKED, NEWEST, chosen  # noqa: PLC0415

    offered = NEWEST
    while excel.can_ask(app):
        answer = excel.ask(app, ASKED, TITLE, offered)
        if answer is None:
            return None
        offered = answer
        try:
            return chosen(answer)
        except (LLMCostError, OSError) as refusal:
            app.alert(_in_words(refusal), TITLE, "ok", "critical")
    return chosen(NEWEST)


@_button
def undo_repricing(app: Any) -> str:
    """Put back what the cells of the active workbook held before it was last repriced."""
    from llmcost_xl.hosts.live import undoing  # noqa: PLC0415
    from llmcost_xl.hosts.live.saying import undone  # noqa: PLC0415
    from llmcost_xl.hosts.live.state import quiet  # noqa: PLC0415

    book = app.books.active
    changes = undoing.kept(book)
    with quiet(app, f"{TITLE}: undoing the repricing of {book.name} ..."):
        result = undoing.undo(book, changes)
        if result.cells:  # else nothing is where it was; it may be again, once an inserted row is gone
            undoing.forget(book)
    return undone(result, book.name)


@_button
def explain_cell(app: Any) -> str:
    """Explain the formula of the selected cell."""
    from llmcost_xl.hosts.explain import explain_formula  # noqa: PLC0415
    from llmcost_xl.hosts.windows.references import Reader  # noqa: PLC0415

    selection = app.selection
    if selection is None:
        return "Select a cell first: what is selected is no cell."
    cell = selection[0, 0]
    place = cell.get_address(row_absolute=False, column_absolute=False)
    formula = cell.formula
    if not isinstance(formula, str) or not formula.startswith("="):
        return f"{place} holds no formula. Select the cell in which the formula stands."
    return f"{place}\n{explain_formula(formula, Reader(cell).read)}"


@_button
def open_help(app: Any) -> str:  # noqa: ARG001  # every button gets the calling Excel
    """Open the reference of the functions in the browser."""
    import webbrowser  # noqa: PLC0415

    from llmcost_xl.hosts.helppage import write_help  # noqa: PLC0415

    page = write_help(Path(tempfile.gettempdir()))
    return "" if webbrowser.open(page.as_uri()) else f"No browser could be opened. The help is in {page}"
