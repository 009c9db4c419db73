"""The VBA project's container and its compression, read back by programs that are not ours."""

from __future__ import annotations

import io
import re
import struct
from pathlib import Path

import olefile
import pytest
import xlwings
from hypothesis import example, given, settings
from hypothesis import strategies as st
from windowsaddin import olevba, part

from llmcost_xl.hosts.windows.compound import compound_file
from llmcost_xl.hosts.windows.compression import compress
from llmcost_xl.hosts.windows.project import PROJECT_ID, Module, vba_project

SIZES = (0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 70_000)


def decompressed(stored: bytes) -> bytes:
    """What olevba reads."""
    return bytes(olevba().decompress_stream(bytearray(stored)))


def listing(content: bytes) -> dict[str, bytes]:
    """Every stream of a compound file by its path; olefile complains of whatever it finds odd."""
    with olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_UNSURE) as file:
        assert file.parsing_issues == []
        return {"/".join(path): file.openstream(path).read() for path in file.listdir()}


@settings(deadline=None)  # the first example loads olevba; a busy machine takes its time
@given(st.binary(min_size=1, max_size=300) | st.text("ab \n", min_size=1, max_size=9000).map(str.encode))
@example(bytes(range(256)) * 40)
@example(b"a" * 4096)
@example(b"a" * 4097)
def test_compressed_text_is_read_back(content: bytes) -> None:
    assert decompressed(compress(content)) == content


def test_what_cannot_be_compressed_is_stored_as_it_is() -> None:
    """A last chunk of fewer bytes is filled up, as the format has it."""
    content = b"".join(struct.pack(">H", number * 40_503 % 65_536) for number in range(4096))
    stored = compress(content[:8000])
    assert len(stored) == 1 + 2 * (2 + 4096)
    assert decompressed(stored) == content[:8000].ljust(8192, b"\0")


def test_repeated_text_becomes_much_shorter() -> None:
    assert len(compress(b"Function QUERY_COST(model)\r\n" * 1000)) < 28_000 / 10


@pytest.mark.parametrize("size", SIZES)
def test_a_stream_of_any_size_is_read_back(size: int) -> None:
    stream = bytes(number % 251 for number in range(size))
    assert listing(compound_file({"before": b"1", "stream": stream, "after": b"2" * 5000})) == {
        "before": b"1",
        "stream": stream,
        "after": b"2" * 5000,
    }


def test_many_streams_in_storages_are_found_by_name() -> None:
    inner = {f"Module{number}": bytes([number]) * number for number in range(150)}
    found = listing(compound_file({"VBA": {**inner, "deep": {"x": b"y"}}, "PROJECT": b"p"}))
    assert found == {**{f"VBA/{name}": content for name, content in inner.items()}, "VBA/deep/x": b"y", "PROJECT": b"p"}


def test_windows_finds_a_stream_by_its_place_among_its_siblings() -> None:
    """It searches a tree: shorter names first, then by their capitals ([MS-CFB] 2.6.4). olefile reads them all."""
    names = ["dir", "_VBA_PROJECT", "xlwings", "Sheet10", "ThisWorkbook", "llmcost_help", "a", "B", "HelpSheet"]
    with olefile.OleFileIO(io.BytesIO(compound_file(dict.fromkeys(names, b"x")))) as file:
        entries = file.direntries

        def in_order(number: int) -> list[str]:
            if number == olefile.NOSTREAM:
                return []
            entry = entries[number]
            return [*in_order(entry.sid_left), entry.name, *in_order(entry.sid_right)]

        found = in_order(file.root.sid_child)
    assert found == sorted(names, key=lambda name: (len(name), name.upper()))


def test_a_large_file_has_a_table_of_several_sectors() -> None:
    large = bytes(range(256)) * 12_000
    assert listing(compound_file({"large": large}))["large"] == large


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="more than a compound file"):
        compound_file({"huge": bytes(8_000_000)})
    with pytest.raises(ValueError, match="longer than 31"):
        compound_file({"n" * 32: b""})


def test_a_character_that_vba_cannot_store_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        vba_project("p", [Module("m", "' \N{GREEK SMALL LETTER PI}\n")])


def test_the_project_is_unprotected_visible_and_lists_its_modules() -> None:
    streams = listing(vba_project("Sample", [Module("ThisWorkbook", "", document=True), Module("Code", "' x\n")]))
    properties = dict(line.split("=", 1) for line in streams["PROJECT"].decode().splitlines() if "=" in line)
    assert properties["Name"] == '"Sample"'
    assert properties["Document"] == "ThisWorkbook/&H00000000"
    assert properties["Module"] == "Code"
    assert decrypted(properties["CMG"]) == bytes(4)
    assert decrypted(properties["DPB"]) == b"\0"
    assert decrypted(properties["GC"]) == b"\xff"
    assert streams["VBA/_VBA_PROJECT"][2:4] == b"\xff\xff"  # no compiled code


def records(project: bytes) -> list[tuple[int, bytes]]:
    """The records of the stream dir: [MS-OVBA] 2.3.4.2. Only that of the version is longer than it says."""
    content, found, at = decompressed(listing(project)["VBA/dir"]), list[tuple[int, bytes]](), 0
    while at < len(content):
        kind, size = struct.unpack_from("<HI", content, at)
        size += 2 * (kind == 0x09)
        found.append((kind, content[at + 6 : at + 6 + size]))
        at += 6 + size
    return found


def test_every_module_is_listed_with_its_kind_in_every_place() -> None:
    modules = [Module("ThisWorkbook", "", document=True), Module("Code", "' x\n"), Module("Sheet1", "", document=True)]
    project = vba_project("Sample", modules)
    found = records(project)
    assert [content.decode("utf-16-le") for kind, content in found if kind == 0x47] == [m.name for m in modules]
    assert [kind for kind, _ in found if kind in (0x21, 0x22)] == [0x22, 0x21, 0x22]
    assert [struct.unpack("<H", content)[0] for kind, content in found if kind == 0x0F] == [len(modules)]
    assert found[-1] == (0x10, b"")
    names = [name.encode() + b"\0" + name.encode("utf-16-le") + b"\0\0" for name in ("ThisWorkbook", "Code", "Sheet1")]
    assert listing(project)["PROJECTwm"] == b"".join(names) + b"\0\0"


def test_the_records_of_project_and_module_are_those_that_excel_writes() -> None:
    template = part(Path(xlwings.__file__).with_name("quickstart_addin_ribbon.xlam"), "xl/vbaProject.bin")
    excels = [kind for kind, _ in records(template)]
    ours = [kind for kind, _ in records(vba_project("Sample", [Module("ThisWorkbook", "", document=True)]))]
    assert ours[: ours.index(0x16)] == excels[: excels.index(0x16)]
    assert ours[ours.index(0x0F) : -1] == excels[excels.index(0x0F) : excels.index(0x2B) + 1]


def test_the_library_that_the_ribbon_needs_is_the_one_that_excel_refers_to() -> None:
    """IRibbonControl is a type of Office's; xlwings' template refers to the library as Excel wrote it."""
    template = part(Path(xlwings.__file__).with_name("quickstart_addin_ribbon.xlam"), "xl/vbaProject.bin")
    office = re.compile(rb"\x16\x00\x06\x00\x00\x00Office.*?(\*\\G\{[^#]*#[^#]*#[^#]*)#", re.DOTALL)
    wanted = office.findall(decompressed(listing(template)["VBA/dir"]))
    assert len(wanted) == 1
    assert office.findall(decompressed(listing(vba_project("Sample", []))["VBA/dir"])) == wanted


def decrypted(setting: str, project: str = PROJECT_ID) -> bytes:
    """What the editor reads of a hidden setting: [MS-OVBA] 2.4.3.3, with its checks."""
    seed, version, key, *coded = bytes.fromhex(setting.strip('"'))
    assert seed ^ version == 2
    assert seed ^ key == sum(project.encode()) & 0xFF
    before, last, plain, content = version, key, seed ^ key, bytearray()
    for byte in coded:
        plain = byte ^ ((before + plain) & 0xFF)
        content.append(plain)
        before, last = last, byte
    content = content[(seed & 6) // 2 :]
    assert len(content) == 4 + struct.unpack_from("<I", content)[0]
    return bytes(content[4:])


def test_the_settings_of_a_project_that_excel_wrote_are_read_alike() -> None:
    """The template for add-ins that comes with xlwings."""
    template = Path(xlwings.__file__).with_name("quickstart_addin_ribbon.xlam")
    streams = listing(part(template, "xl/vbaProject.bin"))
    properties = dict(line.split("=", 1) for line in streams["PROJECT"].decode().splitlines() if "=" in line)
    project = properties["ID"].strip('"')
    assert [decrypted(properties[name], project) for name in ("CMG", "DPB", "GC")] == [bytes(4), b"\0", b"\xff"]
    assert streams["VBA/_VBA_PROJECT"][2:4] == b"\xff\xff"
