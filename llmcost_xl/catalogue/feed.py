"""Where new prices come from: genai-prices as published or as installed, a file, an address.

A file is genai-prices' own JSON, which lists everything, or a price file in our columns, which lists what it lists.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.catalogue.checks import PriceTableError
from llmcost_xl.catalogue.download import FeedError, download, shown
from llmcost_xl.catalogue.layers import LayeredBook
from llmcost_xl.catalogue.names import Model, ModelKey, Provider
from llmcost_xl.catalogue.rows import DISCOUNT, RATE, content_hash, sort_key
from llmcost_xl.catalogue.snapshot import Snapshot, take_snapshot
from llmcost_xl.catalogue.table import read_text
from llmcost_xl.catalogue.text import content_of, why_no_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.catalogue.rows import PriceRow

PUBLISHED: Final = "genai-prices data as published"
GENAI_PRICES: Final = "genai-prices"


class Feed(NamedTuple):
    """New prices, and where they come from."""

    snapshot: Snapshot
    origin: str  # what a later feed of the same origin supersedes
    digest: str  # SHA-256 of what was read


def published(day: dt.date, told: Callable[[int], None] = lambda _: None) -> Feed:
    """What genai-prices publishes now, at the address of its own updater and read by its own reader.

    The updater itself knows no limit of size or time, so that a server could hang Excel with it.

    Raises:
        FeedError: it cannot be reached or read.
    """
    from genai_prices.update_prices import DEFAULT_UPDATE_URL  # noqa: PLC0415  # 0.4 s, and only an update needs it

    content = download(DEFAULT_UPDATE_URL, told)
    return _of_json(content, "genai-prices", PUBLISHED, GENAI_PRICES, day)


def installed(day: dt.date) -> Feed:
    """What the installed release of genai-prices says."""
    return of_providers(None, "", day)


def of_providers(providers: list[Any] | None, source: str, day: dt.date) -> Feed:
    """A feed of genai-prices' own objects; without them those of the installed release."""
    snapshot = take_snapshot(day, providers, source)
    return Feed(snapshot, GENAI_PRICES, content_hash(snapshot.rows))


def from_place(place: str, day: dt.date, book: PriceBook, told: Callable[[int], None] = lambda _: None) -> Feed:
    """The prices behind an address or in a file; models are called as `book` calls them.

    Raises:
        FeedError: they cannot be fetched or understood.
        PriceTableError: a price file has doubtful lines; every one is listed.
    """
    if "://" in place:
        content, name = download(place, told), shown(place)
    else:
        content, name = content_of(Path(place)), Path(place).name
    if not content.strip():
        raise FeedError(f"{name} is empty")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return _of_json(content, name, name, name, day)
    if words := why_no_text(content):
        raise FeedError(f"{name} {words}")
    return Feed(of_price_file(read_text(content, name), name, day, book), name, hashlib.sha256(content).hexdigest())


def _of_json(content: bytes, name: str, source: str, origin: str, day: dt.date) -> Feed:
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FeedError(f"{name} is damaged or cut short: {_brief(error)}") from None
    if not isinstance(raw, list):
        raise FeedError(f"{name} is not genai-prices data, a list of providers; is it another JSON file?")
    try:
        snapshot = take_snapshot(day, _providers(raw), source)
    except Exception as error:  # noqa: BLE001  # the checks of its reader raise what they like
        raise FeedError(f"{name} is refused by genai-prices: {_brief(error)}") from None
    return Feed(snapshot, origin, hashlib.sha256(content).hexdigest())


def _providers(raw: list[Any]) -> list[Any]:
    """genai-prices' objects, made and checked by its own reader.

    The reader has no public name; its updater uses it the same way. A test holds it to the installed release.
    """
    from genai_prices.types import _providers_from_raw  # noqa: PLC0415

    return list(_providers_from_raw(raw))


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def of_price_file(rows: list[PriceRow], name: str, day: dt.date, book: PriceBook) -> Snapshot:
    """The rows of a price file as statements about the catalogue's models, and those of models it does not know.

    Raises:
        PriceTableError: a row belongs in a company's price file and not in a catalogue.
    """
    problems = [f"a {row.component} is a company's own affair" for row in rows if row.component in (DISCOUNT, RATE)]
    layer = LayeredBook(rows, book, name)
    problems += [f"{key} names no provider" for key in layer.models() if not key.provider]
    if problems:
        raise PriceTableError(name, [*dict.fromkeys(problems), "give such a file to --prices or LLMCOST_XL_PRICES"])
    placed = [row._replace(source=row.source or name, checked_on=row.checked_on or day) for row in layer.rows]
    fresh = dict.fromkeys(ModelKey(row.provider, row.model) for row in placed if _is_new(row, book))
    sellers = {key.provider for key in fresh} - book.names.providers.keys()
    return Snapshot(
        name,
        sorted(placed, key=sort_key),
        [_model(key) for key in fresh],
        [Provider(one, one, "", json.dumps({"equals": one.lower()}), "", "") for one in sorted(sellers)],
        complete=False,
    )


def _is_new(row: PriceRow, book: PriceBook) -> bool:
    return ModelKey(row.provider, row.model) not in book.models()


def _model(key: ModelKey) -> Model:
    """A model of which no more is known than its name."""
    return Model(key.provider, key.model, "", "", "", json.dumps({"equals": key.model.lower()}))
