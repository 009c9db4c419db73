"""Trying out whether a check can fail: the workbook is recalculated with a wrong figure in it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import formualizer

from llmcost_xl.lint.formulas import area

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.lint.checks import Check
    from llmcost_xl.lint.graph import Node
    from llmcost_xl.lint.reading import Book

FAR: Final = 1e9
"""So far off that no tolerance forgives it."""

WRONG: Final = {"is": (FAR, -FAR), "is at most": (FAR,), "is at least": (-FAR,)}
"""How far a figure must lie from its target to be wrong, by the relation that the check states."""


class Trial:
    """One workbook in a calculation engine; what is changed is put back."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @cached_property
    def _engine(self) -> formualizer.Workbook | None:
        """The workbook, calculated; None if the engine cannot read it."""
        try:
            engine = formualizer.Workbook.from_bytes(self._book.content)
            engine.evaluate_all()
        except (OSError, RuntimeError, ValueError):
            return None
        return engine

    def passes_wrongly(self, check: Check, master: Node | None) -> Iterator[str]:
        """With which wrong figures a check says that all is well."""
        figure, target = area(check.formula("Value").text.removeprefix("=")), self._value(check.node("Target"))
        engine = self._engine
        if engine is None or figure is None or not isinstance(target, int | float):
            return
        home = (figure.sheet, figure.first_row, figure.first_column)
        before, formula = engine.get_value(*home), engine.get_formula(*home)
        numbers = [target + far for far in WRONG.get(check.says("Relation"), ())]
        for wrong in (*numbers, "a text"):
            engine.set_value(*home, wrong)
            if not self._fails(check, master):
                yield wrong if isinstance(wrong, str) else f"{wrong:,.0f}"
        if formula:
            engine.set_formula(*home, formula)
        else:
            engine.set_value(*home, before)

    def _fails(self, check: Check, master: Node | None) -> bool:
        """Whether its flag is 1 and, for an error, the master check not OK."""
        if self._value(check.node("Failed (flag)")) != 1:
            return False
        return check.kind != "errors" or master is None or self._value(master) != "OK"

    def _value(self, node: Node) -> Any:
        return None if self._engine is None else self._engine.evaluate_cell(*node)
