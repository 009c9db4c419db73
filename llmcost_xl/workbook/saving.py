"""Saving without harm: the file on disk is the old one or the new one, never something in between."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

SUFFIX: Final = ".xlsx"
LOCKS: Final = ("~${name}", ".~lock.{name}#")
"""Files that Excel and LibreOffice keep beside a workbook while it is open."""


class SavingError(OSError):
    """A file that is not written, and why; whatever was there before is untouched."""


def save(content: bytes, path: Path, *, force: bool = False, suffix: str = SUFFIX) -> Path:
    """Write a workbook to `path`, at once or not at all, and return the path.

    The content goes to a temporary file in the same folder, is flushed to the disk, read back and compared, and only
    then takes the name. Whatever goes wrong, a file that was there before stays as it was.

    Raises:
        SavingError: the target exists and `force` is not given; it is open in a spreadsheet program; its folder is
            missing or may not be written; the disk is full.
    """
    if path.suffix.lower() != suffix:
        raise SavingError(f"{path}: the name of a workbook ends in {suffix}")
    try:
        _refuse(path, force=force)
        _write(content, path, force=force)
    except SavingError:
        raise
    except OSError as problem:
        raise SavingError(
            f"{path}: cannot be written ({problem.strerror or problem}); nothing was changed"
        ) from problem
    return path


def _refuse(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise SavingError(f"{path}: is a folder")
    if not path.parent.is_dir():
        raise SavingError(f"{path}: there is no folder {path.parent}")
    if path.exists() and not force:
        raise SavingError(f"{path}: exists already; use --force to replace it")
    refuse_open(path)


def refuse_open(path: Path) -> None:
    """See that no spreadsheet program has the file open: what it shows may differ from what is on the disk."""
    for pattern in LOCKS:
        lock = path.with_name(pattern.format(name=path.name))
        if lock.exists():
            raise SavingError(f"{path}: is open in a spreadsheet program ({lock.name} is there); close it first")


def _write(content: bytes, path: Path, *, force: bool) -> None:
    handle, name = tempfile.mkstemp(prefix=".llmcost-", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if part.read_bytes() != content:
            raise SavingError(f"{path}: the disk returned other bytes than were written; nothing was changed")
        _keep_mode(part, path)
        if force:
            part.replace(path)
        else:
            _claim(part, path)
        flush_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _claim(part: Path, path: Path) -> None:
    """Give the file its name only if nobody took it meanwhile; some file systems cannot make that one step."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise SavingError(f"{path}: was created by somebody else meanwhile; use --force to replace it") from None
    except OSError:
        part.replace(path)


def _keep_mode(part: Path, path: Path) -> None:
    """Permissions of the file it replaces, or those any new file gets: a temporary one is private."""
    if path.exists():
        mode = path.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    part.chmod(mode)


def flush_folder(folder: Path) -> None:
    """Make a new name last through a power cut, where the system can; the file is whole either way."""
    if os.name == "nt":
        return  # Windows cannot open a folder for flushing
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
