"""Puts the add-in where Excel loads it from, and takes it away again: all of it or nothing, the user's files only."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from llmcost_xl.hosts.windows import settings
from llmcost_xl.hosts.windows.addin import FILE_NAME, build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class InstallError(OSError):
    """Why nothing was installed or removed; whatever was there before is untouched."""


class Places(NamedTuple):
    """The two files that an installation consists of."""

    addin: Path
    settings: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Places:
        """Where they belong for the user whose environment this is.

        Raises:
            InstallError: it does not say where the user's folders are.
        """
        missing = [name for name in ("APPDATA", "USERPROFILE") if not environment.get(name)]
        if missing:
            raise InstallError(f"the environment variable {missing[0]} is not set, so the user's folders are not known")
        start = Path(environment["APPDATA"], "Microsoft", "Excel", "XLSTART")
        return cls(start / FILE_NAME, settings.settings_path(Path(environment["USERPROFILE"])))


def install(places: Places, python: str, environment: Mapping[str, str]) -> list[str]:
    """Build the add-in and put it and its settings in their places; what was done, in words.

    The file is built beside Excel's start folder, not in it, where Excel would load half a file. Done twice, it does
    the same. If the last step fails the settings are put back.

    Raises:
        InstallError: Excel has the add-in open, or the file cannot be put there.
        OSError: a folder or file cannot be written.
    """
    _refuse_if_open(places.addin)
    replaced = places.addin.exists()
    places.addin.parent.mkdir(parents=True, exist_ok=True)
    with _staging_folder(places.addin.parent.parent) as staging:
        built = build(staging / FILE_NAME)
        with _restored_on_failure(places.settings):
            said = settings.add_ours(places.settings, settings.needed(python, environment))
            try:
                built.replace(places.addin)
            except PermissionError:
                raise InstallError(_is_open(places.addin)) from None
    return [f"add-in {'replaced' if replaced else 'installed'}: {places.addin}", *said]


def uninstall(places: Places) -> list[str]:
    """Remove the add-in and our settings, nothing else; what was done, in words.

    Raises:
        InstallError: Excel has the add-in open.
    """
    _refuse_if_open(places.addin)
    said = []
    if places.addin.exists():
        try:
            places.addin.unlink()
        except PermissionError:
            raise InstallError(_is_open(places.addin)) from None
        said.append(f"add-in removed: {places.addin}")
    return said + settings.remove_ours(places.settings)


def _refuse_if_open(addin: Path) -> None:
    """Excel keeps a loaded add-in from being written, and most files it has open a lock beside them."""
    if addin.with_name(f"~${addin.name}").exists():
        raise InstallError(_is_open(addin))
    if addin.exists():
        try:
            addin.open("r+b").close()
        except PermissionError:
            raise InstallError(_is_open(addin)) from None


def _is_open(addin: Path) -> str:
    return f"{addin} is in use: close every window of Excel and try again; nothing was changed"


@contextlib.contextmanager
def _staging_folder(beside: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=".llmcost-xl-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _restored_on_failure(path: Path) -> Iterator[None]:
    """Put a file back as it was, or away if it was not there, when the body fails."""
    before = {one: one.read_bytes() for one in _with_backup(path) if one.exists()}
    was_there = path.parent.exists()
    try:
        yield
    except BaseException:
        for one in _with_backup(path):
            if one in before:
                one.write_bytes(before[one])
            else:
                one.unlink(missing_ok=True)
        if not was_there:
            with contextlib.suppress(OSError):
                path.parent.rmdir()
        raise


def _with_backup(path: Path) -> tuple[Path, Path]:
    return path, path.with_name(path.name + settings.BACKUP_SUFFIX)
