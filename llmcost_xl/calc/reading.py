"""Reads a formula before it is evaluated: refuses what cannot be, and puts cells in place of references and gaps."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, Final

import formualizer

from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from llmcost_xl.cells import Rows

    Read = Callable[[str], Rows | None]
    """The cells behind a reference as the formula writes it; None for a name that stands for no cells."""

EMPTY_CELL: Final = "Empty!$A$1"
GIVEN_SHEET: Final = "Given"


class FormulaError(Exception):
    """A formula that cannot be read, or that names what does not exist here."""


def check(formula: str, *, has_sheet: bool) -> list[str]:
    """Refuse what cannot be evaluated; the names used, which only the evaluation can judge."""
    try:
        nodes = list(_nodes(formualizer.parse(formula)))
    except (formualizer.ParserError, formualizer.TokenizerError) as error:
        raise FormulaError(_unreadable(str(error))) from None
    references = [node for node in nodes if node.node_type() == "Reference"]
    for node in references:
        where = node.get_reference_string()
        if isinstance(node.get_reference(), formualizer.NamedRangeRef) or (has_sheet and _is_given(where)):
            continue
        if has_sheet:
            raise FormulaError(f"the cells of {where} cannot be read")
        raise FormulaError(f"calc has no sheet to read {where} from: write the value, or an array like {{1,2;3,4}}")
    for name in dict.fromkeys(node.get_function_name() for node in nodes if node.node_type() == "Function"):
        if name.upper() not in FUNCTIONS and not _is_excels_own(name):
            raise FormulaError(_unknown_function(name))
    names = (str(node.get_reference_string()) for node in references)
    return [name for name in names if not _is_given(name)]


def _is_given(reference: str) -> bool:
    return reference.startswith(GIVEN_SHEET)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children():
        yield from _nodes(child)


def _is_excels_own(name: str) -> bool:
    workbook = formualizer.Workbook()
    workbook.sheet("Calc").set_formula(1, 1, f"={name}()")
    answer = workbook.evaluate_cell("Calc", 1, 1)
    return not (isinstance(answer, dict) and answer["kind"] == "Name")


def _unknown_function(name: str) -> str:
    from openpyxl.utils import FORMULAE  # noqa: PLC0415  # half a second, and only a misspelt name needs it

    if name.upper() in FORMULAE:
        return f"{name.upper()} is a function of Excel's that cannot be evaluated here"
    nearest = difflib.get_close_matches(name.upper(), [*FUNCTIONS, *sorted(FORMULAE)], n=3)
    hint = f"the nearest: {', '.join(nearest)}" if nearest else "`llmcost-xl functions` lists ours"
    return f"calc knows no function {name}; {hint}"


def _unreadable(message: str) -> str:
    """The parser's complaint without its inner workings."""
    hint = "; arguments are separated by commas" if "subtype: Row" in message else ""
    found = re.fullmatch(r"\w+Error(?: at position (\d+))?: ([^:{]*).*", message, re.DOTALL)
    place = f" at character {int(found[1]) + 1}" if found and found[1] else ""
    what = found[2].removesuffix(" TokenSpan ").removesuffix(", got").strip() if found else "it is no formula"
    return f"the formula cannot be read{place}: {what[:1].lower()}{what[1:]}{hint}"


def unknown_name(names: list[str], *, typed_in_a_shell: bool) -> str:
    """That some of these names mean nothing, and what may have happened."""
    hint = "; text needs straight double quotes, which a shell may have removed" if typed_in_a_shell else ""
    return f"#NAME?: {', '.join(dict.fromkeys(names))} is not defined{hint}"


def with_given_cells(formula: str, read: Read, given: list[Rows]) -> str:
    """Put a range of the engine's own in place of every reference, and its cells into `given`."""
    try:
        tokens = list(formualizer.Tokenizer(formula).tokens())
    except formualizer.TokenizerError as error:
        raise FormulaError(_unreadable(str(error))) from None
    parts = ["="]
    spilled = False
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if (str(token.token_type), str(token.subtype)) == ("Operand", "Range"):
            spilled = following is not None and following.value == "#"
            parts.append(_as_given(token.value + "#" * spilled, read, given))
        elif spilled:  # the # has been read with its reference
            spilled = False
        else:
            parts.append(token.value)
    return "".join(parts)


def _as_given(reference: str, read: Read, given: list[Rows]) -> str:
    rows = read(reference)
    if rows is None:
        return reference
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  # half a second, and only a sheet's formula needs it

    given.append(rows)
    corner = f"${get_column_letter(len(rows[0]))}${len(rows)}"
    return f"{GIVEN_SHEET}{len(given) - 1}!$A$1" + (f":{corner}" if corner != "$A$1" else "")


def with_empty_cells(formula: str) -> str:
    """Put an empty cell where one of our functions has nothing between commas: the engine would pass 0."""
    functions: list[str] = []
    parts = ["="]
    before = None
    for token in formualizer.Tokenizer(formula).tokens():
        kind = (str(token.token_type), str(token.subtype))
        if kind[0] == "Whitespace":
            continue
        if kind in (("Sep", "Arg"), ("Func", "Close")) and functions[-1] in FUNCTIONS:
            empty_call = before == ("Func", "Open") and kind == ("Func", "Close")
            if before in (("Sep", "Arg"), ("Func", "Open")) and not empty_call:
                parts.append(EMPTY_CELL)
        if kind[1] == "Open":
            functions.append(token.value[:-1].upper())
        elif kind[1] == "Close":
            functions.pop()
        parts.append(token.value)
        before = kind
    return "".join(parts)
