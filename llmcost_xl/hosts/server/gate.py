"""Looks at a call before xlwings Server does: is it one, is it not too much, are the prices read the latest.

And says where it is computed. What takes long is done apart; a formula for one cell, which is most calls, on the loop
that also serves the network, for it takes less time than being passed to another thread and back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.hosts.server.answers import given, refuse
from llmcost_xl.hosts.server.calls import check_book, check_call
from llmcost_xl.hosts.server.limits import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmcost_xl.hosts.server.answers import Application, Receive, Scope, Send
    from llmcost_xl.hosts.server.apart import Apart
    from llmcost_xl.hosts.server.prices import Prices

CALL: Final = "/xlwings/custom-functions-call"
SCRIPT: Final = "/xlwings/custom-scripts-call/"
ORDINARY: Final = re.compile(r"(/(?!\.)[A-Za-z0-9@._+-]+)*/?")
"""A path of ours. xlwings Server looks up a static file even where .. or a drive leads out of its folder."""
SHORT: Final = 20_000  # bytes; to read more takes too long to do it where the network is served


class Gate:
    """Passes on requests that make sense."""

    def __init__(
        self, app: Application, apart: Apart, functions: Mapping[str, Any], scripts: set[str], prices: Prices
    ) -> None:
        self._app = app
        self._apart = apart  # the same application, where it may take its time
        self._functions = functions
        self._scripts = scripts
        self._prices = prices

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not ORDINARY.fullmatch(scope["path"]):
            await refuse(send, 404, "there is nothing at this address")
            return
        self._prices.look()
        if scope["method"] != "POST" or not scope["path"].startswith((CALL, SCRIPT)):
            await self._apart(scope, receive, send)
            return
        body = (await receive())["body"]  # whole: the limits have held it back until it was complete
        try:
            if len(body) <= SHORT:
                is_small = self._check(scope, body)
            else:
                is_small = await self._apart.run(self._checked_apart(scope, body))
        except RefusalError as refusal:
            await refuse(send, refusal.status, str(refusal))
        else:
            await (self._app if is_small else self._apart)(scope, given(body, receive), send)

    async def _checked_apart(self, scope: Scope, body: bytes) -> bool:
        return self._check(scope, body)

    def _check(self, scope: Scope, body: bytes) -> bool:
        """Whether the call is done at once."""
        content_type: bytes = dict(scope["headers"]).get(b"content-type", b"")
        if content_type.partition(b";")[0].strip().lower() != b"application/json":
            raise RefusalError(415, "the request must be of type application/json")
        path: str = scope["path"]
        if path == CALL:
            return check_call(body, self._functions)
        if path.removeprefix(SCRIPT) in self._scripts:  # xlwings Server would call whatever its module has
            check_book(body)
            return False
        raise RefusalError(404, "there is no such script")
