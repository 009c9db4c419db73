"""What is entered for the budget: drivers in scenarios, features, models, seasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.quantities import MONTHS_PER_YEAR
from llmcost_xl.workbook.layout import Axis, Constant, Entry, Field, Rows, Sheet, Table, months, records_of
from llmcost_xl.workbook.sheets.prices import price_entries

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Value
    from llmcost_xl.workbook.options import Options

MODELS: Final = ("openai/gpt-5.6-luna", "openai/gpt-5.6-terra", "google/gemini-3.7-flash", "anthropic/claude-sonnet-5")
"""A small and a large model for two features, and others for the other two."""
SPARE_FEATURES, SPARE_MODELS = 3, 2
PILOT_OFF, PILOT_LOW, PILOT_HIGH = "off", "5x", "10x"
CALENDAR: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                   "November", "December")  # fmt: skip
SCALED: Final = "1 = as in the table of features"


def plan_months(options: Options) -> Axis:
    """The months of the budget: calendar months, a year unless asked otherwise."""
    return months(options.horizon(MONTHS_PER_YEAR), first=1)


def priced_models(options: Options) -> tuple[str, ...]:
    """The models of the budget: those asked for, or the prefilled ones."""
    return options.chosen(() if options.models else MODELS)


def features(options: Options) -> Table:
    """What uses models, and how much in the first month; features of one's own go into the empty rows.

    Models that were asked for take the place of the prefilled ones: the first answers, the second is the premium one.
    """
    asked = priced_models(options)
    small, large, other_small, other_large = MODELS
    if options.models:
        small, large = other_small, other_large = asked[0], asked[min(1, len(asked) - 1)]
    records: tuple[tuple[Value, ...], ...] = (
        ("Chatbot", small, large, 50_000, 0, 0.05, 0, 500, 200, 1, "S0 L74-88"),
        ("Workflow", other_small, other_large, 500_000, 0.2, 0.1, 1, 2_000, 400, 1, "S1 L28-32"),
        ("Recommendations", small, large, 5_000_000, 0, 0.02, 0, 300, 60, 1, "S0 L95-101"),
        ("Natural-language interface", other_small, other_large, 50_000, 0, 0.1, 0.5, 1_500, 300, 4, "S2 L24-25"),
    )
    return Table(
        "features",
        "Features: what they use in month 1",
        (
            Field("feature", label="Feature", unit="text"),
            Field("standard_model", label="Standard model", unit="text", choices_of="budget_model"),
            Field("premium_model", label="Premium model", unit="text", choices_of="budget_model"),
            Field("interactions"),
            Field("background_calls"),
            Field("retry_calls"),
            Field("automation_calls"),
            Field("input_tokens"),
            Field("output_tokens"),
            Field("launch_month", label="First month live", unit="month number", at_least=1),
            Field("feature_source", label="Source", unit="text"),
        ),
        records,
        spare=SPARE_FEATURES,
        note="Calls by background tasks, retries and automation are per interaction; empty rows are yours",
    )


def models(options: Options) -> Table:
    """The models of the budget; their prices stand on Prices."""
    fields = (Field("budget_model", label="Model", unit="text"),)
    return Table("models", "Models: provider/model, as on Prices", fields,
                 tuple((model,) for model in priced_models(options)), spare=SPARE_MODELS,
                 note="A new model needs its price rows on Prices; features choose among these")  # fmt: skip


SEASONS: Final = Table(
    "seasons",
    "Seasonality: weight of each calendar month",
    (Field("season", label="Calendar month", unit="text"), Field("seasonality", unit="x", at_least=0)),
    tuple((name, 1) for name in CALENDAR),
    note="The weights average 1: they move volume between months and add none",
)


def by_feature(options: Options) -> Axis:
    """The features as lines."""
    return records_of(features(options))


def by_model(options: Options) -> Axis:
    """The models as lines."""
    return records_of(models(options))


def inputs(options: Options, steps: tuple[Table, Table], printed: Table) -> Sheet:
    """Everything a user enters, in the order of a planning round; `steps` are those of the two-way table."""
    return Sheet(
        "Inputs",
        "Fill from top to bottom. Every driver has a Base, a Low, a High and a Custom value: low, likely and high use.",
        (
            _drivers(),
            _prices(options),
            _around(),
            features(options),
            models(options),
            SEASONS,
            *steps,
            Rows("Constants of the texts, for the reconciliation", (
                Constant("reference_input_tokens", 500, "Prompt of the reference query", "tokens per query"),
                Constant("reference_output_tokens", 200, "Answer of the reference query", "tokens per query"),
                Constant("reference_input_price", 0.15, "Its input price in 2024", "US$ per 1M tokens"),
                Constant("reference_output_price", 0.60, "Its output price in 2024", "US$ per 1M tokens"),
            ), note="GPT-4o-mini: prices in S0 L44-50, the query in S0 L61-67"),
            printed,
        ),
        scenarios=True,
    )  # fmt: skip


def _drivers() -> Rows:
    return Rows(
        "Volume and the five drivers of spend",
        (
            Entry("growth", 0.05, "A1", "Of interactions, month to month", cases=(0.02, 0.08), swing=(0.5, 0.5)),
            Entry("prompt_length", 1, "S1 L33-40", f"Driver 1, prompt length: {SCALED}", at_least=0,
                  label="Prompt length", unit="x", cases=(0.8, 1.3), swing=(0.4, 0.5)),
            Entry("output_length", 1, "S1 L33-40", f"Driver 2, output variability: {SCALED}", at_least=0,
                  label="Output length", unit="x", cases=(0.8, 1.3), swing=(0.3, 0.5)),
            Entry("small_share", 0.9, "S1 L33-40", "Driver 3, model tier: the rest goes to the premium model",
                  label="Model tier: calls on the standard model", cases=(0.95, 0.8), swing=(0.15, 0.1)),
            Entry("call_frequency", 1, "S1 L33-40", f"Driver 4, frequency of calls: {SCALED}", at_least=0,
                  label="Call frequency", unit="x", cases=(0.9, 1.2), swing=(0.2, 0.3)),
            Entry("spike_factor", 2, "S1 L33-40", "Driver 5, peak spikes: use in a spike over normal use", at_least=1,
                  label="Peak spikes: use in a spike", unit="x", cases=(1, 3), swing=(0.5, 1)),
            Entry("spike_time", 0.05, "A2", "Part of the time that is spent in spikes", at_least=0, at_most=1,
                  label="Time in spikes", unit="fraction", fixed=True),
            Entry("pilot_case", PILOT_OFF, "S2 L6", "Unverified claim: off unless volumes are those of a pilot",
                  label="Pilot to production: multiply volumes", unit="text", fixed=True,
                  choices=(PILOT_OFF, PILOT_LOW, PILOT_HIGH)),
            Entry("production_month", 4, "A3", "First month with the volumes of production", at_least=1,
                  label="Production starts in month", unit="month number", fixed=True),
            Constant("claimed_low", 5, "Pilot to production, claimed from", "x"),
            Constant("claimed_high", 10, "Pilot to production, claimed to", "x"),
        ),
        note="S1 L33-40 names five drivers, without figures: the values are assumptions, on top of the features",
    )  # fmt: skip


def _prices(options: Options) -> Rows:
    drift = () if options.currency.code == "USD" else (-0.005, 0.005)
    return Rows(
        "Prices, contract and exchange rate",
        (
            *price_entries(options, "A4"),
            Entry("fx_drift", 0, "A4", "Local currency per US dollar, month to month", at_least=-0.5, at_most=0.5,
                  label="Monthly drift of the exchange rate", unit="fraction per month", cases=drift),
            Entry("price_change", 0, "A5", "On top of the dated prices; a decline is negative", cases=(-0.02, 0)),
            Entry("discount", 0.05, "A6", "Off list prices; 0 if Prices holds your net prices", swing=(1, 1)),
            Entry("min_commit", 8_000, "A6", "All vendors together, after the discount; 0 if there is none"),
            Entry("max_price_age", 365, "A4", fixed=True),
        ),
        note="Dated and future prices stand on Prices and count from their month on",
    )  # fmt: skip


def _around() -> Rows:
    return Rows(
        "Other costs, contingency and revenue",
        (
            Entry("people_cost", 8_000, "A7", "Prompt, evaluation and platform work", at_least=0,
                  label="People", unit="USD per month", swing=(0.2, 0.2)),
            Entry("tools_cost", 1_000, "A7", "Gateway, monitoring, vector store", at_least=0,
                  label="Tools and monitoring", unit="USD per month"),
            Entry("contingency", 0.1, "A8", "Added to every month", at_least=0, at_most=1,
                  label="Contingency", unit="fraction"),
            Entry("revenue", 250_000, "A9", "Of the products that the features serve", at_least=0,
                  label="Revenue in month 1", unit="USD per month", cases=(220_000, 300_000)),
            Entry("revenue_growth", 0.03, "A9", at_least=-0.9, label="Monthly growth of revenue",
                  unit="fraction per month", cases=(0.01, 0.06)),
            Entry("variable_cost", 0.25, "A9", "All but models: hosting, payment, support", at_least=0, at_most=1,
                  label="Other variable cost, share of revenue", unit="fraction"),
            Entry("share_limit", 0.1, "A10", "More raises an alert", at_least=0, label="Most that models may take",
                  unit="fraction", fixed=True),
        ),
    )  # fmt: skip
