"""Prices fetched from an address: only so much, only so long, only whole, and only over a safe way."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pricefeeds import priced

from llmcost_xl.catalogue import download as downloads
from llmcost_xl.catalogue.download import FeedError, check_address, download, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from commandline import Run

FEED = b"provider,model,component,from_date,price,unit\nopenai,gpt-4o,input,2026-11-22,2.4,\n"


class Site(http.server.BaseHTTPRequestHandler):
    """Answers as the path says."""

    status: ClassVar = {"absent": 404, "part": 206, "moved": 302, "round": 302}
    headers_of: ClassVar = {
        "feed": ("Content-Length", str(len(FEED))),
        "short": ("Content-Length", str(len(FEED) + 9)),
        "huge": ("Content-Length", str(10**10)),
        "bomb": ("Content-Encoding", "gzip"),
        "moved": ("Location", "http://prices.example.com/feed.csv"),
        "round": ("Location", "/round"),
    }

    def do_GET(self) -> None:
        kind = self.path.partition("?")[0].strip("/")
        if kind == "rubbish":
            self._sent(b"\x1b[2J\r\n\r\n")
        elif kind == "drip-in-the-header":
            self._sent(b"HTTP/1.0 200 OK\r\nX-Long: ")
            self._drip()
        else:
            self.send_response(self.status.get(kind, 200))
            if kind in self.headers_of:
                self.send_header(*self.headers_of[kind])
            self.end_headers()
            self._content(kind)

    def _content(self, kind: str) -> None:
        if kind == "drip":
            self._drip()
        elif kind == "endless":
            while self._sent(b"x" * 1_000_000):
                pass
        else:
            self._sent(FEED)

    def _drip(self) -> None:
        while self._sent(b"x"):
            time.sleep(0.05)

    def _sent(self, content: bytes) -> bool:
        try:
            self.wfile.write(content)
        except OSError:
            return False
        return True

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.usefixtures("place")
def test_prices_come_from_an_address(run: Run, site: str) -> None:
    assert run("prices", "update", "--from", f"{site}/feed?sig=SECRET#x", "--yes")[0] == 0
    assert priced("gpt-4o", dt.date(2026, 11, 22)) == 2.4
    (line,) = json.loads(run("prices", "log", "--json")[1])
    assert line["source"] == f"{site}/feed"  # a key in an address is nobody's business who sees the prices
    assert shown("https://ann:secret@prices.example.com/a?b") == "https://prices.example.com/a"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("absent", "answers 404"),
        ("short", r"cannot be reached: IncompleteRead|broke off after"),
        ("huge", "announces 10,000,000,000 bytes"),
        ("endless", "sends more than 50,000,000 bytes"),
        ("moved", "prices are fetched over https only"),
        ("round", r"answers 302 .* infinite loop\. The last"),
        ("rubbish", r"cannot be reached: \[2J$"),
        ("part", "answers 206: the list as a whole was asked for"),
        ("bomb", "sends its prices compressed"),
    ],
)
def test_an_answer_that_is_no_price_list_is_refused(site: str, path: str, why: str) -> None:
    with pytest.raises(FeedError, match=why) as refused:
        download(f"{site}/{path}")
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("path", ["drip", "drip-in-the-header"])
def test_a_server_that_sends_a_byte_now_and_then_does_not_hang_us(site: str, path: str) -> None:
    begun = time.monotonic()
    with pytest.raises(FeedError, match=r"has not sent its prices within 1 seconds|is too slow"):
        download(f"{site}/{path}", longest=1)
    assert time.monotonic() - begun < 5
    assert downloads.LONGEST == 60


@pytest.mark.parametrize(
    "url",
    ["http://prices.example.com/x", "ftp://a/b", "file:///etc/passwd", "https:///x", "http://127.0.0.1.evil.com/"],
)
def test_addresses_that_can_be_tampered_with_are_refused(url: str) -> None:
    with pytest.raises(FeedError, match="over https only"):
        check_address(url)
