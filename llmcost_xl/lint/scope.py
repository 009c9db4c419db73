"""Which sheets a rule looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.reading import Book


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
