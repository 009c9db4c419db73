"""What an input cell accepts, and what Excel says when it is selected: all from the vocabulary."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from textwrap import shorten
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from llmcost_xl.quantities import QUANTITIES
from llmcost_xl.workbook.beside import SWING_LESS, SWING_MORE
from llmcost_xl.workbook.derive import list_name
from llmcost_xl.workbook.layout import Entry, Field
from llmcost_xl.workbook.plan import entries

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.quantities import Quantity
    from llmcost_xl.workbook.book import BookPlan
    from llmcost_xl.workbook.cells import Cell
    from llmcost_xl.workbook.plan import SheetPlan

TITLE_LIMIT: Final = 32
MESSAGE_LIMIT: Final = 255
ANY_NUMBER: Final = 1e15  # what "no limit" means to a validation
JUST_ABOVE: Final = 1e-9  # stands in for a bound that is itself excluded
FIRST_DAY, LAST_DAY = 36526, 73050  # 2000-01-01 and 2099-12-31 as Excel's serial numbers
NUMBERS: Final = ("number", "whole", "series")
LARGEST_SWING: Final = 10  # eleven times the input


def bounds(entry: Entry | Field) -> tuple[float, float | None] | None:
    """Lowest and highest number an input may hold; no highest if there is none; None for what is no number."""
    quantity = narrowed(entry)
    if quantity is None:
        least = -ANY_NUMBER if entry.at_least is None else entry.at_least
        return None if _unit(entry, None) in ("text", "date") else (least, entry.at_most)
    if quantity.kind not in NUMBERS:
        return None
    low = -ANY_NUMBER if quantity.low == -inf else quantity.low + (JUST_ABOVE if quantity.open_low else 0)
    return low, None if quantity.high == inf else quantity.high


def narrowed(entry: Entry | Field) -> Quantity | None:
    """The quantity of an input with the bounds that hold in its cell: the vocabulary's, or its own where tighter."""
    quantity = QUANTITIES.get(entry.name)
    if quantity is None:
        return None
    if entry.at_least is not None and entry.at_least > quantity.low:
        quantity = replace(quantity, low=entry.at_least, open_low=False)
    if entry.at_most is not None and entry.at_most < quantity.high:
        quantity = replace(quantity, high=entry.at_most)
    return quantity


class Rules:
    """The validations of one sheet; cells with the same rule share one."""

    def __init__(self, worksheet: Worksheet, plan: BookPlan) -> None:
        self._worksheet = worksheet
        self._plan = plan
        self._found: dict[str, DataValidation] = {}

    def add(self, cell: Cell) -> None:
        """Validate a cell, if it is an input."""
        if cell.entry is None:
            return
        name = cell.entry.name
        if name not in self._found:
            self._found[name] = self._rule(cell.entry, cell.quantity)
        self._found[name].add(f"{get_column_letter(cell.column)}{cell.row}")

    def write(self) -> None:
        """Attach all of them to the sheet."""
        for rule in self._found.values():
            self._worksheet.add_data_validation(rule)

    def _rule(self, entry: Entry | Field, quantity: Quantity | None) -> DataValidation:
        rule = self._condition(entry, quantity)
        label = entry.label or (quantity.label if quantity else entry.name)
        allowed = _allowed(entry, rule)
        rule.promptTitle = shorten(label, TITLE_LIMIT, placeholder="…")
        rule.prompt = f"{quantity.help}. {allowed}"[:MESSAGE_LIMIT] if quantity else allowed
        rule.errorTitle = "Not accepted"
        rule.error = f"{label}: {allowed}"[:MESSAGE_LIMIT]
        rule.errorStyle = "stop"
        rule.showInputMessage = rule.showErrorMessage = True
        return rule

    def _condition(self, entry: Entry | Field, quantity: Quantity | None) -> DataValidation:
        listed = entry.choices_of if isinstance(entry, Field) and entry.choices_of else entry.name
        choices = self._plan.homes.get(list_name(listed))
        if choices is not None:
            letter = get_column_letter(choices.column)
            area = f"{choices.sheet}!${letter}${choices.row}:${letter}${choices.row + choices.records - 1}"
            return DataValidation(type="list", formula1=area, allow_blank=False)
        limits = bounds(entry)
        if limits is not None:
            low, high = limits
            first, last = f"{low:.15g}", f"{ANY_NUMBER if high is None else high:.15g}"
            if quantity is not None and quantity.kind == "whole":
                return DataValidation(type="whole", operator="between", formula1=first, formula2=last)
            return DataValidation(type="decimal", operator="between", formula1=first, formula2=last)
        if _unit(entry, quantity) == "date":
            return DataValidation(type="date", operator="between", formula1=str(FIRST_DAY), formula2=str(LAST_DAY))
        return DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(MESSAGE_LIMIT))


def limit_swings(worksheet: Worksheet, sheet: SheetPlan) -> None:
    """What a sensitivity subtracts from an input is at most all of it; what it adds may be more."""
    for item, most in ((SWING_LESS, 1), (SWING_MORE, LARGEST_SWING)):
        rule = DataValidation(type="decimal", operator="between", formula1="0", formula2=str(most), errorStyle="stop")
        rule.promptTitle, rule.errorTitle = "Swing", "Not accepted"
        rule.prompt = f"By which share the sensitivity changes this input alone. A number, 0 to {most} (0.2 is 20%)"
        rule.error = f"Swing: a number, 0 to {most} (0.2 is 20%)"
        rule.showInputMessage = rule.showErrorMessage = True
        letter = get_column_letter(sheet.beside(item))
        rows = [placed.row for placed in entries(sheet) if isinstance(placed.line, Entry) and placed.line.swing]
        for row in rows:
            rule.add(f"{letter}{row}")
        if rows:
            worksheet.add_data_validation(rule)


def _unit(entry: Entry | Field, quantity: Quantity | None) -> str:
    """The vocabulary's unit, or the input's own."""
    return entry.unit or "any" if quantity is None else quantity.unit


def _allowed(entry: Entry | Field, rule: DataValidation) -> str:
    """What the cell accepts, in words."""
    if rule.type == "list":
        return "Choose from the list"
    if rule.type == "date":
        return "A date from 2000 to 2099"
    if rule.type == "textLength":
        return "Text of at most 255 characters"
    own = narrowed(entry)
    if own is None or bounds(entry) is None:
        least, most = entry.at_least, entry.at_most
        said = "" if least is None else f", {least:g} or more" if most is None else f", {least:g} to {most:g}"
        return f"A number{said}"
    kind = "A whole number" if own.kind == "whole" else "A number"
    return f"{kind}, {own.bounds} ({own.unit})"
