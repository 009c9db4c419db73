"""Workbooks of the corpus opened and saved by LibreOffice, which writes every part in its own way."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from libreoffice import LibreOffice

from corpus import by_openpyxl, by_xlsxwriter
from corpus.case import Case

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCES: Final[dict[str, Callable[[], bytes]]] = {
    "plain": by_xlsxwriter.book,
    "charts": lambda: by_xlsxwriter.book(by_xlsxwriter.charts),
    "comments": lambda: by_xlsxwriter.book(by_xlsxwriter.comments),
    "names and hidden sheets": lambda: by_xlsxwriter.book(by_xlsxwriter.names_and_hidden),
    "conditional formats": lambda: by_xlsxwriter.book(by_xlsxwriter.conditions),
    "1904": lambda: by_xlsxwriter.book(date_1904=True),
    "styled": lambda: by_openpyxl.book(by_openpyxl.styled),
}


@functools.cache
def saved() -> dict[str, bytes]:
    """All of them, saved by one LibreOffice."""
    made = {}
    with tempfile.TemporaryDirectory() as name, LibreOffice() as office:
        for source, build in SOURCES.items():
            before, after = Path(name, "before.xlsx"), Path(name, "after.xlsx")
            before.write_bytes(build())
            with office.open(before) as book:
                book.recalculate()
                book.export(after)
            made[source] = after.read_bytes()
    return made


CASES: Final = tuple(
    Case(f"libreoffice, {name}", "LibreOffice", lambda name=name: saved()[name])  # type: ignore[misc]
    for name in SOURCES
)
