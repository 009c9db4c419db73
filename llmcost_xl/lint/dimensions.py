"""The algebra of units: USD per task times tasks per month is USD per month.

Whatever cannot be decided is left undecided: a finding must be certain. Numbers, flags and counts go with any unit, so
that 1 may be added to a rate and a flag may switch a cost.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

from llmcost_xl.workbook.constants import UNIT_CONSTANTS

if TYPE_CHECKING:
    from collections.abc import Iterable

Dimension: TypeAlias = frozenset[tuple[str, Fraction]]
"""Base units and their exponents; the empty one is a plain ratio."""

ANY: Final = "any"
"""A number, a flag or a count."""

Measure: TypeAlias = "Dimension | str | None"
"""A dimension, ANY, or None for undecided."""

RATIO: Final[Dimension] = frozenset()
NUMBERS: Final = (
    "flag", "count", "GPUs", "servers", "vendors", "points", "epochs", "x",
)  # fmt: skip
BASES: Final = {
    "token": {"token": 1}, "1M token": {"M token": 1}, "M token": {"M token": 1}, "1k call": {"1k call": 1},
    "M-token-hour": {"M token": 1, "hour": 1}, "GPU-hour": {"hour": 1}, "kWh": {"kW": 1, "hour": 1}, "kW": {"kW": 1},
    "query": {"query": 1}, "task": {"task": 1}, "successful task": {"task": 1},
    "run": {"run": 1}, "search": {"search": 1}, "B parameter": {"B parameter": 1},
    "second": {"second": 1}, "minute": {"minute": 1}, "hour": {"hour": 1}, "day": {"day": 1}, "month": {"month": 1},
    "year": {"year": 1}, "server": {}, "GPU": {}, "fraction": {},
    "period": {"period": 1}, "US$": {"US$": 1},
}  # fmt: skip
"""What a unit is made of. Attempts, requests and steps are missing: one may be a query or several."""

SINGULAR: Final = {"queries": "query", "searches": "search"}
CONVERSIONS: Final = {
    "months_per_year": "months per year",
    "hours_per_year": "hours per year",
    "hours_per_month": "hours per month",
    "seconds_per_hour": "seconds per hour",
    "seconds_per_month": "seconds per month",
    "days_per_month": "days per month",
    "tokens_per_price_unit": "tokens per 1M tokens",
}
"""What the constants of the Units block convert; beside each stands only the unit of the number."""

CONVERTS: Final = {UNIT_CONSTANTS[name].label: unit for name, unit in CONVERSIONS.items()}
"""The same by the label that stands before the constant on every sheet."""


PERIODS: Final = tuple(
    frozenset({(name, Fraction(power))}) for name in ("month", "year", "period") for power in (-1, 1)
)


class MixedUnitsError(Exception):
    """Two things of different units are added or compared."""


def measure(unit: str, label: str, currency: str) -> Measure:
    """What a cell measures, by the unit beside it and, for a constant that converts units, by its label."""
    unit = CONVERTS.get(label, unit)
    if unit in NUMBERS:
        return ANY
    exponents: dict[str, int] = {}
    for number, part in enumerate(unit.split(" per ")):
        base = _base(part, currency)
        if base is None:
            return None
        for name, exponent in base.items():
            exponents[name] = exponents.get(name, 0) + (exponent if number == 0 else -exponent)
    return _dimension({name: Fraction(exponent) for name, exponent in exponents.items()})


def _base(part: str, currency: str) -> dict[str, int] | None:
    if part == currency:
        return {currency: 1}
    return BASES.get(part, BASES.get(SINGULAR.get(part, part.removesuffix("s"))))


def times(left: Measure, right: Measure, power: int = 1) -> Measure:
    """The measure of a product, or with a power of -1 of a quotient."""
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        return ANY
    exponents = dict(() if isinstance(left, str) else left)
    for name, exponent in () if isinstance(right, str) else right:
        exponents[name] = exponents.get(name, Fraction(0)) + exponent * power
    return _dimension(exponents)


def raised(base: Measure, exponent: Fraction) -> Measure:
    """The measure of a power."""
    if base is None or isinstance(base, str):
        return base
    return _dimension({name: own * exponent for name, own in base})


def alike(measures: Iterable[Measure]) -> Measure:
    """The common measure of things that are added or compared; undecided for a flow of one period and a stock.

    Raises:
        MixedUnitsError: they have none.
    """
    found: Measure = ANY
    for one in measures:
        if one is None or found is None:
            found = None
        elif isinstance(found, str):
            found = one
        elif not isinstance(one, str) and one != found:
            if not is_one_period(one, found):
                raise MixedUnitsError(f"{name_of(found)} and {name_of(one)}")
            found = None
    return found


def is_one_period(left: Dimension, right: Dimension) -> bool:
    """Whether one is what flows in a month or a year, and the other an amount: for one period the numbers are equal."""
    apart = times(left, right, -1)
    return apart in PERIODS


def name_of(dimension: Dimension) -> str:
    """A dimension in words, such as USD per month."""
    ordered = sorted(dimension)
    top = [_power(name, exponent) for name, exponent in ordered if exponent > 0]
    bottom = [_power(name, -exponent) for name, exponent in ordered if exponent < 0]
    return " per ".join([" x ".join(top) or ("1" if bottom else "a ratio"), *bottom])


def _power(name: str, exponent: Fraction) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"


def _dimension(exponents: dict[str, Fraction]) -> Dimension:
    return frozenset((name, exponent) for name, exponent in exponents.items() if exponent)
