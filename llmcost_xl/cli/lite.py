"""`llmcost-xl lite`: a workbook that brings the worksheet functions along, for an Excel without Python."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from llmcost_xl.cli.stop import Stop, say

EXAMPLES = """Examples:

  llmcost-xl lite budget.xlsx

  llmcost-xl lite budget.xlsx -o budget-for-the-web.xlsx --force

  llmcost-xl lite --print > main.py
"""


def lite(
    workbook: Annotated[
        Path | None, typer.Argument(help="The finished .xlsx or .xlsm workbook.", readable=False)  # open() says why not
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to; omitted: the workbook itself is replaced.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists already.")] = False,
    code: Annotated[bool, typer.Option("--print", help="Print main.py, to be pasted into xlwings Lite.")] = False,
    requirements: Annotated[bool, typer.Option("--requirements", help="Print requirements.txt likewise.")] = False,
) -> None:
    """Put the functions into a workbook, for xlwings Lite.

    The workbook then carries all code and prices; whoever opens it needs only the free add-in xlwings Lite in Excel on
    Windows, Mac or the web. Do it last: openpyxl and other programs drop the code when they save the file.
    """
    if code or requirements:
        if workbook or output or force:
            raise Stop(Stop.USAGE, "--print and --requirements only show text; leave the workbook, -o and --force out")
        _print(code, requirements)
        return
    if not workbook:
        raise Stop(Stop.USAGE, "which workbook? Name an .xlsx or .xlsm file, or use --print")
    target = output or workbook.resolve()  # a link stays a link
    if target.suffix.lower() != workbook.suffix.lower():
        raise Stop(Stop.USAGE, f"{target}: the name must end in {workbook.suffix} as that of {workbook} does")
    content, embedded = _embedded(workbook)
    if embedded == content and not output:
        sys.stdout.write(f"{workbook} carries this code already; nothing was changed\n")
        return
    _save(embedded, content, workbook, target, force=force or not output)
    grown = (len(embedded) - len(content)) / 1000
    sys.stdout.write(f"Written to {target.resolve()} ({grown:+,.0f} kB)\n")
    _warn(content)


def _print(code: bool, requirements: bool) -> None:
    from llmcost_xl.hosts.lite.code import main_py, requirements_txt  # noqa: PLC0415

    if code and requirements:
        raise Stop(Stop.USAGE, "--print and --requirements are two files; ask for one at a time")
    sys.stdout.write(main_py() if code else requirements_txt())


def _embedded(workbook: Path) -> tuple[bytes, bytes]:
    """The workbook as it is, and with the code."""
    from llmcost_xl.hosts.lite.archive import LARGEST_FILE, RefusedError  # noqa: PLC0415
    from llmcost_xl.hosts.lite.embed import embed  # noqa: PLC0415
    from llmcost_xl.workbook.saving import refuse_open  # noqa: PLC0415

    if not workbook.is_file():
        raise Stop(Stop.FILE, f"{workbook}: {'is a folder' if workbook.is_dir() else 'there is no such file'}")
    refuse_open(workbook)
    size = workbook.stat().st_size
    if size > LARGEST_FILE:
        raise Stop(Stop.REFUSED, f"{workbook}: has {size / 2**20:,.1f} MB; {LARGEST_FILE // 2**20} MB are the limit")
    content = workbook.read_bytes()
    try:
        return content, embed(content)
    except RefusedError as reason:
        raise Stop(Stop.REFUSED, f"{workbook}: {reason}; nothing was changed") from reason


def _save(embedded: bytes, content: bytes, workbook: Path, target: Path, *, force: bool) -> None:
    from llmcost_xl.workbook.saving import save  # noqa: PLC0415

    if workbook.read_bytes() != content:
        raise Stop(Stop.FILE, f"{workbook}: was changed by somebody else meanwhile; nothing was written")
    save(embedded, target, force=force, suffix=workbook.suffix.lower())


def _warn(content: bytes) -> None:
    from llmcost_xl.hosts.lite.formulas import plain_formulas  # noqa: PLC0415

    plain = plain_formulas(content)
    if plain:
        say(
            f"formulas that call our functions by the names other hosts store: {plain:,}; they were left as they are. "
            "Where Excel with xlwings Lite shows #NAME?, enter the formula again (F2, Enter)"
        )
