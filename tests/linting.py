"""What the tests of the linter share: a workbook of ours with one thing broken, and what one rule says of it."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from workbooks import built

from llmcost_xl.lint import lint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.findings import Place


def clean(tmp_path: Path, name: str = "roi") -> Path:
    """One of our workbooks as it is built."""
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(built(name).content)
    return path


def broken(tmp_path: Path, change: Callable[[Workbook], object], name: str = "roi") -> Path:
    """One of our workbooks, changed by openpyxl; values stored in formula cells and details of charts are lost."""
    book = load_workbook(io.BytesIO(built(name).content))
    change(book)
    path = tmp_path / f"{name}.xlsx"
    book.save(path)
    return path


def patched(tmp_path: Path, part: str, old: str, new: str, name: str = "roi") -> Path:
    """One of our workbooks with a piece of one part of its file replaced wherever it occurs; the rest as it was."""
    path = tmp_path / f"{name}.xlsx"
    with zipfile.ZipFile(io.BytesIO(built(name).content)) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.namelist():
            content = source.read(member).decode()
            if member == part:
                assert old in content, f"{part} does not hold {old!r}"
                content = content.replace(old, new)
            target.writestr(member, content)
    return path


def added(path: Path, part: str, content: bytes | str) -> Path:
    """The workbook with one more part in its file."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, content)
    return path


def sheet_part(name: str, sheet: str) -> str:
    """The part that holds a sheet of one of our workbooks."""
    names = load_workbook(io.BytesIO(built(name).content), read_only=True).sheetnames
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def chart_part(name: str, title: str) -> str:
    """The part that holds a chart of one of our workbooks."""
    with zipfile.ZipFile(io.BytesIO(built(name).content)) as archive:
        charts = (part for part in archive.namelist() if part.startswith("xl/charts/chart"))
        return next(part for part in charts if f"<a:t>{title}</a:t>" in archive.read(part).decode())


def found(path: Path, key: str) -> list[Place]:
    """The places that break one rule."""
    return [finding.place for finding in lint(path, [key])]


def cells(path: Path, key: str) -> list[str]:
    """The same as addresses: Sheet!A1, or the name of the sheet, or "" for the workbook."""
    return addresses(found(path, key))


def addresses(places: list[Place]) -> list[str]:
    """Where places are: Sheet!A1, or the name of the sheet, or "" for the workbook."""
    return [f"{place.sheet}!{place.cell}" if place.cell else place.sheet for place in places]


def row_of(sheet: Worksheet, label: str, column: int = 1) -> int:
    """The first row of a sheet that says this in its first column."""
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, column).value == label)


def where(path: Path, sheet: str, label: str, column: str) -> str:
    """The address of the cell in the row with this label."""
    return f"{sheet}!{column}{row_of(load_workbook(path)[sheet], label)}"
