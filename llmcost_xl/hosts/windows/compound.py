"""A compound file, the container of a VBA project: storages and streams in one file.

Written from [MS-CFB], whose section numbers stand beside each structure: version 3, sectors of 512 bytes, no times, so
that the same streams give the same bytes.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Storage: TypeAlias = "dict[str, bytes | Storage]"
"""What a storage holds: streams (bytes) and storages by their names."""

SECTOR: Final = 512
MINI_SECTOR: Final = 64
MINI_STREAM_CUTOFF: Final = 4096  # a shorter stream lies in the mini stream
HEADER_FAT_SLOTS: Final = 109
NAME_LIMIT: Final = 31

FREE_SECTOR: Final = 0xFFFFFFFF  # 2.1
END_OF_CHAIN: Final = 0xFFFFFFFE
FAT_SECTOR: Final = 0xFFFFFFFD
NO_STREAM: Final = 0xFFFFFFFF  # 2.6.1

STORAGE, STREAM, ROOT = 1, 2, 5  # 2.6.1, Object Type
BLACK: Final = 1
ENTRIES_PER_SECTOR: Final = 4
UNUSED_ENTRY: Final = bytes(68) + struct.pack("<3I", NO_STREAM, NO_STREAM, NO_STREAM) + bytes(48)


def compound_file(root: Storage) -> bytes:
    """The file that holds these streams and storages.

    Raises:
        ValueError: a name is longer than 31 characters, or the file would exceed 6.8 MB, where this format needs
            further tables.
    """
    entries = _directory(root)
    sectors = _Sectors()
    mini_stream, mini_fat = _place_streams(entries, sectors)
    entries[0].start, entries[0].size = sectors.add(mini_stream), len(mini_stream)
    mini_fat_start = sectors.add(_numbers(mini_fat))
    unused = -len(entries) % ENTRIES_PER_SECTOR
    directory_start = sectors.add(b"".join(map(_Entry.packed, entries)) + UNUSED_ENTRY * unused)
    fat_sectors = sectors.close()
    # 2.2: signature, no class, version 3.62, little-endian, sizes of sectors as powers of 2
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 62, 3, 0xFFFE, 9, 6)
    header += struct.pack("<4I", 0, len(fat_sectors), directory_start, 0)
    header += struct.pack("<3I", MINI_STREAM_CUTOFF, mini_fat_start, -(-4 * len(mini_fat) // SECTOR))
    header += struct.pack("<2I", END_OF_CHAIN, 0)
    header += struct.pack("<109I", *fat_sectors, *[FREE_SECTOR] * (HEADER_FAT_SLOTS - len(fat_sectors)))
    return header + sectors.content


class _Entry:
    """One line of the directory (2.6.1)."""

    def __init__(self, name: str, kind: int, content: bytes = b"") -> None:
        if len(name) > NAME_LIMIT:
            raise ValueError(f"{name!r} is longer than {NAME_LIMIT} characters")
        self.name, self.kind, self.content = name, kind, content
        self.left = self.right = self.child = NO_STREAM
        self.start, self.size = 0, len(content)

    def packed(self) -> bytes:
        """The entry's 128 bytes: name, place among its siblings, no class, no times, where its content is."""
        name = self.name.encode("utf-16-le")
        return (
            name.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(name) + 2, self.kind, BLACK, self.left, self.right, self.child)
            + bytes(36)
            + struct.pack("<IQ", self.start, self.size)
        )


class _Sectors:
    """The sectors after the header, and the table that chains them (2.3)."""

    def __init__(self) -> None:
        self.content = b""
        self._fat: list[int] = []

    def add(self, content: bytes) -> int:
        """Append a stream; its first sector."""
        if not content:
            return END_OF_CHAIN
        start = len(self._fat)
        self.content += _padded(content, SECTOR)
        end = len(self.content) // SECTOR
        self._fat += [*range(start + 1, end), END_OF_CHAIN]
        return start

    def close(self) -> list[int]:
        """Append the table itself; its sectors."""
        start = len(self._fat)
        count = -(-start // (SECTOR // 4 - 1))  # a sector of the table chains itself and 127 others
        if count > HEADER_FAT_SLOTS:
            raise ValueError(f"{len(self.content)} bytes are more than a compound file without further tables holds")
        self.content += _numbers([*self._fat, *[FAT_SECTOR] * count])
        return list(range(start, start + count))


def _directory(root: Storage) -> list[_Entry]:
    """Every entry, the root first; a storage's members form a binary tree (2.6.4)."""
    entries = [_Entry("Root Entry", ROOT)]

    def add(storage: Storage, parent: _Entry) -> None:
        members = []
        for name, member in storage.items():
            members.append(len(entries))
            if isinstance(member, bytes):
                entries.append(_Entry(name, STREAM, member))
            else:
                entries.append(_Entry(name, STORAGE))
                add(member, entries[-1])
        members.sort(key=lambda number: (len(entries[number].name), entries[number].name.upper()))
        parent.child = _tree(entries, members)

    add(root, entries[0])
    return entries


def _tree(entries: list[_Entry], members: Sequence[int]) -> int:
    """Hang the members, which are in order, below their middle one; every node black is a valid red-black tree."""
    if not members:
        return NO_STREAM
    middle = len(members) // 2
    node = entries[members[middle]]
    node.left, node.right = _tree(entries, members[:middle]), _tree(entries, members[middle + 1 :])
    return members[middle]


def _place_streams(entries: list[_Entry], sectors: _Sectors) -> tuple[bytes, list[int]]:
    """Give each stream its place; the mini stream and its table of chains (2.4, 2.5)."""
    mini_stream, mini_fat = b"", list[int]()
    for entry in entries:
        if entry.kind != STREAM:
            continue
        if not entry.content:
            entry.start = END_OF_CHAIN
        elif len(entry.content) >= MINI_STREAM_CUTOFF:
            entry.start = sectors.add(entry.content)
        else:
            entry.start = len(mini_fat)
            mini_stream += _padded(entry.content, MINI_SECTOR)
            mini_fat += [*range(entry.start + 1, len(mini_stream) // MINI_SECTOR), END_OF_CHAIN]
    return mini_stream, mini_fat


def _numbers(chain: list[int]) -> bytes:
    """A table of sector numbers, filled up to whole sectors."""
    missing = -len(chain) % (SECTOR // 4)
    return struct.pack(f"<{len(chain) + missing}I", *chain, *[FREE_SECTOR] * missing)


def _padded(content: bytes, unit: int) -> bytes:
    return content + bytes(-len(content) % unit)
