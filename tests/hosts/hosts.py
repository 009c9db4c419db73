"""The spreadsheet hosts that can run here, each in a process of its own behind the same few methods."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Host(Protocol):
    """A running spreadsheet host with the worksheet functions in it."""

    def answers(self, formulas: Sequence[str]) -> list[Any]:
        """What the formulas of the case tables show: a number, text, TRUE or FALSE, an error code, rows of these."""

    def close(self) -> None:
        """End it."""

    # A host that cannot tell apart what Excel can also has `instead(formula)`: what it shows by its own known rules.


class HostMissingError(Exception):
    """The host cannot run on this machine; the message says what is missing and how to get it."""


HOSTS: Final = {
    "classic": "classic_host:Excel",
    "classic, arguments typed": "classic_host:ExcelWithTypedConstants",
    "server": "server_host:Server",
    "classic, our add-in": "classic_host:ExcelWithAddin",
    "lite": "lite_host:Lite",
    "libreoffice": "libreoffice_host:Calc",
    "libreoffice, an .xlsx": "libreoffice_host:CalcReadingXlsx",
}
"""Each host by its name: the module and the class that starts it."""


def running(name: str) -> Iterator[Host]:
    """A fixture's generator: the host, started and in the end closed."""
    module, _, kind = HOSTS[name].partition(":")
    try:
        host = getattr(import_module(module), kind)()
    except HostMissingError as missing:
        skip_or_fail(str(missing))
    try:
        yield host
    finally:
        host.close()


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test; on a build server, where everything can be installed, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
