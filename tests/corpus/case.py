"""What every workbook of the corpus holds: a list of prices, and a sheet of figures that depend on them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATED: Final = ("Provider", "Model", "Component", "From date", "Service tier", "Price", "Source", "Checked on")
UNDATED: Final = ("Provider", "Model", "Component", "Price", "Source")
TOP, LEFT = 4, 2  # the headers begin in B4
FIRST: Final = TOP + 1
CHECKED: Final = dt.date(2026, 11, 1)

RECORDS: Final = (
    # provider, model, component, from, price in US$ per 1M tokens
    ("openai", "gpt-4o", "input", dt.date(2024, 5, 13), 5.0),
    ("openai", "gpt-4o", "output", dt.date(2024, 5, 13), 15.0),
    ("openai", "gpt-4o-mini", "input", dt.date(2024, 7, 18), 0.15),
    ("openai", "gpt-4o-mini", "output", dt.date(2024, 7, 18), 0.6),
    ("anthropic", "claude-sonnet-4-5", "input", dt.date(2025, 9, 29), 3.0),
    ("anthropic", "claude-sonnet-4-5", "output", dt.date(2025, 9, 29), 15.0),
)
PRICES: Final = tuple(record[-1] for record in RECORDS)
LAST: Final = FIRST + len(RECORDS) - 1

Content = str | float | dt.date | None


@dataclass(frozen=True)
class Case:
    """A workbook, how it came about, and where its prices are."""

    name: str
    writer: str
    build: Callable[[], bytes]
    suffix: str = ".xlsx"
    columns: tuple[str, ...] = DATED
    table: str = ""  # the name of the Excel table that the prices are; "" for a plain range
    values: bool = True  # formulas carry the values they gave
    own: bool = False  # one of ours, with another layout than the rest
    readable: Callable[[bytes], bytes] = lambda content: content  # as openpyxl can read it

    @cached_property
    def content(self) -> bytes:
        """The file."""
        return self.build()

    @property
    def header(self) -> str:
        """The first cell of the headers."""
        return f"B{TOP}"

    def price_cell(self, number: int = 0) -> str:
        """The cell of one of the prices, on the sheet Prices."""
        return price_cell(self.columns, number)

    def column(self, header: str) -> str:
        """The letter of a column of the list."""
        return letter(self.columns.index(header))


def letter(place: int) -> str:
    return chr(ord("A") + LEFT - 1 + place)


def price_cell(columns: tuple[str, ...], number: int) -> str:
    return f"{letter(columns.index('Price'))}{FIRST + number}"


def record(columns: tuple[str, ...], number: int) -> tuple[Content, ...]:
    """A row of the list."""
    provider, model, component, day, price = RECORDS[number]
    known: dict[str, Content] = {
        "Provider": provider, "Model": model, "Component": component, "From date": day, "Service tier": "standard",
        "Price": price, "Source": "price list", "Checked on": CHECKED, "Twice": None,
    }  # fmt: skip
    return tuple(known[column] for column in columns)


MILLIONS: Final = (400.0, 100.0)  # tokens a month, input and output


def figures(columns: tuple[str, ...]) -> dict[str, Content]:
    """The sheet Model, cell by cell."""
    first, second = (price_cell(columns, number) for number in (0, 1))
    last = price_cell(columns, len(RECORDS) - 1)
    return {
        "A1": "Cost of the assistant", "A2": "Input price", "B2": f"=Prices!{first}",
        "A3": "Input tokens, millions", "B3": MILLIONS[0], "A4": "Output tokens, millions", "B4": MILLIONS[1],
        "A5": "Input cost", "B5": "=B2*B3", "A6": "Output cost", "B6": f"=Prices!{second}*B4",
        "A7": "Cost a month", "B7": "=B5+B6", "A8": "Cost a year", "B8": "=B7*12",
        "A9": "All prices", "B9": f"=SUM(Prices!{first}:{last})",
        "A10": "Verdict", "B10": '=IF(B7>2000,"over","within")',
        "A11": "Twice the tokens", "B11": "=B3*2",
    }  # fmt: skip


def results(prices: tuple[float, ...] = PRICES) -> dict[str, float | str]:
    """What its formulas give, worked out here."""
    month = prices[0] * MILLIONS[0] + prices[1] * MILLIONS[1]
    return {
        "B2": prices[0], "B5": prices[0] * MILLIONS[0], "B6": prices[1] * MILLIONS[1], "B7": month, "B8": month * 12,
        "B9": sum(prices), "B10": "over" if month > 2000 else "within", "B11": MILLIONS[0] * 2,
    }  # fmt: skip


DEPENDENT: Final = ("B2", "B5", "B7", "B8", "B9", "B10")
"""The formulas that read the first price, directly or not."""

INDEPENDENT: Final = ("B6", "B11")


def list_cells(columns: tuple[str, ...]) -> Iterator[tuple[int, int, Content]]:
    """The list of prices as rows, columns and contents, headers first."""
    for place, header in enumerate(columns):
        yield TOP, LEFT + place, header
    for number in range(len(RECORDS)):
        for place, content in enumerate(record(columns, number)):
            yield FIRST + number, LEFT + place, content
