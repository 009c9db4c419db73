"""What the user enters: lines of usage, the export of the invoices, and the outlook for the months that remain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Constant, Entry, Field, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.budget_vs_actual import example
from llmcost_xl.workbook.sheets.prices import price_entries

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

SPARE: Final = 3
SPARE_CHARGES: Final = 100
DOLLARS: Final = "USD"

RELABELLED: Final = {
    "as_of": ("Price date of the actuals", "Prices in force on this day price the actual usage"),
    "fx_rate": ("Exchange rate of the actuals", "Actual usage at list prices is converted at this rate"),
    "fx_date": ("Date of the exchange rate", "Day of the rate of the actuals"),
}

OUTLOOK: Final = {
    "outlook_volume": "Queries of the rest",
    "outlook_input": "Input tokens of the rest",
    "outlook_output": "Output tokens of the rest",
    "outlook_price": "Prices of the rest",
    "outlook_rate": "Exchange rate of the rest",
}
"""What may turn out otherwise in the months without actuals, and its label."""

FEATURE_FIELDS: Final = (
    Field("feature", label="Feature", unit="text"),
    Field("value_per_query", label="Value of a call", unit="USD per query", at_least=0),
)

MODEL_FIELDS: Final = (Field("used_model", label="Model", unit="text"),)

LINE_FIELDS: Final = (
    Field("line", label="Line", unit="text"),
    Field("line_feature", label="Feature", unit="text", choices_of="feature"),
    Field("line_model", label="Model", unit="text", choices_of="used_model"),
    Field("plan_queries", label="Budgeted queries, month 1", unit="queries per month", at_least=0),
    Field("plan_input", label="Input tokens, budget", unit="tokens per query", at_least=0),
    Field("plan_output", label="Output tokens, budget", unit="tokens per query", at_least=0),
    Field("queries_new", label="Actual queries to date"),
    Field("actual_input", label="Input tokens, actual", unit="tokens per query", at_least=0),
    Field("actual_output", label="Output tokens, actual", unit="tokens per query", at_least=0),
    Field("candidate_change", label="Candidate price change", unit="fraction", at_least=-1),
)

CHARGE_FIELDS: Final = (
    Field("charge_period", label="ChargePeriodStart", unit="date"),
    Field("charge_provider", label="ServiceProviderName", unit="text"),
    Field("charge_feature", label="x_feature", unit="text"),
    Field("charge_model", label="x_model", unit="text"),
    Field("consumed", label="ConsumedQuantity", unit="tokens"),
    Field("charge_currency", label="BillingCurrency", unit="text"),
    Field("list_cost", label="ListCost", unit="USD", at_least=0),
    Field("effective_cost", label="EffectiveCost, net", unit="USD"),
    Field("billed_cost", label="BilledCost, net", unit="USD"),
)

FEATURES: Final = Table(
    "features", "Features, and what a call is worth to the business (0: not known)", FEATURE_FIELDS,
    (("Support chat", 0.012), ("Search answers", 0.0015), ("Document summaries", 0.02), ("Ticket labels", 0.001)),
    spare=SPARE, note="Placeholders: replace them by yours; a user segment may stand for a feature",
)  # fmt: skip

LATENCIES: Final = Table(
    "latencies",
    "Latency of features, 95th percentile of the last month with actuals",
    (
        Field("timed_feature", label="Feature", unit="text", choices_of="feature"),
        Field("feature_latency", label="Latency, measured", unit="milliseconds", at_least=0),
        Field("latency_target", label="Latency, target", unit="milliseconds", at_least=0),
    ),
    (("Support chat", 1_800, 2_000), ("Search answers", 900, 1_000), ("Document summaries", 9_500, 8_000)),
    spare=SPARE + 1,
    note="Placeholders: replace them by yours, or clear the rows that you do not measure",
)

REFERENCE: Final = Table(
    "reference",
    "Reference example, fixed: two models, in US dollars",
    (
        Field("ref_line", label="Model", unit="text"),
        Field("ref_queries_old", label="Queries before", unit="queries"),
        Field("ref_queries_new", label="Queries after", unit="queries"),
        Field("ref_plan_input", label="Input tokens before", unit="tokens per query"),
        Field("ref_plan_output", label="Output tokens before", unit="tokens per query"),
        Field("ref_actual_input", label="Input tokens after", unit="tokens per query"),
        Field("ref_actual_output", label="Output tokens after", unit="tokens per query"),
        Field("ref_plan_input_price", label="Input price before", unit="US$ per 1M tokens"),
        Field("ref_plan_output_price", label="Output price before", unit="US$ per 1M tokens"),
        Field("ref_actual_input_price", label="Input price after", unit="US$ per 1M tokens"),
        Field("ref_actual_output_price", label="Output price after", unit="US$ per 1M tokens"),
    ),
    (
        ("gpt-4o", 10_000, 15_000, 500, 200, 500, 220, 2.5, 10, 2, 8),
        ("gpt-4o-mini", 40_000, 45_000, 500, 200, 450, 200, 0.15, 0.6, 0.15, 0.6),
    ),
    note="It shows that the formulas are right, whatever you enter above; leave it as it is",
)

WORKED: Final = Table(
    "worked",
    "Figures of the reference example, worked out by hand",
    (
        Field("statement", label="Statement", unit="text", wide=True),
        Field("worked_out", label="Worked out", unit="any"),
        Field("worked_within", label="To within", unit="any"),
    ),
    (
        ("Cost before, USD", 40.30, 0),
        ("Cost after, USD", 49.8375, 0),
        ("Volume, sequential, USD", 8.06, 0),
        ("Mix, sequential, USD", 9.165, 0),
        ("Usage, sequential, USD", 2.6625, 0),
        ("Price, sequential, USD", -10.35, 0),
        ("Volume and mix, midpoint, USD", 16.015, 0.0005),
        ("Usage, midpoint, USD", 1.915, 0.0005),
        ("Price, midpoint, USD", -8.392, 0.0005),
        ("Estimate at completion, the rest as planned, USD", 125_000, 0),
        ("Estimate at completion, the rest like the past, USD", 135_000, 0),
    ),
)


def charges(options: Options, models: tuple[str, ...], months: int) -> Table:
    """The export of the invoices: the columns of the FinOps cost and usage specification, FOCUS."""
    return Table(
        "charges", "Paste the providers' export here: FOCUS columns", CHARGE_FIELDS,
        example.export(options, models, months), spare=SPARE_CHARGES,
        note="One row per month, feature and model; x_ columns are yours. In FOCUS before 1.4 the provider is "
             "ProviderName. Credits are negative. Clear the rows of the example first",
    )  # fmt: skip


def lines(models: tuple[str, ...], months: int) -> Table:
    """Every feature on every model that it calls."""
    return Table(
        "lines", "Lines: a feature on a model, budgeted and actual", LINE_FIELDS, example.records(models, months),
        spare=SPARE, note="A line without budget is new, one without actual queries has ended; features and models "
                          "must be in the tables above",
    )  # fmt: skip


def used_models(models: tuple[str, ...]) -> Table:
    """The models that lines may name."""
    return Table("used_models", "Models, as on the Prices sheet: provider/model", MODEL_FIELDS,
                 tuple((model,) for model in models), spare=SPARE)  # fmt: skip


def inputs(options: Options, models: tuple[str, ...], months: int, grid_tables: tuple[Table, ...]) -> Sheet:
    """The sheet of inputs."""
    elapsed = example.recorded_months(months)
    billed = round(sum(float(str(row[-1])) for row in example.export(options, models, months)), 2)
    return Sheet(
        "Inputs",
        "Overwrite the blue cells: settings, lines of usage, the export of your invoices.",
        (
            Rows("Prices, exchange rates and period", (
                Entry("budget_prices_of", example.budget_day(options, models), "A1",
                      "Prices in force on this day priced the budget", label="Price date of the budget",
                      unit="date", fixed=True),
                Entry("budget_rate", options.currency.rate, "A2", "Rate at which the budget was converted",
                      label="Exchange rate of the budget", unit="local currency per USD", at_least=0.000001,
                      fixed=True),
                *(_relabelled(entry) for entry in price_entries(options, "A2")),
                Entry("months", elapsed, "A3", f"Of {months} in all; month 1 starts on the date on Timing",
                      label="Months with actuals", at_most=months, fixed=True),
                Entry("bridge_method", "sequential", "A3", "Of the bridge shown on Outputs; both are computed",
                      label="Method of the bridge", fixed=True),
                Entry("growth", 0.02, "A3", "The budget lets every line's queries grow like this",
                      label="Budgeted growth of queries", fixed=True),
            )),
            _outlook(options),
            Rows("Invoices", (
                Entry("currency_code", options.currency.code, "S2 L68-73", "BillingCurrency of every row below",
                      label="Currency of this workbook", fixed=True),
                Entry("invoice_total", billed, "A5", "Sum of the invoices of the months with actuals",
                      label="Invoices to date, net of credits", unit="USD", fixed=True),
                Entry("subunit", 0.01, "A5", "A cent; 1 for yen", label="Smallest unit of the currency",
                      unit="local currency", at_least=0.000001, fixed=True),
                Entry("tolerated_units", 100, "A5", "Differences up to so many smallest units are rounding",
                      label="Rounding tolerated, smallest units", unit="count", at_least=0, fixed=True),
                Entry("material_share", 0.1, "A6", "A larger variance of the total raises an alert",
                      label="Variance that matters", unit="fraction", at_least=0, fixed=True),
                Entry("max_price_age", 365, "A6", "Days from the price date of the actuals to the first month",
                      fixed=True),
            )),
            FEATURES,
            LATENCIES,
            used_models(models),
            lines(models, months),
            charges(options, models, months),
            *grid_tables,
            REFERENCE,
            Rows("Reference example of an estimate at completion, fixed", (
                Constant("ref_actual_to_date", 45_000, "Actual to date", "US$"),
                Constant("ref_budget_to_date", 40_000, "Budget to date", "US$"),
                Constant("ref_budget_total", 120_000, "Full-year budget", "US$"),
            )),
            WORKED,
        ),
        scenarios=True,
    )  # fmt: skip


def _relabelled(entry: Entry) -> Entry:
    label, note = RELABELLED[entry.name]
    return replace(entry, label=label, note=note, fixed=True)


def _outlook(options: Options) -> Rows:
    """Factors on the budget of the months that remain; 1 is as budgeted."""
    rate = options.currency.rate
    foreign = options.currency.code != DOLLARS
    rates, swing = ((rate * 1.1, rate * 0.9), (0.1, 0.1)) if foreign else ((), (0.0, 0.0))
    return Rows(
        "Outlook for the months without actuals, against their budget",
        (
            _factor("outlook_volume", "S1 L33-40", "1 is as budgeted, 1.3 is 30% more", (1.3, 0.9), (0.2, 0.3)),
            _factor("outlook_input", "S1 L33-40", "Longer prompts: above 1", (1.1, 0.8), (0.2, 0.2)),
            _factor("outlook_output", "S1 L33-40", "Longer answers: above 1", (1.1, 0.9), (0.2, 0.2)),
            _factor("outlook_price", "A4", "Against the prices of the budget date", (1.0, 0.5), (0.5, 0.1)),
            Entry("outlook_rate", rate, "A2", "1 in a workbook in dollars", label=OUTLOOK["outlook_rate"],
                  unit="local currency per USD", at_least=0.000001, cases=rates, swing=swing),
        ),
        note="Low: a dear outcome. High: a favourable one",
    )  # fmt: skip


def _factor(name: str, source: str, note: str, cases: tuple[float, float], swing: tuple[float, float]) -> Entry:
    return Entry(name, 1, source, note, label=OUTLOOK[name], unit="x", at_least=0, cases=cases, swing=swing)
