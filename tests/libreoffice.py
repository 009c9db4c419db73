"""Real LibreOffice for tests and pictures: open a workbook, set cells, recalculate, read, export.

    with LibreOffice() as office, office.open("roi.xlsx") as book:
        book.set({"Inputs!F8": 0.5})
        book.recalculate()
        book["Outputs!F6"]

LibreOffice speaks to Python through `uno`, a module that belongs to the interpreter it was built for and comes from no
package registry. So the conversation runs in a process of that interpreter (`libreoffice_worker.py`), over JSON lines.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WORKER = Path(__file__).with_name("libreoffice_worker.py")
ANSWER_SECONDS = 120
STOP_SECONDS = 30

Cell = float | str


class LibreOfficeMissingError(RuntimeError):
    """LibreOffice, or a Python that can talk to it, is not installed."""


def find_soffice() -> str:
    """The program's path."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise LibreOfficeMissingError("LibreOffice (soffice) is not on the PATH")
    return found


def find_python(soffice: str) -> str:
    """The first interpreter that can import `uno`: LibreOffice's own, or one on the PATH."""
    folders = [str(Path(soffice).resolve().parent), *os.environ.get("PATH", "").split(os.pathsep)]
    for folder in dict.fromkeys(folders):
        for name in ("python3", "python"):
            interpreter = shutil.which(name, path=folder)
            if interpreter and _imports_uno(interpreter):
                return interpreter
    raise LibreOfficeMissingError("no Python on the PATH can import uno (Debian and Ubuntu: apt install python3-uno)")


def _imports_uno(interpreter: str) -> bool:
    return subprocess.run([interpreter, "-c", "import uno"], capture_output=True, check=False).returncode == 0


class LibreOffice:
    """One running office. Use as a context manager; several workbooks may be open at once."""

    def __init__(self, worker: Path = WORKER, environment: Mapping[str, str] | None = None) -> None:
        soffice = find_soffice()
        self._worker = subprocess.Popen(
            [find_python(soffice), str(worker), soffice],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def open(self, path: str | Path, *, macros: bool = False) -> Book:
        """Open a copy of a workbook, sheet protection lifted; the file itself is never written."""
        return Book(self, self.ask("open", path=str(Path(path).resolve()), macros=macros))

    def stop(self) -> None:
        """End the office, and wait until it is gone."""
        if self._worker.stdin is not None:
            self._worker.stdin.close()
        try:
            self._worker.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._worker.terminate()
            self._worker.wait()

    def ask(self, request: str, **fields: object) -> Any:
        """One request to the worker, and its answer."""
        assert self._worker.stdin is not None
        self._worker.stdin.write(json.dumps({"do": request, **fields}) + "\n")
        self._worker.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._worker.stdout is not None
        ready, _, _ = select.select([self._worker.stdout], [], [], ANSWER_SECONDS)
        line = self._worker.stdout.readline() if ready else ""
        if not line:
            self.stop()
            raise RuntimeError("LibreOffice ended" if ready else f"no answer from LibreOffice in {ANSWER_SECONDS} s")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["ok"]


class Book:
    """A workbook open in LibreOffice. A cell is addressed as `Sheet!A1`, or by a defined name."""

    def __init__(self, office: LibreOffice, number: int) -> None:
        self._office = office
        self._number = number

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getitem__(self, address: str) -> Cell:
        return self.read([address])[address]

    def set(self, cells: Mapping[str, object]) -> None:
        """Write numbers, texts, booleans, formulas in LibreOffice's notation, or None for an empty cell."""
        self._ask("set", cells=dict(cells))

    def recalculate(self) -> None:
        """Compute every formula anew; LibreOffice otherwise trusts the values a file brings along."""
        self._ask("recalculate")

    def read(self, addresses: Iterable[str]) -> dict[str, Cell]:
        """The cells' values by address: number, text, Excel's error code; TRUE is 1, an empty cell is ""."""
        wanted = list(addresses)
        return dict(zip(wanted, self._ask("read", addresses=wanted) if wanted else [], strict=True))

    def formulas(self, addresses: Iterable[str]) -> dict[str, str]:
        """What the cells hold, in LibreOffice's notation; `set` restores a formula by it."""
        wanted = list(addresses)
        return dict(zip(wanted, self._ask("formulas", addresses=wanted), strict=True))

    def sheets(self) -> list[str]:
        """The sheets' names, in order."""
        names: list[str] = self._ask("sheets")
        return names

    def export(self, path: str | Path, sheet: str | None = None) -> None:
        """Write the workbook, or one sheet of it, as .pdf or .xlsx."""
        self._ask("export", path=str(Path(path).resolve()), sheet=sheet)

    def close(self) -> None:
        """Close it without saving."""
        self._ask("close")

    def _ask(self, request: str, **fields: object) -> Any:
        return self._office.ask(request, document=self._number, **fields)
