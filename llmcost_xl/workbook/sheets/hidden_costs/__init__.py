"""The hidden-cost workbook: what a custom model costs beyond its training run, and how sure that figure is.

The activity tables of the source, low, likely and high, give a budget at a chosen confidence. Work that every cycle
repeats is told apart from work done once. A plan that knows only compute and a server is audited against it: what it
becomes, and why, in every scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Headline, Revision, Template
from llmcost_xl.workbook.sheets.hidden_costs.checks import CHECKS
from llmcost_xl.workbook.sheets.hidden_costs.first_period import CURVE, ICEBERG, RUN
from llmcost_xl.workbook.sheets.hidden_costs.inputs import inputs
from llmcost_xl.workbook.sheets.hidden_costs.outputs import OUTPUTS
from llmcost_xl.workbook.sheets.hidden_costs.scenarios import SCENARIO
from llmcost_xl.workbook.sheets.hidden_costs.sensitivity import PERIOD_GRID, TORNADO
from llmcost_xl.workbook.sheets.hidden_costs.source import SOURCE
from llmcost_xl.workbook.sheets.hidden_costs.work import BUILD, CYCLES
from llmcost_xl.workbook.sheets.sources import assumption, economics, renting

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    return Template(
        name="hidden-costs",
        title="Hidden costs of a custom model",
        purpose="What a custom model costs beyond its training run, how sure that is, and what a plan leaves out.",
        audience="Finance and engineering, before a fine-tuning project is approved",
        steps=(
            "On Inputs, enter your hourly rate, and low, likely and high hours of every line; delete none, enter 0.",
            "On Inputs, choose the scenario: Base takes the likely hours, Low the lean and High the dear ones.",
            "Mark each line as done once or repeated every cycle, and choose the complexity of the task.",
            "Enter the plan under review: training and servers.",
            "Read Outputs; look at every alert on Checks.",
        ),
        limits=(
            "Budgets are for work before launch, without training compute; with cycles is the one to fund.",
            "The likely hours are the middle of the printed ranges: our assumption, to be replaced by your estimate.",
            "A sum of many lines is taken as normally distributed; with few lines or a very high confidence it is not.",
            "Further work and quality management have no figure in the source: at 0, the total is a lower bound.",
            "Opportunity cost, named by the source, is not in the budget.",
        ),
        inputs=inputs(options),
        calculations=(BUILD, CYCLES, RUN, SCENARIO, ICEBERG, CURVE, SOURCE, TORNADO, PERIOD_GRID.sheet),
        outputs=OUTPUTS,
        checks=CHECKS,
        headlines=(
            Headline("What the plan becomes, scenario chosen", "{shown_complete_in_case}", "USD"),
            Headline("Times the plan, scenario chosen", "{times_shown}", "x"),
            *(
                Headline(f"Complete first period, {case}", f"{{complete_in_case@{case}}}", "USD")
                for case in ("base", "low", "high")
            ),
            Headline("Budget with cycles, without training compute", "{cycled_budget}", "USD"),
            Headline("Expected cost with cycles, without training compute", "{cycled_mean}", "USD"),
            Headline("Budget if every line is done once, without training compute", "{build_budget}", "USD"),
            Headline("Expected cost if every line is done once", "{build_mean}", "USD"),
            Headline("Contingency if every line is done once", "{build_contingency}", "USD"),
            Headline("Visible share before launch", "{visible_share}", "fraction"),
            Headline("The plan's first period", "{planned_total}", "USD"),
            Headline("First period if every line is done once, low", "{real_low}", "USD"),
            Headline("First period if every line is done once, high", "{real_high}", "USD"),
        ),
        sources=(
            economics("5-17", "The Cost Iceberg: training is the visible 10%"),
            economics("128-137", "Data preparation, hours and cost at $100 an hour; claimed 40-60% of the effort"),
            economics("138-146", "Evaluation development; claimed 20-30% of the effort"),
            economics("147-154", "Infrastructure and operations: set-up and monthly hours"),
            economics("155-161", "Iteration multiplier: 2-3, 4-6, 8-10 cycles"),
            economics("188-190", "Pitfall 1: 50 to 100 hours of data work"),
            economics("191-193", "Pitfall 2: evaluation left out"),
            economics("194-196", "Pitfall 3: 5 to 10 runs, $100 to 200 of compute"),
            economics("197-199", "Pitfall 4: 5 to 10 hours of maintenance a month"),
            economics("200-202", "Pitfall 5: $10 saved per run"),
            economics("256-264", "Prompt 3: training $200, infrastructure $500 a month, $6,200 a year"),
            renting("75-82", "Four layers of quality management, without figures"),
            renting("106-118", "Nine kinds of underestimated effort, without figures"),
            assumption(1, "Four chances in five that the budget suffices: a common choice for project reserves"),
            assumption(2, "Independent lines; set it higher where one cause (a missing expert) delays several lines"),
            assumption(3, "Likely values are the middle of the printed ranges"),
            assumption(4, "No waiting: enter yours to see whether cheaper hardware pays"),
        ),
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )
