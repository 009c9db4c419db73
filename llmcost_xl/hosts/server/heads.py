"""Closes connections that do not say in time what they want.

The head of a request is read before any application hears of it, and uvicorn waits for it without end: some hundred
silent connections would use up all that a worker accepts.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

SLOWEST_HEAD: Final = 10.0  # seconds from the connection, or from a head's first byte, to its last


class TimedHeads(asyncio.Protocol):
    """uvicorn's own protocol, with a time limit on the head of each request."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._http: Any = AutoHTTPProtocol(*arguments, **named)
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a first request."""
        self._close_late(transport)
        self._http.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Pass on what came; a request whose head is complete is a new cycle to uvicorn."""
        before = self._http.cycle
        if before is None or before.response_complete:
            self._close_late(self._http.transport)
        self._http.data_received(data)
        if self._http.cycle is not before:
            self._stop_waiting()

    def connection_lost(self, failure: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        self._http.connection_lost(failure)

    def eof_received(self) -> Any:
        """Pass it on."""
        return self._http.eof_received()

    def pause_writing(self) -> None:
        """Pass it on."""
        self._http.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        self._http.resume_writing()

    def _close_late(self, transport: Any) -> None:
        if self._late is None:
            self._late = asyncio.get_running_loop().call_later(SLOWEST_HEAD, transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
