"""Takes a repricing of an open workbook back. Excel cannot: what Python writes empties its own list of steps.

What the cells held is kept in a file of the user's, because the next press of a button may be another process.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from llmcost_xl.errors import NotAvailableError
from llmcost_xl.hosts.live.writing import CellChange, apply, blocks_of, content_of, is_same
from llmcost_xl.ooxml import address

if TYPE_CHECKING:
    from llmcost_xl.ooxml import New, Value
    from llmcost_xl.ooxml.addresses import Position


class Undone(NamedTuple):
    """What undoing has put back."""

    cells: int
    kept: tuple[str, ...]  # cells that somebody changed since, which stay as they are


def undo(book: Any, changes: list[CellChange]) -> Undone:
    """Put back what the cells held before, but for those that somebody has changed since."""
    now: dict[tuple[str, Position], Value] = {}
    for block in blocks_of({(change.sheet, change.where): change.new for change in changes}):
        content = content_of(book, block)
        now |= {(block.sheet, where): value for where, value in zip(block.area.positions(), content, strict=True)}
    back, kept = [], []
    for change in changes:
        if is_same(now[change.sheet, change.where], change.new):
            back.append(CellChange(change.sheet, change.where, change.new, change.old))
        else:
            kept.append(f"{change.sheet}!{address(change.where)}")
    apply(book, back)
    return Undone(len(back), tuple(kept))


def place(book: Any) -> Path:
    """Where the last repricing of a workbook is kept."""
    digest = hashlib.sha256(str(book.fullname).lower().encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"llmcost-xl-undo-{digest}.json"


def keep(book: Any, changes: list[CellChange]) -> None:
    """Note what a repricing changes, for the user alone to read.

    Raises:
        OSError: it cannot be written.
    """
    path = place(book)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    noted = [[one.sheet, *one.where, _noted(one.old), _noted(one.new)] for one in changes]
    path.write_text(json.dumps(noted), encoding="utf-8")


def kept(book: Any) -> list[CellChange]:
    """What the last repricing of a workbook changed.

    Raises:
        NotAvailableError: none is known.
    """
    try:
        noted = json.loads(place(book).read_text(encoding="utf-8"))
        return [CellChange(sheet, (row, column), _read(old), _read(new)) for sheet, row, column, old, new in noted]
    except (FileNotFoundError, ValueError, TypeError):
        raise NotAvailableError(f"there is no repricing of {book.name} to undo") from None


def forget(book: Any) -> None:
    """There is nothing to undo any more."""
    place(book).unlink(missing_ok=True)


def _noted(value: New) -> Any:
    return {"day": value.isoformat()} if isinstance(value, dt.date) else value


def _read(noted: Any) -> New:
    if not isinstance(noted, dict):
        return noted  # type: ignore[no-any-return]
    moment = dt.datetime.fromisoformat(noted["day"])
    return moment if "T" in noted["day"] else moment.date()
