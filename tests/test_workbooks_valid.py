"""Every workbook in the eyes of Microsoft's Open XML SDK, as it is built and after its prices have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from repricing import AUTUMN, prices_of
from sdk import all_complaints, complaints
from workbooks import built

from llmcost_xl import workbook
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice import Move, applied, planned
from llmcost_xl.workbook import MODULES
from llmcost_xl.workbook.options import Options

if TYPE_CHECKING:
    from pathlib import Path


JUDGED = (
    ("built", "Office2010"),
    ("with functions", "Microsoft365"),
    ("repriced", "Microsoft365"),
)
"""What is done to each workbook, and which Excel is asked."""

HALVED = prices_of(AUTUMN, moves=(Move.read("*=-50%"),))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], list[str]]:
    """What the SDK finds, by workbook, by what was done to it and by version of Excel."""
    folder = tmp_path_factory.mktemp("workbooks")
    wanted = {}
    for name in MODULES:
        variants = {
            "built": built(name).content,
            "with functions": workbook.build(name, Options(functions="addin", months=3)).content,
            "repriced": repriced(BookFile.read(built(name).content)),
        }
        for variant, content in variants.items():
            path = folder / f"{name}, {variant}.xlsx"
            path.write_bytes(content)
            wanted |= {(name, variant, version): path for kind, version in JUDGED if kind == variant}
    return dict(zip(wanted, all_complaints([(path, key[-1]) for key, path in wanted.items()]), strict=True))


def repriced(book: BookFile) -> bytes:
    """The workbook at half the prices; where there are none, with another figure in the first cell that holds one."""
    plan = planned(book, HALVED)
    if plan.changes_anything:
        return applied(book, plan).content
    first = next(cell for cell in book.sheet("Inputs").cells() if isinstance(cell.value, float) and not cell.formula)
    return book.changed({"Inputs": {first.where: 7.25}}).content


@pytest.mark.parametrize(("variant", "version"), JUDGED)
@pytest.mark.parametrize("name", MODULES)
def test_the_sdk_finds_nothing_wrong(
    name: str, variant: str, version: str, found: dict[tuple[str, str, str], list[str]]
) -> None:
    assert found[name, variant, version] == []


def test_it_would_say_what_is_wrong(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"no workbook")
    assert complaints(broken)
    sheet = BookFile.read(built("capacity").content)
    part = sheet.sheet("Inputs").part_name
    wrong = sheet.archive.part(part).replace(b"<sheetData>", b"<sheetDate/><sheetData>", 1)
    broken.write_bytes(sheet.archive.with_parts({part: wrong}))
    assert any(part in complaint and "sheetDate" in complaint for complaint in complaints(broken))
