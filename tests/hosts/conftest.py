"""What several tests of hosts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from classic_host import ExcelWithAddin
from windowsaddin import Imported, read

from llmcost_xl.hosts.windows.addin import FILE_NAME, build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Windows add-in."""
    return build(tmp_path_factory.mktemp("addin") / FILE_NAME)


@pytest.fixture(scope="session")
def addin_vba(addin: Path) -> dict[str, str]:
    """Its VBA modules by their names, as olevba reads them."""
    return read(addin)


@pytest.fixture(scope="session")
def imported() -> Iterator[Imported]:
    """What xlwings' "Import Functions" makes of our module: its VBA, and the wizard's texts."""
    excel = ExcelWithAddin()
    yield excel.imported()
    excel.close()
