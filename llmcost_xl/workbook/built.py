"""A finished workbook: its bytes, where its quantities stand, its headline figures."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl import load_workbook

from llmcost_xl import calc
from llmcost_xl.workbook import charts, styles
from llmcost_xl.workbook.book import BookPlan, plan_book
from llmcost_xl.workbook.cells import linked
from llmcost_xl.workbook.package import package, recalculated
from llmcost_xl.workbook.saving import save
from llmcost_xl.workbook.values import with_values
from llmcost_xl.workbook.writer import write

if TYPE_CHECKING:
    from pathlib import Path

    from llmcost_xl.workbook.layout import Template


class Figure(NamedTuple):
    """A headline figure: what it is, its value as Excel would show it, its unit."""

    label: str
    value: float | str
    unit: str


@dataclass(frozen=True, slots=True)
class Built:
    """A workbook in memory."""

    template: Template
    plan: BookPlan
    content: bytes

    def save(self, path: Path, *, force: bool = False) -> Path:
        """Write it to disk: all of it or nothing; an existing file only with `force`."""
        return save(self.content, path, force=force)

    def headlines(self) -> list[Figure]:
        """The figures the cover leads with."""
        book = load_workbook(io.BytesIO(self.content), data_only=True, read_only=True)
        figures = []
        for headline in self.template.headlines:
            sheet, row, column = self.plan.locate(linked(headline.value))
            value: Any = book[sheet].cell(row, column).value
            unit = styles.in_currency(headline.unit, self.template.currency.code)
            figures.append(Figure(headline.label, value, unit))
        return figures


def built(template: Template) -> Built:
    """Build the workbook that a description describes."""
    plan = plan_book(template)
    day = dt.date.fromisoformat(template.log[-1].day)
    texts = charts.alternative_texts(plan)
    recalculate = partial(with_values, register=calc.register) if template.addin else recalculated
    return Built(template, plan, package(write(plan), day, texts, recalculate))
