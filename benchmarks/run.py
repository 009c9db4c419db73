"""How fast, next to whom: every figure and every ratio from one run on one machine.

python -m pip install -e ".[bench]"
python benchmarks/run.py                 # prints the tables
python benchmarks/run.py --write         # and keeps them in docs/benchmarks.md
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # its own copy: no network in a measurement

import numpy as np
import report
import tokencost
from genai_prices import Usage, calc_price
from litellm import cost_per_token
from report import ROOT, table

from llmcost_xl.catalogue.bundled import default_book
from llmcost_xl.engine.query import token_cost
from llmcost_xl.functions.breakeven import LLM_BREAKEVEN
from llmcost_xl.functions.prices import LLM_PRICE, QUERY_COST
from llmcost_xl.functions.query import TOKEN_COST

PACKAGES = ("llmcost-xl", "genai-prices", "tokencost", "litellm", "numpy", "xlwings")
MODELS = ("gpt-4o", "gpt-4o-mini", "o3", "gpt-4.1", "gpt-4.1-mini", "gemini-2.5-flash")  # known to every peer
QUERIES = 1_000_000
PEER_QUERIES = 20_000  # a peer prices one query a call: its time per query does not depend on their number


class Queries:
    """Queries of mixed models and sizes, below every long-context tier, as arrays and as columns of cells."""

    def __init__(self, count: int) -> None:
        random = np.random.default_rng(2026)
        self.count = count
        self.codes = random.integers(0, len(MODELS), count)
        self.models = np.array(MODELS, dtype=object)[self.codes]
        self.inputs = random.integers(1, 20_000, count).astype(float)
        self.outputs = random.integers(1, 2_000, count).astype(float)
        self.cells = [[[cell] for cell in column.tolist()] for column in (self.models, self.inputs, self.outputs)]


def median_seconds(work: Callable[[], object], repeat: int = 5) -> float:
    """Median time of one call, after one that does not count; as timeit does, without garbage collection."""
    work()
    times = []
    gc.disable()
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    gc.enable()
    return statistics.median(times)


def list_prices() -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.array([LLM_PRICE(model, part) for model in MODELS]) for part in ("input", "output"))


def numpy_from_cells(cells: list[list[list[object]]]) -> object:
    """What somebody would write by hand for one price list: cells in, cells out, no checks."""
    input_prices, output_prices = list_prices()
    number = {name: code for code, name in enumerate(MODELS)}
    codes = np.array([number[row[0]] for row in cells[0]])
    inputs, outputs = (np.array(column, dtype=float)[:, 0] for column in cells[1:])
    cost = (inputs * input_prices[codes] + outputs * output_prices[codes]) / 1e6
    return cost[:, np.newaxis].tolist()


def tokencost_price(model: str, inputs: int, outputs: int) -> object:
    count = tokencost.calculate_cost_by_tokens
    return count(inputs, model, "input") + count(outputs, model, "output")


def pricing() -> str:
    """One million queries of mixed models: arrays and cells here, one call per query at the peers."""
    queries = Queries(QUERIES)
    input_prices, output_prices = list_prices()
    columns = (queries.models, queries.inputs.astype(int), queries.outputs.astype(int))
    sample = list(zip(*(column[:PEER_QUERIES].tolist() for column in columns), strict=True))

    def bare() -> object:
        return (queries.inputs * input_prices[queries.codes] + queries.outputs * output_prices[queries.codes]) / 1e6

    def ours() -> object:
        quote = default_book().at(queries.models, prompt_tokens=queries.inputs)
        input_price, output_price = quote.price("input", queries.inputs), quote.price("output", queries.outputs)
        return token_cost(queries.inputs, queries.outputs, input_price, output_price)

    def peer(price: Callable[[str, int, int], object]) -> Callable[[], object]:
        return lambda: [price(*query) for query in sample]

    genai = peer(lambda model, i, o: calc_price(Usage(input_tokens=i, output_tokens=o), model_ref=model))
    litellm = peer(lambda model, i, o: cost_per_token(model=model, prompt_tokens=i, completion_tokens=o))
    nanoseconds = {
        name: median_seconds(work, 3) / count * 1e9
        for name, work, count in (
            ("NumPy, arrays, model numbers known", bare, QUERIES),
            ("**llmcost-xl**, arrays, from model names", ours, QUERIES),
            ("NumPy, cells to cells", lambda: numpy_from_cells(queries.cells), QUERIES),
            ("**llmcost-xl** `=QUERY_COST(ranges)`, cells to cells", lambda: QUERY_COST(*queries.cells), QUERIES),
            ("tokencost", peer(tokencost_price), PEER_QUERIES),
            ("genai-prices", genai, PEER_QUERIES),
            ("litellm", litellm, PEER_QUERIES),
        )
    }
    reference = nanoseconds["genai-prices"]
    rows = [(name, f"{value:,.0f}", f"{reference / value:,.1f}") for name, value in nanoseconds.items()]
    title = f"Pricing {QUERIES:,} queries of {len(MODELS)} models"
    return table(title, ("who", "ns per query", "genai-prices / it"), rows)


def ranges() -> str:
    """Ranges of cells through the worksheet boundary against the same arithmetic in bare NumPy."""
    rows = []
    for count in (10_000, 100_000):
        _, *token_cells = cells = Queries(count).cells

        def numpy_one_model(columns: list[list[list[float]]] = token_cells) -> object:
            inputs, outputs = (np.array(column, dtype=float)[:, 0] for column in columns)
            return ((inputs * 0.15 + outputs * 0.6) / 1e6)[:, np.newaxis].tolist()

        for name, bare, ours in (
            ("`=TOKEN_COST(ranges)`", numpy_one_model, lambda c=token_cells: TOKEN_COST(*c, 0.15, 0.6)),
            (
                "`=QUERY_COST(ranges)`, mixed models",
                lambda c=cells: numpy_from_cells(c),
                lambda c=cells: QUERY_COST(*c),
            ),
        ):
            theirs, own = median_seconds(bare), median_seconds(ours)
            rows.append((f"{count:,}", name, f"{own * 1e3:,.2f}", f"{theirs * 1e3:,.2f}", f"{own / theirs:,.2f}"))
    return table("Ranges of cells, cells to cells", ("rows", "formula", "ms", "NumPy ms", "ratio"), rows)


def scalars() -> str:
    """One cell: the Python side of a call, as every host makes it."""
    calls: dict[str, Callable[[], object]] = {
        '=QUERY_COST("gpt-4o",500,200)': lambda: QUERY_COST([["gpt-4o"]], [[500.0]], [[200.0]]),
        '=LLM_PRICE("gpt-4o","input")': lambda: LLM_PRICE([["gpt-4o"]], [["input"]]),
        "=LLM_BREAKEVEN(0.0002,400)": lambda: LLM_BREAKEVEN([[0.0002]], [[400.0]]),
    }
    rows = []
    for name, call in calls.items():
        seconds = median_seconds(lambda call=call: [call() for _ in range(10_000)]) / 10_000
        rows.append((f"`{name}`", f"{seconds * 1e6:,.1f}"))
    return table("One cell", ("formula", "us"), rows)


def imports() -> str:
    """What has to be loaded, each in a fresh interpreter; the interpreter's own start comes first."""
    first_cost = 'from llmcost_xl.functions.prices import QUERY_COST; QUERY_COST("gpt-4o", 500, 200)'
    first_genai = 'from genai_prices import *; calc_price(Usage(input_tokens=1), model_ref="gpt-4o")'
    programs = {
        "Python alone": "pass",
        "**llmcost-xl** look-up path: import and first `QUERY_COST`": first_cost,
        "**llmcost-xl**, every worksheet function": "import llmcost_xl.functions",
        "xlwings alone": "import xlwings",
        "**llmcost-xl** `udfs.py`, as Excel loads it": "import udfs",
        "genai-prices and its first price": first_genai,
        "tokencost": "import tokencost",
        "litellm": "import litellm",
    }
    rows = []
    for name, program in programs.items():
        command = [sys.executable, "-c", program]
        seconds = median_seconds(lambda c=command: subprocess.run(c, check=True, cwd=ROOT, capture_output=True))
        rows.append((name, f"{seconds:,.3f}", f"{peak_megabytes(program):,.0f}"))
    return table("Cold start", ("program", "s", "peak MB"), rows)


def peak_megabytes(program: str) -> float:
    """Most memory a program held at once, as Linux tells it of itself."""
    tell = "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    command = [sys.executable, "-c", f"{program}\n{tell}"]
    told = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    return float(told.stdout.split()[-1]) / 1024


def chapter() -> Iterator[str]:
    yield report.opening("Benchmarks", PACKAGES, "Medians; ratios are of the same run.")
    for section in (pricing, ranges, scalars, imports):
        yield section()


if __name__ == "__main__":
    report.run(__doc__, chapter())
