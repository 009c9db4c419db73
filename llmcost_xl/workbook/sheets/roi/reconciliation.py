"""The source's two cases against the figures it prints: by its own method, so that only changing a case can fail it.

The source reckons a return over the first year, whatever the horizon here, and prices its queries as of 2024, whatever
model and price date are chosen here.
"""

from __future__ import annotations

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table

RECONCILIATION = Sheet(
    "Calc_Source",
    "Exact figures beside those the source prints; a figure agrees if it rounds to the printed one.",
    (
        Rows(
            "What the source's queries cost at the source's prices",
            (
                Line("source_query_cost",
                     "=({source_input_tokens}*{source_input_price}+{source_output_tokens}*{source_output_price})"
                     "/{tokens_per_price_unit}", "Cost per query, source", "USD per query"),
                Line("source_api_charges", "={queries_per_month@task_api}*{source_query_cost}",
                     "API charges of the Task API, source", "USD per month"),
            ),
        ),
        Table(
            "reconciliation",
            "Exact and printed",
            (
                Field("exact_value", label="Exact", unit="any", shows=True),
                Field("difference", "={exact_value}-{printed}", label="Difference", unit="any"),
                Field("differs", "=(ABS({difference})>{printed_within}+{exact})*1", label="Differs (flag)",
                      unit="flag", total=True),
            ),
            tuple((f"={{{name}}}",) for name in (
                "current_cost@worked", "future_cost@worked", "monthly_savings@worked", "annual_saving@worked",
                "investment@worked", "payback@worked", "first_year_roi@worked", "investment@task_api",
                "future_cost@task_api", "hours_saved@task_api", "current_cost@task_api", "monthly_savings@task_api",
                "payback@task_api", "payback_days@task_api", "first_year_roi@task_api", "source_api_charges",
            )),
            like="printed",
        ),
    ),
)  # fmt: skip
