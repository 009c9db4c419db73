"""What a formula shows, and what our functions in it said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.functions import FUNCTIONS, prices


@dataclass(frozen=True, slots=True)
class Refusal:
    """One error a function gave, and why."""

    function: str
    code: str
    why: str

    def __str__(self) -> str:
        """The refusal on one line."""
        return f"{self.function} is {self.code}: {self.why}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one of our functions, with the cells it received."""

    function: str
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a formula shows: one cell, or the rows of cells it spills over."""

    formula: str
    value: Any
    refusals: tuple[Refusal, ...] = ()
    calls: tuple[Call, ...] = ()  # those of our functions, in the order of the evaluation
    remarks: tuple[str, ...] = ()  # on figures that could be misread

    @property
    def asks_prices(self) -> bool:
        """Whether the price catalogue was consulted."""
        return any(FUNCTIONS[call.function].__module__ == prices.__name__ for call in self.calls)

    @property
    def rows(self) -> list[list[Any]]:
        """The value as rows of cells."""
        return self.value if isinstance(self.value, list) else [[self.value]]

    @property
    def errors(self) -> list[str]:
        """The error codes shown, in reading order."""
        return [cell for row in self.rows for cell in row if is_error(cell)]

    @property
    def reasons(self) -> list[Refusal]:
        """Why errors are shown; what a function refused and the formula caught is no reason."""
        told = [refusal for refusal in self.refusals if refusal.code in self.errors]
        untold = dict.fromkeys(code for code in self.errors if code not in {refusal.code for refusal in told})
        return told + [
            Refusal("the formula", code, "none of our functions refused; this is what Excel answers") for code in untold
        ]


def is_error(cell: Any) -> bool:
    """Whether a cell shows one of Excel's errors."""
    return isinstance(cell, str) and cell in EXCEL_ERRORS
