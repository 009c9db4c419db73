"""`llmcost-xl prices update`, `log`, `diff`, `pin` and `upcoming` as a user types them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pricefeeds import priced

from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.bundled import company_book, default_book, forget
from llmcost_xl.catalogue.pin import as_price_file, pinned
from llmcost_xl.catalogue.table import read_file
from llmcost_xl.functions.prices import QUERY_COST

if TYPE_CHECKING:
    from commandline import Run

ROOT = Path(__file__).parent.parent
HEADER = "provider,model,component,from_date,price,unit\n"
CHEAPER = HEADER + "openai,gpt-4o,input,2026-11-22,2.4,\n"
DOUBTFUL = CHEAPER + "openai,o3,input,2026-11-22,0.002,\n"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.csv"
    path.write_text(CHEAPER)
    return path


# -- update ------------------------------------------------------------------------------------------------------


def test_an_update_shows_asks_and_writes(run: Run, feed: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    code, out, err = run("prices", "update", "--from", str(feed), "--dry-run")
    assert (code, out.splitlines()[1]) == (0, "new price\topenai/gpt-4o input standard from 2026-11-22\t\t2.4")
    assert "feed.csv: 1 new price; held back: 0" in err
    code, _, err = run("prices", "update", "--from", str(feed))
    assert code == 2
    assert "nothing was written; --yes" in err
    assert list(place.iterdir()) == []
    assert run("prices", "update", "--from", str(feed), "--yes")[0] == 0
    assert priced("gpt-4o", dt.date(2026, 11, 22)) == 2.4
    assert json.loads(run("prices", "info", "--json")[1])["sources"] == "feed.csv"


def test_what_is_doubtful_is_held_back_listed_and_accepted_by_name(run: Run, feed: Path, place: Path) -> None:
    feed.write_text(DOUBTFUL)
    code, out, err = run("prices", "update", "--from", str(feed), "--yes", "--json")
    told = json.loads(out)
    assert (code, told["written"], len(told["changes"]), len(told["held_back"])) == (4, True, 1, 1)
    assert "from 2 to 0.002 USD per 1M tokens, a factor of 1,000: is it per 1k tokens" in err
    assert "if it is so: --accept openai/o3" in err
    (waiting,) = json.loads(run("prices", "update", "--quarantine", "--json")[1])
    assert (waiting["price"], waiting["price_so_far"], waiting["stated"]) == (
        "openai/o3 input standard from 2026-11-22", "2", "0.002",
    )  # fmt: skip
    assert run("prices", "update", "--from", str(feed), "--yes", "--accept", "openai/o3")[0] == 0
    assert priced("o3", dt.date(2026, 11, 22)) == 0.002
    assert "no price is held back" in run("prices", "update", "--quarantine")[2]
    assert store.newest_in(place)


def test_a_name_to_accept_that_is_not_held_back_is_told(run: Run, feed: Path, place: Path) -> None:
    code, _, err = run("prices", "update", "--from", str(feed), "--yes", "--accept", "gpt-4oo")
    assert code == 2
    assert "--accept gpt-4oo" in err
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "code", "why"),
    [
        ("feed.csv", HEADER + 'openai,gpt-4o,input,,"1,5",\n', 3, "price '1,5' is no plain number"),
        ("feed.csv", HEADER.replace(",", ";") + "openai;gpt-4o;input;;1.250;\n", 3, "could mean thousands"),
        ("feed.csv", HEADER + "openai,gpt-4o,input,11/12/2026,1,\n", 3, "'11/12/2026' is no date"),
        ("feed.csv", HEADER + "openai,*,discount,,0.1,\n", 3, "a discount is a company's own affair"),
        ("feed.csv", HEADER + "openai,gpt-4o,input,,1.250,\n", 3, "'1.250' could mean thousands; write 1.2500 or 1250"),
        ("feed.csv", HEADER.replace(",", "\t") + "openai\tgpt-4o\tinput\t\t1.250\t\n", 3, "could mean thousands"),
        ("feed.csv", HEADER + "openai,gpt-4o,input,,١٢,\n", 3, "'١٢' is no plain number"),
        ("feed.csv", HEADER.replace("\n", ",\n") + "openai,gpt-4o,input,,2,,\n", 3, "column 7 has no name; is a comma"),
        ("feed.csv", HEADER + "openai,gpt-4o,input,,2,,\n", 3, "7 fields instead of 6"),
        ("feed.csv", HEADER + "openai,gpt\x1b[2J,input,,2,\n", 3, "is no name: 1 to 200 printable characters"),
        ("feed.csv", HEADER + f"openai,{'x' * 201},input,,2,\n", 3, "is no name: 1 to 200 printable characters"),
        ("feed.csv", HEADER + "openai,=1+1,input,,2,\n", 3, "model '=1+1' is no name"),
        ("feed.csv", HEADER + f"openai,{'x' * 32_768},input,,2,\n", 3, "row 2 has a field of more than 32,767 char"),
        ("feed.csv", HEADER + 'openai,gpt-4o,input,,"2,\n', 3, "row 2 is not CSV: unexpected end of data"),
        ("feed.csv", HEADER + "a,b,input,,1,\n" * 1_048_576, 3, "has more than 1,048,576 lines; split it"),
        ("feed.csv", "<!DOCTYPE html><title>Sign in</title>", 6, "feed.csv is a web page or XML, no table of prices"),
        ("feed.json", "\n<html>", 6, "feed.json is a web page or XML, no table of prices"),
        ("feed.csv", "PK\3\4", 6, "feed.csv is a workbook or a zip file; save the sheet of prices as CSV UTF-8"),
        ("feed.csv", "", 6, "feed.csv is empty"),
        ("feed.json", '[{"id": "acme", "na', 6, "damaged or cut short"),
        ("feed.json", "[]", 6, "it states no price at all"),
    ],
)  # fmt: skip
def test_a_bad_feed_is_refused_and_the_old_prices_stay(
    run: Run, place: Path, tmp_path: Path, name: str, content: str, code: int, why: str
) -> None:
    (tmp_path / name).write_text(content)
    found, _, err = run("prices", "update", "--from", str(tmp_path / name), "--yes")
    assert found == code
    assert why in err
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("encoding", "code", "why"),
    [
        ("utf-8-sig", 0, "1 new price; held back: 0"),
        ("utf-16", 6, "feed.csv is in UTF-16; save it as CSV UTF-8"),
        ("utf-16-le", 6, "feed.csv is in UTF-16, or no text at all"),
        ("cp1252", 3, "feed.csv: is not UTF-8 text (line 2); save it as CSV UTF-8"),
    ],
)
def test_a_feed_in_another_encoding_is_not_guessed_at(
    run: Run, place: Path, tmp_path: Path, encoding: str, code: int, why: str
) -> None:
    content = "provider,model,component,from_date,price,source\r\nopenai,gpt-4o,input,2026-11-22,2.4,Café\r\n"
    (tmp_path / "feed.csv").write_text(content, encoding=encoding, newline="")
    found, _, err = run("prices", "update", "--from", str(tmp_path / "feed.csv"), "--yes")
    assert (found, why in err, store.newest_in(place) is None) == (code, True, code > 0), err


@pytest.mark.usefixtures("place")
def test_a_price_that_may_be_of_thousands_is_read_where_another_shows_the_decimal_point(run: Run, feed: Path) -> None:
    feed.write_text(HEADER + "openai,gpt-4o,input,2026-11-22,1.250,\nopenai,gpt-4o,output,2026-11-22,5.5,\n")
    assert run("prices", "update", "--from", str(feed), "--yes")[0] == 0
    assert priced("gpt-4o", dt.date(2026, 11, 22)) == 1.25


def test_names_that_look_like_numbers_or_nothing_are_names(run: Run, feed: Path, place: Path) -> None:
    feed.write_text(HEADER + "acme,NA,input,,1,\nacme,007,input,,2,\nacme,1e3,input,,3,\nacme,TRUE,input,,4,\n")
    assert run("prices", "update", "--from", str(feed), "--yes")[0] == 0
    assert [priced(f"acme/{name}") for name in ("NA", "007", "1e3", "TRUE")] == [1, 2, 3, 4]
    assert store.newest_in(place)


def test_a_feed_that_is_not_there_is_a_matter_of_files(run: Run, place: Path) -> None:
    code, _, err = run("prices", "update", "--from", str(place / "absent.csv"), "--yes")
    assert (code, "absent.csv: cannot be read: No such file" in err) == (5, True)


def test_offline_an_update_says_so_and_leaves_everything(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    code, _, err = run("prices", "update", "--yes")
    assert code == 6
    assert "cannot be reached" in err
    assert f"the prices of {default_book().as_of} stay as they are" in err
    assert list(place.iterdir()) == []


def test_where_the_packages_prices_alone_count_an_update_is_refused(run: Run, feed: Path) -> None:
    code, _, err = run("prices", "update", "--from", str(feed), "--yes")
    assert (code, "LLMCOST_XL_CATALOGUE is 'bundled'" in err) == (5, True)


def test_the_log_tells_when_from_where_and_the_hashes(run: Run, feed: Path, place: Path) -> None:
    assert "no update yet" in run("prices", "log")[2]
    before = default_book().content_hash
    run("prices", "update", "--from", str(feed), "--yes")
    forget()
    (line,) = json.loads(run("prices", "log", "--json")[1])
    assert (line["source"], line["before"], line["after"], line["new_prices"]) == (
        "feed.csv", before, default_book().content_hash, "1",
    )  # fmt: skip
    feed.write_text(CHEAPER.replace("2.4", "2.3"))
    run("prices", "update", "--from", str(feed), "--yes")
    (old,) = json.loads(run("prices", "log", "--corrections", "--json")[1])
    assert (old["model"], old["price"], old["replaced_by"]) == ("gpt-4o", "2.4", "2.3")
    assert store.newest_in(place)


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


def test_announced_prices_are_listed_with_the_month_they_start(run: Run) -> None:
    told = json.loads(run("prices", "upcoming", "gemini-3.6-flash", "--json")[1])
    assert [(one["component"], one["before"], one["after"], one["change"], one["month"]) for one in told][:2] == [
        ("input", 0.75, 1.5, 1, "2027-01"), ("output", 3.75, 7.5, 1, "2027-01"),
    ]  # fmt: skip
    assert "no price is known to change" in run("prices", "upcoming", "gemini-3.6-flash", "--months", "1")[2]


def test_a_package_that_cannot_be_written_is_updated_all_the_same(
    run: Run, feed: Path, place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The updates lie elsewhere: nothing in the package's own folder is touched."""
    package = tmp_path / "package"
    shutil.copytree(store.PACKAGED, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(store, "PACKAGED", package)
    before = {path: path.stat().st_mtime_ns for path in package.rglob("*")}
    assert run("prices", "update", "--from", str(feed), "--yes")[0] == 0
    assert {path: path.stat().st_mtime_ns for path in package.rglob("*")} == before
    assert run("prices", "update", "--from", str(feed), "--yes", "--bundled")[0] == 0
    assert "openai,gpt-4o,input,2026-11-22,,standard,2.4" in (package / "prices.csv").read_text()
    assert store.newest_in(place)
