"""The add-in's VBA modules: xlwings' own, the wrappers that xlwings generates, and the few of ours in vba/."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import LLMCostError
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.windows.project import Module
from llmcost_xl.worksheet import wizard_help

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT_NAME: Final = "llmcost-xl"
"""Names the sheet of settings in the add-in, and the user's own settings file, ~/.llmcost-xl/llmcost-xl.conf."""

UDF_MODULE: Final = "llmcost_xl.udfs"
OWN_MODULES: Final = ("llmcost_errors", "llmcost_help", "llmcost_ribbon")
TEXTS: Final = Path(__file__).parent / "vba"
WORKBOOK_CLASS: Final = "0{00020819-0000-0000-C000-000000000046}"
SHEET_CLASS: Final = "0{00020820-0000-0000-C000-000000000046}"

DLL_IS_BELOW_PYTHON: Final = (
    '    If (PYTHON_WIN <> "python" And PYTHON_WIN <> "pythonw") Or (CondaPath <> "" And CondaEnv <> "") Then\n'
)
IN_XLWINGS: Final = {
    # its functions are for the add-in alone, and not for the function wizard
    'Attribute VB_Name = "xlwings"\n': 'Attribute VB_Name = "xlwings"\nOption Private Module\n',
    'PROJECT_NAME As String = "myaddin"': f'PROJECT_NAME As String = "{PROJECT_NAME}"',
    # a workbook somebody sent, or its folder, must not choose the program that is started as Python
    'If SheetExists(ActiveWorkbook, PROJECT_NAME & ".conf") = True Then': "If False Then",
    'If GetFullName(ActiveWorkbook) <> "" Then': "If False Then",
    # nor bring Python code of its own, on a sheet whose name ends in .py
    "uses_embedded_code = True\n": "uses_embedded_code = False\n",
    # nor stand in for a program that is started by its bare name: Windows looks in the current folder first, which is
    # the one a workbook was last opened from
    'PYTHON_WIN = "cmd.exe " & ConsoleSwitch & " /K " & Chr(34)': (
        'PYTHON_WIN = Environ("ComSpec") & " " & ConsoleSwitch & " /K " & Chr(34)'
    ),
    'PYTHON_WIN = "cmd.exe " & ConsoleSwitch & " /K " & CondaCmd & "python"': (
        'PYTHON_WIN = Environ("ComSpec") & " " & ConsoleSwitch & " /K " & CondaCmd & '
        '"set NoDefaultCurrentDirectoryInExePath=1&& python"'
    ),
    DLL_IS_BELOW_PYTHON: (
        '    If InStr(PYTHON_WIN, "\\") = 0 Then Err.Raise 1, '
        f'Description:="The settings of the add-in name no Python."\n{DLL_IS_BELOW_PYTHON}'
    ),
    # a range without its sheet is one of the active sheet, and fails where that is a chart
    'For Each cell In Range(sht.Range("A1"), lastCell)': 'For Each cell In sht.Range(sht.Range("A1"), lastCell)',
    # the command line names a Python process: with the active workbook in it each workbook would start its own, and
    # renewed prices would reach one of them
    'PYTHONPATH = AddExcelDir & ";" & ActiveWorkbook.FullName & ";" & ThisWorkbook.FullName & ";" & '
    'GetConfig("ONEDRIVE_CONSUMER_WIN")': 'PYTHONPATH = AddExcelDir & ";;;" & GetConfig("ONEDRIVE_CONSUMER_WIN")',
}
"""What is changed in the VBA module that xlwings has for add-ins of one's own, and why."""

DECLARATION: Final = re.compile(r"^Function (\w+)\(.*\)$", re.MULTILINE)
ANSWER: Final = re.compile(r"^( +)(\w+) = (XLPy\.CallUDF\(.*\))$", re.MULTILINE)
FAILURE: Final = re.compile(r"^( +)(\w+) = Err\.Description$", re.MULTILINE)
CALLER: Final = re.compile(r"ActiveWorkbook, (?=Application\.Caller\))")


class GeneratorError(LLMCostError):
    """The installed xlwings writes its VBA otherwise than this version of ours expects."""


def modules(file_name: str, sheets: Mapping[str, str]) -> list[Module]:
    """Every module of the add-in; `sheets` are the code names of its sheets and what each is for.

    Raises:
        GeneratorError: the VBA of the installed xlwings is not the one we know how to adapt.
    """
    return [
        Module("ThisWorkbook", _document("ThisWorkbook", WORKBOOK_CLASS) + _own("ThisWorkbook.cls"), document=True),
        *(Module(name, _document(name, SHEET_CLASS) + f"' {use}\n", document=True) for name, use in sheets.items()),
        Module("xlwings", xlwings_module()),
        Module("xlwings_udfs", 'Attribute VB_Name = "xlwings_udfs"\n' + with_errors(_generated(file_name))),
        *(Module(name, f'Attribute VB_Name = "{name}"\n' + _own(f"{name}.bas")) for name in OWN_MODULES),
    ]


def xlwings_module() -> str:
    """The VBA by which an add-in of one's own reaches Python, as the installed xlwings has it, but for `IN_XLWINGS`."""
    package = importlib.util.find_spec("xlwings")
    if package is None or package.origin is None:
        raise GeneratorError("xlwings is not installed")
    text = (Path(package.origin).parent / "xlwings_custom_addin.bas").read_text(encoding="cp1252")
    for known, ours in IN_XLWINGS.items():
        if text.count(known) != 1:
            raise _unexpected(f"its module for add-ins should have {known.strip()!r} once")
        text = text.replace(known, ours)
    return text


def xlwings_version(text: str) -> str:
    """The xlwings release that a VBA module belongs to: it loads a DLL of exactly that release."""
    found = re.search(r'XLWINGS_VERSION As String = "([^"]+)"', text)
    if found is None:
        raise _unexpected("its module for add-ins names no version")
    return found[1]


def with_errors(wrappers: str) -> str:
    """The wrappers with every answer passed through CellValue, failures as #VALUE!, and each function's description.

    They name the add-in as the workbook that calls: in the active one xlwings would look for Python code on sheets.
    """
    functions = DECLARATION.findall(wrappers)
    wrappers, answers = ANSWER.subn(r"\1\2 = CellValue(\3)", wrappers)
    wrappers, failures = FAILURE.subn(r"\1\2 = CVErr(2015)", wrappers)
    wrappers, callers = CALLER.subn("ThisWorkbook, ", wrappers)
    each = len(functions)
    if sorted(functions) != sorted(FUNCTIONS) or (answers, failures, callers) != (2 * each, each, each):
        raise _unexpected(f"{each} wrappers with {answers} answers, {failures} failures and {callers} callers")
    return DECLARATION.sub(_described, wrappers)


def _described(declaration: re.Match[str]) -> str:
    """A function's first line, and the line by which VBA itself describes it."""
    name = declaration[1]
    description = wizard_help(FUNCTIONS[name]).replace('"', '""')
    return f'{declaration[0]}\nAttribute {name}.VB_Description = "{description}"'


def _generated(file_name: str) -> str:
    """What xlwings writes for our functions; see wrappers.py for why another process does it."""
    command = [sys.executable, "-P", "-m", "llmcost_xl.hosts.windows.wrappers", UDF_MODULE, file_name]
    environment = {name: value for name, value in os.environ.items() if name != "XLWINGS_ON_SERVER"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise GeneratorError(f"xlwings could not write the VBA of the worksheet functions: {reason}")
    return done.stdout.decode()


def _own(file_name: str) -> str:
    return (TEXTS / file_name).read_text(encoding="ascii")


def _document(name: str, kind: str) -> str:
    """The attributes of the module that belongs to the workbook or to a sheet."""
    attributes = {
        "VB_Name": f'"{name}"',
        "VB_Base": f'"{kind}"',
        "VB_GlobalNameSpace": "False",
        "VB_Creatable": "False",
        "VB_PredeclaredId": "True",
        "VB_Exposed": "True",
        "VB_TemplateDerived": "False",
        "VB_Customizable": "True",
    }
    return "".join(f"Attribute {attribute} = {value}\n" for attribute, value in attributes.items())


def _unexpected(what: str) -> GeneratorError:
    import xlwings  # noqa: PLC0415  # two seconds, and only this message needs it

    return GeneratorError(f"xlwings {xlwings.__version__} writes other VBA than llmcost-xl knows: {what}")
