"""A real Chromium, driven by playwright: the Debian package, as playwright's own download needs its own network."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from hosts import HostMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS: Final = [
    "--no-sandbox",  # a container has no user namespaces
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",  # pictures come out alike everywhere
]


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser for as long as the context lasts.

    Raises:
        HostMissingError: Chromium or playwright is not installed.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise HostMissingError("Chromium is not installed: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  # tests elsewhere run without it
    except ImportError:
        raise HostMissingError('playwright is not installed: pip install -e ".[hosts]"') from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
