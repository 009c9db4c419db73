"""The reference of the worksheet functions as one page for a browser, which needs no network."""

from __future__ import annotations

from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from llmcost_xl import __version__, reference
from llmcost_xl.catalogue.bundled import default_book

if TYPE_CHECKING:
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
    parts = [f"<h3>{escape(entry.name)}</h3>", f"<p>{escape(entry.purpose)}</p>"]
    if entry.notes:
        parts.append(f"<p>{escape(entry.notes)}</p>")
    parts.append(f"<p><code>={escape(entry.syntax)}</code></p>")
    if entry.arguments:
        header = "".join(f"<th>{name}</th>" for name in ("Argument", "Default", "Unit", "Allowed", "Meaning"))
        rows = (
            "".join(f"<td>{escape(cell)}</td>" for cell in (one.name, one.default, one.unit, one.bounds, one.help))
            for one in entry.arguments
        )
        parts.append(f"<table><tr>{header}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
    if entry.example:
        parts.append(f"<p>Example: <code>{escape(entry.example)}</code></p>")
    return f"<article>{''.join(parts)}</article>"
