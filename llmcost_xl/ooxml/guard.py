"""What is looked at before any library opens a workbook that somebody sent: is it one, and is it safe to read?

A file can be small and ask for gigabytes, name parts outside its folder, or put a cell where no sheet reaches. All of
this shows in the archive's directory and in one pass over its XML, which builds nothing.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import plain
from llmcost_xl.ooxml.scan import LONGEST_TAG, Scan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import IO

MEGABYTE: Final = 1 << 20
LARGEST_FILE: Final = 100 * MEGABYTE
LARGEST_CONTENT: Final = 1024 * MEGABYTE  # all parts, unpacked
MOST_PARTS: Final = 10_000
RATIO: Final = 250  # a sheet of equal numbers packs to a hundredth of its size
RATIO_FROM: Final = 16 * MEGABYTE  # below this a part does no harm
OLD_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what Excel 97 wrote, and what encryption wraps a file in
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
DIRECTORY_ENTRY: Final = b"PK\x01\x02"
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
XML_NAMES: Final = (".xml", ".rels", ".vml")
LOOSE_XML: Final = (".vml", ".bin")  # old drawings and what add-ins keep, which Excel itself writes with faults
CONTENT_TYPES: Final = "[Content_Types].xml"
WORKBOOK: Final = re.compile(rb"(spreadsheetml|ms-excel)\.(sheet|template|addin)(\.macroEnabled)?\.main\+xml")
BINARY: Final = b"sheet.binary"
OF_FINDER: Final = "__MACOSX/"  # what a Mac adds to an archive that it packs: notes on each file, named like it
FOLDERS: Final = ("xl/", "docProps/", "_rels/", "customXml/")
CHUNK: Final = 1 << 18
DAMAGES: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, struct.error)


def vetted(path: Path) -> bytes:
    """The content of a workbook that may be opened.

    Raises:
        RefusedError: it is no .xlsx or .xlsm, or not a safe one.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_FILE:
            raise RefusedError(f"{path}: larger than {LARGEST_FILE // MEGABYTE} MB")
        content = file.read(size)
    try:
        check(content)
    except RefusedError as refused:
        raise RefusedError(f"{path}: {refused}") from None
    return content


def check(content: bytes) -> None:
    """Refuse what is no workbook, and what would harm its reader."""
    _is_archive(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_directory(archive.infolist(), content)
            _is_workbook(archive, {member.filename for member in members})
            scan = Scan()
            for member in members:
                _check_part(archive, member, scan)
    except DAMAGES as problem:
        raise RefusedError(f"damaged: {problem}") from None


# -- the archive -------------------------------------------------------------------------------------------------------


def _is_archive(content: bytes) -> None:
    if content.startswith(OLD_FILE):
        if ENCRYPTED in content:
            raise RefusedError("protected by a password; save it without one")
        raise RefusedError("a file of Excel 97 to 2003 (.xls); save it as .xlsx")
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise RefusedError("no .xlsx or .xlsm workbook, or a piece of one" if content else "empty")
    if content.count(DIRECTORY_ENTRY) > MOST_PARTS:
        raise RefusedError(f"more than {MOST_PARTS:,} parts")


def _check_directory(members: Sequence[zipfile.ZipInfo], content: bytes) -> None:
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if _leads_outside(name):
            raise RefusedError(f"part {name!r}: a name that leads outside the file")
        if plain_name(name) in seen:
            raise RefusedError(f"part {name!r}: there are two of them")
        seen.add(plain_name(name))
        if member.flag_bits & 1:
            raise RefusedError(f"part {name!r}: encrypted")
        if member.compress_type not in METHODS:
            raise RefusedError(f"part {name!r}: compressed in a way that workbooks are not")
        if is_bomb(member.file_size, member.compress_size):
            raise RefusedError(f"part {name!r}: unpacks to {member.file_size // MEGABYTE:,} MB, too many for its size")
    if sum(member.file_size for member in members) > LARGEST_CONTENT:
        raise RefusedError(f"unpacks to more than {LARGEST_CONTENT // MEGABYTE:,} MB")
    _check_overlap(members, content)


def is_bomb(size: int, packed: int) -> bool:
    """Whether a part unpacks to more than a workbook's parts do."""
    return size > max(RATIO_FROM, RATIO * packed)


def plain_name(name: str) -> str:
    """A part's name without what writers differ in: letter case, a slash before it, backslashes within it."""
    return name.lower().replace("\\", "/").lstrip("/")


def _leads_outside(name: str) -> bool:
    """Absolute names and steps upwards; but XlsxWriter puts a slash before some parts of the usual folders."""
    name = name.replace("\\", "/")
    if name.startswith(tuple(f"/{folder}" for folder in FOLDERS)):
        name = name[1:]
    return name.startswith("/") or ":" in name or "\0" in name or ".." in name.split("/")


def _check_overlap(members: Sequence[zipfile.ZipInfo], content: bytes) -> None:
    """No byte of the file belongs to two parts: one block of data, listed a thousand times, is a bomb too."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    ends = [member.header_offset for member in ordered[1:]] + [len(content)]
    for member, end in zip(ordered, ends, strict=True):
        header = content[member.header_offset : member.header_offset + 30]
        names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        if member.header_offset + 30 + names + member.compress_size > end:
            raise RefusedError(f"part {member.filename!r}: overlaps with another")


def _is_workbook(archive: zipfile.ZipFile, names: set[str]) -> None:
    spelled = {plain_name(name): name for name in names}
    if CONTENT_TYPES.lower() not in spelled:
        raise RefusedError(f"no workbook: the part {CONTENT_TYPES!r} is missing")
    types = archive.read(spelled[CONTENT_TYPES.lower()]).replace(b"\0", b"")
    if not WORKBOOK.search(types):
        if BINARY in types:
            raise RefusedError("a binary workbook (.xlsb); save it as .xlsx")
        raise RefusedError("no workbook but another kind of document")
    if not any(name.lower().endswith("workbook.xml") for name in names):
        raise RefusedError("no workbook: the part 'xl/workbook.xml' is missing")


# -- the XML -----------------------------------------------------------------------------------------------------------


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, scan: Scan) -> None:
    """One pass over a part that is XML, whatever its name."""
    is_named_xml = member.filename.lower().endswith(XML_NAMES) and not member.filename.startswith(OF_FINDER)
    with archive.open(member) as stream:
        start = stream.read(CHUNK)
        if not is_named_xml and not _looks_like_xml(start):
            while stream.read(CHUNK):  # the checksum is compared at the end
                pass
            return
        scan.begin(member.filename)
        try:
            _scan(stream, start, scan)
        except (expat.ExpatError, UnicodeError, LookupError) as problem:
            if not member.filename.lower().endswith(LOOSE_XML):
                raise RefusedError(f"part {member.filename!r}: damaged, {problem}") from None


def _scan(stream: IO[bytes], text: bytes, scan: Scan) -> None:
    """Scan a part from its start to its end."""
    start = plain.rows_start(text)
    if start:
        scan.feed(text[:start])
        text = _after_rows(stream, text[start:], scan) if scan.is_among_rows else text[start:]
    while text:
        scan.feed(text)
        text = stream.read(CHUNK)
    scan.end()


def _after_rows(stream: IO[bytes], text: bytes, scan: Scan) -> bytes:
    """Scan the rows of a sheet: plain ones together, odd ones element by element. What was read of the rest is left."""
    at = 0
    while True:
        end = plain.rows_end(text, at)
        if end > at:
            scan.feed_rows(text[at:end])
        elif (end := plain.odd_row_end(text, at)) > at:
            scan.feed(text[at:end])
            if not scan.is_among_rows:
                return text[end:]
        elif text.startswith(plain.END, at) or len(text) - at > LONGEST_TAG or not (more := stream.read(CHUNK)):
            return text[at:]
        else:
            text, end = text[at:] + more, 0
        at = end


def _looks_like_xml(start: bytes) -> bool:
    return start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
