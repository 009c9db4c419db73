"""The budget workbook: what models will cost by month, feature and model, in four scenarios side by side.

Five drivers multiply or split what a table of features uses; dated prices, discount, commitment and exchange rate make
money of it. The scenarios are computed all at once by a short form that must agree with the plan by month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Revision, Rows, Sheet, Template
from llmcost_xl.workbook.sheets.llm_budget.inputs import inputs, priced_models
from llmcost_xl.workbook.sheets.llm_budget.outputs import CHECKS, HEADLINES, outputs
from llmcost_xl.workbook.sheets.llm_budget.plan import plan
from llmcost_xl.workbook.sheets.llm_budget.reconciliation import PRINTED, RECONCILIATION
from llmcost_xl.workbook.sheets.llm_budget.scenarios import (
    scenario_drivers,
    scenario_months,
    scenarios,
    sensitivity,
    undriven,
)
from llmcost_xl.workbook.sheets.llm_budget.sources import SOURCES
from llmcost_xl.workbook.sheets.llm_budget.spend import prices, spend
from llmcost_xl.workbook.sheets.llm_budget.volume import volume
from llmcost_xl.workbook.sheets.prices import price_dates, price_table

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    tornado, grid = sensitivity(options)
    price_list = Sheet(
        "Prices",
        "Dated prices, future ones included: add a row to change a price from its date on.",
        (Rows("Price date and exchange rate", price_dates()), price_table(options, priced_models(options))),
    )
    return Template(
        name="llm-budget",
        title="Annual budget for language models",
        purpose="What will models cost by month, feature and model, and how sure is that?",
        audience="FP&A and product owners in the planning round; the board reads Outputs.",
        steps=(
            "On Inputs, go down the drivers: Base is likely, Low and High are low and high use, prices and revenue.",
            "On Inputs, overwrite the table of features; name the models, and set the seasonal weights.",
            "On Prices, add your own and announced prices with their dates; on Timing, set the first day of month 1.",
            "On Checks, the master check must say OK; read the alerts.",
            "Read all scenarios on Outputs; choose one on Inputs, and write into the Log who did.",
            "The scenario chosen stands by month on Calc_Budget, by month, feature and model on Calc_Spend.",
        ),
        limits=(
            "Volumes, drivers, revenue and other costs are placeholders until you overwrite them.",
            "One discount and one monthly commitment for all vendors; a vendor's own discount belongs into its prices.",
            "Prices are those of the standard tier; where you use caching or batches, they are an upper bound.",
            "Quarters and years are counted from the start date; the start is the first day of a month.",
            "Pilot to production, 5x to 10x, is a claim that could not be verified: off unless you choose it.",
            "A price counts from the first month that ends on its date or later.",
        ),
        inputs=inputs(options, grid.inputs, PRINTED),
        prices=price_list,
        calculations=(prices(options), volume(options), spend(options), plan(options), undriven(options),
                      scenario_drivers(), scenario_months(options), scenarios(), tornado.sheet, grid.sheet,
                      RECONCILIATION),
        outputs=outputs(options, tornado.chart),
        checks=(*CHECKS, tornado.check, grid.check),
        headlines=HEADLINES,
        sources=SOURCES,
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )  # fmt: skip
