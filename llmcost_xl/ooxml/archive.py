"""The zip archive around a workbook. A part that is not replaced keeps the bytes it has in the file.

Header, compressed data and data descriptor of such a part are copied in one piece; so are its entry in the directory
(but for the place that it points to), the order of the parts and the archive's comment.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LOCAL: Final = struct.Struct("<4s5H3L2H")
ENTRY: Final = struct.Struct("<4s6H3L5H2L")
END: Final = struct.Struct("<4s4H2LH")
EXTRA: Final = struct.Struct("<2H")
ZIP64: Final = 1  # the extra field that holds what 32 bits cannot
IN_ZIP64: Final = 0xFFFFFFFF
HAS_DESCRIPTOR: Final = 0x08
PLAIN_NAME: Final = 0x800  # the name is UTF-8
VERSION: Final = 20
LEVELS: Final = (6, 1, 0)  # of compression: the usual one, the fastest, none
EARLIEST: Final = (0, 0x21)  # the time and the date of an added part: the first a zip archive can state


@dataclass(frozen=True)
class Member:
    """A part as it lies in the archive."""

    name: str
    record: bytes  # its local header, data and whatever stands before the next part
    entry: bytes  # its entry in the directory
    start: int


@dataclass(frozen=True)
class Archive:
    """A workbook's file that is safe to read."""

    content: bytes

    @classmethod
    def read(cls, source: Path | bytes) -> Archive:
        """The archive, if the guard lets it pass.

        Raises:
            RefusedError: it is no workbook, or not a safe one.
            OSError: the file cannot be read.
        """
        if not isinstance(source, bytes):
            return cls(guard.vetted(source))
        guard.check(source)
        return cls(source)

    @cached_property
    def _zip(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(self.content))

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The parts in the order of the directory.

        Raises:
            RefusedError: something else stands before them.
        """
        infos, directory = self._zip.infolist(), self._zip.start_dir
        starts = sorted(info.header_offset for info in infos)
        if starts[0] != 0:
            raise RefusedError(f"damaged: {starts[0]:,} bytes of something else stand before the archive")
        ends = dict(zip(starts, [*starts[1:], directory], strict=True))
        return tuple(
            Member(
                info.filename, self.content[info.header_offset : ends[info.header_offset]], entry, info.header_offset
            )
            for info, entry in zip(infos, _entries(self.content, directory, len(infos)), strict=True)
        )

    @property
    def names(self) -> list[str]:
        """The names of all parts, as the file spells them."""
        return self._zip.namelist()

    @cached_property
    def _spelled(self) -> dict[str, str]:
        """How the file spells a name."""
        return {guard.plain_name(name): name for name in self.names}

    def find(self, name: str) -> str | None:
        """A part's name as the file spells it, or None."""
        return self._spelled.get(guard.plain_name(name))

    def part(self, name: str) -> bytes:
        """What a part holds.

        Raises:
            RefusedError: there is none of this name.
        """
        found = self.find(name)
        if found is None:
            raise RefusedError(f"damaged: the part {name!r} is missing")
        return self._zip.read(found)

    def with_parts(self, parts: Mapping[str, bytes]) -> bytes:
        """The file with these parts replaced, or added at its end; all others are copied as they are."""
        contents = {self.find(name) or name: content for name, content in parts.items()}
        members = (*self.members, *_added(contents.keys() - set(self.names), len(self.content)))
        records: list[bytes] = []
        entries: dict[str, bytes] = {}
        length = 0
        for member in sorted(members, key=lambda member: member.start):
            record, entry = member.record, member.entry
            if member.name in contents:
                record, entry = _packed(record, entry, contents[member.name])
            records.append(record)
            entries[member.name] = _moved(entry, length)
            length += len(record)
        directory = b"".join(entries[member.name] for member in members)
        count, comment = len(members), self._zip.comment
        end = END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), length, len(comment))
        return b"".join((*records, directory, end, comment))


def _entries(content: bytes, start: int, count: int) -> Iterator[bytes]:
    """The directory's entries, one per part."""
    for _ in range(count):
        fields = ENTRY.unpack_from(content, start)
        end = start + ENTRY.size + sum(fields[10:13])  # a name, extra fields, a remark
        yield content[start:end]
        start = end


def _added(names: Iterable[str], start: int) -> Iterator[Member]:
    """Records of parts that are not in the file yet, without their data."""
    for number, name in enumerate(sorted(names)):
        spelled = name.encode()
        fields = VERSION, PLAIN_NAME, zipfile.ZIP_DEFLATED, *EARLIEST, 0, 0, 0, len(spelled), 0
        record = LOCAL.pack(b"PK\x03\x04", *fields) + spelled
        entry = ENTRY.pack(b"PK\x01\x02", VERSION, *fields, 0, 0, 0, 0, 0) + spelled
        yield Member(name, record, entry, start + number)


def _packed(record: bytes, entry: bytes, content: bytes) -> tuple[bytes, bytes]:
    """A part's record and entry with other data in them; name, time, method, attributes and remark stay."""
    fields = list(ENTRY.unpack_from(entry))
    data = content
    if fields[4] == zipfile.ZIP_DEFLATED:
        data = _deflated(content)
    name = entry[ENTRY.size : ENTRY.size + fields[10]]
    extra, remark = entry[ENTRY.size + fields[10] :][: fields[11]], entry[ENTRY.size + fields[10] + fields[11] :]
    kept = _without_sizes(extra)
    fields[3] &= ~HAS_DESCRIPTOR
    fields[7:10] = zlib.crc32(content), len(data), len(content)
    fields[11] = len(kept)
    local = list(LOCAL.unpack_from(record))
    spelled = record[LOCAL.size : LOCAL.size + local[9]]
    local_extra = _without_sizes(record[LOCAL.size + local[9] :][: local[10]])
    local[2] &= ~HAS_DESCRIPTOR
    local[6:9] = fields[7:10]
    local[10] = len(local_extra)
    return LOCAL.pack(*local) + spelled + local_extra + data, ENTRY.pack(*fields) + name + kept + remark


def _deflated(content: bytes) -> bytes:
    """Packed, but never so tightly that the guard would take the file for a bomb when it is next read."""
    data = content
    for level in LEVELS:
        deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        data = deflate.compress(content) + deflate.flush()
        if not guard.is_bomb(len(content), len(data)):
            break
    return data


def _fields(extra: bytes) -> Iterator[tuple[int, int, int]]:
    """What kind each extra field is, and where it starts and ends."""
    at = 0
    while at + EXTRA.size <= len(extra):
        kind, length = EXTRA.unpack_from(extra, at)
        yield kind, at, at + EXTRA.size + length
        at += EXTRA.size + length


def _without_sizes(extra: bytes) -> bytes:
    """Extra fields without the one that states sizes in 64 bits."""
    return b"".join(extra[start:end] for kind, start, end in _fields(extra) if kind != ZIP64)


def _moved(entry: bytes, start: int) -> bytes:
    """An entry that says its part begins at another place."""
    fields = list(ENTRY.unpack_from(entry))
    changed = bytearray(entry)
    if fields[16] != IN_ZIP64:
        struct.pack_into("<L", changed, ENTRY.size - 4, start)
        return bytes(changed)
    first = ENTRY.size + fields[10]
    for kind, at, _ in _fields(entry[first : first + fields[11]]):
        if kind == ZIP64:  # sizes that are stated there stand before the place
            sizes = (fields[8] == IN_ZIP64) + (fields[9] == IN_ZIP64)
            struct.pack_into("<Q", changed, first + at + EXTRA.size + 8 * sizes, start)
    return bytes(changed)
