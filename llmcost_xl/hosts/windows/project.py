"""A VBA project as Excel stores it, vbaProject.bin, from the text of its modules.

Written from [MS-OVBA], whose section numbers stand beside each part. Only source text is stored, no compiled code:
with the version 0xFFFF in the stream _VBA_PROJECT any Excel compiles the text when it loads the project. xlwings' own
add-in templates come the same way.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from llmcost_xl.hosts.windows.compound import compound_file
from llmcost_xl.hosts.windows.compression import compress

if TYPE_CHECKING:
    from collections.abc import Sequence

ENCODING: Final = "cp1252"
PROJECT_ID: Final = "{6B0F6D0C-7C55-4E0B-9C43-5A1F7B1E5D21}"
ENGLISH: Final = 0x0409
NO_COMPILED_CODE: Final = bytes.fromhex("cc61ffff000000")  # 2.3.4.1
REFERENCES: Final = {  # 2.3.4.2.2: the type libraries beside VBA's and Excel's own, which every project has
    "stdole": r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    "Office": r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
    r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
}
PROCEDURAL, DOCUMENT = 0x21, 0x22  # 2.3.4.2.3.2.8
SEED: Final = 0x5C


@dataclass(frozen=True, slots=True)
class Module:
    """A module: its name and its text, attributes included; a document module belongs to the workbook or a sheet."""

    name: str
    text: str
    document: bool = False


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """The content of vbaProject.bin (2.2.1).

    Raises:
        UnicodeEncodeError: a text has a character that VBA's code page does not.
    """
    streams: dict[str, bytes] = {module.name: compress(_encoded(module.text)) for module in modules}
    streams["_VBA_PROJECT"] = NO_COMPILED_CODE
    streams["dir"] = compress(_directory(name, modules))
    return compound_file(
        {
            "VBA": {**streams},
            "PROJECT": _encoded(_properties(name, modules)),
            "PROJECTwm": b"".join(_both(module.name) for module in modules) + b"\0\0",
        }
    )


def _encoded(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode(ENCODING)


def _both(name: str) -> bytes:
    """A name in the code page and in UTF-16 (2.3.3)."""
    return name.encode(ENCODING) + b"\0" + name.encode("utf-16-le") + b"\0\0"


# -- the stream dir (2.3.4.2) ------------------------------------------------------------------------------------


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """What the project consists of, record by record."""
    return b"".join(
        (
            _record(0x01, _long(1)),  # for 32-bit Windows; 64-bit Office reads it, too
            _record(0x02, _long(ENGLISH)),
            _record(0x14, _long(ENGLISH)),
            _record(0x03, struct.pack("<H", 1252)),
            _record(0x04, name.encode(ENCODING)),
            _twice(0x05, 0x40, ""),  # description
            _twice(0x06, 0x3D, ""),  # help file
            _record(0x07, _long(0)),  # help context
            _record(0x08, _long(0)),  # flags
            struct.pack("<HIIH", 0x09, 4, 1, 0),  # version 1.0; its size does not count the minor number
            _twice(0x0C, 0x3C, ""),  # constants for conditional compilation
            *(_reference(library, identifier) for library, identifier in REFERENCES.items()),
            _record(0x0F, struct.pack("<H", len(modules))),
            _record(0x13, b"\xff\xff"),
            *map(_module, modules),
            _record(0x10, b""),
        )
    )


def _reference(library: str, identifier: str) -> bytes:
    """A type library that is registered on every machine with Office (2.3.4.2.2.5)."""
    encoded = identifier.encode(ENCODING)
    return _twice(0x16, 0x3E, library) + _record(0x0D, _long(len(encoded)) + encoded + bytes(6))


def _module(module: Module) -> bytes:
    """Name, stream, and that its text begins at the beginning, no compiled code being before it (2.3.4.2.3.2)."""
    return b"".join(
        (
            _twice(0x19, 0x47, module.name),
            _twice(0x1A, 0x32, module.name),
            _twice(0x1C, 0x48, ""),
            _record(0x31, _long(0)),
            _record(0x1E, _long(0)),
            _record(0x2C, b"\xff\xff"),
            _record(DOCUMENT if module.document else PROCEDURAL, b""),
            _record(0x2B, b""),
        )
    )


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HI", kind, len(content)) + content


def _twice(kind: int, unicode_kind: int, text: str) -> bytes:
    """A text in the code page, then in UTF-16."""
    return _record(kind, text.encode(ENCODING)) + _record(unicode_kind, text.encode("utf-16-le"))


def _long(number: int) -> bytes:
    return struct.pack("<I", number)


# -- the stream PROJECT (2.3.1) ----------------------------------------------------------------------------------


def _properties(name: str, modules: Sequence[Module]) -> str:
    """The project as the editor shows it: unprotected, visible, its windows closed."""
    listed = [f"Document={m.name}/&H00000000" if m.document else f"Module={m.name}" for m in modules]
    lines = [
        f'ID="{PROJECT_ID}"',
        *listed,
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{_encrypted(_long(0))}"',  # nothing is protected (2.3.1.15)
        f'DPB="{_encrypted(bytes(1))}"',  # no password (2.3.1.16)
        f'GC="{_encrypted(bytes([0xFF]))}"',  # visible (2.3.1.17)
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
        "",
    ]
    return "\n".join(lines)


def _encrypted(content: bytes) -> str:
    """What the editor hides of its settings (2.4.3.2); always from the same seed, as nothing here is a secret."""
    key = sum(PROJECT_ID.encode()) & 0xFF
    coded = [SEED, SEED ^ 2, SEED ^ key]
    plain = key
    fill = bytes([7] * ((SEED & 6) // 2))
    for byte in fill + _long(len(content)) + content:
        coded.append(byte ^ ((coded[-2] + plain) & 0xFF))
        plain = byte
    return bytes(coded).hex().upper()
