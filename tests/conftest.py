"""What several test modules share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from classic_host import Excel
from commandline import run  # noqa: F401  # a fixture
from hosts import skip_or_fail
from libreoffice import LibreOffice, LibreOfficeMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

os.environ["LLMCOST_XL_CATALOGUE"] = "bundled"  # the figures of tests rest on the package's prices, not on a user's


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder in which prices are kept, for tests that update them."""
    from llmcost_xl.catalogue.bundled import forget  # noqa: PLC0415

    folder = tmp_path / "prices"
    folder.mkdir()
    monkeypatch.setenv("LLMCOST_XL_CATALOGUE", str(folder))
    forget()
    yield folder
    monkeypatch.undo()
    forget()


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
