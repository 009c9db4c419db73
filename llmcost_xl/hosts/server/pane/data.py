"""What the pane asks the server for. Every answer is JSON or a workbook, every refusal a sentence: {"error": ...}."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import anyio
from anyio.to_thread import run_sync
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from llmcost_xl.errors import LLMCostError
from llmcost_xl.hosts.server import evaluator
from llmcost_xl.hosts.server.pane import facts

if TYPE_CHECKING:
    from starlette.requests import Request

Endpoint: TypeAlias = Callable[["Request"], Awaitable[Response]]

BODY_LIMIT: Final = 1_000_000  # bytes: 10,000 cells of a formula's references fit in
EXCEL_FILE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_STORED: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
WAITING_AT_MOST: Final = 8  # formulas in line; more would wait longer than a person does

log = logging.getLogger("llmcost_xl")


class RefusedError(Exception):
    """A request that is answered with a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def routes(prefix: str) -> list[Route]:
    """The data routes below a path."""
    one_at_a_time, few_at_a_time = anyio.CapacityLimiter(1), anyio.CapacityLimiter(2)

    async def workbook(request: Request) -> Response:
        name = request.path_params["name"]
        content = await run_sync(facts.workbook_file, name, limiter=one_at_a_time)
        disposition = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
        return Response(content, media_type=EXCEL_FILE, headers=NOT_STORED | disposition)

    async def refresh(request: Request) -> Response:
        await _json_of(request)
        try:
            return _answer(await run_sync(facts.refreshed, limiter=one_at_a_time))
        except OSError as error:
            log.exception("%s failed", request.url.path)
            raise RefusedError(500, f"The prices stay as they are: {error.strerror or error}.") from None

    async def asked(request: Request, kind: str) -> Response:
        question = await _json_of(request)
        if few_at_a_time.statistics().tasks_waiting >= WAITING_AT_MOST:
            raise RefusedError(503, "The server is busy with other formulas; try again in a moment.")
        try:
            return _answer(await run_sync(evaluator.ask, kind, question, limiter=few_at_a_time))
        except evaluator.NoAnswerError as problem:  # half a formula is no failure: it is still being typed
            return _answer({"problem": _sentence(str(problem))})

    def simple(read: Callable[[Mapping[str, str]], Any]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            return _answer(await run_sync(read, request.query_params))

        return endpoint

    gets: dict[str, Endpoint] = {
        "functions": simple(lambda _: facts.functions()),
        "workbooks": simple(lambda _: facts.workbooks()),
        "workbooks/{name}.xlsx": workbook,
        "prices": simple(lambda _: facts.prices()),
        "models": simple(lambda query: facts.models(query.get("words", ""))),
    }
    posts: dict[str, Endpoint] = {
        "evaluate": functools.partial(asked, kind="evaluate"),
        "explain": functools.partial(asked, kind="explain"),
        "refresh": refresh,
    }
    return [
        *(Route(prefix + path, _guarded(endpoint), methods=["GET"]) for path, endpoint in gets.items()),
        *(Route(prefix + path, _guarded(endpoint), methods=["POST"]) for path, endpoint in posts.items()),
    ]


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Turn every failure of an endpoint into a status and a sentence."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RefusedError as refusal:
            return _answer({"error": str(refusal)}, refusal.status)
        except LLMCostError as error:
            return _answer({"error": _sentence(str(error))}, 422)
        except OSError as error:
            log.exception("%s failed", request.url.path)
            return _answer({"error": f"The server cannot use its files: {error.strerror or error}."}, 500)
        except Exception:
            log.exception("%s failed", request.url.path)
            return _answer({"error": "The server failed on this; its log says why."}, 500)

    return guarded


def _answer(content: Any, status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, NOT_STORED)


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")


async def _json_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request.

    The content type is insisted on: a page of another site cannot send it without asking the browser first.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "The request must be JSON.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_LIMIT:
            raise RefusedError(413, f"The request is larger than {BODY_LIMIT // 1000} kB.")
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise RefusedError(400, "The request is not a JSON object.")
    return content
