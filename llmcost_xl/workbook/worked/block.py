"""One call on its sheet: arguments, live formula, expected value and check, from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula

from llmcost_xl.quantities import QUANTITIES, UNITS
from llmcost_xl.workbook import styles
from llmcost_xl.workbook.validation import MESSAGE_LIMIT, TITLE_LIMIT
from llmcost_xl.workbook.writer import put

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.cells import Rows
    from llmcost_xl.workbook.worked import Given, Worked

LABEL, NAME, UNIT, VALUE = 1, 2, 3, 4
VALUE_WIDTH: Final = 14.0
LINE_HEIGHT: Final = 15.0
LONG_TEXT_COLUMNS: Final = 3
LONG_ANSWER_LINES: Final = 4
ANY_TEXT: Final = "*"
"""Stands for any text within an expected one."""

CENTRED: Final = Alignment(horizontal="center", vertical="center")
DIGITS: Final = 12
NOT_LOADED: Final = "not loaded"
STATUS_LOOKS: Final = {"OK": "OK", "FAIL": "FAIL", NOT_LOADED: "ALERT"}
"""What a check can say, and the house status whose colours it takes."""

CHECK: Final = (
    '=IF(ISERROR({first}),IF(ERROR.TYPE({first})=5,"{absent}","FAIL"),IFERROR(IF(AND({terms}),"OK","FAIL"),"FAIL"))'
)
"""5 is the type of #NAME?: the program does not know the function."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where a call's answer stands on its sheet."""

    call: Worked
    top: str
    result: str
    expected: str
    check: str
    last_row: int


class Block:
    """One call on its sheet, written from top to bottom."""

    def __init__(self, worksheet: Worksheet, call: Worked, row: int, last: int) -> None:
        self._worksheet = worksheet
        self._call = call
        self._row = row
        self._last = last

    def write(self) -> Written:
        """Write it, and say where."""
        call, top = self._call, self._row
        for column in range(LABEL, self._last + 1):
            put(self._worksheet, top, column, None, "heading")
        put(self._worksheet, top, LABEL, call.name, "heading")
        put(self._worksheet, top, NAME, call.purpose, "heading_note")
        self._row += 1
        references = list(map(self._argument, call.given))
        formula = f"={call.before}{call.name}({','.join(references)}){call.after}"
        result, expected, check = self._answer(formula)
        if not call.unit or sum(map(len, call.expected)) > 1:  # otherwise the unit says it
            self._line("What it gives", call.gives)
        self._line("Formula", formula)
        self._line("With its arguments", call.typed)
        self._line("Source of the expected value", call.source)
        return Written(call, f"A{top}", result, expected, check, self._row - 1)

    def _argument(self, given: Given) -> str:
        """The cells of an argument; what they may hold is a list to choose from, and a text to read."""
        quantity = QUANTITIES[given.name]
        self._labels(given.label or quantity.label, given.name, quantity.unit)
        formats = [_input_format(quantity.unit, given.cells)] * len(given.cells[0])
        addresses = self._cells(VALUE, given.cells, "input", formats)
        self._row += len(given.cells)
        area = addresses[0] if len(addresses) == 1 else f"{addresses[0]}:{addresses[-1]}"
        rule = DataValidation(allow_blank=True)
        if quantity.choices:
            rule = DataValidation("list", formula1=f'"{",".join(quantity.choices)}"', allow_blank=True)
        rule.showInputMessage, rule.showErrorMessage = True, False  # what is not allowed may be tried
        rule.promptTitle, rule.prompt = quantity.label[:TITLE_LIMIT], f"{quantity.help}."[:MESSAGE_LIMIT]
        rule.add(area)
        self._worksheet.add_data_validation(rule)
        return area

    def _answer(self, formula: str) -> tuple[str, str, str]:
        """Side by side: what the live formula shows, what it must, by how much it may differ, and whether it does."""
        call = self._call
        text = call.expected[0][0]
        wide = LONG_TEXT_COLUMNS if _is_long(text) else len(call.expected[0])
        columns = VALUE, VALUE + wide, VALUE + 2 * wide, VALUE + 2 * wide + 1
        expected = "Expected (* is any text)" if isinstance(text, str) and ANY_TEXT in text else "Expected"
        captions = "Result", expected, "May differ by" if call.within else None, "Check"
        for column, caption in zip(columns, captions, strict=True):
            cell = put(self._worksheet, self._row, column, caption, "unit")
            side = Alignment(horizontal="left" if _is_long(text) else "right", vertical="center", indent=1)
            cell.alignment = side if column < columns[2] else CENTRED
        self._row += 1
        self._labels("Answer", "", call.unit)
        formats = _answer_formats(call)
        shown = self._cells(columns[0], call.expected, "output", formats)
        wanted = self._cells(columns[1], call.expected, "constant", formats)
        self._formula(formula, shown)
        tolerance = f"{get_column_letter(columns[2])}{self._row}"
        if call.within:
            put(self._worksheet, self._row, columns[2], call.within, "constant", "0E+00").alignment = CENTRED
        pairs = zip(shown, wanted, chain(*call.expected), strict=True)
        terms = ",".join(_agrees(cell, other, value, tolerance) for cell, other, value in pairs)
        status = CHECK.format(first=shown[0], absent=NOT_LOADED, terms=terms)
        check: str = put(self._worksheet, self._row, columns[3], status, "status").coordinate
        colour_checks(self._worksheet, check)
        self._row += len(call.expected)
        return shown[0], wanted[0], check

    def _formula(self, formula: str, shown: list[str]) -> None:
        """The live formula: in one cell, or over as many as its answer fills."""
        for address in shown:
            self._worksheet[address].value = None
        first, last = shown[0], shown[-1]
        self._worksheet[first].value = formula if first == last else ArrayFormula(f"{first}:{last}", formula)

    def _labels(self, label: str, name: str, unit: str) -> None:
        put(self._worksheet, self._row, LABEL, label, "label")
        put(self._worksheet, self._row, NAME, name or None, "unit")
        put(self._worksheet, self._row, UNIT, None if unit in ("any", "table") else unit, "unit")

    def _cells(self, column: int, cells: Rows, role: str, formats: list[str]) -> list[str]:
        """A block of cells, with a format for each of its columns; their addresses, row by row."""
        addresses = []
        for down, line in enumerate(cells):
            for across, value in enumerate(line):
                addresses.append(self._cell(self._row + down, column + across, value, role, formats[across]))
        return addresses

    def _cell(self, row: int, column: int, value: Any, role: str, number_format: str) -> str:
        if not isinstance(value, str):
            return str(put(self._worksheet, row, column, value, role, number_format).coordinate)
        cell = put(self._worksheet, row, column, value, "input_text" if role == "input" else role)
        cell.data_type = "s"
        if _is_long(value):
            last = column + LONG_TEXT_COLUMNS - 1
            for other in range(column + 1, last + 1):
                put(self._worksheet, row, other, None, cell.style.removeprefix(styles.style_name("")))
            self._worksheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=last)
            cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
        if ANY_TEXT in value:
            self._worksheet.row_dimensions[row].height = LONG_ANSWER_LINES * LINE_HEIGHT
        return str(cell.coordinate)

    def _line(self, label: str, text: str) -> None:
        """A text that runs on over the empty cells beside it."""
        put(self._worksheet, self._row, LABEL, label, "label")
        cell = put(self._worksheet, self._row, NAME, text, "text")
        cell.data_type = "s"
        cell.quotePrefix = text.startswith("=")
        self._row += 1


def _agrees(shown: str, wanted: str, value: Any, tolerance: str) -> str:
    """A term that is TRUE where a cell shows what is wanted."""
    if not isinstance(value, str):
        return f"ABS({shown}-{wanted})<={tolerance}"
    return f"COUNTIF({shown},{wanted})=1" if ANY_TEXT in value else f"EXACT({shown},{wanted})"


def _is_long(value: Any) -> bool:
    """Whether a value is a text that needs more than one column."""
    return isinstance(value, str) and len(value) >= VALUE_WIDTH - 1


def _answer_formats(call: Worked) -> list[str]:
    """The unit's format; in a table of several columns, one of positions or counts shows whole numbers."""
    number_format = "" if call.unit == "text" else styles.number_format(call.unit or "any")
    columns = list(zip(*call.expected, strict=True))
    is_table = len(columns) > 1 and len(call.expected) > 1
    return [
        UNITS["count"]
        if is_table and all(isinstance(cell, float) and cell % 1 == 0 for cell in column)
        else number_format
        for column in columns
    ]


def _input_format(unit: str, cells: Rows) -> str:
    """The unit's format, unless it would hide digits of an input."""
    number_format = UNITS[unit]
    if unit in ("text", "date"):
        return number_format
    scale = 100 if "%" in number_format else 1
    decimals = number_format.partition(".")[2].count("0")
    numbers = [cell * scale for row in cells for cell in row if isinstance(cell, float)]
    return "General" if any(round(number, decimals) != round(number, DIGITS) for number in numbers) else number_format


def colour_checks(worksheet: Worksheet, area: str) -> None:
    """Colour what the checks say."""
    for word, look in STATUS_LOOKS.items():
        rule = Rule(type="cellIs", operator="equal", dxf=styles.status_style(look), formula=[f'"{word}"'])
        worksheet.conditional_formatting.add(area, rule)
