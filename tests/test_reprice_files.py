"""`llmcost-xl reprice`: one file or a drive full of them, with a backup each, and every refusal in one line."""

from __future__ import annotations

import io
import json
import shutil
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from corpus import Case, workbooks
from repricing import AUTUMN, LONG, NEW_YEAR, WIDE, cells, prices_of, workbook
from test_reprice import SUMMER, made

from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice import Move, applied, planned
from llmcost_xl.reprice.files import found
from llmcost_xl.reprice.units import read_unit

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Run

GEMINI = ("gemini-3.7-flash", 0.75, 3.75)
JANUARY = ("--as-of", "2027-01-01")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook of somebody."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook(WIDE, GEMINI, ("gpt-4o", 2.4, 10), formulas={"A1": "=Rates!B2*100"}).content)
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_dry_run_shows_the_plan_and_writes_nothing(run: Run, book: Path) -> None:
    before = book.read_bytes()
    code, out, _ = run("reprice", str(book), *JANUARY, "--dry-run")
    assert code == 0
    assert "changed\tRates!B2\tgoogle/gemini-3.7-flash\tinput\t0.75\t1.5\t2027-01-01" in out
    assert "left alone\tRates!B3\topenai/gpt-4o\tinput\t2.4\t2.5" in out
    assert out.splitlines()[-1].endswith("2 changed, 1 already so, 1 left alone; would be repriced")
    assert (book.read_bytes(), names(book.parent)) == (before, {"plan.xlsx"})


def test_prices_that_leap_are_named(run: Run, book: Path, tmp_path: Path) -> None:
    prices = tmp_path / "own.csv"
    prices.write_text("provider,model,component,price\ngoogle,gemini-3.7-flash,input,0.00075\n", "utf-8")
    _, _, told = run("reprice", str(book), "--prices", str(prices), "--dry-run")
    assert "prices that change by more than a factor of 10, 1 in all: first Rates!B2" in told
    assert "google/gemini-3.7-flash input, from 0.75 to 0.00075; are both in the same unit?" in told
    assert "factor" not in run("reprice", str(book), *JANUARY, "--dry-run")[2]


def test_repriced_in_place_with_a_backup_and_undone(run: Run, book: Path) -> None:
    before = book.read_bytes()
    assert run("reprice", str(book), *JANUARY)[0] == 0
    assert cells(book.read_bytes())["B2"] == 1.5
    assert (book.parent / "plan.bak.xlsx").read_bytes() == before
    assert "nothing to do" in run("reprice", str(book), *JANUARY)[1]
    assert "plan.bak-2.xlsx" not in names(book.parent), "the second run wrote nothing"
    assert run("reprice", str(book), "--undo")[0] == 0
    assert (book.read_bytes(), names(book.parent)) == (before, {"plan.xlsx"})


def test_several_runs_are_undone_one_by_one(run: Run, book: Path) -> None:
    states = [book.read_bytes()]
    for change in ("*=-50%", "*=-75%"):
        assert run("reprice", str(book), "--change", change, "--force-overwritten")[0] == 0
        states.append(book.read_bytes())
    for state in (states[1], states[0]):
        assert run("reprice", str(book), "--undo")[0] == 0
        assert book.read_bytes() == state
    code, _, err = run("reprice", str(book), "--undo")
    assert (code, "no backup" in err) == (5, True)


def test_what_was_edited_since_is_not_undone_unseen(run: Run, book: Path) -> None:
    before = book.read_bytes()
    run("reprice", str(book), *JANUARY)
    edited = BookFile.read(book).changed({"Rates": {"A9": "a note"}}).content
    book.write_bytes(edited)
    code, _, err = run("reprice", str(book), "--undo")
    assert (code, "was changed since" in err, book.read_bytes() == edited) == (5, True, True)
    assert run("reprice", str(book), "--undo", "--force")[0] == 0
    assert book.read_bytes() == before
    assert edited in [path.read_bytes() for path in book.parent.glob("plan.bak*.xlsx")], "the edits are kept"


def test_to_another_file_the_workbook_stays(run: Run, book: Path) -> None:
    before, out = book.read_bytes(), book.with_name("new.xlsx")
    assert run("reprice", str(book), *JANUARY, "-o", str(out))[0] == 0
    assert cells(out.read_bytes())["B2"] == 1.5
    assert (book.read_bytes(), names(book.parent)) == (before, {"plan.xlsx", "new.xlsx"})
    assert run("reprice", str(book), *JANUARY, "-o", str(out))[0] == 5, "it exists already"
    assert run("reprice", str(book), *JANUARY, "-o", str(out), "--force")[0] == 0


def test_json_has_every_price(run: Run, book: Path) -> None:
    code, out, _ = run("reprice", str(book), *JANUARY, "--dry-run", "--json")
    answer = json.loads(out)
    assert (code, answer["day"], answer["files"][0]["counts"]["changed"]) == (0, "2027-01-01", 2)
    assert {price["kind"] for price in answer["files"][0]["prices"]} == {"changed", "already so", "left alone"}


def test_a_companys_own_prices(run: Run, book: Path) -> None:
    own = book.with_name("own.csv")
    own.write_text("provider,model,component,price\ngoogle,gemini-3.7-flash,input,0.5\n", encoding="utf-8")
    assert run("reprice", str(book), "--prices", str(own))[0] == 0
    assert (cells(book.read_bytes())["B2"], cells(book.read_bytes())["C2"]) == (0.5, 3.75)


REFUSED: list[tuple[list[str], int, str]] = [
    (["--as-of", "2027-01-01", "--change", "*=-5%"], 2, "--as-of and --change say different things"),
    (["--prices", "a.csv", "--as-of", "2027-01-01"], 2, "--as-of and --prices say different things"),
    (["--as-of", "1.1.2027"], 2, "must be a day"),
    (["--as-of", "1999-01-01"], 2, "must be a day from 2020-06-11"),
    (["--from", "2027-01-01"], 2, "--from goes with --change"),
    (["--change", "openai/*=-5"], 2, "is written like"),
    (["--change", "opnai/*=-5%"], 2, "no model is called"),
    (["--prices", "missing.csv"], 5, "missing.csv"),
    (["--unit", "dollars"], 2, "must name currency and amount"),
    (["--glob", "*.xlsx"], 2, "--glob goes with a folder"),
    (["--undo", "--as-of", "2027-01-01"], 2, "takes no --as-of"),
    (["--undo"], 5, "there is no backup"),
]


@pytest.mark.parametrize(("options", "code", "message"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_cannot_be_meant_is_one_line(run: Run, book: Path, options: list[str], code: int, message: str) -> None:
    before = book.read_bytes()
    got, _, err = run("reprice", str(book), *options)
    assert (got, message in err, len(err.splitlines())) == (code, True, 1), err
    assert (book.read_bytes(), names(book.parent)) == (before, {"plan.xlsx"})


def test_files_that_are_no_workbooks(run: Run, tmp_path: Path) -> None:
    fake, empty, plain = (tmp_path / name for name in ("fake.xlsx", "empty.xlsx", "plain.xlsx"))
    fake.write_bytes(b"PK\x03\x04 this is none")
    empty.write_bytes(b"")
    plain.write_bytes(workbook(("Model", "Cost"), ("gpt-4o", 3)).content)
    assert run("reprice", str(fake))[0] == 3
    assert run("reprice", str(empty))[0] == 3
    assert run("reprice", str(tmp_path / "missing.xlsx"))[0] == 5
    code, out, _ = run("reprice", str(plain))
    assert (code, "no price table was found" in out) == (4, True)


def test_a_workbook_that_is_open_is_not_written(run: Run, book: Path) -> None:
    book.with_name("~$plan.xlsx").write_bytes(b"")
    before = book.read_bytes()
    code, _, err = run("reprice", str(book), *JANUARY)
    assert (code, "open in a spreadsheet program" in err, book.read_bytes() == before) == (5, True, True)


def test_prices_that_need_somebody_are_exit_code_4(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook(LONG, ("our-llama", "input", 1.0), ("gemini-3.7-flash", "input", 0.75)).content)
    code, out, _ = run("reprice", str(path), *JANUARY)
    assert code == 4
    assert "unknown\tRates!C2" in out
    assert cells(path.read_bytes())["C3"] == 1.5, "the others are repriced all the same"


def signed(content: bytes) -> bytes:
    """The workbook with the parts of a signature; whether it is valid does not matter."""
    changed = io.BytesIO(content)
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    return changed.getvalue()


def test_a_signature_is_broken_only_on_request(run: Run, book: Path) -> None:
    book.write_bytes(signed(book.read_bytes()))
    before = book.read_bytes()
    code, _, err = run("reprice", str(book), *JANUARY)
    assert (code, "--break-signature" in err, book.read_bytes() == before) == (3, True, True)
    assert run("reprice", str(book), *JANUARY, "--break-signature")[0] == 0


# -- many files ------------------------------------------------------------------------------------------------------


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """A folder of workbooks, with what else lies about in one."""
    folder = tmp_path / "drive"
    content = workbook(WIDE, GEMINI).content
    for name in ("a.xlsx", "team/b.xlsx", "team/c.xlsm", "a.bak.xlsx", "a.bak-2.xlsx", "~$a.xlsx", ".hidden.xlsx",
                 ".git/d.xlsx", "notes.txt"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "~$a.xlsx").unlink()
    (folder / "team" / "broken.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "team" / "empty.xlsx").write_bytes(workbook(("nothing",)).content)
    return folder


def test_a_folder_is_searched_for_workbooks_only(drive: Path) -> None:
    names = [path.relative_to(drive).as_posix() for path, _ in found([drive])]
    assert names == ["a.xlsx", "team/b.xlsx", "team/broken.xlsx", "team/c.xlsm", "team/empty.xlsx"]
    assert [path.name for path, _ in found([drive], ["team/b*.xlsx"])] == ["b.xlsx", "broken.xlsx"]


def test_a_folder_is_repriced_whatever_is_wrong_with_one_file(run: Run, drive: Path) -> None:
    code, out, err = run("reprice", str(drive), *JANUARY, "--yes")
    assert code == 3, "the worst"
    lines = {line.split("\t")[0].rpartition("/")[2]: line.split("\t")[1:] for line in out.splitlines()[1:]}
    assert {name: (line[0], line[-1]) for name, line in lines.items()} == {
        "a.xlsx": ("2", "repriced"),
        "b.xlsx": ("2", "repriced"),
        "c.xlsm": ("2", "repriced"),
        "broken.xlsx": ("", "refused"),
        "empty.xlsx": ("0", "no price table"),
    }
    assert "broken.xlsx" in err
    assert "5 workbooks in" in err
    assert cells((drive / "team/b.xlsx").read_bytes())["B2"] == 1.5


def test_a_folder_is_not_changed_unasked(run: Run, drive: Path) -> None:
    before = {path: path.read_bytes() for path in drive.rglob("*") if path.is_file()}
    code, _, err = run("reprice", str(drive), *JANUARY)
    assert (code, "--dry-run" in err, "--yes" in err) == (2, True, True)
    assert run("reprice", str(drive), *JANUARY, "--dry-run")[0] == 3
    assert {path: path.read_bytes() for path in drive.rglob("*") if path.is_file()} == before


def test_a_folder_is_written_to_another_and_undone(run: Run, drive: Path, tmp_path: Path) -> None:
    (drive / "team" / "broken.xlsx").unlink()
    other = tmp_path / "other"
    assert run("reprice", str(drive), *JANUARY, "--yes", "-o", str(other))[0] == 0
    assert cells((other / "team" / "b.xlsx").read_bytes())["B2"] == 1.5
    assert cells((drive / "team" / "b.xlsx").read_bytes())["B2"] == 0.75
    run("reprice", str(drive), *JANUARY, "--yes", "--glob", "team/*.xls*")
    assert run("reprice", str(drive), "--undo", "--glob", "team/[bc].*")[0] == 0
    assert cells((drive / "team" / "b.xlsx").read_bytes())["B2"] == 0.75


def test_a_read_only_file_is_left_and_the_next_one_done(run: Run, drive: Path) -> None:
    (drive / "a.xlsx").chmod(0o444)
    assert run("reprice", str(drive), *JANUARY, "--yes")[0] == 5


# -- the corpus ------------------------------------------------------------------------------------------------------

CASES = {case.name: case for case in workbooks() if not case.own}
TARGET = prices_of(AUTUMN, moves=(Move.read("*=-50%"),))
HOW: dict[str, Any] = {"unit": read_unit("USD per 1M tokens"), "forced": True, "replaced": True}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    found = CASES[request.param]
    if found.writer == "LibreOffice":
        request.getfixturevalue("libreoffice")  # skips where there is none
    return found


def test_every_workbook_of_the_corpus_is_repriced_once(case: Case) -> None:
    book = BookFile.read(case.content)
    plan = planned(book, TARGET, **HOW)
    assert plan.count("changed") == 6, [row for row in plan.rows if row.kind != "changed"]
    assert [row.new for row in plan.rows if row.kind == "changed"] == [1.25, 5, 0.075, 0.3, 1.5, 7.5]
    content = applied(book, plan).content
    again = planned(BookFile.read(content), TARGET, **HOW)
    assert (again.changes_anything, again.count("already so")) == (False, 6)


def test_the_macros_stay_as_they_are(run: Run, tmp_path: Path) -> None:
    case = next(case for case in CASES.values() if case.suffix == ".xlsm")
    path = tmp_path / "plan.xlsm"
    path.write_bytes(case.content)
    words = ("--change", "*=-50%", "--unit", "USD per 1M tokens", "--in-place", "--force-overwritten")
    assert run("reprice", str(path), *words)[0] == 0
    before, after = zipfile.ZipFile(io.BytesIO(case.content)), zipfile.ZipFile(path)
    macros = [name for name in before.namelist() if "vba" in name.lower()]
    assert macros
    assert all(before.read(name) == after.read(name) for name in macros)


# -- large ones ------------------------------------------------------------------------------------------------------


def test_a_table_of_ten_thousand_rows_takes_seconds() -> None:
    rows = [("gemini-3.7-flash", 0.75, 3.75), ("gpt-4o", 2.5, 10), ("gpt-5.6-luna", 0.2, 1.2)] * 3_334
    book = workbook(WIDE, *rows)
    started = time.process_time()
    plan = planned(book, prices_of(NEW_YEAR))
    content = applied(book, plan).content
    assert time.process_time() - started < 20  # about 2 s on a machine of its own
    assert plan.count("changed") == 2 * 3_334
    assert not planned(BookFile.read(content), prices_of(NEW_YEAR)).changes_anything


def test_our_own_workbook_by_the_command(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "llm-budget.xlsx"
    path.write_bytes(made("llm-budget", known_until=SUMMER))
    shutil.copy(path, tmp_path / "before.xlsx")
    code, out, _ = run("reprice", str(path))
    assert code == 0
    assert "appended" in out
    assert "formulas follow; the file before is llm-budget.bak.xlsx" in out
    assert run("reprice", str(path), "--undo")[0] == 0
    assert path.read_bytes() == (tmp_path / "before.xlsx").read_bytes()
