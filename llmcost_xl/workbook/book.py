"""The plan of a whole workbook: its ten sheets in order, and where every quantity lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from llmcost_xl.workbook import derive
from llmcost_xl.workbook.beside import INVALID, OUTSIDE
from llmcost_xl.workbook.layout import Entry, Line
from llmcost_xl.workbook.plan import SheetPlan, add_lines, entries, plan_sheet
from llmcost_xl.workbook.references import ACROSS, FIRST_ROW, LABEL, Reference, address, only_reference

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Sheet, Template
    from llmcost_xl.workbook.places import Place
    from llmcost_xl.workbook.plan import PlacedTable


@dataclass(frozen=True, slots=True)
class BookPlan:
    """All sheets but the cover, in their order, and the homes of all quantities."""

    template: Template
    sheets: tuple[SheetPlan, ...]
    homes: dict[str, Place]
    tables: dict[str, PlacedTable]

    def sheet(self, name: str) -> SheetPlan:
        """The plan of one sheet."""
        return next(plan for plan in self.sheets if plan.name == name)

    def locate(self, reference: Reference) -> tuple[str, int, int]:
        """Sheet, row and column of a reference that means one cell."""
        home = self.homes[reference.home_key]
        if home.records and reference.column:
            raise ValueError(f"{reference.name!r} is a column of a table: show it on a sheet that its records run over")
        if home.across is None and home.down is None:
            return home.sheet, *home.cell()
        if not reference.column:
            raise ValueError(f"{reference.name!r} has several cells: say which, as in {{{reference.name}@...}}")
        across, down = (reference.column, "") if home.across else ("", reference.column)
        return home.sheet, *home.cell(across, down)

    def address(self, braces: str) -> str:
        """A reference like {payback@base} as `Sheet!A1`."""
        reference = only_reference(braces)
        if reference is None:
            raise ValueError(f"{braces!r} is not a reference")
        return address(*self.locate(reference))


def plan_book(template: Template) -> BookPlan:
    """Lay out every sheet, in the order in which figures flow."""
    homes: dict[str, Place] = {}
    tables: dict[str, PlacedTable] = {}

    def planned(sheet: Sheet, kind: str) -> SheetPlan:
        return plan_sheet(sheet, kind, homes, tables)

    sheets = [planned(derive.inputs(template), "Inputs")]
    ranges = _add_input_checks(sheets[0])
    sheets.append(planned(template.prices or derive.NO_PRICES, "Prices"))
    sheets += [planned(derive.lists(template), "Lists"), planned(derive.timing(template), "Timing")]
    sheets += [planned(sheet, "Calculation") for sheet in template.calculations]
    outputs = planned(template.outputs, "Outputs")
    _add_error_count(outputs)
    sheets += [outputs, planned(derive.checks(template, homes, ranges=ranges), "Checks")]
    sheets += [planned(derive.sources(template), "Sources"), planned(derive.log(template), "Log")]
    return BookPlan(template, tuple(sheets), homes, tables)


def _add_input_checks(plan: SheetPlan) -> bool:
    """Count inputs that are no numbers within bounds, or outside what their source reports; true if any has a range."""
    last = plan.next_row

    def count(name: str, label: str, item: int) -> Line:
        column = get_column_letter(plan.beside(item))
        return Line(name, f"=SUM({column}{FIRST_ROW}:{column}{last - 1})", label, "count", single=True)

    add_lines(
        plan,
        "Check of the inputs",
        count("inputs_invalid", "Inputs out of bounds", INVALID),
        count("inputs_outside", "Inputs outside the range of their source", OUTSIDE),
    )
    return any(isinstance(placed.line, Entry) and placed.line.low is not None for placed in entries(plan))


def _add_error_count(plan: SheetPlan) -> None:
    """Count the cells of a page that show an error."""
    last = get_column_letter(max(plan.tail - 1, ACROSS))
    area = f"{get_column_letter(LABEL)}{FIRST_ROW}:{last}{plan.next_row - 1}"
    formula = f"=SUMPRODUCT(ISERROR({area})*1)"
    add_lines(
        plan, "Check of this page", Line("outputs_errors", formula, "Cells that show an error", "count", single=True)
    )
