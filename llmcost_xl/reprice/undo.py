"""Taking a repricing back: the backup beside the file takes its place again, byte for byte."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Final

from llmcost_xl.workbook.lock import locked
from llmcost_xl.workbook.replacing import backups, replace
from llmcost_xl.workbook.saving import SavingError, flush_folder, refuse_open

RECORD: Final = ".{name}.llmcost-undo"
"""Beside the file: for each backup the hash of what took its place, so that later edits are not undone unseen."""


def saved(content: bytes, path: Path, *, expected: bytes) -> Path:
    """Put a repriced workbook in the place of what was read, and return the backup, which `undone` puts back.

    Raises:
        SavingError: it cannot be; the file is as it was.
    """
    backup = replace(content, path, expected=expected)
    target = _real(path)
    known = {name: digest for name, digest in _read(target).items() if target.with_name(name).exists()}
    known.pop(backup.name, None)
    with contextlib.suppress(OSError):  # without it the backup is there still, and --undo asks for --force
        _write(target, known | {backup.name: _digest(content)})
    return backup


def undone(path: Path, *, force: bool = False) -> Path:
    """Put the last backup of a file back, and return the backup's name, which is gone then.

    With `force` also where the file was changed since; then what it holds now is kept as a backup.

    Raises:
        SavingError: there is nothing to go back to, or the file was changed since.
        OSError: the file cannot be read.
    """
    target = _real(path)
    present = target.read_bytes()
    known = _read(target)
    there = backups(target)
    recorded = [backup for backup in there if backup.name in known]
    if not there:
        raise SavingError(f"{path}: there is no backup to go back to")
    latest = next((name for name in reversed(known) if target.with_name(name) in recorded), "")
    backup = target.with_name(latest) if latest else there[-1]
    is_as_left = known.get(backup.name) == _digest(present)
    if not is_as_left and not force:
        since = "was changed since it was repriced" if latest else "has backups, but none that reprice recorded"
        raise SavingError(f"{path}: {since}; --undo --force puts {backup.name} back, and keeps what is there now")
    if is_as_left:
        _put_back(backup, target, present)
    else:
        replace(backup.read_bytes(), target, expected=present)
        backup.unlink()
    known.pop(backup.name, None)
    with contextlib.suppress(OSError):
        _write(target, known)
    return backup


def _put_back(backup: Path, target: Path, present: bytes) -> None:
    """One step for the disk: the file is the repriced one or the one before."""
    with locked(target):
        refuse_open(target)
        if target.read_bytes() != present:
            raise SavingError(f"{target}: was saved by somebody else meanwhile; nothing was changed")
        backup.replace(target)
        flush_folder(target.parent)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(target: Path) -> dict[str, str]:
    """The record of a file, the oldest backup first; none where it is missing or cannot be read."""
    try:
        found = json.loads(target.with_name(RECORD.format(name=target.name)).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def _write(target: Path, known: dict[str, str]) -> None:
    record = target.with_name(RECORD.format(name=target.name))
    if known:
        record.write_text(json.dumps(known, indent=1), encoding="utf-8")
    else:
        record.unlink(missing_ok=True)
