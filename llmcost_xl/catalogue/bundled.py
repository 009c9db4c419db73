"""The books everybody uses: the newest catalogue, and a company's own prices over it."""

from __future__ import annotations

import datetime as dt
import json
import os
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.book import PriceBook
from llmcost_xl.catalogue.layers import LayeredBook
from llmcost_xl.catalogue.names import Model, Names, Provider, read_records
from llmcost_xl.catalogue.rows import PriceRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = store.PACKAGED
SOURCE_TEXTS: Final = "source-2024"
"""Provider id of the prices printed in the source texts of 2024: found only when asked for by that name."""

COMPANY_FILE_VARIABLE: Final = "LLMCOST_XL_PRICES"


@cache
def bundled_book() -> PriceBook:
    """The prices that come with the package."""
    return book_in(FOLDER)


@cache
def catalogue_book() -> PriceBook:
    """The newest prices: those of the last update, else those that come with the package."""
    folder = store.in_force()
    return bundled_book() if folder == FOLDER else book_in(folder)


def book_in(folder: Path) -> PriceBook:
    """The catalogue that lies in a folder."""
    about = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    models = read_records(folder / "models.csv", Model)
    providers = read_records(folder / "providers.csv", Provider)
    return book_of(
        read_rows(folder / "prices.csv"), models, providers, dt.date.fromisoformat(about["as_of"]), about["source"]
    )


def book_of(
    rows: Iterable[PriceRow], models: Iterable[Model], providers: Iterable[Provider], as_of: dt.date, source: str
) -> PriceBook:
    """A catalogue of these, with the prices of the source texts beside them."""
    texts = list(read_rows(FOLDER / "source_texts_2024.csv"))
    names = dict.fromkeys(row.model for row in texts)
    printed = [Model(SOURCE_TEXTS, name, "", "", "", "") for name in names]
    publisher = Provider(SOURCE_TEXTS, "Source texts of 2024", "", "", "", "")
    return PriceBook(
        chain(rows, texts),
        Names([*providers, publisher], [*models, *printed], private=frozenset({SOURCE_TEXTS})),
        as_of,
        source,
    )


@cache
def default_book() -> PriceBook:
    """The newest prices, under those of the company's file that LLMCOST_XL_PRICES names."""
    path = os.environ.get(COMPANY_FILE_VARIABLE)
    return company_book(Path(path)) if path else catalogue_book()


def book_with(price_table: list[list[Any]] | None) -> PriceBook:
    """The default book, under the prices of a worksheet range where one is given."""
    if price_table is None:
        return default_book()
    # 1, 1.0 and TRUE are equal as keys: the types are part of what a table says
    cells = tuple(chain.from_iterable(price_table))
    return _book_of_table(cells, tuple(map(type, cells)), len(price_table[0]))


@lru_cache(maxsize=64)
def _book_of_table(cells: tuple[Any, ...], types: tuple[type, ...], width: int) -> PriceBook:  # noqa: ARG001  # part of the key
    from llmcost_xl.catalogue.table import read_table  # noqa: PLC0415  # most cells give no table

    rows = [list(cells[start : start + width]) for start in range(0, len(cells), width)]
    return LayeredBook(read_table(rows), default_book(), "price_table")


def forget() -> None:
    """Read all prices anew when next asked: the catalogue's files or the company's own have changed."""
    for remembered in (bundled_book, catalogue_book, default_book, _book_of_table):
        remembered.cache_clear()


def company_book(path: Path) -> PriceBook:
    """The newest prices under those of a company's own file."""
    from llmcost_xl.catalogue.table import read_file  # noqa: PLC0415  # most have no such file

    return LayeredBook(read_file(path), catalogue_book(), path.name)
