"""`llmcost-xl serve` in production mode: whether it starts, who is let in, what it offers and writes of itself."""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import subprocess
import sys
import uuid
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from defusedxml.ElementTree import fromstring
from server_fixtures import A_BOOK, QUERY, needs_xlwings_server, package, server, spare
from server_host import COMMAND, ROOT, START, TOKEN, Server, a_call, environment, on_the_wire

from llmcost_xl.calc import evaluate
from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["package", "server", "spare"]  # fixtures

OTHER_TOKEN = TOKEN[::-1]
CONFIDENTIAL = "Project Nightingale"


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


CHECK_LIST = re.findall(
    r"^\| `(=.*?)` \| (.*?) \| ☐ \|$", (ROOT / "docs/server.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize(("formula", "expected"), CHECK_LIST)
def test_the_check_list_tells_what_a_person_will_see(formula: str, expected: str) -> None:
    cells = chain.from_iterable(evaluate(formula).rows)
    assert "; ".join(cell if isinstance(cell, str) else f"{cell:.15g}" for cell in cells) == expected


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


def test_prices_that_cannot_be_written_stay_and_the_answer_says_so(
    spare: Callable[..., Server], tmp_path: Path
) -> None:
    (tmp_path / "catalogue").mkdir()
    place = {"LLMCOST_XL_CATALOGUE": str(tmp_path / "catalogue")}
    running = spare(start=READ_ONLY + START, HTTPS_PROXY="http://127.0.0.1:9", **place)  # no network
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
