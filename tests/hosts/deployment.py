"""`llmcost-xl serve` and nginx with deploy/nginx.conf in front of it, as a company runs them, for the tests."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from hosts import HostMissingError
from server_host import ROOT, Answer, Server, a_call, shown

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Mapping
    from pathlib import Path

PUBLIC_NAME: Final = "budget.example.com"
CALL: Final = "/xlwings/custom-functions-call"
REFRESH: Final = "/llmcost/api/refresh"
COMES_WITHIN: Final = 60  # seconds; three, on an idle machine
NO_NETWORK: Final = "http://127.0.0.1:9"  # a proxy that does not exist
FOR_A_MOMENT: Final = (502, 503)


def require(*programs: str) -> None:
    """See that xlwings Server and these programs are here."""
    if find_spec("xlwings_server") is None:
        raise HostMissingError('xlwings Server is not installed: pip install -e ".[server]"')
    for program in programs:
        if _found(program) is None:
            raise HostMissingError(f"{program} is not installed: apt-get install nginx-light openssl")


def _found(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")  # where Debian keeps nginx


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_until(happened: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + COMES_WITHIN
    while not happened():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def scalars(function: str, *cells: Any, **other: Any) -> dict[str, Any]:
    """A call whose arguments are single cells, or ranges where lists are given."""
    return a_call(function, [cell if isinstance(cell, list) else [[cell]] for cell in cells], **other)


class Serve(Server):
    """`llmcost-xl serve` of a copy of the package, so that it may renew its prices; there is no network."""

    def __init__(self, folder: Path, workers: int = 2, **settings: str) -> None:
        self.package = folder / "llmcost_xl"
        shutil.copytree(ROOT / "llmcost_xl", self.package, ignore=shutil.ignore_patterns("__pycache__"))
        options = ("--workers", str(workers), "--public-url", f"https://{PUBLIC_NAME}")
        super().__init__(*options, package=folder, **({"HTTPS_PROXY": NO_NETWORK} | settings))
        self.wait_for_workers(workers)

    @property
    def workers(self) -> list[int]:
        """The process ids of all workers there ever were, in order."""
        return list(map(int, re.findall(r"Started server process \[(\d+)\]", self.log())))

    def wait_for_workers(self, count: int) -> None:
        wait_until(lambda: len(self.workers) >= count, f"{count} workers are expected")

    def wait_for_log(self, text: str) -> None:
        """A request is logged after it is answered."""
        wait_until(lambda: text in self.log(), f"{text} is not in the log")

    def signal(self, pid: int, number: signal.Signals) -> None:
        assert pid == self.process.pid or pid in self.workers
        os.kill(pid, number)


class Proxy:
    """nginx with the configuration we deliver, on ports of its own and with a certificate of its own."""

    def __init__(self, folder: Path, server_port: int) -> None:
        self.port, self.plain_port = free_port(), free_port()
        trusted, key = certificate(folder, PUBLIC_NAME)
        self._trust = ssl.create_default_context(cafile=str(trusted))
        self._logs = folder / "nginx"
        self._logs.mkdir()
        here = {
            "127.0.0.1:8000": f"127.0.0.1:{server_port}",
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            f"/etc/ssl/certs/{PUBLIC_NAME}.pem": str(trusted),
            f"/etc/ssl/private/{PUBLIC_NAME}.key": str(key),
            "/var/log/nginx": str(self._logs),
        }
        (folder / "nginx.conf").write_text(self._main(_site(here)), encoding="utf-8")
        with (self._logs / "errors.log").open("wb") as errors:
            command = [_found("nginx") or "nginx", "-e", "stderr", "-c", folder / "nginx.conf"]
            self._process = subprocess.Popen(command, stderr=errors)
        wait_until(self._answers, f"nginx does not answer: {self.log()}")

    def request(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
        """A request on a connection of its own, so that the workers take turns."""
        with contextlib.closing(
            http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=self._trust)
        ) as connection:
            connection.request(method, path, content, dict(headers))
            response = connection.getresponse()
            given = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, given, response.read())

    def log(self) -> str:
        """Everything nginx has written, on standard error and into its files."""
        return "\n".join(path.read_text(encoding="utf-8") for path in self._logs.glob("*.log"))

    def wait_for_log(self, text: str) -> None:
        wait_until(lambda: text in self.log(), f"{text} is not in the log")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.log()
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def _main(self, site: str) -> str:
        user = "user root;" if os.geteuid() == 0 else ""  # or nginx gives its files to nobody, who cannot enter here
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = " ".join(f"{kind}_temp_path {self._logs}/{kind};" for kind in kinds)
        return f"{user} daemon off; pid {self._logs}/pid; error_log stderr; events {{}} http {{ {folders}\n{site} }}\n"


def _site(here: Mapping[str, str]) -> str:
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for shipped, ours in here.items():
        assert shipped in site, f"deploy/nginx.conf has no {shipped}"
        site = site.replace(shipped, ours)
    return site


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for the name and for 127.0.0.1, signed by itself, and its key."""
    made, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    command += ["-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1", "-out", str(made), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


class Site:
    """The whole deployment, called as Excel does: through nginx."""

    def __init__(self, folder: Path, tokens: Mapping[str, str], **settings: str) -> None:
        self._tokens = tokens
        self.serve = Serve(folder, **settings)
        self.proxy = Proxy(folder, self.serve.port)

    def get(self, path: str, who: str | None = None) -> Answer:
        headers = {} if who is None else {"Authorization": self._tokens[who]}
        return self.proxy.request("GET", path, None, headers)

    def post(self, path: str, content: Any, who: str | None = "ann", **headers: str) -> Answer:
        """Content other than bytes is sent as JSON."""
        given = {"Content-Type": "application/json", **headers}
        if who is not None:
            given["Authorization"] = self._tokens[who]
        sent = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.proxy.request("POST", path, sent, given)

    def call(self, function: str, *cells: Any) -> Any:
        """What the formula shows; like Excel's side of xlwings it tries three times where nobody answers."""
        answer = Answer(502, {}, b"")
        for _ in range(3):
            with contextlib.suppress(OSError, http.client.HTTPException):
                answer = self.post(CALL, scalars(function, *cells))
            if answer.status not in FOR_A_MOMENT:
                break
        assert answer.status == 200, answer
        return shown(answer.json()["result"][0][0])

    def close(self) -> None:
        self.proxy.close()
        self.serve.close()
