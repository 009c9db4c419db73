"""The prices of a workbook as rows of a price file, to be compared with others: in their unit, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from repricing import workbook

from llmcost_xl.catalogue.checks import PriceTableError
from llmcost_xl.reprice.listed import prices_in

if TYPE_CHECKING:
    from pathlib import Path

IN = ("gemini-3.7-flash", "input")


@pytest.mark.parametrize("unit", ["EUR per 1K tokens", "Price in EUR/1K"])
def test_listed_prices_are_in_the_unit_that_the_workbook_states(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "theirs.xlsx"
    head = ("Provider", "Model", "Component", "Price")
    path.write_bytes(workbook(head, (None, None, None, unit), ("acme", "own", "input", 0.0025)).content)
    [row], day = prices_in(path)
    assert (row.provider, row.model, row.price, row.unit, day) == ("acme", "own", 2.5, "EUR per 1M tokens", None)


def test_listed_prices_that_cannot_be_told_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "theirs.xlsx"
    path.write_bytes(workbook(("Model", "Component", "Price"), (*IN, 0.75), ("gpt-4o", "input", "2,50")).content)
    with pytest.raises(PriceTableError, match=r"Rates!C2 its unit is not stated.*Rates!C3 is no number but '2,50'"):
        prices_in(path)
    path.write_bytes(workbook(("Model", "Cost"), ("gpt-4o", 1)).content)
    with pytest.raises(PriceTableError, match="no sheet has a table"):
        prices_in(path)
