"""`llmcost-xl functions`: the reference of the worksheet functions."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from llmcost_xl.cli.show import AsJson, as_json, as_table, text
from llmcost_xl.cli.stop import Stop

if TYPE_CHECKING:
    from llmcost_xl.reference import Entry

EXAMPLES = """Examples:

  llmcost-xl functions

  llmcost-xl functions QUERY_COST

  llmcost-xl functions --json
"""


def functions(
    name: Annotated[str, typer.Argument(help="A worksheet function; omitted: all of them.")] = "",
    json: AsJson = False,
) -> None:
    """Look up the worksheet functions.

    Without a name: all of them, one line each. With one: its arguments with units and bounds, and an example.
    """
    from llmcost_xl import reference  # noqa: PLC0415

    if not name:
        entries = reference.entries()
        if json:
            as_json([asdict(entry) for entry in entries])
        else:
            as_table(["function", "group", "purpose"], [(one.name, one.group, one.purpose) for one in entries])
        return
    entry = reference.entry(name)
    if entry is None:
        nearest = ", ".join(reference.nearest(name)) or "`llmcost-xl functions` lists them all"
        raise Stop(Stop.USAGE, f"there is no worksheet function {name}; the nearest: {nearest}")
    if json:
        as_json(asdict(entry) | {"value": _value(entry)})
    else:
        _page(entry)


def _page(entry: Entry) -> None:
    sys.stdout.write("\n\n".join(part for part in (entry.purpose, entry.notes, f"  ={entry.syntax}") if part) + "\n\n")
    rows = [(one.name, one.default, one.unit, one.bounds, one.help) for one in entry.arguments]
    as_table(["argument", "default", "unit", "bounds", "meaning"], rows)
    if entry.example:
        shown = "; ".join(", ".join(map(text, row)) for row in _rows(_value(entry)))
        sys.stdout.write(f"\nExample: {entry.example} gives {shown}\n")


def _value(entry: Entry) -> object:
    from llmcost_xl.calc import evaluate  # noqa: PLC0415  # the spreadsheet engine, and only an example needs it

    return evaluate(entry.example).value if entry.example else None


def _rows(value: object) -> list[list[object]]:
    return value if isinstance(value, list) else [[value]]
