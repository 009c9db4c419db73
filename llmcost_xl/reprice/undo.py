"""Taking a repricing back: the backup beside the file takes its place again, byte for byte."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Final, NamedTuple

from llmcost_xl.workbook.lock import locked
from llmcost_xl.workbook.replacing import backups, replace
from llmcost_xl.workbook.saving import SavingError, flush_folder, refuse_open

RECORD: Final = ".{name}.llmcost-undo"
"""Beside the file: for each backup its hash and that of what took its place, so that no later edit is lost unseen."""


class NoBackupError(SavingError):
    """There is nothing to go back to."""


class _Hashes(NamedTuple):
    before: str  # of the backup
    after: str  # of the repriced workbook


def saved(content: bytes, path: Path, *, expected: bytes) -> Path:
    """Put a repriced workbook in the place of what was read, and return the backup, which `undone` puts back.

    Raises:
        SavingError: it cannot be; the file is as it was.
    """
    backup = replace(content, path, expected=expected)
    target = _real(path)
    known = {name: hashes for name, hashes in _read(target).items() if target.with_name(name).exists()}
    known.pop(backup.name, None)
    with contextlib.suppress(OSError):  # without it the backup is there still, and --undo asks for --force
        _write(target, known | {backup.name: _Hashes(_digest(expected), _digest(content))})
    return backup


def undone(path: Path, *, force: bool = False) -> Path:
    """Put the last backup of a file back, and return the backup's name, which is gone then.

    With `force` also where either was changed since; then what the file holds now is kept as a backup.

    Raises:
        NoBackupError: there is nothing to go back to.
        SavingError: the file or its backup was changed since.
        OSError: the file cannot be read.
    """
    target = _real(path)
    present = target.read_bytes()
    known = _read(target)
    there = backups(target)
    if not there:
        raise NoBackupError(f"{path}: there is no backup to go back to")
    recorded = [backup.name for backup in there if backup.name in known]
    latest = next((name for name in reversed(known) if name in recorded), "")
    backup = target.with_name(latest) if latest else there[-1]
    before = backup.read_bytes()
    doubt = _doubt(known.get(latest), before, present, backup)
    if doubt and not force:
        raise SavingError(f"{path}: {doubt}; --undo --force puts {backup.name} back, and keeps what is there now")
    if doubt:
        replace(before, target, expected=present)
        backup.unlink()
    else:
        _put_back(backup, target, present)
    known.pop(backup.name, None)
    with contextlib.suppress(OSError):
        _write(target, known)
    return backup


def _doubt(hashes: _Hashes | None, before: bytes, present: bytes, backup: Path) -> str:
    """Why putting a backup back might lose something, or bring back something else."""
    if hashes is None:
        return "has backups, but none that reprice recorded"
    if hashes.after != _digest(present):
        return "was changed since it was repriced"
    return "" if hashes.before == _digest(before) else f"its backup {backup.name} was changed since"


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


def _read(target: Path) -> dict[str, _Hashes]:
    """The record of a file, the oldest backup first; none where it is missing or cannot be read."""
    try:
        found = json.loads(target.with_name(RECORD.format(name=target.name)).read_text(encoding="utf-8"))
        return {str(name): _Hashes(*map(str, hashes)) for name, hashes in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(target: Path, known: dict[str, _Hashes]) -> None:
    """In one step, so that a killed run leaves the record of the backups before."""
    record = target.with_name(RECORD.format(name=target.name))
    if known:
        part = record.with_name(f"{record.name}-part")
        try:
            part.write_text(json.dumps(known, indent=1), encoding="utf-8")
            part.replace(record)
        finally:
            part.unlink(missing_ok=True)
    else:
        record.unlink(missing_ok=True)
