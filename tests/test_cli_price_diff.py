"""`llmcost-xl prices diff`, `pin` and `upcoming` as a user types them."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pricefeeds import CHEAPER, HEADER, priced

from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.bundled import company_book, default_book, forget
from llmcost_xl.catalogue.pin import as_price_file, pinned
from llmcost_xl.catalogue.table import read_file
from llmcost_xl.functions.prices import QUERY_COST

if TYPE_CHECKING:
    from commandline import Run

ROOT = Path(__file__).parent.parent


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.csv"
    path.write_text(CHEAPER)
    return path


# -- diff --------------------------------------------------------------------------------------------------------

USAGE = "model,queries,input_tokens,output_tokens,cached_tokens\n"


def test_a_difference_is_told_by_what_it_costs(run: Run, tmp_path: Path) -> None:
    usage = tmp_path / "usage.csv"
    usage.write_text(USAGE + "gpt-4o,100000,2000,300,500\ngemini-3.6-flash,1000000,500,200,\n")
    code, out, _ = run("prices", "diff", "2026-12-31", "2027-01-01", "--usage", str(usage), "--json")
    told = json.loads(out)
    assert code == 0
    # a million queries of 500 tokens at $0.75 and 200 at $3.75 per million; the price doubles
    assert [(one["model"], one["spend_before"], one["spend_after"], one["change"]) for one in told["spend"]] == [
        ("gemini-3.6-flash", 1125, 2250, 1125), ("gpt-4o", 737.5, 737.5, 0),
    ]  # fmt: skip
    assert told["total"]["change"] == 1125
    for one, cached in zip(told["spend"], (0, 500), strict=True):
        tokens = (500, 200) if one["model"] != "gpt-4o" else (2000, 300)
        for day, spend in (("2026-12-31", "spend_before"), ("2027-01-01", "spend_after")):
            cost = QUERY_COST(one["model"], *tokens, cached, None, None, None, day)
            assert one["queries"] * cost == pytest.approx(one[spend], rel=1e-12)


def plain_price(model: str, component: str, day: str, prompt: float) -> float:
    """By hand, from the lines of the catalogue's file: the last one begun, above the highest threshold passed."""
    with (store.PACKAGED / "prices.csv").open(encoding="utf-8") as file:
        lines = [line for line in csv.DictReader(file) if f"{line['provider']}/{line['model']}" == model]
    wanted = {"component": component, "service_tier": "standard"}
    begun = [line for line in lines if wanted.items() <= line.items() and line["from_date"] <= day]
    passed = {int(line["context_threshold"] or 0) for line in begun if prompt > int(line["context_threshold"] or -1)}
    level = [line for line in begun if int(line["context_threshold"] or 0) == max(passed)]
    return float(max(level, key=lambda line: line["from_date"])["price"])


def test_the_spend_is_what_the_lines_of_the_catalogue_give_by_hand(run: Run, tmp_path: Path) -> None:
    used = {
        "google/gemini-3.6-flash": (1_000_000, 500, 200, 100), "google/gemini-4-argon": (20_000, 3_000, 500, 0),
        "openai/gpt-4o": (50_000, 2_000, 300, 500), "google/gemini-2.5-pro": (7_000, 250_000, 1_000, 1_000),
        "deepseek/deepseek-chat": (100_000, 500, 100, 0),
    }  # fmt: skip
    usage = tmp_path / "usage.csv"
    usage.write_text(USAGE + "".join(f"{model},{','.join(map(str, line))}\n" for model, line in used.items()))
    told = json.loads(run("prices", "diff", "2026-11-25", "2027-01-02", "--usage", str(usage), "--json")[1])
    expected: list[tuple[str, float, float, float]] = []
    for model, (queries, prompt, answer, cached) in used.items():
        tokens = {"input": prompt - cached, "output": answer} | ({"cache_read": cached} if cached else {})
        old, new = (
            queries
            * sum(count * plain_price(model, component, day, prompt) for component, count in tokens.items())
            / 1e6
            for day in ("2026-11-25", "2027-01-02")
        )
        expected.append((model, old, new, new - old))
    expected.sort(key=lambda line: -abs(line[3]))
    assert [one["model"] for one in told["spend"]] == [line[0] for line in expected]
    for one, (_, old, new, change) in zip(told["spend"], expected, strict=True):
        assert (one["spend_before"], one["spend_after"], one["change"]) == pytest.approx((old, new, change), rel=1e-12)
    assert told["total"]["spend_after"] == pytest.approx(7412.5, rel=1e-12)


def test_usage_may_be_told_by_feature(run: Run, tmp_path: Path) -> None:
    usage = tmp_path / "usage.csv"
    usage.write_text(
        "feature;model;queries;input_tokens;output_tokens\nChat;gemini-3.6-flash;2000;500;200\n"
        "Search;gemini-3.6-flash;1000000;500;200\n"
    )
    told = json.loads(run("prices", "diff", "2026-12-31", "2027-01-01", "--usage", str(usage), "--json")[1])
    assert [(one["feature"], one["change"]) for one in told["spend"]] == [("Search", 1125), ("Chat", 2.25)]


def test_usage_of_a_model_without_a_price_is_told_and_not_free(run: Run, tmp_path: Path) -> None:
    usage = tmp_path / "usage.csv"
    usage.write_text(USAGE + "gpt-9,10,1,1,\ngpt-4o,10,1,1,\n")
    code, out, err = run("prices", "diff", "2026-12-31", "2027-01-01", "--usage", str(usage))
    assert code == 4
    assert "'gpt-9' is not in the price catalogue" in out
    assert "of 1 of 2 lines" in out
    assert "1 of 2 lines of usage have no price" in err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("model,queries\n", "the columns must be model, queries, input_tokens, output_tokens"),
        (USAGE + "gpt-4o,1.000.000,1,1,\n", "row 2: queries '1.000.000' is no plain number"),
        (USAGE + "gpt-4o,50.000,500,200,\n", "row 2: queries '50.000' could mean thousands; write 50.0000 or 50000"),
        (USAGE + "gpt-4o,5e300,1,1,\n", "row 2: queries 5e300 is more than 1,000,000,000,000,000"),
        (USAGE + "gpt-4o,1,5e8,1,\n", "input_tokens 5e8 is more than 20,000,000: these are tokens of one query"),
        (USAGE, "there is no line of usage below the header"),
        ("<html>", "is a web page or XML"),
        (USAGE + "gpt-4o,-1,1,1,\n", "row 2: queries '-1' is no plain number"),
        (USAGE + "gpt-4o,1,1,1,5\n", "row 2: cached_tokens 5 are part of input_tokens 1"),
        (USAGE + "gpt-4o,1,1\n", "row 2: 3 fields instead of 5"),
    ],
)
def test_a_usage_file_with_doubtful_numbers_is_refused(run: Run, tmp_path: Path, content: str, why: str) -> None:
    usage = tmp_path / "usage.csv"
    usage.write_text(content)
    code, _, err = run("prices", "diff", "2026-12-31", "2027-01-01", "--usage", str(usage))
    assert (code, why in err) == (3, True), err


def test_without_usage_the_largest_relative_change_comes_first(run: Run) -> None:
    told = json.loads(run("prices", "diff", "2025-01-01", "2026-11-21", "openai/", "--json")[1])
    sizes = [abs(one["change"]) for one in told if one["change"] is not None]
    assert len(sizes) > 10
    assert sizes == sorted(sizes, reverse=True)


def test_a_workbook_is_compared_in_the_prices_it_holds(run: Run) -> None:
    workbook = str(ROOT / "templates" / "roi.xlsx")
    code, out, err = run("prices", "diff", workbook, "2026-11-21")
    assert (code, out.count("\n")) == (0, 1)
    assert "no price is known to change" in err
    told = json.loads(run("prices", "diff", workbook, "2027-01-01", "--json")[1])
    assert {(one["model"], one["component"], one["before"], one["after"]) for one in told} == {
        ("google/gemini-3.7-flash", "input", 0.75, 1.5), ("google/gemini-3.7-flash", "output", 3.75, 7.5),
    }  # fmt: skip


def test_price_files_and_folders_of_catalogues_are_compared(run: Run, feed: Path, place: Path) -> None:
    told = json.loads(run("prices", "diff", "2026-11-25", str(feed), "--json")[1])
    assert [(one["model"], one["before"], one["after"]) for one in told] == [("openai/gpt-4o", 2.5, 2.4)]
    feed.write_text(HEADER + "openai,gpt-4o,input,,2.4,\nacme,ours,input,,1,\n")
    run("prices", "update", "--from", str(feed), "--yes")
    forget()
    newest = store.newest_in(place)
    told = json.loads(run("prices", "diff", str(store.PACKAGED), str(newest), "--json")[1])
    assert [(one["model"], one["before"], one["after"], one["remark"]) for one in told] == [
        ("openai/gpt-4o", 2.5, 2.4, ""), ("acme/ours", None, 1, "new"),
    ]  # fmt: skip
    back = json.loads(run("prices", "diff", str(newest), str(store.PACKAGED), "ours", "--json")[1])
    assert [one["remark"] for one in back] == ["discontinued"]


def test_prices_in_two_currencies_have_no_relative_change(run: Run, tmp_path: Path) -> None:
    for name, price in (("old", "1,USD per 1M tokens"), ("new", "0.9,EUR per 1M tokens")):
        lines = f"acme,ours,input,,{price}\nacme,free,input,,{0 if name == 'old' else 1},\n"
        (tmp_path / f"{name}.csv").write_text(HEADER + lines)
    files = [str(tmp_path / f"{name}.csv") for name in ("old", "new")]
    told = json.loads(run("prices", "diff", *files, "--json")[1])
    assert [(one["model"], one["before"], one["after"], one["change"], one["remark"]) for one in told] == [
        ("acme/free", 0, 1, None, "was free"), ("acme/ours", 1, 0.9, None, "in another currency"),
    ]  # fmt: skip


# -- pin and upcoming --------------------------------------------------------------------------------------------

PINNED = ["gpt-4o", "o3", "gemini-3.6-flash", "gemini-2.5-pro", "gpt-5.6-luna", "azure/gpt-4o", "claude-haiku-4-5"]
DAYS = [dt.date(2025, 6, 9), dt.date(2026, 8, 1), dt.date(2026, 11, 21), dt.date(2027, 1, 1), dt.date(2030, 1, 1)]


def cards(book: Any, factor: float = 1.0) -> dict[Any, Any]:
    found = {}
    for model in PINNED:
        for day in DAYS:
            for tier in ("standard", "batch"):
                try:
                    prices = book.card(model, day, tier).prices
                except Exception as refused:  # noqa: BLE001  # both books refuse in the same words
                    prices = str(refused)
                else:
                    prices = {
                        component: (at, tuple(float(f"{price * factor:.10g}") for price in amounts))
                        for component, (at, amounts) in prices.items()
                        if factor == 1 or component not in ("web_search", "request")
                    }
                found[model, day, tier] = prices
    return found


def test_a_pinned_file_gives_the_same_look_ups(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pinned.csv"
    code, _, err = run("prices", "pin", *PINNED, "-o", str(path))
    assert (code, "prices as of" in err) == (0, True)
    assert cards(company_book(path)) == cards(default_book())
    lines = list(csv.DictReader(path.open()))
    assert all(f"pinned from catalogue {default_book().content_hash[:12]}" in line["source"] for line in lines)
    mine = [line for line in lines if (line["model"], line["service_tier"]) == ("gemini-3.6-flash", "standard")]
    assert {line["from_date"] for line in mine} == {"", "2027-01-01"}


def test_exchange_rates_are_pinned_with_the_prices(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = "provider,model,component,from_date,price,unit\nacme,ours,input,,0.40,EUR per 1M tokens\n"
    rates = "fx,EUR,rate,2026-11-01,0.86,EUR per USD\nfx,EUR,rate,2027-02-01,0.90,EUR per USD\n"
    (tmp_path / "own.csv").write_text(own + rates)
    monkeypatch.setenv("LLMCOST_XL_PRICES", str(tmp_path / "own.csv"))
    forget()
    pinned_file = tmp_path / "pinned.csv"
    assert run("prices", "pin", "acme/ours", "-o", str(pinned_file))[0] == 0
    for day, dollars in (("2026-11-21", 0.4 / 0.86), ("2027-02-01", 0.4 / 0.9)):
        book = company_book(pinned_file)
        assert book.at("acme/ours", dt.date.fromisoformat(day)).price("input") == pytest.approx(dollars, rel=1e-12)
    monkeypatch.undo()
    forget()


def test_a_pinned_price_is_never_asked_about_as_a_thousand(feed: Path, tmp_path: Path) -> None:
    feed.write_text(HEADER + "acme,ours,input,,1.8750,\n")
    book = company_book(feed)
    (row,) = pinned(book, ["acme/ours"], book.as_of)
    again = tmp_path / "pinned.csv"
    again.write_text(as_price_file([row], book.content_hash))
    assert [one.price for one in read_file(again)] == [1.875]


def test_pinned_prices_stay_whatever_an_update_brings(run: Run, feed: Path, tmp_path: Path, place: Path) -> None:
    run("prices", "pin", "gpt-4o", "-o", str(tmp_path / "pinned.csv"))
    run("prices", "update", "--from", str(feed), "--yes")
    assert store.newest_in(place)
    assert priced("gpt-4o", DAYS[-1]) == 2.4
    assert company_book(tmp_path / "pinned.csv").at("gpt-4o", DAYS[-1]).price("input") == 2.5


def test_a_discount_is_taken_off_every_pinned_price_of_tokens(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pinned.csv"
    assert run("prices", "pin", "gpt-4o", "o3", "--discount", "10%", "-o", str(path))[0] == 0
    own, listed = (book.card("gpt-4o", DAYS[2]).prices for book in (company_book(path), default_book()))
    assert {name: prices[1][0] for name, prices in own.items()} == {
        name: prices[1][0] if name == "web_search" else pytest.approx(prices[1][0] * 0.9)
        for name, prices in listed.items()
    }


@pytest.mark.parametrize("words", [("--discount", "110%"), ("--discount", "-1"), ("--discount", "ten")])
def test_a_discount_that_is_none_is_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run("prices", "pin", "gpt-4o", *words)[0] == 2


def test_a_price_file_that_is_there_is_not_replaced(run: Run, feed: Path) -> None:
    assert run("prices", "pin", "gpt-4o", "-o", str(feed))[0] == 5
    assert feed.read_text() == CHEAPER
    assert run("prices", "pin", "gpt-4o", "-o", str(feed), "--force")[0] == 0


@pytest.mark.parametrize(
    ("place", "why"), [("", "is a folder"), ("absent/x.csv", "x.csv cannot be written: No such file")]
)
def test_a_price_file_that_cannot_be_written_is_told(run: Run, tmp_path: Path, place: str, why: str) -> None:
    code, _, err = run("prices", "pin", "gpt-4o", "-o", str(tmp_path / place), "--force")
    assert (code, why in err, list(tmp_path.iterdir())) == (5, True, [])


def test_announced_prices_are_listed_with_the_month_they_start(run: Run) -> None:
    told = json.loads(run("prices", "upcoming", "gemini-3.6-flash", "--json")[1])
    assert [(one["component"], one["before"], one["after"], one["change"], one["month"]) for one in told][:2] == [
        ("input", 0.75, 1.5, 1, "2027-01"), ("output", 3.75, 7.5, 1, "2027-01"),
    ]  # fmt: skip
    assert "no price is known to change" in run("prices", "upcoming", "gemini-3.6-flash", "--months", "1")[2]
