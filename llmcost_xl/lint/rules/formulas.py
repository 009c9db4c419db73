"""Rules for a single formula: what it holds, how long it is, what it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.formula.tokenizer import Token

from llmcost_xl.lint.blocks import LABEL, stored, unit_at
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.formulas import formulas_of
from llmcost_xl.lint.functions import ALLOWED, HIDES_ERRORS, INSTEAD, OURS, REJECTED_ELSEWHERE, ROUNDS, STEPS
from llmcost_xl.lint.scope import classified, own_sheets, sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.formulas import Formula, FormulaCell
    from llmcost_xl.lint.reading import Book

COMPUTED_ON: Final = ("Prices", "Timing", "Calculation")
UNIVERSAL: Final = (0.0, 1.0)
UNIVERSAL_ELSEWHERE: Final = (*UNIVERSAL, 2.0, 4.0, 7.0, 12.0, 24.0, 60.0, 100.0, 365.0, 1000.0, 3600.0, 1_000_000.0)
"""Literals that other workbooks are not advised about: those that never change."""

LONGEST, DEEPEST, MOST_PRECEDENTS = 120, 3, 6
WHOLE_THINGS: Final = ("count", "GPUs", "servers", "attempts", "steps", "runs", "months", "month number", "queries")


def computing(book: Book, *kinds: str) -> Iterator[tuple[Worksheet, FormulaCell]]:
    """Every formula on sheets of these kinds; of all sheets where a workbook does not tell kinds apart."""
    for sheet in sheets(book, *kinds):
        for found in formulas_of(book)[sheet.title]:
            yield sheet, found


@rule(
    "F02",
    "error",
    "Formulas hold no numbers but 0, 1 and -1",
    why="A number inside a formula cannot be seen, sourced, varied or found again; it is an input in hiding.",
    mend="Enter the number on Inputs, or, if it never changes, in the block of units on Lists, and link to it.",
)
def literals(book: Book) -> Iterator[Place]:
    """Words may stand in formulas ("standard", "low"): they name a choice, and have no value to be wrong.

    In other workbooks an argument on its own is taken for an option, as in VLOOKUP(x,table,3,0).
    """
    strict = classified(book)
    for sheet, found in computing(book, *COMPUTED_ON):
        hidden = list(_literals(found.formula, strict=strict))
        if hidden:
            yield Place(sheet.title, found.address, f"the formula holds {', '.join(dict.fromkeys(hidden))}")


def _literals(formula: Formula, *, strict: bool) -> Iterator[str]:
    tokens = formula.tokens
    for position, token in enumerate(tokens):
        if (token.type, token.subtype) != (Token.OPERAND, Token.NUMBER):
            continue
        before = tokens[position - 1].type if position else ""
        after = tokens[position + 1].type if position + 1 < len(tokens) else ""
        is_option = before in (Token.SEP, Token.FUNC) and after in (Token.SEP, Token.FUNC)
        is_percentage = after == Token.OP_POST
        if is_percentage or (
            float(token.value) not in (UNIVERSAL if strict else UNIVERSAL_ELSEWHERE) and (strict or not is_option)
        ):
            yield token.value + ("%" if is_percentage else "")


@rule(
    "F03",
    "warning",
    "A formula can be read at a glance",
    why="Errors hide in long formulas; a reviewer must be able to say one aloud. A step of its own can be checked.",
    mend="Give each step a line of its own; use a 0/1 flag or INDEX instead of an IF within an IF.",
)
def short(book: Book) -> Iterator[Place]:
    """For calculation sheets. Outputs quote figures in sentences, and the price table compares rows with all others.

    A function of the add-in reads as many cells as it has arguments; the native formula beside it is in steps.
    """
    for sheet, found in computing(book, "Calculation"):
        for much in _too_much(found.formula):
            yield Place(sheet.title, found.address, much)


def _too_much(formula: Formula) -> Iterator[str]:
    if len(formula.text) > LONGEST:
        yield f"the formula has {len(formula.text)} characters; at most {LONGEST}"
    if formula.depth > DEEPEST:
        yield f"functions are nested {formula.depth} deep; at most {DEEPEST}"
    if formula.nests_if:
        yield "an IF stands within an IF"
    precedents = len(set(formula.areas))
    if precedents > MOST_PRECEDENTS and not OURS & set(formula.functions):
        yield f"the formula reads {precedents} cells or ranges; at most {MOST_PRECEDENTS}"
    if "\n" in formula.text:
        yield "the formula has a line break"


@rule(
    "F04",
    "warning",
    "Formulas call few functions, all of them in Excel 2010",
    why="A reader must know every function, and every Excel, LibreOffice included, must have it.",
    mend="Use the functions of the list; do in several lines what a newer function does in one.",
)
def known_functions(book: Book) -> Iterator[Place]:
    """The add-in's own functions are allowed: F15 wants a native formula beside each."""
    for sheet in book.sheets():
        for found in formulas_of(book)[sheet.title]:
            for name in dict.fromkeys(found.formula.functions):
                if name not in ALLOWED | OURS | REJECTED_ELSEWHERE | (HIDES_ERRORS & ALLOWED):
                    why = INSTEAD.get(name, "it is not on the list")
                    yield Place(sheet.title, found.address, f"{name}: {why}")


@rule(
    "F07",
    "error",
    "Calculations do not hide errors",
    why="IFERROR turns every mistake into a plausible number, also those that nobody thought of.",
    mend="Test the condition that leads to the error by a 0/1 flag; on Outputs, show a word instead of a number.",
)
def errors_shown(book: Book) -> Iterator[Place]:
    """Outputs may replace an error by a text that says so; counting the errors of a page is a check, not a hiding."""
    for sheet, found in computing(book, *COMPUTED_ON):
        for name in dict.fromkeys(found.formula.functions):
            if name in HIDES_ERRORS:
                yield Place(sheet.title, found.address, f"{name} hides errors")
    for sheet in own_sheets(book, "Outputs"):
        for found in formulas_of(book)[sheet.title]:
            if {"IFERROR", "IFNA"} & set(found.formula.functions) and not any(found.formula.texts):
                yield Place(sheet.title, found.address, "an error becomes a number")


@rule(
    "F09",
    "error",
    "No whole columns, merged cells, array constants or numbers made text",
    why="A whole column takes in whatever is added below; merged cells and array constants break copying; a number "
    "in a text can no longer be calculated with.",
    mend="Name first and last row; unmerge; give constants cells; make sentences on Outputs, from numbers.",
)
def plain(book: Book) -> Iterator[Place]:
    """Labels may quote a name, and keys may join names; only a number must not become text in a calculation."""
    for sheet in sheets(book, *COMPUTED_ON, "Inputs"):
        for area in sheet.merged_cells.ranges:
            yield Place(sheet.title, str(area).partition(":")[0], "cells are merged")
    for sheet, found in computing(book, *COMPUTED_ON, "Inputs", "Outputs", "Checks"):
        if any(area.whole for area in found.formula.areas):
            yield Place(sheet.title, found.address, "the formula reads whole columns or rows")
        if found.formula.has_array_constant:
            yield Place(sheet.title, found.address, "the formula holds values in braces")
    for sheet in own_sheets(book, "Calculation"):
        for found in formulas_of(book)[sheet.title]:
            if found.column != LABEL and _makes_text(book, found):
                yield Place(sheet.title, found.address, "a number becomes text")


def _makes_text(book: Book, found: FormulaCell) -> bool:
    """Whether a formula formats a number, or joins one to a text; 0 is what a link to an empty text shows."""
    if {"TEXT", "FIXED", "CONCATENATE"} & set(found.formula.functions):
        return True
    if "&" not in found.formula.operators:
        return False
    values = (stored(book, area.sheet, area.first_row, area.first_column) for area in found.precedents if area.single)
    return bool(found.formula.numbers) or any(isinstance(value, int | float) and value for value in values)


@rule(
    "F11",
    "warning",
    "Calculations do not round",
    why="Rounded steps do not add up to the rounded total; the number format shows as many digits as are wanted.",
    mend="Delete the rounding and set the number format. Where only whole things can be bought, round up, in a "
    "unit of whole things.",
)
def unrounded(book: Book) -> Iterator[Place]:
    """ROUNDUP, CEILING, INT and their kin may count whole things: half a server cannot be rented."""
    for sheet in own_sheets(book, "Calculation"):
        for found in formulas_of(book)[sheet.title]:
            for name in dict.fromkeys(found.formula.functions):
                counts = unit_at(sheet, found.row, found.column) in WHOLE_THINGS
                if name in ROUNDS or (name in STEPS and not counts):
                    yield Place(sheet.title, found.address, f"{name} rounds")
