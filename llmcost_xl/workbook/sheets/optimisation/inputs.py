"""Today's bill, what each lever does, when it goes live and what it takes, and the checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from llmcost_xl.workbook.layout import Constant, Entry, Field, Rows, Sheet, Table, Value
from llmcost_xl.workbook.sheets.prices import price_entries

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options
    from llmcost_xl.workbook.sheets.sensitivity import Grid

Record: TypeAlias = tuple[Value, ...]

LARGE_MODELS: Final = ("openai/gpt-4", "source-2024/gpt-4o", "openai/gpt-4o")
SMALL_MODELS: Final = (
    "source-2024/gpt-4o-mini",
    "openai/gpt-4o-mini",
    "openai/gpt-5.6-luna",
    "anthropic/claude-haiku-4-5",
    "google/gemini-3.7-flash",
)
HORIZON: Final = 12
YES, NO = ANSWERS = ("yes", "no")
UNVERIFIED, NO_FIGURE = "unverified claim", "no figure in the source"

LEVERS: Final = Table(
    "levers",
    "Levers: what they take, when they go live, in which order they are shown",
    (
        Field("lever", label="Lever", unit="text"),
        Field("lever_no", "=ROWS({lever:to_here})", "No.", "count"),
        Field("in_roadmap", label="In the roadmap", unit="text", choices=ANSWERS),
        Field("sequence", label="Order", unit="count", at_least=1),
        Field("live_month", label="Live from month", unit="month number", at_least=1),
        Field("ramp_months", label="Months to full effect", unit="months", at_least=1),
        Field("effort_hours", label="Effort", unit="hours", at_least=0),
        Field("one_off", label="One-off cost", unit="USD", at_least=0),
        Field("lever_owner", label="Owner", unit="text"),
        Field("claim", label="Claim of the source", unit="text", wide=True),
        Field("claim_status", label="Status of the claim", unit="text"),
        Field("lever_source", label="Source", unit="text"),
    ),
    (
        ("Shorter prompts", YES, 1, 1, 2, 80, 0, "Product", "40-60% of tokens", UNVERIFIED, "S2 L47-52"),
        ("Smaller model for simple tasks", YES, 2, 3, 3, 160, 2_000, "Engineering", "up to 70% of cost", UNVERIFIED,
         "S2 L54-59"),
        ("Cache of answers", YES, 3, 2, 2, 120, 1_000, "Engineering", "half of inference spend", UNVERIFIED, "S2 L99"),
        ("Batch what can wait", YES, 4, 4, 1, 40, 0, "Engineering", "no figure", NO_FIGURE, "S2 L35-38"),
        ("Scale to zero", YES, 5, 2, 1, 40, 0, "Operations", "no figure", NO_FIGURE, "S2 L75-80"),
        ("Retrieval instead of long context", NO, 6, 6, 3, 200, 5_000, "Engineering", "no figure", NO_FIGURE,
         "S2 L101-103"),
        ("Another lever of yours", NO, 7, 6, 1, 0, 0, "", "", "", "A7"),
    ),
    note="Orders change what each lever is shown to add, never the end; no: left out",
)  # fmt: skip

CHECKLIST: Final = Table(
    "checklist",
    "Smart checklist: 0 not at all, 1 planned, 2 in part, 3 in place; with evidence",
    (
        Field("item", label="Item", unit="text"),
        Field("score", label="Score", unit="points", at_least=0, at_most=3),
        Field("item_weight", label="Weight", unit="points", at_least=0),
        Field("evidence", label="Evidence", unit="text", wide=True),
        Field("item_source", label="Source", unit="text"),
    ),
    (
        ("Use-case clarity", 2, 1, "Placeholder: the chatbot answers support requests", "S2 L91-93"),
        ("Right model for the job", 0, 1, "Every query calls the full model (S2 L10)", "S2 L95-97"),
        ("Cache what is asked again", 0, 1, "No caching (S2 L10)", "S2 L99"),
        ("Retrieval before generation", 1, 1, "Placeholder: a knowledge base is planned", "S2 L101-103"),
        ("Cost governance", 0, 1, "Placeholder: no cost by feature", "S2 L105-107"),
        ("Cloud and edge", 1, 1, "Placeholder: looked at", "S2 L109-111"),
        ("Fine-tuning last", 3, 1, "Placeholder: nothing is fine-tuned", "S2 L113-115"),
        ("Built for evolution", 1, 1, "Placeholder: models are named in the code", "S2 L117-119"),
        ("Continuous observation", 0, 1, "Placeholder: the invoice is the only measure", "S2 L121"),
        ("Innovation with intent", 2, 1, "Placeholder: goal agreed, no target figure", "S2 L123-125"),
    ),
    note="Two of the ten, the cache and the observation, have lost their headings in the source",
)  # fmt: skip


def large_and_small(options: Options) -> tuple[str, str]:
    """The model used for everything, and the smaller one: the first two asked for, in this order."""
    asked = options.chosen(())
    large = asked[0] if asked else LARGE_MODELS[0]
    return large, asked[1] if len(asked) > 1 else SMALL_MODELS[0]


def models(options: Options) -> tuple[str, ...]:
    """Every model on Prices."""
    return options.chosen((*LARGE_MODELS, *SMALL_MODELS))


def inputs(options: Options, grid: Grid) -> Sheet:
    """Everything a user enters."""
    large, small = large_and_small(options)
    return Sheet(
        "Inputs",
        "Start from the invoice; say what each lever does to it, when it is live and what it takes.",
        (
            Rows(
                "Today",
                (
                    Entry("spend", 120_000, "S2 L10", "The invoice, servers included", at_least=0,
                          label="Spend", unit="USD per month", swing=(0.3, 0.3)),
                    Entry("server_spend", 400, "A1", "An API has no idle cost: enter 0 if there are no servers",
                          at_least=0, label="Of which servers that run all day", unit="USD per month", swing=(1, 4)),
                    Entry("spend_growth", 0, "A2", "Of the volume, without levers", cases=(0, 0.05), at_least=-0.5,
                          at_most=1, label="Growth", unit="fraction per month"),
                    Entry("input_tokens", 500, "S0 L61-67"),
                    Entry("output_tokens", 200, "S0 L61-67"),
                    Entry("model", large, "S2 L10", "Every query calls it", fixed=True, choices=models(options),
                          label="Model used"),
                    Entry("small_model", small, "S2 L54-59", "Takes the simple tasks", fixed=True,
                          choices=models(options), label="Smaller model", unit="text"),
                ),
            ),
            Rows(
                "What the levers do: Low is the cautious end of each claim",
                (
                    Entry("trim_rate", 0.5, "S2 L47-52", "Of the prompt: the answer is as long as before",
                          cases=(0.4, 0.6), swing=(0.2, 0.2), label="Prompt tokens saved"),
                    Entry("small_share", 0.7, "S2 L54-59", "Up to 70% is claimed of cost, not of queries",
                          cases=(0.4, 0.7), swing=(0.5, 0.2), label="Queries that a smaller model answers"),
                    Entry("response_hit_rate", 0.5, "S2 L99", "Spend in half is claimed", cases=(0.25, 0.5),
                          swing=(0.5, 0.2), label="Queries answered from the cache"),
                    Entry("batch_share", 0.2, "A3", "Nobody waits for these", cases=(0.1, 0.3), at_least=0, at_most=1,
                          label="Queries that can wait", unit="fraction", swing=(0.5, 0.5)),
                    Entry("batch_discount", 0.5, "A3", "What most providers grant", fixed=True),
                    Entry("active_hours", 220, "A4", "Ten hours on 22 days", cases=(400, 176), at_most=730,
                          label="Hours the servers are needed", swing=(0.2, 1)),
                    Entry("cold_start_cost", 0, "A4", "Starting up on demand"),
                    Entry("retrieval_rate", 0, "S2 L101-103", "Trims tokens, says the source, without a figure",
                          at_least=0, at_most=1, label="Prompt tokens saved by retrieval", unit="fraction"),
                    Entry("other_rate", 0, "A7", "Of input and output", at_least=0, at_most=1,
                          label="Token cost saved by another lever", unit="fraction"),
                ),
            ),
            Rows(
                "Work and horizon",
                (
                    Entry("build_rate", 100, "A5"),
                    Entry("effort_factor", 1, "A5", "1: effort as entered for each lever", cases=(1.5, 1), at_least=0,
                          label="Effort, against that entered", unit="x"),
                    *price_entries(options, "A6"),
                    Entry("max_price_age", 365, "A6", fixed=True),
                ),
            ),
            LEVERS,
            CHECKLIST,
            *grid.inputs,
            *_PRINTED,
        ),
        scenarios=True,
    )  # fmt: skip


_PRINTED = (
    Rows(
        "The source's figures, fixed for the reconciliation",
        (
            Constant("claim_spend", 120_000, "Invoice of a month", "US$ per month"),
            Constant("claim_input_price", 30, "GPT-4, input price", "US$ per 1M tokens"),
            Constant("claim_output_price", 60, "GPT-4, output price", "US$ per 1M tokens"),
            Constant("claim_input", 500, "Reference query, input", "tokens per query"),
            Constant("claim_output", 200, "Reference query, output", "tokens per query"),
            Constant("large_in", 2.5, "GPT-4o, input price", "US$ per 1M tokens"),
            Constant("large_out", 10, "GPT-4o, output price", "US$ per 1M tokens"),
            Constant("small_in", 0.15, "GPT-4o-mini, input price", "US$ per 1M tokens"),
            Constant("small_out", 0.6, "GPT-4o-mini, output price", "US$ per 1M tokens"),
            Constant("worked_queries", 1_000_000, "Worked case, queries", "queries per month"),
            Constant("worked_hits", 0.3, "Worked case, cache hits", "fraction"),
            Constant("worked_share", 0.7, "Worked case, routed", "fraction"),
            Constant("worked_trim", 0.5, "Worked case, prompt saved", "fraction"),
            Constant("claim_queries_expected", 4_400_000, "Queries of the invoice, in round figures",
                     "queries per month"),
            Constant("claim_queries_within", 50_000, "Rounded to", "queries per month"),
            Constant("claims_expected", 0.925, "1-(1-50%)(1-70%)(1-50%)", "fraction"),
            Constant("max_score", 3, "Highest score of the checklist", "points"),
        ),
        note="S2 L10 invoice; prices of GPT-4 as listed in 2023; S0 L44-50 prices and L61-67 query",
    ),
    Table(
        "claims",
        "Claims of the source, taken at their word",
        (
            Field("claimed_lever", label="Claim", unit="text"),
            Field("claim_low", label="Low", unit="fraction", at_least=0),
            Field("claim_mid", label="Middle", unit="fraction", at_least=0),
            Field("claim_high", label="High", unit="fraction", at_least=0),
            Field("claim_touches", label="Share of cost touched", unit="fraction", at_least=0),
            Field("claimed_source", label="Source", unit="text"),
        ),
        (
            ("Shorter prompts", 0.4, 0.5, 0.6, 1, "S2 L47-52"),
            ("Model mapping", 0.7, 0.7, 0.7, 1, "S2 L54-59"),
            ("Caching", 0.5, 0.5, 0.5, 1, "S2 L99"),
        ),
        note="Added up they would save more than everything: they multiply",
    ),
)  # fmt: skip
