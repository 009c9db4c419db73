"""`llmcost-xl libreoffice`: the worksheet functions in LibreOffice Calc."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from llmcost_xl import __version__
from llmcost_xl.cli.stop import Stop, say

app = typer.Typer(
    help="Build, install, check and remove the extension for LibreOffice Calc.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Office = Annotated[
    Path | None,
    typer.Option("--office", help="LibreOffice's program folder; omitted: where it is usually installed."),
]


@app.command(epilog="Example: llmcost-xl libreoffice build -o dist/llmcost-xl.oxt --force")
def build(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to; omitted: llmcost-xl.oxt in this folder.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists already.")] = False,
) -> None:
    """Write the extension file, which LibreOffice installs when it is opened.

    It carries the functions and the prices, and needs no other Python than LibreOffice's own.
    """
    from llmcost_xl.hosts.libreoffice.build import IDENTIFIER, SUFFIX, extension  # noqa: PLC0415
    from llmcost_xl.workbook.saving import save  # noqa: PLC0415

    path = output or Path(f"{IDENTIFIER}{SUFFIX}")
    if path.suffix.lower() != SUFFIX:
        raise Stop(Stop.USAGE, f"{path}: the name of an extension ends in {SUFFIX}")
    save(extension(), path, force=force, suffix=SUFFIX)
    sys.stdout.write(f"Written to {path.resolve()}\n")


@app.command(epilog="Example: llmcost-xl libreoffice install")
def install(office: Office = None) -> None:
    """Install the extension for you, or replace the one you have.

    It takes the prices along that are in force now; those of a later `llmcost-xl prices update` it finds by itself.
    """
    from llmcost_xl.hosts.libreoffice.install import Unopkg  # noqa: PLC0415

    installed = Unopkg(office).install()
    sys.stdout.write(f"Installed llmcost-xl {installed.version} in LibreOffice\n")
    say('start LibreOffice anew and type =QUERY_COST("gpt-4o",500,200) into a cell')


@app.command(epilog="Example: llmcost-xl libreoffice status")
def status(office: Office = None) -> None:
    """Say which extension is installed for you. The exit code is 0 if it is the one of this package, else 4."""
    from llmcost_xl.hosts.libreoffice.install import Unopkg  # noqa: PLC0415

    unopkg = Unopkg(office)
    installed = unopkg.installed()
    sys.stdout.write(f"LibreOffice: {Path(unopkg.program).resolve().parent}\n")
    if installed is None:
        raise Stop(Stop.REJECTED, "the extension is not installed; llmcost-xl libreoffice install does it")
    sys.stdout.write(f"Extension: {installed.version}, {'' if installed.is_registered else 'not '}active\n")
    if not installed.is_registered:
        raise Stop(Stop.REJECTED, "it is switched off; Tools, Extension Manager in LibreOffice switches it on")
    if installed.version != __version__:
        raise Stop(Stop.REJECTED, f"this package is {__version__}; llmcost-xl libreoffice install replaces it")


@app.command(epilog="Example: llmcost-xl libreoffice uninstall")
def uninstall(office: Office = None) -> None:
    """Remove the extension."""
    from llmcost_xl.hosts.libreoffice.install import Unopkg  # noqa: PLC0415

    removed = Unopkg(office).uninstall()
    sys.stdout.write("Extension removed\n" if removed else "Nothing to remove: the extension is not installed\n")
