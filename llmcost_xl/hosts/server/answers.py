"""The few answers we give ourselves, and the vocabulary of ASGI."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, Final, TypeAlias

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]

HEADERS: Final = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


async def answer(send: Send, status: int, content: dict[str, Any], *, last: bool = False) -> None:
    """Answer with JSON; after a last answer the connection is closed, and what is still being sent not awaited."""
    body = json.dumps(content).encode()
    headers = [*HEADERS, (b"content-length", b"%d" % len(body))]
    if last:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, status: int, reason: str, *, last: bool = False) -> None:
    """Say why a request is not served; xlwings shows `detail` at the cell."""
    await answer(send, status, {"detail": reason}, last=last)


def given(body: bytes, receive: Receive) -> Receive:
    """A `receive` that has a whole body ready, and after it what the connection has to say."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return messages.pop() if messages else await receive()

    return next_message
