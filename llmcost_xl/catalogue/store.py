"""Where the newest prices are: with the package, or in a folder that `llmcost-xl prices update` keeps.

Every update has a folder of its own, which never changes afterwards, and the small file `current` names the folder in
force; `publishing.py` writes them. The name of a folder ends in the SHA-256 of its files, so that none is taken for the
prices of an update that somebody has edited, or that a disk has lost a part of.

The standard library alone: LibreOffice's own Python and the browser read prices too, and have no packages.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

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
DIGITS: Final = 12  # of the SHA-256
NAME: Final = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{12}")


class StoreError(NotAvailableError):
    """The folder of updates is not there, or is damaged."""


def home() -> Path | None:
    """The folder of updates: the one named by the variable, else the user's own; None where there is to be none.

    Raises:
        StoreError: the variable names a folder that is not there, such as a drive that is not connected.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named == PACKAGED_ONLY:
        return None
    if not named:
        return _users_folder() / "llmcost-xl-prices"
    if not Path(named).is_dir():
        raise StoreError(f"{VARIABLE} names the folder {named}, which is not there")
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
        StoreError: what an update left is damaged, or the shared folder is not there.
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
        StoreError: `current` names no folder of prices, or one that is not as the update left it.
    """
    try:
        name = (place / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"the price catalogue in {place} cannot be read: {error}") from None
    if is_whole(place, name):
        return place / VERSIONS / name
    wrong = f"{POINTER} names {name[:40]!r}, whose files are not, or no longer, those of an update"
    raise StoreError(f"the price catalogue in {place} is damaged: {wrong}; {_way_back(place)}")


def is_whole(place: Path, name: str) -> bool:
    """Whether a folder has the files of an update just as it left them."""
    if not NAME.fullmatch(name):
        return False
    try:
        files = [path for path in (place / VERSIONS / name).iterdir() if path.suffix in (".csv", ".json")]
        return name.endswith(f"-{digest({path.name: path.read_bytes() for path in files})}")
    except OSError:
        return False


def _way_back(place: Path) -> str:
    """What to do where the prices in force are damaged."""
    with contextlib.suppress(OSError):
        earlier = [path for path in (place / VERSIONS).iterdir() if is_whole(place, path.name)]
        if earlier:
            last = max(earlier, key=lambda path: path.stat().st_mtime).name
            return (
                f"write {last} into {POINTER} to go back to that update, or delete {POINTER} for the package's prices"
            )
    return f"delete {POINTER} to go back to the prices of the package"


def digest(files: Mapping[str, bytes]) -> str:
    """What the name of an update's folder ends in."""
    found = hashlib.sha256()
    for name in sorted(files):
        found.update(name.encode() + b"\0" + files[name])
    return found.hexdigest()[:DIGITS]


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
