"""`llmcost-xl serve` and nginx with deploy/nginx.conf in front of it, as a company runs them, for the tests."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hosts import HostMissingError

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator, Mapping

    import httpx

ROOT: Final = Path(__file__).parent.parent.parent
PUBLIC_NAME: Final = "budget.example.com"
CALL: Final = "/xlwings/custom-functions-call"
REFRESH: Final = "/llmcost/api/refresh"
STARTS_WITHIN: Final = 60  # seconds; three, on an idle machine
NO_NETWORK: Final = "http://127.0.0.1:9"  # a proxy that does not exist


def require(*programs: str) -> None:
    """See that xlwings Server and these programs are here."""
    if find_spec("xlwings_server") is None:
        raise HostMissingError('xlwings Server is not installed: pip install "llmcost-xl[server]"')
    for program, package in zip(programs, map({"nginx": "nginx-light"}.get, programs), strict=True):
        if _found(program) is None:
            raise HostMissingError(f"{program} is not installed: apt-get install {package or program}")


def _found(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")  # where Debian keeps nginx


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def body(function: str, *cells: Any, address: str = "[Book1]Sheet1!A1") -> dict[str, Any]:
    """A call as Excel's side of xlwings sends it; a scalar is a range of one cell."""
    return {
        "client": "Office.js",
        "func_name": function,
        "args": [cell if isinstance(cell, list) else [[cell]] for cell in cells],
        "caller_address": address,
        "culture_info_name": "en-US",
        "date_format": "m/d/yyyy",
        "version": "0.37.8",
        "runtime": "1.4",
    }


class Background:
    """A program that runs until it is told to end, and what it writes."""

    def __init__(self, command: list[str | Path], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.log_file = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd=log.parent)

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_for(self, url: str, **options: Any) -> None:
        """Return when the program answers there."""
        import httpx  # noqa: PLC0415  # comes with xlwings Server

        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(url, **options)
                return
            time.sleep(0.1)
        raise AssertionError(f"nothing answers at {url}: {self.log}")

    def wait_for_log(self, text: str) -> None:
        """Return when the program has written this; a request is logged after it is answered."""
        end = time.monotonic() + 5
        while text not in self.log:
            assert time.monotonic() < end, f"{text} is not in {self.log}"
            time.sleep(0.02)

    def end(self) -> int:
        """Tell the program to end; its exit code."""
        self._process.terminate()
        try:
            return self._process.wait(timeout=20)
        finally:
            self._process.kill()


class Serve(Background):
    """`llmcost-xl serve` of a copy of the package, so that it may renew its prices."""

    def __init__(self, folder: Path, workers: int = 2, **settings: str) -> None:
        self.package = folder / "llmcost_xl"
        if not self.package.exists():
            shutil.copytree(ROOT / "llmcost_xl", self.package, ignore=shutil.ignore_patterns("__pycache__"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("LLMCOST_XL_", "XLWINGS_"))}
        environment = keep | {
            "PYTHONPATH": str(folder),
            "XLWINGS_LICENSE_KEY": os.environ.get("XLWINGS_LICENSE_KEY", "noncommercial"),
            "HTTPS_PROXY": NO_NETWORK,
            **settings,
        }
        module = [sys.executable, "-c", "from llmcost_xl.cli import main; main()"]
        where = ["--port", str(self.port), "--workers", str(workers), "--public-url", f"https://{PUBLIC_NAME}"]
        super().__init__([*module, "serve", *where], folder / "serve.log", environment)
        self.wait_for(f"{self.url}/health")
        self.wait_for_workers(workers)

    @property
    def workers(self) -> list[int]:
        """The process ids of all workers there ever were, in order."""
        return list(map(int, re.findall(r"Started server process \[(\d+)\]", self.log)))

    def wait_for_workers(self, count: int) -> None:
        """Return when as many workers have started."""
        end = time.monotonic() + STARTS_WITHIN
        while len(self.workers) < count:
            assert time.monotonic() < end, f"{count} workers were expected: {self.log}"
            time.sleep(0.1)

    def signal(self, pid: int, number: signal.Signals) -> None:
        assert pid == self.pid or pid in self.workers
        os.kill(pid, number)


class Proxy(Background):
    """nginx with the configuration we deliver, on ports of its own and with a certificate of its own."""

    def __init__(self, folder: Path, server_port: int) -> None:
        self.port, plain = free_port(), free_port()
        self.url, self.plain_url = f"https://127.0.0.1:{self.port}", f"http://127.0.0.1:{plain}"
        self.certificate, key = certificate(folder, PUBLIC_NAME)
        self._logs = folder / "nginx"
        self._logs.mkdir()
        site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        for shipped, here in {
            "127.0.0.1:8000": f"127.0.0.1:{server_port}",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            f"/etc/ssl/certs/{PUBLIC_NAME}.pem": str(self.certificate),
            f"/etc/ssl/private/{PUBLIC_NAME}.key": str(key),
            "/var/log/nginx": str(self._logs),
        }.items():
            assert shipped in site, f"deploy/nginx.conf has no {shipped}"
            site = site.replace(shipped, here)
        (folder / "site.conf").write_text(site, encoding="utf-8")
        temporary = "".join(
            f"{kind}_temp_path {self._logs}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        main = folder / "main.conf"
        user = "user root;" if os.geteuid() == 0 else ""  # or nginx gives its files to nobody, who cannot enter here
        main.write_text(
            f"{user} daemon off; pid {self._logs}/pid; error_log stderr warn; events {{}}\n"
            f"http {{ {temporary} include {folder}/site.conf; }}\n",
            encoding="utf-8",
        )
        super().__init__([_found("nginx") or "nginx", "-e", "stderr", "-c", main], folder / "nginx.log")
        self.wait_for(f"{self.plain_url}/")

    @property
    def log(self) -> str:
        """Everything nginx has written, on standard error and into its files."""
        return "\n".join(path.read_text(encoding="utf-8") for path in (self.log_file, *self._logs.glob("*.log")))

    def client(self) -> httpx.Client:
        """A client that trusts the certificate; it keeps no connection, so that the workers take turns."""
        import httpx  # noqa: PLC0415  # comes with xlwings Server

        trusted = ssl.create_default_context(cafile=str(self.certificate))
        limits = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(base_url=self.url, verify=trusted, timeout=30, limits=limits, trust_env=False)


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A certificate for the names and for 127.0.0.1, signed by itself, and its key."""
    made, key = folder / f"{names[0]}.pem", folder / f"{names[0]}.key"
    alternatives = ",".join([*(f"DNS:{name}" for name in names), "IP:127.0.0.1"])
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={names[0]}"]
    command += ["-addext", f"subjectAltName={alternatives}", "-out", str(made), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


class Site:
    """The whole deployment, and a client that calls it as Excel does."""

    def __init__(self, folder: Path, tokens: Mapping[str, str], **settings: str) -> None:
        self._tokens = tokens
        self.serve = Serve(folder, **settings)
        self.proxy = Proxy(folder, self.serve.port)
        self.client = self.proxy.client()

    def post(self, path: str, content: Any, who: str | None = "ann", **headers: str) -> httpx.Response:
        """A request to nginx: content other than bytes as JSON."""
        given = {"Content-Type": "application/json", **headers}
        if who is not None:
            given["Authorization"] = self._tokens[who]
        sent = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.client.post(path, content=sent, headers=given)

    def call(self, function: str, *cells: Any) -> Any:
        """What the formula shows; like Excel's side of xlwings it tries three times where nobody answers."""
        import httpx  # noqa: PLC0415  # comes with xlwings Server

        answer = httpx.Response(502)
        for _ in range(3):
            with contextlib.suppress(httpx.TransportError):
                answer = self.post(CALL, body(function, *cells))
            if answer.status_code not in {502, 503, 504}:
                break
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text}"
        rows = answer.json()["result"]
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    def close(self) -> None:
        self.client.close()
        self.proxy.end()
        self.serve.end()


@contextlib.contextmanager
def deployed(folder: Path, tokens: Mapping[str, str], **settings: str) -> Iterator[Site]:
    site = Site(folder, tokens, **settings)
    try:
        yield site
    finally:
        site.close()
