"""Explains the formula of a cell: what each of our functions in it received, answers or refuses, and at which prices.

Shared by every host that has an "Explain" button: the host reads the cells, this module does the rest.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.calc import Answer, Call, FormulaError, evaluate
from llmcost_xl.catalogue.bundled import book_with
from llmcost_xl.cells import as_rows
from llmcost_xl.errors import LLMCostError
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.functions.explain import prices_meant

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmcost_xl.catalogue.rows import PriceRow

CALLS_SHOWN: Final = 4
TEXT_SHOWN: Final = 60  # characters of one argument
QUALIFIED: Final = re.compile(r"(?:'[^']*\.xlam'!|[\w.-]+\.xlam!|_xldudf_)(?=[A-Z])", re.IGNORECASE)
"""What some hosts write before the name of a function that an add-in defines."""

NOT_BY_VALUES: Final = frozenset({
    "AGGREGATE", "CELL", "COLUMN", "FORMULATEXT", "INDIRECT", "INFO", "ISFORMULA", "OFFSET", "RAND", "RANDARRAY",
    "RANDBETWEEN", "ROW", "SHEET", "SHEETS", "SUBTOTAL",
})  # fmt: skip
"""Functions of Excel's whose answer depends on more than the values of cells, which are all that is read."""

IN_BRACKETS: Final = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]")
"""A column of a table, or a workbook; [@rate] is read as it stands."""

PART_OF_RANGE: Final = re.compile(r"@(?!\s*[\w.]+\()|:\s*[A-Z]+\(|\)\s*:", re.IGNORECASE)
"""A range of which the formula's own place chooses a cell (@), or of which a function finds an end."""


@dataclass(frozen=True, slots=True)
class ExplainedCall:
    """One call of one of our functions: as it would be typed, what LLM_WHY says of it, the prices it rests on."""

    function: str
    call: str
    said: str
    prices: tuple[str, ...]

    def __str__(self) -> str:
        """The call, what it gives, and below it the prices."""
        return "\n".join([self.call, self.said, *(f"  {price}" for price in self.prices)])


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is to be said of a formula; `problem` alone where it cannot be followed, or is none of ours."""

    formula: str
    problem: str = ""
    answer: Answer | None = None  # what the formula shows, why errors are among it, remarks
    calls: tuple[ExplainedCall, ...] = ()
    not_reached: tuple[str, ...] = ()

    def __str__(self) -> str:
        """All of it, in paragraphs."""
        parts = [self.formula, *map(str, self.calls[:CALLS_SHOWN])]
        if len(self.calls) > CALLS_SHOWN:
            parts.append(f"... and {len(self.calls) - CALLS_SHOWN} more calls.")
        parts += [f"{name} is not reached: the formula takes another way." for name in self.not_reached]
        parts += self.answer.remarks if self.answer else ()
        return "\n\n".join([*parts, self.problem] if self.problem else parts)


def explain_formula(formula: str, read: Callable[[str], list[list[Any]] | None]) -> Explanation:
    """What our functions in a formula do, in words.

    `read` gives the rows of cells behind a reference as the formula writes it (`B2`, `'My sheet'!A1:C9`,
    `Prices[rate]`), or None where the text refers to no cells, as a name that LET defines. It may refuse with an
    LLMCostError that says why.
    """
    plain = QUALIFIED.sub("", formula.strip())
    ours = _functions_in(plain)
    if not ours:
        return Explanation(formula, "This cell uses none of the LLM Cost functions, so there is nothing to explain.")
    try:
        _refuse_places(plain)
        answer = evaluate(plain, read)
    except (FormulaError, LLMCostError) as refusal:
        return Explanation(formula, f"This formula cannot be followed here: {refusal}.")
    called = {call.function for call in answer.calls}
    missed = tuple(name for name in ours if name not in called)
    return Explanation(formula, "", answer, tuple(map(_explained, answer.calls)), missed)


def _functions_in(formula: str) -> list[str]:
    """Our functions that a formula names, in its order."""
    return [name for name in _named(formula) if name in FUNCTIONS]


def _refuse_places(formula: str) -> None:
    """Refuse what would be evaluated without an error and yet wrongly: every range is read as a block of values."""
    for name in _named(formula):
        if name in NOT_BY_VALUES:
            raise FormulaError(f"{name} depends on more than the values in cells: on where they are, or on chance")
    part = PART_OF_RANGE.search(IN_BRACKETS.sub("", _without_text(formula)))
    if part:
        what = "@ takes one cell" if part[0] == "@" else "a function finds an end"
        raise FormulaError(f"{what} of a range, which depends on where its cells are")


def _named(formula: str) -> list[str]:
    """The functions that a formula names, each once, in its order."""
    names = re.findall(r"([A-Za-z_][\w.]*)\s*\(", _without_text(formula))
    return list(dict.fromkeys(name.upper().removeprefix("_XLFN.") for name in names))


def _without_text(formula: str) -> str:
    """The formula without what stands in quotes, which is text or the name of a sheet."""
    return re.sub(r"\"[^\"]*\"|'[^']*'", '""', formula)


def _explained(call: Call) -> ExplainedCall:
    cells = ", ".join(map(_shown, call.cells))
    about = () if call.function == "LLM_WHY" else (call.function,)
    said = str(FUNCTIONS["LLM_WHY"](*about, *call.cells))
    return ExplainedCall(call.function, f"{call.function}({cells})", said, tuple(_prices_behind(call)))


def _prices_behind(call: Call) -> list[str]:
    """The price rows of the model that a call names; none where it names none, or is refused."""
    function: Any = FUNCTIONS[call.function]
    try:
        meant = prices_meant(function, call.cells)
    except LLMCostError:
        return []
    if meant is None:
        return []
    tables = [
        argument.value(cell)
        for argument, cell in zip(function.arguments, call.cells, strict=False)
        if argument.name == "price_table"
    ]
    book = book_with(tables[0] if tables else None)
    blocks = book.blocks(meant.key, meant.day, meant.service_tier)
    return [_in_words(row) for row in dict.fromkeys(row for block in blocks.values() for row in block.rows)]


def _in_words(row: PriceRow) -> str:
    above = f" for prompts above {row.context_threshold:,} tokens" if row.context_threshold else ""
    since = f", since {row.from_date}" if row.from_date else ""
    return f"{row.component}{above}: {row.price:.15g} {row.unit}{since} ({row.source})"


def _shown(cell: Any) -> str:
    """A cell as it would be typed into a formula; a range by its size."""
    if cell is None:
        return "(blank)"
    if isinstance(cell, list | tuple):
        rows = as_rows(cell)
        return f"(range of {len(rows)} x {len(rows[0])} cells)"
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, str):
        return f'"{cell}"' if len(cell) <= TEXT_SHOWN else f'"{cell[: TEXT_SHOWN - 3]}..."'
    return str(cell.date()) if isinstance(cell, dt.datetime) else f"{cell:.15g}"
