"""`llmcost-xl prices pin`: a company price file."""

from __future__ import annotations

import re
import sys
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from llmcost_xl.cli.prices.look import AsOf, book_and_day
from llmcost_xl.cli.stop import Stop, say

EXAMPLES = """Examples:

  llmcost-xl prices pin gpt-4o claude-haiku-4-5 -o prices.csv

  llmcost-xl prices pin openai/gpt-4o --as-of 2026-07-01 --discount 10% -o contract-17.csv
"""
DISCOUNT = re.compile(r"(\d+(?:\.\d+)?)(%?)")


def pin(
    models: Annotated[list[str], typer.Argument(metavar="MODEL...", help="Models, e.g. gpt-4o or azure/gpt-4o.")],
    as_of: AsOf = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; omitted: standard output.")
    ] = None,
    discount: Annotated[str, typer.Option(help="A discount on the prices of tokens, as 10% or 0.1.")] = "0",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists already.")] = False,
) -> None:
    """Write the prices in force, and the dated ones to come, as a company price file.

    LLMCOST_XL_PRICES and the option --prices read it: the prices of these models then stay, whatever updates bring.
    """
    from llmcost_xl.catalogue import pin as pins  # noqa: PLC0415
    from llmcost_xl.catalogue.publishing import replace  # noqa: PLC0415

    share = _share(discount)
    book, day = book_and_day(as_of, None)
    text = pins.as_price_file(pins.pinned(book, models, day, share), book.content_hash)
    if output is None:
        sys.stdout.write(text)
        return
    if output.is_dir():
        raise Stop(Stop.FILE, f"{output} is a folder; --output wants a file")
    if output.exists() and not force:
        raise Stop(Stop.FILE, f"{output} exists already; --force replaces it")
    try:
        replace(output, text.encode())
    except OSError as error:
        raise Stop(Stop.FILE, f"{output} cannot be written: {error.strerror}") from None
    say(f"{text.count(chr(10)) - 1} prices as of {day}, written to {output}")


def _share(text: str) -> float:
    found = DISCOUNT.fullmatch(text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else -1.0
    if not 0 <= share <= 1:
        raise Stop(Stop.USAGE, f"--discount must be a share such as 10% or 0.1; received {text!r}")
    return share
