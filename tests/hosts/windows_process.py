"""Presses "Refresh prices" as the add-in's VBA does, between two formulas; prints what Excel got. Takes a folder.

A program of its own, because the stand-in for pywin32 must not leak. Everything of Python's is real: xlwings' server
process, its engine for Windows, our button and our functions. Excel is a handful of names.
"""

from __future__ import annotations

import copy
import json
import os
import sys
from pathlib import Path
from typing import Any

import fake_pywin32

fake_pywin32.install()

import win32api  # type: ignore[import-not-found]  # noqa: E402  # the stand-in's
import win32con  # type: ignore[import-not-found]  # noqa: E402
from xlwings import _xlwindows, com_server  # noqa: E402

from llmcost_xl.catalogue import refresh  # noqa: E402

SERVER = com_server.XLPython()
EVENTS: list[str] = []


class Application(fake_pywin32.Dispatch):
    """Excel's Application."""

    Version, Hwnd, StatusBar = "16.0", 1, False

    def CalculateFull(self) -> None:
        EVENTS.append("CalculateFull")

    def Evaluate(self, formula: str) -> Any:
        """As a cell would: Excel asks Python while Python's button still waits for Excel."""
        EVENTS.append("Evaluate")
        assert "LLM_CATALOGUE()" in formula
        return dict(called("LLM_CATALOGUE"))["content hash"]


WORKBOOK = fake_pywin32.Workbook()
WORKBOOK.Application = Application()


def called(name: str, *cells: Any) -> Any:
    """A formula, as the add-in's VBA calls it."""
    return SERVER.CallUDF("llmcost_xl.udfs", name, cells, WORKBOOK, fake_pywin32.Range([[None]], WORKBOOK))


def cost() -> Any:
    return called("QUERY_COST", "gpt-4o", 1e6, 0.0, *[fake_pywin32.MISSING] * 11)


def dearer() -> list[Any]:
    """The feed of a day on which gpt-4o's input costs twice as much."""
    from genai_prices.data import providers  # noqa: PLC0415

    changed = copy.deepcopy(providers)
    (model,) = (
        model for provider in changed for model in provider.models if (provider.id, model.id) == ("openai", "gpt-4o")
    )
    model.prices.input_mtok = 5
    return changed


def main(folder: Path) -> None:
    os.environ["LLMCOST_XL_CATALOGUE"] = str(folder)
    real = refresh.refresh
    refresh.refresh = lambda: real(dearer)  # type: ignore[assignment,misc]
    win32api.MessageBox = lambda _window, text, title, _style: EVENTS.append(f"{title}: {text}") or 1
    win32con.MB_OK, win32con.MB_OKCANCEL, win32con.MB_YESNO, win32con.MB_YESNOCANCEL = 0, 1, 4, 3
    win32con.MB_ICONINFORMATION, win32con.MB_ICONWARNING = 64, 48
    before = cost()
    _xlwindows.BOOK_CALLER = WORKBOOK  # these two are RunPython's, where it uses the server of the functions
    SERVER.Exec("import llmcost_xl.hosts.windows.commands as commands; commands.refresh_prices()")
    shown = {"before": before, "after": cost(), "events": EVENTS, "status": WORKBOOK.Application.StatusBar}
    sys.stdout.write(json.dumps(shown))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
