"""The figures of the source, exact beside printed, with its own query and its own rows of the price book.

Rounding is shown, never done: a printed figure agrees if the exact one rounds to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

PRINTED: Final = Table(
    "printed",
    "Figures as the source prints them, for the reconciliation",
    (
        Field("statement", label="Statement", unit="text"),
        Field("printed", label="Printed", unit="any"),
        Field("printed_within", label="Printed to within", unit="any"),
        Field("printed_source", label="Source", unit="text"),
    ),
    (
        ("GPT-4o: input, US$ per 1M tokens", 2.5, 0, "S0 L44-50"),
        ("GPT-4o: output, US$ per 1M tokens", 10, 0, "S0 L44-50"),
        ("GPT-4o-mini: input, US$ per 1M tokens", 0.15, 0, "S0 L44-50"),
        ("GPT-4o-mini: output, US$ per 1M tokens", 0.6, 0, "S0 L44-50"),
        ("Claude 3.5 Sonnet: input, US$ per 1M tokens", 3, 0, "S0 L44-50"),
        ("Claude 3.5 Sonnet: output, US$ per 1M tokens", 15, 0, "S0 L44-50"),
        ("Claude 3.5 Haiku: input, US$ per 1M tokens", 0.25, 0, "S0 L44-50"),
        ("Claude 3.5 Haiku: output, US$ per 1M tokens", 1.25, 0, "S0 L44-50"),
        ("Gemini 1.5 Flash: input, US$ per 1M tokens", 0.075, 0, "S0 L44-50"),
        ("Gemini 1.5 Flash: output, US$ per 1M tokens", 0.3, 0, "S0 L44-50"),
        ("GPT-4o: US$ per query", 0.0033, 0.00005, "S0 L61-67"),
        ("GPT-4o: US$ for 10,000 queries", 33, 0.5, "S0 L61-67"),
        ("GPT-4o-mini: US$ per query", 0.0002, 0.000005, "S0 L61-67"),
        ("GPT-4o-mini: US$ for 10,000 queries", 2, 0.5, "S0 L61-67"),
        ("Server in the cloud, shared by 5,000,000 queries: US$ per query", 0.00008, 0.000005, "S0 L61-67"),
        ("Server in the cloud: US$ for 10,000 queries", 0.8, 0.005, "S0 L61-67"),
        ("Server at home, shared by 1,500,000 queries: US$ per query", 0.00001, 0.000005, "S0 L61-67"),
        ("Server at home: US$ for 10,000 queries", 0.1, 0.005, "S0 L61-67"),
        ("GPT-4o-mini: US$ for 50,000 queries", 10, 0.5, "S0 L74-101"),
        ("GPT-4o-mini: US$ for 500,000 queries, from the rounded price", 100, 0, "S0 L74-101"),
        ("GPT-4o-mini: US$ for 5,000,000 queries, from the rounded price", 1_000, 0, "S0 L74-101"),
        ("GPT-4o: US$ for 50,000 queries, from the rounded price", 165, 0, "S0 L105-111"),
        ("GPT-4o over GPT-4o-mini, from the rounded prices: 16.5, printed 16x", 16, 0.5, "S0 L105-111"),
    ),
)

_EXACT: Final = (
    *(f"={{printed_{part}@{record}}}" for record in ("r1", "r2", "r3", "r4", "r6") for part in ("input", "output")),
    "={cost_4o}",
    "={cost_4o}*{source_volume}",
    "={cost_mini}",
    "={cost_mini}*{source_volume}",
    "={cost_cloud}",
    "={cost_cloud}*{source_volume}",
    "={cost_home}",
    "={cost_home}*{source_volume}",
    "={cost_mini}*{source_volume_small}",
    "={rounded_mini}*{source_volume_middle}",
    "={rounded_mini}*{source_server_queries}",
    "={rounded_4o}*{source_volume_small}",
    "={times_rounded}",
)
"""The exact figures beside the printed ones, in the order of the table above."""


def _cost(name: str, label: str, prices: str) -> Field:
    """The source's reference query."""
    tokens = f"{{source_input_tokens}}*{{{prices}_input}}+{{source_output_tokens}}*{{{prices}_output}}"
    return Field(name, f"=({tokens})/{{tokens_per_price_unit}}", label, "US$ per query")


PRINTED_COSTS: Final = Sheet(
    "Calc_Printed",
    "The source's reference query at the prices it prints, at those first listed, and at those in force.",
    (
        Table(
            "compared_costs",
            "Cost of the reference query",
            (
                _cost("printed_cost", "Query, printed", "printed"),
                _cost("launch_cost", "Query, first; 0 if none", "launch"),
                _cost("today_cost", "Query, in force; 0 if none", "today"),
                Field("misprint", "=(ABS({launch_cost}-{printed_cost})>{exact})*({launch_cost}>0)",
                      "Not the model's price", "count", total=True),
            ),
            like="comparison",
        ),
    ),
)  # fmt: skip


def source_sheet(compared: Axis) -> Sheet:
    """The sheet Calc_Source: the printed models across, and the source's figures below."""
    return Sheet(
        "Calc_Source",
        "What the source prints, beside what the catalogue lists and what is exact.",
        (
            Rows(
                "The source's reference query at printed prices, first listed ones, and those in force",
                (
                    Line("printed_input"),
                    Line("printed_output"),
                    Line("printed_cost"),
                    Line("launch_cost"),
                    Line("today_cost"),
                ),
            ),
            Rows(
                "Exact and rounded, API and self-hosted",
                (
                    Line("cost_4o", "={printed_cost@r1}", "GPT-4o, exact", "US$ per query", single=True),
                    Line("cost_mini", "={printed_cost@r2}", "GPT-4o-mini, exact", "US$ per query", single=True),
                    Line("cost_cloud", "={source_server}/{source_server_queries}", "Self-hosted in the cloud",
                         "US$ per query", single=True),
                    Line("cost_home", "={source_power}/{source_power_queries}", "Self-hosted at home",
                         "US$ per query", single=True),
                    Line("times_exact", "={cost_4o}/{cost_mini}", "GPT-4o over GPT-4o-mini, exact", "x", single=True),
                    Line("times_rounded", "={rounded_4o}/{rounded_mini}",
                         "GPT-4o over GPT-4o-mini, from rounded prices", "x", single=True),
                ),
                note="Self-hosted: a server's cost over a volume, an average; the server must not be added again",
            ),
            Table(
                "reconciliation",
                "Exact and printed",
                (
                    Field("exact_value", label="Exact", unit="any", shows=True),
                    Field("difference", "={exact_value}-{printed}", "Difference", "any"),
                    Field("differs", "=(ABS({difference})>{printed_within}+{exact})*1", "Differs (flag)", "flag",
                          total=True),
                ),
                tuple((exact,) for exact in _EXACT),
                like="printed",
            ),
        ),
        compared,
    )  # fmt: skip
