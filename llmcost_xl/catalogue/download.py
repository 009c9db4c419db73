"""Fetching a price list: only so much, only so long, and only over a connection that nobody can tamper with.

A server that sends one byte now and then must not hang whoever asked, and a time limit of the standard library starts
again with every byte. So the work is done in a thread of its own, which is left to itself when the time is over.
"""

from __future__ import annotations

import http
import http.client
import ipaddress
import threading
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 60.0  # seconds for the whole answer
LONGEST_SILENCE: Final = 10.0  # seconds
LARGEST: Final = 50_000_000  # bytes; genai-prices publishes about 2 MB
PIECE: Final = 65_536
FARTHEST: Final = 5  # redirections


class FeedError(NotAvailableError):
    """A price source that cannot be reached, or read, or believed; nothing is changed."""


def download(url: str, told: Callable[[int], None] = lambda _: None, longest: float = LONGEST) -> bytes:
    """The content behind an address; `told` hears how many bytes have come.

    Raises:
        FeedError: the address is not safe, or the answer is an error, too large or too late.
    """
    check_address(url)
    name = shown(url)
    outcome: list[bytes | Exception] = []
    deadline = time.monotonic() + longest

    def work() -> None:
        try:
            outcome.append(_read(url, name, told, deadline))
        except Exception as failure:  # noqa: BLE001  # told to whoever waits, in the other thread
            outcome.append(failure)

    worker = threading.Thread(target=work, daemon=True, name="llmcost-xl: price download")
    worker.start()
    worker.join(longest)
    if not outcome:
        raise FeedError(f"{name} has not sent its prices within {longest:g} seconds")
    if isinstance(outcome[0], Exception):
        raise _as_feed_error(name, outcome[0])
    return outcome[0]


def shown(url: str) -> str:
    """An address as it may be kept beside the prices: without what may be a password or a key in it."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def check_address(url: str) -> None:
    """Refuse an address over which prices could be tampered with.

    There is no option to allow it: a price list from inside a company's network can be given as a file.

    Raises:
        FeedError: it is neither https nor on this very machine.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and _is_this_machine(parts.hostname or ""):
        return
    raise FeedError(
        f"prices are fetched over https only; received {shown(url)!r}. A file is taken as it is: --from FILE"
    )


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirection only to an address that could have been asked for."""

    max_redirections = FARTHEST

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """Refuse a way that leaves https."""
        check_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read(url: str, name: str, told: Callable[[int], None], deadline: float) -> bytes:
    opener = urllib.request.build_opener(_SafeRedirects)
    request = urllib.request.Request(url, headers={"User-Agent": "llmcost-xl", "Accept-Encoding": "identity"})  # noqa: S310  # checked
    with opener.open(request, timeout=LONGEST_SILENCE) as answer:
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FeedError(f"{name} sends its prices compressed, although it was asked not to")
        if answer.status != http.HTTPStatus.OK:
            raise FeedError(f"{name} answers {answer.status}: the list as a whole was asked for")
        length = answer.headers.get("Content-Length", "")
        announced = int(length) if length.isdecimal() else 0
        if announced > LARGEST:
            raise FeedError(f"{name} announces {announced:,} bytes; more than {LARGEST:,} are not read")
        content = bytearray()
        while piece := answer.read1(PIECE):
            content += piece
            told(len(content))
            if len(content) > LARGEST:
                raise FeedError(f"{name} sends more than {LARGEST:,} bytes")
            if time.monotonic() > deadline:
                raise FeedError(f"{name} is too slow")  # nobody waits for it any more
    if announced and len(content) < announced:
        raise FeedError(f"{name} broke off after {len(content):,} of {announced:,} bytes")
    return bytes(content)


def _as_feed_error(name: str, failure: Exception) -> FeedError:
    if isinstance(failure, FeedError):
        return failure
    if isinstance(failure, urllib.error.HTTPError):
        return FeedError(f"{name} answers {failure.code} {_on_one_line(failure.reason)}")
    reason = getattr(failure, "reason", None) or failure
    known = isinstance(failure, OSError | http.client.HTTPException | ValueError)
    said = _on_one_line(reason) if known else ""
    return FeedError(f"{name} cannot be reached: {said or type(failure).__name__}")


def _on_one_line(said: object) -> str:
    """What a server or a library says, without what could steer a terminal."""
    return "".join(letter for letter in " ".join(str(said).split()) if letter.isprintable())[:200]
