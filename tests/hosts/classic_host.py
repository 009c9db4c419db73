"""Calls worksheet functions as classic Excel does: through xlwings' own registration, generated VBA and CallUDF.

`Excel` starts classic_worker.py, because the stand-in for pywin32 must not leak into the tests' process; both ends talk
in pickles.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casetables import evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent.parent
WORKER = Path(__file__).parent / "classic_worker.py"


class Excel:
    """A running Excel with the functions imported."""

    module = "udfs"  # what a user names in a clone

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, WORKER, self.module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )

    def call(self, name: str, *cells: Any) -> Any:
        """What the formula shows whose arguments refer to cells: None is a blank cell, `...` an omitted argument.

        A list of rows is a range; a text like #N/A is an error cell, a datetime a date cell, a Decimal a currency cell.
        """
        return self._request("call", name, cells, True)

    def call_typed(self, name: str, *cells: Any) -> Any:
        """The same with constants typed into the formula, so that a date is its serial number."""
        return self._request("call", name, cells, False)

    def answers(self, formulas: Sequence[str]) -> list[Any]:
        """What the formulas show, their arguments in cells."""
        return [evaluate(formula, self.call) for formula in formulas]

    def delivered(self, *cells: Any) -> list[Any]:
        """What a worksheet function receives for these cells, before it converts anything."""
        answer: list[Any] = self._request("delivered", cells)
        return answer

    def imported(self) -> tuple[str, dict[str, dict[str, Any]]]:
        """What "Import Functions" leaves in a workbook: the VBA module, and the wizard's texts by function."""
        answer: tuple[str, dict[str, dict[str, Any]]] = self._request("imported")
        return answer

    def close(self) -> None:
        """End the program."""
        self._process.communicate()

    def _request(self, *request: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump(request, self._process.stdin)
        self._process.stdin.flush()
        answer, failure = pickle.load(self._process.stdout)  # noqa: S301  # our own program
        assert not failure, failure
        return answer


class ExcelWithTypedConstants(Excel):
    """The same, with every argument typed into the formula."""

    def answers(self, formulas: Sequence[str]) -> list[Any]:
        """What the formulas show."""
        return [evaluate(formula, self.call_typed) for formula in formulas]


class ExcelWithAddin(Excel):
    """The same, with the functions called as our add-in calls them: by the installed module."""

    module = "llmcost_xl.udfs"
