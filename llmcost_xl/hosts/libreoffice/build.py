"""Builds the extension: one zip file, the same bytes from the same sources."""

from __future__ import annotations

import ast
import io
import zipfile
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

import llmcost_xl
from llmcost_xl.catalogue import store
from llmcost_xl.catalogue.bundled import FOLDER
from llmcost_xl.hosts.libreoffice import declare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

IDENTIFIER: Final = "llmcost-xl"
"""The extension's name in LibreOffice."""
SUFFIX: Final = ".oxt"
HERE: Final = Path(__file__).parent
PACKAGE: Final = Path(llmcost_xl.__file__).parent
COMPONENT: Final = HERE / "component.py"
MANIFEST: Final = "META-INF/manifest.xml"
DATA: Final = {".csv", ".json"}
_FIRST_DATE: Final = (1980, 1, 1, 0, 0, 0)  # a zip member has a date; the sources have no say in it


def extension() -> bytes:
    """The extension as a file's content."""
    members = dict(_members())
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in [MANIFEST, *sorted(members.keys() - {MANIFEST})]:
            member = zipfile.ZipInfo(name, _FIRST_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system, member.external_attr = 3, 0o644 << 16  # as on Unix, wherever it is built
            archive.writestr(member, members[name])
    return content.getvalue()


def _members() -> Iterator[tuple[str, bytes]]:
    """Every file of the extension, by its name in it."""
    for path in (HERE / "extension").rglob("*"):
        if path.is_file():
            text = Template(path.read_text(encoding="utf-8")).substitute(
                identifier=IDENTIFIER, version=llmcost_xl.__version__
            )
            yield path.relative_to(HERE / "extension").as_posix(), text.encode()
    yield "XFunctions.idl", declare.interface().encode()
    yield "CalcAddIns.xcu", declare.configuration()
    yield COMPONENT.name, COMPONENT.read_bytes()
    for path in needed_files():
        newest = store.in_force() / path.name if path.parent == FOLDER and path.name in store.FILES else path
        yield f"pythonpath/llmcost_xl/{path.relative_to(PACKAGE).as_posix()}", newest.read_bytes()


def needed_files() -> list[Path]:
    """The component's part of the package: the modules it imports, directly or not, and the catalogue's data."""
    modules: set[Path] = set()
    waiting = [COMPONENT]
    while waiting:
        path = waiting.pop()
        found = set(_imported_files(path)) - modules
        modules |= found
        waiting += found
    data = {path for path in FOLDER.iterdir() if path.suffix in DATA}
    return sorted(modules | data)


def _imported_files(path: Path) -> Iterator[Path]:
    """The files of ours that a module imports, wherever in it, with the packages they lie in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from _files_of(f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from _files_of(name.name for name in node.names)


def _files_of(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        first, *parts = name.split(".")
        if first == PACKAGE.name:
            for depth in range(len(parts) + 1):
                place = PACKAGE.joinpath(*parts[:depth])
                yield from (file for file in (place / "__init__.py", place.with_suffix(".py")) if file.is_file())
