"""What is well with the add-in on a machine, what is not, and what to do next, in plain words.

Every check is a function of a `Machine`, so that a table of machines can test it anywhere.
"""

from __future__ import annotations

from itertools import chain
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue.age import WORTH_A_WARNING
from llmcost_xl.cells import COM_ERRORS
from llmcost_xl.hosts.windows.addin import INTERPRETER
from llmcost_xl.hosts.windows.settings import CONDA_ENV, python_named
from llmcost_xl.hosts.windows.trust import (
    ELSEWHERE,
    TRUST_FOLDER,
    macro_setting,
    trusts_start_folder,
    what_stops_macros,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.hosts.windows.machine import Machine

OK: Final = "ok"
PROBLEM: Final = "problem"
UNKNOWN: Final = "cannot tell"
INSTALL: Final = "close Excel and run: llmcost-xl addin install"
NO_WHEEL: Final = "install a 64-bit Python from python.org, make a virtual environment with it, and install there"


class Check(NamedTuple):
    """One line of the doctor's report."""

    check: str
    state: str
    found: str
    next_step: str = ""


def examine(machine: Machine) -> list[Check]:
    """Every check, in the order in which problems are best mended."""
    if machine.system != "Windows":
        name = {"Darwin": "macOS"}.get(machine.system, machine.system)
        found = f"this is {name}; Excel calls functions of a classic add-in on Windows only"
        return [Check("Windows", PROBLEM, found, ELSEWHERE), _xlwings(machine), _prices(machine)]
    checks = (_python, _excel, _xlwings, _dll, _pywin32, _addin, _settings, _trust, _vba_access, _excel_now, _prices)
    return [Check("Windows", OK, "Windows"), *chain.from_iterable(_listed(check(machine)) for check in checks)]


def _listed(found: Check | Iterator[Check]) -> list[Check]:
    return [found] if isinstance(found, Check) else list(found)


def _python(machine: Machine) -> Check:
    return Check("Python", OK, f"{machine.python_version}, {machine.python_bits}-bit, {machine.python}")


def _excel(machine: Machine) -> Check:
    if not machine.excel_version:
        return Check("Excel", UNKNOWN, "no installed Excel was found", "install Excel for Windows, or ask your IT")
    bits = f"{machine.excel_bits}-bit" if machine.excel_bits else "32 or 64-bit"
    return Check("Excel", OK, f"{machine.excel_version}, {bits}; Python may be of either kind")


def _xlwings(machine: Machine) -> Check:
    if machine.xlwings is None:
        return Check("xlwings", PROBLEM, "not installed", "run: pip install xlwings")
    wanted = machine.addin.dll_version if machine.addin else None
    if wanted and wanted != machine.xlwings:
        return Check("xlwings", PROBLEM, f"{machine.xlwings}, but the add-in was built for {wanted}", INSTALL)
    return Check("xlwings", OK, machine.xlwings)


def _dll(machine: Machine) -> Check:
    """Excel loads the DLL of its own kind from Python's folder; Python itself is another process, of any kind."""
    name = "xlwings DLL"
    if machine.xlwings is None:
        return Check(name, UNKNOWN, "xlwings is not installed")
    kinds = [machine.excel_bits] if machine.excel_bits else [32, 64]
    wanted = [f"xlwings{bits}-{machine.xlwings}.dll" for bits in kinds]
    missing = [dll for dll in wanted if dll not in machine.dlls]
    if not missing:
        return Check(name, OK, ", ".join(wanted))
    if "WindowsApps" in machine.python:
        why = "Python from the Microsoft Store keeps it where Excel cannot look"
    elif machine.python_bits == 32:  # noqa: PLR2004
        why = "xlwings has it for 64-bit Python only (Excel may be of either kind)"
    else:
        why = "it is neither beside python.exe nor one folder up"
    return Check(name, PROBLEM, f"{', '.join(missing)} is missing: {why}", NO_WHEEL)


def _pywin32(machine: Machine) -> Check:
    if machine.pywin32 is None:
        return Check("pywin32", PROBLEM, "not installed", "run: pip install pywin32")
    return Check("pywin32", OK, machine.pywin32)


def _addin(machine: Machine) -> Iterator[Check]:
    addin = machine.addin
    if addin is None:
        yield Check("Add-in file", PROBLEM, f"not there: {machine.addin_path}", INSTALL)
        return
    if addin.built_by is None:
        yield Check("Add-in file", PROBLEM, f"damaged, or another file of that name: {addin.path}", INSTALL)
    elif addin.built_by != machine.version:
        found = f"built by llmcost-xl {addin.built_by}, installed is {machine.version}"
        yield Check("Add-in file", PROBLEM, found, INSTALL)
    elif addin.written < machine.code_written:
        yield Check("Add-in file", PROBLEM, "older than the installed worksheet functions", INSTALL)
    else:
        yield Check("Add-in file", OK, addin.path)
    if addin.from_internet:
        found = "the file is marked as downloaded, and Excel blocks macros of such files outside trusted folders"
        yield Check("Origin of the file", PROBLEM, found, INSTALL)


def _settings(machine: Machine) -> Check:
    name = "Settings"
    found = machine.settings
    if not found:
        return Check(name, PROBLEM, f"not there: {machine.settings_path}", INSTALL)
    python = python_named(found)
    if not python:
        return Check(name, PROBLEM, f"{machine.settings_path} names no Python", INSTALL)
    if python not in machine.files:
        return Check(name, PROBLEM, f"Excel is to start {python}, which is not there", INSTALL)
    if PureWindowsPath(python) != PureWindowsPath(machine.python):
        return Check(name, PROBLEM, f"Excel starts another Python: {python}", f"if that is not meant, {INSTALL}")
    conda = "" if found.get(INTERPRETER) else f" (Anaconda environment {found[CONDA_ENV]})"
    return Check(name, OK, f"{machine.settings_path}{conda}")


def _trust(machine: Machine) -> Iterator[Check]:
    name = "Macro settings"
    found = list(what_stops_macros(machine))
    for why, step in found:
        yield Check(name, PROBLEM, why, step)
    if found:
        return
    setting = macro_setting(machine)
    if trusts_start_folder(machine):
        yield Check(name, OK, f"{setting}; the start folder is a trusted location, where they run unasked")
    else:
        yield Check(name, UNKNOWN, f"{setting}; Excel's start folder is not among the trusted locations", TRUST_FOLDER)


def _vba_access(machine: Machine) -> Check:
    allowed = "on" if machine.registry.get("AccessVBOM") == 1 else "off"
    return Check("Access to the VBA project", OK, f"{allowed}; the add-in needs none, only Import Functions does")


# -- the running Excel, and the prices ---------------------------------------------------------------------------


def _excel_now(machine: Machine) -> Iterator[Check]:
    name = "Running Excel"
    if machine.running is None:
        yield Check(name, UNKNOWN, "Excel gave no answer", "leave the cell being edited, close any dialog, ask again")
        return
    if not machine.running:
        yield Check(name, UNKNOWN, "Excel is not running", "open Excel, then ask again")
    for excel in machine.running:
        if not excel.addin_loaded:
            yield Check(name, PROBLEM, "the add-in is not loaded", "close every window of Excel and open it again")
        elif isinstance(excel.answer, float):
            yield Check(name, OK, f"the add-in is loaded and a formula gives {excel.answer:.6g}")
        else:
            found = f"the add-in is loaded, but a formula gives {COM_ERRORS.get(excel.answer, excel.answer)}"
            yield Check(name, PROBLEM, found, "mend what is named above, then close Excel and open it again")


def _prices(machine: Machine) -> Check:
    age = (machine.today - machine.prices_as_of).days
    found = f"as of {machine.prices_as_of}, {age} days ago"
    if age > WORTH_A_WARNING:
        return Check("Prices", PROBLEM, found, "press Refresh prices in Excel, or run: llmcost-xl prices update")
    return Check("Prices", OK, found)
