"""Workbooks with parts and spellings that Excel and other programs write but no library does."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from corpus import by_xlsxwriter
from corpus.case import FIRST, Case

if TYPE_CHECKING:
    from collections.abc import Callable

Parts = dict[str, bytes]

PRICES, MODEL = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
MICROSOFT: Final = "http://schemas.microsoft.com/office"


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_changes(change: Callable[[Parts], None], base: Callable[[], bytes] = by_xlsxwriter.book) -> bytes:
    parts = parts_of(base())
    change(parts)
    return packed(parts)


def add(parts: Parts, name: str, content: str, kind: str) -> None:
    """A part and its content type."""
    parts[name] = f"{HEAD}{content}".encode()
    entry = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", entry.encode())


def relate(parts: Parts, source: str, number: str, kind: str, target: str) -> None:
    """A relationship from a part to another."""
    folder, _, name = source.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    empty = f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"></Relationships>'.encode()
    entry = f'<Relationship Id="{number}" Type="{kind}" Target="{target}"/></Relationships>'
    parts[rels] = parts.get(rels, empty).replace(b"</Relationships>", entry.encode())


def replace(parts: Parts, name: str, before: str, after: str) -> None:
    assert before.encode() in parts[name], before
    parts[name] = parts[name].replace(before.encode(), after.encode(), 1)


# -- parts -------------------------------------------------------------------------------------------------------------


def threaded_comments(parts: Parts) -> None:
    person = "{11111111-1111-1111-1111-111111111111}"
    space = f"{MICROSOFT}/spreadsheetml/2018/threadedcomments"
    add(parts, "xl/persons/person.xml", f'<personList xmlns="{space}"><person displayName="Ann" id="{person}"'
        ' userId="ann" providerId="None"/></personList>', "application/vnd.ms-excel.person+xml")  # fmt: skip
    add(parts, "xl/threadedComments/threadedComment1.xml",
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="G5" dT="2026-01-01T00:00:00.00" personId="{person}"'
        ' id="{22222222-2222-2222-2222-222222222222}"><text>Is this right?</text></threadedComment></ThreadedComments>',
        "application/vnd.ms-excel.threadedcomments+xml")  # fmt: skip
    kind = f"{MICROSOFT}/2017/10/relationships"
    relate(parts, "xl/workbook.xml", "rIdP", f"{kind}/person", "persons/person.xml")
    relate(parts, PRICES, "rIdT", f"{kind}/threadedComment", "../threadedComments/threadedComment1.xml")


def custom_xml(parts: Parts) -> None:
    parts["customXml/item1.xml"] = b'<?xml version="1.0"?><plan xmlns="urn:example:plan"><owner>Ann</owner></plan>'
    add(parts, "customXml/itemProps1.xml",
        '<ds:datastoreItem ds:itemID="{33333333-3333-3333-3333-333333333333}"'
        f' xmlns:ds="{OFFICE}/customXml"><ds:schemaRefs/></ds:datastoreItem>',
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml")  # fmt: skip
    relate(parts, "customXml/item1.xml", "rId1", f"{OFFICE}/relationships/customXmlProps", "itemProps1.xml")
    relate(parts, "xl/workbook.xml", "rIdX", f"{OFFICE}/relationships/customXml", "../customXml/item1.xml")


def slicer(parts: Parts) -> None:
    spaces = f'xmlns="{MICROSOFT}/spreadsheetml/2009/9/main" xmlns:x="{MAIN}"'
    x14, x15 = f"{MICROSOFT}/spreadsheetml/2009/9/main", f"{MICROSOFT}/spreadsheetml/2010/11/main"
    add(parts, "xl/slicers/slicer1.xml", f'<slicers xmlns="{x14}"><slicer name="Model" cache="Slicer_Model"'
        ' caption="Model" rowHeight="241300"/></slicers>', "application/vnd.ms-excel.slicer+xml")  # fmt: skip
    add(parts, "xl/slicerCaches/slicerCache1.xml",
        f'<slicerCacheDefinition {spaces} name="Slicer_Model" sourceName="Model"><extLst>'
        f'<x:ext uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}" xmlns:x15="{x15}">'
        '<x15:tableSlicerCache tableId="1" column="2"/></x:ext></extLst></slicerCacheDefinition>',
        "application/vnd.ms-excel.slicerCache+xml")  # fmt: skip
    kind = f"{MICROSOFT}/2007/relationships"
    relate(parts, PRICES, "rIdS", f"{kind}/slicer", "../slicers/slicer1.xml")
    relate(parts, "xl/workbook.xml", "rIdC", f"{kind}/slicerCache", "slicerCaches/slicerCache1.xml")
    replace(parts, PRICES, "</worksheet>", f'<extLst><ext uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}"'
            f' xmlns:x14="{x14}"><x14:slicerList><x14:slicer r:id="rIdS"/></x14:slicerList></ext></extLst>'
            "</worksheet>")  # fmt: skip
    replace(parts, "xl/workbook.xml", "</workbook>", '<extLst><ext uri="{46BE6895-7355-4a93-B00E-2C351335B9C9}"'
            f' xmlns:x15="{x15}"><x15:slicerCaches xmlns:x14="{x14}"><x14:slicerCache r:id="rIdC"/></x15:slicerCaches>'
            "</ext></extLst></workbook>")  # fmt: skip


def pivot(parts: Parts) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    fields = (
        '<cacheField name="Provider" numFmtId="0"><sharedItems count="1"><s v="openai"/></sharedItems></cacheField>'
    )
    add(parts, "xl/pivotCache/pivotCacheDefinition1.xml",
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships" r:id="rId1" recordCount="1">'
        f'<cacheSource type="worksheet"><worksheetSource ref="B4:B5" sheet="Prices"/></cacheSource>'
        f'<cacheFields count="1">{fields}'
        "</cacheFields></pivotCacheDefinition>", f"{kind}pivotCacheDefinition+xml")  # fmt: skip
    add(parts, "xl/pivotCache/pivotCacheRecords1.xml", f'<pivotCacheRecords xmlns="{MAIN}" count="1"><r><x v="0"/></r>'
        "</pivotCacheRecords>", f"{kind}pivotCacheRecords+xml")  # fmt: skip
    add(parts, "xl/pivotTables/pivotTable1.xml",
        f'<pivotTableDefinition xmlns="{MAIN}" name="Pivot" cacheId="7" dataCaption="Values"><location ref="H2:H4"'
        ' firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/><pivotFields count="1"><pivotField axis="axisRow"'
        ' showAll="0"><items count="2"><item x="0"/><item t="default"/></items></pivotField></pivotFields><rowFields'
        ' count="1"><field x="0"/></rowFields><rowItems count="2"><i><x/></i><i t="grand"><x/></i></rowItems>'
        "</pivotTableDefinition>", f"{kind}pivotTable+xml")  # fmt: skip
    rels = f"{OFFICE}/relationships"
    relate(parts, "xl/workbook.xml", "rIdV", f"{rels}/pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
    definition, table = "xl/pivotCache/pivotCacheDefinition1.xml", "xl/pivotTables/pivotTable1.xml"
    relate(parts, definition, "rId1", f"{rels}/pivotCacheRecords", "pivotCacheRecords1.xml")
    relate(parts, table, "rId1", f"{rels}/pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")
    relate(parts, MODEL, "rIdV", f"{rels}/pivotTable", "../pivotTables/pivotTable1.xml")
    replace(parts, "xl/workbook.xml", "</workbook>", '<pivotCaches><pivotCache cacheId="7" r:id="rIdV"/></pivotCaches>'
            "</workbook>")  # fmt: skip


def signature(parts: Parts) -> None:
    parts["_xmlsignatures/origin.sigs"] = b""
    add(parts, "_xmlsignatures/sig1.xml", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="s"/>',
        "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml")  # fmt: skip
    replace(parts, "[Content_Types].xml", "<Default ", '<Default Extension="sigs" ContentType='
            '"application/vnd.openxmlformats-package.digital-signature-origin"/><Default ')  # fmt: skip
    kind = f"{PACKAGE}/relationships/digital-signature"
    relate(parts, "", "rIdO", f"{kind}/origin", "_xmlsignatures/origin.sigs")
    relate(parts, "_xmlsignatures/origin.sigs", "rId1", f"{kind}/signature", "sig1.xml")


def calculation_chain(parts: Parts) -> None:
    add(parts, "xl/calcChain.xml", f'<calcChain xmlns="{MAIN}"><c r="B8" i="2"/><c r="B7"/><c r="B5"/><c r="B2"/>'
        "</calcChain>", "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml")  # fmt: skip
    relate(parts, "xl/workbook.xml", "rIdCC", f"{OFFICE}/relationships/calcChain", "calcChain.xml")


# -- spellings ---------------------------------------------------------------------------------------------------------


def prefixed(parts: Parts) -> None:
    """Every element of the sheets and the workbook with a prefix, as some servers write them."""
    for name in (PRICES, MODEL, "xl/workbook.xml"):
        text = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1x:", parts[name])
        parts[name] = text.replace(b"xmlns=", b"xmlns:x=", 1)


def shared_formulas(parts: Parts) -> None:
    cells = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><f t="shared"'
        + (f' ref="B{row}:B{row + 3}" si="4">Prices!G{row - 15}*$A20+SUM(Prices!G$5:G{row - 15})</f>' if row == 20
           else ' si="4"/>')
        + f"<v>{value}</v></c></row>"
        for row, value in zip(range(20, 24), (105, 335, 23.45, 34.55), strict=True)
    )  # fmt: skip
    replace(parts, MODEL, "</sheetData>", f"{cells}</sheetData>")


def without_addresses(parts: Parts) -> None:
    """The list's columns are found by counting, as the format allows; only the first cell of a row says where it is."""
    text = parts[PRICES].decode()
    parts[PRICES] = re.sub(r'<c r="[C-I]\d+"', "<c", text).encode()


def other_style(parts: Parts) -> None:
    """Single quotes, comments, line breaks and CDATA: the same content in another hand."""
    text = parts[MODEL].decode()
    text = re.sub(r'r="(\w+)"', r"r = '\1'", text).replace("<row ", "<!-- a row -->\n  <row ").replace("/>", " />")
    parts[MODEL] = re.sub(
        r"<f>([^<]*)</f>", lambda m: f"<f><![CDATA[{m[1].replace('&gt;', '>').replace('&quot;', chr(34))}]]></f>", text
    ).encode()
    sheet = parts[PRICES].decode().replace("<c ", "\n<c\n").replace("<v>", "<v ><!-- price -->")
    parts[PRICES] = sheet.encode()


def absolute_targets(parts: Parts) -> None:
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b'Target="', b'Target="/xl/')


def bom(parts: Parts) -> None:
    for name in (PRICES, MODEL, "xl/workbook.xml"):
        parts[name] = b"\xef\xbb\xbf" + parts[name]


def utf16(parts: Parts) -> None:
    for name in (PRICES, MODEL):
        parts[name] = parts[name].decode().replace("UTF-8", "UTF-16").encode("utf-16")


def bare(parts: Parts) -> None:
    """No dimension, no calculation settings, no hints of the columns in use."""
    for name in (PRICES, MODEL):
        parts[name] = re.sub(rb'<dimension[^>]*/>| spans="[^"]*"', b"", parts[name])
    parts["xl/workbook.xml"] = re.sub(rb"<calcPr[^>]*/>", b"", parts["xl/workbook.xml"])


def manual(parts: Parts) -> None:
    replace(parts, "xl/workbook.xml", "<calcPr ", '<calcPr calcMode="manual" iterate="1" ')


def phonetic(parts: Parts) -> None:
    """A reading above a Japanese text, and an extension of a cell."""
    replace(parts, "xl/sharedStrings.xml", "<si><t>openai</t></si>",
            '<si><t>openai</t><rPh sb="0" eb="1"><t>オープン</t></rPh><phoneticPr fontId="1"/></si>')  # fmt: skip
    cell = re.search(rf'<c r="G{FIRST}"[^>]*><v>5</v></c>', parts[PRICES].decode())
    assert cell
    extended = cell[0].replace("</c>", '<extLst><ext uri="{A}"/></extLst></c>')
    replace(parts, PRICES, cell[0], extended)


# -- archives ----------------------------------------------------------------------------------------------------------


class Pipe(io.RawIOBase):
    """What cannot be wound back, so that sizes stand behind the data of each part."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        self.content += piece  # type: ignore[arg-type]
        return len(piece)  # type: ignore[arg-type]


def with_descriptors() -> bytes:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(by_xlsxwriter.book()).items():
            archive.writestr(name, content)
    return bytes(pipe.content)


def odd_archive() -> bytes:
    """Parts in another order, stored and packed, with extra fields, remarks, times and a comment."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, (name, content) in enumerate(reversed(parts_of(by_xlsxwriter.book()).items())):
            member = zipfile.ZipInfo(name, (2020 + number % 5, 2, 3, 4, 5, 6))
            member.compress_type = zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED
            member.extra = b"\x55\x54\x05\x00\x01\x00\x00\x00\x60"
            member.comment = b"a remark"
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
        archive.comment = b"made by hand"
    return stream.getvalue()


CHANGES: Final[dict[str, Callable[[Parts], None]]] = {
    "threaded comments": threaded_comments, "custom XML": custom_xml, "pivot table": pivot, "signature": signature,
    "calculation chain": calculation_chain, "prefixes": prefixed, "shared formulas": shared_formulas,
    "no addresses": without_addresses, "another hand": other_style, "absolute targets": absolute_targets,
    "byte order marks": bom, "UTF-16": utf16, "bare": bare, "manual calculation": manual, "phonetics": phonetic,
}  # fmt: skip

CASES: Final = (
    *(Case(f"by hand, {name}", "by hand", lambda change=change: with_changes(change))  # type: ignore[misc]
      for name, change in CHANGES.items()),
    Case("by hand, slicer", "by hand",
         lambda: with_changes(slicer, lambda: by_xlsxwriter.book(table="PriceList")), table="PriceList"),
    Case("by hand, data descriptors", "by hand", with_descriptors),
    Case("by hand, stored", "by hand", lambda: packed(parts_of(by_xlsxwriter.book()), zipfile.ZIP_STORED)),
    Case("by hand, odd archive", "by hand", odd_archive),
)  # fmt: skip
