"""What the doctor has to know of a machine, and how it is found out.

`Machine` is all that the checks look at; `this_machine` is the only code that asks Windows, Excel and the disk. What
cannot be found out is None, and the checks say so.
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
from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.hosts.windows.addin import INTERPRETER, AddinError, dll_version, package_version
from llmcost_xl.hosts.windows.install import Places
from llmcost_xl.hosts.windows.settings import read_settings

PACKAGE: Final = Path(__file__).parent.parent.parent
SECURITY: Final = r"Microsoft\Office\16.0\Excel\Security"
EXCEL_VALUES: Final = (  # of Excel 2016 and later
    ("VBAWarnings", rf"Software\{SECURITY}"),
    ("AccessVBOM", rf"Software\{SECURITY}"),
    ("DisableAllAddins", rf"Software\{SECURITY}"),
    ("RequireAddinSig", rf"Software\{SECURITY}"),
    ("AllLocationsDisabled", rf"Software\{SECURITY}\Trusted Locations"),
    ("blockcontentexecutionfrominternet", rf"Software\{SECURITY}"),
    ("VBAOff", r"Software\Microsoft\Office\16.0\Common"),
    ("Allow User Locations", r"Software\Microsoft\Office\16.0\Common\Security\Trusted Locations"),
)
TRUSTED_LOCATIONS: Final = rf"Software\{SECURITY}\Trusted Locations"
DISABLED_ITEMS: Final = r"Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"
APP_PATH: Final = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
CLICK_TO_RUN: Final = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
BITS_OF_PROGRAM: Final = {0x014C: 32, 0x8664: 64, 0xAA64: 64}  # the machine types of the PE format
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
    files: frozenset[str] = frozenset()  # those of the paths in the settings that exist
    addin_path: str = ""
    addin: AddinFile | None = None
    excel_version: str | None = None
    excel_bits: int | None = None
    registry: dict[str, int] = field(default_factory=dict)  # by name; a policy's value goes before the user's
    policies: frozenset[str] = frozenset()  # the names that a policy sets
    trusted: tuple[str, ...] = ()  # the user's trusted folders, as far as the registry lists them
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
        "prices_as_of": bundled_book().as_of,
        "today": today,
    }
    if facts["system"] != "Windows":
        return Machine(**facts)
    places = Places.of(os.environ)
    settings = {key: os.path.expandvars(value) for key, value in read_settings(places.settings).items()}
    return Machine(
        **facts,
        dlls=_dlls(settings.get(INTERPRETER) or sys.executable),
        settings=settings,
        settings_path=str(places.settings),
        files=frozenset(value for value in settings.values() if Path(value).is_file()),
        addin_path=str(places.addin),
        addin=addin_file(places.addin),
        running=_running(places.addin.name),
        **_registered(),
    )


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


# -- the registry ------------------------------------------------------------------------------------------------


def _registered() -> dict[str, Any]:
    """What the registry says of Excel and its macro settings."""
    if sys.platform != "win32":
        return {}
    import winreg  # noqa: PLC0415

    user, everybody = winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE
    values, policies = {}, set()
    for name, key in EXCEL_VALUES:
        policy = key.replace("Software", r"Software\Policies", 1)
        for hive, place in ((user, policy), (everybody, policy), (user, key)):
            value = _value(hive, place, name)
            if isinstance(value, int):
                values[name] = value
                policies |= {name} if place == policy else set()
                break
    program = _value(everybody, APP_PATH, "")
    return {
        "registry": values,
        "policies": frozenset(policies),
        "trusted": tuple(_trusted_folders()),
        "disabled": tuple(_disabled_items()),
        "excel_version": _value(everybody, CLICK_TO_RUN, "VersionToReport") or ("16" if program else None),
        "excel_bits": _bits_of(program) if program else None,
    }


def _value(hive: int, key: str, name: str) -> Any:
    if sys.platform != "win32":
        return None
    import winreg  # noqa: PLC0415

    try:
        with winreg.OpenKey(hive, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None


def _trusted_folders() -> list[str]:
    """The folders of the keys Location0, Location1 and so on, variables resolved."""
    if sys.platform != "win32":
        return []
    import winreg  # noqa: PLC0415

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, TRUSTED_LOCATIONS) as opened:
            names = [winreg.EnumKey(opened, position) for position in range(winreg.QueryInfoKey(opened)[0])]
    except OSError:
        return []
    paths = [_value(winreg.HKEY_CURRENT_USER, rf"{TRUSTED_LOCATIONS}\{name}", "Path") for name in names]
    return [os.path.expandvars(path) for path in paths if isinstance(path, str)]


def _disabled_items() -> list[str]:
    """The files Excel will not load again: binary values that hold their paths as text of two bytes a character."""
    if sys.platform != "win32":
        return []
    import winreg  # noqa: PLC0415

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, DISABLED_ITEMS) as opened:
            items = [winreg.EnumValue(opened, position)[1] for position in range(winreg.QueryInfoKey(opened)[1])]
    except OSError:
        return []
    return [bytes(item).decode("utf-16-le", errors="replace") for item in items if isinstance(item, bytes)]


def _bits_of(program: str) -> int | None:
    """Whether a program is one of 32 or 64 bits, from its header."""
    try:
        with Path(program.strip('"')).open("rb") as file:
            start = struct.unpack("<I", file.read(0x40)[0x3C:])[0]
            file.seek(start)
            kind = struct.unpack("<4sH", file.read(6))[1]
    except (OSError, struct.error):
        return None
    return BITS_OF_PROGRAM.get(kind)
