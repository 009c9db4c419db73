"""The Python side of worker.mjs, inside Pyodide: runs main.py from its text, and calls functions through xlwings.

xlwings Lite is not open source; its sibling in the package xlwings-server is: it makes a module of the text twice, once
to describe the functions to Excel and once to call them.
"""

from __future__ import annotations

import sys
import types
from typing import Any

import js  # type: ignore[import-not-found]  # Pyodide's
import xlwings.server
from pyodide.ffi import to_js  # type: ignore[import-not-found]


def run_main(text: str) -> Any:
    """Run main.py as Lite does; the answer is what Excel is told of its functions."""
    described = xlwings.server.custom_functions_meta(_module(text))
    _module(text)
    return to_js(described, dict_converter=js.Object.fromEntries)


async def call(data: Any) -> Any:
    """Call one function."""
    data = data.to_py()
    data["version"] = xlwings.__version__
    answer = await xlwings.server.custom_functions_call(data, sys.modules["main"])
    return to_js(answer, dict_converter=js.Object.fromEntries)


def _module(text: str) -> types.ModuleType:
    module = types.ModuleType("main")
    exec(text, module.__dict__)  # noqa: S102  # the code under test
    sys.modules["main"] = module
    return module
