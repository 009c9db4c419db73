"""`llmcost-xl prices update`, `log`, `diff`, `pin` and `upcoming` as a user types them."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pricefeeds import CHEAPER, HEADER, priced

from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.bundled import default_book, forget

if TYPE_CHECKING:
    from commandline import Run

ROOT = Path(__file__).parent.parent
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


@pytest.mark.usefixtures("published")
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


@pytest.mark.usefixtures("published")
def test_what_is_held_back_for_good_can_be_forgotten(run: Run, feed: Path, place: Path) -> None:
    """Else a list that was given once, with prices in euros, would stop every later update with code 4."""
    euros = HEADER + "acme,ours,input,,1,EUR per 1M tokens\nacme,theirs,input,,1,EUR per 1M tokens\n"
    feed.write_text(euros)
    assert run("prices", "update", "--from", str(feed), "--yes")[0] == 4
    other = feed.with_name("other.csv")
    other.write_text(CHEAPER)
    assert run("prices", "update", "--from", str(other), "--yes")[0] == 4
    code, _, err = run("prices", "update", "--dismiss", "acme/ours")
    assert (code, "forgotten: acme/ours input standard" in err) == (0, True)
    (waiting,) = json.loads(run("prices", "update", "--quarantine", "--json")[1])
    assert waiting["price"].startswith("acme/theirs")
    code, _, err = run("prices", "update", "--dismiss", "acme/ours")
    assert (code, "--dismiss acme/ours: nothing is held back of it" in err) == (2, True)
    assert run("prices", "update", "--dismiss", "Theirs")[0] == 0
    assert run("prices", "update", "--from", str(other), "--yes")[0] == 0
    forget()
    log = json.loads(run("prices", "log", "--json")[1])
    assert [line["source"] for line in log] == [
        "feed.csv", "other.csv", "dismissed: acme/ours", "dismissed: theirs", "other.csv",
    ]  # fmt: skip
    assert {line["after"] for line in log[1:]} == {default_book().content_hash}
    assert store.newest_in(place)


@pytest.mark.parametrize("words", [("--quarantine", "--from", "x"), ("--dismiss", "x", "--accept", "y"),
                                   ("--quarantine", "--dismiss", "x")])  # fmt: skip
def test_lists_and_updates_are_not_mixed(run: Run, words: tuple[str, ...]) -> None:
    code, _, err = run("prices", "update", *words)
    assert (code, "--quarantine and --dismiss go with no other option" in err) == (2, True)


def test_the_log_stays_when_the_package_brings_newer_prices(
    run: Run, feed: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.write_text(DOUBTFUL)
    run("prices", "update", "--from", str(feed), "--yes")
    monkeypatch.delenv("LLMCOST_XL_CATALOGUE")
    monkeypatch.setattr(store, "_users_folder", lambda: place.parent)
    place.rename(place.parent / "llmcost-xl-prices")
    monkeypatch.setattr(store, "as_of", lambda folder: dt.date(2027, 1, 1 + (folder == store.PACKAGED)))
    assert store.in_force() == store.PACKAGED
    assert len(json.loads(run("prices", "log", "--json")[1])) == 1
    assert len(json.loads(run("prices", "update", "--quarantine", "--json")[1])) == 1


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
        ("feed.csv", "<!DOCTYPE html><title>Sign in</title>", 6, "feed.csv is a web page or XML, no table"),
        ("feed.json", "\n<html>", 6, "feed.json is a web page or XML, no table"),
        ("feed.csv", "PK\3\4", 6, "feed.csv is a workbook or a zip file; save the sheet as CSV UTF-8"),
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
    assert f"the prices of {default_book().as_of} stay as they are; --from installed takes" in err
    assert list(place.iterdir()) == []


def test_a_full_disk_leaves_the_old_prices_and_says_so(
    run: Run, feed: Path, place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rest = iter([None] * 3)  # files that still find a place

    def full(_: int) -> None:
        if next(rest, "none") == "none":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    package = tmp_path / "package"
    shutil.copytree(store.PACKAGED, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(store, "PACKAGED", package)
    before = {path: path.read_bytes() for path in package.iterdir() if path.is_file()}
    code, _, err = run("prices", "update", "--from", str(feed), "--yes", "--bundled")
    assert (code, "nothing was written to the package, the old prices stay" in err) == (5, True)
    assert {path: path.read_bytes() for path in package.iterdir() if path.is_file()} == before
    code, _, err = run("prices", "update", "--from", str(feed), "--yes")
    assert (code, f"No space left on device: nothing was written to {place}, the old prices stay" in err) == (5, True)
    assert store.newest_in(place) is None


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
