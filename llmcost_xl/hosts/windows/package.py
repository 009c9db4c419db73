"""The add-in as a file: a workbook with two sheets, the VBA project and the ribbon, in bytes that never vary."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from llmcost_xl.reference import entries
from llmcost_xl.workbook import available
from llmcost_xl.workbook import styles as _styles  # noqa: F401  # puts the parts of a font in the schema's order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

HELP_SHEET: Final = "_IntelliSense_"
"""The name and layout by which Excel-DNA's IntelliSense add-in, where somebody has it, finds help for functions."""

FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a zip archive can state
FIXED_DAY: Final = dt.datetime(2026, 1, 1)  # noqa: DTZ001  # of the document, which openpyxl wants without a zone
RIBBON: Final = Path(__file__).parent / "ribbon.xml"
RIBBON_PART: Final = "customUI/customUI14.xml"
VBA_PART: Final = "xl/vbaProject.bin"
CORE_PART: Final = "docProps/core.xml"
SAVING_TIME: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")  # openpyxl states it, whatever was set

WORKBOOK_TYPE: Final = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ADDIN_TYPE: Final = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
ADDITIONS: Final = {
    "[Content_Types].xml": (
        b"</Types>",
        b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>',
    ),
    "_rels/.rels": (
        b"</Relationships>",
        (
            b'<Relationship Id="rIdRibbon" Target="customUI/customUI14.xml"'
            b' Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"/>'
        ),
    ),
    "xl/_rels/workbook.xml.rels": (
        b"</Relationships>",
        (
            b'<Relationship Id="rIdVba" Target="vbaProject.bin"'
            b' Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
        ),
    ),
}
"""What makes an add-in with macros and a ribbon of a plain workbook: by part, before which tag, what is added."""


def workbook(settings_sheet: str, settings: Mapping[str, str], code_names: Mapping[str, str]) -> Workbook:
    """The sheets: settings as xlwings reads them, and the help of every function."""
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = settings_sheet
    for setting in settings.items():
        sheet.append(setting)
    write_help(book.create_sheet(HELP_SHEET))  # Excel-DNA looks at the last sheet only
    for each in book.worksheets:
        each.sheet_properties.codeName = code_names[each.title]
    book.code_name = "ThisWorkbook"
    book.calculation.fullCalcOnLoad = False  # loading the add-in must not recalculate what else is open
    book.properties.creator = "llmcost-xl"
    book.properties.title = "LLM Cost"
    book.properties.created = book.properties.modified = FIXED_DAY
    return book


def write_help(sheet: Worksheet) -> None:
    """One function a row: name, description, no link, then name and description of each argument."""
    sheet.append(["FunctionInfo", "1.0"])
    for entry in entries():
        arguments = [text for argument in entry.arguments for text in (argument.name, argument.wizard)]
        sheet.append([entry.name, entry.purpose, None, *arguments])


def readable(addin: bytes) -> Workbook:
    """The sheets of an add-in, for reading; openpyxl opens workbooks only, so it is shown one.

    Raises:
        ValueError: this is no add-in.
    """
    copy = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(addin)) as source, zipfile.ZipFile(copy, "w") as target:
            for name in source.namelist():
                target.writestr(name, source.read(name).replace(ADDIN_TYPE, WORKBOOK_TYPE))
        return load_workbook(copy, read_only=True)
    except (zipfile.BadZipFile, KeyError, InvalidFileException, ParseError) as problem:
        raise ValueError(f"is no add-in ({problem})") from problem


def packed(book: Workbook, vba: bytes) -> bytes:
    """The add-in's bytes."""
    plain, target = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(target, "w") as archive:
        parts = {name: source.read(name) for name in source.namelist()}
        for name, (tag, addition) in ADDITIONS.items():
            parts[name] = parts[name].replace(tag, addition + tag)
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(WORKBOOK_TYPE, ADDIN_TYPE)
        parts |= {VBA_PART: vba, RIBBON_PART: ribbon()}
        parts[CORE_PART] = SAVING_TIME.sub(rb"\g<1>" + f"{FIXED_DAY:%Y-%m-%dT00:00:00Z}".encode(), parts[CORE_PART])
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return target.getvalue()


def ribbon() -> bytes:
    """Our ribbon tab, with a menu entry for each workbook there is."""
    entry = '<button id="llmCostNew{number}" label={label} tag={name} onAction="LlmCostNewWorkbook"/>'
    menu = [
        entry.format(number=number, label=quoteattr(title.replace("&", "&&")), name=quoteattr(name))
        for number, (name, title) in enumerate(available().items(), 1)
    ]
    return RIBBON.read_text(encoding="utf-8").replace("<!-- workbooks -->", "\n".join(menu)).encode()
