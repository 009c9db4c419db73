"""A sheet of the example as it is written on: formats by name, and formulas with the values they give."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

Values: TypeAlias = dict[tuple[str, str], Any]
"""What formulas give, by sheet and cell."""

TEAL, ORANGE, PALE, YELLOW, GREY, RED, GREEN = (
    "#1F4E5F", "#E08E45", "#E8F0F2", "#FFF7D6", "#6B7B83", "#B3261E", "#2E7D32",
)  # fmt: skip
SERIES = (TEAL, "#5B8FA8", ORANGE, "#8C6BB1", "#9CB86B", "#D9B44A", "#A8B5BB")
MONTH, DAY = "mmm yyyy", "d mmm yyyy"
FORMS = {
    "money": "#,##0", "cents": "#,##0.00", "price": "0.0000", "query price": "0.000000", "count": "#,##0",
    "share": "0.0%", "change": "+#,##0;-#,##0;0", "text right": "@", "month right": MONTH,
}  # fmt: skip
TYPED_IN = {"money": "#,##0", "price": "0.0000", "text": "@", "month": MONTH, "day": DAY}
HEAD = {"bold": True, "font_color": "white", "bg_color": TEAL, "valign": "vcenter"}
HEADING = {"bold": True, "font_color": TEAL, "bottom": 2, "bottom_color": TEAL}
TITLE = {"bold": True, "font_size": 20, "font_color": TEAL, "valign": "vcenter"}
TOTAL = {"bold": True, "top": 1}
LOOKS: dict[str, dict[str, Any]] = {
    "title": TITLE,
    "title beside logo": TITLE | {"indent": 7},
    "note": {"italic": True, "font_color": GREY},
    "heading": HEADING,
    "heading right": HEADING | {"align": "right"},
    "head": HEAD,
    "head right": HEAD | {"align": "right"},
    "head after": HEAD | {"indent": 1},  # after a number, which stands close to it on its left
    "head month": HEAD | {"align": "right", "num_format": MONTH},
    "text": {},
    "text after": {"indent": 1},
    "unit": {"font_color": GREY, "indent": 1},
    "verdict": {"bold": True, "font_color": TEAL},
    "month": {"num_format": MONTH, "align": "left"},
    "day": {"num_format": DAY, "align": "left"},
    "day after": {"num_format": DAY, "align": "left", "indent": 1},
    **{name: {"num_format": form, "align": "right"} for name, form in FORMS.items()},
    "text total": TOTAL,
    **{f"{name} total": TOTAL | {"num_format": form} for name, form in FORMS.items()},
    **{f"{name} in": {"num_format": form, "bg_color": YELLOW, "align": "right"} for name, form in TYPED_IN.items()},
}


@dataclass
class Paper:
    """The workbook in the making, and what its formulas give."""

    book: Any
    values: Values

    def __post_init__(self) -> None:
        """Make the formats."""
        base = {"font_name": "Calibri", "font_size": 10}
        self.looks = {name: self.book.add_format(base | look) for name, look in LOOKS.items()}

    def sheet(self, name: str, widths: dict[str, float], repeated: int = 0, *, area: str = "") -> Page:
        """A new sheet: widths of columns, and the row of headings that every printed page repeats."""
        sheet = self.book.add_worksheet(name)
        for columns, width in widths.items():
            sheet.set_column(f"{columns}" if ":" in columns else f"{columns}:{columns}", width, self.looks["text"])
        sheet.print_area(area)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&L&F&C&A&RPage &P of &N")
        if repeated:
            sheet.repeat_rows(repeated - 1)
            sheet.freeze_panes(repeated, 0)
        return Page(self, sheet, name)


@dataclass
class Page:
    """A sheet in the making."""

    paper: Paper
    sheet: Any
    name: str

    def put(self, cell: str, content: object, look: str = "text") -> None:
        """Write a text, a number, a day, or a formula with the value it gives."""
        form = self.paper.looks[look]
        if isinstance(content, str) and content.startswith("="):
            self.sheet.write_formula(cell, content, form, self.paper.values.get((self.name, cell), 0))
        elif isinstance(content, dt.date):
            self.sheet.write_datetime(cell, content, form)
        else:
            self.sheet.write(cell, content, form)

    def line(self, row: int, *contents: tuple[object, str]) -> None:
        """Write cells of a row, from column A on."""
        for column, (content, look) in enumerate(contents):
            self.put(f"{letter(column)}{row}", content, look)

    def title(self, text: str, note: str) -> None:
        """Write what the sheet is, and a line on it."""
        self.sheet.set_row(0, 30)
        self.put("A1", text, "title")
        self.put("A2", note, "note")

    def heads(self, row: int, *titles: str, right: str = "") -> None:
        """Write the headings of a table; over numbers, in the columns named, they stand on the right."""
        self.sheet.set_row(row - 1, 18)
        looks = ["head right" if letter(place) in right else "head" for place in range(len(titles))]
        for place, (before, look) in enumerate(pairwise(looks), 1):
            if (before, look) == ("head right", "head"):
                looks[place] = "head after"
        self.line(row, *zip(titles, looks, strict=True))


def letter(column: int) -> str:
    """The letter of a column, counted from 0."""
    return chr(ord("A") + column)


def dress(chart: Any, title: str, unit: str, size: tuple[int, int]) -> None:
    """The look that all charts share."""
    chart.set_title({"name": title, "overlay": False, "name_font": {"size": 12, "color": TEAL}})
    chart.set_y_axis({"name": unit, "num_format": "#,##0", "name_font": {"bold": False, "color": GREY},
                      "major_gridlines": {"visible": True, "line": {"color": "#DDE4E7"}},
                      "num_font": {"color": GREY}})  # fmt: skip
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": size[0], "height": size[1]})
