"""The settings that the add-in's connection to Python reads: a file of its own in the user's folder.

xlwings' VBA reads lines of "KEY","value" from `.NAME/NAME.conf`, where NAME is the add-in's project name. Ours is not
xlwings', so that nobody's own xlwings.conf is touched. What is the same for every user is in the add-in itself; here
stands which Python. A user may keep further settings in the file, SHOW CONSOLE say; installing changes our keys only
and puts the file as it was beside it, uninstalling puts back what stood there.
"""

from __future__ import annotations

import contextlib
import csv
import io
import locale
import os
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Final

from llmcost_xl.hosts.windows.addin import INTERPRETER, PROJECT_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONDA_PATH: Final = "CONDA PATH"
CONDA_ENV: Final = "CONDA ENV"
OUR_KEYS: Final = (INTERPRETER, CONDA_PATH, CONDA_ENV)
BACKUP_SUFFIX: Final = ".before-llmcost-xl"


def settings_path(home: Path) -> Path:
    """The file, in a user's home folder."""
    return home / f".{PROJECT_NAME}" / f"{PROJECT_NAME}.conf"


def needed(python: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The settings with which Excel finds this Python.

    Of an Anaconda environment the name is set, because its libraries are found only once it is activated; one that
    lies elsewhere than its Anaconda is named by its folder.
    """
    conda, name = environment.get("CONDA_EXE"), environment.get("CONDA_DEFAULT_ENV")
    prefix = environment.get("CONDA_PREFIX")
    if not (conda and name and prefix) or PureWindowsPath(prefix) not in PureWindowsPath(python).parents:
        return {INTERPRETER: python}
    by_name = {CONDA_PATH: str(PureWindowsPath(conda).parent.parent), CONDA_ENV: name}
    is_found = PureWindowsPath(python_named(by_name)).parent == PureWindowsPath(prefix)
    return by_name if is_found else {**by_name, CONDA_ENV: str(PureWindowsPath(prefix))}


def python_named(settings: Mapping[str, str]) -> str:
    """The python.exe that the add-in starts with these settings, as its VBA finds it; nothing if they name none."""
    conda, name = settings.get(CONDA_PATH), settings.get(CONDA_ENV)
    if settings.get(INTERPRETER):
        return settings[INTERPRETER]
    if not (conda and name):
        return ""
    place = PureWindowsPath(conda) if name == "base" else PureWindowsPath(conda, "envs", name)
    return str((PureWindowsPath(name) if "\\" in name else place) / "python.exe")


def read_settings(path: Path) -> dict[str, str]:
    """The settings in a file, in its order; VBA tells no upper from lower case in a key."""
    if not path.exists():
        return {}
    with path.open(newline="", encoding=_encoding(), errors="surrogateescape") as file:
        lines = [line for line in csv.reader(file, skipinitialspace=True) if line]
    return {line[0].upper(): line[1] if len(line) > 1 else "" for line in lines}


def add_ours(path: Path, ours: Mapping[str, str]) -> list[str]:
    """Put our settings into the file; what was changed, in words.

    Raises:
        OSError: the file cannot be written, or its encoding has no such letters; nothing was changed.
    """
    before = read_settings(path)
    kept = {key: value for key, value in before.items() if key not in OUR_KEYS}
    after = kept | dict(ours)
    if after == before:
        return [f"settings unchanged: {path}"]
    text = _as_text(after)
    backup = path.with_name(path.name + BACKUP_SUFFIX)
    said = [f"settings written: {path}"]
    path.parent.mkdir(parents=True, exist_ok=True)
    if before and not backup.exists():
        _replace(backup, path.read_bytes())
        said.append(f"the settings that were there: {backup}")
    _replace(path, text)
    return said


def remove_ours(path: Path) -> list[str]:
    """Take our settings out of the file, and put back what stood in their place; what was changed, in words."""
    backup = path.with_name(path.name + BACKUP_SUFFIX)
    now = read_settings(path)
    earlier = {key: value for key, value in read_settings(backup).items() if key in OUR_KEYS}
    left = {key: value for key, value in now.items() if key not in OUR_KEYS} | earlier
    if not now and not backup.exists():
        return []
    if left:
        _replace(path, _as_text(left))
        said = [f"settings of your own kept: {path}"]
    else:
        path.unlink(missing_ok=True)
        said = [f"settings removed: {path}"]
    backup.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        path.parent.rmdir()  # only if nothing else is in it
    return said


def _as_text(settings: Mapping[str, str]) -> bytes:
    lines = io.StringIO()
    csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(settings.items())
    try:
        return lines.getvalue().encode(_encoding(), errors="surrogateescape")
    except UnicodeEncodeError as problem:
        letters = problem.object[problem.start : problem.end]
        raise OSError(
            f"Excel's settings file cannot hold {letters!r}, which is part of a path; install Python in a folder "
            "without such letters"
        ) from None


def _encoding() -> str:
    """What VBA reads text files in: the system's ANSI code page."""
    return locale.getencoding() if os.name == "nt" else "utf-8"


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
