"""Reads what Windows' registry says of Excel; writes nothing there."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import Any, Final

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


def registered() -> dict[str, Any]:
    """What the registry says of Excel and its macro settings, by the names that `machine.Machine` gives it."""
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
