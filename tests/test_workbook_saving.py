"""Whatever goes wrong while saving, the file that was there stays as it was, and nothing is left behind."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from llmcost_xl.workbook.saving import SavingError, save

OLD, NEW = b"old", b"new workbook"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "plan.xlsx"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_written_whole(target: Path) -> None:
    assert save(NEW, target) == target
    assert target.read_bytes() == NEW
    assert names(target.parent) == ["plan.xlsx"]


def test_a_new_file_can_be_read_by_whom_the_user_lets(target: Path) -> None:
    mask = os.umask(0o027)
    try:
        save(NEW, target)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_an_existing_file_is_replaced_only_by_force(target: Path) -> None:
    target.write_bytes(OLD)
    with pytest.raises(SavingError, match="--force"):
        save(NEW, target)
    assert target.read_bytes() == OLD
    target.chmod(0o600)
    save(NEW, target, force=True)
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert names(target.parent) == ["plan.xlsx"]


@pytest.mark.parametrize("lock", ["~$plan.xlsx", ".~lock.plan.xlsx#"])
def test_an_open_workbook_is_not_replaced(target: Path, lock: str) -> None:
    target.write_bytes(OLD)
    target.with_name(lock).touch()
    with pytest.raises(SavingError, match="is open"):
        save(NEW, target, force=True)
    assert target.read_bytes() == OLD


@pytest.mark.parametrize(
    ("path", "reason"),
    [("missing/plan.xlsx", "no folder"), ("plan.xls", "ends in .xlsx"), ("folder.xlsx", "is a folder")],
)
def test_an_impossible_target_is_refused_in_one_sentence(tmp_path: Path, path: str, reason: str) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(SavingError, match=reason) as refused:
        save(NEW, tmp_path / path)
    assert "\n" not in str(refused.value)
    assert isinstance(refused.value, OSError)


FAILURES = ("fsync", "replace", "chmod", "write")


@pytest.mark.parametrize("failing", FAILURES)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_failing_disk_leaves_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch, failing: str, code: int
) -> None:
    """The system's own calls fail here, as they do on a full or broken disk."""
    target.write_bytes(OLD)

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    if failing == "write":
        monkeypatch.setattr(os, "fdopen", fail)
    elif failing == "fsync":
        monkeypatch.setattr(os, failing, fail)
    else:
        monkeypatch.setattr(Path, failing, fail)
    with pytest.raises(SavingError, match="nothing was changed"):
        save(NEW, target, force=True)
    monkeypatch.undo()
    assert target.read_bytes() == OLD
    assert names(target.parent) == ["plan.xlsx"]


def test_a_file_that_somebody_creates_meanwhile_survives(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synchronise = os.fsync

    def slow(handle: int) -> None:
        target.write_bytes(OLD)
        synchronise(handle)

    monkeypatch.setattr(os, "fsync", slow)
    with pytest.raises(SavingError, match="meanwhile"):
        save(NEW, target)
    assert target.read_bytes() == OLD
    assert names(target.parent) == ["plan.xlsx"]


def test_a_disk_that_returns_other_bytes_is_not_trusted(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target.write_bytes(OLD)
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"rot")
    with pytest.raises(SavingError, match="other bytes"):
        save(NEW, target, force=True)
    monkeypatch.undo()
    assert target.read_bytes() == OLD
