"""Puts an update of the prices in force as one step, wherever it is interrupted.

The files are written into a folder of their own, and then `current` is replaced, which names the folder in force. So a
reader in another process sees the old prices or the new ones, whenever it looks.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
import time
from typing import TYPE_CHECKING, Final

from llmcost_xl.catalogue.store import NAME, POINTER, VERSIONS, digest, is_whole, newest_in
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

VERSIONS_KEPT: Final = 12
LOCK: Final = "update.lock"
LOCK_IS_STALE: Final = 60.0  # seconds; switching takes milliseconds
ABANDONED: Final = 3600.0  # seconds after which an unfinished folder is nobody's any more
REPLACING_TRIES: Final = 20  # Windows refuses to replace a file while somebody reads it


def publish(files: Mapping[str, str], day: dt.date, place: Path, before: Path | None) -> Path:
    """Keep an update and put it in force, as one step.

    `before` is what `newest_in` said when the update was planned: where another one came in between, none is lost.

    Raises:
        NotAvailableError: another update came in between, or is just being written.
        OSError: the folder cannot be written.
    """
    contents = {name: text.encode() for name, text in files.items()}
    folder = place / VERSIONS / f"{day.isoformat()}-{digest(contents)}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    _write_folder(folder, contents)
    with _locked(place):
        if newest_in(place) != before:
            shutil.rmtree(folder, ignore_errors=True)  # it never was in force, and is nobody's way back
            raise NotAvailableError("the prices were updated by somebody else meanwhile; please try again")
        replace(place / POINTER, f"{folder.name}\n".encode())
    _tidy(place, folder)
    return folder


def _write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Under another name first, so that a folder with its own name is whole."""
    unfinished = folder.parent / f".{secrets.token_hex(6)}.new"
    unfinished.mkdir()
    try:
        for name, content in contents.items():
            _write(unfinished / name, content)
        _sync(unfinished)
        if not is_whole(folder.parent.parent, folder.name):  # it is where the same update was interrupted here
            if folder.exists():
                folder.rename(folder.with_name(f".{secrets.token_hex(6)}.new"))
            unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _sync(folder.parent)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, content: bytes) -> None:
    """Replace a file as one step: a reader, or a computer that loses its power, has the old content or the new."""
    replace_all({path: content})


def replace_all(contents: Mapping[Path, bytes]) -> None:
    """Replace files once all of them are written: where the disk is too small for one, none is replaced."""
    drafts = {path: path.with_name(f"{path.name}.{secrets.token_hex(6)}.new") for path in contents}
    try:
        for path, draft in drafts.items():
            _write(draft, contents[path])
        for path, draft in drafts.items():
            _put_in_place(draft, path)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    for folder in dict.fromkeys(path.parent for path in contents):
        _sync(folder)


def _put_in_place(draft: Path, path: Path) -> None:
    for tries_left in reversed(range(REPLACING_TRIES)):
        try:
            draft.replace(path)
        except PermissionError:
            if not tries_left:
                raise
            time.sleep(0.05)
        else:
            return


def _sync(folder: Path) -> None:
    """Have the names in a folder written to the disk; Windows does so itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _locked(place: Path) -> Iterator[None]:
    """Hold the place alone; a lock that a killed process left is taken over.

    Raises:
        NotAvailableError: somebody else holds it.
    """
    lock = place / LOCK
    with contextlib.suppress(OSError):
        if _is_stale(lock):
            aside = place / f"{POINTER}.{secrets.token_hex(6)}.new"  # of two that find it stale, one moves it away
            lock.rename(aside)
            if not _is_stale(aside):  # it is the new lock of the other one
                aside.rename(lock)
            aside.unlink(missing_ok=True)
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        raise NotAvailableError(
            f"the prices are just being updated by somebody else ({lock}); please wait a minute"
        ) from None
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _is_stale(lock: Path) -> bool:
    return time.time() - lock.stat().st_mtime > LOCK_IS_STALE


def _tidy(place: Path, newest: Path) -> None:
    """Remove the oldest updates, and what interrupted ones have left; whatever resists stays until the next time."""
    with contextlib.suppress(OSError):
        whole = sorted(path for path in (place / VERSIONS).iterdir() if NAME.fullmatch(path.name) and path != newest)
        whole.sort(key=lambda path: path.stat().st_mtime)
        unfinished = [*(place / VERSIONS).glob(".*.new"), *place.glob(f"{POINTER}.*.new")]
        abandoned = [path for path in unfinished if time.time() - path.stat().st_mtime > ABANDONED]
        for path in [*whole[: -(VERSIONS_KEPT - 1)], *abandoned]:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
