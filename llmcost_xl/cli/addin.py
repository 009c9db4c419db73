"""`llmcost-xl addin`: the add-in for Excel on Windows."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from llmcost_xl.cli.show import AsJson, as_json, as_table
from llmcost_xl.cli.stop import Stop, say

app = typer.Typer(
    help="Build, install, check and remove the add-in for Excel on Windows.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
WINDOWS_ONLY = (
    "the classic add-in is for Excel on Windows only; here use `llmcost-xl serve` (Mac and web), xlwings Lite "
    "(`llmcost-xl lite`) or LibreOffice (`llmcost-xl libreoffice`)"
)


@app.command(epilog="Example: llmcost-xl addin build -o dist/llmcost-xl.xlam --force")
def build(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to; omitted: llmcost-xl.xlam in this folder.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists already.")] = False,
    python: Annotated[
        str | None,
        typer.Option("--python", help=r"The python.exe it starts, e.g. %LOCALAPPDATA%\llmcost\Scripts\python.exe."),
    ] = None,
) -> None:
    """Write the add-in file, on any system; Excel opens it on Windows.

    It starts the Python that `addin install` names in each user's settings, or for an add-in that many people load from
    one place, the one given here.
    """
    from llmcost_xl.hosts.windows.addin import FILE_NAME  # noqa: PLC0415
    from llmcost_xl.hosts.windows.addin import build as build_addin  # noqa: PLC0415

    path = build_addin(output or Path(FILE_NAME), force=force, interpreter=python)
    sys.stdout.write(f"Written to {path.resolve()}\n")


@app.command(epilog="Example: llmcost-xl addin install")
def install() -> None:
    """Build the add-in and put it where your Excel loads it; no administrator's rights are needed.

    Close Excel first. Settings of your own in the add-in's settings file are kept.
    """
    from llmcost_xl.hosts.windows.install import Places  # noqa: PLC0415
    from llmcost_xl.hosts.windows.install import install as install_addin  # noqa: PLC0415

    _on_windows()
    _print(install_addin(Places.of(os.environ), sys.executable, os.environ))
    say('open Excel, type =QUERY_COST("gpt-4o",500,200) into a cell, then run: llmcost-xl addin doctor')


@app.command(epilog="Example: llmcost-xl addin uninstall")
def uninstall() -> None:
    """Remove the add-in and the settings it was given, nothing else."""
    from llmcost_xl.hosts.windows.install import Places  # noqa: PLC0415
    from llmcost_xl.hosts.windows.install import uninstall as uninstall_addin  # noqa: PLC0415

    _on_windows()
    _print(uninstall_addin(Places.of(os.environ)) or ["nothing to remove: the add-in is not installed"])


@app.command("doctor", epilog="Example: llmcost-xl addin doctor --json")
@app.command(epilog="Example: llmcost-xl addin status")
def status(json: AsJson = False) -> None:
    """Check Python, Excel, the add-in, its settings and the macro settings, and say what to do next.

    `status` and `doctor` are the same. The exit code is 0 unless there is a problem, then 4.
    """
    from llmcost_xl.hosts.windows.doctor import PROBLEM, Check, examine  # noqa: PLC0415
    from llmcost_xl.hosts.windows.machine import this_machine  # noqa: PLC0415

    checks = examine(this_machine())
    if json:
        as_json([check._asdict() for check in checks])
    else:
        as_table(Check._fields, checks)
    problems = sum(check.state == PROBLEM for check in checks)
    if problems:
        raise Stop(Stop.REJECTED, f"{problems} problem{'s' * (problems > 1)}; the column next_step says what to do")


def _on_windows() -> None:
    if sys.platform != "win32":
        raise Stop(Stop.USAGE, WINDOWS_ONLY)


def _print(lines: list[str]) -> None:
    sys.stdout.write("".join(f"{line[:1].upper()}{line[1:]}\n" for line in lines))
