"""Which sheets a rule looks at, and how it reports the same thing in many cells once."""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from llmcost_xl.lint.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.findings import Broken
    from llmcost_xl.lint.reading import Book

NAMED: Final = 4
"""So many cells are named; of the rest, their number."""


def classified(book: Book) -> bool:
    """Whether the sheets of a workbook say what they are for, as ours do."""
    return any(True for _ in book.sheets("Inputs", "Calculation"))


def sheets(book: Book, *kinds: str) -> Iterator[Worksheet]:
    """The sheets of these kinds; all of them where a workbook does not tell kinds apart."""
    yield from book.sheets(*kinds) if classified(book) else book.sheets()


def own_sheets(book: Book, *kinds: str) -> Iterator[Worksheet]:
    """The sheets of these kinds; none where a workbook does not tell kinds apart."""
    if classified(book):
        yield from book.sheets(*kinds)


def gathered(broken: Broken) -> Broken:
    """Make a rule report what it says of many cells of a sheet at the first of them."""

    @functools.wraps(broken)
    def once(book: Book) -> Iterator[Place]:
        alike: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for place in broken(book):
            alike[place.sheet, place.what].append(place.cell)
        for (sheet, what), cells in alike.items():
            yield Place(sheet, cells[0], what + _also(cells[1:]))

    return once


def _also(cells: list[str]) -> str:
    if not cells:
        return ""
    more = len(cells) - NAMED
    return f"; also {', '.join(cells[:NAMED])}" + (f" and {more} more" if more > 0 else "")
