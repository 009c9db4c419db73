"""What the calls cost: dated prices by model, cost of a call by feature, spend by feature and by model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Line, Rows, Sheet
from llmcost_xl.workbook.sheets.llm_budget.inputs import by_feature, by_model, plan_months
from llmcost_xl.workbook.sheets.prices import monthly_prices

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

TIERS: Final = {"standard": "Standard model", "premium": "Premium model"}
SIDES: Final = ("input", "output")


def prices(options: Options) -> Sheet:
    """The prices of every month by model, and those that each feature pays."""
    sheet = monthly_prices(by_model(options), "budget_model", plan_months(options))
    features = by_feature(options)
    place = "=IF({{interactions}}>0,MATCH({{{tier}_name}},{{budget_model:all}},0),1)"
    missing = "=({interactions}>0)*(1-ISNUMBER({standard_place})*ISNUMBER({premium_place}))"
    of_features = Rows("Place of each feature's models in the table of models", (
        *(Line(f"{tier}_name", f'={{{tier}_model}}&""', f"{label}, as text", "text", single=True)
          for tier, label in TIERS.items()),
        *(Line(f"{tier}_place", place.format(tier=tier), f"{label}, place", "count", single=True)
          for tier, label in TIERS.items()),
        Line("model_missing", missing, "Not in the table (flag)", "flag", single=True),
    ), per=features)  # fmt: skip
    paid = Rows("Prices that each feature pays, before discount", tuple(
        Line(f"{tier}_{side}_price", f"=INDEX({{month_{side}_price:lines}},{{{tier}_place}})",
             f"{label}, {side}", "USD per 1M tokens")
        for tier, label in TIERS.items() for side in SIDES
    ), per=features)  # fmt: skip
    count = Rows("Models and prices missing", (
        Line("all_unpriced", "=SUM({months_unpriced:all})", "Prices missing, all models", "count", single=True),
        Line("models_missing", "=SUM({model_missing:all})", "Features without a model that is in the table", "count",
             single=True),
    ))  # fmt: skip
    return replace(sheet, blocks=(*sheet.blocks, of_features, paid, count))


def spend(options: Options) -> Sheet:
    """Spend on tokens by feature and by model, every month."""
    features, models = by_feature(options), by_model(options)
    return Sheet(
        "Calc_Spend",
        "What a call costs on the standard and the premium model, and what all calls cost by feature and by model.",
        (
            Rows("Price level", (
                Line("price_index", "=(1+{price_change})^({month}-1)", "Further price change", "x"),
                Line("fx_index", "=(1+{fx_drift})^({month}-1)", "Drift of the exchange rate", "x"),
                Line("month_rate", "={fx_rate}*{fx_index}", "Exchange rate of the month", "local currency per USD"),
                Line("price_drift", "={price_index}*{fx_index}", "Price level against list prices", "x"),
            )),
            Rows("Tokens of a call, with drivers 1 and 2", (
                Line("prompt_tokens", "={input_tokens}*{prompt_length}", "Prompt", "tokens per query", single=True),
                Line("answer_tokens", "={output_tokens}*{output_length}", "Answer", "tokens per query", single=True),
            ), per=features),
            Rows("Cost of a call, before discount", (
                *(_cost(tier, label) for tier, label in TIERS.items()),
                Line("call_cost", "={small_share}*{standard_cost}+(1-{small_share})*{premium_cost}",
                     "With the mix of tiers", "USD per query", engine="query.routing_cost",
                     renamed={"cost_large": "premium_cost", "cost_small": "standard_cost"}),
            ), per=features),
            Rows("Spend by tier, after discount", (
                Line("standard_spend", "={feature_calls}*{small_share}*{standard_cost}*(1-{discount})",
                     TIERS["standard"], "USD per month"),
                Line("premium_spend", "={feature_calls}*(1-{small_share})*{premium_cost}*(1-{discount})",
                     TIERS["premium"], "USD per month"),
            ), per=features),
            Rows("Spend by feature, after discount", (
                Line("feature_spend", "={feature_calls}*{call_cost}*(1-{discount})", "Spend", "USD per month",
                     engine="spend.monthly_cost", renamed={"queries_per_month": "feature_calls",
                     "cost_per_query": "call_cost", "fixed_cost": "", "min_commit": ""}),
            ), per=features),
            Rows("Place of each model in the table", (
                Line("model_place", "=MATCH({budget_model},{budget_model:all},0)", "Place", "count",
                     single=True),
            ), per=models),
            Rows("Spend by model, after discount", (
                Line("model_spend",
                     "=SUMPRODUCT(({standard_place:all}={model_place})*{standard_spend:lines})"
                     "+SUMPRODUCT(({premium_place:all}={model_place})*{premium_spend:lines})", "Spend",
                     "USD per month"),
            ), per=models),
            Rows("Over the plan", (
                Line("feature_label", '=IF({feature}=0,"(empty)",{feature})', "Name on charts", "text", single=True),
                Line("feature_plan", "=SUM({feature_spend:all})*{column_months}", "Spend over the plan", "USD",
                     single=True),
                Line("feature_volume", "=SUM({feature_interactions:all})*{column_months}", "Interactions", "queries",
                     single=True),
                Line("feature_unit", "=IF({feature_volume}>0,{feature_plan}/{feature_volume},0)",
                     "Models, cost per interaction, 0 without any", "USD per query", single=True),
            ), per=features),
            Rows("Over the plan, by model", (
                Line("model_label", '=IF({budget_model}=0,"(empty)",{budget_model})', "Name on charts", "text",
                     single=True),
                Line("model_plan", "=SUM({model_spend:all})*{column_months}", "Spend over the plan", "USD",
                     single=True),
            ), per=models),
            Rows("All features, all models", (
                Line("usage_spend", "=SUM({feature_spend:lines})", "Sum of the features", "USD per month"),
                Line("models_spend", "=SUM({model_spend:lines})", "Sum of the models", "USD per month"),
                Line("tiers_spend", "=SUM({standard_spend:lines})+SUM({premium_spend:lines})", "Sum of the tiers",
                     "USD per month"),
                Line("model_gap", "={usage_spend}-{models_spend}", "By feature less by model", "USD per month"),
                Line("tier_gap", "={usage_spend}-{tiers_spend}", "By feature less by tier", "USD per month"),
                Line("largest_model_gap", "=MAX(MAX({model_gap:all}),-MIN({model_gap:all}))",
                     "By feature less by model, largest", "USD per month", single=True),
                Line("largest_tier_gap", "=MAX(MAX({tier_gap:all}),-MIN({tier_gap:all}))",
                     "By feature less by tier, largest", "USD per month", single=True),
            )),
        ),
        plan_months(options),
    )  # fmt: skip


def _cost(tier: str, label: str) -> Line:
    """The cost of a call on one of the two models of a feature."""
    prompt, answer = (f"{{{tier}_{side}_price}}" for side in SIDES)
    return Line(
        f"{tier}_cost",
        f"=({{prompt_tokens}}*{prompt}+{{answer_tokens}}*{answer})*{{price_drift}}/{{tokens_per_price_unit}}",
        label, "USD per query", engine="query.token_cost",
        renamed={"input_tokens": "prompt_tokens", "output_tokens": "answer_tokens",
                 "input_price": f"{tier}_input_price", "output_price": f"{tier}_output_price",
                 "service_multiplier": "price_drift", "discount": ""},
    )  # fmt: skip
