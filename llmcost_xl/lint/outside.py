"""What a workbook holds besides the formulas of its cells: formulas elsewhere, and ways out of the file."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.lint.parts import descendants, tree
from llmcost_xl.ooxml.parts import relations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.lint.reading import Book

WAYS_OUT: Final = {
    r"xl/externalLinks/[^/]+\.xml": "a link to another workbook",
    r"xl/connections\.xml": "a data connection",
    r"xl/queryTables/[^/]+\.xml": "a table filled by a query",
    r"xl/webextensions/[^/]+\.xml": "an add-in that the file brings along",
    r".*vbaProject\.bin": "macros",
    r"xl/macrosheets/[^/]+\.xml": "a sheet of Excel 4 macros",
    r"xl/dialogsheets/[^/]+\.xml": "a dialog of Excel 5",
    r"xl/activeX/[^/]+\.xml": "an ActiveX control",
    r"xl/embeddings/.*": "an embedded file",
}
DYNAMIC_DATA: Final = "a DDE link to another program"
TEXT: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
OTHER_FILE: Final = re.compile(r"\[[^\[\]]+\][^\[\]!\"(),;+*/&=<>]*!|[\w.]+\|'?[^'!]*'?!")
"""[1]Sheet!A1 or 'C:\\[book.xlsx]Sheet'!A1; and DDE, as in cmd|'/c calc'!A1. Columns of tables have no "!"."""


def reaches_out(book: Book) -> Iterator[tuple[str, str]]:
    """Parts that lead out of the file or run, and what each is."""
    for part, content in book.parts.items():
        for pattern, what in WAYS_OUT.items():
            if re.fullmatch(pattern, part, re.IGNORECASE):
                yield part, DYNAMIC_DATA if b"ddeLink" in content and "externalLinks" in part else what


def is_external(formula: str) -> bool:
    """Whether a formula reads another file or program; what is in its text literals does not count."""
    if "[" not in formula and "|" not in formula:
        return False
    bare = TEXT.sub(lambda match: match[0] if match[0].startswith("'") else '""', formula)
    return OTHER_FILE.search(bare) is not None


@lru_cache(maxsize=4)
def formula_texts(book: Book) -> tuple[tuple[str, str, str, str], ...]:
    """Formulas outside cells: sheet, cell, what holds it, the text."""
    return (*_of_names(book), *_of_rules(book), *_of_charts(book))


def _of_names(book: Book) -> Iterator[tuple[str, str, str, str]]:
    for name, defined in book.formulas.defined_names.items():
        yield "", "", f"the name {name}", str(defined.value or "")
    for sheet in book.sheets():
        for name, defined in sheet.defined_names.items():
            yield sheet.title, "", f"the name {name}", str(defined.value or "")


def _of_rules(book: Book) -> Iterator[tuple[str, str, str, str]]:
    for sheet in book.sheets():
        for validation in sheet.data_validations.dataValidation:
            cell = _first(validation.sqref)
            for text in (validation.formula1, validation.formula2):
                if text:
                    yield sheet.title, cell, "the data validation", str(text)
        for formatting in sheet.conditional_formatting:
            rules: list[Any] = formatting.rules
            for one in rules:
                for text in one.formula or ():
                    yield sheet.title, _first(formatting.sqref), "the conditional format", str(text)


def _first(ranges: Any) -> str:
    return str(ranges).split(maxsplit=1)[0].split(":")[0] if str(ranges) else ""


def _of_charts(book: Book) -> Iterator[tuple[str, str, str, str]]:
    for sheet, drawing in drawings(book):
        for relation in relations(book.file.archive, drawing).values():
            if relation.kind == "chart":
                for one in descendants(tree(book, relation.target), "f"):
                    yield sheet, "", "a chart", one.text or ""


def drawings(book: Book) -> Iterator[tuple[str, str]]:
    """Every sheet with a drawing, and the drawing's part."""
    for sheet in book.file.structure.sheets:
        for relation in relations(book.file.archive, sheet.part).values():
            if relation.kind == "drawing":
                yield sheet.name, relation.target
