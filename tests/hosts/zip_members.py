"""What lies in a workbook's zip archive: for tests that compare it byte for byte."""

from __future__ import annotations

import io
import struct
import zipfile


def members(workbook: bytes) -> dict[str, bytes]:
    """Each part's bytes in the file, from its header to what follows its content, and its entry in the directory."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        directory = archive.start_dir
        ends = sorted([member.header_offset for member in archive.infolist()] + [directory])
        entry = directory
        for member in archive.infolist():
            length = 46 + sum(struct.unpack_from("<3H", workbook, entry + 28))
            described = workbook[entry : entry + 42] + workbook[entry + 46 : entry + length]  # all but where it lies
            end = ends[ends.index(member.header_offset) + 1]
            found[member.filename] = workbook[member.header_offset : end] + described
            entry += length
    return found


def contents(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
