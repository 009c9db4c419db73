"""Writes docs/functions.md and the package's examples from the functions, the vocabulary and the case tables.

Run `python docs/write_reference.py` after adding or changing a worksheet function; a test compares.
"""

from __future__ import annotations

import csv
import io
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from llmcost_xl import reference
from llmcost_xl.calc import evaluate
from llmcost_xl.cli.show import text
from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "functions.md"
INTRODUCTION = """# Worksheet functions

Written by `python docs/write_reference.py` from the functions themselves; do not edit.

Prices are per 1M tokens, rates are fractions (0.2 is 20%), a month has 730 hours, costs and benefits are entered
positive. An optional argument left blank takes its default; a blank required argument is #VALUE!, never 0. A range
where one number is due gives one answer per cell, and a bad cell spoils its own answer only. `if_never` replaces
#NUM! where there is no finite answer. [sources.md](sources.md) says where the economics come from.
"""


def examples() -> str:
    """The package's examples: the first case of each table that a reader can type and that gives a value."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(("function", "formula"))
    writer.writerows((name, formula) for name in FUNCTIONS if (formula := _first_example(name)))
    return lines.getvalue()


def _first_example(name: str) -> str:
    with (ROOT / "tests" / "cases" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        for case in csv.DictReader(file):
            if "BLANK" not in case["formula"] and not any(code in case["expected"] for code in EXCEL_ERRORS):
                return f"={_call(name, case['formula'])}"
    return ""


def _call(name: str, formula: str) -> str:
    """The function's own call, without the INDEX or SUM that a case may have around it."""
    call = formula[formula.index(f"{name}(") :]
    depth = 0
    for position, character in enumerate(call):
        depth += (character == "(") - (character == ")")
        if character == ")" and not depth:
            return call[: position + 1]
    raise ValueError(f"{formula} has no end")


def page() -> str:
    """The reference page."""
    parts = [INTRODUCTION]
    for group, entries in groupby(reference.entries(), key=lambda entry: entry.group):
        parts.append(f"## {group}\n")
        parts += ["\n".join(_section(entry)) for entry in entries]
    return "\n".join(parts)


def _section(entry: reference.Entry) -> Iterator[str]:
    yield f"### {entry.name}\n"
    yield f"{entry.purpose}\n"
    if entry.notes:
        yield f"{entry.notes}\n"
    yield f"```\n={entry.syntax}\n```\n"
    if entry.arguments:
        yield "| Argument | Default | Unit | Allowed | Meaning |\n|---|---|---|---|---|"
        for one in entry.arguments:
            yield f"| `{one.name}` | {one.default} | {one.unit} | {one.bounds} | {one.help} |"
        yield ""
    if entry.example:
        yield from _example(entry)


def _example(entry: reference.Entry) -> Iterator[str]:
    rows = evaluate(entry.example).rows
    if len(rows) == len(rows[0]) == 1:
        yield f"Example: `{entry.example}` gives {text(rows[0][0])}\n"
    elif entry.group.startswith("Prices"):  # a list, which changes with the catalogue
        yield f"Example: `{entry.example}`\n"
    else:
        yield f"Example: `{entry.example}` gives\n\n```"
        yield from ("\t".join(map(text, row)) for row in rows)
        yield "```\n"


if __name__ == "__main__":
    reference.EXAMPLES.write_text(examples(), encoding="utf-8", newline="\n")
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
