"""What a request may be before anything reads it: how long, and for how much time.

Pure ASGI, in front of everything. A body is held back until it is complete, so that the application behind never waits
for a client; a long one is awaited only from somebody who is let in.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from llmcost_xl.hosts.server.answers import given, refuse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from llmcost_xl.hosts.server.answers import Application, Receive, Scope, Send

LONGEST_BODY: Final = 5_000_000  # bytes: 100,000 cells of 50 characters
LONGEST_HEARD_OUT: Final = 25_000_000  # a client cut off while it sends never reads why, and sends it again
LONGEST_FROM_STRANGERS: Final = 64_000
MOST_HELD: Final = 100_000_000  # bytes of all bodies that a worker has at a time
SLOWEST_REQUEST: Final = 20.0  # seconds until the last byte of the body is here


class RefusalError(Exception):
    """A request that is not served, with the HTTP status and the reason in words."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Limits:
    """Passes on requests whose bodies are complete, in time and not too long."""

    def __init__(self, app: Application, let_in: Callable[[Scope], Awaitable[None]]) -> None:
        self._app = app
        self._let_in = let_in  # raises a RefusalError for those who are not
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            raise RefusalError(400, "only HTTP is served here")  # no WebSocket: uvicorn closes it
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(SLOWEST_REQUEST):
                await self._read(scope, receive, parts)
        except RefusalError as refusal:
            await refuse(send, refusal.status, str(refusal), last=True)
        except TimeoutError:
            await refuse(send, 408, f"the request took more than {SLOWEST_REQUEST:g} seconds to arrive", last=True)
        except ConnectionError:
            return  # nobody is left to answer
        else:
            await self._app(scope, given(b"".join(parts), receive), send)
        finally:
            self._held -= sum(map(len, parts))

    async def _read(self, scope: Scope, receive: Receive, parts: list[bytes]) -> None:
        """Read the whole body into `parts`; what the client says of its length counts only when it is too much."""
        announced = _announced(scope)
        length, known, complete = 0, False, False
        while not complete:
            if not known and max(announced, length) > LONGEST_FROM_STRANGERS:
                await self._let_in(scope)
                known = True
            if max(announced, length) > LONGEST_HEARD_OUT:
                raise _too_long()
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError
            complete = not message.get("more_body")
            part = message.get("body", b"")
            length += len(part)
            if length <= LONGEST_BODY:
                parts.append(part)
                self._held += len(part)
            if self._held > MOST_HELD and length > LONGEST_FROM_STRANGERS:
                raise RefusalError(503, "the server is busy with other long calls; try again in a moment")
        if length > LONGEST_BODY:
            raise _too_long()


def _too_long() -> RefusalError:
    return RefusalError(
        413, f"a request may have {LONGEST_BODY:,} bytes; this one has more: split the range into several calls"
    )


def _announced(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
