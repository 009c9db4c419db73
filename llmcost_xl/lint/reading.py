"""A workbook as the linter sees it: formulas and stored values side by side, and the parts of its file."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import from_excel

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import Archive, BookFile
from llmcost_xl.ooxml.guard import vetted
from llmcost_xl.workbook import MODULES
from llmcost_xl.workbook.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.ooxml import Value
    from llmcost_xl.ooxml.addresses import Position

MADE: Final = re.compile(r"([a-z-]+),? llmcost-xl ")  # LibreOffice leaves the comma out


def read(path: Path) -> Book:
    """A workbook from disk, if it is safe to read.

    Raises:
        RefusedError: the content is no workbook, or not a safe one.
        OSError: the file cannot be read.
    """
    book = Book(path, vetted(path))
    try:
        missing = {entry.name for entry in book.file.structure.sheets} - set(book.formulas.sheetnames)
        if missing:
            raise RefusedError(f"damaged: nothing stands behind the name of the sheet {min(missing)!r}")  # noqa: TRY301
        _ = book.stored  # damaged values are refused here, before any rule asks for one
    except RefusedError as refused:
        raise RefusedError(f"{path}: {refused}") from refused
    return book


@dataclass(frozen=True)
class Book:
    """A workbook that is safe to read."""

    path: Path
    content: bytes

    @cached_property
    def formulas(self) -> Workbook:
        """The workbook with formulas as text, styles, validations and charts, as openpyxl reads it."""
        return opened(self.content)

    @cached_property
    def file(self) -> BookFile:
        """The file behind it, for what openpyxl does not keep."""
        return BookFile(Archive(self.content))

    @cached_property
    def stored(self) -> dict[str, dict[Position, Value]]:
        """What formulas gave when the workbook was last calculated; one that never was has no value."""
        return {sheet.name: {cell.where: cell.value for cell in sheet.cells()
                             if cell.formula is not None and cell.value is not None}
                for sheet in self.file.sheets}  # fmt: skip

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """Every part of the file by its name."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @property
    def ours(self) -> bool:
        """Whether `llmcost-xl new` made it: the rules bind it; to others they are advice."""
        made = MADE.match(str(self.formulas.properties.keywords or ""))
        return made is not None and made[1] in MODULES

    def sheets(self, *kinds: str) -> Iterator[Worksheet]:
        """The worksheets, all or those of these kinds ("Inputs", "Calculation", "Outputs" ...)."""
        for sheet in self.formulas.worksheets:
            if not kinds or self.kind(sheet) in kinds:
                yield sheet

    def kind(self, sheet: Worksheet) -> str:
        """The class of a sheet, which our workbooks state in C3; "" where there is none."""
        if sheet.title == "Cover":
            return "Cover"
        return str(sheet["C3"].value or "")

    def cells(self, sheet: Worksheet) -> Iterator[Cell]:
        """Every cell of a sheet that holds something."""
        cells: Any = sheet._cells  # noqa: SLF001  # iter_rows would make every cell of a sparse sheet
        yield from (cells[key] for key in sorted(cells) if cells[key].value is not None)

    def value(self, cell: Cell) -> Any:
        """What the cell showed when the workbook was last calculated."""
        if cell.data_type != "f":
            return cell.value
        value = self.stored[cell.parent.title].get((cell.row, cell.column))
        if isinstance(value, float) and is_date_format(cell.number_format):
            with contextlib.suppress(ValueError, OverflowError):  # a number that is no day stays a number
                return from_excel(value, self.formulas.epoch)
        return value
