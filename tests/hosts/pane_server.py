"""Servers of the task pane on a free port: its routes alone, or the whole of `llmcost-xl serve`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from hosts import HostMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTED_WITHIN: Final = 60  # seconds
SERVER_EXTRA: Final = 'pip install -e ".[server]"'
HEALTHY: Final = 200


@contextmanager
def alone(environment: dict[str, str] | None = None, package: Path | None = None) -> Iterator[str]:
    """The pane's own routes, without anything of xlwings, from this package or from the copy in a folder; the address.

    Raises:
        HostMissingError: Starlette or uvicorn is not installed.
    """
    for name in ("starlette", "uvicorn"):
        if find_spec(name) is None:
            raise HostMissingError(f"{name} is not installed: {SERVER_EXTRA}")
    port = _free_port()
    here = str(Path(__file__).parent)
    command = ["-P", "-m", "uvicorn", "--factory", f"{Path(__file__).stem}:application", "--port", str(port)]
    command += ["--app-dir", here, "--log-level", "warning"]  # neither may look for modules where the tests are run
    path = {"PYTHONPATH": os.pathsep.join(map(str, (*([package] if package else []), here)))}
    with _running(command, port, "/llmcost/pane", path | (environment or {})) as address:
        yield address


@contextmanager
def served(environment: dict[str, str] | None = None, *, dev: bool = True) -> Iterator[str]:
    """`llmcost-xl serve`, for noncommercial use; the server's address.

    Raises:
        HostMissingError: xlwings Server is not installed.
    """
    if find_spec("xlwings_server") is None:
        raise HostMissingError(f"xlwings Server is not installed: {SERVER_EXTRA}")
    port = _free_port()
    start = "from llmcost_xl.cli import main; main()"
    command = ["-c", start, "serve", "--port", str(port), *(["--dev"] if dev else [])]
    licence = {"XLWINGS_LICENSE_KEY": os.environ.get("XLWINGS_LICENSE_KEY") or "noncommercial"}
    with _running(command, port, "/health", licence | (environment or {})) as address:
        yield address


def application() -> object:
    """What `alone` serves."""
    from starlette.applications import Starlette  # noqa: PLC0415  # absent where `alone` says so

    from llmcost_xl.hosts.server import pane  # noqa: PLC0415

    return Starlette(routes=pane.routes())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(command: list[str], port: int, probe: str, environment: dict[str, str]) -> Iterator[str]:
    with (
        tempfile.TemporaryFile() as log,  # a pipe that nobody reads would stop the server once it is full
        subprocess.Popen([sys.executable, *command], env=os.environ | environment, stdout=log, stderr=log) as process,
    ):
        try:
            _await(process, log, port, probe)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _await(process: subprocess.Popen[bytes], log: IO[bytes], port: int, probe: str) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            raise AssertionError(f"the server ended at once: {log.read().decode()}")
        connection = HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", probe)
            if connection.getresponse().status == HEALTHY:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"the server has not answered within {STARTED_WITHIN} seconds")
