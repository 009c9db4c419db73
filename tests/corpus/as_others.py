"""Workbooks in the hand of programs that cannot run here: Excel itself, plain and Strict, and Google Sheets.

They hold what these programs put into every file, learnt from many of theirs: parts, attributes, their order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus import by_xlsxwriter
from corpus.by_hand import MAIN, MICROSOFT, MODEL, OFFICE, PRICES, add, packed, parts_of, relate, replace, with_changes
from corpus.case import Case

if TYPE_CHECKING:
    from corpus.by_hand import Parts

WORKBOOK: Final = "xl/workbook.xml"
COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
REVISIONS: Final = f"{MICROSOFT}/spreadsheetml/2014/revision"
ACCESSIBLE: Final = f"{MICROSOFT}/spreadsheetml/2009/9/ac"
EXT: Final = f"{MICROSOFT}/spreadsheetml/2010/11"


# -- Excel -------------------------------------------------------------------------------------------------------------


def todays_excel(parts: Parts) -> None:
    """What Excel of today adds to every workbook and sheet."""
    _spaces(
        parts,
        WORKBOOK,
        "workbook",
        {"x15": f"{EXT}/main", "xr": REVISIONS, "xr6": f"{MICROSOFT}/spreadsheetml/2016/revision6"},
    )
    replace(parts, WORKBOOK, "<bookViews>",
        f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice Requires="x15">'
        f'<x15ac:absPath url="C:\\plans\\" xmlns:x15ac="{EXT}/ac"/></mc:Choice></mc:AlternateContent>'
        '<xr:revisionPtr revIDLastSave="0" documentId="13_ncr:1_{11111111-2222-3333-4444-555555555555}"'
        ' xr6:coauthVersionLast="47" xr6:coauthVersionMax="47"/><bookViews>')  # fmt: skip
    parts[WORKBOOK] = re.sub(rb"<calcPr[^>]*/>", b'<calcPr calcId="191029"/>', parts[WORKBOOK])
    features = f"{MICROSOFT}/spreadsheetml/2018/calcfeatures"
    names = "".join(f'<xcalcf:feature name="microsoft.com:{name}"/>' for name in ("RD", "Single", "FV", "LET_WF"))
    replace(parts, WORKBOOK, "</workbook>",
        f'<extLst><ext uri="{{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}}" xmlns:xcalcf="{features}">'
        f"<xcalcf:calcFeatures>{names}</xcalcf:calcFeatures></ext></extLst></workbook>")  # fmt: skip
    for number, name in enumerate((PRICES, MODEL)):
        _spaces(parts, name, "worksheet", {"x14ac": ACCESSIBLE, "xr": REVISIONS},
                f' xr:uid="{{00000000-0001-0000-0{number}00-000000000000}}"')  # fmt: skip
        text = parts[name].replace(b"<sheetFormatPr ", b'<sheetFormatPr x14ac:dyDescent="0.25" ', 1)
        parts[name] = re.sub(rb"(<row [^>]*?)(/?>)", rb'\1 x14ac:dyDescent="0.25"\2', text)
    _chain(parts)
    _label(parts)


def _spaces(parts: Parts, name: str, root: str, spaces: dict[str, str], attributes: str = "") -> None:
    """Namespaces of later versions, which earlier ones may ignore."""
    given = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in spaces.items())
    replace(parts, name, f"<{root} ",
            f'<{root} xmlns:mc="{COMPATIBILITY}" mc:Ignorable="{" ".join(spaces)}"{given}{attributes} ')  # fmt: skip


def _chain(parts: Parts) -> None:
    cells = "".join(f'<c r="{cell}" i="2"/>' for cell in ("B11", "B9", "B6", "B2", "B5", "B7", "B10", "B8"))
    add(parts, "xl/calcChain.xml", f'<calcChain xmlns="{MAIN}">{cells}</calcChain>',
        "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml")  # fmt: skip
    relate(parts, WORKBOOK, "rIdCC", f"{OFFICE}/relationships/calcChain", "calcChain.xml")


def _label(parts: Parts) -> None:
    """How confidential the workbook is, as companies have it stated."""
    add(parts, "docMetadata/LabelInfo.xml",
        '<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"><clbl:label'
        ' id="{22222222-3333-4444-5555-666666666666}" enabled="1" method="Privileged" contentBits="0"'
        ' siteId="{33333333-4444-5555-6666-777777777777}" removed="0"/></clbl:labelList>',
        "application/vnd.ms-office.classificationlabels+xml")  # fmt: skip
    relate(parts, "", "rIdL", f"{MICROSOFT.replace('/office', '')}/office/2020/02/relationships/classificationlabels",
           "docMetadata/LabelInfo.xml")  # fmt: skip


def queries(parts: Parts) -> None:
    """Another workbook that is read, a connection to a database, a ribbon of its own and settings of a printer."""
    relations = f"{OFFICE}/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    add(parts, "xl/externalLinks/externalLink1.xml",
        f'<externalLink xmlns="{MAIN}" xmlns:r="{relations}"><externalBook r:id="rId1"><sheetNames><sheetName'
        ' val="Rates"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>1.1</v></cell>'
        "</row></sheetData></sheetDataSet></externalBook></externalLink>", f"{kind}externalLink+xml")  # fmt: skip
    relate(parts, WORKBOOK, "rIdE", f"{relations}/externalLink", "externalLinks/externalLink1.xml")
    relate(parts, "xl/externalLinks/externalLink1.xml", "rId1", f"{relations}/externalLinkPath", "rates.xlsx")
    replace(parts, "xl/externalLinks/_rels/externalLink1.xml.rels", "/></Relationships>",
            ' TargetMode="External"/></Relationships>')  # fmt: skip
    replace(parts, WORKBOOK, "</sheets>", '</sheets><externalReferences><externalReference r:id="rIdE"/>'
            "</externalReferences>")  # fmt: skip
    add(parts, "xl/connections.xml", f'<connections xmlns="{MAIN}"><connection id="1" name="Usage" type="5"'
        ' refreshedVersion="8" background="1"><dbPr connection="Provider=Microsoft.Mashup.OleDb.1;Location=Usage"'
        ' command="Usage"/></connection></connections>', f"{kind}connections+xml")  # fmt: skip
    relate(parts, WORKBOOK, "rIdN", f"{relations}/connections", "connections.xml")
    parts["customUI/customUI14.xml"] = (
        f'<customUI xmlns="{MICROSOFT}/2009/07/customui"><ribbon><tabs><tab id="t" label="Plan"/></tabs></ribbon>'
        "</customUI>"
    ).encode()
    relate(parts, "", "rIdU", f"{MICROSOFT}/2007/relationships/ui/extensibility", "customUI/customUI14.xml")
    parts["xl/printerSettings/printerSettings1.bin"] = bytes(range(256))
    replace(parts, "[Content_Types].xml", "<Default ", f'<Default Extension="bin" ContentType="{kind}printerSettings"/>'
            "<Default ")  # fmt: skip
    relate(parts, PRICES, "rIdPS", f"{relations}/printerSettings", "../printerSettings/printerSettings1.bin")
    replace(parts, PRICES, "</worksheet>", '<pageSetup orientation="portrait" r:id="rIdPS"/></worksheet>')


# -- Excel, "Strict Open XML" ------------------------------------------------------------------------------------------

STRICT: Final = {
    f"{OFFICE}/relationships/extended-properties": "http://purl.oclc.org/ooxml/officeDocument/relationships/extendedProperties",
    f"{OFFICE}/extended-properties": "http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
    f"{OFFICE}/": "http://purl.oclc.org/ooxml/officeDocument/",
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/drawingml/2006/": "http://purl.oclc.org/ooxml/drawingml/",
}
"""Namespaces, and the kinds of relationships, in files that Excel saves as "Strict Open XML"."""


def strict(parts: Parts) -> None:
    for name in parts:
        parts[name] = _renamed(parts[name], STRICT)
    replace(parts, WORKBOOK, "<workbook ", '<workbook conformance="strict" ')
    replace(parts, WORKBOOK, "<workbookPr ", '<workbookPr dateCompatibility="0" ')
    dates = {"45425": "2024-05-13", "45491": "2024-07-18", "45929": "2025-09-29", "46327": "2026-11-01"}
    for number, day in dates.items():
        text = rf'(<c r="\w+" s="2")><v>{number}</v>'
        parts[PRICES] = re.sub(text, rf'\1 t="d"><v>{day}</v>', parts[PRICES].decode()).encode()


def transitional(content: bytes) -> bytes:
    """A Strict workbook in the namespaces that openpyxl reads."""
    back = {strict: usual for usual, strict in STRICT.items()}
    return packed({name: _renamed(part, back) for name, part in parts_of(content).items()})


def _renamed(part: bytes, names: dict[str, str]) -> bytes:
    for before, after in names.items():
        part = part.replace(before.encode(), after.encode())
    return part


# -- Google Sheets -----------------------------------------------------------------------------------------------------


def google_sheets(parts: Parts) -> None:
    """No properties, no dimensions, an empty drawing on each sheet, empty lists, a cell's type before its place."""
    for name in [name for name in parts if name.startswith("docProps/")]:
        del parts[name]
    for name, pattern in {"[Content_Types].xml": rb"<Override PartName=\"/docProps[^>]*/>",
                          "_rels/.rels": rb"<Relationship [^>]*docProps[^>]*/>"}.items():  # fmt: skip
        parts[name] = re.sub(pattern, b"", parts[name])
    text = re.sub(rb"<(fileVersion|workbookPr|calcPr)[^>]*/>|<bookViews>.*</bookViews>", b"", parts[WORKBOOK])
    text = text.replace(b"<sheets>", b"<workbookPr/><sheets>").replace(b"<sheet name", b'<sheet state="visible" name')
    parts[WORKBOOK] = text.replace(b"</sheets>", b"</sheets><definedNames/><calcPr/>")
    for number, name in enumerate((PRICES, MODEL), 1):
        text = re.sub(rb'<dimension[^>]*/>|<pageMargins[^>]*/>| spans="[^"]*"| tabSelected="1"', b"", parts[name])
        text = re.sub(rb'<c (r="\w+")(?: (s="\d+"))? (t="\w+")>', rb"<c \3 \1 \2>", text)
        text = text.replace(
            b"<sheetViews>", b'<sheetPr><outlinePr summaryBelow="0" summaryRight="0"/></sheetPr><sheetViews>'
        )
        parts[name] = text.replace(b"</worksheet>", b'<drawing r:id="rId1"/></worksheet>')
        add(parts, f"xl/drawings/drawing{number}.xml",
            '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>',
            "application/vnd.openxmlformats-officedocument.drawing+xml")  # fmt: skip
        relate(parts, name, "rId1", f"{OFFICE}/relationships/drawing", f"../drawings/drawing{number}.xml")
    for name in parts:
        parts[name] = parts[name].replace(b"?>\n", b"?>", 1)


CASES: Final = (
    Case("as Excel, today's", "as Excel", lambda: with_changes(todays_excel)),
    Case("as Excel, comments and charts", "as Excel",
         lambda: with_changes(todays_excel, lambda: by_xlsxwriter.book(
             lambda *all_: (by_xlsxwriter.comments(*all_), by_xlsxwriter.charts(*all_))[0]))),
    Case("as Excel, table and macros", "as Excel",
         lambda: with_changes(todays_excel, lambda: by_xlsxwriter.book(by_xlsxwriter.macros, table="PriceList")),
         suffix=".xlsm", table="PriceList"),
    Case("as Excel, queries and links", "as Excel", lambda: with_changes(queries)),
    Case("as Excel, Strict", "as Excel", lambda: with_changes(strict), readable=transitional),
    Case("as Google Sheets", "as Google Sheets", lambda: with_changes(google_sheets)),
)  # fmt: skip
