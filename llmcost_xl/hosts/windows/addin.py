"""Builds the add-in file for Excel on Windows, on any system and without Excel.

    from llmcost_xl.hosts.windows.addin import build, dll_version

    build(Path("llmcost-xl.xlam"))              # refuses to overwrite; force=True replaces
    dll_version(Path("llmcost-xl.xlam"))        # "0.37.8": the xlwings it was built with, and needs

The file contains no Python. Which Python it starts stands in the user's settings file (`PROJECT_NAME`), unless it is
built for a certain one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl import __version__
from llmcost_xl.errors import LLMCostError
from llmcost_xl.hosts.windows.modules import PROJECT_NAME, UDF_MODULE, modules, xlwings_module, xlwings_version
from llmcost_xl.hosts.windows.package import HELP_SHEET, packed, readable, workbook
from llmcost_xl.hosts.windows.project import vba_project
from llmcost_xl.workbook.saving import save

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FILE_NAME", "PROJECT_NAME", "AddinError", "build", "dll_version", "package_version", "settings"]

FILE_NAME: Final = "llmcost-xl.xlam"
SUFFIX: Final = ".xlam"
VBA_PROJECT_NAME: Final = "llmcost"
SETTINGS_SHEET: Final = f"{PROJECT_NAME}.conf"
CODE_NAMES: Final = {SETTINGS_SHEET: "SettingsSheet", HELP_SHEET: "HelpSheet"}
SHEET_USES: Final = {"SettingsSheet": "Settings that xlwings reads", "HelpSheet": "Help of the functions"}
INTERPRETER: Final = "INTERPRETER_WIN"
XLWINGS: Final = "XLWINGS_VERSION"
PACKAGE: Final = "LLMCOST_XL_VERSION"


class AddinError(LLMCostError):
    """A file that is no add-in of ours."""


def build(path: Path, *, force: bool = False, interpreter: str | None = None) -> Path:
    """Write the add-in to `path`, at once or not at all, and return the path.

    `interpreter` is a python.exe, environment variables in percent signs allowed, for an add-in that many people load
    from one place; without it each user's own settings file says which.

    Raises:
        SavingError: the target exists and `force` is not given, or cannot be written.
        GeneratorError: the installed xlwings writes VBA that we do not know.
    """
    vba = vba_project(VBA_PROJECT_NAME, modules(FILE_NAME, SHEET_USES))
    book = workbook(SETTINGS_SHEET, _settings(interpreter), CODE_NAMES)
    return save(packed(book, vba), path, force=force, suffix=SUFFIX)


def settings(path: Path) -> dict[str, str]:
    """What an add-in was built with, setting by setting.

    Raises:
        AddinError: this is no add-in of ours.
        OSError: it cannot be read.
    """
    try:
        book = readable(path.read_bytes())
    except ValueError as problem:
        raise AddinError(f"{path}: {problem}") from problem
    if SETTINGS_SHEET not in book.sheetnames:
        raise AddinError(f"{path}: is no add-in of llmcost-xl (it has no sheet {SETTINGS_SHEET})")
    rows = book[SETTINGS_SHEET].iter_rows(max_col=2, values_only=True)
    return {str(name): str(value) for name, value in rows if name is not None and value is not None}


def dll_version(path: Path) -> str:
    """The xlwings release whose DLL the add-in loads; Python must have exactly this one installed."""
    return _setting(path, XLWINGS)


def package_version(path: Path) -> str:
    """The version of llmcost-xl that built the add-in."""
    return _setting(path, PACKAGE)


def _settings(interpreter: str | None) -> dict[str, str]:
    """Text throughout: xlwings asks Windows to expand variables in each, whatever its type."""
    fixed = {
        "UDF MODULES": UDF_MODULE,
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",  # a workbook's folder must not shadow what is installed
        "USE UDF SERVER": "True",  # the ribbon works in the process of the functions: renewed prices reach them
        XLWINGS: xlwings_version(xlwings_module()),
        PACKAGE: __version__,
    }
    return fixed if interpreter is None else {**fixed, INTERPRETER: interpreter}


def _setting(path: Path, name: str) -> str:
    found = settings(path).get(name)
    if found is None:
        raise AddinError(f"{path}: does not say {name}; build it anew")
    return found
