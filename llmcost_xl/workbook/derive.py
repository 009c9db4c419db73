"""The sheets that follow from a description: Timing, Lists, Checks, Sources and Log, made of the same blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from llmcost_xl.quantities import QUANTITIES
from llmcost_xl.workbook.beside import SCENARIOS
from llmcost_xl.workbook.constants import UNIT_CONSTANTS
from llmcost_xl.workbook.layout import (
    Block,
    Check,
    Entry,
    Field,
    Line,
    Rows,
    Sheet,
    Table,
    Template,
    Text,
    Value,
)
from llmcost_xl.workbook.references import is_formula, references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.workbook.places import Place

PASSES: Final = {
    "=": "ABS({value}-{target})<={tolerance}",
    "<=": "{value}-{target}<={tolerance}",
    ">=": "{target}-{value}<={tolerance}",
}
WORDS: Final = {"=": "is", "<=": "is at most", ">=": "is at least"}
NO_PRICES: Final = Sheet("Prices", "This workbook prices no tokens.", ())
NO_MONTHS: Final = Sheet("Timing", "This workbook has no monthly sheets.", ())
SPARE_MODELS: Final = 6
AUTOMATIC: Final = (
    Check("inputs_invalid", "Every input is a number within its bounds", "{inputs_invalid}"),
    Check("outputs_errors", "No cell of Outputs shows an error", "{outputs_errors}"),
)
OUTSIDE_RANGE: Final = Check(
    "inputs_outside",
    "Inputs lie within the range that their source reports",
    "{inputs_outside}",
    kind="alert",
    advice="See the last column of Inputs; say in a note why your figure differs",
)
NOT_BASE: Final = Check(
    "scenario_live",
    "The base scenario is shown",
    "{scenario_live}",
    kind="sensitivity",
    advice="All figures are those of the scenario chosen on Inputs",
)
CLASSES: Final = (
    ("check", "error", "Errors: each of these must hold", "FAIL", "Errors that fail"),
    ("alert", "alert", "Alerts: look at these before you decide", "ALERT", "Alerts raised"),
    ("sensitivity", "sensitivity", "Sensitivities: is this the base case?", "NOTE", "Sensitivities live"),
)
"""Classes of checks: name of the table, kind, title, what it says of one that does not hold, label of the count."""


def inputs(template: Template) -> Sheet:
    """The inputs, with the choice of the scenario above them where there are scenarios."""
    sheet = template.inputs
    if not sheet.scenarios:
        return sheet
    chosen = Rows(
        "Scenario",
        (
            Entry("scenario", template.scenario, note="Every input below takes its value from this column", fixed=True,
                  choices=SCENARIOS),
            Line("scenario_position", "=MATCH({scenario},{scenario:labels},0)", "Its column", "count",
                 single=True),
            Line("scenario_live", "=({scenario_position}>1)*1", "Not the base scenario (flag)", "flag", single=True),
        ),
        note="The one switch of the workbook: Base, Low, High, or the Custom column, which is yours",
    )  # fmt: skip
    return replace(sheet, blocks=(chosen, *sheet.blocks))


def timing(template: Template) -> Sheet:
    """The time axis, which all monthly sheets share."""
    axis = template.time
    if axis is None:
        return NO_MONTHS
    from_zero = axis.columns[0].key == "0"
    start = Rows("Start", (Entry("start_date", template.start),))
    series = Rows(
        "Months",
        (
            Line("period", "={period:prev}+1", "Period", "month number"),
            Line("month", "={period}-1" if from_zero else "={period}"),
            Line(
                "month_end",
                "=EDATE({start_date},{month})" if from_zero else "=EDATE({start_date},{month})-1",
                "Date" if from_zero else "Last day",
                "date",
            ),
        ),
    )
    what = "month 0 is the day of the investment" if from_zero else "month 1 begins on the start date"
    return Sheet("Timing", f"The months of every monthly sheet; {what}.", (start, series), axis)


def lists(template: Template) -> Sheet:
    """Constants that formulas use by name, and the choices of every drop-down list."""
    used = {reference.name for formula in formulas(template) for reference in references(formula)}
    known = {**UNIT_CONSTANTS, "source_rate": replace(UNIT_CONSTANTS["source_rate"], value=template.currency.rate)}
    constants = Rows("Units and tolerances", tuple(known[name] for name in known if name in used))
    blocks: list[Block] = [constants]
    for name, (label, choices) in dropdowns(template).items():
        field = Field(list_name(name), label=label, unit="text")
        records = tuple((choice,) for choice in choices)
        spare = SPARE_MODELS if name.endswith("model") else 0
        blocks.append(Table(list_name(name), f"Choices: {label}", (field,), records, spare=spare))
    blocks += _lists_of_records(template)
    return Sheet("Lists", "Constants that never change, and the choices of drop-down lists.", tuple(blocks))


def _lists_of_records(template: Template) -> Iterator[Table]:
    """The choices that are the records of a table on Inputs: they follow what is entered there."""
    tables = [block for block in template.inputs.blocks if isinstance(block, Table)]
    wanted = dict.fromkeys(field.choices_of for table in tables for field in table.fields if field.choices_of)
    for name in wanted:
        table = next(table for table in tables if name == table.fields[0].name)
        label = table.fields[0].label
        column = Field(list_name(name), f"=T({{{name}}})", f"Choices: {label}", "text", wide=True)
        yield Table(list_name(name), f"Choices: {label}, from Inputs", (column,), like=table.name)


def checks(template: Template, homes: dict[str, Place], *, ranges: bool) -> Sheet:
    """Every check with its value, what it is held against, and the verdict."""
    stated = (
        *template.checks,
        *AUTOMATIC,
        *((OUTSIDE_RANGE,) if ranges else ()),
        *((NOT_BASE,) if template.inputs.scenarios else ()),
    )
    blocks: list[Block] = []
    summary = []
    for name, kind, title, verdict, count in CLASSES:
        found = tuple(check for check in stated if check.kind == kind)
        if found:
            blocks.append(_check_table(name, title, verdict, found, homes))
        total = f"=SUM({{{name}_failed:all}})" if found else "=0"
        summary.append(Line(f"{name}s_failed" if kind == "error" else f"{name}s_raised", total, count, "count",
                            single=True))  # fmt: skip
    summary.append(Line("master_check", '=IF({checks_failed}=0,"OK","FAIL")', "Master check", "status", single=True))
    return Sheet(
        "Checks", "A figure counts only if the master check says OK.", (*blocks, Rows("Master check", tuple(summary)))
    )


def sources(template: Template) -> Sheet:
    """Where every figure comes from."""
    review = template.start.isoformat()
    fields = (
        Field("source_key", label="Id", unit="text"),
        Field("source_status", label="Status", unit="text"),
        Field("source_place", label="Where", unit="text"),
        Field("source_retrieved", label="Retrieved", unit="text"),
        Field("source_text", label="Text", unit="text", wide=True),
        Field("source_owner", label="Owner of the assumption", unit="text"),
        Field("source_confidence", label="Confidence", unit="text"),
        Field("source_review", label="Next review", unit="text"),
    )
    records = tuple(
        (s.key, s.status, s.place, s.retrieved, s.text)
        + (("Owner of this workbook", s.confidence or "low", review) if s.status == "assumption" else ("", "", ""))
        for s in template.sources
    )
    return Sheet("Sources", "The id beside each input leads here.", (Table("sources", "Sources", fields, records),))


def log(template: Template) -> Sheet:
    """What changed in this workbook, newest last; the empty rows are yours."""
    fields = (
        Field("log_version", label="Version", unit="text"),
        Field("log_day", label="Date", unit="text"),
        Field("log_who", label="Who", unit="text"),
        Field("log_what", label="What changed", unit="text", wide=True),
    )
    records = tuple((r.version, r.day, r.who, r.what) for r in template.log)
    return Sheet(
        "Log",
        "What changed, by whom and when; the empty rows are yours.",
        (Table("log", "Log", fields, records, spare=10),),
    )


def list_name(name: str) -> str:
    """Name of the list behind a drop-down."""
    return f"list_{name}"


def dropdowns(template: Template) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Label and choices of every input that has a limited number of them."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for sheet in input_sheets(template):
        for block in sheet.blocks:
            lines = block.lines if isinstance(block, Rows) else block.fields if isinstance(block, Table) else ()
            for line in lines:
                if isinstance(line, Entry) or (isinstance(line, Field) and not line.formula):
                    quantity = QUANTITIES.get(line.name)
                    choices = line.choices or (quantity.choices if quantity else ())
                    if choices:
                        found[line.name] = (quantity.label if quantity else getattr(line, "label", line.name)), choices
    return found


def input_sheets(template: Template) -> tuple[Sheet, ...]:
    """The sheets on which a user enters figures."""
    return (inputs(template), template.prices) if template.prices else (inputs(template),)


def formulas(template: Template) -> Iterator[str]:
    """Every formula of a description, and every reference of its checks."""
    for sheet in (*input_sheets(template), *template.calculations, template.outputs):
        for block in sheet.blocks:
            if isinstance(block, Rows):
                yield from (line.formula for line in block.lines if isinstance(line, Line))
            elif isinstance(block, Table):
                yield from (field.formula for field in block.fields)
                yield from (cell for record in block.records for cell in record if is_formula(cell))
            elif isinstance(block, Text):
                yield from filter(is_formula, block.sentences)
    for check in template.checks:
        yield from (check.value, check.target, check.tolerance, check.assessed)


def _check_table(name: str, title: str, verdict: str, stated: tuple[Check, ...], homes: dict[str, Place]) -> Table:
    conditional = any(check.assessed for check in stated)
    passed = f'IF({{{name}_assessed}}=0,"not assessed","OK")' if conditional else '"OK"'
    assessed = (Field(f"{name}_assessed", label="Assessed (flag)", unit="flag", shows=True),) if conditional else ()
    fields = (
        Field(f"{name}_statement", label="Statement", unit="text"),
        Field(f"{name}_key", label="Id", unit="text"),
        Field(f"{name}_sheet", label="Sheet", unit="text"),
        Field(f"{name}_value", label="Value", unit="any", shows=True),
        Field(f"{name}_relation", label="Relation", unit="text"),
        Field(f"{name}_target", label="Target", unit="any", shows=True),
        Field(f"{name}_tolerance", label="Tolerance", unit="any", shows=True),
        Field(f"{name}_failed", label="Failed (flag)", unit="flag", shows=True),
        Field(f"{name}_status", f'=IF({{{name}_failed}}=0,{passed},"{verdict}")', label="Status", unit="status"),
        Field(f"{name}_advice", label="What to do" if name == "alert" else "Note", unit="text", wide=True),
        *assessed,
    )
    records = (_check_record(name, check, homes, conditional=conditional) for check in stated)
    return Table(name, title, fields, tuple(records))


def _check_record(name: str, check: Check, homes: dict[str, Place], *, conditional: bool) -> tuple[Value, ...]:
    """A check fails, too, when its value is no number: an error cell must never pass."""
    operands = {part: f"{{{name}_{part}}}" for part in ("value", "target", "tolerance")}
    passes = PASSES[check.relation].format(**operands)
    failed = f"=1-IF(ISNUMBER({operands['value']}-{operands['target']}),({passes})*1,0)"
    value, target, tolerance = (f"={part}" if part else "=0" for part in (check.value, check.target, check.tolerance))
    assessed = (f"={check.assessed or 1}",) if conditional else ()
    sheet = "".join(homes[reference.home_key].sheet for reference in references(check.value))
    return (
        check.statement,
        check.key,
        sheet,
        value,
        WORDS[check.relation],
        target,
        tolerance,
        failed,
        check.advice,
        *assessed,
    )
