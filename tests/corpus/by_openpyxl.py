"""Workbooks made with openpyxl, whose formulas carry no values, and our own, which are made with it too."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.table import Table, TableStyleInfo
from workbooks import built

from corpus.case import DATED, LAST, LEFT, TOP, Case, figures, letter, list_cells

if TYPE_CHECKING:
    from collections.abc import Callable


def book(decorate: Callable[[Any], None] = lambda _: None) -> bytes:
    """The corpus' workbook; `decorate` gets it before it is saved."""
    made = Workbook()
    prices = made.worksheets[0]
    prices.title = "Prices"
    for row, column, content in list_cells(DATED):
        prices.cell(row, column, content)
    model = made.create_sheet("Model")
    for cell, content in figures(DATED).items():
        model[cell] = content
    decorate(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def styled(made: Any) -> None:
    prices, model = made["Prices"], made["Model"]
    for cell in prices[TOP]:
        cell.font = Font(bold=True)
    prices.conditional_formatting.add(
        "G5:G10", ColorScaleRule("min", None, "FF0000", end_type="max", end_color="00FF00")
    )
    rule = DataValidation("list", formula1='"input,output"')
    prices.add_data_validation(rule)
    rule.add("D5:D10")
    model["B7"].comment = Comment("Watch this one", "Ann")
    chart = BarChart()
    chart.add_data(Reference(model, min_col=2, min_row=5, max_row=7))
    model.add_chart(chart, "D2")
    made.defined_names["first_price"] = DefinedName("first_price", attr_text="Prices!$G$5")
    model["B12"] = "=first_price*2"
    prices.freeze_panes = "C5"


def table(made: Any) -> None:
    area = f"{letter(0)}{TOP}:{letter(len(DATED) - 1)}{LAST}"
    made["Prices"].add_table(
        Table(displayName="PriceList", ref=area, tableStyleInfo=TableStyleInfo("TableStyleMedium2"))
    )
    made["Model"]["B12"] = "=SUM(PriceList[Price])"


def special_formulas(made: Any) -> None:
    model = made["Model"]
    model["D2"] = ArrayFormula("D2:D3", "=Prices!G5:G6*2")
    model["F2"] = "=B7"
    model["E3"], model["E4"] = 5, 6
    model["F3"] = DataTableFormula("F3:F4", dt2D=False, dtr=False, r1="B2")


def ours(name: str) -> bytes:
    return built(name).content


CASES: Final = (
    Case("openpyxl, plain", "openpyxl", book, values=False),
    Case("openpyxl, styled", "openpyxl", lambda: book(styled), values=False),
    Case("openpyxl, table", "openpyxl", lambda: book(table), table="PriceList", values=False),
    Case("openpyxl, array and data table", "openpyxl", lambda: book(special_formulas), values=False),
    Case("ours, roi", "openpyxl", lambda: ours("roi"), own=True),
    Case("ours, llm-budget", "openpyxl", lambda: ours("llm-budget"), own=True),
)
assert LEFT == 2, "the areas above are written for it"
