"""Price lists that are open in an Excel with xlwings Lite, and a company's prices for them."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter

PRICES = """provider,model,component,from_date,price,source
openai,gpt-4o,input,2026-06-01,1.25,halved
openai,gpt-4o-mini,input,2026-06-01,0.1,cheaper
openai,gpt-4o-mini,output,2026-06-01,0.45,cheaper
openai,gpt-4o,output,2030-03-01,5,announced
anthropic,claude-sonnet-4-5,input,2030-03-01,2.4,announced
"""
"""A company's prices: three that count, and two to come."""

UNDATED = [
    ("Provider", "Model", "Component", "Price (USD per 1M tokens)", "Source"),
    ("openai", "gpt-4o", "input", 2.5, "list"),
    ("openai", "gpt-4o-mini", "output", "=D2*0.24", "a ratio of ours"),
    ("openai", "gpt-4o-mini", "input", 0.15, "list"),
    ("anthropic", "claude-sonnet-4-5", "input", 123.0, "by hand"),
]
RATIO = 0.6  # what the formula gives: a price that the catalogue knows, and others replace
DATED_LIST = [
    ("Model", "Component", "Valid from", "Price (USD per 1M tokens)", "Source"),
    ("gpt-4o", "input", dt.date(2024, 8, 6), 2.5, "list"),
]


def of_rows(*rows: tuple[Any, ...]) -> bytes:
    """A workbook with a price list, and a price date beside it."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Sheet")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                is_formula = isinstance(value, str) and value.startswith("=")
                sheet.write(number, column, value, *([None, RATIO] if is_formula else []))
        sheet.write(0, 7, dt.datetime(2026, 3, 1))  # noqa: DTZ001  # a cell has no time zone
        book.define_name("price_date", "=Sheet!$H$1")
    return stream.getvalue()


def undated() -> bytes:
    return of_rows(*UNDATED)
