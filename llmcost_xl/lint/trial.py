"""Trying out whether a check can fail: the workbook is recalculated with a wrong figure in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import formualizer

from llmcost_xl.lint.blocks import stored
from llmcost_xl.lint.formulas import Formula, text_of
from llmcost_xl.lint.scope import own_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell

    from llmcost_xl.lint.checks import Check
    from llmcost_xl.lint.graph import Node
    from llmcost_xl.lint.reading import Book

FAR: Final = 1e9
"""So far off that no tolerance forgives it."""

WRONG: Final = {"is": (FAR, -FAR), "is at most": (FAR,), "is at least": (-FAR,)}
"""How far a figure must lie from its target to be wrong, by the relation that the check states."""


class Trial:
    """The Checks sheets of a workbook in a calculation engine, with what they link to as it was last calculated.

    The other sheets are left out: a check reads them through pure links only, and a hundred thousand formulas would
    have to be calculated to see one flag.
    """

    def __init__(self, book: Book) -> None:
        self._engine = formualizer.Workbook()
        for sheet in own_sheets(book, "Checks"):
            self._engine.add_sheet(sheet.title)
            for cell in book.cells(sheet):
                self._copy(book, cell)
        self._can_calculate = self._calculated()

    def passes_wrongly(self, check: Check, master: Node | None) -> Iterator[str]:
        """With which wrong figures a check says that all is well."""
        if not self._can_calculate:
            return
        value, target = check.node("Value"), self._engine.get_value(*check.node("Target"))
        before = self._engine.get_value(*value)
        middle = target if isinstance(target, int | float) else 0
        numbers = [middle + far for far in WRONG.get(check.says("Relation"), ())]
        for wrong in (*numbers, "a text"):
            self._engine.set_value(*value, wrong)
            if not self._fails(check, master):
                yield wrong if isinstance(wrong, str) else f"{wrong:,.0f}"
        self._engine.set_value(*value, before)

    def _copy(self, book: Book, cell: Cell) -> None:
        """A formula that reads its own sheet as it is, anything else as a value."""
        formula = Formula(text_of(cell))
        spot = (cell.parent.title, int(cell.row), int(cell.column))
        if formula.tokens and all(area.sheet in ("", spot[0]) for area in formula.areas):
            try:
                self._engine.set_formula(*spot, formula.text)
            except RuntimeError:  # what the engine cannot read has no value
                return
        else:
            value = stored(book, *spot)
            if isinstance(value, int | float | str):
                self._engine.set_value(*spot, value)

    def _calculated(self) -> bool:
        """Whether the sheets can be calculated; they cannot with a reference to another file."""
        try:
            self._engine.evaluate_all()
        except (RuntimeError, formualizer.ExcelEvaluationError):
            return False
        return True

    def _fails(self, check: Check, master: Node | None) -> bool:
        """Whether its flag is 1 and, for an error, the master check not OK."""
        if self._engine.evaluate_cell(*check.node("Failed (flag)")) != 1:
            return False
        return check.kind != "errors" or master is None or self._engine.evaluate_cell(*master) != "OK"
