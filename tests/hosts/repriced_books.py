"""A small workbook with everything that repricing touches, open in an Excel in memory."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import memory_excel
import openpyxl
from openpyxl.workbook.defined_name import DefinedName

WHAT_IF: Final = "openai/*=-50% from 2027-03-01"
HEAD: Final = ("Provider", "Model", "Component", "From date", "Price (USD per 1M tokens)", "Source")
SINCE: Final = dt.datetime(2024, 10, 1)  # noqa: DTZ001  # a cell has no time zone
QUIET: Final = {"screen_updating": True, "enable_events": True, "calculation": "automatic", "status_bar": False}


def a_book() -> openpyxl.Workbook:
    """A list with a history and five empty rows of its table, one without dates, and a price date."""
    book = openpyxl.Workbook()
    dated: Any = book.active
    dated.title = "Prices"
    for row in (
        HEAD,
        ("openai", "gpt-4o", "input", SINCE, 2.5, "list"),
        ("openai", "gpt-4o", "output", SINCE, 10.0, "list"),
    ):
        dated.append(row)
    dated.add_table(openpyxl.worksheet.table.Table(displayName="Prices", ref="A1:F8"))
    undated = book.create_sheet("Rates")
    undated.append(("Model", "Component", "Price (USD per 1M tokens)"))
    for model, price in (("gpt-4o-mini", 0.15), ("claude-haiku-4-5", "=1"), ("gpt-4o", 2.5)):
        undated.append((model, "input", price))
    dates = book.create_sheet("Inputs")
    dates["B2"] = dt.datetime(2026, 11, 1)  # noqa: DTZ001
    book.defined_names["in_as_of"] = DefinedName("in_as_of", attr_text="Inputs!$B$2")
    return book


def opened(
    app: memory_excel.App, content: openpyxl.Workbook | None = None, name: str = "plan.xlsx"
) -> memory_excel.Book:
    book = memory_excel.calling(app, name, content or a_book())
    app.typed = [WHAT_IF]
    return book


def contents(book: memory_excel.Book) -> dict[str, Any]:
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book.content
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def state(app: memory_excel.App) -> dict[str, Any]:
    return app.settings | {"status_bar": app.status[-1]}


def same(value: Any) -> Any:
    return value.date() if isinstance(value, dt.datetime) else value


def plain(found: dict[str, Any]) -> dict[str, Any]:
    return {name: same(value) for name, value in found.items()}
