"""The reference of the worksheet functions as one page for a browser, which needs no network."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from llmcost_xl import __version__, reference
from llmcost_xl.catalogue.bundled import default_book

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmcost_xl.reference import Entry

FILE_NAME: Final = "llmcost-xl-help.html"
TEMPLATE: Final = Path(__file__).with_name("help.html")


def write_help(folder: Path) -> Path:
    """Write the page, and return its path."""
    path = folder.resolve() / FILE_NAME
    path.write_text(help_page(), encoding="utf-8")
    return path


def help_page() -> str:
    """The page."""
    sections = []
    for group, entries in groupby(reference.entries(), key=lambda entry: entry.group):
        sections += [f"<h2>{escape(group)}</h2>", *map(_article, entries)]
    about = f"llmcost-xl {__version__}, prices as of {default_book().as_of}. A blank required argument is #VALUE!, an "
    about += "unknown model #N/A, a number out of bounds or an answer that does not exist #NUM!. "
    about += 'Why a call fails: =LLM_WHY("QUERY_COST","gpt4o",500,200).'
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(about=escape(about), sections="\n".join(sections))


def _article(entry: Entry) -> str:
    parts = [f'<h3 id="{entry.name}">{entry.name}</h3>', f"<p>{_text(entry.purpose)}</p>"]
    if entry.notes:
        parts.append(f"<p>{_text(entry.notes)}</p>")
    parts.append(f"<p><code>={escape(entry.syntax)}</code></p>")
    if entry.arguments:
        parts.append(
            _table(
                ("Argument", "Default", "Unit", "Allowed", "Meaning"),
                [(one.name, one.default, one.unit, one.bounds, one.help) for one in entry.arguments],
            )
        )
    parts.append(f"<p>Result: {_text(entry.result)}</p>")
    if entry.errors:
        parts.append(_table(("Error", "Why"), [(one.code, one.reason) for one in entry.errors]))
    parts.append(f"<p>Example: <code>{escape(entry.example)}</code> shows {escape(entry.expected)}</p>")
    if entry.see_also:
        links = (f'<a href="#{name}">{name}</a>' for name in entry.see_also)
        parts.append(f"<p>See also: {', '.join(links)}</p>")
    return f"<article>{''.join(parts)}</article>"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in header)
    lines = ("".join(f"<td>{_text(cell)}</td>" for cell in row) for row in rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _text(words: str) -> str:
    """Running text, in which `backquotes` mark what stands in a cell."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(words))
