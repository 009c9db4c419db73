"""The price book: what models cost, printed and corrected, and what a query, a month and an agent's task cost on each.

Native formulas read dated rows in US dollars; every step from the list price to what a request really costs is a row of
its own, and every model a column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Revision, Template, months
from llmcost_xl.workbook.sheets.price_book.inputs import SOURCES, inputs, models_axis
from llmcost_xl.workbook.sheets.price_book.outputs import CHECKS, HEADLINES, outputs
from llmcost_xl.workbook.sheets.price_book.prices import comparison_axis, price_book
from llmcost_xl.workbook.sheets.price_book.query import query_sheet
from llmcost_xl.workbook.sheets.price_book.reconciliation import PRINTED_COSTS, source_sheet
from llmcost_xl.workbook.sheets.price_book.sensitivity import GRID, TORNADO
from llmcost_xl.workbook.sheets.price_book.spend import agent_sheet, months_sheet, volumes_sheet
from llmcost_xl.workbook.sheets.prices import monthly_prices

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

USUAL_MONTHS = 12


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    models = models_axis(options)
    horizon = options.horizon(USUAL_MONTHS)
    ahead = months(horizon, first=1)
    return Template(
        name="price-book",
        title="Price book and cost of a query",
        purpose="What does a query cost on each model, step by step from the list price, and what does a month cost?",
        audience="Finance partners and engineers who choose a model; buyers before they negotiate.",
        steps=(
            "On Inputs, describe your query and its volume, how you buy, and the models to compare.",
            "On Prices, add a dated row for every price that differs from what you pay; it counts from its date on.",
            "Choose the scenario: Low is the cautious case (longer, more and dearer queries), High the favourable one.",
            "On Checks, the master check must say OK; read the alerts.",
            "Read Outputs; Calc_Source shows the prices printed in 2024 beside the right ones.",
        ),
        limits=(
            "Models are compared by price alone: the same task may take other tokens and retries on another model.",
            "One query stands for all: a mix of short and long prompts costs more than its average if some pass 200k.",
            "Caching is assumed to stack with batch processing; ask the provider. Storage fees are left out.",
            "Months without a price row of their own keep the last one: a price cut not yet announced is not there.",
            "Prices of provider source-2024 are those printed in 2024, not current ones.",
        ),
        inputs=inputs(options),
        prices=price_book(options),
        calculations=(
            PRINTED_COSTS,
            source_sheet(comparison_axis(options)),
            query_sheet(models),
            volumes_sheet(models),
            monthly_prices(models, "priced_model", ahead),
            months_sheet(models, ahead),
            agent_sheet(models),
            TORNADO.sheet,
            GRID.sheet,
        ),
        outputs=outputs(models, horizon),
        checks=CHECKS,
        headlines=HEADLINES,
        sources=SOURCES,
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )
