"""Runs an application on an event loop of its own, so that its work keeps nobody from the network.

xlwings Server computes a worksheet function on the event loop that also reads and writes the network: while it prices
100,000 cells nothing else is heard, not even a health check or the wish to stop. Here it has a loop in a thread of its
own; the first loop passes messages to and fro and always has a moment for both.

To pass one takes a thread to wake up, and a busy one to let go of Python's interpreter, so there are as few as can be:
a request arrives with its body, and an answer leaves whole.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from llmcost_xl.hosts.server.answers import Application, Message, Receive, Scope, Send

LONGEST_TURN: Final = 0.001  # seconds for which a busy thread keeps the interpreter from another; Python's own: 0.005
GARBAGE: Final = (50_000, 20, 10)  # objects, and rounds, until Python looks for garbage; its own: 700, 10, 10


class Apart:
    """An application on another event loop."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        # a daemon: a call under way does not keep the process from ending
        threading.Thread(target=self._loop.run_forever, name="application", daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request over there."""
        here = asyncio.get_running_loop()

        async def receive_from_here() -> Message:
            message: Message = await _on(here, receive())
            return message

        async def send_from_there(message: dict[str, Any]) -> None:
            await _on(here, send(message))

        await self.run(self._app(scope, receive_from_here, send_from_there))

    async def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Await something that has to happen over there."""
        return await _on(self._loop, work)


async def _on(loop: asyncio.AbstractEventLoop, work: Any) -> Any:
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))


def take_turns() -> None:
    """Have Python interrupt everything rarely and briefly; called when all is loaded.

    To look for garbage stops every thread. The cells of a large call would set that off again and again, each time
    over all objects there are, for up to a quarter of a second. They are no garbage, nor is what was loaded before.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    sys.setswitchinterval(LONGEST_TURN)
