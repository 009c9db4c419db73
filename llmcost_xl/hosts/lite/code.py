"""What a workbook carries for xlwings Lite: a main.py with the package inside, and its requirements.

The package is not installed from an index: most of what it depends on serves the command line and the workbooks, and
some of that has no build for WebAssembly. What main.py imports of it needs the standard library and xlwings alone.
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
from typing import Final

from llmcost_xl import __version__
from llmcost_xl.catalogue import store
from llmcost_xl.hosts.lite.needed import modules_needed

PACKAGE: Final = store.PACKAGED.parent
ROOTS: Final = ("udfs", "hosts.lite.repricing")
"""The modules that main.py imports: with what they need, all that a workbook carries of the package."""

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
    """The package as far as main.py needs it, as a zip archive that never varies."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for path in sorted(modules_needed(PACKAGE, ROOTS)):
            _pack(packed, path, path.read_bytes(), zipfile.ZIP_DEFLATED)
        for path in sorted(path for path in store.PACKAGED.iterdir() if path.suffix in (".csv", ".json")):
            newest = store.in_force() / path.name if path.name in store.FILES else path
            _pack(packed, path, newest.read_bytes(), zipfile.ZIP_BZIP2)  # a quarter less, of long files
    return stream.getvalue()


def _pack(archive: zipfile.ZipFile, path: Path, content: bytes, method: int) -> None:
    member = zipfile.ZipInfo(path.relative_to(PACKAGE.parent).as_posix(), FIXED_TIME)
    member.compress_type = method
    archive.writestr(member, content, compresslevel=9)


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
