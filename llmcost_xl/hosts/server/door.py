"""Who is let in: xlwings Server's own authentication and roles, asked before anything of ours is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import HTTPException
from starlette.requests import Request
from xlwings_server import dependencies

from llmcost_xl.hosts.server import config, pane
from llmcost_xl.hosts.server.answers import refuse
from llmcost_xl.hosts.server.limits import RefusalError

if TYPE_CHECKING:
    from llmcost_xl.hosts.server.answers import Application, Receive, Scope, Send


async def let_in(scope: Scope, roles: list[str] | None = None) -> None:
    """Pass for a request of somebody known, with the roles asked for.

    Raises:
        RefusalError: it is not.
    """
    request = Request(scope)
    try:
        user = await dependencies.authenticate(
            request.headers.get("authorization", ""), request.headers.get("auth-provider")
        )
        user = await dependencies.get_user(request, user)
    except HTTPException as refusal:
        raise RefusalError(refusal.status_code, str(refusal.detail)) from None
    if roles and not config.is_dev() and not await user.has_required_roles(roles):
        raise RefusalError(403, f"this needs the role {', '.join(roles)}")


class Door:
    """Stands before the data of the task pane, which checks nobody; xlwings Server's own paths have their own check."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request of somebody let in."""
        path = scope["path"]
        try:
            if path.startswith(pane.DATA_PATH):
                await let_in(scope, config.refresh_roles() if path == pane.REFRESH_PATH else None)
        except RefusalError as refusal:
            await refuse(send, refusal.status, str(refusal))
        else:
            await self._app(scope, receive, send)
