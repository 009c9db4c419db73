"""A workbook's file, read and changed without loss: what is not changed stays as it is, byte for byte.

    book = BookFile.read(Path("plan.xlsx"))
    changed = book.changed({"Prices": {"F7": 2.5}})
    replace(Path("plan.xlsx"), changed.content, expected=book.content)    # llmcost_xl.workbook.saving

Cells are spliced into the XML of their sheet; every other part is copied as it lies in the archive, compressed bytes
and all. Nothing here knows of prices, nor of openpyxl, which would drop whatever it does not understand.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.ooxml.addresses import Area, address, position
from llmcost_xl.ooxml.tables import TableFile
from llmcost_xl.ooxml.values import ErrorCode, New, Value
from llmcost_xl.ooxml.worksheet import Cell, SheetFile

if TYPE_CHECKING:
    from llmcost_xl.ooxml.archive import Archive
    from llmcost_xl.ooxml.book import BookFile, Changed

__all__ = [
    "Archive",
    "Area",
    "BookFile",
    "Cell",
    "Changed",
    "ErrorCode",
    "New",
    "SheetFile",
    "TableFile",
    "Value",
    "address",
    "position",
]

_LATE: Final = {"Archive": "archive", "BookFile": "book", "Changed": "book"}
"""What opens and writes files, imported when it is asked for: a workbook that is open in Excel does without.

It brings the spreadsheet engine along, which xlwings Lite has not.
"""

if not TYPE_CHECKING:  # a type checker would take any name for one of ours

    def __getattr__(name: str) -> Any:
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
