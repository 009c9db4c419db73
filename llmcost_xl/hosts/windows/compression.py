"""How VBA stores text: the compression of [MS-OVBA], section 2.4.1; the numbers below are that document's.

Chunks of 4096 bytes are compressed each by itself. A chunk is a sequence of groups, a byte of flags before up to eight
tokens: a byte as it is, or two bytes that say how far back to copy how many bytes from.
"""

from __future__ import annotations

import struct
from typing import Final

SIGNATURE: Final = b"\x01"
CHUNK: Final = 4096
SHORTEST_COPY: Final = 3
COMPRESSED: Final = 0xB000  # 2.4.1.1.5: signature 0b011 in bits 12 to 14, above it the flag
RAW: Final = 0x3000
CANDIDATES: Final = 64
"""Earlier places looked at for the longest copy: more makes hardly smaller files."""


def compress(content: bytes) -> bytes:
    """The compressed container (2.4.1.3.6)."""
    return SIGNATURE + b"".join(_chunk(content[start : start + CHUNK]) for start in range(0, len(content), CHUNK))


def _chunk(chunk: bytes) -> bytes:
    """One chunk with its header; as it is where compression makes it longer (2.4.1.3.7, 2.4.1.3.10)."""
    groups = _groups(chunk)
    if len(groups) > CHUNK:
        return struct.pack("<H", RAW | (CHUNK - 1)) + chunk.ljust(CHUNK, b"\0")
    return struct.pack("<H", COMPRESSED | (len(groups) - 1)) + groups


def _groups(chunk: bytes) -> bytes:
    """The chunk's tokens, by eights, each group behind its flags (2.4.1.3.8)."""
    places: dict[bytes, list[int]] = {}
    groups = bytearray()
    at = 0
    while at < len(chunk):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if at == len(chunk):
                break
            back, length = _longest_copy(chunk, at, places)
            if length:
                flags |= 1 << bit
                tokens += _copy_token(at, back, length)
            else:
                tokens.append(chunk[at])
                length = 1
            for passed in range(at, at + length):
                places.setdefault(chunk[passed : passed + SHORTEST_COPY], []).append(passed)
            at += length
        groups += bytes([flags]) + tokens
    return bytes(groups)


def _longest_copy(chunk: bytes, at: int, places: dict[bytes, list[int]]) -> tuple[int, int]:
    """How far back the longest text lies that stands here again, and its length, or 0 (2.4.1.3.19.4)."""
    most = min((0xFFFF >> _offset_bits(at)) + SHORTEST_COPY, len(chunk) - at)
    best = (0, 0)
    if most < SHORTEST_COPY:
        return best
    for place in places.get(chunk[at : at + SHORTEST_COPY], [])[: -CANDIDATES - 1 : -1]:
        length = SHORTEST_COPY
        while length < most and chunk[place + length] == chunk[at + length]:
            length += 1
        if length > best[1]:
            best = (at - place, length)
    return best


def _copy_token(at: int, back: int, length: int) -> bytes:
    """Distance and length in two bytes (2.4.1.3.19.3)."""
    return struct.pack("<H", (back - 1) << (16 - _offset_bits(at)) | (length - SHORTEST_COPY))


def _offset_bits(at: int) -> int:
    """Bits of a token that hold the distance: enough for the place in the chunk, and at least 4 (2.4.1.3.19.1)."""
    return max((at - 1).bit_length(), 4)
