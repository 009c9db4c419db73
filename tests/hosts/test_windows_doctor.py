"""What the doctor says of a table of machines, and how it asks the one it runs on."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import platform
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from llmcost_xl import __version__
from llmcost_xl.hosts.windows import addin, machine, registry, running, settings
from llmcost_xl.hosts.windows.doctor import OK, PROBLEM, UNKNOWN, examine
from llmcost_xl.hosts.windows.install import Places
from llmcost_xl.hosts.windows.machine import AddinFile, Machine, RunningExcel

if TYPE_CHECKING:
    import memory_excel
    from commandline import Run

PYTHON = r"C:\Users\ada\venv\Scripts\python.exe"
TODAY = dt.date(2026, 11, 21)
BUILT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
XLSTART = r"C:\Users\ada\AppData\Roaming\Microsoft\Excel\XLSTART\llmcost-xl.xlam"
WELL = Machine(
    system="Windows",
    python=PYTHON,
    python_version="3.12.7",
    python_bits=64,
    version="1.2.0",
    code_written=BUILT - dt.timedelta(days=1),
    xlwings="0.37.8",
    pywin32="311",
    prices_as_of=dt.date(2026, 11, 1),
    today=TODAY,
    dlls=("xlwings32-0.37.8.dll", "xlwings64-0.37.8.dll"),
    settings={"INTERPRETER_WIN": PYTHON},
    settings_path=r"C:\Users\ada\.llmcost-xl\llmcost-xl.conf",
    files=frozenset({PYTHON}),
    addin_path=XLSTART,
    addin=AddinFile(XLSTART, BUILT, "1.2.0", "0.37.8", from_internet=False),
    excel_version="16.0.18129.20158",
    excel_bits=64,
    trusted=("C:\\Program Files\\Microsoft Office\\Root\\Templates\\", XLSTART.rpartition("\\")[0] + "\\"),
    running=(RunningExcel(addin_loaded=True, answer=0.00325),),
)


def file(**changes: Any) -> AddinFile:
    assert WELL.addin is not None
    return dataclasses.replace(WELL.addin, **changes)


def test_a_machine_where_all_is_well_has_no_problem_and_nothing_to_do() -> None:
    checks = examine(WELL)
    assert {check.state for check in checks} == {OK}
    assert {check.next_step for check in checks} == {""}
    assert len({check.check for check in checks}) == len(checks) == 12


CONDA = {"settings": {"CONDA PATH": r"C:\conda", "CONDA ENV": "money"}}
MONEY = r"C:\conda\envs\money\python.exe"
START = XLSTART.rpartition("\\")[0]
POLICIES_ONLY = {"Allow User Locations": 0}
MACHINES: list[tuple[dict[str, Any], str, str, str]] = [
    ({"excel_version": None}, "Excel", UNKNOWN, "no installed Excel"),
    ({"xlwings": None}, "xlwings", PROBLEM, "pip install xlwings"),
    ({"xlwings": None}, "xlwings DLL", UNKNOWN, "not installed"),
    ({"xlwings": "0.38.0"}, "xlwings", PROBLEM, "0.38.0, but the add-in was built for 0.37.8"),
    ({"dlls": ()}, "xlwings DLL", PROBLEM, "xlwings64-0.37.8.dll is missing: it is neither beside"),
    ({"dlls": ("xlwings64-0.37.8.dll",), "excel_bits": 32}, "xlwings DLL", PROBLEM, "xlwings32-0.37.8.dll is missing"),
    ({"dlls": ("xlwings64-0.37.8.dll",), "excel_bits": 64}, "xlwings DLL", OK, "xlwings64-0.37.8.dll"),
    ({"dlls": ("xlwings64-0.37.8.dll",), "excel_bits": None}, "xlwings DLL", PROBLEM, "xlwings32"),
    ({"dlls": ("xlwings64-0.37.7.dll", "xlwings32-0.37.7.dll")}, "xlwings DLL", PROBLEM, "xlwings64-0.37.8.dll"),
    ({"dlls": (), "python_bits": 32}, "xlwings DLL", PROBLEM, "for 64-bit Python only"),
    ({"dlls": (), "python": r"C:\Program Files\WindowsApps\python.exe"}, "xlwings DLL", PROBLEM, "Microsoft Store"),
    ({"python_bits": 32}, "Python", OK, "32-bit"),
    ({"pywin32": None}, "pywin32", PROBLEM, "pip install pywin32"),
    ({"addin": None}, "Add-in file", PROBLEM, "not there: C:"),
    ({"addin": file(built_by=None, dll_version=None)}, "Add-in file", PROBLEM, "damaged"),
    ({"addin": file(built_by="1.1.9")}, "Add-in file", PROBLEM, "built by llmcost-xl 1.1.9, installed is 1.2.0"),
    ({"code_written": BUILT + dt.timedelta(hours=1)}, "Add-in file", PROBLEM, "older than the installed"),
    ({"code_written": BUILT}, "Add-in file", OK, XLSTART),
    ({"addin": file(from_internet=True)}, "Origin of the file", PROBLEM, "marked as downloaded"),
    ({"settings": {}}, "Settings", PROBLEM, "not there"),
    ({"settings": {"SHOW CONSOLE": "True"}}, "Settings", PROBLEM, "names no Python"),
    ({"files": frozenset()}, "Settings", PROBLEM, "which is not there"),
    ({"python": r"D:\other\python.exe"}, "Settings", PROBLEM, f"Excel starts another Python: {PYTHON}"),
    ({"python": PYTHON.lower()}, "Settings", OK, "llmcost-xl.conf"),
    ({**CONDA, "python": MONEY, "files": frozenset({MONEY})}, "Settings", OK, "(Anaconda environment money)"),
    ({**CONDA, "python": MONEY}, "Settings", PROBLEM, f"Excel is to start {MONEY}, which is not there"),
    ({**CONDA, "files": frozenset({MONEY})}, "Settings", PROBLEM, f"Excel starts another Python: {MONEY}"),
    ({"registry": {"VBAWarnings": 4}}, "Macro settings", OK, "no macros run; the start folder is a trusted location"),
    ({"registry": {"AllLocationsDisabled": 1}}, "Macro settings", PROBLEM, "Excel asks before it runs macros"),
    ({"registry": {"AllLocationsDisabled": 1, "VBAWarnings": 3}}, "Macro settings", PROBLEM, "only signed macros run"),
    ({"registry": {"AllLocationsDisabled": 1, "VBAWarnings": 1}}, "Macro settings", OK, "all macros are allowed"),
    ({"registry": {"RequireAddinSig": 1}}, "Macro settings", PROBLEM, "Trust Center Settings"),
    ({"registry": {"DisableAllAddins": 1}}, "Macro settings", PROBLEM, "untick Disable all"),
    (
        {"registry": {"DisableAllAddins": 1}, "policies": frozenset({"DisableAllAddins"})},
        "Macro settings",
        PROBLEM,
        "your company's policy: ask your IT",
    ),
    ({"registry": {"VBAOff": 1}}, "Macro settings", PROBLEM, "VBA is switched off"),
    ({"registry": {"Allow User Locations": 0}}, "Macro settings", PROBLEM, "only your company's trusted locations"),
    ({"registry": {"Allow User Locations": 1}}, "Macro settings", OK, "trusted"),
    ({"registry": POLICIES_ONLY, "trusted_by_policy": (START + "\\",)}, "Macro settings", OK, "trusted"),
    ({"registry": POLICIES_ONLY, "trusted_by_policy": (r"D:\shared",)}, "Macro settings", PROBLEM, "ask your IT"),
    ({"registry": {**POLICIES_ONLY, "VBAWarnings": 1}}, "Macro settings", OK, "all macros are allowed"),
    ({"registry": {"RequireAlwaysOnMacroSig": 1}}, "Macro settings", PROBLEM, "must be signed; ours are not"),
    ({"registry": {"RestrictToList": 1}}, "Macro settings", PROBLEM, "ours is not among them"),
    ({"registry": {"RestrictToList": 1}, "listed": "1"}, "Macro settings", OK, "trusted"),
    ({"registry": {"RestrictToList": 1}, "listed": "2"}, "Macro settings", OK, "trusted"),
    ({"listed": "0"}, "Macro settings", PROBLEM, "your company has blocked this add-in"),
    ({"trusted": (r"D:\shared",)}, "Macro settings", UNKNOWN, "not among the trusted locations"),
    ({"trusted": (XLSTART.rpartition("\\")[0].upper(),)}, "Macro settings", OK, "trusted"),
    ({"trusted": ()}, "Macro settings", OK, "trusted"),
    ({"disabled": (f"\1\0{XLSTART}\0",)}, "Macro settings", PROBLEM, "Disabled Items"),
    ({"disabled": (r"C:\other.xlam",)}, "Macro settings", OK, "trusted"),
    ({"registry": {"AccessVBOM": 1}}, "Access to the VBA project", OK, "on; the add-in needs none"),
    ({"running": None}, "Running Excel", UNKNOWN, "leave the cell being edited"),
    ({"running": ()}, "Running Excel", UNKNOWN, "open Excel"),
    ({"running": (RunningExcel(addin_loaded=False, answer=None),)}, "Running Excel", PROBLEM, "not loaded"),
    ({"running": (RunningExcel(addin_loaded=True, answer=-2146826259),)}, "Running Excel", PROBLEM, "#NAME?"),
    ({"prices_as_of": dt.date(2026, 6, 1)}, "Prices", PROBLEM, "173 days ago"),
    ({"prices_as_of": TODAY - dt.timedelta(days=92)}, "Prices", OK, "92 days ago"),
    ({"prices_as_of": TODAY - dt.timedelta(days=93)}, "Prices", PROBLEM, "93 days ago"),
]


@pytest.mark.parametrize(("changes", "name", "state", "words"), MACHINES)
def test_a_machine_with_one_thing_changed(changes: dict[str, Any], name: str, state: str, words: str) -> None:
    checks = examine(dataclasses.replace(WELL, **changes))
    (found,) = (check for check in checks if check.check == name)
    assert found.state == state
    assert words in f"{found.found} {found.next_step}"
    assert (found.next_step == "") == (state == OK) or (name, state) == ("xlwings DLL", UNKNOWN)


def test_every_problem_says_what_to_do_next() -> None:
    for changes, *_ in MACHINES:
        for check in examine(dataclasses.replace(WELL, **changes)):
            assert check.state != PROBLEM or check.next_step, check


@pytest.mark.parametrize(("system", "name"), [("Darwin", "macOS"), ("Linux", "Linux")])
def test_elsewhere_only_what_can_be_checked_is(system: str, name: str) -> None:
    checks = examine(dataclasses.replace(WELL, system=system))
    assert [check.check for check in checks] == ["Windows", "xlwings", "Prices"]
    assert checks[0].state == PROBLEM
    assert name in checks[0].found


@pytest.mark.parametrize("name", ["status", "doctor"])
def test_status_prints_the_checks_and_fails_when_there_is_a_problem(name: str, run: Run, monkeypatch: Any) -> None:
    monkeypatch.setattr(machine, "this_machine", lambda: WELL)
    code, out, _ = run("addin", name, "--json")
    assert code == 0
    assert json.loads(out) == [check._asdict() for check in examine(WELL)]
    monkeypatch.setattr(machine, "this_machine", lambda: dataclasses.replace(WELL, pywin32=None))
    code, out, error = run("addin", name)
    assert code == 4
    assert "pywin32\tproblem\tnot installed\trun: pip install pywin32" in out
    assert "1 problem;" in error


# -- asking the machine --------------------------------------------------------------------------------------------


def test_this_machine_is_examined_without_windows() -> None:
    found = machine.this_machine()
    assert (found.system, found.python) == (platform.system(), sys.executable)
    assert found.xlwings
    assert found.code_written.year > 2000


class Registry:
    """A stand-in for winreg over a dictionary of keys, as far as the doctor asks it."""

    HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_64KEY = "HKCU", "HKLM", 1, 2

    def __init__(self, keys: dict[str, dict[str, Any]]) -> None:
        self.keys = keys

    def OpenKey(self, hive: str, key: str, _: int = 0, access: int = 1) -> Any:
        assert hive == "HKCU" or access == self.KEY_READ | self.KEY_WOW64_64KEY  # a 32-bit Python would see others
        path = f"{hive}\\{key}"
        if path not in self.keys:
            raise FileNotFoundError(path)
        values = self.keys[path]
        return type(
            "Key", (), {"path": path, "values": values, "__enter__": lambda key: key, "__exit__": lambda *_: None}
        )()

    def QueryValueEx(self, key: Any, name: str) -> tuple[Any, int]:
        if name not in key.values:
            raise FileNotFoundError(name)
        return key.values[name], 1

    def QueryInfoKey(self, key: Any) -> tuple[int, int, int]:
        return len(self._below(key)), len(key.values), 0

    def EnumKey(self, key: Any, position: int) -> str:
        return self._below(key)[position]

    def _below(self, key: Any) -> list[str]:
        return [path.rpartition("\\")[2] for path in self.keys if path.rpartition("\\")[0] == key.path]

    def EnumValue(self, key: Any, position: int) -> tuple[str, Any, int]:
        return (*list(key.values.items())[position], 3)


def program(path: Path, kind: int) -> str:
    """A program file, as far as its header."""
    path.write_bytes(
        b"MZ".ljust(0x3C, b"\0") + (0x80).to_bytes(4, "little") + b"\0" * 0x40 + b"PE\0\0" + kind.to_bytes(2, "little")
    )
    return str(path)


@pytest.mark.parametrize(("kind", "bits"), [(0x014C, 32), (0x8664, 64), (0x1234, None)])
def test_a_windows_machine_is_described(
    kind: int, bits: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a stand-in for the registry, with real files; no Excel answers here."""
    python = tmp_path / "venv" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    for name in (python, python.parent.parent / "xlwings64-0.37.8.dll", python.with_name("xlwings32-0.37.8.dll")):
        name.touch()
    places = Places.of({"APPDATA": str(tmp_path / "Roaming"), "USERPROFILE": str(tmp_path)})
    places.addin.parent.mkdir(parents=True)
    addin.build(places.addin)
    settings.add_ours(places.settings, {"INTERPRETER_WIN": str(python)})
    security = r"Microsoft\Office\16.0\Excel\Security"
    keys = Registry({
        rf"HKCU\Software\{security}": {"VBAWarnings": 1, "AccessVBOM": 1},
        rf"HKLM\Software\Policies\{security}": {"VBAWarnings": 4},
        rf"HKCU\Software\Policies\{security}\Trusted Locations": {"AllLocationsDisabled": 1},
        rf"HKCU\Software\Policies\{security}\Trusted Locations\Location1": {"Path": r"D:\shared"},
        r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0\Excel\Security": {"RequireAddinSig": 0},
        rf"HKCU\Software\Policies\{security}": {"RequireAddinSig": 1},
        r"HKLM\Software\Policies\Microsoft\Office\16.0\Excel\Resiliency": {"RestrictToList": 1},
        r"HKLM\Software\Policies\Microsoft\Office\16.0\Excel\Resiliency\AddinList": {"llmcost-xl.xlam": "2"},
        rf"HKCU\Software\{security}\Trusted Locations": {},
        rf"HKCU\Software\{security}\Trusted Locations\Location2": {"Path": "${APPDATA}/Microsoft/Excel/XLSTART"},
        rf"HKCU\Software\{security}\Trusted Locations\Location9": {"Description": "no path"},
        r"HKCU\Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems": {"x": XLSTART.encode("utf-16-le")},
        rf"HKLM\{registry.APP_PATH}": {"": program(tmp_path / "EXCEL.EXE", kind)},
        rf"HKLM\{registry.CLICK_TO_RUN}": {"VersionToReport": "16.0.18129.20158"},
    })  # fmt: skip
    monkeypatch.setitem(sys.modules, "winreg", keys)
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(registry, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    found = machine.this_machine()
    assert (found.excel_version, found.excel_bits) == ("16.0.18129.20158", bits)
    assert found.registry == {
        "VBAWarnings": 4,
        "AccessVBOM": 1,
        "AllLocationsDisabled": 1,
        "RequireAddinSig": 0,
        "RestrictToList": 1,
    }
    assert found.policies == {"VBAWarnings", "AllLocationsDisabled", "RequireAddinSig", "RestrictToList"}
    assert found.listed == "2"
    assert found.disabled == (XLSTART,)
    assert found.trusted == (str(places.addin.parent), r"D:\shared")
    assert found.trusted_by_policy == (r"D:\shared",)
    assert found.dlls == ("xlwings32-0.37.8.dll", "xlwings64-0.37.8.dll")
    assert found.addin == AddinFile(
        str(places.addin), found.addin.written, __version__, addin.dll_version(places.addin), from_internet=False
    )
    assert found.settings == {"INTERPRETER_WIN": str(python)}
    assert found.files == {str(python)}
    assert found.settings_path == str(places.settings)
    assert found.running is None
    assert {check.state for check in examine(found)} == {OK, PROBLEM, UNKNOWN}


def test_a_python_that_the_add_in_was_built_for_goes_before_the_users(tmp_path: Path, monkeypatch: Any) -> None:
    """As its VBA reads settings."""
    places = Places.of({"APPDATA": str(tmp_path / "Roaming"), "USERPROFILE": str(tmp_path)})
    places.addin.parent.mkdir(parents=True)
    python = tmp_path / "company" / "python.exe"
    python.parent.mkdir()
    python.touch()
    monkeypatch.setenv("COMPANY", str(python.parent))
    addin.build(places.addin, interpreter="${COMPANY}/python.exe")
    settings.add_ours(places.settings, {"CONDA PATH": r"C:\conda", "CONDA ENV": "money"})
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    found = machine.this_machine()
    assert settings.python_named(found.settings) == str(python)
    assert (found.settings_path, found.files) == (str(places.addin), {str(python)})
    (check,) = (check for check in examine(dataclasses.replace(found, python=str(python))) if check.check == "Settings")
    assert (check.state, check.found) == (OK, str(places.addin))


@pytest.mark.parametrize(("zone", "marked"), [(2, False), (3, True), (4, True)])
def test_the_mark_of_a_downloaded_file_is_read(zone: int, marked: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.xlam"
    path.touch()
    assert not machine.is_from_internet(path)
    Path(f"{path}:Zone.Identifier").write_text(f"[ZoneTransfer]\r\nZoneId={zone}\r\n")
    assert machine.is_from_internet(path) == marked


def test_every_running_excel_is_asked_for_the_add_in_and_a_formula(
    app: memory_excel.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import memory_excel  # noqa: PLC0415  # xlwings takes two seconds, and other tests need none
    import xlwings  # noqa: PLC0415

    app.opened.add(addin.FILE_NAME, openpyxl.Workbook())
    app.excel.evaluate = {running.FORMULA: 0.00325}.__getitem__
    other = memory_excel.App(tmp_path)
    monkeypatch.setattr(xlwings, "apps", [xlwings.App(impl=app), xlwings.App(impl=other)])
    assert [RunningExcel(**one) for one in running.running(addin.FILE_NAME)] == [
        RunningExcel(addin_loaded=True, answer=0.00325),
        RunningExcel(addin_loaded=False, answer=None),
    ]


def test_a_file_that_is_no_add_in_of_ours_is_described_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "llmcost-xl.xlam"
    path.write_text("no zip")
    found = machine.addin_file(path)
    assert found is not None
    assert (found.built_by, found.dll_version) == (None, None)
    assert machine.addin_file(tmp_path / "absent.xlam") is None
