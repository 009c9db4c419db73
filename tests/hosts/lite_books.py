"""Workbooks as other programs write them, for `llmcost-xl lite`: those that can take code, and those that cannot."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import IO, Final
from xml.sax.saxutils import quoteattr

PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EXTENSIONS: Final = "http://schemas.microsoft.com/office/webextensions/"
MS: Final = "http://schemas.microsoft.com/office/2011/relationships/"
MAIN: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORKSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
MACROS: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
BINARY: Final = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")

RELS_TYPE: Final = "application/vnd.openxmlformats-package.relationships+xml"
RELS_DEFAULT: Final = f'<Default Extension="rels" ContentType="{RELS_TYPE}"/>'
RELS_OVERRIDES: Final = "".join(
    f'<Override PartName="/{name}" ContentType="{RELS_TYPE}"/>'
    for name in ("_rels/.rels", "xl/_rels/workbook.xml.rels")
)
TYPES: Final = (
    f'{DECLARATION}<Types xmlns="{PACKAGE}content-types">{RELS_DEFAULT}'
    f'<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{MAIN}"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{WORKSHEET}"/></Types>'
)
RELS: Final = (
    f'{DECLARATION}<Relationships xmlns="{PACKAGE}relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PLAIN: Final = {
    "[Content_Types].xml": TYPES,
    "_rels/.rels": RELS,
    "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Plan" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'{DECLARATION}<worksheet xmlns="{SHEET}"><sheetData><row r="1"><c r="A1"><v>21</v></c>'
    '<c r="B1"><f>A1*2</f></c></row></sheetData></worksheet>',
}
"""A whole workbook: A1 is 21, B1 twice that."""

TASKPANES: Final = (
    f'<wetp:taskpanes xmlns:wetp="{EXTENSIONS}taskpanes/2010/11"><wetp:taskpane dockstate="right" visibility="1"'
    f' width="350" row="4"><wetp:webextensionref xmlns:r="{OFFICE}" r:id="rId7"/></wetp:taskpane></wetp:taskpanes>'
)
OTHER: Final = (
    f'<we:webextension xmlns:we="{EXTENSIONS}webextension/2010/11" id="{{1}}"><we:reference id="wa104000000"'
    ' version="1.0.0.0" store="en-US" storeType="OMEX"/><we:alternateReferences/>'
    "{0}<we:bindings/><we:snapshot/></we:webextension>"
)
USERS_CODE: Final = 'from xlwings import func\n\n\n@func\ndef HELLO(name):\n    return f"Hello {name}, 1 > 0 & ok"\n'


class _Pipe(io.BytesIO):
    """A stream that cannot be wound back, so that sizes follow the content they describe."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise io.UnsupportedOperation

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation


def packed(
    parts: dict[str, str | bytes],
    *,
    method: int = zipfile.ZIP_DEFLATED,
    stream: IO[bytes] | None = None,
    comment: bytes = b"",
    before: bytes = b"",
) -> bytes:
    """The parts as a workbook."""
    stream = stream or io.BytesIO(before)
    with zipfile.ZipFile(stream, "a" if before else "w", method) as archive:
        for number, (name, content) in enumerate(parts.items()):
            member = zipfile.ZipInfo(name, (2024, 2, 29, 12, number, 58))
            member.compress_type = method
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
        archive.comment = comment
    assert isinstance(stream, io.BytesIO)
    return stream.getvalue()


def changed(part: str, old: str, new: str, parts: dict[str, str] = PLAIN) -> dict[str, str | bytes]:
    """The parts with one text replaced."""
    assert old in parts[part], f"{part} has no {old}"
    return {**parts, part: parts[part].replace(old, new)}


def prefixed(text: str, root: str, prefix: str) -> str:
    """An XML text with its elements in a named namespace."""
    body = text.removeprefix(DECLARATION).replace("</", "\0").replace("<", f"<{prefix}:").replace("\0", f"</{prefix}:")
    return DECLARATION + body.replace(f"<{prefix}:{root} xmlns=", f"<{prefix}:{root} xmlns:{prefix}=")


def with_add_in(extension: str, target: str = "xl/webextensions/taskpanes.xml") -> dict[str, str]:
    """A workbook that has an add-in's task pane already."""
    kind = "application/vnd.ms-office.webextension"
    panes = f'<Override PartName="/xl/webextensions/taskpanes.xml" ContentType="{kind}taskpanes+xml"/>'
    types = f'{panes}<Override PartName="/xl/webextensions/webextension1.xml" ContentType="{kind}+xml"/></Types>'
    relation = f'<Relationship Id="rId2" Type="{MS}webextensiontaskpanes" Target="{target}"/></Relationships>'
    return {
        **PLAIN,
        "[Content_Types].xml": TYPES.replace("</Types>", types),
        "_rels/.rels": RELS.replace("</Relationships>", relation),
        "xl/webextensions/taskpanes.xml": DECLARATION + TASKPANES,
        "xl/webextensions/_rels/taskpanes.xml.rels": f'<Relationships xmlns="{PACKAGE}relationships"><Relationship'
        f' Id="rId7" Type="{MS}webextension" Target="webextension1.xml"/></Relationships>',
        "xl/webextensions/webextension1.xml": extension,
    }


def lite(main: str, *, store: str = "WA200008175") -> str:
    """A web extension as xlwings Lite leaves it."""
    value = quoteattr(json.dumps(main).replace("/", r"\/"))
    settings = (
        f'<we:property name="addinVersion" value="&quot;1.0.0.0-35&quot;"/><we:property name="main.py" value={value}/>'
    )
    return OTHER.replace("wa104000000", store).replace("{0}", f"<we:properties>{settings}</we:properties>")


OTHER_ADD_IN: Final = with_add_in(OTHER.replace("{0}", "<we:properties/>"))
LEFT: Final = changed("[Content_Types].xml", "vnd.ms-office.webextensiontaskpanes+", "", OTHER_ADD_IN)
LEFT.pop("xl/webextensions/_rels/taskpanes.xml.rels")
LEFT.pop("xl/webextensions/webextension1.xml")
TAKEN: Final = "".join(
    f'<Relationship Id="{i}" Type="{MS}webextensiontaskpanes" Target="{i}" TargetMode="External"/>'
    for i in ("rID2", "rId3")
)
USUAL: Final = {
    "plain": packed(PLAIN),
    "another add-in": packed(OTHER_ADD_IN),
    "another add-in, named from the root": packed(
        with_add_in(OTHER_ADD_IN["xl/webextensions/webextension1.xml"], "/XL/webextensions/taskpanes.xml")
    ),
    "ids that are taken": packed(changed("_rels/.rels", "</Relationships>", f"{TAKEN}</Relationships>")),
    "namespaces with a prefix": packed(
        {
            **PLAIN,
            "[Content_Types].xml": prefixed(TYPES, "Types", "ct"),
            "_rels/.rels": prefixed(RELS, "Relationships", "p"),
        }
    ),
    "UTF-16": packed({**PLAIN, "_rels/.rels": RELS.replace("UTF-8", "UTF-16").encode("utf-16")}),
    "a byte order mark": packed({**PLAIN, "[Content_Types].xml": TYPES.encode("utf-8-sig")}),
    "a name beyond ASCII": packed({**PLAIN, "xl/media/Übersicht €.txt": "€"}),
    "relationships listed one by one": packed(changed("[Content_Types].xml", RELS_DEFAULT, RELS_OVERRIDES)),
    "a comment behind the root": packed(
        changed("_rels/.rels", "</Relationships>", "</Relationships>\n<!-- the end -->\n")
    ),
    "parts of our names that nothing leads to": packed(
        {**PLAIN, "xl/webextensions/taskpanes.xml": "<a/>", "xl/webextensions/WebExtension1.xml": "<a/>"}
    ),
    "panes of which none is left": packed(
        changed(
            "xl/webextensions/taskpanes.xml",
            TASKPANES,
            f'<taskpanes xmlns="{EXTENSIONS}taskpanes/2010/11" />',
            OTHER_ADD_IN,
        )
    ),
    "a pane that LibreOffice left": packed(LEFT),
    "stored without compression": packed(PLAIN, method=zipfile.ZIP_STORED),
    "sizes behind the content": packed(PLAIN, stream=_Pipe()),
    "an archive with a comment": packed(PLAIN, comment=b"made by hand"),
    "macros": packed(changed("[Content_Types].xml", MAIN, MACROS)),
}
"""Workbooks that take the code, by what is unusual about them."""


def _with_size(content: bytes, size: int) -> bytes:
    """A workbook whose last part claims another size once expanded."""
    last = content.rfind(b"PK\x01\x02")
    return content[: last + 24] + struct.pack("<I", size) + content[last + 28 :]


def _with_flags(content: bytes, flags: int) -> bytes:
    last = content.rfind(b"PK\x01\x02")
    return content[: last + 8] + struct.pack("<H", flags) + content[last + 10 :]


def _with_method(content: bytes, method: int) -> bytes:
    last = content.rfind(b"PK\x01\x02")
    return content[: last + 10] + struct.pack("<H", method) + content[last + 12 :]


def _spoiled(content: bytes) -> bytes:
    """A workbook with one byte of its sheet changed."""
    at = content.rfind(b"<v>21</v>")
    return content[: at + 3] + b"9" + content[at + 4 :]


def _twice() -> bytes:
    """A workbook with the same part twice, in upper and lower case."""
    return packed({**PLAIN, "XL/WORKBOOK.XML": "<a/>"})


def _overlapping() -> bytes:
    """A workbook whose last part lies where its first one does."""
    content = packed(PLAIN)
    last = content.rfind(b"PK\x01\x02")
    return content[: last + 42] + struct.pack("<I", 0) + content[last + 46 :]


def _for_large_files() -> bytes:
    """A workbook in the zip64 form that Apache POI gives all of its streamed ones."""
    content = packed(PLAIN)
    end = content.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", content, end + 10)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return content[:end] + record + locator + content[end:]


NAMED: Final = '<Override PartName="/xl/webextensions/taskpanes.xml" ContentType="x"/>'
SIGNED: Final = (
    f'<Relationship Id="rId2" Type="{PACKAGE}relationships/digital-signature/origin"'
    ' Target="_xmlsignatures/origin.sigs"/></Relationships>'
)
ENTITIES: Final = '<!DOCTYPE Types [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><Types'
REFUSED: Final = {
    "an old workbook": (OLE + bytes(600), "old .xls format"),
    "an encrypted workbook": (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
    "a binary workbook": (packed(changed("[Content_Types].xml", MAIN, BINARY)), "binary .xlsb"),
    "a document": (
        packed(changed("[Content_Types].xml", MAIN, "application/word")),
        "no Excel workbook (its main part is application/word)",
    ),
    "no main part": (packed(changed("_rels/.rels", "/officeDocument", "/other")), "its main part is missing"),
    "an archive of something else": (packed({"a.txt": "a"}), "is no workbook"),
    "an empty file": (b"", "damaged or no workbook"),
    "text": (b"model,tokens\n", "damaged or no workbook"),
    "a workbook cut short": (USUAL["plain"][:-40], "damaged or no workbook"),
    "a workbook with something before it": (b"#!" + USUAL["plain"], "damaged or no workbook"),
    "a workbook behind something else": (
        packed(PLAIN, before=b"#!/bin/sh\n"),
        "something stands before its first part",
    ),
    "a spoiled byte": (_spoiled(USUAL["stored without compression"]), "sheet1.xml fails the checksum"),
    "a size of 2 GB": (_with_size(USUAL["plain"], 2**31), "would expand to 2,048 MB"),
    "a wrong size": (_with_size(USUAL["plain"], 7), "damaged"),
    "an encrypted part": (_with_flags(USUAL["plain"], 1), "is encrypted"),
    "another compression": (_with_method(USUAL["plain"], 9), "compressed in a way that Excel does not read"),
    "a part twice": (_twice(), "two parts called xl/workbook.xml"),
    "zip64": (_for_large_files(), "above 4 GB (zip64); open it in Excel and save it first"),
    "a part named in a comment": (
        packed(changed("[Content_Types].xml", "</Types>", f"<!--{NAMED}--></Types>")),
        "[Content_Types].xml is written in an unusual way",
    ),
    "a root named in a comment": (
        packed(changed("_rels/.rels", "</Relationships>", "</Relationships><!--</Relationships>-->")),
        "_rels/.rels is written in an unusual way",
    ),
    "a tag that is hard to read": (
        packed(changed("_rels/.rels", "<Relationships ", f"<Relationships {' ' * 200_000}é='1' ")),
        "_rels/.rels is written in an unusual way",
    ),
    "overlapping parts": (_overlapping(), "damaged or no workbook"),
    "a part too large": (packed({**PLAIN, "_rels/.rels": RELS + " " * 2**24}), "larger than 16 MB"),
    "entities": (packed(changed("[Content_Types].xml", "<Types", ENTITIES)), "no valid XML"),
    "broken XML": (packed(changed("_rels/.rels", "</Relationships>", "")), "no valid XML"),
    "no content types": (packed({"_rels/.rels": RELS}), "is no workbook"),
    "a signature": (packed(changed("_rels/.rels", "</Relationships>", SIGNED)), "digitally signed"),
    "panes that are missing": (
        packed({k: v for k, v in OTHER_ADD_IN.items() if k != "xl/webextensions/taskpanes.xml"}),
        "taskpanes.xml is missing",
    ),
    "code that is no text": (
        packed(with_add_in(lite("").replace("&quot;&quot;", "[1]").replace("'\"\"'", '"[1]"'))),
        "its main.py for xlwings Lite is not readable",
    ),
    "no properties": (
        packed(with_add_in(OTHER.replace("{0}", "").replace("wa104000000", "wa200008175"))),
        "no list of properties",
    ),
}
"""Files that take no code, and what is said of them."""
