"""Starts the server's processes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from llmcost_xl.hosts.server import config
from llmcost_xl.hosts.server.logs import configuration

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION: Final = "llmcost_xl.hosts.server.app:create"
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
END_WITHIN: Final = 5  # seconds that requests under way have left when the server is told to end
READY_WITHIN: Final = 30  # seconds a worker may take to start when SIGHUP replaces them one by one; default: 5
MOST_CONNECTIONS: Final = 500  # a worker's; more are told to come again
MOST_WAITING: Final = 1024  # connections not yet accepted
IDLE: Final = 75  # seconds; longer than a reverse proxy keeps its connections, which else meets closed ones


def run(host: str, port: int, workers: int, certificate: Path | None, key: Path | None) -> None:
    """Serve until told to end.

    Raises:
        SetupError: without authentication others could reach it.
    """
    import uvicorn  # noqa: PLC0415  # only a server has it

    from llmcost_xl.hosts.server.connections import TimedConnection  # noqa: PLC0415

    if config.is_dev() and host not in LOOPBACK:
        raise config.SetupError(f"--dev has no authentication and serves this machine only; the host is {host!r}")
    uvicorn.run(
        APPLICATION,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_config=configuration(),
        ssl_certfile=os.fspath(certificate) if certificate else None,
        ssl_keyfile=os.fspath(key) if key else None,
        timeout_graceful_shutdown=END_WITHIN,
        timeout_worker_healthcheck=READY_WITHIN,
        limit_concurrency=MOST_CONNECTIONS,
        backlog=MOST_WAITING,
        timeout_keep_alive=IDLE,
        http=TimedConnection,
        ws="none",
        server_header=False,
    )
