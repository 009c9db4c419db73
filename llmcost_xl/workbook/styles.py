"""The house style: one palette, one named style per role of a cell. Descriptions never mention it.

Every pair of colours has a contrast of at least 4.5 to 1, and a status is a word as well as a colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle

from llmcost_xl.quantities import UNITS

if TYPE_CHECKING:
    from openpyxl import Workbook

FONT: Final = "Calibri"
SIZE: Final = 11
DARK: Final = "1F3864"
WHITE: Final = "FFFFFF"
GRID: Final = "BFBFBF"

# the order of a font's parts that the file format prescribes; openpyxl writes them in another
Font.__elements__ = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family",
    "charset", "scheme",
)  # fmt: skip

ROLES: Final = {
    # role: text colour, fill, bold, border, alignment, unlocked
    "title": (DARK, "", True, False, "left", False),
    "purpose": ("404040", "", False, False, "left", False),
    "header": (WHITE, DARK, True, False, "center", False),
    "header_left": (WHITE, DARK, True, False, "left", False),
    "heading": (DARK, "D9E1F2", True, False, "left", False),
    "heading_note": ("404040", "D9E1F2", False, False, "left", False),
    "total_label": ("000000", "", True, False, "left", False),
    "sheet_link": ("1F3864", "", False, False, "left", False),
    "label": ("000000", "", False, False, "left", False),
    "unit": ("404040", "", False, False, "left", False),
    "note": ("404040", "", False, False, "left", False),
    "input": ("0000FF", "FFFFCC", False, True, "right", True),
    "input_text": ("0000FF", "FFFFCC", False, True, "left", True),
    "constant": ("000000", "F2F2F2", False, True, "right", False),
    "calc": ("000000", WHITE, False, True, "right", False),
    "calc_text": ("000000", WHITE, False, True, "left", False),
    "words": ("000000", WHITE, False, True, "left", False),
    "link": ("006100", WHITE, False, True, "right", False),
    "link_text": ("006100", WHITE, False, True, "left", False),
    "output": (DARK, "D9E1F2", False, True, "right", False),
    "output_text": (DARK, "D9E1F2", False, True, "left", False),
    "text": ("000000", "", False, False, "left", False),
    "status": ("000000", "F2F2F2", True, True, "center", False),
}
INDENTED: Final = (
    "input",
    "input_text",
    "constant",
    "calc",
    "calc_text",
    "words",
    "link",
    "link_text",
    "output",
    "output_text",
    "text",
    "unit",
    "note",
)
WRAPPED: Final = ("header", "header_left", "words")

STATUS: Final = {"OK": ("006100", "C6EFCE"), "FAIL": ("9C0006", "FFC7CE"), "ALERT": ("9C5700", "FFEB9C"),
                 "NOTE": ("1F3864", "DDEBF7")}  # fmt: skip
"""Text and fill of a status; the word itself is in the cell."""

EXCHANGE_RATE: Final = "local currency per USD"
MIXED: Final = "#,##0.00####"
PERCENT, LARGE_PERCENT = "0.0%", "#,##0.0%"  # a return on investment can pass 1,000%

STEPS: Final = ("9DC3E6", "F4B183", "A9D18E", "BFBFBF")
"""Fills of the visible parts of a waterfall: light, since their figures are written on them."""

SHADES: Final = ("E2EFDA", "FCE4D6")
"""Fills behind lines."""

SERIES: Final = ("1F3864", "C55A11", "7030A0", "548235", "806000", "7F7F7F", "2E75B6")
"""Colours of chart series: neighbours differ in grey, too; lines have different dashes and markers besides."""


def style_name(role: str) -> str:
    """The name under which a role's style appears in Excel's gallery."""
    return f"lc_{role}"


def register(book: Workbook) -> None:
    """Add the named styles to a workbook."""
    default: Any = book
    default._named_styles["Normal"].font = Font(name=FONT, size=SIZE)  # noqa: SLF001  # there is no public way
    for role, (colour, fill, bold, border, alignment, unlocked) in ROLES.items():
        style = NamedStyle(style_name(role))
        style.font = Font(name=FONT, size=16 if role == "title" else SIZE, bold=bold, color=colour)
        if fill:
            style.fill = PatternFill("solid", fgColor=fill)
        if border:
            side = Side("thin", color=GRID)
            style.border = Border(left=side, right=side, top=side, bottom=side)
        style.alignment = Alignment(
            horizontal=alignment, vertical="center", wrap_text=role in WRAPPED, indent=1 if role in INDENTED else 0
        )
        style.protection = Protection(locked=not unlocked)
        book.add_named_style(style)


def status_style(word: str) -> DifferentialStyle:
    """What a cell looks like that says OK, FAIL or ALERT."""
    colour, fill = STATUS[word]
    return DifferentialStyle(font=Font(bold=True, color=colour), fill=PatternFill("solid", bgColor=fill))


def number_format(unit: str) -> str:
    """Excel number format of a unit; figures of mixed units show as many decimals as they have, within reason."""
    return MIXED if unit == "any" else UNITS[unit].replace(PERCENT, LARGE_PERCENT)


def or_nothing(number_format: str) -> str:
    """A number format that leaves a cell empty which shows an empty one."""
    return f"{number_format};-{number_format};;@" if number_format else ";;;@"


def in_currency(unit: str, currency: str) -> str:
    """A unit in the workbook's currency; "US$" stays."""
    if unit == EXCHANGE_RATE:
        return f"{currency} per US$"
    return unit.replace("USD", currency)
