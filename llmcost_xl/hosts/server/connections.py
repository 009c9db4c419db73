"""Closes connections whose clients do not say in time what they want, or do not take what they are answered.

The head of a request is read before any application hears of it, and an answer is sent after the application is done
with it. uvicorn waits for both without end: some hundred silent connections would use up all that a worker accepts.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

SLOWEST_HEAD: Final = 10.0  # seconds from the connection, or from a head's first byte, to its last
SLOWEST_READER: Final = 60.0  # seconds for a client to take its answer, all but the last 64 kB


class TimedConnection(asyncio.Protocol):
    """uvicorn's own protocol, with time limits on the head of each request and on taking each answer."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._http: Any = AutoHTTPProtocol(*arguments, **named)
        self._head = Limit(SLOWEST_HEAD)
        self._reader = Limit(SLOWEST_READER)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a first request."""
        self._head.start(transport.close)
        self._http.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Pass on what came; a request whose head is complete is a new cycle to uvicorn."""
        before = self._http.cycle
        if before is None or before.response_complete:
            self._head.start(self._http.transport.close)
        self._http.data_received(data)
        if self._http.cycle is not before:
            self._head.stop()

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what has been written."""
        self._reader.start(self._http.transport.abort)  # to close it would wait for the client, too
        self._http.pause_writing()

    def resume_writing(self) -> None:
        """Wait no more: little is left."""
        self._reader.stop()
        self._http.resume_writing()

    def connection_lost(self, failure: Exception | None) -> None:
        """Wait no more."""
        self._head.stop()
        self._reader.stop()
        self._http.connection_lost(failure)

    def eof_received(self) -> Any:
        """Pass it on."""
        return self._http.eof_received()


class Limit:
    """Does something in a while unless stopped before."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def start(self, then: Callable[[], Any]) -> None:
        """Start to wait, unless it waits already."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, then)

    def stop(self) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
