"""What the tests of the server share: servers to call and servers to do what one likes with."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from hosts import HostMissingError, skip_or_fail
from server_host import ROOT, Server, a_call, on_the_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 60  # seconds, for a busy machine
QUERY = [on_the_wire("gpt-4o"), on_the_wire(500), on_the_wire(200)]
A_BOOK = {"client": "Office.js", "version": "0.37.8", "book": {"name": "b"}, "names": [], "sheets": []}


def started(*options: str, **settings: Any) -> Server:
    try:
        return Server(*options, **settings)
    except HostMissingError as missing:
        skip_or_fail(str(missing))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = started()
    yield running
    running.close()


@pytest.fixture
def spare() -> Iterator[Callable[..., Server]]:
    """Starts servers of which a test does what it likes."""
    all_started: list[Server] = []

    def start(*options: str, **settings: Any) -> Server:
        all_started.append(started(*options, **settings))
        return all_started[-1]

    yield start
    for running in all_started:
        running.close()


def needs_xlwings_server() -> None:
    if find_spec("xlwings_server") is None:
        skip_or_fail('xlwings Server is not installed: pip install -e ".[server]"')


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, whose prices a test may renew."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "llmcost_xl", folder / "llmcost_xl", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def query(**other: Any) -> bytes:
    return json.dumps(a_call("QUERY_COST", QUERY, **other)).encode()
