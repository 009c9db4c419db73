"""The first sheet of the example: settings, the year on a page, charts, the button."""

from __future__ import annotations

import io

import ledger
from paper import GREY, RED, SERIES, TEAL, Page, Paper, dress
from reports import END, FEATURES, FIRST_MODEL, HEADINGS, MODELS, YEAR


def new(paper: Paper) -> Page:
    """The first sheet, to be filled when the others are known."""
    return paper.sheet("Summary", {"A": 38, "B": 14, "C": 12, "D": 3, "E:L": 10}, area="A1:L46")


def fill(page: Page, logo: bytes) -> None:
    """The year on a page."""
    page.sheet.set_row(0, 42)
    page.sheet.insert_image("A1", "logo.png", {"image_data": io.BytesIO(logo), "x_offset": 2, "y_offset": 2,
                                               "description": f"{ledger.COMPANY} (fictional)"})  # fmt: skip
    page.put("A1", "LLM spend, fiscal year 2027", "title beside logo")
    page.put("A2", f"{ledger.COMPANY} (fictional), July 2026 to June 2027. Yellow cells are typed in.", "note")
    page.put("A4", "Settings", "heading")
    page.line(5, ("Price date", "text"), (ledger.PRICE_DATE, "day in"))
    page.line(6, ("Month to close", "text"), (ledger.MONTHS[len(ledger.CLOSED)], "month in"))
    page.sheet.data_validation("B6", {"validate": "list", "source": f"='By month'!$B${HEADINGS}:${END}${HEADINGS}"})
    page.sheet.set_row(6, 27)
    page.sheet.insert_button("B7", {"macro": "FreezeMonth", "caption": "Freeze this month", "width": 135, "height": 24,
                                    "x_offset": 2, "y_offset": 5})  # fmt: skip
    page.line(9, ("The year", "heading"), ("USD", "heading right"), ("", "heading"))
    total = FIRST_MODEL + MODELS
    booked = FEATURES + MODELS + 3
    row_of = {name: f"'By month'!$B${row}:${END}${row}" for name, row in
              (("head", HEADINGS), ("total", total), ("booked", booked), ("trued", booked + 1))}  # fmt: skip
    for row, (label, formula, look) in enumerate((
        ("Closed months, at dated prices", f'=SUMIFS({row_of["total"]},{row_of["head"]},"<"&month_to_close)', "money"),
        ("Months to come", "=B12-B10", "money"),
        ("Full year", f"='By month'!{YEAR}{total}", "money total"),
        ("Budget", f"='By month'!{YEAR}{total + 1}", "money"),
        ("Over (+) or under (-) budget", "=B12-B13", "change"),
        ("the same in % of budget", "=B14/B13", "share"),
        ("Booked for closed months", f"='By month'!{YEAR}{booked}", "money"),
        ("True-up: dated prices less booked", f"='By month'!{YEAR}{booked + 1}", "change"),
    ), 10):  # fmt: skip
        page.line(row, (label, "text total" if "total" in look else "text"), (formula, look))
    page.line(19, ("Models over the year", "heading"), ("USD", "heading right"), ("Share", "heading right"))
    for row, line in enumerate(ledger.LINES, 20):
        page.line(row, (line.model, "text"), (f"='By month'!{YEAR}{FIRST_MODEL + row - 20}", "money"),
                  (f"=B{row}/B$27", "share"))  # fmt: skip
    page.line(27, ("All", "text total"), ("=SUM(B20:B26)", "money total"), ("=SUM(C20:C26)", "share total"))
    page.sheet.conditional_format("C20:C26", {"type": "data_bar", "bar_color": "#9FC3CE", "bar_solid": True,
                                              "data_bar_2010": True, "min_type": "num", "min_value": 0,
                                              "max_type": "num", "max_value": 1})  # fmt: skip
    page.put("A29", "=\"Break-even of '\"&'Break-even'!B16&\"'\"", "heading")
    page.line(30, ("From", "text"), ("='Break-even'!B26", "count"), ("queries a month", "unit"))
    page.put("A31", "='Break-even'!A28", "verdict")
    _charts(page, total)
    page.sheet.fit_to_pages(1, 1)


def _charts(page: Page, total: int) -> None:
    """Spend by model against the budget, in columns and a line; and by feature."""
    book, months = page.paper.book, f"='By month'!$B${HEADINGS}:${END}${HEADINGS}"
    columns = book.add_chart({"type": "column", "subtype": "stacked"})
    for place in range(MODELS):
        row = FIRST_MODEL + place
        columns.add_series({"name": f"='By month'!$A${row}", "categories": months, "gap": 60,
                            "values": f"='By month'!$B${row}:${END}${row}",
                            "fill": {"color": SERIES[place]}})  # fmt: skip
    line = book.add_chart({"type": "line"})
    line.add_series({"name": f"='By month'!$A${total + 1}", "categories": months,
                     "values": f"='By month'!$B${total + 1}:${END}${total + 1}",
                     "line": {"color": RED, "width": 2.25, "dash_type": "dash"}})  # fmt: skip
    columns.combine(line)
    dress(columns, "Spend by model, and the budget", "USD a month", (590, 400))
    columns.set_x_axis({"num_format": "mmm yy", "text_axis": True, "num_font": {"color": GREY}})
    page.sheet.insert_chart(
        "E4", columns, {"description": "Columns of spend by model and month; a line for the budget"}
    )
    bars = book.add_chart({"type": "bar"})
    bars.add_series({"name": "Year", "categories": f"='By month'!$A${FEATURES}:$A${FEATURES + 6}", "gap": 50,
                     "values": f"='By month'!${YEAR}${FEATURES}:${YEAR}${FEATURES + 6}", "fill": {"color": TEAL},
                     "data_labels": {"value": True, "num_format": "#,##0"}})  # fmt: skip
    dress(bars, "The year by feature", "", (590, 280))
    bars.set_y_axis({"reverse": True, "num_font": {"color": GREY}})
    bars.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    bars.set_legend({"none": True})
    bars.set_plotarea({"layout": {"x": 0.2, "y": 0.15, "width": 0.7, "height": 0.8}})  # room for the labels
    page.sheet.insert_chart("E26", bars, {"description": "Spend of the year by feature"})
