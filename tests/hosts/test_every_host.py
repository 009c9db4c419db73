"""One table for all hosts: every case of every worksheet function, and what can stand in a cell, in each of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from casetables import Case, cases, table
from hosts import HOSTS, running

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIVERIES = list(table(Path(__file__).parent / "deliveries.csv"))
EVERY_CASE = [*DELIVERIES, *cases()]


@pytest.fixture(scope="module", params=HOSTS)
def answered(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """What one host shows for each formula."""
    for host in running(request.param):
        formulas = list(dict.fromkeys(case.formula for case in EVERY_CASE))
        yield dict(zip(formulas, host.answers(formulas), strict=True))


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: case.formula)
def test_case(case: Case, answered: dict[str, Any]) -> None:
    assert not case.disagreement(answered[case.formula]), f"{case.function}.csv:{case.line}: {case.why}"
