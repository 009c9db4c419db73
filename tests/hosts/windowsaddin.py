"""Reads the Windows add-in with programs that are not ours."""

from __future__ import annotations

import warnings
import zipfile
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

Imported: TypeAlias = tuple[str, dict[str, dict[str, Any]]]
"""What "Import Functions" leaves in a workbook: the VBA module, and the wizard's texts by function."""


def olevba() -> Any:
    """The program of oletools; it calls its parser's functions by their former names, and is warned of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from oletools import olevba as module  # noqa: PLC0415  # half a second, for the tests of one host

    return module


def read(path: Path) -> dict[str, str]:
    """Every VBA module of a file by its name, as olevba reads it."""
    parser = olevba().VBA_Parser(str(path))
    try:
        found = {name.partition(".")[0]: text for _, _, name, text in parser.extract_macros()}
    finally:
        parser.close()
    return {name: text.replace("\r\n", "\n") for name, text in found.items()}


def part(path: Path, name: str) -> bytes:
    """One part of a file."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)
