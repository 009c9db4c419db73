"""Takes a repricing of an open workbook back. Excel cannot: what Python writes empties its own list of steps.

What the cells held is kept in a file of the user's, because the next press of a button may be another process.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from llmcost_xl.errors import NotAvailableError
from llmcost_xl.hosts.live.writing import CellChange, HalfWrittenError, apply, blocks_of, content_of, is_same
from llmcost_xl.ooxml import address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.ooxml import New


class Undone(NamedTuple):
    """What undoing has put back."""

    cells: int
    kept: tuple[str, ...]  # cells that stay: somebody has changed them since, or one beside them


def undo(book: Any, changes: list[CellChange]) -> Undone:
    """Put back what the cells held before, but for those that somebody has changed since, and their neighbours.

    Raises:
        RefusedError: Excel refuses; every cell is as it was.
        HalfWrittenError: it refuses as well to take back what was put back until then.
    """
    names = {sheet.name for sheet in book.sheets}
    back: list[CellChange] = []
    kept: list[CellChange] = []
    for run in _runs(changes):
        block = next(blocks_of({(change.sheet, change.where): change.new for change in run}))
        is_there = block.sheet in names and all(map(is_same, content_of(book, block), [change.new for change in run]))
        (back if is_there else kept).extend(run)
    apply(book, [CellChange(one.sheet, one.where, one.new, one.old) for one in back])
    return Undone(len(back), tuple(f"{change.sheet}!{address(change.where)}" for change in kept))


def _runs(changes: list[CellChange]) -> list[list[CellChange]]:
    """Neighbouring cells of a row: they are put back together or not at all.

    Where rows have moved, many a cell holds what was written to it: another row's provider, say.
    """
    runs: list[list[CellChange]] = []
    for change in sorted(changes, key=lambda change: (change.sheet, change.where)):
        last = runs[-1][-1] if runs else None
        if last and last.sheet == change.sheet and change.where == (last.where[0], last.where[1] + 1):
            runs[-1].append(change)
        else:
            runs.append([change])
    return runs


def place(book: Any) -> Path:
    """Where the last repricing of a workbook is kept."""
    digest = hashlib.sha256(str(book.fullname).lower().encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"llmcost-xl-undo-{digest}.json"


@contextlib.contextmanager
def noted(book: Any, changes: list[CellChange]) -> Iterator[None]:
    """Note what a repricing changes before it does, for the user alone to read.

    If it fails, the one before it can be undone as before; if it fails halfway, what it has done can be.

    Raises:
        OSError: it cannot be noted.
    """
    path = place(book)
    earlier = path.read_bytes() if path.exists() else None
    _write(path, json.dumps([[one.sheet, *one.where, _noted(one.old), _noted(one.new)] for one in changes]).encode())
    try:
        yield
    except HalfWrittenError:
        raise
    except BaseException:
        path.unlink(missing_ok=True)
        if earlier is not None:
            _write(path, earlier)
        raise


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


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
