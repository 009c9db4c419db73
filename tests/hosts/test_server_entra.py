"""Entra ID: which tokens xlwings Server accepts as we set it up. A stand-in signs them; Microsoft was never asked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from deployment import CALL, REFRESH, Serve, require, scalars
from entra import CLIENT, DISCOVERY, HOST, KEYS, TENANT, Entra
from hosts import HostMissingError, skip_or_fail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMULA = scalars("QUERY_COST", "gpt-4o", 500, 200)


@pytest.fixture(scope="module")
def entra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entra]:
    try:
        require("openssl")
    except HostMissingError as missing:
        skip_or_fail(str(missing))
    stand_in = Entra(tmp_path_factory.mktemp("entra"))
    yield stand_in
    stand_in.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, entra: Entra) -> Iterator[Serve]:
    running = Serve(
        tmp_path_factory.mktemp("server"),
        workers=1,
        XLWINGS_AUTH_PROVIDERS='["entraid"]',
        XLWINGS_AUTH_ENTRAID_CLIENT_ID=CLIENT,
        XLWINGS_AUTH_ENTRAID_TENANT_ID=TENANT,
        LLMCOST_XL_REFRESH_ROLE="Prices.Refresh",
        HTTPS_PROXY=entra.url,
        SSL_CERT_FILE=str(entra.certificate),
    )
    yield running
    running.close()


def status(server: Serve, token: str, path: str = CALL, content: Any = FORMULA) -> int:
    return server.post(content, path, token).status


def test_a_token_of_the_tenant_for_this_application_is_accepted(server: Serve, entra: Entra) -> None:
    assert status(server, entra.token()) == 200
    assert {f"{HOST}:443", DISCOVERY, KEYS} == set(entra.asked)
    server.wait_for_log('Function "QUERY_COST" called by Ann')


def test_a_token_of_version_1_is_accepted(server: Serve, entra: Entra) -> None:
    claims = {"ver": "1.0", "iss": f"https://sts.windows.net/{TENANT}/", "aud": f"api://{CLIENT}"}
    assert status(server, entra.token(**claims)) == 200


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"exp": NOW - 10}, id="expired"),
        pytest.param({"exp": None}, id="without end"),
        pytest.param({"nbf": NOW + 600}, id="not yet valid"),
        pytest.param({"aud": "44444444-4444-4444-8444-444444444444"}, id="for another application"),
        pytest.param({"iss": f"https://{HOST}/55555555-5555-4555-8555-555555555555/v2.0"}, id="of another tenant"),
        pytest.param({"iss": f"https://elsewhere.example.com/{TENANT}/v2.0"}, id="of another issuer"),
        pytest.param({"ver": "3.0"}, id="of an unknown version"),
    ],
)
def test_a_wrong_token_is_refused(server: Serve, entra: Entra, claims: dict[str, Any]) -> None:
    assert status(server, entra.token(**claims)) == 401


def test_a_token_accepted_once_is_refused_when_it_has_expired(server: Serve, entra: Entra) -> None:
    end = int(time.time()) + 5
    token = entra.token(exp=end)
    assert status(server, token) == 200
    while time.time() < end:  # xlwings Server alone would remember it for an hour
        time.sleep(0.1)
    assert status(server, token) == 401


def test_a_token_signed_by_another_key_is_refused(server: Serve, entra: Entra) -> None:
    from joserfc.jwk import RSAKey  # noqa: PLC0415  # comes with xlwings Server

    stranger = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
    assert status(server, entra.token(key=stranger)) == 401


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x.y.z", "Error: 13001", "x" * 8000])
def test_no_token_is_refused(server: Serve, token: str) -> None:
    assert status(server, token) == 401


def test_an_unsigned_token_is_refused(server: Serve, entra: Entra) -> None:
    head, claims, _ = entra.token().removeprefix("Bearer ").split(".")
    none = "eyJhbGciOiJub25lIiwia2lkIjoiZmlyc3QifQ"  # {"alg":"none","kid":"first"}
    assert head != none
    assert status(server, f"Bearer {none}.{claims}.") == 401


def test_without_a_way_to_entra_id_a_sentence_says_so(tmp_path: Path, entra: Entra) -> None:
    ids = {"XLWINGS_AUTH_ENTRAID_CLIENT_ID": CLIENT, "XLWINGS_AUTH_ENTRAID_TENANT_ID": TENANT}
    cut_off = Serve(tmp_path, workers=1, XLWINGS_AUTH_PROVIDERS='["entraid"]', **ids)
    try:
        for path in (CALL, REFRESH):
            answer = cut_off.post(FORMULA, path, entra.token())
            assert (answer.status, "Entra ID cannot be reached" in answer.json()["detail"]) == (503, True)
    finally:
        cut_off.close()


def test_app_roles_say_who_renews_prices(server: Serve, entra: Entra) -> None:
    assert status(server, entra.token(roles=["Other"]), REFRESH, {}) == 403
    assert status(server, entra.token(roles=["Prices.Refresh"]), REFRESH, {}) == 200


def test_a_name_cannot_forge_a_line_of_the_log(server: Serve, entra: Entra) -> None:
    name = "Eve\n2026-11-21 INFO all is well\x1b[2K\u2028"
    assert status(server, entra.token(name=name, oid="x")) == 200
    server.wait_for_log("called by Eve")
    assert "Eve\n" not in server.log()
    assert "\x1b" not in server.log()


def test_no_token_is_in_the_log(server: Serve, entra: Entra) -> None:
    token = entra.token(exp=NOW - 20)
    assert status(server, token) == 401
    assert token.split(".")[1] not in server.log()
