"""A workbook's zip archive, of which single members can be replaced while all others stay as they are, byte for byte.

The standard library reads zip archives but cannot copy a member without compressing it anew, hence the two records of
the format that are written here.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Final

from llmcost_xl.errors import LLMCostError

LOCAL: Final = struct.Struct("<4s5H3I2H")
CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
END: Final = struct.Struct("<4s4H2IH")
SIGNATURES: Final = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06")
ZIP64: Final = b"PK\x06\x07"
ZIP64_LOCATOR: Final = 20  # bytes that stand before the end record
VERSION: Final = 20  # what unpacks a deflated member
FIRST_DAY: Final = 0x21  # 1 January 1980, the earliest the format can state
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that a workbook may use
ENCRYPTED: Final = 0x1
UTF8: Final = 0x800

LARGEST_FILE: Final = 2**28
LARGEST_EXPANDED: Final = 2**30
LARGEST_PART: Final = 2**24


class RefusedError(LLMCostError):
    """A file into which nothing is embedded, and why."""


@dataclass(frozen=True)
class Member:
    """One member as it lies in the archive: its part of the file, and its entry in the directory at the end."""

    name: str
    local: bytes
    central: bytes


@dataclass
class Archive:
    """The members in the order in which they lie in the file, and the order in which the directory lists them."""

    members: list[Member]
    listed: list[str]
    ending: bytes
    """The end record and the archive's comment."""
    _changed: dict[str, bytes] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """The name as the archive spells it: in a workbook upper and lower case are alike."""
        return next((listed for listed in self.listed if listed.lower() == name.lower()), None)

    def read(self, name: str) -> bytes:
        """The content of a part, of a bounded length."""
        if name in self._changed:
            return self._changed[name]
        member = next(member for member in self.members if member.name == name)
        _, _, _, method, *_, name_length, extra_length = LOCAL.unpack_from(member.local)
        size = CENTRAL.unpack_from(member.central)[8]
        start = LOCAL.size + name_length + extra_length
        packed = member.local[start : start + size]
        if method == zipfile.ZIP_STORED:
            content = packed
        else:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, LARGEST_PART + 1)
        if len(content) > LARGEST_PART:
            raise RefusedError(f"its part {name} is larger than {LARGEST_PART // 2**20} MB")
        return content

    def write(self, name: str, content: bytes) -> None:
        """Replace a part, or add one behind the others."""
        old = next((member for member in self.members if member.name == name), None)
        new = _packed(name, content, old.central if old else None)
        if old:
            self.members[self.members.index(old)] = new
        else:
            self.members.append(new)
            self.listed.append(name)
        self._changed[name] = content

    def to_bytes(self) -> bytes:
        """The archive as a file."""
        directory: dict[str, bytes] = {}
        offset = 0
        for member in self.members:
            directory[member.name] = _at(member.central, offset)
            offset += len(member.local)
        entries = b"".join(directory[name] for name in self.listed)
        *_, comment = END.unpack_from(self.ending)
        count = len(self.members)
        ending = END.pack(SIGNATURES[2], 0, 0, count, count, len(entries), offset, comment)
        return b"".join([*(member.local for member in self.members), entries, ending, self.ending[END.size :]])


def open_archive(content: bytes) -> Archive:
    """Take an archive apart, once every member's checksum is found right.

    Raises:
        RefusedError: it is no zip archive, or damaged, encrypted, of an unusual build, or too large once expanded.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            members = source.infolist()
            _refuse(members)
            damaged = source.testzip()
            listed = _listed(content, source)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        struct.error,
    ) as problem:
        raise RefusedError(f"is damaged or no workbook ({str(problem).lower() or 'it ends too early'})") from problem
    if damaged:
        raise RefusedError(f"is damaged: its part {damaged} fails the checksum")
    return listed


def _refuse(members: list[zipfile.ZipInfo]) -> None:
    expanded = sum(member.file_size for member in members)
    if expanded > LARGEST_EXPANDED:
        raise RefusedError(
            f"would expand to {expanded / 2**20:,.0f} MB; {LARGEST_EXPANDED // 2**20:,} MB are the limit"
        )
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise RefusedError("is encrypted; save it without a password first")
    odd = next((member for member in members if member.compress_type not in METHODS), None)
    if odd:
        raise RefusedError(f"is compressed in a way that Excel does not read (its part {odd.filename})")
    names = [member.filename.lower() for member in members]
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice:
        raise RefusedError(f"is damaged: it has two parts called {twice}")


def _listed(content: bytes, source: zipfile.ZipFile) -> Archive:
    end = content.rfind(SIGNATURES[2])
    if content[max(end - ZIP64_LOCATOR, 0) : end].startswith(ZIP64):  # Apache POI writes it, however small the file
        raise RefusedError("is written in a form for files above 4 GB (zip64); open it in Excel and save it first")
    *_, size, start, _comment = END.unpack_from(content, end)
    if start + size != end:
        raise zipfile.BadZipFile("its directory is not where it should be")
    entries: list[tuple[int, str, bytes]] = []
    position = start
    for info in source.infolist():
        lengths = CENTRAL.unpack_from(content, position)[10:13]
        length = CENTRAL.size + sum(lengths)
        entries.append((info.header_offset, info.filename, content[position : position + length]))
        position += length
    in_file = sorted(entries)
    limits = [offset for offset, _, _ in in_file[1:]] + [start]
    members = [
        Member(name, _slice(content, offset, limit, entry), entry)
        for (offset, name, entry), limit in zip(in_file, limits, strict=True)
    ]
    if in_file and in_file[0][0] > 0:  # what lies before the first member would be lost
        raise zipfile.BadZipFile("something stands before its first part")
    return Archive(members, [name for _, name, _ in entries], content[end:])


def _slice(content: bytes, offset: int, limit: int, entry: bytes) -> bytes:
    """A member's part of the file, with whatever follows its content."""
    signature, *_, name_length, extra_length = LOCAL.unpack_from(content, offset)
    needed = LOCAL.size + name_length + extra_length + CENTRAL.unpack_from(entry)[8]
    if signature != SIGNATURES[0] or limit - offset < needed:
        raise zipfile.BadZipFile("its parts overlap")
    return content[offset:limit]


def _packed(name: str, content: bytes, like: bytes | None) -> Member:
    """A compressed member; date and attributes are those of the one it replaces."""
    time, day, internal, external = 0, FIRST_DAY, 0, 0
    if like:
        _, _, _, _, _, time, day, *_, internal, external, _ = CENTRAL.unpack_from(like)
    encoded = name.encode()
    flags = 0 if name.isascii() else UTF8
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = compressor.compress(content) + compressor.flush()
    described = (flags, zipfile.ZIP_DEFLATED, time, day, zlib.crc32(content), len(packed), len(content), len(encoded))
    local = LOCAL.pack(SIGNATURES[0], VERSION, *described, 0) + encoded + packed
    central = CENTRAL.pack(SIGNATURES[1], VERSION, VERSION, *described, 0, 0, 0, internal, external, 0) + encoded
    return Member(name, local, central)


def _at(central: bytes, offset: int) -> bytes:
    """A directory entry that says where its member now lies."""
    return central[: CENTRAL.size - 4] + struct.pack("<I", offset) + central[CENTRAL.size :]
