"""How long xlwings Lite takes: start-up and calls in Pyodide on Node, from what a workbook carries. Prints a table.

    python benchmarks/lite.py

Needs what tests/hosts/lite_host.py needs. A workbook in Excel also waits for the add-in itself and its downloads, which
are not measured here.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "hosts")]

import workbooks  # noqa: E402  # they lie with the tests
from lite_books import USUAL  # noqa: E402
from lite_excel import Opened  # noqa: E402
from lite_host import Lite  # noqa: E402

from llmcost_xl.hosts.lite.code import archive, main_py  # noqa: E402
from llmcost_xl.hosts.lite.embed import embed  # noqa: E402

STARTS = 3
CALL = ("QUERY_COST", "gpt-4o", 500, 200)
ROWS = 1_000


def main() -> None:
    sizes()
    starts = []
    first = []
    for _ in range(STARTS):
        excel = Lite()
        starts.append(excel.started["seconds"])
        first.append(excel.timed(*CALL)[1])
        if len(starts) < STARTS:
            excel.close()
    for name, label in (
        ("pyodide", "Pyodide loads"),
        ("xlwings", "xlwings loads"),
        ("main", "main.py runs, twice as in Lite"),
    ):
        print(f"{label:48} {statistics.median(seconds[name] for seconds in starts):8.2f} s")
    print(f"{'first call: the price table is read':48} {statistics.median(first):8.2f} s")
    column = [[500 + row] for row in range(ROWS)]
    models = [["gpt-4o"], ["claude-sonnet-4-5"]] * (ROWS // 2)
    for label, call, times in (
        ("one call, scalars", CALL, 500),
        (f"one call, {ROWS:,} rows of tokens", ("QUERY_COST", "gpt-4o", column, 200), 10),
        (f"one call, {ROWS:,} rows of models and tokens", ("QUERY_COST", models, column, 200), 10),
        (f"one call, {ROWS:,} rows, no prices", ("LLM_ROI", column, 300), 10),
    ):
        excel.timed(*call)
        print(f"{label:48} {excel.timed(*call, times=times)[1] * 1000:8.2f} ms")
    book = Opened(excel, workbooks.built("roi").content)
    for label in ("Plan repricing, roi, the first time", "Plan repricing, roi, after that"):
        book.run("plan_repricing")
        print(f"{label:48} {book.seconds:8.2f} s")
    excel.close()


def sizes() -> None:
    plain = USUAL["plain"]
    print(f"{'archive of the package':48} {len(archive()) / 1000:8.0f} kB")
    print(f"{'main.py':48} {len(main_py()) / 1000:8.0f} kB")
    print(f"{'growth of a workbook':48} {(len(embed(plain)) - len(plain)) / 1000:8.0f} kB")


if __name__ == "__main__":
    main()
