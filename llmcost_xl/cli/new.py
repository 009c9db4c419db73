"""`llmcost-xl new`: a workbook, filled in and ready to open."""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from llmcost_xl.cli.choices import CURRENCY, DATE, FUNCTIONS, MODELS, MONTHS, PRICES, RATE, START, options
from llmcost_xl.cli.show import AsJson, as_json, as_table
from llmcost_xl.cli.stop import Stop

EXAMPLES = """Examples:

  llmcost-xl new roi

  llmcost-xl new llm-budget --start 2027-04 --months 24 --currency EUR --rate 0.92 --rate-date 2026-11-20

  llmcost-xl new api-vs-self-hosting --model claude-haiku-4-5 --prices company-prices.csv -o decision.xlsx

  llmcost-xl new hidden-costs --write-inputs mine.csv, then edit it, then: llmcost-xl new hidden-costs --inputs mine.csv

  llmcost-xl new --list
"""
EXISTING_FILE = typer.Option("--inputs", help="Fill in your figures from a CSV or YAML file, by quantity name.")
PATTERN_FILE = typer.Option(
    "--write-inputs", help="Write all inputs with their prefilled figures to this CSV file, and make no workbook."
)


def new(  # one parameter per option of the command
    name: Annotated[str, typer.Argument(help="Which workbook; --list shows them.")] = "",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to; omitted: NAME.xlsx in this folder.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists already.")] = False,
    names: Annotated[bool, typer.Option("--list", help="List the workbooks there are.")] = False,
    start: Annotated[str, START] = "",
    months: Annotated[int | None, MONTHS] = None,
    currency: Annotated[str, CURRENCY] = "USD",
    rate: Annotated[float | None, RATE] = None,
    rate_date: Annotated[str, DATE] = "",
    prices: Annotated[list[str] | None, PRICES] = None,
    model: Annotated[list[str] | None, MODELS] = None,
    inputs: Annotated[Path | None, EXISTING_FILE] = None,
    write_inputs: Annotated[Path | None, PATTERN_FILE] = None,
    functions: Annotated[str, FUNCTIONS] = "native",
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
    chosen = options(
        start=start, months=months, currency=currency, rate=rate, rate_date=rate_date, prices=prices or [],
        models=model or [], inputs=inputs, functions=functions,
    )  # fmt: skip
    if write_inputs is not None:
        _write_inputs(name, chosen, write_inputs, force=force)
        return
    path = output or Path(f"{name}.xlsx")
    workbook = _built(name, chosen)
    workbook.save(path, force=force)
    figures = workbook.headlines()
    if json:
        as_json({"file": path.resolve(), "figures": [figure._asdict() for figure in figures]})
        return
    as_table(("figure", "value", "unit"), [_line(figure) for figure in figures], titles[name])
    sys.stdout.write(f"Written to {path.resolve()}\n")


def _built(name: str, chosen: Any) -> Any:
    from rich.console import Console  # noqa: PLC0415

    from llmcost_xl.errors import NotAvailableError, OutOfDomainError  # noqa: PLC0415
    from llmcost_xl.workbook import build  # noqa: PLC0415
    from llmcost_xl.workbook.inputsfile import InputsError  # noqa: PLC0415

    try:
        with Console(stderr=True).status(f"Building {name}"):
            return build(name, chosen)
    except InputsError as error:
        raise Stop(Stop.REFUSED, str(error)) from None
    except (NotAvailableError, OutOfDomainError) as error:
        raise Stop(Stop.USAGE, str(error)) from None


def _write_inputs(name: str, chosen: Any, path: Path, *, force: bool) -> None:
    from llmcost_xl.workbook import template  # noqa: PLC0415
    from llmcost_xl.workbook.inputsfile import written  # noqa: PLC0415
    from llmcost_xl.workbook.saving import save  # noqa: PLC0415

    content = written(template(name, chosen))
    save(content, path, force=force, suffix=".csv")
    sys.stdout.write(f"Written to {path.resolve()}: edit it, then llmcost-xl new {name} --inputs {path}\n")


def _line(figure: Any) -> tuple[str, str, str]:
    """A headline figure with its value as the workbook's number format shows it, and at least two digits."""
    from llmcost_xl.quantities import UNITS  # noqa: PLC0415

    label, value, unit = figure
    if not isinstance(value, int | float):
        return label, str(value), unit
    in_dollars = re.sub(r"\b[A-Z]{3}\b", "USD", unit, count=1)  # a figure has as many decimals in any currency
    number_format = UNITS.get(unit) or UNITS.get(in_dollars, "#,##0.00")
    zeros = re.search(r"\.(0+)", number_format)
    decimals = max(len(zeros[1]) if zeros else 0, 2 if 0 < abs(value) < 1 else 0)
    if "%" in number_format:
        return label, f"{value:,.{decimals}%}", ""
    return label, f"{value:,.{decimals}f}", unit
