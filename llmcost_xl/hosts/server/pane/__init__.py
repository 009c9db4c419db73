"""The task pane: functions to look up and try, workbooks to open, the state of the prices, a cell explained.

`routes()` is all a Starlette application needs to mount. The page and its static files hold no data and are public;
everything below `DATA_PATH` is data and expects the application to check who asks before a request gets here.
Neither xlwings nor xlwings-server is imported: the same pane opens in an ordinary browser, without Excel.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from llmcost_xl.hosts.server.pane import data

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

FOLDER: Final = Path(__file__).parent
TEMPLATES: Final = FOLDER.parent / "project" / "templates"
"""Where xlwings-server finds the page it shows in Excel, which has the same body as ours."""

PAGE_PATH: Final = "/llmcost/pane"
STATIC_PATH: Final = "/llmcost/static"
DATA_PATH: Final = "/llmcost/api/"
REFRESH_PATH: Final = DATA_PATH + "refresh"
"""Asks for a role on top, where roles exist: it changes the prices of everybody."""

FRAMED_BY: Final = (
    "https://*.officeapps.live.com",
    "https://*.office.com",
    "https://*.office365.com",
    "https://*.microsoft365.com",
    "https://*.cloud.microsoft",
    "https://*.sharepoint.com",
    "https://*.live.com",
    "https://teams.microsoft.com",
)
"""Where Excel on the web shows a task pane in a frame."""

OFFICE_SCRIPTS: Final = "https://appsforoffice.microsoft.com"
PAGE_HEADERS: Final = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {OFFICE_SCRIPTS}",
            f"connect-src 'self' {OFFICE_SCRIPTS}",
            "style-src 'self' 'unsafe-inline'",  # office.js styles its own dialogs
            "img-src 'self' data:",
            "font-src 'self'",
            "frame-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors 'self' {' '.join(FRAMED_BY)}",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""Headers of every page that shows the pane."""


def routes() -> list[BaseRoute]:
    """The routes of the pane: its page, its static files, its data."""
    return [
        Route(PAGE_PATH, page),
        Mount(STATIC_PATH, StaticFiles(directory=FOLDER / "static")),
        *data.routes(DATA_PATH),
    ]


async def page(_: Request) -> HTMLResponse:
    """The pane in a page of its own, for a browser without Excel."""
    body = (TEMPLATES / "body.html").read_text(encoding="utf-8")
    frame = (FOLDER / "page.html").read_text(encoding="utf-8")
    return HTMLResponse(frame.replace("<!-- the pane -->", body), headers=PAGE_HEADERS)
