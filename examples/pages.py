"""The sheets of the example on which people type: prices, usage, frozen months; and the workbook as a whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ledger
import reports
import summary
from paper import RED, Page, Paper, Values, letter

SPARE = 200  # rows down to which validations and formats hold, as lists grow
FROZEN_ON = (5, 4, 5, 4)  # the day of the month after, on which a month was frozen
BY = "M. Okafor"


def write(book: Any, values: Values, logo: bytes) -> dict[Any, str]:
    """Write the sheets, and give each with the name by which its macros know it."""
    paper = Paper(book, values)
    first = summary.new(paper)
    prices_and_usage = _prices(paper), _usage(paper)
    by_month = reports.spend(paper), reports.by_month(paper)
    last = reports.break_even(paper), _frozen(paper)
    summary.fill(first, logo)
    for name, cell in (("price_date", "Summary!$B$5"), ("month_to_close", "Summary!$B$6"),
                       ("server_cost", "'Break-even'!$B$24")):  # fmt: skip
        book.define_name(name, f"={cell}")
    named = zip((first, *prices_and_usage, *by_month, *last),
                ("shtSummary", "shtPrices", "shtUsage", "shtSpend", "shtByMonth", "shtBreakEven", "shtFrozen"),
                strict=True)  # fmt: skip
    first.sheet.activate()
    return {page.sheet: code_name for page, code_name in named}


def _prices(paper: Paper) -> Page:
    """The price list: an Excel table with a row per price and first day."""
    page = paper.sheet(
        "Prices",
        {"A": 13, "B": 21, "C": 15, "D": 13, "E": 12, "F": 44, "G": 13, "H": 3, "I": 44},
        5,
        area="A1:I1048576",
    )
    page.title("Prices", "A new price gets a new row with its first day; rows that were in force stay.")
    page.put("A4", "List prices in USD per 1M tokens, before tax", "unit")
    looks = paper.looks
    rows: list[list[object]] = []
    for line in ledger.LINES:
        checked = ledger.SIGNED if line.source == ledger.OF_CONTRACT else ledger.CHECKED
        for component, price in zip(ledger.COMPONENTS, line.prices, strict=True):
            rows.append([line.provider, line.model, component, ledger.PRICE_DATE, price, line.source, checked])
    forms = (None, None, None, looks["day"], looks["price"], looks["text after"], looks["day"])
    heads = ("Provider", "Model", "Component", "From date", "Price", "Source", "Checked on")
    _table(page, "Prices", 5, heads, forms, rows, right="E")
    end = SPARE
    page.sheet.data_validation(f"C6:C{end}", {"validate": "list", "source": list(ledger.COMPONENTS),
                                              "error_title": "Component",
                                              "error_message": "Choose from the list."})  # fmt: skip
    page.sheet.data_validation(f"E6:E{end}", {"validate": "decimal", "criteria": "between", "minimum": 0,
                                              "maximum": 1000, "input_title": "Price",
                                              "input_message": "USD per 1M tokens, without discount."})  # fmt: skip
    page.sheet.data_validation(f"D6:D{end}", {"validate": "date", "criteria": ">=", "value": dt.date(2024, 1, 1)})
    old = paper.book.add_format({"font_color": RED})
    page.sheet.conditional_format(f"G6:G{end}", {"type": "formula", "format": old,
                                                 "criteria": '=AND($G6<>"",price_date-$G6>180)'})  # fmt: skip
    contract = 6 + next(row for row, one in enumerate(rows) if one[5] == ledger.OF_CONTRACT)
    page.sheet.write_comment(f"E{contract}", "10% below list until June 2027, signed by procurement. "
                             "Not the list price: do not overwrite.", {"author": BY, "x_scale": 1.6})  # fmt: skip
    page.put("I5", "How to read it", "heading")
    for row, text in enumerate(("In force is the latest row that begins on or before", "the first day of a month.",
                                "Red: looked up more than 180 days before the price date."), 6):  # fmt: skip
        page.put(f"I{row}", text)
    return page


def _usage(paper: Paper) -> Page:
    """What was used, and what is expected: a row per month and feature."""
    widths: dict[str, float] = {"A": 11, "B": 19, "C": 19, "D": 13, "E": 13, "F": 13, "G": 13, "H": 11}
    page = paper.sheet("Usage", widths, 5, area=f"A1:H{reports.LAST}")
    page.title("Usage", "Closed months as the gateway counted them; from then on as the features' owners expect.")
    page.put("A4", "Tokens are averages per query", "unit")
    looks = paper.looks
    forms = (
        looks["month"],
        None,
        None,
        looks["count"],
        looks["count"],
        looks["count"],
        looks["count"],
        looks["text after"],
    )
    heads = ("Month", "Feature", "Model", "Queries", "Input tokens", "of them cached", "Output tokens", "Basis")
    used = ledger.usage()
    rows = [[one.month, one.line.feature, one.line.model, one.queries, *one.line.tokens, one.basis] for one in used]
    _table(page, "Usage", 5, heads, forms, rows, right="DEFG")
    first, last = 6, 5 + len(rows)
    page.sheet.data_validation(f"H{first}:H{last}", {"validate": "list", "source": ["Actual", "Forecast"]})
    forecast = paper.book.add_format({"italic": True, "font_color": "#8A5A1F"})
    page.sheet.conditional_format(f"A{first}:H{last}", {"type": "formula", "format": forecast,
                                                        "criteria": f'=$H{first}="Forecast"'})  # fmt: skip
    peak = first + next(row for row, one in enumerate(used) if one.month == dt.date(2026, 12, 1))
    page.sheet.write_comment(f"D{peak}", "Christmas: last year's peak, less the parcels that moved to lockers.",
                             {"author": BY})  # fmt: skip
    return page


def _frozen(paper: Paper) -> Page:
    """What the button has frozen so far."""
    page = paper.sheet("Frozen", {"A": 11, "B": 21, "C": 14, "D": 14, "E": 14}, 5, area="A1:E1048576")
    for column, look in zip("ACDE", ("month", "cents", "day after", "text after"), strict=True):
        page.sheet.set_column(
            f"{column}:{column}", 11 if column == "A" else 14, paper.looks[look]
        )  # of what is to come
    page.title(
        "Frozen months", "Spend as it was booked. The button on the summary adds a month; nothing here is a formula."
    )
    page.heads(5, "Month", "Model", "Spend, USD", "Frozen on", "By", right="C")
    row = 6
    for number, month in enumerate(ledger.CLOSED):
        following = ledger.MONTHS[number + 1]
        for place, line in enumerate(ledger.LINES):
            booked = paper.values.get(("By month", f"{letter(1 + number)}{reports.FIRST_MODEL + place}"), 0)
            page.line(row, (month, "month"), (line.model, "text"), (round(booked, 2), "cents"),
                      (following.replace(day=FROZEN_ON[number]), "day after"), (BY, "text"))  # fmt: skip
            row += 1
    return page


def _table(page: Page, name: str, row: int, heads: Any, forms: Any, rows: list[list[object]], right: str) -> None:
    """An Excel table that begins in column A."""
    columns = [{"header": head, "format": form} for head, form in zip(heads, forms, strict=True)]
    page.sheet.add_table(row - 1, 0, row - 1 + len(rows), len(heads) - 1,
                         {"name": name, "columns": columns, "data": rows, "style": "Table Style Light 1"})  # fmt: skip
    page.heads(row, *heads, right=right)
