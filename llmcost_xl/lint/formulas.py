"""Reading formulas: what they call, hold and refer to, in a form that does not depend on the cell they stand in.

`formulas_of(book)` reads every formula of a workbook once; rules share the result. A formula that cannot be taken
apart (a damaged file, a notation of another program) is kept as text with nothing in it, and never an exception.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell

    from llmcost_xl.lint.reading import Book

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
SHEET: Final = r"(?:(?P<sheet>'(?:[^']|'')+'|[^'!]+)!)?"
CELLS: Final = re.compile(
    SHEET + r"(?P<c1>\$?[A-Z]{1,3})(?P<r1>\$?[0-9]{1,7})(?::(?P<c2>\$?[A-Z]{1,3})(?P<r2>\$?[0-9]{1,7}))?#?",
    re.IGNORECASE,
)
WHOLE: Final = re.compile(
    SHEET + r"(?:(?P<c1>\$?[A-Z]{1,3}):(?P<c2>\$?[A-Z]{1,3})|(?P<r1>\$?[0-9]{1,7}):(?P<r2>\$?[0-9]{1,7}))",
    re.IGNORECASE,
)
PURE_LINK: Final = re.compile(r"=\+?(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!\$?[A-Za-z]{1,3}\$?[0-9]{1,7}")


@dataclass(frozen=True, slots=True)
class Area:
    """Cells that a formula refers to: `sheet` is "" for its own; $ signs say which ends are absolute."""

    sheet: str
    first_row: int
    first_column: int
    last_row: int
    last_column: int
    absolute: tuple[bool, bool, bool, bool]  # first row, first column, last row, last column
    whole: bool = False  # whole columns or rows
    two_ends: bool = False  # written with a colon, even if both ends are the same cell

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return (self.first_row, self.first_column) == (self.last_row, self.last_column)

    def relative(self, row: int, column: int) -> str:
        """The reference in R1C1 notation, seen from a cell."""
        ends = ((self.first_row, self.first_column), (self.last_row, self.last_column))
        parts = []
        for number, (own_row, own_column) in enumerate(ends if self.two_ends else ends[:1]):
            fixed_row, fixed_column = self.absolute[2 * number : 2 * number + 2]
            down = f"R{own_row}" if fixed_row else f"R[{own_row - row}]"
            across = f"C{own_column}" if fixed_column else f"C[{own_column - column}]"
            parts.append(down + across)
        return (f"{self.sheet}!" if self.sheet else "") + ":".join(parts)

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column

    def addresses(self) -> Iterator[tuple[int, int]]:
        """Every cell of it, as row and column."""
        for row in range(self.first_row, self.last_row + 1):
            for column in range(self.first_column, self.last_column + 1):
                yield row, column

    def __str__(self) -> str:
        """The reference as Excel writes it, without $ signs."""
        first = f"{get_column_letter(self.first_column)}{self.first_row}"
        last = f"{get_column_letter(self.last_column)}{self.last_row}"
        return (f"{self.sheet}!" if self.sheet else "") + (first if self.single else f"{first}:{last}")


@dataclass(frozen=True)
class Formula:
    """A formula's text and its tokens."""

    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its tokens without blanks; none if it cannot be read."""
        try:
            items = Tokenizer(self.text).items
        except (TokenizerError, IndexError, ValueError):
            return ()
        return tuple(token for token in items if token.type != Token.WSPACE)

    @property
    def is_link(self) -> bool:
        """Whether it only shows one cell of another sheet."""
        return PURE_LINK.fullmatch(self.text) is not None

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The cells it refers to, in order, with repetitions; names and tables are not among them."""
        found = (area(text) for text in self._operands(Token.RANGE))
        return tuple(one for one in found if one is not None)

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions it calls, in order, in capitals and without Excel's prefix for newer ones."""
        return tuple(
            token.value[:-1].upper().removeprefix("_XLFN.").removeprefix("_XLWS.").removeprefix("_XLFN.")
            for token in self.tokens
            if token.type == Token.FUNC and token.subtype == Token.OPEN
        )

    @property
    def numbers(self) -> tuple[str, ...]:
        """Its number literals as they are written."""
        return tuple(self._operands(Token.NUMBER))

    @property
    def texts(self) -> tuple[str, ...]:
        """Its text literals, without quotes."""
        return tuple(text[1:-1].replace('""', '"') for text in self._operands(Token.TEXT))

    @property
    def operators(self) -> tuple[str, ...]:
        """Its operators between two operands."""
        return tuple(token.value for token in self.tokens if token.type == Token.OP_IN)

    @property
    def has_array_constant(self) -> bool:
        """Whether it holds values in braces."""
        return any(token.type == Token.ARRAY for token in self.tokens)

    @property
    def depth(self) -> int:
        """How deep its functions are nested: 1 for SUM(A1:A9)."""
        deepest = depth = 0
        for token in self.tokens:
            if token.type == Token.FUNC:
                depth += 1 if token.subtype == Token.OPEN else -1
                deepest = max(deepest, depth)
        return deepest

    @property
    def nests_if(self) -> bool:
        """Whether an IF stands within another."""
        open_calls: list[str] = []
        for token in self.tokens:
            if token.type != Token.FUNC:
                continue
            if token.subtype == Token.CLOSE:
                open_calls = open_calls[:-1]
                continue
            name = token.value[:-1].upper()
            if name == "IF" and "IF" in open_calls:
                return True
            open_calls.append(name)
        return False

    def relative(self, row: int, column: int) -> str:
        """Its text with references counted from a cell: equal for a formula copied across or down."""
        if not self.tokens:
            return self.text
        parts = []
        for token in self.tokens:
            found = area(token.value) if (token.type, token.subtype) == (Token.OPERAND, Token.RANGE) else None
            parts.append(found.relative(row, column) if found else token.value)
        return "".join(parts)

    def _operands(self, subtype: str) -> Iterator[str]:
        return (token.value for token in self.tokens if (token.type, token.subtype) == (Token.OPERAND, subtype))


@dataclass(frozen=True)
class FormulaCell:
    """A formula and the cell it stands in."""

    sheet: str
    cell: Cell
    formula: Formula

    @property
    def row(self) -> int:
        """The number of its row."""
        return int(self.cell.row)

    @property
    def column(self) -> int:
        """The number of its column."""
        return int(self.cell.column)

    @property
    def address(self) -> str:
        """Its cell, like D7."""
        return str(self.cell.coordinate)

    @cached_property
    def relative(self) -> str:
        """Its formula in R1C1 notation."""
        return self.formula.relative(self.row, self.column)

    @cached_property
    def precedents(self) -> tuple[Area, ...]:
        """The cells it reads, with their sheet."""
        return tuple(found if found.sheet else replace(found, sheet=self.sheet) for found in self.formula.areas)


@lru_cache(maxsize=65_536)
def area(text: str) -> Area | None:
    """The cells that a reference means; None for a name, a table or another workbook."""
    match = CELLS.fullmatch(text)
    whole = match is None
    if match is None:
        match = WHOLE.fullmatch(text)
    if match is None or "[" in (match["sheet"] or ""):
        return None
    sheet = match["sheet"] or ""
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    row, fixed_row = _row(match["r1"], 1)
    column, fixed_column = _column(match["c1"], 1)
    second = bool(match["r2"] or match["c2"])
    last_row, fixed_last_row = _row(match["r2"], LAST_ROW) if second else (row, fixed_row)
    last_column, fixed_last_column = _column(match["c2"], LAST_COLUMN) if second else (column, fixed_column)
    if not (0 < max(row, last_row) <= LAST_ROW and 0 < max(column, last_column) <= LAST_COLUMN):
        return None
    return Area(
        sheet,
        min(row, last_row),
        min(column, last_column),
        max(row, last_row),
        max(column, last_column),
        (fixed_row, fixed_column, fixed_last_row, fixed_last_column),
        whole,
        second or whole,
    )


def text_of(cell: Cell) -> str:
    """The formula of a cell as text; "" if it holds none."""
    value: Any = cell.value
    if isinstance(value, ArrayFormula):
        text = str(value.text or "")
        return text if text.startswith("=") else f"={text}"
    return str(value) if cell.data_type == "f" and isinstance(value, str) else ""


@lru_cache(maxsize=4)
def formulas_of(book: Book) -> dict[str, tuple[FormulaCell, ...]]:
    """Every formula of a workbook, by sheet, row by row."""
    found = {}
    for sheet in book.sheets():
        cells = ((cell, text_of(cell)) for cell in book.cells(sheet))
        found[sheet.title] = tuple(FormulaCell(sheet.title, cell, Formula(text)) for cell, text in cells if text)
    return found


def _row(text: str | None, otherwise: int) -> tuple[int, bool]:
    return (int(text.lstrip("$")), text.startswith("$")) if text else (otherwise, True)


def _column(text: str | None, otherwise: int) -> tuple[int, bool]:
    return (column_index_from_string(text.lstrip("$")), text.startswith("$")) if text else (otherwise, True)
