"""The sheets of the example that are worked out: spend row by row, by month, break-even, and the summary."""

from __future__ import annotations

import ledger
from paper import GREEN, GREY, ORANGE, RED, TEAL, Page, Paper, dress, letter

FIRST_MODEL = 6
HEADINGS = 5
MODELS = len(ledger.LINES)
MONTHS = len(ledger.MONTHS)
FIRST, LAST = 6, 5 + MODELS * MONTHS  # rows of Usage and Spend
FEATURES = FIRST_MODEL + MODELS + 6  # first row of the features
YEAR, TREND = letter(1 + MONTHS), letter(2 + MONTHS)
END = letter(MONTHS)  # column of the last month
VOLUMES = tuple(range(0, 1_000_001, 100_000))


def price(model: str, component: str, day: str) -> str:
    """The formula of a price in force: of the rows of a model and component, the latest that has begun."""
    which = f'Prices[Model],{model},Prices[Component],"{component}"'
    latest = f'MAXIFS(Prices[From date],{which},Prices[From date],"<="&{day})'
    return f"SUMIFS(Prices[Price],{which},Prices[From date],{latest})"


def spend(paper: Paper) -> Page:
    """Every row of usage at the prices of its month."""
    page = paper.sheet(
        "Spend", {"A": 11, "B": 19, "C": 19, "D": 13, "E:G": 11, "H:K": 12}, HEADINGS, area=f"A1:K{LAST}"
    )
    page.title("Spend", "Each row of Usage at the prices in force on the first day of its month.")
    page.put("E4", "USD per 1M tokens", "unit")
    page.put("H4", "USD a month", "unit")
    page.heads(HEADINGS, "Month", "Feature", "Model", "Queries", "Input price", "Cached price", "Output price",
               "Input", "Cached", "Output", "Total", right="DEFGHIJK")  # fmt: skip
    for row in range(FIRST, LAST + 1):
        prices = [(f"={price(f'$C{row}', component, f'$A{row}')}", "price") for component in ledger.COMPONENTS]
        page.line(
            row, *((f"=Usage!{column}{row}", look) for column, look in
                   (("A", "month"), ("B", "text"), ("C", "text"), ("D", "count"))), *prices,
            (f"=D{row}*(Usage!E{row}-Usage!F{row})*E{row}/1000000", "cents"),
            (f"=D{row}*Usage!F{row}*F{row}/1000000", "cents"),
            (f"=D{row}*Usage!G{row}*G{row}/1000000", "cents"), (f"=SUM(H{row}:J{row})", "cents"),
        )  # fmt: skip
    return page


def by_month(paper: Paper) -> Page:
    """Spend by model and by feature, month by month, beside the budget and what was booked."""
    page = paper.sheet(
        "By month", {"A": 25, f"B:{END}": 9.5, YEAR: 11, TREND: 15}, area=f"A1:{TREND}{FEATURES + MODELS + 4}"
    )
    page.title("Spend by month", "In USD. Yellow: the budget, as the board approved it in June 2026.")
    page.sheet.freeze_panes(HEADINGS, 1)
    _heads(page, HEADINGS, "Model")
    total = _matrix(page, FIRST_MODEL, "C", [line.model for line in ledger.LINES])
    budget, over = total + 1, total + 2
    page.put(f"A{budget}", "Budget")
    page.put(f"A{over}", "Over (+) or under (-) budget")
    for number, amount in enumerate(ledger.BUDGET):
        page.put(f"{letter(1 + number)}{budget}", amount, "money in")
    page.put(f"{YEAR}{budget}", f"=SUM(B{budget}:{END}{budget})", "money")
    for column in (*map(letter, range(1, 1 + MONTHS)), YEAR):
        page.put(f"{column}{over}", f"={column}{total}-{column}{budget}", "change")
    for criteria, colour in ((">", RED), ("<", GREEN)):
        form = paper.book.add_format({"font_color": colour})
        page.sheet.conditional_format(f"B{over}:{YEAR}{over}", {"type": "cell", "criteria": criteria, "value": 0,
                                                                "format": form})  # fmt: skip
    _heads(page, FEATURES - 1, "Feature")
    after = _matrix(page, FEATURES, "B", [line.feature for line in ledger.LINES]) + 3
    page.put(f"A{after - 1}", "Closed months", "heading")
    page.put(f"A{after}", "Booked")
    page.put(f"A{after + 1}", "True-up: dated prices less booked")
    for column in (*map(letter, range(1, 1 + MONTHS)), YEAR):
        booked, trued = f"{column}{after}", f"{column}{after + 1}"
        if column == YEAR:
            page.put(booked, f"=SUM(B{after}:{END}{after})", "money")
            page.put(trued, f"=SUM(B{after + 1}:{END}{after + 1})", "change")
            continue
        of_month = f"Frozen!$A$6:$A$300,{column}${HEADINGS}"
        page.put(booked, f'=IF(COUNTIFS({of_month})=0,"",SUMIFS(Frozen!$C$6:$C$300,{of_month}))', "money")
        page.put(trued, f'=IF({booked}="","",ROUND({column}{total}-{booked},0))', "change")
    page.sheet.write_comment(f"B{budget}", "Approved on 18 June 2026, at the prices of that day and 5% for growth.",
                             {"author": "CFO office"})  # fmt: skip
    return page


def _heads(page: Page, row: int, what: str) -> None:
    page.heads(row, what)
    for number, month in enumerate(ledger.MONTHS):
        column = letter(1 + number)
        page.put(f"{column}{row}", month if row == HEADINGS else f"={column}${HEADINGS}", "head month")
    page.put(f"{YEAR}{row}", "Year", "head right")
    page.put(f"{TREND}{row}", "Trend", "head after")


def _matrix(page: Page, first: int, column_of: str, names: list[str]) -> int:
    """A row for each name, a column for each month; the row of its totals."""
    total = first + len(names)
    spent, key, month = (f"Spend!${column}${FIRST}:${column}${LAST}" for column in ("K", column_of, "A"))
    for row, name in enumerate(names, first):
        page.put(f"A{row}", name)
        for column in map(letter, range(1, 1 + MONTHS)):
            page.put(f"{column}{row}", f"=SUMIFS({spent},{key},$A{row},{month},{column}${HEADINGS})", "money")
        page.put(f"{YEAR}{row}", f"=SUM(B{row}:{END}{row})", "money")
        page.sheet.add_sparkline(f"{TREND}{row}", {"range": f"'By month'!B{row}:{END}{row}", "series_color": TEAL})
    page.put(f"A{total}", "All", "text total")
    for column in (*map(letter, range(1, 1 + MONTHS)), YEAR):
        page.put(f"{column}{total}", f"=SUM({column}{first}:{column}{total - 1})", "money total")
    return total


def break_even(paper: Paper) -> Page:
    """From how many queries on a model of our own would be cheaper for one feature."""
    page = paper.sheet("Break-even", {"A": 36, "B": 20, "C": 18, "D": 14, "E": 3, "F:K": 10}, area="A1:K41")
    page.sheet.fit_to_pages(1, 1)
    page.title(
        "Break-even", "Would a model on servers of our own be cheaper? At the prices in force on the price date."
    )
    page.put("A4", "USD per 1M tokens", "unit")
    page.heads(5, "Model", "Input", "Cached input", "Output", right="BCD")
    for row, line in enumerate(ledger.LINES, 6):
        page.line(row, (line.model, "text"), *((f"={price(f'$A{row}', component, 'price_date')}", "price")
                                               for component in ledger.COMPONENTS))  # fmt: skip
    page.put("A15", "The case", "heading")
    for row, (label, content, look, unit) in enumerate((
        ("Feature", ledger.LINES[0].feature, "text in", "choose"),
        ("Model", f"=INDEX({_used('C')},MATCH(B16,{_used('B')},0))", "text right", ""),
        ("Last closed month", "=MAX(Frozen!$A$6:$A$300)", "month right", ""),
        ("Queries in that month", _of_case("D"), "count", "queries a month"),
        ("Input tokens", _of_case("E"), "count", "tokens per query"),
        ("of them cached", _of_case("F"), "count", "tokens per query"),
        ("Output tokens", _of_case("G"), "count", "tokens per query"),
        ("Cost per query at the provider",
         f"=((B20-B21)*{_listed('B')}+B21*{_listed('C')}+B22*{_listed('D')})/1000000", "query price", "USD per query"),
        ("Servers and their care", 3450, "money in", "USD a month"),
        ("Electricity per query", 0.0004, "price in", "USD per query"),
        ("Break-even", '=IF(B23>B25,B24/(B23-B25),"never")', "count total", "queries a month"),
        ("Own servers less provider, that month", "=B24+B19*B25-B19*B23", "change", "USD a month"),
    ), 16):  # fmt: skip
        page.line(row, (label, "text total" if "total" in look else "text"), (content, look), (unit, "unit"))
    verdict = '=IF(B27<0,"Own servers are","The provider is")&" cheaper at the volume of the last closed month"'
    page.put("A28", verdict, "verdict")
    page.sheet.data_validation("B16", {"validate": "list", "source": f"='By month'!$A${FEATURES}:$A${FEATURES + 6}"})
    _curve(page)
    return page


def _used(column: str) -> str:
    """A column of Usage."""
    return f"Usage!${column}${FIRST}:${column}${LAST}"


def _of_case(column: str) -> str:
    """What Usage says of the feature chosen, in the last closed month."""
    return f"=SUMIFS({_used(column)},{_used('A')},B18,{_used('B')},B16)"


def _listed(column: str) -> str:
    """A price of the chosen feature's model, from the list above."""
    return f"INDEX(${column}$6:${column}$12,MATCH(B17,$A$6:$A$12,0))"


def _curve(page: Page) -> None:
    """Both costs by volume, and the chart of them."""
    page.heads(30, "Queries a month", "Provider, USD a month", "Own servers, USD", right="ABC")
    for row, volume in enumerate(VOLUMES, 31):
        page.line(row, (volume, "count"), (f"=A{row}*$B$23", "money"), (f"=$B$24+A{row}*$B$25", "money"))
    last = 30 + len(VOLUMES)
    chart = page.paper.book.add_chart({"type": "scatter", "subtype": "straight"})
    for column, colour in (("B", ORANGE), ("C", TEAL)):
        chart.add_series({"name": f"='Break-even'!${column}$30", "categories": f"='Break-even'!$A$31:$A${last}",
                          "values": f"='Break-even'!${column}$31:${column}${last}",
                          "line": {"color": colour, "width": 2.25}, "marker": {"type": "none"}})  # fmt: skip
    dress(chart, "Cost of the feature by volume", "USD a month", (450, 330))
    chart.set_x_axis({"name": "Queries a month", "num_format": "#,##0", "max": VOLUMES[-1], "major_unit": 250_000,
                      "name_font": {"bold": False, "color": GREY}, "num_font": {"color": GREY}})  # fmt: skip
    page.sheet.insert_chart("F5", chart, {"description": "Provider and own servers by queries a month"})
