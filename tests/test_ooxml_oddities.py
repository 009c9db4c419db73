"""What workbooks of Excel and of other programs hold that the writers of the corpus never put into theirs."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from corpus import by_xlsxwriter, results, workbooks
from corpus.by_hand import MODEL, PRICES, packed, parts_of, replace

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import Area, BookFile

if TYPE_CHECKING:
    from corpus.by_hand import Parts

CASES = {case.name: case for case in workbooks()}
WORKBOOK = "xl/workbook.xml"
FIRST_PRICE = '<c r="G5" s="3"><v>5</v></c>'


@pytest.fixture
def parts() -> Parts:
    """The parts of a plain workbook of the corpus."""
    return parts_of(by_xlsxwriter.book())


def read(parts: Parts) -> BookFile:
    return BookFile.read(packed(parts))


def value(book: BookFile, address: str, sheet: str = "Prices") -> Any:
    return next(cell.value for cell in book.sheet(sheet).cells() if cell.address == address)


def repriced(book: BookFile) -> BookFile:
    return BookFile.read(book.changed({"Prices": {"G5": 7.25}}).content)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        # Excel writes so in files saved as "Strict Open XML"
        ("2026-11-21", dt.date(2026, 11, 21)),
        ("2026-11-21T06:00:00.000", dt.datetime(2026, 11, 21, 6)),  # noqa: DTZ001  # a cell has no time zone
        ("12:00:00.000", 0.5),
        ("05:59:59.99999999999690275", pytest.approx(0.25)),
        ("PT0H36M0.000S", 0.025),
        ("PT36H0M0.000S", 1.5),
        ("P1DT12H", 1.5),
    ],
)
def test_dates_times_and_spans_written_as_text(parts: Parts, text: str, meant: object) -> None:
    replace(parts, PRICES, FIRST_PRICE, f'<c r="G5" s="3" t="d"><v>{text}</v></c>')
    assert value(read(parts), "G5") == meant
    assert value(repriced(read(parts)), "G5") == 7.25


@pytest.mark.parametrize("text", ["yesterday", "25:00:00", "2026-13-01", "PT"])
def test_no_date_is_refused_by_its_cell(parts: Parts, text: str) -> None:
    replace(parts, PRICES, FIRST_PRICE, f'<c r="G5" s="3" t="d"><v>{text}</v></c>')
    with pytest.raises(RefusedError, match="G5 is damaged"):
        list(read(parts).sheet("Prices").cells())


@pytest.mark.parametrize("kind", ["s", "b", "e", "d", "n"])
@pytest.mark.parametrize("empty", ["<v/>", "<v></v>", "<v> </v>"])
def test_an_empty_value_is_a_blank_cell(parts: Parts, kind: str, empty: str) -> None:
    replace(parts, PRICES, FIRST_PRICE, f'<c r="G5" s="3" t="{kind}">{empty}</c>')
    assert value(read(parts), "G5") is None
    assert value(repriced(read(parts)), "G5") == 7.25


def test_a_sheet_of_macros_that_excel_has_removed(parts: Parts) -> None:
    """Its name stays in the list, hidden, with nothing behind it."""
    replace(parts, WORKBOOK, "</sheets>", '<sheet name=" " sheetId="9" state="veryHidden" r:id=""/></sheets>')
    book = repriced(read(parts))
    assert [sheet.name for sheet in book.sheets] == ["Prices", "Model"]
    assert [entry.name for entry in book.structure.sheets] == ["Prices", "Model", " "]
    assert value(book, "B7", "Model") == results((7.25, 15, 0, 0, 0, 0))["B7"]


def test_a_sheet_that_is_lost_is_told(parts: Parts) -> None:
    replace(parts, WORKBOOK, 'r:id="rId2"', 'r:id="rId99"')
    with pytest.raises(RefusedError, match="nothing stands behind the name of the sheet 'Model'"):
        list(read(parts).sheets)


def test_folders_divided_as_on_windows(parts: Parts) -> None:
    """Excel opens such files, which archives packed by old .NET are."""
    book = read({name.replace("/", "\\"): content for name, content in parts.items()})
    after = repriced(book)
    before, changed = (zipfile.ZipFile(io.BytesIO(each.content)) for each in (book, after))
    assert changed.namelist() == before.namelist()
    assert "xl\\worksheets\\sheet1.xml" in before.namelist()
    differing = {name for name in before.namelist() if before.read(name) != changed.read(name)}
    assert differing == {"xl\\worksheets\\sheet1.xml", "xl\\worksheets\\sheet2.xml"}
    assert value(after, "G5") == 7.25


def test_names_in_small_letters(parts: Parts) -> None:
    book = read({name.lower(): content for name, content in parts.items()})
    assert value(repriced(book), "G5") == 7.25


@pytest.mark.parametrize(
    "name", ["..\\evil.xml", "xl\\..\\..\\evil.xml", "\\\\host\\evil.xml", "C:\\evil.xml", "\\e.xml"]
)
def test_but_no_part_leads_outside(parts: Parts, name: str) -> None:
    with pytest.raises(RefusedError, match="leads outside"):
        read(parts | {name: b"<evil/>"})


def test_the_same_name_in_two_spellings_is_refused(parts: Parts) -> None:
    with pytest.raises(RefusedError, match="there are two of them"):
        read(parts | {"XL\\Worksheets\\sheet1.xml": parts[PRICES]})


def test_packed_by_a_mac(parts: Parts) -> None:
    """The Finder adds notes on every file, under the same name in a folder of its own."""
    notes = {f"__MACOSX/xl/worksheets/._{name.rpartition('/')[2]}": b"\0\5\x16\7 Mac OS X" for name in (PRICES, MODEL)}
    book = read(parts | notes)
    after = repriced(book)
    assert value(after, "G5") == 7.25
    assert all(after.archive.part(name) == content for name, content in notes.items())


@pytest.mark.parametrize("encoding", ["UTF-16BE", "UTF-16LE"])
def test_sixteen_bits_in_either_order(parts: Parts, encoding: str) -> None:
    for name in (PRICES, MODEL, WORKBOOK):
        parts[name] = parts[name].decode().replace("UTF-8", encoding, 1).encode(encoding)
    after = repriced(read(parts))
    assert value(after, "G5") == 7.25
    assert after.archive.part(PRICES).decode(encoding).startswith(f'<?xml version="1.0" encoding="{encoding}"')


def test_what_an_addin_keeps_may_be_said_to_be_xml_and_be_none(parts: Parts) -> None:
    kept = '<?xml version="1.0" encoding="utf-8"?><kept/>'.encode("utf-16-le")  # which is not what it says
    book = repriced(read(parts | {"xl/customProperty1.bin": kept}))
    assert book.archive.part("xl/customProperty1.bin") == kept


def test_what_is_repriced_can_be_read_again(parts: Parts) -> None:
    """Equal texts, packed less well than we pack, lie close to what the guard takes for a bomb."""
    cells = '<row r="40"><c r="A40" t="str"><v>' + "a" * (17 << 20) + "</v></c></row>"
    replace(parts, PRICES, "</sheetData>", f"{cells}</sheetData>")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert value(repriced(BookFile.read(stream.getvalue())), "G5") == 7.25


def test_a_table_with_an_alternative_text() -> None:
    """Excel keeps it in an element of the same name, deep inside the table's own."""
    parts = parts_of(CASES["xlsxwriter, table"].content)
    spoken = (
        '<extLst><ext uri="{504A1905-F514-4f6f-8877-14C23A59335A}"'
        ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:table altText="Prices" altTextSummary="List prices by model"/></ext></extLst></table>'
    )
    replace(parts, "xl/tables/table1.xml", "</table>", spoken)
    book = read(parts)
    assert [(table.name, str(table.area), len(table.columns)) for table in book.tables] == [("PriceList", "B4:I10", 8)]
    longer = BookFile.read(book.changed({"Prices": {"G11": 1.5}}, appended={"Prices": Area(11, 2, 11, 9)}).content)
    assert [str(table.area) for table in longer.tables] == ["B4:I11"]
    assert spoken in longer.archive.part("xl/tables/table1.xml").decode()


def test_a_sheet_in_another_language_is_not_said_to_be_changed(parts: Parts) -> None:
    """Test versions of Excel 2007 wrote other namespaces, which no Excel reads today."""
    parts[PRICES] = parts[PRICES].replace(b"spreadsheetml/2006/main", b"spreadsheetml/2006/5/main")
    with pytest.raises(RefusedError, match="Prices!A5: cannot be written"):
        read(parts).changed({"Prices": {"G5": 7.25}})
