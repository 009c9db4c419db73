"""Values for the formula cells of a file whose formulas call functions that only the caller knows."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

import formualizer
from openpyxl.utils.cell import coordinate_to_tuple, rows_from_range
from openpyxl.utils.datetime import to_excel

if TYPE_CHECKING:
    from collections.abc import Callable

SHEET: Final = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
CELL: Final = re.compile(rb'<c r="([A-Z]+\d+)"((?: s="\d+")?)[^>]*?(?:/>|>(<f\b.*?</f>)?(?:<v ?/>|<v></v>)?</c>)')
"""A cell that has a formula or nothing, as openpyxl writes it."""

SPILLED: Final = re.compile(rb'<f t="array" ref="([A-Z0-9:]+)"')
excel_serial: Callable[[dt.date], float] = to_excel
ERROR_CODES: Final = {"Name": "#NAME?", "Na": "#N/A", "Num": "#NUM!", "Value": "#VALUE!", "Div": "#DIV/0!"}


def with_values(content: bytes, register: Callable[[formualizer.Workbook], None]) -> bytes:
    """The file with a value in every formula cell and in those that a formula spills over; the rest as it is.

    `register` makes the caller's functions known to the engine.
    """
    engine = formualizer.Workbook.from_bytes(content)
    register(engine)
    engine.evaluate_all()
    filled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(filled, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            sheet = SHEET.fullmatch(name)
            if sheet:
                part = _filled(part, engine, engine.sheet_names[int(sheet[1]) - 1])
            target.writestr(name, part)
    return filled.getvalue()


def _filled(part: bytes, engine: formualizer.Workbook, sheet: str) -> bytes:
    areas = [area.decode() for area in SPILLED.findall(part)]
    spilled = {address for area in areas for row in rows_from_range(area) for address in row}

    def with_value(cell: re.Match[bytes]) -> bytes:
        address = cell[1].decode()
        if cell[3] is None and address not in spilled:
            return cell[0]
        kind, value = _written(engine.get_value(sheet, *coordinate_to_tuple(address)))
        return b'<c r="%b"%b%b>%b<v>%b</v></c>' % (cell[1], cell[2], kind, cell[3] or b"", value)

    return CELL.sub(with_value, part)


def _written(value: Any) -> tuple[bytes, bytes]:
    """The type and the text of a cell's value; 15 digits, as Excel keeps."""
    if isinstance(value, bool):
        return b' t="b"', b"%d" % value
    if isinstance(value, int | float):
        return b"", f"{value:.15g}".encode()
    if isinstance(value, dt.date):  # a datetime is one too
        return b"", f"{excel_serial(value):.15g}".encode()
    if isinstance(value, dict):
        return b' t="e"', ERROR_CODES[value["kind"]].encode()
    return b' t="str"', escape(value or "").encode()
