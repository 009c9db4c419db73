"""The server as a company runs it: several workers behind nginx with TLS, with roles, and with what can happen."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import re
import signal
import threading
import time
import tomllib
from typing import TYPE_CHECKING, Any, Self

import pytest
from deployment import CALL, PUBLIC_NAME, REFRESH, Proxy, Site, free_port, require, scalars, wait_until
from hosts import HostMissingError, skip_or_fail
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from server_host import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOKENS = {"ann": "ann-knows-this-much", "bob": "bob-knows-less-than-ann"}
EXCEL_ON_THE_WEB = "https://excel.officeapps.live.com"
PRICE_FILE = "provider,model,component,price\nacme,acme-1,input,{price}\n"
OLD_PRICES = "2026-06-01"
LUNA = ("QUERY_COST", "gpt-5.6-luna", 100_000, 0)  # $1 per 1M tokens until 2026-07-30, $0.20 from then on


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    try:
        require("nginx", "openssl")
    except HostMissingError as missing:
        skip_or_fail(str(missing))
    folder = tmp_path_factory.mktemp("site")
    prices = folder / "prices.csv"
    prices.write_text(PRICE_FILE.format(price=3), encoding="utf-8")
    running = Site(
        folder,
        TOKENS,
        LLMCOST_XL_TOKENS=f"ann:{TOKENS['ann']}:prices,bob:{TOKENS['bob']}",
        LLMCOST_XL_REFRESH_ROLE="prices",
        LLMCOST_XL_PRICES=str(prices),
        XLWINGS_CORS_ALLOW_ORIGINS=json.dumps([EXCEL_ON_THE_WEB]),
    )
    yield running
    running.close()


# -- through the proxy -------------------------------------------------------------------------------------------


def test_a_formula_is_answered_through_tls(site: Site) -> None:
    assert site.call("QUERY_COST", "gpt-4o", 500, 200) == pytest.approx(0.00325)


def test_a_stranger_is_not_answered(site: Site) -> None:
    answer = site.post(CALL, scalars("QUERY_COST", "gpt-4o", 500, 200), who=None)
    assert answer.status == 401
    assert "token" in answer.json()["detail"]


def test_plain_http_is_sent_to_https(site: Site) -> None:
    plain = http.client.HTTPConnection("127.0.0.1", site.proxy.plain_port)
    plain.request("GET", "/manifest.xml")
    answer = plain.getresponse()
    assert (answer.status, answer.getheader("location")) == (301, f"https://{PUBLIC_NAME}/manifest.xml")
    plain.close()


def test_the_manifest_names_public_addresses_only(site: Site) -> None:
    manifest = site.get("/manifest.xml").body.decode()
    used = re.findall(r'(?:DefaultValue="|<AppDomain>)(https?://[^/"<]+)', manifest)
    assert used.count(f"https://{PUBLIC_NAME}") >= 5
    assert not {address for address in used if "127.0.0.1" in address or address.startswith("http:")}


def test_health_is_told_through_the_proxy_and_not_logged_there(site: Site) -> None:
    answer = site.get("/health")
    assert (answer.status, answer.json()["status"]) == (200, "ok")
    assert "/health" not in site.proxy.log()


def test_a_call_just_within_the_limit_passes(site: Site) -> None:
    cells = [["x" * 46] for _ in range(95_000)]
    content = json.dumps(scalars("LLM_PRICE", cells, "input")).encode()
    assert 4_900_000 < len(content) <= 5_000_000
    answer = site.post(CALL, content)
    assert answer.status == 200
    assert answer.json()["result"] == [[{"type": "Error", "errorType": "NotAvailable"}]] * 95_000


def test_a_longer_body_is_refused_by_the_proxy_in_the_words_of_the_server(site: Site) -> None:
    content = b" " * 5_000_001
    refused = site.post(CALL, content)
    assert refused.status == 413
    logged = 'custom-functions-call HTTP/1.1" 413'
    assert logged not in site.serve.log()  # it never got there
    directly = site.serve.post(content, token=TOKENS["ann"])
    assert (directly.status, directly.json()) == (413, refused.json())
    assert logged in site.serve.log()


def test_only_the_origin_allowed_is_told_so(site: Site) -> None:
    call = scalars("QUERY_COST", "gpt-4o", 500, 200)
    header = "access-control-allow-origin"
    assert site.post(CALL, call, Origin=EXCEL_ON_THE_WEB).headers[header] == EXCEL_ON_THE_WEB
    assert header not in site.post(CALL, call, Origin="https://elsewhere.example.com").headers
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    allowed = site.proxy.request("OPTIONS", CALL, None, {"Origin": EXCEL_ON_THE_WEB, **ask})
    assert (allowed.status, allowed.headers[header]) == (200, EXCEL_ON_THE_WEB)
    refused = site.proxy.request("OPTIONS", CALL, None, {"Origin": "https://elsewhere.example.com", **ask})
    assert refused.status == 400
    assert header not in refused.headers


# -- logs --------------------------------------------------------------------------------------------------------


def test_logs_have_who_called_what_but_no_cell(site: Site) -> None:
    falcon = "Project-Falcon"
    scalar = scalars("LLM_PRICE", falcon, "input", address=f"[{falcon}]{falcon}!A1")
    odd_cell = scalars("LLM_PRICE", [[{"type": "String", "basicValue": [falcon]}]], "input")
    odd_address = scalars("LLM_PRICE", "gpt-4o", "input", address=falcon)
    for content in (scalar, odd_cell, odd_address, f'{{"{falcon}"'.encode(), scalars(falcon)):
        site.post(CALL, content)
    site.post("/xlwings/custom-scripts-call/refresh_prices", {"book": falcon})
    site.post("/llmcost/api/evaluate", {"formula": f'=LLM_PRICE("{falcon}","input")'})
    site.post("/llmcost/api/explain", {"formula": f'=SUM("{falcon}",{falcon}!A1)', "cells": {"A1": falcon}})
    for path in ("/llmcost/api/models", "/xlwings/alert", "/nowhere"):
        site.get(f"{path}?words={falcon}&prompt={falcon}", who="ann")
    site.get("/the-last-one")
    site.serve.wait_for_log("/the-last-one")
    site.proxy.wait_for_log("/the-last-one")
    both = site.serve.log() + site.proxy.log()
    assert 'Function "LLM_PRICE" called by ann' in site.serve.log()
    assert f"POST {CALL}" in site.proxy.log()
    assert falcon not in both
    assert not [token for token in TOKENS.values() if token in both]


@pytest.mark.usefixtures("site")  # or skipped like the others
def test_an_unreachable_server_is_logged_without_the_query(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path, free_port())
    try:
        answer = proxy.request("GET", "/llmcost/api/models?words=Project-Falcon", None, {})
        assert answer.status == 502
        proxy.wait_for_log('GET /llmcost/api/models" 502')
        assert "Falcon" not in proxy.log()
    finally:
        proxy.close()


# -- roles and prices --------------------------------------------------------------------------------------------


def test_prices_are_renewed_only_by_who_has_the_role(site: Site) -> None:
    before = site.get("/health").json()
    pane = site.post(REFRESH, {}, who="bob")
    assert pane.status == 403
    assert "prices" in pane.json()["detail"]
    book = {"name": "Book1.xlsx", "active_sheet_index": 0, "selection": "A1"}
    workbook = {"client": "Office.js", "version": "0.37.8", "book": book, "names": [], "sheets": []}
    script = site.post("/xlwings/custom-scripts-call/refresh_prices", workbook, who="bob")
    assert script.status == 400
    assert script.body.endswith(b"missing the following roles: prices"), script.body
    assert site.get("/health").json() == before


def every_worker_says(site: Site, expected: Any, question: Callable[[], Any]) -> None:
    written = len(site.serve.log())

    def asked() -> bool:
        for _ in range(10):
            assert question() == expected
        return len(set(re.findall(r"uvicorn.access (\d+)", site.serve.log()[written:]))) == 2

    wait_until(asked, "all answers came from one worker")


def test_renewed_prices_reach_both_workers(site: Site) -> None:
    about = site.serve.package / "catalogue" / "catalogue.json"
    state = json.loads(about.read_text(encoding="utf-8"))
    unfinished = about.with_suffix(".new")
    unfinished.write_text(json.dumps(state | {"as_of": OLD_PRICES}), encoding="utf-8")
    unfinished.replace(about)
    assert site.get("/health").json()["prices_as_of"] == OLD_PRICES
    every_worker_says(site, 0.1, lambda: site.call(*LUNA))
    today = dt.datetime.now(dt.UTC).date().isoformat()
    answer = site.post(REFRESH, {})
    assert answer.status == 200, answer.body
    assert (answer.json()["before"]["as_of"], answer.json()["after"]["as_of"]) == (OLD_PRICES, today)
    every_worker_says(site, 0.02, lambda: site.call(*LUNA))


def test_a_companys_new_prices_reach_both_workers(site: Site) -> None:
    prices = site.serve.package.parent / "prices.csv"
    every_worker_says(site, 3.0, lambda: site.call("LLM_PRICE", "acme-1", "input"))
    prices.write_text(PRICE_FILE.format(price=4.5), encoding="utf-8")
    every_worker_says(site, 4.5, lambda: site.call("LLM_PRICE", "acme-1", "input"))


# -- workers that end --------------------------------------------------------------------------------------------


class Callers:
    """Several people whose workbooks recalculate all the time."""

    def __init__(self, site: Site, count: int = 4) -> None:
        self._site = site
        self._stop = threading.Event()
        self.right, self.failures = 0, []
        self._threads = [threading.Thread(target=self._calls) for _ in range(count)]

    def _calls(self) -> None:
        while not self._stop.is_set():
            try:
                assert self._site.call("QUERY_COST", "gpt-4o", 500, 200) == pytest.approx(0.00325)
            except Exception as failure:  # noqa: BLE001  # told by the test
                self.failures.append(repr(failure))
            else:
                self.right += 1
            time.sleep(0.01)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_is_replaced_and_no_cell_notices(site: Site, number: signal.Signals) -> None:
    for _ in range(2):  # one after the other, as a rolling restart does
        before = site.serve.workers
        oldest = next(pid for pid in before if alive(pid))
        with Callers(site) as callers:
            site.serve.signal(oldest, number)
            site.serve.wait_for_workers(len(before) + 1)
            wait_until(lambda: callers.right > 10, "no calls were answered")
        assert not callers.failures
        assert not alive(oldest)


def test_hangup_replaces_all_workers_one_by_one(site: Site) -> None:
    before = site.serve.workers
    with Callers(site) as callers:
        site.serve.signal(site.serve.process.pid, signal.SIGHUP)
        site.serve.wait_for_workers(len(before) + 2)
        wait_until(lambda: not any(map(alive, before)), "the old workers have not ended")
        wait_until(lambda: callers.right > 10, "no calls were answered")
    assert not callers.failures


# -- the container -----------------------------------------------------------------------------------------------


def test_the_container_pins_all_that_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (ROOT / "deploy" / "requirements.txt").read_text(encoding="utf-8")
    pinned = {canonicalize_name(name): version for name, version in re.findall(r"^(\S+?)==(\S+)", pins, re.MULTILINE)}
    asked = list(map(Requirement, project["dependencies"] + project["optional-dependencies"]["server"]))
    missed = [str(one) for one in asked if not one.specifier.contains(pinned.get(canonicalize_name(one.name), "0"))]
    assert not missed, "deploy/requirements.txt is out of date; its first lines say how it is made"
