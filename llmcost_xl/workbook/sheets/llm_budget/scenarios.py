"""All scenarios at once, and how much each driver matters: a short form of the plan, from what months cost undriven.

A month's usage is the sum of four amounts, for prompts and answers on standard and premium models, each multiplied by
the drivers and by growth and drift to the power of the month. The four amounts do not depend on any scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import VALUE_ONLY, Line, Rows, Sheet, with_scenarios
from llmcost_xl.workbook.sheets.llm_budget.inputs import by_feature, plan_months
from llmcost_xl.workbook.sheets.llm_budget.spend import SIDES, TIERS
from llmcost_xl.workbook.sheets.sensitivity import Grid, Tornado, grid, tornado

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis
    from llmcost_xl.workbook.options import Options

SCENARIO = with_scenarios(VALUE_ONLY)
TOKENS = {"input": "input_tokens", "output": "output_tokens"}
WORDS = {"input": "prompts", "output": "answers"}
DRIVERS = ("growth", "prompt_length", "output_length", "small_share", "call_frequency", "spike_factor", "discount",
           "people_cost")  # fmt: skip
LABELS = {
    "prompt_length": "Prompt length",
    "output_length": "Output length",
    "small_share": "Standard model share",
    "call_frequency": "Call frequency",
    "spike_factor": "Peak spikes",
    "people_cost": "People",
}


def undriven(options: Options) -> Sheet:
    """What every month would cost without growth, drift and drivers, by tier and by side of a call."""
    features = by_feature(options)
    parts = [(tier, side) for tier in TIERS for side in SIDES]
    return Sheet(
        "Calc_Undriven",
        "What every month would cost if all calls went to one tier, without growth, drift, drivers and discount.",
        (
            Rows("Calls without growth and drivers", (
                Line("undriven_calls", "={interactions}*{call_factor}*{season_index}*{live}", "Calls",
                     "queries per month"),
            ), per=features),
            *(Rows(f"{TIERS[tier]}: {WORDS[side]}", (
                Line(f"undriven_{tier}_{side}",
                     f"={{undriven_calls}}*{{{TOKENS[side]}}}*{{{tier}_{side}_price}}/{{tokens_per_price_unit}}",
                     "Cost", "USD per month"),
            ), per=features) for tier, side in parts),
            Rows("All features", tuple(
                Line(f"{tier}_{side}_base", f"=SUM({{undriven_{tier}_{side}:lines}})",
                     f"{TIERS[tier]}: {WORDS[side]}", "USD per month") for tier, side in parts
            )),
            Rows("Without changes of prompt length and growth, for the two-way table", (
                Line("step_as_is", "=(1+{price_change})*(1+{fx_drift})", "Drift of a month", "x", single=True),
                Line("grid_scale", "={call_frequency}*{spike_uplift}*(1-{discount})", "Drivers", "x", single=True),
                Line("grid_drift", "={grid_scale}*{pilot_index}*{step_as_is}^({month}-1)", "Drivers and drift", "x"),
                *(Line(f"{WORDS[side]}_as_is",
                       f"=({{small_share}}*{{standard_{side}_base}}+(1-{{small_share}})*{{premium_{side}_base}})"
                       "*{grid_drift}", f"Cost of {WORDS[side]}", "USD per month") for side in SIDES),
                Line("answers_driven", "={answers_as_is}*{output_length}", "Cost of answers at their length",
                     "USD per month"),
                Line("elapsed", "={month}-1", "Months since the first", "month number"),
            )),
        ),
        plan_months(options),
    )  # fmt: skip


def scenario_drivers() -> Sheet:
    """What every scenario multiplies the months by."""
    return Sheet(
        "Calc_Drivers",
        "What every scenario multiplies the undriven months by, whichever scenario is chosen.",
        (
            Rows("Drivers together", (
                Line("sc_rate", "={fx_rate:cases}/{fx_rate}", "Exchange rate against the one chosen", "x"),
                Line("sc_step", "=(1+{growth:cases})*(1+{price_change:cases})*(1+{fx_drift:cases})",
                     "Growth and drift of a month", "x"),
                Line("sc_spikes", "=1+{spike_time}*({spike_factor:cases}-1)", "Uplift by spikes", "x"),
                Line("sc_scale", "={call_frequency:cases}*{sc_spikes}*(1-{discount:cases})*{sc_rate}", "Scale", "x"),
                *_weights("sc", "{prompt_length:cases}", "{output_length:cases}", "{small_share:cases}"),
            )),
            Rows("Monthly amounts", (
                Line("sc_commitment", "={min_commit:cases}", "Commitment", "USD per month"),
                Line("sc_revenue_step", "=1+{revenue_growth:cases}", "Growth of revenue in a month", "x"),
            )),
        ),
        SCENARIO,
    )  # fmt: skip


def scenario_months(options: Options) -> Sheet:
    """Usage and bill of every month, a line for each scenario."""
    sums = {"sc_usage_months": ("sc_month", "Usage"), "sc_billed_months": ("sc_billed", "Billed"),
            "sc_claimed_low_plan": ("sc_claimed_low_billed", "Billed, if a pilot's volumes grow 5x"),
            "sc_claimed_high_plan": ("sc_claimed_high_billed", "Billed, if a pilot's volumes grow 10x")}  # fmt: skip
    return Sheet(
        "Calc_Months",
        "Usage and bill by month, in all four scenarios at once.",
        (
            *_usage("sc", SCENARIO),
            *_billed("sc", SCENARIO, "{sc_commitment}"),
            *(Rows(f"Billed, if volumes are a pilot's and grow {times}", (
                Line(f"sc_{name}_billed", f"=MAX({{sc_plain}}*{{{name}_index}},{{sc_commitment}})", "Billed",
                     "USD per month"),
            ), per=SCENARIO) for name, times in (("claimed_low", "5x"), ("claimed_high", "10x"))),
            Rows("Revenue of month 1, grown", (
                Line("sc_revenue_index", "={sc_revenue_step}^{elapsed}", "Growth since month 1", "x"),
            ), per=SCENARIO),
            Rows("Over the plan", (
                *(Line(name, f"=SUM({{{month}:all}})*{{column_months}}", label, "USD", single=True)
                  for name, (month, label) in sums.items()),
                Line("sc_revenue_months", "=SUM({sc_revenue_index:all})*{column_months}",
                     "Revenue of the plan over that of month 1", "months", single=True),
            ), per=SCENARIO),
        ),
        plan_months(options),
    )  # fmt: skip


def scenarios() -> Sheet:
    """Every scenario beside the others, whichever is chosen."""
    return Sheet(
        "Calc_Scenarios",
        "The plan in all four scenarios at once, by a short form that must agree with the plan in the one chosen.",
        (
            Rows("The whole plan", (
                Line("sc_usage", "={sc_usage_months}", "Usage of models", "USD"),
                Line("sc_billed_plan", "={sc_billed_months}", "Billed for models", "USD"),
                Line("sc_shortfall", "={sc_billed_plan}-{sc_usage}", "Unused commitment", "USD"),
                Line("sc_people", "={people_cost:cases}*{plan_length}", "People", "USD"),
                Line("sc_tools", "={tools_cost:cases}*{plan_length}", "Tools and monitoring", "USD"),
                Line("sc_cost", "={sc_billed_plan}+{sc_people}+{sc_tools}", "Cost", "USD"),
                Line("sc_reserve", "={sc_cost}*{contingency:cases}", "Contingency", "USD"),
                Line("sc_budget", "={sc_cost}+{sc_reserve}", "Budget", "USD"),
                *(Line(f"sc_{name}_budget",
                       f"=({{sc_cost}}-{{sc_billed_plan}}+{{sc_{name}_plan}})*(1+{{contingency:cases}})",
                       f"Budget, if a pilot's volumes grow {times}", "USD")
                  for name, times in (("claimed_low", "5x"), ("claimed_high", "10x"))),
            )),
            Rows("Revenue", (
                Line("sc_revenue", "={revenue:cases}*{sc_revenue_months}", "Revenue", "USD"),
                Line("sc_has_revenue", "=({sc_revenue}>0)*1", "Revenue (flag)", "flag"),
                Line("sc_share", "=IF({sc_has_revenue}=1,{sc_billed_plan}/{sc_revenue},0)",
                     "Models, share of revenue, 0 without revenue", "fraction"),
            )),
            Rows("For the checks", (
                Line("sc_chosen", "=INDEX({sc_budget:all},1,{scenario_position})", "Budget of the scenario chosen",
                     "USD", single=True),
                Line("sc_disorder", "=({sc_budget@low}>{sc_budget@base})+({sc_budget@base}>{sc_budget@high})",
                     "Scenarios out of order", "count", single=True),
                Line("sc_uncovered", "={sc_cost@high}-{sc_budget@base}", "High cost beyond the base budget", "USD",
                     single=True),
            )),
        ),
        SCENARIO,
    )  # fmt: skip


def sensitivity(options: Options) -> tuple[Tornado, Grid]:
    """The tornado of the plan's cost; usage for growth against prompt length, where no commitment blurs it."""
    months = plan_months(options)
    ranked = tornado(
        drivers=DRIVERS,
        short_form=(
            Line("run_step", "=(1+{run_growth})*{step_as_is}", "Growth and drift of a month", "x"),
            Line("run_spikes", "=1+{spike_time}*(MAX(1,{run_spike_factor})-1)", "Uplift by spikes", "x"),
            Line("run_scale", "={run_call_frequency}*{run_spikes}*(1-MIN(1,{run_discount}))", "Scale", "x"),
            Line("run_share", "=MIN(1,{run_small_share})", "Share on the standard model, at most all", "fraction"),
            *_weights("run", "{run_prompt_length}", "{run_output_length}", "{run_share}"),
            *_usage("run", months),
            *_billed("run", months, "{min_commit}"),
            Rows("The whole plan", (
                Line("run_cost",
                     "=SUM({run_billed:lines})*{column_months}+({run_people_cost}+{tools_cost})*{plan_length}",
                     "Cost", "USD"),
            )),
        ),
        result="run_cost", same_as="plan_cost", unit="USD", noun="cost of the plan", labels=LABELS,
    )  # fmt: skip
    table = grid(
        across="growth", down="prompt_length",
        short_form=(
            Line("grid_usage",
                 "=SUMPRODUCT((1+{grid_growth})^{elapsed:all}"
                 "*({prompts_as_is:all}*{grid_prompt_length}+{answers_driven:all}))",
                 "Usage of models over the plan", "USD"),
        ),
        result="grid_usage", same_as="plan_usage_spend", unit="USD", noun="usage of models", labels=LABELS,
    )  # fmt: skip
    return ranked, table


def _weights(prefix: str, prompt: str, answer: str, share: str) -> tuple[Line, ...]:
    """What the four amounts of a month are multiplied by."""
    length, tier = {"input": prompt, "output": answer}, {"standard": share, "premium": f"(1-{share})"}
    return tuple(
        Line(f"{prefix}_{name}_{side}", f"={{{prefix}_scale}}*{length[side]}*{tier[name]}",
             f"{TIERS[name]}: {WORDS[side]}", "x")
        for name in TIERS for side in SIDES
    )  # fmt: skip


def _usage(prefix: str, per: Axis) -> tuple[Rows, ...]:
    """A month's usage: in all months, or in all scenarios on a sheet of months."""
    tiers = tuple(
        Rows(f"{label}, without growth and drift", (
            Line(f"{prefix}_{tier}", "=" + "+".join(
                f"{{{tier}_{side}_base}}*{{{prefix}_{tier}_{side}}}" for side in SIDES), "Usage", "USD per month"),
        ), per=per)
        for tier, label in TIERS.items()
    )  # fmt: skip
    plain = f"=({{{prefix}_standard}}+{{{prefix}_premium}})*{{{prefix}_step}}^({{month}}-1)"
    return (
        *tiers,
        Rows("Usage of models, without pilot to production", (
            Line(f"{prefix}_plain", plain, "Usage", "USD per month"),), per=per),
        Rows("Usage of models", (
            Line(f"{prefix}_month", f"={{{prefix}_plain}}*{{pilot_index}}", "Usage", "USD per month"),), per=per),
    )  # fmt: skip


def _billed(prefix: str, per: Axis, commitment: str) -> tuple[Rows, ...]:
    billed = Line(f"{prefix}_billed", f"=MAX({{{prefix}_month}},{commitment})", "Billed", "USD per month")
    return (Rows("Billed: the larger of usage and commitment", (billed,), per=per),)
