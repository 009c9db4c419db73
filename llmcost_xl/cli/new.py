"""`llmcost-xl new`: a workbook, filled in and ready to open."""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from llmcost_xl.cli.show import AsJson, as_json, as_table
from llmcost_xl.cli.stop import Stop

EXAMPLES = """Examples:

  llmcost-xl new roi

  llmcost-xl new hidden-costs -o budgets/assistant.xlsx --force

  llmcost-xl new --list
"""


def new(
    name: Annotated[str, typer.Argument(help="Which workbook; --list shows them.")] = "",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to; omitted: NAME.xlsx in this folder.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists already.")] = False,
    names: Annotated[bool, typer.Option("--list", help="List the workbooks there are.")] = False,
    json: AsJson = False,
) -> None:
    """Make a workbook.

    It is filled with a worked case, ready to be overwritten with yours, and calculates without the add-in.
    """
    from llmcost_xl.workbook import available  # noqa: PLC0415

    titles = available()
    if names:
        if json:
            as_json(titles)
        else:
            as_table(("workbook", "title"), list(titles.items()))
        return
    if not name:
        raise Stop(Stop.USAGE, f"which workbook? There are {', '.join(titles)}")
    if name not in titles:
        nearest = difflib.get_close_matches(name, titles, n=3, cutoff=0.3) or list(titles)
        raise Stop(Stop.USAGE, f"there is no workbook {name!r}; the nearest: {', '.join(nearest)}")
    path = output or Path(f"{name}.xlsx")
    workbook = _built(name)
    workbook.save(path, force=force)
    figures = workbook.headlines()
    if json:
        as_json({"file": path.resolve(), "figures": [figure._asdict() for figure in figures]})
        return
    as_table(("figure", "value", "unit"), [_line(figure) for figure in figures], titles[name])
    sys.stdout.write(f"Written to {path.resolve()}\n")


def _built(name: str) -> Any:
    from rich.console import Console  # noqa: PLC0415

    from llmcost_xl.workbook import build  # noqa: PLC0415

    with Console(stderr=True).status(f"Building {name}"):
        return build(name)


def _line(figure: Any) -> tuple[str, str, str]:
    """A headline figure with its value as the workbook's number format shows it, and at least two digits."""
    from llmcost_xl.quantities import UNITS  # noqa: PLC0415

    label, value, unit = figure
    if not isinstance(value, int | float):
        return label, str(value), unit
    number_format = UNITS.get(unit, "#,##0.00")
    zeros = re.search(r"\.(0+)", number_format)
    decimals = max(len(zeros[1]) if zeros else 0, 2 if 0 < abs(value) < 1 else 0)
    if "%" in number_format:
        return label, f"{value:,.{decimals}%}", ""
    return label, f"{value:,.{decimals}f}", unit
