"""What each lever saves, alone and in sequence: levers multiply, on the part of the cost that each of them touches."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.optimisation.inputs import YES

KINDS: Final = ("trim", "routing", "cache", "batch", "servers", "retrieval", "other")
"""What each record of the table of levers does, in its order."""

LABELS: Final = ("Trims", "Routes", "Caches", "Batches", "Frees servers", "Retrieves", "Other")

_EFFECT: Final = (
    Field("used", f'=({{lever}}<>0)*({{in_roadmap}}="{YES}")', "In the roadmap (flag)", "flag"),
    *(
        Field(f"is_{kind}", label=f"{label} (flag)", unit="flag", shows=True)
        for kind, label in zip(KINDS, LABELS, strict=True)
    ),
    Field("cut_prompt", "={is_trim}*{trim_rate}+{is_retrieval}*{retrieval_rate}", "Saved of the prompt", "fraction"),
    Field("cut_both", "={is_cache}*{response_hit_rate}+{is_batch}*{batch_rate}+{is_other}*{other_rate}",
          "Saved of all tokens", "fraction"),
    Field("cut_input", "={used}*({cut_prompt}+{cut_both}+{is_routing}*{routing_input})", "Saved of input", "fraction"),
    Field("cut_output", "={used}*({cut_both}+{is_routing}*{routing_output})", "Saved of output", "fraction"),
    Field("cut_servers", "={used}*{is_servers}*{idle_rate}", "Saved of servers", "fraction"),
    Field("place", "=SUMPRODUCT(({sequence:all}<{sequence})*1)+SUMPRODUCT(({sequence:to_here}={sequence})*1)",
          "Place", "count"),
)  # fmt: skip

EFFECT = Sheet(
    "Calc_Effect",
    "Each lever's saving of input, output and servers, from its driver; the flags say what kind it is.",
    (
        Table(
            "effects_of_levers",
            "Savings of each part of the cost",
            _EFFECT,
            tuple(tuple(f"={int(kind == one)}" for one in KINDS) for kind in KINDS),
            like="levers",
        ),
    ),
)


def _left(part: str, relation: str) -> str:
    """What is left of a part once the levers up to a place in the sequence are pulled."""
    return f"=SUMPRODUCT(PRODUCT(1-({{place:all}}{relation}{{place}})*{{cut_{part}:all}}))"


def _step(name: str, relation: str, what: str) -> tuple[Field, ...]:
    """The cost with the levers on one side of a place in the sequence."""
    return (
        Field(f"{name}_input", _left("input", relation), f"Input left, {what}", "fraction"),
        Field(f"{name}_output", _left("output", relation), f"Output left, {what}", "fraction"),
        Field(f"{name}_servers", _left("servers", relation), f"Servers left, {what}", "fraction"),
        Field(f"{name}_cost",
              f"={{base_input}}*{{{name}_input}}+{{base_output}}*{{{name}_output}}+{{base_servers}}*{{{name}_servers}}",
              f"Cost, {what}", "USD per month"),
    )  # fmt: skip


SEQUENCE = Sheet(
    "Calc_Sequence",
    "What each lever adds to those before it: the cost of a month before it and after it.",
    (
        Table("forward", "In the order chosen", (
            *_step("before", "<", "before it"),
            *_step("after", "<=", "after it"),
            Field("added", "={before_cost}-{after_cost}", "What it adds", "USD per month", total=True),
        ), like="levers"),
    ),
)  # fmt: skip

REVERSE = Sheet(
    "Calc_Reverse",
    "The opposite order: what each lever adds differs, what they save together does not.",
    (
        Table("backward", "In the opposite order", (
            *_step("without", ">", "before it"),
            *_step("with", ">=", "after it"),
            Field("added_reverse", "={without_cost}-{with_cost}", "What it adds", "USD per month", total=True),
        ), like="levers"),
    ),
)  # fmt: skip

COMBINED = Sheet(
    "Calc_Combined",
    "All levers together, each alone, and what adding them up would overstate.",
    (
        Table("alone", "Each lever alone", (
            Field("alone_saving",
                  "={base_input}*{cut_input}+{base_output}*{cut_output}+{base_servers}*{cut_servers}",
                  "Saved alone", "USD per month", total=True),
            Field("alone_share", "={alone_saving}/{cost_divisor}", "Saved alone, of the whole cost", "fraction",
                  total=True),
            Field("investment_line", "={used}*({effort_hours}*{effort_factor}*{build_rate}+{one_off})",
                  "Effort and one-off cost", "USD", total=True),
            Field("lever_saves", "=({added}>0)*1", "Adds a saving (flag)", "flag"),
            Field("lever_payback", "={lever_saves}*{investment_line}/({added}+(1-{lever_saves}))",
                  "Payback in sequence, 0 if never", "months"),
        ), like="levers"),
        Rows("All levers together", (
            *(
                Line(f"left_{part}", f"=SUMPRODUCT(PRODUCT(1-{{cut_{part}:all}}))", f"{label} left", "fraction")
                for part, label in (("input", "Input"), ("output", "Output"), ("servers", "Servers"))
            ),
            Line("cost_after",
                 "={base_input}*{left_input}+{base_output}*{left_output}+{base_servers}*{left_servers}",
                 "Cost after all levers", "USD per month"),
            Line("combined_saving", "={cost_before}-{cost_after}", "Saved together", "USD per month"),
            Line("combined_share", "={combined_saving}/{cost_divisor}", "Saved together, of the whole cost",
                 "fraction"),
            Line("reverse_saving", "={added_reverse:total}", "Saved together, in the opposite order", "USD per month"),
            Line("annual_saving", "={combined_saving}*{months_per_year}", "Saved in a year at full effect",
                 "USD per year"),
            Line("separate_saving", "={alone_saving:total}", "Sum of the separate savings", "USD per month"),
            Line("overstated", "={separate_saving}-{combined_saving}", "What adding them up overstates",
                 "USD per month"),
            Line("investment", "={investment_line:total}", "Effort and one-off cost of all levers", "USD"),
            Line("saves", "=({combined_saving}>0)*1", "Saves money (flag)", "flag"),
            Line("payback", "=IF({saves}=1,{investment}/{combined_saving},0)", "Payback at full effect, 0 if never",
                 "months", engine="value.payback_months",
                 renamed={"monthly_savings": "combined_saving", "annual_rate": ""}, flag="saves"),
        )),
        Rows("What other levers than prompts and routing leave", (
            Line("rest_input",
                 "=SUMPRODUCT(PRODUCT(1-{cut_input:all}*(1-{is_trim:all})*(1-{is_routing:all})))", "Of input",
                 "fraction"),
            Line("rest_output", "=SUMPRODUCT(PRODUCT(1-{cut_output:all}*(1-{is_routing:all})))", "Of output",
                 "fraction"),
            Line("rest_input_cost", "={base_input}*{rest_input}", "Input", "USD per month"),
            Line("rest_output_cost", "={base_output}*{rest_output}", "Output", "USD per month"),
            Line("trim_on", "=SUMPRODUCT({used:all}*{is_trim:all})", "Shorter prompts in the roadmap (flag)", "flag"),
            Line("routing_on", "=SUMPRODUCT({used:all}*{is_routing:all})", "Routing in the roadmap (flag)", "flag"),
        )),
        Rows("The same by the structure of the cost", (
            Line("effective_trim",
                 "=1-(1-{trim_on}*{trim_rate})"
                 "*(1-SUMPRODUCT({used:all}*{is_retrieval:all})*{retrieval_rate})", "Prompt saved", "fraction"),
            Line("effective_share", "={routing_on}*{small_share}", "Routed", "fraction"),
            Line("effective_hits", "=SUMPRODUCT({used:all}*{is_cache:all})*{response_hit_rate}",
                 "Answered from the cache", "fraction"),
            Line("effective_rest",
                 "=(1-SUMPRODUCT({used:all}*{is_batch:all})*{batch_rate})"
                 "*(1-SUMPRODUCT({used:all}*{is_other:all})*{other_rate})", "Left by batch and other levers",
                 "fraction"),
        )),
        Table("tiers", "The two models", (
            Field("tier", label="Model", unit="text"),
            Field("routing_shares", label="Share of the queries", unit="fraction", shows=True),
            Field("input_prices", label="Input price", unit="USD per 1M tokens", shows=True),
            Field("output_prices", label="Output price", unit="USD per 1M tokens", shows=True),
            Field("tier_input", "={input_tokens}*(1-{effective_trim})*{input_prices}", "Input, price times tokens",
                  "any"),
            Field("tier_cost", "={routing_shares}*({tier_input}+{output_tokens}*{output_prices})"
                               "/{tokens_per_price_unit}", "Cost of its share of a query", "USD per query",
                  total=True),
        ), (
            ("Model used", "=1-{effective_share}", "={large_input_price}", "={large_output_price}"),
            ("Smaller model", "={effective_share}+0", "={small_input_price}", "={small_output_price}"),
        )),
        Rows("Token cost by the structure, and by the levers", (
            Line("structural_cost", "={queries_per_month}*(1-{effective_hits})*{tier_cost:total}",
                 "Prompt, routing and cache", "USD per month", engine="governance.optimised_cost",
                 renamed={"queries": "queries_per_month", "response_hit_rate": "effective_hits",
                          "trim_rate": "effective_trim"}),
            Line("structural_tokens", "={structural_cost}*{effective_rest}", "With batch and other levers",
                 "USD per month"),
            Line("lever_tokens", "={base_input}*{left_input}+{base_output}*{left_output}", "Lever by lever",
                 "USD per month"),
        )),
    ),
)  # fmt: skip
