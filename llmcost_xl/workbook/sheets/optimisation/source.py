"""The claims taken at their word, what a shorter prompt really saves, and the invoice of $120,000 taken apart."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table

CASES: Final = ("low", "mid", "high")
WORDS: Final = {"low": "low", "mid": "middle", "high": "high"}

SOURCE = Sheet(
    "Calc_Source",
    "The source's claims and its invoice, whatever you enter; in US dollars.",
    (
        Table("claims_multiplied", "Each claim on what it touches", tuple(
            Field(f"claimed_{case}", f"={{claim_{case}}}*{{claim_touches}}", f"Saved, {WORDS[case]}", "fraction",
                  total=True)
            for case in CASES
        ), like="claims"),
        Rows("The claims together", (
            *(
                Line(f"claims_{case}", f"=1-SUMPRODUCT(PRODUCT(1-{{claimed_{case}:all}}))",
                     f"Multiplied, {WORDS[case]}", "fraction", engine="governance.lever_saving",
                     renamed={"savings": f"claim_{case}", "cost_shares": "claim_touches"})
                for case in CASES
            ),
            *(
                Line(f"added_{case}", f"={{claimed_{case}:total}}", f"Added up, {WORDS[case]}: impossible", "fraction")
                for case in ("low", "high")
            ),
            Line("claims_left_low", "={claim_spend}*(1-{claims_high})", "Left of the invoice, from", "US$ per month"),
            Line("claims_left_high", "={claim_spend}*(1-{claims_low})", "Left of the invoice, to", "US$ per month"),
        )),
        Rows("The invoice", (
            Line("claim_query", "=({claim_input}*{claim_input_price}+{claim_output}*{claim_output_price})"
                                "/{tokens_per_price_unit}", "A reference query on GPT-4", "US$ per query"),
            Line("claim_queries", "={claim_spend}/{claim_query}", "Queries that the invoice buys",
                 "queries per month"),
            Line("claim_input_part", "={claim_input}*{claim_input_price}/{tokens_per_price_unit}/{claim_query}",
                 "Input's share on GPT-4", "fraction"),
        )),
        Rows("A shorter prompt, on GPT-4o", (
            Line("large_in_query", "={claim_input}*{large_in}/{tokens_per_price_unit}", "Input", "US$ per query"),
            Line("large_query", "={large_in_query}+{claim_output}*{large_out}/{tokens_per_price_unit}", "Query",
                 "US$ per query"),
            Line("small_query", "=({claim_input}*{small_in}+{claim_output}*{small_out})/{tokens_per_price_unit}",
                 "Query on GPT-4o-mini", "US$ per query"),
            Line("large_in_part", "={large_in_query}/{large_query}", "Input's share", "fraction"),
            Line("half_prompt", "={half}*{large_in_part}", "Saved by half a prompt", "fraction"),
            Line("route_needed", "=INDEX({claim_high:all},1+1)/(1-{small_query}/{large_query})",
                 "Queries to route for a saving of 70%", "fraction"),
        )),
        Rows("A worked case: a million GPT-4o queries", (
            Line("worked_before", "={worked_queries}*{large_query}", "Before", "US$ per month"),
            Line("worked_trimmed", "={large_query}-{worked_trim}*{large_in_query}", "GPT-4o query, shorter",
                 "US$ per query"),
            Line("worked_small", "={small_query}-{worked_trim}*{claim_input}*{small_in}/{tokens_per_price_unit}",
                 "GPT-4o-mini query, shorter", "US$ per query"),
            Line("worked_after", "={worked_queries}*(1-{worked_hits})"
                                 "*((1-{worked_share})*{worked_trimmed}+{worked_share}*{worked_small})",
                 "After cache, routing and shorter prompts", "US$ per month"),
            Line("worked_together", "=1-{worked_after}/{worked_before}", "Saved together", "fraction"),
            Line("worked_routing", "={worked_share}*(1-{small_query}/{large_query})", "Routing alone", "fraction"),
            Line("worked_prompt", "={worked_trim}*{large_in_part}", "Shorter prompts alone", "fraction"),
            Line("worked_added", "={worked_hits}+{worked_routing}+{worked_prompt}", "Added up: impossible",
                 "fraction"),
        )),
    ),
)  # fmt: skip

FIGURES: Final = (
    ("Claims added up, low", "added_low"),
    ("Claims added up, high: more than everything", "added_high"),
    ("Claims multiplied, low", "claims_low"),
    ("Claims multiplied, middle", "claims_mid"),
    ("Claims multiplied, high", "claims_high"),
    ("Left of the invoice, US$ a month, from", "claims_left_low"),
    ("Left of the invoice, US$ a month, to", "claims_left_high"),
    ("Query of 500 and 200 tokens on GPT-4, US$", "claim_query"),
    ("Queries a month that the invoice buys", "claim_queries"),
    ("Input's share of such a query, GPT-4", "claim_input_part"),
    ("Input's share of such a query, GPT-4o", "large_in_part"),
    ("Saved by half a prompt on GPT-4o, not half", "half_prompt"),
    ("GPT-4o queries to route to GPT-4o-mini to save 70%", "route_needed"),
    ("A million GPT-4o queries, US$", "worked_before"),
    ("The same with 30% cached, 70% routed, half the prompt, US$", "worked_after"),
    ("The same: saved together", "worked_together"),
    ("The same: added up", "worked_added"),
)
"""What it is, and the quantity that says it."""
