"""Rules of legibility: contrast, numbers that fit their cells, and formats that fit their numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from openpyxl.utils import column_index_from_string

from llmcost_xl.lint import colours
from llmcost_xl.lint.blocks import currency_of, unit_at
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.formulas import formulas_of
from llmcost_xl.lint.shown import LITERAL, decimals, format_class, sections, shown, width
from llmcost_xl.quantities import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.reading import Book

LEAST_CONTRAST: Final = 4.5
PADDING: Final = 0.71  # of a cell, in digits
INDENT: Final = 1.3
USUAL_WIDTH: Final = 8.43 + PADDING
RED: Final = re.compile(r"\[(Red|Color\s?3|Color\s?53)\]", re.IGNORECASE)
SIGNED: Final = re.compile(r"[-(]")
DECIMAL_COMMA: Final = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+")
ENGLISH_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+")
FOREIGN_SEPARATOR: Final = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\{[^}]*\}|(;)")
CURRENCIES: Final = {"€": ("EUR",), "£": ("GBP",), "¥": ("JPY", "CNY"), "$": ("USD", "CAD", "AUD", "SGD", "HKD", "NZD")}
NUMBERS: Final = ("lc_input", "lc_constant", "lc_calc", "lc_link", "lc_output")
MIXED: Final = ("any", "table", "same as the inputs")


@rule(
    "P06",
    "error",
    "Text stands out from its background, and no meaning is in colour alone",
    why="One man in twelve sees red and green alike, projectors wash out pale colours, and printers know grey only. "
    "Several of Excel's own cell styles fail the web's contrast limit of 4.5 to 1.",
    mend="Use darker text or a lighter fill. Let a status be a word as well as a colour, and give negative numbers a "
    "minus or parentheses in the number format.",
)
def legible(book: Book) -> Iterator[Place]:
    """Explicit colours of fonts, fills and conditional formats, by the web's accessibility guidelines."""
    for sheet in book.sheets():
        judged: dict[int, tuple[str, ...]] = {}
        for cell in book.cells(sheet):
            if cell.style_id not in judged:
                judged[cell.style_id] = tuple(_faults(book, cell))
            for fault in judged[cell.style_id]:
                yield Place(sheet.title, cell.coordinate, fault)
        yield from _conditional(book, sheet)


def _faults(book: Book, cell: Cell) -> Iterator[str]:
    text, fill = colours.shown(book, cell.font.color, colours.BLACK), _background(book, cell)
    if fill and colours.contrast(text, fill) < LEAST_CONTRAST:
        yield _contrast(text, fill)
    negative = (*sections(cell.number_format), "")[1]
    if RED.search(negative) and not SIGNED.search(negative):
        yield f"negative numbers are told by red alone ({cell.number_format})"


def _contrast(text: str, fill: str) -> str:
    return f"text {text} on {fill}: contrast {colours.contrast(text, fill):.1f}, least {LEAST_CONTRAST}"


def _background(book: Book, cell: Cell) -> str:
    """The colour of a fill; "" for a pattern or a gradient, which have no single one."""
    fill: Any = cell.fill
    pattern = getattr(fill, "patternType", "gradient")
    if pattern in (None, "none"):
        return colours.WHITE
    return colours.shown(book, fill.fgColor, colours.WHITE) if pattern == "solid" else ""


def _conditional(book: Book, sheet: Worksheet) -> Iterator[Place]:
    for formatting in sheet.conditional_formatting:
        areas = str(formatting.sqref).split()
        if not areas:
            continue
        cell: Any = sheet[areas[0].split(":")[0]]
        rules: list[Any] = formatting.rules
        for one in rules:
            if one.iconSet is not None and one.iconSet.showValue is False:
                yield Place(sheet.title, cell.coordinate, "an icon stands in place of the figure")
            if one.dxf is None or (one.dxf.font is None and one.dxf.fill is None):
                continue
            text, fill = _dressed(book, cell, one.dxf)
            if fill and colours.contrast(text, fill) < LEAST_CONTRAST:
                yield Place(sheet.title, cell.coordinate, f"conditional format: {_contrast(text, fill)}")


def _dressed(book: Book, cell: Cell, format_: Any) -> tuple[str, str]:
    """Text and fill under a conditional format, which keeps of the cell what it does not state."""
    text = colours.shown(book, cell.font.color, colours.BLACK)
    if format_.font is not None:
        text = colours.shown(book, format_.font.color, text)
    fill = _background(book, cell)
    if format_.fill is not None and hasattr(format_.fill, "bgColor"):
        fill = colours.shown(book, format_.fill.bgColor, fill or colours.WHITE)
    return text, fill


@rule(
    "P08",
    "warning",
    "Every number fits into its cell",
    why="A column that is too narrow shows ##### instead of a number, on the screen of whoever has another font, and "
    "on every print.",
    mend="Widen the column, or show thousands or millions and say so in the unit.",
)
def fits(book: Book) -> Iterator[Place]:
    """Numbers and dates in their format against the width of the column, estimated; one line per column."""
    normal = _normal_size(book)
    for sheet in book.sheets():
        room = _Widths(sheet)
        merged = {str(area).split(":")[0] for area in sheet.merged_cells.ranges}
        narrow: dict[int, list[tuple[float, Cell]]] = {}
        for cell in book.cells(sheet):
            if cell.data_type not in ("n", "d", "f") or cell.number_format == "General" or cell.coordinate in merged:
                continue
            needed = _needed(cell, shown(book.value(cell), cell.number_format), normal)
            if needed > room[cell.column]:
                narrow.setdefault(cell.column, []).append((needed, cell))
        for column, cells in narrow.items():
            needed, cell = max(cells, key=lambda one: one[0])
            what = f"needs a width of {needed:.1f}, the column has {room[column]:.1f}"
            others = f", as {len(cells) - 1:,} more of the column do" if len(cells) > 1 else ""
            yield Place(sheet.title, cell.coordinate, what + others)


def _needed(cell: Cell, text: str, normal: float) -> float:
    """The width of column that a number needs; 0 if there is none, or it is made to shrink."""
    if not text or cell.alignment.shrink_to_fit:
        return 0
    own = width(text, size=float(cell.font.sz or normal), normal=normal, bold=bool(cell.font.b))
    return own + INDENT * float(cell.alignment.indent or 0) + PADDING


def _normal_size(book: Book) -> float:
    styles: Any = book.formulas
    fonts = styles._fonts  # noqa: SLF001  # the first font is that of the style Normal
    return float(fonts[0].sz or 11) if len(fonts) else 11.0


class _Widths:
    """The widths of a sheet's columns, of which several may share one entry."""

    def __init__(self, sheet: Worksheet) -> None:
        usual: Any = sheet.sheet_format
        self._usual = float(usual.defaultColWidth or USUAL_WIDTH)
        self._stated: list[tuple[int, int, float]] = []
        for letter, dimension in sheet.column_dimensions.items():
            first = dimension.min or column_index_from_string(letter)
            width = 1e9 if dimension.hidden else float(dimension.width)  # what is hidden cannot be too narrow
            self._stated.append((first, max(dimension.max or 0, first), width))

    def __getitem__(self, column: int) -> float:
        return next((width for first, last, width in self._stated if first <= column <= last), self._usual)


@rule(
    "P09",
    "error",
    "A number is formatted as what it is",
    why="A share of 0.2 under a currency format reads as 0.20 dollars, and a price of 0.00015 dollars as nothing. Text "
    'that looks like a number, as "1.234,50" does in an English file, counts as nothing in every sum.',
    mend="Choose the format that the unit asks for: percent for shares, as many decimals as the price has, a date "
    "format for dates, the symbol of the currency that the unit names. Type numbers as numbers.",
)
def formats(book: Book) -> Iterator[Place]:
    """Ours by the unit beside or above the figure; of others what no unit is needed to see."""
    if book.ours:
        currency = currency_of(book)
        for sheet in book.sheets():
            for cell in book.cells(sheet):
                if cell.style in NUMBERS and sheet.title != "Cover" and not _counts_faults(sheet, cell):
                    yield from _unlike(book, sheet, cell, currency)
    for sheet in book.sheets():
        for cell in book.cells(sheet):
            text = str(cell.value) if cell.data_type == "s" else ""
            if DECIMAL_COMMA.fullmatch(text.strip()) and not ENGLISH_THOUSANDS.fullmatch(text.strip()):
                yield Place(sheet.title, cell.coordinate, "a number with a decimal comma, stored as text")
        for found in formulas_of(book).get(sheet.title, ()):
            if any(match[1] for match in FOREIGN_SEPARATOR.finditer(found.formula.text)):
                yield Place(
                    sheet.title, found.address, "arguments separated by semicolons, which Excel's files never are"
                )


def _counts_faults(sheet: Worksheet, cell: Cell) -> bool:
    """Whether a cell beside an input tells how often its bounds are broken, which is not in the input's unit."""
    return sheet.title == "Inputs" and cell.style == "lc_calc"


def _unlike(book: Book, sheet: Worksheet, cell: Cell, currency: str) -> Iterator[Place]:
    """How a figure's format differs from what its unit asks for."""
    symbol = next((one for one in LITERAL.sub(_symbol, cell.number_format) if one in CURRENCIES), "")
    if symbol and currency not in CURRENCIES[symbol]:
        yield Place(sheet.title, cell.coordinate, f"formatted as {symbol}, in a workbook in {currency}")
    unit = unit_at(sheet, cell.row, cell.column)
    expected = _expected(unit, currency)
    if expected is None or unit in MIXED or isinstance(book.value(cell), str):
        return
    wanted, given = format_class(expected), format_class(cell.number_format)
    if given == "general" and cell.style == "lc_constant":
        return  # a constant of the method shows all its digits
    if wanted not in ("general", "text", given):
        yield Place(sheet.title, cell.coordinate, f"in {unit}, but formatted as {cell.number_format}")
    elif wanted == "number" and decimals(cell.number_format) < decimals(expected):
        shows = decimals(cell.number_format)
        yield Place(sheet.title, cell.coordinate, f"in {unit}, but {shows} decimals where {decimals(expected)} are due")


def _expected(unit: str, currency: str) -> str | None:
    """The number format of a unit in the vocabulary, which has dollars only and calls a rate by "local currency"."""
    if unit in (f"{currency} per USD", f"{currency} per US$"):
        return UNITS["local currency per USD"]
    return UNITS.get(unit.replace("US$", "USD").replace(currency, "USD"))


def _symbol(match: re.Match[str]) -> str:
    return match[3] or match[1] or match[2] or ""
