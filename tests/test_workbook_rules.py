"""Every workbook keeps the rules by which a model auditor reads: structure, formulas, inputs, pages."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from workbooks import built

from llmcost_xl.quantities import UNITS
from llmcost_xl.workbook import MODULES, styles
from llmcost_xl.workbook.beside import AT_LEAST
from llmcost_xl.workbook.cells import entered_columns
from llmcost_xl.workbook.layout import Charts, Constant, Entry
from llmcost_xl.workbook.plan import BACKGROUND_TITLE, LINKS_TITLE, PlacedRows, entries
from llmcost_xl.workbook.references import ACROSS
from llmcost_xl.workbook.validation import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import LibreOffice
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.workbook.built import Built

FRONT = ["Cover", "Inputs", "Prices", "Lists", "Timing"]
BACK = ["Outputs", "Checks", "Sources", "Log"]
FUNCTIONS_OF_2010 = frozenset(
    {
        "ABS",
        "BINOMDIST",
        "COLUMNS",
        "COUNT",
        "EDATE",
        "EXP",
        "FIXED",
        "IF",
        "INDEX",
        "INT",
        "IRR",
        "ISERROR",
        "ISNUMBER",
        "LN",
        "MATCH",
        "MAX",
        "MIN",
        "MONTH",
        "NORMSINV",
        "NPER",
        "PRODUCT",
        "PV",
        "ROWS",
        "SQRT",
        "SUM",
        "SUMPRODUCT",
        "SUMSQ",
        "T",
    }
)
NOT_IN_CALCULATIONS = frozenset({"ISERROR", "IFERROR", "FIXED"})
UNIVERSAL = frozenset({"0", "1"})
LONGEST_FORMULA = 120
PURE_LINK = re.compile(r"=[A-Z]\w*!\$?[A-Z]+\$?\d+")
CELL = re.compile(r"(?<![A-Za-z_.])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w(])")
LEAST_CONTRAST = 4.5


@pytest.fixture(params=MODULES)
def book(request: pytest.FixtureRequest) -> Built:
    return built(str(request.param))


@pytest.fixture
def opened(book: Built) -> Workbook:
    return load_workbook(io.BytesIO(book.content))


def calculations(opened: Workbook) -> list[Worksheet]:
    return [sheet for sheet in opened if sheet.title.startswith("Calc_")]


def formulas(sheet: Worksheet) -> Iterator[tuple[Cell, str]]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                yield cell, str(cell.value)


def operands(formula: str, subtype: str) -> list[str]:
    return [token.value for token in Tokenizer(formula).items if token.type == "OPERAND" and token.subtype == subtype]


def functions(formula: str) -> set[str]:
    return {
        token.value.rstrip("(") for token in Tokenizer(formula).items if token.type == "FUNC" and token.value[-1] == "("
    }


def relative(formula: str, row: int, column: int) -> str:
    """The formula with references counted from its own cell, as R1C1 notation does."""

    def counted(match: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, digits = match.groups()
        number = column_index_from_string(letters)
        across = f"C{number}" if fixed_column else f"C[{number - column}]"
        down = f"R{digits}" if fixed_row else f"R[{int(digits) - row}]"
        return down + across

    return CELL.sub(counted, formula)


# -- structure -------------------------------------------------------------------------------------------------------


def test_sheets_stand_in_the_order_in_which_figures_flow(opened: Workbook) -> None:
    names = opened.sheetnames
    assert names[: len(FRONT)] == FRONT
    assert names[-len(BACK) :] == BACK
    middle = names[len(FRONT) : -len(BACK)]
    assert middle
    assert all(name.startswith("Calc_") for name in middle)
    assert opened.active is not None
    assert opened.active.title == "Cover"


def test_nothing_is_hidden_or_merged(opened: Workbook) -> None:
    for sheet in opened:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not any(
            dimension.hidden for dimension in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values())
        )


def test_every_sheet_says_what_it_is_and_shows_the_master_check(book: Built, opened: Workbook) -> None:
    master = book.plan.address("{master_check}")
    for sheet in opened:
        assert book.template.title in sheet["A1"].value
        assert sheet["A2"].value
        assert sheet["B3"].value == f"={master}"


def test_excel_calculates_on_opening(opened: Workbook) -> None:
    settings: Any = opened.calculation
    assert (settings.calcMode, settings.fullCalcOnLoad, settings.iterate) == ("auto", True, False)


def test_names_are_for_programs_only(opened: Workbook) -> None:
    assert all(name.startswith(("in_", "out_", "chk_")) for name in opened.defined_names)
    for sheet in opened:
        for _, formula in formulas(sheet):
            assert not re.search(r"\b(in_|out_|chk_)\w", formula)


# -- formulas --------------------------------------------------------------------------------------------------------


def test_only_functions_that_excel_2010_has(opened: Workbook) -> None:
    for sheet in opened:
        for cell, formula in formulas(sheet):
            assert functions(formula) <= FUNCTIONS_OF_2010, f"{sheet.title}!{cell.coordinate} {formula}"


def test_calculations_neither_hide_errors_nor_write_text(opened: Workbook) -> None:
    for sheet in calculations(opened):
        for cell, formula in formulas(sheet):
            assert not functions(formula) & NOT_IN_CALCULATIONS, f"{sheet.title}!{cell.coordinate} {formula}"


def test_calculations_hold_no_other_number_than_0_and_1(opened: Workbook) -> None:
    for sheet in calculations(opened):
        for cell, formula in formulas(sheet):
            assert set(operands(formula, "NUMBER")) <= UNIVERSAL, f"{sheet.title}!{cell.coordinate} {formula}"


def test_calculations_have_no_constant_cells(opened: Workbook) -> None:
    for sheet in calculations(opened):
        numbers = [
            cell.coordinate
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "n" and cell.value is not None
        ]
        assert not numbers, f"{sheet.title}: {numbers}"


def test_calculations_can_be_read_at_a_glance(opened: Workbook) -> None:
    for sheet in calculations(opened):
        for cell, formula in formulas(sheet):
            assert len(formula) <= LONGEST_FORMULA, f"{sheet.title}!{cell.coordinate} {formula}"
            assert formula.count("IF(") <= 1, f"{sheet.title}!{cell.coordinate} nests IF"


def test_other_sheets_are_read_by_pure_links_only(opened: Workbook) -> None:
    for sheet in opened:
        for cell, formula in formulas(sheet):
            assert "!" not in formula or PURE_LINK.fullmatch(formula), f"{sheet.title}!{cell.coordinate} {formula}"


def test_no_link_leads_to_another_link(opened: Workbook) -> None:
    for sheet in opened:
        if sheet.title == "Cover":
            continue  # reports what Outputs shows
        for cell, formula in formulas(sheet):
            if PURE_LINK.fullmatch(formula) and cell.coordinate != "B3":
                other, where = formula[1:].split("!")
                target = opened[other][where.replace("$", "")].value
                assert not PURE_LINK.fullmatch(str(target)), f"{sheet.title}!{cell.coordinate} {formula} -> {target}"


def test_every_row_has_one_formula(book: Built, opened: Workbook) -> None:
    for plan in book.plan.sheets:
        sheet = opened[plan.name]
        for block in plan.blocks:
            if not isinstance(block, PlacedRows):
                continue
            for placed in block.lines:
                if placed.place.across is None or isinstance(placed.line, Entry | Constant):
                    continue
                row = [sheet.cell(placed.row, ACROSS + number) for number in range(len(placed.place.across.columns))]
                if all(PURE_LINK.fullmatch(str(cell.value)) for cell in row):
                    continue  # a link may turn a column into a row
                assert len({relative(str(cell.value), cell.row, cell.column) for cell in row}) == 1, placed.place.label


def test_calculations_flow_from_top_to_bottom(book: Built, opened: Workbook) -> None:
    """Only a rank looks at all records of its own table, those below it included."""
    for sheet in calculations(opened):
        tables = [(table.first, table.total - 1) for table in book.plan.sheet(sheet.title).tables.values()]
        for cell, formula in formulas(sheet):
            if "!" in formula:
                continue
            for reference in operands(formula, "RANGE"):
                _, first, _, last = range_boundaries(reference.replace("$", ""))
                assert first is not None
                assert last is not None
                own_column = (first, last) in tables and first <= cell.row <= last
                assert last <= cell.row or own_column, f"{sheet.title}!{cell.coordinate} {formula}"


def test_rows_of_outputs_that_read_further_down_have_a_reason_in_sight(book: Built) -> None:
    outputs = book.plan.sheet("Outputs")
    titles = [block.block.title for block in outputs.blocks if isinstance(block, PlacedRows)]
    assert LINKS_TITLE not in titles
    assert BACKGROUND_TITLE not in titles[:-2]  # the last but one: only the count of errors follows


def test_flags_are_labelled_and_are_0_or_1(book: Built) -> None:
    values = load_workbook(io.BytesIO(book.content), data_only=True)
    for plan in book.plan.sheets:
        for place in plan.places.values():
            if place.unit != "flag":
                continue
            assert "flag" in place.label or place.label == "Failed (flag)", place
            rows, columns = place.records or 1, len(place.across.columns) if place.across else 1
            sheet = values[plan.name]
            cells = [sheet.cell(place.row + r, place.column + c).value for r in range(rows) for c in range(columns)]
            assert {cell for cell in cells if cell is not None} <= {0, 1}, place


def test_units_come_from_the_vocabulary(book: Built) -> None:
    for plan in book.plan.sheets:
        assert {place.unit for place in plan.places.values()} <= UNITS.keys()


# -- inputs ----------------------------------------------------------------------------------------------------------


def test_every_input_is_used(book: Built, opened: Workbook) -> None:
    first_test = book.plan.sheet("Inputs").beside(AT_LEAST)
    read = {
        reference
        for sheet in opened
        for cell, formula in formulas(sheet)
        for reference in _cells_read(sheet.title, formula, beside_inputs=cell.column >= first_test)
    }
    for plan in book.plan.sheets:
        for placed in entries(plan):
            row, column = placed.place.cell()
            assert f"{plan.name}!{get_column_letter(column)}{row}" in read, f"nothing reads {placed.place.label}"


def _cells_read(sheet: str, formula: str, *, beside_inputs: bool) -> Iterator[str]:
    if sheet == "Inputs" and beside_inputs:
        return  # the check of the bounds reads every input
    for reference in operands(formula, "RANGE"):
        other, _, area = reference.rpartition("!")
        left, top, right, bottom = range_boundaries(area.replace("$", ""))
        if None in (left, top, right, bottom):
            raise AssertionError(f"{formula} reads a whole row or column")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield f"{other or sheet}!{get_column_letter(column)}{row}"


def test_inputs_are_unlocked_and_everything_else_is_locked(opened: Workbook) -> None:
    for sheet in opened:
        assert sheet.protection.sheet, sheet.title
        assert not sheet.protection.password
        for row in sheet.iter_rows():
            for cell in row:
                is_input = cell.style in ("lc_input", "lc_input_text") and sheet.title != "Cover"
                assert cell.protection.locked != is_input or sheet.title == "Cover", f"{sheet.title}!{cell.coordinate}"
                assert not (is_input and cell.data_type == "f"), f"{sheet.title}!{cell.coordinate}"


def test_every_input_says_what_it_accepts(book: Built, opened: Workbook) -> None:
    for plan in book.plan.sheets:
        sheet = opened[plan.name]
        rules = sheet.data_validations.dataValidation
        for rule in rules:
            assert rule.errorStyle in (None, "stop")  # stop is the default
            assert rule.showErrorMessage
            assert 0 < len(rule.promptTitle) <= 32
            assert 0 < len(rule.prompt) <= 255
            assert 0 < len(rule.error) <= 255
        for placed in entries(plan):
            for column in entered_columns(plan, placed):
                cell = f"{get_column_letter(column)}{placed.row}"
                assert sum(cell in rule.sqref for rule in rules) == 1, f"{plan.name}!{cell} {placed.place.label}"


# -- pages -----------------------------------------------------------------------------------------------------------


def test_every_sheet_prints_on_landscape_pages_one_wide(opened: Workbook) -> None:
    for sheet in opened:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        assert sheet.oddFooter.right.text == "Page &P of &N"
        assert not sheet.sheet_view.showGridLines
        assert 85 <= sheet.sheet_view.zoomScale <= 100
        if sheet.title != "Cover":
            assert sheet.freeze_panes
            assert sheet.print_title_rows


def test_every_chart_can_be_understood_without_colour_or_sight(book: Built) -> None:
    drawn = [
        chart
        for plan in book.plan.sheets
        for block in plan.sheet.blocks
        if isinstance(block, Charts)
        for chart in block.charts
    ]
    assert drawn
    for chart in drawn:
        assert chart.title
        assert chart.alt
        assert chart.y_title or chart.kind == "bars"


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
        found += [((table.first, column), bounds(field)) for field, column in table.fields]
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
