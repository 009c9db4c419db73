"""Writes docs/functions.md and the package's examples from the functions, the vocabulary and the case tables.

Run `python docs/write_reference.py` after adding or changing a worksheet function; a test compares.
"""

from __future__ import annotations

import csv
import io
import math
import re
import sys
from itertools import chain, groupby, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl import reference
from llmcost_xl.calc import evaluate
from llmcost_xl.cli.show import text
from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "functions.md"
CASES: Final = ROOT / "tests" / "cases"
INTRODUCTION: Final = """# Worksheet functions

Written by `python docs/write_reference.py` from the functions themselves; do not edit. The same pages in a terminal:
`llmcost-xl functions QUERY_COST`. Every example stands ready to be changed in
[function-examples.xlsx](../templates/function-examples.xlsx), with a check that it agrees.

How all of them behave:

- Prices are per 1M tokens, rates are fractions (0.2 is 20%), a month has 730 hours, costs and benefits are entered
  positive.
- An optional argument left blank takes its default; a blank required argument is #VALUE!, never 0.
- A range where one number is due gives one answer per cell, and a bad cell spoils its own answer only. A
  column beside a row fills a block. Where the reference says so a range is taken whole, and gives one answer.
- An error in an argument is the answer. Otherwise #VALUE! means the wrong kind of cell, #NUM! a number out of bounds or
  no finite answer (it never pays), #N/A an unknown model or price, #DIV/0! a ratio over nothing.
  [LLM_WHY](#llm_why) says in words why a call fails. `if_never` replaces #NUM! where there is no finite answer.
- The source of each example: S0, S1 and S2 are the texts that the economics come from, by line; *specification* is
  their audit. [sources.md](sources.md) has the key.

## Contents
"""
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

EXACT: Final = 1e-9  # of the largest figure
LONG: Final = 4  # a longer list of numbers is shown as a column
LONGEST_FORMULA: Final = 80  # of an error worth showing


# -- what the tables of cases show -------------------------------------------------------------------------------


def examples() -> str:
    """The package's examples: the chosen case of each table, or the first that is a single call and gives a value."""
    lines = []
    for name in FUNCTIONS:
        case = _example_case(name)
        if case:
            constant, within = _constant(case["expected"])
            lines.append((name, case["formula"], constant, within, case["why"]))
    return _csv(("function", "formula", "expected", "within", "source"), lines)


def errors() -> str:
    """The errors that the cases show, by code: one that the general rules explain, and all that they do not."""
    lines = []
    for name in FUNCTIONS:
        found = sorted(_refused(name), key=lambda line: (line[1], line[3] != "", len(line[2])))
        shortest = {(code, reason): (name, code, formula, reason) for _, code, formula, reason in reversed(found)}
        lines += list(reversed(shortest.values()))
    return _csv(("function", "error", "formula", "reason"), lines)


def _example_case(name: str) -> dict[str, str] | None:
    cases = list(_cases(name))
    chosen = [case for case in cases if case["formula"] in CHOSEN]
    return next(iter(chosen), None) or next((case for case in cases if _shows_a_value(name, case)), None)


def _shows_a_value(name: str, case: dict[str, str]) -> bool:
    """Whether a case is one call that a reader can type, with nothing around it, and gives more than an error."""
    formula = case["formula"]
    is_call = formula.startswith(f"={name}(") and reference.own_call(name, formula)[0] == formula[1:]
    return is_call and "BLANK" not in formula and not any(code in case["expected"] for code in EXCEL_ERRORS)


def _refused(name: str) -> Iterator[tuple[str, str, str, str]]:
    """Function, code, formula and reason of the cases that a reader can type; no reason where a general rule has it."""
    for case in _cases(name):
        formula = case["formula"]
        is_short = formula.startswith(f"={name}(") and len(formula) <= LONGEST_FORMULA
        own = "BLANK" not in formula and not any(code in formula for code in EXCEL_ERRORS)
        if case["expected"] in EXCEL_ERRORS and is_short and own:
            [refusal, *_] = evaluate(formula).reasons
            reason = "" if GENERAL.search(refusal.why) else re.sub(r"^(specification, [^:]*|limit): ", "", case["why"])
            yield name, case["expected"], formula, reason


def _constant(expected: str) -> tuple[str, float]:
    """An expected value as a constant of Excel, and the largest difference from it that counts as none."""
    if not expected.startswith("{"):
        return _cell(expected)
    rows = [[_cell(cell) for cell in _split(row, ",")] for row in _split(expected[1:-1], ";")]
    constant = ";".join(",".join(shown for shown, _ in row) for row in rows)
    return f"{{{constant}}}", max(within for row in rows for _, within in row)


def _cell(wanted: str) -> tuple[str, float]:
    """One expected value, by the rules of tests/casetables.py."""
    tables = _casetables()
    wanted = wanted.strip()
    if wanted[:1] == "~":
        digits = wanted[1:].replace(",", "")
        return f"{float(digits):.15g}", 0.5 * 10.0 ** -len(digits.partition(".")[2])
    try:
        number = float(eval(wanted[1:], {}, tables.HAND_ARITHMETIC) if wanted[:1] == "=" else wanted)  # noqa: S307  # our own tables
    except ValueError:
        return f'"{wanted.strip(chr(34))}"', 0.0
    return f"{number:.15g}", 10.0 ** (
        math.floor(math.log10(abs(number))) + round(math.log10(EXACT))
    ) if number else EXACT


def _split(line: str, separator: str) -> list[str]:
    found: list[str] = _casetables().split(line, separator)
    return found


def _casetables() -> Any:
    """How the tests read an expected value."""
    sys.path.append(str(ROOT / "tests"))
    import casetables  # noqa: PLC0415  # it lies among the tests

    sys.path.remove(str(ROOT / "tests"))
    return casetables


def _cases(name: str) -> Iterator[dict[str, str]]:
    with (CASES / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _csv(header: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return lines.getvalue()


# -- the page ----------------------------------------------------------------------------------------------------


def page() -> str:
    """The reference page."""
    groups = [(group, list(entries)) for group, entries in groupby(reference.entries(), key=lambda entry: entry.group)]
    parts = [INTRODUCTION, *chain.from_iterable(_contents(group, entries) for group, entries in groups)]
    for group, entries in groups:
        parts.append(f"## {group}\n")
        parts += ["\n".join(_section(entry)) for entry in entries]
    return "\n".join(parts)


def _contents(group: str, entries: list[reference.Entry]) -> Iterator[str]:
    yield f"**[{group}](#{_anchor(group)})**\n"
    yield from (f"- [{entry.name}](#{_anchor(entry.name)}): {_brief(entry.purpose)}" for entry in entries)
    yield ""


def _anchor(heading: str) -> str:
    """The fragment by which GitHub knows a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _brief(purpose: str) -> str:
    return re.split(r"[.;:] ", purpose)[0].rstrip(".")


def _section(entry: reference.Entry) -> Iterator[str]:
    yield f"### {entry.name}\n"
    yield f"{entry.purpose}\n"
    if entry.notes:
        yield f"{entry.notes}\n"
    yield f"```\n={entry.syntax}\n```\n"
    if entry.arguments:
        yield "| Argument | Unit | Default | Allowed | Meaning |\n|---|---|---|---|---|"
        for one in entry.arguments:
            yield f"| `{one.name}` | {one.unit} | {one.default} | {one.bounds} | {one.help} |"
        yield ""
    yield f"**Result**: {entry.result}\n"
    yield from _example(entry)
    yield from _errors(entry)
    if entry.see_also:
        yield f"**See also**: {', '.join(f'[{name}](#{_anchor(name)})' for name in entry.see_also)}\n"


def _errors(entry: reference.Entry) -> Iterator[str]:
    if entry.errors:
        yield "| Error | When | For example |\n|---|---|---|"
        yield from (f"| {one.code} | {_escaped(one.reason)} | `{_escaped(one.formula)}` |" for one in entry.errors)
        yield ""


def _example(entry: reference.Entry) -> Iterator[str]:
    if not entry.example:
        return
    rows = evaluate(entry.example).rows
    is_block = len(rows) > 1 or len(rows[0]) > 1
    yield f"**Example**:\n\n```\n{entry.example}\n```\n"
    yield from _long_arguments(entry)
    if is_block:
        yield "gives\n"
        yield from _table(rows)
    else:
        yield f"gives **{_figure(rows[0][0])}**{_in_unit(entry.unit, rows[0][0])}.\n"
    yield f"Source: {entry.source}.\n"


def _figure(cell: Any) -> str:
    """A figure to read, not to copy: nine digits, in groups."""
    return f"{cell:,.9g}" if isinstance(cell, float) else text(cell)


def _in_unit(unit: str, value: Any) -> str:
    if unit.startswith("fraction"):
        return f" ({value:,.1%})"
    return "" if unit in ("", "text", "x", "same as the inputs", "month number") else f" {unit}"


def _long_arguments(entry: reference.Entry) -> Iterator[str]:
    """Long lists of numbers as columns, as they would stand in a sheet."""
    _, texts = reference.own_call(entry.name, entry.example)
    given = zip((argument.name for argument in entry.arguments), texts, strict=False)
    columns = {name: list(chain.from_iterable(evaluate(cells).rows)) for name, cells in given if cells[:1] == "{"}
    if any(len(cells) > LONG for cells in columns.values()):
        yield "where the ranges hold\n"
        yield f"| {' | '.join(f'`{name}`' for name in columns)} |\n|{'---:|' * len(columns)}"
        for row in zip_longest(*columns.values()):
            yield f"| {' | '.join(map(_figure, row))} |"
        yield ""


def _table(rows: list[list[Any]]) -> Iterator[str]:
    """A block of cells; a table of GitHub's needs a header, which a sheet's columns have."""
    yield f"| {' | '.join('ABCDEFGHIJKL'[: len(rows[0])])} |\n|{'---:|' * len(rows[0])}"
    yield from (f"| {' | '.join(map(_figure, row))} |" for row in rows)
    yield ""


def _escaped(line: str) -> str:
    return line.replace("|", r"\|")


if __name__ == "__main__":
    reference.EXAMPLES.write_text(examples(), encoding="utf-8", newline="\n")
    reference.ERRORS.write_text(errors(), encoding="utf-8", newline="\n")
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
