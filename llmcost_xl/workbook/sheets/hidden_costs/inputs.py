"""What the user enters, prefilled with the source's hours; what was printed stays beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from llmcost_xl.workbook.layout import Constant, Entry, Field, Rows, Sheet, Table, Value
from llmcost_xl.workbook.sheets.hidden_costs.parts import (
    ALLOWANCE,
    DATA,
    EVALUATION,
    FURTHER,
    IN_BUDGET,
    NOT_IN_BUDGET,
    OPERATION,
    PARTS,
    QUALITY,
    SETUP,
    STATUSES,
)
from llmcost_xl.workbook.sheets.hidden_costs.sensitivity import PERIOD_GRID

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

Record: TypeAlias = tuple[Value, ...]


def _printed(activity: str, part: str, low: float, high: float, source: str, *, once: int, cycle: int = 0) -> Record:
    """A line of the source's tables; the likely hours are the middle of the printed range."""
    likely = (low + high) / 2
    return activity, part, low, likely, high, likely, low, high, source, IN_BUDGET, once, cycle


def _optional(activity: str) -> Record:
    """Work that "Custom LLM vs. API" calls underestimated, without a figure."""
    return activity, FURTHER, 0, 0, 0, 0, 0, 0, "S1 L106-118", NOT_IN_BUDGET, 1, 0


ACTIVITIES = (
    _printed("Data collection", DATA, 10, 40, "S0 L128-137", once=1),
    _printed("Data cleaning", DATA, 5, 20, "S0 L128-137", once=1),
    _printed("Format conversion", DATA, 2, 8, "S0 L128-137", once=1),
    _printed("Quality review", DATA, 10, 30, "S0 L128-137", once=0, cycle=1),
    _printed(ALLOWANCE, DATA, 20, 60, "S0 L128-137", once=0),  # counting cycles replaces it
    _printed("Define success metrics", EVALUATION, 2, 5, "S0 L138-146", once=1),
    _printed("Build evaluation sets", EVALUATION, 10, 20, "S0 L138-146", once=1),
    _printed("Implement evaluation pipeline", EVALUATION, 5, 15, "S0 L138-146", once=1),
    _printed("Analyse results", EVALUATION, 5, 10, "S0 L138-146", once=0, cycle=1),
    _printed("Server configuration", SETUP, 5, 10, "S0 L147-154", once=1),
    _printed("Monitoring set-up", SETUP, 3, 8, "S0 L147-154", once=1),
    _optional("MLOps: hosting and scaling"),
    _optional("MLOps: versions and releases"),
    _optional("MLOps: cost and performance tuning"),
    _optional("Monitoring: benchmark definition"),
    _optional("Monitoring: drift detection"),
    _optional("Monitoring: output quality tracking"),
    _optional("Governance: audit trails"),
    _optional("Governance: data lineage"),
    _optional("Governance: bias and safety testing"),
)
MONTHLY = (
    ("Ongoing maintenance", OPERATION, 2, 3.5, 5, 3.5, 2, 5, "S0 L147-154", IN_BUDGET),
    ("Model updates", OPERATION, 2, 3, 4, 3, 2, 4, "S0 L147-154", IN_BUDGET),
    ("Incident response", OPERATION, 0, 5, 10, 5, 0, 10, "S0 L147-154", IN_BUDGET),
    ("Evaluation pipelines", QUALITY, 0, 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
    ("Human review loops", QUALITY, 0, 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
    ("Drift and hallucination monitoring", QUALITY, 0, 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
    ("Safety and bias audits", QUALITY, 0, 0, 0, 0, 0, 0, "S1 L75-82", NOT_IN_BUDGET),
)

ACTIVITY_FIELDS = (
    Field("activity", label="Activity", unit="text"),
    Field("part", label="Part", unit="text", choices=PARTS),
    Field("hours_low"),
    Field("hours_likely"),
    Field("hours_high"),
    Field("hours_custom", label="Custom", unit="hours", at_least=0),
    Field("printed_low", label="Printed, low", unit="hours"),
    Field("printed_high", label="Printed, high", unit="hours"),
    Field("activity_source", label="Source", unit="text"),
    Field("activity_status", label="Status", unit="text", choices=STATUSES),
    Field("once"),
    Field("per_cycle"),
)
MONTHLY_FIELDS = (
    Field("operation", label="Activity", unit="text"),
    Field("operation_part", label="Part", unit="text", choices=(OPERATION, QUALITY)),
    Field("monthly_low"),
    Field("monthly_likely"),
    Field("monthly_high"),
    Field("monthly_custom", label="Custom", unit="hours per month", at_least=0),
    Field("printed_monthly_low", label="Printed, low", unit="hours per month"),
    Field("printed_monthly_high", label="Printed, high", unit="hours per month"),
    Field("operation_source", label="Source", unit="text"),
    Field("operation_status", label="Status", unit="text", choices=STATUSES),
)
BY_SCENARIO = "The base scenario takes the likely hours, the others those of their name; low to high give the budget."
CYCLE_FIELDS = (
    Field("cycle_complexity", label="Complexity", unit="text"),
    Field("cycles_source", label="Source", unit="text"),
    Field("cycles_low", label="Low", unit="x", at_least=1),
    Field("cycles_likely", label="Likely", unit="x", at_least=1),
    Field("cycles_high", label="High", unit="x", at_least=1),
)
CYCLES_BY_COMPLEXITY = (
    ("well-defined", "S0 L155-161", 2, 2.5, 3),
    ("medium", "S0 L155-161", 4, 5, 6),
    ("novel", "S0 L155-161", 8, 9, 10),
)
PRINTED_FIELDS = (
    Field("statement", label="Statement", unit="text"),
    Field("printed_source", label="Source", unit="text"),
    Field("printed", label="Printed", unit="any"),
)
PRINTED = (
    ("Data preparation, low, hours", "S0 L128-137", 47),
    ("Data preparation, high, hours", "S0 L128-137", 158),
    ("Data preparation, low, USD", "S0 L128-137", 4_700),
    ("Data preparation, high, USD", "S0 L128-137", 15_800),
    ("Evaluation, low, hours", "S0 L138-146", 22),
    ("Evaluation, high, hours", "S0 L138-146", 50),
    ("Evaluation, low, USD", "S0 L138-146", 2_200),
    ("Evaluation, high, USD", "S0 L138-146", 5_000),
    ("Operations, low, USD a month: 200 + 0 + 200", "S0 L147-154", 400),
    ("Operations, high, USD a month: 500 + 1,000 + 400", "S0 L147-154", 1_900),
    ("Plan of prompt 3, USD a year: 200 + 12 x 500", "S0 L256-264", 6_200),
)

CYCLE_TABLE = Table("cycles", "Complete cycles by complexity", CYCLE_FIELDS, CYCLES_BY_COMPLEXITY)


def inputs(options: Options) -> Sheet:
    """Everything a user enters."""
    return Sheet(
        "Inputs",
        "Everything you can change is here. Replace the hours by your own; what was printed stays beside them.",
        (
            Rows(
                "The budget",
                (
                    Entry("build_rate", 100, "S0 L128-137", swing=(0.25, 0.5)),
                    Entry("complexity", "medium", "S0 L155-161", cases=("well-defined", "novel")),
                    Entry("estimate_case", "likely", "A3", "Which end of the range of cycles below",
                          cases=("low", "high")),
                    Entry("correlation", 0, "A2", "0: overruns are independent; 1: when one line overruns, all do",
                          cases=(0, 0.3)),
                    Entry("confidence", 0.8, "A1", "Chance that the budget suffices; 80% is called P80",
                          at_least=0.5, at_most=0.99, fixed=True),
                    Entry("months", options.horizon(12), "S0 L256-264",
                          "The source budgets one year; work before launch comes on top", at_most=60,
                          label="Months of operation in the first period", fixed=True),
                ),
            ),
            Rows(
                "The visible part: training compute",
                (
                    Entry("runs", 10, "S0 L194-196", "Runs already count the repetition: they are not multiplied",
                          5, 10, cases=(5, 10), swing=(0.5, 1)),
                    Entry("cost_per_run", 20, "S0 L194-196", "The source says 5, 10 and 20 USD in different places",
                          5, 20),
                ),
            ),
            Rows(
                "The plan under review, the same in all scenarios",
                (
                    Entry("planned_training", 200, "S0 L256-264", fixed=True),
                    Entry("planned_infrastructure", 500, "S0 L256-264", "Paid as planned in every scenario",
                          fixed=True, swing=(0.2, 1)),
                ),
            ),
            Table("activities", "Work before launch", ACTIVITY_FIELDS, ACTIVITIES, note=BY_SCENARIO),
            Table("operations", "Work every month after launch", MONTHLY_FIELDS, MONTHLY, note=BY_SCENARIO),
            CYCLE_TABLE,
            Rows(
                "Claims put to the test",
                (
                    Entry("claimed_visible", 0.1, "S0 L5-17", fixed=True),
                    Entry("iceberg_from", 35, "S0 L5-17", "20 + 10 + 5 hours", at_least=0, fixed=True, unit="hours",
                          label="Hours before launch by the iceberg, from"),
                    Entry("iceberg_to", 160, "S0 L5-17", "100 + 40 + 20 hours; the source's own tables go up to 226",
                          at_least=0, fixed=True, unit="hours", label="Hours before launch by the iceberg, to"),
                    Entry("data_share_from", 0.4, "S0 L128-137", fixed=True),
                    Entry("data_share_to", 0.6, "S0 L128-137", fixed=True),
                    Entry("evaluation_share_from", 0.2, "S0 L138-146", fixed=True),
                    Entry("evaluation_share_to", 0.3, "S0 L138-146", fixed=True),
                ),
            ),
            Rows(
                "Five pitfalls: where an alert starts",
                (
                    Entry("least_data_hours", 50, "S0 L188-190", "The source asks for 50 to 100 hours", 50, 100,
                          fixed=True),
                    Entry("least_evaluation_hours", 1, "S0 L191-193", "The pitfall is to have none", fixed=True),
                    Entry("least_runs", 5, "S0 L194-196", "The source asks for 5 to 10 runs", 5, 10, fixed=True),
                    Entry("least_maintenance_hours", 5, "S0 L197-199", "The source asks for 5 to 10 hours a month",
                          5, 10, fixed=True),
                    Entry("saving_per_run", 10, "S0 L200-202"),
                    Entry("waiting_hours", 0, "A4", "Enter the hours your team would wait for a slower run"),
                ),
            ),
            *PERIOD_GRID.inputs,
            Rows(
                "The printed tables",
                (
                    Entry("printed_rate", 100, "S0 L128-137", fixed=True),
                    Constant("source_training", 200, "Training in the plan of prompt 3", "US$"),
                    Constant("source_infrastructure", 500, "Infrastructure in the plan of prompt 3", "US$ per month"),
                ),
            ),
            Table("printed", "Totals as the source prints them, for the reconciliation", PRINTED_FIELDS, PRINTED),
        ),
        scenarios=True,
    )  # fmt: skip
