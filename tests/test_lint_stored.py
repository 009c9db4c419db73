"""What formulas gave is read as openpyxl reads it, and odd sheets do not confuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hostile import NAMESPACE, sheet
from linting import clean

from llmcost_xl.lint.reading import read
from llmcost_xl.ooxml import ErrorCode
from llmcost_xl.workbook import MODULES
from llmcost_xl.workbook.opening import opened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", MODULES)
def test_every_value_of_our_workbooks_is_that_of_openpyxl(tmp_path: Path, name: str) -> None:
    book = read(clean(tmp_path, name))
    theirs = opened(book.content, values=True)
    compared = 0
    for one in book.sheets():
        for cell in book.cells(one):
            expected = theirs[one.title][cell.coordinate].value
            assert (book.value(cell) or None) == (expected or None), f"{one.title}!{cell.coordinate}"
            compared += cell.data_type == "f"
    assert compared > 100


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><f>1+1</f><v>2</v></c>', 2.0),
        ("<c><f>1+1</f><v>2</v></c>", 2.0),
        ('<c r="A1" t="str"><f>"a"</f><v>a &amp; b</v></c>', "a & b"),
        ('<c r="A1" t="b"><f>TRUE()</f><v>1</v></c>', True),
        ('<c r="A1" t="e"><f>NA()</f><v>#N/A</v></c>', ErrorCode("#N/A")),
        ('<c r="A1"><f>1+1</f></c>', None),
        (
            f'<x:c {NAMESPACE.replace("xmlns", "xmlns:x")} r="A1"><x:f>1</x:f><x:v>1</x:v></x:c>',
            1.0,
        ),
    ],
)
def test_a_value_of_each_kind(tmp_path: Path, cell: str, value: Any) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(sheet(f'<row r="1">{cell}</row>'))
    book = read(path)
    shown = book.value(book.formulas.worksheets[0]["A1"])
    assert shown == value
    assert type(shown) is type(value)
