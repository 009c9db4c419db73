"""A report for a terminal: tables, and a waterfall of bars."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from llmcost_xl.reprice.telling.document import Heading, Table, Waterfall

if TYPE_CHECKING:
    from llmcost_xl.reprice.telling.document import Block, Document

LEAST_BAR, LEAST_WORDS = 10, 18
GAP: Final = 2  # between two columns
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
        for part in _fitting(block, width):
            console.print(_grid(part, width), width=max(width, _total(_least(part))), crop=False)
    elif isinstance(block, Waterfall):
        console.print(_plain(f"{block.caption}, {block.currency}"))
        console.print(_bars(block, width))
    else:
        for sentence in block.sentences:
            console.print(_plain(f"- {sentence}" if block.is_list else sentence))


def _fitting(block: Table, width: int) -> list[Table]:
    """The table, or several that are narrow enough, each beginning with the first column."""
    parts: list[list[int]] = [[]]
    for number in range(1, len(block.columns)):
        if parts[-1] and _total(_least(_with_columns(block, [0, *parts[-1], number]))) > width:
            parts.append([])
        parts[-1].append(number)
    return [_with_columns(block, [0, *part]) for part in parts]


def _with_columns(block: Table, numbers: list[int]) -> Table:
    return block._replace(
        columns=tuple(block.columns[number] for number in numbers),
        rows=tuple(tuple(row[number] for number in numbers) for row in block.rows),
    )


def _longest(block: Table) -> list[int]:
    """The longest cell of each column."""
    return [max((cell_len(row[number]) for row in block.rows), default=0) for number in range(len(block.columns))]


def _least(block: Table) -> list[int]:
    """How narrow each column may be: no figure and no word of a heading is broken."""
    return [
        max(*map(cell_len, f"{column.title} {column.unit}".split()),
            longest if column.is_number else min(longest, LEAST_WORDS))
        for column, longest in zip(block.columns, _longest(block), strict=True)
    ]  # fmt: skip


def _total(widths: list[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _widths(block: Table, width: int) -> list[int]:
    """What each column gets: as little as it may have, then as much as it can use while there is room."""
    widths = _least(block)
    for number, (column, longest) in enumerate(zip(block.columns, _longest(block), strict=True)):
        wanted = max(longest, cell_len(column.title), cell_len(column.unit))
        widths[number] += max(0, min(wanted - widths[number], width - _total(widths)))
    return widths


def _grid(block: Table, width: int) -> Grid:
    grid = Grid(box=None, pad_edge=False, show_edge=False, header_style="")
    for column, room in zip(block.columns, _widths(block, width), strict=True):
        heading = "\n".join(filter(None, (column.title, column.unit)))
        grid.add_column(Text(heading), justify="right" if column.is_number else "left", overflow="fold", width=room)
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
