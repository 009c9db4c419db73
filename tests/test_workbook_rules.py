"""What every workbook keeps beside the rules of the linter, which test_lint.py holds against each of them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from workbooks import built

from llmcost_xl.workbook import MODULES, styles
from llmcost_xl.workbook.cells import entered_columns
from llmcost_xl.workbook.layout import Entry
from llmcost_xl.workbook.plan import BACKGROUND_TITLE, LINKS_TITLE, PlacedRows, entries
from llmcost_xl.workbook.validation import bounds

if TYPE_CHECKING:
    from pathlib import Path

    from libreoffice import LibreOffice
    from openpyxl import Workbook

    from llmcost_xl.workbook.built import Built

LEAST_CONTRAST = 4.5
LONGEST_TITLE, LONGEST_MESSAGE = 32, 255  # what Excel shows of a validation's prompt


@pytest.fixture(params=MODULES)
def book(request: pytest.FixtureRequest) -> Built:
    return built(str(request.param))


@pytest.fixture
def opened(book: Built) -> Workbook:
    return load_workbook(io.BytesIO(book.content))


def test_every_sheet_says_what_it_is(book: Built, opened: Workbook) -> None:
    for sheet in opened:
        assert book.template.title in sheet["A1"].value
        assert sheet["A2"].value


def test_excel_calculates_on_opening(opened: Workbook) -> None:
    assert opened.calculation is not None
    assert opened.calculation.fullCalcOnLoad


def test_rows_of_outputs_that_read_further_down_have_a_reason_in_sight(book: Built) -> None:
    outputs = book.plan.sheet("Outputs")
    titles = [block.block.title for block in outputs.blocks if isinstance(block, PlacedRows)]
    assert LINKS_TITLE not in titles
    assert BACKGROUND_TITLE not in titles[:-2]  # the last but one: only the count of errors follows


def test_no_figure_or_driver_is_called_by_the_name_that_the_description_gives_it(book: Built, opened: Workbook) -> None:
    names = {name for name in book.plan.homes if "_" in name}
    words = {cell.value for sheet in opened for row in sheet.iter_rows() for cell in row}
    ids = {cell.value for row in opened["Checks"].iter_rows() for cell in row}  # Excel's names chk_... end in them
    assert not (words - ids) & names


def test_a_record_without_a_name_is_called_empty(libreoffice: LibreOffice, tmp_path: Path) -> None:
    with libreoffice.open(built("model-choice").save(tmp_path / "book.xlsx")) as book:
        book.recalculate()
        place = built("model-choice").plan.homes["breakeven_shown"]
        labels = [f"{place.sheet}!A{place.row + number}" for number in (5, 6)]
        assert list(book.read(labels).values()) == ["Against: (empty)"] * 2
        option = built("model-choice").plan.homes["option"]
        book.set({f"{option.sheet}!A{option.row + 5}": 2027})  # a name may look like a number
        book.recalculate()
        assert list(book.read(labels).values()) == ["Against: 2027", "Against: (empty)"]


def test_every_input_has_one_rule_that_excel_can_show(book: Built, opened: Workbook) -> None:
    for plan in book.plan.sheets:
        rules = opened[plan.name].data_validations.dataValidation
        for rule in rules:
            assert 0 < len(rule.promptTitle) <= LONGEST_TITLE
            assert 0 < len(rule.prompt) <= LONGEST_MESSAGE
            assert 0 < len(rule.error) <= LONGEST_MESSAGE
        for placed in entries(plan):
            for column in entered_columns(plan, placed):
                cell = f"{get_column_letter(column)}{placed.row}"
                assert sum(cell in rule.sqref for rule in rules) == 1, f"{plan.name}!{cell} {placed.place.label}"


def test_text_and_background_differ_enough() -> None:
    pairs = [(role[0], role[1] or "FFFFFF") for role in styles.ROLES.values()] + list(styles.STATUS.values())
    for text, background in pairs:
        lighter, darker = sorted((luminance(text), luminance(background)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= LEAST_CONTRAST, (text, background)


def luminance(colour: str) -> float:
    """Relative luminance by the web's accessibility guidelines."""
    channels = [int(colour[position : position + 2], 16) / 255 for position in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_an_input_pasted_over_its_validation_fails_the_master_check(
    book: Built, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """Every input in turn, in lines and in tables: text, nothing, and a negative number where none is allowed."""
    inputs = book.plan.sheet("Inputs")
    found = [
        ((placed.row, entered_columns(inputs, placed)[0]), bounds(placed.line))
        for placed in entries(inputs)
        if isinstance(placed.line, Entry)
    ]
    for table in inputs.tables.values():
        found += [((table.first, column), bounds(field)) for field, column in table.fields if not field.formula]
    numbers = {f"Inputs!{get_column_letter(cell[1])}{cell[0]}": limits for cell, limits in found if limits}
    with libreoffice.open(book.save(tmp_path / "book.xlsx")) as opened:
        for cell, right in opened.read(numbers).items():
            for wrong in ("many", None, *((-1,) if numbers[cell][0] >= 0 else ())):
                opened.set({cell: wrong})
                opened.recalculate()
                assert opened["chk_master"] == "FAIL", f"{cell} = {wrong}"
            opened.set({cell: right})
        opened.recalculate()
        assert opened["chk_master"] == "OK"
