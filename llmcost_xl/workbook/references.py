"""The names in braces of a formula, and the cell references they become."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.workbook.layout import Axis
    from llmcost_xl.workbook.places import Place
    from llmcost_xl.workbook.plan import SheetPlan

HEADER_ROW: Final = 5
FIRST_ROW: Final = 6
LABEL: Final = 1
UNIT: Final = 2
VALUE: Final = 3
ACROSS: Final = 4
"""Every sheet has its labels, units, single values and the first column of its axis in the same columns."""

BRACES: Final = re.compile(
    r"\{(?P<name>[a-z]\w*)(?:@(?P<column>\w+)|:"
    r"(?P<modifier>all|later|prev|lines|to_here|total|low|high|cases|less|more|labels))?\}"
)
CALCULATION: Final = "Calculation"
"""The kind of sheet on which every formula reads from above."""

SCENARIO: Final = "scenario"
HOMES_OF_THEIR_OWN: Final = ("total", "low", "high", "cases", "less", "more")
"""These stand in cells beside the quantity's own."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A quantity, and which of its cells is meant."""

    name: str
    column: str = ""
    modifier: str = ""

    @property
    def home_key(self) -> str:
        """The key under which its cells are known."""
        return f"{self.name}:{self.modifier}" if self.modifier in HOMES_OF_THEIR_OWN else self.name


@dataclass(frozen=True, slots=True)
class Spot:
    """The cell that a formula is written for."""

    plan: SheetPlan
    row: int
    column: int
    down: str = ""  # the case, where lines are repeated
    per: Axis | None = None  # the axis they are repeated over
    record: int | None = None  # the record's number, in a table


def is_formula(value: Any) -> TypeGuard[str]:
    """Whether a value of a description is a formula."""
    return isinstance(value, str) and value.startswith("=")


def references(formula: str) -> Iterator[Reference]:
    """Every reference of a formula, in order."""
    for match in BRACES.finditer(formula):
        yield _reference(match)


def only_reference(formula: str) -> Reference | None:
    """The reference of a formula that is nothing but one."""
    match = BRACES.fullmatch(formula.removeprefix("="))
    return _reference(match) if match else None


def resolve(formula: str, spot: Spot) -> str:
    """The formula with every name replaced by the cells it stands for, seen from one cell."""
    text = BRACES.sub(lambda match: _cells(_reference(match), spot), formula)
    if "{" in text:
        raise ValueError(f"{spot.plan.name}: cannot read the names in {formula!r}")
    return text


def address(sheet: str, row: int, column: int) -> str:
    """A cell as `Sheet!A1`."""
    return f"{sheet}!{get_column_letter(column)}{row}"


def _reference(match: re.Match[str]) -> Reference:
    return Reference(match["name"], match["column"] or "", match["modifier"] or "")


def _cells(reference: Reference, spot: Spot) -> str:
    if reference.modifier == "labels":
        return _labels(reference, spot)
    places = spot.plan.places
    column_key = f"{reference.name}@{reference.column}"
    place = places.get(reference.home_key) or places.get(column_key)
    if place is None:
        raise ValueError(f"{spot.plan.name}: {reference.name!r} is nowhere on this sheet")
    if place.row > spot.row and spot.plan.kind == CALCULATION:
        raise ValueError(f"{spot.plan.name}: {reference.name!r} stands further down; figures flow from top to bottom")
    if reference.column:
        across, down = (reference.column, spot.down) if place.across else ("", reference.column)
        return _fixed(*place.cell(across, down) if column_key not in places else place.cell())
    if reference.modifier in ("all", "later"):
        return _whole(place, spot, skipped=int(reference.modifier == "later"))
    if place.records:
        return _of_record(reference, place, spot)
    return _of_line(reference, place, spot)


def _of_line(reference: Reference, place: Place, spot: Spot) -> str:
    """The one value of a line, or the one in the formula's own column."""
    row = place.cell(down=spot.down if place.down and place.down == spot.per else "")[0]
    if reference.modifier == "lines":
        return _lines(place, spot)
    if place.down and place.down != spot.per:
        raise ValueError(f"{spot.plan.name}: {reference.name!r} is written per {place.down.name}: say which")
    if place.across is None:
        return _fixed(row, place.column)
    if spot.record is not None or spot.column < place.column:
        raise ValueError(f"{spot.plan.name}: {reference.name!r} has one value per {place.across.name}: say which")
    return f"{get_column_letter(spot.column - (reference.modifier == 'prev'))}{row}"


def _of_record(reference: Reference, place: Place, spot: Spot) -> str:
    if spot.record is None or spot.record >= place.records:
        raise ValueError(f"{spot.plan.name}: {reference.name!r} is a column of a table: ask for :all or :total")
    if reference.modifier == "to_here":
        return f"{get_column_letter(place.column)}${place.row}:{get_column_letter(place.column)}{spot.row}"
    return f"{get_column_letter(place.column)}{place.row + spot.record}"


def _whole(place: Place, spot: Spot, *, skipped: int) -> str:
    """The whole row, or the whole column, that a quantity fills; some columns at the beginning of a row skipped."""
    if place.records:
        return _range(place.row, place.column, place.row + place.records - 1, place.column)
    row = place.cell(down=spot.down if place.down and place.down == spot.per else "")[0]
    if place.across is None:
        last = place.row + len(place.down.columns) - 1 if place.down else row
        return _range(place.row if place.down else row, place.column, last, place.column)
    return _range(row, place.column + skipped, row, place.column + len(place.across.columns) - 1)


def _lines(place: Place, spot: Spot) -> str:
    """All lines of a quantity written per case, in the formula's own column."""
    if place.down is None or place.across is None:
        raise ValueError(f"{spot.plan.name}: only what is written per case across columns has {{...:lines}}")
    letter, last = get_column_letter(spot.column), place.row + len(place.down.columns) - 1
    return f"{letter}{place.row}:{letter}{last}"


def _labels(reference: Reference, spot: Spot) -> str:
    axis = spot.plan.axis
    if reference.name == SCENARIO and spot.plan.scenarios:
        columns = spot.plan.scenarios
        return _range(HEADER_ROW, columns.start, HEADER_ROW, columns.stop - 1)
    if axis.name != reference.name:
        raise ValueError(f"{spot.plan.name} has no axis called {reference.name!r}")
    return _range(HEADER_ROW, ACROSS, HEADER_ROW, ACROSS + len(axis.columns) - 1)


def _fixed(row: int, column: int) -> str:
    return f"${get_column_letter(column)}${row}"


def _range(row: int, column: int, last_row: int, last_column: int) -> str:
    return f"{_fixed(row, column)}:{_fixed(last_row, last_column)}"
