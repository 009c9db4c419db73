"""What the doctor has to know of a machine, and how it is found out.

`Machine` is all that the checks look at. `this_machine` asks the disk and Excel, and registry.py Windows. What cannot
be found out is None, and the checks say so.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import platform
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from llmcost_xl import __version__
from llmcost_xl.catalogue.bundled import catalogue_book
from llmcost_xl.hosts.windows.addin import INTERPRETER, AddinError, dll_version, package_version
from llmcost_xl.hosts.windows.addin import settings as settings_within
from llmcost_xl.hosts.windows.install import Places
from llmcost_xl.hosts.windows.registry import registered
from llmcost_xl.hosts.windows.settings import python_named, read_settings

PACKAGE: Final = Path(__file__).parent.parent.parent
SECONDS_FOR_EXCEL: Final = 90  # the first formula starts Python


@dataclass(frozen=True, slots=True)
class AddinFile:
    """The installed add-in."""

    path: str
    written: dt.datetime
    built_by: str | None  # the version of this package; None: it does not say, or cannot be read
    dll_version: str | None  # the version of xlwings whose DLL its VBA names
    from_internet: bool


@dataclass(frozen=True, slots=True)
class RunningExcel:
    """An Excel that is running now."""

    addin_loaded: bool
    answer: Any  # of a formula of ours: a number where all is well


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine, as far as the add-in is concerned."""

    system: str  # "Windows", "Darwin", "Linux"
    python: str
    python_version: str
    python_bits: int
    version: str  # of this package
    code_written: dt.datetime  # the newest of its worksheet functions
    xlwings: str | None
    pywin32: str | None
    prices_as_of: dt.date
    today: dt.date
    dlls: tuple[str, ...] = ()  # the names of xlwings' DLLs where Excel looks for them
    settings: dict[str, str] = field(default_factory=dict)
    settings_path: str = ""
    files: frozenset[str] = frozenset()  # the Python that the settings name, if it exists
    addin_path: str = ""
    addin: AddinFile | None = None
    excel_version: str | None = None
    excel_bits: int | None = None
    registry: dict[str, int] = field(default_factory=dict)  # by name; a policy's value goes before the user's
    policies: frozenset[str] = frozenset()  # the names that a policy sets
    trusted: tuple[str, ...] = ()  # the trusted folders, as far as the registry lists them
    trusted_by_policy: tuple[str, ...] = ()  # those of them that a policy names
    listed: str | None = None  # what a company's list of add-ins says of ours
    disabled: tuple[str, ...] = ()  # files that Excel has disabled after a crash
    running: tuple[RunningExcel, ...] | None = None


def this_machine() -> Machine:
    """The machine that this program runs on."""
    today = dt.datetime.now(dt.UTC).date()
    facts: dict[str, Any] = {
        "system": platform.system(),
        "python": sys.executable,
        "python_version": platform.python_version(),
        "python_bits": struct.calcsize("P") * 8,
        "version": __version__,
        "code_written": _newest(PACKAGE / "functions"),
        "xlwings": _installed("xlwings"),
        "pywin32": _installed("pywin32"),
        "prices_as_of": catalogue_book().as_of,
        "today": today,
    }
    if facts["system"] != "Windows":
        return Machine(**facts)
    places = Places.of(os.environ)
    settings, settings_path = _settings_in_force(places)
    python = python_named(settings)
    return Machine(
        **facts,
        dlls=_dlls(python or sys.executable),
        settings=settings,
        settings_path=str(settings_path),
        files=frozenset({python} if Path(python).is_file() else ()),
        addin_path=str(places.addin),
        addin=addin_file(places.addin),
        running=_running(places.addin.name),
        **registered(places.addin.name),
    )


def _settings_in_force(places: Places) -> tuple[dict[str, str], Path]:
    """The settings and the file they are from; a Python that the add-in was built for goes before the user's."""
    found, path = read_settings(places.settings), places.settings
    with contextlib.suppress(AddinError, OSError):
        built_for = settings_within(places.addin).get(INTERPRETER)
        if built_for:
            found, path = {**found, INTERPRETER: built_for}, places.addin
    return {key: os.path.expandvars(value) for key, value in found.items()}, path


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _newest(folder: Path) -> dt.datetime:
    return max(_written(path) for path in folder.glob("*.py"))


def _written(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)


def _dlls(python: str) -> tuple[str, ...]:
    """Those that Excel finds: beside python.exe, or one folder up, where a virtual environment has them."""
    folder = Path(python).parent
    return tuple(sorted({dll.name for place in (folder, folder.parent) for dll in place.glob("xlwings*.dll")}))


def addin_file(path: Path) -> AddinFile | None:
    """What can be read of the add-in at a path; None if there is no file."""
    if not path.is_file():
        return None
    built_by: str | None = None
    dll: str | None = None
    with contextlib.suppress(AddinError, OSError):
        built_by, dll = package_version(path), dll_version(path)
    return AddinFile(str(path), _written(path), built_by, dll, is_from_internet(path))


def is_from_internet(path: Path) -> bool:
    """Whether Windows has marked the file as downloaded: in a second stream of its, 3 is the internet zone."""
    try:
        mark = Path(f"{path}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "ZoneId=3" in mark or "ZoneId=4" in mark


def _running(addin: str) -> tuple[RunningExcel, ...] | None:
    """Every running Excel, asked by a process of its own: an Excel that is editing a cell would never answer."""
    command = [sys.executable, "-m", "llmcost_xl.hosts.windows.running", addin]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS_FOR_EXCEL, check=True)
        return tuple(RunningExcel(**one) for one in json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return None
