"""`llmcost-xl serve` in production mode: who is let in, what is refused, and that nothing takes it down."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from importlib.util import find_spec
from itertools import chain, product
from typing import TYPE_CHECKING, Any

import pytest
from defusedxml.ElementTree import fromstring
from hosts import HostMissingError, skip_or_fail
from server_host import COMMAND, ROOT, START, TOKEN, Server, a_call, environment, on_the_wire

from llmcost_xl.calc import evaluate
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.server import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 60  # seconds, for a busy machine
OTHER_TOKEN = TOKEN[::-1]
QUERY = [on_the_wire("gpt-4o"), on_the_wire(500), on_the_wire(200)]
CONFIDENTIAL = "Project Nightingale"
LARGEST = [[["gpt-4o"]] * 33_333, [[500.5]] * 33_333, [[200]] * 33_333]
SLOWEST = [[[1]] * 316, [[2]], [[50]], [[0.9] * 316], [[7]]]
"""Arguments of LLM_PERT, which takes longest for an answer: a column against a row gives nearly 100,000."""


def started(*options: str, **settings: Any) -> Server:
    try:
        return Server(*options, **settings)
    except HostMissingError as missing:
        skip_or_fail(str(missing))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = started()
    yield running
    running.close()


@pytest.fixture
def spare() -> Iterator[Callable[..., Server]]:
    """Starts servers of which a test does what it likes."""
    all_started: list[Server] = []

    def start(*options: str, **settings: Any) -> Server:
        all_started.append(started(*options, **settings))
        return all_started[-1]

    yield start
    for running in all_started:
        running.close()


def needs_xlwings_server() -> None:
    if find_spec("xlwings_server") is None:
        skip_or_fail('xlwings Server is not installed: pip install -e ".[server]"')


def serve(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A server that is expected not to start."""
    needs_xlwings_server()
    return subprocess.run(
        [*COMMAND, "serve", "--port", "1", *options],
        env=environment(**settings), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


# -- whether it starts -----------------------------------------------------------------------------------------


ENTRAID = {"XLWINGS_AUTH_PROVIDERS": '["entraid"]'}


@pytest.mark.parametrize(
    ("options", "settings", "said"),
    [
        ((), {}, "nobody is let in yet"),
        ((), {"XLWINGS_LICENSE_KEY": ""}, "no licence key"),
        ((), {"XLWINGS_LICENSE_KEY": "no such key"}, "Invalid xlwings license key"),
        ((), {"LLMCOST_XL_TOKENS": "ann:short"}, "the token of ann"),
        ((), {"LLMCOST_XL_TOKENS": TOKEN}, "entry 1 of LLMCOST_XL_TOKENS must be name:token"),
        ((), {"XLWINGS_AUTH_PROVIDERS": '["token"]'}, "LLMCOST_XL_TOKENS is not set"),
        ((), {"XLWINGS_AUTH_PROVIDERS": '["custom"]'}, "a password everybody knows"),
        ((), ENTRAID | {"XLWINGS_AUTH_ENTRAID_CLIENT_ID": "x"}, "XLWINGS_AUTH_ENTRAID_TENANT_ID"),
        ((), {"XLWINGS_AUTH_PROVIDERS": "nonsense"}, "auth_providers"),
        ((), {"XLWINGS_LOG_LEVEL": "debug"}, "with XLWINGS_LOG_LEVEL=debug xlwings Server logs the tokens"),
        ((), {"XLWINGS_LOG_LEVEL": "loud"}, "XLWINGS_LOG_LEVEL is INFO, WARNING or ERROR; it is 'loud'"),
        (("--dev", "--host", "0.0.0.0"), {}, "serves this machine only; the host is '0.0.0.0'"),  # noqa: S104
        (("--public-url", "http://budget.example.com"), {}, "https only; the public URL is 'http://budget"),
        (("--public-url", "https://budget.example.com/x"), {}, "nothing more; it is 'https://budget.example.com/x'"),
        (("--addin-id", "7"), {}, "an add-in's id is a UUID of version 4; received '7'"),
        (("--certificate", __file__), {}, "--certificate and --key go together"),
    ],
)
def test_it_does_not_start(options: tuple[str, ...], settings: dict[str, str], said: str) -> None:
    ended = serve(*options, **settings)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert TOKEN not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_xlwings_server_it_says_how_to_get_it() -> None:
    program = 'import sys; sys.modules["xlwings_server"] = None; from llmcost_xl.cli import main; main(["serve"])'
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr == 'llmcost-xl: xlwings Server is not installed: pip install "llmcost-xl[server]"\n'


def test_it_states_the_licence_and_where_it_is(server: Server) -> None:
    said = server.log()
    assert "PolyForm Noncommercial 1.0.0" in said
    assert f"health: http://127.0.0.1:{server.port}/health" in said
    assert f"manifest: http://127.0.0.1:{server.port}/manifest.xml" in said
    assert TOKEN not in said


@pytest.mark.parametrize(
    ("settings", "manifest_at"),
    [({}, "http://127.0.0.1:{port}"), ({"XLWINGS_HOSTNAME": "budget.example.com"}, "https://budget.example.com")],
)
def test_it_names_addresses_that_can_be_opened(
    spare: Callable[..., Server], settings: dict[str, str], manifest_at: str
) -> None:
    running = spare("--host", "0.0.0.0", **settings)  # noqa: S104  # as in the container
    said = running.log()
    assert f"health: http://127.0.0.1:{running.port}/health" in said
    assert f"manifest: {manifest_at.format(port=running.port)}/manifest.xml\n" in said


def test_in_dev_mode_everybody_on_the_machine_is_let_in(spare: Callable[..., Server]) -> None:
    dev = spare("--dev", LLMCOST_XL_TOKENS="")
    assert dev.post(a_call("QUERY_COST", QUERY), token="").json() == {"result": [[0.00325]]}


# -- who is let in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "wrong", f"{TOKEN}x", "Bearer ", "t\xf6ken"])
def test_a_stranger_is_refused(server: Server, token: str) -> None:
    assert server.post(a_call("QUERY_COST", QUERY), token=token).status == 401
    assert server.get("/llmcost/api/prices", Authorization=token).status == 401


@pytest.mark.parametrize("token", [TOKEN, f"Bearer {TOKEN}"])
def test_somebody_known_is_let_in(server: Server, token: str) -> None:
    assert server.post(a_call("QUERY_COST", QUERY), token=token).json() == {"result": [[0.00325]]}
    assert server.get("/llmcost/api/prices", Authorization=token).status == 200


def test_a_stranger_may_not_even_send_much(server: Server) -> None:
    with server.another() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n")
        assert b" 401 " in connection.recv(100)


def test_refreshing_for_everybody_can_take_a_role(spare: Callable[..., Server]) -> None:
    tokens = f"ann:{TOKEN}:prices,bob:{OTHER_TOKEN}:other"
    running = spare(LLMCOST_XL_TOKENS=tokens, LLMCOST_XL_REFRESH_ROLE="prices")
    assert running.post({}, "/llmcost/api/refresh", token=OTHER_TOKEN).status == 403
    answer = running.post(A_BOOK, "/xlwings/custom-scripts-call/refresh_prices", token=OTHER_TOKEN)
    assert (answer.status, b"missing the following roles: prices" in answer.body) == (400, True)


# -- what it offers --------------------------------------------------------------------------------------------


def test_its_health_says_version_and_prices(server: Server) -> None:
    health = server.get("/health").json()
    as_of = json.loads((ROOT / "llmcost_xl/catalogue/catalogue.json").read_text())["as_of"]
    assert health["status"] == "ok"
    assert health["prices_as_of"] == as_of


def test_the_functions_have_no_namespace(server: Server) -> None:
    offered = server.get("/xlwings/custom-functions-meta.json").json()["functions"]
    assert {function["name"] for function in offered} == set(FUNCTIONS)
    assert "Namespace" not in server.get("/manifest.xml").body.decode()


def test_other_sites_get_nothing_and_browsers_are_told_so(server: Server) -> None:
    answer = server.get("/xlwings/custom-functions-meta.json", Origin="https://elsewhere.example.com")
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert "server" not in answer.headers


def test_sites_can_be_allowed(spare: Callable[..., Server]) -> None:
    excel = "https://excel.officeapps.live.com"
    running = spare(XLWINGS_CORS_ALLOW_ORIGINS=json.dumps([excel]))
    path = "/xlwings/custom-functions-meta.json"
    assert running.get(path, Origin=excel).headers["access-control-allow-origin"] == excel
    assert "access-control-allow-origin" not in running.get(path, Origin="https://elsewhere.example.com").headers


def test_no_file_but_its_own_is_served(spare: Callable[..., Server], package: Path) -> None:
    project = package / "llmcost_xl/hosts/server/project"
    (project / "static").mkdir()  # with such a folder xlwings Server alone would give away any file
    running = spare(package=package)
    assert running.get("/static/js/custom-functions/custom-functions-code.js").status == 200
    out = ("../", "..%2f", "%2e%2e%2F", "..%5c", "x/../../", "%2f", "/")
    for way, steps, file in product(out, (0, 1, 2, 5, 20), ("auth/token/__init__.py", "config.py", "etc/passwd")):
        for folder in ("/static/", "/llmcost/static/", "/"):
            assert running.get(folder + way * steps + file).status in (400, 404)
    assert running.get("/static/js/..%2f../auth/token/__init__.py").status == 404


HIDDEN = ["/docs", "/redoc", "/openapi.json", "/socket.io/?EIO=4&transport=polling", "/xlwings/pyodide.json", "/wasm/x",
          "/custom_functions/__init__.py", "/custom_scripts/__init__.py", "/llmcost/static/", "/.env"]  # fmt: skip


@pytest.mark.parametrize("path", HIDDEN)
def test_nothing_is_served_that_nobody_needs(server: Server, path: str) -> None:
    assert server.get(path).status == 404


OTHER_WAYS = ["/llmcost/api/prices/", "//llmcost/api/prices", "/llmcost//api/prices", "/llmcost/%61pi/prices",
              "/llmcost/api%2fprices", "/llmcost/API/prices", "/x/../llmcost/api/prices",
              "/llmcost/static/..%2fapi/prices", "/llmcost/api/prices;x", "/llmcost/api/prices%00",
              "/llmcost/api/workbooks/roi.xlsx"]  # fmt: skip


@pytest.mark.parametrize("path", OTHER_WAYS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_no_other_spelling_of_a_path_lets_a_stranger_in(server: Server, method: str, path: str) -> None:
    assert server.request(method, path, None, {}).status in (401, 404)


@pytest.mark.parametrize("path", ["/%63ustom-functions-call", "/custom-functions-call/", "//custom-functions-call"])
def test_no_other_spelling_of_a_path_spares_a_call_the_checks(server: Server, path: str) -> None:
    answer = server.post(a_call("__all__", QUERY), f"/xlwings{path}")
    assert answer.status == 404
    assert "traceback" not in answer.body.decode().lower()


def test_nothing_redirects_to_a_host_that_the_client_names(server: Server) -> None:
    for path in ("/llmcost/api/prices/", "/manifest.xml/", "/llmcost/static"):
        answer = server.get(path, Host="elsewhere.example.com", Authorization=TOKEN)
        assert (answer.status, "location" in answer.headers) == (404, False)


def test_what_only_some_may_see_is_kept_by_nobody(server: Server) -> None:
    for path in ("prices", "functions", "models?words=gpt", "workbooks/roi.xlsx", "nothing"):
        answer = server.get(f"/llmcost/api/{path}", Authorization=TOKEN)
        assert "no-store" in answer.headers["cache-control"]
    assert "no-store" in server.post(a_call("QUERY_COST", QUERY)).headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["%22%0d%0aX-Evil:1", "..%2f..%2fetc%2fpasswd", "%2e%2e", "roi%0a", "a%00", "ROI", "r;x"]
)
def test_only_a_workbooks_own_name_is_a_name(server: Server, name: str) -> None:
    answer = server.get(f"/llmcost/api/workbooks/{name}.xlsx", Authorization=TOKEN)
    assert answer.status in (404, 422)
    assert not {"x-evil", "content-disposition"} & set(answer.headers)


def test_another_site_cannot_have_the_prices_renewed(server: Server) -> None:
    """A form of another site's page can send these; JSON needs our permission, which only sites allowed have."""
    for kind in TYPES:
        assert server.post(b"{}", "/llmcost/api/refresh", Content_Type=kind).status == 415


def test_what_xlwings_shows_is_text(server: Server) -> None:
    answer = server.get(
        "/xlwings/alert?prompt=%3Cscript%3Ex%3C/script%3E&title=t&buttons=ok&mode=m&callback=%22%3E%3Cx"
    )
    assert answer.status == 200
    assert b"<script>x" not in answer.body
    assert b'"><x' not in answer.body
    assert "script-src 'self'" in answer.headers["content-security-policy"]


CHECK_LIST = re.findall(
    r"^\| `(=.*?)` \| (.*?) \| ☐ \|$", (ROOT / "docs/server.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize(("formula", "expected"), CHECK_LIST)
def test_the_check_list_tells_what_a_person_will_see(formula: str, expected: str) -> None:
    cells = chain.from_iterable(evaluate(formula).rows)
    assert "; ".join(cell if isinstance(cell, str) else f"{cell:.15g}" for cell in cells) == expected


# -- what it refuses -------------------------------------------------------------------------------------------


def query(**other: Any) -> bytes:
    return json.dumps(a_call("QUERY_COST", QUERY, **other)).encode()


MALFORMED = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b'{"func_name":"\xff"}',
    "a list": b"[]",
    "a number": b"1",
    "deep": b"[" * 100_000,
    "deep cells": query().replace(b"500", b"[" * 500 + b"]" * 500),
    "NaN": query().replace(b"500", b"NaN"),
    "Infinity": query().replace(b"500", b"-Infinity"),
    "a number too large": query().replace(b"500", b"1e999"),
    "a number of many digits": query().replace(b"500", b"9" * 5_000),
    "half a character": query().replace(b"gpt-4o", b"\\ud800"),
    "no function": query(func_name=None),
    "another function": query(func_name="NO_SUCH_FUNCTION"),
    "something else of the module": query(func_name="__all__"),
    "a list for a function": query(func_name=["QUERY_COST"]),
    "no arguments": query(args=None),
    "text for arguments": query(args="gpt-4o"),
    "an object for arguments": query(args={"model": "gpt-4o"}),
    "too many arguments": query(args=[[[1]]] * 20),
    "a bare cell": query(args=["gpt-4o", 500, 200]),
    "a bare row": query(args=[["gpt-4o"], [500], [200]]),
    "no row": query(args=[[], [[500]], [[200]]]),
    "an empty row": query(args=[[[]], [[500]], [[200]]]),
    "ragged rows": query(args=[[["gpt-4o"], ["gpt-4o", 1]], [[500]], [[200]]]),
    "an object for a cell": query(args=[[[{}]], [[500]], [[200]]]),
    "an unknown type for a cell": query(args=[[[{"type": "Error"}]], [[500]], [[200]]]),
    "a list in a type": query(args=[[[{"type": "Error", "basicValue": [1]}]], [[500]], [[200]]]),
    "no runtime": query(runtime=None),
    "another runtime": query(runtime="nan"),
    "no version": query(version=None),
    "a number for a date format": query(date_format=7),
    "a list for a culture": query(culture_info_name=[], date_format="TT.MM.JJJJ"),
    "a number for an address": query(caller_address=7),
    "a list for the rest": json.dumps(a_call("LLM_WHY", [[["QUERY_COST"]], [7]])).encode(),
    "more arguments than Excel has": json.dumps(a_call("LLM_WHY", [[["LLM_WHY"]], [[["LLM_WHY"]]] * 50_000])).encode(),
    "a longer text than Excel has": query(args=[[["x" * 32_768]], [[500]], [[200]]]),
    "no list for the rest": json.dumps(a_call("LLM_WHY", [[["QUERY_COST"]], 7])).encode(),
}
TYPES = ["text/plain", "application/jsonx", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
A_BOOK = {"client": "Office.js", "version": "0.37.8", "book": {"name": "b"}, "names": [], "sheets": []}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_call_is_the_callers_mistake(server: Server, body: bytes) -> None:
    answer = server.post(body)
    assert 400 <= answer.status < 500
    assert answer.json()["detail"]
    assert server.call("QUERY_COST", "gpt-4o", 500, 200) == 0.00325


@pytest.mark.parametrize("kind", TYPES)
def test_another_type_of_content_is_refused(server: Server, kind: str) -> None:
    assert server.post(query(), Content_Type=kind).status == 415


@pytest.mark.parametrize(
    "body", [b"{", {}, [], A_BOOK | {"book": 1}, A_BOOK | {"sheets": None}, A_BOOK | {"args": [1]}]
)
def test_what_is_no_workbook_is_the_callers_mistake(server: Server, body: Any) -> None:
    assert server.post(body, "/xlwings/custom-scripts-call/refresh_prices").status == 400


@pytest.mark.parametrize("name", ["refresh", "xw", "__doc__", "no_such_script", "", "refresh_prices/x"])
def test_only_scripts_can_be_called_as_scripts(server: Server, name: str) -> None:
    assert server.post(A_BOOK, f"/xlwings/custom-scripts-call/{name}").status in (404, 405)


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"POST /xlwings/custom-functions-call HTTP/1.1\r\nHost: x\r\nContent-Length: minus one\r\n\r\n",
        b"POST /xlwings/custom-functions-call HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eA==\r\n\r\n",
    ],
)
def test_what_is_not_http_does_no_harm(server: Server, said: bytes) -> None:
    with server.another() as connection:
        connection.sendall(said)
        assert connection.recv(1000).split(b" ")[1][:1] == b"4"
    assert server.get("/health").status == 200


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

    def answered(status: int) -> None:
        end = time.monotonic() + PATIENCE
        while running.post(long).status != status:
            assert time.monotonic() < end, f"the server never answers {status}"

    with running.another() as slow:
        slow.sendall(head.encode() + long[:-1])
        answered(503)
        assert running.call("QUERY_COST", "gpt-4o", 500, 200) == 0.00325
    answered(200)  # what was held is forgotten


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


def test_it_answers_others_during_the_largest_call(server: Server) -> None:
    """How soon is measured by benchmarks/server.py; here it is only that they need not wait for its end."""
    answers: list[Any] = []
    call = threading.Thread(target=lambda: answers.append(server.post(a_call("QUERY_COST", LARGEST))))
    other = server.client()
    head = {"Content-Type": "application/json", "Authorization": TOKEN}
    meanwhile = 0
    call.start()
    while call.is_alive():
        other.request("GET", "/health")
        assert other.getresponse().read()
        other.request("POST", "/xlwings/custom-functions-call", query(), head)
        assert json.loads(other.getresponse().read()) == {"result": [[0.00325]]}
        meanwhile += call.is_alive()
    other.close()
    assert answers[0].status == 200
    assert len(answers[0].json()["result"]) == 33_333
    assert meanwhile > 3


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


# -- what it writes of itself ----------------------------------------------------------------------------------


def test_the_log_names_the_function_and_who_called_it_but_no_cell(server: Server) -> None:
    server.post(a_call("QUERY_COST", [on_the_wire(CONFIDENTIAL), *QUERY[1:]], caller_address=CONFIDENTIAL))
    server.post(a_call("QUERY_COST", [on_the_wire(10**400), *QUERY[1:]]))
    server.post(f'{{"args": "{CONFIDENTIAL}"'.encode())
    server.post(a_call(CONFIDENTIAL, QUERY))
    server.post(
        A_BOOK | {"book": {"name": CONFIDENTIAL}, "args": [CONFIDENTIAL]}, "/xlwings/custom-scripts-call/refresh_prices"
    )
    server.get(f"/xlwings/alert?prompt={CONFIDENTIAL.replace(' ', '%20')}&title=t&buttons=ok&mode=m&callback=c")
    server.post({"formula": f'=LLM_WHY("{CONFIDENTIAL}")'}, "/llmcost/api/evaluate")
    said = server.log()
    assert 'Function "QUERY_COST" called by tester' in said
    assert "POST /xlwings/custom-functions-call" in said
    assert "GET /xlwings/alert HTTP" in said
    assert "Nightingale" not in said
    assert "0" * 50 not in said


def test_a_failure_is_logged_by_kind_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    from llmcost_xl.hosts.server.logs import configuration  # noqa: PLC0415

    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(configuration()["filters"]["without_cells"]["()"]())
    log = logging.Logger("a logger")  # noqa: LOG001  # of its own, without pytest's handlers
    log.addHandler(handler)
    try:
        try:
            float(CONFIDENTIAL)
        except ValueError as error:
            raise RuntimeError(CONFIDENTIAL) from error
    except RuntimeError as error:
        log.exception("%s failed", "QUERY_COST")
        log.error(error)  # noqa: TRY400  # as xlwings Server does
    said = capsys.readouterr().err
    place = "RuntimeError at test_server.py:"
    assert said.count(place) == 2
    assert said.startswith(f"QUERY_COST failed: {place}")
    assert ", from ValueError at test_server.py:" in said
    assert CONFIDENTIAL not in said


# -- prices ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, whose prices a test may renew."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "llmcost_xl", folder / "llmcost_xl", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_ribbons_button_renews_prices_and_recalculates(spare: Callable[..., Server], package: Path) -> None:
    answer = spare(package=package).post(A_BOOK, "/xlwings/custom-scripts-call/refresh_prices")
    actions = {action["func"]: action["args"] for action in answer.json()["actions"]}
    assert list(actions) == ["calculate", "alert"]
    assert str(actions["alert"][0]).startswith("Prices as of ")


READ_ONLY = """
import errno, os, sys
def refuse(event, arguments):
    if event == "open" and "catalogue" in str(arguments[0]) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), arguments[0])
sys.addaudithook(refuse)
"""
"""Has the operating system refuse to write the prices, even to root, who may write everywhere."""


def test_prices_that_cannot_be_written_stay_and_the_answer_says_so(spare: Callable[..., Server]) -> None:
    running = spare(start=READ_ONLY + START, HTTPS_PROXY="http://127.0.0.1:9")  # no network
    before = running.get("/health").json()
    said = f"The prices stay as they are: {os.strerror(errno.EROFS)}"
    pane = running.post({}, "/llmcost/api/refresh")
    assert (pane.status, pane.json()) == (500, {"error": f"{said}."})
    ribbon = running.post(A_BOOK, "/xlwings/custom-scripts-call/refresh_prices")
    assert (ribbon.status, ribbon.body.decode()) == (400, said)
    assert running.get("/health").json() == before
    assert running.call("QUERY_COST", "gpt-4o", 500, 200) == 0.00325


# -- the manifest ----------------------------------------------------------------------------------------------

OFFICE = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
ADDIN = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
URL = "https://budget.example.com:8443"


def manifest(path: Path, *options: str) -> Any:
    needs_xlwings_server()
    ended = subprocess.run(
        [*COMMAND, "manifest", "-o", str(path), "--public-url", *options],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return fromstring(path.read_bytes())


def test_a_manifest_is_written_for_a_host_name(spare: Callable[..., Server], tmp_path: Path) -> None:
    running = spare("--public-url", URL)
    path = tmp_path / "manifest.xml"
    written = manifest(path, URL)
    assert path.read_bytes() == running.get("/manifest.xml").body
    assert uuid.UUID(written.findtext(f"{ADDIN}Id")).version == 4
    assert written.find(f"{ADDIN}DisplayName").get("DefaultValue") == "LLM Cost"
    urls = {one.get("DefaultValue") for kind in ("Url", "Image") for one in written.iter(f"{OFFICE}{kind}")} - {None}
    assert {f"{URL}/xlwings/custom-functions-meta.json", f"{URL}/xlwings/custom-functions-code.js"} < urls
    for url in urls:
        assert url.startswith(f"{URL}/")
        assert running.get(url.removeprefix(URL)).status == 200


def test_the_id_belongs_to_the_host_name(tmp_path: Path) -> None:
    path = tmp_path / "manifest.xml"
    ids = [manifest(path, url).findtext(f"{ADDIN}Id") for url in (URL, URL, "https://other.example.com")]
    assert ids[0] == ids[1] != ids[2]
    own = "00000000-0000-4000-8000-000000000000"
    assert manifest(path, URL, "--addin-id", own).findtext(f"{ADDIN}Id") == own


def test_the_manifest_leads_to_what_xlwings_servers_own_leads_to(server: Server) -> None:
    program = """
from xlwings_server.config import PACKAGE_DIR, settings
from xlwings_server.templates import env
text = (PACKAGE_DIR / "templates/manifest.xml").read_text(encoding="utf-8")
print(env.from_string(text).render(settings=settings, base_url="URL", base_url_with_app_path="URL", manifest_id="ID"))
"""
    prod = {"XLWINGS_ENVIRONMENT": "prod", "XLWINGS_FUNCTIONS_NAMESPACE": ""}
    own = subprocess.run([sys.executable, "-c", program], env=environment(**prod), capture_output=True, check=True)
    said = [fromstring(text) for text in (own.stdout.strip(), server.get("/manifest.xml").body)]
    theirs, ours = ({one.tag.rpartition("}")[2] for one in manifest.iter()} for manifest in said)
    assert theirs - ours == {"TaskpaneId"}  # all our buttons are functions, which open the pane at their section
    theirs, ours = (
        {url.get("DefaultValue").rpartition("/")[2] for url in manifest.iter(f"{OFFICE}Url")} for manifest in said
    )
    assert theirs == ours
