"""Where the newest prices are: with the package, or in a folder that `llmcost-xl prices update` keeps.

Every update writes a folder of its own, which never changes afterwards, and then replaces the small file `current` that
names the folder in force. So a reader in another process sees the old prices or the new ones, whenever it looks and
wherever an update is interrupted.

The standard library alone: LibreOffice's own Python and the browser read prices too, and have no packages.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import secrets
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGED: Final = Path(__file__).parent
"""The prices that come with the package."""
VARIABLE: Final = "LLMCOST_XL_CATALOGUE"
"""A folder that several people share, or the word below."""
PACKAGED_ONLY: Final = "bundled"
"""Told to the variable: no prices but those of the package."""

FILES: Final = ("prices.csv", "models.csv", "providers.csv", "catalogue.json")
"""What a catalogue is."""

POINTER: Final = "current"
VERSIONS: Final = "versions"
VERSIONS_KEPT: Final = 12
LOCK: Final = "update.lock"
LOCK_IS_STALE: Final = 60.0  # seconds; switching takes milliseconds
ABANDONED: Final = 3600.0  # seconds after which an unfinished folder is nobody's any more
REPLACING_TRIES: Final = 20  # Windows refuses to replace a file while somebody reads it
_NAME: Final = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{12}")


def home() -> Path | None:
    """The folder of updates: the one named by the variable, else the user's own; None where there is to be none.

    Raises:
        NotAvailableError: the variable names a folder that is not there, such as a drive that is not connected.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named == PACKAGED_ONLY:
        return None
    if not named:
        return _users_folder() / "llmcost-xl-prices"
    if not Path(named).is_dir():
        raise NotAvailableError(f"{VARIABLE} names the folder {named}, which is not there")
    return Path(named)


def _users_folder() -> Path:
    """Where a user's programs keep their data, by the custom of each system."""
    user = Path(os.path.expanduser("~"))  # noqa: PTH111  # where nobody is logged in it stays "~"; Path.home() raises
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or user / "AppData" / "Local")
    if sys.platform == "darwin":
        return user / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or user / ".local" / "share")


def in_force() -> Path:
    """The folder of the prices that count: those of a shared folder, else the user's or the package's, the newer ones.

    Raises:
        NotAvailableError: what an update left is damaged, or the shared folder is not there.
    """
    place = home()
    updated = newest_in(place) if place else None
    if updated is None:
        return PACKAGED
    if os.environ.get(VARIABLE, "").strip():
        return updated  # so that everybody who shares it has the same figures, whichever release is installed
    return updated if as_of(updated) >= as_of(PACKAGED) else PACKAGED


def newest_in(place: Path) -> Path | None:
    """The folder of the last update kept in a place; None where there was none yet.

    Raises:
        NotAvailableError: `current` names no folder of prices.
    """
    try:
        name = (place / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise NotAvailableError(f"the price catalogue in {place} cannot be read: {error}") from None
    folder = place / VERSIONS / name
    if not _NAME.fullmatch(name) or not (folder / "catalogue.json").is_file():
        raise NotAvailableError(
            f"the price catalogue in {place} is damaged: {POINTER} names {name[:40]!r}, which is not there;"
            f" delete {POINTER} to go back to the prices of the package"
        )
    return folder


def as_of(folder: Path) -> dt.date:
    """The day of a catalogue."""
    return dt.date.fromisoformat(json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))["as_of"])


def states(*others: Path) -> list[tuple[str, int, int, int]]:
    """What tells the prices in force, and other files, from those before: for programs that run for days."""
    place = home()
    paths = [PACKAGED / "catalogue.json", *([place / POINTER] if place else []), *others]
    found = []
    for path in paths:
        with contextlib.suppress(OSError):  # none yet, or just being replaced
            state = path.stat()
            found.append((str(path), state.st_mtime_ns, state.st_size, state.st_ino))
    return found


# -- writing -----------------------------------------------------------------------------------------------------


def publish(files: Mapping[str, str], day: dt.date, place: Path, before: Path | None) -> Path:
    """Keep an update and put it in force, as one step.

    `before` is what `newest_in` said when the update was planned: where another one came in between, none is lost.

    Raises:
        NotAvailableError: another update came in between, or is just being written.
        OSError: the folder cannot be written.
    """
    contents = {name: text.encode() for name, text in files.items()}
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(name.encode() + b"\0" + contents[name])
    folder = place / VERSIONS / f"{day.isoformat()}-{digest.hexdigest()[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    _write_folder(folder, contents)
    with _locked(place):
        if newest_in(place) != before:
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
        if not folder.exists():  # it does where the same update was interrupted after this step
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
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(6)}.new")
    try:
        _write(unfinished, content)
        for tries_left in reversed(range(REPLACING_TRIES)):
            try:
                unfinished.replace(path)
            except PermissionError:
                if not tries_left:
                    raise
                time.sleep(0.05)
            else:
                break
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(path.parent)


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
        if time.time() - lock.stat().st_mtime > LOCK_IS_STALE:
            lock.unlink()
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


def _tidy(place: Path, newest: Path) -> None:
    """Remove the oldest updates, and what interrupted ones have left; whatever resists stays until the next time."""
    with contextlib.suppress(OSError):
        whole = sorted(path for path in (place / VERSIONS).iterdir() if _NAME.fullmatch(path.name) and path != newest)
        whole.sort(key=lambda path: path.stat().st_mtime)
        unfinished = [*(place / VERSIONS).glob(".*.new"), *place.glob(f"{POINTER}.*.new")]
        abandoned = [path for path in unfinished if time.time() - path.stat().st_mtime > ABANDONED]
        for path in [*whole[: -(VERSIONS_KEPT - 1)], *abandoned]:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
