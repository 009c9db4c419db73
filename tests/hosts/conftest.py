"""What several tests of hosts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from classic_host import ExcelWithAddin
from windowsaddin import Imported, read

from llmcost_xl.hosts.windows.addin import FILE_NAME, build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import memory_excel


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


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> memory_excel.App:
    """An Excel whose workbooks are in memory; one of them calls Python."""
    import memory_excel  # noqa: PLC0415  # xlwings takes two seconds, and other tests need none
    import xlwings  # noqa: PLC0415

    monkeypatch.setattr(xlwings.Book, "_mock_caller", None, raising=False)  # is gone again after the test
    excel = memory_excel.App(tmp_path)
    memory_excel.calling(excel, "Book1.xlsx", openpyxl.Workbook())
    return excel
