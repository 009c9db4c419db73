"""What several test modules share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from libreoffice import LibreOffice, LibreOfficeMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """A running LibreOffice. Where none is installed the test is skipped, but never on a build server."""
    try:
        office = LibreOffice()
    except LibreOfficeMissingError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with office:
        yield office
