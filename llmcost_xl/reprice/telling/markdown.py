"""A report in Markdown: tables and sentences; nothing that a workbook holds is taken for markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from llmcost_xl.reprice.report.wording import amount
from llmcost_xl.reprice.telling.document import Heading, Table, Waterfall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.reprice.telling.document import Block, Column, Document

MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~&$!])")
LINE: Final = re.compile(r"\s+")


def render(document: Document) -> str:
    """The document as Markdown with tables."""
    parts = [f"# {_text(document.title)}", *("\n".join(_lines(block)) for block in document.blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _text(text: str) -> str:
    """Text on one line, whose characters mean themselves."""
    return MARKUP.sub(r"\\\1", LINE.sub(" ", text).strip())


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"## {_text(block.text)}"
    elif isinstance(block, Table):
        yield from (f"**{_text(block.caption)}**", "", *_table(block.columns, block.rows, has_total=block.has_total))
    elif isinstance(block, Waterfall):
        yield from _waterfall(block)
    elif block.is_list:
        yield from (f"- {_text(sentence)}" for sentence in block.sentences)
    else:
        yield "\n\n".join(_text(sentence) for sentence in block.sentences)


def _table(columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...], *, has_total: bool) -> Iterator[str]:
    yield _row([_text(f"{column.title}, {column.unit}" if column.unit else column.title) for column in columns])
    yield _row(["---:" if column.is_number else ":---" for column in columns])
    for number, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row]
        if has_total and number == len(rows):
            cells = [f"**{cell}**" if cell else "" for cell in cells]
        yield _row(cells)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _waterfall(block: Waterfall) -> Iterator[str]:
    """The steps as a table, since Markdown draws nothing."""
    yield f"**{_text(block.caption)}**, {_text(block.currency)}"
    yield ""
    yield _row(["Step", "Amount", "Level after"])
    yield _row([":---", "---:", "---:"])
    for step in block.steps:
        level = amount(step.end, digits=block.digits)
        yield _row([_text(step.label), _text(step.figure(block.digits)), _text(level)])
