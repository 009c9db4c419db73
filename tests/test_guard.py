"""What strangers send: hostile, damaged and odd files give one refusal of ours in bounded time, sound ones open."""

from __future__ import annotations

import contextlib
import io
import random
import subprocess
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest
from hostile import FILES, cell, renamed, sheet, small
from libreoffice import find_soffice
from workbooks import built

from llmcost_xl.errors import RefusedError
from llmcost_xl.lint import lint
from llmcost_xl.lint.reading import read
from llmcost_xl.ooxml.guard import check
from llmcost_xl.workbook import MODULES
from llmcost_xl.workbook.opening import opened

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Run
    from libreoffice import LibreOffice

LONGEST = 10  # seconds for one hostile file on a busy machine; the worst takes 2
MUTATIONS = 400


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_at_once_and_by_name(tmp_path: Path, name: str) -> None:
    make, reason = FILES[name]
    path = tmp_path / "theirs.xlsx"
    path.write_bytes(make())
    begun = time.monotonic()
    with pytest.raises(RefusedError) as refused:
        read(path)
    assert time.monotonic() - begun < LONGEST
    message = str(refused.value)
    assert message.startswith(f"{path}: ")
    assert reason in message
    assert "\n" not in message


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(FILES["bomb"][0]())
    tracemalloc.start()
    with pytest.raises(RefusedError):
        read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 << 20


@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes_are_refused_or_read(seed: int, tmp_path: Path) -> None:
    """Bytes of the archive and of its parts changed, cut and repeated: never another exception than our refusal."""
    source = random.Random(seed)  # noqa: S311  # the same damage in every run
    for _ in range(MUTATIONS // 4):
        content = _mutated(small(), source) if source.random() < 0.3 else _mutated_part(source)
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(content)
        begun = time.monotonic()
        with contextlib.suppress(RefusedError):
            lint(path)
        assert time.monotonic() - begun < LONGEST


def _mutated_part(source: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(small())) as archive, zipfile.ZipFile(stream, "w") as target:
        victim = source.choice(archive.namelist())
        for name in archive.namelist():
            part = archive.read(name)
            target.writestr(name, _mutated(part, source) if name == victim else part)
    return stream.getvalue()


def _mutated(content: bytes, source: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(source.randint(1, 8)):
        at = source.randrange(len(changed))
        kind = source.randrange(4)
        if kind == 0:
            changed[at] = source.randrange(256)
        elif kind == 1:
            del changed[at : at + source.randint(1, 20)]
        elif kind == 2:
            changed[at:at] = changed[at : at + source.randint(1, 40)]
        else:
            changed[at : at + 1] = str(source.choice((-1, 0, 99_999_999_999, 1e308))).encode()
    return bytes(changed)


def test_an_unreadable_file_is_an_error_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.xlsx")
    with pytest.raises(IsADirectoryError):
        read(tmp_path)


@pytest.mark.parametrize("name", MODULES)
def test_our_workbooks_pass(name: str) -> None:
    check(built(name).content)


def test_what_is_large_but_honest_passes() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>A1+1</f><v>1</v></c></row>' for n in range(2, 50_000))
    check(sheet(cell("A1") + rows, '<mergeCells><mergeCell ref="A1:XFD1"/></mergeCells>'))


def test_a_slash_before_a_part_of_the_usual_folders_passes() -> None:
    """As XlsxWriter writes the relations of pictures in cells."""
    check(renamed("/xl/richData/_rels/richValueRel.xml.rels.txt"))
    with pytest.raises(RefusedError, match="two of them"):
        check(renamed("/xl/workbook.xml"))


def test_cells_without_addresses_pass() -> None:
    content = sheet("<row><c><v>1</v></c><c><v>2</v></c></row>")
    check(content)
    assert opened(content).worksheets[0]["B1"].value == 2


@pytest.mark.parametrize("kind", ["xlsx", "xlsm"])
def test_files_of_libreoffice_pass(libreoffice: LibreOffice, tmp_path: Path, kind: str) -> None:
    """Saved by another program, with other parts, styles and an XML of its own."""
    assert libreoffice  # skips where there is none
    path = tmp_path / "book.xlsx"
    path.write_bytes(built("roi").content)
    filters = {"xlsx": "Calc MS Excel 2007 XML", "xlsm": "Calc MS Excel 2007 VBA XML"}
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    target = ["--convert-to", f"{kind}:{filters[kind]}", "--outdir", tmp_path / "again", path]
    subprocess.run([find_soffice(), profile, "--headless", *target], check=True, capture_output=True, timeout=120)
    assert read(tmp_path / "again" / f"book.{kind}").formulas.sheetnames[0] == "Cover"
    assert isinstance(lint(tmp_path / "again" / f"book.{kind}"), list)


def test_the_command_line_refuses_with_one_line_and_its_code(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "theirs.xlsx"
    path.write_bytes(FILES["entities"][0]())
    code, out, err = run("lint", str(path))
    assert (code, out) == (3, "")
    assert "document type" in err
    assert err.count("\n") == 1
    assert run("lint", str(tmp_path / "none.xlsx"))[0] == 5
