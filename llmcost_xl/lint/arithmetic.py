"""What a formula measures, worked out from what its cells measure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from openpyxl.formula.tokenizer import Token

from llmcost_xl.lint.dimensions import ANY, RATIO, Measure, alike, raised, times
from llmcost_xl.lint.formulas import area

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmcost_xl.lint.formulas import Area, Formula

KEEPS: Final = frozenset({"SUM", "MIN", "MAX", "ABS", "AVERAGE", "MEDIAN", "ROUNDUP", "INT", "N"})
"""Functions whose answer is of the unit of all their arguments."""

COUNTS: Final = frozenset({"COUNT", "ROWS", "COLUMNS", "MATCH", "ISNUMBER", "AND", "OR", "NOT", "SIGN"})
POWERS: Final = {"SQRT": Fraction(1, 2), "SUMSQ": Fraction(2)}
COMPARISONS: Final = ("=", "<>", "<", ">", "<=", ">=")


class UnreadableError(Exception):
    """A formula with something in it that this reader does not know."""


def measured(formula: Formula, of_area: Callable[[Area], Measure]) -> Measure:
    """What a formula measures; None if that cannot be decided.

    Raises:
        MixedUnitsError: it adds or compares things of different units.
    """
    reader = _Reader(formula, of_area)
    try:
        found = reader.comparison()
    except UnreadableError:
        return None
    return found if reader.is_done else None


class _Reader:
    """Reads a formula from left to right, by the precedence of its operators."""

    def __init__(self, formula: Formula, of_area: Callable[[Area], Measure]) -> None:
        self._tokens = formula.tokens
        self._position = 0
        self._of_area = of_area

    @property
    def is_done(self) -> bool:
        """Whether the whole formula has been read."""
        return self._position >= len(self._tokens)

    def comparison(self) -> Measure:
        """Two sums compared are a flag; joined texts measure nothing."""
        left = self._sum()
        while self._next(Token.OP_IN, *COMPARISONS, "&"):
            operator = self._take().value
            left = None if operator == "&" or alike((left, self._sum())) is None else ANY
            if operator == "&":
                self._sum()
        return left

    def _sum(self) -> Measure:
        left = self._product()
        while self._next(Token.OP_IN, "+", "-"):
            self._take()
            left = alike((left, self._product()))
        return left

    def _product(self) -> Measure:
        left = self._power()
        while self._next(Token.OP_IN, "*", "/"):
            power = 1 if self._take().value == "*" else -1
            left = times(left, self._power(), power)
        return left

    def _power(self) -> Measure:
        base = self._signed()
        while self._next(Token.OP_IN, "^"):
            self._take()
            literal = self._peek()
            exponent = self._signed()
            if base in (RATIO, ANY):
                base = base if exponent is not None else None
            elif literal is not None and literal.subtype == Token.NUMBER:
                base = raised(base, Fraction(literal.value))
            else:
                base = None
        return base

    def _signed(self) -> Measure:
        while self._next(Token.OP_PRE, "+", "-"):
            self._take()
        found = self._operand()
        while self._next(Token.OP_POST, "%"):
            self._take()
        return found

    def _operand(self) -> Measure:
        token = self._take()
        if token.type == Token.PAREN and token.subtype == Token.OPEN:
            found = self.comparison()
            self._close(Token.PAREN)
            return found
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            return self._call(token.value[:-1].upper())
        if token.type != Token.OPERAND:
            raise UnreadableError
        if token.subtype in (Token.NUMBER, Token.LOGICAL):
            return ANY
        found_area = area(token.value) if token.subtype == Token.RANGE else None
        return self._of_area(found_area) if found_area else None

    def _call(self, name: str) -> Measure:
        arguments: list[Measure] = []
        while not self._next(Token.FUNC, ")"):
            arguments.append(self.comparison())
            if self._next(Token.SEP, ","):
                self._take()
        self._close(Token.FUNC)
        return _answer(name, arguments)

    def _peek(self) -> Token | None:
        return None if self.is_done else self._tokens[self._position]

    def _next(self, kind: str, *values: str) -> bool:
        token = self._peek()
        return token is not None and token.type == kind and token.value in values

    def _take(self) -> Token:
        if self.is_done:
            raise UnreadableError
        self._position += 1
        return self._tokens[self._position - 1]

    def _close(self, kind: str) -> None:
        token = self._take()
        if (token.type, token.subtype) != (kind, Token.CLOSE):
            raise UnreadableError


def _answer(name: str, arguments: list[Measure]) -> Measure:
    """What a function measures, given its arguments."""
    if name in COUNTS:
        return ANY
    if name in KEEPS:
        return alike(arguments)
    if name == "IF":
        return alike(arguments[1:])
    if name in POWERS:
        return raised(alike(arguments), POWERS[name])
    if name == "SUMPRODUCT":
        product: Measure = ANY
        for argument in arguments:
            product = times(product, argument)
        return product
    return arguments[0] if name == "INDEX" and arguments else None
