"""Rules of documentation: what the workbook says about itself, its sources, its history and its assumptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.lint.findings import Place, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.reading import Book

COVER: Final = {
    "purpose": r"purpose|what it (is for|answers)",
    "audience": r"for whom|audience|intended",
    "owner": r"owner|author|prepared by",
    "version": r"version",
    "date": r"(version, )?date\b",
    "status": r"(version, )?(date, )?status",
    "currency": r"currency",
    "price date": r"prices? as of|price date",
    "version of llmcost-xl": r"made by|add-in",
    "master check": r"master check",
    "legend of the colours": r"what the colou?rs mean|legend|colou?r (code|key)",
    "sign convention": r"signs?\b",
    "limits": r"limit|caveat|what it does not",
}
"""What a cover states, and how the label or heading reads by which it is found."""

SOURCES: Final = {
    "id": r"id|key|no\.?",
    "text or address": r"text|title|source|url|link",
    "line": r"where|lines?|page|place",
    "retrieved": r"retrieved|accessed|read on",
    "status": r"status",
}
STATUSES: Final = ("source text", "verified", "assumption", "unverified claim", "price list", "catalogue")
LOG: Final = {"version": r"version", "date": r"date|day", "who": r"who|author|by", "what": r"what.*|change.*"}
ASSUMPTION: Final = {
    "owner": r".*\bowner\b.*",
    "confidence": r".*\bconfidence\b.*",
    "next review": r".*\breview\b.*",
}
FORMULA_LIKE: Final = re.compile(r"[\t\r=@]|\+\S|-[^\s-]")
NUMBER: Final = re.compile(r"[+-]?[\d.,]+\s?%?")
DEEPEST_HEADER: Final = 30


@rule(
    "D01",
    "error",
    "The cover says what a reader must know first",
    why="Whoever receives a workbook asks what it decides, who answers for it, how old it is, in which currency, and "
    "what it leaves out. If the file does not say, a mail does, and that is lost.",
    mend="State on Cover: purpose, audience, owner, version, date, status, currency, price date, version of "
    "llmcost-xl, master check, legend of the colours, sign convention, limits.",
)
def cover(book: Book) -> Iterator[Place]:
    """Each item by its label or heading, with something beside or below it. No cover at all is a matter of W01."""
    for sheet in book.sheets("Cover"):
        stated = dict(_labels(sheet))
        if sheet["A2"].value:
            stated["purpose"] = 2
        for item, pattern in COVER.items():
            row = next((row for label, row in stated.items() if re.match(pattern, label, re.IGNORECASE)), 0)
            if not row:
                yield Place(sheet.title, "", f"the cover does not state: {item}")
            elif not _answered(sheet, row):
                yield Place(sheet.title, f"A{row}", f"nothing stands beside or below: {item}")


def _labels(sheet: Worksheet) -> Iterator[tuple[str, int]]:
    """The texts of the first column; the first of equal ones counts."""
    for row in range(min(sheet.max_row, 500), 0, -1):
        value = sheet.cell(row, 1).value
        if isinstance(value, str) and not value.startswith("="):
            yield value.strip(), row


def _answered(sheet: Worksheet, row: int) -> bool:
    below = sheet.cell(row + 1, 1).value
    beside = any(sheet.cell(row, column).value not in (None, "") for column in range(2, 8))
    return beside or row == 2 or below not in (None, "")  # noqa: PLR2004  # the purpose stands by itself


@rule(
    "D02",
    "error",
    "Every source can be looked up",
    why="A figure is as good as where it comes from. A reviewer must be able to open the text at the line, see when "
    "it was read, and tell a fact from a vendor's claim and from a guess.",
    mend="Give every row of Sources an id, the text or address, the line, the day it was retrieved, and a status: "
    "source text, verified, assumption or unverified claim. An assumption has no line and no day.",
)
def sources(book: Book) -> Iterator[Place]:
    """The table of the sheet Sources, row by row."""
    for sheet in book.sheets("Sources"):
        header, columns = _table(sheet, SOURCES)
        missing = [name for name in SOURCES if name not in columns]
        if missing:
            yield Place(sheet.title, f"A{header}" if header else "", f"no column for {', '.join(missing)}")
            continue
        for row in _records(sheet, header):
            status = str(sheet.cell(row, columns["status"]).value or "").strip().lower()
            needed = [name for name in SOURCES if name not in ("line", "retrieved") or status != "assumption"]
            for name in needed:
                if sheet.cell(row, columns[name]).value in (None, ""):
                    yield Place(sheet.title, sheet.cell(row, columns[name]).coordinate, f"a source without {name}")
            if status and status not in STATUSES:
                cell = sheet.cell(row, columns["status"]).coordinate
                yield Place(sheet.title, cell, f"the status {status!r} is none of {', '.join(STATUSES)}")


@rule(
    "D03",
    "error",
    "A log tells who changed what, and when",
    why="Two versions of a workbook are sure to meet in a meeting. Without a log nobody knows which is newer, and a "
    "changed assumption looks like an error.",
    mend="Add a row to Log for every change that moves a figure: version, date, who, what.",
)
def log(book: Book) -> Iterator[Place]:
    """At least one entry, and no entry with a gap."""
    for sheet in book.sheets("Log"):
        header, columns = _table(sheet, LOG)
        missing = [name for name in LOG if name not in columns]
        if missing:
            yield Place(sheet.title, f"A{header}" if header else "", f"no column for {', '.join(missing)}")
            continue
        entries = list(_records(sheet, header, tuple(columns.values())))
        if not entries:
            yield Place(sheet.title, f"A{header + 1}", "the log is empty")
        for row in entries:
            for name, column in columns.items():
                if sheet.cell(row, column).value in (None, ""):
                    yield Place(sheet.title, sheet.cell(row, column).coordinate, f"an entry without {name}")


@rule(
    "D04",
    "warning",
    "Every assumption has an owner, a confidence and a day of review",
    why="Assumptions are the part of a model that ages. One that belongs to nobody is never looked at again.",
    mend="Fill in owner, confidence (low, medium, high) and next review beside each assumption on Sources.",
)
def assumptions(book: Book) -> Iterator[Place]:
    """The rows of Sources whose status is assumption."""
    for sheet in book.sheets("Sources"):
        header, columns = _table(sheet, SOURCES | ASSUMPTION)
        if "status" not in columns:
            continue
        for row in _records(sheet, header):
            if str(sheet.cell(row, columns["status"]).value or "").strip().lower() != "assumption":
                continue
            gaps = [
                name for name in ASSUMPTION if name not in columns or sheet.cell(row, columns[name]).value in (None, "")
            ]
            if gaps:
                yield Place(sheet.title, f"A{row}", f"an assumption without {', '.join(gaps)}")


@rule(
    "D05",
    "error",
    "Text never looks like a formula",
    why="Text that begins with = + - or @ turns into a formula when somebody edits the cell, or when the sheet goes "
    "through a CSV file. Whoever wrote the text then decides what it calculates, or which address it calls.",
    mend="Type an apostrophe before it, which Excel keeps as a property of the cell and not as a character; a program "
    "sets quotePrefix. Text from outside is treated so without exception.",
)
def text_only(book: Book) -> Iterator[Place]:
    """Text cells, not formulas; a lone dash, a dash before a word and a number with its sign are no danger."""
    for sheet in book.sheets():
        for cell in book.cells(sheet):
            if cell.data_type not in ("s", "inlineStr") or not isinstance(cell.value, str) or _quoted(cell):
                continue
            if FORMULA_LIKE.match(cell.value) and not NUMBER.fullmatch(cell.value.strip()):
                yield Place(sheet.title, cell.coordinate, "text that begins like a formula")


def _quoted(cell: Any) -> bool:
    return bool(cell.quotePrefix)


def _table(sheet: Worksheet, wanted: dict[str, str]) -> tuple[int, dict[str, int]]:
    """The row that holds the most of these headings, and the column of each."""
    best: tuple[int, dict[str, int]] = (0, {})
    for row in range(1, min(sheet.max_row, DEEPEST_HEADER) + 1):
        texts = {column: str(sheet.cell(row, column).value or "") for column in range(1, min(sheet.max_column, 50) + 1)}
        found: dict[str, int] = {}
        for name, pattern in wanted.items():
            free = (column for column, text in texts.items() if column not in found.values())
            column = next((one for one in free if re.fullmatch(pattern, texts[one].strip(), re.IGNORECASE)), 0)
            if column:
                found[name] = column
        if len(found) > len(best[1]):
            best = row, found
    return best


def _records(sheet: Worksheet, header: int, columns: tuple[int, ...] = ()) -> Iterator[int]:
    """The rows below a header in which something stands."""
    among = columns or tuple(range(1, min(sheet.max_column, 50) + 1))
    for row in range(header + 1, sheet.max_row + 1):
        if any(sheet.cell(row, column).value not in (None, "") for column in among):
            yield row
