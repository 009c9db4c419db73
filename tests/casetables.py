"""Reads the case tables: one CSV file per worksheet function, one formula and its expected value per line.

A formula is one a person could type into a cell. It is translated to cells and evaluated through any `call`: in this
process, or as classic Excel calls a function through xlwings. DATE, SUM, INDEX, ROWS and COLUMNS are evaluated here.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from llmcost_xl.errors import EXCEL_ERRORS

FOLDER = Path(__file__).parent / "cases"
OMITTED = ...  # nothing between two commas; an empty cell is None
RELATIVE = 1e-9
HAND_ARITHMETIC = {name: getattr(math, name) for name in ("log", "exp", "sqrt", "ceil", "floor", "pi", "erf")}
HAND_ARITHMETIC |= {"min": min, "max": max, "sum": sum, "range": range}

Call = Callable[..., Any]
"""Evaluates one worksheet function: its name, then its cells."""


@dataclass(frozen=True)
class Case:
    """One line of a table."""

    function: str
    line: int
    formula: str
    expected: str
    why: str

    def answer(self, call: Call) -> Any:
        """What the formula shows."""
        return evaluate(self.formula, call)

    def disagreement(self, answer: Any) -> str:
        """Why the answer is not the expected one, in words; empty if it is."""
        if self.expected.startswith("{"):
            wanted = [split(row, ",") for row in split(self.expected[1:-1], ";")]
            rows = answer if isinstance(answer, list) else [[answer]]
            if [len(row) for row in rows] != [len(row) for row in wanted]:
                return f"the shape of {answer!r} is not that of {self.expected}"
            pairs = [pair for row, want in zip(rows, wanted, strict=True) for pair in zip(row, want, strict=True)]
        else:
            pairs = [(answer, self.expected)]
        wrong = [f"{cell!r} instead of {want}" for cell, want in pairs if not agrees(cell, want)]
        return "; ".join(wrong)


def cases() -> list[Case]:
    """Every line of every table."""
    return [case for path in sorted(FOLDER.glob("*.csv")) for case in table(path)]


def table(path: Path) -> Iterator[Case]:
    """The lines of one table, which is named for its function."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, strict=True)
        assert reader.fieldnames == ["formula", "expected", "why"], f"{path.name}: unexpected header"
        for row in reader:
            assert None not in row, f"{path.name}:{reader.line_num}: a field with a comma needs quotes"
            assert all(row.values()), f"{path.name}:{reader.line_num}: formula, expected and why are all due"
            yield Case(path.stem, reader.line_num, row["formula"], row["expected"].strip(), row["why"])


# -- the formula -----------------------------------------------------------------------------------------------


def evaluate(formula: str, call: Call) -> Any:
    """The value of a formula whose worksheet functions `call` evaluates."""

    def function(name: str, *cells: Any) -> Any:
        return _cell((NATIVE.get(name) or partial(call, name))(*cells))

    return eval(as_python(formula), {"call": function, "BLANK": None, "OMITTED": OMITTED})  # noqa: S307  # our own tables


def called(formula: str) -> list[str]:
    """The functions that a formula names, outermost first."""
    return [token.value[:-1] for token in _tokens(formula) if (token.type, token.subtype) == (Token.FUNC, Token.OPEN)]


def as_python(formula: str) -> str:
    """The formula as a Python expression: calls become `call("NAME", ...)`, array constants lists of rows."""
    tokens = _tokens(formula)
    parts = []
    for position, token in enumerate(tokens):
        before = tokens[position - 1] if position else None
        if _ends_argument(token) and before is not None and _starts_argument(before):
            empty_call = token.subtype == Token.CLOSE and before.subtype == Token.OPEN
            parts.append("" if empty_call else "OMITTED")
        if token.type == Token.OP_POST:
            parts[-1] = f"({parts[-1]}/100)"  # a percent sign follows its number
        else:
            parts.append(_as_python(token))
    return "".join(parts)


def _tokens(formula: str) -> list[Token]:
    assert formula.startswith("="), f"{formula!r} is not a formula"
    return [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]


def _starts_argument(token: Token) -> bool:
    return (token.type, token.subtype) in ((Token.FUNC, Token.OPEN), (Token.SEP, Token.ARG))


def _ends_argument(token: Token) -> bool:
    return (token.type, token.subtype) in ((Token.FUNC, Token.CLOSE), (Token.SEP, Token.ARG))


def _as_python(token: Token) -> str:
    if (token.type, token.subtype) == (Token.FUNC, Token.OPEN):
        return f'call("{token.value[:-1]}",'
    if token.type == Token.OPERAND:
        return _literal(token)
    if token.type == Token.ARRAY:
        return {Token.OPEN: "[[", Token.CLOSE: "]]"}[token.subtype]
    return {";": "],[", "^": "**"}.get(token.value, token.value)


def _literal(token: Token) -> str:
    if token.subtype == Token.TEXT:
        return repr(token.value[1:-1].replace('""', '"'))
    if token.subtype == Token.ERROR:
        return repr(token.value)
    if token.subtype == Token.LOGICAL:
        return token.value.title()
    assert token.subtype == Token.NUMBER or token.value == "BLANK", f"{token.value}: a case has no sheet to refer to"
    return token.value


def _sum(*blocks: Any) -> Any:
    cells = [cell for block in blocks for row in _rows(block) for cell in row]
    errors = [cell for cell in cells if isinstance(cell, str) and cell in EXCEL_ERRORS]
    return errors[0] if errors else math.fsum(cell for cell in cells if isinstance(cell, int | float))


def _index(block: Any, row: float, column: float = 1) -> Any:
    return _rows(block)[int(row) - 1][int(column) - 1]


def _rows(block: Any) -> list[list[Any]]:
    return block if isinstance(block, list) else [[block]]


def _cell(answer: Any) -> Any:
    """A block of one cell is that cell."""
    rows = _rows(answer)
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


NATIVE: dict[str, Call] = {
    "DATE": dt.datetime,
    "SUM": _sum,
    "INDEX": _index,
    "ROWS": lambda block: len(_rows(block)),
    "COLUMNS": lambda block: len(_rows(block)[0]),
}

# -- the expected value ----------------------------------------------------------------------------------------


def agrees(cell: Any, wanted: str) -> bool:
    """Whether one cell shows what one expected value says."""
    wanted = wanted.strip()
    if wanted in ("TRUE", "FALSE"):
        return cell is (wanted == "TRUE")
    if wanted[:1] in ("~", "="):
        return _is_number(cell) and _agrees_in_number(cell, wanted)
    try:
        number = float(wanted)
    except ValueError:
        return isinstance(cell, str) and _agrees_in_words(cell, wanted)
    return _is_number(cell) and math.isclose(cell, number, rel_tol=RELATIVE)


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _agrees_in_number(cell: float, wanted: str) -> bool:
    if wanted[0] == "=":
        return math.isclose(cell, eval(wanted[1:], {}, HAND_ARITHMETIC), rel_tol=RELATIVE)  # noqa: S307  # our own tables
    printed = Decimal(wanted[1:].replace(",", ""))
    half_a_digit = Decimal("0.5").scaleb(int(printed.as_tuple().exponent))
    return abs(Decimal(cell) - printed) <= half_a_digit * Decimal("1.000000001")  # 0.125 may be printed 0.12 or 0.13


def _agrees_in_words(cell: str, wanted: str) -> bool:
    """Text as it stands, quoted or not; * stands for any text."""
    wanted = wanted[1:-1] if wanted[:1] == wanted[-1:] == '"' else wanted
    return re.fullmatch(".*".join(map(re.escape, wanted.split("*"))), cell, re.DOTALL) is not None


def split(text: str, separator: str) -> list[str]:
    """Split at a separator that stands outside quotes and brackets."""
    parts, depth, quoted = [""], 0, False
    for character in text:
        quoted ^= character == '"'
        depth += 0 if quoted else (character in "([") - (character in ")]")
        if character == separator and not quoted and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts
