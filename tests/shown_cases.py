"""The cases that the reference shows: a worked example of each function, and its errors, with their reasons.

`docs/write_reference.py` writes them into the package.
"""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING, Any, Final

from casetables import FOLDER, HAND_ARITHMETIC, Case, split, table

from llmcost_xl import reference
from llmcost_xl.calc import evaluate
from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHOSEN: Final = (
    '=INDEX(LLM_MODELS("gpt-4o-mini","source-2024"),2,4)',
    '=INDEX(LLM_PRICE_SOURCE("source-2024/gpt-4o"),2,2)',
    "=INDEX(LLM_CATALOGUE(),8,2)",
    '=INDEX(LLM_HARDWARE("Lambda Labs rent"),2,4)',
    "=COST_FORECAST(1000,0.1,0.01,3)",
    "=PAYBACK_MONTHS(22500,18800,0.1)",
    "=LLM_PERT(4700,9000,15800,0.8)",
    '=LLM_WHY("QUERY_COST","gpt4o",500,200)',
)
"""Cases that show a function better than the first of its table does."""

GENERAL: Final = re.compile(r"must be .*; received|is blank|has a blank cell|too large to state")
"""Reasons that follow from the kinds and bounds of the arguments, which the page lists."""

ASIDE: Final = re.compile(r"^(specification, [^:]*|S\d L[\d-]+|limit): | \([^()]*\)$")
"""What the tables say to whoever keeps them: a source in front, a remark in brackets at the end."""

EXACT: Final = 1e-9  # of the power of ten below a figure
LONGEST_FORMULA: Final = 80  # of an error worth showing


def examples() -> str:
    """The package's examples: the chosen case of each table, or the first that is a single call and gives a value."""
    lines = []
    for name in FUNCTIONS:
        case = _example_case(name)
        if case:
            constant, within = _constant(case.expected)
            lines.append((name, case.formula, constant, within, case.why))
    return _csv(("function", "formula", "expected", "within", "source"), lines)


def errors() -> str:
    """The errors that the cases show, by code: one that the general rules explain, and all that they do not."""
    lines = []
    for name in FUNCTIONS:
        found = sorted(_refused(name), key=lambda line: (line[1], line[3] != "", len(line[2])))
        shortest = {(code, reason): (name, code, formula, reason) for _, code, formula, reason in reversed(found)}
        lines += list(reversed(shortest.values()))
    return _csv(("function", "error", "formula", "reason"), lines)


def _example_case(name: str) -> Case | None:
    cases = _cases(name)
    chosen = [case for case in cases if case.formula in CHOSEN]
    return next(iter(chosen), None) or next((case for case in cases if _shows_a_value(name, case)), None)


def _shows_a_value(name: str, case: Case) -> bool:
    """Whether a case is one call that a reader can type, with nothing around it, and gives more than an error."""
    formula = case.formula
    is_call = formula.startswith(f"={name}(") and reference.own_call(name, formula)[0] == formula[1:]
    return is_call and "BLANK" not in formula and not any(code in case.expected for code in EXCEL_ERRORS)


def _refused(name: str) -> Iterator[tuple[str, str, str, str]]:
    """Function, code, formula and reason of the cases that a reader can type; no reason where a general rule has it."""
    for case in _cases(name):
        formula = case.formula
        is_short = formula.startswith(f"={name}(") and len(formula) <= LONGEST_FORMULA
        own = "BLANK" not in formula and not any(code in formula for code in EXCEL_ERRORS)
        if case.expected in EXCEL_ERRORS and is_short and own:
            [refusal, *_] = evaluate(formula).reasons
            reason = "" if GENERAL.search(refusal.why) else ASIDE.sub("", case.why)
            yield name, case.expected, formula, reason


def _constant(expected: str) -> tuple[str, float]:
    """An expected value as a constant of Excel, and the largest difference from it that counts as none."""
    if not expected.startswith("{"):
        return _cell(expected)
    rows = [[_cell(cell) for cell in split(row, ",")] for row in split(expected[1:-1], ";")]
    constant = ";".join(",".join(shown for shown, _ in row) for row in rows)
    return f"{{{constant}}}", max(within for row in rows for _, within in row)


def _cell(wanted: str) -> tuple[str, float]:
    """One expected value, by the rules of casetables.py."""
    wanted = wanted.strip()
    if wanted[:1] == "~":
        digits = wanted[1:].replace(",", "")
        return f"{float(digits):.15g}", 0.5 * 10.0 ** -len(digits.partition(".")[2])
    try:
        number = float(eval(wanted[1:], {}, HAND_ARITHMETIC) if wanted[:1] == "=" else wanted)  # noqa: S307  # our own tables
    except ValueError:
        return f'"{wanted.strip(chr(34))}"', 0.0
    magnitude = 10.0 ** math.floor(math.log10(abs(number))) if number else 1.0
    return f"{number:.15g}", float(f"{EXACT * magnitude:.0e}")


def _cases(name: str) -> list[Case]:
    return list(table(FOLDER / f"{name}.csv"))


def _csv(header: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return lines.getvalue()
