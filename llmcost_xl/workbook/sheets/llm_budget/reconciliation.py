"""The monthly bills that "Economics of Custom Models" prints, and what its reference query gives exactly."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table

PRINTED: Final = Table(
    "printed",
    "Figures as the source prints them, for the reconciliation",
    (
        Field("statement", label="Statement", unit="text", wide=True),
        Field("reference_queries", label="Queries", unit="queries per month"),
        Field("printed", label="Printed", unit="US$ per month"),
        Field("printed_within", label="Printed to within", unit="US$ per month"),
        Field("printed_source", label="Source", unit="text"),
    ),
    (
        ("API bill of 50,000 queries a month", 50_000, 10, 0.5, "S0 L74-88"),
        ("API bill of 500,000 queries a month", 500_000, 100, 5, "S0 L89-94"),
        ("API bill of 5,000,000 queries a month", 5_000_000, 1_000, 50, "S0 L95-101"),
    ),
    note="Rounded from 0.000195 to 0.0002 US$ a query",
)

RECONCILIATION: Final = Sheet(
    "Calc_Source",
    "Exact bills of the source's reference query beside those it prints; a bill agrees if it rounds to the print.",
    (
        Rows("The reference query", (
            Line("reference_cost",
                 "=({reference_input_tokens}*{reference_input_price}+{reference_output_tokens}"
                 "*{reference_output_price})/{tokens_per_price_unit}", "Cost of the reference query", "US$ per query"),
        )),
        Table("reconciliation", "Exact and printed", (
            Field("reference_bill", "={reference_queries}*{reference_cost}", "Exact", "US$ per month"),
            Field("reference_gap", "={reference_bill}-{printed}", "Difference", "US$ per month"),
            Field("differs", "=(ABS({reference_gap})>{printed_within})*1", "Differs (flag)", "flag", total=True),
        ), like="printed"),
    ),
)  # fmt: skip
