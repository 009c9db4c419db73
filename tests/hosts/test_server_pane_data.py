"""What the server of the task pane answers, and what it does not let itself be used for."""

from __future__ import annotations

import io
import subprocess
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest
from hosts import HostMissingError, skip_or_fail
from openpyxl import load_workbook
from pane_fixtures import address, browser
from pane_server import served

from llmcost_xl.hosts.server import evaluator

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["address", "browser"]  # fixtures

API: Final = "/llmcost/api/"
READ: Final = ("functions", "workbooks", "workbooks/roi.xlsx", "prices", "models?words=gpt")
WRITTEN: Final = ("evaluate", "explain", "refresh")
AS_JSON: Final = {"Content-Type": "application/json"}


@pytest.fixture
def client(browser: Any, address: str) -> Iterator[Any]:
    """Sends requests to the pane's own routes."""
    with browser.new_context(base_url=address + API) as context:
        yield context.request


def evaluated(client: Any, formula: str) -> dict[str, Any]:
    response = client.post("evaluate", data={"formula": formula})
    assert response.status == 200
    answer: dict[str, Any] = response.json()
    return answer


# -- limits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    ["=" + "+".join(["SUM(SEQUENCE(3000,3000))"] * 9), '=SEQUENCE(3000,3000)&REPT("x",30000)'],
    ids=["time", "memory"],
)
def test_a_formula_that_takes_too_much_is_stopped(client: Any, formula: str) -> None:
    started = time.monotonic()
    assert "was stopped" in evaluated(client, formula)["problem"]
    assert time.monotonic() - started < evaluator.SECONDS + 30  # on a busy machine
    assert evaluated(client, "=1+1")["rows"] == [[2.0]]


def test_long_texts_are_cut(client: Any) -> None:
    rows = evaluated(client, '=REPT("x",32767)&SEQUENCE(30,12)')["rows"]
    assert {len(cell) for row in rows for cell in row} == {evaluator.TEXT_SHOWN + len(" ...")}


def test_a_formula_is_evaluated_without_the_servers_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, str]] = []

    def run(command: list[str], env: dict[str, str], **_: Any) -> subprocess.CompletedProcess[str]:
        given.append(env)
        return subprocess.CompletedProcess(command, 0, "{}", "")

    secrets = {"LLMCOST_XL_TOKENS": "ann:a-secret-of-hers", "XLWINGS_LICENSE_KEY": "a key"}
    for name, value in (secrets | {"LLMCOST_XL_PRICES": "prices.csv"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(evaluator.subprocess, "run", run)
    evaluator.ask("evaluate", {"formula": "=1"})
    assert not set(secrets) & set(given[0])
    assert given[0]["LLMCOST_XL_PRICES"] == "prices.csv"


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ({"formula": ""}, "There is no formula"),
        ({"formula": 5}, "There is no formula"),
        ({}, "There is no formula"),
        ({"formula": "=" + "1+" * 5000 + "1"}, "at most 8,192"),
        ({"formula": "=LLM_PRICE(A1)", "cells": [1]}, "rows of cells"),
        ({"formula": "=LLM_PRICE(A1)", "cells": {"A1": [[1], [1, 2]]}}, "rows of cells"),
        ({"formula": "=LLM_PRICE(A1)", "cells": {"A1": [[{}]]}}, "rows of cells"),
        ({"formula": "=LLM_PRICE(A1)", "cells": {"A1": [[0] * 101] * 100}}, "10,100 cells"),
    ],
)
def test_a_question_without_an_answer_is_told_so(client: Any, question: dict[str, Any], problem: str) -> None:
    for kind in ("evaluate", "explain"):
        response = client.post(kind, data=question)
        assert response.status == 200
        assert problem in response.json()["problem"]


@pytest.mark.parametrize("path", WRITTEN)
@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (415, '{"formula": "=1"}', {"Content-Type": "text/plain"}),  # what a page of another site can send unasked
        (400, "{", AS_JSON),
        (400, "[]", AS_JSON),
        (400, "[" * 100_000, AS_JSON),
        (413, '{"formula": "' + "1" * 1_100_000 + '"}', AS_JSON),
    ],
    ids=["no JSON", "half", "a list", "deep", "long"],
)
def test_a_malformed_request_is_refused(
    client: Any, path: str, status: int, body: str, headers: dict[str, str]
) -> None:
    response = client.post(path, data=body.encode(), headers=headers)
    assert response.status == status
    assert response.json()["error"].endswith(".")


def test_an_unknown_workbook_is_refused(client: Any) -> None:
    response = client.get("workbooks/nope.xlsx")
    assert response.status == 422
    assert "there is no workbook 'nope'" in response.json()["error"].lower()
    assert client.get("workbooks/..%2F..%2Fpyproject.xlsx").status in (404, 422)


def test_a_workbook_is_sent_as_a_file(client: Any) -> None:
    response = client.get("workbooks/roi.xlsx")
    assert response.headers["content-disposition"] == 'attachment; filename="roi.xlsx"'
    assert response.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "Inputs" in load_workbook(io.BytesIO(response.body())).sheetnames


@pytest.mark.usefixtures("address")  # Starlette is there
def test_a_workbook_is_built_once() -> None:
    facts = import_module("llmcost_xl.hosts.server.pane.facts")
    assert facts.workbook_file("roi") is facts.workbook_file("roi")


def test_data_is_not_stored_by_anybody_on_the_way(client: Any) -> None:
    for path in READ:
        assert client.get(path).headers["cache-control"] == "no-store"


# -- behind xlwings Server ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Iterator[str]:
    """`llmcost-xl serve` with one person."""
    try:
        with served({"LLMCOST_XL_TOKENS": "ann:a-secret-of-16-letters"}, dev=False) as where:
            yield where
    except HostMissingError as missing:
        skip_or_fail(str(missing))


def test_data_is_for_those_who_are_let_in(browser: Any, office: str) -> None:
    with browser.new_context(base_url=office) as context:
        ask = context.request
        for path in READ:
            assert ask.get(API + path).status == 401
            assert ask.get(API + path, headers={"Authorization": "Bearer a-secret-of-16-letters"}).status == 200
        for path in WRITTEN:
            assert ask.post(API + path, data={}).status == 401
        assert ask.get("/llmcost/pane").status == 200
        assert ask.get("/llmcost/static/pane.js").status == 200
