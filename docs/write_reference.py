"""Writes what the functions, the vocabulary and the case tables say: docs/functions.md, and the examples to try.

Run `python docs/write_reference.py` after adding or changing a worksheet function; tests compare.
"""

from __future__ import annotations

import re
import sys
from itertools import accumulate, chain, groupby, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl import reference
from llmcost_xl.calc import evaluate
from llmcost_xl.cli.show import text
from llmcost_xl.hosts import examples
from llmcost_xl.workbook.saving import save

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "functions.md"
WORKBOOKS: Final = {"classic": "function-examples.xlsx", "office": "function-examples-officejs.xlsx"}
INTRODUCTION: Final = Path(__file__).with_suffix(".txt")
"""What the page says before its contents."""

BRIEF: Final = 20  # letters; fewer say too little
UNIT: Final = re.compile(r", (in (?!which)[^,]*|as a fraction)$")
LONG: Final = 4  # a longer list of numbers is shown as a column


def page() -> str:
    """The reference page."""
    groups = [(group, list(entries)) for group, entries in groupby(reference.entries(), key=lambda entry: entry.group)]
    parts = [
        INTRODUCTION.read_text(encoding="utf-8"),
        *chain.from_iterable(_contents(group, entries) for group, entries in groups),
    ]
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
    """The first words of a purpose that say something, without the unit."""
    words = next(words for words in accumulate(re.split(r"(?<=[.;:]) ", purpose), "{} {}".format) if len(words) > BRIEF)
    return UNIT.sub("", words.rstrip(".;:"))


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
        yield "| Error | Why | For example |\n|---|---|---|"
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
    sys.path.insert(0, str(ROOT / "tests"))
    import shown_cases

    reference.EXAMPLES.write_text(shown_cases.examples(), encoding="utf-8", newline="\n")
    reference.ERRORS.write_text(shown_cases.errors(), encoding="utf-8", newline="\n")
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    for names, file in WORKBOOKS.items():
        save(examples.workbook(names), ROOT / "templates" / file, force=True)
