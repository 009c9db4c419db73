"""What the scripts of xlwings Lite do: reprice the workbook that is open, and take that back.

A script is handed the values of all cells. Formulas are asked for, and what is written waits until it is flushed, which
is when Excel may refuse it. Everything else is done as for any open workbook. This module is in main.py, too, and
imported when a script is run.
"""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.errors import LLMCostError, NotAvailableError, RefusedError, in_words
from llmcost_xl.hosts.lite.merging import with_merged
from llmcost_xl.hosts.live import reading, saying, undoing
from llmcost_xl.hosts.live.choosing import chosen
from llmcost_xl.hosts.live.undoing import Undone
from llmcost_xl.hosts.live.writing import CellChange, HalfWrittenError, blocks_of, changes_of, is_same, write
from llmcost_xl.ooxml import Area
from llmcost_xl.ooxml.values import serial

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from llmcost_xl.hosts.live.writing import Block
    from llmcost_xl.ooxml import New, Value
    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.reprice.opened import OpenBook

TITLE: Final = "LLM Cost"
TO_GO_BACK: Final = 'To go back, run "Undo repricing", before xlwings Lite is restarted or the workbook closed.'
BY_HAND: Final = "Excel calculates by hand here: press F9."
NEEDED: Final = ("get_value", "get_formula", "get_merge_cells", "get_merge_area")
TOO_OLD: Final = (
    "this version of xlwings cannot read formulas, and without them nothing is repriced: have requirements.txt of"
    " xlwings Lite ask for a newer one, and restart it"
)


async def plan(book: Any, prices: str) -> None:
    """Say what `reprice` would do, and change nothing."""
    await _say(book, _plan(book, prices))


async def reprice(book: Any, prices: str) -> None:
    """Take the workbook to other prices, and say what was done: newest, those of a day, or with a change."""
    await _say(book, _reprice(book, prices))


async def undo(book: Any) -> None:
    """Put back what the cells held before the last repricing, but for those changed since."""
    await _say(book, _undo(book))


async def _say(book: Any, work: Coroutine[Any, Any, str]) -> None:
    """Show what came of it; a refusal in words, without a traceback."""
    try:
        said = await work
    except LLMCostError as refusal:
        said = f"{str(refusal)[:1].upper()}{str(refusal)[1:]}."
    print(said)  # noqa: T201  # in Lite's output pane, where it stays when the message is closed
    book.app.alert(said, title=TITLE)


async def _plan(book: Any, prices: str) -> str:
    planned = reading.plan_for(await read(book), chosen(prices, files=False))
    return f"Nothing is changed yet. {saying.done(planned, book.name)}"


async def _reprice(book: Any, prices: str) -> str:
    opened = await read(book)
    planned = reading.plan_for(opened, chosen(prices, files=False))
    said = [saying.done(planned, book.name)]
    if planned.changes_anything:
        changes = changes_of(opened, planned)
        with undoing.noted(book, changes):
            await _apply(book, changes)
        said += [TO_GO_BACK, *_by_hand(book)]
    return "\n\n".join(said)


async def _undo(book: Any) -> str:
    changes = undoing.kept(book)
    back, kept = _still_there(await read(book), changes)
    await _apply(book, [CellChange(one.sheet, one.where, one.new, one.old) for one in back])
    if back:  # else nothing is where it was; it may be again, once an inserted row is gone
        undoing.forget(book)
    return saying.undone(Undone(len(back), tuple(f"{one.sheet}!{Area.of(one.where)}" for one in kept)), book.name)


def _still_there(book: OpenBook, changes: list[CellChange]) -> tuple[list[CellChange], list[CellChange]]:
    """The changes that are as they were left, and the others; those of a row are taken together.

    Where rows have moved, many a cell holds what was written to it: another row's provider, say.
    """
    now = {(sheet.name, cell.where): cell.value if cell.formula is None else f"={cell.formula}"
           for sheet in book.sheets for cell in sheet.cells()}  # fmt: skip
    rows: dict[tuple[str, int], list[CellChange]] = {}
    for change in changes:
        rows.setdefault((change.sheet, change.where[0]), []).append(change)
    there: list[CellChange] = []
    others: list[CellChange] = []
    for row in rows.values():
        is_there = all(is_same(now.get((change.sheet, change.where)), change.new) for change in row)
        (there if is_there else others).extend(row)
    return there, others


def _by_hand(book: Any) -> list[str]:
    try:
        return [] if book.app.calculation == "automatic" else [BY_HAND]
    except NotImplementedError:  # an older Lite does not tell
        return []


async def read(book: Any) -> OpenBook:
    """The workbook: its values, which came with it, its formulas, and the merged cells among its prices.

    Raises:
        NotAvailableError: xlwings is of a version that does not read these.
        RefusedError: there is too much of it.
    """
    used = {sheet.name: sheet.used_range for sheet in book.sheets}
    if not all(hasattr(cells, name) for cells in used.values() for name in NEEDED):
        raise NotAvailableError(TOO_OLD)
    formulas = {name: await _formulas(cells) for name, cells in used.items()}
    return await with_merged(book, reading.read(book, formulas=formulas))


async def _formulas(cells: Any) -> dict[Position, str]:
    """The formulas in cells; what Excel tells of the others is their value."""
    rows = reading.as_block(await cells.options(ndim=2).get_formula())
    return {(row, column): text
            for row, texts in enumerate(rows, start=cells.row) for column, text in enumerate(texts, start=cells.column)
            if isinstance(text, str) and text.startswith("=")}  # fmt: skip


async def _apply(book: Any, changes: list[CellChange]) -> None:
    """Have Excel write all of the new values, or none.

    Raises:
        RefusedError: cells were changed meanwhile, Excel refuses, or makes something else of a value; every cell is as
            it was.
        HalfWrittenError: and it refuses as well to take back what was written before.
    """
    old, new = _blocks(changes, "old"), _blocks(changes, "new")
    await _see_what_is_there(book, old, "was changed meanwhile: it")
    try:
        for block in new:
            write(book, block)
        await book.flush()
        await _see_what_is_there(book, new, "does not take its new value: it")
    except Exception as problem:
        said = str(problem) if isinstance(problem, RefusedError) else _refusal(problem)
        left = await _restore(book, old)
        if left:
            raise HalfWrittenError(f"{said}; Excel does not let {', '.join(left)} be put back") from problem
        raise RefusedError(f"{said}; nothing was changed") from problem


def _refusal(problem: Exception) -> str:
    first = next(iter(str(problem).splitlines()), type(problem).__name__)
    return f"Excel refuses to write, as it does on a protected sheet ({first})"


def _blocks(changes: list[CellChange], which: str) -> list[Block]:
    return list(blocks_of({(change.sheet, change.where): getattr(change, which) for change in changes}))


async def _see_what_is_there(book: Any, blocks: list[Block], otherwise: str) -> None:
    for block in blocks:
        for where, now, wanted in await _differing(book, block):
            raise RefusedError(f"{where} {otherwise} holds {_in_words(now)}, not {_in_words(wanted)}")


async def _restore(book: Any, blocks: list[Block]) -> list[str]:
    """Give the cells what they held, whatever has become of each; the areas for which that fails."""
    left = []
    for block in blocks:
        try:
            if await _differing(book, block):
                write(book, _with_numbers(block))
                await book.flush()
            is_back = not await _differing(book, block)
        except Exception:  # noqa: BLE001  # the others are put back all the same
            is_back = False
        if not is_back:
            left.append(f"{block.sheet}!{block.area}")
    return left


def _with_numbers(block: Block) -> Block:
    """Days as the numbers that stood in their cells, which are right wherever Excel begins to count them."""
    rows: list[list[New]] = [
        [serial(value, date1904=False) if isinstance(value, dt.date) else value for value in row] for row in block.rows
    ]
    return block._replace(rows=rows)


async def _differing(book: Any, block: Block) -> list[tuple[str, Value, New]]:
    """The cells that hold something else than a block has, with both. A formula counts as the text it is written as."""
    area = block.area
    cells = book.sheets[block.sheet].range((area.top, area.left), (area.bottom, area.right))
    shown = await cells.options(ndim=2, err_to_str=True).get_value()
    formulas = await _formulas(cells)
    held = (formulas.get(where, reading.value_of(value))
            for where, value in zip(area.positions(), chain(*shown), strict=True))  # fmt: skip
    compared = zip(area.positions(), held, chain(*block.rows), strict=True)
    return [(f"{block.sheet}!{Area.of(where)}", now, wanted) for where, now, wanted in compared
            if not is_same(now, wanted)]  # fmt: skip


def _in_words(value: object) -> str:
    return "nothing" if value in (None, "") else in_words(value)
