"""Variance by feature and by model, value per call, and the steps of the waterfall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.budget_vs_actual.bridge import EFFECTS

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

PARTS = {
    "budget": ("cost_old", "Budget to date"),
    "actual": ("cost_new", "Actual at list prices"),
    "billed": ("billed", "As recorded: billed"),
    "candidate": ("candidate_cost", "At candidate prices"),
}


def variances(by_line: Axis) -> Sheet:
    """All lines of a feature, and of a model, together."""
    return Sheet(
        "Calc_Variance",
        "The same totals by feature and by model, what a call is worth, and the steps of the waterfall.",
        (
            Table("by_feature", "By feature", (
                *_sums("f", "{line_feature:all}={feature}"),
                Field("f_queries", "=SUMPRODUCT(({line_feature:all}={feature})*{queries_new:all})", "Queries",
                      "queries", total=True),
                Field("f_value", "={f_queries}*{value_per_query}", "Value", "USD", total=True),
                Field("f_cost", "=IF({has_charges}=1,{f_billed},{f_actual})", "Cost", "USD", total=True),
            ), like="features"),
            Table("timed", "Latency", (
                Field("is_timed", "=({timed_feature}<>0)*1", "Measured (flag)", "flag", total=True),
                Field("too_slow", "={is_timed}*({feature_latency}>{latency_target})", "Slower than its target (flag)",
                      "flag", total=True),
            ), like="latencies"),
            Table("by_model", "By model", (
                *_sums("m", "{line_model:all}={used_model}"),
            ), like="used_models"),
            Rows("Method shown on Outputs", (
                Line("midpoint_shown", '=({bridge_method}="midpoint")*1', "Midpoint is shown (flag)", "flag",
                     single=True),
                *(
                    Line(f"{effect}_shown", f"=IF({{midpoint_shown}}=1,{{{effect}_mid_all}},{{{effect}_seq_all}})",
                         label, "USD", single=True)
                    for effect, label in EFFECTS.items()
                ),
            )),
            _waterfall(),
            Rows("Totals, and for the checks", _totals()),
        ),
        by_line,
    )  # fmt: skip


def _sums(p: str, match: str) -> tuple[Field, ...]:
    """Budget, actual, billed and candidate cost of the lines that match, and the variance."""
    variance = Field(f"{p}_variance", f"={{{p}_actual}}-{{{p}_budget}}", "Variance", "USD", total=True,
                     engine="variance.variance",
                     renamed={"actual": f"{p}_actual", "budget": f"{p}_budget", "relative": ""})  # fmt: skip
    sums = (
        Field(f"{p}_{part}", f"=SUMPRODUCT(({match})*{{{name}:all}})", label, "USD", total=True)
        for part, (name, label) in PARTS.items()
    )
    return *sums, variance


def _waterfall() -> Table:
    """From the budget to what was billed; bars of totals stand on zero, the others between two levels."""
    return Table(
        "waterfall",
        "From budget to actual to billed",
        (
            Field("step", label="Step", unit="text"),
            Field("change", label="Change", unit="USD", shows=True),
            Field("stands_on_zero", label="Bar from zero (flag)", unit="flag", shows=True),
            Field("level_after", "=SUM({change:to_here})", "Level after", "USD"),
            Field("level_before", "=({level_after}-{change})*(1-{stands_on_zero})", "Level before", "USD"),
            Field("gap_above", "=MAX(0,MIN({level_before},{level_after}))", "Gap above zero", "USD"),
            Field("gap_below", "=MIN(0,MAX({level_before},{level_after}))", "Gap below zero", "USD"),
            Field("bar_above", "=MAX(0,MAX({level_before},{level_after}))-{gap_above}", "Bar above zero", "USD"),
            Field("bar_below", "=MIN(0,MIN({level_before},{level_after}))-{gap_below}", "Bar below zero", "USD"),
            Field("bar_total", "={bar_above}*{stands_on_zero}", "Total", "USD"),
            Field("bar_more", "={bar_above}*(1-{stands_on_zero})*({change}>0)", "Unfavourable", "USD"),
            Field("bar_less", "={bar_above}*(1-{stands_on_zero})*({change}<=0)", "Favourable", "USD"),
            Field("step_change", "={change}*(1-{stands_on_zero})", "Change of a step", "USD"),
            Field("plus_word", '=IF({step_change}>0," (+)","")', "Costs more", "text"),
            Field("minus_word", '=IF({step_change}<0," (-)","")', "Costs less", "text"),
            Field("step_signed", "={step}&{plus_word}&{minus_word}", "Step and its sign", "text"),
        ),
        (
            ("Budget", "={cost_old_all}", "=1"),
            *((label.partition(",")[0], f"={{{effect}_shown}}", "=0") for effect, label in EFFECTS.items()),
            ("Actual at list", "=0", "=1"),
            ("Unexplained", "={unexplained}", "=0"),
            ("Discounts", "={discounts}", "=0"),
            ("Billed", "=0", "=1"),
        ),
    )


def _totals() -> tuple[Line, ...]:
    def line(name: str, formula: str, label: str, unit: str = "USD") -> Line:
        return Line(name, f"={formula}", label, unit, single=True)

    return (
        line("has_budget", "({cost_old_all}>0)*1", "Something was budgeted (flag)", "flag"),
        line("variance_share", "IF({has_budget}=1,{cost_change_all}/{cost_old_all},0)",
             "Variance over budget, 0 if not known", "fraction"),
        line("variance_size", "ABS({variance_share})", "Variance over budget, size", "fraction"),
        line("value_known", "({f_value:total}>0)*({f_cost:total}>0)", "Value and cost known (flag)", "flag"),
        Line("total_roi", "=IF({value_known}=1,({f_value:total}-{f_cost:total})/{f_cost:total},0)",
             "Return on all calls, 0 if not known", "fraction", single=True),
        line("billed_or_list", "{billed_all}*{has_charges}+{estimate}*(1-{has_charges})",
             "Billed; actual at list prices while there is no export"),
        line("waterfall_end", "INDEX({level_after:all},ROWS({level_after:all}))", "Last level of the waterfall"),
        line("waterfall_nothing", "{cent}+{exact}*MAX({level_after:all})", "What counts as nothing, waterfall"),
        *(
            line(f"{axis}_gap",
                 "+".join(f"ABS({{{axis}_{part}:total}}-{{{total}}})" for part, total in
                          (("budget", "cost_old_all"), ("actual", "cost_new_all"), ("billed", "billed_all"))),
                 f"Off by, by {word}")
            for axis, word in (("f", "feature"), ("m", "model"))
        ),
        line("any_timed", "({is_timed:total}>0)*1", "Some latency is measured (flag)", "flag"),
        line("price_age", "{start_date}-{as_of}", "Age of the prices of the actuals at the start", "days"),
        line("prices_disordered", "({budget_prices_of}>{as_of})*1", "Prices of the budget newer (flag)", "flag"),
    )  # fmt: skip
