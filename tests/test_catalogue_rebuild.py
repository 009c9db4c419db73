"""Renewing the bundled catalogue: history is kept, corrections are shown, a damaged source is refused."""

from __future__ import annotations

import copy
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from genai_prices import data
from genai_prices.types import (
    ClauseContains,
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    StartDateConstraint,
    Tier,
    TieredPrices,
    TimeOfDateConstraint,
)

from llmcost_xl.catalogue.bundled import FOLDER, bundled_book, forget
from llmcost_xl.catalogue.changes import CatalogueChanges, apply, plan_rebuild
from llmcost_xl.catalogue.names import Model, Provider
from llmcost_xl.catalogue.refresh import FETCHED, refresh
from llmcost_xl.catalogue.rows import COLUMNS, read_rows
from llmcost_xl.catalogue.snapshot import take_snapshot
from llmcost_xl.errors import NotAvailableError

FIRST, SECOND = dt.date(2026, 11, 21), dt.date(2026, 12, 24)
CHANGE = dt.date(2026, 12, 1)


@pytest.fixture
def source() -> list[Any]:
    """Two providers of genai-prices, to be changed at will."""
    return copy.deepcopy([provider for provider in data.providers if provider.id in ("openai", "cohere")])


@pytest.fixture
def folder(tmp_path: Path, source: list[Any]) -> Path:
    """A catalogue made from them."""
    for name, columns in {"prices": COLUMNS, "models": Model._fields, "providers": Provider._fields}.items():
        (tmp_path / f"{name}.csv").write_text(",".join(columns) + "\n")
    first = plan_rebuild(FIRST, source, tmp_path)
    assert len(first.new_models) == sum(len(provider.models) for provider in source)
    apply(first, tmp_path)
    return tmp_path


def model_of(source: list[Any], name: str) -> Any:
    return next(model for provider in source for model in provider.models if model.id == name)


def prices_in(folder: Path, name: str) -> dict[tuple[str, dt.date | None], float | None]:
    rows = [row for row in read_rows(folder / "prices.csv") if row.model == name and row.service_tier == "standard"]
    return {(row.component, row.from_date): row.price for row in rows}


def rebuilt(source: list[Any], folder: Path) -> CatalogueChanges:
    changes = plan_rebuild(SECOND, source, folder)
    apply(changes, folder)
    assert plan_rebuild(SECOND, source, folder).new_rows == ()
    return changes


def test_the_bundled_catalogue_is_what_the_installed_genai_prices_says() -> None:
    changes = plan_rebuild(FIRST)
    assert changes.is_empty
    assert not changes.warnings
    assert not changes.rejected
    about = json.loads((FOLDER / "catalogue.json").read_text())
    assert (about["source"], about["as_of"]) == (changes.source, bundled_book().as_of.isoformat())


def test_nothing_new_changes_nothing_but_the_date(source: list[Any], folder: Path) -> None:
    before = (folder / "prices.csv").read_bytes()
    assert rebuilt(source, folder).is_empty
    assert (folder / "prices.csv").read_bytes() == before
    assert json.loads((folder / "catalogue.json").read_text())["as_of"] == SECOND.isoformat()


def test_a_dated_change_is_appended_to_the_history(source: list[Any], folder: Path) -> None:
    model = model_of(source, "gpt-4o")
    new = ModelPrice(input_mtok=Decimal(2), output_mtok=Decimal(10))
    model.prices = [ConditionalPrice(prices=model.prices), ConditionalPrice(StartDateConstraint(CHANGE), prices=new)]
    changes = rebuilt(source, folder)
    assert not changes.corrections
    assert {(row.component, row.price) for row in changes.new_rows} == {
        ("input", 2), ("cache_read", None), ("web_search", None)
    }  # fmt: skip  # the output price stays; what the new block lacks ends
    history = prices_in(folder, "gpt-4o")
    assert (history["input", None], history["input", CHANGE], history["output", None]) == (2.5, 2, 10)
    assert {row.checked_on for row in read_rows(folder / "prices.csv")} == {FIRST, SECOND}


def test_an_old_price_stated_differently_is_a_correction(source: list[Any], folder: Path) -> None:
    model_of(source, "gpt-4o").prices.input_mtok = Decimal(3)
    changes = rebuilt(source, folder)
    assert [(one.old.price, one.new and one.new.price) for one in changes.corrections] == [(2.5, 3)]
    assert not changes.new_rows
    assert prices_in(folder, "gpt-4o")["input", None] == 3


def test_a_price_no_longer_stated_is_a_correction_too(source: list[Any], folder: Path) -> None:
    del model_of(source, "gpt-4o").prices.__dict__["cache_read_mtok"]
    changes = rebuilt(source, folder)
    assert [(one.old.component, one.new) for one in changes.corrections] == [("cache_read", None)]
    assert any("cache_read" in warning and "no longer stated" in warning for warning in changes.warnings)
    assert ("cache_read", None) not in prices_in(folder, "gpt-4o")


def test_a_model_that_vanishes_keeps_its_last_prices(source: list[Any], folder: Path) -> None:
    before = prices_in(folder, "command-r")
    del source[0].models[:]  # cohere stops being listed with any model
    [provider] = [source.pop(0)]
    assert provider.id == "cohere"
    changes = rebuilt(source, folder)
    assert {key.provider for key in changes.vanished_models} == {"cohere"}
    assert not changes.rejected
    assert before == prices_in(folder, "command-r") != {}
    assert any(provider.provider == "cohere" for provider in changes.providers)


# -- damaged sources -------------------------------------------------------------------------------------------


def refused(source: list[Any], folder: Path) -> str:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    changes = plan_rebuild(SECOND, source, folder)
    with pytest.raises(NotAvailableError, match="rejected"):
        apply(changes, folder)
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}
    return "; ".join(changes.rejected)


def test_an_empty_source_is_rejected(folder: Path) -> None:
    assert "no price at all" in refused([], folder)


def test_a_source_without_prices_is_rejected(source: list[Any], folder: Path) -> None:
    for provider in source:
        for model in provider.models:
            model.prices = ModelPrice()
    assert "have lost their prices" in refused(source, folder)  # those without service tiers


def test_a_source_that_lost_a_quarter_is_rejected(source: list[Any], folder: Path) -> None:
    for provider in source:
        provider.models = provider.models[len(provider.models) // 4 :]
    assert "models have lost their prices" in refused(source, folder)


@pytest.mark.parametrize("price", ["NaN", "Infinity", "-1", "2500000"])
def test_an_absurd_price_is_rejected(source: list[Any], folder: Path, price: str) -> None:
    model_of(source, "gpt-4o").prices.input_mtok = Decimal(price)
    assert "beyond belief, such as openai/gpt-4o input" in refused(source, folder)


@pytest.mark.parametrize(
    ("price", "words"), [("250", "costs 250 USD"), ("26", "from 2.5 to 26"), ("0.2", "from 2.5 to 0.2")]
)
def test_an_unlikely_price_is_shown(source: list[Any], folder: Path, price: str, words: str) -> None:
    model_of(source, "gpt-4o").prices.input_mtok = Decimal(price)
    changes = plan_rebuild(SECOND, source, folder)
    assert any(words in warning for warning in changes.warnings)
    assert not changes.rejected


def test_a_model_that_swallows_the_names_of_others_is_shown(source: list[Any], folder: Path) -> None:
    openai = source[1]
    impostor = ModelInfo("impostor", ClauseContains("gpt-4o"), prices=ModelPrice(input_mtok=Decimal("0.01")))
    openai.models.insert(0, impostor)
    warnings = plan_rebuild(SECOND, source, folder).warnings
    assert "openai/gpt-4o-2024-08-06 would mean openai/impostor instead of openai/gpt-4o" in warnings


# -- from blocks to rows ---------------------------------------------------------------------------------------


def snapshot_of(*blocks: ConditionalPrice) -> dict[tuple[Any, ...], float | None]:
    provider = copy.copy(data.providers[0])
    provider.models = [ModelInfo("m", ClauseEquals("m"), prices=list(blocks))]
    rows = take_snapshot(FIRST, [provider]).rows
    return {(row.service_tier, row.component, row.context_threshold, row.from_date): row.price for row in rows}


def test_blocks_become_rows_where_something_changes() -> None:
    day = StartDateConstraint(CHANGE)
    tiered = TieredPrices(Decimal(1), [Tier(100, Decimal(2)), Tier(200, Decimal("0.30000000000000004"))])
    rows = snapshot_of(
        ConditionalPrice(prices=ModelPrice(input_mtok=tiered, output_mtok=Decimal(5))),
        ConditionalPrice(day, prices=ModelPrice(input_mtok=Decimal(1), output_mtok=Decimal(6))),
    )
    assert rows == {
        ("standard", "input", 0, None): 1,
        ("standard", "input", 100, None): 2,
        ("standard", "input", 200, None): 0.3,
        ("standard", "input", 100, CHANGE): None,
        ("standard", "input", 200, CHANGE): None,
        ("standard", "output", 0, None): 5,
        ("standard", "output", 0, CHANGE): 6,
    }


def test_a_daily_window_of_another_kind_is_not_guessed_at() -> None:
    def window(start: int, end: int, price: int) -> ConditionalPrice:
        hours = TimeOfDateConstraint(dt.time(start, tzinfo=dt.UTC), dt.time(end, tzinfo=dt.UTC))
        return ConditionalPrice(hours, prices=ModelPrice(input_mtok=Decimal(price)))

    usual = ConditionalPrice(prices=ModelPrice(input_mtok=Decimal(2)))
    assert snapshot_of(usual, window(1, 4, 3))["off-peak", "input", 0, None] == 2
    with pytest.raises(NotAvailableError, match="cheaper than the rest of the day"):
        snapshot_of(usual, window(1, 4, 1))
    with pytest.raises(NotAvailableError, match="several daily windows"):
        snapshot_of(usual, window(1, 4, 3), window(5, 6, 4))


# -- renewing the prices of a running program ----------------------------------------------------------------------


def unreachable() -> list[Any]:
    raise ConnectionError("no route to host")


def test_a_refresh_takes_what_is_published(folder: Path, source: list[Any]) -> None:
    model_of(source, "gpt-4o").prices.input_mtok = Decimal("2.25")
    done = refresh(lambda: source, folder)
    assert (done.source, done.corrections, done.remarks) == (FETCHED, 1, ())
    assert prices_in(folder, "gpt-4o")["input", None] == 2.25
    assert json.loads((folder / "catalogue.json").read_text())["as_of"] == done.as_of.isoformat()


def test_offline_a_refresh_takes_the_installed_release_and_says_so(folder: Path) -> None:
    done = refresh(unreachable, folder)
    assert done.source.startswith("genai-prices ")
    assert "no route to host" in str(done)
    assert {row.provider for row in read_rows(folder / "prices.csv")} > {"openai", "cohere"}


def test_offline_prices_once_fetched_stay(folder: Path, source: list[Any]) -> None:
    model_of(source, "gpt-4o").prices.input_mtok = Decimal("2.25")
    refresh(lambda: source, folder)
    before = (folder / "prices.csv").read_bytes()
    done = refresh(unreachable, folder)
    assert "nothing was fetched" in str(done)
    assert (folder / "prices.csv").read_bytes() == before


def test_a_damaged_feed_leaves_the_catalogue_alone(folder: Path) -> None:
    before = (folder / "prices.csv").read_bytes()
    with pytest.raises(NotAvailableError, match="rejected"):
        refresh(list, folder)
    assert (folder / "prices.csv").read_bytes() == before


def test_a_disk_that_fills_up_leaves_the_catalogue_and_no_half_file(
    folder: Path, source: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_text = Path.write_text

    def full(path: Path, *arguments: Any, **options: Any) -> int:
        if path.name.startswith("providers"):
            raise OSError(28, "No space left on device")
        return write_text(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        refresh(lambda: source, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_prices_are_read_anew_after_forget() -> None:
    first = bundled_book()
    assert bundled_book() is first
    forget()
    assert bundled_book() is not first
