"""The VBA module with one wrapper for each worksheet function, written by xlwings itself; prints it.

    python -m llmcost_xl.hosts.windows.wrappers llmcost_xl.udfs llmcost-xl.xlam

xlwings makes the module where "Import Functions" runs, in Excel on Windows: the code that writes it cannot be imported
without pywin32, and elsewhere the decorators register nothing. The text itself depends on neither. So this program,
in a process of its own because it changes what others import, gives xlwings.udfs the few names of pywin32 that it looks
at while it is imported, makes its decorators xlwings' own, and calls its generator. On Windows the same code runs with
the real pywin32 if that is there.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import sys
from types import ModuleType, SimpleNamespace
from typing import Final, TextIO

HEADING: Final = '#Const App = "Microsoft Excel"\n'  # the wrappers ask which program they run in
NAMES_LOOKED_AT: Final = {
    "pythoncom": {"CoInitialize": None},
    "pywintypes": {},
    "win32com": {},
    "win32com.client": {"Dispatch": None},
}


def write_wrappers(module: str, file_name: str, target: TextIO) -> None:
    """Write the wrappers of a module's worksheet functions, for a workbook or add-in of a name."""
    import xlwings as xw  # noqa: PLC0415  # after the stand-in, which decides what it is

    if importlib.util.find_spec("pythoncom") is None:
        _stand_in_for_pywin32()
    udfs = importlib.import_module("xlwings.udfs")
    xw.func, xw.arg, xw.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    target.write(HEADING)
    udfs.generate_vba_wrapper(module, importlib.import_module(module), target, SimpleNamespace(Name=file_name))


def _stand_in_for_pywin32() -> None:
    for name, members in NAMES_LOOKED_AT.items():
        module = ModuleType(name)
        vars(module).update(members)
        sys.modules[name] = module


def _main(module: str, file_name: str) -> None:
    text = io.StringIO()
    with contextlib.redirect_stdout(sys.stderr):  # whatever an import prints is no VBA
        write_wrappers(module, file_name, text)
    sys.stdout.buffer.write(text.getvalue().encode())


if __name__ == "__main__":
    _main(*sys.argv[1:])
