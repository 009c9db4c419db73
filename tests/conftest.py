"""What several test modules share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from classic_host import Excel
from commandline import run  # noqa: F401  # a fixture
from hosts import skip_or_fail
from libreoffice import LibreOffice, LibreOfficeMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

os.environ["LLMCOST_XL_CATALOGUE"] = "bundled"  # the figures of tests rest on the package's prices, not on a user's


@pytest.fixture(scope="session")
def _small_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pricefeeds import write_small_catalogue  # noqa: PLC0415  # genai-prices takes half a second

    folder = tmp_path_factory.mktemp("catalogue")
    write_small_catalogue(folder)
    return folder


@pytest.fixture
def small_catalogue(_small_catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package has the prices of three providers only."""
    from llmcost_xl.catalogue import store  # noqa: PLC0415
    from llmcost_xl.catalogue.bundled import forget  # noqa: PLC0415

    monkeypatch.setattr(store, "PACKAGED", _small_catalogue)
    forget()
    yield _small_catalogue
    monkeypatch.undo()
    forget()


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What genai-prices publishes of a few models, to be changed at will; the package knows just these."""
    from pricefeeds import as_json, few_models, write_small_catalogue  # noqa: PLC0415

    from llmcost_xl.catalogue import store  # noqa: PLC0415
    from llmcost_xl.catalogue.bundled import forget  # noqa: PLC0415

    package = tmp_path / "package"
    package.mkdir()
    write_small_catalogue(package, few_models())
    monkeypatch.setattr(store, "PACKAGED", package)
    forget()
    yield as_json(few_models())
    monkeypatch.undo()
    forget()


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
