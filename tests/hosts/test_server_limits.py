"""`llmcost-xl serve` under calls that are too much or too slow: what it takes, and that it always answers."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from server_fixtures import PATIENCE, query, server, spare
from server_host import ROOT, START, TOKEN, Server, a_call

from llmcost_xl.hosts.server import limits

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["server", "spare"]  # fixtures

LARGEST = [[["gpt-4o"]] * 33_333, [[500.5]] * 33_333, [[200]] * 33_333]
SLOWEST = [[[1]] * 316, [[2]], [[50]], [[0.9] * 316], [[7]]]
"""Arguments of LLM_PERT, which takes longest for an answer: a column against a row gives nearly 100,000."""


# -- how much it takes -----------------------------------------------------------------------------------------


def sent_in_chunks(server: Server, length: int) -> bytes:
    with server.another() as connection:
        head = f"POST /xlwings/custom-functions-call HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN}\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        try:
            for _ in range(length // 0x10000):
                connection.sendall(piece)
            connection.sendall(b"0\r\n\r\n")
        except ConnectionError:
            pass  # it has heard enough
        return connection.recv(1000)


def test_a_body_may_have_five_megabytes(server: Server) -> None:
    almost = query() + b" " * 4_900_000
    assert server.post(almost).json() == {"result": [[0.00325]]}
    for more in (5_000_000, 15_000_000):  # the client is heard out, or it would not read the answer
        answer = server.post(query() + b" " * more)
        assert (answer.status, "split the range" in answer.json()["detail"]) == (413, True)


def test_a_body_that_is_announced_too_long_is_not_awaited(server: Server) -> None:
    with server.another() as connection:
        head = f"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN}\r\nContent-Length: 30000000\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(100)


def test_a_body_in_chunks_is_counted(server: Server) -> None:
    assert b" 400 " in sent_in_chunks(server, 4_000_000)  # not JSON, but read
    assert b" 413 " in sent_in_chunks(server, 6_000_000)


def test_a_body_longer_than_announced_is_another_request(server: Server) -> None:
    with server.another() as connection:
        head = f"POST /xlwings/custom-functions-call HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN}\r\nContent-Length: 2"
        connection.sendall(f"{head}\r\nContent-Type: application/json\r\n\r\n{'{}' * 1000}".encode())
        assert b" 400 " in connection.recv(1000)
    assert server.get("/health").status == 200


TOO_MANY = {
    "cells": ("QUERY_COST", [[["gpt-4o"]] * 50_000, [[1]] * 50_001, [[200]]], "100,002 cells"),
    "answers": ("QUERY_COST", [[["gpt-4o"]], [[1]] * 1_000, [[1] * 101]], "gives 101,000 cells"),
    "a series for every answer": (
        "LLM_CONTINGENCY",
        [[[1]] * 101] * 3 + [[[0.8]] * 1_000],
        "a series of 101 cells 1,000 times",
    ),
    "in words": ("LLM_WHY", [[["query_cost"]], [[["gpt-4o"]], [[1]] * 1_000, [[1] * 101]]], "gives 101,000 cells"),
}


@pytest.mark.parametrize(("name", "arguments", "said"), TOO_MANY.values(), ids=TOO_MANY)
def test_a_call_may_have_a_hundred_thousand_cells(server: Server, name: str, arguments: Any, said: str) -> None:
    answer = server.post(a_call(name, arguments))
    assert answer.status == 413
    assert "a call may have 100,000 cells" in answer.json()["detail"]
    assert said in answer.json()["detail"]


def test_a_small_call_cannot_have_an_answer_of_gigabytes(server: Server) -> None:
    never = [[[1]], [[1]] * 20_000, [[2]], [["x" * 32_000]]]
    answer = server.post(a_call("BREAKEVEN_QUERIES", never))
    assert (answer.status, "640,000,000" in answer.json()["detail"]) == (413, True)
    explained = server.post(a_call("LLM_WHY", [[["BREAKEVEN_QUERIES"]], never]))
    assert explained.status == 413
    assert server.post(a_call("BREAKEVEN_QUERIES", [*never[:3], [["never"]]])).json()["result"] == [["never"]] * 20_000


def test_many_long_bodies_are_not_all_held(spare: Callable[..., Server]) -> None:
    running = spare(start=f"from llmcost_xl.hosts.server import limits; limits.MOST_HELD = 7_000_000; {START}")
    long = query() + b" " * 4_000_000
    head = f"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN}\r\nContent-Length: {len(long)}\r\n\r\n"

    def refused_beside_a_held_one(wait: float) -> bool:
        with running.another() as slow:
            slow.sendall(head.encode() + long[:-1])
            time.sleep(wait)  # until the server has taken what the network still holds: who exceeds is refused
            refused = running.post(long).status == 503
            assert running.call("QUERY_COST", "gpt-4o", 500, 200) == 0.00325
            return refused

    assert any(refused_beside_a_held_one(wait) for wait in (0.5, 2, 8))
    end = time.monotonic() + PATIENCE
    while running.post(long).status != 200:  # what was held is forgotten, once the server hears that nobody sends more
        assert time.monotonic() < end


def test_a_body_that_drips_is_not_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[dict[str, Any]] = []

    async def drip() -> dict[str, Any]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def note(message: dict[str, Any]) -> None:
        said.append(message)

    monkeypatch.setattr(limits, "SLOWEST_REQUEST", 0.1)
    passes_nothing_on: Any = None
    asyncio.run(limits.Limits(passes_nothing_on, passes_nothing_on)({"type": "http", "headers": []}, drip, note))
    assert said[0]["status"] == 408
    assert b"more than 0.1 seconds" in said[1]["body"]


def impatient(spare: Callable[..., Server], **limits: float) -> Server:
    """A server that waits for less time."""
    changes = "; ".join(f"connections.{name} = {seconds}" for name, seconds in limits.items())
    return spare(start=f"from llmcost_xl.hosts.server import connections; {changes}; {START}")


def test_a_head_that_drips_is_not_awaited(spare: Callable[..., Server]) -> None:
    running = impatient(spare, SLOWEST_HEAD=2)
    with running.another() as silent, running.another() as slow:
        slow.settimeout(0.05)
        end = time.monotonic() + PATIENCE
        closed = False
        while not closed and time.monotonic() < end:
            try:
                slow.sendall(b"x")
                closed = slow.recv(1) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                closed = True
        assert closed
        assert silent.recv(1) == b""


def test_a_connection_that_is_kept_is_not_closed_as_late(spare: Callable[..., Server]) -> None:
    client = impatient(spare, SLOWEST_HEAD=2).client()
    for _ in range(2):
        client.request("GET", "/health")
        assert client.getresponse().read()
        kept = client.sock
        time.sleep(3)
    client.request("GET", "/health")
    assert client.getresponse().status == 200
    assert client.sock is kept
    client.close()


SMALL_BUFFERS = """
import socket
from llmcost_xl.hosts.server import connections
def made(self, transport, made=connections.TimedConnection.connection_made):
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    made(self, transport)
connections.TimedConnection.connection_made = made
connections.SLOWEST_READER = 1
"""


def test_an_answer_that_is_not_taken_is_not_kept(spare: Callable[..., Server]) -> None:
    running = spare(start=SMALL_BUFFERS + START)  # or the network would take the whole answer
    body = json.dumps(a_call("LLM_PRICE", [[["no such model"]] * 20_000, [["input"]]])).encode()
    head = f"POST /xlwings/custom-functions-call HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", running.port))
        connection.sendall(head.encode() + body)
        assert connection.recv(12) == b"HTTP/1.1 200"
        time.sleep(3)
        taken = b""
        with suppress(ConnectionError):
            taken = b"".join(iter(lambda: connection.recv(100_000), b""))  # ends, so the connection is closed
    length = int(taken.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
    assert len(taken) < length


# -- that it always answers ------------------------------------------------------------------------------------


def longest_wait_of_others(server: Server) -> float:
    """During the largest call, as a share of its time."""
    answers: list[Any] = []
    call = threading.Thread(target=lambda: answers.append(server.post(a_call("QUERY_COST", LARGEST))))
    other = server.client()
    head = {"Content-Type": "application/json", "Authorization": TOKEN}
    start = asked = time.monotonic()
    waits = []
    call.start()
    while call.is_alive():
        other.request("GET", "/health")
        assert other.getresponse().read()
        other.request("POST", "/xlwings/custom-functions-call", query(), head)
        assert json.loads(other.getresponse().read()) == {"result": [[0.00325]]}
        asked, before = time.monotonic(), asked
        waits.append(asked - before)
    took = time.monotonic() - start
    other.close()
    assert answers[0].status == 200
    assert len(answers[0].json()["result"]) == 33_333
    return max(waits) / took


def test_others_need_not_wait_for_the_largest_call(server: Server) -> None:
    """How soon they are answered is measured by benchmarks/server.py; a busy machine may stop anybody for a while."""
    assert any(longest_wait_of_others(server) < 0.4 for _ in range(5))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_ends_in_time_whoever_is_being_served(spare: Callable[..., Server], workers: str) -> None:
    running = spare("--workers", workers)
    slow = running.another()
    slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
    body = json.dumps(a_call("LLM_PERT", SLOWEST)).encode()
    head = f"POST /xlwings/custom-functions-call HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    busy = [running.another() for _ in range(8)]
    for connection in busy:
        connection.sendall(head.encode() + body)
    busy[-1].settimeout(2)
    with pytest.raises(TimeoutError):
        busy[-1].recv(1)  # calls are under way, and take their time
    assert running.end() < 20  # ten are promised; the machine may be busy with other tests
    for connection in (slow, *busy):
        connection.close()


def test_xlwings_searches_for_no_package_for_every_cell() -> None:
    program = """
import sys
from xlwings.utils import is_jsnull
from llmcost_xl.hosts.server.app import forget_pyodide
class Searches:
    wanted = []
    def find_spec(self, name, path=None, target=None):
        self.wanted.append(name)
sys.meta_path.insert(0, Searches())
print(is_jsnull("a cell"), Searches.wanted)
Searches.wanted.clear()
forget_pyodide()
print(is_jsnull("a cell"), Searches.wanted)
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["False ['pyodide']", "False []"]  # a first line without: it is needed no more
