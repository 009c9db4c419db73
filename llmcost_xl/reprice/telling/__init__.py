"""A report told: its sections and sentences (`told`), written for a terminal, in Markdown, as a page to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.reprice.telling import html, markdown
from llmcost_xl.reprice.telling.told import told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmcost_xl.reprice.report import Report


def for_terminal(report: Report, width: int = 100) -> str:
    """The report for a terminal of so many columns."""
    from llmcost_xl.reprice.telling import text  # noqa: PLC0415  # rich takes a while to load

    return text.render(told(report), width)


def in_markdown(report: Report) -> str:
    """The report in Markdown."""
    return markdown.render(told(report))


def as_page(reports: Iterable[Report]) -> str:
    """Reports as one page to print, one after the other: no scripts, nothing from elsewhere."""
    return html.render([told(report) for report in reports])
