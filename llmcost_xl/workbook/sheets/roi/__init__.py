"""The ROI workbook: does replacing manual work by a custom model pay, and does it beat calling an API?

Two worked cases as the source prints them, the second one again with the source's own warnings taken seriously, and
the user's project in the scenario chosen and in all four. Every case is a column; every column has the same formulas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Revision, Template, months
from llmcost_xl.workbook.sheets.prices import price_sheet
from llmcost_xl.workbook.sheets.roi.alternative import ALTERNATIVE
from llmcost_xl.workbook.sheets.roi.cash import cash, rate_of_return
from llmcost_xl.workbook.sheets.roi.checks import CHECKS
from llmcost_xl.workbook.sheets.roi.inputs import HORIZON, MODELS, inputs
from llmcost_xl.workbook.sheets.roi.outputs import HEADLINES, outputs
from llmcost_xl.workbook.sheets.roi.reconciliation import RECONCILIATION
from llmcost_xl.workbook.sheets.roi.returns import RETURN
from llmcost_xl.workbook.sheets.roi.sensitivity import NPV_GRID, NPV_TORNADO
from llmcost_xl.workbook.sheets.roi.sources import SOURCES
from llmcost_xl.workbook.sheets.roi.value import VALUE

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    axis = months(options.horizon(HORIZON))
    return Template(
        name="roi",
        title="Return on investment of a custom model",
        purpose="Does replacing manual work by a custom model pay, how soon, and does it beat calling an API?",
        audience="Finance partners and product owners preparing a decision; the board reads Outputs.",
        steps=(
            "On Inputs, overwrite the scenarios of your project: Base, Low (cautious), High (hopeful), Custom.",
            "On Inputs, choose the scenario: the column Your project follows it, all four stand beside it on Outputs.",
            "On Inputs, choose the rival API model and the price date; on Prices add what you pay, on Lists models.",
            "On Timing, set the day of the investment.",
            "On Checks, the master check must say OK; read the alerts and note why your figures differ.",
            "Read Outputs, print it, and write into the Log what you changed.",
        ),
        limits=(
            "The scenarios of your project hold placeholders until you overwrite them.",
            "After the ramp-up, savings are the same every month: no growth, no tax, no inflation.",
            "Prices, discount rate and horizon are settings, the same in all scenarios.",
            "Freed time counts as money only as far as the realisation rate says; the source counts all of it.",
            "The alternative is assumed to answer as well as the custom model.",
            "The iteration multiplier applies to the whole estimate, as in the source; hidden-costs splits it.",
            "Prices of provider source-2024 are those printed in 2024, not current ones.",
        ),
        inputs=inputs(options),
        prices=price_sheet(options, options.chosen(MODELS)),
        calculations=(
            VALUE,
            cash(axis),
            RETURN,
            rate_of_return(axis),
            ALTERNATIVE,
            RECONCILIATION,
            NPV_TORNADO.sheet,
            NPV_GRID.sheet,
        ),
        outputs=outputs(axis),
        checks=CHECKS,
        headlines=HEADLINES,
        sources=SOURCES,
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )
