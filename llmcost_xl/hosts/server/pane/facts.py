"""What the pane shows, as plain data: the functions, the workbooks, the prices and the models."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import lru_cache
from typing import Any, Final

from llmcost_xl import __version__
from llmcost_xl.catalogue import report
from llmcost_xl.catalogue.age import WORTH_A_WARNING, days_since
from llmcost_xl.catalogue.bundled import default_book
from llmcost_xl.catalogue.refresh import refresh
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.reference import entries
from llmcost_xl.workbook import available, build, template

MODELS_SHOWN: Final = 25


def functions() -> list[dict[str, Any]]:
    """Every worksheet function as the reference describes it."""
    return [dataclasses.asdict(entry) for entry in entries()]


def workbooks() -> list[dict[str, Any]]:
    """The workbooks that can be made, and what each answers."""
    templates = [template(name) for name in available()]
    return [
        {"name": one.name, "title": one.title, "purpose": one.purpose, "audience": one.audience, "steps": one.steps}
        for one in templates
    ]


def workbook_file(name: str) -> bytes:
    """A workbook's bytes; built once for each state of the prices.

    Raises:
        NotAvailableError: there is none of this name.
    """
    return _built(name, default_book().content_hash)


@lru_cache(maxsize=8)
def _built(name: str, _: str) -> bytes:
    return build(name).content


def prices() -> dict[str, Any]:
    """The price catalogue: its date, age, sources, size and content hash."""
    book = default_book()
    known = {label.replace(" ", "_"): _plain(value) for label, value in report.about(book)}
    age = days_since(book.as_of)
    return known | {"age_in_days": age, "is_old": age > WORTH_A_WARNING, "version": __version__}


def models(words: str) -> dict[str, Any]:
    """The models whose names contain the words, with what their tokens cost on the catalogue's own date."""
    book = default_book()
    try:
        found = report.search(book, words)
    except NotAvailableError:
        return {"found": 0, "as_of": book.as_of.isoformat(), "models": [], "nearest": book.nearest(words)}
    named = words.lower().split()
    found.sort(key=lambda one: (one.input is None, one.key.provider not in named))  # those without a known price last
    shown = [one._asdict() | {"key": str(one.key)} for one in found[:MODELS_SHOWN]]
    return {"found": len(found), "as_of": book.as_of.isoformat(), "models": shown, "nearest": []}


def refreshed() -> dict[str, Any]:
    """Renew the prices; what that changed, and the state before and after.

    Raises:
        NotAvailableError: the source looks damaged; the old prices stay.
        OSError: the catalogue cannot be written.
    """
    before = prices()
    result = refresh()
    return {
        "said": str(result),
        "new_prices": result.new_prices,
        "corrections": result.corrections,
        "remarks": result.remarks,
        "before": before,
        "after": prices(),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
