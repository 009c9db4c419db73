"""Where updates are kept: old prices or new ones, whoever looks, whenever, and wherever an update is killed."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from llmcost_xl.catalogue import publishing, store
from llmcost_xl.errors import NotAvailableError

OLD_DAY, NEW_DAY = dt.date(2026, 12, 1), dt.date(2027, 1, 1)


def files(content: str, day: dt.date) -> dict[str, str]:
    return dict.fromkeys(store.FILES, content * 1000) | {"catalogue.json": json.dumps({"as_of": day.isoformat()})}


OLD, NEW = files("old\n", OLD_DAY), files("new\n", NEW_DAY)


def read(place: Path) -> dict[str, str]:
    folder = store.newest_in(place)
    assert folder
    return {path.name: path.read_text() for path in folder.iterdir()}


KILLED_EVERYWHERE = """
import datetime as dt, json, os, sys
from pathlib import Path
from llmcost_xl.catalogue import publishing, store

def home(function):
    return function.__module__ or type(function.__self__).__module__

def publish(place, killed_at):
    before, count = store.newest_in(place), 0
    def watch(frame, event, argument):
        nonlocal count
        ours = frame.f_code.co_filename.endswith(("store.py", "publishing.py", "pathlib.py", "shutil.py"))
        if ours and event in ("c_call", "c_return") and home(argument) in ("posix", "io", "_io"):
            count += 1
            if count == killed_at:
                os._exit(9)
    sys.setprofile(watch)
    publishing.publish(content, dt.date.fromisoformat(sys.argv[3]), place, before)
    sys.setprofile(None)
    return count

content = json.loads(sys.argv[2])
places = sorted(Path(sys.argv[1]).iterdir())
calls = publish(places.pop(), 0)
for number, place in enumerate(places, start=1):
    child = os.fork() if number <= calls else None
    if child == 0:
        publish(place, number)
    elif child:
        os.waitpid(child, 0)
print(calls)
"""
"""Ends processes, each in a place of its own, before and after every call of the system that the store makes."""
MOST_CALLS = 200


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_killed_at_any_call_the_old_prices_or_the_new_ones_are_whole(tmp_path: Path) -> None:
    places = [tmp_path / f"{number:04}" for number in range(MOST_CALLS)]
    for place in places:
        place.mkdir()
        publishing.publish(OLD, OLD_DAY, place, None)
    done = subprocess.run(
        [sys.executable, "-c", KILLED_EVERYWHERE, tmp_path, json.dumps(NEW), NEW_DAY.isoformat()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert 50 < int(done.stdout) < MOST_CALLS
    states = []
    for place in places[: int(done.stdout)]:
        content = read(place)
        assert content in (OLD, NEW), place.name
        states.append(content == NEW)
        (place / publishing.LOCK).unlink(missing_ok=True)  # taken over by itself after a minute: see below
        publishing.publish(NEW, NEW_DAY, place, store.newest_in(place))
        assert read(place) == NEW
    assert states == sorted(states)  # old until one moment, new from then on
    assert set(states) == {False, True}


def test_a_reader_in_another_process_never_sees_a_mixture(tmp_path: Path) -> None:
    publishing.publish(OLD, OLD_DAY, tmp_path, None)
    program = (
        "import sys, time; from pathlib import Path; from llmcost_xl.catalogue import store\n"
        "end = time.monotonic() + 3; seen = set()\n"
        "while time.monotonic() < end:\n"
        "    folder = store.newest_in(Path(sys.argv[1]))\n"
        "    seen.add(''.join((folder / n).read_text()[:3] for n in ('prices.csv', 'models.csv', 'providers.csv')))\n"
        "print(sorted(seen))"
    )
    reader = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    while reader.poll() is None:
        for content, day in ((NEW, NEW_DAY), (OLD, OLD_DAY)):
            publishing.publish(content, day, tmp_path, store.newest_in(tmp_path))
            time.sleep(0.02)
    seen, _ = reader.communicate()
    assert seen.strip() == "['newnewnew', 'oldoldold']"


def test_a_disk_that_fills_up_leaves_the_old_prices_and_nothing_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing.publish(OLD, OLD_DAY, tmp_path, None)
    before = sorted(tmp_path.rglob("*"))
    for full in range(1, 6):
        calls = iter(range(1, 100))

        def fsync(_: int, calls: Any = calls, full: int = full) -> None:
            if next(calls) == full:
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fsync)
        with pytest.raises(OSError, match="No space"):
            publishing.publish(NEW, NEW_DAY, tmp_path, store.newest_in(tmp_path))
        assert (read(tmp_path), sorted(tmp_path.rglob("*"))) == (OLD, before)


def test_of_two_updates_at_once_one_wins_and_the_other_says_so(tmp_path: Path) -> None:
    planned_by_both = store.newest_in(tmp_path)
    publishing.publish(OLD, OLD_DAY, tmp_path, planned_by_both)
    with pytest.raises(NotAvailableError, match="updated by somebody else meanwhile"):
        publishing.publish(NEW, NEW_DAY, tmp_path, planned_by_both)
    assert read(tmp_path) == OLD
    assert len(list((tmp_path / store.VERSIONS).iterdir())) == 1


def test_a_lock_is_respected_and_one_left_by_a_killed_process_is_taken_over(tmp_path: Path) -> None:
    lock = tmp_path / publishing.LOCK
    lock.touch()
    with pytest.raises(NotAvailableError, match="just being updated"):
        publishing.publish(OLD, OLD_DAY, tmp_path, None)
    long_ago = time.time() - publishing.LOCK_IS_STALE - 1
    os.utime(lock, (long_ago, long_ago))
    publishing.publish(OLD, OLD_DAY, tmp_path, None)
    assert read(tmp_path) == OLD
    assert sorted(path.name for path in tmp_path.iterdir()) == [store.POINTER, store.VERSIONS]


def test_of_two_that_find_a_lock_left_behind_only_one_takes_it_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one, which looked at it before, must not take away the new lock of the first."""
    now = time.time()
    looks = iter([now + publishing.LOCK_IS_STALE + 1])  # the old lock was looked at, and this one has come since
    monkeypatch.setattr(time, "time", lambda: next(looks, now))
    lock = tmp_path / publishing.LOCK
    lock.touch()
    with pytest.raises(NotAvailableError, match="just being updated"):
        publishing.publish(OLD, OLD_DAY, tmp_path, None)
    assert lock.exists()


def test_old_updates_are_cleared_away_but_never_the_one_in_force(tmp_path: Path) -> None:
    for number in range(publishing.VERSIONS_KEPT + 5):
        publishing.publish(files(f"{number}\n", OLD_DAY), OLD_DAY, tmp_path, store.newest_in(tmp_path))
    assert len(list((tmp_path / store.VERSIONS).iterdir())) == publishing.VERSIONS_KEPT
    assert read(tmp_path) == files(f"{publishing.VERSIONS_KEPT + 4}\n", OLD_DAY)


@pytest.mark.parametrize("content", ["", "../../elsewhere", "2026-12-01-000000000000", "\0"])
def test_a_damaged_pointer_is_said_and_no_other_prices_are_taken_for_it(tmp_path: Path, content: str) -> None:
    (tmp_path / store.POINTER).write_text(content)
    with pytest.raises(
        store.StoreError, match=r"is damaged: current names.*delete current to go back to the prices of"
    ):
        store.newest_in(tmp_path)


def edited(file: Path) -> None:
    file.write_text(file.read_text().replace("new", "now", 1))


def cut_short(file: Path) -> None:
    os.truncate(file, 100)


@pytest.mark.parametrize("spoil", [edited, cut_short, Path.unlink])
@pytest.mark.parametrize("name", store.FILES[:3])
def test_prices_that_an_update_did_not_leave_like_that_are_not_used(tmp_path: Path, spoil: Any, name: str) -> None:
    """A disk may lose a part of a file, and somebody may save one in Excel: the way back is said, and works."""
    oldest = publishing.publish(files("oldest\n", OLD_DAY), OLD_DAY, tmp_path, None)
    first = publishing.publish(OLD, OLD_DAY, tmp_path, oldest)
    os.utime(oldest, (0, 0))
    newest = publishing.publish(NEW, NEW_DAY, tmp_path, first)
    spoil(newest / name)
    with pytest.raises(store.StoreError, match=f"write {first.name} into current to go back to that update"):
        store.newest_in(tmp_path)
    (tmp_path / store.POINTER).write_text(first.name)
    assert read(tmp_path) == OLD
    publishing.publish(NEW, NEW_DAY, tmp_path, first)
    assert read(tmp_path) == NEW


def test_other_files_beside_the_prices_do_no_harm(tmp_path: Path) -> None:
    folder = publishing.publish(OLD, OLD_DAY, tmp_path, None)
    (folder / "desktop.ini").write_text("x")
    (folder / ".~lock.prices.csv#").write_text("x")
    assert store.newest_in(tmp_path) == folder


def test_a_shared_folder_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the figures of those whose drive is not connected would silently differ from their colleagues'."""
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "absent"))
    with pytest.raises(NotAvailableError, match="absent, which is not there"):
        store.in_force()


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("win32", {"LOCALAPPDATA": "C:/Users/ann/AppData/Local"}, "C:/Users/ann/AppData/Local/llmcost-xl-prices"),
        ("darwin", {}, "/home/ann/Library/Application Support/llmcost-xl-prices"),
        ("linux", {}, "/home/ann/.local/share/llmcost-xl-prices"),
        ("linux", {"XDG_DATA_HOME": "/data/ann"}, "/data/ann/llmcost-xl-prices"),
    ],
)
def test_a_user_has_a_folder_of_their_own(
    platform: str, variables: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (store.VARIABLE, "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"HOME": "/home/ann"} | variables).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert store.home() == Path(folder)
