"""The budget by month, and its quarters and years: usage, commitment, other costs, contingency, revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.quantities import MONTHS_PER_YEAR
from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.llm_budget.inputs import plan_months

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

QUARTERS_PER_YEAR: Final = 4
MONTHS_PER_QUARTER: Final = MONTHS_PER_YEAR // QUARTERS_PER_YEAR
SUMMED: Final = {
    "usage_spend": "Usage of models",
    "shortfall": "Unused commitment",
    "billed": "Billed for models",
    "people_month": "People",
    "tools_month": "Tools and monitoring",
    "cost": "Cost",
    "reserve": "Contingency",
    "budget": "Budget",
    "revenue_month": "Revenue",
    "contribution": "Contribution after models",
    "all_interactions": "Interactions",
}
"""The lines of the plan that quarters and years add up, and what they are called."""
TO_DATE: Final = (
    ("usage", "usage_spend", "Usage"),
    ("commitment", "commitment", "Commitment"),
    ("billed", "billed", "Billed"),
    ("budget", "budget", "Budget"),
)
"""The lines that are added up from the start: name, what they add up, label."""


def periods(options: Options) -> Table:
    """Quarters and years of the plan; the last of each may be shorter."""
    horizon = options.horizon(MONTHS_PER_YEAR)
    quarters = -(-horizon // MONTHS_PER_QUARTER)
    records = []
    for quarter in range(quarters):
        year, place = divmod(quarter, QUARTERS_PER_YEAR)
        records.append((f"Y{year + 1} Q{place + 1}", "=0"))
        if place == QUARTERS_PER_YEAR - 1 or quarter == quarters - 1:
            records.append((f"Year {year + 1}", "=1"))
    in_period = "({month:all}>={first_month})*({month:all}<={last_month})"
    return Table("periods", "Quarters and years, counted from the start date", (
        Field("plan_period", label="Period", unit="text"),
        Field("is_year", label="Year (flag)", unit="flag", shows=True),
        Field("years_to_here", "=SUM({is_year:to_here})", "Years to here", "count"),
        Field("quarters_to_here", "=ROWS({is_year:to_here})-{years_to_here}", "Quarters to here", "count"),
        Field("period_length", "={is_year}*{months_per_year}+(1-{is_year})*{months_per_quarter}", "Length", "months"),
        Field("first_month", "=({is_year}*{years_to_here}+(1-{is_year})*{quarters_to_here}-1)*{period_length}+1",
              "First month", "month number"),
        Field("last_month", "={first_month}+{period_length}-1", "Last month", "month number"),
        *(Field(f"period_{name}", f"=SUMPRODUCT({in_period}*{{{name}:all}})*{{column_months}}", label,
                "queries" if name == "all_interactions" else "USD") for name, label in SUMMED.items()),
    ), tuple(records))  # fmt: skip


def plan(options: Options) -> Sheet:
    """The plan by month."""
    return Sheet(
        "Calc_Budget",
        "The plan by month: usage against the commitment, other costs, contingency, revenue; then quarters and years.",
        (
            Rows("Usage and commitment", (
                Line("usage_spend", label="Usage of models"),
                Line("commitment", "={min_commit}", "Commitment", "USD per month"),
                Line("billed", "=MAX({usage_spend},{commitment})", "Billed: the larger", "USD per month"),
                Line("shortfall", "={billed}-{usage_spend}", "Unused commitment", "USD per month"),
            )),
            Rows("Other costs and contingency", (
                Line("people_month", "={people_cost}", "People", "USD per month"),
                Line("tools_month", "={tools_cost}", "Tools and monitoring", "USD per month"),
                Line("cost", "={billed}+{people_month}+{tools_month}", "Cost", "USD per month"),
                Line("reserve", "={cost}*{contingency}", "Contingency", "USD per month"),
                Line("budget", "={cost}+{reserve}", "Budget", "USD per month"),
            )),
            Rows("Revenue and contribution", (
                Line("revenue_month", "={revenue}*(1+{revenue_growth})^({month}-1)", "Revenue", "USD per month"),
                Line("variable_month", "={revenue_month}*{variable_cost}", "Other variable cost", "USD per month"),
                Line("contribution", "={revenue_month}-{variable_month}-{billed}", "Contribution after models",
                     "USD per month"),
                Line("has_revenue", "=({revenue_month}>0)*1", "Revenue (flag)", "flag"),
                Line("share_of_revenue", "=IF({has_revenue}=1,{billed}/{revenue_month},0)",
                     "Models, share of revenue, 0 without revenue", "fraction"),
            )),
            Rows("Per interaction", (
                Line("has_use", "=({all_interactions}>0)*1", "Interactions (flag)", "flag"),
                Line("unit_cost", "=IF({has_use}=1,{billed}/{all_interactions},0)",
                     "Models, cost per interaction, 0 without any", "USD per query"),
                Line("unit_contribution", "=IF({has_use}=1,{contribution}/{all_interactions},0)",
                     "Contribution per interaction, 0 without any", "USD per query"),
            )),
            Rows("Cumulative", tuple(
                Line(f"cumulative_{name}", f"={{cumulative_{name}:prev}}+{{{of}}}*{{column_months}}",
                     f"{label} to date", "USD")
                for name, of, label in TO_DATE
            )),
            Rows("The whole plan", tuple(
                Line(f"plan_{name}", f"=SUM({{{name}:all}})*{{column_months}}", label,
                     "queries" if name == "all_interactions" else "USD", single=True)
                for name, label in SUMMED.items()
            )),
            Rows("Ratios of the whole plan", (
                Line("plan_has_revenue", "=({plan_revenue_month}>0)*1", "Revenue (flag)", "flag", single=True),
                Line("plan_share", "=IF({plan_has_revenue}=1,{plan_billed}/{plan_revenue_month},0)",
                     "Models, share of revenue, 0 without revenue", "fraction", single=True),
                Line("plan_has_use", "=({plan_all_interactions}>0)*1", "Interactions (flag)", "flag", single=True),
                Line("plan_unit_cost", "=IF({plan_has_use}=1,{plan_billed}/{plan_all_interactions},0)",
                     "Models, cost per interaction, 0 without any", "USD per query", single=True),
                Line("plan_unit_contribution", "=IF({plan_has_use}=1,{plan_contribution}/{plan_all_interactions},0)",
                     "Contribution per interaction, 0 without any", "USD per query", single=True),
            )),
            periods(options),
            Rows("For the checks", (
                Line("quarters_budget", "=SUMPRODUCT((1-{is_year:all})*{period_budget:all})", "Budget of all quarters",
                     "USD", single=True),
                Line("years_budget", "=SUMPRODUCT({is_year:all}*{period_budget:all})", "Budget of all years", "USD",
                     single=True),
                Line("underbilled", "=SUMPRODUCT(({billed:all}<{commitment:all})+({billed:all}<{usage_spend:all}))",
                     "Months billed below usage or commitment", "count", single=True),
                Line("months_short", "=SUMPRODUCT(({shortfall:all}>0)*1)", "Months below the commitment", "count",
                     single=True),
                Line("contribution_judged", "={plan_contribution}*{plan_has_revenue}",
                     "Contribution after models, 0 without revenue", "USD", single=True),
                Line("price_age", "={start_date}-{as_of}", "Age of the prices at the start", "days", single=True),
                Line("prices_stale", "=({price_age}<0)+({price_age}>{max_price_age})", "Prices late or old (flag)",
                     "flag", single=True),
            )),
        ),
        plan_months(options),
    )  # fmt: skip
