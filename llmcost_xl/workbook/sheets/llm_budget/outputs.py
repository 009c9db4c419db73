"""What the budget workbook reports, and what must hold before anyone reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import (
    Chart,
    Charts,
    Check,
    Field,
    Headline,
    Line,
    Rows,
    Sheet,
    Table,
    Text,
    records_of,
)
from llmcost_xl.workbook.sheets.llm_budget.inputs import PILOT_OFF, by_feature, by_model
from llmcost_xl.workbook.sheets.llm_budget.plan import SUMMED, periods
from llmcost_xl.workbook.sheets.prices import CURRENT_RATE, RIGHT

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

BOARD: Final = {
    "sc_usage": "Usage of models",
    "sc_shortfall": "Unused commitment",
    "sc_billed_plan": "Billed for models",
    "sc_people": "People",
    "sc_tools": "Tools and monitoring",
    "sc_cost": "Cost",
    "sc_reserve": "Contingency",
    "sc_budget": "Budget",
    "sc_revenue": "Revenue",
    "sc_claimed_low_budget": "Budget, if the volumes entered are a pilot's and grow 5x (unverified claim)",
    "sc_claimed_high_budget": "Budget, if the volumes entered are a pilot's and grow 10x (unverified claim)",
}
"""The lines of the budget that are shown for every scenario."""

SCENARIO_KEYS: Final = {"base": "Base", "low": "Low", "high": "High", "custom": "Custom"}
PERIOD_LINES: Final = {f"period_{name}": label for name, label in SUMMED.items()}


def outputs(options: Options, tornado: Chart) -> Sheet:
    """The page for the board."""
    features = by_feature(options)
    return Sheet(
        "Outputs",
        "The page for the board: the budget in every scenario, then the one chosen by quarter, year, feature, model.",
        (
            _words(),
            Table("board", "The whole plan, all scenarios", (
                Field("board_line", label="Line", unit="text"),
                *(Field(f"board_{key}", label=label, unit="USD", shows=True) for key, label in SCENARIO_KEYS.items()),
            ), tuple((label, *(f"={{{name}@{key}}}" for key in SCENARIO_KEYS)) for name, label in BOARD.items())),
            Rows("The scenario chosen, by quarter and year", tuple(
                Line(name, label=label) for name, label in PERIOD_LINES.items()
            )),
            Rows("Ratios of the scenario chosen, whole plan", (
                Line("share_shown", '=IF({plan_has_revenue}=1,{plan_share},"n/a")', "Models, share of revenue",
                     "fraction", single=True),
                Line("unit_cost_shown", '=IF({plan_has_use}=1,{plan_unit_cost},"n/a")', "Models, per interaction",
                     "USD per query", single=True),
                Line("unit_contribution_shown", '=IF({plan_has_use}=1,{plan_unit_contribution},"n/a")',
                     "Contribution, per interaction", "USD per query", single=True),
            )),
            Rows("What the monthly growth makes in a year", (Line("annual_growth", label="Growth of interactions"),)),
            Rows("Spend by feature, whole plan", (Line("feature_plan", label="Spend"),), per=features),
            Rows("Cost of an interaction by feature, whole plan", (
                Line("feature_unit_shown", '=IF({feature_volume}>0,{feature_unit},"n/a")', "Models, per interaction",
                     "USD per query", single=True),
            ), per=features),
            Rows("Spend by model, whole plan", (Line("model_plan", label="Spend"),), per=by_model(options)),
            Charts((
                Chart("Which features spend the money", "stacked", ("feature_spend",), "", "Month",
                      "Usage of models, USD per month",
                      alt="Stacked columns: what every feature spends on models in every month.",
                      names="feature_label"),
                Chart("Which models earn it", "stacked", ("model_spend",), "", "Month",
                      "Usage of models, USD per month",
                      alt="Stacked columns: what is spent on every model in every month.",
                      names="model_label"),
            )),
            Charts((
                Chart("How the scenarios differ", "stacked", ("sc_usage", "sc_shortfall", "sc_people", "sc_tools",
                      "sc_reserve"), "", "Scenario", "Budget of the whole plan, USD",
                      alt="Stacked columns: usage, unused commitment, people, tools and contingency per scenario."),
                tornado,
            )),
            Charts((
                Chart("Usage to date against the commitment", "lines", ("cumulative_usage", "cumulative_commitment",
                      "cumulative_billed"), "", "Month", "Cumulative, USD",
                      alt="Cumulative usage, commitment and bill by month."),
                Chart("What an interaction costs", "columns", ("unit_cost",), "", "Month",
                      "Models, USD per interaction", alt="Cost of models per interaction by month.",
                      from_zero=True),
            )),
        ),
        records_of(periods(options)),
    )  # fmt: skip


def _words() -> Text:
    return Text("In words", (
        ('="Scenario "&{scenario}&": a budget of "&FIXED({plan_budget},0)&" USD over "&{plan_length}&" months: "'
         '&FIXED({plan_billed},0)&" USD for models, "&FIXED({plan_people_month}+{plan_tools_month},0)'
         '&" USD for people and tools, "&FIXED({plan_reserve},0)&" USD contingency."'),
        ('="All scenarios: Low "&FIXED({sc_budget@low},0)&", Base "&FIXED({sc_budget@base},0)&", High "'
         '&FIXED({sc_budget@high},0)&" USD. The base budget, contingency included, "'
         '&IF({sc_uncovered}>0,"falls short of the High scenario\'s cost by "&FIXED({sc_uncovered},0)&" USD.",'
         '"covers the High scenario\'s cost.")'),
        ('=IF({months_short}>0,"Usage stays below the commitment in "&{months_short}&" of "&{plan_length}'
         '&" months: "&FIXED({plan_shortfall},0)&" USD are paid for nothing.",'
         '"Usage reaches the commitment in every month.")'),
        (f'=IF({{pilot_case}}="{PILOT_OFF}","Volumes are taken as those of production.",'
         '"Volumes are taken as a pilot\'s and multiplied from month "&{production_month}&" on: "&{pilot_case}'
         '&", a claim that could not be verified.")'),
    ))  # fmt: skip


CHECKS: Final = (
    Check("differs", "Figures that differ from the print of the source", "{differs:total}"),
    Check("features_models", "Spend by feature is spend by model, in every month", "{largest_model_gap}",
          tolerance="{cent}", advice="Is a model twice in the table of models?"),
    Check("features_tiers", "Spend by feature is spend by tier, in every month", "{largest_tier_gap}",
          tolerance="{cent}"),
    Check("seasons", "The seasonal weights average 1", "{season_gap}", tolerance="{exact}",
          advice="Change the weights on Inputs until they average 1"),
    Check("priced", "Months for which a model has no price", "{all_unpriced}",
          advice="Add its price rows on Prices, from a date before the start"),
    Check("models_known", "Features in use without a model of the table of models", "{models_missing}",
          advice="Choose both models of every feature from the table of models"),
    RIGHT,
    Check("billed_right", "Months billed below usage or commitment", "{underbilled}"),
    Check("quarters", "The quarters add up to the plan", "{quarters_budget}", target="{plan_budget}",
          tolerance="{cent}"),
    Check("years", "The years add up to the plan", "{years_budget}", target="{plan_budget}", tolerance="{cent}"),
    Check("scenario_same", "The short form of the scenario chosen gives the plan's budget", "{sc_chosen}",
          target="{plan_budget}", tolerance="{cent}"),
    CURRENT_RATE,
    Check("scenarios_ordered", "Low costs no more than Base, and Base no more than High", "{sc_disorder}",
          kind="alert", advice="Look at the cases on Inputs: which driver goes the other way?"),
    Check("commitment_used", "Months below the commitment", "{months_short}", kind="alert",
          advice="Negotiate a lower commitment, or one by year instead of by month"),
    Check("share_of_revenue", "Models take no more of the revenue than allowed", "{plan_share}", "<=",
          "{share_limit}", kind="alert", advice="Shorten prompts, route more to the standard model, or raise prices",
          assessed="{plan_has_revenue}"),
    Check("contributes", "The contribution after models is not negative", "{contribution_judged}", ">=", kind="alert",
          advice="Revenue does not carry what models and other variable costs take",
          assessed="{plan_has_revenue}"),
    Check("prices_fresh", "The price date lies before the start, and not too long", "{prices_stale}", kind="alert",
          advice="Move the price date on Inputs, and check the rows on Prices"),
    Check("no_pilot", "Volumes are those of production", "{pilot_multiplier}", "<=", "{as_entered}",
          kind="sensitivity", advice="Volumes are multiplied as a pilot's: the multiplier is an unverified claim"),
)  # fmt: skip

HEADLINES: Final = (
    *(Headline(f"Budget, {label}", f"{{sc_budget@{key}}}", "USD") for key, label in SCENARIO_KEYS.items()),
    Headline("Usage of models, scenario chosen", "{plan_usage_spend}", "USD"),
    Headline("Unused commitment", "{plan_shortfall}", "USD"),
    Headline("Models, share of revenue", "{share_shown}", "fraction"),
    Headline("Models, per interaction", "{unit_cost_shown}", "USD per query"),
)
