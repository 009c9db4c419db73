"""What the workbook says."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Chart, Charts, Field, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.sheets.hidden_costs.parts import CASES
from llmcost_xl.workbook.sheets.hidden_costs.scenarios import SCENARIOS, STEPS
from llmcost_xl.workbook.sheets.hidden_costs.sensitivity import TORNADO_CHART
from llmcost_xl.workbook.sheets.waterfall import waterfall_chart

IN_WORDS_BUDGET = (
    '="If every line is done once, a budget of "&FIXED({build_budget},0)&" USD before launch, without training "'
    '&"compute, suffices with "&FIXED({confidence}*{percent},0)&"% confidence; "&FIXED({build_contingency},0)'
    '&" USD of it is contingency."'
)
IN_WORDS_CYCLES = (
    '="With "&FIXED({multiplier},1)&" cycles, budget "&FIXED({cycled_budget},0)&" USD before launch, without training '
    'compute: the expected cost is "&FIXED({cycled_mean},0)&" USD. Multiplying every line would give "'
    '&FIXED({cost_if_all_multiplied},0)&" USD and count repetition twice."'
)
IN_WORDS_ICEBERG = (
    '="Training compute is "&FIXED({visible_share}*{percent},1)&"% of the cost before launch; the claim is "'
    '&FIXED({claimed_visible}*{percent},0)&"%."'
)
IN_WORDS_PLAN = (
    '=IF({has_plan}=1,"The plan of "&FIXED({planned_total},0)&" USD becomes ","No plan is entered; a complete one is ")'
    '&FIXED({shown_complete_in_case},0)&" USD over "&{months}&IF({months}=1," month"," months")'
    '&" of operation, scenario "&{scenario}&IF({has_plan}=1,": "&FIXED({shown_times_in_case},1)&" times.",".")'
)
IN_WORDS_WHY = (
    '=IF({has_plan}=1,"It leaves out ","It includes ")&FIXED({shown_before_launch_in_case},0)'
    '&" USD of work before launch and "&FIXED({shown_work_in_case},0)&" USD of work after it. Counting "'
    '&FIXED({shown_cycles_taken},1)&" cycles "&IF({shown_cycles_in_case}<0,"saves ","adds ")'
    '&FIXED(ABS({shown_cycles_in_case}),0)&" USD against the tables, every line once."'
)
IN_WORDS_ONCE = (
    '="Low to high, every line once as the source adds up: "&FIXED({real_low},0)&" to "&FIXED({real_high},0)&" USD; "'
    '&"with cycles "&FIXED({complete_low},0)&" to "&FIXED({complete_high},0)&" USD."'
)
"""Sentences that quote live figures: FIXED writes numbers as the reader's own Excel does, a format in TEXT does not."""

VERDICT = '=IF({{has_cost}}=0,"n/a",IF({{{0}_within}}=1,"within the claim","outside the claim"))'


def _missing(item: str, group: str, in_case: str, source: str, why: str) -> tuple[str, ...]:
    """A line of the audit: what the plan leaves out, low, expected and high, and in the scenario chosen."""
    return (f"{item}, missing", *(f"={{{group}_{case}}}" for case in CASES), f"={{shown_{in_case}}}", source, why)


OUTPUTS = Sheet(
    "Outputs",
    "What it will cost, how sure that is, and what the plan leaves out.",
    (
        Text(
            "In words",
            (IN_WORDS_PLAN, IN_WORDS_WHY, IN_WORDS_ONCE, IN_WORDS_BUDGET, IN_WORDS_CYCLES, IN_WORDS_ICEBERG),
        ),
        Rows(
            "The first period in every scenario",
            (
                Line("cycles_taken"),
                Line("training_in_case"),
                Line("infrastructure_in_case"),
                *(Line(name) for name in STEPS),
                Line("complete_in_case"),
                Line("times_in_case_shown", '=IF({has_plan}=1,{times_in_case},"n/a")', "Times the plan", "x"),
            ),
            note="One set of hours each: base takes the likely ones; infrastructure is paid as planned",
        ),
        Rows(
            "The plan and the scenario chosen",
            (
                Line("planned_total"),
                Line("shown_complete_in_case"),
                Line("times_shown", '=IF({has_plan}=1,{shown_times_in_case},"n/a")', "Times the plan", "x",
                     single=True),
            ),
        ),
        Rows(
            "Before launch, every line once",
            tuple(Line(f"build_{what}") for what in ("low", "mean", "budget", "high", "contingency")),
        ),
        Rows(
            "Before launch, with cycles",
            tuple(Line(f"cycled_{what}") for what in ("low", "mean", "budget", "high", "contingency")),
        ),
        Rows("Operation in the first period", tuple(Line(f"operating_{case}") for case in CASES)),
        Charts((
            waterfall_chart(
                "What the plan becomes, and why", "USD, first period",
                "Waterfall from the plan through what it leaves out, by group of lines, to the complete first period.",
            ),
            TORNADO_CHART,
        )),
        Charts(
            (
                Chart(
                    "What shows is training compute, at the bottom; what hides is the rest",
                    "stacked",
                    ("visible", "hidden_data", "hidden_evaluation", "hidden_setup", "hidden_further", "hidden_run"),
                    categories="iceberg_case",
                    y_title="USD, first period",
                    alt="Stacked columns of the first period's cost, low, expected and high: training compute at the "
                    "bottom, then the work before launch by part, and operation on top.",
                ),
                Chart(
                    "A reserve buys confidence; the diamond is your budget",
                    "scatter",
                    ("level",),
                    categories="level_reserve",
                    x_title="Budget less expected cost, USD",
                    y_title="Chance that the budget suffices",
                    alt="S-curve of confidence against the reserve on the expected cost, the chosen confidence marked.",
                    markers=(("build_contingency", "confidence"),),
                    y_max=1,
                ),
            )
        ),
        Table(
            "audit",
            "The plan under review: what it leaves out in the first period",
            (
                Field("audit_item", label="Item", unit="text"),
                *(
                    Field(f"audit_{case}", label=word.capitalize(), unit="USD", shows=True, total=True)
                    for case, word in CASES.items()
                ),
                Field("audit_shown", label="Scenario chosen", unit="USD", shows=True, total=True),
                Field("audit_share", "=IF({shown_complete_in_case}>0,{audit_shown}/{shown_complete_in_case},0)",
                      "Share of it", "fraction", total=True),
                Field("audit_source", label="Source", unit="text"),
                Field("audit_reason", label="Why", unit="text"),
            ),
            (
                ("The plan: training and servers", *(["={planned_total}"] * len(CASES)), "={planned_total}",
                 "S0 L256-264", "The plan as it was submitted"),
                ("Training beyond the plan", *(["={training_gap}"] * len(CASES)), "={training_gap}",
                 "S0 L194-196", "First attempts rarely work; the source: 5 to 10 runs, 100 to 200 dollars"),
                _missing("Data preparation", "data", "data_in_case", "S0 L128-137",
                         "Raw data is never training-ready; the source: 47 to 158 hours"),
                _missing("Evaluation", "evaluation", "evaluation_in_case", "S0 L138-146",
                         "Without evaluation a model fails silently; the source: 22 to 50 hours"),
                _missing("Set-up", "setup", "setup_in_case", "S0 L147-154",
                         "Servers and monitoring; the source: 8 to 18 hours"),
                _missing("Further work", "further", "further_in_case", "S1 L106-118",
                         "MLOps, monitoring, governance; the source: underestimated, without a figure"),
                _missing("Cycles beyond the tables", "cycles_gap", "cycles_in_case", "S0 L155-161",
                         "Quality review and analysis are repeated; the source: 2 to 10 cycles"),
                _missing("Operation", "work", "work_in_case", "S0 L147-154",
                         "Maintenance, updates and incidents; the source: 4 to 19 hours a month"),
            ),
            note="Low, expected and high hours of every line, with the cycles of the scenario chosen",
        ),
        Rows(
            "Times the plan, every line once",
            tuple(
                Line(f"times_plan_{case}_shown", f'=IF({{has_plan}}=1,{{times_plan_{case}}},"n/a")',
                     f"Times the plan: {word}", "x", single=True)
                for case, word in CASES.items()
            ),
        ),
        Rows(
            "Shares of the effort before launch",
            (
                Line("data_share"),
                Line("data_verdict", VERDICT.format("data"),
                     "Data preparation against its claim", "text", single=True),
                Line("evaluation_share"),
                Line("evaluation_verdict", VERDICT.format("evaluation"),
                     "Evaluation against its claim", "text", single=True),
                Line("setup_share"),
                Line("further_share"),
            ),
        ),
        Rows(
            "The iceberg",
            (
                Line("visible_share"),
                Line("visible_share_period"),
                Line("claimed_visible"),
                Line("training_for_claim"),
            ),
        ),
        Table(
            "pitfalls",
            "Five pitfalls",
            (
                Field("pitfall", label="Pitfall", unit="text"),
                Field("pitfall_has", label="This budget", unit="any", shows=True),
                Field("pitfall_least", label="At least", unit="any", shows=True),
                Field("pitfall_status",
                      '=IF({pitfall_assessed}=0,"not assessed",IF({pitfall_has}<{pitfall_least},"ALERT","OK"))',
                      "Status", "status"),
                Field("pitfall_assessed", label="Assessed (flag)", unit="flag", shows=True),
                Field("pitfall_margin", "={pitfall_has}-{pitfall_least}", "Margin", "any"),
                Field("pitfall_source", label="Source", unit="text"),
                Field("pitfall_advice", label="What it means", unit="text"),
            ),
            (
                ("1. Underestimating data: hours", "={data_hours}", "={least_data_hours}", "=1", "S0 L188-190",
                 "Raw data is never training-ready"),
                ("2. Ignoring evaluation: hours", "={evaluation_hours}", "={least_evaluation_hours}", "=1",
                 "S0 L191-193", "Without evaluation the model fails silently"),
                ("3. Single-run thinking: runs", "={runs}", "={least_runs}", "=1", "S0 L194-196",
                 "First attempts rarely work"),
                ("4. Forgetting maintenance: hours a month", "={maintenance_hours}", "={least_maintenance_hours}", "=1",
                 "S0 L197-199", "Requirements change, and models with them"),
                ("5. Cheap hardware: saved a run against lost in waiting", "={saving_per_run}", "={waiting_cost}",
                 "={has_waiting}", "S0 L200-202", "Slower runs cost more in human time than they save in compute"),
            ),
        ),
    ),
    SCENARIOS,
)  # fmt: skip
