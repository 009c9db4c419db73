"""How many calls a second `llmcost-xl serve` answers, next to xlwings Server as it comes, with the same functions.

apt-get install wrk                      # makes the load; in C, so that most of the machine is left to the servers
python -m pip install -e ".[server]"
python benchmarks/server.py              # five minutes on loopback; prints the tables
python benchmarks/server.py --write      # and keeps them in docs/benchmarks.md
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import report

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("llmcost-xl", "xlwings-server", "xlwings", "uvicorn", "fastapi")
TOKEN = "benchmark-0123456789"  # noqa: S105  # of a server that lives for seconds
CALL, HEALTH = "/xlwings/custom-functions-call", "/health"
ROWS = 10_000
MODELS = ("gpt-4o", "gpt-4o-mini", "o3", "gpt-4.1", "gpt-4.1-mini", "gemini-2.5-flash")
STARTS_WITHIN = 60  # seconds
RUNS = 3  # of everything; the page has the one in which our scalar calls with one worker were neither best nor worst
CONNECTIONS, SECONDS = 16, 3  # of scalar calls
RANGES, RANGES_AT_ONCE, RANGES_WITHIN = 20, 2, 4  # calls, at a time, seconds
LARGEST = 33_333  # rows of three columns: 100,000 cells, which is the limit of `llmcost-xl serve`
OURS, PEER = "**`llmcost-xl serve`**", "xlwings Server as it comes"
REMARK = (
    "Load from the same machine, by wrk and for the ranges by Python: client and server share its cores, so that two "
    "workers gain less than two would. CPU is what the server's processes computed. A worker computes one long call at "
    "a time. `llmcost-xl serve` checks a token, the size and every cell of a call; xlwings Server as it comes lets "
    "everybody in and checks nothing. Searching: for every cell that it reads xlwings looks through all installed "
    f"packages for pyodide.ffi; `llmcost-xl serve` tells it that there is none. All was run {RUNS} times, while other "
    "work went on on the machine; the tables show the run in which the scalar calls of `llmcost-xl serve` with one "
    "worker were neither the fastest nor the slowest, and how far the runs are apart. CPU per call depends least on "
    "the other work."
)


class Figures(NamedTuple):
    """What a run measured."""

    calls_per_second: float
    p50: float  # milliseconds
    worst: float  # p99 of many, the slowest of few
    cpu: float = 0.0  # milliseconds of the server's processes per call


class Running(NamedTuple):
    """A server that has started."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """What its processes have computed so far, as Linux tells it."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        states = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in (self.pid, *children))
        return sum(int(state[11]) + int(state[12]) for state in states) / os.sysconf("SC_CLK_TCK")


# -- the servers; those with a change are started by the name of a function here ---------------------------------


def ours_searching() -> Any:
    from llmcost_xl.hosts.server import app  # noqa: PLC0415  # in the server's own process

    app.forget_pyodide = lambda: None
    return app.create()


def stock_not_searching() -> Any:
    sys.modules["pyodide.ffi"] = None  # type: ignore[assignment]  # as app.forget_pyodide does
    from xlwings_server.main import main_app  # noqa: PLC0415  # in the server's own process

    return main_app


SERVE = "from llmcost_xl.cli import main; main()"
CHANGED = f"from llmcost_xl.hosts.server import run; run.APPLICATION = 'server:ours_searching'; {SERVE}"
UVICORN = [sys.executable, "-m", "uvicorn", "--host", "127.0.0.1"]
SERVERS = {
    OURS: [sys.executable, "-c", SERVE, "serve"],
    "`llmcost-xl serve`, searching": [sys.executable, "-c", CHANGED, "serve"],
    "xlwings Server, not searching": [*UVICORN, "--factory", "server:stock_not_searching"],
    PEER: [*UVICORN, "xlwings_server.main:main_app"],
}


def environment(project: Path) -> dict[str, str]:
    """One for all: ours takes no notice of the project, xlwings Server none of the token."""
    return os.environ | {
        "PYTHONPATH": str(Path(__file__).parent),
        "XLWINGS_LICENSE_KEY": os.environ.get("XLWINGS_LICENSE_KEY", "noncommercial"),
        "XLWINGS_PROJECT_DIR": str(project),
        "XLWINGS_ENVIRONMENT": "prod",
        "XLWINGS_FUNCTIONS_NAMESPACE": "",
        "XLWINGS_ENABLE_SOCKETIO": "false",
        "LLMCOST_XL_TOKENS": f"benchmark:{TOKEN}",
    }


@contextmanager
def served(command: list[str], workers: int, folder: Path) -> Iterator[Running]:
    """A running server."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    log_path = folder / "log"
    with log_path.open("wb") as log:
        arguments = [*command, "--port", str(port), "--workers", str(workers)]
        process = subprocess.Popen(arguments, stdout=log, stderr=log, env=environment(folder), cwd=folder)
    end = time.monotonic() + STARTS_WITHIN
    try:
        while not _started(said := log_path.read_text(), workers):
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{workers} workers have not started: {said}")
            time.sleep(0.1)
        yield Running(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait()


def _started(log: str, workers: int) -> bool:
    return "Uvicorn running" in log and log.count("Application startup complete") >= workers


# -- the load ----------------------------------------------------------------------------------------------------


def scalars() -> list[list[list[Any]]]:
    return [[["gpt-4o"]], [[500]], [[200]]]


def columns(rows: int = ROWS) -> list[list[list[Any]]]:
    draw = random.Random(2026)  # noqa: S311  # the same rows in every run
    tokens = ([[draw.randint(1, most)] for _ in range(rows)] for most in (20_000, 2_000))
    return [[[draw.choice(MODELS)] for _ in range(rows)], *tokens]


def body(args: list[list[list[Any]]]) -> bytes:
    texts = {"client": "Office.js", "version": "0.37.8", "runtime": "1.4", "caller_address": "[Book1]Sheet1!A1"}
    regional = {"culture_info_name": "en-US", "date_format": "m/d/yyyy"}
    return json.dumps({"func_name": "QUERY_COST", "args": args, **texts, **regional}).encode()


def called(url: str, sent: bytes) -> tuple[float, bytes]:
    """Seconds of a call, and its answer."""
    headers = {"Content-Type": "application/json", "Authorization": TOKEN}
    start = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(url + CALL, sent, headers)) as answer:  # noqa: S310  # loopback
        content = answer.read()
    return time.perf_counter() - start, content


def check(url: str, args: list[list[list[Any]]], times: int) -> None:
    """See that the server answers rightly; this warms it as well."""
    from llmcost_xl.functions.prices import QUERY_COST  # noqa: PLC0415  # the servers import this module as well

    expected = QUERY_COST(*args)
    for _ in range(times):
        if json.loads(called(url, body(args))[1])["result"] != (expected if len(args[0]) > 1 else [[expected]]):
            raise SystemExit(f"the server at {url} answers wrongly")


LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "{token}"
wrk.body = io.open("{body}"):read("*a")
function done(summary, latency, requests)
    local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
    io.write(string.format("FIGURES %d %d %d %f %f", summary.requests, failed, summary.duration,
        latency:percentile(50), latency:percentile(99)))
end
"""


def many_scalars(server: Running, folder: Path) -> Figures:
    (folder / "body").write_bytes(body(scalars()))
    (folder / "load.lua").write_text(LUA.format(token=TOKEN, body=folder / "body"), encoding="utf-8")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", folder / "load.lua", server.url + CALL]
    before = server.cpu_seconds()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    cpu = server.cpu_seconds() - before
    calls, failed, duration, p50, p99 = map(float, done.stdout.partition("FIGURES")[2].split())
    if failed or not calls:
        raise SystemExit(f"{failed:g} of {calls:g} calls failed")
    return Figures(calls / duration * 1e6, p50 / 1e3, p99 / 1e3, cpu / calls * 1e3)  # wrk counts in microseconds


def some_ranges(server: Running, _: Path) -> Figures:
    """As many calls as planned, or as there is time for."""
    sent, left, times = body(columns()), iter(range(RANGES)), []
    start, before = time.perf_counter(), server.cpu_seconds()

    def caller(_: int) -> None:
        while time.perf_counter() < start + RANGES_WITHIN and next(left, None) is not None:
            times.append(called(server.url, sent)[0])

    with ThreadPoolExecutor(RANGES_AT_ONCE) as pool:
        list(pool.map(caller, range(RANGES_AT_ONCE)))  # a failure comes out of here
    took, cpu = time.perf_counter() - start, server.cpu_seconds() - before
    return Figures(len(times) / took, statistics.median(times) * 1e3, max(times) * 1e3, cpu / len(times) * 1e3)


@contextmanager
def started(name: str, workers: int) -> Iterator[tuple[Running, Path]]:
    """A server that answers rightly and is warm, and its folder."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for module, text in {"custom_functions": "from llmcost_xl.udfs import *\n", "custom_scripts": ""}.items():
            (folder / module).mkdir()
            (folder / module / "__init__.py").write_text(text, encoding="utf-8")
        with served(SERVERS[name], workers, folder) as server:
            check(server.url, scalars(), 20 * workers)
            check(server.url, columns(), workers)
            yield server, folder


def figures() -> Iterator[tuple[str, int, Figures, Figures]]:
    """Server, workers, and what scalars and ranges took."""
    for name in SERVERS:
        for workers in (1, 2):
            with started(name, workers) as (server, folder):
                yield name, workers, many_scalars(server, folder), some_ranges(server, folder)


def others_wait(name: str) -> tuple[float, list[float], float]:
    """Seconds of the largest call, of each health check meanwhile, and of the end when told to during another."""
    sent, waits = body(columns(LARGEST)), []
    with started(name, 1) as (server, _), ThreadPoolExecutor(2) as pool:
        call = pool.submit(called, server.url, sent)
        while not call.done():
            start = time.perf_counter()
            with urllib.request.urlopen(server.url + (HEALTH if name == OURS else "/")) as answer:  # noqa: S310
                answer.read()
            waits.append(time.perf_counter() - start)
        another = pool.submit(called, server.url, sent)
        time.sleep(0.1)
        start = time.perf_counter()
        os.kill(server.pid, signal.SIGTERM)
        while Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            time.sleep(0.01)
        end = time.perf_counter() - start
        another.exception()  # answered or cut off: both will do
        return call.result()[0], waits, end


def chapter() -> Iterator[str]:
    others = f"Load average of the machine before the runs: {os.getloadavg()[0]:.1f}; it should be 0."
    yield report.opening("The server", PACKAGES, f"{REMARK} {others}")
    runs = sorted((list(figures()) for _ in range(RUNS)), key=lambda run: run[0][2].calls_per_second)
    yield load_table(2, f'`=QUERY_COST("gpt-4o",500,200)`, {CONNECTIONS} calls at a time', "p99 ms", runs)
    title = f"`=QUERY_COST(ranges)` of {ROWS:,} rows, {RANGES_AT_ONCE} calls at a time"
    yield load_table(3, title, "slowest ms", runs)
    rows = []
    for name in (OURS, PEER):
        took, waits, end = others_wait(name)
        milliseconds = (f"{1e3 * wait:,.1f}" for wait in (statistics.median(waits), max(waits)))
        rows.append((name, f"{took:,.2f}", f"{len(waits):,}", *milliseconds, f"{end:,.1f}"))
    header = ("server", "the call, s", "health checks meanwhile", "median ms", "slowest ms", "SIGTERM to end, s")
    yield report.table(f"During `=QUERY_COST(ranges)` of {LARGEST:,} rows, one worker", header, rows)


def load_table(which: int, title: str, worst: str, runs: list[list[Any]]) -> str:
    median = runs[RUNS // 2]
    peer = next(row[which] for row in median if row[:2] == (PEER, 1))
    rows = []
    for position, (name, workers, *_) in enumerate(median):
        run, each = median[position][which], [one[position][which].calls_per_second for one in runs]
        numbers = (f"{run.calls_per_second:,.1f}", f"{min(each):,.1f} to {max(each):,.1f}", f"{run.p50:,.1f}")
        ratio = f"{run.calls_per_second / peer.calls_per_second:,.2f}"
        rows.append((name, str(workers), *numbers, f"{run.worst:,.1f}", f"{run.cpu:,.1f}", ratio))
    header = ("server", "workers", "calls/s", f"in {RUNS} runs", "p50 ms", worst, "CPU ms per call")
    return report.table(title, (*header, f"it / {PEER}, 1 worker"), rows)


if __name__ == "__main__":
    if shutil.which("wrk") is None:
        raise SystemExit("wrk makes the load and is not installed: apt-get install wrk")
    report.run(__doc__, chapter())
