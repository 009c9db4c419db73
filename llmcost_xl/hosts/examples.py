"""The workbook of examples: every worksheet function live, with arguments to change and a check against its case.

Programs store the same formula under different names: Excel writes functions of an Office.js add-in (xlwings Server,
xlwings Lite) as `_xldudf_QUERY_COST`, and knows them in a file by that name only; everybody else as `QUERY_COST`.
"""

from __future__ import annotations

import io
import re
import zipfile
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Final

from llmcost_xl import __version__, calc, reference
from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.workbook.package import FIXED_TIME
from llmcost_xl.workbook.worked import Given, Part, Worked, WorkedBook
from llmcost_xl.workbook.worked.book import built

NAMES: Final = {"classic": "", "office": "_xldudf_"}
"""The flavours of the file, and what stands before the name of a function in each."""

FORMULA: Final = re.compile(rb"<f\b[^>]*>.*?</f>", re.DOTALL)
DAY: Final = "2026-11-21"
TEXTS: Final = Path(__file__).with_name("examples.txt")
"""How to use the file, one step on each line, and after an empty line where its figures come from."""


def workbook(names: str = "classic") -> bytes:
    """The file, in one of the flavours of `NAMES`."""
    entries = reference.entries()
    texts = Template(TEXTS.read_text(encoding="utf-8")).substitute(version=__version__, as_of=bundled_book().as_of)
    steps, basis = (tuple(block.splitlines()) for block in texts.split("\n\n"))
    description = WorkedBook(
        name="function-examples",
        title="Worked examples of every function",
        purpose="One live example of each worksheet function, with its arguments in cells and the value it must show",
        day=DAY,
        steps=steps,
        basis=basis,
        parts=tuple(_part(topic, list(group)) for topic, group in groupby(entries, key=lambda entry: entry.topic)),
    )
    return _under_names(built(description, calc.register), NAMES[names])


def _part(topic: str, entries: list[reference.Entry]) -> Part:
    return Part(topic.title(), entries[0].group, tuple(_worked(entry) for entry in entries if entry.example))


def _worked(entry: reference.Entry) -> Worked:
    call, texts = reference.own_call(entry.name, entry.example)
    before, _, after = entry.example[1:].partition(call)
    names = [argument.name for argument in entry.arguments]
    names += names[-1:] * (len(texts) - len(names))  # the last may be repeated
    return Worked(
        name=entry.name,
        purpose=entry.purpose,
        given=tuple(_given(names, texts, position) for position in range(len(texts))),
        before=before,
        after=after,
        typed=entry.example,
        unit=entry.unit,
        gives=entry.result,
        expected=calc.evaluate(entry.expected).rows,
        within=entry.within,
        source=entry.source,
    )


def _given(names: list[str], texts: list[str], position: int) -> Given:
    """One argument in cells; of those that share a name each has a label of its own."""
    name, text = names[position], texts[position]
    label = f"Argument {position - names.index(name) + 1}" if names.count(name) > 1 else ""
    return Given(name, calc.evaluate(text).rows if text else [[None]], label)


def _under_names(content: bytes, prefix: str) -> bytes:
    """The file with `prefix` before our functions' names in every formula, and nothing else changed."""
    ours = "|".join(entry.name for entry in reference.entries())
    name = re.compile(rf"\b(?=(?:{ours})\()".encode())
    renamed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(renamed, "w") as target:
        for member in source.infolist():
            part = source.read(member)
            if member.filename.startswith("xl/worksheets/"):
                part = FORMULA.sub(lambda formula: name.sub(prefix.encode(), formula[0]), part)
            copy = zipfile.ZipInfo(member.filename, FIXED_TIME)
            copy.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(copy, part)
    return renamed.getvalue()
