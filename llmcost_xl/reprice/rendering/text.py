"""A report for a terminal: tables, and a waterfall of bars."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as Grid
from rich.text import Text

from llmcost_xl.reprice.document import Heading, Table, Waterfall

if TYPE_CHECKING:
    from llmcost_xl.reprice.document import Block, Document

LEAST_BAR, LEAST_WORDS = 10, 18
LEVEL, UP, DOWN = "█", "▓", "▒"  # a level, a plus, a minus
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
"""What would move the cursor, colour the terminal or turn the direction of text."""


def render(document: Document, width: int) -> str:
    """The document as plain text."""
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False, markup=False, emoji=False,
                      force_terminal=False, legacy_windows=False)  # fmt: skip
    _heading(console, document.title, "=")
    for block in document.blocks:
        _show(console, block, width)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _plain(text: str) -> Text:
    return Text(CONTROL.sub(" ", text))


def _heading(console: Console, text: str, mark: str) -> None:
    line = _plain(text)
    console.print(line)
    console.print(mark * min(cell_len(line.plain), console.width))


def _show(console: Console, block: Block, width: int) -> None:
    console.print()
    if isinstance(block, Heading):
        _heading(console, block.text, "-")
    elif isinstance(block, Table):
        console.print(_plain(block.caption))
        grid = _grid(block)
        needed = Measurement.get(console, console.options, grid).minimum
        console.print(grid, width=max(width, needed), crop=False, no_wrap=needed > width)
    elif isinstance(block, Waterfall):
        console.print(_plain(f"{block.caption}, {block.currency}"))
        console.print(_bars(block, width))
    else:
        for sentence in block.sentences:
            console.print(_plain(f"- {sentence}" if block.is_list else sentence))


def _grid(block: Table) -> Grid:
    grid = Grid(box=None, pad_edge=False, show_edge=False, header_style="")
    for number, column in enumerate(block.columns):
        title = "\n".join(filter(None, (column.title, column.unit)))
        longest = max((cell_len(row[number]) for row in block.rows), default=0)
        grid.add_column(
            Text(title),
            justify="right" if column.is_number else "left",
            overflow="fold",
            no_wrap=column.is_number,
            min_width=None if column.is_number else min(longest, LEAST_WORDS),
        )
    for number, row in enumerate(block.rows, start=1):
        if block.has_total and number == len(block.rows):
            grid.add_section()
        grid.add_row(*(_plain(cell) for cell in row))
    return grid


def _bars(block: Waterfall, width: int) -> Grid:
    labels = max(cell_len(_plain(step.label).plain) for step in block.steps)
    figures = [step.figure(block.digits) for step in block.steps]
    room = max(LEAST_BAR, width - min(labels, width // 3) - max(map(len, figures)) - 4)
    ends = [end for step in block.steps for end in (step.start, step.end)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    grid = Grid(box=None, pad_edge=False, show_header=False, show_edge=False)
    grid.add_column(overflow="fold", max_width=width // 3)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    for step, figure in zip(block.steps, figures, strict=True):
        first, last = sorted(round((end - low) / ((high - low) or 1) * room) for end in (step.start, step.end))
        mark = LEVEL if step.is_level else UP if step.amount > 0 else DOWN
        length = max(last - first, 1 if step.amount else 0)
        grid.add_row(_plain(step.label), figure, " " * min(first, room - 1) + mark * length)
    return grid
