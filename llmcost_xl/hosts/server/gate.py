"""Looks at a call before xlwings Server does: is it one, is it not too much, are the prices read the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.hosts.server.answers import given, refuse
from llmcost_xl.hosts.server.calls import check_book, check_call
from llmcost_xl.hosts.server.limits import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmcost_xl.hosts.server.answers import Application, Receive, Scope, Send
    from llmcost_xl.hosts.server.prices import Prices

CALL: Final = "/xlwings/custom-functions-call"
SCRIPT: Final = "/xlwings/custom-scripts-call/"


class Gate:
    """Passes on requests that make sense."""

    def __init__(self, app: Application, functions: Mapping[str, Any], scripts: set[str], prices: Prices) -> None:
        self._app = app
        self._functions = functions
        self._scripts = scripts
        self._prices = prices

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        self._prices.look()
        if scope["method"] != "POST" or not scope["path"].startswith((CALL, SCRIPT)):
            await self._app(scope, receive, send)
            return
        first = await receive()  # the whole body: the limits have held it back until it was complete
        try:
            self._check(scope, first["body"])
        except RefusalError as refusal:
            await refuse(send, refusal.status, str(refusal))
        else:
            await self._app(scope, given(first["body"], receive), send)

    def _check(self, scope: Scope, body: bytes) -> None:
        if not dict(scope["headers"]).get(b"content-type", b"").startswith(b"application/json"):
            raise RefusalError(415, "the request must be of type application/json")
        path: str = scope["path"]
        if path == CALL:
            check_call(body, self._functions)
        elif path.removeprefix(SCRIPT) in self._scripts:  # xlwings Server would call whatever its module has
            check_book(body)
        else:
            raise RefusalError(404, "there is no such script")
