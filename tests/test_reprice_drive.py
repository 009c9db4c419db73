"""`llmcost-xl reprice` over a drive as it is: links, odd names, folders that nobody may read, colliding runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from repricing import WIDE, cells, workbook

from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice import files

if TYPE_CHECKING:
    from commandline import Run

JANUARY = ("--as-of", "2027-01-01")
CONTENT = workbook(WIDE, ("gemini-3.7-flash", 0.75, 3.75)).content


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    return filled(tmp_path / "drive", "a.xlsx", "team/b.xlsx")


def filled(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(CONTENT)
    return folder


def there(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path, _ in files.found([folder])]


def is_repriced(path: Path) -> bool:
    return bool(cells(path.read_bytes())["B2"] == 1.5)


def test_endings_in_capitals_are_endings(run: Run, tmp_path: Path) -> None:
    drive = filled(tmp_path, "OLD.XLSX", "Macro.XlsM")
    assert there(drive) == ["Macro.XlsM", "OLD.XLSX"]
    assert run("reprice", str(drive), *JANUARY, "--yes")[0] == 0
    assert is_repriced(drive / "OLD.XLSX")
    assert there(drive) == ["Macro.XlsM", "OLD.XLSX"], "the backups are none"
    assert run("reprice", str(drive), "--undo")[0] == 0
    assert (drive / "OLD.XLSX").read_bytes() == CONTENT


def test_a_file_with_several_links_comes_once_and_loops_end(run: Run, drive: Path) -> None:
    (drive / "z-link.xlsx").symlink_to("a.xlsx")
    (drive / "dangling.xlsx").symlink_to("nowhere.xlsx")
    (drive / "team" / "loop").symlink_to("..")
    assert there(drive) == ["a.xlsx", "team/b.xlsx"]
    for change in ("*=-50%", "*=-75%"):
        run("reprice", str(drive), "--change", change, "--force-overwritten", "--yes")
    assert run("reprice", str(drive), "--undo")[0] == 0
    assert (drive / "a.bak.xlsx").exists(), "one of two steps is taken back, not both"


def test_another_name_of_the_same_file_keeps_what_was_there(run: Run, drive: Path) -> None:
    (drive / "b.xlsx").hardlink_to(drive / "a.xlsx")
    code, _, err = run("reprice", str(drive / "a.xlsx"), *JANUARY)
    assert (code, "hard links" in err) == (0, True)
    assert is_repriced(drive / "a.xlsx")
    assert (drive / "b.xlsx").read_bytes() == CONTENT


@pytest.mark.parametrize("name", [b"caf\xe9.xlsx", b"a\nb.xlsx", b"[bold]x.xlsx", b"a*[1].xlsx", b"-o.xlsx"])
def test_names_that_are_no_text_or_look_like_something_else(run: Run, tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))  # noqa: PTH118  # names in bytes
    path.write_bytes(CONTENT)
    assert run("reprice", str(tmp_path), *JANUARY, "--yes")[0] == 0
    assert is_repriced(path)
    assert run("reprice", str(tmp_path), "--undo", "--json")[0] == 0
    assert path.read_bytes() == CONTENT


def test_a_folder_that_cannot_be_looked_into_is_told(run: Run, drive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = os.scandir

    def scandir(path: Any = ".") -> Any:
        if str(path).endswith("team"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)  # a superuser, as in a container, may look everywhere
    code, out, err = run("reprice", str(drive), *JANUARY, "--yes")
    assert code == 5
    assert is_repriced(drive / "a.xlsx")
    assert any(str(drive / "team") in line and "not read" in line for line in out.splitlines())
    assert str(drive / "team") in err


def test_out_never_writes_over_a_workbook_that_is_read(run: Run, drive: Path, tmp_path: Path) -> None:
    code, _, err = run("reprice", str(drive), *JANUARY, "--yes", "--force", "-o", str(drive))
    assert (code, "--out is where" in err) == (2, True)
    other = filled(tmp_path / "other", "a.xlsx")
    words = [str(drive / "a.xlsx"), str(other / "a.xlsx"), *JANUARY, "--yes", "--force", "-o", str(tmp_path / "new")]
    code, _, err = run("reprice", *words)
    assert (code, "would both be written to" in err) == (2, True)
    assert (drive / "a.xlsx").read_bytes() == (other / "a.xlsx").read_bytes() == CONTENT


def test_what_an_earlier_run_wrote_below_the_folder_is_not_read_again(run: Run, drive: Path) -> None:
    for _ in range(2):
        assert run("reprice", str(drive), *JANUARY, "--yes", "--force", "-o", str(drive / "new"))[0] == 0
    assert there(drive) == ["a.xlsx", "new/a.xlsx", "new/team/b.xlsx", "team/b.xlsx"]


def test_of_a_folder_only_what_was_repriced_is_undone(run: Run, drive: Path) -> None:
    run("reprice", str(drive / "a.xlsx"), *JANUARY)
    code, out, err = run("reprice", str(drive), "--undo")
    assert (code, len(out.splitlines()), err) == (0, 1, "")
    code, out, err = run("reprice", str(drive), "--undo")
    assert (code, out, "none of 2 workbooks has a backup" in err) == (0, "", True)


def test_a_file_that_trips_the_program_does_not_stop_the_others(
    run: Run, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = BookFile.read

    def broken(source: Any) -> Any:
        return 1 // 0 if str(source).endswith("a.xlsx") else read(source)

    monkeypatch.setattr(BookFile, "read", broken)
    code, out, err = run("reprice", str(drive), *JANUARY, "--yes")
    assert (code, "a bug in llmcost-xl" in err, "ZeroDivisionError" in err) == (5, True, True)
    assert out.count("repriced") == 1
    assert is_repriced(drive / "team" / "b.xlsx")


def test_a_backup_that_was_edited_is_not_put_back_unseen(run: Run, drive: Path) -> None:
    path = drive / "a.xlsx"
    run("reprice", str(path), *JANUARY)
    new = path.read_bytes()
    path.with_name("a.bak.xlsx").write_bytes(b"another")
    code, _, err = run("reprice", str(path), "--undo")
    assert (code, "its backup a.bak.xlsx was changed since" in err, path.read_bytes() == new) == (5, True, True)
    assert run("reprice", str(path), "--undo", "--force")[0] == 0
    assert path.read_bytes() == b"another"
