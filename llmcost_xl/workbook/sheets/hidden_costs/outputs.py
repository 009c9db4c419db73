"""What the workbook says, and the checks behind it."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Chart, Charts, Check, Field, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.sheets.hidden_costs.parts import CASES

IN_WORDS_BUDGET = (
    '="If every line is done once, a budget of "&FIXED({build_budget},0)&" USD before launch, without training "'
    '&"compute, suffices with "&FIXED({confidence}*{percent},0)&"% confidence; "&FIXED({build_contingency},0)'
    '&" USD of it is contingency. With "&FIXED({multiplier},1)&" cycles it has to be "&FIXED({cycled_budget},0)&" USD."'
)
IN_WORDS_CYCLES = (
    '="With "&FIXED({multiplier},1)&" cycles, budget "&FIXED({cycled_budget},0)&" USD before launch, without training '
    'compute: expected are "&FIXED({cycled_mean},0)&" USD, and multiplying every line would say "'
    '&FIXED({cost_if_all_multiplied},0)&" USD and count repetition twice."'
)
IN_WORDS_ICEBERG = (
    '="Training compute is "&FIXED({visible_share}*{percent},1)&"% of the cost before launch; the claim is "'
    '&FIXED({claimed_visible}*{percent},0)&"%."'
)
IN_WORDS_PLAN = (
    '=IF({has_plan}=1,"A plan of "&FIXED({planned_year},0)&" USD becomes ","No plan is entered; it would become ")'
    '&FIXED({real_low},0)&" to "&FIXED({real_high},0)&" USD in the first year, if every line is done once"'
    '&IF({has_plan}=1,": "&FIXED({times_plan_low},1)&" to "&FIXED({times_plan_high},1)&" times.",".")'
)
"""Sentences that quote live figures: FIXED writes numbers as the reader's own Excel does, a format in TEXT does not."""

VERDICT = '=IF({{has_cost}}=0,"n/a",IF({{{0}_within}}=1,"within the claim","outside the claim"))'

OUTPUTS = Sheet(
    "Outputs",
    "What it will cost, how sure that is, and what the plan leaves out.",
    (
        Text(
            "In words",
            (IN_WORDS_BUDGET, IN_WORDS_CYCLES, IN_WORDS_ICEBERG, IN_WORDS_PLAN),
        ),
        Rows(
            "Before launch, every line once",
            tuple(Line(f"build_{what}") for what in ("low", "mean", "budget", "high", "contingency")),
        ),
        Rows(
            "Before launch, with cycles",
            tuple(Line(f"cycled_{what}") for what in ("low", "mean", "budget", "high", "contingency")),
        ),
        Rows("First year after launch", tuple(Line(f"operating_{case}") for case in CASES)),
        Charts(
            (
                Chart(
                    "Training compute and the rest of the first year",
                    "stacked",
                    ("visible", "hidden_data", "hidden_evaluation", "hidden_setup", "hidden_further", "hidden_run"),
                    categories="iceberg_case",
                    y_title="USD, first year",
                    alt="Stacked columns of the first year's cost, low, expected and high: training compute at the "
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
            "The plan under review: what it leaves out in the first year",
            (
                Field("audit_item", label="Item", unit="text"),
                *(
                    Field(f"audit_{case}", label=word.capitalize(), unit="USD", shows=True, total=True)
                    for case, word in CASES.items()
                ),
                Field("audit_reason", label="Why", unit="text"),
                Field("audit_source", label="Source", unit="text"),
            ),
            (
                ("The plan: training and servers", *(["={planned_year}"] * len(CASES)),
                 "The plan as it was submitted", "S0 L256-264"),
                ("Data preparation, missing", *(f"={{data_{case}}}" for case in CASES),
                 "Raw data is never training-ready; the source: 47 to 158 hours", "S0 L128-137"),
                ("Evaluation, missing", *(f"={{evaluation_{case}}}" for case in CASES),
                 "Without evaluation a model fails silently; the source: 22 to 50 hours", "S0 L138-146"),
                ("Set-up, missing", *(f"={{setup_{case}}}" for case in CASES),
                 "Servers and monitoring; the source: 8 to 18 hours", "S0 L147-154"),
                ("Further work, missing", *(f"={{further_{case}}}" for case in CASES),
                 "MLOps, monitoring, governance; the source: underestimated, without a figure", "S1 L106-118"),
                ("Operation, missing", *(f"={{work_{case}}}" for case in CASES),
                 "Maintenance, updates and incidents; the source: 4 to 19 hours a month", "S0 L147-154"),
            ),
        ),
        Rows(
            "Times the plan",
            tuple(
                Line(f"times_plan_{case}_shown", f'=IF({{has_plan}}=1,{{times_plan_{case}}},"n/a")',
                     f"Times the plan: {word}", "x")
                for case, word in CASES.items()
            ),
        ),
        Rows(
            "Shares of the effort before launch",
            (
                Line("data_share"),
                Line("data_verdict", VERDICT.format("data"),
                     "Data preparation against its claim", "text"),
                Line("evaluation_share"),
                Line("evaluation_verdict", VERDICT.format("evaluation"),
                     "Evaluation against its claim", "text"),
                Line("setup_share"),
                Line("further_share"),
            ),
        ),
        Rows(
            "The iceberg",
            (
                Line("visible_share"),
                Line("visible_share_year"),
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
                Field("pitfall_advice", label="What it means", unit="text"),
                Field("pitfall_source", label="Source", unit="text"),
                Field("pitfall_assessed", label="Assessed (flag)", unit="flag", shows=True),
            ),
            (
                ("1. Underestimating data: hours", "={data_hours}", "={least_data_hours}",
                 "Raw data is never training-ready", "S0 L188-190", "=1"),
                ("2. Ignoring evaluation: hours", "={evaluation_hours}", "={least_evaluation_hours}",
                 "Without evaluation the model fails silently", "S0 L191-193", "=1"),
                ("3. Single-run thinking: runs", "={runs}", "={least_runs}",
                 "First attempts rarely work", "S0 L194-196", "=1"),
                ("4. Forgetting maintenance: hours a month", "={maintenance_hours}", "={least_maintenance_hours}",
                 "Requirements change, and models with them", "S0 L197-199", "=1"),
                ("5. Cheap hardware: USD saved against lost in waiting", "={saving_per_run}", "={waiting_cost}",
                 "Slower runs cost more in human time than they save in compute", "S0 L200-202",
                 "={has_waiting}"),
            ),
        ),
    ),
)  # fmt: skip

NOT_NORMAL = "Fund all lines high instead: the normal approximation overstates what is possible"

CHECKS = (
    Check("build_order", "Hours before launch ascend: low, likely, high", "{line_disorder:total}"),
    Check("run_order", "Hours after launch ascend: low, likely, high", "{month_disorder:total}"),
    Check("flags", "No line is both once-only and repeated", "{flag_clash:total}"),
    Check("parts", "The parts add up to all lines", "{parts_mean}", "=", "{build_mean}", "{cent}"),
    Check("shares", "The shares of the parts are 100%, if there is a cost", "{all_shares}", "=", "{has_cost}",
          "{exact}"),
    Check("cycles", "Once-only and repeated work add up to all lines", "{cost_by_cycles}", "=", "{cycled_mean}",
          "{cent}"),
    Check("complexity", "The chosen complexity has a number of cycles", "{multiplier}", ">=", "1"),
    Check("audit", "The plan and what it leaves out add up", "{audit_mean:total}", "=", "{real_mean}", "{cent}"),
    Check("cycles_order", "Cycles ascend from 1 or more: low, likely, high", "{cycles_disorder:total}"),
    Check("claims_order", "Claimed shares ascend: from, to", "{claims_disorder}"),
    Check("printed", "The source's printed totals reproduce", "{not_reproduced:total}"),
    Check("pitfall_1", "Pitfall 1: enough data work", "{data_hours}", ">=", "{least_data_hours}",
          kind="alert", advice="Budget 50 to 100 hours"),
    Check("pitfall_2", "Pitfall 2: evaluation is planned", "{evaluation_hours}", ">=", "{least_evaluation_hours}",
          kind="alert", advice="Plan evaluation before training"),
    Check("pitfall_3", "Pitfall 3: enough training runs", "{runs}", ">=", "{least_runs}",
          kind="alert", advice="Plan 5 to 10 runs"),
    Check("pitfall_4", "Pitfall 4: enough maintenance", "{maintenance_hours}", ">=", "{least_maintenance_hours}",
          kind="alert", advice="Plan 5 to 10 hours a month"),
    Check("pitfall_5", "Pitfall 5: cheaper hardware saves more than waiting costs", "{saving_per_run}", ">=",
          "{waiting_cost}", kind="alert", advice="Buy speed, not cheap hours", assessed="{has_waiting}"),
    Check("dropped", "USD of lines neither done once nor repeated, beside the allowance for cycles", "{dropped_cost}",
          tolerance="{cent}", kind="alert", advice="Set one of the two flags of each line, or its hours to 0"),
    Check("training", "Training compute, runs times cost per run, is what the plan says", "{training_cost}", "=",
          "{planned_training}", "{cent}", kind="alert", advice="Enter the same training in both places on Inputs"),
    Check("within_build", "The budget at the confidence is at most all lines high, every line once", "{build_budget}",
          "<=", "{build_high}", "{cent}", kind="alert", advice=NOT_NORMAL),
    Check("within_cycled", "The budget at the confidence is at most all lines high, with cycles", "{cycled_budget}",
          "<=", "{cycled_high}", "{cent}", kind="alert", advice=NOT_NORMAL),
    Check("data_from", "Data preparation is at least its claimed share", "{data_share}", ">=", "{data_share_from}",
          kind="alert", advice="A small share of data work usually means that some is forgotten"),
    Check("data_to", "Data preparation is at most its claimed share", "{data_share}", "<=", "{data_share_to}",
          kind="alert", advice="The source's own hours raise this, too: its shares and its tables disagree"),
    Check("evaluation_from", "Evaluation is at least its claimed share", "{evaluation_share}", ">=",
          "{evaluation_share_from}", kind="alert", advice="Plan evaluation before training"),
    Check("evaluation_to", "Evaluation is at most its claimed share", "{evaluation_share}", "<=",
          "{evaluation_share_to}", kind="alert", advice="Check these hours, and whether data work is forgotten"),
    Check("iceberg", "Training compute is as large a share as claimed", "{visible_share}", ">=", "{claimed_visible}",
          kind="alert", advice="The 10/90 iceberg is a figure of speech: plan for the hidden part as computed"),
    Check("plan", "The plan covers the expected first year", "{planned_year}", ">=", "{real_mean}", kind="alert",
          advice="See the plan under review on Outputs"),
)  # fmt: skip
