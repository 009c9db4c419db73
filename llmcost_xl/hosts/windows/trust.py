"""What keeps the add-in's macros from running, as far as Excel's settings and a company's policies say."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.hosts.windows.machine import Machine

ELSEWHERE: Final = "use LibreOffice, xlwings Lite, or a server (llmcost-xl serve)"
ASK_IT: Final = f"this is your company's policy: ask your IT, or {ELSEWHERE}"
MACRO_SETTINGS: Final = {
    1: "all macros are allowed",
    2: "Excel asks before it runs macros",
    3: "only signed macros run",
    4: "no macros run",
}
TRUST_FOLDER: Final = "if Excel asks about macros, add its start folder (XLSTART) under Trusted Locations"


def macro_setting(machine: Machine) -> str:
    """How Excel treats macros outside trusted locations."""
    return MACRO_SETTINGS.get(machine.registry.get("VBAWarnings", 2), "unknown")


def trusts_start_folder(machine: Machine) -> bool:
    """Whether the add-in's folder is among the trusted locations, or those are not known."""
    return not machine.trusted or _is_trusted(machine, machine.trusted)


def _is_trusted(machine: Machine, folders: tuple[str, ...]) -> bool:
    return PureWindowsPath(machine.addin_path).parent in map(PureWindowsPath, folders)


def what_stops_macros(machine: Machine) -> Iterator[tuple[str, str]]:
    """Each setting that does, and what to do about it."""
    yield from _switches(machine)
    yield from _lists_of_addins(machine)
    if machine.registry.get("VBAWarnings", 2) != 1:
        yield from _distrust(machine)
    if any(PureWindowsPath(machine.addin_path).name in item for item in machine.disabled):
        step = "in Excel: File, Options, Add-ins, Manage: Disabled Items, Go, then enable it and start Excel again"
        yield "Excel has disabled the add-in after a crash", step


def _switches(machine: Machine) -> Iterator[tuple[str, str]]:
    value = machine.registry.get
    if value("VBAOff") == 1:
        yield "VBA is switched off for all of Office", _undo(machine, "VBAOff", ELSEWHERE)
    if value("DisableAllAddins") == 1:
        step = _undo(machine, "DisableAllAddins", "untick Disable all Application Add-ins")
        yield "Excel is set to load no add-ins", step
    if value("RequireAddinSig") == 1:
        step = _undo(machine, "RequireAddinSig", "untick Require Application Add-ins to be signed")
        yield "Excel loads signed add-ins only; ours is not signed", step
    if value("RequireAlwaysOnMacroSig") == 1:
        yield "macros loaded at Excel's start must be signed; ours are not", ASK_IT


def _lists_of_addins(machine: Machine) -> Iterator[tuple[str, str]]:
    """A company's list of add-ins says 0 (never), 1 (always) or 2 (as the user likes) of each."""
    if machine.listed == "0":
        yield "your company has blocked this add-in", ASK_IT
    elif machine.registry.get("RestrictToList") == 1 and machine.listed not in {"1", "2"}:
        yield "only the add-ins on your company's list are loaded, and ours is not among them", ASK_IT


def _distrust(machine: Machine) -> Iterator[tuple[str, str]]:
    """The start folder is a trusted location from the beginning, unless those are switched off."""
    value = machine.registry.get
    if value("AllLocationsDisabled") == 1:
        step = _undo(machine, "AllLocationsDisabled", "untick Disable all Trusted Locations")
        yield f"trusted locations are switched off, and {macro_setting(machine)}", step
    elif value("Allow User Locations") == 0 and not _is_trusted(machine, machine.trusted_by_policy):
        yield f"only your company's trusted locations count, and {macro_setting(machine)}", ASK_IT


def _undo(machine: Machine, name: str, step: str) -> str:
    if name in machine.policies:
        return ASK_IT
    return step if step == ELSEWHERE else f"in Excel: File, Options, Trust Center, Trust Center Settings, then {step}"
