"""From lines of usage to cost: prices on the two dates, budget and actual, the bridge, the reference example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.budget_vs_actual.bridge import COMPONENTS, Bridge

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

DATES: Final = {"plan": ("budget_prices_of", "budget", "plan_queries"), "actual": ("as_of", "actual", "queries_new")}
PRICE_UNIT: Final = "US$ per 1M tokens"


def prices(by_line: Axis) -> Sheet:
    """List prices of every line's model on the two dates; a line without queries on a side needs none there."""
    found = [
        Line(f"{kind}_key", f'={{line_model}}&" {kind}"', f"Key of its {kind} price", "text") for kind in COMPONENTS
    ]
    for side, (date, word, queries) in DATES.items():
        for kind in COMPONENTS:
            row, since = f"({{price_id:all}}={{{kind}_key}})", f"{side}_{kind}_since"
            found += [
                Line(since, f"=SUMPRODUCT(MAX({row}*({{from_date:all}}<={{{date}}})*{{from_date:all}}))",
                     f"{kind.capitalize()} price of the {word}: since", "date"),
                Line(f"{side}_{kind}_price",
                     f"=IF({{{queries}}}=0,0,SUMPRODUCT({row}*({{from_date:all}}={{{since}}})*{{price:all}})"
                     f"/({{{since}}}>0))",
                     f"{kind.capitalize()} price of the {word}", PRICE_UNIT),
            ]  # fmt: skip
    missing = "+".join(
        f"({{{queries}}}>0)*(({{{side}_input_since}}=0)+({{{side}_output_since}}=0))"
        for side, (_, _, queries) in DATES.items()
    )
    return Sheet(
        "Calc_Prices",
        "What a million tokens cost on the two dates: the latest price that starts on or before each.",
        (
            Table("price_list", "List prices, in US dollars", (
                Field("price_id", '={provider}&"/"&{price_model}&" "&{component}', "Model and component", "text"),
            ), like="prices"),
            Rows("Prices of every line", tuple(found)),
            Rows("Prices missing", (
                Line("unpriced", f"={missing}", "Prices missing", "count"),
                Line("lines_unpriced", "=SUM({unpriced:all})", "Prices missing, all lines", "count", single=True),
            )),
        ),
        by_line,
    )  # fmt: skip


def costs(by_line: Axis) -> Sheet:
    """Budget and actual to date, and the bridge between them."""
    return Sheet(
        "Calc_Bridge",
        "What was budgeted to date, what was used, and why the two differ.",
        (
            Rows("Queries to date", (
                Line("months_budgeted", "=IF({growth}=0,{months},((1+{growth})^{months}-1)/{growth})",
                     "Months with actuals, weighted by budgeted growth", "x", single=True),
                Line("queries_old", "={plan_queries}*{months_budgeted}", "Budgeted queries to date"),
            )),
            *Bridge().blocks(),
            Rows("Replay at the candidate price list", (
                Line("candidate_cost", "={cost_new}*(1+{candidate_change})", "Actual usage at candidate prices",
                     "USD"),
                Line("candidate_cost_all", "=SUM({candidate_cost:all})", "At candidate prices, all lines", "USD",
                     single=True),
            )),
            Rows("Budget of month 1, for the months that remain", (
                *(
                    Line(f"month1_{kind}", f"={{plan_queries}}*{{plan_{kind}}}*{{plan_{kind}_price}}*{{budget_rate}}"
                                           "/{tokens_per_price_unit}", f"Budget of month 1: {kind}", "USD")
                    for kind in COMPONENTS
                ),
                *(
                    Line(f"month1_{kind}_all", f"=SUM({{month1_{kind}:all}})",
                         f"Budget of month 1, all lines: {kind}", "USD", single=True)
                    for kind in COMPONENTS
                ),
            )),
        ),
        by_line,
    )  # fmt: skip


def reference(by_model: Axis) -> Sheet:
    """The same bridge on the reference example, beside figures worked out by hand."""
    results = (
        "={ref_cost_old_all}", "={ref_cost_new_all}", "={ref_volume_seq_all}", "={ref_mix_seq_all}",
        "={ref_usage_seq_all}", "={ref_price_seq_all}", "={ref_quantity_mid}", "={ref_usage_mid_all}",
        "={ref_price_mid_all}", "={ref_eac_budget}", "={ref_eac_trend}",
    )  # fmt: skip
    return Sheet(
        "Calc_Reference",
        "The formulas of the bridge on an example with known figures: they must reproduce, whatever is entered.",
        (
            Rows("Exchange rates", (
                Line("ref_rate_before", "=1", "Exchange rate before", "x", single=True),
                Line("ref_rate_after", "=1", "Exchange rate after", "x", single=True),
            )),
            *Bridge("ref_", "{ref_rate_before}", "{ref_rate_after}", "US$", "x").blocks(),
            Rows("Quantity, midpoint; estimates at completion", (
                Line("ref_quantity_mid", "={ref_volume_mid_all}+{ref_mix_mid_all}", "Volume and mix, midpoint", "US$",
                     single=True),
                Line("ref_eac_budget", "={ref_actual_to_date}+{ref_budget_total}-{ref_budget_to_date}",
                     "Estimate at completion, as planned", "US$", single=True),
                Line("ref_eac_trend", "={ref_budget_total}*{ref_actual_to_date}/{ref_budget_to_date}",
                     "Estimate at completion, like the past", "US$", single=True),
            )),
            Table("reproduced", "Computed and worked out", (
                Field("computed", label="Computed", unit="any", shows=True),
                Field("off_by", "={computed}-{worked_out}", "Difference", "any"),
                Field("not_reproduced", "=(ABS({off_by})>{worked_within}+{exact})*1", "Differs (flag)", "flag",
                      total=True),
            ), tuple((result,) for result in results), like="worked"),
        ),
        by_model,
    )  # fmt: skip
