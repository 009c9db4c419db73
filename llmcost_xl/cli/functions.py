"""`llmcost-xl functions`: the reference of the worksheet functions, and the workbook of their examples."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path  # noqa: TC003  # typer reads the annotations when the command runs
from typing import TYPE_CHECKING, Annotated

import typer

from llmcost_xl.cli.show import AsJson, as_json, as_table, text
from llmcost_xl.cli.stop import Stop

if TYPE_CHECKING:
    from llmcost_xl.reference import Entry

EXAMPLES = """Examples:

  llmcost-xl functions

  llmcost-xl functions QUERY_COST

  llmcost-xl functions --workbook function-examples.xlsx

  llmcost-xl functions --json
"""

CLASSIC = "classic"


def functions(
    name: Annotated[str, typer.Argument(help="A worksheet function; omitted: all of them.")] = "",
    workbook: Annotated[
        Path | None, typer.Option("--workbook", metavar="FILE", help="Write a live example of every function to FILE.")
    ] = None,
    names: Annotated[
        str,
        typer.Option(
            "--names",
            metavar="classic|office",
            help="How the workbook stores the functions' names: classic for the Windows add-in and LibreOffice, "
            "office for xlwings Server and xlwings Lite.",
        ),
    ] = CLASSIC,
    force: Annotated[bool, typer.Option("--force", help="Replace a workbook that exists already.")] = False,
    json: AsJson = False,
) -> None:
    """Look up the worksheet functions.

    Without a name: all of them, one line each. With one: its arguments with units and bounds, its result, its errors,
    and a worked example with its source.
    """
    from llmcost_xl import reference  # noqa: PLC0415

    if workbook is not None:
        _write(workbook, name, names, force=force)
        if json:
            as_json({"file": workbook.resolve()})
        else:
            sys.stdout.write(f"Written to {workbook.resolve()}\n")
        return
    if force or names != CLASSIC:
        raise Stop(Stop.USAGE, "--names and --force are about the file that --workbook names")
    if not name:
        entries = reference.entries()
        if json:
            as_json([asdict(entry) for entry in entries])
        else:
            as_table(["function", "group", "purpose"], [(one.name, one.group, one.purpose) for one in entries])
        return
    entry = reference.entry(name)
    if entry is None:
        nearest = ", ".join(reference.nearest(name))
        hint = f"the nearest: {nearest}" if nearest else "`llmcost-xl functions` lists them all"
        raise Stop(Stop.USAGE, f"there is no worksheet function {name}; {hint}")
    if json:
        as_json(asdict(entry) | {"value": _value(entry)})
    else:
        _page(entry)


def _write(path: Path, name: str, names: str, *, force: bool) -> None:
    from llmcost_xl.hosts import examples  # noqa: PLC0415
    from llmcost_xl.workbook.saving import save  # noqa: PLC0415

    if name:
        raise Stop(Stop.USAGE, f"--workbook holds every function; leave {name} out")
    if names not in examples.NAMES:
        raise Stop(Stop.USAGE, f"--names is {' or '.join(examples.NAMES)}, not {names!r}")
    save(examples.workbook(names), path, force=force)


def _page(entry: Entry) -> None:
    _paragraphs(entry.purpose, entry.notes, f"  ={entry.syntax}")
    if entry.arguments:
        rows = [(one.name, one.unit, one.default, one.bounds, one.help) for one in entry.arguments]
        as_table(["argument", "unit", "default", "allowed", "meaning"], rows)
        sys.stdout.write("\n")
    shown = "; ".join(", ".join(map(text, row)) for row in _rows(_value(entry)))
    example = f"Example: {entry.example} gives {shown}\nSource: {entry.source}" if entry.example else ""
    _paragraphs(f"Result: {entry.result}", example)
    if entry.errors:
        as_table(["error", "why", "for example"], [(one.code, one.reason, one.formula) for one in entry.errors])
    if entry.see_also:
        sys.stdout.write(f"\nSee also: {', '.join(entry.see_also)}\n")


def _paragraphs(*texts: str) -> None:
    sys.stdout.write("".join(f"{part}\n\n" for part in texts if part))


def _value(entry: Entry) -> object:
    from llmcost_xl.calc import evaluate  # noqa: PLC0415  # the spreadsheet engine, and only an example needs it

    return evaluate(entry.example).value if entry.example else None


def _rows(value: object) -> list[list[object]]:
    return value if isinstance(value, list) else [[value]]
