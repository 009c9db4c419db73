"""The Excel side of `classic_host.py`: imports a module as Excel would, and answers requests in pickles."""

from __future__ import annotations

import datetime as dt
import pickle
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
EXCEL_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # a cell has no time zone


class _Server:
    """The Python side of xlwings, driven as the VBA module drives it."""

    def __init__(self, module: str) -> None:
        import fake_pywin32  # noqa: PLC0415

        self.module = module

        fake_pywin32.install()
        from xlwings import com_server, udfs  # noqa: PLC0415

        self.com, self.xlwings, self.udfs = fake_pywin32, com_server.XLPython(), udfs
        self.workbook = fake_pywin32.Workbook()

    def imported(self) -> tuple[str, dict[str, dict[str, Any]]]:
        self.udfs.import_udfs(self.module, self.workbook)
        return self.workbook.vba, self.workbook.wizard

    def delivered(self, cells: tuple[Any, ...]) -> list[Any]:
        from llmcost_xl.worksheet import register, spilling_function  # noqa: PLC0415  # xlwings has to come first

        received: list[Any] = []

        @spilling_function
        def PROBE(*arguments: Any) -> int:
            received.extend(arguments)
            return 0

        register([PROBE])
        self.udfs.get_udf_module(self.module, self.workbook).PROBE = PROBE
        self.call("PROBE", cells, refers=True)
        del self.udfs.get_udf_module(self.module, self.workbook).PROBE
        return received

    def call(self, name: str, cells: tuple[Any, ...], refers: bool) -> Any:
        module = self.udfs.get_udf_module(self.module, self.workbook)
        declared = getattr(module, name).__xlfunc__["args"]
        named = sum(not argument["vararg"] for argument in declared)
        if len(cells) > named == len(declared):
            return "#VALUE!"  # as VBA answers a call with an argument too many
        cells += (...,) * (named - len(cells))  # the VBA wrapper passes every named argument
        caller = self.com.Range([[None]], self.workbook)
        arguments = tuple(self._argument(cell, refers) for cell in cells)
        return self._shown(self.xlwings.CallUDF(self.module, name, arguments, self.workbook, caller))

    def _argument(self, cell: Any, refers: bool) -> Any:
        """One argument as VBA hands it over: a Range, or the constant itself."""
        if cell is ...:
            return self.com.MISSING
        rows = cell if isinstance(cell, list) else [[cell]]
        if refers:
            return self.com.Range([[self._cell(value) for value in row] for row in rows], self.workbook)
        constants = tuple(tuple(map(self._constant, row)) for row in rows)
        return constants if isinstance(cell, list) else constants[0][0]

    def _cell(self, value: Any) -> Any:
        """One cell's value as COM delivers it."""
        if isinstance(value, str):
            return self.com.ERROR_NUMBERS.get(value, value)
        if isinstance(value, dt.datetime):
            return self.com.ComTime(*value.timetuple()[:6])
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def _constant(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return (value - EXCEL_EPOCH) / dt.timedelta(days=1)
        return self._cell(value)

    @staticmethod
    def _shown(answer: Any) -> Any:
        """The answer as the sheet shows it; xlwings hands over a block of one row as that row."""
        if not isinstance(answer, list | tuple):
            return answer
        return [list(row) for row in answer] if isinstance(answer[0], list | tuple) else [list(answer)]


def _serve() -> None:
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # xlwings prints
    sys.path.insert(0, str(ROOT))
    server = _Server(sys.argv[1])
    while True:
        try:
            method, *arguments = pickle.load(requests)  # noqa: S301  # from the tests
        except EOFError:
            return
        try:
            answer = getattr(server, method)(*arguments), ""
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shall see it
            answer = None, f"{type(error).__name__}: {error}"
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    _serve()
