"""Workbooks with damage of any kind: each is repriced or refused in one line, and none stops a run over a folder."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hostile import FILES
from repricing import DATED, NEW_YEAR, WIDE, prices_of, workbook
from test_reprice_edited import ROW, ROW_OUT

from llmcost_xl.reprice.files import REFUSED, How, reprice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOW = How(prices_of(NEW_YEAR), dry_run=True, forced=True)
TABLE = workbook(DATED, ROW, ROW_OUT, table="A1:E8", formulas={"A1": "=SUM(Rates!D2:D50)", "A2": "=A1*2"}).content
PLAIN = workbook(WIDE, ("gemini-3.7-flash", 0.75, 3.75), (), ("gpt-4o", 2.5, 10), formulas={"A1": "=Rates!B2"}).content
SPLINTERS = (
    "", "0", "-1", "abc", "1e999", "NaN", "9" * 20, "A0", "ZZZZ1", "A1048577", "1:1", "A1:XFD1048576", "B7:A1", "#REF!",
    "s", "b", "e", "d", "inlineStr", "array", "shared", "&#0;", "&#x10FFFF;", "\xe9", "../", "SUM(",
)  # fmt: skip
PLACES: tuple[tuple[str, Callable[[random.Random, str], str]], ...] = (
    (r'(?<==")[^"]*(?=")', lambda chance, _: chance.choice(SPLINTERS)),  # another value of an attribute
    (r"(?<=>)[^<]+(?=<)", lambda chance, _: chance.choice(SPLINTERS)),  # another text
    (r' [\w:]+="[^"]*"', lambda *_: ""),  # an attribute gone
    (r"<[^>]+>", lambda chance, tag: chance.choice(("", tag * 2))),  # a tag gone or twice
)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The workbook with one to three splinters in one of its parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name in parts if not name.startswith("docProps")])
    text = parts[name].decode()
    for _ in range(chance.randint(1, 3)):
        pattern, change = chance.choice(PLACES)
        found = chance.choice(list(re.finditer(pattern, text)) or [None])
        if found:
            text = text[: found.start()] + change(chance, found[0]) + text[found.end() :]
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, bytes_of in parts.items():
            archive.writestr(each, text.encode() if each == name else bytes_of)
    return changed.getvalue()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_broken_is_repriced_or_refused(tmp_path: Path, seed: int) -> None:
    chance, path, outcomes = random.Random(seed), tmp_path / "plan.xlsx", Counter[str]()  # noqa: S311  # no secrets
    for _ in range(80):
        path.write_bytes(damaged(chance.choice((TABLE, PLAIN)), chance))
        outcome = reprice(path, HOW)
        outcomes[outcome.outcome] += 1
        assert (outcome.outcome == REFUSED) == bool(outcome.problem)
        assert "\n" not in outcome.problem
    assert outcomes[REFUSED] > 15
    assert outcomes.total() - outcomes[REFUSED] > 15, "small damage must not be the end of everything"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'headerRowCount="1"', b'headerRowCount="one"'),
        (b'<row r="2"', b'<row r=""'),
        (b'<c r="B2" ', b'<c r="B2" s="bold" '),
    ],
)
def test_what_fuzzing_found(tmp_path: Path, before: bytes, after: bytes) -> None:
    """None of these is an error of Python."""
    changed, path = io.BytesIO(), tmp_path / "plan.xlsx"
    with zipfile.ZipFile(io.BytesIO(TABLE)) as archive, zipfile.ZipFile(changed, "w") as other:
        parts = {name: archive.read(name) for name in archive.namelist()}
        assert any(before in part for part in parts.values())
        for name, part in parts.items():
            other.writestr(name, part.replace(before, after))
    path.write_bytes(changed.getvalue())
    reprice(path, HOW)


def test_hostile_files_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    reprice(path, HOW)  # what is read once and kept, as prices are, is no file's fault
    for name in ("entities", "overlapping parts", "name upwards", "two parts of a name", "truncated", "password"):
        make, reason = FILES[name]
        path.write_bytes(make())
        started = time.perf_counter()
        outcome = reprice(path, HOW)
        assert time.perf_counter() - started < 0.5, name  # a few milliseconds, where nothing else runs
        assert (outcome.outcome, reason in outcome.problem) == (REFUSED, True), outcome.problem
