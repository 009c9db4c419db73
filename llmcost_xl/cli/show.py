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
    if sys.stdout.isatty():
        _draw(list(header), [list(row) for row in rows], title)
    else:
        write_lines([header, *rows])


def _draw(names: list[str], rows: list[list[Any]], title: str) -> None:
    """A table for a terminal: a column that says the same in every row is said once, below."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    columns = {name.replace("_", " "): [row[position] for row in rows] for position, name in enumerate(names)}
    same = {name: cells[0] for name, cells in columns.items() if len(rows) > 1 and len(set(cells)) == 1}
    caption = "; ".join(f"{name}: {text(cell)}" for name, cell in same.items() if text(cell))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    shown = {name: cells for name, cells in columns.items() if name not in same} or columns
    for name, cells in shown.items():
        numbers = all(cell is None or isinstance(cell, int | float) for cell in cells)
        header = name.replace(" ", "\n")
        table.add_column(header, justify="right" if numbers else "left", overflow="fold", no_wrap=numbers)
    for row in zip(*shown.values(), strict=True):
        table.add_row(*map(text, row))
    console = Console(markup=False, highlight=False)
    for part in (title, table, caption):  # title and caption may be wider than the table
        if part:
            console.print(part)


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
