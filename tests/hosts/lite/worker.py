"""The Python side of worker.mjs, inside Pyodide: runs main.py from its text, and calls what is in it through xlwings.

xlwings Lite is not open source; its sibling in the package xlwings-server is: it makes a module of the text twice, once
to describe the functions to Excel and once to call them.
"""

from __future__ import annotations

import sys
import types
from typing import Any

import js  # type: ignore[import-not-found]  # Pyodide's
import xlwings as xw
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


def scripts() -> Any:
    """What Lite knows of the scripts."""
    return to_js(xlwings.server.custom_scripts_meta(sys.modules["main"]), dict_converter=js.Object.fromEntries)


async def run_script(data: Any, name: str, given: Any) -> Any:
    """Run one script with what its form was given; the answer is what Excel is to do at its end."""
    book = await xlwings.server.custom_scripts_call(
        sys.modules["main"], name, typehint_to_value={xw.Book: xw.Book(json=data.to_py())}, args=given.to_py()
    )
    return to_js(book.json(), dict_converter=js.Object.fromEntries)


async def ask(code: str, data: Any) -> str:
    """Run code of a test, which may await, and return its `answer` as text; `book` is the open workbook, if any."""
    names: dict[str, Any] = {"book": xw.Book(json=data.to_py()) if data else None}
    lines = "\n    ".join(code.strip().splitlines())
    exec(f"async def main():\n    {lines}\n    return answer", names)  # noqa: S102  # the test's
    return str(await names["main"]())


def _module(text: str) -> types.ModuleType:
    module = types.ModuleType("main")
    exec(text, module.__dict__)  # noqa: S102  # the code under test
    sys.modules["main"] = module
    return module
