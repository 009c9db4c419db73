"""Calls worksheet functions as Excel on Mac and on the web does: over HTTP, from a running `llmcost-xl serve`."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple

from casetables import evaluate
from hosts import HostMissingError

from llmcost_xl.errors import EXCEL_ERRORS

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-token-for-the-tests"  # noqa: S105  # it opens nothing else
EXCEL_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # a cell has no time zone
ERROR_TYPES = {"#DIV/0!": "Div0", "#N/A": "NotAvailable", "#NAME?": "Name", "#NULL!": "Null", "#NUM!": "Num",
               "#REF!": "Ref", "#VALUE!": "Value"}  # fmt: skip
ERROR_CODES = {kind: code for code, kind in ERROR_TYPES.items()}
START = "from llmcost_xl.cli import main; main()"
COMMAND = [sys.executable, "-c", START]


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with the key for noncommercial use, and nothing else set for the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XLWINGS_", "LLMCOST_XL_"))}
    return kept | {"XLWINGS_LICENSE_KEY": "noncommercial", "LLMCOST_XL_CATALOGUE": "bundled"} | settings


class Server:
    """A running server, in production mode unless told otherwise."""

    def __init__(self, *options: str, package: Path = ROOT, start: str = START, **settings: str) -> None:
        if find_spec("xlwings_server") is None:
            raise HostMissingError('xlwings Server is not installed: pip install -e ".[server]"')
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        if package != ROOT:  # a copy, whose prices may be renewed
            updates = package / "updates"
            updates.mkdir(exist_ok=True)
            settings = {"LLMCOST_XL_CATALOGUE": str(updates)} | settings
        self._log = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # until `close`
        self.process = subprocess.Popen(
            [sys.executable, "-c", start, "serve", "--port", str(self.port), *options],
            env=environment(**({"LLMCOST_XL_TOKENS": f"tester:{TOKEN}"} | settings), PYTHONPATH=str(package)),
            cwd=package,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )
        self._connection = self.client()
        self._used = time.monotonic()
        self._wait()

    def answers(self, formulas: Sequence[str]) -> list[Any]:
        """What the formulas show."""
        return [evaluate(formula, self.call) for formula in formulas]

    def call(self, name: str, *cells: Any) -> Any:
        """What a formula shows: None is a blank cell, `...` an omitted argument, a list of rows a range."""
        arguments = [None if cell is ... else on_the_wire(cell) for cell in cells]
        if name == "LLM_WHY":
            arguments[1:] = [arguments[1:]]  # an argument that repeats is a list of ranges
        answer = self.post(a_call(name, arguments))
        if answer.status == 400 and "takes at most" in answer.json()["detail"]:
            return "#VALUE!"  # as xlwings shows a refusal
        assert answer.status == 200, answer.body
        rows = [[shown(cell) for cell in row] for row in answer.json()["result"]]
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    def post(
        self, body: Any, path: str = "/xlwings/custom-functions-call", token: str = TOKEN, **headers: str
    ) -> Answer:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json", "Authorization": token}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("POST", path, content, given)

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, None, {name.replace("_", "-"): value for name, value in headers.items()})

    def request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if time.monotonic() - self._used > 10:
            self._connection.close()  # an idle one may be closed by the server at the moment it is used
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        self._used = time.monotonic()
        return answer

    def client(self) -> http.client.HTTPConnection:
        """A connection of one's own."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def another(self) -> socket.socket:
        """A connection to say what no HTTP client would."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def log(self) -> str:
        """What the server has written so far."""
        self._log.flush()
        self._log.seek(0)
        return self._log.read()

    def end(self) -> float:
        """Ask it to end; how many seconds that took."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        return time.monotonic() - start

    def close(self) -> None:
        """End the program."""
        self._connection.close()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)
        self._log.close()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.get("/health").status == 200:
                    return
            except OSError:
                self._connection.close()
            time.sleep(0.1)
        self.process.kill()
        raise AssertionError(f"the server has not started: {self.log()}")


def a_call(name: str, arguments: list[Any], **other: Any) -> dict[str, Any]:
    """A call as Excel's side of xlwings sends it."""
    return {
        "client": "Office.js",
        "func_name": name,
        "args": arguments,
        "caller_address": "[Book1]Sheet1!A1",
        "culture_info_name": "en-US",
        "date_format": "m/d/yyyy",
        "version": "0.37.8",
        "runtime": "1.4",
    } | other


def on_the_wire(cells: Any) -> list[list[Any]]:
    """One argument as Office.js delivers it: always rows, a date its serial number, an error an object."""
    rows = cells if isinstance(cells, list) else [[cells]]
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: Any) -> Any:
    if isinstance(cell, str) and cell in EXCEL_ERRORS:
        return {"type": "Error", "errorType": ERROR_TYPES.get(cell, "Other"), "basicType": "Error", "basicValue": cell}
    if isinstance(cell, dt.datetime):
        return (cell - EXCEL_EPOCH) / dt.timedelta(days=1)
    if isinstance(cell, Decimal):  # a cell with a currency format
        return {"type": "FormattedNumber", "basicType": "Double", "basicValue": float(cell), "numberFormat": "$0.00"}
    return cell


def shown(cell: Any) -> Any:
    """What a cell shows of an answer."""
    return ERROR_CODES[cell["errorType"]] if isinstance(cell, dict) else cell
