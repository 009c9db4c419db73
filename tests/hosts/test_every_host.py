"""One table for all hosts: every case of every worksheet function, and what can stand in a cell, in each of them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from casetables import RELATIVE, Case, cases, table
from hosts import HOSTS, running

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIVERIES = list(table(Path(__file__).parent / "deliveries.csv"))
EVERY_CASE = [*DELIVERIES, *cases()]


@pytest.fixture(scope="module", params=HOSTS)
def answered(request: pytest.FixtureRequest) -> Iterator[dict[str, tuple[Any, Any]]]:
    """What one host shows for each formula, and what it is known to show if it cannot show what the others do."""
    for host in running(request.param):
        formulas = list(dict.fromkeys(case.formula for case in EVERY_CASE))
        answers = host.answers(formulas)
        instead = map(getattr(host, "instead", lambda _: None), formulas)
        yield dict(zip(formulas, zip(answers, instead, strict=True), strict=True))


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: case.formula)
def test_case(case: Case, answered: dict[str, tuple[Any, Any]]) -> None:
    answer, instead = answered[case.formula]
    if instead is not None and case.disagreement(instead):
        assert alike(answer, instead), f"{answer!r} instead of {instead!r}, by this host's own rules"
    else:
        assert not case.disagreement(answer), f"{case.function}.csv:{case.line}: {case.why}"


def alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same, but for the last digits of numbers."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=RELATIVE)
    return bool(one == other)
