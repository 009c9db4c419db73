"""The day whose prices count in a workbook: found by its name, and set to that of the target."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.errors import RefusedError, in_words
from llmcost_xl.ooxml import Area, Cell
from llmcost_xl.reprice.prices import DATED, LEFT, SAME
from llmcost_xl.reprice.table import NO_CELL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.ooxml import BookFile
    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.reprice.target import Target

PRICE_DATES: Final = ("in_as_of", "as_of", "price_date")
"""Names under which a workbook keeps the day whose prices count; ours is the first."""

IN_DOLLARS: Final = "USD per US$"
RATE, RATE_DATE = "in_fx_rate", "in_fx_date"
"""Where our workbooks keep the rate that turns list prices into their currency, and its day."""

_REFERENCE: Final = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<area>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"
)


class DateSet(NamedTuple):
    """What happens to a date of the workbook."""

    kind: str
    sheet: str
    where: Position
    what: str
    old: dt.date | None
    reason: str


class _Named(NamedTuple):
    """Cells that have a name."""

    sheet: str
    where: Position
    cells: tuple[Cell, ...]


def price_date(book: BookFile) -> dt.date | None:
    """The day whose prices count in a workbook; None where it states none."""
    found = next(filter(None, (_named(book, name) for name in PRICE_DATES)), None)
    return _date_in(book, found.cells[0]) if found else None


def dates_set(book: BookFile, target: Target, *, is_complete: bool) -> Iterator[DateSet]:
    """The price date of a workbook that has one; in one in dollars also the day of its exchange rate, which is 1.

    Unless the target `is_complete`, figures would be missing on its day, and the date stays.
    """
    found = next(filter(None, (_named(book, name) for name in PRICE_DATES)), None)
    if found is None:
        return
    price_date = _set(book, found, target, is_complete=is_complete)
    yield price_date
    rate, rate_date = _named(book, RATE), _named(book, RATE_DATE)
    if price_date.kind == DATED and rate and rate_date and _is_in_dollars(book, rate):
        other = _set(book, rate_date, target, is_complete=True)._replace(what="date of the exchange rate")
        if other.kind == DATED and other.old == price_date.old:
            yield other


def _set(book: BookFile, found: _Named, target: Target, *, is_complete: bool) -> DateSet:
    cell = found.cells[0]
    old, reason, day = _date_in(book, cell), "", target.day
    kind = SAME if old == day else DATED
    if cell.formula is not None:
        kind, reason = LEFT, "is a formula"
    elif len(found.cells) > 1:
        kind, reason = LEFT, "is more than one cell"
    elif old is None:
        kind, reason = LEFT, f"the price date is {in_words(cell.value)}, which is no date"
    elif old > day and not target.moves_back:
        kind, reason = LEFT, f"is later than the prices, which are of {day}; --as-of {day} would set it back"
    elif old != day and not is_complete:
        kind, reason = LEFT, f"not set, as prices are missing on {day}"
    return DateSet(kind, found.sheet, found.where, "price date", old, reason)


def _named(book: BookFile, wanted: str) -> _Named | None:
    """The cells of a name; None where the workbook has no such name, or it means something else than cells."""
    names = [name for name in book.names if name.name.lower() == wanted]
    name = next((name for name in names if name.sheet is None), names[0] if names else None)  # copied sheets repeat it
    place = _REFERENCE.fullmatch(name.text) if name else None
    if place is None:
        return None
    try:
        sheet = book.sheet((place["quoted"] or place["plain"]).replace("''", "'"))
    except RefusedError:
        return None
    area = Area.read(place["area"])
    there = {cell.where: cell for cell in sheet.cells() if area.holds(cell.where)}
    return _Named(sheet.name, area.start, tuple(there.get(where, NO_CELL) for where in area.positions()))


def _is_in_dollars(book: BookFile, rate: _Named) -> bool:
    """Whether a workbook reckons in the currency of the list prices, as the unit beside its rate says."""
    beside = rate.where[0], rate.where[1] - 1
    return any(cell.where == beside and cell.value == IN_DOLLARS for cell in book.sheet(rate.sheet).cells())


def _date_in(book: BookFile, cell: Cell) -> dt.date | None:
    value = cell.value
    if isinstance(value, float) and not isinstance(value, bool):
        try:
            value = book.day(value)
        except RefusedError:
            return None
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None
