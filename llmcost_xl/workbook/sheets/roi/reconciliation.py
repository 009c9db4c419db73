"""The source's two cases against the figures it prints: by its own method, so that only changing a case can fail it.

The source reckons a return over the first year, whatever the horizon here, and prices its queries as of 2024, whatever
model and price date are chosen here. It prints dollars: amounts in another currency are turned back into them.
"""

from __future__ import annotations

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table

PRINTED_FIGURES = Table(
    "printed",
    "Figures as the source prints them, for the reconciliation",
    (
        Field("statement", label="Statement", unit="text", wide=True),
        Field("printed", label="Printed", unit="any"),
        Field("printed_within", label="Printed to within", unit="any"),
        Field("printed_source", label="Source", unit="text"),
    ),
    (
        ("Worked example: cost today, USD a month", 25_000, 0, "S0 L164-168"),
        ("Worked example: cost after, USD a month", 6_200, 0, "S0 L169-173"),
        ("Worked example: saving, USD a month", 18_800, 0, "S0 L174-177"),
        ("Worked example: saving, USD a year", 225_600, 0, "S0 L174-177"),
        ("Worked example: investment, USD", 22_500, 0, "S0 L178-180"),
        ("Worked example: payback, months", 1.2, 0.05, "S0 L181-182"),
        ("Worked example: first-year ROI", 9.03, 0.005, "S0 L183-185"),
        ("Task API: investment, USD", 7_100, 0, "S0 L205-212"),
        ("Task API: cost after, USD a month", 600, 0, "S0 L213-216"),
        ("Task API: hours saved a month", 500, 0, "S0 L217-221"),
        ("Task API: value, USD a month", 25_000, 0, "S0 L217-221"),
        ("Task API: saving, USD a month", 24_400, 0, "S0 L222-227"),
        ("Task API: payback, months", 0.3, 0.05, "S0 L222-227"),
        ("Task API: payback, days", 9, 0.5, "S0 L222-227"),
        ("Task API: first-year ROI, 4,000%+", 40, 0.5, "S0 L222-227"),
        ("10,000 queries on GPT-4o-mini, USD", 2, 0.5, "S0 L61-67"),
    ),
)  # fmt: skip

RECONCILIATION = Sheet(
    "Calc_Source",
    "Exact figures beside those the source prints; a figure agrees if it rounds to the printed one.",
    (
        Rows(
            "What the source's queries cost at the source's prices",
            (
                Line("source_query_cost",
                     "=({source_input_tokens}*{source_input_price}+{source_output_tokens}*{source_output_price})"
                     "/{tokens_per_price_unit}", "Cost per query, source", "US$ per query"),
                Line("source_api_charges", "={queries_per_month@task_api}*{source_query_cost}",
                     "API charges of the Task API, source", "US$ per month"),
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
            (
                *((f"={{{name}}}/{{source_rate}}",) for name in (
                    "current_cost@worked", "future_cost@worked", "monthly_savings@worked", "annual_saving@worked",
                    "investment@worked",
                )),
                ("={payback@worked}",),
                ("={first_year_roi@worked}",),
                ("={investment@task_api}/{source_rate}",),
                ("={future_cost@task_api}/{source_rate}",),
                ("={hours_saved@task_api}",),
                ("={current_cost@task_api}/{source_rate}",),
                ("={monthly_savings@task_api}/{source_rate}",),
                ("={payback@task_api}",),
                ("={payback_days@task_api}",),
                ("={first_year_roi@task_api}",),
                ("={source_api_charges}",),
            ),
            like="printed",
        ),
    ),
)  # fmt: skip
