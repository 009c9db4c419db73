"""The linter: does a workbook keep the rules by which a model auditor reads?

    from pathlib import Path
    from llmcost_xl.lint import lint

    for finding in lint(Path("budget.xlsx")):
        print(finding.rule.key, finding.place.sheet, finding.place.cell, finding.place.what)

The rules bind workbooks that llmcost-xl made; what any other workbook breaks is advice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils.cell import coordinate_to_tuple

from llmcost_xl.lint import rules as _rules  # noqa: F401  # importing them registers them
from llmcost_xl.lint.findings import RULES, Finding
from llmcost_xl.lint.reading import read

__all__ = ["RULES", "Finding", "lint"]

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def lint(path: Path, keys: Collection[str] = ()) -> list[Finding]:
    """Every place that breaks a rule, in the order of the sheets and their cells; `keys` names the rules, or all.

    Raises:
        RefusedError: the content is no workbook, or not a safe one.
        OSError: the file cannot be read.
    """
    book = read(path)
    found = [
        Finding(rule, rule.severity if book.ours else "advice", place)
        for key, rule in RULES.items()
        if not keys or key in keys
        for place in rule.broken(book)
    ]
    order = {name: position for position, name in enumerate(book.formulas.sheetnames)}
    return sorted(found, key=lambda finding: _position(finding, order))


def _position(finding: Finding, order: dict[str, int]) -> tuple[int, int, int, str]:
    """What concerns the whole workbook first, then sheet by sheet, row by row."""
    sheet, cell = finding.place.sheet, finding.place.cell
    row, column = coordinate_to_tuple(cell) if cell else (0, 0)
    return order.get(sheet, -1), row, column, finding.rule.key
