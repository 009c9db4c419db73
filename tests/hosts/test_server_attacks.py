"""`llmcost-xl serve` asked for what it should not give, and told what makes no sense."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from server_fixtures import A_BOOK, QUERY, package, query, server, spare
from server_host import TOKEN, Server, a_call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["package", "server", "spare"]  # fixtures

TYPES = ["text/plain", "application/jsonx", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]


# -- what it does not give -------------------------------------------------------------------------------------


def test_no_file_but_its_own_is_served(spare: Callable[..., Server], package: Path) -> None:
    project = package / "llmcost_xl/hosts/server/project"
    (project / "static").mkdir(exist_ok=True)  # with such a folder xlwings Server alone would give away any file
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


# -- what it refuses -------------------------------------------------------------------------------------------


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
