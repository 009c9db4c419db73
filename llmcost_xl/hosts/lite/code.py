"""What a workbook carries for xlwings Lite: a main.py with the package inside, and its requirements.

The package is not installed from an index: most of what it depends on serves the command line and the workbooks, and
some of that has no build for WebAssembly. The formulas need the standard library alone.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import io
import re
import textwrap
import zipfile
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from llmcost_xl import __version__
from llmcost_xl.catalogue import store

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE: Final = store.PACKAGED.parent
PARTS: Final = (
    "__init__.py",
    "quantities.py",
    "errors.py",
    "dates.py",
    "cells.py",
    "worksheet.py",
    "engine",
    "catalogue",
    "functions",
    "udfs.py",
)
"""What the formulas are made of; the rest of the package needs libraries that a browser has not."""

FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a zip archive can state: the same sources give the same bytes
BEGIN: Final = "# --- llmcost-xl: do not edit between these lines ---"
END: Final = "# --- end of llmcost-xl ---"
BLOCK: Final = re.compile(rf"^{re.escape(BEGIN)}\r?$.*?^{re.escape(END)}\r?$\n?", re.DOTALL | re.MULTILINE)
"""Ours, with the line ends of the editor that last saved it."""
REQUIREMENT: Final = re.compile(r"^\s*xlwings\s*(?:$|[\[<>=!~;#@,\s])", re.IGNORECASE | re.MULTILINE)
LINE_LENGTH: Final = 120


def main_py(existing: str = "") -> str:
    """The main.py of a workbook; what else stands in an existing one stays where it is."""
    block = _block()
    if BLOCK.search(existing):
        once = iter([block])  # pasted twice, the older one would run last
        return BLOCK.sub(lambda _: next(once, ""), existing)
    if not existing.strip():
        return block
    return f"{existing.rstrip()}\n\n\n{block}"


def requirements_txt(existing: str = "") -> str:
    """The requirements of a workbook: those it has, and what xlwings Lite and our functions need."""
    ours = _template("requirements.txt").substitute(xlwings=importlib.metadata.version("xlwings"))
    if not existing.strip():
        return ours
    if REQUIREMENT.search(existing):
        return existing
    return f"{ours.splitlines()[0]}\n{existing}"


def archive() -> bytes:
    """The package as far as formulas need it, as a zip archive that never varies."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for path in _files():
            member = zipfile.ZipInfo(path.relative_to(PACKAGE.parent).as_posix(), FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            newest = (
                store.in_force() / path.name if path.parent == store.PACKAGED and path.name in store.FILES else path
            )
            packed.writestr(member, newest.read_bytes(), compresslevel=9)
    return stream.getvalue()


def _files() -> Iterator[Path]:
    for part in PARTS:
        path = PACKAGE / part
        members = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (member for member in members if member.suffix in (".py", ".csv", ".json"))


def _block() -> str:
    packed = archive()
    digest = hashlib.sha256(packed).hexdigest()
    return _template("main.py").substitute(
        begin=BEGIN,
        end=END,
        version=__version__,
        as_of=store.as_of(store.in_force()),
        digest=digest,
        short_digest=digest[:12],
        archive=textwrap.fill(base64.urlsafe_b64encode(packed).decode(), LINE_LENGTH, break_on_hyphens=False),
    )


def _template(name: str) -> Template:
    return Template((Path(__file__).parent / f"{name}.template").read_text(encoding="utf-8"))
