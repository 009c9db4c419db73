"""Numerical tools the standard library lacks: a root by bisection or Newton, and the beta distribution."""

from __future__ import annotations

import math
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HALVINGS = 64  # of an interval some units wide: to the last bits of a float
LAST_STEP = 1e-14  # of Newton's method, relative: less is rounding
TINY = 1e-300  # stands for zero in the continued fraction, whose terms are divided by


def bisect(is_before: Callable[[float], bool], low: float, high: float) -> float:
    """The point between `low` and `high` up to which `is_before` is true."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if is_before(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def newton(
    rising: Callable[[float], float], slope: Callable[[float], float], low: float, high: float, start: float
) -> float:
    """The root between `low` and `high` of a rising function, by Newton's method from `start`.

    A step that leaves the interval, or is not half as long as the last one, is replaced by halving the interval.
    """
    x, step = start, high - low
    for _ in range(2 * HALVINGS):
        error, gradient = rising(x), slope(x)
        if abs(error) <= LAST_STEP * abs(x) * gradient:
            break
        low, high = (x, high) if error < 0 else (low, x)
        halving = x - (low + high) / 2
        step = error / gradient if abs(error) < abs(step) * gradient / 2 else halving
        if not low < x - step < high:
            step = halving
        x -= step
    return x


def beta_quantile(probability: float, alpha: float, beta: float) -> float:
    """The x below which a beta-distributed number falls with this probability; alpha and beta are 1 or more."""
    if probability > 1 / 2:  # near 1 the upper tail keeps the digits that the lower one rounds away
        return 1 - beta_quantile(1 - probability, beta, alpha)
    return newton(
        lambda x: beta_probability(x, alpha, beta) - probability,
        lambda x: beta_density(x, alpha, beta),
        low=0.0,
        high=1.0,
        start=alpha / (alpha + beta),
    )


def beta_probability(x: float, alpha: float, beta: float) -> float:
    """The chance that a beta-distributed number is at most x: the regularised incomplete beta function I_x.

    I_x(a, b) = x^a (1-x)^b / (a B(a, b)) * continued fraction. The fraction converges fast below the mean; above it
    the symmetry I_x(a, b) = 1 - I_(1-x)(b, a) serves.

    Source: NIST Digital Library of Mathematical Functions, 8.17.4 and 8.17.22.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (alpha + 1) / (alpha + beta + 2):
        return 1 - beta_probability(1 - x, beta, alpha)
    front = x * (1 - x) * beta_density(x, alpha, beta)
    return front / (alpha * _beta_fraction(x, alpha, beta))


def beta_density(x: float, alpha: float, beta: float) -> float:
    """The density of the beta distribution within (0, 1): x^(a-1) (1-x)^(b-1) / B(a, b)."""
    log_beta = math.lgamma(alpha) + math.lgamma(beta) - math.lgamma(alpha + beta)
    return math.exp((alpha - 1) * math.log(x) + (beta - 1) * math.log1p(-x) - log_beta)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """The continued fraction 1 + d1/(1 + d2/(1 + ...)), evaluated from the front by Lentz's method."""
    numerator, denominator, fraction = 1.0, 0.0, 1.0
    for step in count(1):
        m = step // 2
        if step % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        denominator = 1 / (1 + d * denominator or TINY)
        numerator = 1 + d / numerator or TINY
        change = numerator * denominator
        fraction *= change
        if not abs(change - 1) >= 1e-15:  # noqa: PLR2004  # a few units in the last place of 1; NaN ends it too
            break
    return fraction
