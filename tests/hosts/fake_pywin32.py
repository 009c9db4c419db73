"""A stand-in for pywin32, so that xlwings' own Windows code (udfs, com_server) imports and runs on any system.

Only what that code touches on the way from a formula to a worksheet function exists here; anything else is an
AttributeError. Install it in a process of its own, before the first `import xlwings`.
"""

from __future__ import annotations

import asyncio  # noqa: F401  # the libraries xlwings needs are imported before the platform is called Windows
import ctypes
import datetime as dt
import subprocess  # noqa: F401
import sys
import tempfile  # noqa: F401
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd  # noqa: F401

MISSING = -2147352572  # DISP_E_PARAMNOTFOUND: what VBA hands over for an omitted Optional
ERROR_NUMBERS = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
    "#SPILL!": -2146826243,
    "#CALC!": -2146826238,
}
RANGE_INTERFACE = "{00020846-0000-0000-C000-000000000046}"


class ComError(Exception):
    """pywintypes.com_error."""


class ComTime(dt.datetime):
    """pywintypes.TimeType: a date-formatted cell as COM delivers it."""


class Dispatch:
    """win32com.client.CDispatch: any object of Excel."""


class _Library:
    """A Windows library: has every function, and none does anything."""

    def __getattr__(self, name: str) -> Any:
        return _Library()

    def __call__(self, *_: Any) -> int:
        return 0


def install() -> None:
    """Import xlwings as on Windows."""
    for name, attributes in _MODULES.items():
        module = sys.modules[name] = ModuleType(name)
        vars(module).update(attributes, __file__=name)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    real = sys.platform, ctypes.PyDLL
    ctypes.oledll = ctypes.windll = _Library()
    ctypes.PyDLL = lambda _: _Library()  # type: ignore[assignment,misc]
    sys.platform = "win32"
    try:
        import xlwings  # noqa: F401, PLC0415
    finally:
        sys.platform, ctypes.PyDLL = real  # type: ignore[misc]


def _unwrap(value: Any) -> Any:
    raise TypeError(f"{value!r} is no wrapped Python object")  # as pywin32 refuses what Excel itself hands over


_MODULES: dict[str, dict[str, Any]] = {
    "pywintypes": {"TimeType": ComTime, "com_error": ComError, "error": OSError, "IID": str},
    "pythoncom": {
        "CoInitialize": lambda: None,
        "IID_IDispatch": "IDispatch",
        "TypeIIDs": {"IDispatch": type("PyIDispatch", (), {})},
        "com_error": ComError,
        "ole_error": ComError,
    },
    "win32api": {},
    "win32con": {},
    "win32event": {},
    "win32gui": {},
    "win32process": {"GetWindowThreadProcessId": lambda _window: (0, 4242)},
    "win32timezone": {},
    "win32com": {},
    "win32com.client": {
        "CDispatch": Dispatch,
        "CoClassBaseClass": type("CoClassBaseClass", (), {}),
        "DispatchBaseClass": type("DispatchBaseClass", (), {}),
        "Dispatch": lambda excel_object: excel_object,
        "DispatchEx": None,
    },
    "win32com.server": {},
    "win32com.server.dispatcher": {},
    "win32com.server.policy": {},
    "win32com.server.util": {"unwrap": _unwrap},
}


# -- the few objects of Excel's own that xlwings looks at ---------------------------------------------------------


class Range(Dispatch):
    """Excel's Range: cells with an address, on a sheet, in a workbook."""

    def __init__(self, cells: list[list[Any]], workbook: Workbook) -> None:
        interface = SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=RANGE_INTERFACE))
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: interface)
        rows = tuple(map(tuple, cells))
        self.Value = rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
        self.Row = self.Column = 1
        self.Rows = SimpleNamespace(Count=len(rows))
        self.Columns = SimpleNamespace(Count=len(rows[0]))
        self.Worksheet = SimpleNamespace(Name="Sheet1", Parent=workbook)


class Workbook(Dispatch):
    """Excel's Workbook, with the parts that importing functions fills: the VBA module and the wizard's texts."""

    def __init__(self) -> None:
        self.Name = "llmcost.xlam"
        self.Sheets: list[Any] = []
        self.Worksheets = self.Sheets
        self.wizard: dict[str, dict[str, Any]] = {}
        self.vba = ""
        self.Application = SimpleNamespace(Version="16.0", Hwnd=1, MacroOptions=self._set_wizard_text)
        self.VBProject = SimpleNamespace(VBComponents=_Components(self))

    def _set_wizard_text(self, macro: str, **options: Any) -> None:
        self.wizard[macro.rpartition("!")[2]] = options


class _Components:
    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook

    def __call__(self, name: str) -> Any:
        raise ComError(f"there is no module {name} yet")

    def Remove(self, module: Any) -> None:
        raise AssertionError(f"there was nothing to remove, yet {module} was")

    def Import(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123  # the file xlwings wrote
            self.workbook.vba = file.read()
