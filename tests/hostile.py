"""Files that harm a careless reader, each a small workbook with one thing turned into a weapon."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = (
    '<!DOCTYPE lol [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def small() -> bytes:
    """A workbook of one sheet with one formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A2"] = 1, "=A1"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rebuilt(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(small())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return packed(parts.items())


def packed(parts: object) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:  # type: ignore[attr-defined]
            archive.writestr(name, content)
    return stream.getvalue()


def with_sheet(content: str | bytes) -> bytes:
    """A workbook whose sheet is this XML."""
    return rebuilt(lambda parts: parts.update({SHEET: content if isinstance(content, bytes) else content.encode()}))


def sheet(rows: str = "", after: str = "") -> bytes:
    """A workbook whose sheet has these rows, and this XML behind them."""
    return with_sheet(f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData>{after}</worksheet>")


def without(part: str) -> bytes:
    return rebuilt(lambda parts: parts.pop(part) and None)


def renamed(name: str) -> bytes:
    return rebuilt(lambda parts: parts.update({name: b"text"}))


def twice() -> bytes:
    with zipfile.ZipFile(io.BytesIO(small())) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    return packed([*parts, (SHEET.upper(), b"<worksheet/>")])


def bomb() -> bytes:
    """Half a megabyte that unpacks to half a gigabyte."""
    return rebuilt(lambda parts: parts.update({"xl/media/image1.png": bytes(512 << 20)}))


def overlapping() -> bytes:
    """Two parts that share their bytes: a picture holds the sheet's record, and the directory leads there for both."""
    with zipfile.ZipFile(io.BytesIO(small())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
        known = archive.getinfo(SHEET)
    end = known.header_offset + 30 + len(SHEET) + known.compress_size
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("xl/media/a.bin", small()[known.header_offset : end], zipfile.ZIP_STORED)
        inner = archive.getinfo("xl/media/a.bin").header_offset + 30 + len("xl/media/a.bin")
    changed = bytearray(stream.getvalue())
    entry = changed.rindex(SHEET.encode()) - 46
    struct.pack_into("<I", changed, entry + 42, inner)
    return bytes(changed)


def flagged_encrypted() -> bytes:
    content = bytearray(small())
    entry = content.index(b"PK\x01\x02")
    (flags,) = struct.unpack_from("<H", content, entry + 8)
    struct.pack_into("<H", content, entry + 8, flags | 1)
    return bytes(content)


def old(stream: str) -> bytes:
    """The beginning of an OLE file with the name of a stream in it."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def merges(count: int) -> str:
    """That many merged areas of two cells."""
    return "<mergeCells>" + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, count + 1)) + "</mergeCells>"


def cell(reference: str) -> str:
    digits = "".join(letter for letter in reference if letter.isdigit())
    return f'<row r="{digits}"><c r="{reference}"><v>1</v></c></row>'


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    # what it is: how it is made, what the refusal says
    "empty": (lambda: b"", "empty"),
    "text": (lambda: b"a;b;c\n1;2;3\n", "no .xlsx or .xlsm"),
    "truncated": (lambda: small()[:-400], "a piece of one"),
    "password": (lambda: old("EncryptedPackage"), "password"),
    "Excel 97": (lambda: old("Workbook"), ".xls"),
    "encrypted part": (flagged_encrypted, "encrypted"),
    "another kind of document": (
        lambda: packed([("[Content_Types].xml", '<Types><Override ContentType="wordprocessingml.document"/></Types>')]),
        "another kind",
    ),
    "binary workbook": (
        lambda: packed([("[Content_Types].xml", '<Types><Default ContentType="ms-excel.sheet.binary.main"/></Types>')]),
        ".xlsb",
    ),
    "no content types": (lambda: without("[Content_Types].xml"), "[Content_Types].xml"),
    "no workbook part": (lambda: without("xl/workbook.xml"), "workbook.xml"),
    "name upwards": (lambda: renamed("../../evil.xml"), "leads outside"),
    "absolute name": (lambda: renamed("/etc/evil"), "leads outside"),
    "drive": (lambda: renamed("C:/evil"), "leads outside"),
    "two parts of a name": (twice, "two of them"),
    "overlapping parts": (overlapping, "overlaps with another"),
    "too many parts": (
        lambda: rebuilt(lambda parts: parts.update({f"x/{n}": b"" for n in range(10_001)})), "more than 10,000 parts",
    ),
    "bomb": (bomb, "too many for its size"),
    "entities": (lambda: with_sheet(f'<?xml version="1.0"?>{LAUGHS}<worksheet>&j;</worksheet>'), "document type"),
    "a document type elsewhere": (
        lambda: with_sheet('<!DOCTYPE worksheet SYSTEM "http://example.org/x.dtd"><worksheet/>'), "document type",
    ),
    "entities in UTF-16": (
        lambda: with_sheet(f'<?xml version="1.0" encoding="UTF-16"?>{LAUGHS}<a>&j;</a>'.encode("utf-16")),
        "document type",
    ),
    "entities in a part not called XML": (
        lambda: rebuilt(lambda parts: parts.update({"xl/theme.dat": f"{LAUGHS}<a>&j;</a>".encode()})), "document type",
    ),
    "another encoding": (
        lambda: with_sheet(b'<?xml version="1.0" encoding="cp037"?><worksheet/>'), "",
    ),
    "damaged XML": (lambda: with_sheet("<worksheet><sheetData></worksheet>"), "damaged"),
    "row too far": (lambda: sheet(cell("A1048577")), "row 1048577"),
    "column too far": (lambda: sheet(cell("XFE1")), "column 'XFE'"),
    "far corners": (lambda: sheet(cell("A1") + cell("XFD1048576")), "spread over"),
    "the whole sheet merged": (
        lambda: sheet(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "more than 500,000 cells",
    ),
    "a million merged areas": (lambda: sheet(after=merges(1_000_000)), "merged areas"),
    "a link over everything": (
        lambda: sheet(after='<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'), "500,000",
    ),
    "an array formula over everything": (
        lambda: sheet('<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1</f></c></row>'), "500,000",
    ),
    "an area that is none": (lambda: sheet(after='<mergeCells><mergeCell ref="A0:?"/></mergeCells>'), "is none"),
    "a hundred thousand validations": (
        lambda: sheet(after="<dataValidations>" + '<dataValidation sqref="A1"/>' * 100_000 + "</dataValidations>"),
        "data validations",
    ),
    "deep nesting": (lambda: with_sheet("<worksheet>" + "<a>" * 100_000 + "</a>" * 100_000 + "</worksheet>"), "deeply"),
    "an endless tag": (lambda: with_sheet(f'<worksheet a="{"x" * (9 << 20)}"/>'), "a tag of more"),
    "an endless formula": (
        lambda: sheet(f'<row r="1"><c r="A1"><f>{"1+" * 100_000}1</f></c></row>'), "8,192 characters",
    ),
    "no sheet behind its name": (lambda: without(SHEET), "damaged"),
}  # fmt: skip
