"""Reads what Windows' registry says of Excel; writes nothing there."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import Any, Final

OFFICE: Final = r"Software\Microsoft\Office\16.0"  # Excel 2016 and later
SECURITY: Final = rf"{OFFICE}\Excel\Security"
TRUSTED_LOCATIONS: Final = rf"{SECURITY}\Trusted Locations"
RESILIENCY: Final = rf"{OFFICE}\Excel\Resiliency"
VALUES: Final = (
    ("VBAWarnings", SECURITY),
    ("AccessVBOM", SECURITY),
    ("DisableAllAddins", SECURITY),
    ("RequireAddinSig", SECURITY),
    ("AllLocationsDisabled", TRUSTED_LOCATIONS),
    ("RestrictToList", RESILIENCY),
    ("VBAOff", rf"{OFFICE}\Common"),
    ("RequireAlwaysOnMacroSig", rf"{OFFICE}\Common\Security"),
    ("Allow User Locations", rf"{OFFICE}\Common\Security\Trusted Locations"),
)
CLOUD_POLICIES: Final = r"Software\Policies\Microsoft\Cloud\Office\16.0"  # of Microsoft 365; they go before the others
POLICIES: Final = r"Software\Policies\Microsoft\Office\16.0"
APP_PATH: Final = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
CLICK_TO_RUN: Final = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
BITS_OF_PROGRAM: Final = {0x014C: 32, 0x8664: 64, 0xAA64: 64}  # the machine types of the PE format


def registered(addin: str) -> dict[str, Any]:
    """What the registry says of Excel, its macro settings and an add-in, by the names that `machine.Machine` has."""
    if sys.platform != "win32":
        return {}
    import winreg  # noqa: PLC0415

    user, everybody = winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE
    values: dict[str, int] = {}
    policies: set[str] = set()
    for name, key in VALUES:
        by_policy, by_user = _policy(key, name), _value(user, key, name)
        if isinstance(by_policy, int):
            policies.add(name)
            values[name] = by_policy
        elif isinstance(by_user, int):
            values[name] = by_user
    program = _value(everybody, APP_PATH, "")
    listed = _policy(rf"{RESILIENCY}\AddinList", addin)
    trusted_by_policy = [path for key in _policy_keys(TRUSTED_LOCATIONS) for path in _trusted_folders(key)]
    return {
        "registry": values,
        "policies": frozenset(policies),
        "trusted": (*_trusted_folders(TRUSTED_LOCATIONS), *trusted_by_policy),
        "trusted_by_policy": tuple(trusted_by_policy),
        "listed": None if listed is None else str(listed),
        "disabled": tuple(_disabled_items()),
        "excel_version": _value(everybody, CLICK_TO_RUN, "VersionToReport") or ("16" if program else None),
        "excel_bits": _bits_of(program) if program else None,
    }


def _policy_keys(key: str) -> tuple[str, str]:
    return key.replace(OFFICE, CLOUD_POLICIES), key.replace(OFFICE, POLICIES)


def _policy(key: str, name: str) -> Any:
    """What a company prescribes, for the user or for the computer; None where it prescribes nothing."""
    if sys.platform != "win32":
        return None
    import winreg  # noqa: PLC0415

    for place in _policy_keys(key):
        for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            value = _value(hive, place, name)
            if value is not None:
                return value
    return None


def _value(hive: int, key: str, name: str) -> Any:
    if sys.platform != "win32":
        return None
    import winreg  # noqa: PLC0415

    try:
        with winreg.OpenKey(hive, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None


def _trusted_folders(key: str) -> list[str]:
    """The folders of the keys Location0, Location1 and so on below a key of the user's, variables resolved."""
    if sys.platform != "win32":
        return []
    import winreg  # noqa: PLC0415

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            names = [winreg.EnumKey(opened, position) for position in range(winreg.QueryInfoKey(opened)[0])]
    except OSError:
        return []
    paths = [_value(winreg.HKEY_CURRENT_USER, rf"{key}\{name}", "Path") for name in names]
    return [os.path.expandvars(path) for path in paths if isinstance(path, str)]


def _disabled_items() -> list[str]:
    """The files Excel will not load again: binary values that hold their paths as text of two bytes a character."""
    if sys.platform != "win32":
        return []
    import winreg  # noqa: PLC0415

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, rf"{RESILIENCY}\DisabledItems") as opened:
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
