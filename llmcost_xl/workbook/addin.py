"""The variant of a workbook that calculates with the add-in's worksheet functions, beside the native formulas.

Wherever a line or a column names an engine function that a worksheet function answers by, the line calls the worksheet
function, the native formula stands in the line below, and a check demands that both give the same.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Final

from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.workbook import derive
from llmcost_xl.workbook.constants import UNIT_CONSTANTS
from llmcost_xl.workbook.layout import (
    Axis,
    Block,
    Check,
    Constant,
    Entry,
    Field,
    Line,
    Rows,
    Sheet,
    Table,
    Template,
)
from llmcost_xl.workbook.plan import described

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWERED_BY: Final = {
    "breakeven.breakeven_queries": "BREAKEVEN_QUERIES",
    "breakeven.breakeven_volume": "LLM_BREAKEVEN",
    "breakeven.crossover_month": "CROSSOVER_MONTH",
    "budget.pert_mean": "LLM_PERT",
    "budget.pert_quantile": "LLM_PERT",
    "budget.budget_at_confidence": "BUDGET_AT_CONFIDENCE",
    "budget.contingency": "LLM_CONTINGENCY",
    "budget.cost_with_iterations": "COST_WITH_ITERATIONS",
    "budget.iceberg_share": "ICEBERG_SHARE",
    "budget.iteration_multiplier": "ITERATION_MULTIPLIER",
    "governance.build_score": "BUILD_SCORE",
    "governance.elasticity": "LLM_ELASTICITY",
    "governance.lever_saving": "LEVER_SAVING",
    "governance.optimised_cost": "OPTIMISED_COST",
    "governance.switching_cost": "SWITCHING_COST",
    "governance.vendor_hhi": "VENDOR_HHI",
    "hosting.idle_saving": "IDLE_SAVING",
    "hosting.owned_hardware_cost": "OWNED_HARDWARE_COST",
    "hosting.qps_ceiling": "QPS_CEILING",
    "hosting.selfhost_monthly_cost": "SELFHOST_MONTHLY_COST",
    "hosting.selfhost_token_price": "SELFHOST_UNIT_COST",
    "hosting.selfhost_unit_cost": "SELFHOST_UNIT_COST",
    "hosting.server_capacity": "SERVER_CAPACITY",
    "hosting.servers_for_uptime": "SERVERS_FOR_UPTIME",
    "hosting.servers_required": "SERVERS_REQUIRED",
    "hosting.utilisation": "SERVER_UTILISATION",
    "quality.breakeven_failure_cost": "BREAKEVEN_FAILURE_COST",
    "quality.breakeven_failure_rate": "BREAKEVEN_FAILURE_RATE",
    "quality.failure_adjusted_cost": "FAILURE_ADJUSTED_COST",
    "query.agent_cost": "AGENT_COST",
    "query.blended_price": "BLENDED_PRICE",
    "query.breakeven_hit_rate": "BREAKEVEN_HIT_RATE",
    "query.cost_per_success": "COST_PER_SUCCESS",
    "query.retry_cost": "RETRY_COST",
    "query.routing_cost": "ROUTING_COST",
    "query.success_after_retries": "SUCCESS_AFTER_RETRIES",
    "query.token_cost": "TOKEN_COST",
    "spend.discounted_spend": "DISCOUNTED_SPEND",
    "spend.estimate_at_completion": "LLM_EAC",
    "spend.monthly_cost": "MONTHLY_COST",
    "spend.months_to_limit": "MONTHS_TO_LIMIT",
    "spend.rate_limit_headroom": "RATE_LIMIT_HEADROOM",
    "spend.usage_forecast": "USAGE_FORECAST",
    "training.hosted_tuning_cost": "HOSTED_TUNING_COST",
    "training.training_cost": "TRAINING_COST",
    "training.training_gpu_hours": "TRAINING_GPU_HOURS",
    "training.training_gpu_hours_flops": "TRAINING_GPU_HOURS_FLOPS",
    "value.automation_saving": "AUTOMATION_SAVING",
    "value.irr": "LLM_IRR",
    "value.npv": "LLM_NPV",
    "value.payback_months": "PAYBACK_MONTHS",
    "value.roi": "LLM_ROI",
    "variance.variance": "LLM_VARIANCE",
}
"""The worksheet function that answers by an engine function, from arguments of the same names; none that spills."""

TERMS_OF_A_SUM: Final = 5
FLAG: Final = ": differs (flag)"
DIFFERS: Final = "=(ABS({{{name}}}-{{{name}_native}})>{{exact}}*(1+ABS({{{name}_native}})))*1"


def with_functions(template: Template) -> Template:
    """The description with worksheet functions where there are any; as it is where there are none."""
    change = _Change(template)
    sheets = tuple(change.sheet(sheet) for sheet in template.calculations)
    if not change.sums:
        return template
    summary = Sheet(
        "Calc_Functions",
        "Where the add-in's worksheet functions calculate: how many cells differ from the native formula below them.",
        (
            Rows(
                "Cells that differ",
                tuple(_added_up("functions_differ", "Cells that differ", [f"{{{name}}}" for name in change.sums])),
            ),
        ),
    )
    check = Check("functions", "Every worksheet function gives what the native formula below it gives",
                  "{functions_differ}")  # fmt: skip
    return replace(template, calculations=(*sheets, summary), checks=(*template.checks, check), addin=True)


class _Change:
    """Worksheet functions instead of native formulas, sheet by sheet."""

    def __init__(self, template: Template) -> None:
        self.sums: list[str] = []
        """The lines, one per sheet, that count the cells that differ."""
        self._axes = dict(_axes(template))
        time = template.time
        self._from_month_0 = {time.name} if time and time.columns[0].key == "0" else None
        """The axis of months, if it has a month 0: the series that functions take begin with month 1."""

    def sheet(self, sheet: Sheet) -> Sheet:
        """A sheet with its lines and columns changed, and the count of what differs at its end."""
        counted: list[str] = []
        blocks: list[Block] = []
        for block in sheet.blocks:
            if isinstance(block, Rows):
                blocks += self._rows(block, sheet.axis, counted)
            elif isinstance(block, Table):
                blocks.append(self._table(block, counted))
            else:
                blocks.append(block)
        if not counted:
            return sheet
        name = f"differ_on_{sheet.name.lower()}"
        self.sums.append(name)
        counts = _added_up(name, "Cells that differ on this sheet", counted)
        blocks.append(Rows("Worksheet functions against native formulas", tuple(counts)))
        return replace(sheet, blocks=tuple(blocks))

    def _rows(self, block: Rows, axis: Axis, counted: list[str]) -> Iterator[Rows]:
        lines: list[Entry | Line | Constant] = []
        for line in block.lines:
            over = {block.per.name} if block.per else set()
            over |= {axis.name} if isinstance(line, Line) and axis.columns and not line.single else set()
            lines += self._lines(line, over)
        yield replace(block, lines=tuple(lines))
        flags = [line for line in lines if isinstance(line, Line) and line.name.endswith("_differs")]
        differing = [flag.name for flag in flags]
        if block.per and flags:
            rows = tuple(
                Line(f"{flag.name}_cells", f"=SUM({{{flag.name}:all}})", f"Cells of {flag.label.removesuffix(FLAG)}",
                     "count", single=True)
                for flag in flags
            )  # fmt: skip
            yield Rows("Cells that differ", rows, per=block.per)
            differing = [row.name for row in rows]
        counted += [f"SUM({{{name}:all}})" for name in differing]

    def _lines(self, line: Entry | Line | Constant, over: set[str]) -> Iterator[Entry | Line | Constant]:
        if not isinstance(line, Line) or not line.formula or not (call := self._call(line, over)):
            yield line
            return
        label, unit = described(line)
        native = replace(line, name=f"{line.name}_native", label=f"{label}, native formula", unit=unit)
        yield replace(line, formula=f"=IF({{{line.flag}}}=1,{call},0)" if line.flag else f"={call}")
        yield native
        yield replace(native, name=f"{line.name}_differs", formula=DIFFERS.format(name=line.name),
                      label=label + FLAG, unit="flag", engine="", note="")  # fmt: skip

    def _table(self, block: Table, counted: list[str]) -> Table:
        fields = tuple(changed for field in block.fields for changed in self._fields(field))
        counted += [f"{{{field.name}:total}}" for field in fields if field.name.endswith("_differs")]
        return replace(block, fields=fields)

    def _fields(self, field: Field) -> Iterator[Field]:
        call = self._call(field, self._axes[field.name]) if field.formula else ""
        if not call:
            yield field
            return
        label, unit = described(field)
        yield replace(field, formula=f"={call}")
        yield replace(field, name=f"{field.name}_native", label=f"{label}, native", unit=unit)
        yield Field(f"{field.name}_differs", DIFFERS.format(name=field.name), label + FLAG, "flag",
                    total=True)  # fmt: skip

    def _call(self, line: Line | Field, over: set[str]) -> str:
        """The call of the worksheet function, or nothing where there is none or it lacks an argument."""
        name = ANSWERED_BY.get(line.engine, "")
        if not name:
            return ""
        module, _, function = line.engine.partition(".")
        taken = inspect.signature(getattr(import_module(f"llmcost_xl.engine.{module}"), function)).parameters
        arguments = FUNCTIONS[name].arguments
        cells = [self._argument(line, argument.name, over) if argument.name in taken else "" for argument in arguments]
        if any(argument.required and not cell for argument, cell in zip(arguments, cells, strict=True)):
            return ""
        while cells and not cells[-1]:
            cells.pop()
        return f"{name}({','.join(cells)})"

    def _argument(self, line: Line | Field, argument: str, over: set[str]) -> str:
        """The cells of an argument as a formula says them; nothing for one that the workbook does not have."""
        quantity = line.renamed.get(argument, argument)
        axes = self._axes.get(quantity)
        if axes is None:
            return ""
        if axes <= over:
            return f"{{{quantity}}}"
        return f"{{{quantity}:later}}" if axes - over == self._from_month_0 else f"{{{quantity}:all}}"


def _added_up(name: str, label: str, terms: list[str]) -> Iterator[Line]:
    """The sum of the terms; where they are many, by way of subtotals that can be read at a glance."""
    if len(terms) <= TERMS_OF_A_SUM:
        yield Line(name, "=" + "+".join(terms), label, "count", single=True)
        return
    subtotals = []
    for number, start in enumerate(range(0, len(terms), TERMS_OF_A_SUM), 1):
        subtotals.append(f"{name}_{number}")
        formula = "=" + "+".join(terms[start : start + TERMS_OF_A_SUM])
        yield Line(subtotals[-1], formula, f"{label}, subtotal {number}", "count", single=True)
    yield from _added_up(name, label, [f"{{{subtotal}}}" for subtotal in subtotals])


def _axes(template: Template) -> Iterator[tuple[str, set[str]]]:
    """Every quantity, and what it has a value for each of: columns of an axis, cases, records of a table."""
    yield from ((name, set()) for name in UNIT_CONSTANTS)
    roots: dict[str, str] = {}
    for sheet in (derive.inputs(template), *((template.prices,) if template.prices else ()), *template.calculations):
        for block in sheet.blocks:
            if isinstance(block, Rows):
                for line in block.lines:
                    yield line.name, _axes_of(line, sheet, block)
            elif isinstance(block, Table):
                roots[block.name] = roots.get(block.like, block.name)
                yield from ((field.name, {roots[block.name]}) for field in block.fields)


def _axes_of(line: Entry | Line | Constant, sheet: Sheet, block: Rows) -> set[str]:
    across = isinstance(line.value, tuple) if isinstance(line, Entry | Constant) else not line.single
    axes = {sheet.axis.name} if across and sheet.axis.columns else set()
    return axes | ({block.per.name} if block.per else set())
