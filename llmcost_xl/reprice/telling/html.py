"""A report as one page to print: no scripts, nothing loaded from elsewhere, and all text of a workbook escaped."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Final

from llmcost_xl.reprice.telling import svg
from llmcost_xl.reprice.telling.document import Heading, Table, Waterfall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.reprice.telling.document import Block, Column, Document

NOT_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""What no page can hold, or what would turn the direction of the text around it."""


def render(documents: list[Document]) -> str:
    """The documents as one page of HTML, each beginning a sheet of paper."""
    beside = files("llmcost_xl.reprice.telling")
    page, style = (beside.joinpath(name).read_text("utf-8") for name in ("report.html", "report.css"))
    body = "\n".join(line for document in documents for line in _article(document))
    title = documents[0].title if len(documents) == 1 else f"Price change: {len(documents)} workbooks"
    return Template(page).substitute(title=text(title), style=style, body=body)


def _article(document: Document) -> Iterator[str]:
    yield "<article>"
    yield f"<h1>{text(document.title)}</h1>"
    for block in document.blocks:
        yield from _lines(block)
    yield "</article>"


def text(value: str) -> str:
    """Text that means itself, in an attribute as well."""
    return escape(NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", value))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"<h2>{text(block.text)}</h2>"
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Waterfall):
        yield f"<figure><figcaption>{text(f'{block.caption}, {block.currency}')}</figcaption>"
        yield svg.drawn(block, text)
        yield "</figure>"
    elif block.is_list:
        yield "<ul>"
        yield from (f"<li>{text(sentence)}</li>" for sentence in block.sentences)
        yield "</ul>"
    else:
        yield from (f"<p>{text(sentence)}</p>" for sentence in block.sentences)


def _table(block: Table) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{text(block.caption)}</caption>'
    yield f"<thead><tr>{''.join(map(_heading, block.columns))}</tr></thead>"
    yield "<tbody>"
    for number, row in enumerate(block.rows, start=1):
        kind = ' class="total"' if block.has_total and number == len(block.rows) else ""
        cells = "".join(_cell(cell, column) for cell, column in zip(row, block.columns, strict=True))
        yield f"<tr{kind}>{cells}</tr>"
    yield "</tbody></table></div>"


def _heading(column: Column) -> str:
    unit = f"<small>{text(column.unit)}</small>" if column.unit else ""
    return f'<th scope="col"{_kind(column)}>{text(column.title)}{unit}</th>'


def _cell(value: str, column: Column) -> str:
    return f"<td{_kind(column)}>{text(value)}</td>"


def _kind(column: Column) -> str:
    return ' class="n"' if column.is_number else ""
