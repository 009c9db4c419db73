"""The LibreOffice extension as a file: what it carries, and that its parts name each other."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hosts import skip_or_fail

from llmcost_xl import __version__
from llmcost_xl.hosts.libreoffice import build
from llmcost_xl.hosts.libreoffice.declare import ADD_IN

ROOT = Path(__file__).parent.parent.parent
OLDEST_PYTHON = (3, 10)  # LibreOffice 24.8 and 25.2 bring it along on Windows and macOS


@pytest.fixture(scope="module")
def members() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(build.extension())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_sources_give_the_same_bytes() -> None:
    assert build.extension() == build.extension()


def test_it_carries_licence_version_and_prices(members: dict[str, bytes]) -> None:
    assert members["LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert f'<version value="{__version__}"/>'.encode() in members["description.xml"]
    for path in build.FOLDER.glob("*.csv"):
        assert members[f"pythonpath/llmcost_xl/catalogue/{path.name}"] == path.read_bytes()


def test_it_carries_nothing_that_functions_do_not_need(members: dict[str, bytes]) -> None:
    parts = {name.split("/")[2] for name in members if name.startswith("pythonpath/llmcost_xl/")}
    assert not parts & {"cli", "workbook", "calc", "reference.py", "udfs.py"}
    hosts = {name for name in members if "/hosts/" in name}
    assert all("/libreoffice/" in name or name.endswith("/hosts/__init__.py") for name in hosts)


def test_every_file_that_the_manifest_names_is_there(members: dict[str, bytes]) -> None:
    named = [value for entry in ET.fromstring(members[build.MANIFEST]) for key, value in entry.items() if "path" in key]  # noqa: S314  # our own
    assert set(named) <= members.keys()
    assert len(named) == len(set(named))


def test_it_loads_in_the_python_of_the_oldest_libreoffice(members: dict[str, bytes]) -> None:
    try:
        import vermin  # noqa: PLC0415
    except ImportError:
        skip_or_fail('vermin is not installed: pip install -e ".[hosts]"')
    sources = {name: text.decode() for name, text in members.items() if name.endswith(".py")}
    needed = {name: vermin.detect(text)[1] or (3, 0) for name, text in sources.items()}
    assert max(needed.values()) <= OLDEST_PYTHON, needed
    assert needed["component.py"] <= (3, 8), "it has to load in an old Python, to say so"


def test_the_component_and_its_declaration_have_one_name(members: dict[str, bytes]) -> None:
    assert f'ADD_IN = "{ADD_IN}"'.encode() in members["component.py"]
    assert f'oor:name="{ADD_IN}"'.encode() in members["CalcAddIns.xcu"]


def test_the_menu_entry_names_the_service_that_the_component_has(members: dict[str, bytes]) -> None:
    assert b"<value>service:llmcost.EmptyCells?" in members["Addons.xcu"]
    assert b'MENU_ENTRY = "llmcost.EmptyCells"' in members["component.py"]
