"""`llmcost-xl serve` and `manifest`: the worksheet functions for Excel on Mac, on the web, and for a company."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llmcost_xl.cli.stop import Stop, say

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVE_EXAMPLES = """Examples:

  llmcost-xl serve --dev

  LLMCOST_XL_TOKENS="ann:a-long-secret-of-hers" llmcost-xl serve --workers 2 --public-url https://budget.example.com
"""
MANIFEST_EXAMPLES = """Example:

  llmcost-xl manifest --public-url https://budget.example.com -o llm-cost.xml
"""

PublicUrl = Annotated[str, typer.Option("--public-url", help="Where Excel finds the server: https://HOST[:PORT].")]
AddinId = Annotated[
    str, typer.Option("--addin-id", help="The add-in's id, a UUID of version 4; omitted: one made from the host name.")
]


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0: all of this machine's.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer; one for each core.")] = 1,
    dev: Annotated[bool, typer.Option("--dev", help="For one person on this machine: no authentication.")] = False,
    public_url: PublicUrl = "",
    addin_id: AddinId = "",
    certificate: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A TLS certificate (PEM), where no proxy has one.")
    ] = None,
    key: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="The certificate's key (PEM).")] = None,
) -> None:
    """Serve the worksheet functions to Excel through xlwings Server.

    xlwings Server has a licence of its own: free for noncommercial use, paid for any other. Settings and what to put in
    front of it are in docs/server.md.
    """
    from llmcost_xl.hosts.server import config, run  # noqa: PLC0415

    if bool(certificate) != bool(key):
        raise Stop(Stop.USAGE, "--certificate and --key go together")
    with _setup_errors():
        if dev:
            os.environ[config.DEV_VARIABLE] = "1"
        config.prepare(os.environ, public_url, addin_id)
        config.check()
        here = f"{'https' if certificate else 'http'}://{_reached(host)}:{port}"
        public_name = os.environ.get("XLWINGS_HOSTNAME")  # which --public-url has set as well
        say(config.LICENCE)
        say(f"health: {here}/health   manifest: {f'https://{public_name}' if public_name else here}/manifest.xml")
        run.run(host, port, workers, certificate, key)


def manifest(
    public_url: Annotated[str, typer.Option("--public-url", help="Where Excel finds the server: https://HOST[:PORT].")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")] = Path("llm-cost-manifest.xml"),
    addin_id: AddinId = "",
) -> None:
    """Write the add-in manifest that an administrator uploads, or a user puts into Excel."""
    from llmcost_xl.hosts.server import config  # noqa: PLC0415
    from llmcost_xl.hosts.server.manifest import rendered  # noqa: PLC0415

    with _setup_errors():
        config.prepare(os.environ, public_url, addin_id)
        text = rendered()
    unfinished = output.with_name(f"{output.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(output)
    say(f"written to {output.resolve()}")


def _reached(host: str) -> str:
    """The address at which this machine reaches a server that listens at `host`."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # all addresses are none to ask
    return f"[{reached}]" if ":" in reached else reached


@contextmanager
def _setup_errors() -> Iterator[None]:
    from llmcost_xl.hosts.server.config import SetupError  # noqa: PLC0415

    try:
        yield
    except SetupError as error:
        raise Stop(Stop.USAGE, str(error)) from None
