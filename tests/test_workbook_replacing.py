"""Replacing somebody's workbook: whole when killed at any call, on a full or broken disk, twice at once."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, NoReturn

import pytest
from hosts import skip_or_fail

from llmcost_xl.workbook.lock import NAME, locked
from llmcost_xl.workbook.replacing import backups, replace
from llmcost_xl.workbook.saving import SavingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OLD, NEW, THIRD = b"old " * 50_000, b"new " * 60_000, b"theirs " * 40_000
CALLS = ("open", "write", "fsync", "close", "link", "replace", "rename", "unlink", "chmod", "chown")
"""What the system is asked for while a file is replaced."""

KILLED = 9
FAILED = 3


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def in_a_process(work: Callable[[], None]) -> int:
    """Run it in a process of its own, and return its exit code."""
    number = os.fork()
    if number == 0:
        try:
            work()
        except SavingError:
            os._exit(FAILED)
        except BaseException:  # noqa: BLE001  # the child must never go on as a second pytest
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def wrap(happens: Callable[[str, int, Callable[..., object], tuple[object, ...]], None]) -> None:
    """Have every call counted, and something happen before it."""
    counted: Counter[str] = Counter()

    def wrapped(name: str) -> Callable[..., object]:
        call = getattr(os, name)

        def called(*arguments: object, **named: object) -> object:
            counted["all"] += 1
            happens(name, counted["all"], call, arguments)
            return call(*arguments, **named)

        return called

    for name in CALLS:
        setattr(os, name, wrapped(name))


def count_of_calls(target: Path) -> list[str]:
    """The calls of one replacement, in order."""
    seen = target.with_name("calls")

    def work() -> None:
        made: list[str] = []
        wrap(lambda name, *_: made.append(name))
        replace(NEW, target, expected=OLD)
        seen.write_text(" ".join(made))

    assert in_a_process(work) == 0
    made = seen.read_text().split()
    for path in (seen, *backups(target)):
        path.unlink()
    target.write_bytes(OLD)
    return made


def test_the_new_file_takes_the_name_and_the_old_one_is_kept(target: Path) -> None:
    backup = replace(NEW, target, expected=OLD)
    assert (target.read_bytes(), backup.read_bytes()) == (NEW, OLD)
    assert names(target.parent) == ["plan.bak.xlsx", "plan.xlsx"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_backup_is_never_overwritten(target: Path) -> None:
    replace(NEW, target, expected=OLD)
    replace(THIRD, target, expected=NEW)
    assert [path.name for path in backups(target)] == ["plan.bak.xlsx", "plan.bak-2.xlsx"]
    assert [path.read_bytes() for path in backups(target)] == [OLD, NEW]
    backups(target)[0].unlink()
    assert replace(OLD, target, expected=THIRD).name == "plan.bak-3.xlsx"
    assert backups(target)[-1].read_bytes() == THIRD


def test_a_link_stays_a_link(target: Path) -> None:
    link = target.with_name("link.xlsx")
    link.symlink_to(target.name)
    replace(NEW, link, expected=OLD)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system keeps no such attributes")
def test_attributes_stay_with_the_file(target: Path) -> None:
    """Access lists of a shared drive are kept as such."""
    try:
        os.setxattr(target, "user.approved", b"by K.")
    except OSError:
        skip_or_fail("this disk keeps no such attributes")
    replace(NEW, target, expected=OLD)
    assert os.getxattr(target, "user.approved") == b"by K."


@pytest.mark.skipif(os.geteuid() != 0, reason="only a superuser may make a file somebody else's")
def test_owner_and_group_stay(target: Path) -> None:
    os.chown(target, 65_534, 1)
    replace(NEW, target, expected=OLD)
    assert (target.stat().st_uid, target.stat().st_gid) == (65_534, 1)


def test_one_who_may_not_give_it_away_gives_it_to_the_group(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def chown(_: object, owner: int, group: int) -> None:
        given.append((owner, group))
        if owner != -1:
            raise PermissionError(errno.EPERM, "not yours to give")

    monkeypatch.setattr(os, "chown", chown)
    replace(NEW, target, expected=OLD)
    there = target.stat()
    assert given == [(there.st_uid, there.st_gid), (-1, there.st_gid)]


def test_a_workbook_opened_by_a_link_to_it_is_not_replaced(target: Path) -> None:
    link = target.with_name("link.xlsx")
    link.symlink_to(target.name)
    target.with_name("~$link.xlsx").touch()
    with pytest.raises(SavingError, match="is open in a spreadsheet program"):
        replace(NEW, link, expected=OLD)


def test_a_thousand_backups_leave_room_for_the_next(target: Path) -> None:
    target.with_name("plan.bak.xlsx").touch()
    for number in range(2, 1_001):
        target.with_name(f"plan.bak-{number}.xlsx").touch()
    assert replace(NEW, target, expected=OLD).name == "plan.bak-1001.xlsx"
    assert backups(target)[-1].read_bytes() == OLD


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "in the middle of it, or behind it"])
def test_killed_at_any_call_the_file_is_whole(target: Path, after: bool) -> None:
    """A process that is killed leaves the old file or the new one, and the next run does its work."""
    calls = count_of_calls(target)
    assert Counter(calls).keys() >= {"open", "write", "fsync", "link", "replace", "unlink", "chmod"}
    found = []
    for number in range(1, len(calls) + 1):
        target.write_bytes(OLD)

        def work(number: int = number) -> None:
            def die(name: str, count: int, call: Callable[..., object], arguments: tuple[object, ...]) -> None:
                if count == number:
                    try:
                        if after:
                            call(*_half(name, arguments))
                    finally:
                        os._exit(KILLED)

            wrap(die)
            replace(NEW, target, expected=OLD)

        assert in_a_process(work) == KILLED, f"call {number}"
        content = target.read_bytes()
        assert content in (OLD, NEW), f"call {number}, {calls[number - 1]}"
        assert content == OLD or any(path.read_bytes() == OLD for path in backups(target))
        found.append(content)
        replace(THIRD, target, expected=content)
        assert target.read_bytes() == THIRD
        for path in target.parent.iterdir():
            if path != target:
                path.unlink()
    assert {OLD, NEW} == set(found), "the kills must fall on both sides of the step that counts"


def _half(name: str, arguments: tuple[object, ...]) -> tuple[object, ...]:
    """A write that comes no further than half."""
    if name != "write":
        return arguments
    handle, content = arguments
    return handle, bytes(content)[: len(content) // 2]  # type: ignore[arg-type, call-overload]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_disk_that_fails_at_any_call_leaves_the_old_file(target: Path, code: int) -> None:
    calls = count_of_calls(target)
    answers: Counter[int] = Counter()
    for number in range(1, len(calls) + 1):

        def work(number: int = number) -> None:
            def fail(_: str, count: int, *__: object) -> None:
                if count == number:
                    raise OSError(code, os.strerror(code))

            wrap(fail)
            replace(NEW, target, expected=OLD)

        answer = in_a_process(work)
        answers[answer] += 1
        call = calls[number - 1]
        assert answer in (0, FAILED), f"call {number}, {call}: another error than ours"
        assert target.read_bytes() == (NEW if answer == 0 else OLD), f"call {number}, {call}"
        assert stat.S_IMODE(target.stat().st_mode) == 0o640
        assert not any("part" in name for name in names(target.parent)), f"call {number}, {call}"
        assert call == "unlink" or not [name for name in names(target.parent) if name.startswith(".")], call
        if answer == 0:
            assert backups(target)[-1].read_bytes() == OLD
        else:
            assert backups(target) == []
        for path in target.parent.iterdir():
            if path != target:
                path.unlink()
        target.write_bytes(OLD)
    assert answers[FAILED] >= 6, "opening, writing, flushing and renaming must be among the calls that failed"


def test_a_disk_without_second_names_gets_a_copy(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*_: object) -> NoReturn:
        raise OSError(errno.EOPNOTSUPP, "no hard links here")

    monkeypatch.setattr(os, "link", no_link)
    backup = replace(NEW, target, expected=OLD)
    assert (target.read_bytes(), backup.read_bytes()) == (NEW, OLD)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o640
    assert names(target.parent) == ["plan.bak.xlsx", "plan.xlsx"]


def test_what_somebody_saved_meanwhile_stays(target: Path) -> None:
    target.write_bytes(THIRD)
    with pytest.raises(SavingError, match="saved by somebody else meanwhile"):
        replace(NEW, target, expected=OLD)
    assert target.read_bytes() == THIRD
    assert names(target.parent) == ["plan.xlsx"]


@pytest.mark.parametrize("lock", ["~$plan.xlsx", ".~lock.plan.xlsx#"])
def test_an_open_workbook_is_not_replaced(target: Path, lock: str) -> None:
    target.with_name(lock).touch()
    with pytest.raises(SavingError, match="is open in a spreadsheet program"):
        replace(NEW, target, expected=OLD)
    assert target.read_bytes() == OLD


def test_nor_is_one_that_is_read_only(target: Path) -> None:
    target.chmod(0o440)
    with pytest.raises(SavingError, match="read-only"):
        replace(NEW, target, expected=OLD)
    assert target.read_bytes() == OLD


@pytest.mark.parametrize(
    ("name", "reason"), [("none.xlsx", "no such file"), ("a.csv", "ends in"), ("f.xlsx", "folder")]
)
def test_what_cannot_be_replaced(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "f.xlsx").mkdir()
    with pytest.raises(SavingError, match=reason):
        replace(NEW, tmp_path / name, expected=OLD)


# -- two at once -------------------------------------------------------------------------------------------------------

RUN = """
import sys, time
from pathlib import Path
from llmcost_xl.workbook.replacing import replace
from llmcost_xl.workbook.saving import SavingError
path, mark = Path(sys.argv[1]), sys.argv[2]
old = path.read_bytes()
print("read", flush=True)
sys.stdin.readline()
try:
    replace(mark.encode() * 100_000, path, expected=old)
except SavingError as refused:
    print(refused)
else:
    print("won")
"""


@pytest.mark.parametrize("repeat", range(3))
def test_of_two_runs_one_wins_and_the_other_says_so(target: Path, repeat: int) -> None:
    """Both have read the file before either writes."""
    del repeat
    runs = [
        subprocess.Popen([sys.executable, "-c", RUN, target, mark], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         text=True)
        for mark in "AB"
    ]  # fmt: skip
    for run in runs:
        assert run.stdout is not None
        assert run.stdout.readline() == "read\n"
    answers = [run.communicate("go\n")[0].strip() for run in _started(runs)]
    assert sorted(answer == "won" for answer in answers) == [False, True], answers
    loser = next(answer for answer in answers if answer != "won")
    assert "another run" in loser or "meanwhile" in loser
    assert target.read_bytes() == "AB"[answers.index("won")].encode() * 100_000
    assert backups(target)[-1].read_bytes() == OLD


def _started(runs: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    """Let them go at the same moment."""
    for run in runs:
        assert run.stdin is not None
        run.stdin.write("go\n")
        run.stdin.flush()
    return runs


def test_while_one_holds_the_file_another_is_told_who(target: Path) -> None:
    with locked(target), pytest.raises(SavingError, match=f"another run.*process {os.getpid()}"):
        replace(NEW, target, expected=OLD)
    replace(NEW, target, expected=OLD)


def lock_of(target: Path, holder: str) -> Path:
    lock = target.with_name(NAME.format(name=target.name))
    lock.write_text(holder)
    return lock


def test_the_lock_of_a_dead_process_is_taken_away(target: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    lock = lock_of(target, f"{dead.pid} {socket.gethostname()}")
    replace(NEW, target, expected=OLD)
    assert not lock.exists()
    assert target.read_bytes() == NEW


def test_but_not_that_of_another_computer(target: Path) -> None:
    lock = lock_of(target, "1 elsewhere.example")
    with pytest.raises(SavingError, match=rf"on elsewhere.example; if it has ended, delete {lock.name}"):
        replace(NEW, target, expected=OLD)
    assert lock.exists()
    assert target.read_bytes() == OLD


def test_twenty_runs_after_a_crash_do_not_lock_each_other_out(target: Path) -> None:
    """Each finds the same dead lock, and only one may take it away at a time."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    lock_of(target, f"{dead.pid} {socket.gethostname()}")
    log = target.with_name("log")
    children = []
    for _ in range(20):
        number = os.fork()
        if number == 0:
            try:
                with locked(target), log.open("a") as file:
                    file.write("in ")
                    file.flush()
                    time.sleep(0.01)
                    file.write("out ")
            except SavingError:
                os._exit(FAILED)
            os._exit(0)
        children.append(number)
    codes = Counter(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) for number in children)
    assert codes[0] >= 1
    assert set(codes) <= {0, FAILED}
    assert log.read_text() == "in out " * codes[0]
