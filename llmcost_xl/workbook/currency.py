"""The figures of the texts, which are in dollars, in the currency of a workbook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from llmcost_xl.quantities import QUANTITIES
from llmcost_xl.workbook.layout import DOLLARS, Entry, Rows, Table

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Block, Constant, Field, Line, Template, Value

MONEY: Final = "USD"
"""What the unit of an amount in the currency of the workbook begins with; "US$" stays in dollars."""


def converted(template: Template) -> Template:
    """The description with every prefilled amount on Inputs converted once, at the currency's rate."""
    if template.currency.code == DOLLARS.code:
        return template
    rate = template.currency.rate
    blocks = tuple(_block(block, rate) for block in template.inputs.blocks)
    return replace(template, inputs=replace(template.inputs, blocks=blocks))


def _block(block: Block, rate: float) -> Block:
    if isinstance(block, Rows):
        return replace(block, lines=tuple(_line(line, rate) for line in block.lines))
    if isinstance(block, Table):
        given = [field for field in block.fields if not field.formula]
        records = tuple(
            tuple(
                _amount(value, rate) if _is_money(field) else value for field, value in zip(given, record, strict=True)
            )
            for record in block.records
        )
        return replace(block, records=records)
    return block


def _line(line: Entry | Line | Constant, rate: float) -> Entry | Line | Constant:
    if not isinstance(line, Entry) or not _is_money(line):
        return line
    value: Value | tuple[Value, ...]
    if isinstance(line.value, tuple):
        value = tuple(_amount(one, rate) for one in line.value)
    else:
        value = _amount(line.value, rate)
    low, high = (None if bound is None else bound * rate for bound in (line.low, line.high))
    return replace(line, value=value, low=low, high=high, cases=tuple(_amount(one, rate) for one in line.cases))


def _is_money(described: Entry | Field) -> bool:
    quantity = QUANTITIES.get(described.name)
    unit = described.unit or (quantity.unit if quantity else "")
    return unit.startswith(MONEY)


def _amount(value: Value, rate: float) -> Value:
    """An amount converted; 12 digits, so that 400 at 0.92 is 368."""
    return float(f"{value * rate:.12g}") if isinstance(value, int | float) else value
