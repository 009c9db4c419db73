"""Puts the code for xlwings Lite into a finished workbook, as Excel stores it, and leaves everything else alone.

xlwings Lite keeps its files as properties of a web extension. A workbook leads to it in three steps: its own
relationships name the list of task panes, that list names each pane's web extension, and this holds the properties.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import uuid
from pathlib import Path
from string import Template
from typing import Final
from xml.sax.saxutils import quoteattr

from llmcost_xl.hosts.lite.archive import Archive, RefusedError, open_archive
from llmcost_xl.hosts.lite.code import main_py, requirements_txt
from llmcost_xl.hosts.lite.parts import OFFICE, Part, free_id, relationships, rels_of, resolved

HERE: Final = Path(__file__).parent
STORE_ID: Final = "wa200008175"  # xlwings Lite in the Office store
CONTENT_TYPES: Final = "[Content_Types].xml"
TASKPANES: Final = "webextensiontaskpanes"
EXTENSION: Final = "webextension"
TYPE: Final = "http://schemas.microsoft.com/office/2011/relationships/"
CONTENT: Final = "application/vnd.ms-office."
DOCUMENT: Final = "/relationships/officeDocument"
SIGNATURE: Final = "/relationships/digital-signature/origin"
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml."
WORKBOOKS: Final = (
    f"{SHEET}sheet.main+xml",
    f"{SHEET}template.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
)
BINARY: Final = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


def embed(content: bytes) -> bytes:
    """The workbook with main.py and requirements.txt in it; the same bytes if both are there already.

    Code of the user's own in main.py stays, above ours; other add-ins stay.

    Raises:
        RefusedError: it is not a workbook that can take code, and why not.
    """
    if content.startswith(OLE):
        raise RefusedError(
            "is protected with a password; save it without one first"
            if OLE_ENCRYPTED in content
            else "is a workbook of the old .xls format; save it as .xlsx first"
        )
    archive = open_archive(content)
    _refuse(archive)
    found = _lite(archive)
    extension = found or _add_extension(archive, content)
    part = _part(archive, extension)
    _set_file(part, "main.py", main_py(_file(part, "main.py")))
    if not found or "requirements.txt" in part.properties():  # a workbook of Lite's without them has Lite's usual ones
        _set_file(part, "requirements.txt", requirements_txt(_file(part, "requirements.txt")))
    if part.content == archive.read(extension):
        return content
    archive.write(extension, part.content)
    return archive.to_bytes()


def _refuse(archive: Archive) -> None:
    """See that this is a workbook, and one that may be changed."""
    if not archive.find(CONTENT_TYPES) or not archive.find("_rels/.rels"):
        raise RefusedError("is no workbook: it has no content types or relationships")
    roots = relationships(_part(archive, "_rels/.rels"))
    kinds = [_content_type(archive, resolved(target, "")) for _, kind, target in roots if kind.endswith(DOCUMENT)]
    if BINARY in kinds:
        raise RefusedError("is a workbook of the binary .xlsb format; save it as .xlsx first")
    if not any(kind in WORKBOOKS for kind in kinds):
        raise RefusedError(
            f"is no Excel workbook (its main part is {kinds[0] or 'of no type' if kinds else 'missing'})"
        )
    if any(kind.endswith(SIGNATURE) for _, kind, _ in roots):
        raise RefusedError("is digitally signed, and any change would break the signature; remove that in Excel first")


def _content_type(archive: Archive, name: str) -> str:
    """What kind of part the workbook says this is."""
    extension = name.rpartition(".")[2].lower()
    types = _part(archive, CONTENT_TYPES).root
    named = [item for item in types if item.get("PartName", "").lstrip("/").lower() == name.lower()]
    named += [item for item in types if item.get("Extension", "").lower() == extension]
    return named[0].get("ContentType", "") if named else ""


def _part(archive: Archive, name: str) -> Part:
    found = archive.find(name)
    if not found:
        raise RefusedError(f"is damaged: its part {name} is missing")
    return Part(found, archive.read(found))


def _file(extension: Part, name: str) -> str:
    """A file that xlwings Lite keeps, as text; "" if it is not there."""
    try:
        text = json.loads(extension.properties().get(name) or '""')
    except ValueError:
        text = None
    if not isinstance(text, str):
        raise RefusedError(f"its {name} for xlwings Lite is not readable")
    return text


def _set_file(extension: Part, name: str, text: str) -> None:
    if _file(extension, name) != text:
        extension.set_property(name, text)
    if _file(extension, name) != text:
        raise RefusedError(f"its part {extension.name} is written in an unusual way")


def _lite(archive: Archive) -> str | None:
    """The web extension of xlwings Lite, if the workbook has one already: from the store, or hosted by a company."""
    panes = _target(archive, "", TASKPANES)
    if not panes or not archive.find(rels_of(panes)):
        return None
    for _, kind, target in relationships(_part(archive, rels_of(panes))):
        if kind == TYPE + EXTENSION:
            part = _part(archive, resolved(target, panes))
            stores = {item.get("id", "").lower() for item in part.root.iterfind(".//{*}reference")}
            if STORE_ID in stores or "main.py" in part.properties():
                return part.name
    return None


def _target(archive: Archive, source: str, kind: str) -> str | None:
    """The part to which another leads by a relationship of ours; "" is the workbook as a whole."""
    found = (target for _, other, target in relationships(_part(archive, rels_of(source))) if other == TYPE + kind)
    return next((resolved(target, source) for target in found), None)


def _add_extension(archive: Archive, content: bytes) -> str:
    """A web extension without files, in a pane of its own, and what leads to it."""
    panes = _part(archive, _target(archive, "", TASKPANES) or _add_taskpanes(archive)).name
    if _content_type(archive, panes) != f"{CONTENT}{TASKPANES}+xml":  # as LibreOffice leaves them
        _declare(archive, panes, TASKPANES)
    extension = _free(archive, "webextension", 1)
    identifier = str(uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(content).hexdigest())).upper()
    text = Template((HERE / "webextension.xml.template").read_text(encoding="utf-8")).substitute(identifier=identifier)
    archive.write(extension, text.encode())
    _declare(archive, extension, EXTENSION)
    if not archive.find(rels_of(panes)):
        archive.write(rels_of(panes), (HERE / "taskpanes.xml.rels").read_bytes())
    part = _part(archive, panes)
    orphan = _orphan(archive, part)
    target = posixpath.relpath(extension, posixpath.dirname(panes) or ".")
    identifier = _relate(archive, panes, EXTENSION, target, orphan)
    if orphan:
        return extension
    rows = [int(pane.get("row", "0")) for pane in part.root if pane.get("row", "0").isdecimal()]
    part.append(
        f'<{{0}}taskpane dockstate="right" visibility="0" width="438" row="{max(rows, default=-1) + 1}">'
        f'<{{0}}webextensionref xmlns:r="{OFFICE[1:-1]}" r:id="{identifier}"/></{{0}}taskpane>'
    )
    archive.write(part.name, part.content)
    return extension


def _orphan(archive: Archive, panes: Part) -> str | None:
    """The id of a pane that leads nowhere: LibreOffice keeps the pane of an add-in and drops the add-in."""
    known = {identifier for identifier, _, _ in relationships(_part(archive, rels_of(panes.name)))}
    named = (item.get(f"{OFFICE}id", "") for item in panes.root.iterfind("{*}taskpane/{*}webextensionref"))
    return next((identifier for identifier in named if identifier and identifier not in known), None)


def _add_taskpanes(archive: Archive) -> str:
    panes = _free(archive, "taskpanes", "")
    archive.write(panes, (HERE / "taskpanes.xml").read_bytes())
    _declare(archive, panes, TASKPANES)
    _relate(archive, "", TASKPANES, panes)
    return panes


def _free(archive: Archive, stem: str, first: int | str) -> str:
    """A name that no part has yet, the usual one if it can be had."""
    names = (f"xl/webextensions/{stem}{number}.xml" for number in (first, *range(2, len(archive.listed) + 3)))
    return next(name for name in names if not archive.find(name))


def _declare(archive: Archive, name: str, kind: str) -> None:
    """State a part's content type; that of .rels parts as well, should the workbook list them one by one."""
    types = _part(archive, CONTENT_TYPES)
    if not any(item.get("Extension", "").lower() == "rels" for item in types.root):
        package = "application/vnd.openxmlformats-package."
        types.append(f'<{{0}}Default Extension="rels" ContentType="{package}relationships+xml"/>')
    override = f'<{{0}}Override PartName="/{name}" ContentType="{CONTENT}{kind}+xml"/>'
    if not types.replace("Override", "PartName", f"/{name}", override):
        types.append(override)
    archive.write(types.name, types.content)
    if _content_type(archive, name) != f"{CONTENT}{kind}+xml":
        raise RefusedError(f"its part {types.name} is written in an unusual way")


def _relate(archive: Archive, source: str, kind: str, target: str, identifier: str | None = None) -> str:
    """Add a relationship, by an id of its own unless one is given, and return the id."""
    part = _part(archive, rels_of(source))
    identifier = identifier or free_id(part)
    part.append(f'<{{0}}Relationship Id={quoteattr(identifier)} Type="{TYPE}{kind}" Target="{target}"/>')
    archive.write(part.name, part.content)
    return identifier
