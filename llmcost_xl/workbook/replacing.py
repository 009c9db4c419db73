"""Putting a changed workbook in the place of somebody's own: nothing is lost, and it can be undone.

The new file is written beside the old one, flushed, read back and compared. The old one gets a second name, its backup.
Only then, and only if nobody saved it meanwhile, the new one takes the old one's name, which is one step for the disk.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from pathlib import Path
from typing import Final

from llmcost_xl.workbook.lock import locked
from llmcost_xl.workbook.saving import SavingError, flush_folder, refuse_open

PART: Final = ".{name}.llmcost-part"
BACKUP: Final = re.compile(r"\.bak(?:-(\d+))?")
SUFFIXES: Final = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam")
BINARY: Final = getattr(os, "O_BINARY", 0)  # Windows would change line ends


def replace(content: bytes, path: Path, *, expected: bytes) -> Path:
    """Put `content` in the place of a file that holds `expected`, and return the backup of what was there.

    The backup lies beside the file, "plan.bak.xlsx", or "plan.bak-2.xlsx" where that is taken. Permissions stay; so
    does a link that leads to the file. Other names of the same file (hard links) keep what was there.

    Raises:
        SavingError: the file is open in a spreadsheet program, may not be written, was changed since it was read or is
            being changed by another run; the disk is full. The file is as it was, and nothing is left beside it.
    """
    target = Path(os.path.realpath(path))
    try:
        _refuse(path, target)
        with locked(target):
            return _replaced(content, target, expected, path)
    except SavingError:
        raise
    except OSError as problem:
        reason = problem.strerror or problem
        raise SavingError(f"{path}: cannot be written ({reason}); nothing was changed") from problem


def backups(path: Path) -> list[Path]:
    """The backups of a file, the newest last."""
    target = Path(os.path.realpath(path))
    found: dict[int, Path] = {}
    for other in target.parent.glob(f"{_literal(target.stem)}.bak*{_literal(target.suffix)}"):
        match = BACKUP.fullmatch(other.name[len(target.stem) : -len(target.suffix)])
        if match:
            found[int(match[1] or 1)] = other
    return [found[number] for number in sorted(found)]


def _literal(text: str) -> str:
    """A file name in which no character is a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", text)


def _refuse(path: Path, target: Path) -> None:
    if target.suffix.lower() not in SUFFIXES:
        raise SavingError(f"{path}: the name of a workbook ends in {' or '.join(SUFFIXES[:2])}")
    if not target.is_file():
        raise SavingError(f"{path}: is a folder" if target.is_dir() else f"{path}: there is no such file")
    for name in {path, target}:  # programs keep their lock beside the name by which the file was opened
        refuse_open(name)
    if not target.stat().st_mode & stat.S_IWUSR or not os.access(target, os.W_OK):
        raise SavingError(f"{path}: is read-only; nothing was changed")


def _replaced(content: bytes, target: Path, expected: bytes, path: Path) -> Path:
    """The steps, under the lock; each leaves the old file or the new one whole."""
    part = target.with_name(PART.format(name=target.name))
    backup = None
    try:
        _write(content, part)
        _keep_access(part, target)
        backup = _backup(target, expected)
        _check(content, part, target, expected, path)
        part.replace(target)
    except BaseException:
        if backup is not None and part.exists():  # else the new file is in its place, and the backup all that is left
            _remove(backup)
        _remove(part)
        raise
    flush_folder(target.parent)
    return backup


def _check(content: bytes, part: Path, target: Path, expected: bytes, path: Path) -> None:
    """The last look before the one step that counts."""
    if part.read_bytes() != content:
        raise SavingError(f"{path}: the disk returned other bytes than were written; nothing was changed")
    if target.read_bytes() != expected:
        raise SavingError(f"{path}: was saved by somebody else meanwhile; nothing was changed, start again")
    refuse_open(target)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _write(content: bytes, part: Path) -> None:
    """Write a new file through to the disk; what a killed run left under its name is in nobody's use."""
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep_access(part: Path, target: Path) -> None:
    """Who may use it: owner and group as far as they may be given, mode, access lists and other attributes."""
    there = target.stat()
    if hasattr(os, "chown"):
        for owner in (there.st_uid, -1):  # only some may give files away, but many may give them to their group
            with contextlib.suppress(OSError):
                os.chown(part, owner, there.st_gid)
                break
    part.chmod(stat.S_IMODE(there.st_mode))
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):  # a disk without them, or one that keeps some to itself
            for name in os.listxattr(target):
                os.setxattr(part, name, os.getxattr(target, name))


def _backup(target: Path, expected: bytes) -> Path:
    """A second name for the file as it is now; a copy where the disk knows no second names."""
    taken = backups(target)
    number = len(taken) + 1
    while True:
        mark = ".bak" if number == 1 else f".bak-{number}"
        backup = target.with_name(f"{target.stem}{mark}{target.suffix}")
        number += 1
        try:
            backup.hardlink_to(target)
        except FileExistsError:
            continue
        except OSError:
            if backup.exists():
                continue
            _copy(expected, target, backup)
        return backup


def _copy(content: bytes, target: Path, backup: Path) -> None:
    """A backup that has its name only once it is whole."""
    part = target.with_name(PART.format(name=backup.name))
    try:
        _write(content, part)
        _keep_access(part, target)
        part.rename(backup)
    except BaseException:
        _remove(part)
        raise
