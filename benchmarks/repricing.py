"""How long one price takes in a large workbook, beside openpyxl, and what each loses of fifty workbooks.

python -m pip install -e ".[bench,test]"
python benchmarks/repricing.py           # prints the tables
python benchmarks/repricing.py --write   # and keeps them in docs/benchmarks.md

The workbook has 100,000 rows and 300,000 formulas, of which 200,000 depend on the price. Each way is a process of its
own, from its start to the saved file, whose processor time and largest memory are taken: the command
`llmcost-xl reprice`, and a script that does nothing but load and save with openpyxl.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import report
import xlsxwriter
from openpyxl import load_workbook

from llmcost_xl.ooxml import BookFile

sys.path[:0] = [str(Path(__file__).parent.parent / "tests"), str(Path(__file__).parent.parent / "tests" / "hosts")]

from corpus import Case, workbooks  # noqa: E402  # the tests' workbooks, found by the line above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGES: Final = ("llmcost-xl", "openpyxl", "formualizer", "XlsxWriter")
ROWS: Final = 100_000
PRICES: Final = (2.5, 10.0)
NEW: Final = 7.25
TOTAL: Final = 10  # the column of what a row costs
REMARK: Final = (
    "One price changed and saved. `llmcost-xl reprice` as a whole finds the price table, keeps a backup and brings the"
    " values of all dependent formulas up to date, once it has calculated the workbook and found its values right;"
    " openpyxl drops the values of every formula."
)
NOTHING_LEFT: Final = "the whole workbook, as it cannot be read"
LOSSES: Final = {
    "charts and drawings": ("xl/charts/", "xl/drawings/", "xl/chartsheets/"),
    "pictures": ("xl/media/",),
    "macros": ("xl/vbaProject.bin", "xl/ctrlProps/"),
    "comments": ("xl/comments", "xl/threadedComments/", "xl/persons/"),
    "slicers and pivot tables": ("xl/slicer", "xl/pivot"),
    "custom XML, signatures": ("customXml/", "_xmlsignatures/"),
    "rich values, metadata": ("xl/richData/", "xl/metadata.xml", "xl/featurePropertyBag/"),
    "calculation chain": ("xl/calcChain.xml",),
}


def large(path: Path) -> None:
    """Two prices, and a sheet of usage that is priced with them."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    prices, usage = book.add_worksheet("Prices"), book.add_worksheet("Usage")
    prices.write_row("A1", ("Provider", "Model", "Component", "Price"))
    for row, price in enumerate(PRICES, 1):
        prices.write_row(row, 0, ("openai", "gpt-4o", ("input", "output")[row - 1], price))
    for row in range(ROWS):
        one, other = row + 1.0, row / 2
        usage.write_row(row, 0, (f"team {row % 50}", one, other, 4, 5, 6, "note"))
        usage.write_formula(row, 7, f"=B{row + 1}*Prices!$D$2", None, one * PRICES[0])
        usage.write_formula(row, 8, f"=C{row + 1}*Prices!$D$3", None, other * PRICES[1])
        usage.write_formula(row, 9, f"=H{row + 1}+I{row + 1}", None, one * PRICES[0] + other * PRICES[1])
    book.close()


def ours(path: Path) -> list[str]:
    """The command, as somebody types it."""
    command = "import sys; from llmcost_xl.cli import main; sys.exit(main())"
    wanted = ["--change", f"openai/gpt-4o:input={NEW}", "--unit", "USD per 1M tokens"]
    return [sys.executable, "-c", command, "reprice", str(path), *wanted]


def theirs(path: Path) -> list[str]:
    command = f"""import openpyxl
book = openpyxl.load_workbook({str(path)!r})
book["Prices"]["D2"] = {NEW}
book.save({str(path)!r})"""
    return [sys.executable, "-c", command]


WAYS: Final[dict[str, Callable[[Path], list[str]]]] = {"llmcost-xl": ours, "openpyxl": theirs}


def measured(words: list[str]) -> tuple[float, float]:
    """Seconds and megabytes of a process."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def _is_right(path: Path) -> bool:
    """Whether the last row shows what it costs at the new price."""
    *_, last = (cell for cell in BookFile.read(path).sheet("Usage").cells() if cell.column == TOTAL)
    return last.value == ROWS * NEW + (ROWS - 1) / 2 * PRICES[1]


def losses() -> tuple[Counter[str], Counter[str]]:
    """Of how many workbooks each way loses parts of a kind, or the values of formulas."""
    ours_lost: Counter[str] = Counter()
    theirs_lost: Counter[str] = Counter()
    warnings.simplefilter("ignore")  # of openpyxl, which says what it will lose
    for case in workbooks():
        if case.own:
            continue
        changed = BookFile.read(case.content).changed({"Prices": {case.price_cell(): NEW}}).content
        for content, lost in ((changed, ours_lost), (by_openpyxl(case), theirs_lost)):
            found = lost_of(case.content, content) if content else {NOTHING_LEFT}
            lost.update(found)
            lost["workbooks with a loss"] += bool(found)
    return ours_lost, theirs_lost


def by_openpyxl(case: Case) -> bytes:
    """The workbook with the price as openpyxl saves it; nothing where it cannot read the file (Strict Open XML)."""
    book: Any = load_workbook(io.BytesIO(case.content), keep_vba=case.suffix == ".xlsm", rich_text=True)
    if "Prices" not in book.sheetnames:
        return b""
    book["Prices"][case.price_cell()] = NEW
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def lost_of(before: bytes, after: bytes) -> set[str]:
    """The kinds of things that a workbook has lost."""
    old, new = kinds(before), kinds(after)
    found = {kind for kind in LOSSES if new[kind] < old[kind]}
    if b"extLst" in sheets(before) and sheets(after).count(b"<ext ") < sheets(before).count(b"<ext "):
        found.add("sparklines, newer formats")
    if values(after) < values(before):
        found.add("values of formulas")
    return found


def kinds(content: bytes) -> Counter[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name.lstrip("/") for name in archive.namelist()]
    return Counter(kind for name in names for kind, starts in LOSSES.items() if name.startswith(starts))


def sheets(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name)


def values(content: bytes) -> int:
    """How many formulas show a value."""
    book = BookFile.read(content)
    return sum(cell.formula is not None and cell.value is not None for sheet in book.sheets for cell in sheet.cells())


def chapter() -> Iterator[str]:
    yield report.opening("Repricing", PACKAGES, REMARK)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for way, words in WAYS.items():
            path = Path(folder, f"{way}.xlsx")
            large(path)
            seconds, memory = measured(words(path))
            rows.append((way, f"{seconds:,.1f}", f"{memory:,.0f}", "up to date" if _is_right(path) else "none"))
    yield report.table(
        "One price in 100,000 rows with 300,000 formulas",
        ("", "processor time, s", "memory, MB", "values of formulas"),
        rows,
    )
    lost, peer = losses()
    kinds_lost = sorted(lost.keys() | peer.keys(), key=lambda kind: -peer[kind])
    count = sum(not case.own for case in workbooks())
    yield report.table(
        f"What is lost, in how many of {count} workbooks", ("", "llmcost-xl", "openpyxl"),
        [(kind, str(lost[kind]), str(peer[kind])) for kind in kinds_lost],
    )  # fmt: skip


if __name__ == "__main__":
    report.run(__doc__, chapter())
