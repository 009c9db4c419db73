"""Budget against actual: what was planned, used and billed, why they differ, and what the whole will come to.

A line is a feature on a model. Its budget is priced on one date, its actual usage on another, from the same dated
prices; the bridge between the two has no residual. What the providers billed is held against both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Line, Revision, Rows, Sheet, Template, records_of
from llmcost_xl.workbook.layout import months as months_of
from llmcost_xl.workbook.sheets.budget_vs_actual import inputs, outputs, spend, usage, variance
from llmcost_xl.workbook.sheets.budget_vs_actual.example import MODELS
from llmcost_xl.workbook.sheets.prices import price_dates, price_table
from llmcost_xl.workbook.sheets.sensitivity import grid, tornado
from llmcost_xl.workbook.sheets.sources import assumption, integrating, renting

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options
    from llmcost_xl.workbook.sheets.sensitivity import Grid, Tornado

DEFAULT_MONTHS = 12
NOUN = "estimate at completion"


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    months, models = options.horizon(DEFAULT_MONTHS), options.chosen(MODELS)
    by_month = months_of(months, 1)
    by_line = records_of(inputs.lines(models, months))
    swings, table = _tornado(), _grid()
    return Template(
        name="budget-vs-actual",
        title="Budget against actual and price change",
        purpose="What was budgeted, used and billed for LLMs, why they differ, and what all months will come to.",
        audience="Finance partners at month end; owners of features; the board reads Outputs.",
        steps=(
            "On Inputs, set the price dates of budget and actuals, the exchange rates, and the months with actuals.",
            "On Prices, add the dated prices that you pay; rows of earlier dates stay as they are.",
            "On Inputs, enter features, models and lines, and paste the providers' export by its FOCUS columns.",
            "Set the outlook for the rest; Low is a dear outcome, High a favourable one, Custom is yours.",
            "On Checks, the master check must say OK; read the alerts, then Outputs.",
        ),
        limits=(
            "Estimates take standard list prices: cached, batch and long-context prices show as unexplained.",
            "Budget volumes grow by one rate for all lines; seasonality is in the workbook llm-budget.",
            "Volume and mix count queries, whatever their size: a query of any feature is one.",
            "A new line has no price or usage effect, an ended one neither: all of their cost is volume and mix.",
            "The features, volumes and charges are placeholders until you overwrite them.",
        ),
        inputs=inputs.inputs(options, models, months, table.inputs),
        prices=Sheet(
            "Prices",
            "Dated prices: add a row to change a price from its date on; costs at an earlier date do not move.",
            (Rows("Price date of the actuals", price_dates()), price_table(options, models)),
        ),
        calculations=(
            usage.prices(by_line),
            usage.costs(by_line),
            spend.charges(by_line, by_month),
            spend.months(by_month),
            variance.variances(by_line),
            usage.reference(records_of(inputs.REFERENCE)),
            swings.sheet,
            table.sheet,
        ),
        outputs=outputs.outputs(swings.chart),
        checks=outputs.checks(swings.check, table.check),
        headlines=outputs.HEADLINES,
        sources=(
            integrating("68-73", "spend per feature, return on a call: what is measured can be managed"),
            renting("33-40", "what makes spend hard to forecast: prompts, answers, model tier, calls, peaks"),
            assumption(
                1,
                "The budget was priced on 1 January of the year of the actuals' prices, or when all models had prices",
            ),
            assumption(2, "One exchange rate for the budget, one for the actuals, one for the rest"),
            assumption(3, "Four months of actuals, a budget that grows by 2% a month: an example"),
            assumption(4, "Outlook and swings are examples; prices down by half as a favourable case"),
            assumption(5, "Invoices as exported; rounding of half a cent in every row may add up at random"),
            assumption(6, "A tenth of the budget matters; prices older than a year are worth a look"),
        ),
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )


def _tornado() -> Tornado:
    return tornado(
        drivers=tuple(inputs.OUTLOOK),
        short_form=(
            Line("run_tokens", "={rest_input_all}*{run_outlook_input}+{rest_output_all}*{run_outlook_output}",
                 "Budget of the rest, with the tokens of the run", "USD"),
            Line("run_rest", "={run_tokens}*{run_outlook_volume}*{run_outlook_price}*{run_outlook_rate}"
                             "/{budget_rate}", "Outlook for the rest", "USD"),
            Line("run_eac", "={actual_to_date}+{run_rest}", "Estimate at completion", "USD"),
        ),
        result="run_eac",
        same_as="eac_outlook",
        unit="USD",
        noun=NOUN,
        labels=inputs.OUTLOOK,
    )  # fmt: skip


def _grid() -> Grid:
    return grid(
        across="outlook_price",
        down="outlook_volume",
        short_form=(
            Line("grid_eac", "={actual_to_date}+{rest_tokens}*{grid_outlook_volume}*{grid_outlook_price}"
                             "*{outlook_rate}/{budget_rate}", "Estimate at completion", "USD"),
        ),
        result="grid_eac",
        same_as="eac_outlook",
        unit="USD",
        noun=NOUN,
        labels=inputs.OUTLOOK,
    )  # fmt: skip
