"""What the tests of the task pane share: a browser, a server, and a page that forgives nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from browser import chromium
from hosts import HostMissingError, skip_or_fail
from pane_server import alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FAKE_OFFICE: Final = (Path(__file__).parent / "fake_office.js").read_text(encoding="utf-8")
PATIENCE: Final = 30_000  # milliseconds: a busy machine, or a refresh


class Watched:
    """What a page said and asked for that it should not have."""

    def __init__(self, address: str) -> None:
        self.complaints: list[str] = []
        self.strays: list[str] = []
        self._address = address

    def watch(self, page: Any) -> None:
        """Note errors in the page's console, failures of its scripts, requests to elsewhere."""
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda failure: self.complaints.append(str(failure)))
        page.on("request", lambda request: self._is_stray(request.url) and self.strays.append(request.url))

    def _is_stray(self, url: str) -> bool:
        return not url.startswith((f"{self._address}/", "blob:", "data:"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    try:
        with chromium() as running:
            yield running
    except HostMissingError as missing:
        skip_or_fail(str(missing))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The pane's own routes on a server."""
    try:
        with alone() as where:
            yield where
    except HostMissingError as missing:
        skip_or_fail(str(missing))


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens the pane; in the end no page may have complained or asked anybody else."""
    watched = Watched(address)
    pages = []

    def opened(
        at: str = address,
        path: str = "/llmcost/pane",
        *,
        width: int = 350,
        script: str = "",
        watch: bool = True,
        scheme: str = "light",
    ) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.set_default_timeout(PATIENCE)
        pages.append(page)
        if watch:
            watched.watch(page)
        if script:
            page.add_init_script(script)
        page.goto(at + path)
        return page

    yield opened
    for page in pages:
        page.close()
    assert watched.complaints == []
    assert watched.strays == []


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """The pane in an ordinary browser, its functions listed."""
    opened = open_page()
    opened.wait_for_selector(".row")
    return opened


@pytest.fixture
def excel(open_page: Callable[..., Any]) -> Any:
    """The pane in something that behaves like Excel."""
    opened = open_page(script=FAKE_OFFICE)
    opened.wait_for_selector("#host-state.connected")
    opened.wait_for_selector(".row")
    return opened


def look_up(page: Any, name: str) -> None:
    """Open a function's detail, and wait for its example's answer."""
    page.fill("#function-search", name)
    page.press("#function-search", "Enter")
    page.wait_for_selector("#try-answer > :not(.notice)")
