"""What a user may choose when a workbook is made: its months, start, currency, prices, models, figures, functions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from llmcost_xl.catalogue.bundled import default_book
from llmcost_xl.errors import OutOfDomainError
from llmcost_xl.workbook.currency import converted
from llmcost_xl.workbook.layout import DOLLARS, Currency

if TYPE_CHECKING:
    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.workbook.inputsfile import Given, Records, Unread
    from llmcost_xl.workbook.layout import Template

START: Final = dt.date(2027, 1, 1)
FEWEST_MONTHS, MOST_MONTHS = 1, 60
Functions: TypeAlias = Literal["native", "addin"]


@dataclass(frozen=True)
class Options:
    """How to make a workbook; what is left out is the workbook's own default.

    `months` is how far it looks ahead, `start` its first day, `models` are full or short names of the models it
    prices (the first is the one chosen), `book` is where prices come from and `as_of` the day they are read for.
    `inputs` replace prefilled figures, by quantity name, in the workbook's currency (see `inputsfile`); messages call
    them `inputs_name`. `functions` are native Excel formulas, or the worksheet functions of the add-in where there are
    any, each with the native formula below it.
    """

    months: int | None = None
    start: dt.date = START
    currency: Currency = DOLLARS
    book: PriceBook | None = None
    as_of: dt.date | None = None
    models: tuple[str, ...] = ()
    inputs: tuple[Given | Records | Unread, ...] = ()
    inputs_name: str = "inputs"
    functions: Functions = "native"

    @cached_property
    def prices(self) -> PriceBook:
        """The price book; the bundled one, under the company's own prices."""
        return self.book or default_book()

    @property
    def price_date(self) -> dt.date:
        """The day prices are read for: the price book's own unless another is given."""
        return self.as_of or self.prices.as_of

    def horizon(self, default: int) -> int:
        """The months to look ahead.

        Raises:
            OutOfDomainError: fewer than 1 or more than 60 months.
        """
        months = default if self.months is None else self.months
        if not FEWEST_MONTHS <= months <= MOST_MONTHS:
            raise OutOfDomainError(f"months must be {FEWEST_MONTHS} to {MOST_MONTHS}; received {months}")
        return months

    def chosen(self, default: tuple[str, ...]) -> tuple[str, ...]:
        """The models to price, as "provider/model": those asked for first, then the workbook's own.

        Raises:
            NotAvailableError: a model asked for is not in the price book.
        """
        asked = (str(self.prices.resolve(name)) for name in self.models)
        return tuple(dict.fromkeys((*asked, *default)))


DEFAULTS: Final = Options()


def applied(template: Template, options: Options) -> Template:
    """The description with what the options say of every workbook alike: start, currency, figures, functions."""
    described = converted(replace(template, start=options.start, currency=options.currency))
    if options.inputs:
        from llmcost_xl.workbook.fill import filled  # noqa: PLC0415  # it needs openpyxl

        described = filled(described, options.inputs, options.inputs_name)
    if options.functions == "addin":
        from llmcost_xl.workbook.addin import with_functions  # noqa: PLC0415  # it needs the worksheet functions

        described = with_functions(described)
    return described
