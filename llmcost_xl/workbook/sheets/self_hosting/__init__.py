"""The self-hosting workbook: from what volume does running a model oneself beat paying an API, if ever?

The source's three scenarios as it prints them, behind a switch, each beside the same scenario with everything counted:
operations, build work, capacity, spare servers and exact prices. The user's own case is the last column. A break-even
is a list of ranges, because every further server is a step of the cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Revision, Template
from llmcost_xl.workbook.sheets.prices import price_sheet
from llmcost_xl.workbook.sheets.self_hosting.checks import CHECKS, HEADLINES
from llmcost_xl.workbook.sheets.self_hosting.costs import COSTS
from llmcost_xl.workbook.sheets.self_hosting.hardware import HOSTS
from llmcost_xl.workbook.sheets.self_hosting.inputs import MODELS, inputs
from llmcost_xl.workbook.sheets.self_hosting.outputs import outputs
from llmcost_xl.workbook.sheets.self_hosting.questions import FAILURES, QUESTIONS
from llmcost_xl.workbook.sheets.self_hosting.reconciliation import RECONCILIATION
from llmcost_xl.workbook.sheets.self_hosting.sensitivity import GRID, TORNADO
from llmcost_xl.workbook.sheets.self_hosting.sources import SOURCES
from llmcost_xl.workbook.sheets.self_hosting.staircase import FOUND, STAIRCASE
from llmcost_xl.workbook.sheets.self_hosting.time import DEFAULT_HORIZON, monthly

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    return Template(
        name="api-vs-self-hosting",
        title="API against self-hosting",
        purpose="From what volume does running a model oneself beat paying an API, how soon, and does it ever?",
        audience="Finance and platform engineering, before servers are rented or bought; the board reads Outputs.",
        steps=(
            "On Inputs, overwrite the column of your case: volume, servers, people. Scenarios are its Low and High.",
            "Low is cautious for self-hosting (little volume, dear servers), High is favourable.",
            "Choose the API model and the price date on Inputs; on Prices add what you pay.",
            "The switch 'Source simplification' of a column shows what the source leaves out: 1 leaves it out, too.",
            "On Checks, the master check must say OK; read the alerts. Then read and print Outputs.",
        ),
        limits=(
            "A capacity is an average: queues, batching, long prompts and cold starts are in the peak factor only.",
            "Ceilings come from arithmetic; memory bandwidth lowers them, a cached prompt prefix raises them.",
            "Growth counts for crossover months only; every other figure is for a constant volume.",
            "Both sides are assumed to answer equally well, but for question 4.",
            "No tax, no interest, no migration cost, no switching cost; servers can be rented by the month.",
            "Prices of provider source-2024 are those printed in 2024, not current ones.",
        ),
        inputs=inputs(options, GRID.inputs),
        prices=price_sheet(options, options.chosen(MODELS)),
        calculations=(
            COSTS, FOUND, STAIRCASE, monthly(options), HOSTS, QUESTIONS, FAILURES, RECONCILIATION,
            TORNADO.sheet, GRID.sheet,
        ),
        outputs=outputs(options.horizon(DEFAULT_HORIZON)),
        checks=CHECKS,
        headlines=HEADLINES,
        sources=SOURCES,
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )  # fmt: skip
