"""Answers on standard output: a table where a person looks, tab-separated values where a program reads, or JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def as_json(answer: Any) -> None:
    """Print an answer for a script; dates as 2026-11-30."""
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n")


def as_table(header: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
    """Print rows under a header."""
    if not sys.stdout.isatty():
        write_lines([header, *rows])
        return
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(*header, title=title or None, title_justify="left", box=SIMPLE_HEAD)
    for column, cells in zip(table.columns, zip(*rows, strict=True), strict=False):
        if all(isinstance(cell, int | float | None) for cell in cells):
            column.justify = "right"
    for row in rows:
        table.add_row(*map(text, row))
    Console(markup=False).print(table)


def write_lines(rows: Sequence[Sequence[Any]]) -> None:
    """Print tab-separated values."""
    for row in rows:
        sys.stdout.write("\t".join(" ".join(text(cell).split()) for cell in row) + "\n")


def text(cell: Any) -> str:
    """A cell as Excel would show it: 15 significant digits, TRUE and FALSE, nothing for a blank."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
