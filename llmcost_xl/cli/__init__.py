"""The command line: `llmcost-xl new`, `reprice`, `lint`, `calc`, `functions`, `prices`, and the spreadsheet hosts' own.

Those are `addin`, `libreoffice`, `lite`, and for xlwings Server `serve` and `manifest`.

Every command imports what it needs when it runs, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from typing import Annotated

import typer

from llmcost_xl import __version__
from llmcost_xl.cli import addin, calc, functions, libreoffice, lint, lite, new, prices, reprice, serve
from llmcost_xl.cli.stop import Stop, say
from llmcost_xl.errors import LLMCostError, RefusedError

app = typer.Typer(
    help="The money in large language models: formulas, dated prices, budget workbooks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("new", epilog=new.EXAMPLES)(new.new)
app.command("lint", epilog=lint.EXAMPLES)(lint.lint)
app.command("calc", epilog=calc.EXAMPLES)(calc.calc)
app.command("functions", epilog=functions.EXAMPLES)(functions.functions)
app.command("reprice", epilog=reprice.EXAMPLES)(reprice.reprice)
app.add_typer(prices.app, name="prices")
app.add_typer(addin.app, name="addin")
app.add_typer(libreoffice.app, name="libreoffice")
app.command("lite", epilog=lite.EXAMPLES)(lite.lite)
app.command("serve", epilog=serve.SERVE_EXAMPLES)(serve.serve)
app.command("manifest", epilog=serve.MANIFEST_EXAMPLES)(serve.manifest)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code; whatever goes wrong is one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console may not know every character
    try:
        app(args=arguments, prog_name="llmcost-xl")
    except Stop as stop:
        say(str(stop))
        sys.exit(stop.code)
    except LLMCostError as error:
        say(str(error))
        sys.exit(_code(error))
    except OSError as error:
        say(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
        sys.exit(Stop.FILE)
    except Exception:  # noqa: BLE001  # our own bug: the user sees where its story is kept, not the story
        with tempfile.NamedTemporaryFile("w", prefix="llmcost-xl-", suffix=".log", delete=False) as log:
            log.write(f"llmcost-xl {__version__}, arguments {arguments or sys.argv[1:]}\n{traceback.format_exc()}")
        say(f"this is a bug in llmcost-xl, not in your input; please report it with {log.name}")
        sys.exit(Stop.BUG)


def _code(error: LLMCostError) -> int:
    from llmcost_xl.catalogue.checks import PriceFileError, PriceTableError  # noqa: PLC0415
    from llmcost_xl.catalogue.store import StoreError  # noqa: PLC0415

    if isinstance(error, PriceFileError | StoreError):
        return Stop.FILE
    return Stop.REFUSED if isinstance(error, PriceTableError | RefusedError) else Stop.REJECTED


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"llmcost-xl {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass
