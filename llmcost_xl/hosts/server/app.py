"""The application: xlwings Server with our functions and task pane, behind what keeps it answering.

A request passes, from the outside in: the health check, which nothing may delay; the limits on its length and time;
the check of what it says; then, on an event loop of their own unless it is a formula for one cell, the door of the
pane's data and xlwings Server.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl import __version__
from llmcost_xl.hosts.server import config
from llmcost_xl.hosts.server.answers import answer
from llmcost_xl.hosts.server.apart import Apart, take_turns
from llmcost_xl.hosts.server.gate import Gate
from llmcost_xl.hosts.server.limits import Limits
from llmcost_xl.hosts.server.prices import Prices, prices_as_of

if TYPE_CHECKING:
    from llmcost_xl.hosts.server.answers import Application, Receive, Scope, Send

HEALTH: Final = "/health"


class Server:
    """Answers whether it is well; everything else is passed on."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the start and the end of the process."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == HEALTH:
            state = {"status": "ok", "version": __version__, "prices_as_of": prices_as_of()}
            await answer(send, 200, state)
        else:
            await self._app(scope, receive, send)


def create() -> Application:
    """The application, ready to serve; everything a first call needs is loaded.

    Raises:
        SetupError: it may not start as it is set up.
    """
    config.prepare(os.environ)
    forget_pyodide()
    config.check()
    open_no_cache()
    main = import_module("xlwings_server.main")  # after the environment is complete
    from llmcost_xl.hosts.server import door, pane  # noqa: PLC0415  # they need xlwings Server

    functions = import_module("custom_functions")
    scripts = import_module("custom_scripts")
    main.app.router.routes[:0] = pane.routes()
    main.app.router.redirect_slashes = False  # it would redirect to whatever host the client says we are
    inside = door.Door(main.main_app)
    apart = Apart(inside)
    gate = Gate(
        inside,
        apart,
        {name: getattr(functions, name) for name in functions.__all__},
        {name for name, script in vars(scripts).items() if hasattr(script, "__xlscript__")},
        Prices(),
    )

    async def let_in(scope: Scope) -> None:
        await apart.run(door.let_in(scope))

    take_turns()
    return Server(Limits(gate, let_in))


def forget_pyodide() -> None:
    """Spare xlwings a search through every installed package for each cell it reads.

    xlwings asks of every cell whether it is Pyodide's null, and tries to import pyodide.ffi to know; Python remembers a
    module that it has found, but not one that it has not. None in sys.modules says that it need not look. Should
    xlwings no longer ask, this does nothing.
    """
    if sys.platform != "emscripten":
        sys.modules.setdefault("pyodide.ffi", None)  # type: ignore[arg-type]  # documented: such an import fails


def open_no_cache() -> None:
    """Spare every call two turns of another thread, in which xlwings Server opens and closes its cache of objects.

    They take as long as the call itself, and none of our functions keeps objects. Called before xlwings Server's main
    module is imported; should it no longer ask there, this does nothing.
    """
    import_module("xlwings_server.databases").get_redis_client = _no_cache  # type: ignore[attr-defined]


async def _no_cache() -> None:
    """Give what xlwings Server has where no cache is set up."""


async def _lifespan(receive: Receive, send: Send) -> None:
    """Say at once that all is done: an end must not wait for a call under way."""
    while True:
        message: Any = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
