"""The page a workbook opens on: what it answers, what it says, how to use it, and what to mind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from openpyxl.worksheet.pagebreak import Break

from llmcost_xl import __version__
from llmcost_xl.workbook import styles
from llmcost_xl.workbook.cells import linked
from llmcost_xl.workbook.layout import DOLLARS
from llmcost_xl.workbook.references import address

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.workbook.book import BookPlan
    from llmcost_xl.workbook.layout import Currency

WIDTHS: Final = {"A": 44.0, "B": 20.0, "C": 20.0, "D": 86.0}
LEGEND: Final = (
    ("input", "1,234", "Input: yours to change; the only unlocked cells"),
    ("constant", "1,234", "Constant: part of the method"),
    ("calc", "1,234", "Calculation: one formula per row"),
    ("link", "1,234", "Link: shows a cell of another sheet"),
    ("output", "1,234", "Output: what to report"),
)
SIGNS: Final = "Costs, savings and investments are positive numbers; in cash flows money out is negative"


def write(worksheet: Worksheet, plan: BookPlan) -> None:
    """Fill the cover."""
    template = plan.template
    longest = max(len(headline.label) for headline in template.headlines)
    for letter, width in WIDTHS.items():
        worksheet.column_dimensions[letter].width = max(width, longest) if letter == "A" else width
    page = _Page(worksheet)
    page.line(template.title, role="title")
    page.line(template.purpose, role="purpose")
    page.line("Master check", f"={plan.address('{master_check}')}", role="label", value_role="status")
    page.skip()
    page.heading("Headline figures")
    for headline in template.headlines:
        place = address(*plan.locate(linked(headline.value)))
        home = plan.homes[linked(headline.value).home_key]
        page.line(
            headline.label,
            f"={place}",
            "" if headline.unit.startswith("fraction") else styles.in_currency(headline.unit, template.currency.code),
            value_role="output",
            number_format=styles.number_format(home.unit),
        )
    page.heading("How to use it")
    for number, step in enumerate(template.steps, start=1):
        page.line(f"{number}. {step}")
    _sheets(page, plan)
    page.new_sheet_of_paper()
    page.heading("What the colours mean")
    for role, sample, meaning in LEGEND:
        page.legend(role, sample, meaning)
    _conventions(page, plan)
    page.heading("Limits")
    for limit in template.limits:
        page.line(limit)


class _Page:
    """Rows written one below another."""

    def __init__(self, worksheet: Worksheet) -> None:
        self._worksheet = worksheet
        self._row = 0

    def line(
        self,
        label: str,
        value: str = "",
        unit: str = "",
        *,
        role: str = "text",
        value_role: str = "text",
        number_format: str = "",
    ) -> None:
        """A label, and where there is one its value and unit."""
        self._row += 1
        self._put(1, label, role)
        if value:
            self._put(2, value, value_role).number_format = number_format or "General"
        if unit:
            self._put(3, unit, "unit")

    def heading(self, text: str) -> None:
        """A heading after an empty row."""
        self._row += 2 if self._row > 4 else 1  # noqa: PLR2004
        for column in range(1, 5):
            self._put(column, text if column == 1 else None, "heading")

    def legend(self, role: str, sample: str, meaning: str) -> None:
        """A sample of a style, and what it stands for."""
        self._row += 1
        self._put(1, sample, role)
        self._put(2, meaning, "text")

    def link(self, sheet: str, purpose: str) -> None:
        """A sheet's name that leads there."""
        self._row += 1
        cell = self._put(1, sheet, "text")
        cell.hyperlink = f"#'{sheet}'!A1"
        cell.style = styles.style_name("sheet_link")
        self._put(2, purpose, "text")

    def new_sheet_of_paper(self) -> None:
        """Go on overleaf, in print."""
        self._worksheet.row_breaks.append(Break(id=self._row + 1))

    def skip(self) -> None:
        """Leave a row empty."""
        self._row += 1

    def _put(self, column: int, value: Any, role: str) -> Any:
        cell: Any = self._worksheet.cell(self._row, column)
        cell.value = value
        cell.style = styles.style_name(role)
        return cell


def _sheets(page: _Page, plan: BookPlan) -> None:
    page.heading("Sheets")
    for sheet in plan.sheets:
        page.link(sheet.name, sheet.sheet.purpose)


def _currency(currency: Currency) -> str:
    """The code, and how the figures of the texts were converted."""
    if currency.code == DOLLARS.code:
        return currency.code
    day = f" on {currency.day.isoformat()}" if currency.day else ""
    return f"{currency.code}; figures of the sources converted at {currency.rate:g} {currency.code} per USD{day}"


def _conventions(page: _Page, plan: BookPlan) -> None:
    template = plan.template
    page.heading("Conventions and status")
    latest = template.log[-1]
    page.line("For whom", template.audience)
    page.line("Owner", "Whoever fills it in: write your name into the log")
    page.line("Version, date, status", f"{latest.version}, {latest.day}, template")
    how = "needs its add-in; native formulas stand below" if template.addin else "native formulas, no add-in needed"
    page.line("Made by", f"llmcost-xl {__version__}; {how}")
    page.line("Currency", _currency(template.currency))
    page.line("Signs", SIGNS)
    if template.time is not None:
        page.line("Timing", "The investment is paid in month 0; a month's saving arrives at its end")
    page.line(
        "Prices as of",
        *((f"={address(*plan.locate(linked('{as_of}')))}",) if "as_of" in plan.homes else ("no prices used",)),
        number_format="yyyy-mm-dd",
    )
