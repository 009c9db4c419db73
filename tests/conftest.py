"""What several test modules share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from classic_host import Excel
from commandline import run  # noqa: F401  # a fixture
from hosts import skip_or_fail
from libreoffice import LibreOffice, LibreOfficeMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """A running LibreOffice. Where none is installed the test is skipped, but never on a build server."""
    try:
        office = LibreOffice()
    except LibreOfficeMissingError as missing:
        skip_or_fail(str(missing))
    with office:
        yield office


@pytest.fixture(scope="session")
def excel() -> Iterator[Excel]:
    """Excel with our functions imported by classic xlwings: `excel.call("LLM_ROI", 225_600, 22_500)`."""
    host = Excel()
    yield host
    host.close()
