"""LibreOffice Calc with our extension: formulas typed into the cells of a real spreadsheet, or read from an .xlsx.

An array formula has to be told its size in Calc, so every formula is calculated twice: first beside its own ROWS and
COLUMNS, then, where it fills more than one cell, as an array formula of that size.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from casetables import OMITTED, evaluate
from hosts import HostMissingError
from libreoffice import LibreOffice, LibreOfficeMissingError
from openpyxl import Workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.libreoffice.build import extension

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORKER = Path(__file__).with_name("libreoffice_host_worker.py")
FORMULA, HEIGHT, WIDTH, ARGUMENTS = range(4)  # columns
OF_THE_DOCUMENT = ("recalculate", "seconds", "count_days_from", "name", "empty_cells", "export", "close")

Rows = list[list[Any]]


class Array(NamedTuple):
    """An array formula and the block it fills."""

    row: int
    column: int
    height: int
    width: int
    formula: str


@dataclass
class Sheet:
    """What is to stand on a sheet, counted from row and column 0."""

    constants: dict[tuple[int, int], Any] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    arrays: list[Array] = field(default_factory=list)

    def refer(self, row: int, cells: Rows) -> tuple[str, str]:
        """Lay out a block of constants beside a row's formula; its first and its last cell."""
        column = max((at + 1 for line, at in self.constants if line == row), default=ARGUMENTS)
        for down, line in enumerate(cells):
            for across, cell in enumerate(line):
                self.constants[row + down, column + across] = cell
        return address(row, column), address(row + len(cells) - 1, column + len(cells[0]) - 1)

    @property
    def end(self) -> int:
        """The first free row."""
        taken = [row for row, _ in (*self.constants, *self.formulas)]
        return 1 + max([*taken, *(array.row + array.height - 1 for array in self.arrays)], default=-1)


def outside_environments() -> str:
    """The PATH without virtual environments, in which LibreOffice's own Python would look for its libraries."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not Path(folder).parent.joinpath("pyvenv.cfg").exists())


class Calc:
    """A running Calc: every argument stands in a cell of its own, or in a range."""

    separator = ";"

    def __init__(self, **environment: str) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LLMCOST_XL_"))}
        try:
            self.office = LibreOffice(WORKER, ours | {"PATH": outside_environments()} | environment)
        except LibreOfficeMissingError as missing:
            raise HostMissingError(str(missing)) from None
        self.folder = tempfile.TemporaryDirectory()
        package = Path(self.folder.name, "llmcost-xl.oxt")
        package.write_bytes(extension())
        self.office.ask("install", path=str(package))

    def close(self) -> None:
        """End it."""
        self.office.stop()
        self.folder.cleanup()

    def answers(self, formulas: Sequence[str]) -> list[Any]:
        """What the formulas show."""
        sheet = Sheet()
        rows = [self.lay_out(formula, sheet) for formula in formulas]
        document = self.opened(sheet)
        shown = self.block(document, 0, FORMULA, rows[-1] + 1, ARGUMENTS)
        for row in rows:
            _, height, width = shown[row]
            if isinstance(height, float) and isinstance(width, float) and height * width > 1:
                place = (sheet.end, FORMULA, int(height), int(width))
                sheet.arrays.append(Array(*place, sheet.formulas[row, FORMULA]))
        document = self.with_arrays(document, sheet)
        spilled = {array.formula: self.block(document, *array[:4]) for array in sheet.arrays}
        self.ask("close", document)
        return [spilled.get(sheet.formulas[row, FORMULA], shown[row][FORMULA]) for row in rows]

    def instead(self, formula: str) -> Any:
        """What the formula shows to somebody who knows how Calc calls an add-in."""
        return evaluate(formula, called_by_calc)

    def lay_out(self, formula: str, sheet: Sheet) -> int:
        """Put a formula below the others, with the cells it refers to; its row."""
        row = sheet.end
        body = "".join(self.parts(formula, row, sheet))
        sheet.formulas |= {
            (row, FORMULA): f"={body}", (row, HEIGHT): f"=ROWS({body})", (row, WIDTH): f"=COLUMNS({body})"
        }  # fmt: skip
        return row

    def parts(self, formula: str, row: int, sheet: Sheet) -> Iterator[str]:
        """The formula's parts as the sheet has them."""
        array = ""
        for token in Tokenizer(formula).items:
            if array or (token.type, token.subtype) == (Token.ARRAY, Token.OPEN):
                array += token.value
                if (token.type, token.subtype) == (Token.ARRAY, Token.CLOSE):
                    yield self.constant(array, row, sheet)
                    array = ""
            elif token.type == Token.OPERAND:
                yield self.constant(token.value, row, sheet)
            else:
                yield self.separator if token.type == Token.SEP else token.value

    def constant(self, text: str, row: int, sheet: Sheet) -> str:
        """A constant, or an array of them, as the sheet has it: here as a reference to cells that hold it."""
        cells = evaluate(f"={text}", lambda: None)
        first, last = sheet.refer(row, cells if isinstance(cells, list) else [[cells]])
        return f"{first}:{last}" if isinstance(cells, list) else first

    def opened(self, sheet: Sheet) -> int:
        """A new document with the constants and formulas, recalculated; its number."""
        document: int = self.office.ask("create")
        width = max(column for _, column in sheet.constants) + 1
        rows: Rows = [[None] * width for _ in range(sheet.end)]
        formulas: Rows = [["" for _ in range(ARGUMENTS)] for _ in range(sheet.end)]
        for (row, column), formula in sheet.formulas.items():
            formulas[row][column] = formula
        for (row, column), cell in sheet.constants.items():
            rows[row][column] = None if is_typed(cell) else cell
        self.ask("fill", document, row=0, column=0, rows=rows)
        for (row, column), cell in sheet.constants.items():
            if is_typed(cell):
                self.ask("type_in", document, row=row, column=column, rows=[[typed(cell)]])
        self.ask("type_in", document, row=0, column=FORMULA, rows=formulas)
        self.ask("recalculate", document)
        return document

    def with_arrays(self, document: int, sheet: Sheet) -> int:
        """The document with the array formulas too, recalculated; its number."""
        self.ask("type_arrays", document, arrays=sheet.arrays)
        self.ask("recalculate", document)
        return document

    def ask(self, request: str, document: int, **fields: Any) -> Any:
        """One request about a document's only sheet."""
        where = {} if request in OF_THE_DOCUMENT else {"sheet": 0}
        return self.office.ask(request, document=document, **where, **fields)

    def block(self, document: int, row: int, column: int, height: int, width: int) -> Rows:
        """The values of a block of cells."""
        rows: Rows = self.ask("block", document, row=row, column=column, height=height, width=width)
        return rows


class CalcReadingXlsx(Calc):
    """The same with workbooks that openpyxl wrote, and constants in the formulas where an array constant holds them."""

    separator = ","

    def constant(self, text: str, row: int, sheet: Sheet) -> str:
        """A constant as it stands; an empty cell, and what an array constant cannot hold, has to be referred to."""
        in_cells = text == "BLANK" or (text.startswith("{") and re.search(r"BLANK|#|[*/]", text))
        return super().constant(text, row, sheet) if in_cells else text

    def opened(self, sheet: Sheet) -> int:
        """A workbook with the constants and formulas, read and recalculated."""
        return self.opened_workbook(sheet.constants | sheet.formulas)

    def with_arrays(self, document: int, sheet: Sheet) -> int:
        """A workbook with the constants and the array formulas."""
        self.ask("close", document)
        arrays = {(array.row, array.column): array_formula(array) for array in sheet.arrays}
        return self.opened_workbook(sheet.constants | arrays)

    def opened_workbook(self, cells: dict[tuple[int, int], Any]) -> int:
        """A workbook with these cells, read and recalculated."""
        workbook = Workbook()
        for (row, column), value in cells.items():
            workbook.active.cell(row + 1, column + 1, '=""' if value == "" else value)
        path = Path(self.folder.name, "cases.xlsx")
        workbook.save(path)
        document: int = self.office.ask("open", path=str(path))
        self.ask("recalculate", document)
        return document


def array_formula(array: Array) -> ArrayFormula:
    """The array formula as a workbook has it."""
    last = address(array.row + array.height - 1, array.column + array.width - 1)
    return ArrayFormula(f"{address(array.row, array.column)}:{last}", array.formula)


def called_by_calc(name: str, *cells: Any) -> Any:
    """What a function shows where Calc blurs its arguments: the differences from Excel, and all of them.

    An empty cell by itself is 0, and so are TRUE 1 and FALSE 0; an error, the last argument's first, keeps the function
    from being called at all: its cell shows that error, or #VALUE! for one within a range.
    """
    for cell in reversed(cells):
        if any(is_error(value) for row in cell for value in row) if isinstance(cell, list) else is_error(cell):
            return "#VALUE!" if isinstance(cell, list) else cell
    return FUNCTIONS[name](*map(_delivered, cells))


def _delivered(cell: Any) -> Any:
    if isinstance(cell, list):
        return [[float(value) if isinstance(value, bool) else value for value in row] for row in cell]
    return None if cell is OMITTED else 0.0 if cell is None else float(cell) if isinstance(cell, bool) else cell


def address(row: int, column: int) -> str:
    """The address of a cell that is counted from 0."""
    return f"{get_column_letter(column + 1)}{row + 1}"


def is_typed(cell: Any) -> bool:
    """Whether a constant has to be typed as a formula."""
    return isinstance(cell, bool) or cell == "" or is_error(cell)


def is_error(cell: Any) -> bool:
    """Whether a cell holds an error."""
    return isinstance(cell, str) and cell in EXCEL_ERRORS


def typed(cell: Any) -> str:
    """The formula of such a constant."""
    return f"={str(cell).upper()}()" if isinstance(cell, bool) else f"={cell}" if cell else '=""'
